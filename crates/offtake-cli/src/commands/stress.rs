//! `offtake stress`: what fails with whom?

use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::library::{self, Opened};
use crate::output::{check_results, put_results};
use crate::progress::Bar;
use crate::{progress, screen};
use jiff::civil::Date;
use offtake_adequacy::{Counterfactual, Estimate, System, counterfactuals, pair};
use offtake_book::{End as RangeEnd, Judged, judged, judged_name, read_book_moved};
use offtake_report::{
    Head, Judgement, Results, StressAnswer, Style, stress_json, stress_tables, stress_text,
};
use offtake_study::{Change, StressRequest, judgements, stress};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What fails with whom: every loss, delay and surprise that the book can have, one by one.
///
/// Takes each supplier, site, grid, maker, lender, landlord and tenant away, makes each delivery late,
/// recalls each type, lets demand and prices rise, on the same futures as the book as it is: what each
/// changes of unserved work, hours of shortfall and cost, with the error of the difference. Says whether
/// firm work still meets its standard with any one gone (N - 1), whether suppliers are worth more than
/// their volume, who stands behind them all, and which judgements the answer hangs on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake stress my-book\n  offtake stress my-book --list\n  \
                  offtake stress my-book --pair supplier-gone:iren demand-up:scenario\n  \
                  offtake stress my-book --at 2026-10-01 --only supplier-gone,site-lost\n  \
                  offtake stress my-book --json | jq '.stresses[0]'\n  offtake stress my-book --out results\n\n\
                  Stresses of your own stand in the book: a table `[stress.heat-wave]` with what is lost, how much\n\
                  of it and when (`offtake schema` or docs/reference/book.md).\n\n\
                  Exit codes: 0 the standards hold with any one party gone that they name (or none is set),\n\
                  1 they do not, 2 the input is wrong, 130 stopped by Ctrl-C."
)]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// How many futures to draw
    #[arg(long, default_value_t = 1000, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    samples: u64,
    /// Serve every N-th month of a future under a counterfactual, beginning with another one in each future; what
    /// that leaves to chance is in the errors. 1 serves all
    /// [default: 1, or 4 where that is more than 200,000 months]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=120))]
    every: Option<u64>,
    /// Futures on which judgements are moved between their low and high; 0 to leave that out
    #[arg(long, value_name = "N", default_value_t = 50, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    judgements: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// The day on which things stop [default: the first of the horizon]
    #[arg(long, value_name = "DATE")]
    at: Option<Date>,
    /// First day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the book's]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Two counterfactuals at once, by their ids; may be given several times
    #[arg(long, value_names = ["ID", "ID"], num_args = 2, action = clap::ArgAction::Append)]
    pair: Vec<String>,
    /// Only these, by kind or id; pairs come besides
    #[arg(long, value_name = "KIND|ID", value_delimiter = ',')]
    only: Vec<String>,
    /// List the counterfactuals of the book with what each does, and end
    #[arg(long)]
    list: bool,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print JSON; docs/reference/stress-json.md says what each field is
    #[arg(long)]
    json: bool,
    /// Write JSON, the report and each table as CSV and Parquet into a folder
    #[arg(long, value_name = "DIR", conflicts_with = "list")]
    out: Option<PathBuf>,
}

/// The file by which an earlier result is known.
const MARK: &str = "stress.json";

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    check_results(arguments.out.as_deref(), MARK)?;
    let mut opened = library::open(&arguments.book)?;
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    opened.tell_warnings(&arguments.book);
    let system =
        System::new(&opened.book, arguments.seed).map_err(|error| Failure::caused(&error))?;
    let all = counterfactuals(&opened.book, &system, at(&opened, &system, arguments.at)?);
    let list = chosen(&all, &arguments.only, &arguments.pair)?;
    if arguments.list {
        return tell_list(&list, &arguments);
    }
    let request = StressRequest {
        seed: arguments.seed,
        samples: 0..arguments.samples,
        threads: arguments.threads.map_or(0, usize::from),
    };
    let bar = Bar::new();
    let ran = stress(&opened.book, (&request, arguments.every), |_| list, &bar);
    bar.clear();
    let stresses = ran.map_err(Failure::of_study)?;
    let judgements = match arguments.judgements {
        0 => Vec::new(),
        samples => {
            let samples = 0..samples.min(arguments.samples);
            let source = Source { path: &arguments.book, from: arguments.from, to: arguments.to };
            judge(&opened, source, &StressRequest { samples, ..request })?
        }
    };
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    let answer = StressAnswer {
        head: &head,
        currency: opened.book.currency.code(),
        stresses: &stresses,
        judgements: &judgements,
    };
    deliver(&answer, &arguments)
}

/// Returns the hour at which things stop.
fn at(opened: &Opened, system: &System, date: Option<Date>) -> Result<i64, Failure> {
    let Some(date) = date else { return Ok(0) };
    let book = &opened.book;
    if date < book.from || date >= book.until {
        let failure = Failure::input(format!(
            "`--at {date}` lies outside the horizon, {} to {}",
            book.from,
            book.until.yesterday().unwrap_or(book.until)
        ));
        return Err(failure.hint("name a day on which the book is looked at"));
    }
    Ok(system.axis.hour_of(date))
}

