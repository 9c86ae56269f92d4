//! The rooms of the book in a browser, against the program itself on Microsoft's book: from no study to its answer.
//!
//! `page/tests/house.mjs` walks and looks. Without Chromium, Node or `npm ci` in `page/` it is skipped with a message;
//! `OFFTAKE_BROWSER=1`, which `.ci/run` sets, makes that a failure. `OFFTAKE_SHOTS=DIR` keeps a picture of every room.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use std::path::Path;
use std::process::Command;
use support::Desk;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/microsoft-2025-11");

/// Returns what is missing to walk.
fn lack(root: &Path) -> Option<&'static str> {
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok();
    match () {
        () if cfg!(not(feature = "plan")) => {
            Some("this build has no solver, and so no plan to show")
        }
        () if !runs("node") => Some("Node is not there"),
        () if !runs("chromium") => Some("Chromium is not there"),
        () if !root.join("page/node_modules/playwright-core").is_dir() => {
            Some("`npm ci` was not run in page/")
        }
        () => None,
    }
}

#[test]
fn people_find_the_answer_ask_what_if_and_edit_the_book_on_the_page() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if let Some(lack) = lack(root) {
        assert!(std::env::var_os("OFFTAKE_BROWSER").is_none(), "{lack}");
        println!("skipped: {lack}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open_on(BOOK, folder.path());
    let mut walk = Command::new("node");
    walk.arg(root.join("page/tests/house.mjs")).args([&desk.url(), desk.admin.as_ref().unwrap()]);
    if let Some(shots) = std::env::var_os("OFFTAKE_SHOTS") {
        walk.arg("--shots").arg(shots);
    }
    let walked = walk.output().unwrap();
    println!("{}", String::from_utf8_lossy(&walked.stdout));
    assert!(walked.status.success(), "{}", String::from_utf8_lossy(&walked.stderr));
}
