//! The prepayment: paid before delivery, credited against fees late in the term, a claim when the seller
//! fails.
//!
//! It works as a loan without interest to the seller. Equal parts are credited from the service month after
//! `credited_after` to the end of the term, the last part taking what rounding left, so that what is
//! credited is what was paid, to the millionth, whenever the term runs to its end.

use super::Clause;
use crate::calendar::Calendar;
use crate::exact::{WHOLE, ratio};
use crate::flow::FlowKind;

pub(super) const CLAUSE: Clause = Clause {
    name: "prepayment",
    about: "a share of a tranche's value is paid ahead, credited in equal parts late in its term, and an unsecured claim once the seller fails",
    keys: &[
        "prepayment.share",
        "prepayment.due",
        "prepayment.credited_after",
        "prepayment.recovery",
        "prepayment.recovered_after",
    ],
};

/// What a contract says of the prepayment of one tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prepaid {
    /// How much, in millionths.
    pub micros: i128,
    /// Hour at which it is due.
    pub due: i64,
    /// Months of service before the first credit.
    pub credited_after: i32,
    /// Months of the term.
    pub term_months: i32,
    /// Share of an unsecured claim that is recovered, in parts of a billion.
    pub recovery: i128,
    /// Months from the failure until it is.
    pub recovered_after: i32,
}

/// What became of a tranche in one sample, as far as prepaid money knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Hour in service, if it ever is.
    pub start: Option<i64>,
    /// Hour after the last.
    pub end: i64,
    /// Hour at which it was terminated or given up before it came: what was prepaid is paid back.
    pub given_up: Option<i64>,
    /// Hour at which the seller stopped, that from which a share goes on, and that share in parts of a
    /// billion.
    pub stop: Option<(i64, i64, i128)>,
}

/// What was paid and neither credited nor paid back at the end of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrepaidLeft {
    /// Paid.
    pub paid: i128,
    /// Credited.
    pub credited: i128,
    /// Paid back, or recovered from a claim.
    pub returned: i128,
}

impl PrepaidLeft {
    /// Returns what is lost.
    #[must_use]
    pub const fn lost(self) -> i128 {
        self.paid - self.credited - self.returned
    }
}

impl Prepaid {
    /// Calls `put` with each movement of the prepayment, seen by the buyer: month, kind, millionths.
    pub fn flows(
        &self,
        calendar: &Calendar,
        fate: &Fate,
        mut put: impl FnMut(i32, FlowKind, i128),
    ) -> PrepaidLeft {
        let mut left = PrepaidLeft::default();
        let stop = fate.stop.filter(|(at, ..)| *at < fate.end || fate.start.is_none());
        let over = [fate.given_up, stop.map(|(at, ..)| at)].into_iter().flatten().min();
        if self.micros == 0 || over.is_some_and(|over| self.due >= over) {
            return left;
        }
        put(calendar.month_of_hour(self.due), FlowKind::Prepayment, -self.micros);
        left.paid = self.micros;
        if let Some(at) = fate.given_up.filter(|at| stop.is_none_or(|(stop, ..)| *at <= stop)) {
            put(calendar.month_of_hour(at), FlowKind::PrepaymentRefund, self.micros);
            left.returned = self.micros;
            return left;
        }
        self.credit(calendar, fate, stop, &mut left, &mut put);
        if let Some((at, ..)) = stop {
            // What goes on was credited on; the rest is a claim.
            let recovered = ratio(left.paid - left.credited, self.recovery, WHOLE);
            put(
                calendar.month_of_hour(at) + self.recovered_after,
                FlowKind::PrepaymentRecovered,
                recovered,
            );
            left.returned = recovered;
        }
        left
    }

    /// Credits the parts; after a stop only the share that goes on, from when it is back.
    fn credit(
        &self,
        calendar: &Calendar,
        fate: &Fate,
        stop: Option<(i64, i64, i128)>,
        left: &mut PrepaidLeft,
        put: &mut impl FnMut(i32, FlowKind, i128),
    ) {
        let Some(start) = fate.start else { return };
        let (first, last) = self.months(calendar, start, fate.end);
        let count = i128::from(last - first + 1);
        let stopped = stop.map(|(at, ..)| calendar.month_of_hour(at));
        let mut before = self.micros;
        for month in first..=last {
            if stopped.is_some_and(|stopped| month >= stopped) {
                break;
            }
            let part = if month == last { before } else { self.micros / count };
            put(month, FlowKind::PrepaymentCredit, part);
            before -= part;
            left.credited += part;
        }
        let Some((_, back, continues)) = stop else { return };
        let kept = ratio(before, continues, WHOLE);
        let from = calendar.month_of_hour(back).max(first);
        if kept == 0 || from > last {
            return;
        }
        let (mut rest, count) = (kept, i128::from(last - from + 1));
        for month in from..=last {
            let part = if month == last { rest } else { kept / count };
            put(month, FlowKind::PrepaymentCredit, part);
            rest -= part;
            left.credited += part;
        }
    }

