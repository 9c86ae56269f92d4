//! How fast the desk answers: 200 pools, 100,000 commitments over six years, 256 joint paths.
//!
//! `cargo run --release -p offtake-desk --example speed [POOLS] [COMMITMENTS]` prints processor time for each kind of
//! question, on one thread. Numbers come from a fixed seed; only the times differ from run to run.

use offtake_desk::{Answer, By, Command, Ledger, Moved, Order, Wish, last_of};
use offtake_ledger::{
    Cause, Change, Constraints, Event, Instant, Minute, Part, Paths, Pool, PoolId, Promise,
    PromiseId, Publication, Published, Spec, Steps, Tenant,
};
use offtake_model::{AcceleratorId, Id, PartyId, SiteId, ZoneId};
use offtake_stdx::{Entity, Purpose, Stream};
use std::collections::BTreeMap;
use std::sync::Arc;

/// 2027-01-01T00:00Z.
const FIRST: Minute = 29_979_360;
const YEAR: Minute = 525_600;
const PATHS: usize = 256;

struct Dice(Stream);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        (self.0.uniform() * most as f64) as i64
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse::<usize>().ok());
    let (pools, commitments) =
        (arguments.next().unwrap_or(200), arguments.next().unwrap_or(100_000));
    let mut dice = Dice(Stream::new(7, Purpose::new("speed"), Entity::new("desk"), 0, 0));
    let begun = processor_seconds();
    let events = events(&mut dice, pools, commitments);
    println!(
        "{} events of {pools} pools made in {:.2} s",
        events.len(),
        processor_seconds() - begun
    );
    let begun = processor_seconds();
    let ledger = Ledger::replay(events);
    println!("folded in {:.2} s", processor_seconds() - begun);
    quotes(&ledger, &mut dice, pools);
    firmness(&ledger, &mut dice, pools);
    decisions(ledger, &mut dice, pools);
}

/// Publishes the pools and commits to parts of them, as a store would give them back.
fn events(dice: &mut Dice, pools: usize, commitments: usize) -> Vec<Event> {
    let publication = Publication {
        study: "speed".to_owned(),
        currency: "USD".to_owned(),
        path_count: PATHS,
        pools: (0..pools).map(|at| pool(dice, at)).collect(),
        ..Publication::default()
    };
    let tenant = Tenant {
        id: PartyId::new("acme").expect("a slug"),
        name: "Acme".to_owned(),
        credit_limit: None,
        quota: None,
        floors: BTreeMap::new(),
    };
    let mut changes = vec![Change::Published(Arc::new(publication)), Change::Entered(tenant)];
    for at in 0..commitments {
        let promise = promise(dice, at, pools);
        let id = promise.id;
        let lapses = Instant::from_minute(FIRST + 60);
        changes.push(Change::Held { promise, lapses, overridden: None });
        changes.push(Change::Confirmed { promise: id, firmness: 900_000, overridden: None });
    }
    let event = |(seq, change)| Event {
        seq,
        at: Instant::from_minute(FIRST),
        cause: Cause::default(),
        change,
    };
    (1..).zip(changes).map(event).collect()
}

/// A pool of 10,000 GPUs that comes within the first half year, with outages week by week in every path.
fn pool(dice: &mut Dice, at: usize) -> Published {
    let gpus = 10_008;
    let start = FIRST + dice.below(i64::from(YEAR / 2)) as Minute;
    let contracted: Steps = vec![(start, gpus), (start + 5 * YEAR, 0)];
    let firm = [9_720, 9_792, 9_864, 9_936]
        .map(|gpus| vec![(start + 30 * 1_440, gpus), (start + 5 * YEAR, 0)]);
    let starts: Vec<Minute> = (0..52 * 6).map(|week| FIRST + week * 10_080).collect();
    let mut paths = Vec::with_capacity(starts.len() * PATHS);
    for minute in &starts {
        for path in 0..PATHS {
            let late = (path % 16) as Minute * 10_080;
            let is_there = *minute >= start + late && *minute < start + 5 * YEAR;
            paths.push(if is_there { 9_900 + dice.below(108) as i32 } else { 0 });
        }
    }
    let spec = Spec {
        site: SiteId::new(&format!("site-{}", at / 2)).expect("a slug"),
        zones: vec![ZoneId::new("us-tx").expect("a slug"), ZoneId::new("us").expect("a slug")],
        round_trips: BTreeMap::from([("dallas".to_owned(), 5_000)]),
        accelerator: AcceleratorId::new(["gb300", "h100"][at % 2]).expect("a slug"),
        rack_gpus: 72,
        nvlink_domain: 72,
    };
    let price = 2_000_000 + at as i64 * 1_000;
    let pool = Pool { id: id(at), spec, dedicated_to: None, price, cost: 1_000_000, displaces: 0 };
    Published { pool, contracted, firm, paths: Paths { starts, gpus: paths } }
}

fn id(at: usize) -> PoolId {
    PoolId::new(&format!("pool-{at}"))
}

