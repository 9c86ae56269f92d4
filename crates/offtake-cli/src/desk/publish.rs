//! `offtake publish`: the book, read and assessed again.

use super::client::{Change, Client};
use super::shape::Supply;
use super::{Because, Remote, give};
use crate::failure::{End, Failure};
use serde_json::json;

/// Have the desk read its book again and publish what it supplies; for an admin
///
/// The book is assessed anew. It is the only way by which a changed book changes the desk. It is refused when promises would no longer fit, with the
/// list of those; --override takes it in all the same, and they are breaches then (`offtake breaches`).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake publish --why 'hall 3 is two months late'\n  \
                        offtake publish --why 'hall 3 is late' --override 'the tenants have been told'\n\n\
                        Exit codes: 0 published, 3 the desk refuses, 2 the input or the book is wrong, 4 the desk does not answer: the\n\
                        same command again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let Arguments { because, remote } = arguments;
    let client = Client::open(&remote)?;
    let answer = client.change(Change::post("/v1/book"), &because.add_to(json!({})))?;
    give(&remote, answer, |supply: Supply| {
        let Supply { study, currency, pools, paths } = supply;
        Ok(format!("published: {study}; {pools} pools in {paths} joint paths, money in {currency}\n"))
    })
}
