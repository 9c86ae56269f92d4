//! `offtake diff`: what changed between two books or two studies, and in every headline.

use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::library::{self, Opened};
use crate::progress::Bar;
use crate::screen;
use offtake_adequacy::{Comparison, Difference};
use offtake_book::{Change, Depth, ShownValue, ValueChange, changes, changes_text};
use offtake_report::{
    Headlines, compare_studies, comparison_json, comparison_text, headlines_json, headlines_text,
    pair_up, read_sampled, study_headlines,
};
use offtake_stdx::sampled::{Sampled, gaps};
use offtake_study::{BooksCompared, Request, compare_books};
use offtake_value::Side;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What changed between two books, and in every headline, with the error of the difference
///
/// Two books are held against each other value by value: what was added, removed, renegotiated, each with
/// both values, marks and sources. Then both are run on the same futures, over the days that both look at, and
/// every headline of `assess` and of `value` is compared sample by sample, so that the error is that of the
/// difference and not of two runs. Two finished studies (folders that `assess --out` or `study --out` wrote) are
/// compared by what they wrote, `stress` too: sample by sample where both kept their samples, else with
/// independent errors.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake diff books/microsoft-2025-11 books/microsoft-2026-07\n  \
                        offtake diff old.toml new.toml --book        the books alone: no futures are drawn\n  \
                        offtake diff results-a results-b             two finished studies\n  \
                        git worktree add ../before HEAD~1 && offtake diff ../before/my-book my-book\n\n\
                        Exit codes: 0 the same, 1 something differs, 2 the input is wrong, 130 stopped by Ctrl-C.")]
pub(crate) struct Arguments {
    /// A book, or a folder that `assess --out` or `study --out` wrote
    before: PathBuf,
    /// The other
    after: PathBuf,
    /// Compare the books alone, and draw no futures
    #[arg(long)]
    book: bool,
    /// Also list sources, defaults that follow, and values that only have another mark or source
    #[arg(long)]
    all: bool,
    /// How many futures to draw of each book
    #[arg(long, default_value_t = 1000, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    samples: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// First day, month or year to look at [default: the later of the two books' first days]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the earlier of the two books' last days]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print JSON; docs/reference/diff-json.md says what each field is
    #[arg(long)]
    json: bool,
}

/// One side, as it is told of.
struct Told {
    path: String,
    title: String,
    as_of: String,
    hash: String,
}

/// All that is told.
struct Report {
    sides: [Told; 2],
    /// First and last day that both were run over; `None` where nothing was.
    days: Option<[String; 2]>,
    changes: Option<Vec<Change>>,
    comparison: Option<Comparison>,
    /// What else has headlines: money of each side, counterfactuals.
    headlines: Vec<Headlines>,
    notes: Vec<String>,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let studies = [&arguments.before, &arguments.after].map(|path| study_file(path));
    let report = match &studies {
        [Some(before), Some(after)] => of_studies(&arguments, [before, after])?,
        [None, None] => of_books(&arguments)?,
        _ => {
            let failure = Failure::input("one of the two is a finished study and the other is not");
            return Err(failure.hint("compare two books, or two folders that `assess --out` or `study --out` wrote"));
        }
    };
    if arguments.json {
        screen::print(&screen::json_text(&report.json(&arguments)))?;
    } else {
        screen::print(&report.text(&arguments))?;
    }
    Ok(if report.is_same() { End::Good } else { End::Findings })
}

/// Returns the file of results of a finished study; `None` for anything else.
fn study_file(path: &Path) -> Option<PathBuf> {
    ["assess.json", "study.json"].iter().map(|name| path.join(name)).find(|file| file.is_file())
}

/// A finished study as it was read.
struct Finished {
    /// All of it.
    whole: Value,
    /// Where its tables are.
    tables: PathBuf,
}

impl Finished {
    fn read(file: &Path) -> Result<Finished, Failure> {
        let fail = |cause: &dyn std::fmt::Display| {
            Failure::input(format!("cannot read the study `{}`: {cause}", file.display()))
        };
        let bytes = std::fs::read(file).map_err(|cause| fail(&cause))?;
        let whole = serde_json::from_slice(&bytes).map_err(|cause| fail(&cause))?;
        Ok(Finished { whole, tables: file.with_file_name("csv") })
    }

    /// Returns what `assess --json` prints: all of it, or one of the parts of a whole study.
    fn assess(&self) -> &Value {
        self.whole.get("assess").filter(|part| part.is_object()).unwrap_or(&self.whole)
    }

    /// Returns the headlines of a part by sample, if the study kept them.
    fn sampled(&self, part: &str) -> Option<Sampled> {
        let seed = self.whole.get("seed")?.as_u64()?;
        read_sampled(&self.tables.join(format!("{part}_by_sample.csv")), seed)
    }
}

