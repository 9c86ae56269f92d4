//! Money that hangs on what is available: fees and power, by pool.

use super::runner::Prices;
use crate::system::System;
use offtake_model::{Book, Contract, ContractId, Ownership, Side};
use offtake_units::{Per, Price};

impl Prices {
    /// Makes the prices of `system`'s pools, in the currency of the book.
    ///
    /// A bought GPU-hour that is available costs its price times the share that must be paid for; a sold
    /// one earns it; an owned one costs power alone.
    #[must_use]
    pub fn new(book: &Book, system: &System) -> Prices {
        let pools = 0..system.pools.len();
        Prices {
            fees: pools.clone().map(|pool| fee(book, system, pool)).collect(),
            power: pools.map(|pool| power(book, system, pool)).collect(),
            market: book
                .markets
                .get(&book.reference_accelerator)
                .map_or(0.0, |market| per_unit(book, market.price, Per::GpuHour)),
        }
    }

    /// Adds money for each GPU-hour of a contract.
    pub fn add(&mut self, system: &System, contract: &ContractId, money: f64) {
        for (fee, pool) in self.fees.iter_mut().zip(&system.pools) {
            if pool.contract == *contract {
                *fee += money;
            }
        }
    }
}

fn contract_of<'a>(book: &'a Book, system: &System, pool: usize) -> Option<&'a Contract> {
    book.contracts.get(&system.pools[pool].contract)
}

fn fee(book: &Book, system: &System, pool: usize) -> f64 {
    let Some(contract) = contract_of(book, system, pool) else { return 0.0 };
    let price = contract.price.map_or(0.0, |price| per_unit(book, price, Per::GpuHour));
    if contract.ownership == Ownership::Owned {
        return 0.0;
    }
    match book.side(contract) {
        Side::Bought => price * contract.take_or_pay.share.part(),
        Side::Sold => -price,
        Side::Other => 0.0,
    }
}

/// What the power of a GPU-hour costs the owner: where it owns the GPUs, sells them at a price that holds
/// the power, or buys them at one that does not.
fn power(book: &Book, system: &System, pool: usize) -> f64 {
    let spec = &system.pools[pool];
    let Some(contract) = contract_of(book, system, pool) else { return 0.0 };
    let is_owners = match (contract.ownership, book.side(contract)) {
        (Ownership::Owned, _) => true,
        (_, Side::Bought) => contract.power_passed_through,
        (_, Side::Sold) => !contract.power_passed_through,
        (_, Side::Other) => false,
    };
    let Some(site) = book.sites.get(&spec.site).filter(|_| is_owners) else { return 0.0 };
    let draw = site.draw.get(&spec.accelerator).copied();
    let draw = draw.or_else(|| Some(book.catalog.accelerators.get(&spec.accelerator)?.draw));
    let megawatts = draw.map_or(0.0, |draw| draw.serving.megawatts());
    let pue = book.halls.get(&spec.hall).map_or(1.0, |hall| hall.pue);
    let price = site.power_price.map_or(0.0, |price| per_unit(book, price, Per::MegawattHour));
    megawatts * pue * price
}

/// Returns a price in the book's currency; 0 where it is for something else or no rate is known.
fn per_unit(book: &Book, price: Price, per: Per) -> f64 {
    if price.per() == per { book.in_currency(price.money()) } else { 0.0 }
}
