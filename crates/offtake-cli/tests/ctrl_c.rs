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

#[test]
fn a_stopped_run_leaves_the_earlier_result_as_it_was() {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/07-offers.toml");
    let ways: [(&str, &[&str], &str); 2] = [
        ("stress", &["--judgements", "0"], "stress.json"),
        ("offer", &["more-of-acme", "--n-minus-1", "0"], "offer.json"),
    ];
    for (command, more, mark) in ways {
        let folder = tempfile::tempdir().unwrap();
        let start = |samples: &str| {
            let mut start = Command::new(env!("CARGO_BIN_EXE_offtake"));
            start.args([command, book]).args(more).args(["--samples", samples, "--out", "results"]);
            start.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
            start
        };
        let first = start("20").output().unwrap();
        assert!(first.status.code().is_some_and(|code| code < 2), "{first:?}");
        let results = folder.path().join("results");
        let read = || std::fs::read(results.join(mark)).unwrap();
        let before = read();
        let names = |path: &std::path::Path| {
            let all = std::fs::read_dir(path).unwrap();
            let mut names: Vec<_> = all.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let mut files = ["csv", "parquet", "report.txt", mark];
        files.sort_unstable();
        assert_eq!(names(&results), files);
        assert!(results.join("csv").read_dir().unwrap().count() > 2);
        let child = start("100000").spawn().unwrap();
        std::thread::sleep(Duration::from_secs(2));
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{command}: {output:?}");
        assert!(read() == before);
        assert_eq!(names(folder.path()), ["results"]);
        // What is no earlier result stays.
        std::fs::remove_file(results.join(mark)).unwrap();
        let refused = start("20").output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("is no earlier result"));
    }
}
