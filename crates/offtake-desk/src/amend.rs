//! Quotes for change: what a promise would take if it grew, shrank, lasted longer or moved, keeping what it can keep.

use crate::checks::{self, Take, rest};
use crate::firmness::Moved;
use crate::ledger::{Ledger, Standing};
use crate::objection::Objection;
use crate::quote::{Asker, Placed, value};
use crate::request::{By, Fault, MOST_GPUS, MOST_MINUTES, Wish};
use crate::split::together;
use offtake_ledger::{Constraints, Firmness, Minute, PoolId, PromiseId};

/// How a promise is to be changed from the next minute on; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    /// How many GPUs.
    pub gpus: Option<i64>,
    /// From when.
    pub from: Option<Minute>,
    /// Until when.
    pub until: Option<Minute>,
    /// In which pool.
    pub pool: Option<PoolId>,
}

/// What would come of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Money for what the promise takes now from the next minute on, in millionths.
    pub value_before: i128,
    /// How firm it would be.
    pub firmness: Firmness,
    /// What speaks against it.
    pub objections: Vec<Objection>,
}

impl Ledger {
    /// Returns what a promise would take from the next minute on: of the pools that it is in as much as it can, then of
    /// others that are of the kind asked for, the cheapest first.
    ///
    /// # Errors
    ///
    /// All that is wrong with the amendment, or that it fits nowhere.
    pub fn amended(&self, id: PromiseId, amendment: &Amendment) -> Result<Vec<Placed>, Vec<Fault>> {
        let missing =
            || vec![Fault::new("id", format!("there is no promise {id}"), "name a promise")];
        let standing = self.promise(id).ok_or_else(missing)?;
        let now = self.next_minute();
        let old = rest(standing, now);
        let gpus = amendment.gpus.unwrap_or_else(|| most_at_once(&old));
        let from = amendment.from.unwrap_or_else(|| standing.from()).max(now);
        let until = amendment.until.unwrap_or_else(|| standing.until());
        let faults = faults(gpus, from, until);
        if !faults.is_empty() {
            return Err(faults);
        }
        let kind = |part: &Placed| self.shelf(part.pool).pool.spec.accelerator.clone();
        let constraints = Constraints {
            // What was asked for in tokens is GPUs of one type by now, and is changed as such.
            accelerators: match &standing.constraints.tokens {
                Some(_) => old.first().map(kind).into_iter().collect(),
                None => standing.constraints.accelerators.clone(),
            },
            tokens: None,
            pool: amendment.pool.clone().or_else(|| standing.constraints.pool.clone()),
            ..(*standing.constraints).clone()
        };
        let wish = Wish {
            tenant: Some(standing.tenant.clone()),
            gpus,
            minutes: until - from,
            earliest: from,
            latest: from,
            constraints,
            by: By::Start,
            count: 1,
        };
        self.placed_anew(standing, &old, &wish).ok_or_else(|| {
            let problem =
                format!("{gpus} GPUs are free together from {from} until {until} nowhere");
            vec![Fault::new(
                "gpus",
                problem,
                "ask for fewer, for another time, or for a quote elsewhere",
            )]
        })
    }

    /// Weighs what a promise would take from the next minute on; nothing where there is no such promise.
    #[must_use]
    pub fn weighed(&self, id: PromiseId, new: &[Placed]) -> Option<Weighed> {
        let standing = self.promise(id)?;
        let old = rest(standing, self.next_minute());
        let take = Take {
            tenant: &standing.tenant,
            constraints: &standing.constraints,
            old: &old,
            new,
            standing: Some(standing),
        };
        let (_, objections) = checks::all(self, &take);
        let firmness = self.firmness(standing.rank(), new, &Moved::default());
        Some(Weighed { value_before: value(&old), firmness, objections })
    }

    /// Fills a changed promise from groups of pools, those it is in first.
    fn placed_anew(&self, standing: &Standing, old: &[Placed], wish: &Wish) -> Option<Vec<Placed>> {
        let asker = Asker::new(self, wish);
        let mut groups = together(self, wish, &asker);
        let own = |pool: &u32| standing.parts.iter().any(|part| part.pool == *pool);
        groups.iter_mut().for_each(|group| group.sort_by_key(|pool| !own(pool)));
        groups.sort_by_key(|group| !group.iter().any(own));
        groups.iter().find_map(|group| self.filled_anew(old, wish, &asker, group))
    }

    fn filled_anew(
        &self,
        old: &[Placed],
        wish: &Wish,
        asker: &Asker,
        group: &[u32],
    ) -> Option<Vec<Placed>> {
        let (from, until) = (wish.earliest, wish.earliest + wish.minutes);
        let mut rest = wish.gpus;
        let mut parts = Vec::new();
        for place in group {
            let shelf = self.shelf(*place);
            let rack = crate::quote::rack_of(shelf, wish);
            let room = self.room(*place, old, asker.level, (from, until)) / rack * rack;
            let gpus = room.min((rest + rack - 1) / rack * rack);
            if gpus > 0 {
                let kept = old.iter().find(|part| part.pool == *place).map(|part| part.fee);
                let fee = kept.unwrap_or_else(|| asker.fee(shelf));
                parts.push(Placed { pool: *place, gpus, from, until, fee });
                rest -= gpus;
            }
            if rest <= 0 {
                return Some(parts);
            }
        }
        None
    }

    /// Returns the GPUs of a pool that a promise could have over a window, if it gave back what it has: of those that
    /// are free firmly, and never fewer than it has and may keep.
    fn room(
        &self,
        place: u32,
        old: &[Placed],
        level: usize,
        (from, until): (Minute, Minute),
    ) -> i64 {
        let mut firm = self.shelf(place).firm[level].clone();
        let mut free = self.shelf(place).free.clone();
        let mut own = crate::Calendar::new();
        for part in old.iter().filter(|part| part.pool == place) {
            firm.add(part.from, part.until, part.gpus);
            free.add(part.from, part.until, part.gpus);
            own.add(part.from, part.until, part.gpus);
        }
        let kept = own.least_free(from, until).min(free.least_free(from, until));
        firm.least_free(from, until).max(kept).max(0)
    }
}

fn most_at_once(parts: &[Placed]) -> i64 {
    let at = |minute: Minute| {
        let is_there = |part: &&Placed| part.from <= minute && minute < part.until;
        parts.iter().filter(is_there).map(|part| part.gpus).sum::<i64>()
    };
    parts.iter().map(|part| at(part.from)).max().unwrap_or(0)
}

fn faults(gpus: i64, from: Minute, until: Minute) -> Vec<Fault> {
    let mut found = Vec::new();
    if !(1..=MOST_GPUS).contains(&gpus) {
        found.push(Fault::new(
            "gpus",
            format!("is {gpus}"),
            "ask for 1 to 100,000,000 GPUs, or release it",
        ));
    }
    let minutes = i64::from(until) - i64::from(from);
    if !(1..=i64::from(MOST_MINUTES)).contains(&minutes) {
        let problem = format!("{until} is {minutes} minutes after the start or now, {from}");
        found.push(Fault::new(
            "until",
            problem,
            "end it after its start and after now, within 20 years",
        ));
    }
    found
}
