//! Planning: the book with every start of every offer, its programme, and the search for the plan.

use crate::commands::PlanArguments;
use crate::failure::{End, Failure};
use crate::library::{self, Opened};
use crate::progress::{self, Bar};
use crate::screen;
use offtake_book::{Reading, Signing, read_book_with, render_findings, signings};
use offtake_highs::Threads;
use offtake_model::{Book, ContractId, Id, Offer, Severity};
use offtake_plan::program::Risk;
use offtake_plan::{Found, Options, PlanError, Program, Search};
use offtake_study::plan::{Asked, ConcentrationShare, PlanRequest, Start, as_offer, program};
use std::num::NonZeroUsize;
use std::path::Path;

/// What findings call the tables of the contracts that offers become.
const STARTS: &str = "the offers, signed";

/// A programme with what it was written from.
pub(crate) struct Made {
    pub(crate) starts: Vec<Start>,
    pub(crate) request: PlanRequest,
    pub(crate) program: Program,
}

pub(crate) fn run(opened: &Opened, arguments: &PlanArguments) -> Result<End, Failure> {
    let made = make(opened, arguments)?;
    let began = progress::now();
    let found = search(&made, arguments)?;
    eprintln!("{:?} {:?} bound {} objective {} gap {} rounds {}", began.elapsed(), found.finish, found.bound, found.objective, found.gap(), found.rounds);
    for (start, blocks) in made.starts.iter().zip(&found.signed).filter(|(_, b)| **b > 0.0) {
        println!("{} {blocks} of {}", start.name, start.offer.blocks);
    }
    Ok(End::Good)
}

/// Reads the book with every start of every offer as a contract, and writes its programme.
pub(crate) fn make(opened: &Opened, arguments: &PlanArguments) -> Result<Made, Failure> {
    let book = &opened.book;
    let mut offers: Vec<Offer> = book.offers.values().cloned().collect();
    offers.extend(book.options.iter().filter_map(|(id, option)| as_offer(book, id, option)));
    let signed = signings(book, &offers, (arguments.every, usize::from(arguments.starts)));
    let tables: String = signed.iter().map(|signing| signing.toml.as_str()).collect();
    let mut whole = read(&arguments.book, &tables)?;
    (whole.from, whole.until) = (book.from, book.until);
    let starts: Vec<Start> = signed.into_iter().map(start).collect::<Result<_, _>>()?;
    let request = request(book, arguments)?;
    let bar = Bar::new();
    let written = program(&whole, &starts, &request, &bar);
    bar.clear();
    let program = written.map_err(Failure::of_study)?;
    Ok(Made { starts, request, program })
}

fn read(path: &Path, tables: &str) -> Result<Book, Failure> {
    let Reading { book, findings, .. } = read_book_with(path, &[(STARTS, tables)]);
    book.ok_or_else(|| {
        let errors = library::of(&findings, Severity::Error);
        screen::warn(&render_findings(&errors));
        Failure::input("the book cannot be read with its offers signed")
    })
}

fn start(signing: Signing) -> Result<Start, Failure> {
    let contract = ContractId::new(&signing.contract)
        .map_err(|_| Failure::input(format!("the id of the offer `{}` is too long", signing.offer.id)))?;
    Ok(Start {
        name: signing.name,
        offer: signing.offer,
        contract,
        signed: signing.signed,
        promised: signing.promised,
    })
}

fn request(book: &Book, arguments: &PlanArguments) -> Result<PlanRequest, Failure> {
    let millions = |money: offtake_units::Money| book.in_currency(money) / 1e6;
    let share = |(kind, most): &(String, f64)| ConcentrationShare { kind: kind.clone(), most: *most };
    Ok(PlanRequest {
        seed: arguments.seed,
        scenarios: arguments.scenarios,
        first: 0,
        threads: arguments.threads.map_or(0, usize::from),
        risk: Risk { weight: arguments.risk_weight, level: 1.0 - arguments.tail },
        asked: Asked {
            standards_from: arguments.standards_from,
            n_minus_1: arguments.n_minus_1,
            concentration: arguments.concentration.iter().map(share).collect(),
            budgets: arguments.budget.iter().map(|(year, most)| (*year, millions(*most))).collect(),
            prepayment: arguments.prepayment.map(millions),
            exposure: arguments.exposure.map(millions),
        },
    })
}

/// Searches for the plan, and says how far it is.
fn search(made: &Made, arguments: &PlanArguments) -> Result<Found, Failure> {
    let threads = match made.request.threads {
        0 => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        some => NonZeroUsize::new(some).unwrap_or(NonZeroUsize::MIN),
    };
    let solvers = Threads::stopped_by(threads, progress::stop_flag());
    let options = Options { gap: arguments.gap, ..Options::default() };
    let report = |at: &offtake_plan::Progress| {
        eprintln!("{at:?}");
    };
    let mut search = Search::new(&made.program, &solvers, options, report).map_err(of_plan)?;
    search.run().map_err(of_plan)
}

fn of_plan(error: PlanError) -> Failure {
    Failure::input(error.to_string())
}
