//! The page in a browser, against a desk that runs: what people do with it, in both themes and three widths.
//!
//! `page/tests/walk.mjs` walks and looks; this opens the desk, and restarts it when the walk asks for that. Without
//! Chromium, Node or `npm ci` in `page/` it is skipped with a message; `OFFTAKE_BROWSER=1`, which `.ci/run` sets, makes that
//! a failure. `OFFTAKE_SHOTS=DIR` keeps a picture of every room.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_server::Options;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns what is missing to walk.
fn lack(page: &Path) -> Option<&'static str> {
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok();
    match () {
        () if !runs("node") => Some("Node is not there"),
        () if !runs("chromium") => Some("Chromium is not there"),
        () if !page.join("node_modules/playwright-core").is_dir() => {
            Some("`npm ci` was not run in page/")
        }
        () => None,
    }
}

#[test]
fn people_find_ask_hold_and_confirm_on_the_page() {
    let page = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../page"));
    if let Some(lack) = lack(page) {
        assert!(std::env::var_os("OFFTAKE_BROWSER").is_none(), "{lack}");
        println!("skipped: {lack}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk");
    let store = store.to_str().unwrap();
    let mut server = support::start(store, None);
    let (address, admin) = (server.address, server.admin.clone());
    let mut command = Command::new("node");
    command.arg(page.join("tests/walk.mjs")).args([&format!("http://{address}"), &admin]);
    if let Some(shots) = std::env::var_os("OFFTAKE_SHOTS") {
        command.arg("--shots").arg(shots);
    }
    let mut walk =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node starts");
    let mut say = walk.stdin.take().unwrap();
    for line in BufReader::new(walk.stdout.take().unwrap()).lines().map_while(Result::ok) {
        println!("{line}");
        if line == "RESTART" {
            drop(server);
            let options = Options {
                store: store.to_owned(),
                per_second: 100_000,
                publisher: None,
                ..Options::default()
            };
            server = support::start_at(options, Some(&admin), address);
            writeln!(say, "open again").unwrap();
        }
    }
    drop(server);
    assert!(walk.wait().unwrap().success(), "the walk found something wrong; it is said above");
}

#[test]
fn every_room_of_the_page_has_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = support::start(folder.path().join("desk").to_str().unwrap(), None);
    let router = concat!(env!("CARGO_MANIFEST_DIR"), "/../../page/src/app/router.tsx");
    let router = std::fs::read_to_string(router).unwrap();
    let rooms: Vec<&str> =
        router.split("at(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(rooms.len() >= 5, "{rooms:?}");
    for room in rooms.into_iter().chain(["/"]) {
        let answer = server.get(room, "");
        assert_eq!(answer.status, 200, "{room}: {answer:?}");
        assert!(answer.head.contains("content-security-policy: default-src 'none'"), "{answer:?}");
        assert!(answer.text.contains("/assets/"), "{answer:?}");
    }
}
