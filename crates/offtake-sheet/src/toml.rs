//! One value of a TOML file changed, added or taken out, or a table added or taken out, and no other byte.
//!
//! A parse tells where values stand; the text is cut there and nowhere else. What comes out is parsed
//! again, and an edit that did not do what it should is refused.

mod said;

pub use said::{Beside, set_said};

use jiff::civil::Date;
use std::ops::Range;
use toml_edit::{Document, Item, TableLike};

/// A value as TOML writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text in quotes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
    /// Several texts.
    List(Vec<String>),
}

/// Why a file was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("it is no TOML: {0}")]
    Syntax(String),
    /// It has no such table.
    #[error("it has no table `[{0}]`")]
    NoTable(String),
    /// The edit would not come out as meant.
    #[error("`{0}` cannot be edited where it stands; change it in the file")]
    NotEditable(String),
}

impl Value {
    /// Writes it as TOML.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Value::Text(text) => quoted(text),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) if number.fract() == 0.0 => format!("{number:.1}"),
            Value::Float(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Date(date) => date.to_string(),
            Value::List(all) => {
                format!("[{}]", all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

/// Sets `key` of `table` (its parts, as `["tranche", "nscale", "barstow"]`) to `value`: in its place, or as a
/// line of its own below the others. What stands beside a value (mark, source) stays.
///
/// # Errors
///
/// When the text is no TOML, has no such table, or the value stands where it cannot be edited.
pub fn set(text: &str, table: &[&str], key: &str, value: &Value) -> Result<String, EditError> {
    let document = parse(text)?;
    let own = find(document.as_table(), table).ok_or_else(|| no_table(table))?;
    let edited = match find_value(own, key) {
        Some(item) => {
            let span = span_of_value(item).ok_or_else(|| not_editable(key))?;
            spliced(text, span, &value.written())
        }
        None => inserted(text, table, key, &value.written()).ok_or_else(|| not_editable(key))?,
    };
    confirmed(edited, table, key, Some(value))
}

/// Takes `key` of `table` out, with its line.
///
/// # Errors
///
/// As for [`set`]; also when the value shares its line with others.
pub fn remove(text: &str, table: &[&str], key: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let own = find(document.as_table(), table).ok_or_else(|| no_table(table))?;
    let span = find_value(own, key).and_then(Item::span).ok_or_else(|| not_editable(key))?;
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
    let before = text[start..span.start].trim();
    let last = key.rsplit('.').next().unwrap_or(key);
    let is_alone = before
        .strip_suffix('=')
        .is_some_and(|name| name.trim().trim_matches('"').ends_with(last.trim_matches('"')))
        && is_blank_or_comment(text[span.end..end].trim());
    if !is_alone {
        return Err(not_editable(key));
    }
    confirmed(spliced(text, start..end, ""), table, key, None)
}

/// Adds a table at the end of the file, with its values in the order given.
///
/// # Errors
///
/// When the text is no TOML, or has the table already.
pub fn append_table(
    text: &str,
    table: &[&str],
    values: &[(String, Value)],
) -> Result<String, EditError> {
    let document = parse(text)?;
    let name = header(table);
    if find(document.as_table(), table).is_some() {
        return Err(EditError::NotEditable(name));
    }
    let newline = newline_of(text);
    let mut edited = text.to_owned();
    if !edited.is_empty() && !edited.ends_with('\n') {
        edited.push_str(newline);
    }
    edited.push_str(&format!("[{name}]{newline}"));
    let width = values.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    for (key, value) in values {
        edited.push_str(&format!("{key:width$} = {}{newline}", value.written()));
    }
    let document = parse(&edited)?;
    let own =
        find(document.as_table(), table).ok_or_else(|| EditError::NotEditable(name.clone()))?;
    let is_there = |(key, _): &(String, Value)| find_value(own, key).is_some();
    if values.iter().all(is_there) { Ok(edited) } else { Err(EditError::NotEditable(name)) }
}

/// Takes a table out: its heads (those of tables within it too), its values and the remarks that stand directly
/// above them. Blank lines between what stays are kept.
///
/// # Errors
///
/// When the text is no TOML, has no such table, or one that has no head of its own.
pub fn remove_table(text: &str, table: &[&str]) -> Result<String, EditError> {
    let document = parse(text)?;
    let name = header(table);
    let own = find_item(document.as_item(), table).ok_or_else(|| no_table(table))?;
    let mut spans = Vec::new();
    heads(own, &mut spans);
    if spans.is_empty() {
        return Err(EditError::NotEditable(name));
    }
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut edited = text.to_owned();
    for span in spans {
        edited.replace_range(with_remarks(&edited, span), "");
    }
    let mut left = parse(text)?.into_mut();
    let is_gone = take_out(left.as_item_mut(), table);
    let fresh = parse(&edited)?.into_mut();
    if is_gone && is_same(fresh.as_item(), left.as_item()) {
        Ok(edited)
    } else {
        Err(EditError::NotEditable(name))
    }
}

/// Returns the item that the parts name.
fn find_item<'a>(from: &'a Item, parts: &[&str]) -> Option<&'a Item> {
    parts.iter().try_fold(from, |item, part| item.as_table_like()?.get(part))
}

/// Gathers where the table and the tables within it stand, head and values.
fn heads(item: &Item, spans: &mut Vec<Range<usize>>) {
    let Item::Table(table) = item else { return };
    if let (false, false, Some(head)) = (table.is_implicit(), table.is_dotted(), table.span()) {
        spans.push(head.start..last_of(item).max(head.end));
    }
    table.iter().for_each(|(_, inner)| heads(inner, spans));
}

/// Returns where the last value of a table ends, tables with heads of their own left out.
fn last_of(item: &Item) -> usize {
    let of = |inner: &Item| match inner {
        Item::Table(table) if !table.is_dotted() => 0,
        Item::Table(_) => last_of(inner),
        _ => inner.span().map_or(0, |span| span.end),
    };
    item.as_table_like().map_or(0, |table| table.iter().map(|(_, i)| of(i)).max().unwrap_or(0))
}

/// Widens a table's span to whole lines, by remarks directly above its head (unless the file begins with them)
/// and the blank lines below it that would otherwise be doubled.
fn with_remarks(text: &str, span: Range<usize>) -> Range<usize> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |before| before + 1);
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |after| at + after + 1);
    let own = line_start(span.start);
    let mut start = own;
    while start > 0 && text[line_start(start - 1)..start].trim_start().starts_with('#') {
        start = line_start(start - 1);
    }
    if start == 0 {
        start = own;
    }
    let last = span.end.max(span.start + 1);
    let mut end = if text[..last].ends_with('\n') { last } else { line_end(last) };
    let is_blank_above = start == 0 || text[line_start(start - 1)..start].trim().is_empty();
    while is_blank_above && end < text.len() && text[end..line_end(end)].trim().is_empty() {
        end = line_end(end);
    }
    start..end
}

