//! `offtake promises`: what is held and committed.

use super::client::{Client, escaped, shape};
use super::shape::Promise;
use super::{Remote, give, show};
use crate::failure::{End, Failure};
use crate::screen;
use serde_json::{Value, json};

/// List holds and commitments, or show one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake promises\n  offtake promises --only held --tenant acme\n  \
                        offtake promises ID\n  offtake promises --json | jq '.[].id'")]
pub(crate) struct Arguments {
    /// One promise's id
    id: Option<String>,
    /// Those that are held, or those that are committed
    #[arg(long, value_name = "held|committed", conflicts_with = "id")]
    only: Option<Only>,
    /// Those of one tenant
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    tenant: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

/// Which promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// Holds
    Held,
    /// Commitments
    Committed,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let client = Client::open(&arguments.remote)?;
    if let Some(id) = &arguments.id {
        let answer = client.get(&format!("/v1/promises/{}", escaped(id)))?;
        return give(&arguments.remote, answer, |promise: Promise| show::promise(&promise, &client));
    }
    let lists = [(Only::Held, "Held", "/v1/holds"), (Only::Committed, "Committed", "/v1/commitments")];
    let is_own = |promise: &Value| match &arguments.tenant {
        Some(tenant) => promise["tenant"] == json!(tenant),
        None => true,
    };
    let (mut all, mut text) = (Vec::new(), String::new());
    for (which, title, path) in lists {
        if arguments.only.is_some_and(|only| only != which) {
            continue;
        }
        let mut found = client.all(path)?;
        found.retain(is_own);
        let promises: Vec<Promise> = shape(Value::from(found.clone()))?;
        text.push_str(&show::promises(title, &promises));
        all.append(&mut found);
    }
    screen::print(&if arguments.remote.json { screen::json_text(&Value::from(all)) } else { text })?;
    Ok(End::Good)
}
