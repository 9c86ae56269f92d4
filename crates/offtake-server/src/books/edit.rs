//! Edits of a book in the text of its files: one value, or a thing, and no other byte.

use super::{Opened, Tree};
use offtake_book::{LongTable, LongThing, Written, ids_of, long_tables, read_cell};
use offtake_desk::Fault;
use offtake_model::{Book, Place};
use offtake_sheet::toml::Beside;
use offtake_sheet::{csv, toml};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The most edits at once.
const MOST_EDITS: usize = 1_000;

/// One edit: a value set or taken out; without a field, a thing taken out. A thing that is not there yet is added.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// The kind of thing, as `tranche`; `book` for the top of the book.
    pub(crate) table: String,
    /// Its id, as `iren-childress.horizon-1`; empty for kinds of which there is one.
    #[serde(default)]
    pub(crate) id: String,
    /// The key, as `late.grace`; left out to take out the whole thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    /// What it is to be: text as the file would have it (`200 MW`), a number, a list of texts, yes or no; left out or
    /// null to take it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Value>,
    /// The id of its source; empty to take that out, left out to let it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// How far to trust it, as `press`; empty to take that out, left out to let it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<String>,
}

type Failed = (&'static str, String, String);

fn failed<T>(field: &'static str, problem: impl Into<String>, fix: &str) -> Result<T, Failed> {
    Err((field, problem.into(), fix.to_owned()))
}

/// Edits as they are made.
struct Draft<'a> {
    book: &'a Book,
    tables: Vec<LongTable>,
    tree: Tree,
    /// Things that were added, each with the file that it stands in.
    added: BTreeMap<String, String>,
}

/// Makes edits in the files of a book, one after the other; whether the book is sound then is for its reader to say.
///
/// # Errors
///
/// All edits that cannot be made, each with its field.
pub(crate) fn edited(opened: &Opened, edits: &[Edit]) -> Result<Tree, Vec<Fault>> {
    if edits.is_empty() || edits.len() > MOST_EDITS {
        let problem = "are none, or more than 1,000".to_owned();
        return Err(vec![Fault::new("edits", problem, "send what is to be changed")]);
    }
    let mut draft = Draft {
        book: &opened.book,
        tables: long_tables(&opened.book),
        tree: opened.tree.clone(),
        added: BTreeMap::new(),
    };
    let mut faults = Vec::new();
    // Rows of a table that are taken out move those below them: whatever is taken out goes last, the lowest first.
    let (mut last, first): (Vec<_>, Vec<_>) =
        edits.iter().enumerate().partition(|(_, edit)| edit.field.is_none());
    last.sort_by_key(|(_, edit)| {
        std::cmp::Reverse(draft.thing(edit).map(|thing| thing.place.clone()))
    });
    for (at, edit) in first.into_iter().chain(last) {
        if let Err((field, problem, fix)) = draft.make(edit) {
            faults.push(Fault::new(&format!("edits[{at}].{field}"), problem, &fix));
        }
    }
    if faults.is_empty() { Ok(draft.tree) } else { Err(faults) }
}

