//! Planning: the book with every start of every offer, its programme, and the search for the plan.

mod ahead;
mod asked;
mod assessed;
mod carry;
mod change;
mod export;
mod keep;
mod known;
mod prices;
mod seller;
mod starts;
mod study;
mod verify;
mod what_if;

pub(crate) use seller::run as run_seller;
pub(crate) use study::{Planning, for_study};
pub(crate) use verify::verify;
pub(crate) use what_if::what_if;

use crate::commands::{PlanArguments, WhichSide};
use crate::failure::{End, Failure};
use crate::library::{self, Opened};
use crate::output::run_json;
use crate::progress::{self, Bar, Line};
use crate::screen;
use offtake_adequacy::Causes;
use offtake_book::{Signing, signings};
use offtake_highs::Threads;
use offtake_model::{Book, ContractId, Id, Offer};
use offtake_plan::program::Risk;
use offtake_plan::results::{self, Bill};
use offtake_plan::{Finish, Found, Options, PlanError, Program, Search, Store};
use offtake_report::number::{self, short};
use offtake_report::{Head, Insurance, PlanAnswer, PlanMore, plan_json, plan_text};
use offtake_study::plan::{Asked, ConcentrationShare, PlanRequest, Start, as_offer, program};
use offtake_study::{RunClock, RunFacts};
use std::cell::RefCell;
use std::num::NonZeroUsize;

/// What findings call the tables of the contracts that offers become.
const STARTS: &str = "the offers, signed";

/// A programme with what it was written from.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) starts: Vec<Start>,
    pub(crate) request: PlanRequest,
    pub(crate) program: Program,
    /// The book with every start as a contract.
    pub(crate) whole: Book,
}

pub(crate) fn run(opened: &Opened, mut arguments: PlanArguments) -> Result<End, Failure> {
    if let Some(file) = &arguments.export_mps {
        return export::export(opened, &arguments, file);
    }
    if let Some(folder) = &arguments.export_pypsa {
        return export::export_folder(opened, &arguments, folder);
    }
    seller::check_side(&arguments)?;
    let clock = RunClock::start();
    let mut made = make(opened, &arguments)?;
    let solvers = Threads::stopped_by(threads(&made), progress::stop_flag());
    let assessed = assessed::tighten(opened, (&mut arguments, &mut made), &solvers)?;
    let arguments = &arguments;
    let keep = if arguments.certificate.is_some() { Keep::Learned } else { Keep::Nothing };
    let options = options(arguments);
    let promises = match arguments.insurance {
        true => Some(for_promises(opened, arguments, &options, &solvers)?),
        false => None,
    };
    let how = How { options, telling: Telling::of(arguments), keep, promises };
    let mut planned = solve(&made, &how, &solvers)?;
    planned.more.assessed = assessed;
    planned.more.look_ahead = ahead::looks(arguments, (&made, &planned.found), &solvers)?;
    if let Some(file) = &arguments.out {
        keep::keep(opened, arguments, (&made, &planned), file)?;
    }
    deliver(opened, arguments, (&made, &planned), clock.facts(threads(&made).get()))
}

fn deliver(
    opened: &Opened,
    arguments: &PlanArguments,
    (made, planned): (&Made, &Planned),
    facts: RunFacts,
) -> Result<End, Failure> {
    answered(opened, (made, planned), |answer| {
        if arguments.json {
            let mut json = plan_json(answer);
            json["run"] = run_json(&facts);
            screen::print(&screen::json_text(&json))
        } else {
            screen::print(&plan_text(answer, screen::style()))
        }
    })?;
    let is_reached = planned.found.finish == Finish::Reached
        && planned.more.assessed.as_ref().is_none_or(|assessed| assessed.is_met);
    Ok(if is_reached { End::Good } else { End::Findings })
}

