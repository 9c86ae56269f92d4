//! The programme of `offtake plan`, written from a book: what may be signed, what must be served, in many futures.
//!
//! Futures are those of `assess`, with the same seed: the book is read with every start of every offer as a contract
//! of its own, so that offers slip, fail and break as contracts do. What is approximated, against the hours of
//! `assess`: a month is served on typical days (a working day and a day of the weekend) and on one day for each site
//! that is out; what a pool has is its mean over the month; a gang may be split; noise from day to day is in the
//! level of a month alone. `assess --with` says what that comes to: the model gap.

mod draw;
mod hours;
mod limits;
mod offers;
mod supply;
mod work;

pub use limits::{Asked, Share as ConcentrationShare};
pub use offers::{Start, as_offer};

use crate::run::{Progress, StudyError, threads};
use draw::{Drawn, Futures};
use offtake_adequacy::{Causes, System};
use offtake_model::Book;
use offtake_plan::program::{Month, Program, Risk, Scenario, Table2, Table3};

/// What to write a programme for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRequest {
    /// Seed of the futures.
    pub seed: u64,
    /// How many futures.
    pub scenarios: u64,
    /// The first of them: a plan is judged on others than it was made on.
    pub first: u64,
    /// What may go otherwise than promised; without any, demand grows as in the base scenario.
    pub causes: Causes,
    /// Threads; 0 for as many as the machine has.
    pub threads: usize,
    /// How cost is weighed.
    pub risk: Risk,
    /// Limits beyond the book's standards, and whether those are kept.
    pub asked: Asked,
}

/// Writes the programme of `book`, in which every start of an offer is a contract; its offers are in the order
/// of `starts`.
///
/// # Errors
///
/// When `progress` says to stop.
pub fn program(
    book: &Book,
    starts: &[Start],
    request: &PlanRequest,
    progress: &dyn Progress,
) -> Result<Program, StudyError> {
    let system = System::undispatched(book, request.seed);
    let futures = Futures::new(book, &system, (starts, request.causes));
    let samples = request.first..request.first + request.scenarios;
    let drawn = futures.draw(samples, threads(request.threads), progress)?;
    Ok(write(book, &system, starts, request, &drawn))
}

/// Writes what was drawn as a programme.
fn write(
    book: &Book,
    system: &System,
    starts: &[Start],
    request: &PlanRequest,
    drawn: &[Drawn],
) -> Program {
    let months = months(book, system);
    let supply = supply::Supply::new(book, system, starts);
    let work = work::Works::new(system, &supply);
    let grid = hours::Grid::new(system, &supply, drawn);
    let futures = drawn.len();
    let probability = probabilities(book, drawn);
    let scenarios = probability.iter().map(|&probability| Scenario { probability }).collect();
    let spot = work.spot_price(book, drawn);
    let hours = grid.hours();
    let mut program = Program {
        weight: grid.weight(),
        sites: supply.sites(),
        power_mw: Table3::new(
            (futures, months.len(), supply.halls.len()),
            |future, month, site| supply.power_mw(system, &drawn[future], (month, site)),
        ),
        power_share: grid.power_share(&supply),
        pools: supply.pools(),
        classes: work.classes(&months),
        uses: work.uses(),
        demand_shape: work.shape(&grid, hours.len()),
        demand_level: work.level(drawn),
        spot_price: Table2::new((futures, months.len()), |future, month| spot[future][month]),
        held: supply.held(system),
        held_kgpu: supply.held_kgpu(system, drawn),
        offers: offers::offers(book, system, (starts, &supply), &months),
        available: offers::available(system, &supply, drawn),
        due: offers::due(drawn, starts.len()),
        kinds: supply.kinds.clone(),
        parties: supply.parties.clone(),
        risk: request.risk,
        limits: offtake_plan::program::Limits::default(),
        hours,
        months,
        scenarios,
    };
    program.limits = limits::limits(book, system, &program, (starts, &request.asked));
    program
}

/// Returns the months of the horizon, with what money of each is worth.
fn months(book: &Book, system: &System) -> Vec<Month> {
    let yearly = 1.0 + book.discount_rate.value();
    let month = |(index, month): (usize, &offtake_model::Month)| Month {
        name: month.text(),
        year: i32::from(month.year),
        // Money falls due in the middle of a month, on average.
        discount: libm::pow(yearly, -(index as f64 + 0.5) / 12.0),
    };
    system.axis.months().iter().enumerate().map(month).collect()
}

/// Returns the probability of each future: that of its scenario, shared among those drawn of it.
fn probabilities(book: &Book, drawn: &[Drawn]) -> Vec<f64> {
    let strata = offtake_futures::Strata::new(&book.scenarios);
    let known = strata.probabilities();
    let count = |scenario: usize| drawn.iter().filter(|d| d.scenario == scenario).count();
    let of = |scenario: usize| known.get(scenario).copied().unwrap_or(1.0);
    // A scenario of which no future was drawn leaves its weight to the others.
    let seen: f64 = (0..known.len().max(1)).filter(|&s| count(s) > 0).map(of).sum();
    drawn.iter().map(|d| of(d.scenario) / seen / count(d.scenario) as f64).collect()
}
