//! One tranche: what was promised, what is to be expected, and what its contract says about the difference.

use crate::dates::{after, days_between, due, end, noticed, start};
use crate::money::{
    accrued, credit_a_month, fees, monthly_fee, monthly_part, part, share_of, tranche_value,
};
use crate::service::{Basis, Service};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Ownership, Tranche};
use offtake_units::{Currency, Money, Share, Span};

/// A tranche with its dates and what hangs on them.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The contract.
    pub contract: String,
    /// The tranche's own name.
    pub tranche: String,
    /// Who is on the other side; the owner itself for its own fleet.
    pub counterparty: String,
    /// GPUs.
    pub gpus: i64,
    /// Their type.
    pub accelerator: String,
    /// Site.
    pub site: String,
    /// The day in service that was promised.
    pub promised: Date,
    /// The day that its milestones now say: what was announced since shows here.
    pub latest_notice: Date,
    /// The day in service, if it is.
    pub delivered: Option<Date>,
    /// The day by which half of the futures have it; `None` when fewer ever do.
    pub p50: Option<Date>,
    /// The day by which nine futures in ten have it; `None` when fewer ever do.
    pub p90: Option<Date>,
    /// Probability that it never comes.
    pub never: f64,
    /// Probability that its seller fails before the promised day, which those days do not count; `None` where it is
    /// delivered, the owner's own, or the book knows no such chance.
    pub fails_first: Option<f64>,
    /// How the days were found.
    pub basis: Basis,
    /// Day after the last of its use, as promised or delivered.
    pub ends: Date,
    /// What it costs over its term; `None` when the contract says no price.
    pub value: Option<Money>,
    /// What a month of it costs.
    pub monthly_fee: Option<Money>,
    /// What the contract says about lateness; `None` once delivered, and for a fleet.
    pub late: Option<LateTerms>,
    /// What is paid ahead; `None` when nothing is.
    pub prepayment: Option<PrepaymentTerms>,
}

/// What lateness earns and allows.
#[derive(Clone, Debug, PartialEq)]
pub struct LateTerms {
    /// From when on lateness earns credits; `None` when it earns none.
    pub credits_from: Option<Date>,
    /// Probability that it is late enough for that.
    pub credits_chance: f64,
    /// Credit for a month.
    pub credit_a_month: Option<Money>,
    /// What has accrued by the book's day.
    pub credits_accrued: Option<Money>,
    /// The most that credits come to.
    pub credits_most: Option<Money>,
    /// The day on which they come to that.
    pub capped_on: Option<Date>,
    /// Probability that it is late enough for that.
    pub capped_chance: f64,
    /// From when on the buyer may end it; `None` for never.
    pub terminate_from: Option<Date>,
    /// Probability that it is late enough for that.
    pub terminate_chance: f64,
    /// The day on which both sides give it up, and what was prepaid is paid back.
    pub given_up_on: Date,
    /// Probability that it is late enough for that.
    pub given_up_chance: f64,
}

/// What is paid ahead, and how much of it can be lost.
#[derive(Clone, Debug, PartialEq)]
pub struct PrepaymentTerms {
    /// How much.
    pub amount: Option<Money>,
    /// When; `None` when it counts from a signing whose day is not known.
    pub due: Option<Date>,
    /// When it begins to be credited, as promised or delivered.
    pub credited_from: Date,
    /// What was due by the book's day and is not credited: lost if the seller fails, but for `recovery`.
    pub at_risk: Option<Money>,
    /// Share that an unsecured claim recovers.
    pub recovery: Share,
}

/// Makes the outlook of one tranche.
pub(crate) fn outlook(
    book: &Book,
    contract: &Contract,
    tranche: &Tranche,
    service: &Service,
) -> Outlook {
    let is_owned = contract.ownership == Ownership::Owned;
    let other = if contract.buyer == book.owner { &contract.seller } else { &contract.buyer };
    let fee = monthly_fee(book, contract, tranche);
    Outlook {
        contract: contract.id.to_string(),
        tranche: tranche.id.name.clone(),
        counterparty: other.to_string(),
        gpus: tranche.gpus.count(),
        accelerator: tranche.accelerator.to_string(),
        site: tranche.site.to_string(),
        promised: tranche.promised,
        latest_notice: tranche.delivered.unwrap_or_else(|| noticed(tranche)),
        delivered: tranche.delivered,
        p50: service.quantile(0.5),
        p90: service.quantile(0.9),
        never: service.never(),
        fails_first: fails_first(book, contract, tranche),
        basis: service.basis(),
        ends: end(tranche),
        value: tranche_value(book, contract, &tranche.id),
        monthly_fee: fee,
        late: (tranche.delivered.is_none() && !is_owned)
            .then(|| late_terms(book, contract, tranche, fee, service)),
        prepayment: prepayment_terms(book, contract, tranche),
    }
}

