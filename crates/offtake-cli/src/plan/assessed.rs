//! Standards that are tightened until `assess` finds what was asked for.
//!
//! Months at risk and hours short are counts, which no row of the programme can hold; and `assess` looks at every hour,
//! the plan at typical days. So what may go unserved in the plan is cut to a share of itself, found by bisection: each
//! share is planned, signed in the book, and assessed in futures that no plan was made on. Prices that one plan taught
//! hold for the next, since only right-hand sides change. What it costs is a difference of plans, and labelled so.

use super::{Made, keep, of_plan};
use crate::commands::{Goal, PlanArguments};
use crate::failure::Failure;
use crate::library::{self, Opened};
use crate::progress::{self, Bar, Line};
use jiff::civil::date;
use offtake_adequacy::Assessment;
use offtake_highs::Threads;
use offtake_model::Book;
use offtake_plan::{Options, PlanError, Program, Search, Store};
use offtake_report::{Assessed, AssessedStep};
use offtake_study::{Request, results, run};

/// How much tighter each try is until one is met, the tightest, and how often the last two are then halved.
const TIGHTER: f64 = 0.1;
const TIGHTEST: f64 = 1e-5;
const HALVES: usize = 4;
/// The most evaluations of a try.
const ROUNDS: usize = 60;
/// More quarters than any plan has.
const QUARTERS: u32 = 400;
/// The chance of a shortfall above which a month counts as at risk when no standard says.
const MONTH_RISK: f64 = 0.01;

/// Tightens the standards of a programme to a share of themselves.
pub(super) fn scale(program: &mut Program, share: f64) {
    program.limits.standards.iter_mut().for_each(|standard| standard.most *= share);
    program.limits.losses.iter_mut().for_each(|loss| loss.most *= share);
}

/// Tightens the standards until `assess` finds what was asked for, and returns what was tried; `None` where nothing was
/// asked for.
pub(super) fn tighten(
    opened: &Opened,
    (arguments, made): (&mut PlanArguments, &mut Made),
    solvers: &Threads,
) -> Result<Option<Assessed>, Failure> {
    if arguments.assessed.is_empty() {
        return Ok(None);
    }
    if made.program.limits.standards.is_empty() {
        return Err(Failure::input("there is no standard to tighten").hint(
            "write `[standard.1]` into the book, or keep standards from a year within the horizon",
        ));
    }
    let is_named = opened.book.standards.iter().any(|standard| standard.unserved.is_some());
    if arguments.assessed.contains(&Goal::Unserved) && !is_named {
        return Err(Failure::input("no standard of the book names a share that may go unserved")
            .hint("write `unserved = \"100 ppm\"` into `[standard.1]`, or ask for months-at-risk or lolh"));
    }
    let mut trial =
        Trial { opened, arguments, made, solvers, store: Store::default(), steps: Vec::new() };
    let share = trial.search()?;
    let mut steps = trial.steps;
    let is_met = steps.iter().any(|step| step.share == share && step.is_met);
    steps.sort_by(|a, b| b.share.total_cmp(&a.share));
    let goals = goals(&opened.book, arguments);
    scale(&mut made.program, share);
    arguments.tightened = share;
    let samples = (arguments.scenarios, arguments.assess_samples);
    Ok(Some(Assessed { goals, samples, steps, share, is_met }))
}

/// Returns what was asked for, with the most of each.
fn goals(book: &Book, arguments: &PlanArguments) -> Vec<(String, f64)> {
    let of = |goal: &Goal| match goal {
        Goal::Unserved => {
            let named = book.standards.iter().filter_map(|standard| standard.unserved);
            ("unserved".to_owned(), named.map(|share| share.part()).fold(1.0, f64::min))
        }
        Goal::MonthsAtRisk(most) => ("months-at-risk".to_owned(), f64::from(*most)),
        Goal::Lolh(most) => ("lolh".to_owned(), *most),
    };
    arguments.assessed.iter().map(of).collect()
}

/// Shares that are being tried.
struct Trial<'a> {
    opened: &'a Opened,
    arguments: &'a PlanArguments,
    made: &'a Made,
    solvers: &'a Threads,
    store: Store,
    steps: Vec<AssessedStep>,
}

