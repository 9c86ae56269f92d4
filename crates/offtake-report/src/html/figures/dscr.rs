//! Cash over debt service against months late.

use super::Figure;
use crate::html::facts::{num, rows};
use crate::html::text::{Side::Numbers, Tips, table};
use crate::number::decimal;
use crate::study::StudyReport;
use serde_json::{Value, json};

/// The least that lenders ask for where the part names none.
const LEAST: f64 = 1.05;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let all = rows(value, "headline/dscr_by_months_late");
    let least = num(value, "headline/dscr_least").unwrap_or(LEAST);
    let pair = |row: &Value| Some((num(row, "months_late")?, num(row, "dscr_min")?));
    let found: Vec<(f64, f64)> = all.iter().filter_map(pair).collect();
    let broken = found.iter().find(|(_, dscr)| *dscr < least);
    let said = match (found.is_empty(), broken) {
        (true, _) => return None,
        (_, Some((months, dscr))) => format!(
            "Cash over debt service falls below {} at {} months late ({}).",
            decimal(least, 2),
            tips.number(&decimal(*months, 0), "dscr"),
            decimal(*dscr, 3)
        ),
        (_, None) => format!(
            "Cash over debt service stays above {} at every delay looked at.",
            tips.number(&decimal(least, 2), "dscr")
        ),
    };
    let cells: Vec<Vec<String>> =
        found.iter().map(|(months, dscr)| vec![decimal(*months, 0), decimal(*dscr, 2)]).collect();
    let columns = [("Months late", Numbers, None), ("Least DSCR", Numbers, Some("dscr"))];
    Some(Figure {
        title: "How late it may be before the debt suffers".to_owned(),
        words: said,
        alt: "A line: the least cash over debt service against months of delay, with the lenders' least as a rule.".to_owned(),
        why: "dscr",
        table: table(tips, "Least cash over debt service by months of delay", &columns, &cells),
        data: json!({ "least": least, "points": found }),
    })
}
