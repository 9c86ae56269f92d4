//! The same programs with others: HiGHS on the full matrix, and PyPSA from its files.

use crate::used::{self, Used, now};
use crate::{Row, say};
use offtake_highs::Highs;
use offtake_plan::program::Program;
use offtake_plan::solver::{Ended, Solver as _};
use offtake_plan::{Options, pypsa, whole};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Solves the full matrix, and stops after so many seconds.
pub(crate) fn highs(program: &Program, size: &str, seconds: f64) -> ExitCode {
    let started = now();
    let model = whole::whole(program).model;
    let answer = Highs::open(&model, Arc::default()).and_then(|mut highs| {
        highs.set_gap(Options::default().gap)?;
        highs.set_time_limit(seconds)?;
        highs.solve()
    });
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            say(size, "HiGHS", &error.to_string());
            return ExitCode::FAILURE;
        }
    };
    let is_known = answer.ended != Ended::Stopped || !answer.values.is_empty();
    let gap = (answer.objective - answer.bound) / answer.objective.abs();
    Row {
        size,
        who: if answer.ended == Ended::Stopped { "HiGHS, stopped" } else { "HiGHS" },
        found: is_known.then_some((answer.objective, gap)),
        used: used::by_this(),
        wall: started.elapsed().as_secs_f64(),
    }
    .print();
    ExitCode::SUCCESS
}

/// How often a peer is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Has PyPSA solve the folder that `offtake plan --export-pypsa` would write, and stops it after so many processor
/// seconds.
pub(crate) fn pypsa(program: &Program, size: &str, (python, seconds): (&Path, f64)) -> ExitCode {
    match from_files(program, (python, seconds)) {
        Ok((objective, used, wall)) => {
            let who = if objective.is_some() { "PyPSA" } else { "PyPSA, stopped" };
            let found = objective.map(|objective| (objective, f64::NAN));
            Row { size, who, found, used, wall }.print();
            ExitCode::SUCCESS
        }
        Err(why) => {
            say(size, "PyPSA", &why);
            ExitCode::FAILURE
        }
    }
}

type Solved = (Option<f64>, Used, f64);

fn from_files(program: &Program, (python, seconds): (&Path, f64)) -> Result<Solved, String> {
    let failed = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir().map_err(failed)?;
    for file in pypsa::files(program) {
        let path = folder.path().join(file.name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
        std::fs::write(path, file.text).map_err(failed)?;
    }
    let started = now();
    let printed = std::fs::File::create(folder.path().join("printed")).map_err(failed)?;
    let gap = Options::default().gap.to_string();
    let mut child = Command::new(python)
        .arg(folder.path().join("solve.py"))
        .arg(gap)
        .stdout(printed)
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (is_done, used) = watch(&mut child, seconds).map_err(failed)?;
    let wall = started.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(folder.path().join("printed")).map_err(failed)?;
    let objective = text.rsplit_once("\"objective\":").map(|(_, rest)| rest);
    let objective = objective.and_then(|rest| rest.split([',', '}']).next()?.trim().parse().ok());
    if is_done && objective.is_none() {
        return Err("it ended without an answer".to_owned());
    }
    Ok((objective, used, wall))
}

/// Waits for a process or ends it; returns whether it ended by itself, and what it used.
fn watch(child: &mut Child, seconds: f64) -> std::io::Result<(bool, Used)> {
    let process = child.id().to_string();
    let mut used = Used::default();
    loop {
        used = used::by(&process).unwrap_or(used);
        if child.try_wait()?.is_some() {
            return Ok((true, used));
        }
        if used.processor > seconds {
            child.kill()?;
            child.wait()?;
            return Ok((false, used));
        }
        std::thread::sleep(LOOK);
    }
}
