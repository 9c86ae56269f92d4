//! Webhooks: who is to be told of what happens, how far each has been told, and which server tells them.
//!
//! A hook's position is kept beside it, so that a restart goes on where it stood. Of several servers one tells: whoever
//! has the lease, which runs out unless it is renewed. **Invariant:** a position never goes back, and only the holder of the
//! lease moves it. A hook that was taken away stays as a row without its secret: who had it and when is not forgotten.

mod postgres;
mod sqlite;

use crate::{Row, StoreError};
use offtake_ledger::Instant;

/// Somebody who is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Who made it: the name of a token.
    pub owner: String,
    /// The idempotency key that it was made with; with `owner` it is unique.
    pub request: String,
    /// The tenant whose events it hears; `None` for all events.
    pub tenant: Option<String>,
    /// Where it is told.
    pub url: String,
    /// The kinds of event that it hears; empty for all.
    pub kinds: Vec<String>,
    /// What deliveries are signed with; empty once it was taken away.
    pub secret: String,
    /// When it was made.
    pub made: Instant,
    /// When it was taken away and by whom, if it was.
    pub removed: Option<(Instant, String)>,
    /// How far it has been told.
    pub told: Told,
}

/// How far a hook has been told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Place of the last event that it was told of, or that is none of its business.
    pub seq: u64,
    /// When it last took something.
    pub taken: Option<Instant>,
    /// Tries in a row that came to nothing.
    pub failures: u32,
    /// When the first of those was.
    pub failing_since: Option<Instant>,
    /// When it is tried again, if it is waiting for that.
    pub next_try: Option<Instant>,
    /// Whether it was given up: it is not tried again until somebody asks for it.
    pub is_given_up: bool,
    /// Why the last try came to nothing.
    pub problem: String,
}

/// What every store does for webhooks.
pub trait Webhooks {
    /// Keeps a new hook.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or its id or its owner's request is taken.
    fn add_webhook(&mut self, hook: &Webhook) -> Result<(), StoreError>;

    /// Returns all hooks, those that were taken away too, by id.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn webhooks(&mut self) -> Result<Vec<Webhook>, StoreError>;

    /// Takes a hook away and forgets its secret. Says whether it was there.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn remove_webhook(&mut self, id: &str, at: Instant, who: &str) -> Result<bool, StoreError>;

    /// Notes how far a hook was told, if `holder` has the lease and the position does not go back. Says whether it was noted.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn note_told(&mut self, id: &str, told: &Told, holder: &str) -> Result<bool, StoreError>;

    /// Lets a hook that was given up be tried again. Says whether it was there.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn resume_webhook(&mut self, id: &str) -> Result<bool, StoreError>;

    /// Takes the lease or renews it for so many milliseconds of the store's clock, unless another has it. Says whether
    /// `holder` has it now.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn take_lease(&mut self, holder: &str, lasts_ms: i64) -> Result<bool, StoreError>;

    /// Gives the lease up, if `holder` has it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn give_lease(&mut self, holder: &str) -> Result<(), StoreError>;

    /// Returns up to `most` events after `seq` and up to `until`, without the paths of publications.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn events_between(&mut self, seq: u64, until: u64, most: u32) -> Result<Vec<Row>, StoreError>;
}

/// Writes kinds as they are kept; none has a space in it.
fn joined(kinds: &[String]) -> String {
    kinds.join(" ")
}

fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// All columns of a hook, in the order in which both databases read them.
const COLUMNS: &str = "id, owner, request, tenant, url, kinds, secret, made, removed, removed_by, \
    seq, taken, failures, failing_since, next_try, is_given_up, problem";
