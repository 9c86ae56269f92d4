//! A standard is for work of its priority.

use super::{Book, Check, Problem, Severity};
use crate::{Ownership, Side};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "standard-without-work",
    severity: Severity::Warning,
    about: "a standard for a priority that no work has",
    why: "it holds whatever happens, and work that was meant to be firm may not be",
    mend: "correct the standard's number, or the priority of the work that it is for",
    run,
};

/// The priority of what is sold: a promise is served first.
const OF_THE_SOLD: u32 = 1;

fn run(book: &Book) -> Vec<Problem> {
    let blocks = book.workloads.values().flat_map(|workload| &workload.blocks);
    let gangs = book.gangs.values().map(|gang| gang.priority);
    let sold = book.contracts.values().filter(|contract| {
        contract.ownership == Ownership::Contracted && book.side(contract) == Side::Sold
    });
    let priorities: BTreeSet<u32> =
        blocks.map(|block| block.priority).chain(gangs).chain(sold.map(|_| OF_THE_SOLD)).collect();
    // A book without any work asks nothing of its standards yet.
    if priorities.is_empty() {
        return Vec::new();
    }
    let idle = book.standards.iter().filter(|standard| !priorities.contains(&standard.priority));
    let known: Vec<String> = priorities.iter().map(u32::to_string).collect();
    let problem = |standard: &crate::Standard| {
        Problem::new(
            format!("standard.{}", standard.priority),
            format!("no work has priority {}; the work of the book has {}", standard.priority, known.join(", ")),
            "rename the standard after the priority of the work that it is for, or take it out",
        )
    };
    idle.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_standard_for_nothing_is_found() {
        let mut book = test_book();
        book.standards[0].priority = 2;
        assert_eq!(found(&CHECK, &book), "\
warning: standard.2: no work has priority 2; the work of the book has 1
  fix: rename the standard after the priority of the work that it is for, or take it out");
    }

    #[test]
    fn what_is_sold_is_work_of_the_first_priority() {
        let mut book = test_book();
        book.gangs.clear();
        workload(&mut book).blocks[0].priority = 2;
        assert_ne!(found(&CHECK, &book), "");
        another_contract(&mut book, "msft", ["buyer", "microsoft"]);
        assert_eq!(found(&CHECK, &book), "");
    }
}
