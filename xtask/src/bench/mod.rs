//! How fast it is: a book of real size, the peer on the same system, what cost grows with, and the limit.
//!
//! Nothing timed is a test: a busy machine would fail it. What does fail the chore is an answer: the peer's
//! expected unserved must be Offtake's within the standard errors. `--write` puts the tables into the page,
//! each with the day, the machine and how busy it was.

mod book;
mod clock;
mod limit;
mod made;
mod peer;
mod plan;
mod scaling;
mod stress;
mod value;

use crate::tables;
use clock::Machine;
use std::process::ExitCode;

const PAGE: &str = "docs/concepts/speed.md";
const USAGE: &str = "usage: cargo xtask bench [--quick | --write] [book] [stress] [peer] [value] [plan] [scaling] [limit]";

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// To see that everything runs: few samples, figures of no worth.
    Quick,
    /// What the page shows.
    Full,
}

impl Effort {
    /// Returns `quick` or `full`, whichever is asked for.
    fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Effort::Quick => quick,
            Effort::Full => full,
        }
    }
}

/// A measurement: its name, and the function that returns its tables.
type Part = (&'static str, fn(Effort) -> Result<String, String>);

/// The book comes first: later ones would add to the greatest memory of the process.
const PARTS: &[Part] = &[
    ("book", book::measure),
    ("stress", stress::measure),
    ("peer", peer::measure),
    ("value", value::measure),
    ("plan", plan::measure),
    ("scaling", scaling::measure),
    ("limit", limit::measure),
];

/// Measures, prints the tables, and writes them into the page when asked.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let is_known = |argument: &String| {
        ["--quick", "--write"].contains(&argument.as_str())
            || PARTS.iter().any(|(name, _)| name == argument)
    };
    // Quick figures have no place on the page.
    if !arguments.iter().all(is_known) || (has("--quick") && has("--write")) {
        println!("{USAGE}");
        return ExitCode::from(2);
    }
    if cfg!(debug_assertions) {
        println!("bench: built without optimisation; run `cargo xtask bench`");
        return ExitCode::from(2);
    }
    let effort = if has("--quick") { Effort::Quick } else { Effort::Full };
    let names_any = PARTS.iter().any(|(name, _)| has(name));
    // Once, before anything: later the load would be this program's own.
    let machine = Machine::look();
    let mut has_failed = false;
    for (name, measure) in PARTS.iter().filter(|(name, _)| !names_any || has(name)) {
        eprintln!("bench: {name}");
        let outcome = measure(effort).and_then(|table| {
            let quick = effort.pick(" --quick", "");
            let text =
                format!("{table}\n{}", machine.line(&format!("cargo xtask bench{quick} {name}")));
            println!("## {name}\n\n{text}");
            if !has("--write") {
                return Ok(());
            }
            tables::write_between(&tables::root().join(PAGE), &format!("speed-{name}"), &text)
        });
        if let Err(why) = outcome {
            eprintln!("bench: {name}: {why}");
            has_failed = true;
        }
    }
    if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
