//! `cargo xtask python-client`: the calls of the Python client, written from the description of the desk's API.
//!
//! Shapes become typed dictionaries, operations become methods of `Desk`. How the desk is spoken to (keys, tries, pages,
//! events, problems) is written by hand in `python/src/offtake_desk/client.py`. Tidy says when the file is stale; `--types`
//! holds all of it against mypy.

use crate::python;
use crate::tables::root;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::process::{Command, ExitCode};

/// Where the file stands in the checkout.
pub(crate) const PATH: &str = "python/src/offtake_desk/api.py";
/// Changes whose answer the desk does not keep, so that they are sent once.
const ONCE: &[&str] = &["make_token"];
/// What is held against: another release finds other things.
const MYPY: &str = "mypy==1.18.2";

const HEAD: &str = r#""""Every shape and every call of the desk's API.

Written by `cargo xtask python-client` from `schema/desk.openapi.json`; change that, not this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias, TypedDict, cast

from .client import Client, _in_path
"#;

/// Runs the chore.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let done = match arguments {
        [] => python::write(&root().join(PATH), &text()).map(|()| format!("{PATH}: written\n")),
        [one] if one == "--types" => types(),
        _ => Err("usage: cargo xtask python-client [--types]".to_owned()),
    };
    match done {
        Ok(told) => {
            print!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("python-client: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Holds the package and its tests against mypy, which tells what it finds on stdout.
fn types() -> Result<String, String> {
    let mut mypy = Command::new(python::with(&[MYPY])?);
    let output = mypy.args(["-m", "mypy"]).current_dir(root().join("python")).output();
    let output = output.map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(told) } else { Err(told) }
}

/// Writes the file from the committed description; what cannot be read gives a file that differs.
pub(crate) fn text() -> String {
    let description = std::fs::read_to_string(root().join("schema/desk.openapi.json"));
    let description: Value =
        description.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    written(&description)
}

fn written(description: &Value) -> String {
    let mut text = HEAD.to_owned();
    let schemas = &description["components"]["schemas"];
    // What is made of other shapes stands below them.
    for is_made_of_others in [false, true] {
        let here = |(name, schema): &(&String, &Value)| {
            !name.starts_with("Page_") && schema["allOf"].is_array() == is_made_of_others
        };
        text.extend(members(schemas).filter(here).map(|(name, schema)| shape(name, schema)));
    }
    text.push_str("\n\nclass Desk(Client):\n    \"\"\"A desk that is spoken to.\"\"\"\n");
    for (path, methods) in members(&description["paths"]) {
        for (method, operation) in members(methods) {
            text.push_str(&call_of((path, method), operation, schemas));
        }
    }
    text
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE).iter()
}

/// Returns what a shape is called in Python.
fn class(name: &str) -> String {
    name.strip_suffix("Shape").unwrap_or(name).to_owned()
}

/// Writes a shape as a typed dictionary of what must be there and one of what may.
fn shape(name: &str, schema: &Value) -> String {
    let class = class(name);
    let is_object = schema["properties"].is_object() || schema["allOf"].is_array();
    if !is_object {
        let about = schema["description"].as_str().unwrap_or(name).replace('\n', " ");
        return format!("\n\n# {about}\n{class}: TypeAlias = \"{}\"\n", kind(schema));
    }
    let mut bases = Vec::new();
    let mut parts = vec![schema];
    parts.extend(schema["allOf"].as_array().into_iter().flatten());
    let (mut must, mut may) = (String::new(), String::new());
    for part in parts {
        bases.extend(part["$ref"].as_str().map(referred));
        let required: Vec<&str> =
            part["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (field, of) in members(&part["properties"]) {
            let into = if required.contains(&field.as_str()) { &mut must } else { &mut may };
            for line in of["description"].as_str().unwrap_or_default().lines() {
                let _ = writeln!(into, "        # {line}");
            }
            let _ = writeln!(into, "        \"{field}\": {},", quoted(&kind(of)));
        }
    }
    let mut text = String::new();
    for (suffix, fields, total) in [("Must", must, ""), ("May", may, ", total=False")] {
        if !fields.is_empty() {
            let own = format!("_{class}{suffix}");
            let _ = write!(
                text,
                "\n\n{own} = TypedDict(\n    \"{own}\",\n    {{\n{fields}    }}{total},\n)"
            );
            bases.push(own);
        }
    }
    let bases = if bases.is_empty() { "TypedDict".to_owned() } else { bases.join(", ") };
    let _ = write!(
        text,
        "\n\n\nclass {class}({bases}):\n    \"\"\"{}\"\"\"\n",
        doc(schema, "description", &class)
    );
    text
}

/// Writes a type as text where it is looked up late, since a shape may stand further down.
fn quoted(kind: &str) -> String {
    let is_plain = ["str", "int", "float", "bool", "Any"].contains(&kind);
    if is_plain { kind.to_owned() } else { format!("\"{kind}\"") }
}

fn doc<'a>(of: &'a Value, field: &str, otherwise: &'a str) -> String {
    of[field].as_str().unwrap_or(otherwise).replace('\\', "\\\\").replace("\"\"\"", "'''")
}

