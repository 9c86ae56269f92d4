//! The seller's plan: what to build on which megawatts, which requests to accept, how much to borrow.

mod check;
mod keep;
mod make;
mod tell;

pub(crate) use check::{check_side, check_what_if, is_told_beside};
pub(crate) use make::{Accepting, make_with};

use super::{Keep, Made, Telling, export, how_far, if_stopped, of_plan};
use crate::commands::PlanArguments;
use crate::failure::{End, Failure};
use crate::library::Opened;
use crate::output::run_json;
use crate::progress::{self, Line};
use crate::screen;
use offtake_book::Building;
use offtake_highs::Threads;
use offtake_model::Book;
use offtake_plan::results::{self, Bill};
use offtake_plan::seller::{Columns, LeastPrice, Seller, least_prices, nothing};
use offtake_plan::{Allowed, Finish, Found, Options, PlanError, Program, Search, Store};
use offtake_report::{PlanMore, seller_plan_json, seller_plan_text};
use offtake_study::RunClock;
use offtake_study::plan::PlanRequest;
use std::cell::RefCell;
use std::num::NonZeroUsize;

/// A seller's programme with what it was written from.
#[derive(Clone)]
pub(crate) struct MadeSeller {
    pub(crate) built: Vec<Building>,
    pub(crate) accepting: Vec<Accepting>,
    pub(crate) request: PlanRequest,
    pub(crate) seller: Seller,
    pub(crate) program: Program,
    pub(crate) columns: Columns,
    /// The book with all that could be built as fleets.
    pub(crate) whole: Book,
}

impl MadeSeller {
    /// Returns what a buyer's plan has too.
    pub(crate) fn plain(self) -> Made {
        Made { starts: Vec::new(), request: self.request, program: self.program, whole: self.whole }
    }
}

/// A seller's plan with what was asked besides.
pub(crate) struct PlannedSeller {
    pub(crate) found: Found,
    pub(crate) bill: Bill,
    /// What doing nothing comes to.
    pub(crate) nothing: Bill,
    pub(crate) least: Vec<LeastPrice>,
    pub(crate) more: PlanMore,
    pub(crate) rounds: Vec<offtake_plan::Progress>,
    pub(crate) store: Store,
}

pub(crate) fn run(opened: &Opened, arguments: &PlanArguments) -> Result<End, Failure> {
    check_side(arguments)?;
    if let Some(file) = &arguments.export_mps {
        return export::export(opened, arguments, file);
    }
    if let Some(folder) = &arguments.export_pypsa {
        return export::export_folder(opened, arguments, folder);
    }
    let clock = RunClock::start();
    let made = make_with(opened, arguments, |_| {})?;
    let count = NonZeroUsize::new(offtake_study::threads(made.request.threads));
    let count = count.unwrap_or(NonZeroUsize::MIN);
    let solvers = Threads::stopped_by(count, progress::stop_flag());
    let planned = solve(&made, arguments, &solvers)?;
    if let Some(file) = &arguments.out {
        keep::keep(opened, arguments, (&made, &planned), file)?;
    }
    let told = tell::told(&made);
    let head = offtake_report::Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    let answer = tell::answer(opened, &head, (&made, &planned), &told);
    if arguments.json {
        let mut json = seller_plan_json(&answer);
        json["run"] = run_json(&clock.facts(count.get()));
        screen::print(&screen::json_text(&json))?;
    } else {
        screen::print(&seller_plan_text(&answer, screen::style()))?;
    }
    Ok(if planned.found.finish == Finish::Reached { End::Good } else { End::Findings })
}

