//! The checks that every promise passes before it is taken or changed, each a function from state to objections.

use crate::fit::closed;
use crate::quote::value;
use crate::shelf::Rank;
use crate::{Ledger, Objection, Placed, Standing, last_of};
use offtake_ledger::{
    Constraints, Firmness, Minute, Part, PoolId, Priority, Together, USUAL_PRIORITY, value_of,
};
use offtake_model::PartyId;
use std::collections::BTreeSet;

/// What a promise would take, in place of what it takes now.
#[derive(Clone, Copy)]
pub(crate) struct Take<'a> {
    pub(crate) tenant: &'a PartyId,
    pub(crate) constraints: &'a Constraints,
    /// What it takes now from the next minute on.
    pub(crate) old: &'a [Placed],
    /// What it would take.
    pub(crate) new: &'a [Placed],
    /// The promise, where there is one.
    pub(crate) standing: Option<&'a Standing>,
}

impl Take<'_> {
    pub(crate) fn rank(&self) -> Rank {
        self.standing.map_or(last_of(self.constraints.priority), Standing::rank)
    }
}

/// Runs every check; the cheap ones first, and the joint firmness only where what is asked for is there at all.
pub(crate) fn all(ledger: &Ledger, take: &Take) -> (Firmness, Vec<Objection>) {
    let mut found = fits(ledger, take);
    found.extend(not_free(ledger, take));
    if !found.is_empty() {
        return (0, found);
    }
    found.extend(money(ledger, take));
    found.extend(over_quota(ledger, take));
    found.extend(over_priority(ledger, take));
    found.extend(first_refusals(ledger, take));
    let moved = Ledger::moved(take);
    let firmness = ledger.firmness(take.rank(), take.new, &crate::Moved::default());
    found.extend(too_soft(firmness, take.constraints.firmness));
    let harmed = ledger.harmed(&moved);
    found.extend(harmed.into_iter().map(|(promise, before, after)| Objection::Harms {
        promise,
        before,
        after,
    }));
    (firmness.min(take.constraints.firmness), found)
}

/// Returns the parts with the places of their pools.
pub(crate) fn placed(ledger: &Ledger, parts: &[Part]) -> Result<Vec<Placed>, Vec<Objection>> {
    let mut placed = Vec::with_capacity(parts.len());
    let mut unknown: Vec<Objection> = Vec::new();
    for part in parts {
        match ledger.place_of(&part.pool).filter(|place| ledger.shelf(*place).is_published) {
            Some(pool) => placed.push(Placed {
                pool,
                gpus: part.gpus,
                from: part.from,
                until: part.until,
                fee: part.fee,
            }),
            None => unknown.push(Objection::NoPool(part.pool.clone())),
        }
    }
    if unknown.is_empty() { Ok(placed) } else { Err(unknown) }
}

/// Returns what of a promise lies before a minute.
pub(crate) fn used(standing: &Standing, before: Minute) -> Vec<Placed> {
    let clip = |part: &Placed| Placed { until: part.until.min(before), ..*part };
    standing.parts.iter().map(clip).filter(|part| part.from < part.until).collect()
}

/// Returns what of a promise lies from a minute on.
pub(crate) fn rest(standing: &Standing, from: Minute) -> Vec<Placed> {
    let clip = |part: &Placed| Placed { from: part.from.max(from), ..*part };
    standing.parts.iter().map(clip).filter(|part| part.from < part.until).collect()
}

/// Time is not over, numbers are numbers, and every pool is of the kind that was asked for.
fn fits(ledger: &Ledger, take: &Take) -> Vec<Objection> {
    let mut found = Vec::new();
    let now = ledger.next_minute();
    if ledger.tenant(take.tenant).is_none() {
        found.push(Objection::NoTenant(take.tenant.to_string()));
    }
    found.extend(part_faults(take.new).map(|fault| Objection::Faults(vec![fault])));
    for part in take.new {
        if part.from < now {
            found.push(Objection::InThePast { from: part.from, now });
        }
        let pool = &ledger.shelf(part.pool).pool;
        if let Some(reason) = closed(pool, take.constraints, Some(take.tenant)) {
            found.push(Objection::Misfit(pool.id.clone(), reason));
        }
        if let Some(ceiling) = take.constraints.price_ceiling.filter(|ceiling| part.fee > *ceiling)
        {
            let reason = crate::Reason::OverCeiling { fee: part.fee, ceiling };
            found.push(Objection::Misfit(pool.id.clone(), reason));
        }
    }
    if is_apart(ledger, take) {
        found.push(Objection::Apart);
    }
    found
}

