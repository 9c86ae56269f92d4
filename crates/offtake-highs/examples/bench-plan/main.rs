//! How fast plans are made: programs of several sizes, and others on the same ones.
//!
//! `cargo run -p offtake-highs --example bench-plan [--quick] [--seconds N] [--pypsa PYTHON] [MONTHSxHOURSxSCENARIOS …]`;
//! each row is measured in a process of its own, so that memory is its own. Peers are stopped after so many seconds.
//! Nothing timed is a test.

mod changes;
mod peers;
mod used;

use offtake_highs::Threads;
use offtake_plan::program::Program;
use offtake_plan::{Found, Options, PlanError, Search, Store, made};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use used::{Used, now};

/// Who else solves a size: HiGHS on the full matrix where that is within reach, PyPSA from files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Peer {
    None,
    Highs,
    Pypsa,
}

/// Months, hours, scenarios: sizes with a target first, then what cost grows with.
const ROWS: [(&str, Peer); 14] = [
    ("20x24x1", Peer::Highs),
    ("5x24x10", Peer::Highs),
    ("60x168x1", Peer::None),
    ("60x24x10", Peer::Pypsa),
    ("60x24x100", Peer::None),
    ("60x24x1000", Peer::None),
    ("60x168x100", Peer::None),
    ("60x24x1", Peer::None),
    ("20x168x1", Peer::None),
    ("20x24x10", Peer::None),
    ("5x24x1", Peer::None),
    ("5x24x100", Peer::None),
    ("5x24x1000", Peer::None),
    ("5x168x1", Peer::None),
];
/// Sizes of what-ifs, and of parties lost in turn.
const WHAT_IF: &str = "60x24x10";
const LOSSES: &str = "60x24x1";
const OFFERS: usize = 60;
const SEED: u64 = 7;
/// Seconds after which a peer is stopped, unless somebody says otherwise.
const PEER_SECONDS: f64 = 3_600.0;

/// What is asked.
struct Asked {
    is_quick: bool,
    seconds: f64,
    python: Option<PathBuf>,
    /// What is measured by this process, if it is one of those that measure.
    measure: Option<String>,
    sizes: Vec<String>,
}

fn asked() -> Option<Asked> {
    let mut asked = Asked {
        is_quick: false,
        seconds: PEER_SECONDS,
        python: None,
        measure: None,
        sizes: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => asked.is_quick = true,
            "--seconds" => asked.seconds = words.next()?.parse().ok()?,
            "--pypsa" => asked.python = Some(words.next()?.into()),
            "--measure" => asked.measure = Some(words.next()?),
            size => asked.sizes.push(sizes(size).map(|_| size.to_owned())?),
        }
    }
    Some(asked)
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        eprintln!(
            "usage: bench-plan [--quick] [--seconds N] [--pypsa PYTHON] [MONTHSxHOURSxSCENARIOS ...]"
        );
        return ExitCode::from(2);
    };
    match (&asked.measure, asked.sizes.as_slice()) {
        (Some(what), [size]) => measure(what, size, &asked),
        _ => all(&asked),
    }
}

/// Measures one thing in this process.
fn measure(what: &str, size: &str, asked: &Asked) -> ExitCode {
    let Some(sizes) = sizes(size) else { return ExitCode::from(2) };
    let program = made::program(sizes, SEED);
    let threads = Threads::new(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    match (what, &asked.python) {
        ("ours", _) => ours(&program, size, &threads),
        ("highs", _) => peers::highs(&program, size, asked.seconds),
        ("pypsa", Some(python)) => peers::pypsa(&program, size, (python, asked.seconds)),
        ("what-if", _) => changes::what_if(&program, size, &threads),
        ("losses", _) => changes::losses(&program, size, &threads),
        _ => ExitCode::from(2),
    }
}

/// Measures all that is asked for, each in a process of its own.
fn all(asked: &Asked) -> ExitCode {
    println!("| months x hours x scenarios | who | objective | gap | CPU | wall | memory |");
    println!("|---|---|---|---|---|---|---|");
    let peer_of =
        |size: &str| ROWS.iter().find(|(row, _)| *row == size).map_or(Peer::None, |of| of.1);
    let rows: Vec<(&str, Peer)> = if asked.sizes.is_empty() {
        ROWS.iter().take(if asked.is_quick { 1 } else { ROWS.len() }).copied().collect()
    } else {
        asked.sizes.iter().map(|size| (size.as_str(), peer_of(size))).collect()
    };
    let mut is_done = true;
    for (size, peer) in rows {
        is_done &= apart("ours", size, asked);
        is_done &= match peer {
            Peer::Highs => apart("highs", size, asked),
            Peer::Pypsa if asked.python.is_some() => apart("pypsa", size, asked),
            Peer::Pypsa | Peer::None => true,
        };
    }
    if asked.sizes.is_empty() && !asked.is_quick {
        println!(
            "\n| months x hours x scenarios | what if | cost before | no plan below | cost after | gap | certified after |"
        );
        println!("|---|---|---|---|---|---|---|");
        is_done &= apart("what-if", WHAT_IF, asked);
        println!(
            "\n| months x hours x scenarios | lost in turn | cost before | the worst | all of them after |"
        );
        println!("|---|---|---|---|---|");
        is_done &= apart("losses", LOSSES, asked);
    }
    if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures in another process; says whether it came to an end.
fn apart(what: &str, size: &str, asked: &Asked) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap_or_default());
    command.args(["--measure", what, size, "--seconds", &asked.seconds.to_string()]);
    if let Some(python) = &asked.python {
        command.arg("--pypsa").arg(python);
    }
    command.status().is_ok_and(|status| status.success())
}

fn sizes(text: &str) -> Option<made::Sizes> {
    let mut parts = text.split('x').map(str::parse::<usize>);
    let mut next = || parts.next()?.ok().filter(|number| *number > 0);
    let (months, hours, scenarios) = (next()?, next()?, next()?);
    Some(made::Sizes { months, hours, scenarios, offers: OFFERS })
}

/// Searches for the plan of a program, and returns it with what was learned on the way.
fn searched(program: &Program, threads: &Threads) -> Result<(Found, Store), PlanError> {
    let mut search = Search::new(program, threads, Options::default(), |_| {})?;
    let found = search.run()?;
    Ok((found, search.store.clone()))
}

fn ours(program: &Program, size: &str, threads: &Threads) -> ExitCode {
    let started = now();
    match searched(program, threads) {
        Ok((found, _)) => {
            let wall = started.elapsed().as_secs_f64();
            let found = Some((found.objective, found.gap()));
            Row { size, who: "Offtake", found, used: used::by_this(), wall }.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(size, "Offtake", &error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// A line of the table.
struct Row<'a> {
    size: &'a str,
    who: &'a str,
    /// Objective and gap, if there is a plan; a gap that is not said is no number.
    found: Option<(f64, f64)>,
    used: Used,
    wall: f64,
}

impl Row<'_> {
    fn print(&self) {
        let Row { size, who, used, wall, .. } = self;
        let number =
            |value: f64, text: String| if value.is_finite() { text } else { "-".to_owned() };
        let (objective, gap) = self.found.unwrap_or((f64::NAN, f64::NAN));
        println!(
            "| {size} | {who} | {} | {} | {:.2} s | {wall:.2} s | {:.0} MB |",
            number(objective, format!("{objective:.2}")),
            number(gap, format!("{gap:.1e}")),
            used.processor,
            used.memory_mb
        );
    }
}

/// Prints that something went wrong in a row.
fn say(size: &str, who: &str, why: &str) {
    println!("| {size} | {who} | {why} |");
}
