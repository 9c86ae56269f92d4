//! What happened, in order: the only truth of a ledger.

use crate::{
    BookVersion, Firmness, Instant, Part, Promise, PromiseId, Prospect, Publication, Settings,
    Tenant,
};
use std::sync::Arc;

/// Why something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// Who: the name of a token.
    pub who: String,
    /// Why, in words; may be empty.
    pub why: String,
    /// Which request: its idempotency key.
    pub request: String,
}

/// One change of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// New supply replaces the old; promises stay.
    Published(Arc<Publication>),
    /// Settings of the whole ledger.
    Set(Settings),
    /// A tenant was entered or changed.
    Entered(Tenant),
    /// An opportunity was entered or changed.
    Foreseen(Prospect),
    /// An opportunity is gone.
    Forgotten(String),
    /// Capacity was set apart until an instant; from then on it is free again, without a further event.
    Held {
        /// What.
        promise: Promise,
        /// When it lapses unless it is confirmed before.
        lapses: Instant,
        /// Why it is held although something speaks against it that the desk may waive; `None` when nothing does.
        overridden: Option<String>,
    },
    /// A second person approved a hold that is worth more than one may confirm alone.
    Approved {
        /// Which hold.
        promise: PromiseId,
    },
    /// A hold became a commitment.
    Confirmed {
        /// Which hold.
        promise: PromiseId,
        /// The joint firmness that it is promised at.
        firmness: Firmness,
        /// As of [`Change::Held`].
        overridden: Option<String>,
    },
    /// A promise takes other capacity than before, in one step.
    Changed {
        /// Which promise.
        promise: PromiseId,
        /// All that it takes from now on, in place of what it took.
        parts: Vec<Part>,
        /// The joint firmness that it is promised at.
        firmness: Firmness,
        /// As of [`Change::Held`].
        overridden: Option<String>,
    },
    /// A tenant gave a hold or what is left of a commitment back.
    Released {
        /// Which promise.
        promise: PromiseId,
    },
    /// The desk ended a hold or what is left of a commitment.
    Cancelled {
        /// Which promise.
        promise: PromiseId,
    },
    /// A version of the book was kept, as the newest; it supplies nothing until it is published.
    Imported(Arc<BookVersion>),
    /// A token was made; what it is stays with the store.
    Admitted {
        /// Its name.
        name: String,
        /// Its role, and the tenant that it is for.
        role: String,
    },
    /// A token no longer opens anything.
    Barred {
        /// Its name.
        name: String,
    },
}

/// A change with its place in the order, its time and its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place: 1 for the first, without gaps.
    pub seq: u64,
    /// When, by the store's clock; never before the event in front of it.
    pub at: Instant,
    /// Why.
    pub cause: Cause,
    /// What.
    pub change: Change,
}

/// Words of the changes that are about a promise: all that a tenant hears of.
pub const KINDS_OF_PROMISES: &[&str] =
    &["held", "approved", "confirmed", "changed", "released", "cancelled"];
/// Words of the other changes.
pub const KINDS_OF_THE_HOUSE: &[&str] =
    &["published", "set", "entered", "foreseen", "forgotten", "imported", "admitted", "barred"];

impl Change {
    /// Returns the word for the kind of change that stores and streams use.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Change::Published(_) => "published",
            Change::Set(_) => "set",
            Change::Entered(_) => "entered",
            Change::Foreseen(_) => "foreseen",
            Change::Forgotten(_) => "forgotten",
            Change::Held { .. } => "held",
            Change::Approved { .. } => "approved",
            Change::Confirmed { .. } => "confirmed",
            Change::Changed { .. } => "changed",
            Change::Released { .. } => "released",
            Change::Cancelled { .. } => "cancelled",
            Change::Imported(_) => "imported",
            Change::Admitted { .. } => "admitted",
            Change::Barred { .. } => "barred",
        }
    }

    /// Returns the promise that it is about, if it is about one.
    #[must_use]
    pub const fn promise(&self) -> Option<PromiseId> {
        match self {
            Change::Held { promise, .. } => Some(promise.id),
            Change::Approved { promise }
            | Change::Confirmed { promise, .. }
            | Change::Changed { promise, .. }
            | Change::Released { promise }
            | Change::Cancelled { promise } => Some(*promise),
            _ => None,
        }
    }
}
