//! What a seller may do, written from a book: what to build on which megawatts, which requests to accept.
//!
//! The base is the buyer's programme of the same futures: pools, what is sold already, what is held. What may be built
//! stands in the book that is read as a fleet each, so that it slips, breaks and goes out as fleets do. What is
//! approximated, beside what the buyer's plan approximates: nothing is taxed; a contract that is late runs its full term
//! from the day that its own build comes; market prices are means of a year; and since what a seller promises is the same
//! in every hour, all hours in which no site is out are one.

mod build;
mod money;
mod work;

use super::draw::Futures;
use super::supply::Supply;
use super::{PlanRequest, Start};
use crate::run::{Progress, StudyError, threads};
use build::{Built, builds};
use jiff::civil::Date;
use money::{Terms, money};
use offtake_adequacy::System;
use offtake_model::{AcceleratorId, Book, ContractId, Offer, SiteId};
use offtake_plan::program::{Hour, Limits, Program, Table2, Table3};
use offtake_plan::seller::{Request, Seller, Stock};
use offtake_units::{Gpus, Price, Share, Span};

/// A recipe on a stock of power that may be ordered, as a fleet of the book.
#[derive(Clone, Debug, PartialEq)]
pub struct Orderable {
    /// Its name, as `childress-rest/liquid-hall@2026-11`.
    pub name: String,
    /// The fleet that it is in the book.
    pub fleet: ContractId,
    /// Id of the power.
    pub power: String,
    /// Where.
    pub site: SiteId,
    /// What.
    pub accelerator: AcceleratorId,
    /// The last day of ordering.
    pub ordered: Date,
    /// Day in service, as promised.
    pub promised: Date,
    /// GPUs of a rack.
    pub rack: i64,
    /// Racks that the megawatts hold.
    pub racks: i64,
    /// Megawatts of critical IT load of a rack.
    pub critical_mw: f64,
    /// Gross megawatts of a rack.
    pub gross_mw: f64,
    /// Money for the hall of a rack.
    pub hall: f64,
    /// Money for a rack.
    pub hardware: f64,
}

/// A request, served from a stock of power from some day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptable {
    /// Its name, as `rest-of-childress@2026-11`.
    pub name: String,
    /// Id of the opportunity.
    pub opportunity: String,
    /// Id of the power.
    pub power: String,
    /// What.
    pub accelerator: AcceleratorId,
    /// GPUs, in whole racks.
    pub gpus: i64,
    /// Day in service, as promised.
    pub promised: Date,
    /// Money for a GPU-hour.
    pub price: f64,
    /// Share of its fee that each month late is credited at, after a grace of so many hours, and up to so many monthly fees.
    pub credit: f64,
    /// Hours.
    pub grace: f64,
    /// Monthly fees.
    pub cap: f64,
    /// Length of use.
    pub term: Span,
    /// The least share that the tenant would take.
    pub least: Share,
}

/// What a seller asks of its plan beside futures and risk; money in millions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SellerAsked {
    /// Share of what is built that may be borrowed; `None` for what the book's own debts cover of its projects.
    pub loan_to_cost: Option<f64>,
    /// The most that may be borrowed in all.
    pub debt: Option<f64>,
    /// Least contracted cash flow over debt service; `None` for the largest that a debt of the book asks for.
    pub min_dscr: Option<f64>,
    /// The most of the owners' own that a year may be spent on building.
    pub capital: Vec<(i32, f64)>,
}

/// Hours of a typical working day and of one of the weekend, which come first.
const TYPICAL: usize = 2 * super::hours::DAY;
/// Blocks into which a request is divided that may be accepted in part.
const BLOCKS: i64 = 10;

/// Writes what the seller of `book` may do; every orderable is a fleet of it. Builds and ways are in the order given.
///
/// # Errors
///
/// When `progress` says to stop.
pub fn seller(
    book: &Book,
    (orderable, acceptable): (&[Orderable], &[Acceptable]),
    (request, asked): (&PlanRequest, &SellerAsked),
    progress: &dyn Progress,
) -> Result<Seller, StudyError> {
    let starts: Vec<Start> = orderable.iter().map(|one| start(book, one)).collect();
    let system = System::undispatched(book, request.seed);
    let futures = Futures::new(book, &system, (&starts, request.causes));
    let samples = request.first..request.first + request.scenarios;
    let drawn = futures.draw(samples, threads(request.threads), progress)?;
    let whole = super::write(book, &system, &starts, request, &drawn);
    let terms = Terms::new(book);
    let built = Built::new((book, &system), &whole, orderable, acceptable);
    let base = base(&whole);
    let writer =
        work::Work { book, base: &base, orderable, acceptable, built: &built, terms: &terms };
    let supply = Supply::new(book, &system, &starts);
    let names = requests(acceptable);
    Ok(Seller {
        stocks: stocks(book),
        builds: builds((book, &terms), &base, orderable, &built),
        requests: names.iter().map(|id| one_request(acceptable, id)).collect(),
        ways: writer.ways(&names),
        markets: writer.markets((&system, &supply), &drawn),
        money: money(book, &base, &terms, asked),
        base,
    })
}

