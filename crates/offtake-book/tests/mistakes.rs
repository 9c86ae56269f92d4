//! What people get wrong, and what they are told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{read_book_bytes, read_book_files, render_findings};
use std::path::Path;

fn told(text: &str) -> String {
    render_findings(&read_book_bytes("book.toml", text.as_bytes()).findings)
}

const HEAD: &str = "format = 1\nas_of = 2026-01-01\n";

#[test]
fn a_book_with_nine_mistakes_shows_nine() {
    let book = r#"format = 1
as_of  = 2026-01-01
[party.iren]
[site.childress]
zone       = "US-TX"
grid_power = 750
[contract.acme]
seller      = "irne"
site        = "childress"
accelerator = "gb300-nvl72"
gpus        = "4608"
promissed   = 2026-03-31
price.per_gpu_hour = "46 USD/MWh"
late.exercise = "sometimes"
[workload.chat]
level  = "2,000 GPU"
zones  = ["US-XT"]
format = 1
"#;
    let told = told(book);
    assert_eq!(told.matches("error[").count(), 9, "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn the_same_id_twice_names_both_places() {
    let one = "format = 1\nas_of = 2026-01-01\ninclude = [\"b.toml\"]\n[party.acme]\n";
    let other = "[site.a]\n[party.acme]\n";
    let files = [("a.toml", one.as_bytes()), ("b.toml", other.as_bytes())];
    let reading = read_book_files(Path::new("a.toml"), files);
    let twice = reading.findings.iter().find(|f| f.rule == "same-id-twice").unwrap();
    assert_eq!(twice.place.as_ref().map(|p| (p.file.as_str(), p.line)), Some(("b.toml", 2)));
    assert_eq!(twice.other_place.as_ref().map(|p| (p.file.as_str(), p.line)), Some(("a.toml", 4)));
    let in_one_file = told(&format!("{HEAD}[party.a]\n[party.b]\n[party.a]\nname = \"x\"\n"));
    assert!(in_one_file.contains("same-id-twice"), "{in_one_file}");
    assert!(in_one_file.contains("book.toml:5\n  --> book.toml:3"), "{in_one_file}");
}

#[test]
fn a_stray_key_is_told_where_it_probably_belongs() {
    let told = told(&format!(
        "{HEAD}[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 72\npromised = 2026-03-31\n[party.acme]\nramp = \"9 months\"\nowner = \"acme\"\n"
    ));
    assert!(told.contains("it probably belongs to `[contract.acme]`"), "{told}");
    assert!(told.contains("move it to the top of the file"), "{told}");
}

#[test]
fn a_syntax_error_in_one_file_does_not_hide_what_is_wrong_in_the_others() {
    let files = [
        ("book/a.toml", "format = 1\nas_of = 2026-01-01\n[party.acme\nname = \"x\"\n".as_bytes()),
        ("book/b.toml", "[site.plains]\ngrid_power = 3\nzone = \"nowhere\"\n".as_bytes()),
    ];
    let reading = read_book_files(Path::new("book"), files);
    let rules: Vec<&str> = reading.findings.iter().map(|finding| finding.rule).collect();
    // The zone is not looked up: what the broken file defines is not known.
    assert_eq!(rules, ["toml-syntax", "missing-unit"], "{}", render_findings(&reading.findings));
    assert!(reading.book.is_none());
}

#[test]
fn files_that_include_each_other_are_found() {
    let files = [
        ("a.toml", "format = 1\nas_of = 2026-01-01\ninclude = [\"b.toml\"]\n".as_bytes()),
        ("b.toml", "include = [\"a.toml\"]\n".as_bytes()),
    ];
    let reading = read_book_files(Path::new("a.toml"), files);
    assert_eq!(reading.findings.iter().filter(|f| f.rule == "include-cycle").count(), 1);
}

#[test]
fn what_is_not_a_table_or_has_no_id_is_found() {
    let told = told(&format!(
        "{HEAD}contarct.acme.gpus = 3\n[[tranche]]\nracks = 3\n[party]\nname = \"x\"\n[site.UPPER]\n"
    ));
    for rule in ["unknown-kind", "array-of-tables", "id-missing", "bad-id"] {
        assert!(told.contains(rule), "{rule}: {told}");
    }
}

#[test]
fn a_book_of_another_format_is_told_so_and_nothing_else() {
    let told = told("format = 2\nas_of = 2026-01-01\n");
    assert_eq!(told.matches("error[").count(), 1, "{told}");
    assert!(told.contains("format 2 is not one that this version reads"), "{told}");
}

#[test]
fn a_contract_with_tranches_keeps_no_amounts_itself() {
    let told = told(&format!(
        "{HEAD}[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 72\n[tranche.acme.one]\nracks = 1\npromised = 2026-03-31\nafter = \"two\"\n"
    ));
    assert!(
        told.contains("amount-twice") && told.contains("there is no other tranche `two`"),
        "{told}"
    );
}

#[test]
fn nothing_at_all_is_found_to_be_nothing() {
    assert!(told("").contains("no file says `format` and `as_of`"));
    let nowhere = offtake_book::read_book(Path::new("/nowhere/at/all.toml"));
    assert_eq!(nowhere.findings.len(), 1);
    assert_eq!(nowhere.findings[0].rule, "no-such-file");
}
