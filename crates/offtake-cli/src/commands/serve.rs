//! `offtake serve`: the desk, a ledger of what can still be promised, over HTTP.

use crate::failure::{End, Failure};
use crate::{library, screen};
use offtake_server::{BookOptions, Options};
use std::path::{Path, PathBuf};

/// Where the ledger is kept when nothing is said.
const FOLDER: &str = "offtake-desk";

/// Open the desk: what can still be promised, from when, how firmly, to whom, over HTTP
///
/// The first start makes a ledger, keeps the book in it as its first version, publishes what the book's
/// contracts and futures supply, and prints one admin token, this once. Later starts go on from the ledger:
/// a book that changed on the disk is taken in when the API is told to alone, and its supply is refused when
/// promises would no longer fit. The API describes itself at `/v1/openapi.json`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake serve my-book\n  offtake serve my-book --store postgres://desk@localhost/desk\n\n\
                        Ctrl-C or SIGTERM closes the desk once all that is waiting is committed.")]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// Where the ledger is kept: a SQLite file, or `postgres://…` [default: offtake-desk/ledger.sqlite]
    #[arg(long, value_name = "PATH or URL")]
    store: Option<String>,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:7380", value_name = "ADDRESS")]
    listen: String,
    /// Joint paths of supply to draw and publish
    #[arg(long, default_value_t = 256, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=4096))]
    paths: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Requests that one token may make each second
    #[arg(long, default_value_t = 1000, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    per_second: u32,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    // A book that cannot be read is told of before anything is made.
    library::open(&arguments.book)?;
    let store = match &arguments.store {
        Some(store) => store.clone(),
        None => own_store()?,
    };
    let options = Options {
        store,
        per_second: arguments.per_second,
        book: Some(BookOptions {
            path: arguments.book.clone(),
            paths: arguments.paths,
            seed: arguments.seed,
        }),
        ..Options::default()
    };
    let say = |address: std::net::SocketAddr, secret: Option<&str>| {
        let token = secret.map_or(String::new(), |secret| {
            format!("admin token, shown this once: {secret}\n")
        });
        // Who closed the terminal wants the desk all the same.
        let _ = screen::print(&format!("{token}the desk is open at http://{address}\n"));
    };
    offtake_server::run(options, &arguments.listen, say).map_err(|error| Failure::caused(&error))?;
    Ok(End::Good)
}

/// Returns the file of the ledger in a folder beside, which is made if it is not there.
fn own_store() -> Result<String, Failure> {
    std::fs::create_dir_all(FOLDER).map_err(|error| Failure::caused(&error).hint("name a place with --store"))?;
    Ok(Path::new(FOLDER).join("ledger.sqlite").display().to_string())
}
