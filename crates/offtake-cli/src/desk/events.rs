//! `offtake events`: what happens, as it happens.

use super::Remote;
use super::client::{Client, shape};
use super::shape::Event;
use super::when::shown;
use crate::failure::{End, Failure};
use crate::screen;
use std::io::BufRead as _;

/// Follow what happens at the desk from now on, a line each, until Ctrl-C
///
/// A tenant's token hears of its own promises alone. Who falls too far behind is told `missed`, and asks for what is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake events\n  offtake events --count 1         wait for the next thing to happen\n  \
                        offtake events --json | jq -c 'select(.kind == \"confirmed\")'")]
pub(crate) struct Arguments {
    /// End after so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let stream = Client::open(&arguments.remote)?.stream("/v1/events")?;
    let mut left = arguments.count.unwrap_or(u64::MAX);
    let mut kind = String::new();
    for line in stream.lines() {
        let line = line.map_err(|error| Failure::unanswered(format!("the desk broke off: {error}")))?;
        if let Some(name) = line.strip_prefix("event: ") {
            name.clone_into(&mut kind);
        }
        let Some(data) = line.strip_prefix("data: ") else { continue };
        screen::print(&if arguments.remote.json { format!("{data}\n") } else { told(&kind, data)? })?;
        left -= 1;
        if left == 0 {
            return Ok(End::Good);
        }
    }
    Err(Failure::unanswered("the desk closed").hint("what happens meanwhile is not told later; `offtake promises` says what is there"))
}

fn told(kind: &str, data: &str) -> Result<String, Failure> {
    if kind == "missed" {
        return Ok("missed: too much happened at once; ask for what is there\n".to_owned());
    }
    let value = serde_json::from_str(data).unwrap_or_default();
    let Event { at, who, why, kind, promise } = shape(value)?;
    let mut line = format!("{} {kind}", shown(&at));
    for (before, text) in [(" ", promise.as_deref().unwrap_or_default()), (" by ", &who), (": ", &why)] {
        if !text.is_empty() {
            line.push_str(before);
            line.push_str(text);
        }
    }
    line.push('\n');
    Ok(line)
}