/// Returns the program without anything to sign, and with the hours of typical days as one.
fn base(whole: &Program) -> Program {
    let (scenarios, months) = (whole.scenarios.len(), whole.months.len());
    let classes = whole.classes.len();
    let out = whole.hours.len() - TYPICAL;
    let hours = out + 1;
    let typical = |month: usize| &whole.weight.row(month)[..TYPICAL];
    let mean = |month: usize, of: &[f64]| -> f64 {
        let weights = typical(month);
        let sum: f64 = weights.iter().zip(of).map(|(weight, value)| weight * value).sum();
        sum / weights.iter().sum::<f64>()
    };
    Program {
        hours: (0..hours).map(|run| Hour { run }).collect(),
        weight: Table2::new((months, hours), |month, hour| match hour {
            0 => typical(month).iter().sum(),
            _ => whole.weight.at(month, hour + TYPICAL - 1),
        }),
        power_share: Table3::new((months, whole.sites.len(), hours), |month, site, hour| {
            let of = whole.power_share.row(month, site);
            if hour == 0 { mean(month, of) } else { of[hour + TYPICAL - 1] }
        }),
        demand_shape: Table3::new((months, classes, hours), |month, class, hour| {
            let of = whole.demand_shape.row(month, class);
            if hour == 0 { mean(month, of) } else { of[hour + TYPICAL - 1] }
        }),
        offers: Vec::new(),
        available: Table3::new((scenarios, months, 0), |_, _, _| 0.0),
        due: Table2::default(),
        limits: Limits::default(),
        ..whole.clone()
    }
}

/// Returns a build as the start of an offer of its racks: what draws its futures reads no more of it.
fn start(book: &Book, one: &Orderable) -> Start {
    let none = offtake_units::Money::from_micros(0, book.currency);
    Start {
        name: one.name.clone(),
        contract: one.fleet.clone(),
        signed: book.as_of,
        promised: one.promised,
        offer: Offer {
            id: one.name.clone(),
            seller: book.owner.clone(),
            site: one.site.clone(),
            accelerator: one.accelerator.clone(),
            block: Gpus::new(one.rack),
            blocks: one.racks,
            start_from: one.promised,
            start_until: one.promised,
            lead_time: Span::ZERO,
            price: Price::new(none, offtake_units::Per::GpuHour),
            term: Span::from_months(60),
            take_or_pay: Share::new(1.0),
            prepayment: Share::new(0.0),
            open_until: None,
            taken_chance: Share::new(0.0),
        },
    }
}

fn stocks(book: &Book) -> Vec<Stock> {
    let of = |(id, stock): (&String, &offtake_model::PowerStock)| Stock {
        name: id.clone(),
        megawatts: stock.grid_power.megawatts(),
    };
    book.powers.iter().map(of).collect()
}

/// Returns the requests that there is a way to serve, each once.
fn requests(acceptable: &[Acceptable]) -> Vec<&str> {
    let mut names: Vec<&str> = acceptable.iter().map(|way| way.opportunity.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns how many blocks an acceptable request is divided into.
fn blocks_of(way: &Acceptable) -> i64 {
    if way.least.part() < 1.0 { BLOCKS } else { 1 }
}

fn one_request(acceptable: &[Acceptable], id: &str) -> Request {
    let way = acceptable.iter().find(|way| way.opportunity == id);
    let blocks = way.map_or(1, blocks_of) as f64;
    let least = way.map_or(1.0, |way| way.least.part());
    Request {
        name: id.to_owned(),
        blocks,
        // A nudge of a billionth keeps a share of whole blocks from asking for one more.
        least: libm::ceil(least * blocks - 1e-9).clamp(1.0, blocks),
    }
}

/// Returns the hour of the horizon at which a day begins.
fn hour_of(book: &Book, day: Date) -> f64 {
    f64::from((day - book.from).get_days()) * 24.0
}
