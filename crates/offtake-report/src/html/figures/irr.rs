//! The spread of the return and of what it is worth today.

use super::Figure;
use crate::html::facts::{money, rows, text};
use crate::html::money::spread;
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{decimal, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let currency = text(value, "currency");
    let mut cells = Vec::new();
    let mut bars = Vec::new();
    let named = [
        ("irr", "Return a year (IRR)"),
        ("equity_irr", "Return to the owners a year (equity IRR)"),
        ("npv", "Worth today (NPV)"),
        ("dscr_min", "Least cash over debt service (DSCR)"),
    ];
    for (id, name) in named {
        let Some(found) = spread(value, id) else { continue };
        let write = |x: f64| match id {
            "irr" | "equity_irr" => percent(x),
            "npv" => money(x, currency),
            _ => decimal(x, 2),
        };
        let mut row = vec![name.to_owned()];
        row.extend(found.map(write));
        cells.push(row);
        bars.push(json!({ "id": id, "name": name, "p5": found[0], "p50": found[1], "p95": found[2], "text": found.map(write) }));
    }
    let bins = value.pointer("/distribution/irr/bins").cloned().unwrap_or(Value::Null);
    let first = cells.first()?.clone();
    let columns = [
        ("", Words, None),
        ("P5", Numbers, Some("irr")),
        ("P50", Numbers, None),
        ("P95", Numbers, None),
    ];
    let columns = [("Figure", columns[0].1, None), columns[1], columns[2], columns[3]];
    Some(Figure {
        title: "How sure the return is".to_owned(),
        words: format!(
            "{}{}: half of all futures have more than {}, and one in twenty less than {}.",
            project(value),
            first[0],
            tips.number(&first[2], "irr"),
            first[1]
        ),
        alt: "For each figure a bar from P5 to P95 with a mark at the median.".to_owned(),
        why: "irr",
        table: table(tips, "Spread over futures", &columns, &cells),
        data: json!({ "bars": bars, "bins": bins }),
    })
}

/// Returns the name of the project that is told, for a seller.
fn project(value: &Value) -> String {
    let id = text(value, "headline/project");
    let found = rows(value, "projects").iter().find(|project| text(project, "id") == id);
    let name = found.map_or("", |project| text(project, "name"));
    if name.is_empty() { String::new() } else { format!("{}. ", safe(name)) }
}
