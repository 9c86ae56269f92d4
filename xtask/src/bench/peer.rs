//! Side by side with a peer: assetra, which samples the adequacy of power systems in Python.
//!
//! Its outages are independent from hour to hour, Offtake's are processes with a mean time to failure and
//! to repair. The share of hours that a unit is out is the same, so the expected unserved is the same,
//! and that alone may be compared; both are held against the exact convolution. How often and for how long
//! work is short differs by construction.

use super::Effort;
use super::clock::{Times, processor_seconds, seconds, short, timed};
use super::made;
use crate::tables;
use offtake_adequacy::{System, exact};
use offtake_model::Book;
use offtake_study::{Request, Silent, results, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The peer's release; another one is another comparison.
const PACKAGE: &str = "assetra==2026.8.12";
const SAMPLES: u64 = 1_000;
const THREADS: usize = 2;
/// Greatest difference of the two answers in combined standard errors.
const APART: f64 = 3.0;
/// How many times faster is aimed at.
const RATIO: f64 = 100.0;
/// Trials of a batch that suited the peer best of 1, 2, 5, 10, 25, 50, 100, 250, 500 and 1,000.
const BATCH: u64 = 50;

/// What one program found, and how long it took.
struct Outcome {
    name: String,
    eue: f64,
    error: f64,
    times: Times,
    processor: f64,
    peak_mb: f64,
}

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let units = made::units();
    let book = made::unit_book(&units)?;
    let samples = effort.pick(100, SAMPLES);
    let system = System::new(&book, 1).map_err(|error| error.to_string())?;
    let (exact, exact_s) = timed(|| exact(&book, &system));
    let exact = exact.map_err(|error| error.to_string())?.eue * system.years();
    let ours = offtake(&book, system.years(), samples, effort.pick(3, 21))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    write(&folder.path().join("units.csv"), &made::units_csv(&units))?;
    write(&folder.path().join("demand.csv"), &made::demand_csv(&made::demand()))?;
    let python = installed()?;
    let repeats = effort.pick(3, 5);
    let ask = |name: &str, processes: usize, batch: u64| {
        let asked = [samples, processes as u64, batch, repeats];
        assetra(&python, folder.path(), asked, name)
    };
    let documented = ask("assetra as documented: one process, all trials at once", 1, samples)?;
    let name = format!("assetra, {THREADS} processes, batches of {BATCH} trials");
    let fastest = ask(&name, THREADS, BATCH)?;
    let table = table(samples, &[&ours, &documented, &fastest], (exact, exact_s.as_secs_f64()));
    for peer in [&documented, &fastest] {
        let apart = apart(&ours, peer);
        if apart > APART {
            return Err(format!("{table}\nthe answers are {apart:.1} standard errors apart"));
        }
    }
    Ok(table)
}

/// Runs the samples and makes every result, as `offtake assess` does.
fn offtake(book: &Book, years: f64, samples: u64, repeats: usize) -> Result<Outcome, String> {
    let request =
        Request { seed: 1, samples: 0..samples, threads: THREADS, extras: false, until: None };
    let (mut times, mut peak_mb) = (Vec::new(), 0.0);
    let before = processor_seconds();
    forget_peak();
    let mut found = (0.0, 0.0);
    for _ in 0..repeats {
        let (made, took) = timed(|| {
            let (part, facts) = run(book, "", &request, &Silent)?;
            results(book, &part).map(|study| (study, facts))
        });
        let (study, facts) = made.map_err(|error| error.to_string())?;
        let eue = study.assessment.eue;
        found = (eue.mean * years, eue.standard_error * years);
        times.push(took.as_secs_f64());
        peak_mb = facts.peak_rss_mb;
    }
    Ok(Outcome {
        name: format!("Offtake, {THREADS} threads"),
        eue: found.0,
        error: found.1,
        times: Times::new(times),
        processor: (processor_seconds() - before) / repeats as f64,
        peak_mb,
    })
}

/// Forgets the greatest memory so far, which may be another part's; where that cannot be done, it stays.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

fn installed() -> Result<PathBuf, String> {
    installed_of(PACKAGE)
}

