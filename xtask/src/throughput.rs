//! Writes the catalog's tables of throughput from the reference data: `throughput.csv`, `agentic.csv`
//! and `images.csv`. The same data gives the same bytes.
//!
//! A model is listed when it was measured on [`REFERENCE`], because a workload whose level is in GPUs
//! compares every type with it.

mod agentic;
mod mlperf;
mod silicon;

use crate::reference::{data, root, short, write};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// The accelerator that a listed model must have been measured on.
pub(super) const REFERENCE: &str = "gb300-nvl72";

/// One measurement, as it stands in a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    pub(super) model: String,
    pub(super) accelerator: String,
    pub(super) precision: String,
    /// Tokens a second that each user sees; `None` for offline.
    pub(super) interactivity: Option<f64>,
    /// Seconds to the first token.
    pub(super) first_token: Option<f64>,
    pub(super) input_tokens: Option<f64>,
    pub(super) output_tokens: Option<f64>,
    /// Output tokens, or images, a second and GPU.
    pub(super) per_gpu: f64,
    /// As `2025-11-30`.
    pub(super) date: String,
    pub(super) source: String,
    pub(super) note: String,
}

const HEAD: &str = "model,accelerator,precision,interactivity,first_token,input_tokens,output_tokens,per_gpu,date,source,note";

/// Runs the chore.
pub(crate) fn run(_arguments: &[String]) -> ExitCode {
    match write_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_all() -> Result<(), String> {
    let data = data()?;
    let folder = root().join("catalog/throughput");
    let mut rows = mlperf::tokens(&data)?;
    rows.extend(silicon::frontiers(&data)?);
    let rows = listed(without_idle(rows));
    write(&folder.join("throughput.csv"), &throughput_csv(&rows))?;
    let agentic = agentic::curves(&data, &rows)?;
    write(&folder.join("agentic.csv"), &agentic)?;
    write(&folder.join("images.csv"), &images_csv(&listed(mlperf::images(&data)?)))?;
    println!("{} rows of {} models", rows.len(), models(&rows).len());
    for model in models(&rows) {
        let of = rows.iter().filter(|row| row.model == model).count();
        println!("  {model:<16} {of}");
    }
    Ok(())
}

fn models(rows: &[Measured]) -> BTreeSet<String> {
    rows.iter().map(|row| row.model.clone()).collect()
}

/// Leaves out the runs of InferenceX, by type and lengths, whose best does less than a tenth of the entry of
/// the same model and type in MLPerf: they were not run to serve.
fn without_idle(mut rows: Vec<Measured>) -> Vec<Measured> {
    type Series = (String, String, Option<i64>, Option<i64>);
    let whole = |row: &Measured| (row.model.clone(), row.accelerator.clone());
    let series = |row: &Measured| -> Series {
        let lengths = (row.input_tokens.map(|n| n as i64), row.output_tokens.map(|n| n as i64));
        (row.model.clone(), row.accelerator.clone(), lengths.0, lengths.1)
    };
    let is_entry = |row: &Measured| row.source.starts_with("mlperf");
    let mut entries: BTreeMap<(String, String), f64> = BTreeMap::new();
    let mut best: BTreeMap<Series, f64> = BTreeMap::new();
    for row in &rows {
        let most = match is_entry(row) {
            true => entries.entry(whole(row)).or_default(),
            false => best.entry(series(row)).or_default(),
        };
        *most = most.max(row.per_gpu);
    }
    rows.retain(|row| {
        let entry = entries.get(&whole(row)).copied().unwrap_or(0.0);
        is_entry(row) || best.get(&series(row)).is_some_and(|best| *best >= 0.1 * entry)
    });
    rows
}

/// Keeps the models that were measured on the reference, in a fixed order.
fn listed(mut rows: Vec<Measured>) -> Vec<Measured> {
    let reference: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.accelerator == REFERENCE)
        .map(|row| row.model.clone())
        .collect();
    rows.retain(|row| reference.contains(&row.model));
    rows.sort_by(|a, b| {
        let key = |row: &Measured| {
            let lengths = (row.input_tokens.map(|n| n as i64), row.output_tokens.map(|n| n as i64));
            (
                row.model.clone(),
                row.accelerator.clone(),
                row.date.clone(),
                row.source.clone(),
                lengths,
            )
        };
        key(a)
            .cmp(&key(b))
            .then(a.interactivity.unwrap_or(0.0).total_cmp(&b.interactivity.unwrap_or(0.0)))
            .then(a.first_token.unwrap_or(0.0).total_cmp(&b.first_token.unwrap_or(0.0)))
    });
    rows.dedup();
    rows
}

fn maybe(number: Option<f64>) -> String {
    number.map_or(String::new(), short)
}

fn throughput_csv(rows: &[Measured]) -> String {
    let mut text = format!(
        "# Written by `cargo xtask throughput`: change that, not this. Output tokens a second and GPU.\n{HEAD}\n"
    );
    for row in rows {
        let cells = [
            row.model.clone(),
            row.accelerator.clone(),
            row.precision.clone(),
            maybe(row.interactivity),
            maybe(row.first_token),
            maybe(row.input_tokens),
            maybe(row.output_tokens),
            short(row.per_gpu),
            row.date.clone(),
            row.source.clone(),
            row.note.clone(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn images_csv(rows: &[Measured]) -> String {
    let mut text = "# Written by `cargo xtask throughput`: change that, not this. Pictures, videos or requests a second and GPU.\nmodel,accelerator,precision,per_gpu,date,source,note\n".to_owned();
    for row in rows {
        let cells = [
            row.model.as_str(),
            &row.accelerator,
            &row.precision,
            &short(row.per_gpu),
            &row.date,
            &row.source,
            &row.note,
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Returns a file of a data set.
pub(super) fn file(data: &Path, set: &str, name: &str) -> std::path::PathBuf {
    data.join(set).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(model: &str, accelerator: &str, interactivity: f64) -> Measured {
        Measured {
            model: model.to_owned(),
            accelerator: accelerator.to_owned(),
            interactivity: Some(interactivity),
            per_gpu: 1.0,
            ..Measured::default()
        }
    }

    #[test]
    fn a_model_that_the_reference_never_ran_is_not_listed() {
        let rows = listed(vec![
            row("b", REFERENCE, 20.0),
            row("a", "hgx-h100", 10.0),
            row("b", "hgx-h100", 10.0),
            row("b", REFERENCE, 10.0),
            row("b", REFERENCE, 10.0),
        ]);
        let left: Vec<(&str, Option<f64>)> =
            rows.iter().map(|r| (r.accelerator.as_str(), r.interactivity)).collect();
        assert_eq!(
            left,
            [(REFERENCE, Some(10.0)), (REFERENCE, Some(20.0)), ("hgx-h100", Some(10.0))]
        );
    }
}
