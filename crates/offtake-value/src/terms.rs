//! A contract made ready: its clauses in hours and millionths of the book's currency.
//!
//! Nothing here is random; it is made once and shared by all samples.

use crate::calendar::Calendar;
use crate::clauses::{Delay, HourRate, PowerRate, Prepaid, escalated};
use crate::exact::{WHOLE, billionths, in_book, parts, ratio};
use jiff::civil::Date;
use offtake_model::{AfterAnchor, Book, Contract, DueDate, Ownership, Side, Tranche};
use offtake_position::Pool;
use offtake_units::Span;

/// Average hours of a month.
const HOURS_PER_MONTH: f64 = 8_765.82 / 12.0;
/// Years of service for which a rate is worked out; after them it stands still.
const YEARS: usize = 120;

/// Amounts above this, ten million billions of the currency, are not worked out to the last digit.
const LARGEST: i128 = 10_i128.pow(22);

/// One contract with a price.
#[derive(Clone, Debug)]
pub struct Deal<'a> {
    /// Its place among the book's contracts.
    pub index: usize,
    /// The contract.
    pub contract: &'a Contract,
    /// Which side of it the owner of the book is on.
    pub side: Side,
    /// The rate in the first year of service.
    pub rate: HourRate,
    /// The rate by year of service.
    pub(crate) rates: Vec<HourRate>,
    /// Share that is paid for in any case, in parts of a billion.
    pub(crate) take_or_pay: i128,
    /// Months for which a deficiency may be made up.
    pub(crate) make_up: Option<i32>,
    /// Its tranches, in the order of the contract.
    pub tranches: Vec<Lot>,
}

/// One tranche of a deal.
#[derive(Clone, Debug)]
pub struct Lot {
    /// Its pool.
    pub pool: usize,
    /// GPU-hours from the promised day to the end of the term.
    pub hours: i64,
    /// What they are worth at the contract's rates, in millionths.
    pub value: i128,
    /// Place of its accelerator's market among the book's; `None` where no price is known.
    pub market: Option<usize>,
    /// Whether it was delivered by the book's day.
    pub is_delivered: bool,
    /// Hour in service, where it was.
    pub delivered: Option<i64>,
    /// Hour of the promised day.
    pub promised: i64,
    /// Hour after the last of the promised term.
    pub promised_end: i64,
    /// Months of the term.
    pub term_months: i32,
    pub(crate) delay: Delay,
    pub(crate) right_from: Option<i64>,
    pub(crate) given_up_at: i64,
    pub(crate) due: Due,
    pub(crate) prepaid: Option<Prepaid>,
    pub(crate) power: Option<PowerRate>,
}

/// When a prepayment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// At an hour that the contract knows.
    At(i64),
    /// So many hours after it is in service (before, when negative).
    AfterService(i64),
}

/// Returns the deals of `book`: contracts between two parties of which the owner is one, with a price. `pools` are
/// those of `offtake_position::pools`.
#[must_use]
pub(crate) fn deals<'a>(book: &'a Book, calendar: &Calendar, pools: &[Pool]) -> Vec<Deal<'a>> {
    let each = book.contracts.values().enumerate();
    each.filter_map(|(index, contract)| deal(book, calendar, pools, (index, contract))).collect()
}

fn deal<'a>(
    book: &'a Book,
    calendar: &Calendar,
    pools: &[Pool],
    (index, contract): (usize, &'a Contract),
) -> Option<Deal<'a>> {
    if contract.ownership == Ownership::Owned {
        return None;
    }
    let factor = billionths(1.0 + contract.escalator);
    let rate = rate(book, contract, factor)?;
    let rates: Vec<HourRate> =
        (0..YEARS as i32).map(|year| escalated(rate, factor, year)).collect();
    let lot = |tranche: &Tranche| {
        let pool = pools.iter().position(|pool| pool.tranche == tranche.id)?;
        Some(lot(book, calendar, (contract, tranche), (pool, &pools[pool]), &rates))
    };
    Some(Deal {
        index,
        contract,
        side: book.side(contract),
        rate,
        take_or_pay: parts(contract.take_or_pay.share),
        make_up: contract.take_or_pay.make_up.map(months),
        tranches: contract.tranches.iter().filter_map(lot).collect(),
        rates,
    })
    .filter(|deal| !deal.tranches.is_empty())
}

