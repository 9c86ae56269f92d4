//! The page of a study, opened as a reader would: in headless Chromium, from the disk.
//!
//! Two pages are looked at: that of a real study, and one with every part, whose numbers beside `assess` are
//! made up (`fixture/sections.json`). Where Node or Chromium cannot be had the test says so and passes;
//! `OFFTAKE_BROWSER=1`, which `.ci/run` sets, makes that a failure.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_report::{Head, PARTS, Section, StudyReport, page};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const BOOK: &str = "books/tutorial/03-second-supplier.toml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs a study of a small book into `folder`.
fn study(folder: &Path) -> Value {
    let status = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["study", BOOK, "--samples", "60", "--further-samples", "30", "--out"])
        .arg(folder)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(status.status.code().is_some_and(|code| code < 2), "{status:?}");
    serde_json::from_str(&std::fs::read_to_string(folder.join("study.json")).unwrap()).unwrap()
}

/// Returns a study with every part: those that were run, and the fixture's where they were not.
fn whole(study: &Value) -> StudyReport {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixture/sections.json");
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    let text = |name: &str| study[name].as_str().unwrap().to_owned();
    let section = |(name, _): &(&str, &str)| {
        let made = fixture.get(*name).or_else(|| study.get(*name)).cloned();
        Some(Section::new(name, made?).with_samples("all", 60))
    };
    StudyReport {
        head: Head {
            title: "A page with every part, most of it made up </script><script>throw 1</script>"
                .to_owned(),
            version: text("version"),
            book_hash: text("book_hash"),
            as_of: text("as_of"),
            from: text("from"),
            until: text("until"),
            reference: text("reference_accelerator"),
            ..Head::default()
        },
        seed: 1,
        book: study["book"].clone(),
        sections: PARTS.iter().filter_map(section).collect(),
    }
}

/// Returns why pages cannot be opened here, or nothing when they can.
fn lacks(chromium: &str) -> Option<String> {
    let runs = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|out| out.status.success())
    };
    if !runs("node") {
        return Some("Node is not here".to_owned());
    }
    if !runs(chromium) {
        return Some(format!("Chromium is not here (`{chromium}`)"));
    }
    let modules = root().join("report/node_modules/playwright-core");
    (!modules.exists()).then(|| "`npm ci` has not been run in report/".to_owned())
}

#[test]
fn a_page_has_no_error_asks_for_nothing_is_accessible_and_answers_in_a_second() {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    if let Some(lack) = lacks(&chromium) {
        assert!(std::env::var_os("OFFTAKE_BROWSER").is_none(), "{lack}");
        eprintln!("skipped: {lack}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("study");
    let study = study(&real);
    let made = folder.path().join("every-part");
    std::fs::create_dir(&made).unwrap();
    std::fs::write(made.join("report.html"), page(&whole(&study))).unwrap();
    let found = which(&chromium);
    let mut command = Command::new("node");
    command.arg(root().join("report/tests/open.mjs")).env("CHROMIUM", found);
    command.arg(real.join("report.html")).arg(made.join("report.html"));
    if let Some(shots) = std::env::var_os("OFFTAKE_SHOTS") {
        std::fs::copy(made.join("report.html"), Path::new(&shots).join("every-part.html")).unwrap();
        command.arg("--shots").arg(shots);
    }
    let output = command.output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Returns the path of a program, which a browser's driver wants whole.
fn which(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.unwrap_or_else(|| PathBuf::from(program))
}

#[test]
fn every_part_is_in_the_page_and_what_a_book_says_is_only_words() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder.path().join("study"));
    let text = page(&whole(&study));
    for figure in [
        "supply",
        "shortfall",
        "timeline",
        "flow",
        "tornado",
        "concentration",
        "diversification",
        "plan-sign",
        "plan-walk-away",
        "plan-worth",
        "plan-cost",
        "plan-frontier",
        "plan-bounds",
        "offers",
        "cash",
        "cost",
        "dscr",
        "irr",
        "claims",
        "uses",
    ] {
        assert!(text.contains(&format!("id=\"fig-{figure}\"")), "{figure} is missing");
    }
    assert!(!text.contains("was not run in this study") && !text.contains("Not run in this study"));
    assert!(!text.contains("<script>throw 1") && !text.contains("delta-<b>2027"));
    assert!(!text.contains("<b>Lambda</b>") && text.contains("&lt;b&gt;Lambda"));
    assert!(!text.contains("<b>one</b>") && !text.contains("<i>relayed"));
    assert!(text.contains("draws lapse already as promised; the buyer may terminate"), "{text}");
    assert_eq!(
        text.matches("</script>").count(),
        2,
        "the data and the script, and nothing that a book says"
    );
    assert!(text.len() < 3 << 20);
}
