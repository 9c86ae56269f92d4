//! Promises that no longer fit after supply changed: none is dropped, each is listed with what would cure it.
//!
//! Where more is promised of a pool than its contract gives, those served first keep theirs; the others are breaches, by
//! priority. A promise that contracted supply still holds, and that is kept in fewer paths than it was promised at, is a
//! breach of another kind: its firmness fell. A contract sold before the desk opened moves with its tranche and is a breach once it is later than the
//! contract forgives.

use crate::Calendar;
use crate::checks::rest;
use crate::firmness::walked;
use crate::ledger::{Ledger, Standing, State};
use crate::quote::{Alternative, Answer, Placed};
use crate::request::{By, Wish};
use crate::shelf::{Shelf, value_at};
use offtake_ledger::{
    Cause, Change, Constraints, Event, Firmness, Minute, PromiseId, Publication, Sold, Steps,
};
use offtake_model::PartyId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Alternatives that a breach is shown with.
const CURES: usize = 3;

/// What of a promise is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Contracted supply no longer holds it, after those that are served before.
    Short,
    /// Contracted supply holds it, and it is kept less probably than was promised.
    Softer {
        /// The joint firmness that it was promised at.
        promised: Firmness,
        /// The joint firmness of what is left of it.
        now: Firmness,
    },
}

impl Broken {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Broken::Short => "short",
            Broken::Softer { .. } => "softer",
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Short => f.write_str("there are too few GPUs"),
            Broken::Softer { promised, now } => {
                let share = |firmness: &Firmness| f64::from(*firmness) / 1e6;
                write!(f, "firmness fell from {:.2} to {:.2}", share(promised), share(now))
            }
        }
    }
}

/// A promise that gets less than was promised, or is less firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which promise.
    pub promise: PromiseId,
    /// To whom.
    pub tenant: PartyId,
    /// Its priority; the list is in this order.
    pub priority: u8,
    /// Whether it is a commitment or still a hold.
    pub state: State,
    /// What of it is not kept.
    pub broken: Broken,
    /// The first minute at which it gets less; of one that is softer, the first that is left.
    pub from: Minute,
    /// The minute after the last.
    pub until: Minute,
    /// The most GPUs that it lacks at any minute by contract.
    pub short: i64,
    /// GPU-minutes that it lacks in all by contract.
    pub gpu_minutes: i64,
}

/// A contract sold before the desk opened that is later than it forgives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateContract {
    /// The contract and its tranche.
    pub id: String,
    /// Who bought.
    pub tenant: PartyId,
    /// The first minute at which less is there than was due a grace period before.
    pub from: Minute,
    /// The most GPUs that it lacks.
    pub short: i64,
}

impl Ledger {
    /// Returns all promises that are not kept as they were promised, by priority and then by who came first: those that
    /// contracted supply no longer holds, and of the others those that are less firm than promised.
    #[must_use]
    pub fn broken(&self) -> Vec<Breach> {
        let mut all = self.breaches();
        let short: BTreeSet<PromiseId> = all.iter().map(|breach| breach.promise).collect();
        all.extend(self.fallen().into_iter().filter(|fallen| !short.contains(&fallen.promise)));
        let rank = |breach: &Breach| self.promise(breach.promise).map(Standing::rank);
        all.sort_by_cached_key(rank);
        all
    }

    /// Returns the promises whose joint firmness is below what they were promised at, in the order of service.
    ///
    /// One walk in that order: what was passed is kept pool by pool, and each promise is held against what is left.
    #[must_use]
    pub fn fallen(&self) -> Vec<Breach> {
        let now = self.next_minute();
        let is_left = |of: &&Standing| of.state.is_live() && of.until() > now;
        let mut order: Vec<&Standing> = self.promises_after(None).filter(is_left).collect();
        order.sort_unstable_by_key(|standing| standing.rank());
        let mut taken = vec![Calendar::new(); self.shelves.len()];
        let mut found = Vec::new();
        for standing in order {
            let left = rest(standing, now);
            let firmness = self.joint_after(&left, |pool, window, changes| {
                walked(&taken[pool as usize], window, changes);
            });
            if firmness < standing.firmness {
                found.push(softer(standing, &left, firmness));
            }
            for part in &left {
                taken[part.pool as usize].add(part.from, part.until, part.gpus);
            }
        }
        found
    }

