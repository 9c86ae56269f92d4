//! The state of the ledger: the fold of its events, kept so that questions are answered quickly.
//!
//! **Invariant:** the same events give the same state, whoever folds them and however often. Holds lapse by the time of
//! the events and of [`Ledger::advance`], never by a clock of their own.

mod lapse;

use crate::library::Library;
use crate::shelf::{Rank, Shelf};
use crate::{Calendar, Placed};
use offtake_ledger::{
    Change, Constraints, Event, Firmness, Instant, LAST_PRIORITY, Minute, NEVER, Part, PoolId,
    Promise, PromiseId, Prospect, Publication, Settings, Tenant, USUAL_PRIORITY,
};
use offtake_model::PartyId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a promise is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Set apart until it lapses.
    Held,
    /// Confirmed; past its end it is served.
    Committed,
    /// A hold that nobody confirmed in time.
    Lapsed,
    /// Given back by its tenant.
    Released,
    /// Ended by the desk.
    Cancelled,
}

impl State {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            State::Held => "held",
            State::Committed => "committed",
            State::Lapsed => "lapsed",
            State::Released => "released",
            State::Cancelled => "cancelled",
        }
    }

    /// Says whether the promise still takes capacity.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, State::Held | State::Committed)
    }
}

/// A promise as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: PromiseId,
    /// To whom.
    pub tenant: PartyId,
    /// What it takes, or took.
    pub parts: Vec<Placed>,
    /// What was asked of it.
    pub constraints: Arc<Constraints>,
    /// The joint firmness that it was promised at.
    pub firmness: Firmness,
    /// Where it is in its life.
    pub state: State,
    /// When the hold lapses, or would have.
    pub lapses: Instant,
    /// Its place among those of its priority: the event that made it.
    pub order: u64,
    /// How often it was changed, from 1: what an ETag names.
    pub version: u32,
    /// Who made the hold.
    pub held_by: Arc<str>,
    /// Who approved it.
    pub approved_by: Option<Arc<str>>,
}

impl Standing {
    /// Returns where in the order of service it stands.
    #[must_use]
    pub fn rank(&self) -> Rank {
        (self.constraints.priority, self.order)
    }

    /// Returns the first minute that it takes.
    #[must_use]
    pub fn from(&self) -> Minute {
        self.parts.iter().map(|part| part.from).min().unwrap_or(NEVER)
    }

    /// Returns the minute after the last that it takes.
    #[must_use]
    pub fn until(&self) -> Minute {
        self.parts.iter().map(|part| part.until).max().unwrap_or(Minute::MIN)
    }
}

/// A tenant and what it has.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) tenant: Tenant,
    /// GPUs promised to it.
    pub(crate) used: Calendar,
    pub(crate) promises: BTreeSet<PromiseId>,
}

/// Whether calendars follow every event, or are made once all events are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Folding,
    Live,
}

/// All that the desk knows.
#[derive(Clone, Debug)]
pub struct Ledger {
    mode: Mode,
    seq: u64,
    now: Instant,
    settings: Settings,
    publication: Arc<Publication>,
    pub(crate) shelves: Vec<Shelf>,
    /// Shelves by what is asked for a GPU-hour, the cheapest first.
    pub(crate) by_fee: Vec<u32>,
    index: BTreeMap<PoolId, usize>,
    promises: BTreeMap<PromiseId, Standing>,
    lapsing: BTreeSet<(Instant, PromiseId)>,
    /// Holds that lapsed after the last event, as they were: an event that is still on its way may be earlier.
    foregone: Vec<Standing>,
    pub(crate) accounts: BTreeMap<PartyId, Account>,
    prospects: BTreeMap<String, Prospect>,
    pub(crate) books: Library,
    names: BTreeSet<Arc<str>>,
    terms: Vec<Arc<Constraints>>,
}

impl Default for Ledger {
    fn default() -> Ledger {
        Ledger::new()
    }
}

impl Ledger {
    /// Makes the ledger in which nothing happened.
    #[must_use]
    pub fn new() -> Ledger {
        Ledger {
            mode: Mode::Live,
            seq: 0,
            now: Instant::default(),
            settings: Settings::default(),
            publication: Arc::default(),
            shelves: Vec::new(),
            by_fee: Vec::new(),
            index: BTreeMap::new(),
            promises: BTreeMap::new(),
            lapsing: BTreeSet::new(),
            foregone: Vec::new(),
            accounts: BTreeMap::new(),
            prospects: BTreeMap::new(),
            books: Library::default(),
            names: BTreeSet::new(),
            terms: Vec::new(),
        }
    }

