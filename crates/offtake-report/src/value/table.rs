//! The answer as tables of plain values, for CSV and Parquet.

use super::{ValueAnswer, seller};
use crate::table::{Row, Table, estimate, maybe, number, text};
use offtake_adequacy::{Distribution, Estimate};
use offtake_value::{CashFlow, ContractValue, Spread, WorkValue};

/// Returns every table.
#[must_use]
pub fn tables(answer: &ValueAnswer<'_>) -> Vec<Table> {
    let v = answer.value;
    let mut tables = vec![
        Table::new("cash_flows", v.cash_flows.iter().map(cash_flow).collect()),
        Table::new("contracts", v.contracts.iter().map(contract).collect()),
        Table::new("work", v.work.iter().map(work).collect()),
        Table::new("distributions", v.spreads.iter().map(spread).collect()),
        Table::new("prepaid_open", v.open.iter().map(open).collect()),
    ];
    tables.extend(seller::tables(answer));
    tables
}

fn cash_flow(flow: &CashFlow) -> Row {
    vec![
        text("month", &flow.text),
        text("contract", &flow.on),
        text("kind", flow.kind.name()),
        number("amount", flow.micros as f64 / 1e6),
    ]
}

fn distribution(row: &mut Row, d: &Distribution) {
    for (name, value) in [("mean", d.mean), ("p5", d.p5), ("p50", d.p50), ("p95", d.p95)] {
        row.extend(estimate(name, value));
    }
}

fn spread(s: &Spread) -> Row {
    let mut row = vec![text("name", s.name), text("unit", &s.unit)];
    distribution(&mut row, &s.distribution);
    row
}

fn open((month, d): &(String, Distribution)) -> Row {
    let mut row = vec![text("month", month)];
    distribution(&mut row, d);
    row
}

fn contract(c: &ContractValue) -> Row {
    let mut row = vec![
        text("contract", &c.id),
        text("name", &c.name),
        text("party", &c.party),
        number("rate_per_gpu_hour", c.rate),
        number("value", c.value),
        number("value_a_year", c.yearly),
        number("promised_gpu_hours", c.promised),
    ];
    let estimates: [(&str, Estimate); 12] = [
        ("delivered_gpu_hours", c.delivered),
        ("used_gpu_hours", c.used),
        ("billed", c.billed),
        ("paid", c.paid),
        ("present_value", c.present),
        ("paid_before", c.before),
        ("delay_credits", c.delay_credits),
        ("sla_credits", c.sla_credits),
        ("deficiency", c.deficiency),
        ("prepaid", c.prepaid),
        ("prepaid_lost", c.lost),
        ("chance_of_losing_prepaid", c.loss_chance),
    ];
    for (name, value) in estimates {
        row.extend(estimate(name, value));
    }
    let names =
        ["cost_per_gpu_hour_promised", "cost_per_gpu_hour_delivered", "cost_per_gpu_hour_used"];
    for (name, price) in names.into_iter().zip(c.per_hour) {
        row.push(maybe(name, price.map(|price| price.mean)));
    }
    row.push(maybe("waiting", c.waiting.map(|waiting| waiting.mean.mean)));
    row.push(maybe("revenue", c.margin.map(|(revenue, _)| revenue.mean)));
    row.push(maybe("margin", c.margin.map(|(_, margin)| margin.mean.mean)));
    row
}

fn work(w: &WorkValue) -> Row {
    vec![
        text("workload", &w.id),
        number("served_gpu_hours", w.served.mean),
        maybe("million_tokens", w.tokens.map(|tokens| tokens.mean)),
        maybe("cost_per_million_tokens", w.cost_per_million.map(|cost| cost.mean)),
        maybe("revenue", w.revenue.map(|revenue| revenue.mean)),
    ]
}
