//! InferenceX, as relayed with aiconfigurator: thousands of runs become the frontier that serves.
//!
//! For each model, accelerator and pair of lengths, and for what was known on each of [`KNOWN`], the
//! runs that do most at a level of interactivity are kept: once with the first token within two
//! seconds, once within ten. The frontier is over all software of its day; its date is that of its
//! latest run. The number format that does most is taken. Fewer than [`FEWEST`] runs are
//! no frontier and are left out.
//!
//! A type takes part in the frontier of the type that has no less of anything ([`NO_LESS`]): few runs
//! of the newest say over how many GPUs they went, and what GB200 does GB300 does too.
//!
//! Runs of DeepSeek-V3 stand with DeepSeek-R1, whose architecture and size it shares: of many runs of
//! the latter the dumps do not say over how many GPUs they went.

use super::{Measured, file};
use crate::reference::{Row, number, table, text};
use std::collections::BTreeMap;
use std::path::Path;

/// The days whose knowledge is kept; the last is after all runs of the dumps.
const KNOWN: &[&str] = &["2025-11-30", "2026-01-31", "2026-04-30"];
/// Levels of interactivity, in tokens a second for each user.
const LEVELS: &[f64] = &[10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0];
/// Bounds on the first token, in seconds.
const FIRST_TOKENS: &[f64] = &[2.0, 10.0];
/// Pairs of lengths: chat, long prompts, long reasoning.
const LENGTHS: &[(f64, f64)] = &[(1024.0, 1024.0), (8192.0, 1024.0), (1024.0, 8192.0)];
/// Types, each with one that has no less memory, bandwidth and arithmetic than it, in the same shape.
const NO_LESS: &[(&str, &str)] =
    &[("hgx-h100", "hgx-h200"), ("hgx-b200", "hgx-b300"), ("gb200-nvl72", "gb300-nvl72")];
/// The least number of runs that a frontier is drawn through.
const FEWEST: usize = 5;

/// Returns the frontiers.
pub(super) fn frontiers(data: &Path) -> Result<Vec<Measured>, String> {
    let rows = table(&file(data, "inferencex-silicon", "derived_throughput.csv.gz"))?;
    let mut runs: BTreeMap<(String, String, i64, i64), Vec<Measured>> = BTreeMap::new();
    let run: Vec<Measured> = rows.iter().filter_map(run).collect();
    let also: Vec<Measured> = run.iter().filter_map(on_no_less).collect();
    for run in run.into_iter().chain(also) {
        let (input, output) = (run.input_tokens.unwrap_or(0.0), run.output_tokens.unwrap_or(0.0));
        let key = (run.model.clone(), run.accelerator.clone(), input as i64, output as i64);
        runs.entry(key).or_default().push(run);
    }
    let mut kept: Vec<Measured> = Vec::new();
    for runs in runs.values() {
        let mut before: Vec<Measured> = Vec::new();
        for day in KNOWN {
            let known: Vec<&Measured> =
                runs.iter().filter(|run| run.date.as_str() <= *day).collect();
            let frontier = frontier(&known);
            if frontier != before {
                kept.extend(frontier.iter().cloned());
                before = frontier;
            }
        }
    }
    Ok(kept)
}

fn run(row: &Row) -> Option<Measured> {
    let accelerator = match text(row, "system") {
        "h100_sxm" => "hgx-h100",
        "h200_sxm" => "hgx-h200",
        "b200_sxm" => "hgx-b200",
        "b300_sxm" => "hgx-b300",
        "gb200" => "gb200-nvl72",
        "gb300" => "gb300-nvl72",
        _ => return None,
    };
    let lengths = (number(row, "isl")?, number(row, "osl")?);
    let date = text(row, "measured");
    if text(row, "suspect") != "False" || date.is_empty() || !LENGTHS.contains(&lengths) {
        return None;
    }
    let named = text(row, "model_path").rsplit('/').next()?.to_lowercase();
    let (model, note) = match named.as_str() {
        "deepseek-v3" => {
            ("deepseek-r1".to_owned(), "run with DeepSeek-V3 of the same architecture")
        }
        _ => (named, ""),
    };
    Some(Measured {
        model,
        accelerator: accelerator.to_owned(),
        precision: text(row, "precision").to_owned(),
        interactivity: number(row, "interactivity_tok_s_user").filter(|speed| *speed > 0.0),
        first_token: number(row, "silicon_ttft_ms").map(|ms| ms / 1e3),
        input_tokens: Some(lengths.0),
        output_tokens: Some(lengths.1),
        per_gpu: number(row, "out_tok_s_per_gpu").filter(|speed| *speed > 0.0)?,
        date: date.to_owned(),
        source: "inferencex".to_owned(),
        note: note.to_owned(),
    })
}

