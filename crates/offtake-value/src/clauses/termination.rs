//! Termination for delay: so many days after a promise that was not kept, the buyer may end the tranche.
//!
//! `never` leaves the right unused, `always` uses it, `if-cheaper` uses it when the market price on that day is
//! below the contract's rate. Where missing the first tranche may end the whole order, every tranche that is not in
//! service on that day ends with it; a later one ends alone. What is in service stays.

use super::Clause;
use offtake_model::Exercise;

pub(super) const CLAUSE: Clause = Clause {
    name: "termination",
    about: "a tranche that is too late may be ended, never, always, or when the market is cheaper; a first one may take the order with it",
    keys: &["late.terminate_after", "late.exercise", "late.first_ends_all", "late.given_up_after"],
};

/// What a termination right knows of one tranche, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// When it comes into service; `None` for never.
    pub start: Option<i64>,
    /// From when the buyer may end it; `None` for never.
    pub right_from: Option<i64>,
    /// From when a tranche that never comes is given up by both sides.
    pub given_up_at: i64,
    /// When its seller stops; rights against a seller that failed are claims.
    pub stopped: Option<i64>,
}

/// What a termination ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The late tranche alone.
    Itself,
    /// Where the first tranche is the late one, all that is not in service.
    Order,
}

impl Lateness {
    fn is_waiting(&self, at: i64) -> bool {
        self.start.is_none_or(|start| start > at) && self.stopped.is_none_or(|stop| stop > at)
    }
}

/// Returns, for each tranche in the order of promise, the hour at which it is terminated or given up.
///
/// `is_cheaper` says whether the market is below the rate of a tranche at an hour.
pub fn terminated(
    tranches: &[Lateness],
    exercise: Exercise,
    extent: Extent,
    is_cheaper: impl Fn(usize, i64) -> bool,
    ends: &mut Vec<Option<i64>>,
) {
    ends.clear();
    let used = |index: usize, tranche: &Lateness| {
        let at = tranche.right_from.filter(|at| tranche.is_waiting(*at))?;
        let is_used = match exercise {
            Exercise::Never => false,
            Exercise::Always => true,
            Exercise::IfCheaper => is_cheaper(index, at),
        };
        is_used.then_some(at)
    };
    let given_up = |tranche: &Lateness| {
        let at = tranche.given_up_at;
        (tranche.start.is_none() && tranche.is_waiting(at)).then_some(at)
    };
    let all = tranches.first().filter(|_| extent == Extent::Order).and_then(|first| used(0, first));
    for (index, tranche) in tranches.iter().enumerate() {
        let with_first = all.filter(|at| tranche.is_waiting(*at));
        let end = [used(index, tranche), with_first, given_up(tranche)];
        ends.push(end.into_iter().flatten().min());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(start: Option<i64>, right_from: i64) -> Lateness {
        Lateness { start, right_from: Some(right_from), given_up_at: 10_000, stopped: None }
    }

    fn ends(tranches: &[Lateness], exercise: Exercise, extent: Extent) -> Vec<Option<i64>> {
        let mut ends = Vec::new();
        terminated(tranches, exercise, extent, |_, at| at >= 500, &mut ends);
        ends
    }

    /// Worked example: of three tranches the second comes on the very hour of the right, and is kept.
    #[test]
    fn a_tranche_that_is_too_late_ends_alone() {
        let three = [late(Some(90), 100), late(Some(200), 200), late(Some(301), 300)];
        assert_eq!(ends(&three, Exercise::Always, Extent::Itself), [None, None, Some(300)]);
        assert_eq!(ends(&three, Exercise::Never, Extent::Itself), [None, None, None]);
    }

    #[test]
    fn a_first_one_takes_with_it_what_is_not_in_service() {
        let three = [late(Some(150), 100), late(Some(95), 200), late(Some(190), 300)];
        assert_eq!(ends(&three, Exercise::Always, Extent::Order), [Some(100), None, Some(100)]);
    }

    #[test]
    fn a_right_is_used_only_while_the_market_is_cheaper() {
        let two = [late(None, 400), late(None, 600)];
        assert_eq!(ends(&two, Exercise::IfCheaper, Extent::Itself), [Some(10_000), Some(600)]);
    }

    #[test]
    fn what_never_comes_is_given_up_unless_its_seller_failed_first() {
        let failed = Lateness { stopped: Some(9_999), ..late(None, 100) };
        assert_eq!(ends(&[late(None, 100), failed], Exercise::Never, Extent::Itself), [Some(10_000), None]);
    }
}
