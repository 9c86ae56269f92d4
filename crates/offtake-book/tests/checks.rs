//! Every kind of mistake that a book can hold, with its file and line; and the project's own books,
//! which hold none.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{Reading, read_book, read_book_files, render_findings};
use offtake_model::{Severity, checks};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Reads files of the fixtures from memory, so that no finding names the folder of a checkout.
fn read(path: &str, names: &[&str]) -> Reading {
    let bytes: Vec<Vec<u8>> = names
        .iter()
        .map(|name| std::fs::read(folder().join(name)).expect("a fixture is there"))
        .collect();
    let files = names.iter().copied().zip(bytes.iter().map(Vec::as_slice));
    read_book_files(Path::new(path), files)
}

fn faults() -> Reading {
    read("faults", &["faults/book.toml", "faults/supply.toml", "faults/work.toml"])
}

fn rules(reading: &Reading) -> Vec<&str> {
    reading.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_check_names_the_file_and_line_of_what_it_found() {
    let reading = faults();
    insta::assert_snapshot!(render_findings(&reading.findings));
    for finding in &reading.findings {
        assert!(finding.place.as_ref().is_some_and(|place| place.line > 0), "{finding:?}");
    }
}

#[test]
fn no_kind_of_mistake_goes_unseen() {
    let reading = faults();
    for rule in [
        "delivery-after-term",
        "more-racks-than-megawatts",
        "rack-over-hall",
        "no-pool-may-serve",
        "gang-larger-than-any-fabric",
        "shares-do-not-add-up",
        "efficiency-counted-twice",
        "source-after-as-of",
        "never-referred-to",
    ] {
        assert!(rules(&reading).contains(&rule), "{rule}");
        assert!(checks::CHECKS.iter().any(|check| check.name == rule), "{rule}");
    }
    assert!(reading.has_errors() && reading.book.is_some());
}

#[test]
fn units_and_ids_given_twice_are_told_by_the_reader() {
    let reading = read("unreadable", &["unreadable/book.toml", "unreadable/parties.toml"]);
    insta::assert_snapshot!(render_findings(&reading.findings));
    for rule in ["same-id-twice", "missing-unit", "unknown-unit", "not-in-the-book"] {
        assert!(rules(&reading).contains(&rule), "{rule}");
    }
}

#[test]
fn what_only_follows_from_a_scenario_that_cannot_be_read_is_not_told() {
    let book = |low: &str| {
        let head = "format = 1\nas_of = 2025-11-30\n[growth.high]\nprobability = \"60 %\"\n";
        format!("{head}[growth.low]\nprobability = {low}\n")
    };
    let told = |low: &str| offtake_book::read_book_bytes("book.toml", book(low).as_bytes());
    assert!(rules(&told("\"50 %\"")).contains(&"shares-do-not-add-up"));
    assert_eq!(rules(&told("50")), ["missing-unit"]);
}

/// The tutorial and the books with exact answers are examples: they hold no mistake, not even a small one.
#[test]
fn the_examples_of_the_project_have_no_finding() {
    let books = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books");
    let mut read = 0;
    for folder in ["tutorial", "hand-worked", "desk"] {
        for entry in std::fs::read_dir(books.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_book = path.is_dir() || name.ends_with(".toml");
            let waits = name.starts_with("06-") && !books.join("profiles").is_dir();
            if !is_book || name.ends_with(".expect.toml") || waits {
                continue;
            }
            let reading = read_book(&path);
            assert!(reading.findings.is_empty(), "{name}: {}", render_findings(&reading.findings));
            read += 1;
        }
    }
    assert!(read > 10, "{read}");
}

#[test]
fn the_microsoft_book_has_no_error() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books/microsoft-2025-11");
    let reading = read_book(&book);
    let errors: Vec<_> =
        reading.findings.into_iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}", render_findings(&errors));
}
