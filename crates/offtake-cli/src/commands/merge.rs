//! `offtake merge`: the parts of a study, made into one.

use crate::failure::{End, Failure};
use crate::library;
use crate::output::{Outputs, deliver};
use offtake_study::{Part, RunFacts};
use std::path::PathBuf;

/// Merge parts of a study into the results of one run
///
/// The parts come from `offtake assess --sample-range … --partial …`, run on as many machines as you
/// like. The results are those of one run over all samples, to the last byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake merge part-*.part --out results")]
pub(crate) struct Arguments {
    /// The parts, in any order
    #[arg(required = true, value_name = "PARTS")]
    parts: Vec<PathBuf>,
    /// The book [default: where it was when the first part was made]
    #[arg(long)]
    book: Option<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.outputs.check()?;
    let read = |path: &PathBuf| Part::read(path).map_err(|error| Failure::caused(&error));
    let parts: Vec<Part> = arguments.parts.iter().map(read).collect::<Result<_, _>>()?;
    let part = Part::merge(parts).map_err(|error| Failure::caused(&error))?;
    let path = arguments.book.unwrap_or_else(|| PathBuf::from(&part.header.book));
    let mut opened = library::open(&path).map_err(|failure| failure.hint("say where it is: `--book BOOK`"))?;
    if opened.hash != part.header.book_hash {
        let problem = format!("the book at `{}` is not the one that the parts were made from", path.display());
        return Err(Failure::input(problem).hint("it was changed since, or is another: make the parts anew, or give `--book BOOK`"));
    }
    let day = |text: &str| text.parse::<jiff::civil::Date>().map_err(|_| Failure::input(format!("a part says `{text}` where a day belongs")));
    (opened.book.from, opened.book.until) = (day(&part.header.from)?, day(&part.header.until)?);
    let hours = (opened.book.until.duration_since(opened.book.from)).as_hours().unsigned_abs();
    let facts = RunFacts { threads: 1, system_hours: part.records.len() as u64 * hours, ..RunFacts::default() };
    deliver(&opened, &part, facts, (&arguments.outputs, None))
}
