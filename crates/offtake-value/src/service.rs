//! GPU-hours of a tranche by calendar month, from its first to its last: in service, and available.
//!
//! Within the horizon what is available comes from the sample. Beyond it nothing is drawn, so it is what is in
//! service times the mean availability of the pool within the horizon (of the whole contract, for a pool that was not
//! in service within it; all, when none was). Before the horizon, all that is in service counts as available.

use crate::calendar::Calendar;
use offtake_position::{Life, Pool, Steps, available};

/// GPU-hours of one tranche by month.
#[derive(Clone, Debug, Default)]
pub struct Months {
    /// Its first month.
    pub first: i32,
    /// In service: delivered, its term not over, its supplier running.
    pub in_service: Vec<i64>,
    /// Available.
    pub available: Vec<i64>,
    /// In service before, within and beyond the horizon, by month.
    parts: Vec<[i64; 3]>,
    /// In service and available within the horizon.
    within: (i128, i128),
}

impl Months {
    /// Returns the month after the last.
    #[must_use]
    pub fn end(&self) -> i32 {
        self.first + self.in_service.len() as i32
    }

    /// Returns GPU-hours in service and available in `month`.
    #[must_use]
    pub fn at(&self, month: i32) -> (i64, i64) {
        let at = usize::try_from(month - self.first).unwrap_or(usize::MAX);
        let of = |months: &[i64]| months.get(at).copied().unwrap_or(0);
        (of(&self.in_service), of(&self.available))
    }

    /// Counts what is in service over `life`, and takes what was available within the horizon of `hours` from
    /// `drawn`; a life that never starts has no months.
    pub(crate) fn count(
        &mut self,
        calendar: &Calendar,
        pool: &Pool,
        life: Life,
        (hours, drawn): (i64, &[f64]),
    ) {
        self.in_service.clear();
        self.available.clear();
        self.parts.clear();
        self.within = (0, 0);
        self.first = 0;
        let Some(start) = life.start.filter(|start| *start < life.end) else { return };
        self.first = calendar.month_of_hour(start);
        let last = calendar.month_of_hour(life.end - 1);
        self.parts.resize((last - self.first + 1).max(0) as usize, [0; 3]);
        let steps = Steps::new(pool, life);
        let mut hour = start;
        let mut month = self.first;
        while hour < life.end {
            let next = steps.next_change(hour).min(life.end);
            let gpus = available(pool, steps.racks(hour), 0, steps.alive(hour));
            month = self.spread((calendar, month), (hour, next), gpus, hours);
            hour = next;
        }
        for (at, parts) in self.parts.iter().enumerate() {
            let month = usize::try_from(self.first + at as i32);
            let seen = month.ok().and_then(|month| drawn.get(month)).copied().unwrap_or(0.0);
            // Nothing is available that is not in service; single precision may have rounded up.
            let seen = (libm::round(seen) as i64).clamp(0, parts[1]);
            self.within.0 += i128::from(parts[1]);
            self.within.1 += i128::from(seen);
            self.in_service.push(parts.iter().sum());
            self.available.push(parts[0] + seen);
        }
    }

    /// Adds `gpus` over hours to the months that they lie in, apart before, within and beyond the horizon; the first lies in
    /// `month`. Returns the month in which the next hour lies.
    fn spread(
        &mut self,
        (calendar, mut month): (&Calendar, i32),
        (from, to): (i64, i64),
        gpus: i64,
        horizon: i64,
    ) -> i32 {
        let last = self.end_of_parts() - 1;
        let mut hour = from;
        while hour < to {
            // The last month that has a name takes all that is left.
            let edge = if month < last { calendar.hours(month).end } else { i64::MAX };
            let (part, bound) = match hour {
                hour if hour < 0 => (0, 0),
                hour if hour < horizon => (1, horizon),
                _ => (2, i64::MAX),
            };
            let end = edge.min(bound).min(to);
            self.parts[(month - self.first) as usize][part] += gpus * (end - hour);
            hour = end;
            if hour >= edge {
                month += 1;
            }
        }
        month
    }

    const fn end_of_parts(&self) -> i32 {
        self.first + self.parts.len() as i32
    }

    /// Returns GPU-hours in service and available within the horizon.
    pub(crate) const fn within(&self) -> (i128, i128) {
        self.within
    }

    /// Fills what lies beyond the horizon: the share of it that was available within, or `otherwise`.
    pub(crate) fn extend(&mut self, otherwise: (i128, i128)) {
        let (whole, seen) = if self.within.0 > 0 { self.within } else { otherwise };
        for (parts, available) in self.parts.iter().zip(&mut self.available) {
            let beyond = i128::from(parts[2]);
            *available += if whole > 0 { (beyond * seen / whole) as i64 } else { parts[2] };
        }
    }
}