fn part_faults(parts: &[Placed]) -> impl Iterator<Item = crate::Fault> {
    let none = parts
        .is_empty()
        .then(|| crate::Fault::new("parts", "are none".to_owned(), "name one part at least"));
    let wrong = parts.iter().filter_map(|part| {
        let is_wrong = part.gpus < 1
            || part.gpus > crate::request::MOST_GPUS
            || part.from >= part.until
            || i64::from(part.until) - i64::from(part.from)
                > i64::from(crate::request::MOST_MINUTES)
            || part.fee < 0;
        let problem =
            format!("{} GPUs from {} until {} at {}", part.gpus, part.from, part.until, part.fee);
        is_wrong.then(|| {
            crate::Fault::new(
                "parts",
                problem,
                "take 1 to 100,000,000 GPUs for up to 20 years, at no fee below zero",
            )
        })
    });
    none.into_iter().chain(wrong)
}

fn is_apart(ledger: &Ledger, take: &Take) -> bool {
    let specs = take.new.iter().map(|part| &ledger.shelf(part.pool).pool.spec);
    let types: BTreeSet<_> = specs.clone().map(|spec| &spec.accelerator).collect();
    let spots = match take.constraints.together {
        Together::Pool => take.new.iter().map(|part| part.pool).collect::<BTreeSet<u32>>().len(),
        Together::Site => specs.map(|spec| &spec.site).collect::<BTreeSet<_>>().len(),
        Together::Anywhere => 1,
    };
    types.len() > 1 || spots > 1
}

/// No GPU-minute is promised twice: wherever more is taken than before, so much more is free.
fn not_free(ledger: &Ledger, take: &Take) -> Vec<Objection> {
    let mut found = Vec::new();
    let pools: BTreeSet<u32> = take.new.iter().map(|part| part.pool).collect();
    for pool in pools {
        let shelf = ledger.shelf(pool);
        for (from, until, more) in rises(take, pool) {
            let free = shelf.free.least_free(from, until);
            if free < more {
                let pool = shelf.pool.id.clone();
                found.push(Objection::NotFree { pool, from, free, asked: more });
            }
        }
    }
    found
}

/// Returns the stretches in which more of a pool is taken than before, with how much more.
fn rises(take: &Take, pool: u32) -> Vec<(Minute, Minute, i64)> {
    let mut changes: Vec<(Minute, i64)> = Vec::new();
    let mut add = |parts: &[Placed], sign: i64| {
        for part in parts.iter().filter(|part| part.pool == pool) {
            changes.push((part.from, sign * part.gpus));
            changes.push((part.until, -sign * part.gpus));
        }
    };
    add(take.new, 1);
    add(take.old, -1);
    changes.sort_unstable();
    let mut more = 0;
    let mut rises = Vec::new();
    for pair in changes.windows(2) {
        more += pair[0].1;
        if more > 0 && pair[0].0 < pair[1].0 {
            rises.push((pair[0].0, pair[1].0, more));
        }
    }
    rises
}

/// Returns the pools in which more is promised than there is while a promise lasts.
pub(crate) fn overdrawn(ledger: &Ledger, parts: &[Placed]) -> Vec<Objection> {
    let now = ledger.next_minute();
    let lacks = |part: &Placed| {
        let (shelf, from) = (ledger.shelf(part.pool), part.from.max(now));
        let free = shelf.free.least_free(from, part.until);
        let pool = || shelf.pool.id.clone();
        (free < 0 && from < part.until).then(|| Objection::NotFree {
            pool: pool(),
            from,
            free: free + part.gpus,
            asked: part.gpus,
        })
    };
    parts.iter().filter_map(lacks).collect()
}

