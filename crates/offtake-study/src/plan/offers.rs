//! What can be signed: each start of each offer, with what it costs and when it is there.

use super::draw::Drawn;
use super::supply::Supply;
use jiff::civil::Date;
use offtake_adequacy::System;
use offtake_model::{Book, ContractId, Offer, OptionRight};
use offtake_plan::program::{
    Month, Offer as Signable, Payment, RowLimit, Size, Step, Table2, Table3, Taking,
};
use offtake_units::{Gpus, Share, Span};
use std::collections::BTreeMap;

/// Blocks into which an option is divided, which may be called in part.
const OPTION_BLOCKS: i64 = 10;

/// An offer that is signed on some day, as a contract of the book.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its name, as `narvik-2@2027-01`.
    pub name: String,
    /// The offer.
    pub offer: Offer,
    /// The contract, which takes all blocks.
    pub contract: ContractId,
    /// Day of signing.
    pub signed: Date,
    /// Day on which it is promised.
    pub promised: Date,
}

/// Returns an option of a contract as an offer: at the contract's price and term, in [`OPTION_BLOCKS`] blocks; `None`
/// where the book does not say how many GPUs it is for, of which type, or at which price.
#[must_use]
pub fn as_offer(book: &Book, id: &str, option: &OptionRight) -> Option<Offer> {
    let contract = book.contracts.get(&option.contract)?;
    let at = |tranche: &&offtake_model::Tranche| {
        option.site.as_ref().is_none_or(|site| *site == tranche.site)
    };
    let tranche = contract.tranches.iter().find(at).or_else(|| contract.tranches.first())?;
    let accelerator = book.catalog.accelerators.get(&tranche.accelerator)?;
    let rack = i64::from(accelerator.rack_gpus.max(1));
    let of_power = option.power.map(|power| {
        let each = accelerator.billed_power.unwrap_or(accelerator.draw.training).megawatts();
        (power.megawatts() / each.max(1e-9)) as i64
    });
    let price = contract.price?;
    let gpus = option.gpus.map(Gpus::count).or(of_power)?;
    let block = gpus / OPTION_BLOCKS / rack * rack;
    (block > 0).then(|| Offer {
        id: id.to_owned(),
        seller: contract.seller.clone(),
        site: option.site.clone().unwrap_or_else(|| tranche.site.clone()),
        accelerator: tranche.accelerator.clone(),
        block: Gpus::new(block),
        blocks: OPTION_BLOCKS,
        start_from: option.start,
        start_until: option.start,
        lead_time: Span::from_months(0),
        price,
        term: tranche.term,
        take_or_pay: contract.take_or_pay.share,
        prepayment: Share::new(0.0),
        open_until: option.exercise_by,
        taken_chance: Share::new(0.0),
    })
}

/// Returns what can be signed, in the order of the starts.
pub(super) fn offers(
    book: &Book,
    system: &System,
    (starts, supply): (&[Start], &Supply),
    months: &[Month],
) -> Vec<Signable> {
    let of = |(start, pools): (&Start, &Vec<usize>)| {
        let first = pools.first().copied();
        let offer = &start.offer;
        let price = book.in_currency(offer.price.money());
        let share = offer.take_or_pay.part();
        let paid = Paid::new(system, start, price);
        Signable {
            name: start.name.clone(),
            pool: first.map_or(0, |pool| supply.pool_of[pool]),
            block_kgpu: offer.block.count() as f64 / 1e3,
            size: Size {
                least: 0.0,
                // What the system knows no pool of, nothing is open to.
                most: if first.is_some() { offer.blocks as f64 } else { 0.0 },
                step: Step::Whole,
            },
            price: vec![price; months.len()],
            taking: if share >= 1.0 { Taking::Firm } else { Taking::Flexible { share } },
            prepayments: paid.ahead(),
            payments: paid.credits(),
            at_stake: paid.at_stake(),
            parties: first.map_or_else(Vec::new, |pool| supply.behind[pool].clone()),
        }
    };
    starts.iter().zip(&supply.of_start).map(of).collect()
}

