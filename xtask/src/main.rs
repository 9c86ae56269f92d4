//! The project's own chores: `cargo xtask` lists them. One file for each.

mod backtest;
mod bench;
mod calibrate;
mod console;
mod cross_check;
mod docs;
mod finance;
mod floors;
mod links;
mod python;
mod python_client;
mod reference;
mod slip;
mod tables;
mod throughput;
mod tidy;
mod tree;

use std::process::ExitCode;

/// A chore: its name, what it does, and the function, which gets the arguments after the name.
type Chore = (&'static str, &'static str, fn(&[String]) -> ExitCode);

/// Alphabetical.
const CHORES: &[Chore] = &[
    (
        "backtest",
        "holds what the book of November 2025 expected against what became known",
        backtest::run,
    ),
    (
        "bench",
        "times a book of real size, a peer beside it, what cost grows with, and the limit; --quick, --write",
        bench::run,
    ),
    (
        "calibrate",
        "holds a book's demand against a statement of when its shortage ends",
        calibrate::run,
    ),
    (
        "cross-check",
        "holds plans against PyPSA on the whole programme, and SCIP on that of the bound; a number of programs",
        cross_check::run,
    ),
    (
        "docs",
        "runs the commands in the documents and writes the generated pages; --check only looks, pages are run alone",
        docs::run,
    ),
    (
        "finance",
        "holds rates of return, present values and sculpted debts against two Python libraries",
        finance::run,
    ),
    (
        "python-client",
        "writes the calls of the Python client from the API's description; --types holds it against mypy",
        python_client::run,
    ),
    ("slip", "holds the slip law against what came, and refits it", slip::run),
    (
        "throughput",
        "writes the catalog's tables of throughput from the reference data",
        throughput::run,
    ),
    (
        "tidy",
        "checks what no compiler checks: floors, headers, sizes, words, links, decisions",
        tidy::run,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let named = arguments.first().and_then(|name| CHORES.iter().find(|(n, ..)| n == name));
    let Some((_, _, run)) = named else {
        println!("usage: cargo xtask CHORE [ARGUMENTS]\n");
        for (name, about, _) in CHORES {
            println!("  {name:<14} {about}");
        }
        return ExitCode::from(2);
    };
    run(&arguments[1..])
}
