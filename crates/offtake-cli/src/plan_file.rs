//! A plan as a file: what was asked of which book, what is signed, and what it was found to cost.
//!
//! It is written once, whole or not at all, and never over another file. **Invariant:** a plan that was read is the
//! plan that was written: the file carries a digest of its own text, so that one that was edited or cut short is
//! refused. What stands in it is enough to write the same programme again: the request, and not what came of it.

use crate::failure::Failure;
use crate::library::Opened;
use jiff::civil::Date;
use offtake_adequacy::{Assessment, MonthResult};
use offtake_report::number::{percent, short};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;

/// The format that is written, and the newest that can be read.
const FORMAT: u32 = 1;

/// A plan that is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct PlanFile {
    /// Number of the format.
    pub(crate) offtake_plan: u32,
    /// Digest of the file's text, with this left empty.
    pub(crate) digest: String,
    /// Version of the program that planned.
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) as_of: String,
    pub(crate) book_hash: String,
    pub(crate) currency: String,
    pub(crate) request: Asking,
    pub(crate) sign: Vec<Signed>,
    /// What the plan minimised, in millions.
    pub(crate) objective: f64,
    pub(crate) lower_bound: f64,
    pub(crate) gap: f64,
    pub(crate) cost: Cost,
    /// Expected reference GPU-hours of firm work that go unserved (or to spot), over the months planned for.
    pub(crate) unserved_firm: f64,
}

/// What was asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Asking {
    pub(crate) seed: u64,
    pub(crate) scenarios: u64,
    pub(crate) from: day::Day,
    /// Day after the last.
    pub(crate) until: day::Day,
    pub(crate) starts: u8,
    pub(crate) every: String,
    pub(crate) gap: f64,
    pub(crate) risk_weight: f64,
    pub(crate) tail: f64,
    pub(crate) standards_from: Option<i32>,
    pub(crate) n_minus_1: bool,
    pub(crate) concentration: Vec<(String, f64)>,
    pub(crate) budget: Vec<(i32, String)>,
    pub(crate) prepayment: Option<String>,
    pub(crate) exposure: Option<String>,
    /// What `assess` was to find, in how many futures, and what standards were tightened to for it.
    #[serde(default)]
    pub(crate) assessed: Vec<String>,
    #[serde(default)]
    pub(crate) assess_samples: Option<u64>,
    #[serde(default = "as_they_are")]
    pub(crate) tightened: f64,
    #[serde(default)]
    pub(crate) look_ahead: Vec<u16>,
}

/// Returns what plans say that were written before standards were tightened.
fn as_they_are() -> f64 {
    1.0
}

/// A start of an offer that is signed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Signed {
    pub(crate) offer: String,
    /// The start, as `narvik-2@2027-01`.
    pub(crate) name: String,
    pub(crate) contract: String,
    pub(crate) sign_on: String,
    pub(crate) start: String,
    pub(crate) blocks: f64,
    pub(crate) gpus: i64,
    /// The contract's table in a book.
    pub(crate) toml: String,
}

/// What it costs, in millions.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Cost {
    pub(crate) expected: f64,
    pub(crate) cvar: f64,
    pub(crate) worst: f64,
}

/// Days, as the file writes them.
pub(crate) mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A day, as `2026-01-31`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Day(pub(crate) Date);

    impl Serialize for Day {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_str(&self.0)
        }
    }

    impl<'de> Deserialize<'de> for Day {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
            let text = String::deserialize(from)?;
            text.parse().map(Day).map_err(serde::de::Error::custom)
        }
    }
}

impl PlanFile {
    /// Returns a plan to be written; what it is of comes from the book.
    #[cfg(feature = "plan")]
    pub(crate) fn new(opened: &Opened, request: Asking, sign: Vec<Signed>, cost: Cost) -> PlanFile {
        PlanFile {
            offtake_plan: FORMAT,
            digest: String::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            title: opened.book.title.clone(),
            as_of: opened.book.as_of.to_string(),
            book_hash: opened.hash.clone(),
            currency: opened.book.currency.code().to_owned(),
            request,
            sign,
            objective: 0.0,
            lower_bound: 0.0,
            gap: 0.0,
            cost,
            unserved_firm: 0.0,
        }
    }

