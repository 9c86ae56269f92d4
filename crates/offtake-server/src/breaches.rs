//! What is promised and not kept, looked for seldom enough that nobody who asks can keep the desk busy.

use crate::state::Desk;
use offtake_desk::Breach;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The share of time that may be spent on it: a list that took long to make is good for twenty times as long.
const SELDOM: u32 = 20;
/// How long a list is good while nothing happens but time.
const LONGEST: Duration = Duration::from_secs(60);

/// A list with when and how it was made.
#[derive(Debug)]
struct Known {
    seq: u64,
    at: Instant,
    took: Duration,
    list: Arc<Vec<Breach>>,
}

/// The last list.
#[derive(Debug, Default)]
pub(crate) struct LastKnown(Mutex<Option<Known>>);

/// Returns all promises that are not kept as they were promised, by priority; made anew when something happened since, but
/// never for more than a twentieth of the time.
#[expect(clippy::disallowed_methods, reason = "this shell measures how long its answers take")]
pub(crate) fn broken(desk: &Desk) -> Arc<Vec<Breach>> {
    let mut last = desk.metrics.breaches.0.lock().unwrap_or_else(PoisonError::into_inner);
    let ledger = desk.ledger();
    let is_good = |known: &&Known| {
        let age = known.at.elapsed();
        age < known.took * SELDOM || (known.seq == ledger.seq() && age < LONGEST)
    };
    if let Some(known) = last.as_ref().filter(is_good) {
        return Arc::clone(&known.list);
    }
    let begun = Instant::now();
    let list = Arc::new(ledger.broken());
    let known = Known {
        seq: ledger.seq(),
        at: Instant::now(),
        took: begun.elapsed(),
        list: Arc::clone(&list),
    };
    *last = Some(known);
    list
}
