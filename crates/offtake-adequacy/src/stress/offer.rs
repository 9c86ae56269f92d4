//! Sign this? An offer against doing nothing, waiting and its rivals, on the same futures.
//!
//! The system holds the offer and its rivals as pools; an alternative is what takes the other pools away,
//! so that all of them see the same luck. Waiting is the offer a while later, less the chance that it is
//! gone by then. Figures are over all months of the horizon; standards, as always, over the headline.

use super::concentration::{Concentration, concentrations};
use super::effect::{Effect, Milestone};
use super::results::{Delta, Rows};
use super::row::{Number, StressRow};
use crate::estimate::Estimate;
use crate::system::System;
use offtake_futures::Hours;
use offtake_model::{Book, ContractId, Side};

/// An offer with what else could be done, as contracts of one system.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The contract that the offer becomes.
    pub offer: ContractId,
    /// The contracts that rival offers become, with the offers' ids.
    pub rivals: Vec<(String, ContractId)>,
    /// Hours that waiting takes.
    pub wait: i64,
    /// Chance that the offer is gone by then.
    pub gone: f64,
    /// Money that must be put in for each GPU-hour that is available, where the owner is the seller: hall and racks
    /// over the term.
    pub capital: f64,
}

/// How the book stands with some alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Unserved reference GPU-hours a year.
    pub eue: Estimate,
    /// Share of firm demand unserved over the headline.
    pub unserved_share: Estimate,
    /// Hours a year with a shortfall of firm work.
    pub lolh: Estimate,
    /// Money a year: fees and power, and what the unserved is worth.
    pub cost: Estimate,
    /// Months of the headline at risk.
    pub months_at_risk: usize,
    /// Whether the standards hold; `None` when none is set.
    pub secure: Option<bool>,
    /// Who stands behind the capacity.
    pub concentration: Vec<Concentration>,
}

/// An alternative to signing.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// `nothing`, `wait`, or the id of a rival offer.
    pub name: String,
    /// What it changes against doing nothing.
    pub delta: Delta,
    /// What signing saves against it, money a year; below zero it is the better.
    pub saves: Estimate,
}

/// What signing an offer comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferResult {
    /// Samples.
    pub samples: usize,
    /// Years looked at.
    pub years: f64,
    /// The book without the offer.
    pub nothing: Standing,
    /// The book with it.
    pub signed: Standing,
    /// What signing changes against doing nothing.
    pub delta: Delta,
    /// The price of a GPU-hour at which signing costs as much as doing nothing: the highest that a buyer
    /// can pay, the lowest that a seller can take; `None` when nothing would be paid for.
    pub breakeven_price: Option<Estimate>,
    /// GPU-hours a year of the offer that must be paid for, as far as the horizon reaches.
    pub paid_hours: Estimate,
    /// Alternatives, `nothing` first.
    pub against: Vec<Alternative>,
    /// What is unserved less, by block of work, most first: reference GPU-hours a year below zero.
    pub drivers: Vec<(String, Estimate)>,
}

const NOTHING: usize = 1;
const SIGNED: usize = 2;
const LATER: usize = 3;

/// Returns the effects of doing nothing, signing, waiting and taking each rival, in that order.
#[must_use]
pub fn alternatives(system: &System, choice: &Choice) -> Vec<Vec<Effect>> {
    let all: Vec<&ContractId> =
        std::iter::once(&choice.offer).chain(choice.rivals.iter().map(|(_, id)| id)).collect();
    // What is not signed is neither there nor owed.
    let without = |kept: Option<&ContractId>| {
        let gone = all.iter().filter(|id| Some(**id) != kept);
        let pools: Vec<usize> = gone.flat_map(|id| pools_of(system, id)).collect();
        let hours = Hours { from: i64::MIN / 4, until: i64::MAX / 4 };
        [Effect::Lost { pools: pools.clone(), hours, share: 1.0 }, Effect::Unsold { pools, hours }]
    };
    let mut later = without(Some(&choice.offer)).to_vec();
    let pools = pools_of(system, &choice.offer);
    for milestone in [Milestone::Power, Milestone::Hall, Milestone::Accelerators] {
        later.push(Effect::Later { pools: pools.clone(), milestone, hours: choice.wait });
    }
    // What is promised later is owed later.
    for &pool in &pools {
        let from = system.pools[pool].promised;
        let hours = Hours { from, until: from + choice.wait };
        later.push(Effect::Unsold { pools: vec![pool], hours });
    }
    let mut found = vec![without(None).to_vec(), without(Some(&choice.offer)).to_vec(), later];
    found.extend(choice.rivals.iter().map(|(_, id)| without(Some(id)).to_vec()));
    found
}

fn pools_of(system: &System, contract: &ContractId) -> Vec<usize> {
    let is_of = |pool: &usize| system.pools[*pool].contract == *contract;
    (0..system.pools.len()).filter(is_of).collect()
}

