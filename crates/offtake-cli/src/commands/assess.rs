//! `offtake assess`: will it hold?

use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::library::{self, Opened};
use crate::progress::Bar;
use crate::screen;
use offtake_report::{Answer, Head};
use std::path::PathBuf;

/// Will the capacity under contract hold, and what must be signed by when?
///
/// Draws futures of everything uncertain (late deliveries, suppliers that fail, outages, curtailment,
/// breakdowns, growth), serves the work in each hour by hour, and prints a picture, the answer in a
/// sentence, and tables: where and why it does not hold, and by when to sign.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake assess my-book\n  offtake assess my-book --samples 4000 --out results\n  \
                        offtake assess my-book --to 2027 --json | jq .headline\n\n\
                        Exit codes: 0 the standard holds (or none is set), 1 it does not, 2 the input is wrong.")]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// How many futures to draw
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    samples: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let mut opened = library::open(&arguments.book)?;
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    opened.tell_warnings(&arguments.book);
    let bar = Bar::new();
    let Opened { book, hash, .. } = &opened;
    let system = offtake_adequacy::System::new(book, arguments.seed).map_err(|e| Failure::caused(&e))?;
    let mut runner = offtake_adequacy::Runner::new(&system);
    bar.start("samples", arguments.samples);
    let promised = runner.record(0, offtake_futures::Causes::NONE);
    let mut records = Vec::new();
    for sample in 0..arguments.samples {
        records.push(runner.record(sample, offtake_futures::Causes::ALL));
        bar.advance(1);
        if crate::progress::is_stopped() {
            bar.clear();
            return Err(Failure::stopped());
        }
    }
    bar.clear();
    let assessment = offtake_adequacy::assess(&system, arguments.seed, &records, &promised);
    let head = Head::new(book, hash, env!("CARGO_PKG_VERSION"));
    let answer = Answer { head: &head, assessment: &assessment, extras: None, decide_by: &[] };
    screen::print(&offtake_report::report(&answer, screen::style()))?;
    Ok(if assessment.holds == Some(false) { End::Findings } else { End::Good })
}