/// Returns the counterfactuals that were asked for, and the pairs.
fn chosen(
    all: &[Counterfactual],
    only: &[String],
    pairs: &[String],
) -> Result<Vec<Counterfactual>, Failure> {
    for word in only {
        let is_known = |c: &Counterfactual| c.id == *word || c.kind.name() == word;
        if !all.iter().any(is_known) {
            return Err(unknown(all, word));
        }
    }
    let is_chosen = |c: &&Counterfactual| {
        only.is_empty() || only.iter().any(|word| c.id == *word || c.kind.name() == word)
    };
    let mut list: Vec<Counterfactual> = all.iter().filter(is_chosen).cloned().collect();
    let find = |id: &String| all.iter().find(|c| c.id == *id).ok_or_else(|| unknown(all, id));
    for ids in pairs.chunks(2) {
        let [one, other] = ids else { continue };
        list.push(pair(find(one)?, find(other)?));
    }
    Ok(list)
}

fn unknown(all: &[Counterfactual], word: &str) -> Failure {
    let failure = Failure::input(format!("the book has no counterfactual `{word}`"));
    let names = all.iter().flat_map(|c| [c.id.as_str(), c.kind.name()]);
    match library::nearest(word, names) {
        Some(near) => failure.hint(format!("did you mean `{near}`? `--list` shows all")),
        None => failure.hint("`--list` shows all that the book has"),
    }
}

fn tell_list(list: &[Counterfactual], arguments: &Arguments) -> Result<End, Failure> {
    if arguments.json {
        let one = |c: &Counterfactual| {
            json!({ "id": c.id, "kind": c.kind.name(), "party": c.party, "text": c.text })
        };
        let value = json!({ "counterfactuals": list.iter().map(one).collect::<Vec<_>>() });
        screen::print(&screen::json_text(&value))?;
    } else {
        let width = list.iter().map(|c| c.id.len()).max().unwrap_or(0);
        let line = |c: &Counterfactual| format!("{:<width$}  {}\n", c.id, c.text);
        screen::print(&list.iter().map(line).collect::<String>())?;
    }
    Ok(End::Good)
}

/// Where a book is read from, and over which horizon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a Path,
    pub(crate) from: Option<Period>,
    pub(crate) to: Option<Period>,
}

/// Moves every judgement to its low and to its high.
pub(crate) fn judge(
    opened: &Opened,
    source: Source<'_>,
    request: &StressRequest,
) -> Result<Vec<Judgement>, Failure> {
    let inputs = judged(&opened.book);
    let read = |index: usize| {
        let (input, end) = (&inputs[index / 2], ends()[index % 2]);
        end_text(input, end)?;
        moved(source, input, end)
    };
    let bar = Bar::new();
    let ran = judgements(&opened.book, inputs.len() * 2, &read, request, &bar);
    bar.clear();
    let changes = ran.map_err(Failure::of_study)?;
    let mut found: Vec<Judgement> =
        inputs.iter().zip(changes.chunks(2)).map(|(input, ends)| judgement(input, ends)).collect();
    found.sort_by(|a, b| b.swing().total_cmp(&a.swing()).then_with(|| a.input.cmp(&b.input)));
    Ok(found)
}

const fn ends() -> [RangeEnd; 2] {
    [RangeEnd::Low, RangeEnd::High]
}

fn end_text(input: &Judged, end: RangeEnd) -> Option<&str> {
    match end {
        RangeEnd::Low => input.low.as_deref(),
        RangeEnd::High => input.high.as_deref(),
    }
}

fn moved(source: Source<'_>, input: &Judged, end: RangeEnd) -> Option<offtake_model::Book> {
    let mut book = read_book_moved(source.path, &input.path, end).book?;
    horizon::restrict(&mut book, source.from, source.to).ok()?;
    Some(book)
}

fn judgement(input: &Judged, changes: &[Change]) -> Judgement {
    let unknown = Estimate { mean: f64::NAN, standard_error: f64::NAN };
    let delta = |index: usize| changes.get(index).copied().flatten().unwrap_or(unknown);
    let is_lost = |index: usize, end: RangeEnd| {
        end_text(input, end).is_some() && changes.get(index).is_none_or(Option::is_none)
    };
    let lost: Vec<&str> = [(0, RangeEnd::Low, "low"), (1, RangeEnd::High, "high")]
        .into_iter()
        .filter(|(index, end, _)| is_lost(*index, *end))
        .map(|(_, _, name)| name)
        .collect();
    Judgement {
        input: judged_name(&input.path).into_owned(),
        value: input.text.clone(),
        low: input.low.clone().unwrap_or_default(),
        high: input.high.clone().unwrap_or_default(),
        delta_low: delta(0),
        delta_high: delta(1),
        note: (!lost.is_empty())
            .then(|| format!("the book cannot be read with the {}", lost.join(" or the "))),
    }
}

fn deliver(answer: &StressAnswer<'_>, arguments: &Arguments) -> Result<End, Failure> {
    if progress::is_stopped() {
        return Err(Failure::stopped());
    }
    if let Some(folder) = &arguments.out {
        let results = Results {
            mark: MARK,
            json: &stress_json(answer),
            text: &stress_text(answer, Style::plain(100)),
            tables: &stress_tables(answer),
        };
        put_results(&results, folder)?;
    }
    if arguments.json {
        screen::print(&screen::json_text(&stress_json(answer)))?;
    } else {
        screen::print(&stress_text(answer, screen::style()))?;
    }
    let fails = answer.stresses.secure.iter().any(|s| s.is_asked && s.holds == Some(false));
    Ok(if fails { End::Findings } else { End::Good })
}