impl Deal<'_> {
    /// Returns the rate in a year of service, 0 for the first.
    #[must_use]
    pub fn rate_in(&self, year: i32) -> HourRate {
        let last = self.rates.len() - 1;
        self.rates[usize::try_from(year).unwrap_or(0).min(last)]
    }

    /// Returns what a year of all tranches in service is worth, in millionths: twelve monthly fees.
    #[must_use]
    pub fn yearly(&self) -> i128 {
        self.tranches.iter().map(|lot| lot.delay.monthly_fee * 12).sum()
    }

    /// Returns the value of all tranches over their promised terms, in millionths.
    #[must_use]
    pub fn value(&self) -> i128 {
        self.tranches.iter().map(|lot| lot.value).sum()
    }
}

/// Returns the rate of the first year: the price that is written, or the total over the contracted GPU-hours, each
/// weighed by its year's factor, so that the total comes out over the terms.
fn rate(book: &Book, contract: &Contract, factor: i128) -> Option<HourRate> {
    let path = format!("contract.{}.price.per_gpu_hour", contract.id);
    let is_derived = contract.price_total.is_some()
        && book.provenance.get(&path).is_none_or(|p| p.place.is_none());
    if !is_derived {
        return contract.price.map(|price| HourRate::per_hour(in_book(book, price.money())));
    }
    let total = in_book(book, contract.price_total?);
    // GPU-hours in parts of a billion of one in the first year.
    let mut weighed = 0_i128;
    for tranche in &contract.tranches {
        let mut weight = WHOLE;
        for days in years_of(tranche) {
            let hours = i128::from(tranche.gpus.count()) * days * 24;
            weighed = weighed.saturating_add(hours.saturating_mul(weight));
            weight = ratio(weight, factor, WHOLE);
        }
    }
    let is_flat = factor == WHOLE || total.abs() > LARGEST;
    let rate = match is_flat {
        true => HourRate { micros: total, hours: weighed / WHOLE },
        false => HourRate { micros: total * WHOLE, hours: weighed },
    };
    (rate.hours > 0).then_some(rate)
}

/// Returns the days of each year of a tranche's promised term.
fn years_of(tranche: &Tranche) -> Vec<i128> {
    let (start, end) = promised_term(tranche);
    let mut days = Vec::new();
    let mut at = start;
    let mut years = 1;
    while at < end && days.len() < YEARS {
        let next = start.checked_add(jiff::Span::new().years(years)).unwrap_or(Date::MAX).min(end);
        days.push(next.since(at).map_or(0, |span| i128::from(span.get_days())));
        at = next;
        years += 1;
    }
    days
}

/// Returns the first day of a tranche's promised term and the day after its last: from its delivery, once it was
/// delivered.
fn promised_term(tranche: &Tranche) -> (Date, Date) {
    let start = tranche.delivered.unwrap_or(tranche.promised);
    let end = start.checked_add(days(tranche.term)).unwrap_or(Date::MAX);
    (start, tranche.ends.map_or(end, |ends| ends.min(end)).max(start))
}

