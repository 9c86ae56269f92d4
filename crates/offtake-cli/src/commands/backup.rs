//! `offtake backup`: all that a desk's ledger holds, in one file.

use crate::failure::{End, Failure};
use crate::screen;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

/// Write all that a desk's ledger holds into one file, while the desk goes on
///
/// The file says at its end how many lines it has and what they hash to, so that one that was cut short is
/// refused by `offtake restore`. It holds hashes of tokens and no secrets.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake backup offtake-desk/ledger.sqlite desk.backup")]
pub(crate) struct Arguments {
    /// The ledger: a SQLite file, or `postgres://…`
    store: String,
    /// The file to write; it must not be there yet
    file: PathBuf,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let is_url = arguments.store.contains("://");
    if !is_url && !std::path::Path::new(&arguments.store).exists() {
        return Err(Failure::input(format!("there is no ledger at `{}`", arguments.store)));
    }
    let mut store = offtake_store::open(&arguments.store).map_err(|error| Failure::caused(&error))?;
    let file = File::create_new(&arguments.file).map_err(|error| {
        Failure::input(format!("write `{}`: {error}", arguments.file.display()))
    })?;
    let events = offtake_store::backup(&mut *store, BufWriter::new(&file)).and_then(|events| {
        // A backup is one only once it is on disk.
        file.sync_all().map_err(|error| offtake_store::StoreError::Write(error.into()))?;
        Ok(events)
    });
    let events = events.map_err(|error| Failure::caused(&error))?;
    screen::print(&format!("{events} events in {}\n", arguments.file.display()))?;
    Ok(End::Good)
}
