//! The book with all that could be built as fleets, the ways to serve each request, and the programme of both.

use super::MadeSeller;
use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::library::{self, Opened};
use crate::progress::Bar;
use crate::screen;
use offtake_book::{Building, Request, buildings, powers_for, render_findings, requested_from};
use offtake_model::{Book, ContractId, Finding, Id};
use offtake_plan::seller::write;
use offtake_study::plan::{Acceptable, Orderable, PlanRequest, SellerAsked, seller};
use std::collections::BTreeMap;

/// What findings call the tables of what could be built, and of what could be accepted.
const BUILT: &str = "what could be built";
const ACCEPTED: &str = "the requests, accepted";

/// A request, served from a stock of power from some day on, with its table in a book.
#[derive(Clone, Debug)]
pub(crate) struct Accepting {
    /// What the programme reads of it.
    pub(crate) way: Acceptable,
    /// Id of the contract that it becomes.
    pub(crate) contract: String,
    /// What accepting all of it makes.
    pub(crate) request: Request,
    /// Day of signing.
    pub(crate) signed: jiff::civil::Date,
}

/// Writes the programme of a seller's book.
pub(crate) fn make_with(
    opened: &Opened,
    arguments: &PlanArguments,
    change: impl FnOnce(&mut PlanRequest),
) -> Result<MadeSeller, Failure> {
    let book = &opened.book;
    let built = buildings(book, (arguments.every, usize::from(arguments.starts)));
    let mut accepting = acceptings(book, &built)?;
    if accepting.is_empty() && !is_let_to_market(book) {
        return Err(nothing_to_decide(book));
    }
    let shared = built.iter().find(|one| one.own_hall.is_none() && has_power(book, &one.site));
    if let Some(one) = shared {
        return Err(Failure::input(format!(
            "`site.{}` is one hall with `critical_it`, and what is built on `power.{}` needs megawatts of its own",
            one.site, one.power
        ))
        .hint("write what stands there into a `[hall.…]` with that `critical_it`"));
    }
    let tables: String = built.iter().map(|one| one.toml(one.racks)).collect();
    let path = arguments.book();
    let mut whole = library::read_with(
        path,
        &[(BUILT, tables.as_str())],
        "the book cannot be read with what could be built in it",
    )?;
    (whole.from, whole.until) = (book.from, book.until);
    credits(arguments, &mut accepting)?;
    let orderable = built.iter().map(orderable).collect::<Result<Vec<_>, _>>()?;
    let acceptable: Vec<Acceptable> = accepting.iter().map(|one| one.way.clone()).collect();
    let mut request = super::super::request(book, arguments);
    request.asked = offtake_study::plan::Asked::default();
    change(&mut request);
    let asked = asked(book, arguments);
    let bar = Bar::new();
    let written = seller(&whole, (&orderable, &acceptable), (&request, &asked), &bar);
    bar.clear();
    let seller = written.map_err(Failure::of_study)?;
    let (program, columns) = write(&seller);
    Ok(MadeSeller { built, accepting, request, seller, program, columns, whole })
}

/// Says whether power may bind in a hall of a site.
fn has_power(book: &Book, site: &offtake_model::SiteId) -> bool {
    book.halls.values().any(|hall| hall.site == *site && hall.critical_it.is_some())
}

fn asked(book: &Book, arguments: &PlanArguments) -> SellerAsked {
    let millions = |money: offtake_units::Money| book.in_currency(money) / 1e6;
    SellerAsked {
        loan_to_cost: arguments.loan_to_cost,
        debt: arguments.debt.map(millions),
        min_dscr: arguments.min_dscr,
        capital: arguments.budget.iter().map(|(year, most)| (*year, millions(*most))).collect(),
    }
}

fn orderable(one: &Building) -> Result<Orderable, Failure> {
    let fleet = ContractId::new(&one.fleet)
        .map_err(|_| Failure::input(format!("the id of `{}` is too long", one.name)))?;
    Ok(Orderable {
        name: one.name.clone(),
        fleet,
        power: one.power.clone(),
        site: one.site.clone(),
        accelerator: one.accelerator.clone(),
        ordered: one.ordered,
        promised: one.promised,
        rack: one.rack,
        racks: one.racks,
        critical_mw: one.critical_mw,
        gross_mw: one.gross_mw,
        hall: one.hall,
        hardware: one.hardware,
    })
}

/// Returns every way to serve every request: from each power that it can be served from, in each month in which what it
/// asks for could be built there. Fails with all that is wrong.
fn acceptings(book: &Book, built: &[Building]) -> Result<Vec<Accepting>, Failure> {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for id in book.opportunities.keys() {
        match ways_of(book, built, id) {
            Ok(ways) => found.extend(ways),
            Err(finding) => wrong.push(*finding),
        }
    }
    if wrong.is_empty() {
        return Ok(found);
    }
    screen::warn(&render_findings(&wrong));
    let count = library::count(wrong.len(), "request");
    Err(Failure::input(format!("{count} cannot be planned for")).hint(
        "each finding says what to add; docs/reference/book.md has the keys of an opportunity",
    ))
}

