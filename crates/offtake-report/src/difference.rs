//! What two runs differ by, for people and programs: a strip of quarters, the headlines, work, suppliers.

use crate::canvas::{RED, Style};
use crate::columns::{Columns, Side};
use crate::json::number as json_number;
use crate::number;
use offtake_adequacy::{Comparison, Difference, Estimate, Unit, block_name};
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
        let mut table = table(title, differences, rows);
        if table.is_empty() {
            continue;
        }
        if rows == Rows::All {
            table.foot(errors(comparison).to_owned());
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

/// Says what the errors are.
fn errors(comparison: &Comparison) -> &'static str {
    if comparison.is_paired {
        "± is the standard error of the difference, sample by sample on the same streams; * is more than two of them."
    } else {
        "± is the standard error of the difference, the two taken as independent; * is more than two of them."
    }
}

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

fn table(title: &str, differences: &[Difference], rows: Rows) -> Columns {
    let heads = [
        ("", Side::Left),
        ("before", Side::Right),
        ("after", Side::Right),
        ("change", Side::Right),
        ("", Side::Left),
    ];
    let mut table = Columns::new(title, &heads);
    for difference in differences {
        if rows == Rows::Different && !difference.is_different() {
            continue;
        }
        let change = difference.change.map_or_else(
            || if difference.before.is_some() { "gone".to_owned() } else { "new".to_owned() },
            |change| {
                if difference.is_different() {
                    signed(change, difference.unit)
                } else {
                    "same".to_owned()
                }
            },
        );
        let (unit, _) = scale(difference.unit);
        let clear = if difference.is_different() && difference.is_clear() { "* " } else { "  " };
        let short = |value: Option<Estimate>| {
            value.map_or_else(|| number::NONE.to_owned(), |value| plain(value, difference.unit))
        };
        table.push(vec![
            difference.what.clone(),
            short(difference.before),
            short(difference.after),
            change,
            format!("{clear}{unit}").trim_end().to_owned(),
        ]);
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

fn plain(value: Estimate, unit: Unit) -> String {
    match unit {
        Unit::Months => number::decimal(value.mean, usize::from(value.mean.fract() != 0.0)),
        _ => number::short(value.mean * scale(unit).1),
    }
}

fn signed(change: Estimate, unit: Unit) -> String {
    let change = change.times(scale(unit).1);
    let text = if change.standard_error.is_finite() {
        number::estimate(change, "")
    } else {
        number::short(change.mean)
    };
    if change.mean > 0.0 { format!("+{text}") } else { text }
}

/// Returns the comparison as JSON.
#[must_use]
pub fn comparison_json(comparison: &Comparison) -> Value {
    let all = |list: &[Difference]| Value::Array(list.iter().map(difference).collect());
    json!({
        "is_paired": comparison.is_paired,
        "headlines": all(&comparison.headlines),
        "quarters": all(&comparison.quarters),
        "blocks": all(&comparison.blocks),
        "suppliers": all(&comparison.suppliers),
    })
}

fn difference(one: &Difference) -> Value {
    json!({
        "what": one.what,
        "unit": unit_name(one.unit),
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

const fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::GpuHours => "reference GPU-hours a year",
        Unit::Hours => "hours a year",
        Unit::Days => "days a year",
        Unit::Months => "months",
        Unit::Share => "share",
        Unit::Gpus => "GPUs",
    }
}

/// Compares two finished studies by what `assess --json` (or `assess.json` of `--out`) says of each, with
/// independent errors; `None` when one of them is no such thing.
#[must_use]
pub fn compare_studies(before: &Value, after: &Value) -> Option<Comparison> {
    for study in [before, after] {
        study.get("eue")?.get("mean")?;
    }
    let sides = [before, after];
    let of = |what: &str, unit: Unit, read: &dyn Fn(&Value) -> Option<Estimate>| {
        Difference::independent(what, unit, read(sides[0]), read(sides[1]))
    };
    let at = |what: &str, unit: Unit, pointer: &'static str, factor: f64| {
        of(what, unit, &|study| read(study.pointer(pointer)?).map(|value| value.times(factor)))
    };
    let count = |study: &Value| {
        let months = study.pointer("/headline/months_at_risk")?.as_f64()?;
        Some(Estimate { mean: months, standard_error: f64::NAN })
    };
    let headlines = vec![
        at("firm work unserved, headline", Unit::Share, "/headline/unserved_share", 1.0),
        of("months at risk, headline", Unit::Months, &count),
        at("firm equivalent", Unit::Gpus, "/headline/firm_equivalent_gpus", 1.0),
        at("open position", Unit::GpuHours, "/open_position", 1.0),
        at("risk", Unit::GpuHours, "/risk", 1.0),
        at("EUE", Unit::GpuHours, "/eue", 1.0),
        at("firm EUE", Unit::GpuHours, "/firm_eue", 1.0),
        at("EUE after spot", Unit::GpuHours, "/eue_after_spot", 1.0),
        at("NEUE", Unit::Share, "/neue", 1e-6),
        at("LOLH", Unit::Hours, "/lolh", 1.0),
        at("LOLE", Unit::Days, "/lole", 1.0),
    ];
    let named = |list: &'static str, name: fn(&Value) -> Option<String>, value: &'static str| {
        let entries = |side: usize| -> Vec<(String, Option<Estimate>)> {
            let all = sides[side].get(list).and_then(Value::as_array);
            let entry = |one: &Value| Some((name(one)?, one.get(value).and_then(read)));
            all.into_iter().flatten().filter_map(entry).collect()
        };
        (entries(0), entries(1))
    };
    let quarters =
        named("quarters", |q| Some(q.get("quarter")?.as_str()?.to_owned()), "firm_unserved_share");
    let block = |b: &Value| Some(block_name(b.get("id")?.as_str()?, b.get("block")?.as_str()?));
    let blocks = named("classes", block, "eue");
    let both = |difference: &Difference| difference.before.is_some() && difference.after.is_some();
    Some(Comparison {
        is_paired: false,
        headlines: headlines
            .into_iter()
            .filter(|d| d.before.is_some() || d.after.is_some())
            .collect(),
        quarters: join(quarters, Unit::Share).into_iter().filter(both).collect(),
        blocks: join(blocks, Unit::GpuHours),
        suppliers: Vec::new(),
    })
}

fn read(value: &Value) -> Option<Estimate> {
    let mean = value.get("mean")?.as_f64()?;
    let standard_error = value.get("standard_error").and_then(Value::as_f64).unwrap_or(f64::NAN);
    Some(Estimate { mean, standard_error })
}

type Named = Vec<(String, Option<Estimate>)>;

fn join((before, after): (Named, Named), unit: Unit) -> Vec<Difference> {
    let find = |list: &Named, name: &str| {
        list.iter().find(|(other, _)| other == name).and_then(|(_, value)| *value)
    };
    let added = after.iter().filter(|(name, _)| !before.iter().any(|(other, _)| other == name));
    let names = before.iter().chain(added).map(|(name, _)| name);
    names
        .map(|name| Difference::independent(name, unit, find(&before, name), find(&after, name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(eue: f64, error: f64) -> Value {
        json!({
            "eue": { "mean": eue, "standard_error": error },
            "neue": { "mean": 2e5, "standard_error": null },
            "headline": { "months_at_risk": 3 },
            "quarters": [{ "quarter": "2026-Q1", "firm_unserved_share": { "mean": 0.5, "standard_error": 0.1 } }],
            "classes": [{ "id": "chat", "block": "all", "eue": { "mean": 1.0, "standard_error": 0.0 } }],
        })
    }

    #[test]
    fn finished_studies_are_compared_with_independent_errors() {
        let compared = compare_studies(&study(100.0, 3.0), &study(160.0, 4.0)).unwrap();
        let eue = compared.headlines.iter().find(|d| d.what == "EUE").unwrap();
        assert_eq!(eue.change, Some(Estimate { mean: 60.0, standard_error: 5.0 }));
        assert!(eue.is_clear() && eue.is_different());
        let neue = compared.headlines.iter().find(|d| d.what == "NEUE").unwrap();
        assert!((neue.before.unwrap().mean - 0.2).abs() < 1e-12 && !neue.is_different());
        assert_eq!(compared.blocks[0].what, "chat");
        assert_eq!(compare_studies(&json!({}), &study(1.0, 1.0)), None);
    }
}
