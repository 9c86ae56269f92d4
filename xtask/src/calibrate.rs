//! Holds the level of demand of a book against a public statement of when its shortage ends.
//!
//! Nobody outside knows a buyer's demand, but some say until when their capacity is short. All levels
//! of a book (gangs apart, whose sizes are theirs) are scaled by one factor until that comes out: in
//! the base scenario, with everything signed as promised and nothing broken, firm work is short in
//! every month through that of the statement, and not at all in the quarter after it. Deliveries come
//! in steps, so a range of factors does that; the book takes the middle of the range (in logarithms),
//! so that neither end hangs on the last GPU, and its ends are what the levels are known within. Where no
//! factor does both, the least one is taken that keeps work short for so long.

use crate::tables;
use offtake_adequacy::{ClassKind, Family, Layout, Record, Runner, System};
use offtake_futures::Causes;
use offtake_model::Book;
use std::path::Path;
use std::process::ExitCode;

/// Months after the statement in which no firm work may be short.
const CALM_MONTHS: usize = 3;
const USAGE: &str = "usage: cargo xtask calibrate BOOK YYYY-MM   (the last month said to be short)";

/// Prints the mix of a book, its firm shortfall by month, and the factor that fits the statement.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let [path, month] = arguments else {
        println!("{USAGE}");
        return ExitCode::from(2);
    };
    match calibrate(path, month) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}

fn calibrate(path: &str, last_short: &str) -> Result<String, String> {
    let book = tables::read(Path::new(path))?;
    let system = System::new(&book, 1).map_err(|error| error.to_string())?;
    let months: Vec<String> = system.axis.months().iter().map(offtake_model::Month::text).collect();
    let Some(last) = months.iter().position(|month| month == last_short) else {
        return Err(format!("{last_short} is not a month of {path}"));
    };
    let record = promised(&system);
    let mut text = mix(&book, &system, &record);
    text.push_str(&shortfall(&system, &record, last + 1 + 2 * CALM_MONTHS));
    let (least, most) = range(&system, last);
    text.push_str(&format!(
        "\nfactors on all levels: short in every month through {last_short} from {least:.3} on; not short in the {CALM_MONTHS} months after up to {most:.3}\n"
    ));
    text.push_str(&if least < most {
        format!("the middle of the two: {:.3} (1 when the book is calibrated)\n", libm::sqrt(least * most))
    } else {
        "no factor does both: a shortage that lasts so long does not end with what is promised next; the book takes the first (1 when it is calibrated)\n".to_owned()
    });
    Ok(text)
}

/// Returns the record in which everything comes as promised.
fn promised(system: &System) -> Record {
    Runner::new(system).record(0, Causes::NONE)
}

/// Lists what each class takes in the first month of the book, or of its own life.
fn mix(book: &Book, system: &System, record: &Record) -> String {
    let layout = Layout::of(system);
    let mut rows = Vec::new();
    let mut first_total = 0.0;
    for (index, block) in system.blocks.iter().enumerate() {
        let at = |month: usize| {
            let hours = system.axis.months()[month].len() as f64;
            record.row[layout.at(Family::Demand, index, month)] / hours
        };
        let first = (0..layout.months).find(|month| at(*month) > 0.0).unwrap_or(0);
        first_total += at(0);
        rows.push((block, first, at(first), at(0)));
    }
    let mut text = format!(
        "{}\n\n{:<28} {:<14} {:>8} {:>5} {:>10} {:>8}\n",
        book.title, "work", "block", "priority", "firm", "GPUs", "of all"
    );
    for (block, first, gpus, now) in rows {
        let share = if now > 0.0 {
            format!("{:.1} %", 100.0 * now / first_total)
        } else {
            system.axis.months()[first].text()
        };
        let firm = if block.is_firm { "yes" } else { "no" };
        text.push_str(&format!(
            "{:<28} {:<14} {:>8} {firm:>5} {gpus:>10.0} {share:>8}\n",
            block.workload, block.name, block.priority
        ));
    }
    text.push_str(&format!("{:<58} {first_total:>10.0}\n", "all, in the first month"));
    text
}

/// Lists the firm work and what of it is short, month by month.
fn shortfall(system: &System, record: &Record, months: usize) -> String {
    let layout = Layout::of(system);
    let mut text = format!(
        "\n{:<10} {:>14} {:>14} {:>10}\n",
        "month", "GPUs in place", "firm demand", "short"
    );
    for (index, month) in system.axis.months().iter().enumerate().take(months) {
        let hours = month.len() as f64;
        let supply: f64 = (0..layout.contracts)
            .map(|contract| record.row[layout.at(Family::Available, contract, index)])
            .sum();
        let (demand, short) = (
            firm(system, record, Family::Demand, index),
            firm(system, record, Family::Unserved, index),
        );
        let share = if demand > 0.0 { 100.0 * short / demand } else { 0.0 };
        text.push_str(&format!(
            "{:<10} {:>14.0} {:>14.0} {share:>8.2} %\n",
            month.text(),
            supply / hours,
            demand / hours
        ));
    }
    text
}

fn firm(system: &System, record: &Record, family: Family, month: usize) -> f64 {
    let layout = Layout::of(system);
    let is_firm = |block: &usize| system.blocks[*block].is_firm;
    (0..layout.blocks)
        .filter(is_firm)
        .map(|block| record.row[layout.at(family, block, month)])
        .sum()
}

/// Returns the least factor at which firm work is short in every month through `last`, and the greatest at
/// which it is not in the months after.
fn range(system: &System, last: usize) -> (f64, f64) {
    let shorts = |factor: f64| -> Vec<bool> {
        let scaled = scaled(system, factor);
        let record = promised(&scaled);
        let end = (last + 1 + CALM_MONTHS).min(system.axis.months().len());
        (0..end).map(|month| firm(&scaled, &record, Family::Unserved, month) > 0.0).collect()
    };
    let least = switch(|factor| shorts(factor)[..=last].iter().all(|short| *short));
    let most = switch(|factor| shorts(factor)[last + 1..].iter().any(|short| *short));
    (least, most)
}

/// Returns the factor from which on `is_so` holds. A shortfall rises with the factor, so halving the
/// range (in logarithms) finds it.
fn switch(is_so: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.01, 100.0);
    for _ in 0..24 {
        let middle = libm::sqrt(low * high);
        if is_so(middle) { high = middle } else { low = middle }
    }
    high
}

fn scaled(system: &System, factor: f64) -> System {
    let mut scaled = system.clone();
    for class in &mut scaled.classes {
        if let (ClassKind::Workload(_), Some(load)) = (&class.kind, &mut class.load) {
            for hour in load.hours.iter_mut().flatten() {
                *hour = (f64::from(*hour) * factor) as f32;
            }
        }
    }
    scaled
}
