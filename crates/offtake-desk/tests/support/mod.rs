//! A small world at random: pools, paths, tenants and orders around a month's end, drawn from a seed.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use offtake_desk::{By, Command, Ledger, Objection, Order, Wish};
use offtake_ledger::{
    Cause, Change, Constraints, Event, Instant, Minute, Part, Paths, Pool, PoolId, PromiseId,
    Publication, Published, Racks, Spec, Steps, Tenant, Together,
};
use offtake_model::{AcceleratorId, Id, PartyId, SiteId, ZoneId};
use offtake_stdx::{Entity, Purpose, Stream};
use std::collections::BTreeMap;
use std::sync::Arc;

/// 2026-12-01T00:00Z: what straddles it lies in two months.
pub(crate) const MONTH: Minute = 29_934_720;
/// First minute of the small world.
pub(crate) const FIRST: Minute = MONTH - 150;
/// Minutes of the small world.
pub(crate) const SPAN: Minute = 300;

/// Random numbers of a test.
pub(crate) struct Dice(Stream);

impl Dice {
    pub(crate) fn new(seed: u64, what: &'static str) -> Dice {
        Dice(Stream::new(seed, Purpose::new(what), Entity::new("test"), 0, 0))
    }

    /// Returns a number from 0 to just below `most`.
    pub(crate) fn below(&mut self, most: i64) -> i64 {
        (self.0.uniform() * most as f64) as i64
    }

    pub(crate) fn minute(&mut self) -> Minute {
        FIRST + self.below(i64::from(SPAN)) as Minute
    }

    pub(crate) fn is(&mut self, one_in: i64) -> bool {
        self.below(one_in) == 0
    }
}

pub(crate) fn party(text: &str) -> PartyId {
    PartyId::new(text).unwrap()
}

pub(crate) fn accelerator(text: &str) -> AcceleratorId {
    AcceleratorId::new(text).unwrap()
}

pub(crate) fn zone(text: &str) -> ZoneId {
    ZoneId::new(text).unwrap()
}

pub(crate) fn site(text: &str) -> SiteId {
    SiteId::new(text).unwrap()
}

/// A pool of racks of four GPUs at two dollars an hour, of which one is its cost.
pub(crate) fn pool(id: &str, at: &str, kind: &str) -> Pool {
    Pool {
        id: PoolId::new(id),
        spec: Spec {
            site: site(at),
            zones: vec![zone("us-tx"), zone("us")],
            round_trips: BTreeMap::from([("dallas".to_owned(), 5_000)]),
            accelerator: accelerator(kind),
            rack_gpus: 4,
            nvlink_domain: 4,
        },
        dedicated_to: None,
        price: 2_000_000,
        cost: 1_000_000,
        displaces: 0,
    }
}

/// A pool that has so many GPUs from a minute on for certain, in every path.
pub(crate) fn steady(pool: Pool, from: Minute, gpus: i64, path_count: usize) -> Published {
    let steps: Steps = vec![(from, gpus)];
    let paths = Paths { starts: vec![from], gpus: vec![gpus as i32; path_count] };
    Published {
        pool,
        contracted: steps.clone(),
        firm: [steps.clone(), steps.clone(), steps.clone(), steps],
        paths,
    }
}

pub(crate) fn publication(pools: Vec<Published>, path_count: usize) -> Publication {
    Publication {
        study: "test".to_owned(),
        currency: "USD".to_owned(),
        path_count,
        pools,
        ..Publication::default()
    }
}

/// Steps at random, each from 0 to `most`.
fn steps(dice: &mut Dice, most: i64) -> Steps {
    let mut steps: BTreeMap<Minute, i64> = BTreeMap::from([(FIRST - 10, dice.below(most + 1))]);
    for _ in 0..dice.below(4) {
        steps.insert(dice.minute(), dice.below(most + 1));
    }
    steps.into_iter().collect()
}

