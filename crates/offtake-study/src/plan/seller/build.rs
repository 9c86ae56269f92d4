//! What may be built: what it costs and when, what it costs to run, and how much of it is there in which future.

use super::money::Terms;
use super::{Acceptable, Orderable};
use jiff::civil::Date;
use offtake_adequacy::System;
use offtake_model::Book;
use offtake_plan::program::{Payment, Program, Table2};
use offtake_plan::seller::{Build, Loan};
use offtake_units::Span;

/// Length of use of what no request is for.
const LIFE: Span = Span::from_months(60);
/// Hours of a year, as rates by the year are meant.
const YEAR: f64 = 8_760.0;

/// What the futures say of each build.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// By build: the program's pool of it.
    pub(super) pools: Vec<usize>,
    /// By build: hour of the horizon at which it is promised, and hours that it is used for.
    pub(super) promised: Vec<i64>,
    pub(super) life: Vec<f64>,
    /// By build and scenario: hours that it comes after that; `None` where it does not within the horizon.
    pub(super) late: Vec<Vec<Option<f64>>>,
    /// By build: share available, until its life is over.
    pub(super) available: Vec<Table2>,
    /// First and last hour of each month.
    pub(super) months: Vec<(f64, f64)>,
}

impl Built {
    pub(super) fn new(
        (book, system): (&Book, &System),
        whole: &Program,
        orderable: &[Orderable],
        acceptable: &[Acceptable],
    ) -> Built {
        let months: Vec<(f64, f64)> =
            system.axis.months().iter().map(|m| (m.start as f64, m.end as f64)).collect();
        let scenarios = whole.scenarios.len();
        let mut built = Built {
            pools: whole.offers.iter().map(|offer| offer.pool).collect(),
            promised: Vec::new(),
            life: Vec::new(),
            late: Vec::new(),
            available: Vec::new(),
            months,
        };
        for (at, one) in orderable.iter().enumerate() {
            let promised = system.axis.hour_of(one.promised);
            let life = life(book, one, acceptable);
            let share = |scenario: usize, month: usize| whole.available.at(scenario, month, at);
            let late: Vec<Option<f64>> =
                (0..scenarios).map(|s| built.late(promised as f64, |m| share(s, m))).collect();
            let table = Table2::new((scenarios, built.months.len()), |scenario, month| {
                let end = promised as f64 + late[scenario].unwrap_or(0.0) + life;
                share(scenario, month) * built.part(month, (f64::NEG_INFINITY, end))
            });
            built.promised.push(promised);
            built.life.push(life);
            built.late.push(late);
            built.available.push(table);
        }
        built
    }

    /// Returns how many hours after `promised` something comes whose share by month is given; `None` for what does not.
    fn late(&self, promised: f64, share: impl Fn(usize) -> f64) -> Option<f64> {
        let count = self.months.len();
        let first = (0..count).find(|month| share(*month) > 0.0)?;
        let full = if first + 1 < count { share(first + 1).max(share(first)) } else { 1.0 };
        let (start, end) = self.months[first];
        let begins = end - (end - start) * share(first) / full;
        Some((begins - promised).max(0.0))
    }

    /// Returns the part of a month that lies between two hours.
    pub(super) fn part(&self, month: usize, (from, until): (f64, f64)) -> f64 {
        let (start, end) = self.months[month];
        ((until.min(end) - from.max(start)) / (end - start)).clamp(0.0, 1.0)
    }

    /// Returns the share of each month in which a build is there as promised.
    fn promised_share(&self, at: usize) -> Vec<f64> {
        let from = self.promised[at] as f64;
        let part = |month| self.part(month, (from, from + self.life[at]));
        (0..self.months.len()).map(part).collect()
    }

    /// Returns the month in which an hour lies; the last for what lies after.
    fn month_of(&self, hour: f64) -> usize {
        let found = self.months.iter().position(|(_, end)| hour < *end);
        found.unwrap_or(self.months.len().saturating_sub(1))
    }
}

