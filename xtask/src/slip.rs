//! Holds the default slip law against what came, and refits it on what was known on 30 November 2025.
//!
//! Writes the comparison between the markers of `docs/concepts/slip.md` and the refitted law into the
//! catalog (`slip/refit-2025-11.toml`). The same data gives the same bytes.

mod cases;
mod fit;
mod report;

use crate::reference::{data, write};
use crate::tables::{root, write_between};
use offtake_model::Catalog;
use std::process::ExitCode;

/// Days in a month.
pub(super) const MONTH: f64 = 30.436_875;

/// Runs the chore.
pub(crate) fn run(_arguments: &[String]) -> ExitCode {
    match compare() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<String, String> {
    let catalog = catalog()?;
    let observed = cases::observed(&data()?)?;
    let known = cases::known(&root().join("xtask/data/slip-cases-2025-11.csv"))?;
    let refit = fit::refit(&known, &catalog.slip);
    let parts = [
        report::law(&catalog),
        report::observed(&observed, &catalog.slip),
        report::refit(&known, &refit, &catalog.slip, &observed),
        report::correlations(&catalog),
    ];
    let text = parts.join("\n");
    write(&root().join("catalog/slip/refit-2025-11.toml"), &report::law_file(&refit.held))?;
    write_between(&root().join("docs/concepts/slip.md"), "cargo xtask slip", &text)?;
    Ok(text)
}

/// Returns the catalog inside the program.
fn catalog() -> Result<Catalog, String> {
    let reading = offtake_book::read_book_bytes("book.toml", b"format = 1\nas_of = 2026-01-01\n");
    reading.book.map(|book| book.catalog).ok_or_else(|| "the catalog does not read".to_owned())
}
