//! The optimum as a solver finds it, level by level, over the GPUs of every single pool.
//!
//! Written from the formulation alone: it shares no code with the engine, and uses no cut.

use crate::systems::RandomSystem;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

/// What a level serves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Level {
    /// A share (in hundredths) of a class.
    Block { work: usize, block: usize, share: f64 },
    /// A gang.
    Gang(usize),
}

/// Hours that are alike, as one.
pub(crate) struct Hour {
    /// One of them.
    pub(crate) hour: usize,
    /// How many there are.
    pub(crate) count: f64,
}

/// Levels in the order of service, with the names that the engine has for them.
pub(crate) fn levels(system: &RandomSystem) -> Vec<(String, Level)> {
    let mut levels = Vec::new();
    for (index, work) in system.works.iter().enumerate() {
        for (block, &(share, priority, value)) in work.blocks.iter().enumerate() {
            let level = Level::Block { work: index, block, share: f64::from(share) / 100.0 };
            levels.push((priority, 1, value, format!("w{index}/b{block}"), level));
        }
    }
    for (index, gang) in system.gangs.iter().enumerate() {
        let name = format!("g{index}/all");
        levels.push((gang.priority, 0, gang.value, name, Level::Gang(index)));
    }
    levels.sort_by(|a, b| (a.0, a.1, b.2, &a.3).cmp(&(b.0, b.1, a.2, &b.3)));
    levels.into_iter().map(|(_, _, _, name, level)| (name, level)).collect()
}

/// A program under construction: expressions that outlive the levels.
struct Program<'a> {
    system: &'a RandomSystem,
    hours: &'a [Hour],
    levels: &'a [(String, Level)],
    /// Scale of all quantities, for a solver with absolute tolerances.
    scale: f64,
}

/// Terms of one level, its served amount in total: coefficients on variables by their number.
struct Built {
    problem: Problem,
    /// Served amount of each level over all hours, weighted by their count.
    served: Vec<Vec<(Variable, f64)>>,
}

/// Returns, for each level, the least unserved amount that the levels before it allow, in GPU-hours.
pub(crate) fn least_unserved(
    system: &RandomSystem,
    hours: &[Hour],
    levels: &[(String, Level)],
) -> Result<Vec<f64>, microlp::Error> {
    let program = Program { system, hours, levels, scale: system.size() };
    let mut best: Vec<f64> = Vec::new();
    for level in 0..levels.len() {
        let mut built = program.build(Some(level));
        for (terms, served) in built.served.iter().zip(&best) {
            let expression: LinearExpr = terms.iter().copied().collect();
            built.problem.add_constraint(expression, ComparisonOp::Ge, served - 1e-8);
        }
        let solution = built.problem.solve()?.into_solution().expect("no time limit was set");
        let served: f64 =
            built.served[level].iter().map(|(v, weight)| weight * solution.var_value(*v)).sum();
        best.push(served);
    }
    Ok((0..levels.len()).map(|i| (program.wanted(i) - best[i]) * program.scale).collect())
}