/// Calls `tell` with all that is known of a plan.
fn answered<T>(
    opened: &Opened,
    (made, planned): (&Made, &Planned),
    tell: impl FnOnce(&PlanAnswer<'_>) -> T,
) -> T {
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    tell(&PlanAnswer {
        head: &head,
        currency: opened.book.currency.code(),
        seed: made.request.seed,
        program: &made.program,
        starts: &starts::told(made, &planned.found.signed),
        found: &planned.found,
        bill: &planned.bill,
        more: &planned.more,
        rounds: &planned.rounds,
    })
}

/// Plans as if all came as promised and demand grew as in the base scenario.
pub(crate) fn for_promises(
    opened: &Opened,
    arguments: &PlanArguments,
    options: &Options,
    solvers: &Threads,
) -> Result<Found, Failure> {
    let certain = make_with(opened, arguments, |request| {
        (request.causes, request.scenarios) = (Causes::NONE, 1);
    })?;
    Search::new(&certain.program, solvers, options.clone(), |_| {})
        .and_then(|mut search| search.run())
        .map_err(of_plan)
}

/// Says what a plan for promises would cost in the futures that there are.
fn insurance(
    search: &mut Search<'_>,
    found: &Found,
    promises: &Found,
) -> Result<Insurance, PlanError> {
    let bill = results::bill(search, &promises.signed, &found.allowed)?;
    let (signed, promised) = (promises.signed.clone(), promises.objective);
    Ok(Insurance { promised, signed, objective: bill.objective })
}

/// Reads the book with every start of every offer as a contract, and writes its programme.
pub(crate) fn make(opened: &Opened, arguments: &PlanArguments) -> Result<Made, Failure> {
    make_with(opened, arguments, |_| {})
}

/// The same, of another request.
fn make_with(
    opened: &Opened,
    arguments: &PlanArguments,
    change: impl FnOnce(&mut PlanRequest),
) -> Result<Made, Failure> {
    make_more(opened, arguments, "", change)
}

/// The same, of a book that was opened with more tables than stand in its files.
fn make_more(
    opened: &Opened,
    arguments: &PlanArguments,
    more: &str,
    change: impl FnOnce(&mut PlanRequest),
) -> Result<Made, Failure> {
    if arguments.side == WhichSide::Seller {
        return seller::make_with(opened, arguments, change).map(seller::MadeSeller::plain);
    }
    let book = &opened.book;
    let mut offers: Vec<Offer> = book.offers.values().cloned().collect();
    offers.extend(book.options.iter().filter_map(|(id, option)| as_offer(book, id, option)));
    let signed = signings(book, &offers, (arguments.every, usize::from(arguments.starts)));
    let starts: String = signed.iter().map(|signing| signing.toml.as_str()).collect();
    let tables = format!("{more}{starts}");
    let mut whole = library::read_with(
        arguments.book(),
        &[(STARTS, tables.as_str())],
        "the book cannot be read with its offers signed",
    )?;
    (whole.from, whole.until) = (book.from, book.until);
    let starts: Vec<Start> = signed.into_iter().map(start).collect::<Result<_, _>>()?;
    let mut request = request(book, arguments);
    change(&mut request);
    let bar = Bar::new();
    let written = program(&whole, &starts, &request, &bar);
    bar.clear();
    let mut program = written.map_err(Failure::of_study)?;
    check_kinds(&program, arguments)?;
    assessed::scale(&mut program, arguments.tightened);
    Ok(Made { starts, request, program, whole })
}

/// Finds limits on a kind of party that nothing in the book has.
fn check_kinds(program: &Program, arguments: &PlanArguments) -> Result<(), Failure> {
    let is_known = |kind: &str| program.kinds.iter().any(|known| known == kind);
    let Some((kind, _)) = arguments.concentration.iter().find(|(kind, _)| !is_known(kind)) else {
        return Ok(());
    };
    let failure = Failure::input(format!("the book has no kind of party `{kind}`"));
    let near = library::nearest(kind, program.kinds.iter().map(String::as_str));
    Err(match near {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint(format!("it has {}", program.kinds.join(", "))),
    })
}

fn start(signing: Signing) -> Result<Start, Failure> {
    let contract = ContractId::new(&signing.contract).map_err(|_| {
        Failure::input(format!("the id of the offer `{}` is too long", signing.offer.id))
    })?;
    Ok(Start {
        name: signing.name,
        offer: signing.offer,
        contract,
        signed: signing.signed,
        promised: signing.promised,
    })
}

fn request(book: &Book, arguments: &PlanArguments) -> PlanRequest {
    let millions = |money: offtake_units::Money| book.in_currency(money) / 1e6;
    let share =
        |(kind, most): &(String, f64)| ConcentrationShare { kind: kind.clone(), most: *most };
    PlanRequest {
        seed: arguments.seed,
        scenarios: arguments.scenarios,
        first: 0,
        causes: Causes::ALL,
        threads: arguments.threads.map_or(0, usize::from),
        risk: Risk { weight: arguments.risk_weight, level: 1.0 - arguments.tail },
        asked: Asked {
            standards_from: arguments.standards_from,
            n_minus_1: arguments.n_minus_1,
            concentration: arguments.concentration.iter().map(share).collect(),
            budgets: arguments.budget.iter().map(|(year, most)| (*year, millions(*most))).collect(),
            prepayment: arguments.prepayment.map(millions),
            exposure: arguments.exposure.map(millions),
            unsaid: (!arguments.assessed.is_empty()).then_some(1.0),
        },
    }
}

/// A plan with what was asked besides.
pub(crate) struct Planned {
    pub(crate) found: Found,
    pub(crate) bill: Bill,
    pub(crate) more: PlanMore,
    pub(crate) rounds: Vec<offtake_plan::Progress>,
    /// What the search had learned when it had the plan.
    pub(crate) store: Store,
}

pub(crate) fn threads(made: &Made) -> NonZeroUsize {
    NonZeroUsize::new(offtake_study::threads(made.request.threads)).unwrap_or(NonZeroUsize::MIN)
}

/// How a plan is searched for, and what is told of it.
pub(crate) struct How {
    pub(crate) options: Options,
    pub(crate) telling: Telling,
    pub(crate) keep: Keep,
    /// The plan for promises, if it is to be said what of this one is insurance.
    pub(crate) promises: Option<Found>,
}

/// Whether what the search learned until it had the plan is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// For a certificate.
    Learned,
    /// It is the largest thing there is.
    Nothing,
}