/// Takes an item out of a parsed file; tables that were only there for it go with it.
fn take_out(from: &mut Item, parts: &[&str]) -> bool {
    let (Some(table), Some((first, rest))) = (from.as_table_like_mut(), parts.split_first()) else {
        return false;
    };
    if rest.is_empty() {
        return table.remove(first).is_some();
    }
    let Some(inner) = table.get_mut(first) else { return false };
    let is_gone = take_out(inner, rest);
    let is_left = inner.as_table().is_some_and(|t| t.is_implicit() && t.is_empty());
    if is_left {
        table.remove(first);
    }
    is_gone
}

/// Says whether two parsed files say the same, whatever their layout.
fn is_same(a: &Item, b: &Item) -> bool {
    match (a.as_table_like(), b.as_table_like()) {
        (Some(a), Some(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, one)| b.get(key).is_some_and(|other| is_same(one, other)))
        }
        (None, None) => a.to_string().trim() == b.to_string().trim(),
        _ => false,
    }
}

fn parse(text: &str) -> Result<Document<&str>, EditError> {
    Document::parse(text).map_err(|error| EditError::Syntax(error.message().to_owned()))
}

fn no_table(table: &[&str]) -> EditError {
    EditError::NoTable(header(table))
}

fn not_editable(key: &str) -> EditError {
    EditError::NotEditable(key.to_owned())
}

/// `tranche.nscale.barstow`, parts in quotes where they need them.
fn header(table: &[&str]) -> String {
    let part = |part: &&str| toml_edit::Key::new(*part).to_string();
    table.iter().map(part).collect::<Vec<_>>().join(".")
}

fn newline_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Returns the table that the parts name; without parts, the top of the file.
fn find<'a>(from: &'a dyn TableLike, parts: &[&str]) -> Option<&'a dyn TableLike> {
    let Some((first, rest)) = parts.split_first() else { return Some(from) };
    find(from.get(first)?.as_table_like()?, rest)
}

/// Returns the item of a dotted key; ids within a key may hold points of their own.
fn find_value<'a>(from: &'a dyn TableLike, key: &str) -> Option<&'a Item> {
    if let Some(item) = from.get(key) {
        return Some(item);
    }
    from.iter().find_map(|(name, item)| {
        let rest = key.strip_prefix(name)?.strip_prefix('.')?;
        find_value(item.as_table_like()?, rest)
    })
}

