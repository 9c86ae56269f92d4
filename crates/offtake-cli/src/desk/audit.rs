//! `offtake audit`: the ledger, counted again.

use super::Remote;
use super::client::{Client, shape};
use super::shape::Audit;
use crate::failure::{End, Failure};
use crate::{library, screen};
use offtake_report::number::whole;
use offtake_report::{GREEN, RED};
use serde_json::json;

/// Count the whole ledger again, with arithmetic that the desk does not use
///
/// Reads every event from the first on and adds up what is promised of each pool at each minute: nothing may be promised
/// twice, nothing lost, nothing out of turn, and the desk has to count the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake audit\n  offtake audit --json | jq .is_sound\n\n\
                        Exit codes: 0 sound, 1 something is wrong, 2 the input is wrong, 3 the token may not, 4 the desk does not answer.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let client = Client::open(&arguments.remote)?;
    let answer = client.ask("/v1/audit", &json!({}))?;
    let json = screen::json_text(&answer);
    let audit: Audit = shape(answer)?;
    screen::print(&if arguments.remote.json { json } else { told(&audit) })?;
    Ok(if audit.is_sound { End::Good } else { End::Findings })
}

fn told(audit: &Audit) -> String {
    let style = screen::style();
    let live = library::count(audit.live, "promise");
    let counted = format!("{} events counted again, {live} in force", whole(audit.events as f64));
    if audit.is_sound {
        let sound = style.coloured("sound", GREEN);
        return format!("{sound}: {counted}; nothing is promised twice, and the desk counts the same\n");
    }
    let count = library::count(audit.faults.len() + audit.disagreements.len(), "fault");
    let mut text = format!("{}: {counted}\n", style.coloured(&count, RED));
    for fault in audit.faults.iter().chain(&audit.disagreements) {
        text.push_str(&format!("  {fault}\n"));
    }
    text
}