impl Draft<'_> {
    fn thing(&self, edit: &Edit) -> Option<&LongThing> {
        let table = self.tables.iter().find(|table| table.kind == edit.table)?;
        table.things.iter().find(|thing| thing.ids.join(".") == edit.id)
    }

    fn make(&mut self, edit: &Edit) -> Result<(), Failed> {
        let Some(kinds) = ids_of(&edit.table) else {
            let problem = format!("`{}` is no kind of thing", edit.table);
            return failed("table", problem, "name one of docs/reference/book.md");
        };
        if kinds.is_empty() != edit.id.is_empty() {
            return failed("id", "is missing, or one too many", "name the thing as the book does");
        }
        let Some(field) = &edit.field else {
            return self.take_out(edit);
        };
        let value = edit.value.as_ref().filter(|value| !value.is_null());
        let text = value.map(text_of).transpose()?;
        let written = text.as_deref().map(|text| written(&edit.table, field, text)).transpose()?;
        match self.thing(edit).cloned() {
            Some(thing) => {
                let place = thing.values.get(field).map_or(&thing.place, |value| &value.place);
                let parts = parts(&edit.table, &thing.ids);
                self.set(edit, place.clone(), &parts, (text, written))
            }
            None if kinds.is_empty() => {
                let place = Place { file: self.top_file(&edit.table, field), line: 0 };
                let own = [edit.table.as_str()];
                let table = if edit.table == "book" { &own[1..] } else { &own[..] };
                self.set(edit, place, table, (text, written))
            }
            None => self.add(edit, kinds.len(), (text, written)),
        }
    }

    /// Returns the file that a key of the book's top, or of a kind of which there is one, stands in or may be put in.
    fn top_file(&self, table: &str, field: &str) -> String {
        let own = if table == "book" { field.to_owned() } else { format!("{table}.{field}") };
        let place =
            |path: &str| self.book.provenance.get(path).and_then(|known| known.place.clone());
        let found = place(&own).or_else(|| place(table)).or_else(|| place("as_of"));
        found.map_or_else(
            || self.tree.files.keys().next().cloned().unwrap_or_default(),
            |place| place.file,
        )
    }

    fn text(&self, file: &str) -> Result<String, Failed> {
        let bytes = self.tree.files.get(file);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes.clone()).ok());
        text.ok_or_else(|| ("id", format!("`{file}` is no text"), "edit it by hand".to_owned()))
    }

    fn put(&mut self, file: &str, text: String) {
        self.tree.files.insert(file.to_owned(), text.into_bytes());
    }

    /// Sets a value of a thing that is there, or takes it out.
    fn set(
        &mut self,
        edit: &Edit,
        place: Place,
        table: &[&str],
        (text, written): (Option<String>, Option<toml::Value>),
    ) -> Result<(), Failed> {
        let field = edit.field.as_deref().unwrap_or_default();
        let old = self.text(&place.file)?;
        let new = if is_csv(&place.file) {
            let row = usize::try_from(place.line).unwrap_or(0);
            let mut cells = vec![(field, text.as_deref().unwrap_or_default())];
            cells.extend(edit.source.as_deref().map(|source| ("source", source)));
            cells.extend(edit.mark.as_deref().map(|mark| ("mark", mark)));
            let set = |old: String, (key, value): (&str, &str)| csv::set(&old, row, key, value);
            cells.into_iter().try_fold(old, set).map_err(|error| ("value", error.to_string()))
        } else {
            let beside = Beside { source: edit.source.as_deref(), mark: edit.mark.as_deref() };
            match written {
                Some(value) if beside != Beside::default() => {
                    toml::set_said(&old, table, field, &value, beside)
                }
                Some(value) => toml::set(&old, table, field, &value),
                None => toml::remove(&old, table, field),
            }
            .map_err(|error| ("field", error.to_string()))
        };
        let fix = "change it in the file, and import that".to_owned();
        let new = new.map_err(|(field, problem)| (field, problem, fix))?;
        self.put(&place.file, new);
        Ok(())
    }

    /// Adds a value to a thing that is not in the book yet, and the thing with the first of them.
    fn add(
        &mut self,
        edit: &Edit,
        count: usize,
        (text, written): (Option<String>, Option<toml::Value>),
    ) -> Result<(), Failed> {
        let (Some(text), Some(written)) = (text, written) else {
            return failed(
                "id",
                format!("there is no `{}.{}`", edit.table, edit.id),
                "name one that is there",
            );
        };
        let ids: Vec<String> = edit.id.splitn(count, '.').map(str::to_owned).collect();
        if ids.len() != count || !ids.iter().all(|id| is_id(id)) {
            let fix = "use lower-case letters, digits and `-`, parts of an id parted by a point";
            return failed("id", format!("`{}` is no id", edit.id), fix);
        }
        let path = format!("{}.{}", edit.table, edit.id);
        let table = parts(&edit.table, &ids);
        if let Some(file) = self.added.get(&path).cloned() {
            return self.set(edit, Place { file, line: 0 }, &table, (Some(text), Some(written)));
        }
        let file = self.file_for(&edit.table);
        let old = self.text(&file)?;
        let field = edit.field.clone().unwrap_or_default();
        let new = toml::append_table(&old, &table, &[(field, written.clone())]);
        let fix = "write it in a file, and import that".to_owned();
        self.put(&file, new.map_err(|error| ("id", error.to_string(), fix))?);
        self.added.insert(path, file.clone());
        if edit.source.is_none() && edit.mark.is_none() {
            return Ok(());
        }
        self.set(edit, Place { file, line: 0 }, &table, (Some(text), Some(written)))
    }

    /// Returns the file that a new thing is put in: where the last of its kind stands, if that is no table.
    fn file_for(&self, kind: &str) -> String {
        let table = self.tables.iter().find(|table| table.kind == kind);
        let beside = table.and_then(|table| {
            table.things.iter().rev().map(|thing| &thing.place.file).find(|file| !is_csv(file))
        });
        beside.cloned().unwrap_or_else(|| self.top_file("book", "as_of"))
    }

    fn take_out(&mut self, edit: &Edit) -> Result<(), Failed> {
        if edit.value.as_ref().is_some_and(|value| !value.is_null()) {
            return failed("field", "is missing", "name the key that gets the value");
        }
        let Some(thing) = self.thing(edit).cloned() else {
            return failed(
                "id",
                format!("there is no `{}.{}`", edit.table, edit.id),
                "name one that is there",
            );
        };
        let file = &thing.place.file;
        let old = self.text(file)?;
        let new = if is_csv(file) {
            let row = usize::try_from(thing.place.line).unwrap_or(0);
            csv::remove_row(&old, row).map_err(|error| error.to_string())
        } else {
            let table = parts(&edit.table, &thing.ids);
            toml::remove_table(&old, &table).map_err(|error| error.to_string())
        };
        let fix = "take it out in the file, and import that".to_owned();
        self.put(file, new.map_err(|problem| ("id", problem, fix))?);
        Ok(())
    }
}

fn text_of(value: &Value) -> Result<String, Failed> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Array(all) => {
            let texts: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            texts.map_or_else(
                || failed("value", "has more than texts in its list", "send a list of texts"),
                |texts| Ok(texts.join(", ")),
            )
        }
        _ => failed("value", "is no value", "send text, a number, a list of texts, or null"),
    }
}

fn written(kind: &str, key: &str, text: &str) -> Result<toml::Value, Failed> {
    let about = |problem: &str| {
        if problem.starts_with("there is no key") { "field" } else { "value" }
    };
    let known = read_cell(kind, key, text);
    Ok(match known.map_err(|wrong| (about(&wrong.problem), wrong.problem, wrong.fix))? {
        Written::Text(text) => toml::Value::Text(text),
        Written::Integer(number) => toml::Value::Integer(number),
        Written::Float(number) => toml::Value::Float(number),
        Written::Bool(value) => toml::Value::Bool(value),
        Written::Date(date) => toml::Value::Date(date),
        Written::List(all) => toml::Value::List(all),
    })
}

fn parts<'a>(kind: &'a str, ids: &'a [String]) -> Vec<&'a str> {
    std::iter::once(kind).chain(ids.iter().map(String::as_str)).collect()
}

fn is_csv(file: &str) -> bool {
    file.to_ascii_lowercase().ends_with(".csv")
}

fn is_id(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.chars().all(good)
}
