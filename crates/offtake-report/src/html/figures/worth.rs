//! What each supplier is worth: volume, and not being one of the others.

use super::Figure;
use crate::html::facts::{aligned, est, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let stress = report.section("stress")?;
    let all = rows(stress, "diversification");
    if all.is_empty() {
        return None;
    }
    let apart = all.iter().map(|row| est(row, "diversification"));
    let both: Vec<_> = apart.chain(all.iter().map(|row| est(row, "volume"))).collect();
    let (letter, cells) = aligned(&both);
    let columns = [
        ("Supplier", Words, None),
        ("Diversification", Numbers, Some("diversification")),
        ("Volume", Numbers, None),
    ];
    let row = |(at, row): (usize, &Value)| {
        let name = safe(report.head.supplier(text(row, "supplier")));
        vec![name, cells[at].clone(), cells[all.len() + at].clone()]
    };
    let rows: Vec<Vec<String>> = all.iter().enumerate().map(row).collect();
    let caption = format!("Unserved work that each supplier avoids, {letter} GPUh a year");
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
        table: table(tips, &caption, &columns, &rows),
        data: json!({ "rows": all.iter().map(bar).collect::<Vec<_>>() }),
    })
}
