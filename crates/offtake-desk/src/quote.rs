//! Available-to-promise: where and from when a wish fits, and if nowhere, why not and what is nearest.
//!
//! A quote looks at firm supply pool by pool, a screen that is exact for one pool at one instant; the joint firmness of
//! an alternative is computed by whoever asks for it ([`Ledger::joint`]). A quote promises nothing.

use crate::fit::closed;
use crate::refusal::{Refusal, refusal};
use crate::request::{By, MOST_GPUS, Wish};
use crate::shelf::Shelf;
use crate::split::split;
use crate::tokens::gpus_for;
use crate::{Ledger, Moved, Reason, last_of};
use offtake_ledger::{Fee, Firmness, LEVELS, Minute, PoolId, Racks, Tenant, Together, value_of};
use offtake_model::{AcceleratorId, PartyId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// GPUs of one pool, by its place, from one minute to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Place of the pool.
    pub pool: u32,
    /// How many.
    pub gpus: i64,
    /// First minute.
    pub from: Minute,
    /// Minute after the last.
    pub until: Minute,
    /// What is paid for a GPU-hour.
    pub fee: Fee,
}

/// One way to serve a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// What it takes, in pools of one type of GPU.
    pub parts: Vec<Placed>,
    /// The level of firm supply that it fits in, pool by pool: a screen.
    pub screen: Firmness,
    /// Probability that it is kept over all its pools and months; `None` when nobody asked for it.
    pub joint: Option<Firmness>,
}

impl Alternative {
    /// Returns the first minute.
    #[must_use]
    pub fn start(&self) -> Minute {
        self.parts.iter().map(|part| part.from).min().unwrap_or(0)
    }

    /// Returns the GPUs, which can be more than were asked for where racks are whole.
    #[must_use]
    pub fn gpus(&self) -> i64 {
        self.parts.iter().map(|part| part.gpus).sum()
    }

    /// Returns what it costs in all, in millionths of the currency.
    #[must_use]
    pub fn value(&self) -> i128 {
        value(&self.parts)
    }
}

/// Returns what parts are worth in all, in millionths of the currency.
#[must_use]
pub fn value(parts: &[Placed]) -> i128 {
    parts.iter().map(|p| value_of(p.gpus, i64::from(p.until) - i64::from(p.from), p.fee)).sum()
}

/// The answer to a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It can be had in these ways, the best first; at least one.
    Offered(Vec<Alternative>),
    /// It cannot be had.
    Refused(Box<Refusal>),
}

/// Returns the place, among the levels of firm supply, of the one that promises of so much firmness are screened with.
///
/// The lowest level that is no less firm; of a firmness above all levels, the highest: there the screen says less than
/// was asked for, and the joint firmness decides.
#[must_use]
pub fn level_for(firmness: Firmness) -> usize {
    LEVELS.iter().rposition(|level| *level >= firmness).unwrap_or(0)
}

impl Ledger {
    /// Answers a wish whose fields are in order ([`crate::faults`] finds none).
    #[must_use]
    pub fn quote(&self, wish: &Wish) -> Answer {
        self.quote_within(wish, wish.minutes)
    }

    /// Answers a wish that may be served for less time: for as long as can be had, and for `least` minutes at least.
    #[must_use]
    pub fn quote_within(&self, wish: &Wish, least: Minute) -> Answer {
        let ways = |minutes: Minute| self.ways(&Wish { minutes, ..wish.clone() });
        let mut found = self.ways(wish);
        if found.is_empty() && least < wish.minutes {
            found = ways(least);
            // What is free for so long is free for less: the longest is found by halving.
            let (mut fits, mut does_not) = (least, wish.minutes);
            while !found.is_empty() && does_not - fits > 1 {
                let middle = fits + (does_not - fits) / 2;
                let longer = ways(middle);
                if longer.is_empty() {
                    does_not = middle;
                } else {
                    (fits, found) = (middle, longer);
                }
            }
        }
        match found.is_empty() {
            false => Answer::Offered(found),
            true => Answer::Refused(Box::new(refusal(self, wish))),
        }
    }

    fn ways(&self, wish: &Wish) -> Vec<Alternative> {
        match wish.constraints.together {
            Together::Pool => self.in_one_pool(wish),
            Together::Site | Together::Anywhere => split(self, wish),
        }
    }

    /// Returns the joint firmness that an alternative would be promised at.
    #[must_use]
    pub fn joint(&self, wish: &Wish, alternative: &Alternative) -> Firmness {
        self.firmness(last_of(wish.constraints.priority), &alternative.parts, &Moved::default())
    }

