//! A seller's plan as JSON; `docs/reference/plan-json.md` says what each field is.

use super::super::json::{interval, round, word};
use super::text::is_told;
use super::{SellerPlanAnswer, floor_of, seller_plan_sentence};
use crate::json::{list, number};
use offtake_plan::results::{Alternative, FrontierPoint, LimitPrice};
use offtake_plan::seller::{Decision, YearOf, decision};
use serde_json::{Value, json};

/// Returns everything but what may differ between equal runs. Money is in millions of the currency, but for prices.
#[must_use]
pub fn seller_plan_json(answer: &SellerPlanAnswer<'_>) -> Value {
    let (head, found, bill, more) = (answer.head, answer.found, answer.bill, answer.more);
    let added = answer.added();
    let information = more.information;
    json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "currency": answer.currency,
        "side": "seller",
        "seed": answer.seed,
        "scenarios": answer.program.scenarios.len(),
        "months": answer.program.months.len(),
        "from": answer.program.months.first().map(|month| month.name.as_str()),
        "to": answer.program.months.last().map(|month| month.name.as_str()),
        "hours": answer.program.hours.len(),
        "risk_weight": number(answer.program.risk.weight),
        "risk_level": number(answer.program.risk.level),
        "answer": seller_plan_sentence(answer),
        "finish": word(found.finish),
        "margin": {
            "expected": number(added.expected),
            "cvar": number(added.cvar),
            "worst": number(added.worst),
            "at_most": number(added.most),
            "by_term": by_term(answer),
        },
        "objective": number(found.objective),
        "lower_bound": number(found.bound),
        "objective_of_nothing": number(answer.nothing.objective),
        "asked": number(answer.columns.most),
        "cost": {
            "expected": number(bill.expected),
            "cvar": number(bill.cvar),
            "worst": number(bill.worst),
        },
        "build": builds(answer, &answer.decision),
        "power": power(answer),
        "requests": requests(answer),
        "loan_to_cost": number(answer.seller.money.loan_to_cost),
        "min_dscr": number(answer.seller.money.floor),
        "years": list(&answer.years, |year| one_year(answer, year)),
        "limits": list(&more.limits, limit_json),
        "frontier": list(&more.frontier, |point| frontier_point(answer, point)),
        "alternatives": list(&more.alternatives, |other| alternative(answer, other)),
        "vss": interval(information.and_then(|info| info.stochastic)),
        "evpi": interval(information.and_then(|info| info.perfect)),
        "rounds": list(answer.rounds, round),
    })
}

fn by_term(answer: &SellerPlanAnswer<'_>) -> Value {
    let of = &answer.margins;
    json!({
        "fees": number(of.fees),
        "market": number(of.market),
        "late": number(of.late),
        "running": number(of.running),
        "forgone": number(of.forgone),
        "outlay": number(of.outlay),
        "left": number(of.left),
        "debt": number(of.debt),
        "sold_already": number(of.sold),
    })
}

fn builds(answer: &SellerPlanAnswer<'_>, decided: &Decision) -> Value {
    let built = decided.built.iter().enumerate().filter(|(_, blocks)| **blocks > 1e-6);
    let one = |(at, blocks): (usize, &f64)| {
        let (told, of) = (&answer.told.builds[at], &answer.seller.builds[at]);
        let paid: f64 = of.outlay.iter().map(|pay| pay.amount).sum();
        json!({
            "build": told.name,
            "power": told.power,
            "recipe": told.recipe,
            "site": told.site,
            "accelerator": told.accelerator,
            "turned_from": told.turned_from,
            "order_by": told.ordered,
            "promised": told.promised,
            "racks": number(*blocks),
            "gpus": number(blocks * told.rack as f64),
            "megawatts": number(blocks * of.block_mw),
            "outlay": number(blocks * paid),
            "borrowed": number(decided.borrowed[at]),
        })
    };
    Value::Array(built.map(one).collect())
}

fn power(answer: &SellerPlanAnswer<'_>) -> Value {
    let one = |(at, stock): (usize, &offtake_plan::seller::Stock)| {
        let built = answer.seller.builds.iter().zip(&answer.decision.built);
        let of = built.filter(|(build, _)| build.stock == at);
        let turned: f64 = of.map(|(build, blocks)| build.block_mw * blocks).sum();
        json!({
            "power": stock.name,
            "megawatts": number(stock.megawatts),
            "turned": number(turned),
        })
    };
    Value::Array(answer.seller.stocks.iter().enumerate().map(one).collect())
}

fn requests(answer: &SellerPlanAnswer<'_>) -> Value {
    let one = |(at, told): (usize, &super::SellerRequest)| {
        let least = answer.least.iter().find(|least| least.request == at);
        let asked = answer.first_way(at).map(|way| answer.seller.ways[way].price);
        let taken: Vec<Value> = answer
            .accepted(at)
            .into_iter()
            .map(|(way, share)| {
                let of = &answer.told.ways[way];
                json!({
                    "way": of.name,
                    "site": of.site,
                    "accelerator": of.accelerator,
                    "sign_on": of.signed,
                    "promised": of.promised,
                    "share": number(share),
                    "gpus": number(share * of.gpus as f64),
                })
            })
            .collect();
        json!({
            "request": told.id,
            "tenant": told.tenant,
            "chance": number(told.chance),
            "term": told.term,
            "accepted": taken,
            "price_asked": asked.map(number),
            "least_price": interval(least.and_then(|least| least.price)),
            "unit": format!("{}/GPUh", answer.currency),
        })
    };
    Value::Array(answer.told.requests.iter().enumerate().map(one).collect())
}

fn one_year(answer: &SellerPlanAnswer<'_>, year: &YearOf) -> Value {
    json!({
        "year": year.year,
        "outlay": number(year.outlay),
        "drawn": number(year.drawn),
        "own": number(SellerPlanAnswer::own(year)),
        "contracted": number(year.cash),
        "service": number(year.service),
        "dscr": year.dscr().map(number),
        "floor": floor_of(answer, year).map(number),
    })
}

fn limit_json(limit: &LimitPrice) -> Value {
    let kind = limit.limit.split('[').next().unwrap_or_default();
    let unit = match kind {
        "power" => "MW",
        _ if is_told(&limit.limit) => "millions",
        _ => "blocks",
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

fn frontier_point(answer: &SellerPlanAnswer<'_>, point: &FrontierPoint) -> Value {
    json!({
        "weight": number(point.weight),
        "expected": number(answer.nothing.expected - point.expected),
        "cvar": number(answer.nothing.cvar - point.cvar),
    })
}

fn alternative(answer: &SellerPlanAnswer<'_>, other: &Alternative) -> Value {
    let decided = decision(answer.seller, answer.columns, &other.signed);
    json!({
        "margin": number(answer.nothing.objective - other.objective),
        "build": builds(answer, &decided),
    })
}
