//! The recount of a ledger: was any GPU-minute promised twice, was any acknowledged promise lost, is any less firm than was
//! said, was anybody served before its turn?
//!
//! It reads events as plain data, one after another, and keeps for each pool a plain list of who has what. Wherever a
//! promise takes more than it had, it adds up everybody's GPUs from that list, sorted by minute, and holds the sum against
//! what the contract gives. It knows no calendar, no desk and no store, so a mistake in those cannot repeat itself here.

use crate::claim::kept_share;
use offtake_ledger::{
    Change, Event, Firmness, Instant, MINUTE_MS, Minute, Part, PoolId, Priority, Promise,
    PromiseId, Publication, Steps,
};
use offtake_model::PartyId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerFault {
    /// An event is missing, or there twice.
    Gap {
        /// The place that should have come.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// An event is earlier than the one before it.
    TimeWentBack {
        /// Its place.
        seq: u64,
    },
    /// More was promised than there was, by an event that took more than before.
    PromisedTwice {
        /// The event.
        seq: u64,
        /// Where.
        pool: PoolId,
        /// The first minute at which it is so.
        from: Minute,
        /// GPUs promised then.
        promised: i64,
        /// GPUs that there were to promise.
        there: i64,
    },
    /// An event is about a promise that is not there, or no longer, or not yet what the event makes of it.
    OutOfTurn {
        /// The event.
        seq: u64,
        /// The promise.
        promise: PromiseId,
    },
    /// A promise takes from a pool that was never published, no GPUs, or for no time.
    Meaningless {
        /// The event.
        seq: u64,
        /// The promise.
        promise: PromiseId,
    },
    /// What a promise had used was changed afterwards.
    PastChanged {
        /// The event.
        seq: u64,
        /// The promise.
        promise: PromiseId,
    },
    /// A promise is served before others although its tenant may not ask for that, and nobody waived it.
    ServedTooEarly {
        /// The event.
        seq: u64,
        /// The promise.
        promise: PromiseId,
        /// The priority that it has.
        priority: Priority,
        /// The best that its tenant could ask for then.
        best: Priority,
    },
    /// An event says that a promise is kept more probably than it was.
    SofterThanSaid {
        /// The event.
        seq: u64,
        /// The promise.
        promise: PromiseId,
        /// The firmness that the event says, in millionths.
        said: Firmness,
        /// The firmness that was counted.
        counted: Firmness,
    },
    /// A promise that was acknowledged is not in the ledger.
    Lost {
        /// The promise.
        promise: PromiseId,
    },
}

/// What somebody was told and may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// That a hold was made.
    Held(PromiseId),
    /// That a hold was confirmed.
    Committed(PromiseId),
}

/// What a recount found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerRecount {
    /// All that is wrong.
    pub faults: Vec<LedgerFault>,
    /// Events read.
    pub events: u64,
    /// Promises that still take something.
    pub live: usize,
    /// Firmnesses that events say.
    pub claims: u64,
    /// Those of them that were counted anew: where the paths are at hand, and as far as a few seconds reach.
    pub claims_recounted: u64,
    /// GPUs promised of each pool, from the last event's minute on; pools of which nothing is promised are left out.
    pub taken: BTreeMap<PoolId, Steps>,
}

#[derive(Clone, Debug)]
struct Held {
    parts: Vec<Part>,
    is_committed: bool,
    lapses: Instant,
    priority: Priority,
    /// The event that made it.
    order: u64,
}

#[derive(Clone, Debug, Default)]
struct Books {
    /// What may be promised of each pool that was ever published.
    there: BTreeMap<PoolId, Steps>,
    live: BTreeMap<PromiseId, Held>,
    /// Who has a part of a pool.
    by_pool: BTreeMap<PoolId, Vec<PromiseId>>,
    /// Every promise ever made, and whether it was confirmed.
    ever: BTreeMap<PromiseId, bool>,
    faults: Vec<LedgerFault>,
    at: Instant,
    /// The best priority that each tenant may ask for.
    best: BTreeMap<PartyId, Priority>,
    publication: Arc<Publication>,
    claims: u64,
    recounted: u64,
    /// Steps of paths that were counted for claims.
    steps: u64,
}

/// Steps of paths that claims are counted for: a few seconds.
const MOST_STEPS: u64 = 2_000_000_000;

