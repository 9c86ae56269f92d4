//! What fails with whom; judgements are moved on fewer futures than the rest.

use super::{Base, Context};
use crate::commands::judge;
use crate::failure::Failure;
use offtake_adequacy::counterfactuals;
use offtake_report::{Section, StressAnswer, stress_json, stress_tables};
use offtake_study::stress;

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    let (opened, ask) = (context.opened, context.ask);
    let request = context.request(ask.stress);
    let list = |system: &_| counterfactuals(&opened.book, system, 0);
    let ran = stress(&opened.book, (&request, None), list, &context.bar);
    context.bar.clear();
    let stresses = ran.map_err(Failure::of_study)?;
    let judgements = match ask.judgement {
        0 => Vec::new(),
        samples => judge(opened, context.source, &context.request(samples))?,
    };
    let answer = StressAnswer {
        head: &context.head,
        currency: opened.book.currency.code(),
        stresses: &stresses,
        judgements: &judgements,
    };
    let section = Section::new("stress", stress_json(&answer)).with_tables(stress_tables(&answer));
    let section = section.with_samples("all", ask.stress);
    Ok(if judgements.is_empty() {
        section
    } else {
        section.with_samples("judgements", ask.judgement)
    })
}
