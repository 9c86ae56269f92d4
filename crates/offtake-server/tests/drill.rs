//! A drill of the desk's promise: whatever fails when, nothing acknowledged is lost and nothing is promised twice.
//!
//! Goal: zero faults in the auditor's recount, every acknowledged hold and commitment in the ledger, no key done twice.
//! Method: real server processes on SQLite, and two of them on one PostgreSQL. Four clients hold, confirm and give back
//! a few scarce GPUs at random. They repeat what they got no answer to with the same key, ask the same on two servers at
//! once, repeat old requests, and send a later request first. Meanwhile a server is killed with SIGKILL and started
//! again, the disk is full (of the server, and of PostgreSQL), connections of clients and of the store are cut within a
//! message or go quiet, and the clock of the server and of PostgreSQL is stepped to and fro. The seed fixes what the
//! clients ask and which faults come in which sizes; what meets what is the machine's chance.
//! `OFFTAKE_DRILL=N` runs N seeds, `OFFTAKE_DRILL=A..B` those from A to just before B.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
#[path = "drill/scene.rs"]
mod scene;
mod support;

use scene::{Machine, Place, Tally, drill};
use std::ops::Range;
use std::sync::Mutex;

/// The test that is run as a server process.
pub(crate) const SERVER: &str = "a_server_for_the_drill";

#[test]
fn a_server_for_the_drill() {
    scene::serve();
}

fn seeds() -> Range<u64> {
    let said = std::env::var("OFFTAKE_DRILL").unwrap_or_else(|_| "20".to_owned());
    let (from, until) = said.split_once("..").unwrap_or(("0", &said));
    let number = |text: &str| text.parse().expect("OFFTAKE_DRILL is N or A..B");
    number(from)..number(until)
}

/// Holds that the drill was one: things went wrong, and there was an answer all the same.
fn check(tally: &Tally, servers: usize) {
    println!("{tally:?} over seeds {:?}", seeds());
    let count = seeds().count() as u64;
    assert!(tally.acknowledged > 10 * count, "{tally:?}");
    if count >= 20 {
        let Tally { kills, refused_writes, cuts, store_cuts, silences, steps, .. } = *tally;
        let all = [
            kills,
            refused_writes,
            cuts,
            silences,
            steps,
            if servers > 1 { store_cuts } else { 1 },
        ];
        assert!(all.iter().all(|times| *times > 0), "{tally:?}");
    }
}

#[test]
fn whatever_fails_nothing_is_lost_and_nothing_promised_twice_on_sqlite() {
    let (machine, mut tally) = (Machine::new(), Tally::default());
    for seed in seeds() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            store: folder.path().join("desk").display().to_string(),
            postgres: None,
            machine: &machine,
            servers: 1,
            environment: Vec::new(),
        };
        let (more, found) = drill(seed, &place);
        assert!(found.is_nothing(), "seed {seed}: {found:?}");
        tally.add(&more);
    }
    check(&tally, 1);
}

#[test]
fn whatever_fails_nothing_is_lost_and_nothing_promised_twice_by_two_servers_on_postgres() {
    let (machine, mut tally) = (Machine::new(), Tally::default());
    let Some(server) = postgres_server::start_with(&machine.environment()) else { return };
    let server = Mutex::new(server);
    for seed in seeds() {
        machine.tell_the_truth();
        let place = Place {
            store: server.lock().unwrap().database(&format!("drill_{seed}")),
            postgres: Some(&server),
            machine: &machine,
            servers: 2,
            environment: Vec::new(),
        };
        let (more, found) = drill(seed, &place);
        assert!(found.is_nothing(), "seed {seed}: {found:?}");
        tally.add(&more);
        server.lock().unwrap().drop_database(&format!("drill_{seed}"));
    }
    check(&tally, 2);
}
