//! What the book of November 2025 gave as chances for each delivery, against what became known by July 2026.
//!
//! Deliveries are drawn with slip alone on: the other causes do not move a date of service. What is
//! scored is only what is known; a hand-over that nobody reported counts neither for nor against.
//! Where no date is known yet, the median of the later book stands for what is now expected.
//! The prior that a forecaster of November 2025 could have fitted stands beside the catalog's, since the
//! catalog's was chosen with cases of 2026 in view.

use crate::tables;
use jiff::civil::Date;
use offtake_futures::{Cause, Causes, Future, Sampler};
use offtake_model::{Axis, Book, Mark, SlipLaw, Tranche};
use offtake_position::pools;
use std::collections::BTreeMap;
use std::process::ExitCode;

const SAMPLES: u64 = 10_000;
const SEED: u64 = 1;
const BEFORE: &str = "books/microsoft-2025-11";
const AFTER: &str = "books/microsoft-2026-07";
const PAGE: &str = "docs/concepts/back-test.md";
/// The law of the catalog that rests on what was known in November 2025.
const REFIT: &str = "refit-2025-11";
/// The day that what is known is asked for.
const ASKED: Date = jiff::civil::date(2026, 7, 1);

/// Prints the back-test and writes it into the page.
pub(crate) fn run(_arguments: &[String]) -> ExitCode {
    let root = tables::root();
    let made = back_test().and_then(|text| {
        print!("{text}");
        tables::write_between(&root.join(PAGE), "back-test", &text)
    });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}

/// Drawn days of service of one tranche, ordered; what never comes is left out.
struct Days {
    days: Vec<Date>,
}

/// What is known of a delivery on the day asked for.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// In service, with how far that can be trusted.
    Yes(Mark),
    /// Not in service: promised for later, and nobody said that it came early.
    No,
    /// It was promised by then, and no report says whether it came.
    Unreported,
}

/// One delivery.
struct Row {
    id: String,
    promised: Date,
    catalog: Days,
    refitted: Days,
    known: Known,
    /// The day that the later book knows, or the median of its draws; `None` when that is never.
    later: Option<Date>,
    is_day_known: bool,
}

fn back_test() -> Result<String, String> {
    let root = tables::root();
    let before = tables::read(&root.join(BEFORE))?;
    let after = tables::read(&root.join(AFTER))?;
    let other = refitted()?;
    let (catalog, refitted, later) = (draws(&before), draws(&other), draws(&after));
    let mut rows = Vec::new();
    for tranche in tranches(&before).filter(|tranche| tranche.delivered.is_none()) {
        let id = tranche.id.to_string();
        let (Some(catalog), Some(refitted)) = (catalog.get(&id), refitted.get(&id)) else {
            continue;
        };
        let Some(now) = tranches(&after).find(|other| other.id == tranche.id) else {
            return Err(format!("{AFTER} has no tranche {id}"));
        };
        rows.push(Row {
            promised: tranche.promised,
            catalog: Days { days: catalog.clone() },
            refitted: Days { days: refitted.clone() },
            known: known(&after, tranche, now),
            later: now.delivered.or_else(|| {
                later.get(&id).and_then(|days| Days { days: days.clone() }.quantile(0.5))
            }),
            is_day_known: now.delivered.is_some(),
            id,
        });
    }
    rows.sort_by(|a, b| (a.promised, &a.id).cmp(&(b.promised, &b.id)));
    Ok(format!(
        "{}\n{}\n{}",
        table(&rows),
        laws(&before.catalog.slip, &other.catalog.slip),
        scores(&rows)
    ))
}

fn tranches(book: &Book) -> impl Iterator<Item = &Tranche> {
    book.contracts.values().flat_map(|contract| &contract.tranches)
}

