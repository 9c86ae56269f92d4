//! A plan as a file: what was asked of which book, what is signed, and what it was found to cost.
//!
//! It is written once, whole or not at all, and never over another file. **Invariant:** a plan that was read is the
//! plan that was written: the file carries a digest of its own text, so that one that was edited or cut short is
//! refused. What stands in it is enough to write the same programme again: the request, and not what came of it.

use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::library::Opened;
use jiff::civil::Date;
use offtake_adequacy::{Assessment, MonthResult};
use offtake_report::number::{percent, short};
use offtake_units::{Money, Quantity, Span};
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
    every: String,
    pub(crate) gap: f64,
    pub(crate) risk_weight: f64,
    pub(crate) tail: f64,
    standards_from: Option<i32>,
    n_minus_1: bool,
    concentration: Vec<(String, f64)>,
    budget: Vec<(i32, String)>,
    prepayment: Option<String>,
    exposure: Option<String>,
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
mod day {
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

#[cfg(feature = "plan")]
impl Asking {
    /// Returns what was asked of a book whose horizon is the plan's.
    pub(crate) fn of(book: &offtake_model::Book, arguments: &PlanArguments) -> Asking {
        Asking {
            seed: arguments.seed,
            scenarios: arguments.scenarios,
            from: day::Day(book.from),
            until: day::Day(book.until),
            starts: arguments.starts,
            every: arguments.every.to_string(),
            gap: arguments.gap,
            risk_weight: arguments.risk_weight,
            tail: arguments.tail,
            standards_from: arguments.standards_from,
            n_minus_1: arguments.n_minus_1,
            concentration: arguments.concentration.clone(),
            budget: arguments.budget.iter().map(|(year, most)| (*year, most.to_string())).collect(),
            prepayment: arguments.prepayment.map(|most| most.to_string()),
            exposure: arguments.exposure.map(|most| most.to_string()),
        }
    }
}

impl Asking {
    /// Returns the arguments that ask for the same again, of the book at `path`.
    pub(crate) fn arguments(&self, path: &Path) -> Result<PlanArguments, Failure> {
        let budget = |(year, most): &(i32, String)| Ok((*year, money(most)?));
        let every = Span::parse(&self.every).map_err(|_| odd("every", &self.every))?;
        Ok(PlanArguments {
            seed: self.seed,
            scenarios: self.scenarios,
            starts: self.starts,
            every,
            gap: self.gap,
            risk_weight: self.risk_weight,
            tail: self.tail,
            standards_from: self.standards_from,
            n_minus_1: self.n_minus_1,
            concentration: self.concentration.clone(),
            budget: self.budget.iter().map(budget).collect::<Result<_, Failure>>()?,
            prepayment: self.prepayment.as_deref().map(money).transpose()?,
            exposure: self.exposure.as_deref().map(money).transpose()?,
            ..PlanArguments::of(path)?
        })
    }
}

fn money(text: &str) -> Result<Money, Failure> {
    Money::parse(text).map_err(|_| odd("money", text))
}

fn odd(what: &str, text: &str) -> Failure {
    Failure::input(format!("the plan says `{text}` for `{what}`, which cannot be read"))
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
#[cfg(feature = "plan")]
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

/// What `assess` says of a plan, against what the plan says: the gap of the model that it was made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against {
    /// Expected unserved reference GPU-hours of firm work in the months of the plan; `None` when not all were assessed.
    assessed: Option<f64>,
    /// No more than this is its standard error.
    error: f64,
}

impl PlanFile {
    /// Holds the plan against an assessment of the book with the plan's contracts signed.
    pub(crate) fn against(&self, assessment: &Assessment) -> Against {
        let month = |day: Date| format!("{:04}-{:02}", day.year(), day.month());
        let (from, until) = (self.request.from.0, self.request.until.0);
        let last = until.yesterday().unwrap_or(until);
        let (first, last) = (month(from), month(last));
        let known = |name: &str| assessment.months.iter().any(|month| month.month == name);
        let within = |month: &&MonthResult| first <= month.month && month.month <= last;
        let months = assessment.months.iter().filter(within);
        let (sum, error) = months.fold((0.0, 0.0), |(sum, error), month| {
            (sum + month.firm_unserved.mean, error + month.firm_unserved.standard_error)
        });
        // Months are contiguous, so with both ends all of them are there.
        let is_whole = known(&first) && known(&last);
        Against { assessed: is_whole.then_some(sum), error }
    }
}

impl Against {
    /// Says it in a sentence.
    pub(crate) fn sentence(&self, plan: &PlanFile) -> String {
        let own = plan.unserved_firm;
        let (from, until) = (plan.request.from.0, plan.request.until.0);
        let span = format!("from {from} to before {until}");
        let Some(assessed) = self.assessed else {
            return format!(
                "Model gap: not known, since not all months of the plan were assessed ({span})."
            );
        };
        format!(
            "Model gap: of firm work {} GPU-hours go unserved in expectation {span} (standard error at most {}); the plan, on typical days of {} futures, expected {}: {}.",
            short(assessed),
            short(self.error),
            plan.request.scenarios,
            short(own),
            apart(assessed, own)
        )
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
            "model_gap": self.assessed.map(|assessed| assessed - plan.unserved_firm),
        })
    }
}

fn apart(assessed: f64, own: f64) -> String {
    let by = assessed - own;
    let share = if own > 0.0 { format!(" ({})", percent(by.abs() / own)) } else { String::new() };
    let than = if by < 0.0 { "fewer" } else { "more" };
    format!("{} {than}{share}", short(by.abs()))
}
