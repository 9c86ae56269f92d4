//! How often a token may ask, a bucket for each that fills at a steady rate; and how many streams it may listen to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Streams that a token may listen to at once.
const SEATS: usize = 32;

/// Buckets by token.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    buckets: Mutex<BTreeMap<String, (f64, Instant)>>,
    seats: Mutex<BTreeMap<String, usize>>,
}

/// A place in the audience of events, free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    rate: Arc<Rate>,
    who: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.rate.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.who) {
            *taken -= 1;
        }
    }
}

impl Rate {
    /// Makes buckets that let so many requests a second pass, and as many at once.
    pub(crate) fn new(per_second: u32) -> Rate {
        Rate {
            per_second: f64::from(per_second),
            buckets: Mutex::default(),
            seats: Mutex::default(),
        }
    }

    /// Takes a seat for a token that has one left.
    pub(crate) fn take_seat(self: &Arc<Rate>, who: &str) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry(who.to_owned()).or_default();
        if *taken >= SEATS {
            return None;
        }
        *taken += 1;
        Some(Seat { rate: Arc::clone(self), who: who.to_owned() })
    }

    /// Says whether a request may pass, and counts it if so.
    #[expect(
        clippy::disallowed_methods,
        reason = "this shell owns the clock that limits how often somebody asks"
    )]
    pub(crate) fn may_pass(&self, who: &str) -> bool {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(who) {
            buckets.insert(who.to_owned(), (self.per_second, now));
        }
        let Some((left, last)) = buckets.get_mut(who) else { return true };
        *left = (*left + now.duration_since(*last).as_secs_f64() * self.per_second)
            .min(self.per_second);
        *last = now;
        let may = *left >= 1.0;
        if may {
            *left -= 1.0;
        }
        may
    }
}
