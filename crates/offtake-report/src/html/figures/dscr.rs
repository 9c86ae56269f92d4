//! Cash over debt service against months late.

use super::Figure;
use crate::html::money::{delay_marks, delays};
use crate::html::text::{Side::Numbers, Tips, table};
use crate::number::decimal;
use crate::study::StudyReport;
use serde_json::json;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let (found, least) = delays(value)?;
    let broken = found.iter().find(|(_, dscr)| *dscr < least);
    let said = match broken {
        Some((months, dscr)) => format!(
            "Cash over debt service falls below {} at {} months late ({}).",
            decimal(least, 2),
            tips.number(&decimal(*months, 0), "dscr"),
            decimal(*dscr, 3)
        ),
        None => format!(
            "Cash over debt service stays above {} at every delay looked at.",
            tips.number(&decimal(least, 2), "dscr")
        ),
    };
    let last = found.last().map_or(0.0, |(months, _)| *months);
    let marks: Vec<(&str, f64)> =
        delay_marks(value).into_iter().filter(|(_, month)| *month <= last).collect();
    let cells: Vec<Vec<String>> =
        found.iter().map(|(months, dscr)| vec![decimal(*months, 0), decimal(*dscr, 2)]).collect();
    let columns = [("Months late", Numbers, None), ("Least DSCR", Numbers, Some("dscr"))];
    Some(Figure {
        title: "How late it may be before the debt suffers".to_owned(),
        words: said,
        alt: "A line: the least cash over debt service against months of delay, with the lenders' least as a rule.".to_owned(),
        why: "dscr",
        table: table(tips, "Least cash over debt service by months of delay", &columns, &cells),
        data: json!({ "least": least, "points": found, "marks": marks }),
    })
}