/// A pool with any supply, the firm levels within one another, and paths of their own.
fn random_pool(dice: &mut Dice, name: &str, path_count: usize) -> Published {
    let kind = if dice.is(3) { "h100" } else { "gb300" };
    let mut pool = pool(name, ["north", "south"][dice.below(2) as usize], kind);
    pool.price = 1_000_000 * (1 + dice.below(4));
    pool.spec.nvlink_domain = 4 << dice.below(2);
    let contracted = steps(dice, 24);
    let mut firm: [Steps; 4] = Default::default();
    for (level, firm) in firm.iter_mut().enumerate() {
        let share = 5 + level as i64;
        *firm = contracted.iter().map(|(minute, gpus)| (*minute, gpus * share / 8)).collect();
    }
    let mut starts: Vec<Minute> = (0..1 + dice.below(4)).map(|_| dice.minute()).collect();
    starts.push(FIRST - 10);
    starts.sort_unstable();
    starts.dedup();
    let gpus = (0..starts.len() * path_count).map(|_| dice.below(28) as i32).collect();
    Published { pool, contracted, firm, paths: Paths { starts, gpus } }
}

pub(crate) fn random_publication(dice: &mut Dice) -> Publication {
    let path_count = 1 + dice.below(9) as usize;
    let pools = (0..5).map(|at| random_pool(dice, &format!("pool-{at}"), path_count)).collect();
    publication(pools, path_count)
}

pub(crate) fn random_constraints(dice: &mut Dice) -> Constraints {
    Constraints {
        accelerators: if dice.is(2) { vec![accelerator("gb300")] } else { Vec::new() },
        nvlink_domain: 1 << dice.below(4),
        racks: if dice.is(3) { Racks::Whole } else { Racks::Shared },
        together: [Together::Pool, Together::Site, Together::Anywhere][dice.below(3) as usize],
        price_ceiling: dice.is(3).then(|| 1_000_000 * (1 + dice.below(4))),
        priority: 1 + dice.below(3) as u8,
        firmness: [500_000, 600_000, 900_000, 950_000, 990_000][dice.below(5) as usize],
        ..Constraints::default()
    }
}

pub(crate) fn random_wish(dice: &mut Dice) -> Wish {
    let (a, b) = (dice.minute(), dice.minute());
    Wish {
        tenant: Some(party("acme")),
        gpus: 1 + dice.below(20),
        minutes: 1 + dice.below(80) as Minute,
        earliest: a.min(b),
        latest: a.max(b),
        constraints: random_constraints(dice),
        by: [By::Start, By::Price, By::Firmness][dice.below(3) as usize],
        count: 1 + dice.below(4) as usize,
    }
}

/// A ledger with all its events, as a store would keep them.
pub(crate) struct Book {
    pub(crate) ledger: Ledger,
    pub(crate) events: Vec<Event>,
    pub(crate) next_id: u128,
}

impl Book {
    /// Opens a ledger at the first minute, with two tenants.
    pub(crate) fn new() -> Book {
        let mut book = Book { ledger: Ledger::new(), events: Vec::new(), next_id: 1 };
        book.ledger.advance(Instant::from_minute(FIRST));
        for name in ["acme", "zeta"] {
            let tenant = Tenant {
                id: party(name),
                name: name.to_owned(),
                credit_limit: None,
                quota: None,
                floors: BTreeMap::new(),
                best_priority: 1,
            };
            book.order(Command::Enter(tenant)).unwrap();
        }
        book
    }

    /// Opens a ledger over a publication.
    pub(crate) fn over(publication: Publication) -> Book {
        let mut book = Book::new();
        book.order(Command::Publish(Arc::new(publication))).unwrap();
        book
    }

    pub(crate) fn wait_until(&mut self, minute: Minute) {
        self.ledger.advance(Instant::from_minute(minute));
    }

    pub(crate) fn order(&mut self, command: Command) -> Result<(), Vec<Objection>> {
        self.order_as("ann", command, None)
    }