fn lot(
    book: &Book,
    calendar: &Calendar,
    (contract, tranche): (&Contract, &Tranche),
    (index, pool): (usize, &Pool),
    rates: &[HourRate],
) -> Lot {
    let years = years_of(tranche);
    let gpus = i128::from(tranche.gpus.count());
    let of_year = |(days, rate): (&i128, &HourRate)| rate.of((gpus * days * 24) as i64);
    let value: i128 = years.iter().zip(rates).map(of_year).sum();
    let hours = (gpus * years.iter().sum::<i128>() * 24) as i64;
    let (start, end) = promised_term(tranche);
    let length = (calendar.hour_of(end) - calendar.hour_of(start)) as f64 / HOURS_PER_MONTH;
    // A term in months has that many; one in days, or cut off by its end, as many as it is long.
    let is_whole = tranche.ends.is_none() && tranche.term.exact_days() == 0;
    let count = if is_whole { tranche.term.months() as f64 } else { length };
    let late = &contract.late;
    let monthly_fee = ratio(value, WHOLE, billionths(count.max(1e-6)));
    let after =
        |span: Span| calendar.hour_of(tranche.promised) + hours_after(tranche.promised, span);
    let term_months = libm::ceil(count - 1e-9).clamp(1.0, 2_400.0) as i32;
    let due = due(calendar, contract, tranche);
    Lot {
        pool: index,
        hours,
        value,
        market: book.markets.keys().position(|id| *id == tranche.accelerator),
        is_delivered: tranche.delivered.is_some(),
        delivered: tranche.delivered.map(|day| calendar.hour_of(day)),
        promised: pool.promised,
        promised_end: pool.promised_life().end,
        term_months,
        delay: Delay {
            monthly_fee,
            credit: billionths(late.credit.value()),
            cap: billionths(late.cap.0),
            from: after(late.grace),
        },
        right_from: late.terminate_after.map(after),
        given_up_at: after(late.given_up_after),
        due,
        prepaid: contract.prepayment.map(|prepayment| Prepaid {
            micros: ratio(value, parts(prepayment.share), WHOLE),
            due: if let Due::At(hour) = due { hour } else { 0 },
            credited_after: months(prepayment.credited_after),
            term_months,
            recovery: parts(prepayment.recovery),
            recovered_after: months(prepayment.recovered_after),
        }),
        power: contract.power_passed_through.then(|| power(book, contract, tranche)).flatten(),
    }
}

/// Returns when a prepayment is due; without one, at the promised day.
fn due(calendar: &Calendar, contract: &Contract, tranche: &Tranche) -> Due {
    let at = contract.prepayment.map_or(
        DueDate { anchor: AfterAnchor::Promised, offset: Span::ZERO, is_before: false },
        |prepayment| prepayment.due,
    );
    let day = match at.anchor {
        AfterAnchor::Promised => tranche.promised,
        AfterAnchor::Shipped => {
            tranche.accelerators.reached.unwrap_or(tranche.accelerators.promised)
        }
        AfterAnchor::Signed => contract.signed.unwrap_or(tranche.promised),
        AfterAnchor::InService => {
            let hours = libm::round(at.offset.hours()) as i64;
            return Due::AfterService(if at.is_before { -hours } else { hours });
        }
    };
    let hours =
        if at.is_before { -hours_before(day, at.offset) } else { hours_after(day, at.offset) };
    Due::At(calendar.hour_of(day) + hours)
}

/// Returns what power costs at a tranche's site; `None` where its price or what is billed is not known.
fn power(book: &Book, contract: &Contract, tranche: &Tranche) -> Option<PowerRate> {
    let site = book.sites.get(&tranche.site)?;
    let hall = book.halls.get(&tranche.hall);
    let of_type = || book.catalog.accelerators.get(&tranche.accelerator)?.billed_power;
    let at_site = || site.billed_power.get(&tranche.accelerator).copied();
    let watts = contract.billed_power.or_else(at_site).or_else(of_type)?.watts();
    Some(PowerRate {
        watts: i128::from(watts),
        pue: billionths(hall.map_or(1.0, |hall| hall.pue)),
        price: in_book(book, site.power_price?.money()),
    })
}

fn days(span: Span) -> jiff::Span {
    jiff::Span::new().months(span.months().clamp(0, 2_400)).days(span.exact_days().clamp(0, 73_050))
}

/// Returns the hours from 00:00 of `day` to the end of a span that begins then: months by the calendar.
fn hours_after(day: Date, span: Span) -> i64 {
    let to = day.checked_add(days(span)).unwrap_or(Date::MAX);
    day.until(to).map_or(0, |until| i64::from(until.get_days())) * 24 + rest(span)
}

fn hours_before(day: Date, span: Span) -> i64 {
    let from = day.checked_sub(days(span)).unwrap_or(Date::MIN);
    from.until(day).map_or(0, |until| i64::from(until.get_days())) * 24 + rest(span)
}

/// Returns the hours of a span that make no whole day.
fn rest(span: Span) -> i64 {
    let whole = Span::from_months(span.months()).hours() + span.exact_days() as f64 * 24.0;
    libm::round(span.hours() - whole) as i64
}

/// Returns the months of a span, whole ones of 30.4 days for days.
fn months(span: Span) -> i32 {
    let of_days = libm::round(span.exact_days() as f64 / 30.4375) as i64;
    i32::try_from((span.months() + of_days).clamp(0, 2_400)).unwrap_or(2_400)
}
