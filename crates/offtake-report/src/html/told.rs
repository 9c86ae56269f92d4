//! What a study says, piece by piece: the one source of `report.html` and of what the desk's page shows of a run.
//!
//! Words and tables are HTML in which everything that a book says was made safe; data of pictures is as `report/`
//! draws it.

use super::facts::{self, count, day, est, month, num, share};
use super::figures::{self, Figure};
use super::text::Tips;
use super::{questions, tables, why};
use crate::number;
use crate::study::{PARTS, StudyReport};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// All that a study says.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    /// What the book is about.
    pub(super) title: String,
    /// As known on which day, over which, from how many futures.
    pub(super) known: String,
    /// Whether it holds: in words, and `good`, `bad` or `open`; nothing where `assess` was not run.
    pub(super) verdict: Option<Verdict>,
    pub(super) keys: Vec<Key>,
    pub(super) questions: Vec<Question>,
    /// Parts that were not run.
    pub(super) absent: Vec<Absent>,
    pub(super) figures: Vec<Shown>,
    pub(super) tables: Vec<Table>,
    pub(super) how: Vec<Definition>,
    pub(super) sources: Vec<Source>,
    /// What the study is: enough to make it again.
    pub(super) about: Vec<Fact>,
}

/// A part that was not run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldAbsent)]
pub(super) struct Absent {
    pub(super) part: &'static str,
    /// What it would have asked.
    pub(super) about: &'static str,
}

/// Something to know of the study.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldFact)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldVerdict)]
pub(super) struct Verdict {
    pub(super) word: &'static str,
    pub(super) tone: &'static str,
}

/// A figure that people ask for first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldKey)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// HTML.
    pub(super) number: String,
    pub(super) unit: String,
}

/// A question with its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldQuestion)]
pub(super) struct Question {
    pub(super) asks: &'static str,
    pub(super) who: &'static str,
    /// HTML.
    pub(super) answer: String,
    /// Ids of the figures that show it.
    pub(super) see: Vec<&'static str>,
}

/// A figure with its id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldShown)]
pub(super) struct Shown {
    pub(super) id: &'static str,
    #[serde(flatten)]
    pub(super) figure: Figure,
}

/// A table that is no figure's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldTable)]
pub(super) struct Table {
    pub(super) id: &'static str,
    pub(super) html: String,
}

/// How a number is made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldDefinition)]
pub(super) struct Definition {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The field's term, or nothing.
    pub(super) term: &'static str,
    pub(super) text: &'static str,
}

/// Where words of the book come from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldSource)]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) title: String,
    /// Publisher, date and address, as far as they are known.
    pub(super) said: String,
}

impl Told {
    /// Makes all that a report says.
    #[must_use]
    pub fn new(report: &StudyReport) -> Told {
        let mut tips = Tips::default();
        let make = |(id, make): &(&'static str, figures::Make)| {
            Some(Shown { id, figure: make(report, &mut tips)? })
        };
        let figures: Vec<Shown> = figures::ALL.iter().filter_map(make).collect();
        let assess = report.section("assess");
        let verdict = |assess| {
            let (word, tone) = questions::verdict(assess);
            Verdict { word, tone }
        };
        Told {
            title: report.head.title.clone(),
            known: known(report),
            verdict: assess.map(verdict),
            keys: assess.map_or_else(Vec::new, |assess| keys(assess, &mut tips)),
            questions: asked(report, &figures, &mut tips),
            absent: PARTS
                .iter()
                .filter(|(name, _)| report.section(name).is_none())
                .map(|&(part, about)| Absent { part, about })
                .collect(),
            figures,
            tables: tables::all(report, &mut tips)
                .into_iter()
                .map(|(id, html)| Table { id, html })
                .collect(),
            how: why::ALL
                .iter()
                .map(|&(id, name, term, text)| Definition { id, name, term, text })
                .collect(),
            sources: facts::rows(&report.book, "sources").iter().map(source).collect(),
            about: about(report),
        }
    }
}

