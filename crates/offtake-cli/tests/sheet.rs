//! A book into a workbook, the workbook edited, and back: what changes, what stays, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_sheet::{
    Cell, CellValue, Column, ReadWorkbook, Row, Sheet, Workbook, read_workbook, write_workbook,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a book in it, and what to do with it.
struct Desk {
    folder: tempfile::TempDir,
    book: &'static str,
}

impl Desk {
    /// Copies the example books.
    fn with(book: &'static str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let books = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books");
        copy(&books, &folder.path().join("books"));
        Desk { folder, book }
    }

    /// Writes a book of files of its own into the folder `book`.
    fn of(files: &[(&str, &str)]) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("book")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join("book").join(name), text).unwrap();
        }
        Desk { folder, book: "book" }
    }

    fn offtake(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_offtake");
        Command::new(program).args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    /// Writes the workbook of the book and reads it.
    fn out(&self) -> ReadWorkbook {
        let output = self.offtake(&["sheet", self.book, "--out", "book.xlsx"]);
        assert!(output.status.success(), "{}", said(&output));
        read_workbook(&std::fs::read(self.path("book.xlsx")).unwrap()).unwrap()
    }

    /// Brings an edited workbook back.
    fn back(&self, read: &ReadWorkbook, arguments: &[&str]) -> Output {
        std::fs::write(self.path("edited.xlsx"), written(read)).unwrap();
        let mut all = vec!["sheet", self.book, "--from", "edited.xlsx"];
        all.extend(arguments);
        self.offtake(&all)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file of the books, by path.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.path(self.book.split('/').next().unwrap());
        let mut found = BTreeMap::new();
        collect(&root, &mut found);
        found
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

/// Writes a workbook that was read again, every cell as text: what a program that knows no types makes.
fn written(read: &ReadWorkbook) -> Vec<u8> {
    let sheet = |sheet: &offtake_sheet::ReadSheet| {
        let column =
            |(key, _): &(String, String)| Column { key: key.clone(), about: "a".to_owned() };
        let row = |row: &offtake_sheet::ReadRow| {
            let cell = |(key, cell): (&String, &offtake_sheet::ReadCell)| {
                let value = CellValue::Text(cell.text.clone().unwrap());
                (key.clone(), Cell { value, note: None })
            };
            Row { ids: Vec::new(), cells: row.cells.iter().map(cell).collect() }
        };
        Sheet {
            name: sheet.name.clone(),
            about: String::new(),
            ids: Vec::new(),
            columns: sheet.head.iter().map(column).collect(),
            rows: sheet.rows.iter().map(row).collect(),
        }
    };
    let workbook = Workbook {
        title: "edited".to_owned(),
        stamp: read.stamp.clone(),
        date: jiff::civil::date(2026, 1, 1),
        sheets: read.sheets.iter().map(sheet).collect(),
    };
    write_workbook(&workbook).unwrap()
}

/// Sets a cell of the thing whose ids are given, its column added where there is none.
fn set(read: &mut ReadWorkbook, sheet: &str, ids: &[&str], key: &str, text: Option<&str>) {
    let sheet = read.sheets.iter_mut().find(|one| one.name == sheet).unwrap();
    if !sheet.head.iter().any(|(known, _)| known == key) {
        sheet.head.push((key.to_owned(), "Z1".to_owned()));
    }
    let names: Vec<String> =
        sheet.head.iter().take(ids.len()).map(|(key, _)| key.clone()).collect();
    let is_it = |row: &&mut offtake_sheet::ReadRow| {
        names.iter().zip(ids).all(|(name, id)| row.cells[name].text.as_deref() == Ok(*id))
    };
    let row = sheet.rows.iter_mut().find(is_it).unwrap();
    match text {
        Some(text) => {
            let cell = offtake_sheet::ReadCell { name: String::new(), text: Ok(text.to_owned()) };
            row.cells.insert(key.to_owned(), cell);
        }
        None => {
            row.cells.remove(key).unwrap();
        }
    }
}

const TRANCHES: &str = "# Spreadsheet of the supplier.\r\ncontract;id;gpus;promised;price [USD/GPUh];note\r\nacme;one;4608;2026-03-31;;first\r\nacme;two;2304;2026-06-30;;\"with; care\"\r\n";
const BOOK: &str = "format = 1\nas_of  = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\nprice.per_gpu_hour = \"3.00 USD/GPUh\"   # dear\n";

fn csv_desk() -> Desk {
    let tranches = TRANCHES.replace(";price [USD/GPUh]", "").replace(";;", ";");
    Desk::of(&[("book.toml", BOOK), ("tranche.csv", &tranches)])
}

#[test]
fn an_unchanged_workbook_changes_no_byte() {
    for book in [
        "books/microsoft-2025-11",
        "books/microsoft-2026-07",
        "books/iren-2025-11",
        "books/hand-worked/rts-79",
        "books/tutorial/05-blocks-and-residency.toml",
    ] {
        let desk = Desk::with(book);
        let before = desk.files();
        let read = desk.out();
        for edited in [false, true] {
            // As it was written, and as a program that knows no types would save it.
            let output = if edited {
                desk.back(&read, &[])
            } else {
                desk.offtake(&["sheet", book, "--from", "book.xlsx"])
            };
            assert_eq!(said(&output), "nothing to change\n", "{book}");
            assert!(output.status.success());
        }
        assert!(desk.files() == before, "{book}");
    }
}

#[test]
fn the_same_book_gives_the_same_workbook() {
    let desk = Desk::with("books/iren-2025-11");
    desk.out();
    let first = std::fs::read(desk.path("book.xlsx")).unwrap();
    desk.out();
    assert!(first == std::fs::read(desk.path("book.xlsx")).unwrap());
}

#[test]
fn a_changed_cell_lands_in_the_file_that_two_books_share_and_no_other_byte_changes() {
    let desk = Desk::with("books/microsoft-2025-11");
    let before = desk.files();
    let mut read = desk.out();
    set(&mut read, "tranche", &["iren-childress", "horizon-3"], "promised", Some("2026-12-31"));
    let dry = desk.back(&read, &["--dry-run"]);
    assert!(
        said(&dry).starts_with("would change books/contracts/iren-childress.toml\n"),
        "{}",
        said(&dry)
    );
    assert!(desk.files() == before);
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let shared = desk.path("books/contracts/iren-childress.toml");
    let mut expected = before;
    let text = String::from_utf8(expected[&shared].clone()).unwrap();
    let text = text.replace(
        "promised                  = { value = 2026-10-31,",
        "promised                  = { value = 2026-12-31,",
    );
    expected.insert(shared, text.into_bytes());
    assert!(desk.files() == expected);
    // Once more: it is what it says.
    assert_eq!(said(&desk.back(&read, &[])), "nothing to change\n");
}

#[test]
fn a_cell_of_a_csv_changes_its_own_bytes_and_a_new_row_is_a_line() {
    let desk = csv_desk();
    let mut read = desk.out();
    set(&mut read, "tranche", &["acme", "two"], "gpus", Some("2376"));
    set(&mut read, "contract", &["acme"], "price.per_gpu_hour", Some("2.91 USD/GPUh"));
    let tranches = read.sheets.iter_mut().find(|sheet| sheet.name == "tranche").unwrap();
    let mut row = tranches.rows[1].clone();
    row.cells.get_mut("id").unwrap().text = Ok("three".to_owned());
    tranches.rows.push(row);
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let expected = desk.text("book/tranche.csv");
    assert!(
        expected.ends_with(
            "acme;two;2376;2026-06-30;\"with; care\"\r\nacme;three;2376;2026-06-30;\"with; care\"\r\n"
        ),
        "{expected}"
    );
    assert!(expected.starts_with("# Spreadsheet of the supplier.\r\n"));
    assert_eq!(desk.text("book/book.toml"), BOOK.replace("3.00 USD", "2.91 USD"));
}

#[test]
fn what_is_wrong_is_told_by_sheet_and_cell_all_at_once_and_nothing_is_written() {
    let desk = csv_desk();
    let before = desk.files();
    let mut read = desk.out();
    set(&mut read, "tranche", &["acme", "one"], "promised", Some("31.03.2026"));
    set(&mut read, "tranche", &["acme", "two"], "term", Some("60"));
    set(&mut read, "contract", &["acme"], "acelerator", Some("gb300-nvl72"));
    let output = desk.back(&read, &[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("sheet contract, cell "), "{said}");
    assert!(said.contains("did you mean `accelerator`?"), "{said}");
    assert!(
        said.contains("(tranche.acme.one promised)") && said.contains("(tranche.acme.two term)"),
        "{said}"
    );
    assert!(said.contains("`edited.xlsx` has 3 errors; nothing was changed"), "{said}");
    assert!(desk.files() == before);
}

#[test]
fn what_is_wrong_only_with_the_rest_of_the_book_is_told_by_its_cell_too() {
    let desk = csv_desk();
    let before = desk.files();
    let mut read = desk.out();
    // A delivery that lies after the day whose knowledge the book holds.
    set(&mut read, "tranche", &["acme", "one"], "gpus", Some("-3"));
    let output = desk.back(&read, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let mut read = desk.out();
    set(&mut read, "contract", &["acme"], "signed", Some("2026-04-15"));
    let output = desk.back(&read, &[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("sheet contract, cell "), "{said}");
    assert!(said.contains("2026-04-15"), "{said}");
    assert!(desk.files() == before);
}

#[test]
fn a_workbook_of_an_older_book_is_refused_unless_it_is_meant() {
    let desk = csv_desk();
    let mut read = desk.out();
    std::fs::write(desk.path("book/book.toml"), BOOK.replace("3.00 USD", "3.10 USD")).unwrap();
    set(&mut read, "tranche", &["acme", "two"], "gpus", Some("2376"));
    let output = desk.back(&read, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("the book changed since the workbook was written"));
    let dry = desk.back(&read, &["--dry-run"]);
    assert!(dry.status.success() && said(&dry).contains("3.10 USD/GPUh -> 3.00 USD/GPUh"));
    assert!(desk.back(&read, &["--force"]).status.success());
    assert_eq!(desk.text("book/book.toml"), BOOK);
}

/// Takes the row of the thing with this id out.
fn take_out(read: &mut ReadWorkbook, sheet: &str, id: &str) {
    let sheet = read.sheets.iter_mut().find(|one| one.name == sheet).unwrap();
    let before = sheet.rows.len();
    sheet.rows.retain(|row| row.cells["id"].text.as_deref() != Ok(id));
    assert_eq!(sheet.rows.len() + 1, before);
}

#[test]
fn a_row_that_was_taken_out_takes_its_table_or_line_out_and_a_sheet_stays() {
    let desk = csv_desk();
    let before = desk.files();
    let mut read = desk.out();
    read.sheets.retain(|sheet| sheet.name != "contract");
    take_out(&mut read, "tranche", "one");
    let dry = desk.back(&read, &["--dry-run"]);
    assert!(said(&dry).contains("tranche.acme.one  taken out  (tranche)"), "{}", said(&dry));
    assert!(desk.files() == before);
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let end = "1 sheet of the book not in the workbook, and left as it is: contract\n";
    assert!(said(&output).ends_with(end), "{}", said(&output));
    let line = "acme;one;4608;2026-03-31;first\r\n";
    let whole = String::from_utf8(before[&desk.path("book/tranche.csv")].clone()).unwrap();
    assert!(whole.contains(line));
    assert_eq!(desk.text("book/tranche.csv"), whole.replace(line, ""));
    assert_eq!(desk.text("book/book.toml"), BOOK);
    assert!(said(&desk.back(&read, &[])).starts_with("nothing to change\n"));
}

const LINKED: &str = "format = 1\nas_of  = 2026-01-01\n\n# The site, by the river.\n[site.plains]\nzone = \"US-TX\"\n\n[source.mail]\ntitle = \"A mail\"\n\n# The contract.\n[contract.acme]\nsource      = \"mail\"\nmark        = \"weak\"\nsite        = \"plains\"\naccelerator = \"gb300-nvl72\"\ngpus        = 72\npromised    = 2026-03-31\n\n[contract.bolt]\naccelerator = \"gb300-nvl72\"\ngpus        = 144\npromised    = 2026-06-30\nlate.grace  = \"30 d\"\n";

#[test]
fn what_a_table_says_of_all_its_values_goes_out_and_comes_back() {
    let desk = Desk::of(&[("book.toml", LINKED)]);
    let mut read = desk.out();
    let contracts = read.sheets.iter().find(|sheet| sheet.name == "contract").unwrap();
    let keys: Vec<&str> = contracts.head.iter().map(|(key, _)| key.as_str()).collect();
    assert!(keys.ends_with(&["source", "mark"]), "{keys:?}");
    set(&mut read, "contract", &["acme"], "mark", Some("press"));
    set(&mut read, "contract", &["bolt"], "source", Some("mail"));
    set(&mut read, "contract", &["bolt"], "note", Some("by telephone"));
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = desk.text("book/book.toml");
    let (old, new) = text.split_at(LINKED.len() + "press".len() - "weak".len());
    assert_eq!(old, LINKED.replace("\"weak\"", "\"press\""));
    let mut lines: Vec<&str> = new.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["note        = \"by telephone\"", "source      = \"mail\""]);
    set(&mut read, "contract", &["bolt"], "mark", Some("hearsay"));
    set(&mut read, "contract", &["bolt"], "source", Some("letter"));
    let output = desk.back(&read, &["--force"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("(contract.bolt mark)"), "{}", said(&output));
}

#[test]
fn a_row_that_something_still_refers_to_is_told_with_sheet_and_cell_and_kept() {
    let desk = Desk::of(&[("book.toml", LINKED)]);
    let before = desk.files();
    let mut read = desk.out();
    take_out(&mut read, "source", "mail");
    let output = desk.back(&read, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let told = said(&output);
    assert!(told.contains("error: sheet contract, cell "), "{told}");
    assert!(
        told.contains("`source` still refers to `source.mail`, whose row was taken out"),
        "{told}"
    );
    assert!(desk.files() == before);
    // Emptied there too, nothing is in the way.
    set(&mut read, "contract", &["acme"], "source", None);
    set(&mut read, "contract", &["acme"], "mark", None);
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let expected = LINKED.replace("[source.mail]\ntitle = \"A mail\"\n\n", "");
    let expected = expected.replace("source      = \"mail\"\nmark        = \"weak\"\n", "");
    assert_eq!(desk.text("book/book.toml"), expected);
}

#[test]
fn a_row_under_another_id_is_the_old_one_taken_out_and_a_new_one() {
    let desk = Desk::of(&[("book.toml", LINKED)]);
    let mut read = desk.out();
    let contracts = read.sheets.iter_mut().find(|sheet| sheet.name == "contract").unwrap();
    contracts.rows[1].cells.get_mut("id").unwrap().text = Ok("bolt-2".to_owned());
    let output = desk.back(&read, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = desk.text("book/book.toml");
    assert!(!text.contains("[contract.bolt]") && text.contains("[contract.bolt-2]"), "{text}");
    assert!(text.contains("gpus        = 144\n"), "{text}");
}

#[test]
fn bytes_that_are_no_workbook_are_an_error_and_no_panic() {
    let desk = csv_desk();
    desk.out();
    let whole = std::fs::read(desk.path("book.xlsx")).unwrap();
    let mut broken: Vec<Vec<u8>> =
        vec![Vec::new(), b"contract,gpus\nacme,72\n".to_vec(), b"PK\x03\x04".to_vec()];
    broken.extend((1..8).map(|part| whole[..whole.len() * part / 8].to_vec()));
    for part in 1..8 {
        // Bytes turned over inside: the archive's own sums, or the XML, notice.
        let mut bytes = whole.clone();
        let at = bytes.len() * part / 8;
        bytes[at..].iter_mut().take(40).for_each(|byte| *byte = !*byte);
        broken.push(bytes);
    }
    for bytes in broken {
        std::fs::write(desk.path("broken.xlsx"), &bytes).unwrap();
        let output = desk.offtake(&["sheet", "book", "--from", "broken.xlsx"]);
        let said = said(&output);
        let is_refused = output.status.code() == Some(2) && said.contains("`broken.xlsx`");
        // What is turned over may be a part that holds no cell (looks, notes).
        assert!(is_refused || said == "nothing to change\n", "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}
