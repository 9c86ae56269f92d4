//! What results ask of a search that is over: the master with something held, points evaluated at full
//! resolution.
//!
//! Every method leaves the master as it found it, so results may be asked for in any order.

use crate::block::Service;
use crate::certificate::Flows;
use crate::engine::PlanError;
use crate::master::Choice;
use crate::search::{Integers, Point, Search};
use crate::solver::Rows;

impl Search<'_> {
    fn is_mip(&self) -> bool {
        self.options.integers == Integers::Whole && self.master.has_whole()
    }

    pub(crate) fn integers(&self) -> Integers {
        if self.is_mip() { Integers::Whole } else { Integers::Relaxed }
    }

    /// Asks for whole numbers again and lets every offer go.
    pub(crate) fn let_go(&mut self) -> Result<(), PlanError> {
        self.master.release()?;
        self.master.ask(self.integers())
    }

    /// Holds what is whole at a plan's quantities, and asks for whole numbers no longer.
    pub(crate) fn hold_whole(&mut self, signed: &[f64]) -> Result<(), PlanError> {
        self.master.ask(Integers::Relaxed)?;
        for (offer, blocks) in signed.iter().enumerate() {
            if self.master.model.columns[offer].is_whole && self.is_mip() {
                self.master.hold(offer, &[*blocks], &[*blocks])?;
            }
            if let Some(column) = self.master.columns.is_signed[offer].filter(|_| self.is_mip()) {
                let is_signed = f64::from(u8::from(*blocks > 0.0));
                self.master.hold(column, &[is_signed], &[is_signed])?;
            }
        }
        Ok(())
    }

    /// Chooses with so much of an offer; `None` if limits leave no choice.
    pub(crate) fn bound_with(
        &mut self,
        offer: usize,
        blocks: f64,
    ) -> Result<Option<Choice>, PlanError> {
        self.master.ask(self.integers())?;
        self.master.set_gap(self.options.gap / 4.0)?;
        self.master.hold(offer, &[blocks], &[blocks])?;
        let choice = self.master.choose(&self.nothing);
        self.let_go()?;
        match choice {
            Ok(choice) => Ok(Some(choice)),
            Err(PlanError::NoChoice) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Evaluates at full resolution; `None` if a standard is not kept.
    pub(crate) fn evaluate_fine(&mut self, point: &Point) -> Result<Option<f64>, PlanError> {
        let value = self.evaluate(point, self.full())?;
        Ok(value.is_kept.then_some(value.objective))
    }

    /// The same by scenario.
    pub(crate) fn costs_fine(&mut self, point: &Point) -> Result<Option<Vec<f64>>, PlanError> {
        let value = self.evaluate(point, self.full())?;
        Ok(value.is_kept.then_some(value.costs))
    }

    /// The same with what use of an offer above its share costs, by scenario.
    pub(crate) fn costs_with_over(
        &mut self,
        point: &Point,
        offer: usize,
    ) -> Result<(Option<Vec<f64>>, Vec<f64>), PlanError> {
        let costs = self.costs_fine(point)?;
        let mut over = vec![0.0; self.program().scenarios.len()];
        for (place, service) in self.engine.places.iter().zip(&self.last_services) {
            if place.lost.is_none() {
                over[place.scenario] += service.over[offer];
            }
        }
        Ok((costs, over))
    }

    /// Evaluates at full resolution and returns what every block serves and costs.
    pub(crate) fn services(&mut self, point: &Point) -> Result<Vec<Service>, PlanError> {
        self.evaluate_fine(point)?;
        Ok(self.last_services.clone())
    }

    /// Solves the blocks of money at full resolution and returns what they do.
    pub(crate) fn flows(&mut self, point: &Point) -> Result<Vec<Flows>, PlanError> {
        self.engine.keeps_flows = true;
        let solved = self.engine.solve(self.full(), None, &point.signed, &point.allowed);
        self.engine.keeps_flows = false;
        let money = solved?.into_iter().take(self.engine.money);
        Ok(money.map(|one| one.flows.unwrap_or_default()).collect())
    }

    /// Adds a row that can limit the objective, and returns its number. Without a limit it does nothing.
    pub(crate) fn cost_row(&mut self) -> Result<usize, PlanError> {
        let row = self.master.row_count();
        let columns = self.master.model.columns.iter().enumerate();
        let terms: Vec<(usize, f64)> =
            columns.filter(|(_, of)| of.cost != 0.0).map(|(at, of)| (at, of.cost)).collect();
        let mut rows = Rows::default();
        rows.push(f64::NEG_INFINITY, f64::INFINITY, terms);
        self.master.add_plain(&rows)?;
        Ok(row)
    }

    /// Returns costs that make a plan dear for what the known ones sign, and cheap for what they do not.
    pub(crate) fn distance(&self, known: &[Vec<f64>]) -> Vec<f64> {
        let mut costs = vec![0.0; self.master.model.columns.len()];
        for (offer, cost) in costs.iter_mut().enumerate().take(self.master.columns.offers) {
            let most = self.program().offers[offer].size.most.max(1e-9);
            let times = known.iter().filter(|signed| signed[offer] > 0.0).count();
            *cost = if times > 0 { times as f64 / most } else { -1.0 / most };
        }
        costs
    }

    /// Chooses by another objective, with the plan's own at most so much.
    pub(crate) fn with_objective(
        &mut self,
        costs: &[f64],
        (row, most): (usize, f64),
    ) -> Result<Option<Choice>, PlanError> {
        let own: Vec<f64> = self.master.model.columns.iter().map(|column| column.cost).collect();
        self.master.ask(self.integers())?;
        self.master.set_gap(1e-3)?;
        self.master.set_row(row, f64::NEG_INFINITY, most)?;
        self.master.set_costs(costs)?;
        let choice = self.master.choose(&self.nothing);
        self.master.set_costs(&own)?;
        self.master.set_row(row, f64::NEG_INFINITY, f64::INFINITY)?;
        self.master.set_gap(self.options.gap / 4.0)?;
        match choice {
            Ok(choice) => Ok(Some(choice)),
            Err(PlanError::NoChoice) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
