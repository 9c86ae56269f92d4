//! Single hours, solved one after the other by a dual simplex method of their own.
//!
//! What ties the hours of a block together is work that waits, take-or-pay shares and what may go unserved.
//! Once these have prices, each hour is a small programme of its own,
//!
//! ```text
//! min  Σ_c O_c f[c] + Σ_d π s[d] + Σ_d V_d z[d]
//! pool[k]     Σ_d y[k,d] − Σ_{c ∈ k flexible} f[c]  ≤  held_k + Σ_{c ∈ k firm} a b x
//! power[i]    Σ_{k ∈ i, d} kW y[k,d]                ≤  MW_i
//! balance[d]  Σ_k η y[k,d] + s[d] + z[d]            =  D[d]
//! ```
//!
//! where for work that waits `D` is all that can be there to be served, and `V` what serving it then is worth,
//! with the same costs in every hour: only the right-hand sides change, and the basis of one hour, with its
//! inverse, is where the next begins. **Invariant:** what comes out is prices and nothing else. Any prices
//! prove a cut (`block::cut`), so neither a tolerance here nor a price that is off can make one wrong.

mod basis;

pub(crate) use basis::Stands;

use crate::block::{Duals, Filled, Resolution};
use crate::program::Program;

/// Most entries of a column.
const ENTRIES: usize = 3;
/// What a row may be broken by, in kGPU or MW.
const TOLERANCE: f64 = 1e-7;
/// Pivots after which the inverse is made anew.
const FRESH: usize = 150;
/// A pivot that is too small to be one.
const PIVOT: f64 = 1e-7;

/// What serving work that waits is worth at least, as a share of its loss, where hours serve their own.
const LEAST: f64 = 1e-3;

/// A column: up to three entries.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    rows: [u16; ENTRIES],
    values: [f64; ENTRIES],
    len: u8,
}

impl Entry {
    fn new(of: &[(usize, f64)]) -> Entry {
        let mut entry = Entry::default();
        for (row, value) in of.iter().filter(|(_, value)| *value != 0.0) {
            entry.rows[usize::from(entry.len)] = *row as u16;
            entry.values[usize::from(entry.len)] = *value;
            entry.len += 1;
        }
        entry
    }

    fn each(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let len = usize::from(self.len);
        self.rows[..len].iter().map(|row| usize::from(*row)).zip(self.values[..len].iter().copied())
    }

    fn dot(&self, row: &[f64]) -> f64 {
        self.each().map(|(at, value)| value * row[at]).sum()
    }
}

/// Where a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Basic,
    Lower,
    Upper,
}

/// Prices of what ties hours together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ties {
    /// By flexible offer: price of use above its share, on average over the month.
    pub(crate) over: Vec<f64>,
    /// `class × segment` (of the segments of `filled`): price of an hour of work; used for work that waits.
    pub(crate) work: Vec<f64>,
    /// By row of unserved work.
    pub(crate) unserved: Vec<f64>,
}

/// The programme of an hour and where it stands.
pub(crate) struct Hours {
    rows: usize,
    pools: usize,
    sites: usize,
    uses: usize,
    flexible: usize,
    columns: Vec<Entry>,
    cost: Vec<f64>,
    upper: Vec<f64>,
    stand: Vec<Stand>,
    /// Column of each row's basic variable.
    head: Vec<usize>,
    inverse: Vec<f64>,
    basic: Vec<f64>,
    reduced: Vec<f64>,
    right: Vec<f64>,
    pivots: usize,
    alpha: Vec<f64>,
    tries: Vec<(f64, usize)>,
}

/// A block, and prices of what ties its hours together.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) program: &'a Program,
    pub(crate) resolution: &'a Resolution,
    pub(crate) filled: &'a Filled,
    pub(crate) ties: &'a Ties,
    /// By class: what an hour of unserved work costs beyond money.
    pub(crate) extra: &'a [f64],
    pub(crate) aim: Aim,
}

/// What hours are solved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Prices.
    Prices,
    /// Where the block as a whole may begin: an hour serves its own work where waiting has no price, and
    /// takes of flexible offers only what it needs.
    Basis,
}

