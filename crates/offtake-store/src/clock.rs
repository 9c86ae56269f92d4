//! The clock of a store that has none of its own.

use offtake_ledger::Instant;
use std::time::SystemTime;

/// Returns the system's time, and never one before `last`: a clock that is set back stands still instead.
#[expect(clippy::disallowed_methods, reason = "this shell owns the clock of embedded stores")]
pub(crate) fn now(last: Instant) -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis() as i64);
    Instant::from_millis(millis).max(last)
}
