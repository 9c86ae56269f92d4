//! Where a search over many futures begins: at what a few of them teach.
//!
//! A few futures, from little demand to much, are searched with hours joined. The prices that this needs
//! prove cuts for every other future as well, as any prices do: each future takes those of the one it is
//! nearest to. So the search over all begins with cuts that are rough and everywhere, for a tenth of the
//! work. **Invariant:** nothing that is valid rests on it; a poor sample costs time.

use crate::engine::{PlanError, Way};
use crate::program::{Limits, Program, Scenario, Table2, Table3};
use crate::search::{Integers, Options, Search};
use crate::store::Kept;

/// Futures that are looked at first; fewer than three times as many are not sampled.
const FEW: usize = 10;

/// Returns, by scenario of the program, the one that stands for it; and those in order.
fn chosen(program: &Program) -> (Vec<usize>, Vec<usize>) {
    let count = program.scenarios.len();
    let asked = |scenario: usize| -> f64 {
        let months = 0..program.months.len();
        months.map(|month| program.demand_level.row(scenario, month).iter().sum::<f64>()).sum()
    };
    let asked: Vec<f64> = (0..count).map(asked).collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| asked[*a].total_cmp(&asked[*b]).then(a.cmp(b)));
    let middle = |part: usize| order[(2 * part + 1) * count / (2 * FEW)];
    let few: Vec<usize> = (0..FEW).map(middle).collect();
    let mut of = vec![0; count];
    for (at, scenario) in order.iter().enumerate() {
        of[*scenario] = (at * FEW / count).min(FEW - 1);
    }
    (of, few)
}

/// Returns the program with these of its futures, equally likely, and without limits that need all.
fn of_few(program: &Program, few: &[usize]) -> Program {
    let plane = |table: &Table3| {
        let (planes, rows, columns) = table.size();
        if planes == 1 {
            return table.clone();
        }
        Table3::new((few.len(), rows, columns), |s, row, column| table.at(few[s], row, column))
    };
    let (_, months) = program.spot_price.size();
    let rows = program.limits.rows.clone();
    Program {
        scenarios: vec![Scenario { probability: 1.0 / few.len() as f64 }; few.len()],
        power_mw: plane(&program.power_mw),
        held_kgpu: plane(&program.held_kgpu),
        available: plane(&program.available),
        demand_level: plane(&program.demand_level),
        spot_price: Table2::new((few.len(), months), |s, month| {
            program.spot_price.at(few[s], month)
        }),
        limits: Limits { rows, ..Limits::default() },
        ..program.clone()
    }
}

impl Search<'_> {
    /// Learns from a few futures, if there are many.
    pub(crate) fn begin_with_few(&mut self, wanted: f64) -> Result<(), PlanError> {
        let program = self.program();
        if program.scenarios.len() < 3 * FEW || !self.store.evaluations.is_empty() {
            return Ok(());
        }
        let (of, few) = chosen(program);
        let small = of_few(program, &few);
        let options = Options { integers: Integers::Relaxed, ..self.options.clone() };
        let mut search = Search::new(&small, self.engine.solvers, options, |_| {})?;
        let mut point = search.first()?;
        search.level(Way::Level(0), wanted, &mut point)?;
        let learned = search.store;
        for evaluation in &learned.evaluations {
            let of_month: Vec<&Kept> = evaluation.iter().collect();
            let money = &self.engine.places[..self.engine.money];
            let kept = money.iter().map(|place| {
                let one = of_month[place.month * few.len() + of[place.scenario]];
                Kept { place: *place, length: one.length, duals: one.duals.clone() }
            });
            self.recall_one(kept.collect())?;
        }
        Ok(())
    }
}
