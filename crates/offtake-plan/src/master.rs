//! The choice of what to sign, against what cuts say that it costs.
//!
//! ```text
//! min  (1 − λ) Σ_ω p_ω (F_ω x + Σ_g θ_ω,g) + λ [ t + Σ_ω p_ω η_ω / (1 − α) ]
//! tail[ω]            η_ω ≥ F_ω x + Σ_g θ_ω,g − t,   η ≥ 0
//! size[c]            least u_c ≤ x_c ≤ most u_c,   u_c ∈ {0, 1}          where an offer has a minimum
//! limits (`stage`)   Σ factor x − scale r ≤ most
//! eue[j]             Σ_b p_b hours_b υ_b,j − scale r ≤ most
//! cvar-unserved[j]   t_j + Σ_ω p_ω w_ω,j / (1 − α_j) − scale r ≤ most,  w_ω,j ≥ Σ_m hours υ − t_j
//! cut[g]             θ_g ≥ Σ_{b ∈ g} (constant_b + slope_b x − Σ_j M_b,j υ_b,j)
//! served[b]          0 ≥ constant_b + slope_b x − Σ_j M_b,j υ_b,j        with a party lost
//! ```
//!
//! `r` relaxes a limit; it is held at 0 unless the question is which limits cannot be met together. The
//! dual of a limit's row, with whole numbers fixed, is its price.

use crate::block::{Cut, Place};
use crate::block_rows::Allowed;
use crate::engine::PlanError;
use crate::program::{Measure, Program, Step};
use crate::search::Integers;
use crate::solver::{Ended, Model, Rows, Solver, Solvers};
use crate::stage::{self, StageRow};

/// Where the columns of the master stand.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) offers: usize,
    /// By offer: the column that says whether it is signed at all, if it needs one.
    pub(crate) is_signed: Vec<Option<usize>>,
    /// First column of θ.
    pub(crate) theta: usize,
    /// By `block × row`: the column of the allowance.
    pub(crate) allowed: Vec<Option<usize>>,
    /// First of the relaxations, one for each limit.
    pub(crate) relaxed: usize,
    pub(crate) all: usize,
}

/// A limit with its row.
#[derive(Clone, Debug)]
pub(crate) struct LimitRow {
    pub(crate) name: String,
    pub(crate) row: usize,
    pub(crate) most: f64,
    pub(crate) scale: f64,
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Cost.
    Cost,
    /// The least relaxation of limits, each as a share of itself.
    Relaxation,
}

/// The master.
pub(crate) struct Master {
    solver: Box<dyn Solver>,
    pub(crate) columns: Columns,
    pub(crate) limits: Vec<LimitRow>,
    pub(crate) model: Model,
    pub(crate) groups: usize,
    scenarios: usize,
    steps: Vec<bool>,
    asked: Integers,
    gap: Option<f64>,
    /// By column: what was chosen last.
    chosen: Vec<f64>,
    pub(crate) cuts: Rows,
    /// Rows that were added and are no cuts.
    extra: usize,
}

/// What the master chose.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) signed: Vec<f64>,
    pub(crate) allowed: Allowed,
    /// No choice costs less.
    pub(crate) bound: f64,
    pub(crate) duals: Vec<f64>,
    pub(crate) is_stopped: bool,
}

/// Builds the model.
struct Builder<'a> {
    program: &'a Program,
    places: &'a [Place],
    model: Model,
    limits: Vec<LimitRow>,
}

impl Master {
    /// Makes the master, without cuts. Months fall into `groups` for each scenario.
    pub(crate) fn new(
        program: &Program,
        solvers: &dyn Solvers,
        places: &[Place],
        groups: usize,
    ) -> Result<Master, PlanError> {
        let mut builder = Builder { program, places, model: Model::default(), limits: Vec::new() };
        let columns = builder.build(groups);
        let Builder { model, limits, .. } = builder;
        let steps = model.columns.iter().map(|column| column.is_whole).collect();
        let mut relaxed = model.clone();
        relaxed.columns.iter_mut().for_each(|column| column.is_whole = false);
        let solver = solvers.open(&relaxed)?;
        let scenarios = program.scenarios.len();
        let cuts = Rows::default();
        let asked = Integers::Relaxed;
        Ok(Master {
            solver,
            columns,
            limits,
            model,
            groups,
            scenarios,
            steps,
            asked,
            gap: None,
            chosen: Vec::new(),
            cuts,
            extra: 0,
        })
    }

