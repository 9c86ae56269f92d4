//! `offtake study`: what it writes, that equal runs are equal, and that nothing is ever half there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const BOOK: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/03-second-supplier.toml");

fn study(folder: &Path, arguments: &[&str]) -> Output {
    let is_sized = arguments.contains(&"--samples");
    let samples: &[&str] =
        if is_sized { &[] } else { &["--samples", "20", "--further-samples", "10"] };
    Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["study", BOOK])
        .args(samples)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn json(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Returns every file below `folder` but the manifest, which alone may differ, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("manifest.json") {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_study_has_all_it_says_and_equal_runs_give_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let first = study(folder.path(), &["--out", "one", "--threads", "1"]);
    assert_eq!(first.status.code(), Some(1), "{first:?}");
    assert!(String::from_utf8_lossy(&first.stdout).contains("report.html"));
    assert_eq!(study(folder.path(), &["--out", "two", "--threads", "3"]).status.code(), Some(1));
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for ((name, bytes), (other, more)) in files(&one).iter().zip(&files(&two)) {
        assert_eq!(name, other);
        assert!(bytes == more, "{name} differs");
    }
    let manifest = json(&one.join("manifest.json"));
    for name in manifest["files"].as_array().unwrap() {
        assert!(one.join(name.as_str().unwrap()).exists(), "{name} is missing");
    }
    let study = json(&one.join("study.json"));
    for part in manifest["parts"].as_array().unwrap() {
        assert!(study.get(part.as_str().unwrap()).is_some(), "{part} is missing");
    }
    assert_eq!(manifest["book_hash"], study["book_hash"]);
    assert_eq!(manifest["samples"]["assess"]["all"], 20);
    assert_eq!(study["assess"]["samples"], 20);
    assert!(manifest["elapsed_s"].as_f64().unwrap() > 0.0);
    for name in ["csv/assess_months.csv", "parquet/assess_months.parquet", "tables.xlsx"] {
        assert!(
            files(&one).iter().any(|(found, bytes)| found == name && !bytes.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn every_field_of_the_manifest_and_of_the_top_is_on_the_reference_page() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/study.md");
    let page = std::fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    study(folder.path(), &["--out", "one"]);
    let (manifest, study) = (
        json(&folder.path().join("one/manifest.json")),
        json(&folder.path().join("one/study.json")),
    );
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut all = [names(&manifest), names(&study), names(&study["book"])].concat();
    all.extend(
        ["contracts", "tranches", "sources"].iter().flat_map(|list| names(&study["book"][list][0])),
    );
    let missing: Vec<&String> =
        all.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

#[test]
fn what_is_in_the_way_is_told_at_once_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("mine")).unwrap();
    std::fs::write(at("mine/thesis.txt"), "years of work").unwrap();
    std::fs::write(at("file"), "x").unwrap();
    // Of `assess --out`, which is no study.
    std::fs::create_dir(at("assessed")).unwrap();
    std::fs::write(at("assessed/assess.json"), "{}").unwrap();
    for name in ["mine", "file", "assessed", "."] {
        // So many samples take an hour: that it ends at all says that the work was not begun.
        let told = study(folder.path(), &["--out", name, "--samples", "1000000"]);
        assert_eq!(told.status.code(), Some(2), "{name}: {told:?}");
        let text = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(text.contains("no earlier result") || text.contains("in the place of"), "{text}");
    }
    let told = study(folder.path(), &["--out", "file/inside"]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("cannot write results to"), "{told:?}");
    assert_eq!(std::fs::read_to_string(at("mine/thesis.txt")).unwrap(), "years of work");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing else was left");
}

#[test]
fn a_stopped_study_leaves_the_one_before_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    study(folder.path(), &["--out", "results"]);
    let before = files(&folder.path().join("results"));
    let child = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["study", BOOK, "--samples", "1000000", "--out", "results"])
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
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("stopped; nothing was written"));
    assert!(before == files(&folder.path().join("results")));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

const OFFERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/07-offers.toml");
const SMALL: [&str; 8] = [
    "--samples",
    "20",
    "--further-samples",
    "0",
    "--judgement-samples",
    "0",
    "--stress-samples",
    "5",
];

/// Runs a study of a book with offers into `folder/out`, and returns its JSON and page.
fn with_offers(folder: &Path, more: &[&str]) -> (Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["study", OFFERS, "--offer-samples", "5", "--out", "out"])
        .args(SMALL)
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    let page = std::fs::read_to_string(folder.join("out/report.html")).unwrap();
    (json(&folder.join("out/study.json")), page)
}

#[test]
#[cfg(feature = "plan")]
fn the_plan_of_a_study_is_what_plan_says_when_asked_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (study, page) = with_offers(folder.path(), &["--plan-futures", "3"]);
    let plan = &study["plan"];
    assert_eq!(study["samples"]["plan"]["all"], 3);
    assert_eq!(plan["to"], study["assess"]["headline"]["to"]);
    let to = plan["to"].as_str().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["plan", OFFERS, "--scenarios", "3", "--starts", "1", "--gap", "0.5%", "--brief"])
        .args(["--to", to, "--json"])
        .output()
        .unwrap();
    let mut alone: Value = serde_json::from_slice(&output.stdout).unwrap();
    alone.as_object_mut().unwrap().remove("run");
    assert_eq!(*plan, alone);
    assert!(page.contains("What to sign next?"));
    for figure in ["walk-away", "worth", "cost", "frontier", "bounds"] {
        assert!(page.contains(&format!("id=\"fig-plan-{figure}\"")), "{figure} is missing");
    }
    assert!(plan["frontier"].as_array().unwrap().len() >= 20);
    let files = files(&folder.path().join("out"));
    for name in ["csv/plan_walk_away.csv", "parquet/plan_frontier.parquet", "csv/plan_rounds.csv"] {
        assert!(files.iter().any(|(found, _)| found == name), "{name} is missing");
    }
}

#[test]
fn a_study_without_a_plan_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (study, page) = with_offers(folder.path(), &["--plan-futures", "0"]);
    assert!(study.get("plan").is_none());
    assert!(page.contains("<code>plan</code> was not run in this study"));
    assert!(!page.contains("fig-plan-"));
}

#[test]
#[cfg(feature = "plan")]
fn a_book_without_offers_has_nothing_to_plan() {
    let folder = tempfile::tempdir().unwrap();
    study(folder.path(), &["--out", "out"]);
    let made = json(&folder.path().join("out/study.json"));
    let answer = made["plan"]["answer"].as_str().unwrap();
    assert_eq!(answer, "There is no offer or option to sign.");
    let page = std::fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert!(page.contains(answer) && !page.contains("fig-plan-"));
}
