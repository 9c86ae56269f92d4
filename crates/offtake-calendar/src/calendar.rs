//! The calendar of a book: outlooks of its tranches, and all rows by date.

use crate::outlook::{Outlook, outlook};
use crate::row::{Flow, Row, Undated};
use crate::rows;
use crate::service::Services;
use offtake_model::{Book, Contract, Side};

/// Samples behind days that the slip law alone does not give.
pub const SAMPLES: u64 = 10_000;
/// Seed of those samples.
pub const SEED: u64 = 1;

/// Whose rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// What the owner of the book pays, gets, owes or may do.
    Owner,
    /// Also what others pay each other behind the contracts.
    Everybody,
}

/// The calendar of a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The tranches of the owner's contracts and fleets, by promised day.
    pub tranches: Vec<Outlook>,
    /// All rows by date, then by kind, then by what they are about; past ones included.
    pub rows: Vec<Row>,
    /// What has a day in the world and none in the book, by path.
    pub undated: Vec<Undated>,
}

/// Makes the calendar of `book`.
#[must_use]
pub fn calendar(book: &Book, whose: Whose) -> Calendar {
    let services = Services::new(book, SAMPLES, SEED);
    let mut tranches = Vec::new();
    let mut rows = Vec::new();
    let own = |contract: &&Contract| book.side(contract) != Side::Other;
    for contract in book.contracts.values().filter(own) {
        for tranche in &contract.tranches {
            let Some(service) = services.of(&tranche.id) else { continue };
            let outlook = outlook(book, contract, tranche, service);
            rows::delivery::push(book, contract, tranche, &outlook, &mut rows);
            tranches.push(outlook);
        }
        rows::claims::push(book, contract, &mut rows);
    }
    let mut undated = Vec::new();
    rows::rights::push(book, &mut rows, &mut undated);
    rows::finance::push(book, &mut rows, &mut undated);
    if whose == Whose::Owner {
        rows.retain(|row| row.flow != Flow::Between);
        undated.retain(|one| one.flow != Flow::Between);
    }
    let order = |row: &Row| (row.date, row.kind, row.on.clone());
    rows.sort_by_key(order);
    tranches.sort_by_key(|one| (one.promised, one.contract.clone(), one.tranche.clone()));
    undated.sort_by(|a, b| a.on.cmp(&b.on).then(a.kind.cmp(&b.kind)));
    Calendar { tranches, rows, undated }
}
