//! A small linear program solved level by level, for what greedy service cannot answer exactly.
//!
//! Maximises several objectives in strict order over `A x ≤ b`, `0 ≤ x ≤ u`, with `b ≥ 0` (so nothing
//! served is a start). Dense tableau, bounded variables. When a level is optimal, the columns that
//! would make it worse are closed for good and the next level goes on from the same basis: what is
//! left is exactly the optimal face, and no row with a tolerance is added.

/// Reduced costs and pivots smaller than this count as zero.
const TINY: f64 = 1e-9;
/// A nudge of the right side that keeps ties, and with them cycling, away.
const NUDGE: f64 = 1e-10;

/// Maximise over `rows` and bounds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    upper: Vec<f64>,
    rows: Vec<(Vec<(usize, f64)>, f64)>,
}

impl Program {
    /// Adds a variable from 0 to `upper` and returns its number.
    pub(crate) fn variable(&mut self, upper: f64) -> usize {
        self.upper.push(upper);
        self.upper.len() - 1
    }

    /// Adds `Σ terms ≤ bound`; a bound below zero, by rounding, counts as zero.
    pub(crate) fn row(&mut self, terms: Vec<(usize, f64)>, bound: f64) {
        self.rows.push((terms, bound.max(0.0)));
    }

    /// Returns the values of the variables at the optimum, level by level; `None` when the program
    /// is too hard.
    pub(crate) fn solve(&self, objectives: &[Vec<(usize, f64)>]) -> Option<Vec<f64>> {
        let mut tableau = Tableau::new(self, objectives);
        for level in 0..objectives.len() {
            tableau.maximise(level)?;
        }
        Some((0..self.upper.len()).map(|variable| tableau.value(variable)).collect())
    }
}

struct Tableau {
    columns: usize,
    /// Row by row.
    cells: Vec<f64>,
    right: Vec<f64>,
    /// What a unit of each column adds to each level.
    gains: Vec<Vec<f64>>,
    /// Variable of each column and of each row; slacks come after the program's own.
    of_column: Vec<usize>,
    of_row: Vec<usize>,
    upper: Vec<f64>,
    /// Whether a variable is counted down from its upper bound.
    is_flipped: Vec<bool>,
    is_closed: Vec<bool>,
}

/// How the column that grows is picked: the greatest gain is fast, the first one never turns in a circle.
#[derive(Clone, Copy, PartialEq)]
enum Pivoting {
    GreatestGain,
    FirstWins,
}

/// What ends the growth of a column.
enum End {
    OwnBound,
    RowAtZero(usize),
    RowAtBound(usize),
}

impl Tableau {
    fn new(program: &Program, objectives: &[Vec<(usize, f64)>]) -> Tableau {
        let (columns, rows) = (program.upper.len(), program.rows.len());
        let mut cells = vec![0.0; columns * rows];
        let mut right = Vec::with_capacity(rows);
        for (row, (terms, bound)) in program.rows.iter().enumerate() {
            for &(column, coefficient) in terms {
                cells[row * columns + column] += coefficient;
            }
            // The golden ratio spreads the nudges evenly, whatever the number of rows.
            right.push(bound + NUDGE * (1.0 + (row as f64 * 0.618_033_988_75).fract()));
        }
        let gain = |objective: &Vec<(usize, f64)>| {
            let mut gains = vec![0.0; columns];
            for &(column, coefficient) in objective {
                gains[column] += coefficient;
            }
            gains
        };
        let mut upper = program.upper.clone();
        upper.resize(columns + rows, f64::INFINITY);
        Tableau {
            columns,
            cells,
            right,
            gains: objectives.iter().map(gain).collect(),
            of_column: (0..columns).collect(),
            of_row: (columns..columns + rows).collect(),
            is_flipped: vec![false; upper.len()],
            upper,
            is_closed: vec![false; columns],
        }
    }

    /// Makes `level` optimal, and closes what would make it worse.
    fn maximise(&mut self, level: usize) -> Option<()> {
        let most = 40 * (self.right.len() + self.columns) + 1_000;
        for step in 0..most {
            // Past half the steps the first column wins (Bland's rule), which cannot cycle.
            let Some(column) = self.entering(
                level,
                if step > most / 2 { Pivoting::FirstWins } else { Pivoting::GreatestGain },
            ) else {
                for (closed, gain) in self.is_closed.iter_mut().zip(&self.gains[level]) {
                    *closed |= *gain < -TINY;
                }
                return Some(());
            };
            match self.end_of(column)? {
                End::OwnBound => self.flip_column(column),
                End::RowAtZero(row) => self.pivot(row, column),
                End::RowAtBound(row) => {
                    self.flip_row(row);
                    self.pivot(row, column);
                }
            }
        }
        None
    }

