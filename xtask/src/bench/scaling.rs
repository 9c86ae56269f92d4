//! What cost grows with: made books, one factor changed at a time around a middle size.

use super::Effort;
use super::clock::{short, timed};
use super::made::{Size, sized_book};
use offtake_adequacy::System;
use offtake_study::{Request, Silent, run};

/// The size that everything but the factor at hand keeps.
const MIDDLE: Setting =
    Setting { samples: 200, size: Size { pools: 20, classes: 8, years: 3 }, threads: 2 };
/// Each setting is run at least so often, and until this many seconds are spent on it.
const REPEATS: usize = 3;
const SPEND_S: f64 = 1.0;

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Setting {
    samples: u64,
    size: Size,
    threads: usize,
}

/// What a row came to.
struct Cost {
    shape: String,
    ready_ms: f64,
    wall_ms: f64,
    processor_ms: f64,
    ns_per_system_hour: f64,
}

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let mut text = String::from(
        "| factor | value | pools, groups, classes, blocks, cuts | book made ready (ms) | wall time a sample (ms) | \
         processor time a sample (ms) | processor time a system-hour (ns) |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    // The middle size stands in every group of rows and is measured once.
    let middle = measured(shortened(MIDDLE, effort), effort)?;
    for (factor, value, setting) in settings() {
        let own = if setting == MIDDLE {
            None
        } else {
            Some(measured(shortened(setting, effort), effort)?)
        };
        let cost = own.as_ref().unwrap_or(&middle);
        text.push_str(&format!(
            "| {factor} | {value} | {} | {} | {} | {} | {} |\n",
            cost.shape,
            short(cost.ready_ms),
            short(cost.wall_ms),
            short(cost.processor_ms),
            short(cost.ns_per_system_hour),
        ));
    }
    let Setting { samples, size: Size { pools, classes, years }, threads } = MIDDLE;
    Ok(text
        + &format!(
            "\nAll else stays at {samples} samples, {pools} pools, {classes} classes of work with two blocks each, {years} years, \
             {threads} threads. Both times a sample hold the share of what makes the book ready, which is done once; \
             means of at least {REPEATS} runs.\n"
        ))
}

/// Returns the setting with as few samples as a quick look needs.
fn shortened(setting: Setting, effort: Effort) -> Setting {
    Setting { samples: effort.pick(setting.samples.min(20), setting.samples), ..setting }
}

/// Returns the rows: factor, value, and the setting.
fn settings() -> Vec<(&'static str, String, Setting)> {
    let mut rows = Vec::new();
    for samples in [50, 100, 200, 400, 800] {
        rows.push(("samples", samples.to_string(), Setting { samples, ..MIDDLE }));
    }
    for pools in [5, 10, 20, 40, 80] {
        rows.push((
            "pools",
            pools.to_string(),
            Setting { size: Size { pools, ..MIDDLE.size }, ..MIDDLE },
        ));
    }
    for classes in [2, 4, 8, 16, 32] {
        rows.push((
            "classes",
            classes.to_string(),
            Setting { size: Size { classes, ..MIDDLE.size }, ..MIDDLE },
        ));
    }
    for years in [1, 2, 3, 6, 12] {
        rows.push((
            "years",
            years.to_string(),
            Setting { size: Size { years, ..MIDDLE.size }, ..MIDDLE },
        ));
    }
    for threads in [1, 2] {
        rows.push(("threads", threads.to_string(), Setting { threads, ..MIDDLE }));
    }
    rows
}

fn measured(setting: Setting, effort: Effort) -> Result<Cost, String> {
    let book = sized_book(setting.size)?;
    let (system, ready) = timed(|| System::new(&book, 1));
    let system = system.map_err(|error| error.to_string())?;
    let request = Request {
        seed: 1,
        samples: 0..setting.samples,
        threads: setting.threads,
        extras: false,
        until: None,
    };
    let (mut runs, mut wall, mut processor, mut hours) = (0, 0.0, 0.0, 0);
    // Linux counts processor time in hundredths of a second: many short runs come to a good mean.
    while runs < REPEATS || (wall < SPEND_S && effort == Effort::Full) {
        let (_, facts) = run(&book, "", &request, &Silent).map_err(|error| error.to_string())?;
        runs += 1;
        wall += facts.sampling_s;
        processor += facts.cpu_s;
        hours += facts.system_hours;
    }
    let samples = (runs as u64 * setting.samples) as f64;
    Ok(Cost {
        shape: format!(
            "{}, {}, {}, {}, {}",
            system.pools.len(),
            system.groups.len(),
            system.classes.len() - system.headroom_classes.len(),
            system.blocks.len(),
            system.cuts.len()
        ),
        ready_ms: 1e3 * ready.as_secs_f64(),
        wall_ms: 1e3 * wall / samples,
        processor_ms: 1e3 * processor / samples,
        ns_per_system_hour: 1e9 * processor / hours as f64,
    })
}