fn of_studies(arguments: &Arguments, files: [&PathBuf; 2]) -> Result<Report, Failure> {
    if arguments.book || arguments.from.is_some() || arguments.to.is_some() {
        let failure = Failure::input("--book, --from and --to are for two books");
        return Err(failure.hint("a finished study has no book in it, and its days are what they are"));
    }
    let studies = [Finished::read(files[0])?, Finished::read(files[1])?];
    let [before, after] = studies.each_ref().map(Finished::assess);
    let mut comparison = compare_studies(before, after).ok_or_else(|| {
        let names = files.map(|file| format!("`{}`", file.display())).join(" or ");
        Failure::input(format!("{names} holds no results of `assess`"))
    })?;
    if let [Some(before), Some(after)] = studies.each_ref().map(|one| one.sampled("assess")) {
        pair_up(&mut comparison, [&before, &after]);
    }
    let text = |study: &Value, key: &str| {
        study.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let told = |path: &Path, study: &Value| Told {
        path: path.display().to_string(),
        title: text(study, "title"),
        as_of: text(study, "as_of"),
        hash: text(study, "book_hash"),
    };
    let days = |study: &Value| format!("{} to {}", text(study, "from"), text(study, "until"));
    let mut notes = Vec::new();
    if days(before) != days(after) {
        notes.push(format!(
            "the studies look at other days ({} and {}), so a year's figures are over different years",
            days(before),
            days(after)
        ));
    }
    if text(before, "book_hash") == text(after, "book_hash") {
        notes.push("both studies are of the same book".to_owned());
    }
    let money = studies.each_ref().map(|one| one.sampled("value"));
    let whole = studies.each_ref().map(|one| &one.whole);
    let (headlines, more) = study_headlines(whole, money.each_ref().map(Option::as_ref));
    notes.extend(more);
    let sides = [told(&arguments.before, before), told(&arguments.after, after)];
    Ok(Report { sides, days: None, changes: None, comparison: Some(comparison), headlines, notes })
}

/// Returns what the money of two books differs by, on each side on which both have prices.
fn money(compared: &BooksCompared, notes: &mut Vec<String>) -> Vec<Headlines> {
    let [before, after] = &compared.values;
    let of = |all: &'_ [(Side, Sampled)], side: Side| -> Option<usize> {
        all.iter().position(|(other, _)| *other == side)
    };
    let mut found = Vec::new();
    for side in [Side::Buyer, Side::Seller] {
        match (of(before, side), of(after, side)) {
            (Some(a), Some(b)) => {
                let (a, b) = (&before[a].1, &after[b].1);
                found.push(Headlines {
                    part: "value",
                    side: Some(side.name().to_owned()),
                    is_paired: a.is_paired_with(b),
                    gaps: gaps(a, b),
                    verdicts: Vec::new(),
                });
            }
            (None, None) => {}
            (in_before, _) => {
                let which = if in_before.is_some() { "first" } else { "second" };
                notes.push(format!(
                    "only the {which} book has a price for what its owner {}: money of that side is not compared",
                    if side == Side::Buyer { "buys" } else { "sells" }
                ));
            }
        }
    }
    found
}

fn of_books(arguments: &Arguments) -> Result<Report, Failure> {
    let mut opened = [library::open(&arguments.before)?, library::open(&arguments.after)?];
    let paths = [&arguments.before, &arguments.after];
    for (opened, path) in opened.iter().zip(paths) {
        opened.tell_warnings(path);
    }
    let found = changes(&opened[0].book, &opened[1].book);
    let told = |side: usize, opened: &[Opened; 2]| Told {
        path: paths[side].display().to_string(),
        title: opened[side].book.title.clone(),
        as_of: opened[side].book.as_of.to_string(),
        hash: opened[side].hash.clone(),
    };
    let sides = [told(0, &opened), told(1, &opened)];
    // What holds is the same: so is every future.
    let is_same = found.is_empty() && opened[0].hash == opened[1].hash;
    if arguments.book || is_same {
        let (headlines, notes) = (Vec::new(), Vec::new());
        return Ok(Report { sides, days: None, changes: Some(found), comparison: None, headlines, notes });
    }
    let mut notes = notes(&opened);
    let days = common_days(arguments, &mut opened)?;
    let compared = compared(arguments, &opened)?;
    let headlines = money(&compared, &mut notes);
    let comparison = Some(compared.adequacy);
    Ok(Report { sides, days: Some(days), changes: Some(found), comparison, headlines, notes })
}

/// Says what a reader of changed levels must know.
fn notes(opened: &[Opened; 2]) -> Vec<String> {
    let [before, after] = [opened[0].book.from, opened[1].book.from];
    if before == after {
        return Vec::new();
    }
    vec![format!(
        "a level of work is as of its own first day, by default the book's ({before} and {after}): part of its change is growth"
    )]
}

