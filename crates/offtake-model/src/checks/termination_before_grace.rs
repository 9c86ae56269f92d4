//! Lateness costs nothing first, then something, then the contract.

use super::paths::of_contract;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "termination-before-grace",
    severity: Severity::Warning,
    about: "a right to terminate for delay that begins before the grace is over",
    why: "the buyer could leave while lateness still costs nothing, and no credit would ever accrue",
    mend: "correct `late.terminate_after` or `late.grace`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for contract in book.contracts.values() {
        let Some(after) = contract.late.terminate_after else { continue };
        let grace = contract.late.grace;
        if after.hours() < grace.hours() {
            problems.push(Problem::new(
                of_contract(contract, "late.terminate_after"),
                format!("the buyer may terminate after {after}, and the grace is {grace}"),
                format!("set `late.terminate_after` to {grace} or more, or shorten `late.grace`"),
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
    fn an_exit_within_the_grace_is_found() {
        let mut book = test_book();
        contract(&mut book).late.terminate_after = Some(of("30 d"));
        assert_eq!(found(&CHECK, &book), "\
warning: contract.acme.late.terminate_after: the buyer may terminate after 30 d, and the grace is 45 d
  fix: set `late.terminate_after` to 45 d or more, or shorten `late.grace`");
    }

    #[test]
    fn a_contract_that_nobody_may_leave_is_good() {
        let mut book = test_book();
        contract(&mut book).late.terminate_after = None;
        assert_eq!(found(&CHECK, &book), "");
    }
}
