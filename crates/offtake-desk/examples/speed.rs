//! How fast the desk answers: 200 pools, 100,000 commitments over six years, 256 joint paths.
//!
//! `cargo run --release -p offtake-desk --example speed [POOLS] [COMMITMENTS]` prints processor time for each kind of
//! question, on one thread; with `table` in place of numbers, how it grows with pools and commitments. Numbers come from
//! a fixed seed; only the times differ from run to run.

use offtake_desk::{Answer, By, Command, Ledger, Moved, Order, Placed, Wish, last_of};
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

/// How large the desk is.
#[derive(Clone, Copy)]
struct Size {
    pools: usize,
    commitments: usize,
}

impl Size {
    /// Returns how many times larger pools are than the usual 10,008 GPUs, so that as much of them is promised.
    fn scale(self) -> i64 {
        (self.commitments / (500 * self.pools)).max(1) as i64
    }

    /// Returns the weeks that a cell of the joint paths lasts: with thousands of pools they would not fit in memory else.
    const fn weeks(self) -> Minute {
        if self.pools > 1_000 { 4 } else { 1 }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "table") {
        table();
        return;
    }
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
    let size = Size { pools: number(0).unwrap_or(200), commitments: number(1).unwrap_or(100_000) };
    let mut dice = dice();
    let begun = processor_seconds();
    let events = events(&mut dice, size);
    println!(
        "{} events of {} pools made in {:.2} s",
        events.len(),
        size.pools,
        processor_seconds() - begun
    );
    let begun = processor_seconds();
    let ledger = Ledger::replay(events);
    println!("folded in {:.2} s", processor_seconds() - begun);
    quotes(&ledger, &mut dice, size);
    firmness(&ledger, &mut dice, size);
    decisions(ledger, &mut dice, size);
}

fn dice() -> Dice {
    Dice(Stream::new(7, Purpose::new("speed"), Entity::new("desk"), 0, 0))
}

