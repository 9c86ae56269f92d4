//! A fleet does at least something and at most what the benchmark did.

use super::supply::number;
use super::{Book, Check, Problem, Severity};
use crate::{Derate, Workload};

pub(super) const CHECK: Check = Check {
    name: "derate-out-of-order",
    severity: Severity::Error,
    about: "a derate whose low, mode and high are not in order, or not above 0 and at most 1",
    why: "no triangle can be drawn from it, and a fleet that does more than the benchmark needs no derate",
    mend: "order them, as parts of the benchmark: 0.45, 0.60, 0.75",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let is_wrong = |Derate { low, mode, high }: Derate| {
        !(0.0 < low && low <= mode && mode <= high && high <= 1.0)
    };
    let wrong = book.workloads.values().filter(|workload| is_wrong(workload.derate));
    let problem = |workload: &Workload| {
        let Derate { low, mode, high } = workload.derate;
        Problem::new(
            format!("workload.{}.derate.mode", workload.id),
            format!("low, mode and high are {}, {} and {}: not in order above 0 and up to 1", number(low), number(mode), number(high)),
            "order them, as parts of the benchmark: `derate.low` ≤ `derate.mode` ≤ `derate.high` ≤ 1",
        )
    };
    wrong.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_mode_beyond_the_high_end_and_a_fleet_in_per_cent_are_found() {
        let mut book = test_book();
        workload(&mut book).derate = Derate { low: 0.45, mode: 0.8, high: 0.75 };
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.derate.mode: low, mode and high are 0.45, 0.8 and 0.75: not in order above 0 and up to 1
  fix: order them, as parts of the benchmark: `derate.low` ≤ `derate.mode` ≤ `derate.high` ≤ 1");
        workload(&mut book).derate = Derate { low: 45.0, mode: 60.0, high: 75.0 };
        assert_ne!(found(&CHECK, &book), "");
    }

    #[test]
    fn a_point_is_an_order() {
        let mut book = test_book();
        workload(&mut book).derate = Derate { low: 1.0, mode: 1.0, high: 1.0 };
        assert_eq!(found(&CHECK, &book), "");
    }
}
