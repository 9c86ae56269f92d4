//! Findings as people read them.

use offtake_model::{Finding, Place, Severity};
use std::fmt::Write;

/// Writes findings in the way of a compiler: severity and rule, subject and problem, place, mend.
///
/// ```text
/// error[missing-unit]: site.childress.grid_power: `750` has no unit
///   --> sites/childress.toml:4
///   fix: write for example `750 MW`
/// ```
#[must_use]
pub fn render_findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let subject = if finding.subject.is_empty() {
            String::new()
        } else {
            format!("{}: ", finding.subject)
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{severity}[{}]: {subject}{}", finding.rule, finding.problem);
        for place in finding.place.iter().chain(&finding.other_place) {
            let _ = writeln!(text, "  --> {}", place_text(place));
        }
        let _ = writeln!(text, "  fix: {}", finding.fix);
    }
    text
}

/// Writes a place as `file:line`.
#[must_use]
pub fn place_text(place: &Place) -> String {
    if place.line == 0 { place.file.clone() } else { format!("{}:{}", place.file, place.line) }
}
