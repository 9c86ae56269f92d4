//! One seed of the drill: servers, wires, clients, faults, and the recount at the end.

mod client;
mod dice;
mod machine;
mod process;
mod wire;

pub(crate) use machine::Machine;
pub(crate) use process::serve;

use super::postgres_server;
use client::{Asked, Scene, send};
use dice::Dice;
use offtake_audit::{LedgerFault, recount_ledger};
use offtake_ledger::Event;
use offtake_store::ReadPaths;
use process::Process;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use wire::Wire;

const CLIENTS: u64 = 4;
/// Faults of a seed, one after another.
const FAULTS: u64 = 4;
/// The longest pause before a fault, in milliseconds.
const PAUSE: u64 = 60;

/// Where a drill takes place.
pub(crate) struct Place<'a> {
    /// The address of an empty store.
    pub(crate) store: String,
    /// PostgreSQL, where the store is on it: it is started again when a full disk ended it.
    pub(crate) postgres: Option<&'a Mutex<postgres_server::Server>>,
    pub(crate) machine: &'a Machine,
    /// Servers on the store.
    pub(crate) servers: usize,
    /// Whether the writer is to decide on what it knew, without a second look.
    pub(crate) environment: Vec<(String, String)>,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) acknowledged: u64,
    pub(crate) unanswered: u64,
    pub(crate) kills: u64,
    pub(crate) full_disks: u64,
    pub(crate) refused_writes: u64,
    pub(crate) cuts: u64,
    pub(crate) store_cuts: u64,
    pub(crate) silences: u64,
    pub(crate) steps: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, more: &Tally) {
        self.acknowledged += more.acknowledged;
        self.unanswered += more.unanswered;
        self.kills += more.kills;
        self.full_disks += more.full_disks;
        self.refused_writes += more.refused_writes;
        self.cuts += more.cuts;
        self.store_cuts += more.store_cuts;
        self.silences += more.silences;
        self.steps += more.steps;
    }
}

/// What a recount found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) faults: Vec<LedgerFault>,
    /// What the servers themselves said when they were told to recount.
    pub(crate) unsound: Vec<Value>,
    /// Keys under which something was done twice, or answered otherwise than somebody was told.
    pub(crate) keys: Vec<String>,
}

impl Found {
    pub(crate) fn is_nothing(&self) -> bool {
        self.faults.is_empty() && self.unsound.is_empty() && self.keys.is_empty()
    }
}

/// A server with the wires to it and from it.
struct Post {
    process: Process,
    store: String,
    to_it: Wire,
    to_store: Option<Wire>,
    environment: Vec<(String, String)>,
}

impl Post {
    fn open(place: &Place, seed: u64, number: u64) -> Post {
        let far = database_of(&place.store);
        let to_store = far.map(|far| Wire::to(far, Dice::of(seed, "store wire", number)));
        let store = match (&to_store, far) {
            (Some(wire), Some(far)) => {
                place.store.replace(&far.port().to_string(), &wire.near.port().to_string())
            }
            _ => place.store.clone(),
        };
        let mut environment = place.machine.environment();
        environment.extend(place.environment.iter().cloned());
        let process = Process::start(&store, &environment);
        let to_it = Wire::to(process.address, Dice::of(seed, "wire", number));
        Post { process, store, to_it, to_store, environment }
    }

    fn kill_and_start_again(&mut self) {
        self.process.kill();
        self.process = Process::start(&self.store, &self.environment);
        self.to_it.lead_to(self.process.address);
    }
}

/// Returns the address of the database server in a store's address.
fn database_of(store: &str) -> Option<SocketAddr> {
    let rest = store.strip_prefix("postgres://")?.split_once('@')?.1;
    rest.split('/').next()?.parse().ok()
}

/// Runs one seed.
pub(crate) fn drill(seed: u64, place: &Place) -> (Tally, Found) {
    place.machine.tell_the_truth();
    let refused = place.machine.refused();
    let mut posts: Vec<Post> = vec![Post::open(place, seed, 0)];
    posts.extend((1..place.servers as u64).map(|number| Post::open(place, seed, number)));
    let scene = Scene {
        seed,
        servers: posts.iter().map(|post| post.to_it.near).collect(),
        secret: posts[0].process.secret.clone(),
        told: Mutex::default(),
        answers: Mutex::default(),
        unanswered: AtomicU64::new(0),
    };
    let barred = enter(&scene);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let scene = &scene;
                scope.spawn(move || scene.client(number))
            })
            .collect();
        let mut dice = Dice::of(seed, "fate", 0);
        for _ in 0..FAULTS {
            pause(dice.below(PAUSE));
            strike(&mut dice, place, &mut posts, &mut tally);
        }
        let bar = Asked {
            method: "DELETE",
            path: "/v1/tokens/for-a-while".to_owned(),
            key: format!("{seed}-bar"),
            body: json!({}),
        };
        assert_eq!(scene.ask(0, &bar).0, 204, "seed {seed}");
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
    tally.acknowledged = scene.told.lock().unwrap().len() as u64;
    tally.unanswered = scene.unanswered.load(std::sync::atomic::Ordering::Relaxed);
    tally.refused_writes = (place.machine.refused() - refused) as u64;
    tally.cuts = posts.iter().map(|post| post.to_it.cuts()).sum();
    tally.store_cuts = posts.iter().flat_map(|post| &post.to_store).map(Wire::cuts).sum();
    let found = look(&scene, place, &mut posts, &barred);
    (tally, found)
}

fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

/// Enters a tenant, and a token that is to be barred; returns the token's secret.
fn enter(scene: &Scene) -> String {
    let asked = |method, path: &str, body| Asked {
        method,
        path: path.to_owned(),
        key: format!("{path} at first"),
        body,
    };
    let entered = scene.ask(0, &asked("PUT", "/v1/tenants/acme", json!({ "name": "Acme" })));
    assert_eq!(entered.0, 200, "{entered:?}");
    let token = json!({ "name": "for-a-while", "role": "viewer" });
    let made = scene.ask(0, &asked("POST", "/v1/tokens", token));
    made.1["secret"].as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned()
}

/// Lets one thing go wrong, and right again.
fn strike(dice: &mut Dice, place: &Place, posts: &mut [Post], tally: &mut Tally) {
    let (fate, size, lasts) = (dice.below(6), dice.below(1 << 16), 20 + dice.below(80));
    let at = dice.below(posts.len() as u64) as usize;
    match fate {
        0 => {
            tally.kills += 1;
            posts[at].kill_and_start_again();
        }
        1 => {
            tally.full_disks += 1;
            // Little is left, or none: the next write, or one of the next, finds no room.
            place.machine.leave_room(if size % 2 == 0 { 0 } else { size as i64 });
            // A database grows its files page by page, so that it may take a while until one has no room.
            let before = place.machine.refused();
            pause(lasts);
            if place.postgres.is_some() {
                (0..40).take_while(|_| place.machine.refused() == before).for_each(|_| pause(10));
            }
            place.machine.make_room();
            if let Some(postgres) = place.postgres {
                postgres.lock().unwrap().start_again();
            }
        }
        2 => during(&posts[at].to_it, lasts, |wire| wire.cut_within(1 + size % 3_000), Wire::mend),
        3 if posts[at].to_store.is_some() => {
            let wire = posts[at].to_store.as_ref().unwrap();
            during(wire, lasts, |wire| wire.cut_within(1 + size % 20_000), Wire::mend);
        }
        4 => {
            tally.silences += 1;
            let wire = posts[at].to_store.as_ref().unwrap_or(&posts[at].to_it);
            during(wire, lasts, Wire::hush, Wire::speak);
        }
        _ => {
            tally.steps += 1;
            // Some hours to and fro, in which holds lapse, and now and then more than a year.
            let hours = if size % 5 == 0 { 9_000 } else { 3 };
            let millis = hours * 3_600_000 * (size as i64 - (1 << 15)) / (1 << 15);
            place.machine.step_clock(millis);
            // Long enough for every server to look around.
            pause(2 * lasts);
            // Most come back; some clocks stay wrong until the next step.
            if size % 3 != 0 {
                place.machine.step_clock(0);
            }
        }
    }
}

fn during(wire: &Wire, millis: u64, begin: impl Fn(&Wire), end: impl Fn(&Wire)) {
    begin(wire);
    pause(millis);
    end(wire);
}

/// Looks at what is left, once all is well again.
fn look(scene: &Scene, place: &Place, posts: &mut [Post], barred: &str) -> Found {
    let mut found = Found::default();
    let audit = |method, path: &str, key: &str| Asked {
        method,
        path: path.to_owned(),
        key: key.to_owned(),
        body: Value::Null,
    };
    for number in 0..posts.len() as u64 {
        let told = scene.ask(number, &audit("POST", "/v1/audit", "audit"));
        if told.1["is_sound"] != true {
            found.unsound.push(told.1);
        }
        // A barred token opens nothing, soon after on every server.
        let knock = audit("GET", "/v1/pools", "knock");
        let is_barred = || {
            pause(20);
            matches!(send(scene.servers[number as usize], barred, &knock), Some((401, _)))
        };
        if !(0..100).any(|_| is_barred()) {
            found.keys.push(format!("the barred token opens server {number}"));
        }
    }
    posts.iter_mut().for_each(|post| post.process.kill());
    place.machine.tell_the_truth();
    let mut store = offtake_store::open(&place.store).unwrap();
    let mut events: Vec<Event> = Vec::new();
    let mut keep = |row: offtake_store::Row| {
        events.push(row.event()?);
        Ok(())
    };
    store.rows_after(0, ReadPaths::Last, &mut keep).unwrap();
    let now = store.head().unwrap().now;
    found.faults = recount_ledger(&events, &scene.told.lock().unwrap(), now).faults;
    let mut done = BTreeSet::new();
    let keyed = events.iter().filter(|event| !event.cause.request.is_empty());
    let twice = keyed.filter(|event| !done.insert((&event.cause.who, &event.cause.request)));
    found.keys.extend(twice.map(|event| format!("{} was done twice", event.cause.request)));
    for (key, told) in scene.answers.lock().unwrap().iter() {
        let kept = store.answer("admin", key).unwrap();
        let kept = kept.map(|kept| (kept.status, serde_json::from_str(&kept.body).unwrap()));
        if kept.as_ref() != Some(told) {
            found.keys.push(format!("{key} was answered {told:?}, and {kept:?} is kept"));
        }
    }
    found
}