/// Prints how answers slow as pools and commitments become more, a line as Markdown for each size.
fn table() {
    println!(
        "| pools | commitments | one pool | all pools | too large | nearly free | firmness | hold and confirm |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    let by_pools = [10, 200, 5_000].map(|pools| (pools, 100_000));
    let by_commitments = [1_000, 10_000, 1_000_000].map(|commitments| (200, commitments));
    for (pools, commitments) in by_pools.into_iter().chain(by_commitments) {
        let size = Size { pools, commitments };
        let mut dice = dice();
        let ledger = Ledger::replay(events(&mut dice, size));
        let asked = Wishes::draw(&mut dice, size, 1_000);
        let ask = |wishes: &[Wish]| each(wishes.len(), |at| drop(ledger.quote(&wishes[at])));
        let mut cells: Vec<f64> =
            vec![ask(&asked.one), ask(&asked.all), ask(&asked.too_large), ask(&asked.nearly_free)];
        let parts = parts(&mut dice, size, 1_000);
        cells.push(each(parts.len(), |at| {
            std::hint::black_box(ledger.firmness(last_of(3), &parts[at], &Moved::default()));
        }));
        cells.push(hold_and_confirm(ledger, &mut dice, size, 500).1);
        let cells: Vec<String> = cells.iter().map(|each| format!("{:.2}", each * 1e6)).collect();
        println!("| {pools} | {commitments} | {} |", cells.join(" | "));
    }
}

/// Returns the processor seconds that one of `count` questions takes, asked in turn for half a second at least.
fn each(count: usize, ask: impl Fn(usize)) -> f64 {
    let (begun, mut asked) = (processor_seconds(), 0);
    loop {
        (0..count).for_each(&ask);
        asked += count;
        let seconds = processor_seconds() - begun;
        if seconds > 0.5 {
            return seconds / asked as f64;
        }
    }
}

/// Publishes the pools and commits to parts of them, as a store would give them back.
fn events(dice: &mut Dice, size: Size) -> Vec<Event> {
    let publication = Publication {
        study: "speed".to_owned(),
        currency: "USD".to_owned(),
        path_count: PATHS,
        pools: (0..size.pools).map(|at| pool(dice, at, size)).collect(),
        ..Publication::default()
    };
    let tenant = Tenant {
        id: PartyId::new("acme").expect("a slug"),
        name: "Acme".to_owned(),
        credit_limit: None,
        quota: None,
        floors: BTreeMap::new(),
        best_priority: 1,
    };
    let mut changes = vec![Change::Published(Arc::new(publication)), Change::Entered(tenant)];
    for at in 0..size.commitments {
        let promise = promise(dice, at, size.pools);
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
fn pool(dice: &mut Dice, at: usize, size: Size) -> Published {
    let scale = size.scale();
    let gpus = 10_008 * scale;
    let start = FIRST + dice.below(i64::from(YEAR / 2)) as Minute;
    let contracted: Steps = vec![(start, gpus), (start + 5 * YEAR, 0)];
    let firm = [9_720, 9_792, 9_864, 9_936]
        .map(|gpus| vec![(start + 30 * 1_440, gpus * scale), (start + 5 * YEAR, 0)]);
    let starts: Vec<Minute> =
        (0..52 * 6 / size.weeks()).map(|cell| FIRST + cell * size.weeks() * 10_080).collect();
    let mut paths = Vec::with_capacity(starts.len() * PATHS);
    for minute in &starts {
        for path in 0..PATHS {
            let late = (path % 16) as Minute * 10_080;
            let is_there = *minute >= start + late && *minute < start + 5 * YEAR;
            paths.push(if is_there { (9_900 + dice.below(108)) as i32 * scale as i32 } else { 0 });
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

/// Wishes of each kind.
struct Wishes {
    one: Vec<Wish>,
    all: Vec<Wish>,
    by_price: Vec<Wish>,
    too_large: Vec<Wish>,
    nearly_free: Vec<Wish>,
}

impl Wishes {
    fn draw(dice: &mut Dice, size: Size, count: usize) -> Wishes {
        let all: Vec<Wish> = (0..count).map(|_| wish(dice)).collect();
        let mut one = all.clone();
        for wish in &mut one {
            wish.constraints.pool = Some(id(dice.below(size.pools as i64) as usize));
            wish.count = 1;
        }
        let like = |change: &dyn Fn(&Wish) -> Wish| all.iter().map(change).collect();
        Wishes {
            one,
            by_price: like(&|wish| Wish { by: By::Price, ..wish.clone() }),
            too_large: like(&|wish| Wish { gpus: 20_000 * size.scale(), ..wish.clone() }),
            nearly_free: like(&|wish| Wish {
                gpus: 7_000 * size.scale(),
                minutes: YEAR,
                ..wish.clone()
            }),
            all,
        }
    }
}

fn quotes(ledger: &Ledger, dice: &mut Dice, size: Size) {
    let ask = |name: &str, wishes: &[Wish]| {
        let is_offered = |wish: &&Wish| matches!(ledger.quote(wish), Answer::Offered(_));
        let offered = wishes.iter().filter(is_offered).count();
        let each = each(wishes.len(), |at| drop(ledger.quote(&wishes[at])));
        say(name, each);
        println!("    of them offered: {:.0} %", offered as f64 * 100.0 / wishes.len() as f64);
    };
    let wishes = Wishes::draw(dice, size, 10_000);
    ask("quote, one pool asked", &wishes.one);
    ask("quote, all pools may serve", &wishes.all);
    ask("quote, all pools, by price", &wishes.by_price);
    ask("refusal, too large for any", &wishes.too_large[..2_000]);
    ask("refusal, nearly free", &wishes.nearly_free[..2_000]);
}

fn parts(dice: &mut Dice, size: Size, count: usize) -> Vec<[Placed; 1]> {
    let mut part = || {
        let (from, minutes) = window(dice);
        let pool = dice.below(size.pools as i64) as u32;
        [Placed { pool, gpus: 72, from, until: from + minutes, fee: 0 }]
    };
    (0..count).map(|_| part()).collect()
}

fn firmness(ledger: &Ledger, dice: &mut Dice, size: Size) {
    let parts = parts(dice, size, 5_000);
    let of_new = |at: usize| ledger.firmness(last_of(3), &parts[at], &Moved::default());
    let ask = |at: usize| {
        std::hint::black_box(of_new(at));
    };
    say("joint firmness of a new promise", each(parts.len(), ask));
    let mean =
        |total: u64, count: usize| println!("    mean {:.3}", total as f64 / 1e6 / count as f64);
    mean((0..parts.len()).map(|at| u64::from(of_new(at))).sum(), parts.len());
    let standing: Vec<_> = ledger.promises_after(None).take(5_000).collect();
    let of_old = |at: usize| ledger.firmness_of(standing[at]);
    let ask = |at: usize| {
        std::hint::black_box(of_old(at));
    };
    say("joint firmness of a commitment", each(standing.len(), ask));
    mean((0..standing.len()).map(|at| u64::from(of_old(at))).sum(), standing.len());
    let begun = processor_seconds();
    let fallen = ledger.fallen().len();
    let seconds = processor_seconds() - begun;
    println!(
        "firmness of all {} commitments held against what was promised: {seconds:.2} s, {fallen} fell",
        size.commitments
    );
}

fn decisions(ledger: Ledger, dice: &mut Dice, size: Size) {
    let (done, each) = hold_and_confirm(ledger, dice, size, 5_000);
    say(&format!("hold and confirm ({done} times), decided and applied"), each);
}

/// Holds and confirms so many promises; returns how many orders were taken, and the processor seconds of each.
fn hold_and_confirm(mut ledger: Ledger, dice: &mut Dice, size: Size, count: usize) -> (usize, f64) {
    let mut done = 0;
    let begun = processor_seconds();
    for at in 0..count {
        let promise = promise(dice, 10_000_000 + at, size.pools);
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
    (done, (processor_seconds() - begun) / done.max(1) as f64)
}

fn say(name: &str, each: f64) {
    println!("{name}: {:.2} µs each, {:.0} a second", each * 1e6, 1.0 / each);
}

/// Processor time of this thread in seconds; 0 where the system does not say.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}
