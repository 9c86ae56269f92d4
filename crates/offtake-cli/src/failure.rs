//! How a command ends, well or badly.

use offtake_study::StudyError;
use std::fmt::Display;
use std::process::ExitCode;

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All is well.
    Good,
    /// The standard does not hold, or there are findings that matter.
    Findings,
    /// The input is wrong, and what is wrong was printed.
    BadInput,
    /// What was asked for cannot be had, and why was printed.
    Refused,
}

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    problem: String,
    hints: Vec<String>,
    code: u8,
}

impl End {
    pub(crate) fn code(self) -> ExitCode {
        match self {
            End::Good => ExitCode::SUCCESS,
            End::Findings => ExitCode::from(1),
            End::BadInput => ExitCode::from(2),
            End::Refused => ExitCode::from(3),
        }
    }
}

impl Failure {
    /// The input is wrong.
    pub(crate) fn input(problem: impl Display) -> Failure {
        Failure { problem: problem.to_string(), hints: Vec::new(), code: 2 }
    }

    /// The desk refuses.
    pub(crate) fn refused(problem: impl Display) -> Failure {
        Failure { code: 3, ..Failure::input(problem) }
    }

    /// The desk does not answer.
    pub(crate) fn unanswered(problem: impl Display) -> Failure {
        Failure { code: 4, ..Failure::input(problem) }
    }

    /// Somebody pressed Ctrl-C.
    pub(crate) fn stopped() -> Failure {
        Failure { problem: "stopped; nothing was written".to_owned(), hints: Vec::new(), code: 130 }
    }

    /// An error of a library, with what caused it.
    pub(crate) fn caused(error: &dyn std::error::Error) -> Failure {
        let mut problem = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            problem = format!("{problem}: {error}");
            cause = error.source();
        }
        Failure::input(problem)
    }

    /// Samples were not run to their end.
    pub(crate) fn of_study(error: StudyError) -> Failure {
        match error {
            StudyError::Cancelled => Failure::stopped(),
            error => Failure::caused(&error),
        }
    }

    /// Adds what the reader can do about it.
    pub(crate) fn hint(mut self, hint: impl Display) -> Failure {
        self.hints.push(hint.to_string());
        self
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// Prints it on stderr; nothing can be done when that is closed.
    pub(crate) fn print(&self) {
        use std::io::Write;
        let mut stderr = anstream::stderr();
        let _ = writeln!(stderr, "\x1b[1;31merror\x1b[0m: {}", self.problem);
        for hint in &self.hints {
            let _ = writeln!(stderr, "\x1b[1;36mhint\x1b[0m: {hint}");
        }
    }
}
