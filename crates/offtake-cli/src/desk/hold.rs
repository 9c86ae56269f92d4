//! `offtake hold`: sets capacity apart for a while.

use super::client::{Change, Client, shape};
use super::shape::{Promise, Quote};
use super::when::span;
use super::wish::Wish;
use super::{Because, Remote, give, show};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_units::Span;
use serde_json::{Value, json};

/// Set capacity apart until it is confirmed, or until the hold lapses by itself
///
/// Takes the best alternative of a wish, decided and kept in one step. --take N holds the Nth alternative that a quote
/// with the same options shows, --price what was agreed on with the tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake hold --tenant acme --gpus 1152 --from 2030-03-01 --for '6 months' --keep '2 d'\n  \
                        id=$(offtake hold --gpus 72 --from 2030-03 --for '30 d' --id)\n  \
                        offtake hold --tenant acme --gpus 72 --from 2030-03 --for '30 d' --take 2 --price 2.35 --why 'a new tenant'\n\n\
                        Exit codes: 0 held, 3 the desk refuses, 2 the input is wrong, 4 the desk does not answer: the same command\n\
                        again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    wish: Wish,
    /// How long it is held unless it is confirmed
    #[arg(long, value_name = "SPAN", default_value = "60 min", value_parser = span, help_heading = "Hold")]
    keep: Span,
    /// Which alternative of a quote with the same options
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=20), help_heading = "Hold")]
    take: Option<u16>,
    /// Price of a GPU-hour that was agreed on; for the desk
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true, help_heading = "Hold")]
    price: Option<f64>,
    /// Which alternatives come first, for --take [default: start]
    #[arg(long, value_name = "start|price|firmness", help_heading = "Hold")]
    by: Option<String>,
    /// Print the id alone
    #[arg(long, help_heading = "Hold", conflicts_with = "json")]
    id: bool,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let client = Client::open(&arguments.remote)?;
    let mut wish = arguments.wish.json()?;
    if let Some(by) = &arguments.by {
        wish["by"] = json!(by);
    }
    let terms = json!({ "take": arguments.take, "price": arguments.price, "wish": wish, "keep": arguments.keep.hours() });
    let meaning = arguments.because.add_to(terms).to_string();
    let body = || request(&client, &arguments, &wish);
    let answer = client.change_by(Change::post("/v1/holds"), &meaning, body)?;
    if arguments.id {
        let promise: Promise = shape(answer)?;
        screen::print(&format!("{}\n", promise.id))?;
        return Ok(End::Good);
    }
    give(&arguments.remote, answer, |promise: Promise| {
        let next = screen::style().faint(&format!("next: offtake confirm {}", promise.id));
        Ok(format!("{}{next}\n", show::promise(&promise, &client)?))
    })
}

/// Makes the request: the wish as it is, or the parts of an alternative that is chosen here.
fn request(client: &Client, arguments: &Arguments, wish: &Value) -> Result<Value, Failure> {
    let mut body = json!({ "minutes": arguments.keep.hours() * 60.0 });
    if let Some(tenant) = &arguments.wish.tenant {
        body["tenant"] = json!(tenant);
    }
    if arguments.take.is_none() && arguments.price.is_none() {
        body["wish"] = wish.clone();
        return Ok(arguments.because.add_to(body));
    }
    let take = usize::from(arguments.take.unwrap_or(1));
    let mut asked = wish.clone();
    asked["alternatives"] = json!(take.max(3));
    let answer = client.ask("/v1/quotes", &asked)?;
    let mut parts = answer["alternatives"][take - 1]["parts"].clone();
    if parts.is_null() {
        let quote: Quote = shape(answer)?;
        let found = crate::library::count(quote.alternatives.len(), "alternative");
        return Err(Failure::refused(format!("there is no alternative {take}: a quote has {found}"))
            .hint("`offtake quote` with the same options says why, and what comes nearest"));
    }
    if let (Some(price), Some(parts)) = (arguments.price, parts.as_array_mut()) {
        parts.iter_mut().for_each(|part| part["price"] = json!(price));
    }
    body["parts"] = parts;
    body["constraints"] = wish["constraints"].clone();
    Ok(arguments.because.add_to(body))
}
