//! The rooms of the book in a browser, against the program itself on Microsoft's book: from no study to its answer.
//!
//! `page/tests/house.mjs` walks and looks. Without Chromium, Node or `npm ci` in `page/` it is skipped with a message;
//! `OFFTAKE_BROWSER=1`, which `.ci/run` sets, makes that a failure. `OFFTAKE_SHOTS=DIR` keeps a picture of every room.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const BOOK: &str = "books/microsoft-2025-11";

/// `offtake serve`, ended when it is dropped.
struct Desk {
    process: Child,
    address: String,
    admin: String,
}

impl Desk {
    fn start(root: &Path, folder: &Path) -> Desk {
        let mut process = Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["serve", BOOK, "--listen", "127.0.0.1:0", "--paths", "20", "--store"])
            .arg(folder.join("desk"))
            .arg("--jobs")
            .arg(folder.join("jobs"))
            .current_dir(root)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut address, mut admin) = (String::new(), String::new());
        for line in BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if let Some((_, secret)) = line.rsplit_once("once: ") {
                secret.clone_into(&mut admin);
            }
            if let Some(at) = line.find("http://") {
                line[at..].clone_into(&mut address);
                break;
            }
        }
        Desk { process, address, admin }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // One that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

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
    let desk = Desk::start(root, folder.path());
    let mut walk = Command::new("node");
    walk.arg(root.join("page/tests/house.mjs")).args([&desk.address, &desk.admin]);
    if let Some(shots) = std::env::var_os("OFFTAKE_SHOTS") {
        walk.arg("--shots").arg(shots);
    }
    let walked = walk.output().unwrap();
    println!("{}", String::from_utf8_lossy(&walked.stdout));
    assert!(walked.status.success(), "{}", String::from_utf8_lossy(&walked.stderr));
}
