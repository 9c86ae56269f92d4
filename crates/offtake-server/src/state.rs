//! What every request sees of the desk.

use crate::engine::Engine;
use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::webhooks::Outbox;
use offtake_desk::Ledger;
use offtake_ledger::Publication;
use std::sync::{Arc, PoisonError, RwLockReadGuard};
use tokio::sync::{Semaphore, watch};

/// Reads the book again and makes what is to be published of it.
pub type Publisher = Arc<dyn Fn() -> Result<Publication, String> + Send + Sync>;

/// The desk, shared by all requests.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) engine: Arc<Engine>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) rate: Arc<Rate>,
    pub(crate) publisher: Option<Publisher>,
    /// Places of exports that are made at once.
    pub(crate) exports: Arc<Semaphore>,
    /// What webhooks need.
    pub(crate) outbox: Arc<Outbox>,
    /// Becomes true when the desk closes: what has no end of its own ends then.
    pub(crate) closing: Arc<watch::Sender<bool>>,
}

impl Desk {
    /// Returns the ledger as it is committed.
    pub(crate) fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        self.engine.shared.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }
}
