//! What to sign next: the plan over the headline, in few futures, with the same functions as `offtake plan`.

use super::{Base, Context};
use crate::failure::Failure;
use crate::library::Opened;
use crate::plan::{Planning, for_study};
use offtake_report::Section;
use serde_json::json;

/// Ends once the plan costs at most this share more than the best there can be: a study is read for what is signed and
/// why, which seldom hangs on the last half percent.
const GAP: f64 = 0.005;
/// Days on which an offer may be signed: today, for a study asks what to sign next.
const STARTS: u8 = 1;
/// Evaluations after which a plan is told as it stands, with its gap.
const MOST: usize = 100;

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    let opened = headline(context.opened);
    let planning = Planning {
        path: context.source.path,
        scenarios: context.ask.plan,
        seed: context.ask.seed,
        threads: context.ask.threads,
        starts: STARTS,
        gap: GAP,
        evaluations: MOST,
    };
    Ok(match for_study(&opened, &planning)? {
        Some(value) => Section::new("plan", value).with_samples("all", context.ask.plan),
        None => Section::new("plan", json!({ "answer": "There is no offer or option to sign." })),
    })
}

/// Returns the book over the headline alone: later years hang on growth and offers that nobody knows yet.
fn headline(opened: &Opened) -> Opened {
    let mut book = opened.book.clone();
    book.until = book.headline_until();
    Opened { book, hash: opened.hash.clone(), findings: Vec::new() }
}
