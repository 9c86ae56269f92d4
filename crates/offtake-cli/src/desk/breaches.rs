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
        let Breach { promise, tenant, priority, from, until, .. } = breach;
        let (head, lacks) = broken(breach);
        text.push_str(&format!(
            "{} from {} until {}: {lacks}priority {priority}\n  {promise}\n",
            style.coloured(&format!("{tenant} {head}"), RED),
            shown(from),
            shown(until),
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

/// Says what of a promise is not kept, and how much in all where that can be counted.
fn broken(breach: &Breach) -> (String, String) {
    let Breach { kind, says, short, gpu_hours, .. } = breach;
    match kind.as_str() {
        "softer" => (format!("is less firm than promised: {says},"), String::new()),
        _ => (
            format!("is short of up to {} GPUs", whole(*short as f64)),
            format!("{} GPU-hours, ", whole(*gpu_hours)),
        ),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_is_softer_is_not_told_of_as_short() {
        let breach = |kind: &str, says: &str| Breach {
            promise: "p".to_owned(),
            tenant: "acme".to_owned(),
            priority: 1,
            kind: kind.to_owned(),
            says: says.to_owned(),
            from: "2031-01-01T00:00:00Z".to_owned(),
            until: "2031-02-01T00:00:00Z".to_owned(),
            short: 0,
            gpu_hours: 0.0,
            cures: Vec::new(),
        };
        let of = |one: Breach| told(&Breaches { promises: vec![one], contracts: Vec::new() }, "USD");
        let softer = of(breach("softer", "firmness fell from 0.93 to 0.71"));
        assert!(softer.contains("firmness fell from 0.93 to 0.71"), "{softer}");
        assert!(!softer.contains("short") && !softer.contains("GPU-hours"), "{softer}");
        let short = of(Breach { short: 8, gpu_hours: 96.0, ..breach("short", "too few") });
        assert!(short.contains("is short of up to 8 GPUs"), "{short}");
        assert!(short.contains("96 GPU-hours, priority 1"), "{short}");
    }
}
