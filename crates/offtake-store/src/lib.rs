//! Where the ledger's events are kept: SQLite in a folder or PostgreSQL by URL, behind one trait.
//!
//! The store is the judge: whoever writes takes its one write lock ([`Store::begin`]), reads what others wrote since,
//! decides on that, appends, and commits; so no decision is ever made on a state that is out of date. Events are only
//! appended. **Invariant:** when [`Store::commit`] returned, what was appended survives the end of the process and of the
//! machine's power.

mod backup;
mod clock;
mod error;
mod job;
mod migration;
mod postgres;
mod shape;
mod sqlite;
mod store;
mod webhook;

pub use backup::{Restored, backup, restore};
pub use error::StoreError;
pub use job::{Holder, Job, JobEnd, JobFile, JobProgress, JobState, JobStore};
pub use migration::VERSION;
pub use postgres::PostgresStore;
pub use shape::ReadPaths;
pub use sqlite::SqliteStore;
pub use store::{Answer, Head, Row, Store, Token, Visit, fold, is_shared, open};
pub use webhook::{Told, Webhook, Webhooks};