    /// Returns the promises that get less than was promised from now on, by priority and then by who came first.
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found: BTreeMap<(u8, u64, PromiseId), Breach> = BTreeMap::new();
        let now = self.next_minute();
        for (place, shelf) in self.shelves.iter().enumerate() {
            for lack in lacks(self, shelf, place as u32, now) {
                let Some(standing) = self.promise(lack.promise) else { continue };
                let (priority, order) = standing.rank();
                let breach =
                    found.entry((priority, order, standing.id)).or_insert_with(|| Breach {
                        promise: standing.id,
                        tenant: standing.tenant.clone(),
                        priority,
                        state: standing.state,
                        broken: Broken::Short,
                        from: lack.from,
                        until: lack.until,
                        short: 0,
                        gpu_minutes: 0,
                    });
                breach.from = breach.from.min(lack.from);
                breach.until = breach.until.max(lack.until);
                breach.short = breach.short.max(lack.gpus);
                breach.gpu_minutes += lack.gpus * (i64::from(lack.until) - i64::from(lack.from));
            }
        }
        found.into_values().collect()
    }

    /// Returns what would serve a breached promise from where it lacks to its end: other capacity of the kind that was
    /// asked for, as firm as was promised, at the same start where there is any, else later. Empty when nothing would.
    #[must_use]
    pub fn cures(&self, breach: &Breach) -> Vec<Alternative> {
        let Some(standing) = self.promise(breach.promise) else { return Vec::new() };
        let until = standing.until();
        let gpus = gpus_at(standing, breach.from);
        let minutes = until.saturating_sub(breach.from);
        if minutes < 1 || gpus < 1 {
            return Vec::new();
        }
        let constraints = Constraints { pool: None, ..(*standing.constraints).clone() };
        let mut wish = Wish {
            tenant: Some(standing.tenant.clone()),
            gpus,
            minutes,
            earliest: breach.from,
            latest: breach.from,
            constraints,
            by: By::Firmness,
            count: CURES,
        };
        let ways = self.firm_ways(&wish, breach);
        if !ways.is_empty() {
            return ways;
        }
        wish.latest = until;
        wish.by = By::Start;
        self.firm_ways(&wish, breach)
    }

    /// Returns the ways to serve a wish; where a promise is softer than promised, those alone that are not.
    fn firm_ways(&self, wish: &Wish, breach: &Breach) -> Vec<Alternative> {
        let Answer::Offered(mut ways) = self.quote(wish) else { return Vec::new() };
        if let Broken::Softer { promised, .. } = breach.broken {
            ways.iter_mut().for_each(|way| way.joint = Some(self.joint(wish, way)));
            ways.retain(|way| way.joint >= Some(promised));
        }
        ways
    }

    /// Returns the contracts sold before the desk opened that are later than they forgive.
    #[must_use]
    pub fn late_contracts(&self) -> Vec<LateContract> {
        let now = self.next_minute();
        let late = |sold: &Sold| {
            let place = self.place_of(&sold.pool)?;
            late_contract(sold, &self.shelf(place).sold, now)
        };
        self.publication().sold.iter().filter_map(late).collect()
    }
}

/// Returns the breaches that there would be if a publication came true.
pub(crate) fn breaches_after(ledger: &Ledger, publication: &Arc<Publication>) -> Vec<Breach> {
    let mut after = ledger.clone();
    after.apply(&Event {
        seq: ledger.seq() + 1,
        at: ledger.now(),
        cause: Cause::default(),
        change: Change::Published(Arc::clone(publication)),
    });
    after.breaches()
}

fn softer(standing: &Standing, left: &[Placed], now: Firmness) -> Breach {
    Breach {
        promise: standing.id,
        tenant: standing.tenant.clone(),
        priority: standing.constraints.priority,
        state: standing.state,
        broken: Broken::Softer { promised: standing.firmness, now },
        from: left.iter().map(|part| part.from).min().unwrap_or(0),
        until: standing.until(),
        short: 0,
        gpu_minutes: 0,
    }
}

fn gpus_at(standing: &Standing, minute: Minute) -> i64 {
    let is_there = |part: &&Placed| part.from <= minute && minute < part.until;
    standing.parts.iter().filter(is_there).map(|part| part.gpus).sum()
}

/// What a promise lacks in one pool over a stretch of time.
struct Lack {
    promise: PromiseId,
    from: Minute,
    until: Minute,
    gpus: i64,
}

/// Serves the promises of an overdrawn pool in their order, stretch by stretch.
fn lacks(ledger: &Ledger, shelf: &Shelf, place: u32, now: Minute) -> Vec<Lack> {
    let mut found = Vec::new();
    let mut stretches: Vec<(Minute, i64)> = Vec::new();
    shelf.free.walk(now, Minute::MAX, |minute, free| stretches.push((minute, free)));
    for (at, (from, free)) in stretches.iter().enumerate() {
        if *free >= 0 {
            continue;
        }
        let until = stretches.get(at + 1).map_or(Minute::MAX, |next| next.0);
        let mut left = value_at(&shelf.contracted, *from);
        for standing in shelf.members.iter().filter_map(|(_, id)| ledger.promise(*id)) {
            let is_there =
                |part: &&Placed| part.pool == place && part.from <= *from && *from < part.until;
            let asked: i64 = standing.parts.iter().filter(is_there).map(|part| part.gpus).sum();
            let gets = asked.min(left);
            left -= gets;
            if gets < asked {
                found.push(Lack { promise: standing.id, from: *from, until, gpus: asked - gets });
            }
        }
    }
    found
}

fn late_contract(sold: &Sold, there: &Steps, now: Minute) -> Option<LateContract> {
    let forgiven: Steps =
        sold.due.iter().map(|(minute, gpus)| (minute.saturating_add(sold.grace), *gpus)).collect();
    let all = forgiven.iter().chain(&sold.due).chain(there);
    let minutes = all.map(|step| step.0).filter(|minute| *minute > now);
    let mut minutes: Vec<Minute> = minutes.chain([now]).collect();
    minutes.sort_unstable();
    // What was due a grace period ago and still is: a term that has ended asks for nothing more.
    let due = |minute: Minute| value_at(&forgiven, minute).min(value_at(&sold.due, minute));
    let short = |minute: Minute| due(minute) - value_at(there, minute);
    let from = minutes.iter().copied().find(|minute| short(*minute) > 0)?;
    let most = minutes.iter().map(|minute| short(*minute)).max().unwrap_or(0);
    Some(LateContract { id: sold.id.clone(), tenant: sold.tenant.clone(), from, short: most })
}