    /// Returns the column of θ of a block.
    fn theta(&self, program: &Program, place: Place) -> usize {
        let group = place.month * self.groups / program.months.len();
        self.columns.theta + place.scenario * self.groups + group
    }

    /// Adds the cuts of blocks, one row for each group of them, and one for each block with a party lost.
    pub(crate) fn add(
        &mut self,
        program: &Program,
        places: &[Place],
        cuts: &[(usize, &Cut)],
    ) -> Result<(), PlanError> {
        let thetas = self.scenarios * self.groups;
        let mut sums: Vec<Option<Sum>> = vec![None; thetas];
        let mut rows = Rows::default();
        let per_block =
            if places.is_empty() { 0 } else { self.columns.allowed.len() / places.len() };
        for (block, cut) in cuts {
            let allowed = &self.columns.allowed[block * per_block..(block + 1) * per_block];
            if places[*block].lost.is_some() {
                let mut sum = Sum::new(self.columns.offers);
                sum.add(cut, allowed);
                rows.push(sum.constant, f64::INFINITY, sum.terms(None));
            } else {
                let theta = self.theta(program, places[*block]) - self.columns.theta;
                let sum = sums[theta].get_or_insert_with(|| Sum::new(self.columns.offers));
                sum.add(cut, allowed);
            }
        }
        for (theta, sum) in sums.into_iter().enumerate() {
            if let Some(sum) = sum {
                let theta = Some(self.columns.theta + theta);
                rows.push(sum.constant, f64::INFINITY, sum.terms(theta));
            }
        }
        self.solver.add_rows(&rows)?;
        append(&mut self.cuts, &rows);
        Ok(())
    }

    /// Adds cuts that say what cannot be allowed, one row for each block.
    pub(crate) fn add_excess(&mut self, cuts: &[(usize, &Cut)]) -> Result<(), PlanError> {
        let mut rows = Rows::default();
        let per_block = self.columns.allowed.len() / cuts.len().max(1);
        for (block, cut) in cuts {
            let mut sum = Sum::new(self.columns.offers);
            sum.add(cut, &self.columns.allowed[block * per_block..(block + 1) * per_block]);
            // A block that lacks nothing says nothing.
            if sum.constant > 0.0 {
                rows.push(sum.constant, f64::INFINITY, sum.terms(None));
            }
        }
        self.solver.add_rows(&rows)?;
        append(&mut self.cuts, &rows);
        Ok(())
    }

    /// Asks for whole numbers, or no longer.
    pub(crate) fn ask(&mut self, integers: Integers) -> Result<(), PlanError> {
        self.asked = integers;
        let steps = match integers {
            Integers::Whole => self.steps.clone(),
            Integers::Relaxed => vec![false; self.steps.len()],
        };
        Ok(self.solver.set_whole(0..self.steps.len(), &steps)?)
    }

    /// Says whether whole numbers are asked for at the moment.
    pub(crate) fn is_whole(&self) -> bool {
        self.asked == Integers::Whole && self.has_whole()
    }

    pub(crate) fn has_whole(&self) -> bool {
        self.steps.contains(&true)
    }

    pub(crate) fn set_gap(&mut self, gap: f64) -> Result<(), PlanError> {
        self.gap = Some(gap);
        Ok(self.solver.set_gap(gap)?)
    }

    /// Minimises this from now on.
    pub(crate) fn aim(&mut self, aim: Aim) -> Result<(), PlanError> {
        let mut costs: Vec<f64> = self.model.columns.iter().map(|column| column.cost).collect();
        let relaxed = self.columns.relaxed;
        let most = if aim == Aim::Relaxation {
            costs.fill(0.0);
            costs[relaxed..].fill(1.0);
            f64::INFINITY
        } else {
            0.0
        };
        let count = self.columns.all - relaxed;
        self.solver.set_costs(0, &costs)?;
        self.solver.set_column_bounds(relaxed, &vec![0.0; count], &vec![most; count])?;
        Ok(())
    }

    /// Sets costs of all columns: another objective on the same cuts.
    pub(crate) fn set_costs(&mut self, costs: &[f64]) -> Result<(), PlanError> {
        Ok(self.solver.set_costs(0, costs)?)
    }

