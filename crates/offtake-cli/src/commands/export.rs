//! `offtake export`: a desk's ledger as tables that other programs read.

use crate::failure::{End, Failure};
use crate::output::of_folder;
use crate::{progress, screen};
use offtake_report::{check_marked, check_writable, put_folder};
use offtake_server::{EXPORT_MARK, ExportFormat, export};
use std::io;
use std::path::PathBuf;

/// What to write.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Events, commitments, holds and positions as comma-separated values
    Csv,
    /// The same as Parquet
    Parquet,
    /// Commitments as rows of the contract commitment data set of FOCUS 1.3, as both
    Focus,
}

/// Write a desk's ledger as tables: CSV, Parquet, or rows of FOCUS
///
/// The desk may be open meanwhile. The folder is written beside its place and moved there once it is whole; an
/// earlier export there is replaced, anything else is not. Money is exact, instants are UTC.
/// docs/reference/desk-exports.md lists the columns.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake export offtake-desk/ledger.sqlite --format parquet --out tables")]
pub(crate) struct Arguments {
    /// The ledger: a SQLite file, or `postgres://…`
    store: String,
    /// What to write
    #[arg(long, value_enum)]
    format: Format,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    if !offtake_store::is_shared(&arguments.store) && !std::path::Path::new(&arguments.store).exists() {
        return Err(Failure::input(format!("there is no ledger at `{}`", arguments.store)));
    }
    let folder = &arguments.out;
    check_marked(folder, EXPORT_MARK).and_then(|()| check_writable(folder)).map_err(of_folder)?;
    let format = match arguments.format {
        Format::Csv => ExportFormat::Csv,
        Format::Parquet => ExportFormat::Parquet,
        Format::Focus => ExportFormat::Focus,
    };
    let mut store = offtake_store::open(&arguments.store).map_err(|error| Failure::caused(&error))?;
    let mut events = 0;
    put_folder(folder, EXPORT_MARK, &progress::is_stopped, |beside| {
        events = export(&mut *store, format, beside).map_err(io::Error::other)?;
        Ok(())
    })
    .map_err(of_folder)?;
    screen::print(&format!("{events} events in {}\n", folder.display()))?;
    Ok(End::Good)
}
