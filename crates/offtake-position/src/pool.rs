//! Pools: the tranches of a book as counted things, and when their racks are in service.

use offtake_model::{
    AcceleratorId, Axis, Book, ContractId, HallId, Ownership, PartyId, Side, SiteId, Tranche,
    TrancheId,
};

/// A tranche of a contract, or an owned fleet, at one site with one GPU type.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// The tranche that it is.
    pub tranche: TrancheId,
    /// Its contract.
    pub contract: ContractId,
    /// Who delivers it; the owner of the book for owned fleets and for what the owner sells.
    pub supplier: PartyId,
    /// Where.
    pub site: SiteId,
    /// In which hall.
    pub hall: HallId,
    /// What.
    pub accelerator: AcceleratorId,
    /// GPUs when all is in service.
    pub gpus: i64,
    /// GPUs of a rack; the last rack may be part-filled.
    pub rack_gpus: i64,
    /// Racks when all is in service: `⌈gpus / rack_gpus⌉`.
    pub racks: i64,
    /// Racks beyond those, which stand in for failed ones.
    pub spares: i64,
    /// Hour at which the first racks are promised to be in service (negative before the horizon).
    pub promised: i64,
    /// Hours from the first racks to the last.
    pub ramp: i64,
    /// Hours of use from the hour in service.
    pub term: i64,
    /// Hour at which use ends at the latest.
    pub ends: i64,
    /// The one tenant that may use it.
    pub dedicated_to: Option<PartyId>,
    /// Share of the available GPU-hours that must be paid for.
    pub take_or_pay: f64,
    /// Place in the order of merit: the smaller is used first.
    pub merit: usize,
}

/// What happens to a pool when its supplier fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Hour at which it stops; no rack comes into service from then on.
    pub at: i64,
    /// Hour at which the share is back.
    pub back: i64,
    /// Share that comes back.
    pub share: f64,
}

/// When a pool is in service: from its first racks to its end, with what happens between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Life {
    /// Hour of the first racks in service; `None` when it is never delivered.
    pub start: Option<i64>,
    /// Hour after the last.
    pub end: i64,
    /// The failure of its supplier, if any.
    pub stop: Option<Stop>,
}

impl Pool {
    /// Returns the life of the pool when it comes into service at `start` and nothing fails.
    #[must_use]
    pub fn life(&self, start: Option<i64>) -> Life {
        let end = start.map_or(self.ends, |start| start.saturating_add(self.term).min(self.ends));
        Life { start, end, stop: None }
    }

    /// Returns the life that the contract promises.
    #[must_use]
    pub fn promised_life(&self) -> Life {
        self.life(Some(self.promised))
    }

    /// Returns the hour at which rack `index` (from 0) comes into service, given that of the first.
    #[must_use]
    pub const fn arrival(&self, start: i64, index: i64) -> i64 {
        start + self.ramp * index / self.racks
    }

    /// Returns the racks in service at `hour` when the first came at `start`, before any failure.
    #[must_use]
    pub const fn racks_at(&self, start: i64, hour: i64) -> i64 {
        if hour < start {
            0
        } else if self.ramp == 0 {
            self.racks
        } else {
            // The greatest index with arrival(index) ≤ hour, plus one.
            let index = ((hour - start + 1) * self.racks - 1) / self.ramp;
            if index + 1 < self.racks { index + 1 } else { self.racks }
        }
    }
}

/// Returns the pools of `book` that serve its owner's work or its owner's promises, in the order of
/// contracts and tranches, with their place in the order of merit.
///
/// Order of merit: owned, then by take-or-pay share (what is paid for anyhow), then by price, then id.
#[must_use]
pub fn pools(book: &Book, axis: &Axis) -> Vec<Pool> {
    let mut pools = Vec::new();
    let mut merits = Vec::new();
    for contract in book.contracts.values() {
        if contract.ownership != Ownership::Owned && book.side(contract) == Side::Other {
            continue;
        }
        let is_owned = contract.ownership == Ownership::Owned || contract.seller == book.owner;
        let price = contract.price.map_or(0, |price| price.money().micros());
        // Shares are from 0 to 1: as whole millionths they order without comparing floats.
        let unpaid = 1_000_000 - (contract.take_or_pay.share.part() * 1e6) as i64;
        for tranche in &contract.tranches {
            merits.push((!is_owned, unpaid, price, tranche.id.clone()));
            pools.push(pool(book, axis, tranche, contract.take_or_pay.share.part()));
        }
    }
    let mut order: Vec<usize> = (0..pools.len()).collect();
    order.sort_by(|&a, &b| merits[a].cmp(&merits[b]));
    for (place, &index) in order.iter().enumerate() {
        pools[index].merit = place;
    }
    pools
}