fn promise(dice: &mut Dice, at: usize, pools: usize) -> Promise {
    let (from, minutes) = window(dice);
    // Some forty run at once in a pool: as large as leaves a few of a hundred GPUs free.
    let gpus = 8 * (1 + dice.below(40));
    let pool = dice.below(pools as i64) as usize;
    let part = Part { pool: id(pool), gpus, from, until: from + minutes, fee: 2_500_000 };
    Promise {
        id: PromiseId::new(at as u128 + 1),
        tenant: PartyId::new("acme").expect("a slug"),
        parts: vec![part],
        constraints: Constraints { priority: 1 + (at % 3) as u8, ..Constraints::default() },
        firmness: 900_000,
    }
}

fn window(dice: &mut Dice) -> (Minute, Minute) {
    let from = FIRST + 7 * YEAR / 12 + dice.below(i64::from(5 * YEAR)) as Minute;
    (from, 1_440 * (1 + dice.below(180)) as Minute)
}

fn wish(dice: &mut Dice) -> Wish {
    let (earliest, minutes) = window(dice);
    Wish {
        tenant: None,
        gpus: 72,
        minutes,
        earliest,
        latest: earliest + 60 * 1_440,
        constraints: Constraints::default(),
        by: By::Start,
        count: 3,
    }
}

fn quotes(ledger: &Ledger, dice: &mut Dice, pools: usize) {
    let ask = |name: &str, wishes: &[Wish], times: usize| {
        let begun = processor_seconds();
        let mut offered = 0;
        for _ in 0..times {
            for wish in wishes {
                offered += usize::from(matches!(ledger.quote(wish), Answer::Offered(_)));
            }
        }
        say(name, wishes.len() * times, processor_seconds() - begun);
        println!(
            "    of them offered: {:.0} %",
            offered as f64 * 100.0 / (wishes.len() * times) as f64
        );
    };
    let wishes: Vec<Wish> = (0..10_000).map(|_| wish(dice)).collect();
    let mut one = wishes.clone();
    for wish in &mut one {
        wish.constraints.pool = Some(id(dice.below(pools as i64) as usize));
        wish.count = 1;
    }
    ask("quote, one pool asked", &one, 20);
    ask("quote, all pools may serve", &wishes, 10);
    let by_price: Vec<Wish> = wishes.iter().map(|w| Wish { by: By::Price, ..w.clone() }).collect();
    ask("quote, all pools, by price", &by_price, 10);
    let refused: Vec<Wish> = wishes.iter().map(|w| Wish { gpus: 20_000, ..w.clone() }).collect();
    ask("refusal, too large for any", &refused[..2_000], 5);
    let crowded: Vec<Wish> =
        wishes.iter().map(|w| Wish { gpus: 7_000, minutes: YEAR, ..w.clone() }).collect();
    ask("refusal, nearly free", &crowded[..2_000], 5);
}

fn firmness(ledger: &Ledger, dice: &mut Dice, pools: usize) {
    let parts: Vec<_> = (0..5_000)
        .map(|_| {
            let (from, minutes) = window(dice);
            let pool = dice.below(pools as i64) as u32;
            [offtake_desk::Placed { pool, gpus: 72, from, until: from + minutes, fee: 0 }]
        })
        .collect();
    let begun = processor_seconds();
    let total: u64 = parts
        .iter()
        .map(|parts| u64::from(ledger.firmness(last_of(3), parts, &Moved::default())))
        .sum();
    say("joint firmness of a new promise", parts.len(), processor_seconds() - begun);
    println!("    mean {:.3}", total as f64 / 1e6 / parts.len() as f64);
    let standing: Vec<_> = ledger.promises_after(None).take(5_000).collect();
    let begun = processor_seconds();
    let total: u64 = standing.iter().map(|standing| u64::from(ledger.firmness_of(standing))).sum();
    say("joint firmness of a commitment", standing.len(), processor_seconds() - begun);
    println!("    mean {:.3}", total as f64 / 1e6 / standing.len() as f64);
}

fn decisions(mut ledger: Ledger, dice: &mut Dice, pools: usize) {
    let mut done = 0;
    let begun = processor_seconds();
    for at in 0..5_000_usize {
        let promise = promise(dice, 1_000_000 + at, pools);
        let constraints = Constraints { priority: 3, firmness: 1, ..Constraints::default() };
        let (id, tenant, parts) = (promise.id, promise.tenant, promise.parts);
        let hold = Command::Hold { id, tenant, parts, constraints, lasts_ms: 60_000 };
        for command in [hold, Command::Confirm(id)] {
            let order = Order { command, who: "ann".to_owned(), waive: None };
            let Ok(change) = ledger.decide(&order) else { continue };
            let (seq, at) = (ledger.seq() + 1, ledger.now());
            ledger.apply(&Event { seq, at, cause: Cause::default(), change });
            done += 1;
        }
    }
    say("hold and confirm, decided and applied", done, processor_seconds() - begun);
}

fn say(name: &str, count: usize, seconds: f64) {
    let each = seconds / count as f64;
    println!("{name}: {:.2} µs each, {:.0} a second", each * 1e6, 1.0 / each);
}

/// Processor time of this process in seconds, in steps of the system's clock tick; 0 where the system does not say.
fn processor_seconds() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |split| split.1);
    let ticks = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_A_SECOND
}
