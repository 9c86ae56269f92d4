//! What can go wrong with a store, by the act that failed.

use std::error::Error;
use thiserror::Error;

type Source = Box<dyn Error + Send + Sync>;

/// Why a store did not do what it was told.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It could not be opened or reached.
    #[error("open store `{name}`")]
    Open {
        /// Its path, or its address without the password.
        name: String,
        /// Why.
        #[source]
        cause: Source,
    },
    /// It was written by a program of another version.
    #[error(
        "the store is of version {found}; this program reads up to version {known}. Use the program that wrote it, or restore a backup into a new store"
    )]
    OtherVersion {
        /// The version that it says.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Somebody else is writing; trying again may help.
    #[error("write to the store: somebody else is writing")]
    Conflict(#[source] Source),
    /// It could not be read.
    #[error("read the store")]
    Read(#[source] Source),
    /// It could not be written to; whether it was is not known when the connection was lost on the way.
    #[error("write to the store")]
    Write(#[source] Source),
    /// An event cannot be what it says.
    #[error("read event {seq}: {problem}")]
    Broken {
        /// The event.
        seq: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A backup is not whole, or no backup.
    #[error("read the backup: {0}")]
    Backup(String),
    /// A backup is to be restored into a store that is not empty.
    #[error("restore into a store that has {0} events; restore into an empty one")]
    NotEmpty(u64),
}

impl StoreError {
    /// Makes the error of a failed write.
    pub(crate) fn write(cause: impl Into<Source>) -> StoreError {
        StoreError::Write(cause.into())
    }

    /// Makes the error of a failed read.
    pub(crate) fn read(cause: impl Into<Source>) -> StoreError {
        StoreError::Read(cause.into())
    }

    /// Says whether the same work may be tried again at once.
    #[must_use]
    pub const fn may_be_tried_again(&self) -> bool {
        matches!(self, StoreError::Conflict(_))
    }
}
