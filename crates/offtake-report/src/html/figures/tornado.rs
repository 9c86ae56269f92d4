//! What each single change would do to what goes unserved.

use super::Figure;
use crate::html::facts::{aligned, est, num, rows, text, words, work};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::study::StudyReport;
use serde_json::{Value, json};

/// Changes that the picture has room for; the table has all.
const SHOWN: usize = 20;
/// Judgements that the table has room for.
const JUDGED: usize = 25;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let stress = report.section("stress")?;
    // That a supplier's GPUs come from another is no change that can happen: it splits what suppliers are worth.
    let happens = |row: &&Value| text(row, "kind") != "as-largest";
    let mut all: Vec<&Value> = rows(stress, "stresses").iter().filter(happens).collect();
    let change = |row: &Value| num(row, "delta_eue").unwrap_or(0.0);
    all.sort_by(|a, b| change(b).abs().total_cmp(&change(a).abs()));
    let first = *all.first()?;
    let text_of = |row: &Value| work(est(row, "delta_eue").unwrap_or_default());
    let said = format!(
        "Nothing moves the answer as far as <strong>{}</strong>: {} unserved.",
        safe(&label(first)),
        tips.number(&text_of(first), "stress")
    );
    let said = match stress.get("every_month").and_then(Value::as_u64) {
        Some(every) if every > 1 => format!(
            "{said} One month in {every} of each future was served, from another first one in each; the errors hold that."
        ),
        _ => said,
    };
    let column = |path: &str| aligned(&all.iter().map(|row| est(row, path)).collect::<Vec<_>>());
    let [(eue_letter, eue), (_, hours), (cost_letter, cost)] =
        ["delta_eue", "delta_lolh", "delta_cost"].map(column);
    let unserved = format!("Unserved, {eue_letter} GPUh a year");
    let paid = format!("Cost, {cost_letter} {}", report.book["currency"].as_str().unwrap_or(""));
    let columns = [
        ("What changes", Words, None),
        ("Kind", Words, None),
        (unserved.as_str(), Numbers, Some("stress")),
        ("Hours a year short", Numbers, Some("hours-short")),
        (paid.as_str(), Numbers, None),
        ("Still holds", Words, Some("secure")),
    ];
    let row = |(at, row): (usize, &&Value)| {
        let secure = match row.get("secure").and_then(Value::as_bool) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let kind = safe(&words(text(row, "kind")));
        let [eue, hours, cost] = [&eue, &hours, &cost].map(|cells| cells[at].clone());
        vec![safe(&sentence(row)), kind, eue, hours, cost, secure.to_owned()]
    };
    let cells: Vec<Vec<String>> = all.iter().enumerate().map(row).collect();
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

/// Returns what changes, short: its kind and the name of whom it happens to.
pub(in crate::html) fn label(row: &Value) -> String {
    let named = [text(row, "name"), text(row, "party")].into_iter().find(|name| !name.is_empty());
    match (words(text(row, "kind")), named) {
        (kind, None) => kind,
        (kind, Some(name)) => format!("{kind}: {name}"),
    }
}

/// Returns what changes, in a sentence where there is one.
fn sentence(row: &Value) -> String {
    let said = text(row, "text");
    if said.is_empty() { label(row) } else { said.to_owned() }
}

/// The inputs that rest on judgement, by how far they move the answer.
fn judgement(stress: &Value, tips: &mut Tips) -> String {
    // Sorted by how far they move the answer.
    let all = rows(stress, "judgement");
    let (count, all) = (all.len(), &all[..all.len().min(JUDGED)]);
    if all.is_empty() {
        return String::new();
    }
    let low: Vec<_> = all.iter().map(|row| est(row, "delta_low")).collect();
    let both: Vec<_> =
        low.into_iter().chain(all.iter().map(|row| est(row, "delta_high"))).collect();
    let (letter, cells) = aligned(&both);
    let columns = [
        ("Input that is judgement", Words, None),
        ("Now", Numbers, None),
        ("Low", Numbers, None),
        ("High", Numbers, None),
        ("Unserved at low", Numbers, Some("judgement")),
        ("Unserved at high", Numbers, None),
    ];
    let row = |(at, row): (usize, &Value)| {
        let word = |path: &str| match row.get(path) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let [low, high] = [at, all.len() + at].map(|at| cells[at].clone());
        vec![
            safe(text(row, "input")),
            safe(&word("value")),
            safe(&word("low")),
            safe(&word("high")),
            low,
            high,
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().enumerate().map(row).collect();
    let which =
        if count > JUDGED { format!(", the first {JUDGED} of {count}") } else { String::new() };
    let caption =
        format!("What is only judgement{which}: change of unserved work, {letter} GPUh a year");
    table(tips, &caption, &columns, &rows)
}
