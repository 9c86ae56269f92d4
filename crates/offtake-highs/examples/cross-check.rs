//! Small random programs for other solvers: what `cargo xtask cross-check` compares with PyPSA and SCIP.
//!
//! `cargo run -p offtake-highs --example cross-check FOLDER FIRST COUNT` writes a folder for each seed: in `pypsa/` the
//! whole programme, in `master.mps` the small programme whose optimum is the certified bound. Prints a line for each: the
//! seed, the plan's objective and its bound, or `none` twice where no plan keeps the limits.
#![allow(clippy::unwrap_used, reason = "a chore ends when a file cannot be written")]

#[path = "../tests/small/mod.rs"]
mod small;

use offtake_highs::write_mps;
use offtake_plan::certificate::certificate;
use offtake_plan::program::Program;
use offtake_plan::{PlanError, Search, pypsa};
use std::path::Path;
use std::process::ExitCode;

/// Gap of the plans.
const GAP: f64 = 1e-5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, first, count] = arguments.as_slice() else {
        eprintln!("usage: cross-check FOLDER FIRST COUNT");
        return ExitCode::from(2);
    };
    let (first, count): (u64, u64) = (first.parse().unwrap(), count.parse().unwrap());
    for seed in first..first + count {
        // Every third is without limits, so that cost alone is compared as well.
        let program = if seed % 3 == 0 { small::program(seed) } else { small::limited(seed) };
        let folder = Path::new(folder).join(seed.to_string());
        write(&program, &folder);
        match plan(&program, &folder) {
            Some((objective, bound)) => println!("{seed} {objective} {bound}"),
            None => println!("{seed} none none"),
        }
    }
    ExitCode::SUCCESS
}

fn write(program: &Program, folder: &Path) {
    for file in pypsa::files(program) {
        let path = folder.join("pypsa").join(file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.text).unwrap();
    }
}

/// Plans, writes the small programme of the bound, and returns objective and bound.
fn plan(program: &Program, folder: &Path) -> Option<(f64, f64)> {
    let threads = small::threads(1);
    let mut search = Search::new(program, &threads, small::options(GAP), |_| {}).unwrap();
    let found = match search.run() {
        Ok(found) => found,
        Err(PlanError::NoPlan(_)) => return None,
        Err(error) => panic!("{error}"),
    };
    let proof = certificate(&mut search, &found).unwrap();
    write_mps(&proof.master(), &folder.join("master.mps")).unwrap();
    Some((found.objective, found.bound))
}
