//! The answer as JSON, for programs. `docs/reference/assess-json.md` says what each field is.
//!
//! Numbers have ten digits that count: more than any estimate has, and few enough to read. What is not
//! known is `null`; a number that JSON has no word for is not known.

use crate::answer::{Answer, Further};
use offtake_adequacy::{
    BlockMonth, BlockResult, ContractResult, DecideBy, DeliveryResult, Estimate, HeadroomResult,
    MonthResult, Quantiles, QuarterResult, StandardResult, SupplyResult,
};
use serde_json::{Map, Value, json};

/// Returns everything but what may differ between equal runs.
#[must_use]
pub fn json(answer: &Answer<'_>) -> Value {
    let (a, head) = (answer.assessment, answer.head);
    let causes = answer.further.map(|further| {
        let cause = |c: &offtake_adequacy::CauseResult| {
            json!({ "cause": c.cause, "eue": estimate(c.eue), "share": number(c.share) })
        };
        Value::Array(further.causes.iter().map(cause).collect())
    });
    json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "from": head.from,
        "until": head.until,
        "reference_accelerator": head.reference,
        "seed": a.seed,
        "samples": a.samples,
        "relative_error": number(a.relative_error),
        "units": units(),
        "standard": if a.holds.is_some() { list(&a.standards, standard) } else { Value::Null },
        "holds": a.holds,
        "answer": crate::sentence(answer),
        "headline": headline(answer),
        "open_position": estimate(Estimate::exact(a.open_position)),
        "risk": estimate(a.risk),
        "lolh": estimate(a.lolh),
        "lole": estimate(a.lole),
        "eue": estimate(a.eue),
        "firm_eue": estimate(a.firm_eue),
        "eue_after_spot": estimate(a.eue_after_spot),
        "neue": estimate(a.neue.times(1e6)),
        "causes": causes,
        "months": list(&a.months, month),
        "quarters": list(&a.quarters, quarter),
        "headroom": list(&a.headroom, headroom),
        "classes": list(&a.classes, class),
        "deliveries": list(answer.deliveries, delivery),
        "contracts": list(&a.contracts, |contract| self::contract(contract, answer.further)),
        "notes": a.notes,
    })
}

fn units() -> Value {
    json!({
        "open_position": "reference GPU-hours a year",
        "risk": "reference GPU-hours a year",
        "eue": "reference GPU-hours a year",
        "lolh": "hours a year",
        "lole": "days (UTC) a year",
        "neue": "ppm of demand",
        "unserved": "reference GPU-hours a month",
        "demand": "reference GPUs, mean over the period's hours",
        "supply": "months: GPUs of any type, mean over the month's hours; quarters: reference GPUs",
        "headroom": "GPUs, mean over the month's hours",
        "share": "0 to 1",
        "year": "8766 hours",
    })
}

/// Returns a number, or `null` when it is none.
pub(crate) fn number(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    let rounded: f64 = format!("{value:.9e}").parse().unwrap_or(value);
    // Whole numbers are written without a point, and zero without a sign.
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 {
        return Value::from(rounded as i64);
    }
    Value::from(rounded)
}

pub(crate) fn estimate(value: Estimate) -> Value {
    json!({ "mean": number(value.mean), "standard_error": number(value.standard_error) })
}

fn maybe(value: Option<Estimate>) -> Value {
    value.map_or(Value::Null, estimate)
}

pub(crate) fn list<T>(all: &[T], one: impl Fn(&T) -> Value) -> Value {
    Value::Array(all.iter().map(one).collect())
}

fn headline(answer: &Answer<'_>) -> Value {
    let headline = &answer.assessment.headline;
    let break_even = answer.further.and_then(|further| further.break_even);
    let rung = |(share, gpus): &(f64, Option<f64>)| json!({ "unserved_share": number(*share), "gpus": gpus.map_or(Value::Null, number) });
    json!({
        "from": headline.from,
        "to": headline.to,
        "months": headline.months,
        "months_at_risk": headline.months_at_risk,
        "at_risk": headline.at_risk,
        "unserved_share": estimate(headline.unserved_share),
        "firm_equivalent_gpus": maybe(headline.firm_equivalent_gpus),
        "break_even_growth": maybe(break_even.and_then(|found| found.growth).map(|t| t.at)),
        "break_even_growth_is_at_least": break_even.and_then(|found| found.growth).map(|t| t.is_at_least),
        "break_even_factor": maybe(break_even.and_then(|found| found.factor).map(|t| t.at)),
        "break_even_factor_is_at_least": break_even.and_then(|found| found.factor).map(|t| t.is_at_least),
        "decide_by": list(answer.decide_by, decide_by),
        "ladder": list(&headline.ladder, rung),
    })
}

fn decide_by(gap: &DecideBy) -> Value {
    json!({
        "gap": gap.gap,
        "quarter": gap.quarter,
        "month": gap.month,
        "zone": gap.zone,
        "gpus": number(gap.gpus),
        "date": gap.date.map(|date| date.to_string()),
        "is_past": gap.is_past,
        "how": gap.how,
    })
}

fn standard(standard: &StandardResult) -> Value {
    json!({
        "name": standard.name,
        "priority": standard.priority,
        "holds": standard.holds,
        "unserved_share": estimate(standard.unserved_share),
        "unserved_limit": standard.unserved_limit.map_or(Value::Null, number),
        "worst_month_risk": number(standard.worst_month_risk),
        "month_risk_limit": standard.month_risk_limit.map_or(Value::Null, number),
        "months_at_risk": standard.months_at_risk,
    })
}

