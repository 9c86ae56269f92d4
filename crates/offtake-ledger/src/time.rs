//! Two clocks' units: capacity changes hands by the minute, events happen by the millisecond.

/// Minutes of Unix time: capacity is promised from one to another.
pub type Minute = i32;

/// Later than every minute that is asked for.
pub const NEVER: Minute = Minute::MAX;

/// Milliseconds of a minute.
pub const MINUTE_MS: i64 = 60_000;

/// When something happened by the store's clock: milliseconds of Unix time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// Makes the instant so many milliseconds after 1970-01-01T00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Instant {
        Instant(millis)
    }

    /// Makes the instant at the start of a minute.
    #[must_use]
    pub const fn from_minute(minute: Minute) -> Instant {
        Instant(minute as i64 * MINUTE_MS)
    }

    /// Returns the milliseconds of Unix time.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Returns the minute that it falls in; instants that no minute can name are the last or the first.
    #[must_use]
    pub const fn minute(self) -> Minute {
        let minute = self.0.div_euclid(MINUTE_MS);
        if minute >= NEVER as i64 {
            NEVER - 1
        } else if minute < Minute::MIN as i64 {
            Minute::MIN
        } else {
            minute as Minute
        }
    }
}
