//! What each single change would do to what goes unserved.

use super::Figure;
use crate::html::facts::{est, num, rows, text, words};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number;
use crate::study::StudyReport;
use serde_json::{Value, json};

/// Changes that the picture has room for; the table has all.
const SHOWN: usize = 20;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let stress = report.section("stress")?;
    let mut all: Vec<&Value> = rows(stress, "stresses").iter().collect();
    let change = |row: &Value| num(row, "delta_eue").unwrap_or(0.0);
    all.sort_by(|a, b| change(b).abs().total_cmp(&change(a).abs()));
    let first = *all.first()?;
    let text_of =
        |row: &Value| number::estimate(est(row, "delta_eue").unwrap_or_default(), "GPUh a year");
    let said = format!(
        "Nothing moves the answer as far as <strong>{}</strong>: {} unserved.",
        safe(&label(first)),
        tips.number(&text_of(first), "stress")
    );
    let columns = [
        ("What changes", Words, None),
        ("Kind", Words, None),
        ("Unserved, GPUh a year", Numbers, Some("stress")),
        ("Hours a year short", Numbers, Some("hours-short")),
        ("Cost", Numbers, None),
        ("Still holds", Words, Some("secure")),
    ];
    let row = |row: &&Value| {
        let write =
            |path: &str| est(row, path).map_or_else(String::new, |e| number::estimate(e, ""));
        let secure = match row.get("secure").and_then(Value::as_bool) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        vec![
            safe(&label(row)),
            safe(&words(text(row, "kind"))),
            write("delta_eue"),
            write("delta_lolh"),
            write("delta_cost"),
            secure.to_owned(),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let bar = |row: &&Value| {
        json!({
            "name": label(row), "kind": words(text(row, "kind")), "mean": change(row),
            "error": row.pointer("/delta_eue/standard_error"), "secure": row.get("secure"),
        })
    };
    let judged = judgement(stress, tips);
    Some(Figure {
        title: "What would change the answer most".to_owned(),
        words: said,
        alt: format!(
            "Bars sorted by length: the change of unserved work under each of {} single changes.",
            all.len().min(SHOWN)
        ),
        why: "stress",
        table: table(
            tips,
            "Change of unserved work, hours short and cost, each change alone",
            &columns,
            &cells,
        ) + &judged,
        data: json!({ "rows": all.iter().take(SHOWN).map(bar).collect::<Vec<_>>(), "base": num(stress, "base/eue"), "all": all.len() }),
    })
}

fn label(row: &Value) -> String {
    let party = text(row, "party");
    let id = text(row, "id");
    if id.is_empty() { party.to_owned() } else { id.to_owned() }
}

/// The inputs that rest on judgement, by how far they move the answer.
fn judgement(stress: &Value, tips: &mut Tips) -> String {
    let all = rows(stress, "judgement");
    if all.is_empty() {
        return String::new();
    }
    let columns = [
        ("Input that is judgement", Words, None),
        ("Low", Numbers, None),
        ("High", Numbers, None),
        ("Unserved at low", Numbers, Some("judgement")),
        ("Unserved at high", Numbers, None),
    ];
    let row = |row: &Value| {
        let word = |path: &str| {
            row.get(path).map_or_else(String::new, |v| {
                v.as_str().map_or_else(|| v.to_string(), str::to_owned)
            })
        };
        let change =
            |path: &str| est(row, path).map_or_else(String::new, |e| number::estimate(e, ""));
        vec![
            safe(text(row, "input")),
            safe(&word("low")),
            safe(&word("high")),
            change("delta_low"),
            change("delta_high"),
        ]
    };
    table(
        tips,
        "What is only judgement: change of unserved work, GPUh a year",
        &columns,
        &all.iter().map(row).collect::<Vec<_>>(),
    )
}
