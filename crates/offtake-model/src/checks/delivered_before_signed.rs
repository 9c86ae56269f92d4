//! Nothing is delivered before it is signed.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "delivered-before-signed",
    severity: Severity::Error,
    about: "a tranche delivered before its contract was signed",
    why: "fees and the term would run before there was a contract",
    mend: "correct `delivered` or `signed`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for contract in book.contracts.values() {
        for tranche in &contract.tranches {
            let (Some(signed), Some(delivered)) = (contract.signed, tranche.delivered) else { continue };
            if delivered < signed {
                problems.push(Problem::new(
                    of_tranche(book, tranche, "delivered"),
                    format!("delivered on {delivered}, but the contract was signed on {signed}"),
                    "correct `delivered` or `signed`",
                ));
            }
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
    fn a_delivery_older_than_the_contract_is_found() {
        let mut book = test_book();
        tranche(&mut book).delivered = Some(date(2025, 11, 1));
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.delivered: delivered on 2025-11-01, but the contract was signed on 2025-11-02
  fix: correct `delivered` or `signed`");
    }

    #[test]
    fn a_delivery_on_the_day_of_signing_is_good() {
        let mut book = test_book();
        tranche(&mut book).delivered = Some(date(2025, 11, 2));
        assert_eq!(found(&CHECK, &book), "");
    }
}