fn ways_of(book: &Book, built: &[Building], id: &str) -> Result<Vec<Accepting>, Box<Finding>> {
    let wanted = &book.opportunities[id];
    let (mut found, mut why) = (Vec::new(), None);
    for power in powers_for(book, wanted) {
        let build = wanted.build.as_ref().or(book.powers[power].builds.first());
        for one in built.iter().filter(|one| one.power == power && Some(&one.build) == build) {
            let month = one.promised.strftime("%Y-%m");
            let contract = format!("{id}--{power}--{month}");
            match requested_from(book, (id, power), &contract, one.ordered) {
                Ok(request) if request.gpus > one.rack * one.racks => {
                    let most = one.rack * one.racks;
                    why = Some(format!(
                        "it asks for {} GPUs, and `power.{power}` holds {most}",
                        request.gpus
                    ));
                }
                Ok(request) => found.push(accepting(book, (id, power), contract, (one, request))),
                Err(lacks) => why = Some(lacks),
            }
        }
    }
    if found.is_empty() { Err(Box::new(cannot_be_served(book, id, why))) } else { Ok(found) }
}

fn accepting(
    book: &Book,
    (id, power): (&str, &str),
    contract: String,
    (one, request): (&Building, Request),
) -> Accepting {
    let wanted = &book.opportunities[id];
    let month = one.promised.strftime("%Y-%m");
    let name = match powers_for(book, wanted).len() {
        1 => format!("{id}@{month}"),
        _ => format!("{id}/{power}@{month}"),
    };
    let way = Acceptable {
        name,
        opportunity: id.to_owned(),
        power: power.to_owned(),
        accelerator: request.accelerator.clone(),
        gpus: request.gpus,
        promised: request.promised,
        price: book.in_currency(request.price.money()),
        credit: 0.0,
        grace: 0.0,
        cap: 0.0,
        term: wanted.term,
        least: wanted.least,
    };
    Accepting { way, contract, request, signed: one.ordered }
}

/// Says that nothing can serve a request, where it stands, and what to add.
fn cannot_be_served(book: &Book, id: &str, why: Option<String>) -> Finding {
    let subject = format!("opportunity.{id}");
    let prefix = format!("{subject}.");
    let written = book.provenance.range(prefix.clone()..);
    let places = written
        .take_while(|(path, _)| path.starts_with(&prefix))
        .filter_map(|(_, of)| of.place.clone());
    let place = places.min();
    let problem = why.unwrap_or_else(|| {
        "no power of the book is large enough and can be built on in time for it".to_owned()
    });
    let fix =
        "add a `[power.…]` with `builds`, say `on`, or ask for less with `power`, `gpus` or `--to`";
    let finding = Finding::error("request-cannot-be-served", subject, problem, fix.to_owned());
    Finding { place, ..finding }
}

/// Says whether the market takes what could be built, or what stands unsold.
fn is_let_to_market(book: &Book) -> bool {
    book.markets.values().any(|market| market.depth.is_some_and(|depth| depth.count() > 0))
}

fn nothing_to_decide(book: &Book) -> Failure {
    let failure = Failure::input(
        "the book has nothing that a seller could decide: no `[opportunity.…]`, and no market with a `depth`",
    );
    if book.offers.is_empty() {
        return failure.hint("add `[opportunity.name]` with `party`, `power` or `gpus`, and `[power.…]` with `builds` to serve it from");
    }
    failure.hint("it has offers to sign: leave `--side seller` out to plan what to sign")
}

/// Reads the book with each request accepted on each power, for the credit that its contract gives for a month late:
/// clauses that a request does not say are those of any contract, whenever it begins.
fn credits(arguments: &PlanArguments, accepting: &mut [Accepting]) -> Result<(), Failure> {
    let mut known: BTreeMap<(String, String), [f64; 3]> = BTreeMap::new();
    for one in accepting {
        let id = ContractId::new(&one.contract)
            .map_err(|_| Failure::input(format!("the id of `{}` is too long", one.way.name)))?;
        let key = (one.way.opportunity.clone(), one.way.power.clone());
        let said = match known.get(&key) {
            Some(said) => *said,
            None => credit_of(arguments, one, &id)?,
        };
        known.insert(key, said);
        [one.way.credit, one.way.grace, one.way.cap] = said;
    }
    Ok(())
}

/// Returns rate, hours of grace and cap of the credit that a contract gives.
fn credit_of(
    arguments: &PlanArguments,
    one: &Accepting,
    id: &ContractId,
) -> Result<[f64; 3], Failure> {
    let tables = one.request.toml.as_str();
    let problem = "the book cannot be read with a request accepted";
    let book = library::read_with(arguments.book(), &[(ACCEPTED, tables)], problem)?;
    let said = book.contracts.get(id).map(|contract| {
        // Rates of credits are by the month, of that month's fee.
        let rate = contract.late.credit.value().clamp(0.0, 1.0);
        [rate, contract.late.grace.hours(), contract.late.cap.0]
    });
    Ok(said.unwrap_or([one.way.credit, one.way.grace, one.way.cap]))
}