impl Trial<'_> {
    /// Returns the loosest share that was found to do what is asked; where none does, the one that came closest.
    fn search(&mut self) -> Result<f64, Failure> {
        let (mut loose, mut tight) = (1.0, 1.0);
        let mut is_ended = self.try_share(1.0)?;
        while !is_ended && tight > TIGHTEST {
            (loose, tight) = (tight, tight * TIGHTER);
            is_ended = self.try_share(tight)?;
        }
        if is_ended && tight < 1.0 {
            for _ in 0..HALVES {
                let middle = (loose * tight).sqrt();
                if self.try_share(middle)? { tight = middle } else { loose = middle }
            }
        }
        let is_plan = |step: &&AssessedStep| step.cost.is_some();
        let met = self.steps.iter().filter(|step| step.is_met).map(|step| step.share);
        let closest = self.steps.iter().filter(is_plan).map(|step| step.share).fold(1.0, f64::min);
        Ok(met.reduce(f64::max).unwrap_or(closest))
    }

    /// Plans for a share, and assesses the plan; says whether nothing tighter is to be tried, since it does what is asked
    /// or since no plan keeps the limits.
    fn try_share(&mut self, share: f64) -> Result<bool, Failure> {
        let line = Line::new();
        line.say(&format!("standards at {share:.2e} of the book's"));
        let mut program = self.made.program.clone();
        scale(&mut program, share);
        let options = Options { gap: self.arguments.gap, rounds: ROUNDS, ..Options::default() };
        let mut search = Search::new(&program, self.solvers, options, |_| {}).map_err(of_plan)?;
        search.recall(&self.store).map_err(of_plan)?;
        let ran = search.run();
        self.store = std::mem::take(&mut search.store);
        drop(search);
        line.clear();
        let found = match ran {
            Ok(found) => found,
            // Where none was found in so many rounds, none is taken to be there.
            Err(PlanError::NoPlan(_) | PlanError::Stopped)
                if share < 1.0 && !progress::is_stopped() =>
            {
                self.steps.push(AssessedStep { share, ..AssessedStep::default() });
                return Ok(true);
            }
            Err(error) => return Err(of_plan(error)),
        };
        let of = self.assess(&found.signed)?;
        let goals = goals(&self.opened.book, self.arguments);
        let values: Vec<f64> =
            goals.iter().map(|(kind, _)| value(&self.opened.book, kind, &of)).collect();
        // Of several standards each has a share of its own.
        let is_met = values.iter().zip(&goals).all(|(value, (kind, most))| match kind.as_str() {
            "unserved" => are_kept(&of),
            _ => value <= most,
        });
        let cost = Some((found.objective, found.bound));
        self.steps.push(AssessedStep { share, cost, found: values, is_met });
        Ok(is_met)
    }

    /// Assesses the book with a plan signed, from the year on in which standards are kept, in futures that no plan was
    /// made on.
    fn assess(&self, signed: &[f64]) -> Result<Assessment, Failure> {
        let tables: String =
            keep::signs(self.opened, self.made, signed).into_iter().map(|one| one.toml).collect();
        let mut book = library::read_with(
            self.arguments.book(),
            &[("the plan", tables.as_str())],
            "the book cannot be read with the plan signed",
        )?;
        let of = &self.opened.book;
        let year = self.arguments.standards_from.and_then(|year| i16::try_from(year).ok());
        let from = year.map_or(of.from, |year| date(year, 1, 1));
        (book.from, book.until) = (of.from.max(from), of.until);
        // What is asked for is asked of all these months.
        book.headline_quarters = QUARTERS;
        let first = self.arguments.scenarios;
        let request = Request {
            seed: self.arguments.seed,
            samples: first..first + self.arguments.assess_samples,
            threads: self.arguments.threads.map_or(0, usize::from),
            extras: false,
            until: None,
        };
        let bar = Bar::new();
        let ran = run(&book, &self.opened.hash, &request, &bar);
        bar.clear();
        let (part, _) = ran.map_err(Failure::of_study)?;
        Ok(results(&book, &part).map_err(|error| Failure::caused(&error))?.assessment)
    }
}

/// Says whether every standard's own share of unserved work is kept.
fn are_kept(of: &Assessment) -> bool {
    let is_kept = |standard: &offtake_adequacy::StandardResult| {
        standard.unserved_limit.is_none_or(|limit| standard.unserved_share.mean <= limit)
    };
    of.standards.iter().all(is_kept)
}

/// Returns what `assess` found of a goal.
fn value(book: &Book, kind: &str, of: &Assessment) -> f64 {
    match kind {
        "lolh" => of.lolh.mean,
        "months-at-risk" => {
            let risks = book.standards.iter().filter_map(|standard| standard.month_risk);
            let least = risks.map(|share| share.part()).reduce(f64::min).unwrap_or(MONTH_RISK);
            of.months.iter().filter(|month| month.lolp.mean > least).count() as f64
        }
        _ => of.standards.iter().map(|one| one.unserved_share.mean).fold(0.0, f64::max),
    }
}
