//! A day at the desk: commands that speak the API of `offtake serve`, one file each.
//!
//! [`client`] sends and tries again, [`account`] knows which desk and token, [`unanswered`] keeps the keys of changes that
//! got no answer, [`problem`] tells what the desk refuses, [`show`] writes what it answers.

mod account;
mod client;
mod problem;
mod shape;
mod show;
mod tls;
mod unanswered;
mod when;
mod wish;

use crate::failure::{End, Failure};
use serde_json::{Value, json};
use std::path::PathBuf;

macro_rules! commands {
    ($($name:ident $module:ident),* $(,)?) => {
        $(mod $module;)*

        /// A command of the desk with its arguments.
        #[derive(Debug, clap::Subcommand)]
        #[allow(clippy::large_enum_variant, reason = "there is one command, once")]
        pub(crate) enum Command {
            $(#[allow(missing_docs, reason = "the arguments' doc comment is the help")] $name($module::Arguments),)*
        }

        /// Runs a command of the desk.
        pub(crate) fn run(command: Command) -> Result<End, Failure> {
            match command {
                $(Command::$name(arguments) => $module::run(arguments),)*
            }
        }
    };
}

// In the order of a day.
commands! {
    Login login,
    Position position,
    Quote quote,
    Hold hold,
    Approve approve,
    Confirm confirm,
    Move relocate,
    Release release,
    Cancel cancel,
    Promises promises,
    Breaches breaches,
    Pipeline pipeline,
    Tenants tenants,
    Tokens tokens,
    Settings settings,
    Publish publish,
    Audit audit,
    Events events,
}

/// Which desk, and how it is spoken to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Desk")]
pub(crate) struct Remote {
    /// The desk's address [default: that of `offtake login`]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// A file with the token [default: OFFTAKE_TOKEN, else that of `offtake login`]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Certificates (PEM) of who vouches for the desk's [default: those that the system trusts]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How often to send what is not answered; a change goes with one key and is done once
    #[arg(long, value_name = "N", default_value_t = 5, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=20))]
    tries: u32,
    /// Print the desk's answer as JSON
    #[arg(long)]
    json: bool,
}

/// Why a change is made; it stays in the ledger.
#[derive(Debug, clap::Args)]
struct Because {
    /// Why, in words that stay in the ledger
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    why: String,
    /// Waive what the desk may waive, and why
    #[arg(long = "override", value_name = "REASON")]
    waive: Option<String>,
}

impl Because {
    /// Adds the reasons to a request.
    fn add_to(&self, mut body: Value) -> Value {
        body["why"] = json!(self.why);
        if let Some(waive) = &self.waive {
            body["override"] = json!(waive);
        }
        body
    }
}

/// A promise, and the version that is meant.
#[derive(Debug, clap::Args)]
struct Which {
    /// The promise's id
    id: String,
    /// Do nothing unless this is its version still
    #[arg(long, value_name = "N")]
    if_version: Option<u32>,
}

/// What is done with a promise as it is.
#[derive(Debug, clap::Args)]
struct Act {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    remote: Remote,
}

impl Act {
    /// Does it: `confirm`, `approve`, `release` or `cancel`.
    fn run(&self, act: &str) -> Result<End, Failure> {
        let Act { which, because, remote } = self;
        let client = client::Client::open(remote)?;
        let path = format!("/v1/promises/{}/{act}", client::escaped(&which.id));
        let change = client::Change { version: which.if_version, ..client::Change::post(&path) };
        let answer = client.change(change, &because.add_to(json!({})))?;
        give(remote, answer, |promise: shape::Promise| show::promise(&promise, &client))
    }
}

/// Gives an answer out: as it came, or as text.
fn give<T: serde::de::DeserializeOwned>(
    remote: &Remote,
    answer: Value,
    text: impl FnOnce(T) -> Result<String, Failure>,
) -> Result<End, Failure> {
    let text =
        if remote.json { crate::screen::json_text(&answer) } else { text(client::shape(answer)?)? };
    crate::screen::print(&text)?;
    Ok(End::Good)
}
