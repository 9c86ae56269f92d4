//! GPUs can be delivered once.

use super::supply::list;
use super::{Book, Check, Problem, Severity};
use crate::Tranche;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "purchase-smaller-than-tranches",
    severity: Severity::Warning,
    about: "tranches that take more GPUs from a purchase than it has",
    why: "some of them have no hardware behind them, and the maker's part in the book is too small",
    mend: "correct the counts, or write a further purchase for the rest",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut taken: BTreeMap<&str, Vec<&Tranche>> = BTreeMap::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        if let Some(purchase) = &tranche.accelerators_from {
            taken.entry(purchase).or_default().push(tranche);
        }
    }
    let mut problems = Vec::new();
    for (id, purchase) in &book.purchases {
        let (Some(gpus), Some(tranches)) = (purchase.gpus, taken.get(id.as_str())) else { continue };
        let sum = tranches.iter().fold(0_i64, |sum, t| sum.saturating_add(t.gpus.count()));
        if sum > gpus.count() {
            let names = list(tranches.iter().map(|tranche| &tranche.id));
            problems.push(Problem::new(
                format!("purchase.{id}.gpus"),
                format!("it is of {gpus}, and {sum} GPU are taken from it ({names})"),
                format!("set `gpus` to {sum} or more, or let some tranche come from another purchase"),
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
    fn two_tranches_from_a_purchase_for_one_are_found() {
        let mut book = test_book();
        second_tranche(&mut book);
        assert_eq!(found(&CHECK, &book), "\
warning: purchase.acme-dell.gpus: it is of 4608 GPU, and 9216 GPU are taken from it (acme.first, acme.second)
  fix: set `gpus` to 9216 or more, or let some tranche come from another purchase");
    }

    #[test]
    fn a_purchase_that_does_not_say_how_much_is_not_asked() {
        let mut book = test_book();
        second_tranche(&mut book);
        book.purchases.values_mut().for_each(|purchase| purchase.gpus = None);
        assert_eq!(found(&CHECK, &book), "");
    }
}
