//! Day-to-day variability that a stationary series can have.

use super::supply::number;
use super::{Book, Check, Problem, Severity};
use crate::Noise;

pub(super) const CHECK: Check = Check {
    name: "noise-out-of-range",
    severity: Severity::Error,
    about: "a day-to-day spread above 2, or a correlation from day to day that is not from 0 to below 1",
    why: "the noise would have no bounds, and no standard error would hold",
    mend: "write the spread of the logarithm, 0.1 for about a tenth, and a correlation below 1",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for workload in book.workloads.values() {
        let Some(Noise { sigma, correlation }) = workload.noise else { continue };
        let path = |key: &str| format!("workload.{}.noise.{key}", workload.id);
        if !(0.0..=2.0).contains(&sigma) {
            problems.push(Problem::new(
                path("sigma"),
                format!("a spread of {} of the logarithm: days would lie a thousandfold apart", number(sigma)),
                "write the spread of the logarithm, from 0 to 2, as in `0.1`",
            ));
        }
        if !(0.0..1.0).contains(&correlation) {
            problems.push(Problem::new(
                path("correlation"),
                format!("a correlation of {} from day to day", number(correlation)),
                "write a number from 0 to below 1, as in `0.5`",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_spread_in_per_cent_and_a_day_that_never_forgets_are_found() {
        let mut book = test_book();
        workload(&mut book).noise = Some(Noise { sigma: 10.0, correlation: 1.0 });
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.noise.sigma: a spread of 10 of the logarithm: days would lie a thousandfold apart
  fix: write the spread of the logarithm, from 0 to 2, as in `0.1`
error: workload.chat.noise.correlation: a correlation of 1 from day to day
  fix: write a number from 0 to below 1, as in `0.5`");
    }

    #[test]
    fn a_tenth_that_half_forgets_is_good() {
        let mut book = test_book();
        workload(&mut book).noise = Some(Noise { sigma: 0.1, correlation: 0.5 });
        assert_eq!(found(&CHECK, &book), "");
    }
}
