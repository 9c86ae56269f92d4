//! GPUs that could still be promised to somebody else.

use super::Figure;
use crate::html::facts::{month, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::whole;
use crate::study::StudyReport;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let assess = report.section("assess")?;
    let headline = num(assess, "headline/months")? as usize;
    let months: Vec<&str> = rows(assess, "months").iter().map(|m| text(m, "month")).collect();
    let mut found: BTreeMap<(&str, &str), Vec<[f64; 3]>> = BTreeMap::new();
    for row in rows(assess, "headroom") {
        let of = |q: &str| num(row, q).unwrap_or(0.0);
        let key = (text(row, "zone"), text(row, "accelerator"));
        found.entry(key).or_default().push([of("p10"), of("p50"), of("p90")]);
    }
    found.retain(|_, values| values.iter().any(|[_, _, p90]| *p90 >= 0.5));
    if found.is_empty() {
        return None;
    }
    let last = headline.checked_sub(1)?;
    let cells = found.iter().map(|((zone, accelerator), values)| {
        let least = values.iter().take(headline).map(|v| v[0]).fold(f64::INFINITY, f64::min);
        let end = values.get(last).copied().unwrap_or_default();
        let mut row = vec![safe(zone), safe(accelerator), whole(least)];
        row.extend(end.map(whole));
        row
    });
    let at = month(months.get(last)?);
    let names = [format!("{at}: P10"), "P50".to_owned(), "P90".to_owned()];
    let columns = [
        ("Zone", Words, None),
        ("Type", Words, None),
        ("Least P10 to then", Numbers, Some("headroom")),
        (names[0].as_str(), Numbers, None),
        (names[1].as_str(), Numbers, None),
        (names[2].as_str(), Numbers, None),
    ];
    let cells: Vec<Vec<String>> = cells.collect();
    Some(Figure {
        title: "What could still be promised".to_owned(),
        words: "GPUs that no work of this book needs, by zone and type. What is promised to somebody else should stay below P10.".to_owned(),
        alt: String::new(),
        why: "headroom",
        table: table(tips, "Surplus GPUs, mean of the month", &columns, &cells),
        data: Value::Null,
    })
}