    /// Makes the ledger after these events; calendars are made once, from what is left at the end.
    pub fn replay(events: impl IntoIterator<Item = Event>) -> Ledger {
        let mut ledger = Ledger { mode: Mode::Folding, ..Ledger::new() };
        for event in events {
            ledger.apply(&event);
        }
        ledger.settle();
        ledger
    }

    /// Starts a replay that takes events piece by piece; [`Ledger::settle`] ends it.
    #[must_use]
    pub fn folding() -> Ledger {
        Ledger { mode: Mode::Folding, ..Ledger::new() }
    }

    /// Makes the calendars after a replay.
    pub fn settle(&mut self) {
        self.mode = Mode::Live;
        self.rebuild();
    }

    /// Applies one event, the next in order.
    ///
    /// # Panics
    ///
    /// When the event is not the next: whoever reads events from a store reads them without gaps.
    pub fn apply(&mut self, event: &Event) {
        assert_eq!(event.seq, self.seq + 1, "events are folded in order and without gaps");
        let known = self.now;
        self.go_back_to(event.at);
        self.lapse(event.at, |_| {});
        self.seq = event.seq;
        self.fold(event);
        self.advance(known);
    }

    fn fold(&mut self, event: &Event) {
        match &event.change {
            Change::Published(publication) => {
                self.publication = Arc::clone(publication);
                self.rebuild_index();
                if self.mode == Mode::Live {
                    self.rebuild();
                }
            }
            Change::Set(settings) => self.settings = settings.clone(),
            Change::Entered(tenant) => self.account(&tenant.id).tenant = tenant.clone(),
            Change::Foreseen(prospect) => {
                self.prospects.insert(prospect.id.clone(), prospect.clone());
            }
            Change::Forgotten(id) => drop(self.prospects.remove(id)),
            Change::Held { promise, lapses, .. } => self.hold(event, promise, *lapses),
            Change::Approved { promise } => {
                let who = self.name(&event.cause.who);
                self.touch(*promise, |standing| standing.approved_by = Some(who));
            }
            Change::Confirmed { promise, firmness, .. } => self.confirm(*promise, *firmness),
            Change::Changed { promise, parts, firmness, .. } => {
                self.replace(*promise, parts, *firmness);
            }
            Change::Released { promise } => self.end(*promise, State::Released),
            Change::Cancelled { promise } => self.end(*promise, State::Cancelled),
            Change::Imported(version) => self.books.keep(event, version),
            Change::Admitted { .. } | Change::Barred { .. } => {}
        }
    }

    fn hold(&mut self, event: &Event, promise: &Promise, lapses: Instant) {
        let parts = self.placed(&promise.parts);
        let standing = Standing {
            id: promise.id,
            tenant: promise.tenant.clone(),
            parts,
            constraints: self.shared(&promise.constraints),
            firmness: promise.firmness,
            state: State::Held,
            lapses,
            order: event.seq,
            version: 1,
            held_by: self.name(&event.cause.who),
            approved_by: None,
        };
        self.lapsing.insert((lapses, promise.id));
        self.account(&promise.tenant).promises.insert(promise.id);
        self.promises.insert(promise.id, standing);
        self.take(promise.id);
    }

    fn confirm(&mut self, id: PromiseId, firmness: Firmness) {
        if let Some(standing) = self.promises.get(&id) {
            self.lapsing.remove(&(standing.lapses, id));
        }
        self.touch(id, |standing| {
            standing.state = State::Committed;
            standing.firmness = firmness;
        });
    }

    fn replace(&mut self, id: PromiseId, parts: &[Part], firmness: Firmness) {
        self.give(id);
        let parts = self.placed(parts);
        self.touch(id, |standing| {
            standing.parts = parts;
            standing.firmness = firmness;
        });
        self.take(id);
    }

    /// Ends a promise: what it has used stays, what is left of it is free.
    fn end(&mut self, id: PromiseId, state: State) {
        let from = self.next_minute();
        if let Some(standing) = self.promises.get(&id) {
            self.lapsing.remove(&(standing.lapses, id));
        }
        self.free_from(id, from);
        self.touch(id, |standing| standing.state = state);
    }

    fn free_from(&mut self, id: PromiseId, from: Minute) {
        self.give(id);
        self.touch(id, |standing| {
            for part in &mut standing.parts {
                part.until = part.until.min(from.max(part.from));
            }
            standing.parts.retain(|part| part.from < part.until);
        });
        self.take_used(id);
    }

