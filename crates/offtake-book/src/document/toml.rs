//! One TOML file into rows.

use super::{At, Beside, Cell, Document, Raw, text_of};
use crate::format::{KINDS, Kind, Shelf, kind_named, kind_on};
use crate::near::nearest;
use offtake_model::{Finding, Place};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Keys of a value that is written as a table.
const BESIDE: &[&str] = &["value", "source", "mark", "low", "high", "note", "formula"];

/// Where lines begin in a text.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(breaks).collect())
    }

    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }
}

/// What is being read.
struct Reader<'a> {
    document: &'a mut Document,
    file: u32,
    lines: Lines,
}

/// Reads the file into the document; returns the files that it includes.
pub(super) fn read(document: &mut Document, file: u32, bytes: &[u8]) -> Vec<(String, At)> {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(finding) => {
            let line = finding.place.as_ref().map_or(0, |place| place.line);
            document.broken.insert(file);
            document.find(At { file, line }, *finding);
            return Vec::new();
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { document, file, lines: Lines::of(text) };
    reader.report_syntax(text, &errors);
    reader.top(table.get_ref())
}

impl Reader<'_> {
    fn at(&self, offset: usize) -> At {
        At { file: self.file, line: self.lines.line(offset) }
    }

    /// Turns errors of the syntax into findings; one for each line, as one slip often gives several.
    fn report_syntax(&mut self, text: &str, errors: &[toml::de::Error]) {
        let mut last_line = 0;
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            let at = self.at(offset);
            if at.line == last_line {
                continue;
            }
            last_line = at.line;
            self.document.broken.insert(self.file);
            let message = error.message().lines().next().unwrap_or("unreadable").to_owned();
            if message.starts_with("duplicate key") {
                self.report_twice(text, at);
                continue;
            }
            let fix =
                "mend the syntax: `key = value`, text in double quotes, tables as `[kind.id]`"
                    .to_owned();
            self.document.find(
                at,
                Finding::error("toml-syntax", "", format!("this is not TOML: {message}"), fix),
            );
        }
    }

    fn report_twice(&mut self, text: &str, at: At) {
        let wanted = text.lines().nth(at.line.saturating_sub(1) as usize).unwrap_or("").trim();
        let is_table = wanted.starts_with('[');
        let name = if is_table { wanted.split('#').next() } else { wanted.split('=').next() };
        let name = name.unwrap_or(wanted).trim();
        let before = text.lines().take(at.line.saturating_sub(1) as usize).enumerate();
        let is_same = |line: &str| {
            let rest = line.trim().strip_prefix(name);
            rest.is_some_and(|rest| is_table || rest.trim_start().starts_with('='))
        };
        let first = before.filter(|(_, line)| is_same(line)).last().map(|(index, _)| index + 1);
        let line = first.and_then(|line| u32::try_from(line).ok());
        let other_place = line.map(|line| Place { line, ..self.document.place(at) });
        let shown = name.trim_matches(['[', ']']).trim();
        let (rule, fix) = if is_table {
            ("same-id-twice", "remove one of the two, or give it another id")
        } else {
            ("same-key-twice", "remove one of the two")
        };
        let finding =
            Finding::error(rule, shown, format!("`{shown}` is there twice"), fix.to_owned());
        self.document.find(at, Finding { other_place, ..finding });
    }

    /// Reads the top of the file; returns what it includes.
    fn top(&mut self, table: &DeTable<'_>) -> Vec<(String, At)> {
        let mut includes = Vec::new();
        let shelf = self.document.shelf();
        for (key, value) in in_order(table) {
            let (name, at) = (key.get_ref().as_ref(), self.at(key.span().start));
            let kind = kind_on(shelf, name).filter(|kind| kind.name != "book");
            match (kind, value.get_ref()) {
                (Some(kind), DeValue::Table(inner)) => self.kind(kind, inner, at),
                (None, DeValue::Table(_))
                    if is_word(name) && !has_value(value) && !has_key(name) =>
                {
                    self.unknown_table(name, at);
                }
                (_, DeValue::Array(list))
                    if kind.is_some() && list.iter().any(|v| v.get_ref().is_table()) =>
                {
                    self.array_of_tables(name, at);
                }
                _ if name == "include" && shelf == Shelf::Book => {
                    includes = self.includes(value, at)
                }
                _ if shelf == Shelf::Catalog => self.unknown_table(name, at),
                _ => {
                    if let Some(book) = kind_named("book") {
                        self.cells(book, "", name, value, at);
                    }
                }
            }
        }
        includes
    }

    fn includes(&mut self, value: &Spanned<DeValue<'_>>, at: At) -> Vec<(String, At)> {
        let all = value
            .get_ref()
            .as_array()
            .map(|all| all.iter().map(|v| v.get_ref().as_str()).collect::<Option<Vec<_>>>());
        if let Some(Some(all)) = all {
            return all.into_iter().map(|path| (path.to_owned(), at)).collect();
        }
        let fix =
            "write a list of paths, as in `include = [\"../contracts/iren.toml\"]`".to_owned();
        self.document.find(
            at,
            Finding::error(
                "wrong-type",
                "include",
                "`include` is not a list of texts".to_owned(),
                fix,
            ),
        );
        Vec::new()
    }

    fn unknown_table(&mut self, name: &str, at: At) {
        let shelf = self.document.shelf();
        let names = KINDS
            .iter()
            .filter(|kind| kind.stands_on(shelf) && kind.name != "book")
            .map(|kind| kind.name);
        let fix = match nearest(name, names) {
            Some(near) => format!("did you mean `[{near}.…]`?"),
            None => "use one of the kinds of the reference: contract, tranche, workload, site, hall, party, …".to_owned(),
        };
        self.document.find(
            at,
            Finding::error(
                "unknown-kind",
                name,
                format!("there is no kind of table `{name}`"),
                fix,
            ),
        );
    }

    fn array_of_tables(&mut self, name: &str, at: At) {
        let problem = format!("`[[{name}]]` has no id");
        let fix = format!("write `[{name}.ID]`, with an id for each");
        self.document.find(at, Finding::error("array-of-tables", name, problem, fix));
    }

    /// Reads the tables of one kind.
    fn kind(&mut self, kind: &'static Kind, table: &DeTable<'_>, at: At) {
        if kind.is_single() {
            if self.document.add_row(kind, "", at).is_some() {
                self.row(kind, "", table);
            }
            return;
        }
        if kind.ids.is_empty() {
            let problem = format!("`[{}]` has no ids: it is a table of measurements", kind.name);
            let fix = format!("write its rows in `{}.csv`", kind.csv);
            self.document.find(at, Finding::error("only-as-csv", kind.name, problem, fix));
            return;
        }
        for (key, value) in in_order(table) {
            let at = self.at(key.span().start);
            let id = key.get_ref().as_ref();
            match value.get_ref() {
                DeValue::Table(inner) if kind.ids.len() == 1 => self.thing(kind, id, inner, at),
                DeValue::Table(inner) => {
                    for (key, value) in in_order(inner) {
                        let at = self.at(key.span().start);
                        let own = key.get_ref().as_ref();
                        match value.get_ref() {
                            DeValue::Table(inner) => {
                                self.thing(kind, &format!("{id}.{own}"), inner, at)
                            }
                            _ => self.no_table(kind, &format!("{id}.{own}"), at),
                        }
                    }
                }
                _ => self.no_table(kind, id, at),
            }
        }
    }

    fn no_table(&mut self, kind: &'static Kind, id: &str, at: At) {
        let path = kind.path(id);
        let form = kind.ids.iter().map(|id| id.to_uppercase()).collect::<Vec<_>>().join(".");
        let problem = format!("`{path}` is a value, and a table must stand there");
        let fix = format!("write the id in the table's head: `[{}.{form}]`", kind.name);
        self.document.find(at, Finding::error("id-missing", &path, problem, fix));
    }

    fn thing(&mut self, kind: &'static Kind, id: &str, table: &DeTable<'_>, at: At) {
        let Some(id) = super::checked_id(self.document, kind, id, at) else { return };
        if self.document.add_row(kind, &id, at).is_some() {
            self.row(kind, &id, table);
        }
    }

    fn row(&mut self, kind: &'static Kind, id: &str, table: &DeTable<'_>) {
        for (key, value) in in_order(table) {
            let at = self.at(key.span().start);
            self.cells(kind, id, key.get_ref().as_ref(), value, at);
        }
    }

    /// Reads a value, or a table of values under a dotted key. The parser bounds the depth.
    fn cells(
        &mut self,
        kind: &'static Kind,
        id: &str,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        at: At,
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            let cell = Cell { raw: raw(value.get_ref()), at, beside: None };
            self.document.put(kind, id, key, cell);
            return;
        };
        if has_value(value) {
            self.value_table(kind, id, key, table, at);
            return;
        }
        if table.is_empty() {
            let cell = Cell { raw: Raw::Odd("an empty table".to_owned()), at, beside: None };
            self.document.put(kind, id, key, cell);
            return;
        }
        for (inner, value) in in_order(table) {
            let at = self.at(inner.span().start);
            self.cells(kind, id, &format!("{key}.{}", inner.get_ref()), value, at);
        }
    }

    fn value_table(
        &mut self,
        kind: &'static Kind,
        id: &str,
        key: &str,
        table: &DeTable<'_>,
        at: At,
    ) {
        let mut beside = Beside::default();
        let mut value = Raw::Odd("nothing".to_owned());
        for (name, inner) in in_order(table) {
            let (name, inner) = (name.get_ref().as_ref(), inner.get_ref());
            let text = || inner.as_str().map(str::to_owned);
            match name {
                "value" => value = raw(inner),
                "low" => beside.low = Some(raw(inner)),
                "high" => beside.high = Some(raw(inner)),
                "source" if text().is_some() => beside.source = text(),
                "mark" if text().is_some() => beside.mark = text(),
                "note" | "formula" if text().is_some() => beside.note = text(),
                _ => {
                    let path = kind.path_of(id, key);
                    let is_known = BESIDE.contains(&name);
                    let (problem, fix) = if is_known {
                        (
                            format!("`{name}` beside `{path}` is not text"),
                            "write it in quotes".to_owned(),
                        )
                    } else {
                        let fix = nearest(name, BESIDE.iter().copied()).map_or(
                            "use value, source, mark, low, high or note".to_owned(),
                            |near| format!("did you mean `{near}`?"),
                        );
                        (format!("`{name}` cannot stand beside the value of `{path}`"), fix)
                    };
                    self.document.find(at, Finding::error("unknown-key", path, problem, fix));
                }
            }
        }
        self.document.put(kind, id, key, Cell { raw: value, at, beside: Some(Box::new(beside)) });
    }
}

