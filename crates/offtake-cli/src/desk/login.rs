//! `offtake login`: which desk, and with which token.

use super::account::{self, Account};
use super::client::Client;
use super::shape::{Me, Supply};
use super::{Remote, give};
use crate::failure::{End, Failure};
use crate::screen;
use serde_json::json;
use std::io::IsTerminal as _;

/// Keep a desk's address and token, once the desk has said what the token may do
///
/// The token comes from --token-file, from OFFTAKE_TOKEN, or else from the first line of stdin. It is kept in
/// `offtake/desk.toml` under XDG_CONFIG_HOME (or `~/.config`), which its owner alone may read, and is sent to that
/// address alone. Without an address nothing is kept: the desk says what the token in use may do.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake login http://127.0.0.1:7380\n  \
                        offtake login https://desk.example.com --ca our-ca.pem --token-file admin.token\n  \
                        offtake login                      whose token is in use?\n\n\
                        Exit codes: 0 good, 2 the input is wrong or the token is not known, 4 the desk does not answer.")]
pub(crate) struct Arguments {
    /// The desk's address
    address: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let Arguments { address, remote } = arguments;
    let Some(address) = address else { return say(&remote, Account::find(&remote)?, "") };
    let server = account::address(&address)?;
    let token = match account::told_token(remote.token_file.as_deref())? {
        Some(token) => token,
        None => typed()?,
    };
    // A path is kept whole, since the next command may be given elsewhere.
    let ca = remote.ca.as_ref().map(std::path::absolute).transpose();
    let ca = ca.map_err(|error| Failure::input(format!("find --ca: {error}")))?;
    let account = Account { server, token, ca };
    // Nothing is kept that does not open the desk.
    Client::of(account.clone(), remote.tries)?.get("/v1/me")?;
    let file = account::write(&account)?;
    if account::is_in_the_clear(&account.server) {
        screen::warn("\x1b[1;33mwarning\x1b[0m: without TLS the token can be read on its way; use https://\n");
    }
    say(&remote, account, &format!("kept in {}\n", file.display()))
}

fn say(remote: &Remote, account: Account, kept: &str) -> Result<End, Failure> {
    let client = Client::of(account.clone(), remote.tries)?;
    let (me, book) = (client.get("/v1/me")?, client.get("/v1/book")?);
    let answer = json!({ "server": account.server, "me": me, "book": book });
    give(remote, answer, |answer: Answer| {
        let Answer { server, me, book } = answer;
        let whose = match &me.tenant {
            Some(tenant) => format!("{} of {tenant}", me.role),
            None => me.role,
        };
        let Supply { study, currency, pools, paths } = book;
        Ok(format!(
            "{} at {server}, as {whose}\nsupply: {study}; {pools} pools in {paths} joint paths, money in {currency}\n{kept}",
            me.name
        ))
    })
}

/// What is said of a login.
#[derive(serde::Deserialize)]
struct Answer {
    server: String,
    me: Me,
    book: Supply,
}

/// Reads the token from stdin, where somebody is asked for it first.
fn typed() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        screen::warn("token: ");
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::input(format!("read the token from stdin: {error}")))?;
    if line.trim().is_empty() {
        return Err(Failure::input("no token came in on stdin")
            .hint("type it, or use --token-file or OFFTAKE_TOKEN"));
    }
    account::secret(&line)
}