/// Returns the hours that a build is used for: the longest term of the requests that it could serve.
fn life(book: &Book, one: &Orderable, acceptable: &[Acceptable]) -> f64 {
    let terms = acceptable.iter().filter(|way| is_for(way, one)).map(|way| way.term);
    let hours = |span: Span| {
        let end = one.promised.checked_add(span.calendar()).unwrap_or(book.until);
        f64::from((end - one.promised).get_days()) * 24.0
    };
    terms.map(hours).reduce(f64::max).unwrap_or_else(|| hours(LIFE))
}

/// Says whether a build is of the power and type that a way of a request asks for.
pub(super) fn is_for(way: &Acceptable, one: &Orderable) -> bool {
    way.power == one.power && way.accelerator == one.accelerator
}

/// Says whether a build is the one that a way of a request is promised with.
pub(super) fn is_meant(way: &Acceptable, one: &Orderable) -> bool {
    let month = |date: Date| (date.year(), date.month());
    is_for(way, one) && month(way.promised) == month(one.promised)
}

/// Returns the builds.
pub(super) fn builds(
    (book, terms): (&Book, &Terms<'_>),
    base: &Program,
    orderable: &[Orderable],
    built: &Built,
) -> Vec<Build> {
    let of = |(at, one): (usize, &Orderable)| {
        let outlay = outlay(one, terms, (built, at));
        Build {
            name: one.name.clone(),
            stock: book.powers.keys().position(|id| *id == one.power).unwrap_or(0),
            pool: built.pools[at],
            block_kgpu: one.rack as f64 / 1e3,
            block_mw: one.gross_mw,
            most: one.racks as f64,
            running: running(book, one, terms),
            forgone: forgone(book, one),
            left: left(one, terms, (built, at)),
            loan: terms.debt().map(|debt| loan(debt, &outlay, (base, built, at))),
            outlay,
            promised: built.promised_share(at),
            available: built.available[at].clone(),
            due: due(one, &built.late[at]),
        }
    };
    orderable.iter().enumerate().map(of).collect()
}

/// Returns the share of what a build is paid for that falls due in each future: racks that never come are never paid,
/// their hall is.
fn due(one: &Orderable, late: &[Option<f64>]) -> Vec<f64> {
    if late.iter().all(Option::is_some) {
        return Vec::new();
    }
    let all = one.hall + one.hardware;
    let hall = if all > 0.0 { one.hall / all } else { 1.0 };
    late.iter().map(|late| if late.is_some() { 1.0 } else { hall }).collect()
}

/// Returns what the power and operation of one of its GPUs cost in an hour.
pub(super) fn running(book: &Book, one: &Orderable, terms: &Terms<'_>) -> f64 {
    let rack = one.rack as f64;
    let site = book.sites.get(&one.site);
    let of_type = book.catalog.accelerators.get(&one.accelerator).map(|of| of.draw);
    let draw = site.and_then(|site| site.draw.get(&one.accelerator).copied()).or(of_type);
    // The heavier of training and serving: whoever sells does not choose what runs.
    let kilowatts = draw.map_or(0.0, |d| d.training.kilowatts().max(d.serving.kilowatts()));
    let price = site.and_then(|site| site.power_price);
    let price = price.map_or(0.0, |price| book.in_currency(price.money()));
    let pue = one.gross_mw / one.critical_mw;
    let operation = terms.per_megawatt() * one.critical_mw + terms.per_hardware() * one.hardware;
    kilowatts / 1e3 * pue * price + operation / YEAR / rack
}

/// Returns what the megawatts of one of its GPUs earn in an hour until a hall needs them, less what their power costs;
/// nothing where that is a loss, which nobody would keep making.
fn forgone(book: &Book, one: &Orderable) -> f64 {
    let earns = book.idles.values().filter(|idle| idle.site == one.site);
    let earns = earns.map(|idle| book.in_currency(idle.earns.money())).fold(0.0, f64::max);
    let price = book.sites.get(&one.site).and_then(|site| site.power_price);
    let price = price.map_or(0.0, |price| book.in_currency(price.money()));
    (earns - price).max(0.0) * one.gross_mw / one.rack as f64
}

/// Returns what a rack is paid for: its hall in equal parts up to the month in which it is promised, itself then.
fn outlay(one: &Orderable, terms: &Terms<'_>, (built, at): (&Built, usize)) -> Vec<Payment> {
    let last = built.month_of(built.promised[at] as f64);
    let over = terms.shell_months();
    let mut by_month = vec![0.0; last + 1];
    for step in 0..over {
        // What was due before the first month is due in it.
        by_month[last.saturating_sub(step)] += one.hall / over as f64 / 1e6;
    }
    by_month[last] += one.hardware / 1e6;
    payments(&by_month)
}

fn payments(by_month: &[f64]) -> Vec<Payment> {
    let payment = |(month, amount): (usize, &f64)| Payment { month, amount: *amount };
    by_month.iter().enumerate().filter(|(_, amount)| **amount > 0.0).map(payment).collect()
}

/// Returns what a rack and its hall are worth in the end: on a straight line from what they cost to what is left when
/// their use ends, sold then or, where that is later, a claim at the end of the horizon.
fn left(one: &Orderable, terms: &Terms<'_>, (built, at): (&Built, usize)) -> Vec<Payment> {
    let (begin, life) = (built.promised[at] as f64, built.life[at]);
    let horizon = built.months.last().map_or(0.0, |(_, end)| *end);
    let used = ((horizon - begin) / life.max(1.0)).clamp(0.0, 1.0);
    let worth = |cost: f64, residual: f64| cost * (1.0 - (1.0 - residual) * used);
    let all =
        worth(one.hall, terms.shell_residual()) + worth(one.hardware, terms.hardware_residual());
    let month = built.month_of(begin + life - 1.0);
    if all > 0.0 { vec![Payment { month, amount: all / 1e6 }] } else { Vec::new() }
}

/// Returns a million borrowed: drawn as the build is paid, interest added until it is promised, and paid back in equal
/// monthly parts from the month after to the last of its use; what lies beyond the horizon is owed at its end.
fn loan(
    debt: &offtake_model::Debt,
    outlay: &[Payment],
    (base, built, at): (&Program, &Built, usize),
) -> Loan {
    let all: f64 = outlay.iter().map(|pay| pay.amount).sum();
    let part = |pay: &Payment| Payment { amount: pay.amount / all.max(1e-12), ..*pay };
    let draws: Vec<Payment> = outlay.iter().map(part).collect();
    let rate = debt.rate.value() / 12.0;
    let begin = built.month_of(built.promised[at] as f64);
    let grown = |pay: &Payment| pay.amount * libm::pow(1.0 + rate, (begin - pay.month) as f64);
    let mut balance: f64 = draws.iter().map(grown).sum();
    // What begins with a month ends with one, and is used in one month fewer after its first.
    let is_whole = built.promised[at] as f64 <= built.months[begin].0;
    let months = libm::round(built.life[at] / (YEAR / 12.0)) - f64::from(u8::from(is_whole));
    let months = months.max(1.0);
    let level = match rate > 0.0 {
        true => balance * rate / (1.0 - libm::pow(1.0 + rate, -months)),
        false => balance / months,
    };
    let last = base.months.len() - 1;
    let mut service = Vec::new();
    for month in (begin + 1..=last).take(months as usize) {
        balance = balance * (1.0 + rate) - level;
        service.push(Payment { month, amount: level });
    }
    let owed = (balance > 1e-9).then_some(Payment { month: last, amount: balance });
    Loan { draws, service, owed: owed.into_iter().collect() }
}
