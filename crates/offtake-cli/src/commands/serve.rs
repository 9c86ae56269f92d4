//! `offtake serve`: the desk, a ledger of what can still be promised, over HTTP.

use crate::failure::{End, Failure};
use crate::{jobs, library, screen};
use offtake_server::{
    BookOptions, Front, Hooks, JobOptions, Options, Plain, Reach, ServeError, Tls, check_address,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the ledger is kept when nothing is said.
const FOLDER: &str = "offtake-desk";
/// How long a server that does not answer any more still has its jobs.
const LEASE: Duration = Duration::from_secs(15);

/// Open the desk: what can still be promised, from when, how firmly, to whom, over HTTP
///
/// The first start makes a ledger, keeps the book in it as its first version, publishes what the book's
/// contracts and futures supply, and prints one admin token, this once. Later starts go on from the ledger:
/// a book that changed on the disk is taken in when the API is told to alone, and its supply is refused when
/// promises would no longer fit. The API describes itself at `/v1/openapi.json`.
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
    /// Folder in which jobs have folders of their own while they run [default: offtake-desk/jobs]
    #[arg(long, value_name = "DIR")]
    jobs: Option<PathBuf>,
    /// How many jobs to run at once; 0 for none, where other servers on the store run them
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(0..=64))]
    jobs_at_once: u16,
    /// Minutes that a job may take
    #[arg(long, default_value_t = 120, value_name = "MINUTES", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    job_minutes: u64,
    /// Memory that a job may take, in gigabytes of address space
    #[arg(long, default_value_t = 8, value_name = "GB", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_024))]
    job_memory: u64,
    /// How many jobs that have ended are kept, the newest
    #[arg(long, default_value_t = 200, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    jobs_kept: u32,
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
        book: Some(BookOptions {
            path: arguments.book.clone(),
            paths: arguments.paths,
            seed: arguments.seed,
        }),
        jobs: Some(job_options(&arguments)?),
        publisher: None,
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

fn job_options(arguments: &Arguments) -> Result<JobOptions, Failure> {
    let own = || Path::new(FOLDER).join("jobs");
    Ok(JobOptions {
        program: jobs::program()?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        arrange: jobs::arrange(),
        folder: arguments.jobs.clone().unwrap_or_else(own),
        at_once: usize::from(arguments.jobs_at_once),
        longest: Duration::from_secs(60 * arguments.job_minutes),
        memory: Some(arguments.job_memory << 30),
        keep: arguments.jobs_kept as usize,
        lease: LEASE,
    })
}

/// Returns the file of the ledger in a folder beside, which is made if it is not there.
fn own_store() -> Result<String, Failure> {
    std::fs::create_dir_all(FOLDER).map_err(|error| Failure::caused(&error).hint("name a place with --store"))?;
    Ok(Path::new(FOLDER).join("ledger.sqlite").display().to_string())
}
