//! What contracts cost and earn, on the side that the book mainly has.

use super::{Base, Context, failed};
use crate::failure::Failure;
use offtake_report::{Section, ValueAnswer, value_json, value_tables};
use offtake_study::value::{ValueRequest, results, run_on};
use offtake_value::{Asked, Side, Use};

/// Months for which the market is asked what waiting would have cost.
const WAIT: i32 = 12;

pub(super) fn section(context: &Context<'_>, base: &Base) -> Result<Section, Failure> {
    let (book, ask) = (&context.opened.book, context.ask);
    let side = Side::mainly(book);
    // What a seller's contracts bring does not depend on what tenants do with them beyond take-or-pay.
    let usage = if side == Side::Seller { Use::Taken } else { Use::Dispatched };
    let asked = Asked { side, usage, wait: WAIT, seed: ask.seed };
    let request = ValueRequest { asked, samples: ask.samples, threads: ask.threads };
    let mut keep = |_, _: &[offtake_value::Flow]| Ok(());
    let ran = run_on(book, &request, &base.records, (&context.bar, &mut keep));
    context.bar.clear();
    let value = results(book, &request, &ran.map_err(failed)?);
    let answer = ValueAnswer { head: &context.head, value: &value };
    let section = Section::new("value", value_json(&answer)).with_tables(value_tables(&answer));
    Ok(section.with_samples("all", ask.samples))
}
