//! What else a megawatt could be used for: what each use earns a year, and returns on what it takes.

use super::Figure;
use crate::html::facts::{money, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{NONE, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let currency = text(value, "currency");
    let all = rows(value, "uses");
    if all.len() < 2 {
        return None;
    }
    let amount = |one: &Value, key: &str| amount(one, key, currency);
    let columns = [
        ("Use", Words, Some("uses")),
        ("Revenue", Numbers, None),
        ("EBITDA", Numbers, None),
        ("To build", Numbers, None),
        ("IRR", Numbers, Some("irr")),
        ("NPV", Numbers, Some("npv")),
    ];
    let row = |one: &Value| {
        vec![
            safe(&name(one)),
            amount(one, "revenue_per_megawatt_year"),
            amount(one, "ebitda_per_megawatt_year"),
            amount(one, "capital_per_megawatt"),
            rate(one),
            amount(one, "npv_per_megawatt"),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let bar = |one: &Value| {
        json!({
            "name": name(one),
            "is_own": one["is_project"] == true,
            "revenue": num(one, "revenue_per_megawatt_year"),
            "ebitda": num(one, "ebitda_per_megawatt_year"),
            "capital": num(one, "capital_per_megawatt"),
            "irr": num(one, "irr"),
            "text": [amount(one, "revenue_per_megawatt_year"), amount(one, "ebitda_per_megawatt_year"),
                     amount(one, "capital_per_megawatt"), rate(one), amount(one, "npv_per_megawatt")],
        })
    };
    Some(Figure {
        title: "What a megawatt earns, and what it returns".to_owned(),
        words: words(all, currency, tips)?,
        alt: "For each use of a megawatt of critical IT load two bars, revenue and EBITDA a year, and beside them a bar for its \
              rate of return."
            .to_owned(),
        why: "uses",
        table: table(tips, "A megawatt of critical IT load, a year", &columns, &cells),
        data: json!({ "currency": currency, "rows": all.iter().map(bar).collect::<Vec<_>>() }),
    })
}

/// Says which use earns most and which returns most.
fn words(all: &[Value], currency: &str, tips: &mut Tips) -> Option<String> {
    let most = |key: &str| {
        let of = |one: &&Value| num(one, key).unwrap_or(f64::NEG_INFINITY);
        all.iter().max_by(|a, b| of(a).total_cmp(&of(b)))
    };
    let (earns, returns) = (most("ebitda_per_megawatt_year")?, most("irr")?);
    let earned = tips.number(&amount(earns, "ebitda_per_megawatt_year", currency), "uses");
    let returned = tips.number(&rate(returns), "irr");
    let (first, second) = (safe(&name(earns)), safe(&name(returns)));
    let said = if first == second {
        format!(
            "A megawatt earns and returns most as {first}: {earned} a year before capital, and {returned} a year on what it \
             takes to build."
        )
    } else {
        format!(
            "A megawatt earns most as {first}, {earned} a year before capital; it returns most as {second}, {returned} a year \
             on what it takes to build."
        )
    };
    Some(said)
}

fn name(one: &Value) -> String {
    let own = if one["is_project"] == true { " (this book)" } else { "" };
    format!("{}{own}", text(one, "name"))
}

fn rate(one: &Value) -> String {
    num(one, "irr").map_or_else(|| NONE.to_owned(), percent)
}

fn amount(one: &Value, key: &str, currency: &str) -> String {
    num(one, key).map_or_else(|| NONE.to_owned(), |amount| money(amount, currency))
}
