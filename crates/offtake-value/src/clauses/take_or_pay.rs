//! Take-or-pay: a share of what is available is paid for whether or not it is taken, month by month.
//!
//!     due = ⌊share · available⌋      deficiency = max(0, due − taken)
//!
//! With a make-up right, a deficiency may be taken later: hours beyond what is due then cost nothing, the
//! oldest deficiency first, until its right ends.

use super::Clause;
use crate::exact::WHOLE;
use std::collections::VecDeque;

pub(super) const CLAUSE: Clause = Clause {
    name: "take-or-pay",
    about: "a share of the GPU-hours available is paid for whether or not it is taken; what was paid and not taken may be made up",
    keys: &["take_or_pay.share", "take_or_pay.make_up"],
};

/// GPU-hours of a month, settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Taken, and paid as fee.
    pub taken: i64,
    /// Paid for and not taken.
    pub deficiency: i64,
    /// Taken of an earlier deficiency: in `taken`, and not paid again.
    pub made_up: i64,
}

/// Deficiencies that may still be made up: the month until whose end, and GPU-hours.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    open: VecDeque<(i32, i64)>,
}

impl Bank {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.open.clear();
    }

    fn put(&mut self, until: i32, hours: i64) {
        if hours > 0 {
            self.open.push_back((until, hours));
        }
    }

    fn take(&mut self, month: i32, most: i64) -> i64 {
        let mut taken = 0;
        while let Some((until, hours)) = self.open.front_mut() {
            if *until < month {
                self.open.pop_front();
                continue;
            }
            let part = (*hours).min(most - taken);
            taken += part;
            *hours -= part;
            if *hours > 0 || taken == most {
                break;
            }
            self.open.pop_front();
        }
        taken
    }
}

/// Settles a month: `share` in parts of a billion, `make_up` the months that a deficiency stays open.
pub fn settle(
    (available, taken): (i64, i64),
    share: i128,
    (month, make_up): (i32, Option<i32>),
    bank: &mut Bank,
) -> Settled {
    let taken = taken.clamp(0, available.max(0));
    let due = (i128::from(available.max(0)) * share / WHOLE) as i64;
    let deficiency = (due - taken).max(0);
    let made_up = if taken > due { bank.take(month, taken - due) } else { 0 };
    if let Some(months) = make_up {
        bank.put(month + months, deficiency);
    }
    Settled { taken, deficiency, made_up }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIGHTY: i128 = 800_000_000;

    /// Worked example: 1,000 GPU-hours available, 80 % due, 500 taken: 300 are paid for and not taken.
    #[test]
    fn what_is_due_and_not_taken_is_a_deficiency() {
        let settled = settle((1_000, 500), EIGHTY, (0, None), &mut Bank::default());
        assert_eq!(settled, Settled { taken: 500, deficiency: 300, made_up: 0 });
        let settled = settle((1_000, 900), EIGHTY, (1, None), &mut Bank::default());
        assert_eq!(settled, Settled { taken: 900, deficiency: 0, made_up: 0 });
    }

    /// Worked example, with a make-up right of three months: of 300 hours, 150 are made up in the month
    /// after, and what is left has lapsed four months later.
    #[test]
    fn a_deficiency_is_made_up_by_what_is_taken_beyond_what_is_due_until_its_right_ends() {
        let mut bank = Bank::default();
        let right = Some(3);
        assert_eq!(settle((1_000, 500), EIGHTY, (0, right), &mut bank).deficiency, 300);
        assert_eq!(settle((1_000, 950), EIGHTY, (1, right), &mut bank).made_up, 150);
        let mut late = bank.clone();
        assert_eq!(settle((1_000, 1_000), EIGHTY, (3, right), &mut bank).made_up, 150);
        assert_eq!(settle((1_000, 1_000), EIGHTY, (4, right), &mut late).made_up, 0);
    }

    #[test]
    fn no_more_is_taken_than_there_is() {
        let settled = settle((100, 500), EIGHTY, (0, None), &mut Bank::default());
        assert_eq!(settled.taken, 100);
        assert_eq!(settle((0, 0), EIGHTY, (0, None), &mut Bank::default()).deficiency, 0);
    }
}