/// Returns the entries in the order that they are written.
fn in_order<'a, 'i>(
    table: &'a DeTable<'i>,
) -> Vec<(&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn has_value(value: &Spanned<DeValue<'_>>) -> bool {
    value
        .get_ref()
        .as_table()
        .is_some_and(|table| table.iter().any(|(key, _)| key.get_ref() == "value"))
}

/// Says whether the top of a book has keys that begin with `name`.
fn has_key(name: &str) -> bool {
    let prefix = format!("{name}.");
    kind_named("book").is_some_and(|kind| {
        kind.keys().any(|field| field.key == name || field.key.starts_with(&prefix))
    })
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
}

/// Turns a value of TOML into a cell's.
fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.clone().into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => match number.as_str().parse() {
            Ok(number) => Raw::Integer(number),
            Err(_) => {
                Raw::Odd(format!("`{}`, which is too large a number,", clipped(number.as_str())))
            }
        },
        DeValue::Integer(number) => {
            Raw::Odd(format!("`{}`, which is not a decimal number,", clipped(&number.to_string())))
        }
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Raw::Odd("an odd number".to_owned()), Raw::Float),
        DeValue::Boolean(value) => Raw::Bool(*value),
        DeValue::Datetime(value) => match (value.date, value.time) {
            (Some(date), None) => {
                let parts =
                    (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
                let (Ok(year), Ok(month), Ok(day)) = parts else {
                    return Raw::Odd("an odd date".to_owned());
                };
                jiff::civil::Date::new(year, month, day)
                    .map_or_else(|_| Raw::Odd("an odd date".to_owned()), Raw::Date)
            }
            _ => Raw::Instant(value.to_string()),
        },
        DeValue::Array(all) => Raw::List(all.iter().map(|value| raw(value.get_ref())).collect()),
        DeValue::Table(_) => Raw::Odd("a table".to_owned()),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(40).collect()
}
