//! What contracts earn and cost, over samples on threads.
//!
//! Supply is drawn for every sample; of the buyer's, the first are dispatched too, so that what was used and what was not
//! served is known. The others take from one of those, of the same scenario, what share of each contract is used. Flows are added up exactly as they come, a batch of samples at a time, and handed to whoever wants
//! to keep them; what is kept of a sample is a few numbers.

mod compare;
mod sample;
mod shares;
mod work;

pub use compare::{headlines_by_sample, sampled};

use crate::facts::{Clock, RunFacts, peak_megabytes, processor_seconds};
use crate::run::{Progress, StudyError, threads};
use crate::share::share;
use offtake_adequacy::{Record, System};
use offtake_futures::Prices;
use offtake_model::Book;
use offtake_value::exact::in_book;
use offtake_value::finance::{self, Case};
use offtake_value::{
    Asked, Cash, Flow, Kept, Measuring, Side, Use, Valuation, Valuer, has_revenue,
};
use sample::{Made, Room};
use shares::Shares;
use std::collections::BTreeMap;
use work::WorkTerms;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueRequest {
    /// What is asked.
    pub asked: Asked,
    /// How many samples, from 0 on.
    pub samples: u64,
    /// How many of them, from 0 on, are dispatched when the use of capacity is asked for; all of them count as
    /// dispatched where a workload has revenue.
    pub dispatched: u64,
    /// Threads; 0 for as many as the machine has.
    pub threads: usize,
}

/// What a run came to, before results are made of it.
#[derive(Debug)]
pub struct Valued {
    /// What is kept of every sample, in order.
    pub samples: Vec<Kept>,
    /// Sums of all flows by stratum, seen by the owner.
    pub cash: Cash,
    /// What it took.
    pub facts: RunFacts,
}

/// Samples that are dispatched where nobody says how many: as many as make the error of unserved work a few parts in
/// a hundred.
const DISPATCHED: u64 = 150;

/// Returns how many of the first `samples` are dispatched where nobody says how many: all where the margin of a
/// contract hangs on what each sample's work earns.
#[must_use]
pub fn dispatched(book: &Book, samples: u64) -> u64 {
    if has_revenue(book) { samples } else { samples.min(DISPATCHED) }
}

/// Samples of which all flows are held at once.
const BATCH: u64 = 512;

/// Everything that threads share.
pub(crate) struct Ready<'a> {
    pub(crate) request: ValueRequest,
    /// How many samples are dispatched.
    pub(crate) dispatched: u64,
    pub(crate) system: &'a System,
    pub(crate) valuer: &'a Valuer<'a>,
    /// Samples that were dispatched already.
    pub(crate) records: &'a [Record],
    pub(crate) prices: Prices,
    pub(crate) work: WorkTerms,
    pub(crate) measuring: Measuring,
    /// Discount factors from month 0 on.
    pub(crate) factors: Vec<f64>,
    pub(crate) market_months: usize,
    /// A seller's projects; none for a buyer.
    pub(crate) cases: &'a [(String, Case<'a>)],
}

/// Keeps the flows of a sample, somewhere.
pub type Keep<'a> = &'a mut dyn FnMut(u64, &[Flow]) -> std::io::Result<()>;

/// Values `book`: runs the samples, and calls `keep` with the number and flows of each, in order.
///
/// # Errors
///
/// When the book cannot be dispatched, `keep` fails, or `progress` says to stop.
pub fn run(
    book: &Book,
    request: &ValueRequest,
    progress: &dyn Progress,
    keep: Keep<'_>,
) -> Result<Valued, StudyError> {
    run_on(book, request, &[], (progress, keep))
}

/// The same for samples that were dispatched already, as `offtake assess` does it with the same seed: only those that
/// `records` lacks are dispatched once more. Records are in the order of samples, from 0 on.
///
/// # Errors
///
/// As [`run`].
pub fn run_on(
    book: &Book,
    request: &ValueRequest,
    records: &[Record],
    (progress, keep): (&dyn Progress, Keep<'_>),
) -> Result<Valued, StudyError> {
    let clock = Clock::start();
    let before = processor_seconds();
    let system = System::new(book, request.asked.seed)?;
    let valuer = Valuer::new(book);
    let projects = match request.asked.side {
        Side::Seller => finance::projects(book),
        Side::Buyer => BTreeMap::new(),
    };
    let cases = finance::cases(&valuer, &projects);
    let ready = ready(book, request, (&system, &valuer), (records, &cases));
    let mut shares = Shares::new(book.scenarios.len());
    let threads = threads(request.threads);
    let mut cash = Cash::new(book.scenarios.len());
    let mut samples = Vec::with_capacity(request.samples as usize);
    progress.start("samples", request.samples);
    let mut from = 0;
    while from < request.samples {
        // Samples that others take after come before any of those.
        let until = if from < ready.dispatched { ready.dispatched } else { request.samples };
        let count = BATCH.min(until - from) as usize;
        let work = |room: &mut Room<'_>, step: usize| room.sample(from + step as u64);
        let made = share(threads, count, progress, || Room::new(&ready, &shares), work)
            .ok_or(StudyError::Cancelled)?;
        for Made { kept, flows, share } in made {
            cash.add(kept.scenario, &flows);
            keep(kept.sample, &flows).map_err(StudyError::Keep)?;
            shares.add(kept.scenario, share);
            samples.push(kept);
        }
        from += count as u64;
    }
    let facts = RunFacts {
        elapsed_s: clock.elapsed().as_secs_f64(),
        sampling_s: clock.elapsed().as_secs_f64(),
        cpu_s: processor_seconds() - before,
        peak_rss_mb: peak_megabytes(),
        threads,
        system_hours: request.samples * system.axis.hours() as u64,
    };
    Ok(Valued { samples, cash, facts })
}

pub(crate) fn ready<'a>(
    book: &'a Book,
    request: &ValueRequest,
    (system, valuer): (&'a System, &'a Valuer<'a>),
    (records, cases): (&'a [Record], &'a [(String, Case<'a>)]),
) -> Ready<'a> {
    let measuring = Measuring { discount: book.discount_rate.value(), wait: request.asked.wait };
    let price = |market: &offtake_model::Market| in_book(book, market.price.money()) as f64 / 1e6;
    let market_months = valuer.market_months();
    Ready {
        request: *request,
        dispatched: match request.asked.usage {
            Use::Taken => 0,
            Use::Dispatched if has_revenue(book) => request.samples,
            Use::Dispatched => request.dispatched.clamp(1, request.samples.max(1)),
        },
        system,
        valuer,
        records,
        prices: Prices::new(book, request.asked.seed, price),
        work: WorkTerms::new(book, system),
        factors: (0..600).map(|month| measuring.factor(month)).collect(),
        measuring,
        market_months,
        cases,
    }
}

/// Makes the results of what was run on `book`.
#[must_use]
pub fn results(book: &Book, request: &ValueRequest, valued: &Valued) -> Valuation {
    offtake_value::results(&Valuer::new(book), &request.asked, &valued.samples, &valued.cash)
}
