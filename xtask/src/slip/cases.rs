//! What is known of deliveries: on time, so many days late, or still open and late by so much at least.

use crate::reference::{Row, number, table, text};
use jiff::civil::{Date, date};
use std::path::Path;

/// The day of the later snapshot.
const SEEN: Date = date(2026, 7, 19);

/// One delivery.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) outcome: Outcome,
    /// Days late by the revised date, where there is one: what was seen if it is kept.
    pub(super) at_its_word: Option<f64>,
}

/// What is known of its lateness, in days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Delivered, so many days late; early is 0.
    Delivered(f64),
    /// Open, and late by at least so many days; 0 when it is not even due.
    Open(f64),
}

/// One step of the share that is still open after so many days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) days: f64,
    pub(super) open: f64,
    pub(super) standard_error: f64,
}

/// Returns milestones forecast in December 2025, as they stood in July 2026.
pub(super) fn observed(data: &Path) -> Result<Vec<Case>, String> {
    let rows = table(&data.join("epoch-ai/derived_delivery_slip.csv"))?;
    Ok(rows.iter().filter_map(milestone).collect())
}

fn milestone(row: &Row) -> Option<Case> {
    let day = |column: &str| text(row, column).parse::<Date>().ok();
    let promised = day("forecast_date_2025_12")?;
    let came = day("date_by_power_2026_07").or_else(|| day("date_by_buildings_2026_07"));
    let late = |date: Date| f64::from(date.since(promised).map_or(0, |span| span.get_days()));
    let outcome = match came.filter(|date| *date <= SEEN) {
        Some(date) => Outcome::Delivered(late(date).max(0.0)),
        None => Outcome::Open(late(SEEN).max(0.0)),
    };
    Some(Case {
        name: format!("{}, {} MW", text(row, "site"), text(row, "milestone_mw")),
        outcome,
        at_its_word: came.map(|date| late(date).max(0.0)),
    })
}

/// Returns the cases that were known on 30 November 2025.
pub(super) fn known(path: &Path) -> Result<Vec<Case>, String> {
    let kept = std::fs::read_to_string(path)
        .map_err(|error| format!("failed to read {}: {error}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(kept.as_bytes());
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    let rows = rows.map_err(|error| format!("failed to read {}: {error}", path.display()))?;
    rows.iter().map(|row| case(row).ok_or_else(|| format!("not a case: {row:?}"))).collect()
}

fn case(row: &Row) -> Option<Case> {
    let day = |column: &str| text(row, column).parse::<Date>().ok();
    let promised = day("promised")?;
    let outcome = match day("delivered") {
        Some(came) => Outcome::Delivered(f64::from(came.since(promised).ok()?.get_days()).max(0.0)),
        None => Outcome::Open(number(row, "at_least")?),
    };
    let (Outcome::Delivered(days) | Outcome::Open(days)) = outcome;
    Some(Case { name: text(row, "case").to_owned(), outcome, at_its_word: Some(days) })
}

/// Returns the share that is still open after each delivery (Kaplan and Meier), with Greenwood's error.
///
/// A case that is open leaves the count after the days that it was seen for.
pub(super) fn still_open(cases: &[Outcome]) -> Vec<Step> {
    let mut delivered: Vec<f64> = cases
        .iter()
        .filter_map(|case| if let Outcome::Delivered(days) = case { Some(*days) } else { None })
        .collect();
    delivered.sort_by(f64::total_cmp);
    delivered.dedup();
    let (mut open, mut sum) = (1.0, 0.0);
    let mut steps = Vec::new();
    for days in delivered {
        let at_risk = cases.iter().filter(|case| seen(case) >= days).count() as f64;
        let came = cases.iter().filter(|case| **case == Outcome::Delivered(days)).count() as f64;
        open *= 1.0 - came / at_risk;
        sum += if at_risk > came { came / (at_risk * (at_risk - came)) } else { 0.0 };
        steps.push(Step { days, open, standard_error: open * libm::sqrt(sum) });
    }
    steps
}

fn seen(case: &Outcome) -> f64 {
    let (Outcome::Delivered(days) | Outcome::Open(days)) = case;
    *days
}

/// Returns the step that holds after so many days.
pub(super) fn at(steps: &[Step], days: f64) -> Step {
    let none = Step { days: 0.0, open: 1.0, standard_error: 0.0 };
    steps.iter().rev().find(|step| step.days <= days).copied().unwrap_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_that_is_open_is_that_of_the_textbook() {
        // 6, 6, 6, 6+, 7, 9+, 10: after 6 days 4/7 are open, after 7 days 2/3 of them, after 10 none.
        let cases = [6.0, 6.0, 6.0, 7.0, 10.0].map(Outcome::Delivered);
        let all = [&cases[..], &[Outcome::Open(6.0), Outcome::Open(9.0)]].concat();
        let steps = still_open(&all);
        let open: Vec<f64> = steps.iter().map(|step| step.open).collect();
        assert!(
            (open[0] - 4.0 / 7.0).abs() < 1e-12 && (open[1] - 4.0 / 7.0 * 2.0 / 3.0).abs() < 1e-12
        );
        assert_eq!(open[2], 0.0);
        // Greenwood: 4/7 times the root of 3 / (7 * 4).
        assert!((steps[0].standard_error - 4.0 / 7.0 * (3.0_f64 / 28.0).sqrt()).abs() < 1e-12);
        assert_eq!(at(&steps, 8.0).days, 7.0);
        assert_eq!(at(&steps, 1.0).open, 1.0);
    }
}