/// Says as of when, over what and from how many futures.
fn known(report: &StudyReport) -> String {
    let head = &report.head;
    let last =
        head.until.parse::<jiff::civil::Date>().ok().and_then(|until| until.yesterday().ok());
    let last = last.map_or_else(|| head.until.clone(), |last| last.to_string());
    let futures = samples_of(report, "assess").map_or_else(String::new, |samples| {
        format!("; {} futures, seed {}", number::whole(samples as f64), report.seed)
    });
    format!("As known on {}; from {} to {}{futures}", day(&head.as_of), day(&head.from), day(&last))
}

fn samples_of(report: &StudyReport, part: &str) -> Option<u64> {
    let section = report.sections.iter().find(|section| section.name == part)?;
    section.samples.iter().find(|(what, _)| what == "all").map(|(_, samples)| *samples)
}

/// The figures of the head: what, how much, how sure.
fn keys(assess: &Value, tips: &mut Tips) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut key = |id: &str, name: &'static str, text: String, unit: &str| {
        keys.push(Key { name, number: tips.number(&text, id), unit: unit.to_owned() });
    };
    let whole =
        |path: &str| num(assess, path).map_or_else(|| number::NONE.to_owned(), number::whole);
    key(
        "months-at-risk",
        "Months at risk",
        whole("headline/months_at_risk"),
        &format!(
            "of {} to {}",
            whole("headline/months"),
            month(facts::text(assess, "headline/to"))
        ),
    );
    if let Some(unserved) = est(assess, "headline/unserved_share") {
        key("unserved-share", "Firm demand unserved", share(unserved), "over those months (NEUE)");
    }
    if let Some(gpus) = est(assess, "headline/firm_equivalent_gpus") {
        let (name, gpus) = if gpus.mean < 0.0 {
            ("GPUs that could go", gpus.times(-1.0))
        } else {
            ("GPUs that would mend it", gpus)
        };
        key("firm-equivalent", name, count(gpus), "firm and open to all work");
    }
    if let Some(hours) = est(assess, "lolh") {
        key("hours-short", "Hours a year short", count(hours), "of 8,766, whole horizon (LOLH)");
    }
    keys
}

fn asked(report: &StudyReport, figures: &[Shown], tips: &mut Tips) -> Vec<Question> {
    let known = |id: &&&'static str| figures.iter().any(|figure| figure.id == **id);
    questions::ALL
        .iter()
        .map(|question| Question {
            asks: question.asks,
            who: question.who,
            answer: (question.answer)(report, tips),
            see: question.see.iter().filter(known).copied().collect(),
        })
        .collect()
}

fn source(source: &Value) -> Source {
    let said = ["publisher", "date", "address"].map(|key| facts::text(source, key)).into_iter();
    let said: Vec<&str> = said.filter(|part| !part.is_empty()).collect();
    let text = |key| facts::text(source, key).to_owned();
    Source { id: text("id"), title: text("title"), said: said.join(", ") }
}

fn about(report: &StudyReport) -> Vec<Fact> {
    let head = &report.head;
    let fact = |name: &str, text: &str| Fact { name: name.to_owned(), text: text.to_owned() };
    let mut facts = vec![
        fact("Offtake", &head.version),
        fact("Book hash", &head.book_hash),
        fact("Seed", &report.seed.to_string()),
    ];
    for section in &report.sections {
        let said = |(what, n): &(String, u64)| {
            let n = number::whole(*n as f64);
            if what == "all" { format!("{n} futures") } else { format!("{what}: {n}") }
        };
        let said: Vec<String> = section.samples.iter().map(said).collect();
        let text = if said.is_empty() { "no futures drawn".to_owned() } else { said.join("; ") };
        facts.push(fact(&format!("Part {}", section.name), &text));
    }
    if let Some(assess) = report.section("assess") {
        let notes = facts::rows(assess, "notes").iter().filter_map(Value::as_str);
        facts.extend(notes.map(|note| fact("Note", note)));
    }
    facts
}
