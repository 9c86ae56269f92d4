//! What is sold is promised to its buyer, and is demand by itself.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};
use crate::{Contract, Ownership, Side};

pub(super) const CHECK: Check = Check {
    name: "sold-twice",
    severity: Severity::Warning,
    about: "a sold tranche that is set apart for somebody else than its buyer, or a buyer whose work is in the book beside what it bought",
    why: "the same GPUs are promised to two, and one of them is short in every result",
    mend: "take `dedicated_to` out; keep work of a buyer only where it is more than the contract covers",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let is_sold = |contract: &&Contract| {
        contract.ownership == Ownership::Contracted && book.side(contract) == Side::Sold
    };
    let mut problems = Vec::new();
    for contract in book.contracts.values().filter(is_sold) {
        let Contract { id, buyer, .. } = contract;
        for tranche in &contract.tranches {
            if let Some(other) = tranche.dedicated_to.as_ref().filter(|other| *other != buyer) {
                problems.push(Problem::new(
                    of_tranche(book, tranche, "dedicated_to"),
                    format!("its {} are sold to `{buyer}` and set apart for `{other}`", tranche.gpus),
                    format!("take `dedicated_to` out, or sell them to `{other}`"),
                ));
            }
        }
        let works = book.workloads.values().map(|work| ("workload", &work.id, &work.tenant));
        let gangs = book.gangs.values().map(|gang| ("gang", &gang.id, &gang.tenant));
        let own = works.chain(gangs).filter(|(_, _, tenant)| tenant.as_ref() == Some(buyer));
        for (kind, work, _) in own {
            problems.push(Problem::new(
                format!("{kind}.{work}.tenant"),
                format!("what `contract.{id}` sells already counts as demand of `{buyer}` ({}), and this counts again", contract.gpus()),
                format!("take it out, or keep only what `{buyer}` asks for beyond `{id}`"),
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
    fn gpus_of_two_masters_and_work_that_was_sold_are_found() {
        let mut book = test_book();
        let sold = another_contract(&mut book, "msft", ["buyer", "microsoft"]);
        sold.tranches[0].dedicated_to = Some(id("openai"));
        workload(&mut book).tenant = Some(id("microsoft"));
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.msft.first.dedicated_to: its 4608 GPU are sold to `microsoft` and set apart for `openai`
  fix: take `dedicated_to` out, or sell them to `openai`
warning: workload.chat.tenant: what `contract.msft` sells already counts as demand of `microsoft` (4608 GPU), and this counts again
  fix: take it out, or keep only what `microsoft` asks for beyond `msft`");
    }

    #[test]
    fn what_is_sold_to_the_one_it_is_set_apart_for_is_good() {
        let mut book = test_book();
        let sold = another_contract(&mut book, "msft", ["buyer", "microsoft"]);
        sold.tranches[0].dedicated_to = Some(id("microsoft"));
        assert_eq!(found(&CHECK, &book), "");
    }
}
