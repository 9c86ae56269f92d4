//! How often a token may ask: a bucket for each that fills at a steady rate.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Buckets by token.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    buckets: Mutex<BTreeMap<String, (f64, Instant)>>,
}

impl Rate {
    /// Makes buckets that let so many requests a second pass, and as many at once.
    pub(crate) fn new(per_second: u32) -> Rate {
        Rate { per_second: f64::from(per_second), buckets: Mutex::new(BTreeMap::new()) }
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