/// Recounts a ledger from its first event, as of `now` or of its last event where that is later.
#[must_use]
pub fn recount_ledger<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    acknowledged: &[Acknowledged],
    now: Instant,
) -> LedgerRecount {
    let mut books = Books::default();
    let mut last = 0;
    for event in events {
        if event.seq != last + 1 {
            books.faults.push(LedgerFault::Gap { expected: last + 1, found: event.seq });
        }
        last = event.seq;
        books.read(event);
    }
    books.at = books.at.max(now);
    books.drop_lapsed();
    for told in acknowledged {
        let (promise, is_there) = match told {
            Acknowledged::Held(id) => (*id, books.ever.contains_key(id)),
            Acknowledged::Committed(id) => (*id, books.ever.get(id) == Some(&true)),
        };
        if !is_there {
            books.faults.push(LedgerFault::Lost { promise });
        }
    }
    LedgerRecount {
        events: last,
        live: books.still_live(),
        taken: books.taken(),
        claims: books.claims,
        claims_recounted: books.recounted,
        faults: books.faults,
    }
}

impl Books {
    fn read(&mut self, event: &Event) {
        if event.at < self.at {
            self.faults.push(LedgerFault::TimeWentBack { seq: event.seq });
        }
        self.at = self.at.max(event.at);
        match &event.change {
            Change::Published(publication) => self.publish(publication),
            Change::Entered(tenant) => {
                self.best.insert(tenant.id.clone(), tenant.best_priority);
            }
            Change::Held { promise, lapses, overridden } => {
                let id = promise.id;
                self.see_priority(event.seq, promise, overridden.as_ref());
                if self.ever.insert(id, false).is_some() {
                    self.faults.push(LedgerFault::OutOfTurn { seq: event.seq, promise: id });
                }
                let held = Held {
                    parts: promise.parts.clone(),
                    is_committed: false,
                    lapses: *lapses,
                    priority: promise.constraints.priority,
                    order: event.seq,
                };
                self.take(event.seq, id, held);
                self.see_claim(event.seq, id, promise.firmness);
            }
            Change::Approved { promise } => {
                self.in_turn(event.seq, *promise, |held| !held.is_committed)
            }
            Change::Confirmed { promise, firmness, .. } => {
                self.in_turn(event.seq, *promise, |held| !held.is_committed);
                self.ever.insert(*promise, true);
                if let Some(held) = self.live.get_mut(promise) {
                    held.is_committed = true;
                }
                self.see_claim(event.seq, *promise, *firmness);
            }
            Change::Changed { promise, parts, firmness, .. } => {
                self.in_turn(event.seq, *promise, |_| true);
                self.change(event.seq, *promise, parts);
                self.see_claim(event.seq, *promise, *firmness);
            }
            Change::Released { promise } | Change::Cancelled { promise } => {
                self.in_turn(event.seq, *promise, |_| true);
                self.live.remove(promise);
            }
            _ => {}
        }
    }

    /// Notes a promise that is served earlier than its tenant may ask for.
    fn see_priority(&mut self, seq: u64, promise: &Promise, waived: Option<&String>) {
        let best = self.best.get(&promise.tenant).copied().unwrap_or(1);
        let priority = promise.constraints.priority;
        if priority < best && waived.is_none() {
            let promise = promise.id;
            self.faults.push(LedgerFault::ServedTooEarly { seq, promise, priority, best });
        }
    }

    /// Counts anew how probably what is left of a promise is kept, and notes when an event says more.
    fn see_claim(&mut self, seq: u64, promise: PromiseId, said: Firmness) {
        self.claims += 1;
        let Some(held) = self.live.get(&promise) else { return };
        let has_paths = self.publication.pools.iter().all(|published| {
            let paths = &published.paths;
            paths.gpus.len() == paths.starts.len() * self.publication.path_count
        });
        if !has_paths || self.steps > MOST_STEPS {
            return;
        }
        let now = first_unused(self.at);
        let own: Vec<Part> = left(&held.parts, now).collect();
        let rank = (held.priority, held.order);
        let is_earlier = |other: &Held| {
            (other.priority, other.order) < rank && (other.is_committed || other.lapses > self.at)
        };
        let mut earlier: BTreeMap<PoolId, Vec<Part>> = BTreeMap::new();
        for part in &own {
            if earlier.contains_key(&part.pool) {
                continue;
            }
            let members = self.by_pool.get(&part.pool).into_iter().flatten();
            let others = members.filter_map(|id| self.live.get(id)).filter(|held| is_earlier(held));
            let parts = others.flat_map(|held| left(&held.parts, now));
            let here = parts.filter(|other| other.pool == part.pool).collect();
            earlier.insert(part.pool.clone(), here);
        }
        let (counted, steps) = kept_share(&self.publication, &own, &earlier);
        self.steps += steps;
        self.recounted += 1;
        if counted < said {
            self.faults.push(LedgerFault::SofterThanSaid { seq, promise, said, counted });
        }
    }