/// Makes the result of `rows`, which were run with [`alternatives`] over all months; `price` is what the offer
/// asks (or a request pays) for a GPU-hour.
#[must_use]
pub fn offer_result(
    book: &Book,
    system: &System,
    choice: &Choice,
    rows: &[StressRow],
    price: f64,
) -> OfferResult {
    let count = LATER + choice.rivals.len();
    let rows = Rows::new(system, rows, (count, system.axis.months().len()));
    let offered = pools_of(system, &choice.offer);
    let is_sold = book.contracts.get(&choice.offer).is_some_and(|c| book.side(c) == Side::Sold);
    let share = offered.first().map_or(1.0, |&pool| system.pools[pool].take_or_pay.max(1e-9));
    let paid = |i: usize| -> f64 {
        share * offered.iter().map(|&p| rows.rows[i].row[rows.layout.at_pool(p)]).sum::<f64>()
    };
    let rivals: Vec<usize> =
        choice.rivals.iter().flat_map(|(_, id)| pools_of(system, id)).collect();
    let standing = |variant: usize| {
        let is_there = |pool: usize| {
            !rivals.contains(&pool) && (variant == SIGNED || !offered.contains(&pool))
        };
        Standing {
            eue: rows.yearly(variant, |i, v| rows.number(i, v, Number::Unserved)),
            unserved_share: rows.unserved_share(variant),
            lolh: rows.yearly(variant, |i, v| rows.number(i, v, Number::ShortHours)),
            cost: rows.yearly(variant, |i, v| rows.cost(i, v)),
            months_at_risk: rows.months_at_risk(variant),
            secure: rows.secure(variant),
            concentration: concentrations(book, system, &|pool| {
                let hours = |i: usize| rows.rows[i].row[rows.layout.at_pool(pool)];
                if is_there(pool) { rows.weights.mean(hours).mean } else { 0.0 }
            }),
        }
    };
    OfferResult {
        samples: rows.rows.len(),
        years: 1.0 / rows.per_year,
        nothing: standing(NOTHING),
        signed: standing(SIGNED),
        delta: rows.against_nothing(SIGNED, 1.0),
        breakeven_price: rows.breakeven((price, is_sold), &paid),
        paid_hours: rows.weights.mean(paid).times(rows.per_year),
        against: rows.alternatives(choice),
        drivers: rows.drivers(),
    }
}

impl Rows<'_> {
    /// Returns what an alternative that is there with some chance changes against doing nothing.
    fn against_nothing(&self, variant: usize, chance: f64) -> Delta {
        let of = |number: Number| {
            let change =
                |i: usize| self.number(i, variant, number) - self.number(i, NOTHING, number);
            self.weights.mean(change).times(chance * self.per_year)
        };
        let cost = |i: usize| self.cost(i, variant) - self.cost(i, NOTHING);
        Delta {
            eue: of(Number::Unserved),
            firm_eue: of(Number::Firm),
            lolh: of(Number::ShortHours),
            cost: self.weights.mean(cost).times(chance * self.per_year),
            fees: of(Number::Fees),
        }
    }

    fn alternatives(&self, choice: &Choice) -> Vec<Alternative> {
        let alternative = |name: &str, variant: usize, chance: f64| {
            let cost = |i: usize| {
                chance * self.cost(i, variant) + (1.0 - chance) * self.cost(i, NOTHING)
                    - self.cost(i, SIGNED)
            };
            Alternative {
                name: name.to_owned(),
                delta: self.against_nothing(variant, chance),
                saves: self.weights.mean(cost).times(self.per_year),
            }
        };
        let mut found = vec![
            alternative("nothing", NOTHING, 1.0),
            alternative("wait", LATER, 1.0 - choice.gone),
        ];
        for (index, (name, _)) in choice.rivals.iter().enumerate() {
            found.push(alternative(name, LATER + 1 + index, 1.0));
        }
        found
    }

    /// Returns the price less (for a seller: plus) what signing costs more, over the hours that are paid for.
    fn breakeven(
        &self,
        (price, is_sold): (f64, bool),
        paid: &dyn Fn(usize) -> f64,
    ) -> Option<Estimate> {
        if self.weights.mean(paid).mean <= 0.0 {
            return None;
        }
        let change = |i: usize| self.cost(i, SIGNED) - self.cost(i, NOTHING);
        let over = self.weights.ratio(change, paid);
        let mean = if is_sold { price + over.mean } else { price - over.mean };
        Some(Estimate { mean, ..over })
    }

    fn drivers(&self) -> Vec<(String, Estimate)> {
        let of = |(block, spec): (usize, &crate::Block)| {
            let unserved = |i: usize, v: usize| self.rows[i].row[self.layout.at_block(v, block)];
            let change = self.weights.mean(|i| unserved(i, SIGNED) - unserved(i, NOTHING));
            (format!("{}.{}", spec.workload, spec.name), change.times(self.per_year))
        };
        let mut found: Vec<(String, Estimate)> =
            self.system.blocks.iter().enumerate().map(of).collect();
        found.retain(|(_, change)| change.mean != 0.0);
        found.sort_by(|a, b| a.1.mean.total_cmp(&b.1.mean).then_with(|| a.0.cmp(&b.0)));
        found
    }
}

/// Returns how much of a prepayment is lost on average because the seller fails: by month, the chance that
/// it fails then, times what is not credited yet, times what a claim does not recover.
#[must_use]
pub fn prepayment_loss(contract: &offtake_model::Contract, yearly_failure: f64, paid: f64) -> f64 {
    let Some(clause) = &contract.prepayment else { return 0.0 };
    let Some(tranche) = contract.tranches.first() else { return 0.0 };
    let months = |span: offtake_units::Span| libm::round(span.days() / 30.436_875) as i64;
    let (term, free) = (months(tranche.term).max(1), months(clause.credited_after));
    let monthly = -libm::log(1.0 - yearly_failure.clamp(0.0, 0.999_999)) / 12.0;
    let left = |month: i64| {
        let credited = (month - free).max(0) as f64 / (term - free).max(1) as f64;
        (1.0 - credited).max(0.0)
    };
    let lost = |month: i64| libm::exp(-monthly * month as f64) * monthly * left(month);
    (0..term).map(lost).sum::<f64>() * paid * (1.0 - clause.recovery.part())
}