fn month(month: &MonthResult) -> Value {
    let mut unserved = Map::new();
    unserved.insert("mean".to_owned(), number(month.unserved.mean));
    unserved.insert("standard_error".to_owned(), number(month.unserved.standard_error));
    unserved.extend(tail(&month.unserved_quantiles));
    json!({
        "month": month.month,
        "quarter": month.quarter,
        "hours": month.hours,
        "lolp": estimate(month.lolp),
        "unserved": unserved,
        "firm_unserved": estimate(month.firm_unserved),
        "deepest": tail(&month.deepest),
        "demand": middle(&month.demand),
        "peak_demand": middle(&month.peak_demand),
        "supply": list(&month.supply, supply),
        "total": supply(&month.total),
    })
}

/// Returns the quantiles of what is bad when it is large, with their errors.
fn tail(q: &Quantiles) -> Map<String, Value> {
    let entries = [
        ("p50", q.p50),
        ("p90", q.p90),
        ("p95", q.p95),
        ("p99", q.p99),
        ("cvar95", q.cvar95),
        ("p95_standard_error", q.p95_error),
        ("cvar95_standard_error", q.cvar95_error),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), number(value))).collect()
}

fn middle(q: &Quantiles) -> Value {
    json!({ "p10": number(q.p10), "p50": number(q.p50), "p90": number(q.p90) })
}

fn supply(supply: &SupplyResult) -> Value {
    json!({
        "supplier": supply.supplier,
        "promised": number(supply.promised),
        "mean": number(supply.mean),
        "p10": number(supply.p10),
        "p50": number(supply.p50),
        "p90": number(supply.p90),
    })
}

fn quarter(quarter: &QuarterResult) -> Value {
    let part = |s: &offtake_adequacy::QuarterSupply| {
        json!({
            "supplier": s.supplier,
            "promised": number(s.promised),
            "mean": number(s.mean),
            "late": number(s.late),
        })
    };
    json!({
        "quarter": quarter.quarter,
        "is_headline": quarter.is_headline,
        "hours": quarter.hours,
        "months_at_risk": quarter.months_at_risk,
        "unserved_share": estimate(quarter.unserved_share),
        "firm_unserved_share": estimate(quarter.firm_unserved_share),
        "demand": middle(&quarter.demand),
        "demand_mean": number(quarter.demand_mean),
        "total": supply(&quarter.total),
        "supply": list(&quarter.supply, part),
    })
}

fn headroom(headroom: &HeadroomResult) -> Value {
    json!({
        "month": headroom.month,
        "zone": headroom.zone,
        "accelerator": headroom.accelerator,
        "p10": number(headroom.quantiles.p10),
        "p50": number(headroom.quantiles.p50),
        "p90": number(headroom.quantiles.p90),
    })
}

fn class(class: &BlockResult) -> Value {
    json!({
        "id": class.id,
        "block": class.block,
        "priority": class.priority,
        "is_firm": class.is_firm,
        "eue": estimate(class.eue),
        "neue": estimate(class.neue.times(1e6)),
        "goodput": class.goodput.map_or(Value::Null, number),
        "months": list(&class.months, class_month),
    })
}

fn class_month(month: &BlockMonth) -> Value {
    json!({
        "month": month.month,
        "unserved": estimate(month.unserved),
        "demand": number(month.demand),
        "unserved_share": maybe(month.share),
    })
}

fn delivery(delivery: &DeliveryResult) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    json!({
        "tranche": delivery.tranche,
        "contract": delivery.contract,
        "supplier": delivery.supplier,
        "site": delivery.site,
        "accelerator": delivery.accelerator,
        "gpus": number(delivery.gpus),
        "promised": delivery.promised.to_string(),
        "promised_whole": delivery.promised_whole.to_string(),
        "promised_end": delivery.promised_end.to_string(),
        "p10": day(delivery.p10),
        "p50": day(delivery.p50),
        "p90": day(delivery.p90),
        "never": number(delivery.never),
    })
}

fn contract(contract: &ContractResult, further: Option<Further<'_>>) -> Value {
    let credits = further.map_or(&[][..], |further| further.credits);
    let own = credits.iter().find(|credit| credit.contract == contract.id);
    let year = |year: &offtake_adequacy::YearCredit| {
        json!({
            "year": year.year,
            "promised_gpus": number(year.promised_gpus),
            "capacity_credit_gpus": maybe(year.credit_gpus),
        })
    };
    json!({
        "id": contract.id,
        "supplier": contract.supplier,
        "nameplate_gpus": number(contract.nameplate_gpus),
        "years": own.map_or(Value::Null, |credit| list(&credit.years, year)),
        "deficiency_gpu_hours": estimate(contract.deficiency),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_none_is_null_and_whole_numbers_have_no_point() {
        assert_eq!(number(f64::NAN), Value::Null);
        assert_eq!(number(f64::INFINITY), Value::Null);
        assert_eq!(number(-0.0).to_string(), "0");
        assert_eq!(number(0.1 + 0.2).to_string(), "0.3");
        assert_eq!(number(12_345.0).to_string(), "12345");
    }
}
