//! What tranches are worth: value, monthly fee and shares of them, in whole cents.
//!
//!     value[k] = total · GPUh[k] / Σ GPUh          when the contract has a total, else price · GPUh[k]
//!     fee[k]   = value[k] / months[k]              a term that is no whole number of months counts 730.485 h each
//!
//! A total is split so that the parts add up to it: each is the difference of two rounded running sums.

use crate::dates::{after, days_between, end, start};
use offtake_model::{Contract, Fee, Tranche, TrancheId};
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

/// Returns the GPU-hours of a tranche over its term, from the day that use begins.
pub(crate) fn contracted_hours(tranche: &Tranche) -> i128 {
    let days = days_between(start(tranche), end(tranche)).max(0);
    i128::from(tranche.gpus.count()) * i128::from(days) * 24
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
pub fn tranche_value(contract: &Contract, tranche: &TrancheId) -> Option<Money> {
    let at = contract.tranches.iter().position(|one| one.id == *tranche)?;
    let hours = contracted_hours(&contract.tranches[at]);
    if let Some(total) = contract.price_total {
        let before: i128 = contract.tranches[..at].iter().map(contracted_hours).sum();
        let all: i128 = contract.tranches.iter().map(contracted_hours).sum();
        return Some(part(total, before, hours, all));
    }
    contract.price.map(|price| priced(price, hours))
}

/// Returns what so many GPU-hours cost.
pub(crate) fn priced(price: Price, hours: i128) -> Money {
    let money = price.money();
    Money::from_micros(to_cents(money.micros().saturating_mul(hours)), money.currency())
}

/// Returns the value of the whole contract.
pub(crate) fn contract_value(contract: &Contract) -> Option<Money> {
    let parts = contract.tranches.iter().map(|tranche| tranche_value(contract, &tranche.id));
    sum(parts.collect::<Option<Vec<Money>>>()?)
}

/// Returns the sum, or `None` of nothing.
pub(crate) fn sum(parts: impl IntoIterator<Item = Money>) -> Option<Money> {
    parts.into_iter().map(Some).reduce(|a, b| a?.checked_add(b?)).flatten()
}

/// Returns what a tranche costs in a month of its term.
#[must_use]
pub fn monthly_fee(contract: &Contract, tranche: &Tranche) -> Option<Money> {
    let value = tranche_value(contract, &tranche.id)?;
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

/// Returns `days` of a month's amount, at the mean month of 30.436875 days.
pub(crate) fn days_of(month: Money, days: i64) -> Money {
    let micros = rounded(month.micros() * i128::from(days.max(0)) * 1_000_000, 30_436_875);
    Money::from_micros(to_cents(micros), month.currency())
}

/// Returns the smaller of two amounts of one currency.
pub(crate) fn least(one: Money, other: Money) -> Money {
    if one.micros() <= other.micros() { one } else { other }
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
    fn shares_credits_and_days_are_exact_to_the_cent() {
        let fee = usd("1000000.00 USD");
        assert_eq!(share_of(Share::parse("20 %").unwrap(), fee), usd("200000 USD"));
        assert_eq!(credit_a_month(Rate::parse("30 %/month").unwrap(), fee), usd("300000 USD"));
        assert_eq!(credit_a_month(Rate::parse("12 %/year").unwrap(), fee), usd("10000 USD"));
        assert_eq!(fees(Fee(3.0), fee), usd("3 MUSD"));
        // 1,000,000 · 15 / 30.436875 = 492,823.26
        assert_eq!(days_of(fee, 15), usd("492823.26 USD"));
        assert_eq!(days_of(fee, -3).micros(), 0);
    }

    #[test]
    fn amounts_of_two_currencies_have_no_sum() {
        let euro = Money::from_micros(CENT, Currency::parse("EUR").unwrap());
        assert_eq!(sum([usd("1 USD"), euro]), None);
        assert_eq!(sum([]), None);
    }
}
