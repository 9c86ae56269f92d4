//! What can be wrong with a trace, for people: the first bad lines, what is wrong and the mend.

use offtake_model::{Finding, Place};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// One line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
    /// How to mend it.
    pub fix: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}\n  fix: {}", self.line, self.problem, self.fix)
    }
}

/// Why no profile came of a trace.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file could not be opened.
    #[error("open trace `{}`", path.display())]
    OpenTrace {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The file broke off, or its compression is damaged.
    #[error("read trace after line {line}")]
    ReadTrace {
        /// The last whole line.
        line: u64,
        /// What the system, or the unpacker, says.
        #[source]
        cause: io::Error,
    },
    /// The file as a whole is not a trace.
    #[error("recognise trace: {problem}")]
    RecogniseTrace {
        /// What is wrong.
        problem: String,
        /// How to mend it.
        fix: String,
    },
    /// Lines that cannot be used.
    #[error("read {} of the trace", lines_text(.0.len()))]
    ReadLines(
        /// The first of them, in order.
        Vec<BadLine>,
    ),
    /// All lines are good, and yet there is no profile in them.
    #[error("measure trace: {problem}")]
    MeasureTrace {
        /// What is wrong.
        problem: String,
        /// How to mend it.
        fix: String,
    },
    /// What the user asked for cannot be understood.
    #[error("read option: {problem}")]
    ReadOption {
        /// What is wrong.
        problem: String,
        /// How to mend it.
        fix: String,
    },
    /// The caller asked to stop.
    #[error("read trace to its end: stopped")]
    Stopped,
}

fn lines_text(count: usize) -> String {
    if count == 1 { "a line".to_owned() } else { format!("{count} lines") }
}

impl TraceError {
    /// Returns the error as findings about `file`, one for each bad line.
    #[must_use]
    pub fn findings(&self, file: &str) -> Vec<Finding> {
        let at = |line: u64, rule: &'static str, problem: String, fix: &str| {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let place = Some(Place { file: file.to_owned(), line });
            Finding { place, ..Finding::error(rule, "", problem, fix.to_owned()) }
        };
        match self {
            TraceError::OpenTrace { cause, .. } => {
                let problem = format!("the trace cannot be opened: {cause}");
                vec![at(0, "no-file", problem, "name a file that is there and can be read")]
            }
            TraceError::ReadTrace { line, cause } => {
                let problem = format!("the trace breaks off after line {line}: {cause}");
                vec![at(*line, "damaged-file", problem, "copy or download the file again")]
            }
            TraceError::RecogniseTrace { problem, fix } => {
                vec![at(0, "not-a-trace", problem.clone(), fix)]
            }
            TraceError::ReadLines(lines) => lines
                .iter()
                .map(|bad| at(bad.line, "bad-line", bad.problem.clone(), &bad.fix))
                .collect(),
            TraceError::MeasureTrace { problem, fix } => {
                vec![at(0, "no-profile", problem.clone(), fix)]
            }
            TraceError::ReadOption { problem, fix } => {
                vec![at(0, "bad-option", problem.clone(), fix)]
            }
            TraceError::Stopped => {
                vec![at(0, "stopped", "stopped before the end".to_owned(), "run it again")]
            }
        }
    }
}

/// What is wrong with a line whose number the caller knows.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) problem: String,
    pub(crate) fix: String,
}

impl Wrong {
    pub(crate) fn new(problem: impl Into<String>, fix: impl Into<String>) -> Wrong {
        Wrong { problem: problem.into(), fix: fix.into() }
    }
}

/// Shortens what a file says, so that it fits into a sentence.
pub(crate) fn short(text: &str) -> String {
    let clean: String =
        text.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(40).is_some() { format!("{clean}…") } else { clean }
}