/// Moves both horizons to the days that both look at, and returns the first and the last of them.
fn common_days(arguments: &Arguments, opened: &mut [Opened; 2]) -> Result<[String; 2], Failure> {
    let from = opened[0].book.from.max(opened[1].book.from);
    let until = opened[0].book.until.min(opened[1].book.until);
    if from >= until {
        let failure = Failure::input("the two books look at no day in common");
        return Err(failure.hint("--book compares the books alone"));
    }
    for one in opened.iter_mut() {
        (one.book.from, one.book.until) = (from, until);
        horizon::restrict(&mut one.book, arguments.from, arguments.to)?;
    }
    let last = opened[0].book.until.yesterday().unwrap_or(until);
    Ok([opened[0].book.from.to_string(), last.to_string()])
}

fn compared(arguments: &Arguments, opened: &[Opened; 2]) -> Result<BooksCompared, Failure> {
    let request = Request {
        seed: arguments.seed,
        samples: 0..arguments.samples,
        threads: arguments.threads.map_or(0, usize::from),
        extras: false,
        until: None,
    };
    let bar = Bar::new();
    let compared = compare_books(&opened[0].book, &opened[1].book, &request, &bar);
    bar.clear();
    compared.map_err(Failure::of_study)
}

impl Report {
    /// Says whether nothing differs.
    fn is_same(&self) -> bool {
        let all = |comparison: &Comparison| -> bool {
            let lists = [&comparison.headlines, &comparison.quarters, &comparison.blocks, &comparison.suppliers];
            lists.iter().all(|list| !list.iter().any(Difference::is_different))
        };
        self.changes.as_ref().is_none_or(Vec::is_empty)
            && self.comparison.as_ref().is_none_or(all)
            && self.headlines.iter().all(Headlines::is_same)
    }

    fn text(&self, arguments: &Arguments) -> String {
        let style = screen::style();
        let [before, after] = &self.sides;
        let mut text = format!("before  {}\nafter   {}\n", heading(before), heading(after));
        if let Some([from, to]) = &self.days {
            let samples = library::count(usize::try_from(arguments.samples).unwrap_or(usize::MAX), "sample");
            text.push_str(&format!("both from {from} to {to}, {samples} of each, seed {}\n", arguments.seed));
        }
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        if self.is_same() {
            text.push_str("\nnothing differs\n");
            return text;
        }
        if let Some(comparison) = &self.comparison {
            text.push_str(&format!("\n{}", comparison_text(comparison, style)));
        }
        for headlines in &self.headlines {
            let told = headlines_text(headlines, style);
            if !told.is_empty() {
                text.push_str(&format!("\n{told}"));
            }
        }
        if let Some(changes) = self.changes.as_ref().filter(|changes| !changes.is_empty()) {
            let depth = if arguments.all { Depth::Full } else { Depth::Short };
            text.push_str(&format!("\n{}\n", style.bold("In the book")));
            text.push_str(&style.glyphs(&changes_text(changes, depth)));
        }
        text
    }

    fn json(&self, arguments: &Arguments) -> Value {
        let side = |told: &Told| {
            json!({ "path": told.path, "title": told.title, "as_of": told.as_of, "book_hash": told.hash })
        };
        let run = self.days.as_ref().map(|[from, to]| {
            json!({ "from": from, "to": to, "samples": arguments.samples, "seed": arguments.seed })
        });
        json!({
            "before": side(&self.sides[0]),
            "after": side(&self.sides[1]),
            "is_same": self.is_same(),
            "run": run,
            "notes": self.notes,
            "results": self.comparison.as_ref().map(comparison_json),
            "headlines": self.headlines.iter().map(headlines_json).collect::<Vec<_>>(),
            "book": self.changes.as_ref().map(|all| all.iter().map(change).collect::<Vec<_>>()),
        })
    }
}

fn heading(told: &Told) -> String {
    let days = if told.title.contains("as known on") { String::new() } else { format!(" (as known on {})", told.as_of) };
    format!("{}: {}{days}", told.path, told.title)
}

fn change(change: &Change) -> Value {
    json!({
        "path": change.path,
        "name": change.name,
        "happened": happened(change.happened),
        "values": change.values.iter().map(value).collect::<Vec<_>>(),
    })
}

fn value(value: &ValueChange) -> Value {
    json!({
        "key": value.key,
        "happened": happened(value.happened),
        "before": value.before.as_ref().map(shown),
        "after": value.after.as_ref().map(shown),
    })
}

fn shown(value: &ShownValue) -> Value {
    json!({
        "text": value.text,
        "mark": value.mark.text(),
        "source": value.source,
        "low": value.low,
        "high": value.high,
        "place": value.place,
    })
}

const fn happened(what: offtake_book::Happened) -> &'static str {
    match what {
        offtake_book::Happened::Added => "added",
        offtake_book::Happened::Removed => "removed",
        offtake_book::Happened::Changed => "changed",
        offtake_book::Happened::Retold => "retold",
    }
}