impl Block<'_> {
    /// Says whether work of a class may wait at the end of an hour.
    fn waits(&self, class: usize, hour: usize) -> bool {
        self.program.classes[class].delay_hours > 0 && self.resolution.before[hour] != hour
    }

    /// Returns the most that an hour can serve of a class.
    fn asked(&self, class: usize, hour: usize) -> f64 {
        let (filled, at) = (self.filled, class * self.filled.weight.len() + hour);
        let may_wait = self.waits(class, hour) && !self.is_own(class, hour);
        let waited = if may_wait { filled.waiting_most[at] } else { 0.0 };
        filled.demand[at] + filled.ratio[hour] * waited
    }

    fn is_own(&self, class: usize, hour: usize) -> bool {
        let price = self.ties.work[class * self.filled.weight.len() + hour];
        self.aim == Aim::Basis && price <= LEAST * self.lost(class)
    }

    /// Returns what an hour of lost work of a class costs.
    fn lost(&self, class: usize) -> f64 {
        self.filled.lost_cost[class] + self.extra[class]
    }
}

impl Hours {
    /// Makes the programme of an hour; flexible offers are those of `flexible`.
    pub(crate) fn new(program: &Program, flexible: &[usize]) -> Hours {
        let (pools, sites) = (program.pools.len(), program.sites.len());
        let rows = pools + sites + program.classes.len();
        let mut columns: Vec<Entry> = Vec::new();
        for usage in &program.uses {
            let power = pools + program.pools[usage.pool].site;
            let balance = pools + sites + usage.class;
            let entries =
                [(usage.pool, 1.0), (power, usage.power_kw), (balance, usage.performance)];
            columns.push(Entry::new(&entries));
        }
        for offer in flexible {
            columns.push(Entry::new(&[(program.offers[*offer].pool, -1.0)]));
        }
        for class in 0..program.classes.len() {
            columns.push(Entry::new(&[(pools + sites + class, 1.0)]));
        }
        // The last ones stand for their rows: what is free of a pool or of power, and lost work.
        let first = columns.len();
        columns.extend((0..rows).map(|row| Entry::new(&[(row, 1.0)])));
        let all = columns.len();
        let mut hours = Hours {
            rows,
            pools,
            sites,
            uses: program.uses.len(),
            flexible: flexible.len(),
            columns,
            cost: vec![0.0; all],
            upper: vec![0.0; all],
            stand: vec![Stand::Lower; all],
            head: (first..all).collect(),
            inverse: vec![0.0; rows * rows],
            basic: vec![0.0; rows],
            reduced: vec![0.0; all],
            right: vec![0.0; rows],
            pivots: 0,
            alpha: vec![0.0; all],
            tries: Vec::new(),
        };
        hours.restart();
        hours
    }

    /// Begins from the basis in which nothing is served.
    pub(crate) fn restart(&mut self) {
        let first = self.columns.len() - self.rows;
        self.stand.fill(Stand::Lower);
        self.stand[first..].fill(Stand::Basic);
        self.head = (first..self.columns.len()).collect();
        self.inverse.fill(0.0);
        (0..self.rows).for_each(|row| self.inverse[row * self.rows + row] = 1.0);
        self.pivots = 0;
    }

    /// Returns prices of every hour of a block; `None` if an hour found none. Writes down where each hour
    /// stands if `stands` is there for it.
    pub(crate) fn solve(
        &mut self,
        block: &Block<'_>,
        mut stands: Option<&mut Stands>,
    ) -> Option<Duals> {
        let Block { program, filled, ties, .. } = *block;
        let (n, classes) = (filled.weight.len(), program.classes.len());
        self.costs(block);
        let mut duals = Duals {
            power: vec![0.0; self.sites * n],
            balance: vec![0.0; classes * n],
            unserved: ties.unserved.iter().map(|price| *price as f32).collect(),
        };
        for hour in 0..n {
            self.price_waiting(block, hour);
            self.right(block, hour);
            if !self.hour() {
                return None;
            }
            if let Some(stands) = &mut stands {
                stands.stand.extend(&self.stand);
                stands.reduced.extend(&self.reduced);
                stands.left.extend((0..classes).map(|class| self.left(class)));
            }
            let (prices, weight) = (self.prices(), filled.weight[hour]);
            let (power, work) = prices[self.pools..].split_at(self.sites);
            for (site, price) in power.iter().enumerate() {
                duals.power[site * n + hour] = (weight * price) as f32;
            }
            for (class, price) in work.iter().enumerate() {
                duals.balance[class * n + hour] = (weight * price) as f32;
            }
        }
        Some(duals)
    }

