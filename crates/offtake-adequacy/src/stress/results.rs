//! What counterfactuals change: paired differences over the samples, each with its standard error.

use super::concentration::{Concentration, concentrations};
use super::cure::{Cure, cures};
use super::list::{Counterfactual, Kind};
use super::row::{Number, StressLayout, StressRow};
use crate::estimate::{Estimate, Weights};
use crate::headline::DEFAULT_MONTH_RISK;
use crate::system::System;
use offtake_model::Book;

/// Everything that `stress` reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Stresses {
    /// Seed of the futures.
    pub seed: u64,
    /// Samples.
    pub samples: usize,
    /// Of how many months of a future one is served under a counterfactual; 1 is all.
    pub every: usize,
    /// First month looked at, as `2026-01`.
    pub from: String,
    /// Last month looked at.
    pub to: String,
    /// The book as it is.
    pub base: StressBase,
    /// What each counterfactual changes, the worst first.
    pub stresses: Vec<StressResult>,
    /// What each supplier is worth.
    pub diversification: Vec<Diversification>,
    /// Who stands behind the capacity, by kind of party.
    pub concentration: Vec<Concentration>,
    /// Whether firm work meets its standard with any one party of a kind gone.
    pub secure: Vec<Secure>,
}

/// The book as it is, over the months looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StressBase {
    /// Unserved reference GPU-hours a year, of all work.
    pub eue: Estimate,
    /// The same of firm work.
    pub firm_eue: Estimate,
    /// Hours a year with a shortfall of firm work.
    pub lolh: Estimate,
    /// Share of firm demand unserved.
    pub unserved_share: Estimate,
    /// Money a year: fees and power for what is available, and what the unserved is worth.
    pub cost: Estimate,
    /// Whether the standards hold; `None` when none is set.
    pub secure: Option<bool>,
}

/// A difference from the base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delta {
    /// Unserved reference GPU-hours a year, of all work.
    pub eue: Estimate,
    /// The same of firm work.
    pub firm_eue: Estimate,
    /// Hours a year with a shortfall of firm work.
    pub lolh: Estimate,
    /// Money a year, fees and unserved together.
    pub cost: Estimate,
    /// The part of it that is paid (fees and power); the rest is what the unserved is worth.
    pub fees: Estimate,
}

/// What a counterfactual changes.
#[derive(Clone, Debug, PartialEq)]
pub struct StressResult {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// What it acts on.
    pub party: String,
    /// Its name for people.
    pub name: String,
    /// What happens, in words.
    pub text: String,
    /// The change.
    pub delta: Delta,
    /// Share of firm demand unserved with it.
    pub unserved_share: Estimate,
    /// Whether the standards hold with it; `None` when none is set.
    pub secure: Option<bool>,
    /// How soon what it takes could be had again.
    pub cure: Cure,
}

/// What a supplier is worth in unserved GPU-hours a year: the two parts add up to what losing it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Diversification {
    /// The supplier.
    pub supplier: String,
    /// Who stands in for it: the largest other supplier.
    pub stand_in: String,
    /// What is unserved more when as many GPUs, with the same dates and types, share the fate of the
    /// stand-in's largest delivery: its supplier, its grid and its site.
    pub diversification: Estimate,
    /// The rest of what losing it costs.
    pub volume: Estimate,
}

/// A verdict of N − 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Secure {
    /// The kind of party.
    pub kind: String,
    /// Whether the book's standards ask for it.
    pub is_asked: bool,
    /// How many parties there are.
    pub parties: usize,
    /// Whether the standards hold with any one of them gone; `None` when none is set.
    pub holds: Option<bool>,
    /// The one whose loss leaves most firm work unserved.
    pub worst: String,
    /// Its name for people.
    pub worst_name: String,
    /// The share of firm demand unserved then.
    pub unserved_share: Estimate,
}

/// Rows with what results are read from.
pub(super) struct Rows<'a> {
    pub(super) system: &'a System,
    pub(super) layout: StressLayout,
    pub(super) rows: &'a [StressRow],
    pub(super) weights: Weights,
    pub(super) per_year: f64,
}