fn referred(reference: &str) -> String {
    class(reference.rsplit('/').next().unwrap_or(reference))
}

/// Returns the type of a schema in Python; what is not known is `Any`.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return referred(reference);
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(of) = schema[several].as_array() {
            return union(of.iter().map(kind).collect());
        }
    }
    match &schema["type"] {
        Value::Array(types) => {
            let one = |name: &Value| {
                let mut one = schema.clone();
                one["type"] = name.clone();
                kind(&one)
            };
            union(types.iter().map(one).collect())
        }
        Value::String(name) => match name.as_str() {
            "string" => "str".to_owned(),
            "integer" => "int".to_owned(),
            "number" => "float".to_owned(),
            "boolean" => "bool".to_owned(),
            "null" => "None".to_owned(),
            "array" => format!("list[{}]", kind(&schema["items"])),
            "object" if schema["additionalProperties"].is_object() => {
                format!("dict[str, {}]", kind(&schema["additionalProperties"]))
            }
            "object" => "dict[str, Any]".to_owned(),
            _ => "Any".to_owned(),
        },
        _ => "Any".to_owned(),
    }
}

/// Joins types, `None` last and each once.
fn union(kinds: Vec<String>) -> String {
    let joined = kinds.join(" | ");
    let mut kinds: Vec<&str> = joined.split(" | ").filter(|kind| *kind != "None").collect();
    kinds.dedup();
    if joined.split(" | ").any(|kind| kind == "None") {
        kinds.push("None");
    }
    kinds.join(" | ")
}

/// What an operation answers.
enum Answered {
    Nothing,
    Bytes,
    Events(String),
    Page(String),
    Json(String),
}

fn answered(operation: &Value) -> Answered {
    let good = members(&operation["responses"]).find(|(status, _)| status.starts_with('2'));
    let Some((kind_of, content)) = good.and_then(|(_, of)| members(&of["content"]).next()) else {
        return Answered::Nothing;
    };
    let schema = &content["schema"];
    let page =
        schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()?.strip_prefix("Page_"));
    match (kind_of.as_str(), page) {
        ("application/json", Some(item)) => Answered::Page(class(item)),
        ("application/json", None) => Answered::Json(kind(schema)),
        ("text/event-stream", _) => Answered::Events(kind(schema)),
        _ => Answered::Bytes,
    }
}

/// What a method takes, and what it hands on.
#[derive(Default)]
struct Takes {
    target: String,
    before: Vec<String>,
    named: Vec<String>,
    query: Vec<String>,
    how: String,
    /// Whether it may be made for one version alone.
    has_version: bool,
}

/// Reads what is in the path and the query; a page is followed by the client.
fn parameters(path: &str, operation: &Value, answered: &Answered) -> Takes {
    let is_page = matches!(answered, Answered::Page(_));
    let mut takes = Takes { target: path.to_owned(), ..Takes::default() };
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let of = parameter["name"].as_str().unwrap_or_default();
        let argument = argument(of);
        match parameter["in"].as_str() {
            Some("path") => {
                takes.before.push(format!("{argument}: str"));
                let put = format!("{{_in_path({argument})}}");
                takes.target = takes.target.replace(&format!("{{{of}}}"), &put);
            }
            Some("query") if !(is_page && of == "after") => {
                let kind = union(vec![kind(&parameter["schema"]), "None".to_owned()]);
                takes.named.push(format!("{argument}: {kind} = None"));
                takes.query.push(format!("\"{of}\": {argument}"));
            }
            Some("header") if of == "If-Match" => {
                takes.has_version = true;
                let is_needed = parameter["required"] == true;
                let usual = if is_needed { "" } else { " | None = None" };
                takes.named.push(format!("if_match: int | str{usual}"));
            }
            _ => {}
        }
    }
    if !takes.query.is_empty() && !is_page {
        takes.how = format!(", query={{{}}}", takes.query.join(", "));
    }
    takes
}

