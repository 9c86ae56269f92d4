//! `offtake restore`: a desk's ledger from a backup.

use crate::failure::{End, Failure};
use crate::screen;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// Fill an empty ledger from a backup, of either kind of store
///
/// The whole file is checked before anything of it is restored.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake restore desk.backup postgres://desk@localhost/desk")]
pub(crate) struct Arguments {
    /// What `offtake backup` wrote
    file: PathBuf,
    /// The ledger to fill: a SQLite file, or `postgres://…`
    store: String,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let file = File::open(&arguments.file).map_err(|error| {
        Failure::input(format!("read `{}`: {error}", arguments.file.display()))
    })?;
    let mut store = offtake_store::open(&arguments.store).map_err(|error| Failure::caused(&error))?;
    let restored = offtake_store::restore(&mut *store, BufReader::new(file));
    let restored = restored.map_err(|error| Failure::caused(&error))?;
    let offtake_store::Restored { events, answers, tokens, jobs } = restored;
    screen::print(&format!("{events} events, {answers} answers, {tokens} tokens and {jobs} jobs restored\n"))?;
    Ok(End::Good)
}