    fn publish(&mut self, publication: &Arc<Publication>) {
        self.publication = Arc::clone(publication);
        self.there.values_mut().for_each(Vec::clear);
        for published in &publication.pools {
            let pool = &published.pool.id;
            let on_it = publication.sold.iter().filter(|sold| sold.pool == *pool);
            let sold: i64 = on_it.map(|sold| sold.gpus).sum();
            let left =
                |step: &(Minute, i64)| (step.0, if step.1 > sold { step.1 - sold } else { 0 });
            self.there.insert(pool.clone(), published.contracted.iter().map(left).collect());
        }
    }

    /// Notes when an event is about a promise that is not as the event needs it.
    fn in_turn(&mut self, seq: u64, promise: PromiseId, is_right: impl Fn(&Held) -> bool) {
        let at = self.at;
        let is_live = |held: &&Held| held.is_committed || held.lapses > at;
        if !self.live.get(&promise).filter(is_live).is_some_and(is_right) {
            self.faults.push(LedgerFault::OutOfTurn { seq, promise });
        }
    }

    fn change(&mut self, seq: u64, id: PromiseId, parts: &[Part]) {
        let Some(held) = self.live.remove(&id) else { return };
        let now = first_unused(self.at);
        if used(&held.parts, now) != used(parts, now) {
            self.faults.push(LedgerFault::PastChanged { seq, promise: id });
        }
        let before = held.parts.clone();
        self.take_more(seq, id, Held { parts: parts.to_vec(), ..held }, &before);
    }

    fn take(&mut self, seq: u64, id: PromiseId, held: Held) {
        self.take_more(seq, id, held, &[]);
    }

    /// Enters a promise, and counts wherever it takes more than it had before.
    fn take_more(&mut self, seq: u64, id: PromiseId, held: Held, before: &[Part]) {
        let is_meant = |part: &Part| {
            self.there.contains_key(&part.pool) && part.gpus > 0 && part.from < part.until
        };
        if held.parts.is_empty() || !held.parts.iter().all(is_meant) {
            self.faults.push(LedgerFault::Meaningless { seq, promise: id });
        }
        let mut pools: Vec<&PoolId> = held.parts.iter().map(|part| &part.pool).collect();
        pools.sort();
        pools.dedup();
        let pools: Vec<PoolId> = pools.into_iter().cloned().collect();
        let parts = held.parts.clone();
        self.live.insert(id, held);
        for pool in pools {
            let members = self.by_pool.entry(pool.clone()).or_default();
            if !members.contains(&id) {
                members.push(id);
            }
            self.forget_over(&pool);
            let gained = rises(&parts, before, &pool);
            if let Some((from, promised, there)) = self.first_excess(&pool, &gained) {
                self.faults.push(LedgerFault::PromisedTwice { seq, pool, from, promised, there });
            }
        }
    }

    /// Takes those off a pool's list who have nothing of it any more.
    fn forget_over(&mut self, pool: &PoolId) {
        let (at, live) = (self.at, &self.live);
        let now = at.minute();
        let has_some = |id: &PromiseId| {
            live.get(id).is_some_and(|held| {
                (held.is_committed || held.lapses > at)
                    && held.parts.iter().any(|part| part.pool == *pool && part.until > now)
            })
        };
        if let Some(members) = self.by_pool.get_mut(pool) {
            members.retain(has_some);
        }
    }

