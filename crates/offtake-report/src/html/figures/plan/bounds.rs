//! How the search closed in: what no plan can undercut, and what the best plan so far costs, by evaluation.

use crate::html::facts::{money, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::{gap, made};
use crate::html::text::{Side::Numbers, Side::Words, Tips, table};
use crate::number::{NONE, decimal};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let all = rows(plan, "rounds");
    if all.is_empty() {
        return None;
    }
    let currency = text(plan, "currency");
    let [objective, bound] =
        ["objective", "lower_bound"].map(|key| num(plan, key).unwrap_or(0.0) * 1e6);
    let ended = match text(plan, "finish") {
        "reached" => "which is within what was asked for",
        _ => "which is more than was asked for: the search was ended before",
    };
    let count = |key: &str| num(plan, key).map_or_else(String::new, |count| decimal(count, 0));
    let apart = tips.number(&gap(plan), "plan-gap");
    let columns = [
        ("Evaluation", Numbers, None),
        ("No plan below", Numbers, Some("plan-gap")),
        ("Best plan", Numbers, None),
        ("Hours joined", Numbers, None),
        ("Whole blocks", Words, None),
    ];
    let row = |row: &Value| {
        let amount = |key: &str| num(row, key).map_or_else(|| NONE.to_owned(), |of| decimal(of, 1));
        vec![
            num(row, "round").map_or_else(String::new, |round| decimal(round, 0)),
            amount("lower_bound"),
            amount("incumbent"),
            num(row, "hours_joined").map_or_else(String::new, |hours| decimal(hours, 0)),
            if row["whole_blocks"] == true { "yes" } else { "not yet" }.to_owned(),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let caption = format!("Both bounds after each evaluation, millions of {currency}");
    let amount = |row: &Value, key: &str| num(row, key).map(|amount| amount * 1e6);
    let step = |row: &Value| {
        json!({
            "round": row["round"], "length": row["hours_joined"], "whole": row["whole_blocks"],
            "bound": amount(row, "lower_bound"), "best": amount(row, "incumbent"),
        })
    };
    Some(Figure {
        title: "How sure it is that no plan is better".to_owned(),
        words: format!(
            "The plan costs {} and no plan costs less than {}: at most {apart} apart, {ended}. That is so of the {} futures and {} months \
             that it was made for, {} hours standing for each month.",
            tips.number(&money(objective, currency), "plan-cost"),
            tips.number(&money(bound, currency), "plan-gap"),
            count("scenarios"),
            count("months"),
            count("hours"),
        ),
        alt: format!(
            "Two lines over {} evaluations: what no plan can undercut, rising, and what the best plan so far costs, falling \
             towards it.",
            all.len()
        ),
        why: "plan-gap",
        table: table(tips, &caption, &columns, &cells),
        data: json!({
            "currency": currency,
            "steps": all.iter().map(step).collect::<Vec<_>>(),
            "end": { "bound": bound, "best": objective },
        }),
    })
}