    /// Returns what an hour leaves of a class.
    fn left(&self, class: usize) -> f64 {
        let column = self.columns.len() - self.row_classes() + class;
        match self.stand[column] {
            Stand::Lower => 0.0,
            Stand::Upper => self.upper[column],
            Stand::Basic => {
                let row = self.head.iter().position(|it| *it == column);
                row.map_or(0.0, |row| self.basic[row])
            }
        }
    }

    fn row_classes(&self) -> usize {
        self.rows - self.pools - self.sites
    }

    /// Solves the hour whose right-hand sides are set; from nothing if that is what it takes.
    fn hour(&mut self) -> bool {
        self.values();
        if self.optimise() {
            return true;
        }
        self.restart();
        self.price();
        self.values();
        let is_done = self.optimise();
        if !is_done {
            self.restart();
        }
        is_done
    }

    /// Sets costs of an hour, and bounds that no hour of the block reaches.
    fn costs(&mut self, block: &Block<'_>) {
        let Block { program, filled, ties, .. } = *block;
        let n = filled.weight.len();
        let month: f64 = filled.weight.iter().sum();
        let mut there = filled.firm.clone();
        for at in 0..self.flexible {
            let column = self.uses + at;
            let pool = usize::from(self.columns[column].rows[0]);
            there[pool] += filled.flexible[at];
            self.upper[column] = filled.flexible[at];
            let least = if block.aim == Aim::Basis { LEAST * filled.over_cost[at] } else { 0.0 };
            self.cost[column] = ties.over[at].max(least) / month;
        }
        let spot = self.uses + self.flexible;
        let first = self.columns.len() - self.rows;
        let most = |of: &[f64]| of.iter().copied().fold(0.0, f64::max) + 1.0;
        for (upper, there) in self.upper[first..].iter_mut().zip(&there) {
            *upper = there + 1.0;
        }
        for site in 0..self.sites {
            self.upper[first + self.pools + site] = most(&filled.power[site * n..(site + 1) * n]);
        }
        for class in 0..program.classes.len() {
            let lost = first + self.pools + self.sites + class;
            self.cost[spot + class] = filled.spot_cost + block.extra[class];
            self.cost[lost] = block.lost(class);
            let waits = (0..n).any(|hour| block.waits(class, hour));
            self.upper[spot + class] = if waits { 0.0 } else { filled.spot_most[class] };
            let asked = (0..n).map(|hour| block.asked(class, hour));
            self.upper[lost] = asked.fold(0.0, f64::max) + 1.0;
        }
        // A little of each use's own keeps ties from turning in circles.
        let dearest = self.cost[first..].iter().copied().fold(0.0, f64::max);
        for (at, usage) in program.uses.iter().enumerate() {
            self.upper[at] = there[usage.pool] + 1.0;
            self.cost[at] = 1e-8 * dearest * (1.0 + (at * 37 % 101) as f64 / 101.0);
        }
        self.price();
    }

    /// Sets what work that waits is worth in an hour: what it costs not to serve it then.
    fn price_waiting(&mut self, block: &Block<'_>, hour: usize) {
        let n = block.filled.weight.len();
        let first = self.columns.len() - block.program.classes.len();
        let mut is_new = false;
        for class in (0..block.program.classes.len()).filter(|class| block.waits(*class, hour)) {
            let least = if block.aim == Aim::Basis { LEAST * block.lost(class) } else { 0.0 };
            let cost = block.ties.work[class * n + hour].clamp(least, block.lost(class));
            is_new |= self.cost[first + class] != cost;
            self.cost[first + class] = cost;
        }
        if is_new {
            self.price();
        }
    }

    /// Computes prices and reduced costs anew, and moves columns to the bound that their sign asks for.
    fn price(&mut self) {
        let prices = self.prices();
        for (at, column) in self.columns.iter().enumerate() {
            if self.stand[at] == Stand::Basic {
                self.reduced[at] = 0.0;
                continue;
            }
            let reduced = self.cost[at] - column.dot(&prices);
            self.reduced[at] = reduced;
            self.stand[at] = if reduced < 0.0 { Stand::Upper } else { Stand::Lower };
        }
    }

