//! A book with all its defaults written out is the same book: what `show` prints is what holds, and
//! every value that is printed can be read again.

use offtake_book::format::{ValueKind, kind_named};
use offtake_book::{ShownThing, ShownValue, read_book_bytes, render_findings, show};
use offtake_model::Book;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Words that stand for nothing in particular, and are written by leaving the key out.
const WORDS: &[&str] = &["not known", "not limited", "not said", "flat", "for good"];

/// Writes a value as it would stand in the file, unless it is one that is left out.
fn written(thing: &ShownThing, value: &ShownValue) -> Option<String> {
    let kind = thing.path.split('.').next().filter(|kind| !kind.is_empty()).unwrap_or("book");
    let field = kind_named(kind)?.field(&value.key)?;
    let text = &value.text;
    let is_word = matches!(field.kind, ValueKind::Choice(_) | ValueKind::SpanOr(_));
    if WORDS.contains(&text.as_str()) || (text == "none" && !is_word) {
        return None;
    }
    Some(match field.kind {
        ValueKind::Count | ValueKind::Number | ValueKind::Bool => text.clone(),
        ValueKind::Date if !text.starts_with('Q') => text.clone(),
        ValueKind::SpeedOrNumber if text.parse::<f64>().is_ok() => text.clone(),
        ValueKind::Texts | ValueKind::Refs(_) | ValueKind::Choices(_) => {
            let all: Vec<String> = text.split(", ").map(|one| format!("\"{one}\"")).collect();
            format!("[{}]", all.join(", "))
        }
        _ => format!("\"{text}\""),
    })
}

/// Writes every value as one line with its whole path. Writing to a string cannot fail.
fn written_out(book: &Book) -> String {
    let mut text = String::new();
    for thing in show(book, None) {
        let prefix = if thing.path.is_empty() { String::new() } else { format!("{}.", thing.path) };
        if !prefix.is_empty() && thing.values.iter().all(|value| written(&thing, value).is_none()) {
            let _ = writeln!(text, "{prefix}note = \"nothing else\"");
        }
        for value in &thing.values {
            if let Some(written) = written(&thing, value) {
                let _ = writeln!(text, "{prefix}{} = {written}", value.key);
            }
        }
    }
    text
}

fn ask(name: &str, text: &str) {
    let first = read_book_bytes(name, text.as_bytes());
    let first = first.book.unwrap_or_else(|| panic!("{}", render_findings(&first.findings)));
    let out = written_out(&first);
    let second = read_book_bytes(name, out.as_bytes());
    let second =
        second.book.unwrap_or_else(|| panic!("{}\n{out}", render_findings(&second.findings)));
    let bare = |book: Book| Book {
        provenance: BTreeMap::new(),
        said: BTreeMap::new(),
        sources: BTreeMap::new(),
        ..book
    };
    let (first, second) = (format!("{:#?}", bare(first)), format!("{:#?}", bare(second)));
    let differs: Vec<(&str, &str)> =
        first.lines().zip(second.lines()).filter(|(a, b)| a != b).take(5).collect();
    assert!(differs.is_empty() && first.len() == second.len(), "{differs:#?}\n{out}");
}

#[test]
fn ten_lines_written_out_are_the_same_book() {
    ask("ten-lines.toml", include_str!("fixtures/ten-lines.toml"));
}

#[test]
fn one_of_everything_written_out_is_the_same_book() {
    ask("whole.toml", include_str!("formats/v1/whole.toml"));
}

#[test]
fn a_book_without_uncertainty_written_out_is_the_same_book() {
    let text = include_str!("formats/v1/whole.toml")
        .replace("[defaults]", "[defaults]\nuncertainty = \"none\"");
    ask("whole.toml", &text);
}
