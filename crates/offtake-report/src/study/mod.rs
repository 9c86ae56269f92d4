//! A study: every part that was run on one book with one seed, and the folder that holds it all.
//!
//! A part is a name, its JSON as the command of that name prints it, and its tables. Everything that is
//! written (the page, `study.json`, CSV, Parquet, the workbook) is made from these, so that a new part is
//! one more in the list. What may differ between equal runs is in `manifest.json` alone.

mod digest;
mod flat;
mod folder;
mod histogram;
mod workbook;

pub use digest::digest;
pub use flat::flat;
pub use folder::{STUDY_MARK, write_study};
pub use histogram::histogram;

use crate::answer::Head;
use crate::table::Table;
use serde_json::{Map, Value, json};

/// The parts that a study may have, in the order in which they are told.
pub const PARTS: [(&str, &str); 7] = [
    ("check", "what is wrong with the book"),
    ("assess", "will it hold"),
    ("stress", "what fails with whom"),
    ("value", "what it costs and earns"),
    ("calendar", "dated rights and money"),
    ("offers", "what each offer would change"),
    ("plan", "what to sign next"),
];

/// What one part of a study came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The part, as in [`PARTS`].
    pub name: String,
    /// What the command of that name prints with `--json`.
    pub value: Value,
    /// Futures that it was made from, with words where some of it had fewer: `causes` 100. Empty where
    /// nothing is drawn.
    pub samples: Vec<(String, u64)>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// A study of one book.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyReport {
    /// What reports say of the book.
    pub head: Head,
    /// Seed of all futures.
    pub seed: u64,
    /// What stands behind the numbers: see [`digest()`].
    pub book: Value,
    /// The parts that were run.
    pub sections: Vec<Section>,
}

impl Section {
    /// Makes a part of its JSON, with every list of objects in it as a table.
    #[must_use]
    pub fn new(name: &str, value: Value) -> Section {
        let tables = flat(name, &value);
        Section { name: name.to_owned(), value, samples: Vec::new(), tables }
    }

    /// Puts tables in the place of those that were made of the JSON.
    #[must_use]
    pub fn with_tables(self, tables: Vec<Table>) -> Section {
        Section { tables, ..self }
    }

    /// Says how many futures `what` of the part was made from; `all` for the part as a whole.
    #[must_use]
    pub fn with_samples(mut self, what: &str, samples: u64) -> Section {
        self.samples.push((what.to_owned(), samples));
        self
    }
}

impl StudyReport {
    /// Makes a report of what `study.json` holds.
    #[must_use]
    pub fn from_json(head: Head, study: &Value) -> StudyReport {
        let section = |(name, _): &(&str, &str)| {
            let section = Section::new(name, study.get(*name)?.clone());
            let samples = study["samples"][*name].as_object();
            let samples = samples.into_iter().flatten();
            Some(samples.fold(section, |section, (what, n)| {
                section.with_samples(what, n.as_u64().unwrap_or(0))
            }))
        };
        StudyReport {
            head,
            seed: study["seed"].as_u64().unwrap_or(0),
            book: study["book"].clone(),
            sections: PARTS.iter().filter_map(section).collect(),
        }
    }

    /// Makes a report of one part alone, as the command of that name printed it; nothing where no part has the name.
    /// One offer is told as the offers of a study are.
    #[must_use]
    pub fn of_part(head: Head, name: &str, value: Value) -> Option<StudyReport> {
        let seed = value["seed"].as_u64().unwrap_or(0);
        let book = json!({ "currency": value["currency"] });
        let (name, value) = match name {
            "offer" => ("offers", Value::Array(vec![value])),
            name => (PARTS.iter().find(|(known, _)| *known == name)?.0, value),
        };
        Some(StudyReport { head, seed, book, sections: vec![Section::new(name, value)] })
    }

    /// Returns the JSON of a part, if it was run.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Value> {
        self.sections.iter().find(|section| section.name == name).map(|section| &section.value)
    }

    /// Returns all of it as JSON: what `study.json` holds, the same for equal runs.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        let head = &self.head;
        all.insert("version".into(), json!(head.version));
        all.insert("title".into(), json!(head.title));
        all.insert("book_hash".into(), json!(head.book_hash));
        all.insert("as_of".into(), json!(head.as_of));
        all.insert("from".into(), json!(head.from));
        all.insert("until".into(), json!(head.until));
        all.insert("reference_accelerator".into(), json!(head.reference));
        all.insert("seed".into(), json!(self.seed));
        all.insert("samples".into(), self.samples_json());
        all.insert("book".into(), self.book.clone());
        for section in &self.sections {
            all.insert(section.name.clone(), section.value.clone());
        }
        Value::Object(all)
    }

    /// Returns by part how many futures it was made from.
    pub(crate) fn samples_json(&self) -> Value {
        let of = |section: &Section| {
            let samples = section.samples.iter().map(|(what, n)| (what.clone(), json!(n)));
            (section.name.clone(), Value::Object(samples.collect()))
        };
        Value::Object(self.sections.iter().map(of).collect())
    }

    /// Returns the tables of all parts, each with the name of its part before its own; one without a row
    /// is left out.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let named = |section: &Section, table: &Table| {
            let is_named = table.name.split('_').next() == Some(section.name.as_str());
            let name = if is_named {
                table.name.clone()
            } else {
                format!("{}_{}", section.name, table.name)
            };
            Table { name, ..table.clone() }
        };
        let of = |section: &'_ Section| -> Vec<Table> {
            let filled = section.tables.iter().filter(|table| !table.rows.is_empty());
            filled.map(|table| named(section, table)).collect()
        };
        self.sections.iter().flat_map(of).collect()
    }
}