    fn touch(&mut self, id: PromiseId, change: impl FnOnce(&mut Standing)) {
        if let Some(standing) = self.promises.get_mut(&id) {
            change(standing);
            standing.version += 1;
        }
    }

    /// Takes what a promise takes out of the calendars.
    fn take(&mut self, id: PromiseId) {
        self.book(id, 1);
    }

    fn give(&mut self, id: PromiseId) {
        self.book(id, -1);
    }

    /// Takes what an ended promise has used; it is past and free for nobody.
    fn take_used(&mut self, id: PromiseId) {
        self.book(id, 1);
        if let Some(standing) = self.promises.get(&id) {
            for part in &standing.parts {
                self.shelves[part.pool as usize].members.remove(&(standing.rank(), id));
            }
        }
    }

    fn book(&mut self, id: PromiseId, times: i64) {
        if self.mode == Mode::Folding {
            return;
        }
        let Some(standing) = self.promises.get(&id) else { return };
        let account = self.accounts.get_mut(&standing.tenant);
        let priority = standing.constraints.priority;
        if let Some(account) = account {
            for part in &standing.parts {
                account.used.add(part.from, part.until, times * part.gpus);
            }
        }
        for part in &standing.parts {
            let shelf = &mut self.shelves[part.pool as usize];
            shelf.take(priority, part.from, part.until, times * part.gpus);
            match times {
                1 => shelf.members.insert((standing.rank(), id)),
                _ => shelf.members.remove(&(standing.rank(), id)),
            };
        }
    }

    /// Returns the parts with their pools by place; a pool that was never published gets a place of its own.
    fn placed(&mut self, parts: &[Part]) -> Vec<Placed> {
        let place = |part: &Part| {
            let pool = self.index.get(&part.pool).copied().unwrap_or(usize::MAX);
            // A hold names pools that were published when it was decided, and those keep their places.
            assert!(pool < self.shelves.len(), "pool {} was never published", part.pool);
            Placed {
                pool: pool as u32,
                gpus: part.gpus,
                from: part.from,
                until: part.until,
                fee: part.fee,
            }
        };
        parts.iter().map(place).collect()
    }

    /// Gives every pool that was ever published a place that it keeps.
    fn rebuild_index(&mut self) {
        let publication = Arc::clone(&self.publication);
        for published in &publication.pools {
            if !self.index.contains_key(&published.pool.id) {
                self.index.insert(published.pool.id.clone(), self.shelves.len());
                let place = self.shelves.len() as u32;
                self.shelves.push(Shelf::gone(place, published.pool.clone()));
            }
        }
    }

    /// Makes all shelves and accounts anew from the publication and the promises.
    fn rebuild(&mut self) {
        let publication = Arc::clone(&self.publication);
        for shelf in &mut self.shelves {
            *shelf = Shelf::gone(shelf.place, shelf.pool.clone());
        }
        let mut sold: BTreeMap<&PoolId, i64> = BTreeMap::new();
        for contract in &publication.sold {
            *sold.entry(&contract.pool).or_default() += contract.gpus;
        }
        for published in &publication.pools {
            let id = &published.pool.id;
            let sold = sold.get(id).copied().unwrap_or(0);
            let place = self.index[id];
            self.shelves[place] = Shelf::new(place as u32, published, sold, publication.path_count);
        }
        self.fill();
        self.sort_by_fee();
    }

    /// Makes the calendars of all pools and tenants from what promises take.
    fn fill(&mut self) {
        let mut taken =
            vec![<[Vec<(Minute, i64)>; LAST_PRIORITY as usize]>::default(); self.shelves.len()];
        let mut used: BTreeMap<&PartyId, Vec<(Minute, i64)>> = BTreeMap::new();
        // What ended before now takes nothing that anybody could still ask for.
        let now = self.now.minute();
        for standing in self.promises.values().filter(|standing| standing.until() > now) {
            let own = used.entry(&standing.tenant).or_default();
            for part in &standing.parts {
                let here = &mut taken[part.pool as usize][usize::from(standing.rank().0 - 1)];
                for (minute, gpus) in [(part.from, part.gpus), (part.until, -part.gpus)] {
                    here.push((minute, gpus));
                    own.push((minute, gpus));
                }
                if standing.state.is_live() {
                    let members = &mut self.shelves[part.pool as usize].members;
                    members.insert((standing.rank(), standing.id));
                }
            }
        }
        for (shelf, taken) in self.shelves.iter_mut().zip(&taken) {
            shelf.fill(taken);
        }
        for (id, account) in &mut self.accounts {
            account.used = used.remove(id).map_or_else(Calendar::new, Calendar::of);
        }
    }