fn known(after: &Book, tranche: &Tranche, now: &Tranche) -> Known {
    match now.delivered {
        Some(day) if day <= ASKED => {
            let path = format!("tranche.{}.delivered", tranche.id);
            Known::Yes(after.provenance.get(&path).map_or(Mark::Judgement, |p| p.mark))
        }
        _ if tranche.promised > ASKED => Known::No,
        _ => Known::Unreported,
    }
}

/// Draws the day of service of each tranche.
fn draws(book: &Book) -> BTreeMap<String, Vec<Date>> {
    let axis = Axis::new(book.from, book.until);
    let pools = pools(book, &axis);
    let sampler = Sampler::new(book, &axis, &pools, SEED);
    let mut future = Future::default();
    let mut days: BTreeMap<String, Vec<Date>> =
        pools.iter().map(|pool| (pool.tranche.to_string(), Vec::new())).collect();
    for sample in 0..SAMPLES {
        sampler.draw(sample, Causes::NONE.with(Cause::Slip), &mut future);
        for (pool, life) in pools.iter().zip(&future.lives) {
            if let (Some(start), Some(days)) = (life.start, days.get_mut(&pool.tranche.to_string()))
            {
                days.push(axis.date_of(start));
            }
        }
    }
    for days in days.values_mut() {
        days.sort_unstable();
    }
    days
}

impl Days {
    /// Returns the chance of service by `day`, never counted as later.
    fn chance_by(&self, day: Date) -> f64 {
        self.days.partition_point(|other| *other <= day) as f64 / SAMPLES as f64
    }

    /// Returns the day by which service has come with this chance; `None` for never.
    fn quantile(&self, chance: f64) -> Option<Date> {
        self.days.get((chance * SAMPLES as f64) as usize).copied()
    }
}

/// Reads the earlier book once more, with the slip law that was fitted on what was known then.
fn refitted() -> Result<Book, String> {
    let root = tables::root();
    let mut files = Vec::new();
    for folder in [BEFORE, "books/contracts", "books/profiles"] {
        for entry in std::fs::read_dir(root.join(folder)).map_err(|e| format!("{folder}: {e}"))? {
            let path = entry.map_err(|e| format!("{folder}: {e}"))?.path();
            let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((format!("{folder}/{name}"), bytes));
        }
    }
    let defaults = format!("[defaults]\nslip_law = \"{REFIT}\"\n");
    files.push((format!("{BEFORE}/slip-law.toml"), defaults.into_bytes()));
    let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let reading = offtake_book::read_book_files(std::path::Path::new(BEFORE), files);
    reading.book.ok_or_else(|| offtake_book::render_findings(&reading.findings))
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| delivery | promised | P10 | P50 | P90 | within 30 d of promised | by 1 July 2026 | refitted | what is known on 1 July 2026 | known or now expected | by then | refitted |\n|---|---|---|---|---|---:|---:|---:|---|---|---:|---:|\n",
    );
    for row in rows {
        let day = |chance: f64| {
            row.catalog.quantile(chance).map_or("never".to_owned(), |d| d.to_string())
        };
        let soon = row.promised.checked_add(jiff::Span::new().days(30)).unwrap_or(row.promised);
        let by = |days: &Days, day: Option<Date>| {
            day.map_or("–".to_owned(), |day| percent(days.chance_by(day)))
        };
        let later = row.later.map_or("never".to_owned(), |day| {
            if row.is_day_known { day.to_string() } else { format!("{day} (expected)") }
        });
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {later} | {} | {} |\n",
            row.id,
            row.promised,
            day(0.1),
            day(0.5),
            day(0.9),
            percent(row.catalog.chance_by(soon)),
            percent(row.catalog.chance_by(ASKED)),
            percent(row.refitted.chance_by(ASKED)),
            known_text(row.known),
            by(&row.catalog, row.later),
            by(&row.refitted, row.later),
        ));
    }
    text
}

