//! The books that come with the project: they read, agree with one another, and know nothing too early.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{read_book, render_findings};
use offtake_model::{Book, Contract, Mark, Side};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books")
}

fn book(name: &str) -> Book {
    let reading = read_book(&folder().join(name));
    assert!(!reading.has_errors(), "{name}: {}", render_findings(&reading.findings));
    reading.book.expect("no error was found")
}

/// Returns the names of all books: folders with a `book.toml`, and files that are not answers or parts.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |path: PathBuf, prefix: &str| {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let is_file = name.ends_with(".toml") && !name.ends_with(".expect.toml");
        if path.is_dir() || is_file {
            names.push(format!("{prefix}{name}"));
        }
    };
    for part in ["tutorial", "hand-worked", "desk"] {
        for entry in std::fs::read_dir(folder().join(part)).expect("the folder is there") {
            add(entry.expect("the folder can be read").path(), &format!("{part}/"));
        }
    }
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.join("book.toml").is_file() {
            add(path, "");
        }
    }
    names.sort();
    names
}

#[test]
fn every_book_reads_without_error() {
    let names = names();
    for name in &names {
        book(name);
    }
    for one in
        ["microsoft-2025-11", "microsoft-2026-07", "iren-2025-11", "tutorial/01-ten-lines.toml"]
    {
        assert!(names.iter().any(|name| name == one), "{one} is missing");
    }
}

#[test]
fn every_worked_answer_stands_beside_its_book() {
    let answers: Vec<PathBuf> = std::fs::read_dir(folder().join("hand-worked"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".expect.toml"))
        .collect();
    assert!(answers.len() >= 8, "{}", answers.len());
    for answer in answers {
        let text = answer.to_string_lossy().into_owned();
        let book = text.trim_end_matches(".expect.toml");
        let is_there = Path::new(book).is_dir() || Path::new(&format!("{book}.toml")).is_file();
        assert!(is_there, "no book beside {text}");
    }
}

/// Returns what a book holds of `path` and all below it, as written, with source and mark.
fn values(book: &Book, path: &str) -> BTreeMap<String, (String, Option<String>, Mark)> {
    let is_of = |key: &str| {
        key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    book.provenance
        .iter()
        .filter(|(key, _)| is_of(key))
        .map(|(key, p)| (key.clone(), (p.text.clone(), p.source.clone(), p.mark)))
        .collect()
}

#[test]
fn both_sides_of_the_iren_contract_agree_value_by_value() {
    let (buyer, seller) = (book("microsoft-2025-11"), book("iren-2025-11"));
    let of = |book: &Book| -> Contract { book.contracts["iren-childress"].clone() };
    let (bought, sold) = (of(&buyer), of(&seller));
    assert_eq!(bought, sold);
    assert_eq!((buyer.side(&bought), seller.side(&sold)), (Side::Bought, Side::Sold));
    assert_eq!(bought.tranches.len(), 4);
    assert_eq!(bought.gpus().count(), 76_032);
    assert_eq!(buyer.purchases["iren-dell"], seller.purchases["iren-dell"]);
    assert_eq!(buyer.sites["childress"], seller.sites["childress"]);
    assert_eq!(buyer.halls["horizon"], seller.halls["horizon"]);
    let mut compared = 0;
    for path in [
        "contract.iren-childress",
        "tranche.iren-childress",
        "purchase.iren-dell",
        "site.childress",
        "hall.horizon",
        "party.iren",
        "party.microsoft",
        "party.dell",
        "party.nvidia",
    ] {
        let (one, other) = (values(&buyer, path), values(&seller, path));
        assert_eq!(one, other, "{path}");
        compared += one.len();
    }
    assert!(compared > 120, "{compared}");
}

#[test]
fn no_book_knows_what_came_after_its_day() {
    let mut sources = 0;
    for name in ["microsoft-2025-11", "microsoft-2026-07", "iren-2025-11"] {
        let book = book(name);
        let named: std::collections::BTreeSet<&String> = book
            .provenance
            .values()
            .filter(|p| p.place.is_some())
            .filter_map(|p| p.source.as_ref())
            .collect();
        for id in named {
            let source = &book.sources[id];
            assert!(
                source.is_measurement || source.date.is_none_or(|date| date <= book.as_of),
                "{name}: {id} is of {:?}",
                source.date
            );
            sources += 1;
        }
        for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
            assert!(
                tranche.delivered.is_none_or(|day| day <= book.as_of),
                "{name}: {}",
                tranche.id
            );
        }
    }
    assert!(sources > 40, "{sources}");
}