pub(crate) fn too_soft(found: Firmness, asked: Firmness) -> Option<Objection> {
    (found < asked).then_some(Objection::TooSoft { found, asked })
}

/// Fees are no lower than floors, and all promises of the tenant are worth no more than its credit.
fn money(ledger: &Ledger, take: &Take) -> Vec<Objection> {
    let tenant = ledger.tenant(take.tenant);
    let mut found = Vec::new();
    for part in take
        .new
        .iter()
        .filter(|part| !take.old.iter().any(|old| old.pool == part.pool && old.fee == part.fee))
    {
        let pool = &ledger.shelf(part.pool).pool;
        let own = tenant.and_then(|tenant| tenant.floors.get(&pool.spec.accelerator)).copied();
        let floor = pool.floor().max(own.unwrap_or(0));
        if part.fee < floor {
            found.push(Objection::BelowFloor { pool: pool.id.clone(), fee: part.fee, floor });
        }
    }
    let Some(limit) = tenant.and_then(|tenant| tenant.credit_limit).map(i128::from) else {
        return found;
    };
    let worth = ledger.exposure(take.tenant) + value(take.new) - value(take.old);
    if worth > limit {
        found.push(Objection::OverCredit { worth, limit });
    }
    found
}

fn over_quota(ledger: &Ledger, take: &Take) -> Option<Objection> {
    let quota = ledger.tenant(take.tenant)?.quota?;
    let mut used = ledger.accounts.get(take.tenant)?.used.clone();
    take.old.iter().for_each(|part| used.add(part.from, part.until, -part.gpus));
    take.new.iter().for_each(|part| used.add(part.from, part.until, part.gpus));
    let mut most = 0;
    for part in take.new {
        used.walk(part.from, part.until, |_, gpus| most = most.max(gpus));
    }
    (most > quota).then_some(Objection::OverQuota { gpus: most, quota })
}

/// Who is served first is the house's to say; what was promised already keeps its place.
fn over_priority(ledger: &Ledger, take: &Take) -> Option<Objection> {
    let (asked, best) = (take.constraints.priority, ledger.best_priority(Some(take.tenant)));
    (take.standing.is_none() && asked < best).then_some(Objection::OverPriority { asked, best })
}

/// What somebody may still claim by right must stay free until that right is over.
fn first_refusals(ledger: &Ledger, take: &Take) -> Vec<Objection> {
    let now = ledger.next_minute();
    let mut found = Vec::new();
    for prospect in ledger.prospects().values().filter(|prospect| prospect.party != *take.tenant) {
        let (Some(until), Some(pool)) = (prospect.first_refusal_until, &prospect.pool) else {
            continue;
        };
        if until <= now {
            continue;
        }
        let place = |pool: &PoolId| ledger.place_of(pool);
        for part in take.new.iter().filter(|part| Some(part.pool) == place(pool)) {
            let (from, end) = (part.from.max(prospect.from), part.until.min(prospect.until));
            let free = ledger.shelf(part.pool).free.least_free(from, end.max(from + 1));
            if from < end && free - part.gpus < prospect.gpus {
                found.push(Objection::FirstRefusal { prospect: prospect.id.clone(), until });
            }
        }
    }
    found
}

impl Ledger {
    /// Returns the best priority that a tenant may ask for, and gets when it asks for none.
    #[must_use]
    pub fn best_priority(&self, tenant: Option<&PartyId>) -> Priority {
        let tenant = tenant.and_then(|tenant| self.tenant(tenant));
        tenant.map_or(USUAL_PRIORITY, |tenant| tenant.best_priority)
    }

    /// Returns what the live promises of a tenant are worth from now to their ends, in millionths of the currency.
    #[must_use]
    pub fn exposure(&self, tenant: &PartyId) -> i128 {
        let now = self.next_minute();
        let live = self.promises_of(tenant, None).filter(|standing| standing.state.is_live());
        let left = |part: &Placed| {
            let minutes = i64::from(part.until) - i64::from(part.from.max(now));
            value_of(part.gpus, minutes.max(0), part.fee)
        };
        live.flat_map(|standing| &standing.parts).map(left).sum()
    }
}
