//! Two pictures of a project in characters: the way from what is billed to what owners get, and the ratio of cash
//! flow to debt service by year and months late.

use super::ValueAnswer;
use crate::canvas::{Colour, GREEN, RED, Style, YELLOW};
use crate::number::{NONE, decimal};
use offtake_value::finance::{Delays, ProjectResult, Step};
use std::fmt::Write as _;

/// Columns of the longest bar.
const BAR: usize = 44;
/// Columns of a cell of the map.
const CELL: usize = 6;

/// Draws the way from what is billed to what owners get: each bar begins where the one before ended.
pub(super) fn waterfall(answer: &ValueAnswer<'_>, project: &ProjectResult, style: Style) -> String {
    let steps: Vec<(Step, f64)> =
        project.steps.iter().filter(|(_, amount)| amount.abs() >= 0.5).copied().collect();
    let (mut at, mut low, mut high) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (step, amount) in &steps {
        at = if *step == Step::Owners { *amount } else { at + amount };
        (low, high) = (low.min(at), high.max(at));
    }
    if high - low <= 0.0 {
        return String::new();
    }
    let room = BAR.min(style.width.saturating_sub(34)).max(10);
    let column = |amount: f64| ((amount - low) / (high - low) * room as f64).round() as usize;
    let mut text = format!(
        "{}\n",
        style.bold(&format!("{}: from what is billed to what owners get", project.name))
    );
    let mut from = 0.0;
    for (step, amount) in &steps {
        let (start, end) = match step {
            Step::Owners => (0.0, *amount),
            _ => (from, from + amount),
        };
        from = end;
        let (left, right) = (column(start.min(end)), column(start.max(end)));
        let bar = if *amount < 0.0 { "░" } else { "█" }.repeat((right - left).max(1));
        let colour: Colour = if *amount < 0.0 { RED } else { GREEN };
        let _ = writeln!(
            text,
            "  {:<17} {:>11}  {}{}",
            step.name(),
            answer.money(*amount),
            " ".repeat(left),
            style.coloured(&bar, colour)
        );
    }
    text.push_str("  Sums over all months, mean over all futures; what is paid is shaded.\n");
    text
}

/// Draws the map of delay: least ratio by calendar year and months late.
pub(super) fn delay_map(project: &ProjectResult, delays: &Delays, style: Style) -> String {
    let mut years: Vec<i32> =
        delays.rows.iter().flat_map(|row| row.by_year.iter().map(|(year, _)| *year)).collect();
    years.sort_unstable();
    years.dedup();
    if years.is_empty() {
        return String::new();
    }
    let columns = (style.width.saturating_sub(10) / CELL).clamp(4, delays.rows.len());
    let rows = &delays.rows[..columns];
    let floor = delays.floor.unwrap_or(1.0);
    let title = format!("{}: cash flow over debt service, by year and months late", project.name);
    let mut text = format!("{}\n", style.bold(&title));
    let heads: String = rows.iter().map(|row| format!("{:>CELL$}", row.months)).collect();
    let _ = writeln!(text, "  {:<6}{}", "late", style.faint(&heads));
    for year in &years {
        let cells: String = rows
            .iter()
            .map(|row| {
                let found = row.by_year.iter().find(|(other, _)| other == year);
                cell(found.map(|(_, dscr)| *dscr), floor, style)
            })
            .collect();
        let _ = writeln!(text, "  {year:<6}{cells}");
    }
    let least: String = rows.iter().map(|row| cell(row.dscr_min, floor, style)).collect();
    let _ = writeln!(text, "  {:<6}{least}", "least");
    let floor = decimal(floor, 2);
    let _ = writeln!(
        text,
        "  █ at or above {floor}; ░ below it; ! below one: there is less than is due."
    );
    text
}

fn cell(dscr: Option<f64>, floor: f64, style: Style) -> String {
    let Some(dscr) = dscr else { return format!("{NONE:>CELL$}") };
    let (colour, mark) = match dscr {
        d if d < 1.0 => (RED, "!"),
        d if d < floor - 1e-6 => (YELLOW, "░"),
        _ => (GREEN, "█"),
    };
    let text = format!("{}{mark}", decimal(dscr, 2));
    style.coloured(&format!("{text:>CELL$}"), colour)
}
