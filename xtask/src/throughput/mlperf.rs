//! MLPerf Inference: for each round, model, accelerator and scenario the entry of the closed division
//! that does most by accelerator.
//!
//! The interactivity of a server or interactive run is one over its 99th percentile of the time per
//! output token, and its first token the 99th percentile, as the load generator printed them; a run
//! without them is left out. Output tokens are those of a mean sample of the model's test.

use super::{Measured, file};
use crate::reference::{Row, number, short, table, text};
use std::collections::BTreeMap;
use std::path::Path;

/// A run of the load generator: round, submitter, platform, model and scenario.
type Run = (String, String, String, String, String);

/// Returns the rows in tokens a second.
pub(super) fn tokens(data: &Path) -> Result<Vec<Measured>, String> {
    let latencies = latencies(data)?;
    let lengths = output_tokens(&latencies);
    let rows = table(&file(data, "mlperf-inference", "mlperf_inference_v5.1_v6.0_all.csv.gz"))?;
    let in_tokens = |row: &&Row| text(row, "Performance_Units").eq_ignore_ascii_case("tokens/s");
    let measured = rows.iter().filter(in_tokens).filter_map(|row| {
        let model = token_model(text(row, "Model"))?;
        let mut measured = entry(row, model)?;
        measured.output_tokens = lengths.get(&(text(row, "round").to_owned(), model)).copied();
        if text(row, "Scenario") != "Offline" {
            let latency =
                latencies.get(&key(row, text(row, "Platform"), text(row, "Submitter")))?;
            let seconds = |column: &str| number(latency, column).map(|ns| ns / 1e9);
            let token = seconds("99.00 percentile time to output token (ns)")?;
            measured.interactivity = Some(1.0 / token);
            measured.first_token = seconds("99.00 percentile first token latency (ns)");
        }
        Some(((text(row, "round"), text(row, "Scenario")), measured))
    });
    Ok(best(measured))
}

/// Returns the rows in pictures, videos or requests a second.
pub(super) fn images(data: &Path) -> Result<Vec<Measured>, String> {
    let rows = table(&file(data, "mlperf-inference", "mlperf_inference_v5.1_v6.0_all.csv.gz"))?;
    let offline = |row: &&Row| {
        text(row, "Scenario") == "Offline" && text(row, "Performance_Units") == "Samples/s"
    };
    let measured = rows.iter().filter(offline).filter_map(|row| {
        let what = image_model(text(row, "Model"))?;
        let mut measured = entry(row, text(row, "Model"))?;
        measured.note = format!("{what}; {}", measured.note);
        Some(((text(row, "round"), text(row, "Scenario")), measured))
    });
    let mut rows = best(measured);
    let derived: Vec<Measured> = rows.iter().filter_map(scaled).collect();
    rows.extend(derived);
    Ok(rows)
}

/// Returns the output tokens of a sample by round and model: the median over runs, in tens.
fn output_tokens(latencies: &BTreeMap<Run, Row>) -> BTreeMap<(String, &'static str), f64> {
    let mut seen: BTreeMap<(String, &'static str), Vec<f64>> = BTreeMap::new();
    for ((round, _, _, model, _), row) in latencies {
        let rates = number(row, "Completed tokens per second")
            .zip(number(row, "Completed samples per second"))
            .filter(|(_, samples)| *samples > 0.0);
        if let (Some(model), Some((tokens, samples))) = (token_model(model), rates) {
            seen.entry((round.clone(), model)).or_default().push(tokens / samples);
        }
    }
    let middle = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        (all[all.len() / 2] / 10.0).round() * 10.0
    };
    seen.into_iter().map(|(key, all)| (key, middle(all))).collect()
}

/// Returns what one unit of work of a model is.
fn image_model(model: &str) -> Option<&'static str> {
    match model {
        "stable-diffusion-xl" => Some("a picture"),
        "wan-2.2-t2v-a14b" => Some("a video"),
        "qwen3-vl-235b-a22b" => Some("a request with pictures in it"),
        _ => None,
    }
}

fn token_model(model: &str) -> Option<&'static str> {
    match model {
        "deepseek-r1" => Some("deepseek-r1"),
        "gpt-oss-120b" => Some("gpt-oss-120b"),
        "llama2-70b-99" => Some("llama-2-70b"),
        "llama3.1-405b" => Some("llama-3.1-405b"),
        _ => None,
    }
}