    fn sort_by_fee(&mut self) {
        let mut order: Vec<u32> = (0..self.shelves.len() as u32).collect();
        order.retain(|at| self.shelves[*at as usize].is_published);
        order.sort_by_key(|at| {
            let pool = &self.shelves[*at as usize].pool;
            (pool.price.max(pool.floor()), *at)
        });
        self.by_fee = order;
    }

    fn account(&mut self, id: &PartyId) -> &mut Account {
        self.accounts.entry(id.clone()).or_insert_with(|| Account {
            tenant: Tenant {
                id: id.clone(),
                name: id.to_string(),
                credit_limit: None,
                quota: None,
                floors: BTreeMap::new(),
                best_priority: USUAL_PRIORITY,
            },
            used: Calendar::new(),
            promises: BTreeSet::new(),
        })
    }

    /// Returns the one copy of a name, because the same few people make a million events.
    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    /// Returns one copy of constraints that were seen lately, because most requests ask for the same.
    fn shared(&mut self, constraints: &Constraints) -> Arc<Constraints> {
        const RECENT: usize = 16;
        if let Some(known) = self.terms.iter().find(|known| ***known == *constraints) {
            return Arc::clone(known);
        }
        let fresh = Arc::new(constraints.clone());
        if self.terms.len() == RECENT {
            self.terms.remove(0);
        }
        self.terms.push(Arc::clone(&fresh));
        fresh
    }

    /// Returns the place of the last event.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Returns the time that it is as of.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Returns the first minute that nobody has used any of: what a request may start at, and an end may free.
    #[must_use]
    pub const fn next_minute(&self) -> Minute {
        let minute = self.now.minute();
        if Instant::from_minute(minute).millis() == self.now.millis() { minute } else { minute + 1 }
    }

    /// Returns the settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the supply that was published last.
    #[must_use]
    pub const fn publication(&self) -> &Arc<Publication> {
        &self.publication
    }

    /// Returns the pools that were ever published, in their places.
    #[must_use]
    pub fn shelves(&self) -> &[Shelf] {
        &self.shelves
    }

    /// Returns the place of a pool.
    #[must_use]
    pub fn place_of(&self, pool: &PoolId) -> Option<u32> {
        self.index.get(pool).map(|place| *place as u32)
    }

    /// Returns a pool by its name.
    #[must_use]
    pub fn shelf_of(&self, pool: &PoolId) -> Option<&Shelf> {
        self.index.get(pool).map(|place| &self.shelves[*place])
    }

    /// Returns the pool at a place.
    ///
    /// # Panics
    ///
    /// When there is none: places come from this ledger.
    #[must_use]
    pub fn shelf(&self, place: u32) -> &Shelf {
        &self.shelves[place as usize]
    }

    /// Returns a promise.
    #[must_use]
    pub fn promise(&self, id: PromiseId) -> Option<&Standing> {
        self.promises.get(&id)
    }

    /// Returns all promises whose ids come after `after`, by id.
    pub fn promises_after(&self, after: Option<PromiseId>) -> impl Iterator<Item = &Standing> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        self.promises.range((from, Unbounded)).map(|(_, standing)| standing)
    }

    /// Returns a tenant.
    #[must_use]
    pub fn tenant(&self, id: &PartyId) -> Option<&Tenant> {
        self.accounts.get(id).map(|account| &account.tenant)
    }

    /// Returns the tenants.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.accounts.values().map(|account| &account.tenant)
    }

    /// Returns the promises ever made to a tenant, whose ids come after `after`.
    pub fn promises_of(
        &self,
        tenant: &PartyId,
        after: Option<PromiseId>,
    ) -> impl Iterator<Item = &Standing> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        let account = self.accounts.get(tenant);
        let ids = account.map(|account| account.promises.range((from, Unbounded)));
        ids.into_iter().flatten().filter_map(|id| self.promises.get(id))
    }

    /// Returns the pipeline.
    #[must_use]
    pub const fn prospects(&self) -> &BTreeMap<String, Prospect> {
        &self.prospects
    }

    /// Returns parts with their pools by name.
    #[must_use]
    pub fn named(&self, parts: &[Placed]) -> Vec<Part> {
        let name = |part: &Placed| Part {
            pool: self.shelf(part.pool).pool.id.clone(),
            gpus: part.gpus,
            from: part.from,
            until: part.until,
            fee: part.fee,
        };
        parts.iter().map(name).collect()
    }
}
