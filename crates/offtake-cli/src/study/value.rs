//! What contracts cost and earn, on the side that the book mainly has.

use super::{Base, Context};
use crate::failure::Failure;
use offtake_adequacy::{System, Weights};
use offtake_report::{Section, ValueAnswer, histogram, sampled_table, value_json, value_tables};
use offtake_study::value::{ValueRequest, Valued, results, run_on};
use offtake_value::{Asked, Side, Use, by_sample};
use serde_json::Value;

/// Months for which the market is asked what waiting would have cost.
const WAIT: i32 = 12;

pub(super) fn section(context: &Context<'_>, base: &Base) -> Result<Section, Failure> {
    let (book, ask) = (&context.opened.book, context.ask);
    let side = Side::mainly(book);
    // What a seller's contracts bring does not depend on what tenants do with them beyond take-or-pay.
    let usage = if side == Side::Seller { Use::Taken } else { Use::Dispatched };
    let asked = Asked { side, usage, wait: WAIT, seed: ask.seed };
    let request =
        ValueRequest { asked, samples: ask.samples, dispatched: ask.samples, threads: ask.threads };
    let mut keep = |_, _: &[offtake_value::Flow]| Ok(());
    let ran = run_on(book, &request, &base.records, (&context.bar, &mut keep));
    context.bar.clear();
    let valued = ran.map_err(Failure::of_study)?;
    let value = results(book, &request, &valued);
    let answer = ValueAnswer { head: &context.head, value: &value };
    let mut json = value_json(&answer);
    if let Some(Value::Object(irr)) = json.pointer_mut("/distribution/irr") {
        irr.insert("bins".to_owned(), bins(context, &valued)?);
    }
    let mut tables = value_tables(&answer);
    tables.push(sampled_table(&by_sample(book, &asked, &valued.samples, &value)));
    let section = Section::new("value", json).with_tables(tables);
    Ok(section.with_samples("all", ask.samples))
}

/// Returns how the return of the first project is spread, counted as its quantiles are.
fn bins(context: &Context<'_>, valued: &Valued) -> Result<Value, Failure> {
    let system = System::new(&context.opened.book, context.ask.seed)
        .map_err(|error| Failure::caused(&error))?;
    let strata = valued.samples.iter().map(|sample| sample.scenario).collect();
    let weights = Weights::new(strata, system.sampler.strata().probabilities());
    let rate = |index: usize| valued.samples[index].projects.first()?.returns.project_irr.counted();
    let found =
        (0..valued.samples.len()).filter_map(|index| Some((rate(index)?, weights.of(index))));
    Ok(histogram(&found.collect::<Vec<_>>()))
}