    fn entering(&self, level: usize, rule: Pivoting) -> Option<usize> {
        let gains = &self.gains[level];
        let mut open = (0..self.columns).filter(|&j| !self.is_closed[j] && gains[j] > TINY);
        if rule == Pivoting::FirstWins {
            return open.min_by_key(|&j| self.of_column[j]);
        }
        let first = open.next()?;
        Some(open.fold(first, |best, j| if gains[j] > gains[best] { j } else { best }))
    }

    /// Returns what ends the growth of a column first; `None` when nothing does.
    fn end_of(&self, column: usize) -> Option<End> {
        let own = self.upper[self.of_column[column]];
        let mut best = (own, 0.0, End::OwnBound);
        for row in 0..self.right.len() {
            let cell = self.cells[row * self.columns + column];
            let (room, end) = if cell > TINY {
                (self.right[row] / cell, End::RowAtZero(row))
            } else if cell < -TINY && self.upper[self.of_row[row]].is_finite() {
                ((self.upper[self.of_row[row]] - self.right[row]) / -cell, End::RowAtBound(row))
            } else {
                continue;
            };
            let room = room.max(0.0);
            let is_tie = (room - best.0).abs() <= 1e-13;
            if room < best.0 - 1e-13 || (is_tie && cell.abs() > best.1) {
                best = (room, cell.abs(), end);
            }
        }
        best.0.is_finite().then_some(best.2)
    }

    fn flip_column(&mut self, column: usize) {
        let variable = self.of_column[column];
        let bound = self.upper[variable];
        self.is_flipped[variable] = !self.is_flipped[variable];
        for (row, right) in self.right.iter_mut().enumerate() {
            let cell = &mut self.cells[row * self.columns + column];
            if *cell != 0.0 {
                *right -= *cell * bound;
                *cell = -*cell;
            }
        }
        for gains in &mut self.gains {
            gains[column] = -gains[column];
        }
    }

    fn flip_row(&mut self, row: usize) {
        let variable = self.of_row[row];
        self.is_flipped[variable] = !self.is_flipped[variable];
        self.right[row] = self.upper[variable] - self.right[row];
        for cell in &mut self.cells[row * self.columns..(row + 1) * self.columns] {
            *cell = -*cell;
        }
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let columns = self.columns;
        let pivot = self.cells[row * columns + column];
        let mut own: Vec<f64> = self.cells[row * columns..(row + 1) * columns].to_vec();
        for cell in &mut own {
            *cell /= pivot;
        }
        own[column] = 1.0 / pivot;
        let filled: Vec<usize> = (0..columns).filter(|&j| own[j] != 0.0 && j != column).collect();
        let right = self.right[row] / pivot;
        let take = |cells: &mut [f64]| {
            let factor = cells[column];
            for &j in &filled {
                cells[j] -= factor * own[j];
            }
            cells[column] = -factor * own[column];
        };
        for other in 0..self.right.len() {
            let cells = &mut self.cells[other * columns..(other + 1) * columns];
            if other != row && cells[column] != 0.0 {
                self.right[other] -= cells[column] * right;
                take(cells);
            }
        }
        for gains in self.gains.iter_mut().filter(|gains| gains[column] != 0.0) {
            take(gains);
        }
        self.cells[row * columns..(row + 1) * columns].copy_from_slice(&own);
        self.right[row] = right;
        std::mem::swap(&mut self.of_row[row], &mut self.of_column[column]);
    }

    fn value(&self, variable: usize) -> f64 {
        let row = self.of_row.iter().position(|&v| v == variable);
        let value = row.map_or(0.0, |row| self.right[row]);
        if self.is_flipped[variable] { self.upper[variable] - value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_in_strict_order() {
        // x + y ≤ 4, x ≤ 3, y ≤ 3: first all of x, then what is left for y; or the other way.
        let mut program = Program::default();
        let (x, y) = (program.variable(3.0), program.variable(3.0));
        program.row(vec![(x, 1.0), (y, 1.0)], 4.0);
        let close = |a: &[f64], b: [f64; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-8);
        let one = program.solve(&[vec![(x, 1.0)], vec![(y, 1.0)]]).unwrap();
        assert!(close(&one, [3.0, 1.0]), "{one:?}");
        let other = program.solve(&[vec![(y, 1.0)], vec![(x, 1.0)]]).unwrap();
        assert!(close(&other, [1.0, 3.0]), "{other:?}");
    }

    #[test]
    fn a_level_with_many_optima_leaves_the_choice_to_the_next() {
        // x + y is 2 however it is split; the second level wants x, the third cannot have more y.
        let mut program = Program::default();
        let (x, y) = (program.variable(5.0), program.variable(5.0));
        program.row(vec![(x, 1.0), (y, 1.0)], 2.0);
        let both = vec![(x, 1.0), (y, 1.0)];
        let found = program.solve(&[both, vec![(x, 1.0)], vec![(y, 1.0)]]).unwrap();
        assert!((found[0] - 2.0).abs() < 1e-8 && found[1].abs() < 1e-8, "{found:?}");
    }
}
