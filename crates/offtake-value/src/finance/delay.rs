//! Months of delay: what the debts say when every tranche that is not in service comes so much later.
//!
//! Everything else is as promised: accelerators ship on their day, what is paid on shipment is paid, halls are
//! paid as planned, and debt service does not wait. What is paid on service moves with it.

use super::{Case, Imagined, Irr};
use jiff::civil::Date;
use offtake_model::DrawsOn;

/// Hours of a mean month.
const MONTH: f64 = 730.5;
/// How far the search for the first bad day goes, in months.
const FARTHEST: u32 = 60;

/// One lateness and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Late {
    /// Months late.
    pub months: u32,
    /// Least ratio over all quarters.
    pub dscr_min: Option<f64>,
    /// Least ratio in each calendar year that has one.
    pub by_year: Vec<(i32, f64)>,
    /// Ratio at the end of each quarter that has one, as `2027-Q3`.
    pub by_quarter: Vec<(String, f64)>,
    /// Rate of return to the owners.
    pub equity_irr: Irr,
    /// What lenders are still owed at the end.
    pub unpaid: i128,
}

/// What delay does to a project, and how much of it is one too many.
#[derive(Clone, Debug, PartialEq)]
pub struct Delays {
    /// Each number of months, from none.
    pub rows: Vec<Late>,
    /// The ratio that lenders ask for.
    pub floor: Option<f64>,
    /// Days late from which the ratio is below it; `None` when not within five years.
    pub below: Option<u32>,
    /// Days late from which lenders get less than is due.
    pub missed: Option<u32>,
    /// Days that shipment (or service, where draws wait for it) may slip until a part of a debt can no longer be
    /// drawn; negative when the promised day is already too late.
    pub lapse: Option<i64>,
    /// What counts for that: shipment and payment, or service.
    pub lapse_on: Option<DrawsOn>,
    /// Days late from which a buyer may terminate, so that the part of the debt falls due.
    pub terminate: Option<i64>,
    /// Days late of the last tranche from which the long-stop date is missed and all falls due.
    pub long_stop: Option<i64>,
}

impl Delays {
    /// Looks at `case` late by 0 to `months` months.
    #[must_use]
    pub fn new(case: &Case<'_>, months: u32) -> Delays {
        let rows = (0..=months).map(|months| late(case, months)).collect();
        let floor = case.floor();
        let below = floor.and_then(|floor| {
            first_day(case, |returns| returns.dscr_min.is_some_and(|dscr| dscr < floor - 1e-6))
        });
        let (lapse, lapse_on) =
            lapse(case).map_or((None, None), |(days, on)| (Some(days), Some(on)));
        Delays {
            rows,
            floor,
            below,
            missed: first_day(case, |returns| returns.first_missed.is_some()),
            lapse,
            lapse_on,
            terminate: terminate(case),
            long_stop: long_stop(case),
        }
    }
}

fn at(case: &Case<'_>, hours: i64) -> (super::Paid, super::Returns) {
    let imagined = Imagined::new(case.plan.valuer, hours);
    let (_, paid, returns) = case.value(&imagined.drawn(), &mut Vec::new());
    (paid, returns)
}

fn late(case: &Case<'_>, months: u32) -> Late {
    let hours = libm::round(f64::from(months) * MONTH / 24.0) as i64 * 24;
    let (paid, returns) = at(case, hours);
    Late {
        months,
        dscr_min: returns.dscr_min,
        by_year: case.by_year(&paid),
        by_quarter: case.by_quarter(&paid),
        equity_irr: returns.equity_irr,
        unpaid: returns.unpaid,
    }
}

/// Returns the first number of days late at which `is_bad`: the first bad month, then halved to the day.
fn first_day(case: &Case<'_>, is_bad: impl Fn(&super::Returns) -> bool) -> Option<u32> {
    let bad = |days: u32| is_bad(&at(case, i64::from(days) * 24).1);
    let day = |month: u32| libm::round(f64::from(month) * MONTH / 24.0) as u32;
    let month = (0..=FARTHEST).find(|month| bad(day(*month)))?;
    let (mut good, mut found) = (day(month.saturating_sub(1)), day(month));
    if month == 0 {
        return Some(0);
    }
    while found - good > 1 {
        let middle = u32::midpoint(good, found);
        if bad(middle) { found = middle } else { good = middle }
    }
    Some(found)
}

/// Returns the days that are left until a part of a debt can no longer be drawn.
fn lapse(case: &Case<'_>) -> Option<(i64, DrawsOn)> {
    let calendar = &case.plan.valuer.calendar;
    let debts = case.plan.debts().filter_map(|(_, debt)| Some((debt.draw_until?, debt.draws_on)));
    let one = |(until, on): (Date, DrawsOn)| {
        let last = match on {
            DrawsOn::Payment => {
                let paid = case.plan.bought.iter().map(|(_, flow)| flow.month);
                calendar.hours(paid.max()?).start
            }
            DrawsOn::InService => promised(case).max()?,
        };
        // Money moves at the end of a month; the last day of drawing counts.
        let limit = match on {
            DrawsOn::Payment => calendar.hours(calendar.month_of_date(until)).start,
            DrawsOn::InService => calendar.hour_of(until),
        };
        Some(((limit - last) / 24, on))
    };
    debts.filter_map(one).min_by_key(|(days, _)| *days)
}

/// Returns the promised hours of the tranches that are not delivered.
fn promised<'c>(case: &'c Case<'_>) -> impl Iterator<Item = i64> + 'c {
    let lots = case
        .plan
        .parts
        .iter()
        .map(|part| &case.plan.valuer.deals[case.plan.deals[part.deal]].tranches[part.lot]);
    lots.filter(|lot| !lot.is_delivered).map(|lot| lot.promised)
}

fn terminate(case: &Case<'_>) -> Option<i64> {
    let deals = case.plan.deals.iter().map(|deal| &case.plan.valuer.deals[*deal]);
    let open = deals.filter(|deal| deal.tranches.iter().any(|lot| !lot.is_delivered));
    let spans = open.filter_map(|deal| deal.contract.late.terminate_after);
    spans.map(|span| libm::round(span.days()) as i64).min()
}

fn long_stop(case: &Case<'_>) -> Option<i64> {
    let calendar = &case.plan.valuer.calendar;
    let stop = case.plan.debts().filter_map(|(_, debt)| debt.long_stop).min()?;
    let last = promised(case).max()?;
    // All must be in service by the end of the month.
    Some((calendar.hours(calendar.month_of_date(stop)).end - last) / 24)
}
