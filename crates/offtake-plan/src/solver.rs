//! What this crate asks of whoever solves linear programmes for it, and of whoever has threads.
//!
//! [`Model`] is a programme as plain data, `minimise cost · v` with `lower ≤ A v ≤ upper` and bounds on
//! `v`; a [`Solver`] holds one and has parts of it changed in bulk. [`Solvers`] opens solvers and runs
//! work, possibly at once. **Invariant:** nothing here decides; what is solved, in which order results are
//! merged and what counts as proof stands in the callers, so another solver changes no result's meaning.

use std::ops::Range;

/// Sparse rows, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Lower bound of each row; minus infinity for none.
    pub lower: Vec<f64>,
    /// Upper bound of each row; infinity for none.
    pub upper: Vec<f64>,
    /// Where each row begins in `index` and `value`.
    pub start: Vec<usize>,
    /// Column of each entry.
    pub index: Vec<usize>,
    /// Factor of each entry.
    pub value: Vec<f64>,
}

/// A column of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Cost of one unit.
    pub cost: f64,
    /// The least.
    pub lower: f64,
    /// The most; infinity for none.
    pub upper: f64,
    /// Whether only whole numbers will do.
    pub is_whole: bool,
}

/// A linear programme, with whole numbers or without.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Rows,
}

/// Where a simplex solver stands: a small number for each column and row, which only it understands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// By column.
    pub columns: Vec<u8>,
    /// By row.
    pub rows: Vec<u8>,
}

/// Where a solve begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin<'a> {
    /// At nothing.
    Anew,
    /// Where the same model ended with other bounds: its prices hold or nearly so, what it does may not.
    Ended(&'a Basis),
    /// Where it is likely to end: what it does is possible or nearly so, its prices may be wrong.
    Likely(&'a Basis),
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Solved to the tolerance asked for.
    Optimal,
    /// Nothing satisfies all rows.
    Infeasible,
    /// The objective has no end; or nothing satisfies all rows and the solver did not find out which.
    Unbounded,
    /// Somebody asked to stop; `values` is the best so far, empty if there is none.
    Stopped,
}

/// What a solver answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// How it ended.
    pub ended: Ended,
    /// Objective of `values`.
    pub objective: f64,
    /// No solution costs less than this; the objective itself for a programme without whole numbers.
    pub bound: f64,
    /// By column.
    pub values: Vec<f64>,
    /// By row: what one more unit of its bound adds to the objective; empty where whole numbers are asked.
    pub duals: Vec<f64>,
}

/// Why a solver gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolverError {
    /// A call was refused.
    #[error("{call}: refused by the solver")]
    Refused {
        /// The call.
        call: &'static str,
    },
    /// Lengths do not fit the model.
    #[error("{call}: {given} entries for {wanted}")]
    Length {
        /// The call.
        call: &'static str,
        /// What came.
        given: usize,
        /// What fits.
        wanted: usize,
    },
    /// Every way to solve was tried.
    #[error("solve: no way to solve led to an answer (last status {status})")]
    NoAnswer {
        /// The solver's own number for how the last way ended.
        status: i32,
    },
    /// A file could not be written.
    #[error("write the model to `{path}`")]
    WriteModel {
        /// The file.
        path: String,
    },
}

/// A solver that holds a model.
pub trait Solver: Send {
    /// Sets costs of columns from `first` on.
    ///
    /// # Errors
    /// If they do not fit.
    fn set_costs(&mut self, first: usize, costs: &[f64]) -> Result<(), SolverError>;
    /// Sets bounds of columns from `first` on.
    ///
    /// # Errors
    /// If they do not fit.
    fn set_column_bounds(
        &mut self,
        first: usize,
        lower: &[f64],
        upper: &[f64],
    ) -> Result<(), SolverError>;
    /// Sets bounds of rows from `first` on.
    ///
    /// # Errors
    /// If they do not fit.
    fn set_row_bounds(
        &mut self,
        first: usize,
        lower: &[f64],
        upper: &[f64],
    ) -> Result<(), SolverError>;
    /// Asks for whole numbers in columns, or no longer.
    ///
    /// # Errors
    /// If they do not fit.
    fn set_whole(&mut self, columns: Range<usize>, step: &[bool]) -> Result<(), SolverError>;
    /// Adds rows at the end.
    ///
    /// # Errors
    /// If they do not fit.
    fn add_rows(&mut self, rows: &Rows) -> Result<(), SolverError>;
    /// Returns where the last solve ended; `None` if that is not known.
    fn basis(&self) -> Option<Basis>;
    /// Forgets all that is known from earlier solves, and begins the next one here.
    ///
    /// # Errors
    /// If the lengths do not fit the model.
    fn start_from(&mut self, begin: Begin<'_>) -> Result<(), SolverError>;
    /// Ends a search for whole numbers once it is this close, as a share of the objective.
    ///
    /// # Errors
    /// If the solver refuses.
    fn set_gap(&mut self, gap: f64) -> Result<(), SolverError>;
    /// Solves.
    ///
    /// # Errors
    /// If no way to solve led to an answer.
    fn solve(&mut self) -> Result<Answer, SolverError>;
}

/// Opens solvers and has threads.
pub trait Solvers: Sync {
    /// Returns a solver that holds `model`.
    ///
    /// # Errors
    /// If the solver refuses it.
    fn open(&self, model: &Model) -> Result<Box<dyn Solver>, SolverError>;
    /// Returns the most pieces of work that run at once.
    fn seats(&self) -> usize;
    /// Calls `work(seat, number)` once for each number below `count` and returns when all are done. No two
    /// calls at the same time have the same seat, and every seat is below [`Solvers::seats`].
    fn each(&self, count: usize, work: &(dyn Fn(usize, usize) + Sync));
    /// Says whether somebody asked to stop; a solve that is under way then ends early.
    fn is_stopped(&self) -> bool;
}

impl Rows {
    /// Returns how many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lower.len()
    }

    /// Says whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    /// Adds a row `lower ≤ Σ factor · column ≤ upper`.
    pub fn push(&mut self, lower: f64, upper: f64, terms: impl IntoIterator<Item = (usize, f64)>) {
        self.lower.push(lower);
        self.upper.push(upper);
        self.start.push(self.index.len());
        for (column, factor) in terms {
            self.index.push(column);
            self.value.push(factor);
        }
    }

    /// Returns the entries of a row.
    pub fn terms(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let end = self.start.get(row + 1).copied().unwrap_or(self.index.len());
        let entries = self.start[row]..end;
        self.index[entries.clone()].iter().copied().zip(self.value[entries].iter().copied())
    }
}

impl Model {
    /// Adds a column and returns its place.
    pub fn column(&mut self, cost: f64, lower: f64, upper: f64) -> usize {
        self.columns.push(Column { cost, lower, upper, is_whole: false });
        self.columns.len() - 1
    }
}
