//! Where a block as a whole may begin: at the bases of its single hours.
//!
//! Each hour brings as many basic columns as it has rows. What ties hours together brings the rest: what
//! waits at the end of an hour stands in for work that the hour leaves, and a price strictly between its
//! bounds takes the column into the basis that is nearest to being worth it. The result is nearly optimal
//! and a few rows away from feasible. **Invariant:** it decides where a solver begins and nothing else.

use super::{Block, Stand};
use crate::block::Layout;
use crate::solver::Basis;

/// Where the hours of a block stand, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Stands {
    pub(super) stand: Vec<Stand>,
    pub(super) reduced: Vec<f64>,
    /// `hour × class`: kGPU that could be served and are not, spot aside.
    pub(super) left: Vec<f64>,
}

/// What a solver calls a column or row at its lower bound, in the basis, and at its upper bound.
const LOWER: u8 = 0;
const BASIC: u8 = 1;
const UPPER: u8 = 2;

fn code(stand: Stand) -> u8 {
    match stand {
        Stand::Lower => LOWER,
        Stand::Basic => BASIC,
        Stand::Upper => UPPER,
    }
}

impl Stands {
    /// Returns where the block as a whole may begin: hours stand where they stand on their own, and what
    /// ties them takes the column that comes closest to being worth its price into the basis.
    pub(crate) fn basis(&self, block: &Block<'_>, layout: &Layout) -> Basis {
        let Block { program, filled, ties, .. } = *block;
        let n = filled.weight.len();
        let all = self.stand.len() / n;
        let mut columns = vec![LOWER; layout.columns()];
        let mut rows = vec![LOWER; layout.model.rows.len()];
        let classes = program.classes.len();
        let logical = all - layout.balance / n - classes;
        let spot = logical - classes;
        for hour in 0..n {
            let stand = &self.stand[hour * all..(hour + 1) * all];
            for (at, stand) in stand[..spot].iter().enumerate() {
                columns[at * n + hour] = code(*stand);
            }
            for class in 0..classes {
                let at = class * n + hour;
                if block.waits(class, hour) {
                    let is_worth = ties.work[at] > filled.spot_cost + block.extra[class];
                    columns[layout.spot + at] = if is_worth { UPPER } else { LOWER };
                } else {
                    columns[layout.spot + at] = code(stand[spot + class]);
                    columns[layout.lost + at] = code(stand[all - classes + class]);
                }
            }
            for (row, stand) in stand[logical..all - classes].iter().enumerate() {
                let is_basic = *stand == Stand::Basic;
                rows[row * n + hour] = if is_basic { BASIC } else { UPPER };
            }
        }
        self.wait(block, layout, &mut columns);
        for (at, price) in ties.over.iter().enumerate() {
            if *price <= 0.0 {
                rows[layout.overtake + at] = BASIC;
            } else if *price >= filled.over_cost[at] {
                columns[layout.over + at] = BASIC;
            } else {
                let of = program.uses.len() + at;
                self.nearest(n, of..=of, &mut columns);
            }
        }
        for (row, price) in ties.unserved.iter().enumerate() {
            if *price >= filled.excess_cost {
                (columns[layout.excess + row], rows[layout.unserved + row]) = (BASIC, UPPER);
            } else {
                rows[layout.unserved + row] = BASIC;
            }
        }
        Basis { columns, rows }
    }

    /// Work that waits: what waits at the end of each hour in which something is left, and where that is
    /// all of a run, what is served in one of them.
    fn wait(&self, block: &Block<'_>, layout: &Layout, columns: &mut [u8]) {
        let Block { program, filled, ties, resolution, .. } = *block;
        let n = filled.weight.len();
        let all = self.stand.len() / n;
        let classes = program.classes.len();
        let mut at = 0;
        while at < layout.waiting.len() {
            let (class, first) = layout.waiting[at];
            // A run goes on for as long as each hour follows the one before it.
            let mut end = at + 1;
            while end < layout.waiting.len()
                && layout.waiting[end].0 == class
                && resolution.before[layout.waiting[end].1] == layout.waiting[end - 1].1
            {
                end += 1;
            }
            let is_left =
                |hour: usize| self.stand[hour * all + all - classes + class] == Stand::Basic;
            for (number, (_, hour)) in layout.waiting[at..end].iter().enumerate() {
                if is_left(*hour) {
                    columns[layout.backlog + at + number] = BASIC;
                }
            }
            if layout.waiting[at..end].iter().all(|(_, hour)| is_left(*hour)) {
                let price = ties.work[class * n + first];
                let (spot, lost) =
                    (layout.spot + class * n + first, layout.lost + class * n + first);
                let taken = if price >= block.lost(class) {
                    columns[lost] = BASIC;
                    first
                } else if (price - filled.spot_cost - block.extra[class]).abs() <= 1e-9 * price {
                    columns[spot] = BASIC;
                    first
                } else {
                    let uses = program.uses.iter().enumerate();
                    let of_class = uses.filter(|(_, of)| of.class == class).map(|(at, _)| at);
                    self.nearest(n, of_class, columns)
                };
                let least = self.least(block, class, &layout.waiting[at..end], taken);
                columns[layout.backlog + at + least] = LOWER;
            }
            at = end;
        }
    }

    /// Returns the place of the hour at whose end the least waits, when `taken` serves what all of them
    /// together leave.
    fn least(
        &self,
        block: &Block<'_>,
        class: usize,
        waiting: &[(usize, usize)],
        taken: usize,
    ) -> usize {
        let (filled, n) = (block.filled, block.filled.weight.len());
        let classes = block.program.classes.len();
        let lacks = |hour: usize| {
            let served = block.asked(class, hour) - self.left[hour * classes + class];
            filled.weight[hour] * (filled.demand[class * n + hour] - served)
        };
        let total: f64 = waiting.iter().map(|(_, hour)| lacks(*hour)).sum();
        let (mut sum, mut least) = (0.0, (f64::INFINITY, 0));
        for (at, (_, hour)) in waiting.iter().enumerate() {
            sum += lacks(*hour) - if *hour == taken { total } else { 0.0 };
            if sum < least.0 {
                least = (sum, at);
            }
        }
        least.1
    }

    /// Takes into the basis the column, of these and any hour, whose reduced cost is nearest to nothing,
    /// and returns the hour.
    fn nearest(&self, n: usize, of: impl Iterator<Item = usize>, columns: &mut [u8]) -> usize {
        let all = self.stand.len() / n;
        let cells = of.flat_map(|column| (0..n).map(move |hour| (column, hour)));
        let far = |(column, hour): &(usize, usize)| self.reduced[hour * all + column].abs();
        let free: Vec<(usize, usize)> =
            cells.filter(|(column, hour)| columns[column * n + hour] != BASIC).collect();
        let nearest = free.into_iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        let Some((column, hour)) = nearest else { return 0 };
        columns[column * n + hour] = BASIC;
        hour
    }
}