    pub(crate) fn order_as(
        &mut self,
        who: &str,
        command: Command,
        waive: Option<&str>,
    ) -> Result<(), Vec<Objection>> {
        let waive = waive.map(str::to_owned);
        let change = self.ledger.decide(&Order { command, who: who.to_owned(), waive })?;
        self.append(who, change);
        Ok(())
    }

    /// Appends a change whether or not the desk would have decided so.
    pub(crate) fn append(&mut self, who: &str, change: Change) {
        let event = Event {
            seq: self.ledger.seq() + 1,
            at: self.ledger.now(),
            cause: Cause { who: who.to_owned(), why: String::new(), request: String::new() },
            change,
        };
        self.ledger.apply(&event);
        self.events.push(event);
    }

    pub(crate) fn fresh_id(&mut self) -> PromiseId {
        self.next_id += 1;
        PromiseId::new(self.next_id)
    }

    /// Holds parts for a tenant.
    pub(crate) fn hold(
        &mut self,
        parts: Vec<Part>,
        constraints: &Constraints,
    ) -> Result<PromiseId, Vec<Objection>> {
        let id = self.fresh_id();
        let command = Command::Hold {
            id,
            tenant: party("acme"),
            parts,
            constraints: constraints.clone(),
            lasts_ms: 3_600_000,
        };
        self.order(command).map(|()| id)
    }
}

pub(crate) fn part(pool: &str, gpus: i64, from: Minute, until: Minute) -> Part {
    Part { pool: PoolId::new(pool), gpus, from, until, fee: 2_000_000 }
}

/// Plays so many turns of quotes, holds, confirmations, changes and ends at random; overrides waive what may be waived.
pub(crate) fn play(dice: &mut Dice, book: &mut Book, turns: usize) {
    let mut ids: Vec<PromiseId> = Vec::new();
    for _ in 0..turns {
        let now = book.ledger.now().millis() + dice.below(120_000);
        book.ledger.advance(Instant::from_millis(now));
        let any = |dice: &mut Dice, ids: &[PromiseId]| match ids.is_empty() {
            true => PromiseId::new(0),
            false => ids[dice.below(ids.len() as i64) as usize],
        };
        let waive = dice.is(2).then_some("random");
        let command = match dice.below(10) {
            0..=4 => {
                let wish = random_wish(dice);
                let offtake_desk::Answer::Offered(ways) = book.ledger.quote(&wish) else {
                    continue;
                };
                let parts = book.ledger.named(&ways[0].parts);
                let id = book.fresh_id();
                ids.push(id);
                let lasts_ms = 1_000 + dice.below(1_800_000);
                let tenant = party(["acme", "zeta"][dice.below(2) as usize]);
                Command::Hold { id, tenant, parts, constraints: wish.constraints, lasts_ms }
            }
            5 | 6 => Command::Confirm(any(dice, &ids)),
            7 => {
                let promise = any(dice, &ids);
                let amendment = offtake_desk::Amendment {
                    gpus: dice.is(2).then(|| 1 + dice.below(12)),
                    from: dice.is(3).then(|| dice.minute()),
                    until: dice.is(3).then(|| dice.minute()),
                    pool: None,
                };
                let Ok(parts) = book.ledger.amended(promise, &amendment) else { continue };
                Command::Change { promise, parts: book.ledger.named(&parts) }
            }
            8 => Command::Release(any(dice, &ids)),
            _ if dice.is(6) => {
                let mut next = random_publication(dice);
                // What is promised stays in pools that are still there.
                next.pools.sort_by(|one, other| one.pool.id.cmp(&other.pool.id));
                Command::Publish(Arc::new(next))
            }
            _ => Command::Cancel(any(dice, &ids)),
        };
        // Whatever is refused changes nothing, and that is as good a turn.
        let _ = book.order_as("ann", command, waive);
    }
}
