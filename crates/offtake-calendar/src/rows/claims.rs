//! Claim deadlines: the last day to claim service credits for each month.
//!
//! ```text
//! most[m] = credit cap · Σ over tranches of fee · GPU-days promised in m / (GPUs · days of m)
//! ```

use super::words::{sentence, whom};
use crate::dates::{after, days_between, end, start};
use crate::money::{monthly_fee, part, share_of, sum};
use crate::row::{Flow, Row, RowKind};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Ownership, Tranche};
use offtake_units::Money;

/// Adds a row for each month in which something of `contract` is in service as promised.
pub(crate) fn push(book: &Book, contract: &Contract, rows: &mut Vec<Row>) {
    let Some(sla) = contract.sla.filter(|_| contract.ownership == Ownership::Contracted) else {
        return;
    };
    let first = contract.tranches.iter().map(start).min();
    let last = contract.tranches.iter().map(end).max();
    let (Some(first), Some(last)) = (first, last) else { return };
    let mut month = first.first_of_month();
    while month < last {
        let next = after(month, offtake_units::Span::from_months(1));
        let parts =
            contract.tranches.iter().filter_map(|t| fee_of((book, contract), t, month, next));
        let amount = sum(parts).map(|fee| share_of(sla.credit_cap, fee));
        let Ok(last_of_month) = next.yesterday() else { return };
        let (year, number) = (month.year(), month.month());
        let (claimant, month_text) = (whom(book, &contract.buyer), format!("{year}-{number:02}"));
        let text = format!(
            "last day for {claimant} to claim for less than {} of {month_text} ({})",
            sla.availability, contract.id
        );
        rows.push(Row {
            date: after(last_of_month, sla.claim_within),
            kind: RowKind::ClaimDeadline,
            on: format!("contract.{}.{year}-{number:02}", contract.id),
            contract: Some(contract.id.to_string()),
            tranche: None,
            amount,
            flow: Flow::Worth,
            chance: None,
            text: sentence(&text),
        });
        if next <= month {
            return;
        }
        month = next;
    }
}

/// Returns the fee of the days from `month` to `next` on which racks of the tranche are in service.
fn fee_of(
    (book, contract): (&Book, &Contract),
    tranche: &Tranche,
    month: Date,
    next: Date,
) -> Option<Money> {
    let (from, until) = (month.max(start(tranche)), next.min(end(tranche)));
    let days = days_between(from, until).max(0);
    let ramp = (tranche.ramp.hours() / 24.0).round() as i64;
    let since = days_between(start(tranche), from);
    // Linear by the day: racks are whole only at the hour, which no month's fee can show.
    let gpu_days: i64 = if ramp == 0 {
        days * ramp_unit(ramp)
    } else {
        (0..days).map(|day| (since + day + 1).min(ramp)).sum()
    };
    let all = days_between(month, next) * ramp_unit(ramp);
    monthly_fee(book, contract, tranche).map(|fee| part(fee, 0, gpu_days.into(), all.into()))
}

/// Returns in how many parts a day's GPUs are counted while they ramp up.
fn ramp_unit(ramp: i64) -> i64 {
    ramp.max(1)
}