/// Returns the share of each start that is available, by future and month.
pub(super) fn available(system: &System, supply: &Supply, drawn: &[Drawn]) -> Table3 {
    let months = system.axis.months().len();
    Table3::new((drawn.len(), months, supply.of_start.len()), |future, month, start| {
        let pools = &supply.of_start[start];
        let all: i64 = pools.iter().map(|&pool| system.pools[pool].gpus).sum();
        let there: f64 = pools.iter().map(|pool| drawn[future].gpus[pool * months + month]).sum();
        if all == 0 || drawn[future].is_gone(start) {
            return 0.0;
        }
        (there / all as f64).clamp(0.0, 1.0)
    })
}

/// Returns, by future and start, whether what is paid for certain falls due: who finds an offer taken by others pays
/// nothing ahead, and gets nothing back.
pub(super) fn due(drawn: &[Drawn], starts: usize) -> Table2 {
    if !drawn.iter().any(|one| (0..starts).any(|start| one.is_gone(start))) {
        return Table2::default();
    }
    Table2::new(
        (drawn.len(), starts),
        |future, start| {
            if drawn[future].is_gone(start) { 0.0 } else { 1.0 }
        },
    )
}

/// Returns the limits that say that an offer has only so many blocks, whenever they start.
pub(super) fn one_of_each(starts: &[Start]) -> Vec<RowLimit> {
    let mut by_offer: BTreeMap<&str, RowLimit> = BTreeMap::new();
    for (place, start) in starts.iter().enumerate() {
        let row = by_offer.entry(&start.offer.id).or_insert_with(|| RowLimit {
            name: format!("blocks[{}]", start.offer.id),
            terms: Vec::new(),
            most: start.offer.blocks as f64,
        });
        row.terms.push((place, 1.0));
    }
    by_offer.into_values().filter(|row| row.terms.len() > 1).collect()
}

/// What is paid ahead for a block, and credited against its fees.
struct Paid {
    /// Month of signing.
    signed: usize,
    /// Millions.
    ahead: f64,
    /// Millions credited in each month of the horizon; in the last one also what is left, which is still a claim.
    credits: Vec<f64>,
}

impl Paid {
    fn new(system: &System, start: &Start, price: f64) -> Paid {
        let months = system.axis.months();
        let gpus = start.offer.block.count() as f64;
        let share = start.offer.prepayment.part();
        let ahead = share * price * gpus * start.offer.term.hours() / 1e6;
        let place = |date: Date| {
            let hour = system.axis.hour_of(date);
            months.iter().position(|month| hour < month.end as i64).unwrap_or(months.len())
        };
        let (signed, first) = (place(start.signed), place(start.promised));
        let mut left = ahead;
        let mut credits: Vec<f64> = (0..months.len())
            .map(|month| {
                let fee = price * gpus * months[month].len() as f64 / 1e6;
                let credit = if month >= first { (share * fee).min(left) } else { 0.0 };
                left -= credit;
                credit
            })
            .collect();
        if let Some(last) = credits.last_mut() {
            *last += left;
        }
        Paid { signed: signed.min(months.len().saturating_sub(1)), ahead, credits }
    }

    fn ahead(&self) -> Vec<Payment> {
        let payment = Payment { month: self.signed, amount: self.ahead };
        if self.ahead > 0.0 { vec![payment] } else { Vec::new() }
    }

    fn credits(&self) -> Vec<Payment> {
        let payment = |(month, credit): (usize, &f64)| Payment { month, amount: -credit };
        self.credits.iter().enumerate().filter(|(_, c)| **c > 0.0).map(payment).collect()
    }

    /// Returns what is paid and not credited yet, by month.
    fn at_stake(&self) -> Vec<f64> {
        if self.ahead <= 0.0 {
            return Vec::new();
        }
        let mut left = self.ahead;
        let of_month = |(month, credit): (usize, &f64)| {
            let at_stake = if month < self.signed { 0.0 } else { left };
            left = (left - credit).max(0.0);
            at_stake
        };
        self.credits.iter().enumerate().map(of_month).collect()
    }
}
