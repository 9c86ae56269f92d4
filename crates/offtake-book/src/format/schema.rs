//! The JSON Schema of a book, from the table of the format, so that an editor completes keys and
//! underlines a wrong unit.

use super::describe::{described, pattern};
use super::{FORMAT, Field, KINDS, Kind, MARKS, Shelf, ValueKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What stands under one part of dotted keys: a value, a table, or either.
#[derive(Default)]
struct Node {
    field: Option<&'static Field>,
    below: BTreeMap<&'static str, Node>,
}

/// Whether a table must be whole, or may be a part that is laid over another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Whole,
    Parts,
}

impl Node {
    fn of(kind: &'static Kind) -> Node {
        let mut root = Node::default();
        for field in kind.keys() {
            let mut at = &mut root;
            for part in field.key.split('.') {
                at = at.below.entry(part).or_default();
            }
            at.field = Some(field);
        }
        root
    }

    fn is_required(&self) -> bool {
        self.field.is_some_and(|field| field.default.is_none())
            || self.below.values().any(Node::is_required)
    }

    fn schema(&self, need: Need) -> Value {
        match (self.field, self.below.is_empty()) {
            (Some(field), true) => value_schema(field),
            (Some(field), false) => {
                json!({ "anyOf": [value_schema(field), self.table(need)] })
            }
            (None, _) => self.table(need),
        }
    }

    /// Writes the table; with [`Need::Whole`] the keys that must be there are asked for.
    fn table(&self, need: Need) -> Value {
        let mut properties = Map::new();
        let mut patterns = Map::new();
        let mut needed = Vec::new();
        for (part, node) in &self.below {
            if *part == "*" {
                patterns.insert("^[A-Za-z0-9.-]+$".to_owned(), node.schema(need));
                continue;
            }
            properties.insert((*part).to_owned(), node.schema(need));
            if need == Need::Whole && node.is_required() {
                needed.push(Value::from(*part));
            }
        }
        let mut table = Map::new();
        table.insert("type".to_owned(), json!("object"));
        table.insert("properties".to_owned(), Value::Object(properties));
        if !patterns.is_empty() {
            table.insert("patternProperties".to_owned(), Value::Object(patterns));
        }
        if !needed.is_empty() {
            table.insert("required".to_owned(), Value::Array(needed));
        }
        table.insert("additionalProperties".to_owned(), json!(false));
        Value::Object(table)
    }
}

