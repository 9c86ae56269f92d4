//! `offtake assess`: will it hold?

use crate::exact;
use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::library::{self, Opened};
use crate::output::{Outputs, check_place, deliver};
use crate::plan_file::PlanFile;
use crate::progress::Bar;
use crate::screen;
use offtake_study::{Part, Request, RunFacts, StudyError};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Will the capacity under contract hold, and what must be signed by when?
///
/// Draws futures of everything uncertain (late deliveries, suppliers that fail, outages, curtailment,
/// breakdowns, growth), serves the work of each hour by hour, and prints a picture, the answer in a
/// sentence, and tables: where and why it does not hold, and by when to sign.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake assess my-book\n  offtake assess my-book --samples 4000 --out results\n  \
                  offtake assess my-book --to 2027 --json | jq .headline\n  \
                  offtake assess my-book --with spring.plan\n\n\
                  Shared out among machines, with the same result to the last byte:\n  \
                  offtake assess my-book --sample-range 0..500 --partial a.part\n  \
                  offtake assess my-book --sample-range 500..1000 --partial b.part\n  \
                  offtake merge a.part b.part\n\n\
                  Exit codes: 0 the standard holds (or none is set), 1 it does not, 2 the input is wrong, \
                  130 stopped by Ctrl-C."
)]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// How many futures to draw
    #[arg(long, default_value_t = 1000, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    samples: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// First day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Sign the contracts of a plan that `offtake plan --out` wrote, and say how far its own figures are off
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["exact", "sample_range"])]
    with: Option<PathBuf>,
    /// Take the plan although it is of another book, or of this one before it changed
    #[arg(long, requires = "with")]
    other_book: bool,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Add samples until the relative standard error of the expected unserved is below this
    #[arg(long, value_name = "1%", value_parser = share, conflicts_with = "sample_range")]
    until: Option<f64>,
    /// Leave out causes, capacity credits and break-even growth, which take further passes
    #[arg(long)]
    quick: bool,
    /// Answer without sampling, where only outages of sites are uncertain; for checking
    #[arg(long, conflicts_with_all = ["until", "sample_range", "out", "svg", "quick", "samples", "seed"])]
    exact: bool,
    /// Run these samples alone, for a part of a study
    #[arg(long, value_name = "0..500", value_parser = range, requires = "partial", conflicts_with = "samples")]
    sample_range: Option<Range<u64>>,
    /// Write what the samples came to, for `offtake merge`
    #[arg(long, value_name = "FILE", requires = "sample_range", conflicts_with_all = ["json", "out", "svg"])]
    partial: Option<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.outputs.check()?;
    arguments.partial.as_deref().map_or(Ok(()), check_place)?;
    let mut opened = library::open(&arguments.book)?;
    let plan = arguments.with.as_deref().map(PlanFile::read).transpose()?;
    if let Some(plan) = &plan {
        opened = signed(opened, plan, &arguments)?;
    }
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    opened.tell_warnings(&arguments.book);
    if arguments.exact {
        return exact::tell(&opened, &arguments.outputs);
    }
    let request = Request {
        seed: arguments.seed,
        samples: arguments.sample_range.clone().unwrap_or(0..arguments.samples),
        threads: arguments.threads.map_or(0, usize::from),
        extras: !arguments.quick,
        until: arguments.until,
    };
    let (mut part, facts) = sample(&opened, &request, plan.as_ref())?;
    part.header.book = whole_path(&arguments.book);
    let Some(file) = &arguments.partial else {
        return deliver(&opened, &part, facts, (&arguments.outputs, plan.as_ref()));
    };
    part.write(file).map_err(|error| Failure::caused(&error))?;
    let count = part.records.len();
    screen::print(&format!("wrote {} to {}\n", library::count(count, "sample"), file.display()))?;
    Ok(End::Good)
}

/// Returns the book with the plan's contracts signed.
fn signed(opened: Opened, plan: &PlanFile, arguments: &Arguments) -> Result<Opened, Failure> {
    if !arguments.other_book {
        plan.check_book(&opened).map_err(|failure| {
            failure.hint("or add --other-book to sign the plan's contracts in this one all the same")
        })?;
    }
    let mut with = library::open_with(&arguments.book, ("the plan", &plan.tables()))?;
    // Warnings are those of the book as it stands: nobody wrote the plan's tables.
    with.findings = opened.findings;
    Ok(with)
}

/// Runs the samples, with a bar, until the end or Ctrl-C.
fn sample(
    opened: &Opened,
    request: &Request,
    plan: Option<&PlanFile>,
) -> Result<(Part, RunFacts), Failure> {
    let bar = Bar::new();
    let ran = offtake_study::run(&opened.book, &opened.hash, request, &bar);
    bar.clear();
    ran.map_err(|error| {
        let is_too_large = plan.is_some() && matches!(error, StudyError::Build(_));
        let failure = Failure::of_study(error);
        if !is_too_large {
            return failure;
        }
        failure.hint("the plan's contracts make more pools than the book has; `offtake plan verify` evaluates the plan in its own programme, which has no such limit")
    })
}

/// Returns where a book is for whoever merges the parts elsewhere on this machine.
fn whole_path(book: &Path) -> String {
    let whole = book.canonicalize().unwrap_or_else(|_| book.to_owned());
    whole.display().to_string()
}

/// Reads `1%`, `1 %` or `0.01`.
fn share(text: &str) -> Result<f64, String> {
    let bad = || format!("`{text}` is no share above zero; write for example `1%`");
    let (number, factor) = text.trim().strip_suffix('%').map_or((text, 1.0), |number| (number, 0.01));
    let value: f64 = number.trim().parse().map_err(|_| bad())?;
    let share = value * factor;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err(bad()) }
}

/// Reads `0..500`.
fn range(text: &str) -> Result<Range<u64>, String> {
    let bad = || format!("`{text}` is no range of samples; write for example `0..500` for the first 500");
    let (start, end) = text.split_once("..").ok_or_else(bad)?;
    let number = |part: &str| part.trim().parse::<u64>().map_err(|_| bad());
    let (start, end) = (number(start)?, number(end)?);
    let is_sound = start < end && end - start <= 1_000_000;
    if is_sound { Ok(start..end) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_ranges_are_read_as_people_write_them() {
        assert_eq!(share("1%"), Ok(0.01));
        assert_eq!(share("0.5 %"), Ok(0.005));
        assert_eq!(share("0.02"), Ok(0.02));
        assert_eq!(range("500..1000"), Ok(500..1000));
        for bad in ["", "%", "0%", "100%", "-1%", "NaN", "inf%"] {
            assert!(share(bad).is_err(), "{bad}");
        }
        for bad in ["", "5", "5..5", "7..3", "..", "0..99999999", "-1..4"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
