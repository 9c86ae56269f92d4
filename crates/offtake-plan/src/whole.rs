//! The whole programme as one matrix, for small ones: what the decomposition is compared with, and what is
//! exported for others to solve.
//!
//! Written from the formulas, with no line in common with `block` and `master`: capacity and work by hour
//! in kGPU, standards as sums over what goes unserved, no allowances, no scaling of rows. Only the limits
//! of what is signed (`stage`) are shared.

use crate::program::{Measure, Program, Step, THOUSAND, Taking};
use crate::solver::Model;
use crate::stage;

/// The matrix, and where in it what is signed stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The programme.
    pub model: Model,
    /// Columns that give blocks by offer: the first so many.
    pub offers: usize,
}

/// Adds to the matrix.
struct Builder<'a> {
    program: &'a Program,
    model: Model,
}

const NONE: f64 = f64::NEG_INFINITY;
const ANY: f64 = f64::INFINITY;

/// Returns the whole programme as one matrix.
#[must_use]
pub fn whole(program: &Program) -> Whole {
    let mut builder = Builder { program, model: Model::default() };
    builder.signed();
    let risk = program.risk;
    let (s_count, tail) = (program.scenarios.len(), 1.0 - risk.level);
    let worst = (risk.weight > 0.0).then(|| builder.model.column(risk.weight, NONE, ANY));
    let mut unserved = vec![Vec::new(); s_count];
    for (s, gone) in unserved.iter_mut().enumerate() {
        let p = program.scenarios[s].probability;
        // The cost of a future is a column, so that mean and tail read the same sum.
        let cost = builder.model.column((1.0 - risk.weight) * p, NONE, ANY);
        let mut sum: Vec<(usize, f64)> = vec![(cost, -1.0)];
        sum.extend((0..program.offers.len()).map(|c| (c, program.fixed_cost(s, c))));
        for m in 0..program.months.len() {
            let of = builder.month(s, m, None);
            sum.extend(of.costs);
            gone.push(of.unserved);
        }
        builder.model.rows.push(0.0, 0.0, sum);
        if let Some(worst) = worst {
            let beyond = builder.model.column(risk.weight * p / tail, 0.0, ANY);
            builder.model.rows.push(0.0, ANY, [(beyond, 1.0), (cost, -1.0), (worst, 1.0)]);
        }
    }
    builder.standards(&unserved);
    builder.losses();
    Whole { model: builder.model, offers: program.offers.len() }
}

/// Columns of a month: what costs, and what goes unserved by class.
struct Month {
    costs: Vec<(usize, f64)>,
    unserved: Unserved,
}

/// By class: columns and the hours that they stand for.
type Unserved = Vec<Vec<(usize, f64)>>;