    /// Holds offers between bounds of their own.
    pub(crate) fn hold(
        &mut self,
        first: usize,
        least: &[f64],
        most: &[f64],
    ) -> Result<(), PlanError> {
        Ok(self.solver.set_column_bounds(first, least, most)?)
    }

    /// Lets offers be what they may be again.
    pub(crate) fn release(&mut self) -> Result<(), PlanError> {
        let columns = &self.model.columns[..self.columns.theta];
        let least: Vec<f64> = columns.iter().map(|column| column.lower).collect();
        let most: Vec<f64> = columns.iter().map(|column| column.upper).collect();
        self.hold(0, &least, &most)
    }

    /// Adds rows that are no cuts.
    pub(crate) fn add_plain(&mut self, rows: &Rows) -> Result<(), PlanError> {
        self.solver.add_rows(rows)?;
        self.extra += rows.len();
        Ok(())
    }

    pub(crate) fn set_row(&mut self, row: usize, lower: f64, upper: f64) -> Result<(), PlanError> {
        Ok(self.solver.set_row_bounds(row, &[lower], &[upper])?)
    }

    pub(crate) fn row_count(&self) -> usize {
        self.model.rows.len() + self.cuts.len() + self.extra
    }

    /// Chooses.
    pub(crate) fn choose(&mut self, nothing: &Allowed) -> Result<Choice, PlanError> {
        let answer = self.solver.solve()?;
        match answer.ended {
            Ended::Infeasible => return Err(PlanError::NoChoice),
            Ended::Unbounded => return Err(PlanError::NoChoice),
            Ended::Stopped if answer.values.is_empty() => return Err(PlanError::Stopped),
            Ended::Optimal | Ended::Stopped => {}
        }
        let mut allowed = nothing.clone();
        for (value, column) in allowed.values_mut().iter_mut().zip(&self.columns.allowed) {
            if let Some(column) = column {
                *value = answer.values[*column].max(0.0);
            }
        }
        self.chosen.clone_from(&answer.values);
        Ok(Choice {
            signed: answer.values[..self.columns.offers]
                .iter()
                .map(|blocks| blocks.max(0.0))
                .collect(),
            allowed,
            bound: answer.bound,
            duals: answer.duals,
            is_stopped: answer.ended == Ended::Stopped,
        })
    }

    /// The same if whole numbers are asked for.
    pub(crate) fn whole_if_asked(&self, signed: &[f64]) -> Vec<f64> {
        if self.is_whole() { self.whole(signed) } else { signed.to_vec() }
    }

    /// Says whether a cut holds with nothing to spare where the last choice stands.
    pub(crate) fn is_active(&self, cut: usize) -> bool {
        let value = |(column, factor): (usize, f64)| {
            factor * self.chosen.get(column).copied().unwrap_or(0.0)
        };
        let sum: f64 = self.cuts.terms(cut).map(value).sum();
        sum <= self.cuts.lower[cut] + 1e-6 * self.cuts.lower[cut].abs().max(1.0)
    }

    /// Forgets cuts.
    pub(crate) fn forget(
        &mut self,
        solvers: &dyn Solvers,
        is_kept: impl Fn(usize) -> bool,
    ) -> Result<(), PlanError> {
        let mut cuts = Rows::default();
        for row in (0..self.cuts.len()).filter(|row| is_kept(*row)) {
            cuts.push(self.cuts.lower[row], self.cuts.upper[row], self.cuts.terms(row));
        }
        let mut relaxed = self.model.clone();
        relaxed.columns.iter_mut().for_each(|column| column.is_whole = false);
        self.solver = solvers.open(&relaxed)?;
        self.solver.add_rows(&cuts)?;
        self.cuts = cuts;
        if let Some(gap) = self.gap {
            self.solver.set_gap(gap)?;
        }
        self.ask(self.asked)
    }

    /// Says whether rows were added that are no cuts; then nothing can be forgotten.
    pub(crate) fn has_more(&self) -> bool {
        self.extra > 0
    }

    /// Returns what is signed with whole numbers made whole: a search leaves them within a tolerance.
    pub(crate) fn whole(&self, signed: &[f64]) -> Vec<f64> {
        let round =
            |(blocks, step): (&f64, &bool)| if *step { libm::round(*blocks) } else { *blocks };
        signed.iter().zip(&self.steps).map(round).collect()
    }
}

