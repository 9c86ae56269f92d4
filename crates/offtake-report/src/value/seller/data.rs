//! A seller's results for programs: JSON, and tables of plain values for CSV and Parquet.

use super::ValueAnswer;
use crate::json::{estimate, number};
use crate::table::{Row, Table, maybe, number as cell, text};
use crate::value::seller::of;
use offtake_adequacy::Distribution;
use offtake_value::finance::{
    Agility, Delays, Held, Irr, Moved, Need, ProjectResult, Rates, Returns, UseOfPower,
};
use serde_json::{Map, Value, json};

/// Returns what stands under `headline` of a seller, for its first project.
pub(in crate::value) fn headline(answer: &ValueAnswer<'_>) -> Map<String, Value> {
    let mut fields = Map::new();
    let Some(results) = of(answer) else { return fields };
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if let Some(project) = results.projects.first() {
        let p = &project.promised;
        put("project", json!(project.id));
        put("perimeter", names(&project.perimeter));
        put("ebitda_margin", option(p.margin));
        put("project_irr", rate(&p.project_irr));
        put("equity_irr", rate(&p.equity_irr));
        put("npv", number(p.npv));
        put("npv_equity", number(p.npv_equity));
        put("payback_months", p.payback.map_or(Value::Null, |months| json!(months)));
        put("dscr_min", option(p.dscr_min));
        put("chance_dscr_below", estimate(project.below));
        put("chance_lenders_are_not_paid", estimate(project.missed));
        let delays = project.delays.as_ref();
        put("days_late_until_dscr_below", delays.map_or(Value::Null, |d| json!(d.below)));
        put("days_late_until_draws_lapse", delays.map_or(Value::Null, |d| json!(d.lapse)));
        put("days_late_until_termination", delays.map_or(Value::Null, |d| json!(d.terminate)));
    }
    let largest = results.tenants.first();
    put("largest_tenant_revenue_share", option(largest.map(|tenant| tenant.revenue_share)));
    put("largest_tenant_power_share", option(largest.map(|tenant| tenant.power_share)));
    put("megawatts_convertible", within(&results.agility));
    fields
}

/// Returns what stands under `distribution` of a seller, for its first project.
pub(in crate::value) fn distribution(answer: &ValueAnswer<'_>) -> Map<String, Value> {
    of(answer).and_then(|results| results.projects.first()).map_or_else(Map::new, |project| {
        spreads(project).into_iter().map(|(name, d)| (name.to_owned(), spread(d))).collect()
    })
}

