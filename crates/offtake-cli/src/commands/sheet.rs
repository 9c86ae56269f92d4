//! `offtake sheet`: a book's tables as a workbook, and its changed cells back into the files.

use crate::failure::{End, Failure};
use crate::library;
use crate::output::{check_place, write_bytes};
use crate::screen;
use crate::sheets::{self, Edits, Problem};
use offtake_sheet::{SheetError, read_workbook, write_workbook};
use std::path::{Path, PathBuf};

/// A book's tables as an XLSX workbook, and changed cells back into its files
///
/// A sheet for each kind of thing that the book writes: tranches, offers, workloads, sites, prices of contracts
/// and of spot. A cell holds what a file says, with its unit; how far to trust it, its source, file and line are
/// in its note, and what a table says of all its values (source, mark, note) is in columns of its own. Back, a cell that changed lands in the file and table that it came from, with comments
/// and layout kept; an emptied cell takes the value out; a new row becomes a table at the end of the file of the row
/// above it, and a row that was taken out takes its table out of its file. The whole is checked as a book before anything is written, and what is wrong is told by sheet and cell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake sheet my-book --out book.xlsx\n  \
                        offtake sheet my-book --from book.xlsx --dry-run    what would change\n  \
                        offtake sheet my-book --from book.xlsx\n\n\
                        Exit codes: 0 good (also when nothing changes), 2 the workbook or the book is wrong, and \
                        nothing was written.")]
#[command(group(clap::ArgGroup::new("way").required(true).args(["out", "from"])))]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// Write the workbook
    #[arg(long, value_name = "XLSX")]
    out: Option<PathBuf>,
    /// Read the workbook back, and change the files of the book
    #[arg(long, value_name = "XLSX")]
    from: Option<PathBuf>,
    /// With --from: tell what would change, and write nothing
    #[arg(long, conflicts_with = "out")]
    dry_run: bool,
    /// With --from: also when the book changed since the workbook was written
    #[arg(long, conflicts_with = "out")]
    force: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    match (&arguments.out, &arguments.from) {
        (Some(file), _) => write(&arguments, file),
        (None, Some(file)) => read_back(&arguments, file),
        // The parser asks for one of the two.
        (None, None) => Err(Failure::input("say --out or --from")),
    }
}

fn write(arguments: &Arguments, file: &Path) -> Result<End, Failure> {
    check_place(file)?;
    let opened = library::open(&arguments.book)?;
    opened.tell_warnings(&arguments.book);
    let workbook = sheets::workbook(&opened.book, &opened.hash);
    let bytes = write_workbook(&workbook).map_err(|error| Failure::caused(&error))?;
    write_bytes(file, &bytes)?;
    let rows = workbook.sheets.iter().map(|sheet| sheet.rows.len()).sum();
    let (sheets, rows) = (library::count(workbook.sheets.len(), "sheet"), library::count(rows, "row"));
    screen::print(&format!("wrote {sheets} with {rows} to {}\n", file.display()))?;
    Ok(End::Good)
}

fn read_back(arguments: &Arguments, file: &Path) -> Result<End, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|cause| Failure::input(format!("cannot read `{}`: {cause}", file.display())))?;
    let read = read_workbook(&bytes).map_err(|error| {
        let failure = Failure::input(format!("`{}`: {error}", file.display()));
        match error {
            SheetError::NotOurs(_) => failure.hint(format!(
                "`offtake sheet {} --out book.xlsx` writes one to begin with",
                arguments.book.display()
            )),
            _ => failure.hint("save it as an Excel workbook (.xlsx) without a password"),
        }
    })?;
    let opened = library::open(&arguments.book)?;
    let edits = sheets::edits(&arguments.book, &opened.book, &opened.hash, &read)
        .map_err(|problems| refused(file, &problems))?;
    if edits.told.is_empty() {
        screen::print("nothing to change\n")?;
        return tell_missing(&edits).map(|()| End::Good);
    }
    if read.stamp != opened.hash && !arguments.force && !arguments.dry_run {
        let failure = Failure::input("the book changed since the workbook was written; its cells may be older than the files");
        return Err(failure
            .hint("--dry-run tells what would change; --force changes it all the same")
            .hint(format!("`offtake sheet {} --out …` writes the workbook anew", arguments.book.display())));
    }
    if !arguments.dry_run {
        for (path, bytes) in &edits.files {
            write_bytes(path, bytes)?;
        }
    }
    tell(&edits, arguments)?;
    if read.stamp != opened.hash && arguments.dry_run {
        screen::warn("\x1b[1;33mwarning\x1b[0m: the book changed since the workbook was written; its cells may be older than the files\n");
    }
    Ok(End::Good)
}

/// Tells what is wrong, by sheet and cell.
fn refused(file: &Path, problems: &[Problem]) -> Failure {
    for problem in problems {
        let text = problem.text.trim_end();
        screen::warn(&format!("\x1b[1;31merror\x1b[0m: sheet {}: {text}\n", problem.place));
    }
    let count = library::count(problems.len(), "error");
    Failure::input(format!("`{}` has {count}; nothing was changed", file.display()))
}

fn tell(edits: &Edits, arguments: &Arguments) -> Result<(), Failure> {
    let word = if arguments.dry_run { "would change" } else { "changed" };
    let mut text = String::new();
    for (file, lines) in edits.by_file() {
        text.push_str(&format!("{word} {}\n", file.display()));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
    }
    screen::print(&text)?;
    tell_missing(edits)
}

fn tell_missing(edits: &Edits) -> Result<(), Failure> {
    for left in &edits.left {
        screen::warn(&format!(
            "\x1b[1;33mwarning\x1b[0m: sheet {}: {}\n",
            left.place, left.text
        ));
    }
    if edits.missing.is_empty() {
        return Ok(());
    }
    let (count, names) = (library::count(edits.missing.len(), "sheet"), edits.missing.join(", "));
    screen::print(&format!("{count} of the book not in the workbook, and left as it is: {names}\n"))
}
