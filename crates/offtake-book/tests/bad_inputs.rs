//! Input that nobody would write, and that arrives all the same: findings, never a panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{Reading, read_book, read_book_bytes, read_book_files, render_findings};
use std::path::Path;

fn rules(reading: &Reading) -> Vec<&'static str> {
    assert!(!render_findings(&reading.findings).is_empty());
    reading.findings.iter().map(|finding| finding.rule).collect()
}

fn with_csv(name: &str, csv: &[u8]) -> Reading {
    let book = b"format = 1\nas_of = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\n";
    let path = format!("book/{name}");
    read_book_files(Path::new("book"), [("book/book.toml", book.as_slice()), (path.as_str(), csv)])
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_nothing_special() {
    let text = "\u{feff}format = 1\r\nas_of = 2026-01-01\r\n[contract.acme]\r\naccelerator = \"gb300-nvl72\"\r\ngpus = 72\r\npromised = 2026-03-31\r\n";
    let reading = read_book_bytes("book.toml", text.as_bytes());
    assert!(reading.book.is_some(), "{}", render_findings(&reading.findings));
    let csv = "\u{feff}contract;id;racks;promised;note\r\nacme;one;2;2026-03-31;\"a; b\"\r\nacme;two;3;Q2 2026;\r\n";
    let reading = with_csv("tranche.csv", csv.as_bytes());
    let book =
        reading.book.as_ref().unwrap_or_else(|| panic!("{}", render_findings(&reading.findings)));
    assert_eq!(book.contracts["acme"].tranches[1].promised.to_string(), "2026-06-30");
}

#[test]
fn a_column_that_is_none_is_told_once_at_the_head() {
    let csv = "# ours\ncontract,id,gups,gpus,gpus,promised,empty\nacme,a,1,72,72,2026-03-31,\nacme,b,1,72,72,2026-03-31,\n";
    let reading = with_csv("tranche.csv", csv.as_bytes());
    let told: Vec<(&str, u32)> =
        reading.findings.iter().map(|f| (f.rule, f.place.as_ref().unwrap().line)).collect();
    assert_eq!(told, [("same-key-twice", 2), ("unknown-key", 2)]);
    let csv = "\r\n# ours\r\ncontract,id,gpus,promised\r\n# the first\r\n\r\nacme,a,x,2026-03-31\r\nacme,b,y,2026-03-31\r\n";
    let reading = with_csv("tranche.csv", csv.as_bytes());
    let lines: Vec<u32> = reading.findings.iter().map(|f| f.place.as_ref().unwrap().line).collect();
    assert_eq!(lines, [6, 7], "lines that are comments or empty count");
    let csv = "contract,id,gups,promised\nacme,a,72,2026-03-31\nacme,b,72,2026-03-31\n";
    let text = render_findings(&with_csv("tranche.csv", csv.as_bytes()).findings);
    assert_eq!(text.matches("error").count(), 1, "{text}");
    assert!(text.contains("did you mean `gpus`?"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("book.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(rules(&read_book(&pipe)), ["file-not-readable"]);
}

#[test]
fn zones_in_a_circle_are_found() {
    let text = "format = 1\nas_of = 2026-01-01\n[zone.aa]\nparent = \"bb\"\n[zone.bb]\nparent = \"aa\"\n[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 72\npromised = 2026-03-31\n";
    assert!(rules(&read_book_bytes("book.toml", text.as_bytes())).contains(&"zone-cycle"));
}

#[test]
fn what_is_no_text_is_told_so() {
    assert_eq!(rules(&read_book_bytes("book.toml", b"\xff\xfef\0o\0")), ["not-text"]);
    assert_eq!(rules(&read_book_bytes("book.toml", b"format = 1 # caf\xe9\n")), ["not-text"]);
    assert_eq!(rules(&read_book_bytes("book.toml", b"PK\x03\x04\0\0\0")), ["not-text"]);
    assert!(rules(&with_csv("tranche.csv", b"contract,id\nacme,\xff\n")).contains(&"not-text"));
}

#[test]
fn numbers_that_are_none_are_found() {
    for value in ["nan", "inf", "-inf", "1e999", "99999999999999999999", "0x10", "-1", "1.5"] {
        let text = format!(
            "format = 1\nas_of = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\npromised = 2026-03-31\ngpus = {value}\n"
        );
        let reading = read_book_bytes("book.toml", text.as_bytes());
        assert!(reading.book.is_none(), "{value}");
    }
    for value in ["\"1e400 MW\"", "\"nan MW\"", "\"-5 MW\"", "\"5e29 GW\"", "5", "\"1'000 MW\""] {
        let text = format!("format = 1\nas_of = 2026-01-01\n[site.a]\ngrid_power = {value}\n");
        assert!(read_book_bytes("book.toml", text.as_bytes()).has_errors(), "{value}");
    }
}

#[test]
fn dates_that_are_none_are_found() {
    for value in [
        "2026-02-30",
        "\"Q5 2026\"",
        "0001-01-01",
        "2026-03-31T00:00:00Z",
        "12:00:00",
        "\"soon\"",
        "9999-12-31",
    ] {
        let text = format!("format = 1\nas_of = 2026-01-01\nuntil = {value}\n");
        assert!(read_book_bytes("book.toml", text.as_bytes()).has_errors(), "{value}");
    }
    let long = "format = 1\nas_of = 2026-01-01\nuntil = 2190-01-01\n";
    assert_eq!(rules(&read_book_bytes("book.toml", long.as_bytes())), ["out-of-range"]);
}

#[test]
fn a_bomb_of_nesting_does_not_go_off() {
    let arrays = format!(
        "format = 1\nas_of = 2026-01-01\nx = {}{}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(read_book_bytes("book.toml", arrays.as_bytes()).has_errors());
    let tables = format!(
        "format = 1\nas_of = 2026-01-01\nx = {}1{}\n",
        "{a=".repeat(50_000),
        "}".repeat(50_000)
    );
    assert!(read_book_bytes("book.toml", tables.as_bytes()).has_errors());
    let dotted =
        format!("format = 1\nas_of = 2026-01-01\n[contract.{}]\n", vec!["a"; 50_000].join("."));
    assert!(read_book_bytes("book.toml", dotted.as_bytes()).has_errors());
}

#[test]
fn a_hundred_megabytes_of_csv_end_in_findings() {
    let mut csv = b"contract,id,racks,promised\n".to_vec();
    let mut row = 0;
    while csv.len() < 100 << 20 {
        csv.extend_from_slice(
            format!("acme,t{row},1,2026-03-31,,,,,,,,,,,,,,,,,,,,,,,,,,\n").as_bytes(),
        );
        row += 1;
    }
    let found = rules(&with_csv("tranche.csv", &csv));
    assert!(found.contains(&"row-too-long") && found.len() <= 1_001, "{}", found.len());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let text = "#".repeat((16 << 20) + 1);
    assert_eq!(rules(&read_book_bytes("book.toml", text.as_bytes())), ["file-too-large"]);
}

#[test]
fn tables_that_do_not_fit_are_found() {
    assert!(rules(&with_csv("tranche.csv", b"id,racks\none,3\n")).contains(&"column-missing"));
    assert!(
        rules(&with_csv("tranche.csv", b"contract,id,rakcs\nacme,one,3\n"))
            .contains(&"unknown-key")
    );
    assert!(
        rules(&with_csv("tranche.csv", b"contract,id,racks,racks\nacme,one,3,3\n"))
            .contains(&"same-key-twice")
    );
    assert!(rules(&with_csv("tranche.csv", b"contract,id\nacme,\n")).contains(&"id-missing"));
    assert!(
        rules(&with_csv("tranche.csv", b"contract,id,racks\nacme,one,3,4\n"))
            .contains(&"row-too-long")
    );
    // Cut off in the middle of a cell.
    let cut = with_csv("tranche.csv", b"contract,id,racks,promised\nacme,one,3,\"2026-03-");
    assert!(cut.has_errors());
}

#[test]
fn series_that_do_not_fit_are_found() {
    let book = b"format = 1\nas_of = 2026-01-01\n[workload.a]\nlevel.hourly = \"demand.csv\"\n";
    let with = |csv: &[u8]| {
        read_book_files(
            Path::new("book"),
            [("book/b.toml", book.as_slice()), ("book/demand.csv", csv)],
        )
    };
    assert!(rules(&with(b"level\n1\nnan\n")).contains(&"bad-number"));
    assert!(rules(&with(b"a,b\n1,2\n")).contains(&"column-missing"));
    assert!(rules(&with(b"level\n")).contains(&"too-short"));
    assert!(rules(&with(b"")).contains(&"column-missing"));
    let missing = read_book_files(Path::new("book"), [("book/b.toml", book.as_slice())]);
    assert!(rules(&missing).contains(&"no-such-file"));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_and_folders_that_are_no_files_are_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("book.toml"),
        "format = 1\nas_of = 2026-01-01\ninclude = [\"inner\"]\n",
    )
    .unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/back")).unwrap();
    let found = rules(&read_book(folder.path()));
    assert!(found.contains(&"folder-too-deep"), "{found:?}");
    let found = rules(&read_book(&folder.path().join("book.toml")));
    assert!(found.contains(&"file-not-readable"), "{found:?}");
}
