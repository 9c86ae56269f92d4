//! Whatever the bytes: a book or findings, each of which says what to do.

use offtake_book::{read_book_bytes, read_book_files, render_findings, show, show_text};
use proptest::prelude::*;
use std::path::Path;

const WHOLE: &str = include_str!("formats/v1/whole.toml");

fn ask(bytes: &[u8]) {
    let reading = read_book_bytes("book.toml", bytes);
    assert!(reading.book.is_some() || reading.has_errors());
    for finding in &reading.findings {
        assert!(!finding.problem.is_empty() && !finding.fix.is_empty(), "{finding:?}");
    }
    let _ = render_findings(&reading.findings);
    if let Some(book) = &reading.book {
        let _ = show_text(&show(book, None));
    }
    let again = read_book_bytes("book.toml", bytes);
    assert_eq!(reading.findings, again.findings);
}

/// What a hand or a disk does to a text: one place of it is replaced, cut or doubled.
fn mutated(text: &str, at: usize, length: usize, with: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = at % chars.len();
    let end = (at + length).min(chars.len());
    chars[..at].iter().copied().chain(with.chars()).chain(chars[end..].iter().copied()).collect()
}

/// Exchanges one line for something else that might stand there.
fn with_line(index: usize, key: &str, value: &str) -> String {
    let mut lines: Vec<String> = WHOLE.lines().map(str::to_owned).collect();
    let at = index % lines.len();
    let old_key = lines[at].split('=').next().unwrap_or("x").trim().to_owned();
    lines[at] = format!("{} = {value}", if key.is_empty() { old_key } else { key.to_owned() });
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        ask(&bytes);
    }

    #[test]
    fn a_book_with_a_place_changed(at in 0_usize..6_000, length in 0_usize..40, with in "[ -~\\n]{0,12}") {
        ask(mutated(WHOLE, at, length, &with).as_bytes());
    }

    #[test]
    fn a_book_with_another_value(
        index in 0_usize..250,
        value in prop_oneof![
            Just("\"\"".to_owned()), Just("nan".to_owned()), Just("2026-02-28".to_owned()), Just("[]".to_owned()),
            Just("{ value = 3, low = 1 }".to_owned()), Just("true".to_owned()), Just("\"none\"".to_owned()),
            Just("\"Q4 2199\"".to_owned()), Just("1000000000".to_owned()), Just("0".to_owned()), Just("\"0 d\"".to_owned()),
            Just("\"2400 months\"".to_owned()), Just("\"200 years\"".to_owned()), Just("\"1000 GW\"".to_owned()),
            Just("\"iren\"".to_owned()), Just("1900-01-01".to_owned()), Just("2200-12-31".to_owned()),
            "[0-9]{1,12}(\\.[0-9]{1,4})?".prop_map(|n| n), "\"[ -!#-\\[\\]-~]{0,20}\"".prop_map(|t| t),
        ],
        key in prop_oneof![Just(String::new()), Just("mark".to_owned()), Just("promised".to_owned()), "[a-z_.]{1,12}".prop_map(|k| k)],
    ) {
        ask(with_line(index, &key, &value).as_bytes());
    }

    #[test]
    fn any_csv(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in "[a-z,;\\[\\]./ ]{0,40}") {
        let book = b"format = 1\nas_of = 2026-01-01\n[contract.acme]\n[workload.a]\nlevel.hourly = \"d.csv\"\nprofile = \"d.csv\"\n".as_slice();
        let csv: Vec<u8> = head.bytes().chain([b'\n']).chain(bytes).collect();
        let names = ["book/tranche.csv", "book/d.csv", "book/catalog/throughput.csv", "book/catalog/zones.csv"];
        let files = names.iter().map(|name| (*name, csv.as_slice())).chain([("book/book.toml", book)]);
        let reading = read_book_files(Path::new("book"), files);
        let _ = render_findings(&reading.findings);
    }
}