    fn prices(&self) -> Vec<f64> {
        let mut prices = vec![0.0; self.rows];
        for (row, column) in self.head.iter().enumerate() {
            let cost = self.cost[*column];
            if cost != 0.0 {
                let of = &self.inverse[row * self.rows..(row + 1) * self.rows];
                prices.iter_mut().zip(of).for_each(|(price, inverse)| *price += cost * inverse);
            }
        }
        prices
    }

    /// Sets the right-hand sides of an hour.
    fn right(&mut self, block: &Block<'_>, hour: usize) {
        let (filled, n) = (block.filled, block.filled.weight.len());
        self.right[..self.pools].copy_from_slice(&filled.firm);
        for site in 0..self.sites {
            self.right[self.pools + site] = filled.power[site * n + hour];
        }
        for (class, right) in self.right[self.pools + self.sites..].iter_mut().enumerate() {
            *right = block.asked(class, hour);
        }
    }

    /// Computes what the basic columns are from the right-hand sides.
    fn values(&mut self) {
        let mut right = self.right.clone();
        for (at, column) in self.columns.iter().enumerate() {
            if self.stand[at] == Stand::Upper && self.upper[at] != 0.0 {
                column.each().for_each(|(row, value)| right[row] -= value * self.upper[at]);
            }
        }
        for (basic, row) in self.basic.iter_mut().zip(self.inverse.chunks_exact(self.rows)) {
            *basic = row.iter().zip(&right).map(|(a, b)| a * b).sum();
        }
    }

    /// Goes on until no basic column is beyond its bounds; says whether it got there.
    fn optimise(&mut self) -> bool {
        for _ in 0..20 * self.rows {
            if self.pivots >= FRESH && !self.afresh() {
                return false;
            }
            let mut worst = (TOLERANCE, usize::MAX, Stand::Lower);
            for (row, (value, column)) in self.basic.iter().zip(&self.head).enumerate() {
                let above = value - self.upper[*column];
                if -value > worst.0 {
                    worst = (-value, row, Stand::Lower);
                } else if above > worst.0 {
                    worst = (above, row, Stand::Upper);
                }
            }
            let (beyond, row, bound) = worst;
            if row == usize::MAX {
                return true;
            }
            if !self.step(row, beyond, bound) {
                return false;
            }
        }
        false
    }

    /// Moves the basic column of a row to the bound that it is beyond.
    fn step(&mut self, row: usize, beyond: f64, bound: Stand) -> bool {
        let m = self.rows;
        let sign = if bound == Stand::Upper { 1.0 } else { -1.0 };
        self.tries.clear();
        let of = &self.inverse[row * m..(row + 1) * m];
        for (at, column) in self.columns.iter().enumerate() {
            if self.stand[at] == Stand::Basic {
                continue;
            }
            let alpha = sign * column.dot(of);
            self.alpha[at] = alpha;
            let can = match self.stand[at] {
                Stand::Lower => alpha > PIVOT,
                Stand::Upper => alpha < -PIVOT,
                Stand::Basic => false,
            };
            if can {
                self.tries.push(((self.reduced[at] / alpha).max(0.0), at));
            }
        }
        // Columns that the objective passes on its way are moved to their other bound.
        self.tries.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut left = beyond;
        let mut enters = None;
        let mut flips = 0;
        for (at, (_, column)) in self.tries.iter().enumerate() {
            left -= self.alpha[*column].abs() * self.upper[*column];
            if left < 0.0 {
                enters = Some(*column);
                flips = at;
                break;
            }
        }
        let Some(enters) = enters else {
            // Moving all of them is just enough, or nothing is.
            self.flip(self.tries.len());
            return left <= TOLERANCE;
        };
        if flips > 0 {
            self.flip(flips);
        }
        self.pivot(row, enters, (sign, bound))
    }

