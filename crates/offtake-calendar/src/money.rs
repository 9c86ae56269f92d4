//! What tranches are worth: value, monthly fee and shares of them, in whole cents.
//!
//! ```text
//! weight[k] = Σ over its years y of GPUh[k,y] · (1 + escalator)^y
//! value[k]  = total · weight[k] / Σ weight      where the price follows from a total, else price · weight[k]
//! fee[k]    = value[k] / months[k]              a term that is no whole number of months counts 730.485 h each
//! ```
//!
//! A total is split so that the parts add up to it: each is the difference of two rounded running sums. These
//! are the conventions of `offtake-value`, which adds what became of a contract in a sample.

use crate::dates::{after, days_between, end, start};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Fee, Tranche, TrancheId};
use offtake_units::{Money, Price, Rate, RateBasis, Share, Span};

/// Millionths of a cent's hundredfold: money is counted in millionths, a cent has ten thousand.
const CENT: i128 = 10_000;
/// Thousandths of an hour in the mean month.
const MILLIHOURS_PER_MONTH: i128 = 730_485;

/// Returns `number / by` to the nearest whole, halves away from zero.
fn rounded(number: i128, by: i128) -> i128 {
    let by = by.max(1);
    (number + number.signum() * by / 2) / by
}

/// Returns the amount to the nearest cent.
fn to_cents(micros: i128) -> i128 {
    rounded(micros, CENT) * CENT
}

/// One, in the fixed point of weights.
const ONE: i128 = 1_000_000_000;
/// Years of a term that are told apart.
const YEARS: i64 = 200;

/// Returns the GPU-hours of a tranche over its term, from the day that use begins, each year's times what the
/// escalator makes of its price, in billionths.
fn weight(contract: &Contract, tranche: &Tranche) -> i128 {
    let factor = libm::round((1.0 + contract.escalator) * ONE as f64) as i128;
    let (from, until) = (start(tranche), end(tranche));
    let (mut at, mut of_year, mut sum) = (from, ONE, 0);
    for year in 1..=YEARS {
        let next = after(from, Span::from_months(12 * year)).min(until);
        let hours = i128::from(days_between(at, next).max(0)) * 24;
        sum += i128::from(tranche.gpus.count()) * hours * of_year;
        // A factor that no price survives must not leave the numbers.
        of_year = rounded(of_year.saturating_mul(factor), ONE).min(ONE * ONE);
        at = next;
        if at >= until {
            break;
        }
    }
    sum
}

/// Returns the total that the price follows from; `None` where a price is written.
fn total_of(book: &Book, contract: &Contract) -> Option<Money> {
    let path = format!("contract.{}.price.per_gpu_hour", contract.id);
    let is_written = book.provenance.get(&path).is_some_and(|known| known.place.is_some());
    contract.price_total.filter(|_| !is_written)
}

/// Returns the part `of / all` of `total` that follows the part `before / all`.
pub(crate) fn part(total: Money, before: i128, of: i128, all: i128) -> Money {
    if all <= 0 {
        return Money::from_micros(0, total.currency());
    }
    let cents = rounded(total.micros(), CENT);
    let upto = |sum: i128| rounded(cents.saturating_mul(sum), all);
    Money::from_micros((upto(before + of) - upto(before)) * CENT, total.currency())
}

/// Returns the value of a tranche over its term, or `None` when the contract says no price.
#[must_use]
pub fn tranche_value(book: &Book, contract: &Contract, tranche: &TrancheId) -> Option<Money> {
    let at = contract.tranches.iter().position(|one| one.id == *tranche)?;
    let own = weight(contract, &contract.tranches[at]);
    if let Some(total) = total_of(book, contract) {
        let weights = |all: &[Tranche]| all.iter().map(|one| weight(contract, one)).sum::<i128>();
        // In GPU-hours, so that the product with the cents of a total fits.
        let hours = |weight: i128| rounded(weight, ONE);
        let before = hours(weights(&contract.tranches[..at]));
        let upto = hours(weights(&contract.tranches[..=at]));
        return Some(part(total, before, upto - before, hours(weights(&contract.tranches))));
    }
    let price = contract.price?.money();
    let micros = rounded(price.micros().checked_mul(own)?, ONE);
    Some(Money::from_micros(to_cents(micros), price.currency()))
}

/// Returns what so many GPU-hours cost.
pub(crate) fn priced(price: Price, hours: i128) -> Money {
    let money = price.money();
    Money::from_micros(to_cents(money.micros().saturating_mul(hours)), money.currency())
}

/// Returns the value of the whole contract.
pub(crate) fn contract_value(book: &Book, contract: &Contract) -> Option<Money> {
    let parts = contract.tranches.iter().map(|tranche| tranche_value(book, contract, &tranche.id));
    sum(parts.collect::<Option<Vec<Money>>>()?)
}

/// Returns the sum, or `None` of nothing.
pub(crate) fn sum(parts: impl IntoIterator<Item = Money>) -> Option<Money> {
    parts.into_iter().map(Some).reduce(|a, b| a?.checked_add(b?)).flatten()
}