impl Builder<'_> {
    fn signed(&mut self) {
        for offer in &self.program.offers {
            let x = self.model.column(0.0, 0.0, offer.size.most);
            self.model.columns[x].is_whole = offer.size.step == Step::Whole;
        }
        for (x, offer) in self.program.offers.iter().enumerate() {
            let size = offer.size;
            if size.least > 0.0 {
                let is_signed = self.model.column(0.0, 0.0, 1.0);
                self.model.columns[is_signed].is_whole = true;
                self.model.rows.push(NONE, 0.0, [(x, 1.0), (is_signed, -size.most)]);
                self.model.rows.push(0.0, ANY, [(x, 1.0), (is_signed, -size.least)]);
            }
        }
        for row in stage::rows(self.program) {
            self.model.rows.push(NONE, row.most, row.terms);
        }
    }

    /// Adds one month of one future.
    fn month(&mut self, s: usize, m: usize, lost: Option<usize>) -> Month {
        let program = self.program;
        let hours = program.hours.len();
        let is_lost = |parties: &[usize]| lost.is_some_and(|lost| parties.contains(&lost));
        let discount = program.months[m].discount / THOUSAND;
        let weight = program.weight.row(m);
        let mut pool_rows = vec![vec![Vec::new(); hours]; program.pools.len()];
        let mut site_rows = vec![vec![Vec::new(); hours]; program.sites.len()];
        let mut class_rows = vec![vec![Vec::new(); hours]; program.classes.len()];
        for usage in &program.uses {
            for h in 0..hours {
                let y = self.model.column(0.0, 0.0, ANY);
                pool_rows[usage.pool][h].push((y, 1.0));
                site_rows[program.pools[usage.pool].site][h].push((y, usage.power_kw));
                class_rows[usage.class][h].push((y, usage.performance));
            }
        }
        let mut of = Month { costs: Vec::new(), unserved: Vec::new() };
        for (c, offer) in program.offers.iter().enumerate().filter(|(_, of)| !is_lost(&of.parties))
        {
            let kgpu = program.available.at(s, m, c) * offer.block_kgpu;
            let Taking::Flexible { share } = offer.taking else {
                pool_rows[offer.pool].iter_mut().for_each(|row| row.push((c, -kgpu)));
                continue;
            };
            let over = self.model.column(0.0, 0.0, ANY);
            of.costs.push((over, offer.price[m] * discount));
            let all = weight.iter().sum::<f64>();
            let mut taken = vec![(over, 1.0), (c, share * kgpu * all)];
            for h in 0..hours {
                let f = self.model.column(0.0, 0.0, ANY);
                self.model.rows.push(NONE, 0.0, [(f, 1.0), (c, -kgpu)]);
                pool_rows[offer.pool][h].push((f, -1.0));
                taken.push((f, -weight[h]));
            }
            self.model.rows.push(0.0, ANY, taken);
        }
        for (pool, rows) in pool_rows.into_iter().enumerate() {
            let held = program.held.iter().enumerate();
            let held = held.filter(|(_, held)| held.pool == pool && !is_lost(&held.parties));
            let kgpu: f64 = held.map(|(at, _)| program.held_kgpu.at(s, m, at)).sum();
            rows.into_iter().for_each(|row| self.model.rows.push(NONE, kgpu, row));
        }
        for (site, rows) in site_rows.into_iter().enumerate() {
            for (h, row) in rows.into_iter().enumerate() {
                let mw = program.power_mw.at(s, m, site) * program.power_share.at(m, site, h);
                self.model.rows.push(NONE, mw, row);
            }
        }
        for (class, rows) in class_rows.into_iter().enumerate() {
            self.class(s, m, class, rows, &mut of);
        }
        of
    }

    /// Adds the balance of a class: spot, lost and waiting work.
    fn class(
        &mut self,
        s: usize,
        m: usize,
        class: usize,
        mut rows: Vec<Vec<(usize, f64)>>,
        of: &mut Month,
    ) {
        let program = self.program;
        let discount = program.months[m].discount / THOUSAND;
        let weight = program.weight.row(m);
        let demand: Vec<f64> = program.demand(s, m, class).collect();
        let kind = &program.classes[class];
        let mut unserved = Vec::new();
        for (h, row) in rows.iter_mut().enumerate() {
            let spot = self.model.column(0.0, 0.0, kind.spot_kgpu_most[m]);
            let gone = self.model.column(0.0, 0.0, ANY);
            row.extend([(spot, 1.0), (gone, 1.0)]);
            of.costs.push((spot, weight[h] * program.spot_price.at(s, m) * discount));
            of.costs.push((gone, weight[h] * kind.lost_load * discount));
            unserved.extend([(spot, weight[h]), (gone, weight[h])]);
        }
        of.unserved.push(unserved);
        // Waiting work, in kGPU-hours, goes round within each run.
        let mut first = 0;
        while first < rows.len() {
            let run = program.hours[first].run;
            let mut end = first + 1;
            while end < rows.len() && program.hours[end].run == run {
                end += 1;
            }
            let length = end - first;
            if kind.delay_hours > 0 && length > 1 {
                for h in first..end {
                    let recent: f64 = (0..kind.delay_hours.min(length))
                        .map(|ago| first + (h - first + length - ago) % length)
                        .map(|hour| weight[hour] * demand[hour])
                        .sum();
                    let q = self.model.column(0.0, 0.0, recent);
                    let next = first + (h - first + 1) % length;
                    rows[h].push((q, 1.0 / weight[h]));
                    rows[next].push((q, -1.0 / weight[next]));
                }
            }
            first = end;
        }
        for (row, asked) in rows.into_iter().zip(demand) {
            self.model.rows.push(asked, asked, row);
        }
    }

    fn standards(&mut self, unserved: &[Vec<Unserved>]) {
        for standard in &self.program.limits.standards {
            let of_scenario = |s: usize, factor: f64| -> Vec<(usize, f64)> {
                let months = standard.months.iter();
                let cells =
                    months.flat_map(|m| standard.classes.iter().map(|d| &unserved[s][*m][*d]));
                cells.flatten().map(|(column, weight)| (*column, factor * weight)).collect()
            };
            let scenarios = self.program.scenarios.iter().enumerate();
            match standard.measure {
                Measure::Expected => {
                    let row = scenarios.flat_map(|(s, of)| of_scenario(s, of.probability));
                    self.model.rows.push(NONE, standard.most, row);
                }
                Measure::Cvar { level } => {
                    let worst = self.model.column(0.0, NONE, ANY);
                    let mut row = vec![(worst, 1.0)];
                    for (s, of) in scenarios {
                        let beyond = self.model.column(0.0, 0.0, ANY);
                        row.push((beyond, of.probability / (1.0 - level)));
                        let mut sum = of_scenario(s, -1.0);
                        sum.extend([(beyond, 1.0), (worst, 1.0)]);
                        self.model.rows.push(0.0, ANY, sum);
                    }
                    self.model.rows.push(NONE, standard.most, row);
                }
            }
        }
    }

    fn losses(&mut self) {
        for loss in &self.program.limits.losses {
            let total: f64 =
                loss.scenarios.iter().map(|s| self.program.scenarios[*s].probability).sum();
            let parties = self.program.parties.iter().enumerate();
            for (party, _) in parties.filter(|(_, of)| of.kind == loss.kind) {
                let mut row = Vec::new();
                for s in &loss.scenarios {
                    let p = self.program.scenarios[*s].probability / total;
                    for m in &loss.months {
                        let of = self.month(*s, *m, Some(party));
                        for class in &loss.classes {
                            let cells = of.unserved[*class].iter();
                            row.extend(cells.map(|(column, weight)| (*column, p * weight)));
                        }
                    }
                }
                self.model.rows.push(NONE, loss.most, row);
            }
        }
    }
}