/// Returns where the value itself stands: within `{ value = …, mark = … }` that of `value`.
fn span_of_value(item: &Item) -> Option<Range<usize>> {
    if let Some(table) = item.as_inline_table() {
        return table.get("value")?.span();
    }
    item.as_value()?.span()
}

fn spliced(text: &str, span: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..span.start], &text[span.end..])
}

fn is_blank_or_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// Adds a line below the last of the table's own lines, its `=` below theirs.
fn inserted(text: &str, table: &[&str], key: &str, value: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let first = match table {
        [] => 0,
        _ => lines.iter().position(|line| is_head(line, table))? + 1,
    };
    let own = lines[first..].iter().take_while(|line| !line.trim_start().starts_with('['));
    let own: Vec<&str> = own.copied().collect();
    let last =
        own.iter().rposition(|line| !is_blank_or_comment(line.trim())).map_or(0, |at| at + 1);
    let column = own[..last].iter().rev().find_map(|line| line.split_once(" = "));
    let width = column.map_or(0, |(name, _)| name.chars().count());
    let newline = newline_of(text);
    let added = format!("{key:width$} = {value}{newline}");
    let at = first + last;
    // The last line of a file may have no end.
    let unended = lines
        .get(at.wrapping_sub(1))
        .filter(|line| !line.ends_with('\n'))
        .map(|line| format!("{line}{newline}"));
    if let Some(whole) = &unended {
        lines[at - 1] = whole;
    }
    lines.insert(at, &added);
    Some(lines.concat())
}

/// Says whether a line is the head of the table.
fn is_head(line: &str, table: &[&str]) -> bool {
    let line = line.split('#').next().unwrap_or_default().trim();
    let Some(inside) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    toml_edit::Key::parse(inside)
        .is_ok_and(|keys| keys.iter().map(toml_edit::Key::get).eq(table.iter().copied()))
}

