//! What is delivered is what was bought.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "purchase-of-another-type",
    severity: Severity::Error,
    about: "a tranche whose GPUs come from a purchase of another type",
    why: "one of the two is wrong, and with it what the GPUs do, draw and cost",
    mend: "correct the `accelerator` of either, or `accelerators.from` of the tranche",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        let Some(from) = &tranche.accelerators_from else { continue };
        let bought = book.purchases.get(from).and_then(|purchase| purchase.accelerator.as_ref());
        if let Some(bought) = bought.filter(|bought| **bought != tranche.accelerator) {
            problems.push(Problem::new(
                of_tranche(book, tranche, "accelerators.from"),
                format!("it is of {}, and `purchase.{from}` is of {bought}", tranche.accelerator),
                "correct the `accelerator` of either, or name another purchase",
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
    fn a_tranche_of_one_type_from_a_purchase_of_another_is_found() {
        let mut book = test_book();
        tranche(&mut book).accelerator = id("h100");
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.accelerators.from: it is of h100, and `purchase.acme-dell` is of gb300-nvl72
  fix: correct the `accelerator` of either, or name another purchase");
    }

    #[test]
    fn a_purchase_that_does_not_say_its_type_is_not_asked() {
        let mut book = test_book();
        tranche(&mut book).accelerator = id("h100");
        book.purchases.values_mut().for_each(|purchase| purchase.accelerator = None);
        assert_eq!(found(&CHECK, &book), "");
    }
}