/// Makes the results of `rows`, which were run with `list` and served every `every`-th month.
#[must_use]
pub fn stresses(
    book: &Book,
    system: &System,
    list: &[Counterfactual],
    (rows, every): (&[StressRow], usize),
) -> Stresses {
    let rows = Rows::new(system, rows, (list.len(), system.headline_months));
    let month = |index: usize| {
        system.axis.months().get(index).map(offtake_model::Month::text).unwrap_or_default()
    };
    let is_shown = |c: &Counterfactual| c.kind != Kind::AsLargest;
    let mut stresses: Vec<StressResult> = list
        .iter()
        .enumerate()
        .filter(|(_, c)| is_shown(c))
        .map(|(index, c)| rows.result(book, index + 1, c))
        .collect();
    stresses.sort_by(|a, b| {
        let size = |s: &StressResult| s.delta.eue.mean;
        let order = |s: &StressResult| (s.kind, s.id.clone());
        size(b).total_cmp(&size(a)).then_with(|| order(a).cmp(&order(b)))
    });
    Stresses {
        seed: system.sampler.seed(),
        samples: rows.rows.len(),
        every,
        from: month(0),
        to: month(system.headline_months.saturating_sub(1)),
        base: rows.base(),
        diversification: rows.diversification(list),
        secure: secure(book, &stresses),
        concentration: concentrations(book, system, &|pool| {
            rows.weights.mean(|i| rows.rows[i].row[rows.layout.at_pool(pool)]).mean
        }),
        stresses,
    }
}

impl<'a> Rows<'a> {
    /// Takes in rows of so many counterfactuals over the first months.
    pub(super) fn new(
        system: &'a System,
        rows: &'a [StressRow],
        (counterfactuals, months): (usize, usize),
    ) -> Rows<'a> {
        let strata = rows.iter().map(|row| row.scenario).collect();
        let layout = StressLayout::of(system, counterfactuals, months);
        let end = system.axis.months()[..layout.months].last().map_or(1, |month| month.end);
        Rows {
            layout,
            weights: Weights::new(strata, system.sampler.strata().probabilities()),
            per_year: 8_766.0 / end as f64,
            system,
            rows,
        }
    }

    pub(super) fn number(&self, sample: usize, variant: usize, number: Number) -> f64 {
        self.rows[sample].row[self.layout.at(variant, number)]
    }

    pub(super) fn yearly(&self, variant: usize, of: impl Fn(usize, usize) -> f64) -> Estimate {
        self.weights.mean(|i| of(i, variant)).times(self.per_year)
    }

    /// Returns the difference of a number from the base, a year.
    fn delta(&self, variant: usize, of: impl Fn(usize, usize) -> f64) -> Estimate {
        self.weights.mean(|i| of(i, variant) - of(i, 0)).times(self.per_year)
    }

    pub(super) fn cost(&self, sample: usize, variant: usize) -> f64 {
        self.number(sample, variant, Number::Fees) + self.number(sample, variant, Number::Value)
    }

    fn base(&self) -> StressBase {
        let yearly = |number| self.yearly(0, |i, v| self.number(i, v, number));
        StressBase {
            eue: yearly(Number::Unserved),
            firm_eue: yearly(Number::Firm),
            lolh: yearly(Number::ShortHours),
            unserved_share: self.unserved_share(0),
            cost: self.yearly(0, |i, v| self.cost(i, v)),
            secure: self.secure(0),
        }
    }

    pub(super) fn unserved_share(&self, variant: usize) -> Estimate {
        let found = self.weights.ratio(
            |i| self.number(i, variant, Number::HeadlineFirm),
            |i| self.number(i, variant, Number::HeadlineDemand),
        );
        // Months that stand for others may add up to a little more than all, or less than nothing.
        Estimate { mean: found.mean.clamp(0.0, 1.0), ..found }
    }

    fn result(&self, book: &Book, variant: usize, counterfactual: &Counterfactual) -> StressResult {
        let delta = |number| self.delta(variant, |i, v| self.number(i, v, number));
        StressResult {
            id: counterfactual.id.clone(),
            kind: counterfactual.kind,
            party: counterfactual.party.clone(),
            name: counterfactual.name.clone(),
            text: counterfactual.text.clone(),
            delta: Delta {
                eue: delta(Number::Unserved),
                firm_eue: delta(Number::Firm),
                lolh: delta(Number::ShortHours),
                cost: self.delta(variant, |i, v| self.cost(i, v)),
                fees: delta(Number::Fees),
            },
            unserved_share: self.unserved_share(variant),
            secure: self.secure(variant),
            cure: cures(book, self.system, &counterfactual.effects),
        }
    }

    /// Says whether all standards hold; `None` when none has a limit.
    pub(super) fn secure(&self, variant: usize) -> Option<bool> {
        let standards = &self.system.standards;
        let is_set = standards.iter().any(|s| s.unserved.is_some() || s.month_risk.is_some());
        is_set.then(|| (0..standards.len()).all(|standard| self.holds(variant, standard)))
    }

    fn holds(&self, variant: usize, standard: usize) -> bool {
        let spec = &self.system.standards[standard];
        let at = self.layout.at_standard(variant, standard);
        let number = |i: usize, k: usize| self.rows[i].row[at + k];
        let share = || self.weights.ratio(|i| number(i, 0), |i| number(i, 1)).mean;
        let risk = |month: usize| self.weights.mean(|i| number(i, 2 + month)).mean;
        let limit = spec.month_risk.unwrap_or(DEFAULT_MONTH_RISK);
        spec.unserved.is_none_or(|limit| share() <= limit)
            && (spec.month_risk.is_none() || (0..self.layout.headline).all(|m| risk(m) <= limit))
    }

    /// Returns how many months of the headline have a greater chance of shortfall than a standard allows.
    pub(super) fn months_at_risk(&self, variant: usize) -> usize {
        let is_at_risk = |month: &usize| {
            self.system.standards.iter().enumerate().any(|(standard, spec)| {
                let at = self.layout.at_standard(variant, standard) + 2 + month;
                let risk = self.weights.mean(|i| self.rows[i].row[at]).mean;
                risk > spec.month_risk.unwrap_or(DEFAULT_MONTH_RISK)
            })
        };
        (0..self.layout.headline).filter(is_at_risk).count()
    }

    fn diversification(&self, list: &[Counterfactual]) -> Vec<Diversification> {
        let find = |kind: Kind, party: &str| {
            list.iter().position(|c| c.kind == kind && c.party == party).map(|index| index + 1)
        };
        let unserved = |i: usize, v: usize| self.number(i, v, Number::Unserved);
        let of = |c: &Counterfactual| {
            let (gone, stands_in) =
                (find(Kind::SupplierGone, &c.party)?, find(Kind::AsLargest, &c.party)?);
            let rest = |i: usize| unserved(i, gone) - unserved(i, stands_in);
            Some(Diversification {
                supplier: c.party.clone(),
                stand_in: stand_in(self.system, c),
                diversification: self.delta(stands_in, unserved),
                volume: self.weights.mean(rest).times(self.per_year),
            })
        };
        list.iter().filter(|c| c.kind == Kind::AsLargest).filter_map(of).collect()
    }
}