fn append(into: &mut Rows, rows: &Rows) {
    for row in 0..rows.len() {
        into.push(rows.lower[row], rows.upper[row], rows.terms(row).collect::<Vec<_>>());
    }
}

/// The sum of the cuts of a group.
#[derive(Clone)]
struct Sum {
    constant: f64,
    offers: Vec<f64>,
    allowed: Vec<(usize, f64)>,
}

impl Sum {
    fn new(offers: usize) -> Sum {
        Sum { constant: 0.0, offers: vec![0.0; offers], allowed: Vec::new() }
    }

    fn add(&mut self, cut: &Cut, allowed: &[Option<usize>]) {
        self.constant += cut.constant;
        self.offers.iter_mut().zip(&cut.offers).for_each(|(sum, slope)| *sum += slope);
        for (column, price) in allowed.iter().zip(&cut.unserved) {
            if let Some(column) = column
                && *price > 0.0
            {
                self.allowed.push((*column, *price));
            }
        }
    }

    /// Returns `θ − Σ slope x + Σ M υ`, which is at least the constant.
    fn terms(self, theta: Option<usize>) -> Vec<(usize, f64)> {
        let offers = self.offers.into_iter().enumerate().filter(|(_, slope)| *slope != 0.0);
        let offers = offers.map(|(offer, slope)| (offer, -slope));
        theta.map(|theta| (theta, 1.0)).into_iter().chain(offers).chain(self.allowed).collect()
    }
}

const NONE: f64 = f64::NEG_INFINITY;
const ANY: f64 = f64::INFINITY;

