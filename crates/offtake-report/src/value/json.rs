//! The answer as JSON. `docs/reference/value-json.md` says what each field is.

use super::sentence::value_sentence;
use super::{ValueAnswer, decimal_text, seller};
use crate::json::{estimate, number};
use offtake_adequacy::{Distribution, Estimate};
use offtake_value::{CashFlow, ContractValue, Spread, Use, WorkValue};
use serde_json::{Map, Value, json};

/// Returns everything but what may differ between equal runs.
#[must_use]
pub fn value_json(answer: &ValueAnswer<'_>) -> Value {
    let (v, head) = (answer.value, answer.head);
    let list = |values: &mut dyn Iterator<Item = Value>| Value::Array(values.collect());
    let mut fields = json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "from": head.from,
        "until": head.until,
        "reference_accelerator": head.reference,
        "seed": v.seed,
        "samples": v.samples,
        "dispatched": v.dispatched,
        "side": v.side.name(),
        "currency": v.currency,
        "discount_rate": number(v.discount),
        "wait_months": v.wait,
        "is_dispatched": v.usage == Use::Dispatched,
        "answer": value_sentence(answer),
        "headline": headline(answer),
        "distribution": distributions(answer),
        "contracts": list(&mut v.contracts.iter().map(|c| contract(c, v.usage))),
        "work": list(&mut v.work.iter().map(work)),
        "prepaid_open": list(&mut v.open.iter().map(|(month, open)| {
            let mut fields = spread(open);
            fields.insert("month".to_owned(), json!(month));
            Value::Object(fields)
        })),
        "cash_flows": list(&mut v.cash_flows.iter().map(cash_flow)),
        "without_price": v.without_price,
        "owned_without_cost": v.owned,
    });
    if let Some(fields) = fields.as_object_mut() {
        fields.extend(seller::json(answer));
    }
    fields
}

fn maybe(value: Option<Estimate>) -> Value {
    value.map_or(Value::Null, estimate)
}

/// Returns what was used, which only dispatch knows.
fn used(hours: Estimate, usage: Use) -> Value {
    maybe(Some(hours).filter(|_| usage == Use::Dispatched))
}

fn per_hour(prices: &[Option<Estimate>; 3], usage: Use) -> Value {
    let used = prices[2].filter(|_| usage == Use::Dispatched);
    json!({ "promised": maybe(prices[0]), "delivered": maybe(prices[1]), "used": maybe(used) })
}

fn headline(answer: &ValueAnswer<'_>) -> Value {
    let t = &answer.value.totals;
    let usage = answer.value.usage;
    let mut fields = json!({
        "value": number(t.value),
        "value_a_year": number(t.yearly),
        "promised_gpu_hours": number(t.promised),
        "delivered_gpu_hours": estimate(t.delivered),
        "used_gpu_hours": used(t.used, usage),
        "cost_per_gpu_hour": per_hour(&t.per_hour, usage),
        "cost_per_reference_gpu_hour_served": maybe(t.per_served),
        "unserved_gpu_hours": maybe(t.unserved),
        "unserved_cost": maybe(t.unserved_cost),
        "chance_of_losing_prepaid": estimate(t.loss_chance),
    });
    if let Some(fields) = fields.as_object_mut() {
        fields.extend(seller::headline(answer));
    }
    fields
}

fn spread(d: &Distribution) -> Map<String, Value> {
    let fields = [("mean", d.mean), ("p5", d.p5), ("p50", d.p50), ("p95", d.p95)];
    let errors = fields
        .iter()
        .map(|(name, value)| (format!("{name}_standard_error"), number(value.standard_error)));
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), number(value.mean)))
        .chain(errors)
        .collect()
}

fn distributions(answer: &ValueAnswer<'_>) -> Value {
    let one = |s: &Spread| {
        let mut fields = spread(&s.distribution);
        fields.insert("unit".to_owned(), json!(s.unit));
        (s.name.to_owned(), Value::Object(fields))
    };
    let mut all: Map<String, Value> = answer.value.spreads.iter().map(one).collect();
    let own = seller::distribution(answer);
    if !own.is_empty()
        && let Some(contracts) = all.remove("npv")
    {
        // A seller's is that of its project; what the contracts alone are worth keeps a name of its own.
        all.insert("npv_of_contracts".to_owned(), contracts);
    }
    all.extend(own);
    // A stream of payments alone has no rate of return; what a seller's is comes with its costs.
    all.entry("irr").or_insert(Value::Null);
    Value::Object(all)
}

fn contract(c: &ContractValue, usage: Use) -> Value {
    let all =
        |d: &Option<Distribution>| d.as_ref().map_or(Value::Null, |d| Value::Object(spread(d)));
    let margin = c.margin.map(|(_, margin)| margin);
    json!({
        "id": c.id,
        "name": c.name,
        "party": c.party,
        "rate": number(c.rate),
        "value": number(c.value),
        "value_a_year": number(c.yearly),
        "promised_gpu_hours": number(c.promised),
        "delivered_gpu_hours": estimate(c.delivered),
        "used_gpu_hours": used(c.used, usage),
        "billed": estimate(c.billed),
        "cost_per_gpu_hour": per_hour(&c.per_hour, usage),
        "paid": estimate(c.paid),
        "present_value": estimate(c.present),
        "paid_before": estimate(c.before),
        "delay_credits": estimate(c.delay_credits),
        "sla_credits": estimate(c.sla_credits),
        "deficiency": estimate(c.deficiency),
        "tranches_ended": estimate(c.ended),
        "prepaid": estimate(c.prepaid),
        "prepaid_peak": Value::Object(spread(&c.peak)),
        "prepaid_lost": estimate(c.lost),
        "chance_of_losing_prepaid": estimate(c.loss_chance),
        "waiting": all(&c.waiting),
        "waiting_work": maybe(c.meanwhile),
        "chance_that_waiting_is_cheaper": maybe(c.waiting_cheaper),
        "renewal": maybe(c.renewal),
        "sublease": maybe(c.sublease),
        "revenue": maybe(c.margin.map(|(revenue, _)| revenue)),
        "margin": all(&margin),
    })
}

fn work(w: &WorkValue) -> Value {
    json!({
        "id": w.id,
        "name": w.name,
        "served_gpu_hours": estimate(w.served),
        "million_tokens": maybe(w.tokens),
        "cost_per_million_tokens": maybe(w.cost_per_million),
        "revenue": maybe(w.revenue),
    })
}

fn cash_flow(flow: &CashFlow) -> Value {
    json!({
        "month": flow.text,
        "contract": flow.on,
        "kind": flow.kind.name(),
        "amount": decimal_text(flow.micros),
    })
}
