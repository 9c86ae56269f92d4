//! `offtake quote`: what can still be had, from when, how firmly, at what price.

use super::client::Client;
use super::shape::{Quote, Refusal};
use super::show::{chance, currency, part, price};
use super::when::shown;
use super::wish::Wish;
use super::{Remote, client};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::number::{decimal, short, whole};
use offtake_report::{Columns, GREEN, RED, Side};
use serde_json::json;

/// Pools whose reasons are shown; the rest is counted.
const REASONS: usize = 12;

/// Ask what could be promised: where, from when, how firmly, at what price
///
/// A quote promises nothing. It is screened pool by pool; --joint adds the probability that all of it is kept, over all
/// its pools and months, which holds and confirmations always compute. A refusal says why each pool does not serve and
/// what comes nearest.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake quote --gpus 1152 --from 2030-03-01 --for '6 months'\n  \
                        offtake quote --gpus 1152 --from 2030-03 --latest 2030-06 --for '30 d' --by price --joint\n  \
                        offtake quote --gpus 72 --from 2030-03-01T08:00+01:00 --for '12 h' --type gb300-nvl72 --whole-racks\n\n\
                        Exit codes: 0 it can be had, 3 it cannot, 2 the input is wrong, 4 the desk does not answer.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    wish: Wish,
    /// Which alternatives come first [default: start]
    #[arg(long, value_name = "start|price|firmness", help_heading = "Answer")]
    by: Option<String>,
    /// How many alternatives at most [default: 3]
    #[arg(long, value_name = "N", allow_negative_numbers = true, help_heading = "Answer")]
    alternatives: Option<u32>,
    /// With the probability that all of each alternative is kept
    #[arg(long, help_heading = "Answer")]
    joint: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let Arguments { wish, by, alternatives, joint, remote } = arguments;
    let mut body = wish.json()?;
    for (name, value) in [("by", by.map(|by| json!(by))), ("alternatives", alternatives.map(|n| json!(n)))] {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    body["joint"] = json!(joint);
    let client = Client::open(&remote)?;
    let answer = client.ask("/v1/quotes", &body)?;
    let text = if remote.json { screen::json_text(&answer) } else { String::new() };
    let quote: Quote = client::shape(answer)?;
    let end = if quote.is_offered { End::Good } else { End::Refused };
    let text = if remote.json { text } else { told(&quote, &currency(&client)?) };
    screen::print(&text)?;
    Ok(end)
}

fn told(quote: &Quote, currency: &str) -> String {
    let style = screen::style();
    if let Some(refusal) = &quote.refusal {
        return refused(refusal, currency);
    }
    let count = crate::library::count(quote.alternatives.len(), "way");
    let mut text = format!("{}; nothing is promised yet\n", style.coloured(&count, GREEN));
    for (at, way) in (1..).zip(&quote.alternatives) {
        let joint = way.joint.map_or(String::new(), |joint| format!(", kept with {}", chance(joint)));
        let total = whole(way.total);
        let screen = chance(way.screen);
        text.push_str(&format!(
            "{at}  {} GPUs for {total} {currency} in all, within what is firm at {screen}{joint}\n",
            whole(way.gpus as f64)
        ));
        way.parts.iter().for_each(|taken| text.push_str(&format!("     {}\n", part(taken, currency))));
    }
    let asked = chance(quote.screened_for);
    text.push_str(&style.faint(&format!(
        "asked for {asked}; `offtake hold` with the same options sets it apart (--take N for another than the first)\n"
    )));
    text
}

fn refused(refusal: &Refusal, currency: &str) -> String {
    let style = screen::style();
    let mut text = format!("{}\n", style.coloured("it cannot be had as asked", RED));
    let mut table = Columns::new("Why", &[("Pool", Side::Left), ("", Side::Left)]);
    for reason in refusal.reasons.iter().take(REASONS) {
        table.push(vec![reason.pool.clone(), reason.reason.clone()]);
    }
    if refusal.reasons.len() > REASONS {
        table.foot(format!("and {} more pools", refusal.reasons.len() - REASONS));
    }
    text.push_str(&table.text(style));
    let near = nearest(refusal);
    if !near.is_empty() {
        text.push_str(&format!("{}\n", style.bold("Nearest")));
        near.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    if !refusal.capable.is_empty() {
        text.push_str(&capable(refusal, currency).text(style));
    }
    text
}

fn nearest(refusal: &Refusal) -> Vec<String> {
    let mut near = Vec::new();
    near.extend(refusal.earliest_possible.as_ref().map(|at| format!("all of it from {} on", shown(at))));
    near.extend(refusal.fewer_gpus.as_ref().map(|near| {
        format!("{} GPUs for as long, of {}", whole(near.value), near.pool)
    }));
    near.extend(refusal.fewer_hours.as_ref().map(|near| {
        format!("all GPUs for {} hours, of {}", decimal(near.value, 0), near.pool)
    }));
    near.extend(refusal.less_firm.as_ref().map(|near| {
        format!("all of it where {} is firm enough, of {}", chance(near.value), near.pool)
    }));
    near
}

fn capable(refusal: &Refusal, currency: &str) -> Columns {
    let heads = [
        ("", Side::Left),
        ("What", Side::Left),
        ("From", Side::Left),
        ("GPUs", Side::Right),
        ("Costs", Side::Right),
    ];
    let mut table = Columns::new("What would make it possible", &heads);
    for one in &refusal.capable {
        let costs = match (one.price, one.capex) {
            (Some(fee), _) => price(fee, currency),
            (None, Some(capex)) => format!("{} {currency} to build", short(capex)),
            (None, None) => String::new(),
        };
        let row = [&one.by, &one.what, &shown(&one.start), &whole(one.gpus as f64), &costs];
        table.push(row.map(String::clone).to_vec());
    }
    table
}