    /// Returns the first and the last month with a credit: those in which the service month after
    /// `credited_after`, and the last one, end.
    fn months(&self, calendar: &Calendar, start: i64, end: i64) -> (i32, i32) {
        let month = calendar.month_of_hour(start);
        // A service month that starts inside a calendar month ends in the next one.
        let shift = i32::from(calendar.hours(month).start != start);
        let final_month = calendar.month_of_hour(end - 1);
        let last = (month + shift + self.term_months - 1).min(final_month);
        let first = (month + shift + self.credited_after).min(last);
        (first.max(month), last.max(month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A prepayment of 100 USD, due a month before service, credited over the last 36 of 60 months.
    const HUNDRED: Prepaid = Prepaid {
        micros: 100_000_000,
        due: -31 * 24,
        credited_after: 24,
        term_months: 60,
        recovery: 300_000_000,
        recovered_after: 12,
    };

    fn calendar() -> Calendar {
        Calendar::of(date(2026, 1, 1), date(2028, 1, 1), date(2026, 1, 1))
    }

    fn told(prepaid: &Prepaid, fate: &Fate) -> (Vec<(i32, FlowKind, i128)>, PrepaidLeft) {
        let mut flows = Vec::new();
        let left = prepaid.flows(&calendar(), fate, |month, kind, micros| {
            flows.push((month, kind, micros));
        });
        (flows, left)
    }

    fn served(start: i64) -> Fate {
        let end = calendar().hour_of(date(2031, 1, 1)) + start;
        Fate { start: Some(start), end, given_up: None, stop: None }
    }

    /// Worked example: 100 USD in 36 parts is 35 of 2.777777 and a last one of 2.777805.
    #[test]
    fn what_is_credited_is_what_was_paid_to_the_millionth() {
        let (flows, left) = told(&HUNDRED, &served(0));
        assert_eq!(flows[0], (-1, FlowKind::Prepayment, -100_000_000));
        assert_eq!(flows[1], (24, FlowKind::PrepaymentCredit, 2_777_777));
        assert_eq!(flows[36], (59, FlowKind::PrepaymentCredit, 2_777_805));
        assert_eq!((flows.len(), left.credited, left.lost()), (37, 100_000_000, 0));
    }

    #[test]
    fn service_that_starts_inside_a_month_is_credited_in_the_months_in_which_its_months_end() {
        let (flows, left) = told(&HUNDRED, &served(14 * 24));
        assert_eq!((flows[1].0, flows[36].0, flows.len()), (25, 60, 37));
        assert_eq!(left.lost(), 0);
    }

    /// Worked example: the seller stops after 36 months, when 12 of 36 parts were credited; 60 % goes on
    /// from three months later, and of the rest 30 % is recovered a year after.
    #[test]
    fn after_a_failure_a_share_is_credited_on_and_the_rest_is_a_claim() {
        let at = calendar().hours(36).start;
        let back = calendar().hours(39).start;
        let fate = Fate { stop: Some((at, back, 600_000_000)), ..served(0) };
        let (flows, left) = told(&HUNDRED, &fate);
        let open = 100_000_000 - 12 * 2_777_777;
        let kept = open * 6 / 10;
        let credits: i128 =
            flows.iter().filter(|f| f.1 == FlowKind::PrepaymentCredit).map(|f| f.2).sum();
        assert_eq!(credits, 12 * 2_777_777 + kept + 1, "{credits}");
        let recovered = flows.iter().find(|f| f.1 == FlowKind::PrepaymentRecovered).unwrap();
        assert_eq!((recovered.0, recovered.2), (48, 8_000_001));
        assert_eq!(left.lost(), 100_000_000 - credits - 8_000_001);
    }

    #[test]
    fn what_was_prepaid_for_a_tranche_given_up_is_paid_back() {
        let fate = Fate { start: None, end: 0, given_up: Some(720 * 24), stop: None };
        let (flows, left) = told(&HUNDRED, &fate);
        assert_eq!(flows[1], (23, FlowKind::PrepaymentRefund, 100_000_000));
        assert_eq!((flows.len(), left.lost()), (2, 0));
    }

    #[test]
    fn nothing_is_prepaid_once_the_seller_has_failed() {
        let fate = Fate { start: None, end: 0, given_up: None, stop: Some((-60 * 24, 0, 0)) };
        assert!(told(&HUNDRED, &fate).0.is_empty());
        let later = Fate { stop: Some((10, 20, 600_000_000)), ..fate };
        let (flows, left) = told(&HUNDRED, &later);
        assert_eq!(flows[1], (12, FlowKind::PrepaymentRecovered, 30_000_000));
        assert_eq!(left.lost(), 70_000_000);
    }

    #[test]
    fn a_term_that_is_over_before_the_first_credit_credits_all_of_it_in_its_last_month() {
        let fate = Fate { end: 90 * 24, ..served(0) };
        let (flows, left) = told(&HUNDRED, &fate);
        assert_eq!(flows[1], (2, FlowKind::PrepaymentCredit, 100_000_000));
        assert_eq!(left.lost(), 0);
    }
}
