//! Paths of values, as the reader keys their provenance (`contract.iren.late.grace`).
//!
//! A value that a table inherits is written in another table: a tranche's accelerator in its
//! contract, the only hall's power in its site. The path follows the provenance where that has it.

use crate::{Block, Book, Contract, Hall, HallId, Ownership, Tranche};

/// Returns the path of a value of `contract`, or of a fleet that the owner holds.
pub(super) fn of_contract(contract: &Contract, key: &str) -> String {
    let table = match contract.ownership {
        Ownership::Contracted => "contract",
        Ownership::Owned => "fleet",
    };
    format!("{table}.{}.{key}", contract.id)
}

/// Returns the path of a value of `tranche`; a contract's only tranche is written in the contract.
pub(super) fn of_tranche(book: &Book, tranche: &Tranche, key: &str) -> String {
    let own = format!("tranche.{}.{key}", tranche.id);
    let Some(contract) = book.contracts.get(&tranche.id.contract) else { return own };
    let shared = of_contract(contract, key);
    let is_written = |path: &str| book.provenance.contains_key(path);
    let is_shared = tranche.id.name == "all" || is_written(&shared);
    if is_shared && !is_written(&own) { shared } else { own }
}

/// Returns the path of a value of the hall `id`; the hall of a site without halls has its name.
pub(super) fn of_hall(id: &HallId, hall: &Hall, key: &str) -> String {
    let table = if id.to_string() == hall.site.to_string() { "site" } else { "hall" };
    format!("{table}.{id}.{key}")
}

/// Returns the path of a value of a block; the only block of a workload is written in it.
pub(super) fn of_block(workload: &impl std::fmt::Display, block: &Block, key: &str) -> String {
    if block.name == "all" {
        format!("workload.{workload}.{key}")
    } else {
        format!("block.{workload}.{}.{key}", block.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{provenance, test_book, tranche};
    use super::*;
    use crate::Mark;

    #[test]
    fn an_inherited_value_has_the_path_where_it_is_written() {
        let mut book = test_book();
        let first = tranche(&mut book).clone();
        assert_eq!(of_tranche(&book, &first, "site"), "tranche.acme.first.site");
        let site = provenance(Mark::Judgement, None);
        book.provenance.insert("contract.acme.site".to_owned(), site.clone());
        assert_eq!(of_tranche(&book, &first, "site"), "contract.acme.site");
        book.provenance.insert("tranche.acme.first.site".to_owned(), site);
        assert_eq!(of_tranche(&book, &first, "site"), "tranche.acme.first.site");
    }
}