/// Returns the picture model on GB300, which nobody entered, from B200 by dense FP8: 5 over 4.5 petaflops.
fn scaled(row: &Measured) -> Option<Measured> {
    (row.model == "stable-diffusion-xl" && row.accelerator == "hgx-b200").then(|| Measured {
        accelerator: super::REFERENCE.to_owned(),
        per_gpu: row.per_gpu * 5.0 / 4.5,
        note: format!("not measured: hgx-b200 times 5 / 4.5 of dense FP8; {}", row.note),
        ..row.clone()
    })
}

/// Returns an entry by accelerator.
fn entry(row: &Row, model: &str) -> Option<Measured> {
    let accelerator = match text(row, "Accelerator") {
        "NVIDIA H100-SXM-80GB" => "hgx-h100",
        "NVIDIA H200-SXM-141GB" => "hgx-h200",
        "NVIDIA B200-SXM-180GB" => "hgx-b200",
        "NVIDIA B300-SXM-270GB" => "hgx-b300",
        "NVIDIA GB200" => "gb200-nvl72",
        "NVIDIA GB300" => "gb300-nvl72",
        "AMD Instinct MI355X 288GB HBM3e" => "mi355x",
        _ => return None,
    };
    let is_closed = text(row, "Category") == "closed" && text(row, "Suite") == "datacenter";
    // An interactive run is logged as a server run, and so flagged as inferred from one; it is measured.
    let is_inferred = text(row, "inferred") != "0" && text(row, "Scenario") != "Interactive";
    if !is_closed || text(row, "errors") != "0" || is_inferred {
        return None;
    }
    let (source, date) = match text(row, "round") {
        "v5.1" => ("mlperf-inference-5-1", "2025-09-09"),
        "v6.0" => ("mlperf-inference-6-0", "2026-05-10"),
        _ => return None,
    };
    let count = number(row, "accelerators_per_node")? * number(row, "Nodes")?;
    (count > 0.0).then_some(())?;
    let per_gpu = number(row, "Performance_Result")? / count;
    Some(Measured {
        model: model.to_owned(),
        accelerator: accelerator.to_owned(),
        precision: precision(text(row, "weight_data_types")),
        per_gpu,
        date: date.to_owned(),
        source: source.to_owned(),
        note: format!(
            "MLPerf Inference {} Closed {} {} over {}",
            text(row, "round"),
            text(row, "ID"),
            text(row, "Scenario"),
            short(count)
        ),
        ..Measured::default()
    })
}

/// Returns the number format of the weights, the narrowest where parts differ.
fn precision(text: &str) -> String {
    let narrowest = ["fp4", "fp8"].iter().find(|format| text.contains(**format));
    narrowest.map_or_else(|| text.replace(',', " "), |format| (*format).to_owned())
}

/// Keeps the best entry of each round, scenario, model and accelerator.
fn best<'a>(measured: impl Iterator<Item = ((&'a str, &'a str), Measured)>) -> Vec<Measured> {
    let mut best: BTreeMap<(String, String, String, String), Measured> = BTreeMap::new();
    for ((round, scenario), row) in measured {
        let key =
            (round.to_owned(), scenario.to_owned(), row.model.clone(), row.accelerator.clone());
        let known = best.get(&key);
        if known.is_none_or(|known| (row.per_gpu, &known.note) > (known.per_gpu, &row.note)) {
            best.insert(key, row);
        }
    }
    best.into_values().collect()
}

fn latencies(data: &Path) -> Result<BTreeMap<Run, Row>, String> {
    let rows = table(&file(data, "mlperf-inference", "mlperf_loadgen_latency_rows.csv"))?;
    let valid = rows.into_iter().filter(|row| text(row, "Result is") == "VALID");
    Ok(valid
        .map(|row| {
            let lower = |column: &str| text(&row, column).to_owned();
            let key = (
                lower("round"),
                lower("submitter"),
                lower("platform"),
                lower("model").replace("llama3_1", "llama3.1"),
                lower("scenario"),
            );
            (key, row)
        })
        .collect())
}

fn key(row: &Row, platform: &str, submitter: &str) -> Run {
    let of = |column: &str| text(row, column).to_owned();
    (of("round"), submitter.to_owned(), platform.to_owned(), of("Model"), of("Scenario"))
}