/// What is told of a plan besides what it signs and costs, and what limits cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Telling {
    /// Nothing.
    Quick,
    /// What a page has pictures of: walk-away prices, of what is not signed from bounds alone, and the frontier.
    Brief,
    /// Also other plans, and what uncertainty is worth.
    All,
}

impl Telling {
    fn of(arguments: &PlanArguments) -> Telling {
        match (arguments.quick, arguments.brief) {
            (true, _) => Telling::Quick,
            (false, true) => Telling::Brief,
            (false, false) => Telling::All,
        }
    }
}

/// Returns how a search is asked to be run.
fn options(arguments: &PlanArguments) -> Options {
    Options { gap: arguments.gap, ..Options::default() }
}

/// Searches for the plan, with a line that says how far it is, and asks what else is wanted.
fn solve(made: &Made, how: &How, solvers: &Threads) -> Result<Planned, Failure> {
    let How { options, telling, keep, promises } = how;
    let rounds = RefCell::new(Vec::new());
    let line = Line::new();
    let report = |at: &offtake_plan::Progress| {
        line.say(&how_far(at));
        rounds.borrow_mut().push(*at);
    };
    let searched =
        Search::new(&made.program, solvers, options.clone(), report).and_then(|mut search| {
            let found = search.run()?;
            let learned = match keep {
                Keep::Learned => search.store.clone(),
                Keep::Nothing => Store::default(),
            };
            let bill = results::bill(&mut search, &found.signed, &found.allowed)?;
            let mut more = limits(&mut search, &found)?;
            if let Some(promises) = promises.as_ref().filter(|_| found.finish != Finish::Stopped) {
                more.insurance = insurance(&mut search, &found, promises)
                    .map(Some)
                    .or_else(|error| if_stopped(error, None))?;
            }
            if *telling > Telling::Quick && found.finish != Finish::Stopped {
                ask(&mut search, &found, (*telling, &line), &mut more)
                    .or_else(|error| if_stopped(error, ()))?;
            }
            Ok(Planned { found, bill, more, rounds: Vec::new(), store: learned })
        });
    line.clear();
    let planned = searched.map_err(of_plan)?;
    Ok(Planned { rounds: rounds.into_inner(), ..planned })
}

