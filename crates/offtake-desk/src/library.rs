//! The versions of the book that were kept, in order.

use crate::Ledger;
use offtake_ledger::{BookVersion, Event, Instant};
use std::sync::Arc;

/// A version of the book, and how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its place among all versions: 1 for the first.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Who kept it.
    pub who: Arc<str>,
    /// Why.
    pub why: Arc<str>,
    /// What.
    pub version: Arc<BookVersion>,
}

/// All versions, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    kept: Vec<Kept>,
}

impl Library {
    pub(crate) fn keep(&mut self, event: &Event, version: &Arc<BookVersion>) {
        self.kept.push(Kept {
            number: self.kept.len() as u64 + 1,
            at: event.at,
            who: event.cause.who.as_str().into(),
            why: event.cause.why.as_str().into(),
            version: Arc::clone(version),
        });
    }
}

impl Ledger {
    /// Returns all versions of the book that were kept, the oldest first.
    #[must_use]
    pub fn books(&self) -> &[Kept] {
        &self.books.kept
    }

    /// Returns the newest version.
    #[must_use]
    pub fn newest_book(&self) -> Option<&Kept> {
        self.books.kept.last()
    }

    /// Returns the version whose supply is in force, as it was kept last, if it is one that was kept.
    #[must_use]
    pub fn published_book(&self) -> Option<&Kept> {
        let id = &self.publication().book;
        self.books.kept.iter().rev().find(|kept| kept.version.id == *id)
    }
}
