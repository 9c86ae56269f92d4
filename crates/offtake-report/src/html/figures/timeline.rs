//! When each tranche comes, and until when it is in use.

use super::Figure;
use crate::html::facts::{day, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{percent, whole};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let assess = report.section("assess")?;
    let all = rows(assess, "deliveries");
    let open: Vec<&Value> =
        all.iter().filter(|d| text(d, "promised") >= text(assess, "as_of")).collect();
    let late = open.iter().filter(|d| late_days(d) > 30).count();
    let words = match open.len() {
        0 => "All that is signed is in service already.".to_owned(),
        count => format!(
            "Of {count} deliveries still to come, {} are more than thirty days late in half of all futures; the bar from P10 to \
             P90 says how sure the day is.",
            tips.number(&late.to_string(), "delivery")
        ),
    };
    let known = rows(&report.book, "tranches");
    let row = |d: &Value| {
        let found = known.iter().find(|t| text(t, "tranche") == text(d, "tranche"));
        json!({
            "tranche": d["tranche"], "supplier": report.head.supplier(text(d, "supplier")), "gpus": d["gpus"],
            "promised": d["promised"], "whole": d["promised_whole"], "end": d["promised_end"],
            "p10": d["p10"], "p50": d["p50"], "p90": d["p90"], "never": d["never"],
            "delivered": found.is_some_and(|t| !text(t, "delivered").is_empty()),
            "why": found.map(|t| format!("Promised day: {}. GPUs: {}.", source(&t["promised"]), source(&t["gpus"]))),
        })
    };
    (!all.is_empty()).then(|| Figure {
        title: "When each delivery comes".to_owned(),
        words,
        alt: "A row for each tranche against time: its term as promised as a pale bar, the promised day as a mark, and the \
              day in service from P10 to P90 as a dark bar with a dot at the median."
            .to_owned(),
        why: "delivery",
        table: listed(report, all, known, tips),
        data: json!({
            "from": assess["from"], "until": assess["until"], "as_of": assess["as_of"],
            "rows": all.iter().map(row).collect::<Vec<_>>(),
        }),
    })
}

/// Returns the days from the promised to the median day; many for never.
fn late_days(delivery: &Value) -> i32 {
    let read = |path: &str| text(delivery, path).parse::<jiff::civil::Date>().ok();
    match (read("promised"), read("p50")) {
        (Some(promised), Some(found)) => found.since(promised).map_or(0, |span| span.get_days()),
        (Some(_), None) => i32::MAX,
        _ => 0,
    }
}

/// Says where a value of the book comes from.
pub(in crate::html) fn source(word: &Value) -> String {
    let parts = [text(word, "mark"), text(word, "source"), text(word, "note"), text(word, "place")];
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { "not written".to_owned() } else { said.join("; ") }
}

fn listed(report: &StudyReport, all: &[Value], known: &[Value], tips: &mut Tips) -> String {
    let columns = [
        ("Tranche", Words, None),
        ("Supplier", Words, None),
        ("GPUs", Numbers, Some("book-value")),
        ("Promised", Numbers, Some("book-value")),
        ("P10", Numbers, Some("delivery")),
        ("P50", Numbers, None),
        ("P90", Numbers, None),
        ("Never", Numbers, Some("never")),
    ];
    let mut cells = Vec::new();
    for d in all {
        let found = known.iter().find(|t| text(t, "tranche") == text(d, "tranche"));
        let sourced = |tips: &mut Tips, shown: String, key: &str| {
            let Some(word) = found.map(|t| &t[key]).filter(|word| !word.is_null()) else {
                return safe(&shown);
            };
            let id = text(word, "source");
            let target =
                if id.is_empty() { "how-book-value".to_owned() } else { format!("source-{id}") };
            tips.link(&shown, &target, &source(word))
        };
        cells.push(vec![
            safe(text(d, "tranche")),
            safe(report.head.supplier(text(d, "supplier"))),
            sourced(tips, num(d, "gpus").map_or_else(String::new, whole), "gpus"),
            sourced(tips, day(text(d, "promised")), "promised"),
            day(text(d, "p10")),
            day(text(d, "p50")),
            day(text(d, "p90")),
            num(d, "never").map_or_else(String::new, percent),
        ]);
    }
    table(
        tips,
        "Day in service of each tranche's first racks, over all futures; a dash is never",
        &columns,
        &cells,
    )
}
