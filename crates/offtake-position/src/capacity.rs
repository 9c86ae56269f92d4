//! The formula of what is available, and the steps in which it changes.

use crate::{Life, Pool};

/// Returns the GPUs of a pool that work may use.
///
/// `min(n, g · ⌊alive · up · max(0, min(R, R + spares − down))⌋)`, with `R` the racks in service
/// and `down` what is broken among them in GPUs (a tray counts as its part of a rack); nothing is
/// subtracted twice in an outage.
#[must_use]
#[inline]
pub fn available(pool: &Pool, racks: i64, down_gpus: i64, alive_and_up: f64) -> i64 {
    // Whole racks that the broken GPUs amount to, rounded up: ⌊R − down⌋ = R − ⌈down⌉.
    let broken = (down_gpus + pool.rack_gpus - 1).div_euclid(pool.rack_gpus);
    let standing = racks.min(racks + pool.spares - broken).max(0);
    // A nudge of 1e-9 keeps 0.6 · 10 racks from reading as 5.999….
    let usable = (standing as f64 * alive_and_up + 1e-9).floor() as i64;
    pool.gpus.min(pool.rack_gpus * usable)
}

/// The racks of a pool in service and the share of them alive, as steps over time.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    pool: &'a Pool,
    life: Life,
}

impl<'a> Steps<'a> {
    /// Makes the steps of `pool` over `life`.
    #[must_use]
    pub const fn new(pool: &'a Pool, life: Life) -> Steps<'a> {
        Steps { pool, life }
    }

    /// Returns the racks of the pool when all is in service.
    #[must_use]
    pub const fn all_racks(&self) -> i64 {
        self.pool.racks
    }

    /// Returns the racks in service at `hour`, broken ones included.
    #[must_use]
    pub fn racks(&self, hour: i64) -> i64 {
        let Some(start) = self.life.start else { return 0 };
        if hour >= self.life.end {
            return 0;
        }
        // After the supplier stopped, the ramp stands still.
        let hour = self.life.stop.map_or(hour, |stop| hour.min(stop.at - 1));
        self.pool.racks_at(start, hour)
    }

    /// Returns the share of the racks in service that their supplier keeps running at `hour`.
    #[must_use]
    pub fn alive(&self, hour: i64) -> f64 {
        match self.life.stop {
            Some(stop) if hour >= stop.back => stop.share,
            Some(stop) if hour >= stop.at => 0.0,
            _ => 1.0,
        }
    }

    /// Returns the first hour after `hour` at which [`Steps::racks`] or [`Steps::alive`] may change.
    #[must_use]
    pub fn next_change(&self, hour: i64) -> i64 {
        let Some(start) = self.life.start else { return i64::MAX };
        let mut next = i64::MAX;
        let mut consider = |at: i64| {
            if at > hour {
                next = next.min(at);
            }
        };
        consider(start);
        consider(self.life.end);
        if let Some(stop) = self.life.stop {
            consider(stop.at);
            consider(stop.back);
        }
        if hour >= start {
            let racks = self.pool.racks_at(start, hour);
            if racks < self.pool.racks {
                consider(self.pool.arrival(start, racks));
            }
        }
        next
    }
}
