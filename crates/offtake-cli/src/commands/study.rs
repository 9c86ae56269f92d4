//! `offtake study`: every part in one run with one seed, and one report.

use crate::commands::Source;
use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::output::of_folder;
use crate::progress::{Bar, is_stopped, now};
use crate::study::{Ask, Context, Made};
use crate::{library, screen};
use offtake_report::{Head, PARTS, STUDY_MARK, check_marked, check_writable, write_study};
use std::path::{Path, PathBuf};

/// Run every part on a book with one seed, and write one report that a board can read
///
/// Writes a folder: report.html (one file that opens offline), study.json (all parts), tables as CSV,
/// Parquet and a workbook, and manifest.json (book hash, seed, version, how long each part took). It is
/// written whole or not at all; an earlier study stays until the new one is whole.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake study my-book --out study\n  offtake study my-book --out study --samples 4000 --further-samples 1000\n\n\
                  Exit codes: 0 the standard holds (or none is set), 1 it does not, 2 the input is wrong, \
                  130 stopped by Ctrl-C."
)]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// The folder to write; an earlier study there is replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many futures to draw; parts that take long use fewer, as the options below say, and the report
    /// says how many each had
    #[arg(long, default_value_t = 1000, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    samples: u64,
    /// How many of them causes, capacity credits and break-even growth use, which take ten times as long
    /// each; 0 leaves them out
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    further_samples: u64,
    /// Futures of every counterfactual of `stress`
    #[arg(long, value_name = "N", default_value_t = 250, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    stress_samples: u64,
    /// Futures on which judgements are moved between their low and high; 0 leaves that out
    #[arg(long, value_name = "N", default_value_t = 5, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    judgement_samples: u64,
    /// Futures of every offer
    #[arg(long, value_name = "N", default_value_t = 150, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    offer_samples: u64,
    /// Futures that the plan is made for, over the headline; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 4, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(0..=10_000))]
    plan_futures: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// First day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// End with exit code 1 when the book has warnings
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let folder = &arguments.out;
    // What is in the way is told before the work, and not after it.
    check_marked(folder, STUDY_MARK).and_then(|()| check_writable(folder)).map_err(of_folder)?;
    let mut opened = library::open(&arguments.book)?;
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    let context = Context {
        head: Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION")),
        opened: &opened,
        source: Source { path: &arguments.book, from: arguments.from, to: arguments.to },
        ask: Ask {
            seed: arguments.seed,
            samples: arguments.samples,
            further: arguments.further_samples,
            stress: arguments.stress_samples.min(arguments.samples),
            judgement: arguments.judgement_samples.min(arguments.samples),
            offer: arguments.offer_samples.min(arguments.samples),
            plan: arguments.plan_futures.min(arguments.samples),
            threads: arguments.threads.map_or(0, usize::from),
        },
        bar: Bar::new(),
    };
    let made = crate::study::run(&context)?;
    let writing = now();
    let took = || {
        let mut took = made.took.clone();
        took.push(("report".to_owned(), writing.elapsed().as_secs_f64()));
        took
    };
    write_study(&made.report, &took, folder, &is_stopped).map_err(of_folder)?;
    screen::print(&told(&made, folder))?;
    let is_found = arguments.strict && !opened.findings.is_empty();
    Ok(if made.holds == Some(false) || is_found { End::Findings } else { End::Good })
}

/// Returns the answer, what was run, and where the report is.
fn told(made: &Made, folder: &Path) -> String {
    let names = |is_run: bool| {
        let found = PARTS.iter().map(|(name, _)| *name);
        found.filter(|name| made.report.section(name).is_some() == is_run).collect::<Vec<_>>().join(", ")
    };
    let lines = offtake_report::wrap(&made.answer, screen::style().width.clamp(40, 110));
    format!(
        "{}\n\nran:    {}\nwrote:  {}  open it in a browser\n        study.json, tables.xlsx, csv/, parquet/ and manifest.json beside it\n",
        lines.join("\n"),
        names(true),
        folder.join("report.html").display(),
    )
}
