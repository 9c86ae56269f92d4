//! The wrapper: the calls that the planner needs, with every length checked.
//!
//! The C interface takes bare pointers and believes them; a basis of another model is taken in silence.
//! So nothing reaches it whose length was not held against the model first. All `unsafe` code of the
//! workspace is here.
#![allow(unsafe_code, reason = "the C interface of HiGHS; each call says why it is sound")]

use crate::ladder::{self, Rung};
use highs_sys as sys;
use offtake_plan::solver::{Answer, Basis, Ended, Model, Rows, Solver, SolverError};
use std::ffi::{CString, c_int, c_void};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One instance of HiGHS and the model that it holds.
pub struct Highs {
    instance: *mut c_void,
    columns: usize,
    rows: usize,
    is_whole: Vec<bool>,
    stop: Arc<AtomicBool>,
    /// Whether the basis was given, and is not where the last solve ended.
    is_given: bool,
    /// The way that the last solve took.
    rung: Rung,
}

// SAFETY: an instance has no tie to the thread that made it, and `&mut self` lets one thread use it at a time.
unsafe impl Send for Highs {}

impl Drop for Highs {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Highs_create` and is not used after this.
        unsafe { sys::Highs_destroy(self.instance) }
    }
}

/// Refuses what does not fit.
fn fits(call: &'static str, given: usize, wanted: usize) -> Result<(), SolverError> {
    if given == wanted { Ok(()) } else { Err(SolverError::Length { call, given, wanted }) }
}

/// Turns the status of a call into an error; a warning is none.
fn done(call: &'static str, status: c_int) -> Result<(), SolverError> {
    if status == sys::STATUS_ERROR { Err(SolverError::Refused { call }) } else { Ok(()) }
}

/// HiGHS counts with 32 bits.
fn small(call: &'static str, number: usize) -> Result<c_int, SolverError> {
    c_int::try_from(number).map_err(|_| SolverError::Refused { call })
}

/// Returns the first and the last of `count` things from `first` on, of which there are `all`; `None` for none.
fn range(
    call: &'static str,
    (first, count, all): (usize, usize, usize),
) -> Result<Option<(c_int, c_int)>, SolverError> {
    let Some(last) = (first + count).checked_sub(1).filter(|_| count > 0) else { return Ok(None) };
    if last >= all {
        return Err(SolverError::Length { call, given: last + 1, wanted: all });
    }
    Ok(Some((small(call, first)?, small(call, last)?)))
}

fn all_small(call: &'static str, numbers: &[usize]) -> Result<Vec<c_int>, SolverError> {
    numbers.iter().map(|number| small(call, *number)).collect()
}

/// What HiGHS calls now and then while it solves: says stop if somebody asked to.
unsafe extern "C" fn on_callback(
    _kind: c_int,
    _message: *const std::ffi::c_char,
    _out: *const sys::HighsCallbackDataOut,
    into: *mut sys::HighsCallbackDataIn,
    stop: *mut c_void,
) {
    // SAFETY: `stop` is the flag that `Highs::open` registered, alive as long as the instance; `into` is
    // null or a struct of HiGHS that is ours to write during the call.
    unsafe {
        let stop = &*stop.cast::<AtomicBool>();
        if stop.load(Ordering::Relaxed)
            && let Some(into) = into.as_mut()
        {
            into.user_interrupt = 1;
        }
    }
}

impl Highs {
    /// Makes an instance that holds `model`, on one thread and silent, and ends a solve early once `stop`
    /// is set.
    ///
    /// # Errors
    /// If HiGHS refuses the model.
    pub fn open(model: &Model, stop: Arc<AtomicBool>) -> Result<Highs, SolverError> {
        // SAFETY: takes nothing and returns an instance that `Drop` destroys.
        let instance = unsafe { sys::Highs_create() };
        let mut highs = Highs {
            instance,
            columns: 0,
            rows: 0,
            is_whole: Vec::new(),
            stop,
            is_given: false,
            rung: Rung::AsItStands,
        };
        highs.option_off(c"output_flag")?;
        highs.option_int(c"threads", 1)?;
        highs.option_text(c"parallel", c"off")?;
        // The master is small and its whole-number optimum near its own relaxation: branching finds plans
        // sooner than these do.
        highs.option_off(c"mip_heuristic_run_feasibility_jump")?;
        highs.option_number(c"mip_heuristic_effort", 0.01)?;
        highs.listen()?;
        highs.pass(model)?;
        Ok(highs)
    }

    fn listen(&mut self) -> Result<(), SolverError> {
        let flag = Arc::as_ptr(&self.stop).cast_mut().cast::<c_void>();
        // SAFETY: the flag lives in an `Arc` that the instance's owner keeps.
        let status = unsafe { sys::Highs_setCallback(self.instance, Some(on_callback), flag) };
        done("listen", status)?;
        for kind in [
            sys::kHighsCallbackSimplexInterrupt,
            sys::kHighsCallbackIpmInterrupt,
            sys::kHighsCallbackMipInterrupt,
        ] {
            // SAFETY: a valid instance and a constant of its own interface.
            done("listen", unsafe { sys::Highs_startCallback(self.instance, kind) })?;
        }
        Ok(())
    }

    fn pass(&mut self, model: &Model) -> Result<(), SolverError> {
        let call = "pass model";
        let (columns, rows) = (&model.columns, &model.rows);
        fits(call, rows.upper.len(), rows.lower.len())?;
        fits(call, rows.start.len(), rows.lower.len())?;
        fits(call, rows.value.len(), rows.index.len())?;
        if rows.index.iter().any(|column| *column >= columns.len())
            || rows.start.iter().any(|start| *start > rows.index.len())
        {
            return Err(SolverError::Refused { call });
        }
        let of = |get: fn(&offtake_plan::solver::Column) -> f64| -> Vec<f64> {
            columns.iter().map(get).collect()
        };
        let (cost, lower, upper) = (of(|it| it.cost), of(|it| it.lower), of(|it| it.upper));
        let (start, index) = (all_small(call, &rows.start)?, all_small(call, &rows.index)?);
        let whole: Vec<c_int> = columns.iter().map(|it| c_int::from(it.is_whole)).collect();
        let is_mip = columns.iter().any(|it| it.is_whole);
        let integrality = if is_mip { whole.as_ptr() } else { std::ptr::null() };
        // SAFETY: each array has the length that the counts before it say (checked above), HiGHS copies
        // them during the call, and null stands for "no whole numbers".
        let status = unsafe {
            sys::Highs_passModel(
                self.instance,
                small(call, columns.len())?,
                small(call, rows.len())?,
                small(call, rows.index.len())?,
                0,
                sys::MATRIX_FORMAT_ROW_WISE,
                1,
                sys::OBJECTIVE_SENSE_MINIMIZE,
                0.0,
                cost.as_ptr(),
                lower.as_ptr(),
                upper.as_ptr(),
                rows.lower.as_ptr(),
                rows.upper.as_ptr(),
                start.as_ptr(),
                index.as_ptr(),
                rows.value.as_ptr(),
                std::ptr::null(),
                std::ptr::null(),
                std::ptr::null(),
                integrality,
            )
        };
        done(call, status)?;
        self.columns = columns.len();
        self.rows = rows.len();
        self.is_whole = columns.iter().map(|it| it.is_whole).collect();
        Ok(())
    }

    /// Returns the numbers of rows and columns.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Returns the way that the last solve took.
    #[must_use]
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Returns the iterations of simplex of the last solve.
    #[must_use]
    pub fn iterations(&self) -> i32 {
        let mut value: c_int = 0;
        // SAFETY: a name that ends with 0 and a place for one number.
        let _ = unsafe {
            sys::Highs_getIntInfoValue(
                self.instance,
                c"simplex_iteration_count".as_ptr(),
                &raw mut value,
            )
        };
        value
    }

    fn option_off(&mut self, name: &std::ffi::CStr) -> Result<(), SolverError> {
        // SAFETY: a name that ends with 0.
        let status = unsafe { sys::Highs_setBoolOptionValue(self.instance, name.as_ptr(), 0) };
        done("set option", status)
    }

    pub(crate) fn option_int(
        &mut self,
        name: &std::ffi::CStr,
        value: c_int,
    ) -> Result<(), SolverError> {
        // SAFETY: a name that ends with 0.
        let status = unsafe { sys::Highs_setIntOptionValue(self.instance, name.as_ptr(), value) };
        done("set option", status)
    }

    pub(crate) fn option_number(
        &mut self,
        name: &std::ffi::CStr,
        value: f64,
    ) -> Result<(), SolverError> {
        // SAFETY: a name that ends with 0.
        let status =
            unsafe { sys::Highs_setDoubleOptionValue(self.instance, name.as_ptr(), value) };
        done("set option", status)
    }

    pub(crate) fn option_text(
        &mut self,
        name: &std::ffi::CStr,
        value: &std::ffi::CStr,
    ) -> Result<(), SolverError> {
        // SAFETY: two texts that end with 0.
        let status = unsafe {
            sys::Highs_setStringOptionValue(self.instance, name.as_ptr(), value.as_ptr())
        };
        done("set option", status)
    }

    /// Ends every later solve after so many seconds, as stopped.
    ///
    /// # Errors
    /// If HiGHS refuses.
    pub fn set_time_limit(&mut self, seconds: f64) -> Result<(), SolverError> {
        self.option_number(c"time_limit", seconds)
    }

    /// Chooses between `on`, `off` and `choose` for the first way of a solve.
    ///
    /// # Errors
    /// If HiGHS refuses.
    pub fn set_presolve(&mut self, presolve: &std::ffi::CStr) -> Result<(), SolverError> {
        self.option_text(c"presolve", presolve)
    }

    /// Runs once, whatever comes of it, and returns HiGHS's own number for how it ended.
    pub(crate) fn run(&mut self) -> i32 {
        // SAFETY: a valid instance; what it reads and writes is its own, besides the flag of `listen`.
        unsafe {
            let status = sys::Highs_run(self.instance);
            if status == sys::STATUS_ERROR {
                return sys::kHighsModelStatusSolveError;
            }
            sys::Highs_getModelStatus(self.instance)
        }
    }

    /// Forgets the basis and the factors of earlier solves.
    pub(crate) fn clear(&mut self) -> Result<(), SolverError> {
        // SAFETY: a valid instance.
        done("clear", unsafe { sys::Highs_clearSolver(self.instance) })
    }

    pub(crate) fn is_mip(&self) -> bool {
        self.is_whole.contains(&true)
    }

    pub(crate) fn has_given(&self) -> bool {
        self.is_given && !self.is_mip()
    }

    pub(crate) fn took(&mut self, rung: Rung) {
        self.rung = rung;
    }

    fn number(&self, name: &std::ffi::CStr) -> f64 {
        let mut value = f64::NAN;
        // SAFETY: a name that ends with 0 and a place for one number.
        let _ =
            unsafe { sys::Highs_getDoubleInfoValue(self.instance, name.as_ptr(), &raw mut value) };
        value
    }

    /// Reads what the last run found.
    pub(crate) fn answer(&self, ended: Ended) -> Answer {
        let mut values = vec![0.0; self.columns];
        let mut duals = vec![0.0; self.rows];
        let (mut reduced, mut activity) = (vec![0.0; self.columns], vec![0.0; self.rows]);
        // SAFETY: four arrays of the lengths of the model, which `pass` and `add_rows` keep.
        unsafe {
            sys::Highs_getSolution(
                self.instance,
                values.as_mut_ptr(),
                reduced.as_mut_ptr(),
                activity.as_mut_ptr(),
                duals.as_mut_ptr(),
            );
        }
        let objective = self.number(c"objective_function_value");
        let is_mip = self.is_mip();
        let has_values = match ended {
            Ended::Optimal => true,
            Ended::Stopped => is_mip && objective.is_finite() && objective.abs() < 1e29,
            Ended::Infeasible | Ended::Unbounded => false,
        };
        let bound = match (is_mip, ended) {
            (true, _) => self.number(c"mip_dual_bound"),
            (false, Ended::Optimal) => objective,
            (false, _) => f64::NEG_INFINITY,
        };
        if !has_values {
            values.clear();
        }
        if is_mip || ended != Ended::Optimal {
            duals.clear();
        }
        Answer { ended, objective, bound, values, duals }
    }
}

impl Solver for Highs {
    fn set_costs(&mut self, first: usize, costs: &[f64]) -> Result<(), SolverError> {
        let call = "set costs";
        let Some((first, last)) = range(call, (first, costs.len(), self.columns))? else {
            return Ok(());
        };
        // SAFETY: the range is within the columns and the array as long as the range.
        let status =
            unsafe { sys::Highs_changeColsCostByRange(self.instance, first, last, costs.as_ptr()) };
        done(call, status)
    }

    fn set_column_bounds(
        &mut self,
        first: usize,
        lower: &[f64],
        upper: &[f64],
    ) -> Result<(), SolverError> {
        let call = "set column bounds";
        fits(call, upper.len(), lower.len())?;
        let Some((first, last)) = range(call, (first, lower.len(), self.columns))? else {
            return Ok(());
        };
        // SAFETY: the range is within the columns and both arrays as long as the range.
        let status = unsafe {
            sys::Highs_changeColsBoundsByRange(
                self.instance,
                first,
                last,
                lower.as_ptr(),
                upper.as_ptr(),
            )
        };
        done(call, status)
    }

    fn set_row_bounds(
        &mut self,
        first: usize,
        lower: &[f64],
        upper: &[f64],
    ) -> Result<(), SolverError> {
        let call = "set row bounds";
        fits(call, upper.len(), lower.len())?;
        let Some((first, last)) = range(call, (first, lower.len(), self.rows))? else {
            return Ok(());
        };
        // SAFETY: the range is within the rows and both arrays as long as the range.
        let status = unsafe {
            sys::Highs_changeRowsBoundsByRange(
                self.instance,
                first,
                last,
                lower.as_ptr(),
                upper.as_ptr(),
            )
        };
        done(call, status)
    }

    fn set_whole(&mut self, columns: Range<usize>, step: &[bool]) -> Result<(), SolverError> {
        let call = "set whole";
        fits(call, step.len(), columns.len())?;
        let Some((first, last)) = range(call, (columns.start, columns.len(), self.columns))? else {
            return Ok(());
        };
        let kinds: Vec<c_int> = step.iter().map(|is_whole| c_int::from(*is_whole)).collect();
        // SAFETY: the range is within the columns and the array as long as the range.
        let status = unsafe {
            sys::Highs_changeColsIntegralityByRange(self.instance, first, last, kinds.as_ptr())
        };
        self.is_whole[columns].copy_from_slice(step);
        done(call, status)
    }

    fn add_rows(&mut self, rows: &Rows) -> Result<(), SolverError> {
        let call = "add rows";
        fits(call, rows.upper.len(), rows.lower.len())?;
        fits(call, rows.start.len(), rows.lower.len())?;
        fits(call, rows.value.len(), rows.index.len())?;
        if rows.is_empty() {
            return Ok(());
        }
        if rows.index.iter().any(|column| *column >= self.columns) {
            return Err(SolverError::Refused { call });
        }
        let (start, index) = (all_small(call, &rows.start)?, all_small(call, &rows.index)?);
        // SAFETY: arrays of the lengths that the counts say, columns within the model.
        let status = unsafe {
            sys::Highs_addRows(
                self.instance,
                small(call, rows.len())?,
                rows.lower.as_ptr(),
                rows.upper.as_ptr(),
                small(call, rows.index.len())?,
                start.as_ptr(),
                index.as_ptr(),
                rows.value.as_ptr(),
            )
        };
        done(call, status)?;
        self.rows += rows.len();
        Ok(())
    }

    fn basis(&self) -> Option<Basis> {
        let mut columns: Vec<c_int> = vec![0; self.columns];
        let mut rows: Vec<c_int> = vec![0; self.rows];
        // SAFETY: two arrays of the lengths of the model.
        let status =
            unsafe { sys::Highs_getBasis(self.instance, columns.as_mut_ptr(), rows.as_mut_ptr()) };
        let bytes = |of: Vec<c_int>| -> Option<Vec<u8>> {
            of.into_iter().map(|it| u8::try_from(it).ok()).collect()
        };
        if status == sys::STATUS_ERROR {
            return None;
        }
        Some(Basis { columns: bytes(columns)?, rows: bytes(rows)? })
    }

    fn start_from(&mut self, basis: Option<&Basis>) -> Result<(), SolverError> {
        let call = "set basis";
        self.clear()?;
        self.is_given = basis.is_some();
        let Some(basis) = basis else { return Ok(()) };
        fits(call, basis.columns.len(), self.columns)?;
        fits(call, basis.rows.len(), self.rows)?;
        let wide = |of: &[u8]| -> Vec<c_int> { of.iter().map(|it| c_int::from(*it)).collect() };
        let (columns, rows) = (wide(&basis.columns), wide(&basis.rows));
        // SAFETY: two arrays of the lengths of the model, checked above.
        let status = unsafe { sys::Highs_setBasis(self.instance, columns.as_ptr(), rows.as_ptr()) };
        done(call, status)
    }

    fn set_gap(&mut self, gap: f64) -> Result<(), SolverError> {
        self.option_number(c"mip_rel_gap", gap)
    }

    fn solve(&mut self) -> Result<Answer, SolverError> {
        ladder::climb(self)
    }
}

/// Writes a model as an MPS file; the names are HiGHS's own, in the order of the model.
///
/// # Errors
/// If HiGHS refuses the model, or the file cannot be written.
pub fn write_mps(model: &Model, path: &Path) -> Result<(), SolverError> {
    let failed = || SolverError::WriteModel { path: path.display().to_string() };
    let highs = Highs::open(model, Arc::default())?;
    let name = CString::new(path.display().to_string()).map_err(|_| failed())?;
    // SAFETY: a valid instance and a text that ends with 0.
    let status = unsafe { sys::Highs_writeModel(highs.instance, name.as_ptr()) };
    if status == sys::STATUS_ERROR { Err(failed()) } else { Ok(()) }
}