    /// Returns what a tenant pays for a GPU-hour of a pool where nothing else was agreed; `None` for a pool that is not there.
    #[must_use]
    pub fn fee_for(&self, tenant: &PartyId, pool: &PoolId) -> Option<Fee> {
        let asker = Asker { tenant: self.tenant(tenant), level: 0, by_type: None };
        self.shelf_of(pool).map(|shelf| asker.fee(shelf))
    }

    /// Returns the first minute that a wish may start at: none has passed.
    pub(crate) fn earliest_of(&self, wish: &Wish) -> Minute {
        wish.earliest.max(self.next_minute())
    }

    /// Returns the pools that a wish may be served from, by what is asked for a GPU-hour: the one that it names, or all.
    pub(crate) fn candidates(&self, wish: &Wish) -> &[u32] {
        let Some(pool) = &wish.constraints.pool else { return &self.by_fee };
        // One that is kept for somebody else is as if it were not there: whether it is would be news.
        let is_open =
            |named: &&Shelf| named.is_published && named.pool.is_open_to(wish.tenant.as_ref());
        self.shelf_of(pool).filter(is_open).map_or(&[], |named| std::slice::from_ref(&named.place))
    }

    /// Returns the pools that a wish may be served from, by what the whole of it costs an hour there.
    ///
    /// Who asks for GPUs pays as many everywhere, so that the order is that of the fees; who asks for work does not.
    fn by_cost(&self, wish: &Wish, asker: &Asker) -> Cow<'_, [u32]> {
        let candidates = self.candidates(wish);
        if wish.constraints.tokens.is_none() {
            return Cow::Borrowed(candidates);
        }
        let cost = |place: &u32| {
            let shelf = self.shelf(*place);
            i128::from(asker.fee(shelf)) * i128::from(asker.gpus(shelf, wish).unwrap_or(0))
        };
        let mut order = candidates.to_vec();
        order.sort_by_cached_key(|place| (cost(place), *place));
        Cow::Owned(order)
    }

    fn in_one_pool(&self, wish: &Wish) -> Vec<Alternative> {
        let asker = Asker::new(self, wish);
        match wish.by {
            By::Start => self.soonest(wish, &asker),
            By::Price => self.cheapest(wish, &asker),
            By::Firmness => self.firmest(wish, &asker),
        }
    }

    /// Looks through pools from the cheapest, for starts before the latest of the best so far.
    fn soonest(&self, wish: &Wish, asker: &Asker) -> Vec<Alternative> {
        let from = self.earliest_of(wish);
        let mut bound = wish.latest;
        let mut found: Vec<(Minute, Alternative)> = Vec::with_capacity(wish.count);
        for place in self.by_cost(wish, asker).iter() {
            let Some(alternative) = self.fits(*place, wish, asker, asker.level, bound) else {
                continue;
            };
            let start = alternative.start();
            let at = found.partition_point(|(other, _)| *other <= start);
            found.insert(at, (start, alternative));
            found.truncate(wish.count);
            if found.len() == wish.count {
                // A later pool costs no less, so that it has to start earlier.
                bound = found[wish.count - 1].0 - 1;
                if bound < from {
                    break;
                }
            }
        }
        found.into_iter().map(|(_, alternative)| alternative).collect()
    }

    /// Looks through pools from the cheapest until there are enough.
    fn cheapest(&self, wish: &Wish, asker: &Asker) -> Vec<Alternative> {
        let fit = |place: u32| self.fits(place, wish, asker, asker.level, wish.latest);
        let candidates = self.by_cost(wish, asker);
        let candidates = candidates.iter().copied();
        if asker.tenant.is_none() || wish.constraints.tokens.is_some() {
            return candidates.filter_map(fit).take(wish.count).collect();
        }
        // Floors of the tenant's own may turn the order around.
        let mut order: Vec<(Fee, u32)> =
            candidates.map(|place| (asker.fee(self.shelf(place)), place)).collect();
        order.sort_unstable();
        order.into_iter().filter_map(|(_, place)| fit(place)).take(wish.count).collect()
    }

    /// Looks through pools at the firmest level, then at the next.
    fn firmest(&self, wish: &Wish, asker: &Asker) -> Vec<Alternative> {
        let mut found: Vec<Alternative> = Vec::with_capacity(wish.count);
        let candidates = self.by_cost(wish, asker);
        for level in 0..=asker.level {
            for place in candidates.iter() {
                if found.len() == wish.count {
                    return found;
                }
                if found.iter().any(|other| other.parts[0].pool == *place) {
                    continue;
                }
                found.extend(self.fits(*place, wish, asker, level, wish.latest));
            }
        }
        found
    }

    /// Returns the earliest way in which one pool serves a wish at a level of firm supply by starting at `latest`.
    fn fits(
        &self,
        place: u32,
        wish: &Wish,
        asker: &Asker,
        level: usize,
        latest: Minute,
    ) -> Option<Alternative> {
        let shelf = self.shelf(place);
        if asker.closed(shelf, wish).is_some() {
            return None;
        }
        let gpus = asker.gpus(shelf, wish)?;
        let range = (self.earliest_of(wish), latest);
        let from = shelf.firm[level].earliest(range, wish.minutes, gpus)?;
        let until = from + wish.minutes;
        let fee = asker.fee(shelf);
        let parts = vec![Placed { pool: place, gpus, from, until, fee }];
        Some(Alternative { parts, screen: LEVELS[level], joint: None })
    }
}

