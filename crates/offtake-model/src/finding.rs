//! What is wrong with a book, and how to mend it.

use crate::Place;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The book cannot be used.
    Error,
    /// The book can be used, but a reader should know.
    Warning,
}

/// One thing that is wrong, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that found it: a stable kebab-case name, as `more-racks-than-megawatts`.
    pub rule: &'static str,
    /// Path of the value or thing that it is about, as `contract.iren.promised`.
    pub subject: String,
    /// What is wrong, with numbers.
    pub problem: String,
    /// How to mend it.
    pub fix: String,
    /// Where it is written; filled in by the reader from `subject` when a check leaves it open.
    pub place: Option<Place>,
    /// A second place, such as the first of two clashing ids.
    pub other_place: Option<Place>,
}

impl Finding {
    /// Makes an error about `subject`.
    #[must_use]
    pub fn error(
        rule: &'static str,
        subject: impl fmt::Display,
        problem: String,
        fix: String,
    ) -> Finding {
        let subject = subject.to_string();
        Finding {
            severity: Severity::Error,
            rule,
            subject,
            problem,
            fix,
            place: None,
            other_place: None,
        }
    }

    /// Makes a warning about `subject`.
    #[must_use]
    pub fn warning(
        rule: &'static str,
        subject: impl fmt::Display,
        problem: String,
        fix: String,
    ) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(rule, subject, problem, fix) }
    }
}