fn known_text(known: Known) -> String {
    match known {
        Known::Yes(mark) => format!("in service ({})", mark.text()),
        Known::No => "not in service".to_owned(),
        Known::Unreported => "not reported".to_owned(),
    }
}

fn percent(chance: f64) -> String {
    format!("{:.0} %", 100.0 * chance)
}

fn laws(catalog: &SlipLaw, refit: &SlipLaw) -> String {
    let line = |name: &str, law: &SlipLaw| {
        format!(
            "| {name} | {} | {} d | {:.1} months | {:.2} | {} |\n",
            percent(law.on_time.part()),
            law.on_time_within.days(),
            law.median.days() / 30.4369,
            law.sigma,
            percent(law.never.part())
        )
    };
    format!(
        "| law | on time | within | median of the rest | sigma | never |\n|---|---:|---:|---:|---:|---:|\n{}{}",
        line("catalog", catalog),
        line("refitted", refit)
    )
}

fn scores(rows: &[Row]) -> String {
    let known: Vec<(&Row, bool)> = rows
        .iter()
        .filter(|row| row.known != Known::Unreported)
        .map(|row| (row, row.known != Known::No))
        .collect();
    let due = || rows.iter().filter(|row| row.promised <= ASKED);
    let told = due().filter(|row| row.known != Known::Unreported);
    let told: Vec<(&Row, bool)> = told.map(|row| (row, row.known != Known::No)).collect();
    let at_best: Vec<(&Row, bool)> = due().map(|row| (row, row.known != Known::No)).collect();
    let at_worst: Vec<(&Row, bool)> =
        due().map(|row| (row, matches!(row.known, Known::Yes(_)))).collect();
    let parts = [
        ("all that is known", &known),
        ("promised by then, and known", &told),
        ("promised by then, had the unreported all come", &at_best),
        ("promised by then, had none of the unreported come", &at_worst),
    ];
    let promise = |row: &Row| f64::from(u8::from(row.promised <= ASKED));
    let mut text = String::from(
        "| Brier score of \"in service by 1 July 2026\" | deliveries | catalog's law | refitted | as promised | always 50 % |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (name, part) in parts {
        text.push_str(&format!(
            "| {name} | {} | {} | {} | {} | {} |\n",
            part.len(),
            brier(part, |row| row.catalog.chance_by(ASKED)),
            brier(part, |row| row.refitted.chance_by(ASKED)),
            brier(part, promise),
            brier(part, |_| 0.5),
        ));
    }
    text.push_str(&coverage(rows));
    text
}

/// Counts the dates that lie between the P10 and the P90 of the earlier book.
fn coverage(rows: &[Row]) -> String {
    let inside = |rows: &[&Row], days: fn(&Row) -> &Days| {
        let is_inside = |row: &&&Row| {
            let days = days(row);
            row.later.is_some_and(|later| {
                days.quantile(0.1).is_some_and(|low| low <= later)
                    && days.quantile(0.9).is_none_or(|high| later <= high)
            })
        };
        format!("{} of {}", rows.iter().filter(is_inside).count(), rows.len())
    };
    let (dated, expected): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.is_day_known);
    let mut text =
        String::from("\n| inside P10 to P90 | catalog's law | refitted |\n|---|---:|---:|\n");
    for (name, part) in
        [("dates that are known", &dated), ("dates that are now expected", &expected)]
    {
        text.push_str(&format!(
            "| {name} | {} | {} |\n",
            inside(part, |row| &row.catalog),
            inside(part, |row| &row.refitted)
        ));
    }
    text
}

fn brier(rows: &[(&Row, bool)], chance: impl Fn(&Row) -> f64) -> String {
    if rows.is_empty() {
        return "–".to_owned();
    }
    let error = |(row, came): &(&Row, bool)| {
        let miss = chance(row) - f64::from(u8::from(*came));
        miss * miss
    };
    format!("{:.3}", rows.iter().map(error).sum::<f64>() / rows.len() as f64)
}