    fn flip(&mut self, flips: usize) {
        let m = self.rows;
        let mut moved = vec![0.0; m];
        for (_, column) in &self.tries[..flips] {
            let (by, to) = match self.stand[*column] {
                Stand::Lower => (self.upper[*column], Stand::Upper),
                _ => (-self.upper[*column], Stand::Lower),
            };
            self.stand[*column] = to;
            self.columns[*column].each().for_each(|(row, value)| moved[row] += value * by);
        }
        for (basic, row) in self.basic.iter_mut().zip(self.inverse.chunks_exact(m)) {
            *basic -= row.iter().zip(&moved).map(|(a, b)| a * b).sum::<f64>();
        }
    }

    fn pivot(&mut self, row: usize, enters: usize, (sign, to): (f64, Stand)) -> bool {
        let m = self.rows;
        let column: Vec<f64> =
            self.inverse.chunks_exact(m).map(|of| self.columns[enters].dot(of)).collect();
        let pivot = column[row];
        if pivot.abs() < PIVOT {
            return false;
        }
        let step = self.reduced[enters] / self.alpha[enters];
        for at in 0..self.columns.len() {
            if self.stand[at] != Stand::Basic {
                self.reduced[at] -= step * self.alpha[at];
            }
        }
        let leaves = self.head[row];
        let bound = if to == Stand::Upper { self.upper[leaves] } else { 0.0 };
        let by = (self.basic[row] - bound) / pivot;
        let from = if self.stand[enters] == Stand::Upper { self.upper[enters] } else { 0.0 };
        self.basic.iter_mut().zip(&column).for_each(|(basic, of)| *basic -= by * of);
        self.basic[row] = from + by;
        self.reduced[leaves] = -step * sign;
        self.reduced[enters] = 0.0;
        self.stand[leaves] = to;
        self.stand[enters] = Stand::Basic;
        self.head[row] = enters;
        let (before, rest) = self.inverse.split_at_mut(row * m);
        let (of, after) = rest.split_at_mut(m);
        of.iter_mut().for_each(|value| *value /= pivot);
        let others = before.chunks_exact_mut(m).chain(after.chunks_exact_mut(m));
        let factors = column[..row].iter().chain(&column[row + 1..]);
        for (other, factor) in others.zip(factors) {
            if *factor != 0.0 {
                other.iter_mut().zip(&*of).for_each(|(value, of)| *value -= factor * of);
            }
        }
        self.pivots += 1;
        true
    }

    /// Makes the inverse anew from the basis; says whether it has one.
    fn afresh(&mut self) -> bool {
        let m = self.rows;
        let wanted = std::mem::take(&mut self.head);
        let first = self.columns.len() - m;
        self.head = (first..self.columns.len()).collect();
        self.inverse.fill(0.0);
        (0..m).for_each(|row| self.inverse[row * m + row] = 1.0);
        let mut is_free: Vec<bool> = vec![true; m];
        for column in wanted.iter().filter(|column| **column >= first) {
            is_free[column - first] = false;
        }
        for enters in wanted.into_iter().filter(|column| *column < first) {
            let column: Vec<f64> =
                self.inverse.chunks_exact(m).map(|of| self.columns[enters].dot(of)).collect();
            let rows = (0..m).filter(|row| is_free[*row]);
            let Some(row) = rows.max_by(|a, b| column[*a].abs().total_cmp(&column[*b].abs()))
            else {
                return false;
            };
            if column[row].abs() < PIVOT {
                return false;
            }
            is_free[row] = false;
            self.head[row] = enters;
            let (before, rest) = self.inverse.split_at_mut(row * m);
            let (of, after) = rest.split_at_mut(m);
            of.iter_mut().for_each(|value| *value /= column[row]);
            let others = before.chunks_exact_mut(m).chain(after.chunks_exact_mut(m));
            let factors = column[..row].iter().chain(&column[row + 1..]);
            for (other, factor) in others.zip(factors).filter(|(_, factor)| **factor != 0.0) {
                other.iter_mut().zip(&*of).for_each(|(value, of)| *value -= factor * of);
            }
        }
        self.pivots = 0;
        let prices = self.prices();
        for (at, column) in self.columns.iter().enumerate() {
            if self.stand[at] != Stand::Basic {
                self.reduced[at] = self.cost[at] - column.dot(&prices);
            }
        }
        self.values();
        true
    }
}