/// Returns what a tranche costs in a month of its term.
#[must_use]
pub fn monthly_fee(book: &Book, contract: &Contract, tranche: &Tranche) -> Option<Money> {
    let value = tranche_value(book, contract, &tranche.id)?;
    let (from, until) = (start(tranche), end(tranche));
    let months = tranche.term.months();
    let is_whole = tranche.term.exact_days() == 0
        && months > 0
        && until == after(from, Span::from_months(months));
    let micros = if is_whole {
        rounded(value.micros(), months.into())
    } else {
        let hours = i128::from(days_between(from, until)) * 24;
        rounded(value.micros() * MILLIHOURS_PER_MONTH, hours * 1_000)
    };
    Some(Money::from_micros(to_cents(micros), value.currency()))
}

/// Returns a share of an amount; the share counts in whole millionths.
pub(crate) fn share_of(share: Share, money: Money) -> Money {
    scaled(money, share.part())
}

/// Returns the credit for a month of lateness.
pub(crate) fn credit_a_month(rate: Rate, fee: Money) -> Money {
    scaled(fee, monthly_part(rate))
}

/// Returns the part of a whole that a rate comes to in a month.
pub(crate) fn monthly_part(rate: Rate) -> f64 {
    if rate.basis() == RateBasis::Year { rate.value() / 12.0 } else { rate.value() }
}

/// Returns so many monthly fees.
pub(crate) fn fees(count: Fee, fee: Money) -> Money {
    scaled(fee, count.0)
}

/// Returns what accrues from `from` to the day before `until` at `month` for each calendar month, each month pro
/// rata by its days, up to `most`; and the day by which that is reached, if it is.
pub(crate) fn accrued(month: Money, most: Money, from: Date, until: Date) -> (Money, Option<Date>) {
    let cents = |money: Money| rounded(money.micros(), CENT);
    let (rate, most_cents) = (cents(month).max(0), cents(most));
    let (mut at, mut sum) = (from, 0);
    while at < until && rate > 0 {
        let first = at.first_of_month();
        let next = after(first, Span::from_months(1));
        let length = i128::from(days_between(first, next)).max(1);
        let days = i128::from(days_between(at, next.min(until)));
        let part = rounded(rate * days, length);
        if sum + part >= most_cents {
            // Days into this month, the last of them counted whole.
            let days = (most_cents - sum).max(0) * length;
            let whole = (days + rate - 1) / rate;
            let day = at.checked_add(jiff::Span::new().days(i64::try_from(whole).unwrap_or(0)));
            return (most, day.ok());
        }
        sum += part;
        if next <= at {
            break;
        }
        at = next;
    }
    (Money::from_micros(sum * CENT, month.currency()), None)
}

/// Returns a multiple of an amount; the factor counts in whole millionths.
fn scaled(money: Money, factor: f64) -> Money {
    let millionths = libm::round(factor * 1e6) as i128;
    let micros = rounded(money.micros().saturating_mul(millionths), 1_000_000);
    Money::from_micros(to_cents(micros), money.currency())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use offtake_units::{Currency, Quantity};

    fn usd(text: &str) -> Money {
        Money::parse(text).unwrap()
    }

    #[test]
    fn parts_of_a_total_add_up_to_it_to_the_cent() {
        let total = usd("100.01 USD");
        let parts: Vec<Money> = (0..7).map(|at| part(total, at, 1, 7)).collect();
        assert_eq!(sum(parts.clone()), Some(total));
        assert!(parts.iter().all(|part| part.micros() % CENT == 0));
        assert_eq!(part(total, 0, 0, 0), usd("0 USD"));
    }

    #[test]
    fn shares_and_credits_are_exact_to_the_cent() {
        let fee = usd("1000000.00 USD");
        assert_eq!(share_of(Share::parse("20 %").unwrap(), fee), usd("200000 USD"));
        assert_eq!(credit_a_month(Rate::parse("30 %/month").unwrap(), fee), usd("300000 USD"));
        assert_eq!(credit_a_month(Rate::parse("12 %/year").unwrap(), fee), usd("10000 USD"));
        assert_eq!(fees(Fee(3.0), fee), usd("3 MUSD"));
    }

    #[test]
    fn what_accrues_does_so_by_the_days_of_each_month_up_to_its_cap() {
        let (month, most) = (usd("31000 USD"), usd("93 kUSD"));
        // 18 of August's 31 days, and 10 of September's 30.
        let told = accrued(month, most, date(2026, 8, 14), date(2026, 9, 11));
        assert_eq!(told, (usd("28333.33 USD"), None));
        assert_eq!(accrued(month, most, date(2026, 8, 14), date(2026, 8, 1)).0.micros(), 0);
        // 18/31 of August, all of September and October, and the rest, 13/31, is 12.6 days of November.
        let told = accrued(month, most, date(2026, 8, 14), date(2030, 1, 1));
        assert_eq!(told, (most, Some(date(2026, 11, 14))));
    }

    #[test]
    fn amounts_of_two_currencies_have_no_sum() {
        let euro = Money::from_micros(CENT, Currency::parse("EUR").unwrap());
        assert_eq!(sum([usd("1 USD"), euro]), None);
        assert_eq!(sum([]), None);
    }
}
