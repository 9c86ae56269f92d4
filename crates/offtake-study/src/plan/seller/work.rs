//! What asks for GPUs: requests, each by the ways in which it could be served, and the market.

use super::build::{Built, is_for, is_meant, running};
use super::money::Terms;
use super::{Acceptable, Orderable, blocks_of, hour_of};
use crate::plan::draw::Drawn;
use crate::plan::supply::Supply;
use offtake_adequacy::System;
use offtake_model::{AcceleratorId, Book, Ownership};
use offtake_plan::program::{Program, Table2, Use};
use offtake_plan::seller::{Market, Way};

/// Hours of a month, as a cap of monthly fees is meant.
const MONTH: f64 = 730.0;

/// What it is written from.
pub(super) struct Work<'a> {
    pub(super) book: &'a Book,
    pub(super) base: &'a Program,
    pub(super) orderable: &'a [Orderable],
    pub(super) acceptable: &'a [Acceptable],
    pub(super) built: &'a Built,
    pub(super) terms: &'a Terms<'a>,
}

impl Work<'_> {
    /// Returns the ways, in order; `names` are the requests.
    pub(super) fn ways(&self, names: &[&str]) -> Vec<Way> {
        self.acceptable.iter().map(|way| self.way(names, way)).collect()
    }

    fn way(&self, names: &[&str], way: &Acceptable) -> Way {
        let meant = self.orderable.iter().position(|one| is_meant(way, one));
        let asked = self.asked(way, meant);
        let served = (0..self.base.months.len()).map(|month| self.served(&asked, meant, month));
        Way {
            name: way.name.clone(),
            request: names.iter().position(|name| *name == way.opportunity).unwrap_or(0),
            block_kgpu: way.gpus as f64 / blocks_of(way) as f64 / 1e3,
            price: way.price,
            kept: self.terms.kept(),
            credit: way.credit,
            running: meant.map_or(0.0, |at| running(self.book, &self.orderable[at], self.terms)),
            promised: self.promised(way),
            served: served.collect(),
            uses: self.uses(|one| is_for(way, one)),
            asked,
        }
    }

    /// Returns the share of each month in which a way asks as promised.
    fn promised(&self, way: &Acceptable) -> Vec<f64> {
        let end = way.promised.checked_add(way.term.calendar()).unwrap_or(self.book.until);
        let window = (hour_of(self.book, way.promised), hour_of(self.book, end));
        (0..self.base.months.len()).map(|month| self.built.part(month, window)).collect()
    }

    /// Returns the share of each month in which a way asks: its term from the day on which the build that is meant for it
    /// comes, and the hours before for which lateness is credited: those after grace, up to the cap. Of a build that never
    /// comes, these alone.
    fn asked(&self, way: &Acceptable, meant: Option<usize>) -> Table2 {
        let from = hour_of(self.book, way.promised);
        let end = way.promised.checked_add(way.term.calendar()).unwrap_or(self.book.until);
        let until = hour_of(self.book, end);
        let capped = if way.credit > 0.0 { way.cap / way.credit * MONTH } else { 0.0 };
        let credited = |late: f64| (late - way.grace).clamp(0.0, capped);
        Table2::new((self.base.scenarios.len(), self.base.months.len()), |scenario, month| {
            let late = meant.map_or(Some(0.0), |at| self.built.late[at][scenario]);
            let window = match late {
                Some(late) => (from + late - credited(late), until + late),
                None => (from + way.grace, from + way.grace + capped),
            };
            self.built.part(month, window)
        })
    }

    /// Returns the share of a month that the build meant for a way is expected to serve of it.
    fn served(&self, asked: &Table2, meant: Option<usize>, month: usize) -> f64 {
        let Some(at) = meant else { return 0.0 };
        let futures = self.base.scenarios.iter().enumerate();
        let of = |(s, one): (usize, &offtake_plan::program::Scenario)| {
            one.probability * asked.at(s, month).min(self.built.available[at].at(s, month))
        };
        futures.map(of).sum()
    }

    /// Returns the pools of the builds that are meant, each once. Power is held against the stock, not here, and what is
    /// out has none, so any draw above 0 will do.
    fn uses(&self, is_one: impl Fn(&Orderable) -> bool) -> Vec<Use> {
        let of = self.orderable.iter().zip(&self.built.pools).filter(|(one, _)| is_one(one));
        let mut pools: Vec<usize> = of.map(|(_, pool)| *pool).collect();
        pools.sort_unstable();
        pools.dedup();
        let one = |pool| Use { pool, class: 0, performance: 1.0, power_kw: 1.0 };
        pools.into_iter().map(one).collect()
    }

    /// Returns what the market takes of each type whose depth the book knows, year by year.
    pub(super) fn markets(
        &self,
        (system, supply): (&System, &Supply),
        drawn: &[Drawn],
    ) -> Vec<Market> {
        let mut years: Vec<i32> = self.base.months.iter().map(|month| month.year).collect();
        years.dedup();
        let mut found = Vec::new();
        for (at, (accelerator, market)) in self.book.markets.iter().enumerate() {
            let Some(depth) = market.depth else { continue };
            let mut uses = self.uses(|one| one.accelerator == *accelerator);
            uses.extend(self.unsold((system, supply), accelerator, &uses));
            for &year in years.iter().filter(|_| !uses.is_empty()) {
                let months: Vec<bool> =
                    self.base.months.iter().map(|month| month.year == year).collect();
                found.push(Market {
                    name: format!("{accelerator},{year}"),
                    kgpu: depth.count() as f64 / 1e3,
                    price: self.terms.kept() * self.price(drawn, at, &months),
                    months,
                    uses: uses.clone(),
                });
            }
        }
        found
    }

    /// Returns how the market uses pools of the owner's that nothing is sold from.
    fn unsold(
        &self,
        (system, supply): (&System, &Supply),
        accelerator: &AcceleratorId,
        known: &[Use],
    ) -> Vec<Use> {
        let is_owners = |contract| {
            let of = self.book.contracts.get(contract);
            of.is_some_and(|contract| contract.ownership == Ownership::Owned)
        };
        let draw = self
            .book
            .catalog
            .accelerators
            .get(accelerator)
            .map_or(1.0, |of| of.draw.training.kilowatts().max(of.draw.serving.kilowatts()));
        let mut found: Vec<Use> = Vec::new();
        for (pool, spec) in system.pools.iter().enumerate() {
            let of = supply.pool_of[pool];
            let is_known = known.iter().chain(&found).any(|usage| usage.pool == of);
            if spec.accelerator == *accelerator && is_owners(&spec.contract) && !is_known {
                found.push(Use { pool: of, class: 0, performance: 1.0, power_kw: draw });
            }
        }
        found
    }

    /// Returns the expected price of a market over some months.
    fn price(&self, drawn: &[Drawn], market: usize, months: &[bool]) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (one, scenario) in drawn.iter().zip(&self.base.scenarios) {
            for (month, _) in months.iter().enumerate().filter(|(_, is_in)| **is_in) {
                sum += scenario.probability * one.prices[market][month];
                weight += scenario.probability;
            }
        }
        if weight > 0.0 { sum / weight } else { 0.0 }
    }
}