/// Returns the edited text if a fresh parse finds in it what was meant.
fn confirmed(
    edited: String,
    table: &[&str],
    key: &str,
    value: Option<&Value>,
) -> Result<String, EditError> {
    let is_so = {
        let document = parse(&edited).map_err(|_| not_editable(key))?;
        let own = find(document.as_table(), table);
        let item = own.and_then(|own| find_value(own, key));
        match (item, value) {
            (None, None) => true,
            (Some(item), Some(value)) => {
                let written = span_of_value(item).map(|span| edited[span].to_owned());
                written.as_deref() == Some(value.written().as_str())
            }
            _ => false,
        }
    };
    if is_so { Ok(edited) } else { Err(not_editable(key)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const BOOK: &str = "# Top.\n[contract.acme]   # the first\nname        = \"Acme\"\nlate.grace  = { value = \"45 d\", mark = \"judgement\" }   # judgement\n\n# Two.\n[tranche.acme.one]\ngpus        = 72\npromised    = 2026-03-31      # filed\naccelerator = \"gb300-nvl72\"\n\n# End.\n";

    fn set_at(table: &[&str], key: &str, value: &Value) -> String {
        set(BOOK, table, key, value).unwrap()
    }

    #[test]
    fn a_changed_value_changes_its_own_bytes_and_no_other() {
        let edited =
            set_at(&["tranche", "acme", "one"], "promised", &Value::Date(date(2026, 6, 30)));
        assert_eq!(edited, BOOK.replace("2026-03-31", "2026-06-30"));
        let edited = set_at(&["tranche", "acme", "one"], "gpus", &Value::Integer(144));
        assert_eq!(edited, BOOK.replace("= 72\n", "= 144\n"));
    }

    #[test]
    fn what_stands_beside_a_value_stays() {
        let edited = set_at(&["contract", "acme"], "late.grace", &Value::Text("30 d".to_owned()));
        assert_eq!(edited, BOOK.replace("\"45 d\"", "\"30 d\""));
    }

    #[test]
    fn a_new_key_is_a_line_below_the_others_with_its_sign_below_theirs() {
        let edited =
            set_at(&["tranche", "acme", "one"], "ramp", &Value::Text("3 months".to_owned()));
        let line = "accelerator = \"gb300-nvl72\"\n";
        assert_eq!(edited, BOOK.replace(line, &format!("{line}ramp        = \"3 months\"\n")));
        let edited =
            set_at(&["contract", "acme"], "sla.availability", &Value::Text("99 %".to_owned()));
        assert!(edited.contains("# judgement\nsla.availability = \"99 %\"\n\n# Two."), "{edited}");
    }

    #[test]
    fn a_value_is_taken_out_with_its_line() {
        let edited = remove(BOOK, &["tranche", "acme", "one"], "promised").unwrap();
        assert_eq!(edited, BOOK.replace("promised    = 2026-03-31      # filed\n", ""));
        let edited = remove(BOOK, &["contract", "acme"], "late.grace").unwrap();
        assert!(!edited.contains("late.grace") && edited.contains("# Two."));
    }

    #[test]
    fn a_new_table_stands_at_the_end() {
        let values = vec![
            ("gpus".to_owned(), Value::Integer(8)),
            ("promised".to_owned(), Value::Text("Q2 2026".to_owned())),
        ];
        let edited = append_table(BOOK, &["tranche", "acme", "two"], &values).unwrap();
        assert_eq!(
            edited,
            format!("{BOOK}[tranche.acme.two]\ngpus     = 8\npromised = \"Q2 2026\"\n")
        );
        assert!(append_table(BOOK, &["tranche", "acme", "one"], &values).is_err());
    }

    #[test]
    fn a_table_is_taken_out_with_its_remarks_and_what_is_within_it() {
        let edited = remove_table(BOOK, &["tranche", "acme", "one"]).unwrap();
        let at = BOOK.find("# Two.").unwrap();
        let end = BOOK.find("# End.").unwrap();
        assert_eq!(edited, format!("{}{}", &BOOK[..at], &BOOK[end..]));
        let text = "# Head of the file.\n[site.a]\nx = 1\n\n[site.a.power]\ny = [\n  [1],\n]\n# Of b.\n[site.b]\nx = 2\n";
        assert_eq!(
            remove_table(text, &["site", "a"]).unwrap(),
            "# Head of the file.\n\n# Of b.\n[site.b]\nx = 2\n"
        );
        assert_eq!(
            remove_table(text, &["site", "b"]).unwrap(),
            text.replace("# Of b.\n[site.b]\nx = 2\n", "")
        );
    }

    #[test]
    fn a_table_without_a_head_of_its_own_is_not_taken_out() {
        let text = "[site]\na = { x = 1 }\nb.x = 2\n";
        for id in ["a", "b"] {
            assert!(matches!(remove_table(text, &["site", id]), Err(EditError::NotEditable(_))));
        }
        assert!(matches!(remove_table(text, &["site", "c"]), Err(EditError::NoTable(_))));
    }

    #[test]
    fn line_ends_of_another_system_and_a_last_line_without_one_are_kept() {
        let text = BOOK.replace('\n', "\r\n");
        let edited = set(&text, &["tranche", "acme", "one"], "ramp", &Value::Bool(true)).unwrap();
        assert_eq!(edited.matches('\n').count(), edited.matches("\r\n").count());
        let edited =
            set("[site.a]\nzone = \"EU\"", &["site", "a"], "grid", &Value::Text("g".to_owned()))
                .unwrap();
        assert_eq!(edited, "[site.a]\nzone = \"EU\"\ngrid = \"g\"\n");
    }

    #[test]
    fn ids_with_points_and_keys_within_keys_are_found() {
        let text = "[site.a]\naccelerator.\"a100-40.5\".draw = \"1 kW\"\n[site.a.power]\nprice = \"4 USD/MWh\"\n";
        let one = set(
            text,
            &["site", "a"],
            "accelerator.a100-40.5.draw",
            &Value::Text("2 kW".to_owned()),
        )
        .unwrap();
        assert!(one.contains("= \"2 kW\""));
        let two =
            set(text, &["site", "a"], "power.price", &Value::Text("5 USD/MWh".to_owned())).unwrap();
        assert!(two.contains("price = \"5 USD/MWh\""));
    }

    #[test]
    fn what_cannot_be_edited_is_refused_and_nothing_else_happens() {
        assert!(matches!(set("a = [", &["x"], "k", &Value::Bool(true)), Err(EditError::Syntax(_))));
        assert_eq!(
            set(BOOK, &["tranche", "acme", "three"], "gpus", &Value::Integer(1)),
            Err(EditError::NoTable("tranche.acme.three".to_owned()))
        );
        let text = "[x.a]\np = { value = 1, low = 0 }\nb = { c = 1, d = 2 }\n";
        assert!(matches!(remove(text, &["x", "a"], "b.c"), Err(EditError::NotEditable(_))));
        // A table is no value.
        assert!(set(BOOK, &["contract", "acme"], "late", &Value::Bool(true)).is_err());
    }

    #[test]
    fn text_is_quoted_so_that_it_reads_as_itself() {
        for text in ["a \"b\" c", "back\\slash", "new\nline", "[x]", "ü", ""] {
            let edited = set_at(&["contract", "acme"], "name", &Value::Text(text.to_owned()));
            let document: toml_edit::DocumentMut = edited.parse().unwrap();
            assert_eq!(document["contract"]["acme"]["name"].as_str(), Some(text));
        }
    }
}
