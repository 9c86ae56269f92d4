//! The plan of a study: as `offtake plan` makes it of the same request, with a bound on how long it searches.

use super::{How, Keep, Telling, answered, asked, for_promises, make, solve, threads};
use crate::failure::Failure;
use crate::library::Opened;
use crate::progress;
use offtake_highs::Threads;
use offtake_plan::Options;
use offtake_report::plan_json;
use serde_json::Value;
use std::path::Path;

/// What a study asks of its plan.
pub(crate) struct Planning<'a> {
    /// Where the book was read.
    pub(crate) path: &'a Path,
    /// How many futures, of which seed, on how many threads.
    pub(crate) scenarios: u64,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    /// On how many days an offer may be signed.
    pub(crate) starts: u8,
    /// Ends once the plan costs at most this share more than the best there can be.
    pub(crate) gap: f64,
    /// Ends after so many evaluations whatever the gap is: counted and not timed, so that equal studies are equal.
    pub(crate) evaluations: usize,
}

/// Returns what `offtake plan --brief --insurance --json` says of the book over its horizon; `None` where there is nothing to sign.
pub(crate) fn for_study(
    opened: &Opened,
    planning: &Planning<'_>,
) -> Result<Option<Value>, Failure> {
    let mut arguments = asked::alone(planning.path)?;
    (arguments.scenarios, arguments.seed) = (planning.scenarios, planning.seed);
    arguments.starts = planning.starts;
    arguments.threads = u16::try_from(planning.threads).ok().filter(|threads| *threads > 0);
    let made = make(opened, &arguments)?;
    if made.starts.is_empty() {
        return Ok(None);
    }
    let solvers = Threads::stopped_by(threads(&made), progress::stop_flag());
    let options = Options { gap: planning.gap, rounds: planning.evaluations, ..Options::default() };
    let promises = Some(for_promises(opened, &arguments, &options, &solvers)?);
    let how = How { options, telling: Telling::Brief, keep: Keep::Nothing, promises };
    let planned = solve(&made, &how, &solvers)?;
    Ok(Some(answered(opened, (&made, &planned), plan_json)))
}
