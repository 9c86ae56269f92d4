//! What every store does.

use crate::shape::{self, ReadPaths};
use crate::{JobStore, PostgresStore, SqliteStore, StoreError, Webhooks};
use offtake_desk::Ledger;
use offtake_ledger::{Cause, Event, Instant};
use std::path::Path;

/// Where a store stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Place of the last event; 0 when there is none.
    pub seq: u64,
    /// The store's clock, never before the last event.
    pub now: Instant,
}

/// What a request was answered, so that its repetition is answered alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Who asked: the name of a token.
    pub who: String,
    /// The request's idempotency key.
    pub key: String,
    /// A hash of what was asked: the same key with another request is a mistake.
    pub digest: String,
    /// Place of the last event when it was answered.
    pub seq: u64,
    /// The status of the answer.
    pub status: u16,
    /// Its text.
    pub body: String,
}

/// A token that opens the desk; only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Hash of the secret, in hexadecimal.
    pub hash: String,
    /// Its name, unique: who acts with it.
    pub name: String,
    /// What it may do: `viewer`, `tenant`, `desk` or `admin`.
    pub role: String,
    /// The tenant whose it is, for the role `tenant`.
    pub tenant: Option<String>,
    /// When it was made.
    pub made: Instant,
    /// When it was barred, if it was.
    pub barred: Option<Instant>,
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Why.
    pub cause: Cause,
    /// The kind of change.
    pub kind: String,
    /// The change as JSON.
    pub body: String,
    /// The packed paths of a publication.
    pub paths: Option<Vec<u8>>,
}

impl Row {
    /// Writes an event.
    pub(crate) fn of(event: &Event) -> Result<Row, StoreError> {
        let written = shape::write(&event.change)?;
        Ok(Row {
            seq: event.seq,
            at: event.at,
            cause: event.cause.clone(),
            kind: event.change.kind().to_owned(),
            body: written.body,
            paths: written.paths,
        })
    }

    /// Reads the event.
    ///
    /// # Errors
    ///
    /// When it cannot be what it says.
    pub fn event(self) -> Result<Event, StoreError> {
        let change = shape::read(&self.kind, &self.body, self.paths.as_deref());
        let change = change.map_err(|problem| StoreError::Broken { seq: self.seq, problem })?;
        Ok(Event { seq: self.seq, at: self.at, cause: self.cause, change })
    }
}

/// What calls for each row of a store.
pub type Visit<'a> = &'a mut dyn FnMut(Row) -> Result<(), StoreError>;

/// A place where events are kept. One user of it at a time; several may be open on one database.
pub trait Store: JobStore + Webhooks + Send {
    /// Returns where it stands, without a lock.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Takes the one write lock of the database and returns where it stands.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another has the lock for long.
    fn begin(&mut self) -> Result<Head, StoreError>;

    /// Calls `visit` with every event after `seq`, in order.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or when `visit` fails.
    fn rows_after(&mut self, seq: u64, paths: ReadPaths, visit: Visit) -> Result<(), StoreError>;

    /// Returns what a request was answered before, if it was.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn answer(&mut self, who: &str, key: &str) -> Result<Option<Answer>, StoreError>;

    /// Appends events and answers within the transaction begun.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an event's place or an answer's key is taken.
    fn append(&mut self, events: &[Event], answers: &[Answer]) -> Result<(), StoreError>;

    /// Appends events as they are kept, within the transaction begun.
    ///
    /// # Errors
    ///
    /// As [`Store::append`].
    fn append_rows(&mut self, rows: &[Row], answers: &[Answer]) -> Result<(), StoreError>;

    /// Ends the transaction: all of it is kept.
    ///
    /// # Errors
    ///
    /// When it cannot be written; unless it is a conflict, it is not known whether it was.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Ends the transaction: nothing of it is kept.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached.
    fn roll_back(&mut self) -> Result<(), StoreError>;

    /// Returns all answers up to an event.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn answers_until(&mut self, seq: u64) -> Result<Vec<Answer>, StoreError>;

    /// Keeps a token, or bars the one of this name and hash; `false` when another has the name, and nothing is changed
    /// then.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put_token(&mut self, token: &Token) -> Result<bool, StoreError>;

    /// Returns all tokens, barred ones too, by name.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn tokens(&mut self) -> Result<Vec<Token>, StoreError>;
}

/// Says whether an address names a database that several servers may have, and not a file of one.
#[must_use]
pub fn is_shared(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

/// Opens the store that an address names: `postgres://…`, or the path of a SQLite file that is made if it is not there.
///
/// # Errors
///
/// When it cannot be opened, or is of another version.
pub fn open(address: &str) -> Result<Box<dyn Store>, StoreError> {
    if is_shared(address) {
        return Ok(Box::new(PostgresStore::open(address)?));
    }
    Ok(Box::new(SqliteStore::open(Path::new(address))?))
}

/// Folds all events of a store.
///
/// # Errors
///
/// When it cannot be read, or an event is missing.
pub fn fold(store: &mut dyn Store) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::folding();
    store.rows_after(0, ReadPaths::Last, &mut |row| {
        let expected = ledger.seq() + 1;
        if row.seq != expected {
            let problem = format!("event {expected} is missing before it");
            return Err(StoreError::Broken { seq: row.seq, problem });
        }
        ledger.apply(&row.event()?);
        Ok(())
    })?;
    ledger.settle();
    Ok(ledger)
}
