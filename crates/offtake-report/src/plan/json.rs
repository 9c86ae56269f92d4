//! The answer as JSON; `docs/reference/plan-json.md` says what each field is.

use super::{PlanAnswer, Signed, by_term, cost_of, plan_sentence};
use crate::json::{list, number};
use offtake_plan::results::{Alternative, FrontierPoint, LimitPrice, Term, WalkAway};
use offtake_plan::{Finish, Progress};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Returns everything but what may differ between equal runs. Money is in millions of the currency, but for prices.
#[must_use]
pub fn plan_json(answer: &PlanAnswer<'_>) -> Value {
    let (head, found, bill, more) = (answer.head, answer.found, answer.bill, answer.more);
    let information = more.information;
    json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "currency": answer.currency,
        "seed": answer.seed,
        "scenarios": answer.program.scenarios.len(),
        "months": answer.program.months.len(),
        "from": answer.program.months.first().map(|month| month.name.as_str()),
        "to": answer.program.months.last().map(|month| month.name.as_str()),
        "hours": answer.program.hours.len(),
        "risk_weight": number(answer.program.risk.weight),
        "risk_level": number(answer.program.risk.level),
        "answer": plan_sentence(answer),
        "finish": word(found.finish),
        "objective": number(found.objective),
        "lower_bound": number(found.bound),
        "gap": number(found.gap()),
        "cost": {
            "expected": number(bill.expected),
            "cvar": number(bill.cvar),
            "worst": number(bill.worst),
            "by_term": terms(by_term(bill.lines.iter())),
            "by_year": by_year(answer),
        },
        "sign": list(&answer.signed(), sign),
        "walk_away": list(&more.walk_away, |walk| walk_away(answer, walk)),
        "limits": list(&more.limits, |limit| limit_json(answer, limit)),
        "standards": list(&bill.standings, |standing| json!({
            "standard": standing.name,
            "unserved": number(standing.value * 1e3),
            "most": number(standing.most * 1e3),
        })),
        "unserved": unserved(answer),
        "pool_worth": pool_worth(answer),
        "alternatives": list(&more.alternatives, |other| alternative(answer, other)),
        "frontier": list(&more.frontier, |at| point(answer, at)),
        "insurance": more.insurance.as_ref().map(|of| json!({
            "objective_as_promised": number(of.promised),
            "objective": number(of.objective),
            "saves": number(of.objective - found.objective),
            "sign": signs(answer, &of.signed),
        })),
        "assessed": more.assessed.as_ref().map(super::further::assessed_json),
        "look_ahead": list(&more.look_ahead, |seen| super::further::look_ahead_json(answer, seen)),
        "vss": interval(information.and_then(|info| info.stochastic)),
        "evpi": interval(information.and_then(|info| info.perfect)),
        "rounds": list(answer.rounds, round),
    })
}

/// Writes two bounds; null where nothing is known.
pub(super) fn interval(of: Option<(f64, f64)>) -> Value {
    of.map_or(Value::Null, |(low, high)| json!({ "low": number(low), "high": number(high) }))
}

/// Returns the word for why a search ended.
pub(super) fn word(finish: Finish) -> &'static str {
    match finish {
        Finish::Reached => "reached",
        Finish::Stopped => "stopped",
        Finish::Rounds => "rounds",
    }
}

fn sign(one: &Signed<'_>) -> Value {
    let (start, days) = (one.start, one.start.days.as_ref());
    json!({
        "offer": start.offer,
        "start": start.promised,
        "p50": days.and_then(|days| days.p50.as_deref()),
        "p90": days.and_then(|days| days.p90.as_deref()),
        "never": days.map(|days| number(days.never)),
        "end": start.ends,
        "sign_on": start.signed,
        "seller": start.seller,
        "site": start.site,
        "accelerator": start.accelerator,
        "blocks": number(one.blocks),
        "gpus": number(one.blocks * start.block as f64),
        "price": number(start.price),
        "cost": number(one.cost),
    })
}

fn pool_worth(answer: &PlanAnswer<'_>) -> Value {
    let program = answer.program;
    let of = |(pool, worth): (&offtake_plan::program::Pool, &Vec<f64>)| {
        json!({
            "pool": pool.name,
            "unit": format!("{}/GPUh", answer.currency),
            "worth": by_month(answer, worth),
        })
    };
    Value::Array(program.pools.iter().zip(&answer.more.pool_worth).map(of).collect())
}

