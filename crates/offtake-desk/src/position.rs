//! The position: what there is, what is promised of it, and whether that is long or short, by pool and time.

use crate::ledger::{Ledger, State};
use crate::shelf::{Shelf, calendar};
use offtake_ledger::{LEVELS, Minute};
use std::collections::BTreeMap;

/// One pool's position over a stretch of time in which nothing of it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Place of the pool.
    pub pool: u32,
    /// First minute.
    pub from: Minute,
    /// Minute after the last.
    pub until: Minute,
    /// GPUs in service by contract.
    pub contracted: i64,
    /// GPUs of contracts that were sold before the desk opened.
    pub sold: i64,
    /// GPUs committed.
    pub committed: i64,
    /// GPUs held.
    pub held: i64,
    /// GPUs left by each level of firm supply: long above zero, short below.
    pub firm_left: [i64; LEVELS.len()],
    /// GPUs that the pipeline may take, each opportunity by its chance, in millionths of a GPU; nothing is set apart.
    pub pipeline: i64,
}

impl Position {
    /// Returns the GPUs that may still be promised by contract; below zero where too many are.
    #[must_use]
    pub const fn free(&self) -> i64 {
        self.contracted - self.sold - self.committed - self.held
    }
}

impl Ledger {
    /// Returns the position of one pool from `from` (now at the earliest) until just before `until`, stretch by stretch.
    #[must_use]
    pub fn position(&self, place: u32, from: Minute, until: Minute) -> Vec<Position> {
        let shelf = self.shelf(place);
        let from = from.max(self.next_minute());
        if from >= until {
            return Vec::new();
        }
        let rises = self.rises(place, shelf);
        let minutes = self.changes(&rises, shelf, from, until);
        let ends = minutes.iter().skip(1).copied().chain([until]);
        let (contracted, sold) = (calendar(&shelf.contracted), calendar(&shelf.sold));
        let (mut ahead, mut committed, mut held) = (rises.iter().peekable(), 0, 0);
        let stretch = |(from, until): (Minute, Minute)| {
            while let Some((_, more)) = ahead.next_if(|(minute, _)| **minute <= from) {
                committed += more.0;
                held += more.1;
            }
            let sold = sold.free_at(from);
            Position {
                pool: place,
                from,
                until,
                contracted: contracted.free_at(from) + sold,
                sold,
                committed,
                held,
                firm_left: shelf.firm.each_ref().map(|firm| firm.free_at(from)),
                pipeline: self.pipeline(shelf, from),
            }
        };
        minutes.iter().copied().zip(ends).map(stretch).collect()
    }

    /// Returns the minutes of a window at which anything of a pool changes; the window's start is the first.
    fn changes(
        &self,
        rises: &BTreeMap<Minute, (i64, i64)>,
        shelf: &Shelf,
        from: Minute,
        until: Minute,
    ) -> Vec<Minute> {
        let mut minutes = vec![from];
        minutes.extend(shelf.sold.iter().map(|step| step.0));
        for calendar in shelf.firm.iter().chain([&shelf.free]) {
            calendar.walk(from, until, |minute, _| minutes.push(minute));
        }
        minutes.extend(rises.keys());
        let on = |of: &&offtake_ledger::Prospect| of.pool.as_ref() == Some(&shelf.pool.id);
        minutes.extend(self.prospects().values().filter(on).flat_map(|of| [of.from, of.until]));
        minutes.retain(|minute| from <= *minute && *minute < until);
        minutes.sort_unstable();
        minutes.dedup();
        minutes
    }

    /// Returns by how much what is committed and held of a pool rises at each minute, in one pass over its promises.
    fn rises(&self, place: u32, shelf: &Shelf) -> BTreeMap<Minute, (i64, i64)> {
        let mut rises: BTreeMap<Minute, (i64, i64)> = BTreeMap::new();
        for standing in shelf.members.iter().filter_map(|(_, id)| self.promise(*id)) {
            for part in standing.parts.iter().filter(|part| part.pool == place) {
                for (minute, gpus) in [(part.from, part.gpus), (part.until, -part.gpus)] {
                    let (committed, held) = rises.entry(minute).or_default();
                    *(if standing.state == State::Held { held } else { committed }) += gpus;
                }
            }
        }
        rises
    }

    fn pipeline(&self, shelf: &Shelf, minute: Minute) -> i64 {
        let is_there = |of: &&offtake_ledger::Prospect| {
            of.pool.as_ref() == Some(&shelf.pool.id) && of.from <= minute && minute < of.until
        };
        let there = self.prospects().values().filter(is_there);
        there.map(|of| of.gpus * i64::from(of.chance)).sum()
    }
}
