//! Ctrl-C leaves nothing half-written.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn a_stopped_run_writes_nothing_and_says_so() {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/03-second-supplier.toml");
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["assess", book, "--samples", "1000000", "--out", "results"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough for the handler to be in place, far too short for a million samples.
    std::thread::sleep(Duration::from_secs(2));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("stopped; nothing was written"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
