//! `offtake settings`: what holds for the whole desk.

use super::client::{Change, Client};
use super::shape::Settings;
use super::{Remote, give, show};
use crate::failure::{End, Failure};
use offtake_report::number::whole;
use serde_json::json;

/// Show what holds for the whole desk, or change it; an admin changes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake settings\n  offtake settings --approval-above 10000000\n  offtake settings --approval-above none")]
pub(crate) struct Arguments {
    /// A commitment worth more is confirmed only once a second person approved it; `none` when one is enough
    #[arg(long, value_name = "MONEY|none", value_parser = limit)]
    approval_above: Option<Limit>,
    #[command(flatten)]
    remote: Remote,
}

/// A limit, or none.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<f64>);

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let client = Client::open(&arguments.remote)?;
    let answer = match arguments.approval_above {
        None => client.get("/v1/settings")?,
        Some(Limit(limit)) => {
            let change = Change { method: "PUT", path: "/v1/settings", version: None };
            client.change(change, &json!({ "approval_above": limit }))?
        }
    };
    give(&arguments.remote, answer, |settings: Settings| {
        Ok(match settings.approval_above {
            Some(limit) => {
                let currency = show::currency(&client)?;
                format!("above {} {currency} a second person approves before a hold is confirmed\n", whole(limit))
            }
            None => "one person confirms, whatever it is worth\n".to_owned(),
        })
    })
}

fn limit(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit(None));
    }
    let limit = text.parse::<f64>().ok().filter(|limit| limit.is_finite());
    limit.map(|limit| Limit(Some(limit))).ok_or_else(|| format!("`{text}` is no amount of money; write 10000000, or none"))
}
