//! Goal: what the engine says of supply, demand and unserved work is what an auditor counts.
//!
//! Method: samples of the books in the repository, and of random ones; the drawn events as plain data
//! go to `offtake-audit`, which counts every hour (of long books one in 29) with arithmetic of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_adequacy::System;
use offtake_model::Book;
use offtake_study::{drawn_events, recount, reported};
use std::path::{Path, PathBuf};

fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books")
}

fn read(path: &Path) -> Option<Book> {
    let reading = offtake_book::read_book(path);
    if reading.book.is_none() {
        println!("{}: not a book yet", path.display());
    }
    reading.book
}

/// Recounts samples of a book and returns (hours, figures, worst, whether in full).
fn agree(path: &Path, samples: std::ops::Range<u64>, every: usize) -> Option<(usize, bool)> {
    let book = read(path)?;
    let system = System::new(&book, 7).expect("a book of the repository");
    let (mut figures, mut hours, mut worst, mut is_complete) = (0, 0, 0.0_f64, false);
    for sample in samples {
        let found = recount(&book, &system, sample, every);
        let first: Vec<String> =
            found.disagreements.iter().take(5).map(ToString::to_string).collect();
        assert!(
            first.is_empty(),
            "{}, sample {sample}: {} of {} figures differ, the first {first:#?}",
            path.display(),
            found.disagreements.len(),
            found.figures
        );
        figures += found.figures;
        hours += found.hours;
        worst = worst.max(found.worst);
        is_complete = found.is_complete;
    }
    let how = if is_complete { "in full" } else { "against bounds" };
    println!(
        "{}: {hours} hours, {figures} figures, unserved {how}, worst difference {worst:.1e}",
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    );
    Some((figures, is_complete))
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the repository");
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.to_string_lossy().into_owned();
            name.ends_with(".toml") && !name.ends_with(".expect.toml")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_auditor_counts_the_hand_worked_books_alike() {
    let found: Vec<(usize, bool)> = toml_files(&books().join("hand-worked"))
        .iter()
        .filter_map(|path| agree(path, 0..2, 7))
        .collect();
    assert!(found.len() >= 6, "{} books", found.len());
    let found =
        [found, agree(&books().join("hand-worked/rts-79"), 0..2, 3).into_iter().collect()].concat();
    assert!(found.iter().all(|(_, is_complete)| *is_complete), "all are counted in full");
}

#[test]
fn the_auditor_counts_the_tutorial_alike() {
    let found: Vec<(usize, bool)> = toml_files(&books().join("tutorial"))
        .iter()
        .filter_map(|path| agree(path, 0..3, 5))
        .collect();
    assert!(found.len() >= 5, "{} books", found.len());
    assert!(found.iter().any(|(_, is_complete)| *is_complete));
}

#[test]
fn the_auditor_counts_the_real_books_alike() {
    for (book, samples) in
        [("microsoft-2025-11", 0..2), ("microsoft-2026-07", 0..2), ("iren-2025-11", 0..3)]
    {
        let found = agree(&books().join(book), samples, 53);
        assert!(found.is_some_and(|(figures, _)| figures > 10_000), "{book}");
    }
}

#[test]
fn the_auditor_finds_a_figure_that_is_wrong() {
    let Some(book) = read(&books().join("tutorial/05-blocks-and-residency.toml")) else { return };
    let system = System::new(&book, 7).expect("a book of the repository");
    let drawn = drawn_events(&book, &system, 0);
    let wrong = |change: &dyn Fn(&mut offtake_audit::Reported)| {
        let mut said = reported(&system, 0);
        change(&mut said);
        let found = offtake_audit::recount(&book, &drawn, &said, 24);
        found.disagreements.first().map(|d| d.figure.clone()).unwrap_or_default()
    };
    let hour = 24 * 600;
    assert_eq!(wrong(&|_| {}), "");
    assert_eq!(
        wrong(&|said| said.available.get_mut("acme.all").unwrap()[hour] += 72.0),
        "available[acme.all]"
    );
    assert_eq!(wrong(&|said| said.demand.get_mut("chat").unwrap()[hour] *= 1.001), "demand[chat]");
    let eu = |said: &mut offtake_audit::Reported| {
        let found = said.unserved.iter_mut().find(|(owner, _, _)| owner == "chat-eu").unwrap();
        found.2[hour] = -50.0;
    };
    assert!(wrong(&eu).starts_with("unserved"), "{}", wrong(&eu));
}
