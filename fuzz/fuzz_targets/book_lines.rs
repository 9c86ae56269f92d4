//! Books near a good one: some of the tables of a whole book, their lines exchanged, doubled, taken out, or
//! with other values. Arbitrary bytes hardly ever pass the first syntax check; these nearly always do.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};

const WHOLE: &str = include_str!("../../crates/offtake-book/tests/formats/v1/whole.toml");

/// Values that are right somewhere and wrong nearly everywhere.
const VALUES: &[&str] = &[
    "0", "1", "-1", "1000000000", "0.5", "nan", "inf", "true", "[]", "{}", "\"\"", "\"none\"", "\"never\"",
    "\"0 d\"", "\"2400 months\"", "\"200 years\"", "\"1 ms\"", "\"0 MW\"", "\"1000 GW\"", "\"1 W\"", "\"0 %\"",
    "\"100 %\"", "\"1 ppm\"", "\"100 %/year\"", "\"0.01 times/year\"", "\"1000 times/year\"", "\"0 GPU\"",
    "\"1000000000 GPU\"", "\"1000000000000000 tok/s\"", "\"0 tok/s\"", "\"1e20 USD\"", "\"-3 USD/GPUh\"",
    "\"5 EUR/GPUh\"", "\"0 USD/GPUh\"", "\"Q4 2199\"", "0001-01-01", "9999-12-31", "2026-02-28",
    "\"promised - 200 years\"", "[\"EU\"]", "[\"supplier\", \"site\"]", "\"gb300-nvl72\"", "\"childress\"",
    "{ value = 3, low = 1, mark = \"judgement\" }", "{ value = \"3 d\", source = \"nobody\" }",
];

#[derive(Arbitrary, Debug)]
enum Change {
    Exchange(u16, u16),
    Double(u16, u16),
    Drop(u16),
    Value(u16, u8),
    Number(u16, f64),
    Text(u16, String),
}

/// Which tables there are; most are left out of most books, since a small one reads ten times as fast.
#[derive(Arbitrary, Debug)]
struct Tables([u64; 2]);

impl Tables {
    fn has(&self, index: usize) -> bool {
        let bit = 1 << (index % 64);
        index == 0 || self.0.iter().all(|mask| mask & bit != 0)
    }
}

/// Returns the lines of the tables that are there; the top of the book always is.
fn lines_of(tables: &Tables) -> Vec<String> {
    let mut index = 0;
    let mut lines = Vec::new();
    for line in WHOLE.lines() {
        index += usize::from(line.starts_with('['));
        if tables.has(index) {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// Returns the line with `value` after its `=`.
fn with_value(line: &str, value: &str) -> String {
    format!("{} = {value}", line.split('=').next().unwrap_or("x").trim())
}

fn apply(lines: &mut Vec<String>, change: &Change) {
    let at = |index: u16| usize::from(index) % lines.len().max(1);
    if lines.is_empty() {
        return;
    }
    match change {
        Change::Exchange(one, other) => {
            let (one, other) = (at(*one), at(*other));
            lines.swap(one, other);
        }
        Change::Double(from, to) => {
            let (line, to) = (lines[at(*from)].clone(), at(*to));
            lines.insert(to, line);
        }
        Change::Drop(index) => {
            let at = at(*index);
            lines.remove(at);
        }
        Change::Value(index, value) => {
            let at = at(*index);
            lines[at] = with_value(&lines[at], VALUES[usize::from(*value) % VALUES.len()]);
        }
        Change::Number(index, value) => {
            let at = at(*index);
            lines[at] = with_value(&lines[at], &format!("{value:?}"));
        }
        Change::Text(index, value) => {
            let at = at(*index);
            lines[at] = with_value(&lines[at], &format!("{value:?}"));
        }
    }
}

libfuzzer_sys::fuzz_target!(|input: (Tables, Vec<Change>)| {
    let (tables, changes) = input;
    let mut lines = lines_of(&tables);
    changes.iter().take(24).for_each(|change| apply(&mut lines, change));
    offtake_fuzz::hold(&offtake_book::read_book_bytes("book.toml", lines.join("\n").as_bytes()));
});
