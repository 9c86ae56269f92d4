//! `offtake breaches`: what is promised and will not be there, and what would cure it.

use super::client::{Client, shape};
use super::shape::{Breach, Breaches};
use super::when::shown;
use super::{Remote, show};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::number::whole;
use offtake_report::{GREEN, RED};

/// List what is promised and will not be there, with what would cure it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake breaches\n  offtake breaches --json | jq '.promises[].cures'\n\n\
                        Exit codes: 0 there is none, 1 there are some, 2 the input is wrong, 4 the desk does not answer.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let client = Client::open(&arguments.remote)?;
    let answer = client.get("/v1/breaches")?;
    let json = screen::json_text(&answer);
    let breaches: Breaches = shape(answer)?;
    let is_clean = breaches.promises.is_empty() && breaches.contracts.is_empty();
    if arguments.remote.json {
        screen::print(&json)?;
    } else {
        screen::print(&told(&breaches, &show::currency(&client)?))?;
    }
    Ok(if is_clean { End::Good } else { End::Findings })
}

fn told(breaches: &Breaches, currency: &str) -> String {
    let style = screen::style();
    let Breaches { promises, contracts } = breaches;
    if promises.is_empty() && contracts.is_empty() {
        return format!("{}\n", style.coloured("all that is promised will be there", GREEN));
    }
    let mut text = String::new();
    for breach in promises {
        let Breach { promise, tenant, priority, from, until, short, gpu_hours, .. } = breach;
        let head = format!("{tenant} is short of up to {} GPUs", whole(*short as f64));
        text.push_str(&format!(
            "{} from {} until {}: {} GPU-hours, priority {priority}\n  {promise}\n",
            style.coloured(&head, RED),
            shown(from),
            shown(until),
            whole(*gpu_hours)
        ));
        text.push_str(&cures(breach, currency));
    }
    for late in contracts {
        let head = format!("{} is short of {} GPUs", late.tenant, whole(late.short as f64));
        text.push_str(&format!(
            "{} from {} on: contract {}, sold before the desk opened, is later than it forgives\n",
            style.coloured(&head, RED),
            shown(&late.from),
            late.contract
        ));
    }
    text
}

fn cures(breach: &Breach, currency: &str) -> String {
    let mut text = String::new();
    for cure in &breach.cures {
        let parts: Vec<String> = cure.parts.iter().map(|part| show::part(part, currency)).collect();
        text.push_str(&format!("  cure: {}\n", parts.join(" and ")));
        if let [part] = cure.parts.as_slice() {
            text.push_str(&format!("        offtake move {} --to {}\n", breach.promise, part.pool));
        }
    }
    if breach.cures.is_empty() {
        text.push_str("  nothing else that is free would cure it\n");
    }
    text
}
