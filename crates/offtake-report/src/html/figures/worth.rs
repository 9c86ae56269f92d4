//! What each supplier is worth: volume, and not being one of the others.

use super::Figure;
use crate::html::facts::{est, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number;
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let stress = report.section("stress")?;
    let all = rows(stress, "diversification");
    if all.is_empty() {
        return None;
    }
    let columns = [
        ("Supplier", Words, None),
        ("Diversification, GPUh a year", Numbers, Some("diversification")),
        ("Volume, GPUh a year", Numbers, None),
    ];
    let row = |row: &Value| {
        let write =
            |path: &str| est(row, path).map_or_else(String::new, |e| number::estimate(e, ""));
        vec![
            safe(report.head.supplier(text(row, "supplier"))),
            write("diversification"),
            write("volume"),
        ]
    };
    let bar = |row: &Value| {
        let read = |path: &str| est(row, path).map(|e| e.mean);
        json!({ "name": report.head.supplier(text(row, "supplier")), "diversification": read("diversification"), "volume": read("volume") })
    };
    Some(Figure {
        title: "Diversification or volume".to_owned(),
        words: "What each supplier keeps from going unserved, split into what its GPUs would do from anybody, and what it \
                adds by failing and slipping apart from the largest."
            .to_owned(),
        alt: "Two bars for each supplier: what diversification is worth, and what volume is.".to_owned(),
        why: "diversification",
        table: table(tips, "Unserved work that each supplier avoids", &columns, &all.iter().map(row).collect::<Vec<_>>()),
        data: json!({ "rows": all.iter().map(bar).collect::<Vec<_>>() }),
    })
}