/// Writes a price for each month.
fn by_month(answer: &PlanAnswer<'_>, prices: &[f64]) -> Value {
    let months = answer.program.months.iter().zip(prices);
    let of = |(month, price): (&offtake_plan::program::Month, &f64)| json!({ "month": month.name, "price": number(*price) });
    Value::Array(months.map(of).collect())
}

fn terms(sums: BTreeMap<&str, f64>) -> Value {
    Value::Object(sums.into_iter().map(|(name, sum)| (name.to_owned(), number(sum))).collect())
}

fn by_year(answer: &PlanAnswer<'_>) -> Value {
    let lines = &answer.bill.lines;
    let years: BTreeSet<i32> = lines.iter().map(|line| line.year).collect();
    let year = |year: i32| {
        let of_year = by_term(lines.iter().filter(|line| line.year == year));
        json!({ "year": year, "by_term": terms(of_year) })
    };
    Value::Array(years.into_iter().map(year).collect())
}

fn walk_away(answer: &PlanAnswer<'_>, walk: &WalkAway) -> Value {
    let start = &answer.starts[walk.offer];
    // The months that make the price: those in which one more GPU of its pool is worth most.
    let worth = answer.more.pool_worth.get(answer.program.offers[walk.offer].pool);
    json!({
        "offer": start.offer,
        "start": start.promised,
        "signed": walk.is_signed,
        "blocks": number(walk.blocks),
        "price": { "low": number(walk.low), "high": finite(walk.high) },
        "price_asked": number(walk.asked),
        "unit": format!("{}/GPUh", answer.currency),
        "worth": by_month(answer, worth.map_or(&[], Vec::as_slice)),
    })
}

fn finite(value: f64) -> Value {
    if value.is_finite() { number(value) } else { Value::Null }
}

fn limit_json(answer: &PlanAnswer<'_>, limit: &LimitPrice) -> Value {
    let kind = limit.limit.split('[').next().unwrap_or_default();
    let unit = match kind {
        "eue" | "cvar" | "n-1" => "thousands of reference GPU-hours".to_owned(),
        "budget" | "prepayment" | "exposure" => format!("M{}", answer.currency),
        "blocks" => "blocks".to_owned(),
        _ => "as the limit".to_owned(),
    };
    json!({
        "limit": limit.limit,
        "kind": kind,
        "value": number(limit.most),
        "unit": unit,
        "price": number(limit.price),
        "how": "dual with whole blocks held",
    })
}

fn unserved(answer: &PlanAnswer<'_>) -> Value {
    let classes = answer.program.classes.iter().zip(&answer.bill.unserved);
    let lost = |class: usize| {
        cost_of(answer.bill, |term| matches!(term, Term::Lost { class: of } if *of == class))
    };
    Value::Array(
        classes
            .enumerate()
            .map(|(index, (class, unserved))| {
                json!({
                    "class": class.name,
                    "gpu_hours": number(unserved * 1e3),
                    "cost": number(lost(index)),
                })
            })
            .collect(),
    )
}

fn alternative(answer: &PlanAnswer<'_>, other: &Alternative) -> Value {
    json!({ "objective": number(other.objective), "sign": signs(answer, &other.signed) })
}

pub(super) fn signs(answer: &PlanAnswer<'_>, signed: &[f64]) -> Value {
    let some = answer.starts.iter().zip(signed).filter(|(_, blocks)| **blocks > 0.0);
    let sign = |(start, blocks): (&super::PlanStart, &f64)| {
        json!({
            "offer": start.offer, "start": start.promised, "blocks": number(*blocks), "gpus": number(*blocks * start.block as f64),
        })
    };
    Value::Array(some.map(sign).collect())
}

fn point(answer: &PlanAnswer<'_>, point: &FrontierPoint) -> Value {
    json!({
        "risk_weight": number(point.weight),
        "expected": number(point.expected),
        "cvar": number(point.cvar),
        "lower_bound": number(point.bound),
        "sign": signs(answer, &point.signed),
    })
}

pub(super) fn round(round: &Progress) -> Value {
    json!({
        "round": round.round,
        "hours_joined": round.length,
        "lower_bound": number(round.bound),
        "incumbent": round.incumbent.map(number),
        "whole_blocks": round.is_whole,
    })
}