#[test]
fn iren_has_2_910_megawatts_of_grid_connection() {
    let book = book("iren-2025-11");
    let megawatts: f64 =
        book.sites.values().filter_map(|site| site.grid_power).map(|power| power.megawatts()).sum();
    assert_eq!(megawatts, 2_910.0);
    // Of Childress, what Horizon does not take is still to sell.
    let rest = book.powers["childress-rest"].grid_power.megawatts();
    assert_eq!(rest + book.halls["horizon"].grid_power.unwrap().megawatts(), 750.0);
}

/// 9.7 GUSD over five years and 76,032 GPUs: 1.94 GUSD a year, 2.91 USD for a GPU-hour; a fifth of it
/// paid before delivery is a third of what the GPUs cost.
#[test]
fn the_money_of_the_iren_contract_is_what_its_filing_says() {
    let book = book("iren-2025-11");
    let contract = &book.contracts["iren-childress"];
    let sold = contract.price_total.unwrap().units();
    let bought = book.purchases["iren-dell"].price_total.unwrap().units();
    assert_eq!(contract.gpus().count(), 76_032);
    assert!((sold / 5.0 - 1.94e9).abs() < 1.0);
    let price = contract.price.unwrap().money().units();
    // Five calendar years have a leap day or two, of which 43,800 hours know nothing.
    assert!((price / (9.7e9 / (76_032.0 * 43_800.0)) - 1.0).abs() < 0.001, "{price}");
    assert!((price - 2.91).abs() < 0.005, "{price}");
    let prepaid = sold * contract.prepayment.unwrap().share.part();
    assert!((prepaid - 1.94e9).abs() < 1.0, "{prepaid}");
    assert!((prepaid / bought - 0.33).abs() < 0.005, "{}", prepaid / bought);
}

#[test]
fn the_two_books_of_microsoft_name_the_same_deliveries() {
    let (before, after) = (book("microsoft-2025-11"), book("microsoft-2026-07"));
    for (id, contract) in &before.contracts {
        let later = &after.contracts[id];
        assert_eq!((contract.gpus(), &contract.seller), (later.gpus(), &later.seller), "{id}");
        for tranche in &contract.tranches {
            let now = later.tranches.iter().find(|other| other.id == tranche.id).unwrap();
            assert_eq!(now.gpus, tranche.gpus, "{}", tranche.id);
            // What was delivered stays so.
            assert!(tranche.delivered.is_none() || now.delivered == tranche.delivered);
        }
    }
    assert!(after.contracts.len() > before.contracts.len());
}

/// Prints how far the values of each book can be trusted: `cargo test -p offtake-book --test
/// example_books marks -- --nocapture`.
#[test]
fn every_value_has_a_mark_and_the_shares_are_printed() {
    for name in ["microsoft-2025-11", "microsoft-2026-07", "iren-2025-11"] {
        let book = book(name);
        let written = book.provenance.values().filter(|p| p.place.is_some());
        let mut counts: BTreeMap<Mark, usize> = BTreeMap::new();
        for value in written {
            assert!(value.mark != Mark::Default, "{name}: {}", value.text);
            *counts.entry(value.mark).or_default() += 1;
        }
        let all: usize = counts.values().sum();
        print!("{name}: {all} values written;");
        for (mark, count) in &counts {
            print!(" {} {:.0} %", mark.text(), 100.0 * *count as f64 / all as f64);
        }
        println!();
        assert!(counts.len() >= 5, "{name}");
    }
}
