//! What it costs to look less far ahead and to plan anew every year.

use super::{Made, of_plan, options};
use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::progress::Line;
use offtake_highs::Threads;
use offtake_plan::results::{Look, LookAhead, look_ahead};
use offtake_plan::{Found, PlanError, Program};
use offtake_study::plan::Start;

/// Months from one plan to the next.
const EVERY: usize = 12;

/// Returns what came of each look ahead that is asked for.
pub(super) fn looks(
    arguments: &PlanArguments,
    (made, found): (&Made, &Found),
    solvers: &Threads,
) -> Result<Vec<LookAhead>, Failure> {
    let program = &made.program;
    let signed_in: Vec<usize> = made.starts.iter().map(|start| month_of(program, start)).collect();
    let options = options(arguments);
    let line = Line::new();
    let mut seen = Vec::new();
    for &ahead in &arguments.look_ahead {
        line.say(&format!("planning {ahead} months ahead, year by year"));
        let ahead = usize::from(ahead);
        let look = Look { ahead, every: ahead.min(EVERY) };
        match look_ahead(program, (solvers, &options), found, (&signed_in, look)) {
            Ok(one) => seen.push(one),
            // What was found so far stands.
            Err(PlanError::Stopped) => break,
            Err(error) => return Err(of_plan(error)),
        }
    }
    line.clear();
    Ok(seen)
}

/// Returns the month in which a start is signed; the first for what is signed before.
fn month_of(program: &Program, start: &Start) -> usize {
    let name = format!("{:04}-{:02}", start.signed.year(), start.signed.month());
    let last = program.months.len().saturating_sub(1);
    program.months.iter().position(|month| month.name >= name).unwrap_or(last)
}
