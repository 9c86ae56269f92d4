//! Plans of several sizes, and HiGHS on the full matrix and PyPSA from files of the same programs in the same run.
//!
//! Measured by a program of its own (`offtake-highs/examples/bench-plan/`), so that the chores build
//! without the solver. It is built like the tests are: the planner's crates and HiGHS are optimised there,
//! and HiGHS is not compiled a second time.

use super::Effort;
use crate::python;
use std::process::{Command, Stdio};

/// Runs the program and returns its tables. Peers are stopped after an hour each.
pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "offtake-highs", "--example", "bench-plan", "--"]);
    if effort == Effort::Quick {
        command.arg("--quick");
    } else {
        command.arg("--pypsa").arg(python::with(python::PYPSA)?);
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the program that measures ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
