//! InferenceX, agentic: what four B200 do of multi-turn coding against the sessions that they hold.
//!
//! Throughput rises with the sessions until their context no longer fits in GPU memory, and falls off
//! a cliff there; with the context kept in the host's memory it falls less. A run is left out when it
//! repeats the figures of another, or when runs with fewer and with more sessions before the summit do
//! better: it hung.
//!
//! Nobody measured the other types, so their curves are derived. All speeds are times the ratio of the
//! two types in MLPerf v6.0, offline; the cliff stands at as many more sessions as the memory that the
//! weights leave is larger; up to there the time per token goes on rising with the sessions as it did.

use super::{Measured, file};
use crate::reference::{Row, number, short, table, text};
use std::collections::BTreeSet;
use std::path::Path;

const MODEL: &str = "deepseek-r1";
const MEASURED: &str = "hgx-b200";
/// GPUs of a run.
const GPUS: f64 = 4.0;
/// Day of the latest request of the runs.
const DATE: &str = "2026-04-21";
/// What the weights take of each of the four GPUs, in GB: some 400 GB in FP4.
const WEIGHTS: f64 = 100.0;
/// What of the memory can be used at all.
const USABLE: f64 = 0.9;
/// Types with FP4, and their memory in GB.
const MEMORY: &[(&str, f64)] =
    &[(MEASURED, 180.0), ("gb200-nvl72", 186.0), ("hgx-b300", 270.0), ("gb300-nvl72", 288.0)];

/// One point of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    sessions: f64,
    per_gpu: f64,
    interactivity: f64,
}

/// Returns the table of curves; `throughput` gives the ratios.
pub(super) fn curves(data: &Path, throughput: &[Measured]) -> Result<String, String> {
    let rows = table(&file(data, "inferencex-agentic", "b200_dsr1_agentic_summary.csv"))?;
    let mut text = "# Written by `cargo xtask throughput`: change that, not this. Sessions in a GPU's memory against output tokens a\n# second and GPU; unofficial, from a development branch.\nmodel,accelerator,precision,sessions_per_gpu,per_gpu,interactivity,date,source,note\n".to_owned();
    for (offload, source) in
        [("off", "inferencex-agentic-recompute"), ("on", "inferencex-agentic-offload")]
    {
        let measured = curve(&rows, offload);
        for (accelerator, memory) in MEMORY {
            let (curve, note) = match *accelerator == MEASURED {
                true => (measured.clone(), String::new()),
                false => derived(&measured, throughput, (accelerator, *memory))?,
            };
            for point in &curve {
                let cells = [
                    MODEL.to_owned(),
                    (*accelerator).to_owned(),
                    "fp4".to_owned(),
                    short(point.sessions),
                    short(point.per_gpu),
                    short(point.interactivity),
                    DATE.to_owned(),
                    source.to_owned(),
                    note.clone(),
                ];
                text.push_str(&cells.join(","));
                text.push('\n');
            }
        }
    }
    Ok(text)
}

fn curve(rows: &[Row], offload: &str) -> Vec<Point> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut points: Vec<Point> = Vec::new();
    for row in rows.iter().filter(|row| text(row, "tp") == "4") {
        let is_new = seen.insert(text(row, "output_throughput_tps").to_owned());
        let (Some(users), Some(tokens), Some(milliseconds)) = (
            number(row, "users"),
            number(row, "output_throughput_tps"),
            number(row, "mean_tpot_ms"),
        ) else {
            continue;
        };
        if is_new && text(row, "offload") == offload && text(row, "status") == "SUCCESS" {
            let interactivity = 1e3 / milliseconds;
            points.push(Point { sessions: users / GPUS, per_gpu: tokens / GPUS, interactivity });
        }
    }
    points.sort_by(|a, b| a.sessions.total_cmp(&b.sessions));
    without_hung(&points)
}

fn without_hung(points: &[Point]) -> Vec<Point> {
    let most = points.iter().map(|point| point.per_gpu).fold(0.0, f64::max);
    let summit = points.iter().position(|point| point.per_gpu >= most).unwrap_or(0);
    let mut kept: Vec<Point> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if index >= summit || kept.last().is_none_or(|last| point.per_gpu >= last.per_gpu) {
            kept.push(*point);
        }
    }
    kept
}