/// Returns the interpreter that has a package, which is installed into a virtual environment of its own at first.
pub(super) fn installed_of(package: &str) -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| tables::root().join("target"), PathBuf::from);
    let folder = target.join("peer").join(package.replace("==", "-"));
    let python = folder.join("bin").join("python");
    // Written last, so that an installation that broke off is done again.
    let mark = folder.join("installed");
    if !mark.exists() {
        eprintln!("bench: installing {package} into {}", folder.display());
        let folder = folder.to_string_lossy();
        call(Command::new("python3").args(["-m", "venv", "--clear", folder.as_ref()]))?;
        call(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]))?;
        write(&mark, package)?;
    }
    Ok(python)
}

fn assetra(python: &Path, folder: &Path, asked: [u64; 4], name: &str) -> Result<Outcome, String> {
    let script = tables::root().join("xtask/peer/peer.py");
    let mut command = Command::new(python);
    command.arg(script).arg(folder).args(asked.map(|number| number.to_string()));
    let printed = call(&mut command)?;
    let numbers = |key: &str| -> Result<Vec<f64>, String> {
        let line = printed.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let words = line.ok_or_else(|| format!("the peer did not say its {key}"))?.split(' ');
        words.map(|word| word.parse().map_err(|_| format!("the peer's {key} is {word}"))).collect()
    };
    let mean =
        |key: &str| numbers(key).map(|numbers| numbers.iter().sum::<f64>() / numbers.len() as f64);
    Ok(Outcome {
        name: name.to_owned(),
        eue: mean("eue")?,
        error: mean("standard_error")?,
        times: Times::new(numbers("seconds")?),
        processor: mean("processor_seconds")?,
        peak_mb: mean("peak_mb")?,
    })
}

/// Returns what the command prints, or what it complains of.
pub(super) fn call(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("failed to run {command:?}: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ended with {}: {complaint}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|error| format!("failed to write {}: {error}", path.display()))
}

/// Returns the difference of the answers in combined standard errors.
fn apart(one: &Outcome, other: &Outcome) -> f64 {
    (one.eue - other.eue).abs() / libm::hypot(one.error, other.error)
}

fn table(samples: u64, outcomes: &[&Outcome; 3], (exact, exact_s): (f64, f64)) -> String {
    let ours = outcomes[0];
    let mut text = format!(
        "| thirty units, 8,760 hours, {samples} samples | EUE (GPU-hours) | from the exact one, in standard errors | \
         wall time of the evaluation | processor time | greatest memory | times Offtake's |\n\
         |---|---:|---:|---:|---:|---:|---:|\n"
    );
    for outcome in outcomes {
        text.push_str(&format!(
            "| {} | {:.0} ± {:.0} | {:+.1} | {} | {} | {:.0} MB | {} |\n",
            outcome.name,
            outcome.eue,
            outcome.error,
            (outcome.eue - exact) / outcome.error,
            outcome.times.text(),
            seconds(outcome.processor),
            outcome.peak_mb,
            short(outcome.times.median() / ours.times.median()),
        ));
    }
    // Two processes lose to one where something else has the other core.
    let is_first = outcomes[1].times.median() < outcomes[2].times.median();
    let fastest = outcomes[if is_first { 1 } else { 2 }];
    let ratio = fastest.times.median() / ours.times.median();
    let met = if ratio >= RATIO { "met" } else { "missed" };
    let variance = (ours.error / fastest.error).powi(2);
    text + &format!(
        "| exact, by convolution (`offtake assess --exact`) | {exact:.0} | | {} | | | |\n\n\
         - The answers are {:.1} and {:.1} combined standard errors apart; more than {APART} would fail the chore.\n\
         - Sample for sample, the faster of the peer's two takes {} times as long as Offtake (target: {RATIO:.0} or more, \
         {met}), and {} times the processor time.\n\
         - For the same standard error of the EUE Offtake needs {} times the samples, since an outage that lasts makes \
         hours alike; error for error, the peer takes {} times as long.\n",
        seconds(exact_s),
        apart(ours, outcomes[1]),
        apart(ours, outcomes[2]),
        short(ratio),
        short(fastest.processor / ours.processor),
        short(variance),
        short(ratio / variance),
    )
}
