//! `offtake move`: grows, shrinks, extends or moves a promise, in one step.

use super::client::{Change, Client, escaped, shape};
use super::shape::{ChangeQuote, Promise};
use super::when::{When, span};
use super::{Because, Remote, Which, give, show};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::RED;
use offtake_report::number::whole;
use offtake_units::Span;
use serde_json::{Value, json};

/// Grow, shrink, extend or move a hold or a commitment, in one step
///
/// What is left out stays. It keeps of the pools that it is in as much as it can, then takes others of the kind that was
/// asked for, and is done whole or not at all. What was used already stays as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake move ID --gpus 1440 --dry-run       what would it take?\n  \
                        offtake move ID --extend '3 months'\n  \
                        offtake move ID --to childress-h4 --why 'hall 3 is late'\n  \
                        offtake move ID --from 2030-04-01 --until 2030-10-01 --if-version 2\n\n\
                        Exit codes: 0 done (or possible, with --dry-run), 3 the desk refuses, 2 the input is wrong or it fits nowhere,\n\
                        4 the desk does not answer: the same command again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// How many GPUs
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    gpus: Option<i64>,
    /// From when; UTC unless an offset stands behind
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// Until just before when
    #[arg(long, value_name = "WHEN", conflicts_with = "extend")]
    until: Option<When>,
    /// How much longer than now
    #[arg(long, value_name = "SPAN", value_parser = span)]
    extend: Option<Span>,
    /// In which pool
    #[arg(long, value_name = "POOL")]
    to: Option<String>,
    /// Only say what it would take
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let Arguments { gpus, from, until, extend, to, .. } = &arguments;
    if gpus.is_none() && from.is_none() && until.is_none() && extend.is_none() && to.is_none() {
        return Err(Failure::input("nothing is to be changed")
            .hint("say what: --gpus, --from, --until, --extend or --to"));
    }
    let client = Client::open(&arguments.remote)?;
    let path = format!("/v1/promises/{}", escaped(&arguments.which.id));
    if arguments.dry_run {
        return quote(&client, &arguments, &path);
    }
    let extended = extend.map(|extend| extend.to_string());
    let meaning = json!({ "asked": wanted(&arguments, until.map(When::text)), "extend": extended });
    let at = format!("{path}/change");
    let change = Change { version: arguments.which.if_version, ..Change::post(&at) };
    let body = || Ok(wanted(&arguments, end(&client, &arguments, &path)?));
    let answer = client.change_by(change, &meaning.to_string(), body)?;
    give(&arguments.remote, answer, |promise: Promise| show::promise(&promise, &client))
}

/// Returns until when it is to last, if that changes.
fn end(client: &Client, arguments: &Arguments, path: &str) -> Result<Option<String>, Failure> {
    let Some(extend) = arguments.extend else { return Ok(arguments.until.map(When::text)) };
    let promise: Promise = client.fetch(path)?;
    let last = promise.parts.iter().map(|part| part.until.as_str()).max().unwrap_or_default();
    let end: When = last.parse().map_err(Failure::unanswered)?;
    end.after(extend).map(|end| Some(end.text())).map_err(Failure::input)
}

fn wanted(arguments: &Arguments, until: Option<String>) -> Value {
    let body = json!({
        "gpus": arguments.gpus,
        "from": arguments.from.map(When::text),
        "until": until,
        "pool": arguments.to,
    });
    arguments.because.add_to(body)
}

/// Says what a change would take, beside what is taken now.
fn quote(client: &Client, arguments: &Arguments, path: &str) -> Result<End, Failure> {
    let mut body = wanted(arguments, end(client, arguments, path)?);
    body["quote_only"] = json!(true);
    let answer = client.ask(&format!("{path}/change"), &body)?;
    if arguments.remote.json {
        screen::print(&screen::json_text(&answer))?;
        return Ok(End::Good);
    }
    let (now, then): (Promise, ChangeQuote) = (client.fetch(path)?, shape(answer)?);
    let currency = show::currency(client)?;
    let style = screen::style();
    let mut text = String::new();
    for (title, parts, worth) in
        [("takes now", &now.parts, then.total_before), ("would take", &then.parts, then.total)]
    {
        text.push_str(&format!("{title}, for {} {currency} from now on\n", whole(worth)));
        parts.iter().for_each(|part| text.push_str(&format!("  {}\n", show::part(part, &currency))));
    }
    text.push_str(&format!("kept with {} over all its pools and months\n", show::chance(then.joint)));
    for against in &then.objections {
        text.push_str(&format!("{} {}\n", style.coloured("against it:", RED), against.detail));
    }
    text.push_str(&style.faint("nothing is changed yet\n"));
    screen::print(&text)?;
    Ok(End::Good)
}
