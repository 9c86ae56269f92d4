//! Running samples on threads.

use crate::facts::{Clock, RunFacts, peak_megabytes, processor_seconds};
use crate::part::{Header, Part};
use crate::share::share;
use offtake_adequacy::{
    BuildError, Causes, Extras, ExtrasRunner, Layout, Record, Runner, System, relative_error,
};
use offtake_model::Book;
use std::ops::Range;

/// Samples after which a run to a given error looks at it, and the most that it makes.
const UNTIL: Range<u64> = 500..1_000_000;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Seed of the futures.
    pub seed: u64,
    /// The samples.
    pub samples: Range<u64>,
    /// Threads; 0 for as many as the machine has.
    pub threads: usize,
    /// Whether to make what needs further passes: causes, credits, break-even growth.
    pub extras: bool,
    /// Adds samples until the relative standard error of the expected unserved is below this.
    pub until: Option<f64>,
}

/// Why a study was not run.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The book cannot be dispatched.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Somebody stopped it.
    #[error("stopped before the end")]
    Cancelled,
    /// What a sample came to could not be kept.
    #[error("cannot write what the samples came to")]
    Keep(#[source] std::io::Error),
    /// The samples of the part are not those of this book.
    #[error(
        "the part was made from another book: its records have {found} numbers, this book's have {expected}"
    )]
    OtherBook {
        /// Numbers of a record in the part.
        found: usize,
        /// Numbers of a record of the book.
        expected: usize,
    },
}

/// Is told how far a run is, and asked whether to go on.
pub trait Progress: Sync {
    /// A phase of `total` steps begins.
    fn start(&self, phase: &str, total: u64);
    /// So many steps more are done.
    fn advance(&self, steps: u64);
    /// Whether to stop.
    fn is_cancelled(&self) -> bool;
}

/// Progress that nobody looks at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _phase: &str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Runs the samples of `request` and returns what they came to, with what it took.
///
/// # Errors
///
/// When the book cannot be dispatched, or `progress` says to stop.
pub fn run(
    book: &Book,
    book_hash: &str,
    request: &Request,
    progress: &dyn Progress,
) -> Result<(Part, RunFacts), StudyError> {
    let (clock, before) = (Clock::start(), processor_seconds());
    let system = System::new(book, request.seed)?;
    run_since((&clock, before), (book, book_hash), &system, request, progress)
}

/// Runs the samples of `request` on the system that was made of the book with its seed.
///
/// # Errors
///
/// When `progress` says to stop.
pub fn run_on(
    book: (&Book, &str),
    system: &System,
    request: &Request,
    progress: &dyn Progress,
) -> Result<(Part, RunFacts), StudyError> {
    run_since((&Clock::start(), processor_seconds()), book, system, request, progress)
}

fn run_since(
    (clock, before): (&Clock, f64),
    (book, book_hash): (&Book, &str),
    system: &System,
    request: &Request,
    progress: &dyn Progress,
) -> Result<(Part, RunFacts), StudyError> {
    let threads = threads(request.threads);
    let records = sample(system, request, threads, progress)?;
    let range = request.samples.start..request.samples.start + records.len() as u64;
    let sampling_s = clock.elapsed().as_secs_f64();
    let extras =
        if request.extras { extras(system, &records, threads, progress)? } else { Vec::new() };
    let facts = RunFacts {
        elapsed_s: clock.elapsed().as_secs_f64(),
        sampling_s,
        cpu_s: processor_seconds() - before,
        peak_rss_mb: peak_megabytes(),
        threads,
        system_hours: records.len() as u64 * system.axis.hours() as u64,
    };
    let lengths = [Layout::of(system).len(), extras.first().map_or(0, |e| e.row.len())];
    let header = header(book, book_hash, request, range, lengths);
    Ok((Part { header, records, extras }, facts))
}

fn header(
    book: &Book,
    book_hash: &str,
    request: &Request,
    samples: Range<u64>,
    lengths: [usize; 2],
) -> Header {
    Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        book: String::new(),
        book_hash: book_hash.to_owned(),
        from: book.from.to_string(),
        until: book.until.to_string(),
        seed: request.seed,
        samples,
        has_extras: request.extras,
        lengths,
    }
}

/// Returns how many threads to use: as many as asked for, or as the machine has.
#[must_use]
pub fn threads(asked: usize) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if asked == 0 { available() } else { asked }
}

/// Runs the samples that were asked for, and then as many more as the error asks for.
fn sample(
    system: &System,
    request: &Request,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Vec<Record>, StudyError> {
    let first = request.samples.start;
    let mut made = records(system, request.samples.clone(), threads, progress)?;
    let Some(target) = request.until else { return Ok(made) };
    // Twice as many each time: how many are made depends on the error alone, not on threads.
    while relative_error(system, &made) > target && (made.len() as u64) < UNTIL.end {
        let more = (made.len() as u64).max(UNTIL.start);
        let from = first + made.len() as u64;
        made.extend(records(system, from..from + more, threads, progress)?);
    }
    Ok(made)
}

fn records(
    system: &System,
    samples: Range<u64>,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Vec<Record>, StudyError> {
    progress.start("samples", samples.end - samples.start);
    let count = (samples.end - samples.start) as usize;
    let work = |runner: &mut Runner<'_>, index: usize| {
        runner.record(samples.start + index as u64, Causes::ALL)
    };
    share(threads, count, progress, || Runner::new(system), work).ok_or(StudyError::Cancelled)
}

fn extras(
    system: &System,
    records: &[Record],
    threads: usize,
    progress: &dyn Progress,
) -> Result<Vec<Extras>, StudyError> {
    progress.start("causes, credits and break-even growth", records.len() as u64);
    let promised = Runner::new(system).record(0, Causes::NONE);
    let new = || ExtrasRunner::new(system, &promised);
    let work = |runner: &mut ExtrasRunner<'_>, index: usize| runner.extras(&records[index]);
    share(threads, records.len(), progress, new, work).ok_or(StudyError::Cancelled)
}
