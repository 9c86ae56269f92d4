//! How fast plans are made: programs of several sizes, and HiGHS on the full matrix of the same ones.
//!
//! `cargo run -p offtake-highs --example bench-plan [--quick] [MONTHSxHOURSxSCENARIOS …]`; each
//! row is measured in a process of its own, so that memory is its own. Nothing timed is a test.

use offtake_highs::{Highs, Threads};
use offtake_plan::program::Program;
use offtake_plan::solver::{Ended, Solver as _};
use offtake_plan::{Options, Search, made, whole};
use std::num::NonZeroUsize;
use std::process::{Command, ExitCode};
use std::sync::Arc;

/// Months, hours, scenarios, and whether the full matrix is within reach of the peer: sizes with a target
/// first, then what cost grows with. HiGHS takes minutes for the second on its own.
const ROWS: [(&str, bool); 9] = [
    ("20x24x1", true),
    ("5x24x10", false),
    ("60x168x1", false),
    ("60x24x10", false),
    ("60x24x100", false),
    ("20x168x1", false),
    ("60x24x1", false),
    ("5x24x1", false),
    ("5x24x100", false),
];
const OFFERS: usize = 60;
const SEED: u64 = 7;
/// Seconds after which the peer is stopped.
const PEER_SECONDS: f64 = 300.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [one, size] = arguments.as_slice()
        && let Some(sizes) = sizes(size)
        && (one == "--ours" || one == "--peer")
    {
        let program = made::program(sizes, SEED);
        return if one == "--ours" { ours(&program, size) } else { peer(&program, size) };
    }
    let is_quick = arguments.iter().any(|it| it == "--quick");
    let asked: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|it| !it.starts_with("--")).collect();
    println!("| months x hours x scenarios | who | objective | gap | CPU | wall | memory |");
    println!("|---|---|---|---|---|---|---|");
    let known = |size: &str| ROWS.iter().any(|(row, reach)| *row == size && *reach);
    let rows: Vec<(&str, bool)> = if asked.is_empty() {
        ROWS.iter().take(if is_quick { 1 } else { ROWS.len() }).copied().collect()
    } else {
        asked.iter().map(|size| (*size, known(size))).collect()
    };
    for (size, has_peer) in rows {
        for who in ["--ours", "--peer"].into_iter().take(1 + usize::from(has_peer)) {
            let itself = std::env::current_exe().unwrap_or_default();
            let is_done = Command::new(itself).args([who, size]).status();
            if !is_done.is_ok_and(|status| status.success()) {
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn sizes(text: &str) -> Option<made::Sizes> {
    let mut parts = text.split('x').map(str::parse::<usize>);
    let mut next = || parts.next()?.ok().filter(|number| *number > 0);
    let (months, hours, scenarios) = (next()?, next()?, next()?);
    Some(made::Sizes { months, hours, scenarios, offers: OFFERS })
}

fn ours(program: &Program, size: &str) -> ExitCode {
    let count = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = Threads::new(count);
    let started = now();
    let found = Search::new(program, &threads, Options::default(), |_| {})
        .and_then(|mut search| search.run());
    match found {
        Ok(found) => row(size, "Offtake", found.objective, found.gap(), started),
        Err(error) => {
            println!("| {size} | Offtake | {error} |");
            ExitCode::FAILURE
        }
    }
}

fn peer(program: &Program, size: &str) -> ExitCode {
    let started = now();
    let model = whole::whole(program).model;
    let answer = Highs::open(&model, Arc::default()).and_then(|mut highs| {
        highs.set_gap(Options::default().gap)?;
        highs.set_time_limit(PEER_SECONDS)?;
        highs.solve()
    });
    match answer {
        Ok(answer) => {
            let gap = (answer.objective - answer.bound) / answer.objective.abs();
            let stopped = if answer.ended == Ended::Stopped { " (stopped)" } else { "" };
            row(size, &format!("HiGHS{stopped}"), answer.objective, gap, started)
        }
        Err(error) => {
            println!("| {size} | HiGHS | {error} |");
            ExitCode::FAILURE
        }
    }
}

fn row(size: &str, who: &str, objective: f64, gap: f64, started: std::time::Instant) -> ExitCode {
    let wall = started.elapsed().as_secs_f64();
    let (processor, memory) = (processor_seconds(), memory_mb());
    println!(
        "| {size} | {who} | {objective:.2} | {gap:.1e} | {processor:.2} s | {wall:.2} s | {memory:.0} MB |"
    );
    ExitCode::SUCCESS
}

#[expect(clippy::disallowed_methods, reason = "a benchmark owns a clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Processor time of this process, all threads together, where Linux tells it.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The most memory that this process had, where Linux tells it.
fn memory_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.unwrap_or(f64::NAN) / 1024.0
}
