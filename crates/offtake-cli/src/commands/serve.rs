//! `offtake serve`: the desk, a ledger of what can still be promised, over HTTP.

use crate::failure::{End, Failure};
use crate::{library, screen};
use offtake_server::{Front, Hooks, Options, Plain, Publisher, Reach, ServeError, Tls, check_address, publication};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the ledger is kept when nothing is said.
const FOLDER: &str = "offtake-desk";

/// Open the desk: what can still be promised, from when, how firmly, to whom, over HTTP
///
/// The first start makes a ledger, publishes what the book's contracts and futures supply, and prints one
/// admin token, this once. Later starts go on from the ledger: a changed book is taken in by `POST /v1/book`
/// alone, and refused when promises would no longer fit. The API describes itself at `/v1/openapi.json`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake serve my-book\n  offtake serve my-book --store postgres://desk@localhost/desk\n  \
                        offtake serve my-book --listen 0.0.0.0:7380 --tls-cert cert.pem --tls-key key.pem\n\n\
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
    /// Certificate to be known by, as a PEM file, with those that vouch for it after it; read again on SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, as a PEM file without a password
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Listen to other machines without TLS: the network is safe, or TLS ends in front of the desk
    #[arg(long)]
    insecure: bool,
    /// Let webhooks call this machine and private networks, not the public internet alone
    #[arg(long)]
    webhooks_to_private: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    // A book, a certificate or an address that cannot be used is told of before anything is made.
    let front = front(&arguments)?;
    library::open(&arguments.book)?;
    let store = match &arguments.store {
        Some(store) => store.clone(),
        None => own_store()?,
    };
    let options = Options {
        store,
        per_second: arguments.per_second,
        publisher: Some(publisher(&arguments)),
        front,
    };
    let scheme = if options.front.tls.is_some() { "https" } else { "http" };
    let say = |address: std::net::SocketAddr, secret: Option<&str>| {
        let token = secret.map_or(String::new(), |secret| {
            format!("admin token, shown this once: {secret}\n")
        });
        // Who closed the terminal wants the desk all the same.
        let _ = screen::print(&format!("{token}the desk is open at {scheme}://{address}\n"));
    };
    offtake_server::run(options, &arguments.listen, say).map_err(|error| match &error {
        ServeError::Listen(why) => Failure::caused(why).hint(why.hint()),
        error => Failure::caused(error),
    })?;
    Ok(End::Good)
}

/// Makes what stands between the desk and the world, and finds what is wrong with it.
fn front(arguments: &Arguments) -> Result<Front, Failure> {
    let tls = match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => {
            let tls = Tls::open(certificate, key);
            Some(Arc::new(tls.map_err(|error| Failure::caused(&error).hint(error.hint()))?))
        }
        _ => None,
    };
    let plain = if arguments.insecure { Plain::Anywhere } else { Plain::Loopback };
    let checked = check_address(&arguments.listen, tls.as_deref(), plain);
    checked.map_err(|error| Failure::caused(&error).hint(error.hint()))?;
    let reach = if arguments.webhooks_to_private { Reach::Private } else { Reach::Public };
    let hooks = Hooks { reach, ..Hooks::default() };
    Ok(Front { tls, plain, hooks, ..Front::default() })
}

/// Returns the file of the ledger in a folder beside, which is made if it is not there.
fn own_store() -> Result<String, Failure> {
    std::fs::create_dir_all(FOLDER).map_err(|error| Failure::caused(&error).hint("name a place with --store"))?;
    Ok(Path::new(FOLDER).join("ledger.sqlite").display().to_string())
}

fn publisher(arguments: &Arguments) -> Publisher {
    let (path, paths, seed) = (arguments.book.clone(), arguments.paths, arguments.seed);
    Arc::new(move || {
        let reading = offtake_book::read_book(&path);
        let hash = reading.hash.clone();
        let problem = || format!("`{}` cannot be used; `offtake check` lists all that is wrong", path.display());
        let book = reading.book.ok_or_else(problem)?;
        let study = format!("{} ({}), {paths} paths of seed {seed}", book.title, &hash[..hash.len().min(12)]);
        Ok(publication(&book, &study, paths, seed))
    })
}
