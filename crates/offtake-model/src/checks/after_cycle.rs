//! Tranches that wait for each other are never delivered.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};
use crate::{Tranche, TrancheId};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "after-cycle",
    severity: Severity::Error,
    about: "tranches that wait for each other in a circle, or one that waits for itself",
    why: "none of them would ever come into service",
    mend: "take one `after` of the circle out",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let tranches = || book.contracts.values().flat_map(|contract| &contract.tranches);
    let after: BTreeMap<&TrancheId, &TrancheId> =
        tranches().filter_map(|tranche| Some((&tranche.id, tranche.after.as_ref()?))).collect();
    tranches().filter_map(|tranche| problem(book, &after, tranche)).collect()
}

/// Follows `after` from `tranche`; a circle is told once, at its first tranche by name.
fn problem(book: &Book, after: &BTreeMap<&TrancheId, &TrancheId>, tranche: &Tranche) -> Option<Problem> {
    let mut circle = vec![&tranche.id];
    let mut at = *after.get(&tranche.id)?;
    while at != &tranche.id {
        // A circle further on that does not come back here is told by its own tranches.
        if circle.contains(&at) {
            return None;
        }
        circle.push(at);
        at = *after.get(at)?;
    }
    if circle.iter().min() != Some(&&tranche.id) {
        return None;
    }
    let names: Vec<&str> = circle.iter().chain([&&tranche.id]).map(|id| id.name.as_str()).collect();
    Some(Problem::new(
        of_tranche(book, tranche, "after"),
        format!("{} waits for itself: {}", tranche.id.name, names.join(" after ")),
        "take one `after` of the circle out",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn name(name: &str) -> Option<TrancheId> {
        Some(TrancheId { contract: id("acme"), name: name.to_owned() })
    }

    #[test]
    fn a_circle_is_told_once() {
        let mut book = test_book();
        second_tranche(&mut book).after = name("first");
        tranche(&mut book).after = name("second");
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.after: first waits for itself: first after second after first
  fix: take one `after` of the circle out");
    }

    #[test]
    fn two_that_wait_for_the_same_one_are_no_circle() {
        let mut book = test_book();
        second_tranche(&mut book).after = name("first");
        let mut third = tranche(&mut book).clone();
        third.id.name = "third".to_owned();
        third.after = name("first");
        contract(&mut book).tranches.push(third);
        assert_eq!(found(&CHECK, &book), "");
    }
}
