//! How long a store of a million events takes to be folded at start-up, and how fast it commits in groups.
//!
//! `cargo run --release -p offtake-store --example startup [EVENTS] [ADDRESS]` fills a fresh SQLite file in a temporary
//! folder, or the empty database at ADDRESS, and prints what filling, one durable commit of 1 and of 64 events, and
//! folding take. Nothing in it is measured by a test.

use offtake_ledger::{
    Cause, Change, Constraints, Event, Instant, Minute, Part, Paths, Pool, PoolId, Promise,
    PromiseId, Publication, Published, Spec, Steps, Tenant,
};
use offtake_model::{AcceleratorId, Id, PartyId, SiteId, ZoneId};
use offtake_store::{Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

/// 2027-01-01T00:00Z.
const FIRST: Minute = 29_979_360;
const YEAR: Minute = 525_600;
const POOLS: usize = 200;
const PATHS: usize = 256;
/// Events of one transaction while the store is filled.
const BATCH: usize = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(1_000_000), |text| text.parse::<usize>())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("desk.sqlite").display().to_string();
    let address = arguments.next().unwrap_or(file);
    let mut store = offtake_store::open(&address)?;
    if store.head()?.seq > 0 {
        return Err("the store is not empty; name an empty one".into());
    }
    let begun = stopwatch();
    fill(&mut *store, count)?;
    println!("{count} events written in {:.2} s", begun.elapsed().as_secs_f64());
    commits(&mut *store, count)?;
    drop(store);
    for _ in 0..3 {
        let mut store = offtake_store::open(&address)?;
        let (begun, busy) = (stopwatch(), processor_seconds());
        let ledger = offtake_store::fold(&mut *store)?;
        let (wall, busy) = (begun.elapsed().as_secs_f64(), processor_seconds() - busy);
        println!("folded {} events in {wall:.2} s, {busy:.2} s of processor time", ledger.seq());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn stopwatch() -> Stopwatch {
    Stopwatch::now()
}

/// Promises are held, and two in three confirmed; most of those are given back later.
fn fill(store: &mut dyn Store, count: usize) -> Result<(), StoreError> {
    let mut made = 0;
    let mut seq = 0;
    while (seq as usize) < count {
        store.begin()?;
        let mut events = Vec::with_capacity(BATCH);
        if seq == 0 {
            events.extend(opening());
        }
        while events.len() < BATCH && (seq as usize) + events.len() < count {
            let at = seq + events.len() as u64;
            events.extend(life(made, at));
            made += 1;
        }
        events.truncate(count - seq as usize);
        seq += events.len() as u64;
        store.append(&events, &[])?;
        store.commit()?;
    }
    Ok(())
}

fn event(seq: u64, change: Change) -> Event {
    let cause =
        Cause { who: "ann".to_owned(), why: String::new(), request: format!("request-{seq}") };
    // A thousand events an hour.
    Event {
        seq,
        at: Instant::from_millis(i64::from(FIRST) * 60_000 + seq as i64 * 3_600),
        cause,
        change,
    }
}

fn opening() -> Vec<Event> {
    let publication = Publication {
        study: "startup".to_owned(),
        currency: "USD".to_owned(),
        path_count: PATHS,
        pools: (0..POOLS).map(pool).collect(),
        ..Publication::default()
    };
    let tenant = Tenant {
        id: acme(),
        name: "Acme".to_owned(),
        credit_limit: None,
        quota: None,
        floors: BTreeMap::new(),
        best_priority: 1,
    };
    vec![event(1, Change::Published(Arc::new(publication))), event(2, Change::Entered(tenant))]
}

fn acme() -> PartyId {
    PartyId::new("acme").expect("a slug")
}

fn pool(at: usize) -> Published {
    let steps: Steps = vec![(FIRST, 1_000_000)];
    let starts: Vec<Minute> = (0..52 * 6).map(|week| FIRST + week * 10_080).collect();
    let number = |number: usize| 1_000_000 - (number % 97) as i32 * (number % 7) as i32;
    let gpus = (0..starts.len() * PATHS).map(number).collect();
    let spec = Spec {
        site: SiteId::new("site").expect("a slug"),
        zones: vec![ZoneId::new("us").expect("a slug")],
        round_trips: BTreeMap::new(),
        accelerator: AcceleratorId::new("gb300").expect("a slug"),
        rack_gpus: 72,
        nvlink_domain: 72,
    };
    let pool =
        Pool { id: name(at), spec, dedicated_to: None, price: 2_000_000, cost: 0, displaces: 0 };
    let firm = [steps.clone(), steps.clone(), steps.clone(), steps.clone()];
    Published { pool, contracted: steps, firm, paths: Paths { starts, gpus } }
}

fn name(at: usize) -> PoolId {
    PoolId::new(&format!("pool-{at}"))
}

/// The events of one promise's life.
fn life(made: u64, seq: u64) -> Vec<Event> {
    let id = PromiseId::new(
        u128::from(made) << 64 | u128::from(made.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    );
    let from = FIRST + (made.wrapping_mul(7_919) % (5 * YEAR as u64)) as Minute;
    let until = from + 1_440 * (1 + (made % 90) as Minute);
    let part = Part { pool: name(made as usize % POOLS), gpus: 72, from, until, fee: 2_000_000 };
    let promise = Promise {
        id,
        tenant: acme(),
        parts: vec![part],
        constraints: Constraints::default(),
        firmness: 900_000,
    };
    let lapses = Instant::from_millis(i64::from(FIRST) * 60_000 + seq as i64 * 3_600 + 600_000);
    let mut changes = vec![Change::Held { promise, lapses, overridden: None }];
    if !made.is_multiple_of(3) {
        changes.push(Change::Confirmed { promise: id, firmness: 900_000, overridden: None });
    }
    if made % 4 == 1 && !made.is_multiple_of(3) {
        changes.push(Change::Released { promise: id });
    }
    (seq + 1..).zip(changes).map(|(seq, change)| event(seq, change)).collect()
}

/// Measures durable commits of one event and of many.
fn commits(store: &mut dyn Store, count: usize) -> Result<(), StoreError> {
    let mut seq = count as u64;
    for size in [1, 64] {
        let begun = stopwatch();
        for _ in 0..50 {
            store.begin()?;
            let events: Vec<Event> = (1..=size)
                .map(|more| event(seq + more, Change::Forgotten("x".to_owned())))
                .collect();
            store.append(&events, &[])?;
            store.commit()?;
            seq += size;
        }
        let each = begun.elapsed().as_secs_f64() / 50.0;
        println!(
            "a durable commit of {size}: {:.2} ms, {:.0} events a second",
            each * 1e3,
            size as f64 / each
        );
    }
    Ok(())
}

/// Processor time of this process in seconds; 0 where the system does not say.
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