/// Returns the curve of a type that was not measured, and how it came about.
fn derived(
    measured: &[Point],
    throughput: &[Measured],
    (accelerator, memory): (&str, f64),
) -> Result<(Vec<Point>, String), String> {
    let left = |memory: f64| USABLE * memory - WEIGHTS;
    let own = MEMORY.iter().find(|(name, _)| *name == MEASURED).map_or(memory, |(_, gb)| *gb);
    let (speed, room) = (speed(throughput, accelerator)?, left(memory) / left(own));
    let most = measured.iter().map(|point| point.per_gpu).fold(0.0, f64::max);
    let summit = measured.iter().position(|point| point.per_gpu >= most).unwrap_or(0);
    let faster = |point: &Point| Point {
        per_gpu: point.per_gpu * speed,
        interactivity: point.interactivity * speed,
        ..*point
    };
    let mut curve: Vec<Point> = measured[..=summit].iter().map(faster).collect();
    if let [.., before, last] = curve[..] {
        curve.push(beyond(before, last, last.sessions * room));
    }
    curve.extend(measured[summit + 1..].iter().map(|point| {
        let point = faster(point);
        Point {
            sessions: point.sessions * room,
            interactivity: point.interactivity / room,
            ..point
        }
    }));
    let note = format!(
        "not measured: {MEASURED} with speeds times {} and room times {}",
        short(speed),
        short(room)
    );
    Ok((curve, note))
}

/// Carries the rise of the time per token between two points on to more sessions.
fn beyond(before: Point, last: Point, sessions: f64) -> Point {
    let (short, long) = (1.0 / before.interactivity, 1.0 / last.interactivity);
    let slope = (long - short) / (last.sessions - before.sessions);
    let time = long + slope * (sessions - last.sessions);
    let per_gpu = last.per_gpu * sessions / last.sessions * long / time;
    Point { sessions, per_gpu, interactivity: 1.0 / time }
}

/// Returns how much faster than the measured type another is, in MLPerf v6.0, offline.
fn speed(throughput: &[Measured], accelerator: &str) -> Result<f64, String> {
    let offline = |of: &str| {
        let is_it = |row: &&Measured| {
            row.model == MODEL
                && row.accelerator == of
                && row.source == "mlperf-inference-6-0"
                && row.interactivity.is_none()
        };
        let row = throughput.iter().find(is_it);
        row.map(|row| row.per_gpu).ok_or(format!("no entry of {MODEL} on {of} to compare with"))
    };
    Ok(offline(accelerator)? / offline(MEASURED)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_room_moves_the_cliff_and_the_time_for_a_token_goes_on_rising() {
        let point = |sessions: f64, milliseconds: f64| Point {
            sessions,
            per_gpu: sessions * 750.0 / milliseconds,
            interactivity: 1e3 / milliseconds,
        };
        // 5 ms and 7 ms more for each session: at ten sessions 75 ms.
        let far = beyond(point(2.0, 19.0), point(4.0, 33.0), 10.0);
        assert!((far.interactivity - 1e3 / 75.0).abs() < 1e-9, "{far:?}");
        assert!((far.per_gpu - 10.0 * 750.0 / 75.0).abs() < 1e-9, "{far:?}");
    }

    #[test]
    fn a_run_that_hung_is_left_out_and_the_cliff_stays() {
        let point = |sessions: f64, per_gpu: f64| Point { sessions, per_gpu, interactivity: 1.0 };
        let curve = [
            point(1.0, 10.0),
            point(2.0, 20.0),
            point(3.0, 5.0),
            point(4.0, 30.0),
            point(6.0, 9.0),
            point(8.0, 12.0),
        ];
        let kept: Vec<f64> = without_hung(&curve).iter().map(|p| p.sessions).collect();
        assert_eq!(kept, [1.0, 2.0, 4.0, 6.0, 8.0]);
    }
}
