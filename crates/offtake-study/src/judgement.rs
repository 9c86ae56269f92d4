//! What moving one input to an end of its range changes: the same futures, drawn and served again.

use crate::run::{Progress, StudyError, threads};
use crate::share::share;
use crate::stress::StressRequest;
use offtake_adequacy::{Estimate, Prices, StressRow, StressRunner, System, Weights};
use offtake_model::Book;

/// Futures that are looked at first: an input that leaves all of them as they were, to the last bit, moves
/// nothing.
const FIRST: u64 = 32;

/// A change of the unserved reference GPU-hours a year over the headline; `None` where the book does not
/// read, or cannot be dispatched, with the input moved.
pub type Change = Option<Estimate>;

/// Returns what each of `count` moved books changes against `base`; `read` gives them by number.
///
/// # Errors
///
/// When the base cannot be dispatched, or `progress` says to stop.
pub fn judgements(
    base: &Book,
    count: usize,
    read: &(dyn Fn(usize) -> Option<Book> + Sync),
    request: &StressRequest,
    progress: &dyn Progress,
) -> Result<Vec<Change>, StudyError> {
    let base = &of_headline(base.clone());
    let system = System::new(base, request.seed)?;
    let rows = run(base, &system, request.samples.clone());
    progress.start("judgements", count as u64);
    let work = |(): &mut (), index: usize| {
        let book = of_headline(read(index)?);
        let moved = System::new(&book, request.seed).ok()?;
        Some(change((&system, &rows), (&book, &moved), request))
    };
    share(threads(request.threads), count, progress, || (), work).ok_or(StudyError::Cancelled)
}

/// Returns the book up to the end of its headline: what comes later changes nothing that is asked here.
fn of_headline(mut book: Book) -> Book {
    book.until = book.headline_until();
    book
}

fn run(book: &Book, system: &System, samples: std::ops::Range<u64>) -> Vec<StressRow> {
    let prices = Prices::new(book, system);
    let mut runner = StressRunner::new(system, &prices, &[], (system.headline_months, 1));
    samples.map(|sample| runner.row(sample)).collect()
}

fn change(
    (system, rows): (&System, &[StressRow]),
    (book, moved): (&Book, &System),
    request: &StressRequest,
) -> Estimate {
    let samples = request.samples.clone();
    let some = samples.start..samples.end.min(samples.start + FIRST);
    let first = run(book, moved, some.clone());
    let is_same = |(a, b): (&StressRow, &StressRow)| {
        a.scenario == b.scenario && a.base_unserved().to_bits() == b.base_unserved().to_bits()
    };
    let keeps_weights =
        moved.sampler.strata().probabilities() == system.sampler.strata().probabilities();
    if keeps_weights && first.iter().zip(rows).all(is_same) {
        return Estimate::exact(0.0);
    }
    let rest = run(book, moved, some.end..samples.end);
    let other: Vec<StressRow> = first.into_iter().chain(rest).collect();
    let weights = |system: &System, rows: &[StressRow]| {
        let strata = rows.iter().map(|row| row.scenario).collect();
        Weights::new(strata, system.sampler.strata().probabilities())
    };
    let (before, after) = (weights(system, rows), weights(moved, &other));
    let yearly = |system: &System| 8_766.0 / system.headline_hours().max(1) as f64;
    if keeps_weights {
        let difference = |i: usize| other[i].base_unserved() - rows[i].base_unserved();
        return before.mean(difference).times(yearly(system));
    }
    // Other weights pair other futures: each mean has an error of its own.
    let before = before.mean(|i| rows[i].base_unserved()).times(yearly(system));
    let after = after.mean(|i| other[i].base_unserved()).times(yearly(moved));
    let error = before.standard_error.hypot(after.standard_error);
    Estimate { mean: after.mean - before.mean, standard_error: error }
}