/// Returns the schema of a book's TOML files, in draft 2020-12.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    let on_book = || KINDS.iter().copied().filter(|kind| kind.stands_on(Shelf::Book));
    for kind in on_book() {
        for field in kind.keys() {
            definitions
                .entry(definition_name(field.kind))
                .or_insert_with(|| definition(field.kind));
        }
        // A catalog's things may be changed by single keys; a book's must be whole.
        let is_whole = kind.shelf == Shelf::Book && kind.name != "book";
        let need = if is_whole { Need::Whole } else { Need::Parts };
        let table = Node::of(kind).table(need);
        match kind.name {
            "book" => {
                if let Some(Value::Object(own)) = table.get("properties") {
                    properties.extend(own.clone());
                }
                properties.insert("format".to_owned(), format_schema());
                properties.insert("headline_quarters".to_owned(), properties["headline"].clone());
            }
            _ if kind.is_single() => {
                properties.insert(kind.name.to_owned(), described_as(table, kind.doc));
            }
            _ if kind.ids.is_empty() => {}
            _ => {
                definitions.insert(format!("kind-{}", kind.name), described_as(table, kind.doc));
                properties.insert(kind.name.to_owned(), by_id(kind, kind.ids.len()));
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A book of offtake",
        "description": "Contracts for GPU compute, the work that needs it, and what may still be signed.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

fn format_schema() -> Value {
    json!({ "const": FORMAT, "description": "The number of the format that the book is written in." })
}

fn described_as(mut schema: Value, doc: &str) -> Value {
    schema["description"] = json!(doc);
    schema
}

/// Writes the table of tables by id, `levels` deep.
fn by_id(kind: &Kind, levels: usize) -> Value {
    let pattern = if kind.name == "zone" { "^[A-Za-z0-9.-]+$" } else { "^[a-z0-9.-]+$" };
    let inner = match levels {
        0 | 1 => json!({ "$ref": format!("#/$defs/kind-{}", kind.name) }),
        _ => by_id(kind, levels - 1),
    };
    json!({
        "type": "object",
        "description": kind.doc,
        "patternProperties": { pattern: inner },
        "additionalProperties": false,
    })
}

fn value_schema(field: &Field) -> Value {
    let default =
        field.default.map_or("Must be there.".to_owned(), |text| format!("Default: {text}."));
    let (_, example) = described(field.kind);
    let description = format!("{} {default} As in: {} = {example}", field.doc, field.key);
    // A reference with siblings is not read by every editor; `allOf` is.
    json!({ "description": description, "allOf": [{ "$ref": format!("#/$defs/{}", definition_name(field.kind)) }] })
}

/// Returns the name of a kind of value among the definitions.
fn definition_name(kind: ValueKind) -> String {
    let name: String = match kind {
        ValueKind::Choice(words) => format!("one of {}", words.join(" ")),
        ValueKind::Choices(words) => format!("some of {}", words.join(" ")),
        // What is named is not a matter of form.
        ValueKind::Ref("zone") => "id of a zone".to_owned(),
        ValueKind::Refs("zone") => "ids of zones".to_owned(),
        ValueKind::Ref(_) | ValueKind::RefAny => "id".to_owned(),
        ValueKind::Refs(_) => "ids".to_owned(),
        ValueKind::Price(per) => format!("price per {per}"),
        other => format!("{other:?}"),
    };
    let dashed: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    format!("value-{}", dashed.join("-"))
}

/// Writes what may stand as a value: plain, or with its source beside it.
fn definition(kind: ValueKind) -> Value {
    let plain = plain(kind);
    let beside = json!({
        "type": "object",
        "properties": {
            "value": plain,
            "source": { "type": "string", "description": "Id of the source of this value." },
            "mark": { "enum": MARKS, "description": "How far to trust this value." },
            "low": plain,
            "high": plain,
            "note": { "type": "string", "description": "A remark, or the formula of a derived value." },
            "formula": { "type": "string", "description": "The same as `note`." },
        },
        "required": ["value"],
        "additionalProperties": false,
    });
    json!({ "anyOf": [plain, beside] })
}

fn plain(kind: ValueKind) -> Value {
    let text = |pattern: Option<String>| match pattern {
        Some(pattern) => json!({ "type": "string", "pattern": pattern }),
        None => json!({ "type": "string" }),
    };
    match kind {
        ValueKind::Count => json!({ "type": "integer", "minimum": 0 }),
        ValueKind::Number => json!({ "type": "number", "minimum": 0 }),
        ValueKind::Bool => json!({ "type": "boolean" }),
        ValueKind::Choice(words) => json!({ "enum": words }),
        ValueKind::Choices(words) => json!({ "type": "array", "items": { "enum": words } }),
        ValueKind::LevelUnit => json!({ "enum": ["GPU", "tok/s", "images/s"] }),
        ValueKind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueKind::Refs(_) => json!({ "type": "array", "items": text(pattern(kind)) }),
        ValueKind::SpeedOrNumber => {
            json!({ "anyOf": [text(pattern(kind)), { "type": "number", "minimum": 0 }] })
        }
        ValueKind::Quarters => {
            json!({ "anyOf": [text(pattern(kind)), { "type": "integer", "minimum": 1 }] })
        }
        // Editors hand a TOML date to the schema as text.
        ValueKind::Date => {
            text(Some("^([0-9]{4}-[0-9]{2}-[0-9]{2}|Q[1-4] (19|20|21)[0-9]{2})$".to_owned()))
        }
        _ => text(pattern(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/book.schema.json");

    fn written() -> String {
        format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap())
    }

    #[test]
    fn the_schema_in_the_folder_is_the_one_that_the_table_writes() {
        let committed = std::fs::read_to_string(PATH).unwrap_or_default();
        let hint = "run `cargo test -p offtake-book -- --ignored write_the_schema`";
        assert!(committed == written(), "schema/book.schema.json is stale: {hint}");
    }

    #[test]
    #[ignore = "writes schema/book.schema.json; run it by name after the table of the format has changed"]
    fn write_the_schema() {
        std::fs::create_dir_all(std::path::Path::new(PATH).parent().unwrap()).unwrap();
        std::fs::write(PATH, written()).unwrap();
    }

    #[test]
    fn every_reference_of_the_schema_is_defined() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    map.values().for_each(|inner| references(inner, found));
                }
                Value::Array(all) => all.iter().for_each(|inner| references(inner, found)),
                _ => {}
            }
        }
        let schema = schema();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > 200);
        for reference in found {
            let name = reference.trim_start_matches("#/$defs/");
            assert!(schema["$defs"].get(name).is_some(), "{reference}");
        }
    }
}
