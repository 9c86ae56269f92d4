//! What two runs differ by, for people and programs: a strip of quarters, the headlines, work, suppliers.

mod studies;

pub use studies::{compare_studies, pair_up, study_headlines};

use crate::canvas::{RED, Style};
use crate::columns::{Columns, Side};
use crate::json::number as json_number;
use crate::number;
use offtake_adequacy::{Comparison, Difference, Estimate, Unit};
use offtake_stdx::sampled::Gap;
use serde_json::{Value, json};
use std::fmt::Write;

const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Quarters of the strip at most.
const QUARTERS: usize = 12;

/// Returns the comparison as text, the strip of quarters first.
#[must_use]
pub fn comparison_text(comparison: &Comparison, style: Style) -> String {
    let mut text = strip(&comparison.quarters, style);
    let tables = [
        ("Headlines", &comparison.headlines, Rows::All),
        ("Work: expected unserved", &comparison.blocks, Rows::Different),
        ("Suppliers: expected GPUs, mean of the horizon", &comparison.suppliers, Rows::Different),
    ];
    for (title, differences, rows) in tables {
        let mut table = table(title, differences.iter().map(Line::from), rows);
        if table.is_empty() {
            continue;
        }
        if rows == Rows::All {
            table.foot((if comparison.is_paired { PAIRED } else { APART }).to_owned());
        }
        let _ = write!(text, "\n{}", table.text(style));
    }
    text
}

/// Which differences a table has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    Different,
}

/// What the errors are where samples correspond.
const PAIRED: &str = "± is the standard error of the difference, sample by sample on the same streams; * is more than two of them.";
/// And where they do not.
const APART: &str = "± is the standard error of the difference, the two taken as independent; * is more than two of them.";

/// Draws the share of firm work unserved by quarter, before and after.
fn strip(quarters: &[Difference], style: Style) -> String {
    let shown = &quarters[..quarters.len().min(QUARTERS)];
    if shown.is_empty() {
        return String::new();
    }
    let mean = |value: Option<Estimate>| value.map_or(0.0, |value| value.mean);
    let most = shown.iter().map(|q| mean(q.before).max(mean(q.after))).fold(1e-9, f64::max);
    let cell = ((style.width.saturating_sub(9)) / shown.len()).clamp(6, 9);
    let line = |name: &str, of: &dyn Fn(&Difference) -> String| {
        let cells: String = shown.iter().map(|q| format!("{:<cell$}", of(q))).collect();
        format!("{name:<8} {}\n", cells.trim_end())
    };
    let bar = |value: Option<Estimate>| -> String {
        let eighths = (mean(value) / most * 8.0).ceil().clamp(0.0, 8.0) as usize;
        let glyph = style.glyphs(&BARS[eighths].to_string());
        let glyph = if glyph == "?" { "#".to_owned() } else { glyph };
        glyph.repeat(cell - 2)
    };
    let year = |q: &Difference| q.what.split('-').next().unwrap_or_default().to_owned();
    let mut last = String::new();
    let mut years = String::new();
    for q in shown {
        let name = if year(q) == last { String::new() } else { year(q) };
        last = year(q);
        let _ = write!(years, "{name:<cell$}");
    }
    let mut text = format!("{}\n", style.bold("Firm work unserved, by quarter"));
    text.push_str(&line("before", &|q| bar(q.before)));
    text.push_str(&line("", &|q| number::percent(mean(q.before))));
    text.push_str(&style.coloured(&line("after", &|q| bar(q.after)), RED));
    text.push_str(&line("", &|q| number::percent(mean(q.after))));
    let quarter = |q: &Difference| q.what.split('-').nth(1).unwrap_or_default().to_owned();
    text.push_str(&style.faint(&line("", &quarter)));
    let _ = writeln!(text, "{}", style.faint(&format!("{:<8} {}", "", years.trim_end())));
    text
}

/// One row of a table: what two sides differ by.
struct Line<'a> {
    what: &'a str,
    numbers: [Option<Estimate>; 2],
    change: Option<Estimate>,
    is_different: bool,
    is_clear: bool,
    unit: &'a str,
    /// Factor from the number to what is written.
    factor: f64,
    is_count: bool,
}

impl<'a> From<&'a Difference> for Line<'a> {
    fn from(difference: &'a Difference) -> Line<'a> {
        let (unit, factor) = scale(difference.unit);
        Line {
            what: &difference.what,
            numbers: [difference.before, difference.after],
            change: difference.change,
            is_different: difference.is_different(),
            is_clear: difference.is_clear(),
            unit,
            factor,
            is_count: difference.unit == Unit::Months,
        }
    }
}

impl<'a> From<&'a Gap> for Line<'a> {
    fn from(gap: &'a Gap) -> Line<'a> {
        let (unit, factor) = match gap.unit.as_str() {
            "share" => ("%", 100.0),
            unit if unit == Unit::GpuHours.name() => scale(Unit::GpuHours),
            unit => (unit, 1.0),
        };
        Line {
            what: &gap.what,
            numbers: [gap.before, gap.after],
            change: gap.change,
            is_different: gap.is_different(),
            is_clear: gap.is_clear(),
            unit,
            factor,
            is_count: matches!(unit, "months" | "days"),
        }
    }
}