impl Program<'_> {
    /// What a level wants over all hours; of work that may wait, all that comes.
    fn wanted(&self, level: usize) -> f64 {
        let at = |hour: &Hour| hour.count * self.load(level, hour.hour);
        self.hours.iter().map(at).sum()
    }

    fn load(&self, level: usize, hour: usize) -> f64 {
        match self.levels[level].1 {
            Level::Block { work, share, .. } => {
                let work = &self.system.works[work];
                work.levels[hour] / self.system.reference_speed(work) * share / self.scale
            }
            Level::Gang(gang) => {
                let gang = &self.system.gangs[gang];
                let is_active = (gang.from_day..gang.until_day).contains(&(hour / 24));
                if is_active { gang.size as f64 / self.scale } else { 0.0 }
            }
        }
    }

    fn build(&self, objective: Option<usize>) -> Built {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut served = vec![Vec::new(); self.levels.len()];
        let pools = self.system.pools.len();
        // By hour and pool: what is used of its GPUs, and of its hall's kilowatts.
        let mut used: Vec<Vec<LinearExpr>> =
            self.hours.iter().map(|_| (0..pools).map(|_| LinearExpr::empty()).collect()).collect();
        let mut drawn: Vec<Vec<LinearExpr>> = self
            .hours
            .iter()
            .map(|_| self.system.halls.iter().map(|_| LinearExpr::empty()).collect())
            .collect();
        for (level, (_, what)) in self.levels.iter().enumerate() {
            let is_aim = objective == Some(level);
            served[level] = match *what {
                Level::Block { work, .. } if self.system.works[work].delay > 0 => {
                    self.add_waiting(&mut problem, (level, work, is_aim), &mut used, &mut drawn)
                }
                Level::Block { work, .. } => {
                    self.add_plain(&mut problem, (level, work, is_aim), &mut used, &mut drawn)
                }
                Level::Gang(gang) => {
                    self.add_gang(&mut problem, (level, gang, is_aim), &mut used, &mut drawn)
                }
            };
        }
        for ((at, used), drawn) in self.hours.iter().zip(used).zip(drawn) {
            for (pool, expression) in used.into_iter().enumerate() {
                let gpus = self.system.available(pool, at.hour) / self.scale;
                problem.add_constraint(expression, ComparisonOp::Le, gpus);
            }
            for (hall, expression) in self.system.halls.iter().zip(drawn) {
                if let Some(kw) = hall.kw {
                    problem.add_constraint(expression, ComparisonOp::Le, kw / self.scale);
                }
            }
        }
        Built { problem, served }
    }

    /// Adds what serves a class in an hour; returns its amount as (variable, speed).
    fn add_columns(
        &self,
        problem: &mut Problem,
        (work, at, value): (usize, usize, f64),
        used: &mut [Vec<LinearExpr>],
        drawn: &mut [Vec<LinearExpr>],
    ) -> Vec<(Variable, f64)> {
        let class = &self.system.works[work];
        let mut columns = Vec::new();
        for (index, pool) in self.system.pools.iter().enumerate() {
            let Some(speed) = self.system.speed(class, pool) else { continue };
            let x = problem.add_var(value * speed, (0.0, f64::INFINITY));
            used[at][index].add(x, 1.0);
            drawn[at][pool.hall].add(x, self.system.draw(pool, class.is_training));
            columns.push((x, speed));
        }
        columns
    }

    fn add_plain(
        &self,
        problem: &mut Problem,
        (level, work, is_aim): (usize, usize, bool),
        used: &mut [Vec<LinearExpr>],
        drawn: &mut [Vec<LinearExpr>],
    ) -> Vec<(Variable, f64)> {
        let mut all = Vec::new();
        for (at, hour) in self.hours.iter().enumerate() {
            let value = if is_aim { hour.count } else { 0.0 };
            let columns = self.add_columns(problem, (work, at, value), used, drawn);
            let expression: LinearExpr = columns.iter().copied().collect();
            problem.add_constraint(expression, ComparisonOp::Le, self.load(level, hour.hour));
            all.extend(columns.into_iter().map(|(x, speed)| (x, speed * hour.count)));
        }
        all
    }

    /// Work that comes at τ is served at τ … τ + delay, or never; what still waits at the end of the
    /// horizon is not counted as lost.
    fn add_waiting(
        &self,
        problem: &mut Problem,
        (level, work, is_aim): (usize, usize, bool),
        used: &mut [Vec<LinearExpr>],
        drawn: &mut [Vec<LinearExpr>],
    ) -> Vec<(Variable, f64)> {
        let (hours, delay) = (self.hours.len(), self.system.works[work].delay);
        let value = if is_aim { 1.0 } else { 0.0 };
        let mut all = Vec::new();
        let mut now: Vec<LinearExpr> = Vec::new();
        for at in 0..hours {
            let columns = self.add_columns(problem, (work, at, 0.0), used, drawn);
            now.push(columns.into_iter().collect());
        }
        for came in 0..hours {
            let mut whole = LinearExpr::empty();
            for at in came..=came + delay {
                let flow = problem.add_var(value, (0.0, f64::INFINITY));
                if let Some(now) = now.get_mut(at) {
                    now.add(flow, -1.0);
                }
                whole.add(flow, 1.0);
                all.push((flow, 1.0));
            }
            problem.add_constraint(
                whole,
                ComparisonOp::Le,
                self.load(level, self.hours[came].hour),
            );
        }
        for expression in now {
            problem.add_constraint(expression, ComparisonOp::Eq, 0.0);
        }
        all
    }

    fn add_gang(
        &self,
        problem: &mut Problem,
        (level, gang, is_aim): (usize, usize, bool),
        used: &mut [Vec<LinearExpr>],
        drawn: &mut [Vec<LinearExpr>],
    ) -> Vec<(Variable, f64)> {
        let mut all = Vec::new();
        let mut once = LinearExpr::empty();
        for fabric in self.system.fabrics(&self.system.gangs[gang]) {
            let placed = problem.add_binary_var(0.0);
            once.add(placed, 1.0);
            for (at, hour) in self.hours.iter().enumerate() {
                let size = self.load(level, hour.hour);
                if size == 0.0 {
                    continue;
                }
                let value = if is_aim { size * hour.count } else { 0.0 };
                let runs = problem.add_binary_var(value);
                problem.add_constraint([(runs, 1.0), (placed, -1.0)], ComparisonOp::Le, 0.0);
                let mut whole = LinearExpr::empty();
                whole.add(runs, -size);
                for &index in &fabric {
                    let pool = &self.system.pools[index];
                    let x = problem.add_var(0.0, (0.0, f64::INFINITY));
                    used[at][index].add(x, 1.0);
                    drawn[at][pool.hall].add(x, self.system.draw(pool, true));
                    whole.add(x, 1.0);
                }
                problem.add_constraint(whole, ComparisonOp::Eq, 0.0);
                all.push((runs, size * hour.count));
            }
        }
        problem.add_constraint(once, ComparisonOp::Le, 1.0);
        all
    }
}