/// Returns how the search is run: the gap that is asked for is a share of what each request and the market would pay
/// once, while the programme counts every month in which a request could begin.
fn options(made: &MadeSeller, arguments: &PlanArguments) -> Options {
    let seller = &made.seller;
    let of_way = |at: usize| {
        let class = made.columns.way_classes[at];
        let way = &seller.ways[at];
        let program = &made.program;
        let months = 0..program.months.len();
        let kgpu_hours =
            months.map(|m| program.demand_level.at(0, m, class) * program.month_hours(m));
        way.price * way.kept * kgpu_hours.sum::<f64>()
    };
    let sums: Vec<f64> = (0..seller.ways.len()).map(of_way).collect();
    let largest = |request: usize| {
        let of = (0..sums.len()).filter(|way| seller.ways[*way].request == request);
        of.map(|way| sums[way]).fold(0.0, f64::max)
    };
    let once: f64 = (0..seller.requests.len()).map(largest).sum();
    let all: f64 = sums.iter().sum();
    let share = if all > 0.0 { once / all } else { 1.0 };
    Options { gap: arguments.gap * share * GAP, ..Options::default() }
}

/// Requests are few and large: the best choice of them is found for little more work than one near it.
const GAP: f64 = 0.01;

/// Weights of the worst futures at which a plan is looked for: choices are few, and soon the same.
const WEIGHTS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Other plans may earn this share less of what the plan earns over doing nothing.
const NEAR: f64 = 0.1;

/// Searches for the plan, and asks what else is wanted.
fn solve(
    made: &MadeSeller,
    arguments: &PlanArguments,
    solvers: &Threads,
) -> Result<PlannedSeller, Failure> {
    let rounds = RefCell::new(Vec::new());
    let line = Line::new();
    let report = |at: &offtake_plan::Progress| {
        line.say(&how_far(at));
        rounds.borrow_mut().push(*at);
    };
    let options = options(made, arguments);
    let telling = Telling::of(arguments);
    let keep = if arguments.certificate.is_some() { Keep::Learned } else { Keep::Nothing };
    let searched =
        Search::new(&made.program, solvers, options.clone(), report).and_then(|mut search| {
            let found = search.run()?;
            let bill = results::bill(&mut search, &found.signed, &found.allowed)?;
            let none = nothing(&made.program, &made.columns);
            let nothing = results::bill(&mut search, &none, &Allowed::nothing(&made.program, &[]))?;
            let store = match keep {
                Keep::Learned => search.store.clone(),
                Keep::Nothing => Store::default(),
            };
            let mut planned = PlannedSeller {
                more: PlanMore {
                    limits: results::limit_prices(&mut search, &found)?,
                    pool_worth: results::pool_worth(&search, &found),
                    ..PlanMore::default()
                },
                found,
                bill,
                nothing,
                least: Vec::new(),
                rounds: Vec::new(),
                store,
            };
            if telling > Telling::Quick && planned.found.finish != Finish::Stopped {
                let asking = Asking { made, options: &options, solvers, telling, line: &line };
                ask(&mut search, &asking, &mut planned).or_else(|error| if_stopped(error, ()))?;
            }
            Ok(planned)
        });
    line.clear();
    let mut planned = searched.map_err(of_plan)?;
    planned.rounds = rounds.into_inner();
    Ok(planned)
}

/// What is needed to ask more of a plan.
struct Asking<'a> {
    made: &'a MadeSeller,
    options: &'a Options,
    solvers: &'a Threads,
    telling: Telling,
    line: &'a Line,
}

fn ask(
    search: &mut Search<'_>,
    asking: &Asking<'_>,
    planned: &mut PlannedSeller,
) -> Result<(), PlanError> {
    let Asking { made, options, solvers, telling, line } = asking;
    line.say("from which price each request pays");
    let learned = search.store.clone();
    planned.least = least_prices(
        &made.seller,
        &made.columns,
        (&planned.found, &planned.bill, &learned),
        (&made.program, *solvers, options),
    )?;
    line.say("margin against risk");
    planned.more.frontier = results::frontier(search, &planned.found, &WEIGHTS, 1)?;
    if *telling == Telling::All {
        line.say("other plans");
        // Near is a share of what the plan earns, which is little of what is asked for.
        let earned = (planned.nothing.objective - planned.found.objective).max(0.0);
        let near = NEAR * earned / planned.found.objective.abs().max(1e-9);
        if earned * 1e6 > 1.0 {
            planned.more.alternatives =
                results::alternatives(search, &planned.found, near, super::OTHERS)?;
        }
        line.say("what uncertainty is worth");
        planned.more.information = Some(results::information(search, &planned.found)?);
    }
    Ok(())
}
