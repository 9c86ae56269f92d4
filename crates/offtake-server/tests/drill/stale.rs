//! The drill against a desk whose writer decides on what it showed last, and not on the state under the lock.
//!
//! Goal: the drill notices. It is compiled into the crate's own tests, because only there can the writer be made so.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
#[allow(dead_code, reason = "the drill itself uses all of it")]
#[path = "scene.rs"]
mod scene;
#[path = "../support/mod.rs"]
mod support;

use offtake_audit::LedgerFault;
use scene::{Machine, Place, drill};

/// The test that is run as a server process.
pub(crate) const SERVER: &str = "stale::a_server_for_the_drill";

#[test]
fn a_server_for_the_drill() {
    scene::serve();
}

#[test]
fn without_the_check_at_commit_the_drill_fails() {
    let machine = Machine::new();
    let found = (0..40).find_map(|seed| {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            store: folder.path().join("desk").display().to_string(),
            postgres: None,
            machine: &machine,
            servers: 1,
            environment: vec![("OFFTAKE_DRILL_STALE".to_owned(), "1".to_owned())],
        };
        let faults = drill(seed, &place).1.faults;
        faults.into_iter().find(|fault| matches!(fault, LedgerFault::PromisedTwice { .. }))
    });
    assert!(found.is_some(), "40 seeds, and nothing was promised twice");
}
