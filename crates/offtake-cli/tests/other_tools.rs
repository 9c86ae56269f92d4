//! What `offtake` writes is read by tools that are not ours: Python libraries, where Python has them.
//!
//! Each script of `tests/other-tools` says in its first lines what it reads. Without Python, or without the
//! library, the test says so and checks nothing.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs `offtake` in the root of the project.
fn offtake(arguments: &[&str]) {
    let program = env!("CARGO_BIN_EXE_offtake");
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn has(module: &str) -> bool {
    let found = Command::new("python3").args(["-c", &format!("import {module}")]).output();
    let is_there = found.is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("skipped: python3 with the module {module} is not there");
    }
    is_there
}

fn python(script: &str, arguments: &[&Path]) {
    let script = root().join("tests/other-tools").join(script);
    let output = Command::new("python3").arg(script).args(arguments).output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
}

#[test]
fn a_calendar_is_read_by_another_library_and_a_later_book_moves_its_events() {
    if !has("icalendar") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = ["2025-11", "2026-07"].map(|day| folder.path().join(format!("{day}.ics")));
    for (file, book) in files.iter().zip(["books/microsoft-2025-11", "books/microsoft-2026-07"]) {
        offtake(&["calendar", book, "--from", "2024", "--ics", file.to_str().unwrap()]);
    }
    python("ics.py", &[&files[0], &files[1]]);
}

#[test]
fn a_workbook_that_another_library_edited_changes_the_files_as_meant() {
    if !has("openpyxl") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (out, edited) = (folder.path().join("book.xlsx"), folder.path().join("edited.xlsx"));
    offtake(&["sheet", "books/microsoft-2025-11", "--out", out.to_str().unwrap()]);
    python("sheet.py", &[&out, &edited]);
    let book =
        ["sheet", "books/microsoft-2025-11", "--dry-run", "--from", edited.to_str().unwrap()];
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(book)
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    for change in [
        "tranche.iren-childress.horizon-3 promised  2026-10-31 -> 2026-12-31",
        "contract.nebius late.first_ends_all  true -> nothing",
        "tranche.nscale.sines spares  nothing -> 2",
        "tranche.lambda.third  added with 2 values",
        "spot.b200 price  4.50 USD/GPUh -> 5.00 USD/GPUh",
    ] {
        assert!(said.contains(change), "{said}");
    }
    assert_eq!(said.matches(" -> ").count() + said.matches("added with").count(), 5, "{said}");
}