fn stand_in(system: &System, counterfactual: &Counterfactual) -> String {
    let follows = counterfactual.effects.iter().find_map(|effect| match effect {
        super::Effect::Follows { pool, .. } => Some(system.pools[*pool].supplier.to_string()),
        _ => None,
    });
    follows.unwrap_or_default()
}

/// Returns the verdict of N − 1 for each kind of which some party is in the book.
fn secure(book: &Book, stresses: &[StressResult]) -> Vec<Secure> {
    let kinds = ["supplier", "site", "grid", "gpu-maker", "server-maker", "lender", "landlord"];
    let verdict = |kind: &str| {
        let losses: Vec<&StressResult> =
            stresses.iter().filter(|s| s.kind.loses_one() == Some(kind)).collect();
        let worst =
            losses.iter().max_by(|a, b| a.unserved_share.mean.total_cmp(&b.unserved_share.mean))?;
        let holds = losses.iter().map(|s| s.secure).collect::<Option<Vec<bool>>>();
        let asks = |standard: &offtake_model::Standard| {
            standard.n_minus_1.iter().any(|asked| asked == kind)
        };
        Some(Secure {
            kind: kind.to_owned(),
            is_asked: book.standards.iter().any(asks),
            parties: losses.len(),
            holds: holds.map(|holds| holds.into_iter().all(|holds| holds)),
            worst: worst.party.clone(),
            worst_name: worst.name.clone(),
            unserved_share: worst.unserved_share,
        })
    };
    kinds.into_iter().filter_map(verdict).collect()
}