/// Returns the racks that hold so many GPUs, at least one.
fn racks_for(gpus: i64, rack_gpus: i64) -> i64 {
    ((gpus + rack_gpus - 1) / rack_gpus).max(1)
}

fn pool(book: &Book, axis: &Axis, tranche: &Tranche, take_or_pay: f64) -> Pool {
    let contract = &book.contracts[&tranche.id.contract];
    let sold_to = (book.side(contract) == Side::Sold && contract.ownership != Ownership::Owned)
        .then(|| contract.buyer.clone());
    let rack_gpus = book
        .catalog
        .accelerators
        .get(&tranche.accelerator)
        .map_or(1, |a| i64::from(a.rack_gpus))
        .max(1);
    let gpus = tranche.gpus.count();
    let promised = axis.hour_of(tranche.promised);
    Pool {
        tranche: tranche.id.clone(),
        contract: contract.id.clone(),
        supplier: contract.seller.clone(),
        site: tranche.site.clone(),
        hall: tranche.hall.clone(),
        accelerator: tranche.accelerator.clone(),
        gpus,
        rack_gpus,
        racks: racks_for(gpus, rack_gpus),
        spares: tranche.spares,
        promised,
        ramp: tranche.ramp.hours().round() as i64,
        term: term_hours(axis, tranche),
        ends: tranche.ends.map_or(i64::MAX / 4, |ends| axis.hour_of(ends)),
        dedicated_to: tranche.dedicated_to.clone().or(sold_to),
        take_or_pay: if contract.ownership == Ownership::Owned { 0.0 } else { take_or_pay },
        merit: 0,
    }
}

/// Returns the hours of the term from the promised day; a slip moves the term whole.
fn term_hours(axis: &Axis, tranche: &Tranche) -> i64 {
    let start = tranche.delivered.unwrap_or(tranche.promised);
    let end = start.checked_add(tranche.term.calendar()).unwrap_or(jiff::civil::Date::MAX);
    axis.hour_of(end) - axis.hour_of(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_model::Id;

    fn pool_of(racks: i64, ramp: i64) -> Pool {
        let contract = ContractId::new("c").unwrap();
        Pool {
            tranche: TrancheId { contract: contract.clone(), name: "all".to_owned() },
            contract,
            supplier: PartyId::new("s").unwrap(),
            site: SiteId::new("s").unwrap(),
            hall: HallId::new("s").unwrap(),
            accelerator: AcceleratorId::new("a").unwrap(),
            gpus: racks * 72,
            rack_gpus: 72,
            racks,
            spares: 0,
            promised: 0,
            ramp,
            term: 43_800,
            ends: i64::MAX / 4,
            dedicated_to: None,
            take_or_pay: 1.0,
            merit: 0,
        }
    }

    #[test]
    fn gpus_stand_in_whole_racks() {
        // 76,000 GPUs would be 1,055.6 racks; 4,608 are 64 and 12,600 are 175.
        let racks = [76_000, 4_608, 12_600, 1].map(|gpus| racks_for(gpus, 72));
        assert_eq!(racks, [1_056, 64, 175, 1]);
    }

    #[test]
    fn a_ramp_is_linear_by_whole_racks() {
        let pool = pool_of(4, 100);
        let racks: Vec<i64> =
            [99, 100, 124, 125, 150, 174, 175, 300].map(|h| pool.racks_at(100, h)).to_vec();
        assert_eq!(racks, [0, 1, 1, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn arrivals_and_counts_agree() {
        for (racks, ramp) in [(1, 0), (7, 13), (175, 4_380), (1_445, 6_570), (5, 3)] {
            let pool = pool_of(racks, ramp);
            for hour in 0..ramp + 5 {
                let arrived =
                    (0..racks).filter(|&index| pool.arrival(0, index) <= hour).count() as i64;
                assert_eq!(
                    pool.racks_at(0, hour),
                    arrived,
                    "{racks} racks, ramp {ramp}, hour {hour}"
                );
            }
        }
    }
}