/// Returns the run as one of the type that has no less.
fn on_no_less(run: &Measured) -> Option<Measured> {
    let (ran_on, other) = NO_LESS.iter().find(|(less, _)| *less == run.accelerator)?;
    let note = format!("run on {ran_on}: {other} does no less");
    let note = if run.note.is_empty() { note } else { format!("{note}; {}", run.note) };
    Some(Measured { accelerator: (*other).to_owned(), note, ..run.clone() })
}

/// Returns the runs that serve, from the least interactive up, all with the date of the latest.
pub(super) fn frontier(known: &[&Measured]) -> Vec<Measured> {
    let serves = |run: &&&Measured| {
        run.interactivity.is_some_and(|speed| speed >= LEVELS[0])
            && run.first_token.is_some_and(|first| first <= FIRST_TOKENS[FIRST_TOKENS.len() - 1])
    };
    let most = known.iter().filter(serves).max_by(|a, b| a.per_gpu.total_cmp(&b.per_gpu));
    let Some(precision) = most.map(|run| &run.precision) else { return Vec::new() };
    let runs: Vec<&&Measured> = known.iter().filter(|run| run.precision == *precision).collect();
    if runs.len() < FEWEST {
        return Vec::new();
    }
    let mut kept: Vec<Measured> = Vec::new();
    for most in FIRST_TOKENS {
        for level in LEVELS {
            let serves = |run: &&&&Measured| {
                run.interactivity.is_some_and(|speed| speed >= *level)
                    && run.first_token.is_some_and(|first| first <= *most)
            };
            let best = runs.iter().filter(serves).max_by(|a, b| a.per_gpu.total_cmp(&b.per_gpu));
            if let Some(best) = best
                && !kept.contains(best)
            {
                kept.push((**best).clone());
            }
        }
    }
    let latest = kept.iter().map(|run| run.date.clone()).max().unwrap_or_default();
    kept.iter_mut().for_each(|run| run.date.clone_from(&latest));
    kept.sort_by(|a, b| {
        let key = |run: &Measured| (run.interactivity.unwrap_or(0.0), run.per_gpu);
        key(a).0.total_cmp(&key(b).0).then(key(b).1.total_cmp(&key(a).1))
    });
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(interactivity: f64, first_token: f64, per_gpu: f64, precision: &str) -> Measured {
        Measured {
            precision: precision.to_owned(),
            interactivity: Some(interactivity),
            first_token: Some(first_token),
            per_gpu,
            date: format!("2025-11-{:02}", interactivity as i64 % 28 + 1),
            ..Measured::default()
        }
    }

    #[test]
    fn a_run_that_another_beats_on_every_count_is_left_out() {
        let runs = [
            run(60.0, 1.0, 100.0, "fp4"),
            run(55.0, 1.0, 90.0, "fp4"),
            run(25.0, 8.0, 400.0, "fp4"),
            run(25.0, 1.5, 300.0, "fp4"),
            run(25.0, 0.1, 350.0, "fp8"),
            run(22.0, 30.0, 999.0, "fp4"),
        ];
        let kept = frontier(&runs.iter().collect::<Vec<_>>());
        let seen: Vec<f64> = kept.iter().map(|run| run.per_gpu).collect();
        assert_eq!(seen, [400.0, 300.0, 100.0]);
        assert!(kept.iter().all(|run| run.date == "2025-11-26"));
        assert!(frontier(&runs.iter().take(4).collect::<Vec<_>>()).is_empty());
    }
}
