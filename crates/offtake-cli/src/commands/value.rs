//! `offtake value`: what do contracts earn and cost?

use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::library::{self, Opened};
use crate::output::run_json;
use crate::progress::{self, Bar};
use crate::screen;
use offtake_report::{FlowWriter, Head, VALUE_MARK, ValueAnswer, value_json, value_report, write_value_folder};
use offtake_study::value::{ValueRequest, Valued, dispatched, results, run as run_samples};
use offtake_value::{Asked, Calendar, On, Side, Use, Valuation};
use std::path::PathBuf;

/// What do the contracts cost or earn, month by month, and what hangs on it?
///
/// Draws the same futures as `offtake assess`, applies every clause of every contract to them (fees, take-or-pay,
/// prepayment, credits, termination, power), and prints the cash flows as a picture, the answer in sentences, and tables:
/// cost of a GPU-hour promised, delivered and used, of a million tokens, of work that is not served; prepaid money at risk
/// and lost; what waiting would have cost.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake value my-book\n  offtake value my-book --side seller\n  \
                  offtake value my-book --samples 4000 --out results\n  \
                  offtake value my-book --json | jq .headline\n\n\
                  Exit codes: 0 good, 1 with --strict when the book has warnings, 2 the input is wrong, \
                  130 stopped by Ctrl-C."
)]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// Whose eyes to see the contracts with [default: the side on which the book's owner has more GPUs]
    #[arg(long)]
    side: Option<WhichSide>,
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
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Months to wait before signing, in the question what that would have cost
    #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=120))]
    wait: u16,
    /// Of how many futures, from the first on, the work is served too: what is used and what is unserved; the others
    /// take the share that is used from these. All where a workload has revenue [default: 150]
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "quick", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    dispatched: Option<u64>,
    /// Do not dispatch: all that is available counts as taken, and nothing is said of work
    #[arg(long)]
    quick: bool,
    /// Print JSON; docs/reference/value-json.md says what each field is
    #[arg(long)]
    json: bool,
    /// Write JSON, the report, each table as CSV and Parquet, and every flow of every sample into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// End with exit code 1 when the book has warnings
    #[arg(long)]
    strict: bool,
}

/// A side, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum WhichSide {
    /// The owner of the book buys
    Buyer,
    /// The owner of the book sells
    Seller,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    if let Some(folder) = &arguments.out {
        offtake_report::check_marked(folder, VALUE_MARK).map_err(|error| Failure::caused(&error))?;
    }
    let mut opened = library::open(&arguments.book)?;
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    opened.tell_warnings(&arguments.book);
    let side = match arguments.side {
        Some(WhichSide::Buyer) => Side::Buyer,
        Some(WhichSide::Seller) => Side::Seller,
        None => Side::mainly(&opened.book),
    };
    // What a seller's contracts bring does not depend on what tenants do with them beyond take-or-pay.
    let is_taken = arguments.quick || side == Side::Seller;
    let asked = Asked {
        side,
        usage: if is_taken { Use::Taken } else { Use::Dispatched },
        wait: i32::from(arguments.wait),
        seed: arguments.seed,
    };
    let threads = arguments.threads.map_or(0, usize::from);
    let samples = arguments.samples;
    let dispatched = arguments.dispatched.unwrap_or_else(|| dispatched(&opened.book, samples));
    let request = ValueRequest { asked, samples, dispatched, threads };
    let mut flows = arguments.out.as_ref().map(|folder| writer(&opened, folder)).transpose()?;
    let valued = sample(&opened, &request, flows.as_mut())?;
    let value = results(&opened.book, &request, &valued);
    if progress::is_stopped() {
        return Err(Failure::stopped());
    }
    deliver(&opened, &arguments, (&value, &valued), flows)
}

fn writer(opened: &Opened, folder: &std::path::Path) -> Result<FlowWriter, Failure> {
    let book = opened.book.clone();
    let id_of = Box::new(move |on: On| on.id(&book));
    FlowWriter::start(folder, Calendar::new(&opened.book), id_of)
        .map_err(|error| Failure::caused(&error))
}

/// Runs the samples, with a bar, until the end or Ctrl-C.
fn sample(
    opened: &Opened,
    request: &ValueRequest,
    mut flows: Option<&mut FlowWriter>,
) -> Result<Valued, Failure> {
    let bar = Bar::new();
    let mut keep = |sample, of: &[offtake_value::Flow]| match &mut flows {
        Some(writer) => writer.add(sample, of),
        None => Ok(()),
    };
    let ran = run_samples(&opened.book, request, &bar, &mut keep);
    bar.clear();
    ran.map_err(Failure::of_study)
}

fn deliver(
    opened: &Opened,
    arguments: &Arguments,
    (value, valued): (&Valuation, &Valued),
    flows: Option<FlowWriter>,
) -> Result<End, Failure> {
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    let answer = ValueAnswer { head: &head, value };
    let run = run_json(&valued.facts);
    if let Some(writer) = flows {
        write_value_folder(&answer, &run, writer).map_err(|error| Failure::caused(&error))?;
    }
    if arguments.json {
        let mut json = value_json(&answer);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("run".to_owned(), run);
        }
        screen::print(&screen::json_text(&json))?;
    } else {
        screen::print(&value_report(&answer, screen::style()))?;
    }
    let is_found = arguments.strict && !opened.findings.is_empty();
    Ok(if is_found { End::Findings } else { End::Good })
}