    /// Returns the first minute, within the stretches that were gained, at which more is promised than there is.
    fn first_excess(
        &self,
        pool: &PoolId,
        gained: &[(Minute, Minute)],
    ) -> Option<(Minute, i64, i64)> {
        let mut found: Option<(Minute, i64, i64)> = None;
        let mut changes: Vec<(Minute, i64, i64)> = Vec::new();
        for part in self.parts_of(pool) {
            changes.push((part.from, part.gpus, 0));
            changes.push((part.until, -part.gpus, 0));
        }
        let mut before = 0;
        for (minute, gpus) in self.there.get(pool).into_iter().flatten() {
            changes.push((*minute, 0, gpus - before));
            before = *gpus;
        }
        changes.sort_unstable_by_key(|change| change.0);
        let (mut promised, mut there) = (0, 0);
        for (at, (minute, more, more_there)) in changes.iter().enumerate() {
            promised += more;
            there += more_there;
            let next = changes.get(at + 1).map_or(Minute::MAX, |next| next.0);
            if next == *minute || promised <= there {
                continue;
            }
            let overlap = gained.iter().find(|(from, until)| *from < next && *minute < *until);
            if let Some((from, _)) = overlap {
                let from = (*from).max(*minute);
                found = found.or(Some((from, promised, there)));
            }
        }
        found
    }

    fn parts_of<'a>(&'a self, pool: &'a PoolId) -> impl Iterator<Item = &'a Part> {
        let members = self.by_pool.get(pool).into_iter().flatten();
        let parts = members.filter_map(|id| self.live.get(id)).flat_map(|held| &held.parts);
        parts.filter(move |part| part.pool == *pool)
    }

    fn drop_lapsed(&mut self) {
        let at = self.at;
        self.live.retain(|_, held| held.is_committed || held.lapses > at);
    }

    fn still_live(&self) -> usize {
        let now = self.at.minute();
        let has_more = |held: &&Held| held.parts.iter().any(|part| part.until > now);
        self.live.values().filter(has_more).count()
    }

    /// Adds up what is promised of each pool from now on.
    fn taken(&self) -> BTreeMap<PoolId, Steps> {
        let now = first_unused(self.at);
        let mut changes: BTreeMap<&PoolId, BTreeMap<Minute, i64>> = BTreeMap::new();
        for part in self.live.values().flat_map(|held| &held.parts).filter(|part| part.until > now)
        {
            let pool = changes.entry(&part.pool).or_default();
            *pool.entry(part.from.max(now)).or_default() += part.gpus;
            *pool.entry(part.until).or_default() -= part.gpus;
        }
        let sums = |changes: BTreeMap<Minute, i64>| {
            let mut sum = 0;
            let step = |(minute, more): (Minute, i64)| {
                sum += more;
                (more != 0).then_some((minute, sum))
            };
            changes.into_iter().filter_map(step).collect()
        };
        changes.into_iter().map(|(pool, changes)| (pool.clone(), sums(changes))).collect()
    }
}

/// The first minute that nobody has used any of.
fn first_unused(at: Instant) -> Minute {
    let begun = at.millis() % MINUTE_MS != 0;
    at.minute() + Minute::from(begun)
}

/// What of parts lies from a minute on.
fn left(parts: &[Part], now: Minute) -> impl Iterator<Item = Part> {
    let clip = move |part: &Part| Part { from: part.from.max(now), ..part.clone() };
    parts.iter().map(clip).filter(|part| part.from < part.until)
}

/// What of parts lies before a minute, in an order that only depends on what it is.
fn used(parts: &[Part], now: Minute) -> Vec<(PoolId, Minute, Minute, i64)> {
    let clip = |part: &Part| (part.pool.clone(), part.from, part.until.min(now), part.gpus);
    let mut used: Vec<_> = parts.iter().map(clip).filter(|part| part.1 < part.2).collect();
    used.sort();
    used
}

/// Returns the stretches in which parts take more of a pool than others do.
fn rises(parts: &[Part], before: &[Part], pool: &PoolId) -> Vec<(Minute, Minute)> {
    let here = |part: &&Part| part.pool == *pool;
    let mut minutes: Vec<Minute> = Vec::new();
    for part in parts.iter().chain(before).filter(here) {
        minutes.extend([part.from, part.until]);
    }
    minutes.sort_unstable();
    minutes.dedup();
    let gpus = |parts: &[Part], minute: Minute| -> i64 {
        let there =
            parts.iter().filter(|part| here(part) && part.from <= minute && minute < part.until);
        there.map(|part| part.gpus).sum()
    };
    let rise = |pair: &[Minute]| {
        (gpus(parts, pair[0]) > gpus(before, pair[0])).then_some((pair[0], pair[1]))
    };
    minutes.windows(2).filter_map(rise).collect()
}
