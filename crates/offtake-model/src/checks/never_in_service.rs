//! A tranche that comes after the horizon, or is over before it, serves nothing in it.

use super::paths::of_tranche;
use super::supply::{days_of_use, tranches};
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "never-in-service",
    severity: Severity::Warning,
    about: "a tranche that is not in service on any day of the horizon, even if it comes as promised",
    why: "it does not enter any result, though it stands in the book as if it did",
    mend: "correct its dates, or widen the horizon",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, tranche) in tranches(book) {
        let (start, end) = days_of_use(tranche);
        let (key, told) = if start >= book.until {
            ("promised", format!("in service from {start}, but the horizon ends {}", book.until))
        } else if end <= book.from {
            ("term", format!("in service until {end}, but the horizon starts {}", book.from))
        } else {
            continue;
        };
        problems.push(Problem::new(
            of_tranche(book, tranche, key),
            told,
            "correct its dates, or widen the horizon (`from`, `until`)",
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_tranche_beyond_the_horizon_is_found() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2028, 1, 1);
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.acme.first.promised: in service from 2028-01-01, but the horizon ends 2028-01-01
  fix: correct its dates, or widen the horizon (`from`, `until`)");
    }

    #[test]
    fn a_tranche_whose_term_is_over_is_found() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2020, 6, 30);
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.acme.first.term: in service until 2025-06-30, but the horizon starts 2026-01-01
  fix: correct its dates, or widen the horizon (`from`, `until`)");
    }

    #[test]
    fn the_last_day_of_the_horizon_counts() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2027, 12, 31);
        assert_eq!(found(&CHECK, &book), "");
    }
}