/// Returns a seller's own fields; nothing for a buyer.
pub(in crate::value) fn json(answer: &ValueAnswer<'_>) -> Map<String, Value> {
    let Some(results) = of(answer) else { return Map::new() };
    let tenants: Vec<Value> = results
        .tenants
        .iter()
        .map(|tenant| {
            json!({
                "contract": tenant.contract,
                "buyer": tenant.buyer,
                "revenue_a_year": number(tenant.revenue),
                "revenue_share": number(tenant.revenue_share),
                "megawatts": number(tenant.megawatts),
                "power_share": number(tenant.power_share),
            })
        })
        .collect();
    let projects: Vec<Value> = results.projects.iter().map(|one| project(answer, one)).collect();
    let uses: Vec<Value> = results.uses.iter().map(use_of_power).collect();
    let fields = [
        ("projects", Value::Array(projects)),
        ("tenants", Value::Array(tenants)),
        ("uses", Value::Array(uses)),
        ("agility", agility(&results.agility)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn option(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

fn rate(irr: &Irr) -> Value {
    option(irr.unique())
}

fn names(counted: &[offtake_model::Counted]) -> Value {
    Value::Array(counted.iter().map(|one| json!(one.name())).collect())
}

fn spread(d: Option<&Distribution>) -> Value {
    d.map_or(Value::Null, |d| {
        json!({
            "mean": number(d.mean.mean),
            "p5": number(d.p5.mean),
            "p50": number(d.p50.mean),
            "p95": number(d.p95.mean),
            "mean_standard_error": number(d.mean.standard_error),
        })
    })
}

fn spreads(project: &ProjectResult) -> [(&'static str, Option<&Distribution>); 8] {
    [
        ("npv", Some(&project.npv)),
        ("npv_equity", Some(&project.npv_equity)),
        ("irr", project.project_irr.spread.as_ref()),
        ("project_irr", project.project_irr.spread.as_ref()),
        ("equity_irr", project.equity_irr.spread.as_ref()),
        ("dscr_min", project.dscr_min.as_ref()),
        ("ebitda_margin", project.margin.as_ref()),
        ("payback_months", project.payback.as_ref()),
    ]
}

fn promised(returns: &Returns) -> Value {
    json!({
        "revenue": number(returns.revenue as f64 / 1e6),
        "ebitda": number(returns.ebitda as f64 / 1e6),
        "ebitda_margin": option(returns.margin),
        "project_irr": rate(&returns.project_irr),
        "project_irr_text": returns.project_irr.to_string(),
        "equity_irr": rate(&returns.equity_irr),
        "equity_irr_text": returns.equity_irr.to_string(),
        "npv": number(returns.npv),
        "npv_equity": number(returns.npv_equity),
        "payback_months": returns.payback,
        "dscr_min": option(returns.dscr_min),
        "owners_put_in": number(returns.put_in as f64 / 1e6),
    })
}

fn odd(rates: &Rates) -> Value {
    json!({
        "nothing_back": estimate(rates.lost),
        "none": estimate(rates.none),
        "several": estimate(rates.several),
    })
}

fn project(answer: &ValueAnswer<'_>, project: &ProjectResult) -> Value {
    let distribution: Map<String, Value> =
        spreads(project).into_iter().map(|(name, d)| (name.to_owned(), spread(d))).collect();
    let by_year: Vec<Value> = project
        .by_year
        .iter()
        .map(|(year, d)| json!({ "year": year, "dscr": spread(Some(d)) }))
        .collect();
    let steps: Vec<Value> = project
        .steps
        .iter()
        .map(|(step, amount)| json!({ "step": step.name(), "amount": number(*amount) }))
        .collect();
    let claims: Vec<Value> = project.claims.iter().map(|one| held(answer, one)).collect();
    let rests_on: Vec<Value> = project.sensitivity.iter().map(moved).collect();
    json!({
        "id": project.id,
        "name": project.name,
        "perimeter": names(&project.perimeter),
        "left_out": names(&project.left_out),
        "megawatts": number(project.megawatts),
        "debt": number(project.debt.0),
        "debt_drawn": number(project.debt.1),
        "min_dscr": option(project.floor),
        "promised": promised(&project.promised),
        "distribution": distribution,
        "chance_never_paid_back": estimate(project.never_back),
        "chance_dscr_below": estimate(project.below),
        "chance_lenders_are_not_paid": estimate(project.missed),
        "unpaid_at_the_end": estimate(project.unpaid),
        "irr_without_a_rate": { "project": odd(&project.project_irr), "equity": odd(&project.equity_irr) },
        "dscr_by_year": by_year,
        "waterfall": steps,
        "claims": claims,
        "delay": project.delays.as_ref().map_or(Value::Null, delay),
        "rests_on": rests_on,
        "unpriced": project.unpriced,
        "gpus_without_purchase": project.unpaid_gpus,
    })
}

fn held(answer: &ValueAnswer<'_>, held: &Held) -> Value {
    let needs: Vec<Value> = held.needs.iter().map(need).collect();
    let because: Map<String, Value> =
        held.because.iter().map(|(name, amount)| ((*name).to_owned(), number(*amount))).collect();
    json!({
        "id": held.id,
        "of": held.of.name(),
        "sense": held.sense.name(),
        "claimed": number(held.claimed),
        "modelled": option(held.modelled),
        "holds": held.holds,
        "source": held.source,
        "mark": held.mark.text(),
        "note": held.note,
        "why": (held.holds != Some(true)).then(|| super::read::why(answer, held)),
        "because": because,
        "needs": needs,
    })
}

fn need(need: &Need) -> Value {
    let (name, value) = match need {
        Need::ShellCost(value) => ("shell_cost_per_megawatt", value),
        Need::Residual(value) => ("residual", value),
        Need::WithAllLeft(value) => ("irr_with_all_left", value),
        Need::Rent(value) => ("rent_per_megawatt_year", value),
        Need::WithoutShell(value) => ("irr_without_shell", value),
        Need::WithoutShellOrResidual(value) => ("irr_without_shell_or_residual", value),
        Need::CostsAYear(value) => ("costs_a_year", value),
    };
    json!({ "need": name, "value": number(*value) })
}

fn delay(delays: &Delays) -> Value {
    let rows: Vec<Value> = delays
        .rows
        .iter()
        .map(|row| {
            let by_year: Vec<Value> = row
                .by_year
                .iter()
                .map(|(year, dscr)| json!({ "year": year, "dscr": number(*dscr) }))
                .collect();
            let by_quarter: Vec<Value> = row
                .by_quarter
                .iter()
                .map(|(quarter, dscr)| json!({ "quarter": quarter, "dscr": number(*dscr) }))
                .collect();
            json!({
                "months_late": row.months,
                "dscr_min": option(row.dscr_min),
                "by_year": by_year,
                "by_quarter": by_quarter,
                "equity_irr": rate(&row.equity_irr),
                "unpaid": number(row.unpaid as f64 / 1e6),
            })
        })
        .collect();
    json!({
        "min_dscr": option(delays.floor),
        "days_until_below": delays.below,
        "days_until_lenders_are_not_paid": delays.missed,
        "days_until_draws_lapse": delays.lapse,
        "days_until_termination": delays.terminate,
        "days_until_long_stop": delays.long_stop,
        "rows": rows,
    })
}

fn moved(moved: &Moved) -> Value {
    let end = |end: &Option<offtake_value::finance::End>| {
        end.as_ref().map_or(Value::Null, |end| {
            json!({
                "value": end.text,
                "project_irr": rate(&end.project_irr),
                "equity_irr": rate(&end.equity_irr),
                "dscr_min": option(end.dscr_min),
            })
        })
    };
    json!({ "input": moved.path, "low": end(&moved.low), "high": end(&moved.high) })
}

fn use_of_power(one: &UseOfPower) -> Value {
    json!({
        "id": one.id,
        "name": one.name,
        "is_project": one.is_own,
        "revenue_per_megawatt_year": number(one.revenue),
        "ebitda_per_megawatt_year": number(one.ebitda),
        "capital_per_megawatt": number(one.capital),
        "irr": rate(&one.irr),
        "npv_per_megawatt": number(one.npv),
    })
}

fn within(agility: &Agility) -> Value {
    let one = |(months, megawatts): &(i64, f64)| json!({ "months": months, "megawatts": number(*megawatts) });
    Value::Array(agility.within.iter().map(one).collect())
}

fn agility(agility: &Agility) -> Value {
    let stocks: Vec<Value> = agility
        .stocks
        .iter()
        .map(|stock| {
            json!({
                "power": stock.id,
                "megawatts": number(stock.megawatts),
                "recipe": stock.recipe,
                "earliest": stock.earliest.map(|day| day.to_string()),
            })
        })
        .collect();
    json!({
        "grid_power_megawatts": number(agility.secured),
        "sold_megawatts": number(agility.sold),
        "fleet_megawatts": number(agility.fleets),
        "within": within(agility),
        "opportunities_megawatts": number(agility.expected),
        "stocks": stocks,
    })
}

/// Returns a seller's tables; none for a buyer.
pub(in crate::value) fn tables(answer: &ValueAnswer<'_>) -> Vec<Table> {
    let Some(results) = of(answer) else { return Vec::new() };
    let projects = || results.projects.iter();
    let rows = |of: &dyn Fn(&ProjectResult) -> Vec<Row>| projects().flat_map(of).collect();
    vec![
        Table::new("projects", rows(&|project| vec![project_row(project)])),
        Table::new("delay", rows(&delay_rows)),
        Table::new("delay_by_quarter", rows(&quarter_rows)),
        Table::new("claims", rows(&claim_rows)),
        Table::new("rests_on", rows(&moved_rows)),
        Table::new("waterfall", rows(&step_rows)),
        Table::new("uses", results.uses.iter().map(use_row).collect()),
    ]
}

fn project_row(project: &ProjectResult) -> Row {
    let p = &project.promised;
    let mut row = vec![
        text("project", &project.id),
        maybe("promised_ebitda_margin", p.margin),
        maybe("promised_project_irr", p.project_irr.unique()),
        maybe("promised_equity_irr", p.equity_irr.unique()),
        cell("promised_npv", p.npv),
        cell("promised_npv_equity", p.npv_equity),
        maybe("promised_dscr_min", p.dscr_min),
        maybe("promised_payback_months", p.payback.map(|months| months as f64)),
        cell("debt_drawn", project.debt.1),
        cell("chance_dscr_below", project.below.mean),
        cell("chance_lenders_are_not_paid", project.missed.mean),
    ];
    for (name, d) in spreads(project) {
        for (suffix, of) in [
            ("mean", d.map(|d| d.mean.mean)),
            ("p5", d.map(|d| d.p5.mean)),
            ("p50", d.map(|d| d.p50.mean)),
            ("p95", d.map(|d| d.p95.mean)),
        ] {
            row.push(maybe(&format!("{name}_{suffix}"), of));
        }
    }
    row
}

fn delay_rows(project: &ProjectResult) -> Vec<Row> {
    let rows = project.delays.iter().flat_map(|delays| &delays.rows);
    rows.flat_map(|late| {
        late.by_year.iter().map(|(year, dscr)| {
            vec![
                text("project", &project.id),
                cell("months_late", f64::from(late.months)),
                cell("year", f64::from(*year)),
                cell("dscr", *dscr),
                maybe("dscr_min", late.dscr_min),
                maybe("equity_irr", late.equity_irr.unique()),
            ]
        })
    })
    .collect()
}

fn quarter_rows(project: &ProjectResult) -> Vec<Row> {
    let rows = project.delays.iter().flat_map(|delays| &delays.rows);
    rows.flat_map(|late| {
        late.by_quarter.iter().map(|(quarter, dscr)| {
            vec![
                text("project", &project.id),
                cell("months_late", f64::from(late.months)),
                text("quarter", quarter),
                cell("dscr", *dscr),
            ]
        })
    })
    .collect()
}

fn claim_rows(project: &ProjectResult) -> Vec<Row> {
    let row = |held: &Held| {
        vec![
            text("project", &project.id),
            text("claim", &held.id),
            text("of", held.of.name()),
            text("sense", held.sense.name()),
            cell("claimed", held.claimed),
            maybe("modelled", held.modelled),
            text("holds", held.holds.map_or("unknown", |holds| if holds { "yes" } else { "no" })),
            text("source", held.source.as_deref().unwrap_or("")),
            text("mark", held.mark.text()),
        ]
    };
    project.claims.iter().map(row).collect()
}

fn moved_rows(project: &ProjectResult) -> Vec<Row> {
    let row = |moved: &Moved| {
        let (low, high) = (moved.low.as_ref(), moved.high.as_ref());
        vec![
            text("project", &project.id),
            text("input", &moved.path),
            text("low", low.map_or("", |end| end.text.as_str())),
            maybe("equity_irr_low", low.and_then(|end| end.equity_irr.unique())),
            text("high", high.map_or("", |end| end.text.as_str())),
            maybe("equity_irr_high", high.and_then(|end| end.equity_irr.unique())),
        ]
    };
    project.sensitivity.iter().map(row).collect()
}

fn step_rows(project: &ProjectResult) -> Vec<Row> {
    let steps = project.steps.iter();
    steps
        .map(|(step, amount)| {
            vec![text("project", &project.id), text("step", step.name()), cell("amount", *amount)]
        })
        .collect()
}

fn use_row(one: &UseOfPower) -> Row {
    vec![
        text("use", &one.id),
        text("name", &one.name),
        cell("revenue_per_megawatt_year", one.revenue),
        cell("ebitda_per_megawatt_year", one.ebitda),
        cell("capital_per_megawatt", one.capital),
        maybe("irr", one.irr.unique()),
        cell("npv_per_megawatt", one.npv),
    ]
}
