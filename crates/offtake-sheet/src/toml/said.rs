//! A value set along with what stands beside it: its source and its mark.

use super::{
    EditError, Value, confirmed, find, find_value, inserted, no_table, not_editable, parse, spliced,
};
use toml_edit::{InlineTable, Item};

/// What is to stand beside a value; `None` leaves it as it is, an empty text takes it out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside<'a> {
    /// The id of its source.
    pub source: Option<&'a str>,
    /// How far to trust it.
    pub mark: Option<&'a str>,
}

/// Sets `key` of `table` to `value`, with its source and mark beside it: `{ value = …, source = …, mark = … }`.
///
/// # Errors
///
/// As for [`set`](super::set).
pub fn set_said(
    text: &str,
    table: &[&str],
    key: &str,
    value: &Value,
    beside: Beside<'_>,
) -> Result<String, EditError> {
    let document = parse(text)?;
    let own = find(document.as_table(), table).ok_or_else(|| no_table(table))?;
    let item = find_value(own, key);
    let written = whole(item, value, beside).ok_or_else(|| not_editable(key))?;
    let edited = match item {
        Some(item) => {
            let is_value = item.as_value().is_some();
            let span = item.span().filter(|_| is_value).ok_or_else(|| not_editable(key))?;
            spliced(text, span, &written)
        }
        None => inserted(text, table, key, &written).ok_or_else(|| not_editable(key))?,
    };
    confirmed(edited, table, key, Some(value))
}

/// Writes the value with all that stands beside it afterwards.
fn whole(item: Option<&Item>, value: &Value, beside: Beside<'_>) -> Option<String> {
    let mut all = item.and_then(Item::as_inline_table).cloned().unwrap_or_else(InlineTable::new);
    let written: toml_edit::Value = value.written().parse().ok()?;
    all.insert("value", written.decorated(" ", ""));
    for (name, said) in [("source", beside.source), ("mark", beside.mark)] {
        match said {
            None => {}
            Some("") => drop(all.remove(name)),
            Some(said) => drop(all.insert(name, said.into())),
        }
    }
    if all.len() == 1 {
        return Some(value.written());
    }
    all.fmt();
    Some(all.to_string().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "as_of = 2026-01-01\n\n[contract.acme]   # the first\ngpus  = 72   # counted\nterm  = { value = \"60 months\", low = \"48 months\", high = \"72 months\" } # by hand\n";

    #[test]
    fn a_value_gets_its_source_and_mark_and_keeps_its_remark() {
        let beside = Beside { source: Some("filing-1"), mark: Some("filing") };
        let edited = set_said(BOOK, &["contract", "acme"], "gpus", &Value::Integer(144), beside);
        let line =
            "gpus  = { value = 144, source = \"filing-1\", mark = \"filing\" }   # counted\n";
        assert_eq!(edited.unwrap(), BOOK.replace("gpus  = 72   # counted\n", line));
    }

    #[test]
    fn a_range_stays_beside_a_value_that_changes() {
        let beside = Beside { source: None, mark: Some("press") };
        let value = Value::Text("50 months".to_owned());
        let edited = set_said(BOOK, &["contract", "acme"], "term", &value, beside).unwrap();
        let line = "term  = { value = \"50 months\", low = \"48 months\", high = \"72 months\", mark = \"press\" } # by hand";
        assert!(edited.contains(line), "{edited}");
        // Taken out again, only the range is left beside it.
        let beside = Beside { source: None, mark: Some("") };
        let edited = set_said(&edited, &["contract", "acme"], "term", &value, beside).unwrap();
        assert!(!edited.contains("mark") && edited.contains("low"), "{edited}");
    }

    #[test]
    fn a_new_key_comes_below_the_others_and_the_top_of_a_file_is_a_table_too() {
        let beside = Beside { source: None, mark: Some("judgement") };
        let value = Value::Text("x".to_owned());
        let edited = set_said(BOOK, &["contract", "acme"], "note", &value, beside).unwrap();
        assert!(edited.ends_with("note  = { value = \"x\", mark = \"judgement\" }\n"), "{edited}");
        let titled = super::super::set(BOOK, &[], "title", &value).unwrap();
        assert!(titled.starts_with("as_of = 2026-01-01\ntitle = \"x\"\n\n[contract"), "{titled}");
        let first = super::super::set("[a]\n", &[], "title", &value).unwrap();
        assert_eq!(first, "title = \"x\"\n[a]\n");
        let none = set_said(BOOK, &["contract", "zeta"], "note", &value, beside);
        assert!(matches!(none, Err(EditError::NoTable(_))), "{none:?}");
    }
}