/// Writes an operation as a method.
fn call_of((path, method): (&str, &str), operation: &Value, schemas: &Value) -> String {
    let name = operation["operationId"].as_str().unwrap_or("unnamed");
    let answered = answered(operation);
    let method = method.to_uppercase();
    let mut takes = parameters(path, operation, &answered);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let of = body["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        let is_needed = schemas[of]["required"].as_array().is_some_and(|must| !must.is_empty());
        let (kind, body) = (kind(body), if is_needed { "body" } else { "body or {}" });
        takes.before.push(format!("body: {kind}{}", if is_needed { "" } else { " | None = None" }));
        takes.how.push_str(&format!(", body={body}"));
    }
    if method != "GET" {
        takes.named.push("key: str | None = None".to_owned());
        takes.how.push_str(", key=key");
        takes.how.push_str(if takes.has_version { ", if_match=if_match" } else { "" });
        if ONCE.contains(&name) {
            takes.how.push_str(", is_once=True");
        }
    }
    let Takes { target, before, named, query, how, .. } = takes;
    let mut all = vec!["self".to_owned()];
    all.extend(before);
    all.extend((!named.is_empty()).then(|| "*".to_owned()));
    all.extend(named);
    let f = if target.contains('{') { "f" } else { "" };
    let sent = format!("(\"{method}\", {f}\"{target}\"{how})");
    let (returns, line) = match answered {
        Answered::Nothing => ("None".to_owned(), format!("self._send{sent}")),
        Answered::Bytes => ("bytes".to_owned(), format!("return self._send{sent}")),
        Answered::Events(of) => {
            (format!("Iterator[{of}]"), format!("return self._events({f}\"{target}\")"))
        }
        Answered::Page(of) => {
            let query = query.join(", ");
            let line = format!("return self._pages({f}\"{target}\", {{{query}}})");
            (format!("Iterator[{of}]"), line)
        }
        Answered::Json(of) => (of.clone(), format!("return cast(\"{of}\", self._json{sent})")),
    };
    let (takes, about) = (all.join(", "), doc(operation, "summary", name));
    format!(
        "\n    def {name}({takes}) -> {returns}:\n        \"\"\"{about}\"\"\"\n        {line}\n"
    )
}

/// Returns what a parameter is called in Python, where some words are taken.
fn argument(name: &str) -> String {
    let name = name.replace('-', "_");
    if ["from", "in", "is", "class", "def", "global"].contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_version_of_a_change_is_asked_for_where_the_description_says_so() {
        let of = |required: bool| {
            json!({
                "operationId": "edit", "summary": "Edits.",
                "parameters": [{ "name": "If-Match", "in": "header", "required": required, "schema": { "type": "string" } }],
                "responses": { "204": {} },
            })
        };
        let text = |required| call_of(("/v1/books", "post"), &of(required), &Value::Null);
        assert!(
            text(true).contains("*, if_match: int | str, key: str | None = None)"),
            "{}",
            text(true)
        );
        assert!(text(false).contains("if_match: int | str | None = None, "), "{}", text(false));
        assert!(text(true).contains("key=key, if_match=if_match)"), "{}", text(true));
    }

    #[test]
    fn types_are_those_of_python() {
        assert_eq!(kind(&json!({ "type": ["integer", "null"] })), "int | None");
        assert_eq!(
            kind(
                &json!({ "type": "array", "items": { "$ref": "#/components/schemas/PartShape" } })
            ),
            "list[Part]"
        );
        assert_eq!(
            kind(&json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/x/WishShape" }] })),
            "Wish | None"
        );
        assert_eq!(
            kind(&json!({ "type": "object", "additionalProperties": { "type": "number" } })),
            "dict[str, float]"
        );
        assert_eq!(kind(&json!({})), "Any");
    }

    #[test]
    fn a_shape_says_what_must_be_there_and_what_may() {
        let part = json!({
            "description": "A part.", "required": ["from"],
            "properties": { "from": { "type": "string" }, "pool": { "type": ["string", "null"] } },
        });
        let text = shape("PartShape", &part);
        assert!(text.contains("        \"from\": str,\n    },\n)"), "{text}");
        assert!(
            text.contains("        \"pool\": \"str | None\",\n    }, total=False,\n)"),
            "{text}"
        );
        assert!(
            text.ends_with("class Part(_PartMust, _PartMay):\n    \"\"\"A part.\"\"\"\n"),
            "{text}"
        );
        let one = json!({ "oneOf": [{ "$ref": "#/x/PartShape" }, { "type": "array", "items": { "type": "integer" } }] });
        assert!(shape("One", &one).ends_with("One: TypeAlias = \"Part | list[int]\"\n"));
    }

    #[test]
    fn an_operation_is_a_method_with_what_it_takes() {
        let operation = json!({
            "operationId": "position", "summary": "Shows.",
            "parameters": [
                { "name": "id", "in": "path", "schema": { "type": "string" } },
                { "name": "from", "in": "query", "schema": { "type": ["string", "null"] } },
            ],
            "responses": { "200": { "content": { "application/json": { "schema": { "type": "array", "items": { "type": "integer" } } } } } },
        });
        let text = call_of(("/v1/pools/{id}/position", "get"), &operation, &Value::Null);
        assert!(
            text.contains("def position(self, id: str, *, from_: str | None = None) -> list[int]:"),
            "{text}"
        );
        assert!(
            text.contains("f\"/v1/pools/{_in_path(id)}/position\", query={\"from\": from_}"),
            "{text}"
        );
    }
}
