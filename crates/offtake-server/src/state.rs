//! What every request sees of the desk.

use crate::books::{BookOptions, Books};
use crate::engine::Engine;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::routes::what_if::WhatIfs;
use crate::webhooks::Outbox;
use offtake_desk::Ledger;
use offtake_ledger::Publication;
use std::sync::{Arc, PoisonError, RwLockReadGuard};
use tokio::sync::{Semaphore, watch};

/// Makes the supply of a desk that has no book.
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
    pub(crate) book: Option<Arc<BookOptions>>,
    pub(crate) books: Arc<Books>,
    pub(crate) jobs: Option<Arc<Jobs>>,
    pub(crate) what_ifs: Arc<WhatIfs>,
}

impl Desk {
    /// Says whether the desk finishes what was begun and takes on nothing more.
    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Returns the ledger as it is committed.
    pub(crate) fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        self.engine.shared.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }
}
