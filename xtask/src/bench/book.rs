//! A book of real size: how long its samples and its further results take, and in how much memory.

use super::Effort;
use super::clock::{Times, seconds, short, timed};
use crate::tables;
use offtake_adequacy::{System, decide_by};
use offtake_model::Book;
use offtake_study::{Part, Request, RunFacts, Silent, results, run};

/// The book that speed is told of.
pub(super) const BOOK: &str = "books/microsoft-2025-11";
/// Threads of every measurement of this file.
const THREADS: usize = 2;
const SAMPLES: u64 = 1_000;
/// A repeat that takes longer is not repeated: its spread matters less than the wait.
const LONG_S: f64 = 60.0;

/// What is aimed at, for 1,000 samples on two cores.
const SAMPLING_S: f64 = 1.0;
const SYSTEM_HOURS_PER_S: f64 = 50e6;
const PEAK_MB: f64 = 300.0;
const EXTRAS_S: f64 = 20.0;

/// Seconds of what comes before and after the samples.
#[derive(Clone, Copy)]
struct Further {
    /// Making the book ready, which is in the seconds of sampling.
    ready: f64,
    /// Passes for causes, credits and break-even growth.
    passes: f64,
    /// Making these three from what the passes left.
    making: f64,
    /// Decide-by dates.
    decide_by: f64,
}

impl Further {
    fn total(self) -> f64 {
        self.passes + self.making + self.decide_by
    }
}

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let book = tables::read(&tables::root().join(BOOK))?;
    let samples = effort.pick(50, SAMPLES);
    let mut facts = vec![sample(&book, samples)?];
    // Of the first run alone: what a process that was asked once would have held at most.
    let peak = facts[0].peak_rss_mb;
    for _ in 1..effort.pick(1, 3) {
        facts.push(sample(&book, samples)?);
    }
    let mut further = vec![extras(&book, samples)?];
    while further.len() < effort.pick(1, 3) && further[0].0.total() < LONG_S {
        further.push(extras(&book, samples)?);
    }
    Ok(table(samples, &facts, peak, &further))
}

/// Runs samples without anything further.
fn sample(book: &Book, samples: u64) -> Result<RunFacts, String> {
    run(book, "", &request(samples), &Silent)
        .map(|(_, facts)| facts)
        .map_err(|error| error.to_string())
}

fn request(samples: u64) -> Request {
    Request { seed: 1, samples: 0..samples, threads: THREADS, extras: false, until: None }
}

fn extras(book: &Book, samples: u64) -> Result<(Further, RunFacts), String> {
    let request = Request { extras: true, ..request(samples) };
    let (part, facts) = run(book, "", &request, &Silent).map_err(|error| error.to_string())?;
    let plain = Part { extras: Vec::new(), ..part.clone() };
    let (with, with_s) = timed(|| results(book, &part));
    let (without, without_s) = timed(|| results(book, &plain));
    with.and(without).map_err(|error| error.to_string())?;
    let (system, ready_s) = timed(|| System::new(book, 1));
    let system = system.map_err(|error| error.to_string())?;
    let (_, decide_s) = timed(|| decide_by(book, &system, &part.records));
    let further = Further {
        ready: ready_s.as_secs_f64(),
        passes: facts.elapsed_s - facts.sampling_s,
        making: (with_s.as_secs_f64() - without_s.as_secs_f64()).max(0.0),
        decide_by: decide_s.as_secs_f64(),
    };
    Ok((further, facts))
}

fn table(samples: u64, facts: &[RunFacts], peak: f64, further: &[(Further, RunFacts)]) -> String {
    let sampling = Times::new(facts.iter().map(|f| f.sampling_s).collect());
    let speed = facts[0].system_hours as f64 / sampling.median();
    let total = Times::new(further.iter().map(|(f, _)| f.total()).collect());
    let median = |of: fn(&Further) -> f64| {
        seconds(Times::new(further.iter().map(|(f, _)| of(f)).collect()).median())
    };
    let processor = Times::new(facts.iter().map(|f| f.cpu_s).collect()).median();
    let further_cpu = further.iter().map(|(_, f)| f.cpu_s).sum::<f64>() / further.len() as f64;
    let met = |is_met: bool| if is_met { "met" } else { "missed" };
    format!(
        "| `{BOOK}`, {samples} samples, {THREADS} threads | measured | target | |\n|---|---:|---:|---|\n\
         | sampling, with what it takes to make the book ready | {} | at most {} | {} |\n\
         | of these: making the book ready | {} | | |\n\
         | system-hours (samples times hours) a second | {} M | at least {} M | {} |\n\
         | greatest memory | {peak:.0} MB | at most {PEAK_MB:.0} MB | {} |\n\
         | causes, credits, break-even and decide-by, beyond that | {} | at most {} more | {} |\n\
         | of these: passes over the samples | {} | | |\n\
         | of these: causes, credits and break-even from the passes | {} | | |\n\
         | of these: decide-by | {} | | |\n\
         | processor time of sampling, and of a run with all four | {}, {} | | |\n\n\
         Seconds are medians of {} runs (of {} for what comes beyond), with the least and the greatest. Where the \
         processor time is less than {THREADS} times the seconds, other work on the machine had the rest.\n",
        sampling.text(),
        seconds(SAMPLING_S),
        met(sampling.median() <= SAMPLING_S),
        median(|f| f.ready),
        short(speed / 1e6),
        short(SYSTEM_HOURS_PER_S / 1e6),
        met(speed >= SYSTEM_HOURS_PER_S),
        met(peak <= PEAK_MB),
        total.text(),
        seconds(EXTRAS_S),
        met(total.median() <= EXTRAS_S),
        median(|f| f.passes),
        median(|f| f.making),
        median(|f| f.decide_by),
        seconds(processor),
        seconds(further_cpu),
        facts.len(),
        further.len(),
    )
}