/// Returns the chance that the seller fails between the first day looked at and the promised one: at a yearly
/// chance p, 1 − (1 − p)^years.
fn fails_first(book: &Book, contract: &Contract, tranche: &Tranche) -> Option<f64> {
    if tranche.delivered.is_some() || contract.seller == book.owner {
        return None;
    }
    let yearly = book.parties.get(&contract.seller)?.failure.value();
    let years = f64::from(days_between(book.from, tranche.promised).max(0) as i32) / 365.25;
    (yearly > 0.0).then(|| 1.0 - libm::pow(1.0 - yearly.min(1.0), years))
}

fn late_terms(
    book: &Book,
    contract: &Contract,
    tranche: &Tranche,
    fee: Option<Money>,
    service: &Service,
) -> LateTerms {
    let late = &contract.late;
    let earns = late.credit.value() > 0.0 && late.cap.0 > 0.0;
    let from = after(tranche.promised, late.grace);
    let month = fee.map(|fee| credit_a_month(late.credit, fee)).filter(|_| earns);
    let most = fee.map(|fee| fees(late.cap, fee)).filter(|_| earns);
    let both = month.zip(most);
    let so_far = both.map(|(month, most)| accrued(month, most, from, book.as_of).0);
    // A contract without a price has a day of its cap all the same.
    let unit = |micros: f64| Money::from_micros(libm::round(micros) as i128, Currency::USD);
    let (rate, cap) = (unit(monthly_part(late.credit) * 1e15), unit(late.cap.0 * 1e15));
    let capped_on = accrued(rate, cap, from, Date::MAX).1.filter(|_| earns);
    let given_up_on = after(tranche.promised, late.given_up_after);
    let terminate_from = late.terminate_after.map(|span| after(tranche.promised, span));
    LateTerms {
        credits_from: earns.then_some(from),
        credits_chance: if earns { service.chance_late(from) } else { 0.0 },
        credit_a_month: month,
        credits_accrued: so_far,
        credits_most: most,
        capped_on,
        capped_chance: capped_on.map_or(0.0, |day| service.chance_late(day)),
        terminate_from,
        terminate_chance: terminate_from.map_or(0.0, |day| service.chance_late(day)),
        given_up_on,
        given_up_chance: service.chance_late(given_up_on),
    }
}

fn prepayment_terms(
    book: &Book,
    contract: &Contract,
    tranche: &Tranche,
) -> Option<PrepaymentTerms> {
    let prepayment = contract.prepayment.filter(|prepayment| prepayment.share.part() > 0.0)?;
    let amount = prepaid(book, contract, tranche);
    let due = due(contract, tranche, prepayment.due);
    let credited_from = after(start(tranche), prepayment.credited_after);
    let is_paid = due.is_some_and(|due| due <= book.as_of);
    let at_risk = amount.map(|amount| {
        let credited = credited(amount, credited_from, end(tranche), book.as_of);
        let left = amount.micros() - credited.micros();
        Money::from_micros(if is_paid { left } else { 0 }, amount.currency())
    });
    Some(PrepaymentTerms { amount, due, credited_from, at_risk, recovery: prepayment.recovery })
}

/// Returns what is paid ahead for a tranche.
pub(crate) fn prepaid(book: &Book, contract: &Contract, tranche: &Tranche) -> Option<Money> {
    let share = contract.prepayment?.share;
    tranche_value(book, contract, &tranche.id).map(|value| share_of(share, value))
}

/// Returns what of `amount` was credited by `day`: equal parts for each month of service from `from` to
/// `until` that is over.
fn credited(amount: Money, from: Date, until: Date, day: Date) -> Money {
    let ends = |count: i64| after(from, Span::from_months(count));
    let all = (1..=2_400).take_while(|count| ends(*count) <= until).count().max(1);
    let gone = (1..=all as i64).take_while(|count| ends(*count) <= day).count();
    part(amount, 0, gone as i128, all as i128)
}
