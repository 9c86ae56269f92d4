//! Tables of what PyPSA has no component for; `solve.py` makes rows of them.

use super::text::{Table, text};
use super::{Net, Place};
use crate::program::{Measure, Step};
use crate::stage;

type Named = (&'static str, Table);

pub(super) fn tables(net: &Net<'_>) -> Vec<Named> {
    let (standards, counted) = standards(net);
    let (limits, terms) = limits(net);
    vec![
        ("more/risk.csv", risk(net)),
        ("more/futures.csv", futures(net)),
        ("more/snapshots.csv", snapshots(net)),
        ("more/offers.csv", offers(net)),
        ("more/fixed.csv", fixed(net)),
        ("more/take-or-pay.csv", take_or_pay(net)),
        ("more/waiting.csv", waiting(net)),
        ("more/limits.csv", limits),
        ("more/limit-terms.csv", terms),
        ("more/standards.csv", standards),
        ("more/standard-terms.csv", counted),
    ]
}

fn risk(net: &Net<'_>) -> Table {
    let risk = net.program.risk;
    let mut table = Table::new(["name", "weight", "level"]);
    table.numbers("risk", [risk.weight, risk.level]);
    table
}

fn future(scenario: usize) -> String {
    format!("future {}", scenario + 1)
}

fn futures(net: &Net<'_>) -> Table {
    let mut table = Table::new(["future", "probability"]);
    let scenarios = net.program.scenarios.iter().enumerate();
    scenarios.for_each(|(s, of)| table.numbers(&future(s), [of.probability]));
    table
}

/// What a snapshot is an hour of. Money is paid only where nobody is lost.
fn snapshots(net: &Net<'_>) -> Table {
    let mut table = Table::new(["snapshot", "block", "future", "hours", "lost"]);
    for (place, hour) in net.snapshots() {
        table.row([
            net.snapshot(place, hour),
            net.place(place),
            future(place.scenario),
            text(net.program.weight.at(place.month, hour)),
            net.lost(place).unwrap_or_default(),
        ]);
    }
    table
}

fn offers(net: &Net<'_>) -> Table {
    let mut table = Table::new(["offer", "block_kgpu", "least", "most", "is_whole"]);
    for (offer, name) in net.program.offers.iter().zip(&net.offers) {
        let is_whole = if offer.size.step == Step::Whole { 1.0 } else { 0.0 };
        table.numbers(name, [offer.block_kgpu, offer.size.least, offer.size.most, is_whole]);
    }
    table
}

/// By future and offer: what a block costs whatever is used of it, in millions.
fn fixed(net: &Net<'_>) -> Table {
    let mut table = Table::new(["future", "offer", "millions"]);
    for scenario in 0..net.program.scenarios.len() {
        for (offer, name) in net.offers.iter().enumerate() {
            let cost = net.program.fixed_cost(scenario, offer);
            table.row([&future(scenario), name, &text(cost)]);
        }
    }
    table
}

/// Of offers that need not be taken whole: what is free of a block in a month of a future, in thousands of
/// GPU-hours, and what a thousand more cost, in millions of that future.
fn take_or_pay(net: &Net<'_>) -> Table {
    let program = net.program;
    let mut table = Table::new(["offer", "block", "future", "free", "price"]);
    let offers = program.offers.iter().zip(&net.offers).enumerate();
    for (at, (offer, name)) in
        offers.filter(|(_, (of, _))| of.taking != crate::program::Taking::Firm)
    {
        for place in net.places.iter().filter(|place| place.lost.is_none()) {
            let kgpu = program.available.at(place.scenario, place.month, at) * offer.block_kgpu;
            let hours = program.month_hours(place.month);
            let price = offer.price[place.month] * program.months[place.month].discount / 1e3;
            table.row([
                name,
                &net.place(*place),
                &future(place.scenario),
                &text(offer.taking.share() * kgpu * hours),
                &text(price),
            ]);
        }
    }
    table
}

/// The most that may wait at the end of an hour, and the hour before it in its run.
fn waiting(net: &Net<'_>) -> Table {
    let mut table = Table::new(["class", "snapshot", "before", "most"]);
    for (class, name) in net.classes.iter().enumerate() {
        for (place, hour) in net.snapshots() {
            let Some(most) = net.waiting(place, class, hour) else { continue };
            let (run, at) = net.run(hour);
            let before = net.snapshot(place, run.start + (at + run.len() - 1) % run.len());
            table.row([name, &net.snapshot(place, hour), &before, &text(most)]);
        }
    }
    table
}

fn limits(net: &Net<'_>) -> (Table, Table) {
    let mut limits = Table::new(["limit", "most"]);
    let mut terms = Table::new(["limit", "offer", "factor"]);
    for (at, row) in stage::rows(net.program).into_iter().enumerate() {
        // Two rows may have one name, as both halves of an equality have.
        let name = format!("{} {}", at + 1, row.name);
        limits.numbers(&name, [row.most]);
        for (offer, factor) in row.terms {
            terms.row([&name, &net.offers[offer], &text(factor)]);
        }
    }
    (limits, terms)
}

/// Standards, and the blocks and classes that each counts. Of a mean the factors are probabilities.
fn standards(net: &Net<'_>) -> (Table, Table) {
    let program = net.program;
    let mut standards = Table::new(["standard", "measure", "level", "most"]);
    let mut terms = Table::new(["standard", "class", "block", "future", "factor"]);
    let mut count = |name: &str, place: Place, classes: &[usize], factor: f64| {
        for class in classes {
            let (block, future) = (net.place(place), future(place.scenario));
            terms.row([name, &net.classes[*class], &block, &future, &text(factor)]);
        }
    };
    for standard in &program.limits.standards {
        let (measure, level) = match standard.measure {
            Measure::Expected => ("expected", 0.0),
            Measure::Cvar { level } => ("cvar", level),
        };
        standards.row([&standard.name, measure, &text(level), &text(standard.most)]);
        for (scenario, of) in program.scenarios.iter().enumerate() {
            let factor = if measure == "expected" { of.probability } else { 1.0 };
            for &month in &standard.months {
                let place = Place { scenario, month, lost: None };
                count(&standard.name, place, &standard.classes, factor);
            }
        }
    }
    for loss in &program.limits.losses {
        let total: f64 = loss.scenarios.iter().map(|s| program.scenarios[*s].probability).sum();
        let parties = program.parties.iter().enumerate().filter(|(_, of)| of.kind == loss.kind);
        for (party, of) in parties {
            let name = format!("{}[{}]", loss.name, of.name);
            standards.row([&name, "expected", "0", &text(loss.most)]);
            for &scenario in &loss.scenarios {
                let factor = program.scenarios[scenario].probability / total;
                for &month in &loss.months {
                    let place = Place { scenario, month, lost: Some(party) };
                    count(&name, place, &loss.classes, factor);
                }
            }
        }
    }
    (standards, terms)
}
