//! `offtake tokens`: who may do what.

use super::client::{Change, Client, escaped, shape};
use super::shape::{NewToken, Token};
use super::when::shown;
use super::{Remote, give};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::{Columns, Side};
use serde_json::{Value, json};

/// List, make and bar the tokens that open the desk; for an admin
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake tokens list\n  offtake tokens make kim --role desk\n  \
                        offtake tokens make acme-bot --role tenant --tenant acme --secret > acme.token\n  \
                        offtake tokens bar acme-bot\n\n\
                        A tenant asks, holds, confirms, changes and releases its own; a viewer sees everything; the desk acts\n\
                        for all tenants, waives and approves; an admin has tokens, settings and the book besides.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List tokens, barred ones too
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Make a token and show its secret, this once
    Make(Make),
    /// Bar a token: it opens nothing any more
    Bar {
        /// Its name
        name: String,
        #[command(flatten)]
        remote: Remote,
    },
}

/// A token that is to be made.
#[derive(Debug, clap::Args)]
struct Make {
    /// Its name, new and unique: who acts with it
    name: String,
    /// What it may do
    #[arg(long, value_name = "viewer|tenant|desk|admin")]
    role: String,
    /// The tenant whose it is, for the role tenant
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Print the secret alone
    #[arg(long, conflicts_with = "json")]
    secret: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    match arguments.what {
        What::List { remote } => {
            give(&remote, Client::open(&remote)?.get("/v1/tokens")?, |tokens: Vec<Token>| Ok(list(&tokens)))
        }
        What::Make(arguments) => make(&arguments),
        What::Bar { name, remote } => {
            let path = format!("/v1/tokens/{}", escaped(&name));
            let change = Change { method: "DELETE", path: &path, version: None };
            Client::open(&remote)?.change(change, &json!({}))?;
            give(&remote, json!({ "barred": name }), |_: Value| Ok(format!("{name} is barred\n")))
        }
    }
}

fn make(arguments: &Make) -> Result<End, Failure> {
    let Make { name, role, tenant, secret, remote } = arguments;
    let body = json!({ "name": name, "role": role, "tenant": tenant });
    // The desk keeps no secret, so it cannot give this answer twice.
    let answer = Client::open(remote)?.change_once("/v1/tokens", &body).map_err(|failure| {
        failure.hint("if its name is in `offtake tokens list` now, bar it and make another: a secret is shown once")
    })?;
    if *secret {
        let made: NewToken = shape(answer)?;
        screen::print(&format!("{}\n", made.secret))?;
        return Ok(End::Good);
    }
    give(remote, answer, |made: NewToken| {
        let NewToken { name, role, secret } = made;
        Ok(format!("{name}, as {role}; its secret is shown this once:\n{secret}\n"))
    })
}

fn list(tokens: &[Token]) -> String {
    let heads = ["Name", "Role", "Tenant", "Made", "Barred"].map(|head| (head, Side::Left));
    let mut table = Columns::new("Tokens", &heads);
    for token in tokens {
        let barred = token.barred.as_deref().map_or(String::new(), shown);
        let tenant = token.tenant.clone().unwrap_or_default();
        table.push(vec![token.name.clone(), token.role.clone(), tenant, shown(&token.made), barred]);
    }
    table.text(screen::style())
}
