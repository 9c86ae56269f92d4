//! Nobody promises before signing.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "promised-before-signed",
    severity: Severity::Error,
    about: "a tranche promised for a day before its contract was signed",
    why: "the slip would be counted from a date that cannot be the promise",
    mend: "correct `promised` or `signed`; a contract that was amended keeps its first signature",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for contract in book.contracts.values() {
        let Some(signed) = contract.signed else { continue };
        for tranche in contract.tranches.iter().filter(|tranche| tranche.promised < signed) {
            problems.push(Problem::new(
                of_tranche(book, tranche, "promised"),
                format!("promised for {}, but the contract was signed on {signed}", tranche.promised),
                "correct `promised`, or set `signed` to the day of the first signature",
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
    fn a_promise_older_than_the_contract_is_found() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2025, 3, 31);
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.promised: promised for 2025-03-31, but the contract was signed on 2025-11-02
  fix: correct `promised`, or set `signed` to the day of the first signature");
    }

    #[test]
    fn a_promise_for_the_day_of_signing_is_good() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2025, 11, 2);
        assert_eq!(found(&CHECK, &book), "");
    }
}