impl Builder<'_> {
    fn build(&mut self, groups: usize) -> Columns {
        let program = self.program;
        let risk = program.risk;
        let scenarios = program.scenarios.len();
        let offers = program.offers.len();
        let fixed: Vec<Vec<f64>> = (0..scenarios)
            .map(|s| (0..offers).map(|c| program.fixed_cost(s, c)).collect())
            .collect();
        let is_signed = self.offers(&fixed);
        let theta = self.model.columns.len();
        for of in &program.scenarios {
            for _ in 0..groups {
                self.model.column((1.0 - risk.weight) * of.probability, 0.0, ANY);
            }
        }
        if risk.weight > 0.0 {
            let worst = self.model.column(risk.weight, NONE, ANY);
            for (s, of) in program.scenarios.iter().enumerate() {
                let tail = risk.weight * of.probability / (1.0 - risk.level);
                let beyond = self.model.column(tail, 0.0, ANY);
                let fixed = fixed[s].iter().enumerate().map(|(c, cost)| (c, -cost));
                let of_groups = (0..groups).map(|g| (theta + s * groups + g, -1.0));
                let row = [(beyond, 1.0), (worst, 1.0)].into_iter().chain(fixed).chain(of_groups);
                self.model.rows.push(0.0, ANY, row.collect::<Vec<_>>());
            }
        }
        let allowed = self.allowances();
        let stage = stage::rows(program);
        let standards = self.standards(&allowed);
        let relaxed = self.model.columns.len();
        for StageRow { name, terms, most } in stage.into_iter().chain(standards) {
            let scale = most.abs().max(1.0);
            let relax = self.model.column(0.0, 0.0, 0.0);
            let row = terms.into_iter().chain([(relax, -scale)]);
            self.limits.push(LimitRow { name, row: self.model.rows.len(), most, scale });
            self.model.rows.push(NONE, most, row.collect::<Vec<_>>());
        }
        let all = self.model.columns.len();
        Columns { offers, is_signed, theta, allowed, relaxed, all }
    }

    fn offers(&mut self, fixed: &[Vec<f64>]) -> Vec<Option<usize>> {
        let program = self.program;
        for (c, offer) in program.offers.iter().enumerate() {
            let scenarios = program.scenarios.iter().zip(fixed);
            let cost: f64 = scenarios.map(|(of, fixed)| of.probability * fixed[c]).sum();
            let x = self.model.column((1.0 - program.risk.weight) * cost, 0.0, offer.size.most);
            self.model.columns[x].is_whole = offer.size.step == Step::Whole;
        }
        let mut is_signed = vec![None; program.offers.len()];
        for (x, offer) in program.offers.iter().enumerate() {
            if offer.size.least > 0.0 {
                let signed = self.model.column(0.0, 0.0, 1.0);
                self.model.columns[signed].is_whole = true;
                self.model.rows.push(NONE, 0.0, [(x, 1.0), (signed, -offer.size.most)]);
                self.model.rows.push(0.0, ANY, [(x, 1.0), (signed, -offer.size.least)]);
                is_signed[x] = Some(signed);
            }
        }
        is_signed
    }

    /// One column for each block and row that counts it; nobody needs to allow more than is asked.
    fn allowances(&mut self) -> Vec<Option<usize>> {
        let program = self.program;
        let nothing = Allowed::nothing(program, self.places);
        let mut columns = Vec::with_capacity(nothing.values().len());
        for (block, place) in self.places.iter().enumerate() {
            for (row, allowed) in nothing.of(block).iter().enumerate() {
                let most = crate::block::asked(program, *place, row);
                columns.push(allowed.is_finite().then(|| self.model.column(0.0, 0.0, most)));
            }
        }
        columns
    }

    /// Returns the rows of standards and losses: name, terms, most.
    fn standards(&mut self, allowed: &[Option<usize>]) -> Vec<StageRow> {
        let program = self.program;
        let standards = &program.limits.standards;
        let rows = standards.len() + program.limits.losses.len();
        let mut found = Vec::new();
        for (row, standard) in standards.iter().enumerate() {
            let hours = |block: usize| program.month_hours(self.places[block].month);
            let column = |block: usize| allowed[block * rows + row].map(|it| (it, hours(block)));
            let blocks = 0..self.places.len();
            let terms = match standard.measure {
                Measure::Expected => {
                    let weighed = |block: usize| {
                        let p = program.scenarios[self.places[block].scenario].probability;
                        column(block).map(|(column, hours)| (column, p * hours))
                    };
                    blocks.filter_map(weighed).collect()
                }
                Measure::Cvar { level } => {
                    let mut sums = vec![Vec::new(); program.scenarios.len()];
                    for block in blocks {
                        let sum = &mut sums[self.places[block].scenario];
                        sum.extend(column(block).map(|(column, hours)| (column, -hours)));
                    }
                    self.tail(sums, level)
                }
            };
            found.push(StageRow { name: standard.name.clone(), terms, most: standard.most });
        }
        self.losses(allowed, &mut found);
        found
    }

    fn tail(&mut self, sums: Vec<Vec<(usize, f64)>>, level: f64) -> Vec<(usize, f64)> {
        let worst = self.model.column(0.0, NONE, ANY);
        let mut terms = vec![(worst, 1.0)];
        for (sum, of) in sums.into_iter().zip(&self.program.scenarios) {
            let beyond = self.model.column(0.0, 0.0, ANY);
            terms.push((beyond, of.probability / (1.0 - level)));
            let row = [(beyond, 1.0), (worst, 1.0)].into_iter().chain(sum);
            self.model.rows.push(0.0, ANY, row.collect::<Vec<_>>());
        }
        terms
    }

    fn losses(&self, allowed: &[Option<usize>], found: &mut Vec<StageRow>) {
        let program = self.program;
        let standards = program.limits.standards.len();
        let rows = standards + program.limits.losses.len();
        for (at, loss) in program.limits.losses.iter().enumerate() {
            let of_scenario = |s: usize| program.scenarios[s].probability;
            let total: f64 = loss.scenarios.iter().map(|s| of_scenario(*s)).sum();
            let parties = program.parties.iter().enumerate();
            for (party, of) in parties.filter(|(_, of)| of.kind == loss.kind) {
                let blocks = self.places.iter().enumerate();
                let term = |(block, place): (usize, &Place)| {
                    let column = allowed[block * rows + standards + at]?;
                    let hours = program.month_hours(place.month);
                    Some((column, of_scenario(place.scenario) / total * hours))
                };
                let of_party = blocks.filter(|(_, place)| place.lost == Some(party));
                let terms: Vec<(usize, f64)> = of_party.filter_map(term).collect();
                let name = format!("{}[{}]", loss.name, of.name);
                found.push(StageRow { name, terms, most: loss.most });
            }
        }
    }
}