/// Returns the least number of GPUs that a wish may take of a pool, and every other is a multiple of.
pub(crate) fn rack_of(shelf: &Shelf, wish: &Wish) -> i64 {
    match wish.constraints.racks {
        Racks::Shared => 1,
        Racks::Whole => shelf.pool.spec.rack_gpus.max(1),
    }
}

/// Who asks, and what follows for every pool.
pub(crate) struct Asker<'a> {
    tenant: Option<&'a Tenant>,
    pub(crate) level: usize,
    /// GPUs that do the work asked for, by type; `None` when GPUs were asked for.
    by_type: Option<BTreeMap<&'a AcceleratorId, i64>>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(ledger: &'a Ledger, wish: &Wish) -> Asker<'a> {
        let tenant = wish.tenant.as_ref().and_then(|id| ledger.tenant(id));
        let has_floors = tenant.filter(|tenant| !tenant.floors.is_empty());
        let by_type = wish.constraints.tokens.as_ref().map(|tokens| {
            let rates = &ledger.publication().rates;
            let kinds: BTreeSet<&AcceleratorId> =
                rates.iter().map(|rate| &rate.accelerator).collect();
            let gpus = |kind| {
                let gpus = gpus_for(tokens, rates, kind).filter(|gpus| *gpus <= MOST_GPUS)?;
                Some((kind, gpus))
            };
            kinds.into_iter().filter_map(gpus).collect()
        });
        Asker { tenant: has_floors, level: level_for(wish.constraints.firmness), by_type }
    }

    /// Returns the GPUs of a type that a wish asks for; `None` where nobody knows how many would do.
    pub(crate) fn need(&self, kind: &AcceleratorId, wish: &Wish) -> Option<i64> {
        self.by_type.as_ref().map_or(Some(wish.gpus), |by_type| by_type.get(kind).copied())
    }

    /// Returns the GPUs that a wish takes of a pool: whole racks of it, where those are asked for.
    pub(crate) fn gpus(&self, shelf: &Shelf, wish: &Wish) -> Option<i64> {
        let rack = rack_of(shelf, wish);
        let gpus = self.need(&shelf.pool.spec.accelerator, wish)?;
        Some((gpus + rack - 1) / rack * rack)
    }

    /// Returns what a pool costs here: what is asked, or a floor that is higher.
    pub(crate) fn fee(&self, shelf: &Shelf) -> Fee {
        let pool = &shelf.pool;
        let own = self.tenant.and_then(|tenant| tenant.floors.get(&pool.spec.accelerator));
        pool.price.max(pool.floor()).max(own.copied().unwrap_or(0))
    }

    /// Returns why a pool is not open here whatever is free.
    pub(crate) fn closed(&self, shelf: &Shelf, wish: &Wish) -> Option<Reason> {
        let asked = &wish.constraints;
        closed(&shelf.pool, asked, wish.tenant.as_ref()).or_else(|| {
            let here = &shelf.pool.spec.accelerator;
            if let Some(tokens) = asked.tokens.as_ref().filter(|_| self.need(here, wish).is_none())
            {
                return Some(Reason::NoThroughput {
                    here: here.clone(),
                    work: tokens.work.clone(),
                    interactivity: tokens.interactivity,
                });
            }
            let (fee, ceiling) = (self.fee(shelf), asked.price_ceiling?);
            (fee > ceiling).then_some(Reason::OverCeiling { fee, ceiling })
        })
    }
}
