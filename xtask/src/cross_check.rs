//! `cargo xtask cross-check`: plans held against two solvers that share no code with ours: PyPSA on the exported
//! programme, and SCIP on the small programme whose optimum is the certified bound.
//!
//! Programs are a plan of the tutorial and small random ones with every kind of limit. Without Python the chore says so
//! and fails; tests do not need it.

use crate::python::{self, call};
use crate::tables;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::process::ExitCode;

const PACKAGES: &[&str] =
    &["pypsa==1.4.0", "linopy==0.10.1", "highspy==1.16.0", "pyscipopt==6.3.0"];
/// Seeds of the random programs, and how many there are unless somebody says otherwise.
const FIRST: u64 = 9_000;
const MADE: u64 = 40;
/// Gap of the plans, which the examples print theirs to, and of PyPSA's answers.
const GAP: f64 = 1e-5;
/// A share by which solvers' tolerances on rows may move an optimum.
const TOLERANCE: f64 = 1e-6;

/// A plan of ours.
struct Plan {
    name: String,
    folder: PathBuf,
    /// Objective and bound; `None` where no plan keeps the limits.
    found: Option<(f64, f64)>,
}

/// Runs the chore; an argument is how many random programs to make.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let made = arguments.first().map_or(Ok(MADE), |count| count.parse());
    let compared = made.map_err(|_| "write a number of programs".to_owned()).and_then(compare);
    match compared {
        Ok(told) => {
            print!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("cross-check: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare(made: u64) -> Result<String, String> {
    let python = python::with(PACKAGES)?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut plans = vec![tutorial(folder.path())?];
    plans.extend(random(folder.path(), made)?);
    let script = tables::root().join("xtask/peer/plan_peer.py");
    let mut peer = Command::new(python);
    peer.arg(script).arg(GAP.to_string()).args(plans.iter().map(|plan| &plan.folder));
    let printed = call(&mut peer)?;
    // PyPSA and its solver print on their own.
    let answers: Vec<&str> =
        printed.lines().filter_map(|line| line.strip_prefix("answer ")).collect();
    if answers.len() != plans.len() {
        return Err(format!("{} plans, {} answers", plans.len(), answers.len()));
    }
    let (mut apart, mut below, mut without) = (0.0_f64, 0.0_f64, 0);
    for (plan, answer) in plans.iter().zip(answers) {
        match held(plan, answer).map_err(|why| format!("{}: {why}", plan.name))? {
            Some((objective, bound)) => (apart, below) = (apart.max(objective), below.max(bound)),
            None => without += 1,
        }
    }
    Ok(format!(
        "{} plans, that of the tutorial among them, cost what PyPSA finds for them, at most {apart:.1e} of the cost apart \
         (gaps of {GAP:e} each); of {without} more programs both say that no plan keeps the limits\n\
         SCIP proves each of the {0} bounds from its cuts, at most {below:.1e} of the cost below what is certified\n\
         with {}\n",
        plans.len() - without,
        PACKAGES.join(", "),
    ))
}

/// Holds a plan against its answers; returns how far apart the objectives are, and how far SCIP's proof is below ours.
fn held(plan: &Plan, answer: &str) -> Result<Option<(f64, f64)>, String> {
    let number = |word: Option<&str>| -> Result<Option<f64>, String> {
        match word {
            Some("none") => Ok(None),
            Some(word) => word.parse().map(Some).map_err(|_| format!("the peer says {word}")),
            None => Err("the peer's answer is cut short".to_owned()),
        }
    };
    let mut words = answer.split_whitespace();
    let (pypsa, scip) = (number(words.next())?, number(words.next())?);
    let Some((objective, bound)) = plan.found else {
        return match pypsa {
            None => Ok(None),
            Some(cost) => Err(format!("PyPSA finds a plan for {cost}, and there is none")),
        };
    };
    let pypsa = pypsa.ok_or_else(|| format!("PyPSA finds no plan, ours costs {objective}"))?;
    let scip = scip.ok_or("SCIP has no answer")?;
    let scale = objective.abs().max(1.0);
    let apart = (pypsa - objective).abs() / scale;
    if apart > 2.0 * GAP + TOLERANCE || bound > pypsa + TOLERANCE * scale {
        return Err(format!("{bound} to {objective}, and PyPSA says {pypsa}"));
    }
    let below = (bound - scip) / scale;
    if below > TOLERANCE || scip > objective + TOLERANCE * scale {
        return Err(format!("{bound} to {objective}, and SCIP proves {scip}"));
    }
    Ok(Some((apart, below.max(0.0))))
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(tables::root()).args(["run", "--quiet", "--package"]).args(arguments);
    command
}

/// Plans the tutorial's book through the command, as anybody would.
fn tutorial(folder: &Path) -> Result<Plan, String> {
    let folder = folder.join("tutorial");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let book = "books/tutorial/07-offers.toml";
    let gap = GAP.to_string();
    let plan = |more: &[&std::ffi::OsStr]| {
        let mut command = cargo(&["offtake-cli", "--", "plan", book, "--to", "2029-06"]);
        command.args(["--scenarios", "3", "--risk-weight", "30 %", "--gap", &gap]).args(more);
        call(&mut command)
    };
    let path = |name: &str| folder.join(name).into_os_string();
    plan(&["--export-pypsa".as_ref(), &path("pypsa")])?;
    let (kept, cuts) = (path("kept.plan"), path("kept.cuts"));
    let (out, certificate) = ("--out".as_ref(), "--certificate".as_ref());
    plan(&["--quick".as_ref(), out, &kept, certificate, &cuts])?;
    let mut verify = cargo(&["offtake-cli", "--", "plan", "verify"]);
    verify.arg(&kept).args(["--book", book, "--certificate"]).arg(&cuts);
    call(verify.arg("--export-master").arg(path("master.mps")))?;
    let text = std::fs::read_to_string(&kept).map_err(|error| error.to_string())?;
    let number = |key: &str| -> Result<f64, String> {
        let key = format!("\n  \"{key}\": ");
        let rest = text.split_once(&key).map(|(_, rest)| rest.split([',', '\n']).next());
        let word = rest.flatten().ok_or("the plan's file does not say what it costs")?;
        word.parse().map_err(|_| format!("the plan's file says {word}"))
    };
    let found = Some((number("objective")?, number("lower_bound")?));
    Ok(Plan { name: "the tutorial".into(), folder, found })
}

/// Makes random programs and plans them.
fn random(folder: &Path, made: u64) -> Result<Vec<Plan>, String> {
    let folder = folder.join("random");
    let mut command = cargo(&["offtake-highs", "--example", "cross-check", "--"]);
    let printed = call(command.arg(&folder).args([FIRST, made].map(|number| number.to_string())))?;
    let plan = |line: &str| -> Result<Plan, String> {
        let bad = || format!("`{line}` is no plan");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [seed, objective, bound] = words.as_slice() else { return Err(bad()) };
        let found = match *objective {
            "none" => None,
            number => {
                let number: f64 = number.parse().map_err(|_| bad())?;
                Some((number, bound.parse().map_err(|_| bad())?))
            }
        };
        Ok(Plan { name: format!("seed {seed}"), folder: folder.join(seed), found })
    };
    printed.lines().map(plan).collect()
}
