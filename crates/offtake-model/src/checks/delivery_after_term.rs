//! A tranche that comes into service after its use has ended can never be used.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "delivery-after-term",
    severity: Severity::Error,
    about: "a tranche promised or delivered on or after the day that its use ends",
    why: "it would never serve an hour, and a fee for it would never fall due",
    mend: "move `promised` before `ends`, or extend `ends`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        let Some(ends) = tranche.ends else { continue };
        let (key, start) = match tranche.delivered {
            Some(delivered) => ("delivered", delivered),
            None => ("promised", tranche.promised),
        };
        if start >= ends {
            problems.push(Problem::new(
                of_tranche(book, tranche, key),
                format!("{key} for {start}, but use ends {ends}"),
                format!("move `{key}` before {ends}, or extend `ends`"),
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_tranche_that_comes_when_its_term_is_over_is_found() {
        let mut book = test_book();
        tranche(&mut book).ends = Some(date(2026, 3, 31));
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.promised: promised for 2026-03-31, but use ends 2026-03-31
  fix: move `promised` before 2026-03-31, or extend `ends`");
    }

    #[test]
    fn one_day_of_use_is_use() {
        let mut book = test_book();
        tranche(&mut book).ends = Some(date(2026, 4, 1));
        assert_eq!(found(&CHECK, &book), "");
    }
}
