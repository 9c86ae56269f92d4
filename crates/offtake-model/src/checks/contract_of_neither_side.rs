//! A contract between two others serves nothing in the owner's book.

use super::paths::of_contract;
use super::{Book, Check, Problem, Severity};
use crate::{Contract, Ownership, Side};

pub(super) const CHECK: Check = Check {
    name: "contract-of-neither-side",
    severity: Severity::Warning,
    about: "a contract that the owner of the book neither buys nor sells, and that nothing hangs on",
    why: "its GPUs are not counted, as if it were not in the book",
    mend: "correct `owner` of the book, or `seller` or `buyer` of the contract",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let others = book.contracts.values().filter(|contract| {
        contract.ownership == Ownership::Contracted && book.side(contract) == Side::Other
    });
    let loose = others.filter(|contract| !is_hung_on(book, contract));
    let problem = |contract: &Contract| {
        let Contract { seller, buyer, .. } = contract;
        let owner = &book.owner;
        Problem::new(
            of_contract(contract, "buyer"),
            format!("it is between `{seller}` and `{buyer}`, and the book is `{owner}`'s: its {} do not count", contract.gpus()),
            format!("set `owner` of the book to `{seller}` or `{buyer}`, or correct the sides of the contract"),
        )
    };
    loose.map(problem).collect()
}

/// Says whether a debt, an option or a right is on the contract.
fn is_hung_on(book: &Book, contract: &Contract) -> bool {
    let id = &contract.id;
    book.debts.values().any(|debt| debt.secured_on.contains(id))
        || book.options.values().any(|option| option.contract == *id)
        || book.rights.values().any(|right| right.on == id.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_book_of_the_wrong_owner_is_found() {
        let mut book = test_book();
        book.owner = id("us");
        assert_eq!(found(&CHECK, &book), "\
warning: contract.acme.buyer: it is between `acme` and `buyer`, and the book is `us`'s: its 4608 GPU do not count
  fix: set `owner` of the book to `acme` or `buyer`, or correct the sides of the contract");
    }

    #[test]
    fn a_contract_that_a_debt_is_secured_on_has_its_place() {
        let mut book = test_book();
        another_contract(&mut book, "upstream", ["bolt", "acme"]);
        debt(&mut book).secured_on = vec![id("upstream")];
        assert_eq!(found(&CHECK, &book), "");
    }
}