    /// Reads a plan.
    pub(crate) fn read(path: &Path) -> Result<PlanFile, Failure> {
        let text = std::fs::read_to_string(path).map_err(|cause| {
            Failure::input(format!("cannot read the plan `{}`: {cause}", path.display()))
        })?;
        parse(&text).map_err(|why| {
            Failure::input(format!("`{}` {}", path.display(), why.problem)).hint(why.hint)
        })
    }

    /// Fails when the plan is of another book than the one that was opened.
    pub(crate) fn check_book(&self, opened: &Opened) -> Result<(), Failure> {
        if self.book_hash == opened.hash {
            return Ok(());
        }
        Err(Failure::input(format!(
            "the plan is of another book, or of this one before it changed: of `{}` as of {}",
            self.title, self.as_of
        ))
        .hint("plan anew with `offtake plan BOOK --out PLAN`"))
    }

    /// Returns the first day that is planned for, and the day after the last.
    #[cfg(feature = "plan")]
    pub(crate) fn horizon(&self) -> (Date, Date) {
        (self.request.from.0, self.request.until.0)
    }

    /// Returns the tables of all that is signed.
    pub(crate) fn tables(&self) -> String {
        self.sign.iter().map(|signed| signed.toml.as_str()).collect()
    }

    /// Writes it to a file that is not there yet.
    #[cfg(feature = "plan")]
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        check_new(path)?;
        let fail = |cause: &dyn std::fmt::Display| {
            Failure::input(format!("cannot write `{}`: {cause}", path.display()))
        };
        let text = serde_json::to_string_pretty(self).map_err(|cause| fail(&cause))? + "\n";
        let digest = offtake_book::digest(text.as_bytes());
        crate::output::write_whole(path, &text.replacen(EMPTY, &with_digest(&digest), 1))?;
        // Whoever edits it should have to mean it; what cannot be made so is still guarded by the digest.
        if let Ok(known) = std::fs::metadata(path) {
            let mut permissions = known.permissions();
            permissions.set_readonly(true);
            let _ = std::fs::set_permissions(path, permissions);
        }
        Ok(())
    }
}

/// Finds that a plan cannot be written, before the work.
pub(crate) fn check_new(path: &Path) -> Result<(), Failure> {
    crate::output::check_place(path)?;
    if path.exists() {
        return Err(Failure::input(format!("there is a file `{}` already", path.display())).hint(
            "a plan that was written stays as it is: choose another name, or remove the file first",
        ));
    }
    Ok(())
}

const EMPTY: &str = "\"digest\": \"\"";

fn with_digest(digest: &str) -> String {
    format!("\"digest\": \"{digest}\"")
}

/// Why a text is no plan, to come after the name of the file.
struct Odd {
    problem: String,
    hint: &'static str,
}

const AGAIN: &str = "write it anew with `offtake plan BOOK --out PLAN`";

fn parse(text: &str) -> Result<PlanFile, Odd> {
    let odd = |problem: &str, hint| Odd { problem: problem.to_owned(), hint };
    let value: Value = serde_json::from_str(text)
        .map_err(|_| odd("is no plan, or was cut short: it is no whole JSON", AGAIN))?;
    let format = value.get("offtake_plan").and_then(Value::as_u64);
    let format = format.ok_or_else(|| odd("is no plan of `offtake plan --out`", AGAIN))?;
    if format != u64::from(FORMAT) {
        return Err(Odd {
            problem: format!("is a plan of format {format}; this `offtake` reads format {FORMAT}"),
            hint: "a newer `offtake` may read it",
        });
    }
    // A checkout that changes the ends of lines changes nothing that is said.
    let text = text.replace("\r\n", "\n");
    let digest = value.get("digest").and_then(Value::as_str).unwrap_or_default();
    let without = text.replacen(&with_digest(digest), EMPTY, 1);
    if offtake_book::digest(without.as_bytes()) != digest {
        return Err(odd(
            "was changed since it was written: its digest is not that of its text",
            AGAIN,
        ));
    }
    serde_json::from_value(value)
        .map_err(|why| Odd { problem: format!("cannot be read as a plan: {why}"), hint: AGAIN })
}

