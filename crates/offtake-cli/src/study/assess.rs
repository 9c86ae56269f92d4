//! Will it hold? What takes further passes is made from the first futures alone, as many as asked for.

use super::{Ask, Base, Context};
use crate::failure::Failure;
use crate::output::answer_of;
use offtake_adequacy::{Causes, Run, Runner, System};
use offtake_report::{Further, Section, Table, json, sampled_table, tables};
use offtake_study::{Part, Request, results};

/// Returns what one pass over all futures gives.
pub(super) fn base(context: &Context<'_>) -> Result<Base, Failure> {
    let part = sample(context, &request(context.ask, context.ask.samples))?;
    let study = results(&context.opened.book, &part).map_err(Failure::of_study)?;
    Ok(Base { study, records: part.records })
}

pub(super) fn section(context: &Context<'_>, base: &Base) -> Result<Section, Failure> {
    let Ask { samples, further, .. } = context.ask;
    let more = further.min(samples);
    let extra = if more > 0 {
        let request = Request { extras: true, ..request(context.ask, more) };
        let part = sample(context, &request)?;
        let found = results(&context.opened.book, &part).map_err(Failure::of_study)?;
        Some(found)
    } else {
        None
    };
    let mut answer = answer_of(&context.head, &base.study);
    answer.further = extra.as_ref().map(|extra| Further {
        causes: &extra.causes,
        credits: &extra.credits,
        break_even: extra.break_even.as_ref(),
    });
    let mut tables = tables(&answer);
    tables.push(by_sample(context, base)?);
    let section = Section::new("assess", json(&answer)).with_tables(tables);
    let section = section.with_samples("all", samples);
    Ok(if more > 0 {
        section.with_samples("causes, capacity credits and break-even growth", more)
    } else {
        section
    })
}

/// Returns the headlines by sample, by which two studies compare.
fn by_sample(context: &Context<'_>, base: &Base) -> Result<Table, Failure> {
    let system = System::new(&context.opened.book, context.ask.seed)
        .map_err(|error| Failure::caused(&error))?;
    let promised = Runner::new(&system).record(0, Causes::NONE);
    let run = Run { system: &system, records: &base.records, promised: &promised };
    Ok(sampled_table(&offtake_adequacy::by_sample(run)))
}

/// Asks for the first `samples` futures, without what takes further passes.
fn request(Ask { seed, threads, .. }: Ask, samples: u64) -> Request {
    Request { seed, samples: 0..samples, threads, extras: false, until: None }
}

fn sample(context: &Context<'_>, request: &Request) -> Result<Part, Failure> {
    let (opened, bar) = (context.opened, &context.bar);
    let ran = offtake_study::run(&opened.book, &opened.hash, request, bar);
    bar.clear();
    ran.map(|(part, _)| part).map_err(Failure::of_study)
}