impl Line<'_> {
    fn cells(&self) -> Vec<String> {
        let [before, after] = self.numbers;
        let change = match self.change {
            Some(change) if self.is_different => self.signed(change),
            Some(_) => "same".to_owned(),
            None if before.is_some() => "gone".to_owned(),
            None => "new".to_owned(),
        };
        let clear = if self.is_different && self.is_clear { "* " } else { "  " };
        let short = |value: Option<Estimate>| {
            value.map_or_else(|| number::NONE.to_owned(), |value| self.plain(value))
        };
        let last = format!("{clear}{}", self.unit).trim_end().to_owned();
        vec![self.what.to_owned(), short(before), short(after), change, last]
    }

    fn plain(&self, value: Estimate) -> String {
        if self.is_count {
            return number::decimal(value.mean, usize::from(value.mean.fract() != 0.0));
        }
        number::short(value.mean * self.factor)
    }

    fn signed(&self, change: Estimate) -> String {
        let change = change.times(self.factor);
        let text = if change.standard_error.is_finite() {
            number::estimate(change, "")
        } else {
            number::short(change.mean)
        };
        if change.mean > 0.0 { format!("+{text}") } else { text }
    }
}

fn table<'a>(title: &str, lines: impl Iterator<Item = Line<'a>>, rows: Rows) -> Columns {
    let heads = [
        ("", Side::Left),
        ("before", Side::Right),
        ("after", Side::Right),
        ("change", Side::Right),
        ("", Side::Left),
    ];
    let mut table = Columns::new(title, &heads);
    for line in lines.filter(|line| rows == Rows::All || line.is_different) {
        table.push(line.cells());
    }
    table
}

/// Returns the word of a unit and its factor: shares are told in per cent.
const fn scale(unit: Unit) -> (&'static str, f64) {
    match unit {
        Unit::GpuHours => ("GPUh/year", 1.0),
        Unit::Hours => ("h/year", 1.0),
        Unit::Days => ("d/year", 1.0),
        Unit::Months => ("months", 1.0),
        Unit::Share => ("%", 100.0),
        Unit::Gpus => ("GPU", 1.0),
    }
}

/// Headlines of one part beside those of adequacy: a side of `value`, or `stress`.
#[derive(Clone, Debug, PartialEq)]
pub struct Headlines {
    /// The part, as `value` or `stress`.
    pub part: &'static str,
    /// Whose eyes, for `value`.
    pub side: Option<String>,
    /// Whether samples correspond, so that errors are those of differences.
    pub is_paired: bool,
    /// What the numbers differ by.
    pub gaps: Vec<Gap>,
    /// What is words, and no number: what it is, before, after.
    pub verdicts: Vec<[String; 3]>,
}

impl Headlines {
    /// Says whether nothing differs.
    #[must_use]
    pub fn is_same(&self) -> bool {
        !self.gaps.iter().any(Gap::is_different)
            && self.verdicts.iter().all(|[_, before, after]| before == after)
    }
}

/// Returns headlines as text.
#[must_use]
pub fn headlines_text(headlines: &Headlines, style: Style) -> String {
    let title = match (headlines.part, headlines.side.as_deref()) {
        ("value", Some("seller")) => "What is sold: money of the seller",
        ("value", _) => "What is bought: money of the buyer",
        _ => "What fails with whom",
    };
    let rows = if headlines.part == "stress" { Rows::Different } else { Rows::All };
    let mut numbers = table(title, headlines.gaps.iter().map(Line::from), rows);
    if !numbers.is_empty() {
        numbers.foot((if headlines.is_paired { PAIRED } else { APART }).to_owned());
    }
    let mut text = if numbers.is_empty() { String::new() } else { numbers.text(style) };
    let heads = [("", Side::Left), ("before", Side::Left), ("after", Side::Left)];
    let mut words = Columns::new("Without the worst of each kind", &heads);
    for [what, before, after] in headlines.verdicts.iter().filter(|[_, a, b]| a != b) {
        words.push(vec![what.clone(), before.clone(), after.clone()]);
    }
    if !words.is_empty() {
        let between = if text.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{between}{}", words.text(style));
    }
    text
}

/// Returns headlines as JSON.
#[must_use]
pub fn headlines_json(headlines: &Headlines) -> Value {
    let verdict = |[what, before, after]: &[String; 3]| json!({ "what": what, "before": before, "after": after });
    json!({
        "part": headlines.part,
        "side": headlines.side,
        "is_paired": headlines.is_paired,
        "headlines": headlines.gaps.iter().map(|gap| gap_json(gap, &gap.unit)).collect::<Vec<_>>(),
        "verdicts": headlines.verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}

/// Returns the comparison as JSON.
#[must_use]
pub fn comparison_json(comparison: &Comparison) -> Value {
    let one = |difference: &Difference| gap_json(difference, difference.unit.name());
    let all = |list: &[Difference]| Value::Array(list.iter().map(one).collect());
    json!({
        "is_paired": comparison.is_paired,
        "headlines": all(&comparison.headlines),
        "quarters": all(&comparison.quarters),
        "blocks": all(&comparison.blocks),
        "suppliers": all(&comparison.suppliers),
    })
}

fn gap_json<U>(one: &Gap<U>, unit: &str) -> Value {
    json!({
        "what": one.what,
        "unit": unit,
        "before": estimate(one.before),
        "after": estimate(one.after),
        "change": estimate(one.change),
    })
}

fn estimate(value: Option<Estimate>) -> Value {
    value.map_or(Value::Null, |value| {
        json!({ "mean": json_number(value.mean), "standard_error": json_number(value.standard_error) })
    })
}