/// Points of the frontier.
const FRONTIER: usize = 21;
/// In brief, a plan is looked for only at every so many of them.
const BRIEF: usize = 21;
/// Other plans that are looked for, and how much more they may cost.
const OTHERS: usize = 4;
const NEAR: f64 = 0.01;

/// Returns what limits cost, and what one more GPU is worth.
fn limits(search: &mut Search<'_>, found: &Found) -> Result<PlanMore, PlanError> {
    let limits = results::limit_prices(search, found)?;
    let pool_worth = results::pool_worth(search, found);
    Ok(PlanMore { limits, pool_worth, ..PlanMore::default() })
}

/// Asks what else is told of a plan, and puts it into `more` as it comes: what was found before somebody stops stands.
fn ask(
    search: &mut Search<'_>,
    found: &Found,
    (telling, line): (Telling, &Line),
    more: &mut PlanMore,
) -> Result<(), PlanError> {
    for (offer, blocks) in found.signed.iter().enumerate() {
        line.say(&format!("walk-away prices: {} of {}", offer + 1, found.signed.len()));
        let is_bound = telling == Telling::Brief && *blocks <= 0.0;
        let price = if is_bound { results::walk_away_most } else { results::walk_away };
        more.walk_away.push(price(search, found, offer)?);
    }
    // After what lies near the plan: blocks begin where they ended, and the worst futures ask for other plans.
    line.say("cost against risk");
    let weights: Vec<f64> = (0..FRONTIER).map(|at| at as f64 / (FRONTIER - 1) as f64).collect();
    let every = if telling == Telling::Brief { BRIEF } else { 1 };
    more.frontier = results::frontier(search, found, &weights, every)?;
    if telling == Telling::All {
        line.say("other plans");
        more.alternatives = results::alternatives(search, found, NEAR, OTHERS)?;
        line.say("what uncertainty is worth");
        more.information = Some(results::information(search, found)?);
    }
    Ok(())
}

fn if_stopped<T>(error: PlanError, nothing: T) -> Result<T, PlanError> {
    if error == PlanError::Stopped { Ok(nothing) } else { Err(error) }
}

fn how_far(at: &offtake_plan::Progress) -> String {
    let gap = at.incumbent.map_or_else(
        || "no plan yet".to_owned(),
        |cost| {
            let gap = offtake_plan::search::gap(cost, at.bound);
            format!("plan {}, gap {}", short(cost * 1e6), number::percent(gap))
        },
    );
    format!("evaluation {}: no plan below {}, {gap}", at.round, short(at.bound * 1e6))
}

fn of_plan(error: PlanError) -> Failure {
    match error {
        PlanError::Stopped if progress::is_stopped() => Failure::stopped(),
        PlanError::Stopped => Failure::input(
            "no plan was found that keeps all limits, nor which of them are in the way",
        )
        .hint("loosen a standard, or keep the standards from a later year on"),
        PlanError::NoPlan(conflict) => no_plan(&conflict),
        other => Failure::caused(&other),
    }
}

/// Says which limits cannot be met together, and the least that would have to give.
fn no_plan(conflict: &offtake_plan::Conflict) -> Failure {
    let relax: Vec<String> =
        conflict.relax.iter().map(|(name, by)| format!("`{name}` by {}", short(*by))).collect();
    let failure = Failure::input(format!(
        "no plan keeps all limits: together these cannot be met: {}",
        conflict.together.join(", ")
    ));
    match relax.is_empty() {
        true => failure,
        false => failure.hint(format!(
            "the least that would have to give: {} (each in its limit's own unit: docs/formulation/plan.md)",
            relax.join(", ")
        )),
    }
}