/// What `assess` says of a plan, against what the plan says. In the futures that the plan was made on the difference is
/// the gap of its model; in others, that of having seen only so many comes on top.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against {
    /// Expected unserved reference GPU-hours of firm work in the months of the plan; `None` when not all were assessed.
    assessed: Option<f64>,
    /// No more than this is its standard error.
    error: f64,
    /// The same in the futures that the plan was made on; `None` when those were not assessed.
    own: Option<f64>,
}

impl PlanFile {
    /// Holds the plan against an assessment of the book with its contracts signed, and one in its own futures.
    pub(crate) fn against(&self, all: &Assessment, own: Option<&Assessment>) -> Against {
        let sum = self.unserved_by(all);
        Against {
            assessed: sum.map(|(sum, _)| sum),
            error: sum.map_or(0.0, |(_, error)| error),
            own: own.and_then(|own| self.unserved_by(own)).map(|(sum, _)| sum),
        }
    }

    /// Returns the unserved firm work in the months of the plan, and the most that its standard error can be.
    fn unserved_by(&self, assessment: &Assessment) -> Option<(f64, f64)> {
        let month = |day: Date| format!("{:04}-{:02}", day.year(), day.month());
        let (from, until) = (self.request.from.0, self.request.until.0);
        let (first, last) = (month(from), month(until.yesterday().unwrap_or(until)));
        let known = |name: &str| assessment.months.iter().any(|month| month.month == name);
        // Months are contiguous, so with both ends all of them are there.
        if !known(&first) || !known(&last) {
            return None;
        }
        let within = |month: &&MonthResult| first <= month.month && month.month <= last;
        Some(assessment.months.iter().filter(within).fold((0.0, 0.0), |(sum, error), month| {
            let of = month.firm_unserved;
            // Of a single future nothing is known of how it varies.
            let more = if of.standard_error.is_finite() { of.standard_error } else { 0.0 };
            (sum + of.mean, error + more)
        }))
    }
}

impl Against {
    /// Says it in sentences.
    pub(crate) fn sentence(&self, plan: &PlanFile) -> String {
        let says = plan.unserved_firm;
        let (from, until) = (plan.request.from.0, plan.request.until.0);
        let span = format!("from {from} to before {until}");
        let Some(assessed) = self.assessed else {
            return format!(
                "Model gap: not known, since not all months of the plan were assessed ({span})."
            );
        };
        let own = self.own.map_or_else(String::new, |own| {
            format!(
                "Model gap: in the plan's own {} futures, {} GPU-hours of firm work go unserved in expectation {span}; the plan, on typical days, expected {}: {}. ",
                plan.request.scenarios,
                short(own),
                short(says),
                apart(own, says)
            )
        });
        let (subject, than) = match self.own {
            Some(_) => ("it is", "in its own".to_owned()),
            None => ("GPU-hours of firm work that go unserved are", span),
        };
        let all = format!(
            "In all futures assessed {subject} {} (standard error at most {}), {} than the plan expected {than}.",
            short(assessed),
            short(self.error),
            apart(assessed, says),
        );
        own + &all
    }

    /// Returns it as JSON.
    pub(crate) fn json(&self, plan: &PlanFile) -> Value {
        json!({
            "book_hash": plan.book_hash,
            "sign": plan.sign.iter().map(|signed| signed.name.as_str()).collect::<Vec<_>>(),
            "from": plan.request.from,
            "until": plan.request.until,
            "unserved_firm_by_plan": plan.unserved_firm,
            "unserved_firm": self.assessed,
            "unserved_firm_error_most": self.error,
            "unserved_firm_own_futures": self.own,
            "model_gap": self.own.map(|own| own - plan.unserved_firm),
        })
    }
}

fn apart(assessed: f64, says: f64) -> String {
    let by = assessed - says;
    let share = if says > 0.0 { format!(" ({})", percent(by.abs() / says)) } else { String::new() };
    let than = if by < 0.0 { "fewer" } else { "more" };
    format!("{}{share} {than}", short(by.abs()))
}
