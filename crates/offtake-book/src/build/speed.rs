//! What one GPU does of a workload: as measured at its target, or as the book says.
//!
//! Of the measurements of a model on an accelerator that the book may know, the series with the lengths
//! nearest the work's is taken, and of these the latest (a later one than the book where there is none,
//! and it says so). Between two measured interactivities of one series the throughput is read on a
//! straight line of logarithms; a target that is stricter than all that was measured cannot be met. Of
//! agentic work only the part of the curve before its cliff counts.

use super::{Build, Thing, id};
use crate::format::Value;
use crate::near::nearest;
use jiff::civil::Date;
use offtake_model::{AcceleratorId, AgenticPoint, Catalog, Mark, Provenance, ThroughputRow};
use offtake_units::{LevelUnit, Speed};
use std::collections::{BTreeMap, BTreeSet};

/// What each accelerator does, with where that comes from.
pub(super) struct Speeds {
    pub(super) by: BTreeMap<AcceleratorId, f64>,
    pub(super) source: String,
    /// The day as of which the figures hold.
    pub(super) from: Date,
}

/// One figure.
#[derive(Clone, Debug)]
struct Measured {
    per_gpu: f64,
    date: Option<Date>,
    source: String,
    how: String,
}

/// What is asked of the measurements.
#[derive(Clone, Debug)]
struct Target {
    model: String,
    interactivity: Option<f64>,
    first_token: Option<f64>,
    sessions: Option<f64>,
    is_agentic: bool,
    input_tokens: Option<f64>,
    output_tokens: Option<f64>,
    as_of: Date,
}

impl<'a> Build<'a> {
    /// Returns the speeds of a workload whose level is in `unit`. `efficiency` brings figures of
    /// different dates to one.
    pub(super) fn speeds(
        &mut self,
        thing: &Thing<'a>,
        unit: LevelUnit,
        efficiency: f64,
        from: Date,
    ) -> Speeds {
        let written = self.written_speeds(thing, unit);
        let target = self.target(thing);
        let mut measured: BTreeMap<AcceleratorId, Measured> = BTreeMap::new();
        if let Some(target) = &target {
            for accelerator in self.catalog.accelerators.keys() {
                let found = measure(&self.catalog, target, accelerator);
                measured.extend(found.map(|found| (accelerator.clone(), found)));
            }
        }
        let mut speeds = match (unit, &target) {
            (LevelUnit::Gpus, None) => self.one_for_all(from),
            (LevelUnit::Gpus, Some(_)) => self.relative(thing, &measured, &written, from),
            _ => self.absolute(thing, &measured, efficiency, from),
        };
        speeds.by.extend(written.iter().map(|(accelerator, speed)| (accelerator.clone(), *speed)));
        self.restrict(thing, &mut speeds);
        if speeds.by.is_empty() {
            self.find_unknown_speed(thing, target.as_ref(), unit);
        }
        speeds
    }

    fn one_for_all(&self, from: Date) -> Speeds {
        let by = self
            .catalog
            .accelerators
            .keys()
            .map(|accelerator| (accelerator.clone(), 1.0))
            .collect();
        let source = "a GPU is a GPU: no model is named, so that every type counts as the reference accelerator".to_owned();
        Speeds { by, source, from }
    }

    /// Returns speeds relative to the reference accelerator's.
    fn relative(
        &mut self,
        thing: &Thing<'a>,
        measured: &BTreeMap<AcceleratorId, Measured>,
        written: &BTreeMap<AcceleratorId, f64>,
        from: Date,
    ) -> Speeds {
        let reference = self.reference.clone();
        let Some(one) = measured.get(&reference).map(|m| m.per_gpu) else {
            if written.is_empty() {
                let problem = format!(
                    "no measurement of its model on the reference accelerator `{reference}` reaches the target"
                );
                let fix = "write `speed.…` for each type, or leave `model` out: every type then counts the same".to_owned();
                self.find(thing, "model", "speed-unknown", problem, fix);
            }
            return Speeds { by: BTreeMap::new(), source: "as written".to_owned(), from };
        };
        let by = measured
            .iter()
            .map(|(accelerator, m)| (accelerator.clone(), m.per_gpu / one))
            .collect();
        for (accelerator, m) in measured {
            self.keep_measured(thing, accelerator, &format!("{:.3}", m.per_gpu / one), m);
        }
        Speeds { by, source: sources(measured), from }
    }

    fn absolute(
        &mut self,
        thing: &Thing<'a>,
        measured: &BTreeMap<AcceleratorId, Measured>,
        efficiency: f64,
        from: Date,
    ) -> Speeds {
        let latest = measured.values().filter_map(|m| m.date).max();
        let mut by = BTreeMap::new();
        for (accelerator, m) in measured {
            let years = match (latest, m.date) {
                (Some(latest), Some(date)) => {
                    f64::from(latest.since(date).map_or(0, |span| span.get_days())) / 365.25
                }
                _ => 0.0,
            };
            by.insert(accelerator.clone(), m.per_gpu * libm::pow(efficiency, years));
            self.keep_measured(thing, accelerator, &format!("{:.6}", m.per_gpu), m);
        }
        let source = if measured.is_empty() { "as written".to_owned() } else { sources(measured) };
        Speeds { by, source, from: latest.unwrap_or(from) }
    }

    /// Keeps a figure of the catalog under the key that would override it.
    fn keep_measured(
        &mut self,
        thing: &Thing<'a>,
        accelerator: &AcceleratorId,
        text: &str,
        measured: &Measured,
    ) {
        let source = Some(measured.source.clone()).filter(|source| !source.is_empty());
        let marks = self.input.facts.marks();
        let mark =
            source.as_ref().and_then(|source| marks.get(source)).copied().unwrap_or(Mark::Press);
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            text
        }
        .to_owned();
        let note = Some(measured.how.clone());
        let provenance =
            Provenance { text, source, mark, note, low: None, high: None, place: None };
        self.provenance.entry(thing.path(&format!("speed.{accelerator}"))).or_insert(provenance);
    }

    /// Returns the speeds that the book writes.
    fn written_speeds(
        &mut self,
        thing: &Thing<'a>,
        unit: LevelUnit,
    ) -> BTreeMap<AcceleratorId, f64> {
        let mut speeds = BTreeMap::new();
        let Some(table) = thing.tables.first() else { return speeds };
        let keys: Vec<&String> =
            table.values.keys().filter(|key| key.starts_with("speed.")).collect();
        for key in keys {
            let speed = match table.values[key].value.as_ref() {
                Some(Value::Number(number)) if unit == LevelUnit::Gpus => *number,
                Some(Value::Speed(speed)) if speed.unit() == unit => speed.value(),
                Some(_) => {
                    let problem = format!(
                        "`{}` is not a speed for a level in {}",
                        table.values[key].text,
                        unit.text()
                    );
                    let fix = match unit {
                        LevelUnit::Gpus => "write a bare number, relative to the reference accelerator, as in `0.4`".to_owned(),
                        _ => format!("write it as in `\"250 {}\"`", unit.text()),
                    };
                    self.find(thing, key, "unknown-unit", problem, fix);
                    continue;
                }
                None => continue,
            };
            if speed > 0.0 {
                speeds.insert(id(key.trim_start_matches("speed.")), speed);
            }
        }
        speeds
    }

    fn target(&mut self, thing: &Thing<'a>) -> Option<Target> {
        let speed = |key: &str| thing.get::<Speed>(key).map(Speed::value);
        let sessions: Option<f64> = thing.get("target.sessions_per_gpu");
        let is_agentic =
            thing.get::<String>("curve").as_deref() == Some("agentic") || sessions.is_some();
        Some(Target {
            model: thing.get("model")?,
            interactivity: speed("target.interactivity"),
            first_token: thing
                .get::<offtake_units::Span>("target.first_token")
                .map(|span| span.hours() * 3_600.0),
            sessions,
            is_agentic,
            input_tokens: thing.get("tokens.input"),
            output_tokens: thing.get("tokens.output"),
            as_of: self.as_of,
        })
    }

    /// Keeps only the types that may serve the work.
    pub(super) fn restrict(&mut self, thing: &Thing<'a>, speeds: &mut Speeds) {
        let Some(only) = self.maybe::<Vec<String>>(thing, "accelerators") else { return };
        speeds.by.retain(|accelerator, _| only.contains(&accelerator.to_string()));
    }

    fn find_unknown_speed(&mut self, thing: &Thing<'a>, target: Option<&Target>, unit: LevelUnit) {
        let form = format!("`speed.{} = \"250 {}\"`", self.reference, unit.text());
        let Some(target) = target else {
            if unit != LevelUnit::Gpus {
                let problem = format!(
                    "its level is in {}, and nothing says what a GPU does of it",
                    unit.text()
                );
                let fix = format!("name the `model` that is served, or write {form}");
                self.find_missing(thing, "level", problem, fix);
            }
            return;
        };
        let known: BTreeSet<&str> = match target.is_agentic {
            true => self.catalog.agentic.iter().map(|point| point.model.as_str()).collect(),
            false => self.catalog.throughput.iter().map(|row| row.model.as_str()).collect(),
        };
        if known.contains(target.model.as_str()) {
            let problem = format!(
                "no measurement of `{}` reaches the target on any type that may serve it",
                target.model
            );
            let fix = format!("ask for less, or write {form}");
            self.find(thing, "model", "speed-unknown", problem, fix);
            return;
        }
        let near = nearest(&target.model, known.iter().copied());
        let all = known.iter().take(12).copied().collect::<Vec<_>>().join(", ");
        let fix = match near {
            Some(near) => format!("did you mean `{near}`? Else write {form}"),
            None => format!("write {form}; models that were measured: {all}"),
        };
        let problem = format!("the catalog has no measurement of the model `{}`", target.model);
        self.find(thing, "model", "speed-unknown", problem, fix);
    }
}

fn sources(measured: &BTreeMap<AcceleratorId, Measured>) -> String {
    let all: BTreeSet<&str> =
        measured.values().map(|m| m.source.as_str()).filter(|s| !s.is_empty()).collect();
    format!("measured: {}", all.into_iter().collect::<Vec<_>>().join(", "))
}

fn measure(catalog: &Catalog, target: &Target, accelerator: &AcceleratorId) -> Option<Measured> {
    if target.is_agentic {
        return agentic(catalog, target, accelerator);
    }
    let too_slow = |row: &&ThroughputRow| match (row.first_token, target.first_token) {
        (Some(first), Some(most)) => first > most,
        _ => false,
    };
    let rows = catalog
        .throughput
        .iter()
        .filter(|row| row.model == target.model && row.accelerator == *accelerator);
    let mut series: BTreeMap<String, Vec<&ThroughputRow>> = BTreeMap::new();
    for row in rows.filter(|row| !too_slow(row)) {
        let key = format!(
            "{:?}/{:?}/{}/{:?}/{}",
            row.input_tokens, row.output_tokens, row.precision, row.date, row.source
        );
        series.entry(key).or_default().push(row);
    }
    let found =
        series.values().filter_map(|rows| Some((rows[0], at_target(rows, target.interactivity)?)));
    let best = found.min_by(|(a, speed_a), (b, speed_b)| {
        let key = |row: &ThroughputRow| (late_by(row.date, target.as_of), distance(row, target));
        let ((late, far), (other_late, other_far)) = (key(a), key(b));
        // What the book may know comes before what fits it better.
        late.0
            .cmp(&other_late.0)
            .then(far.total_cmp(&other_far))
            .then(late.1.cmp(&other_late.1))
            .then(speed_b.total_cmp(speed_a))
    })?;
    let (row, per_gpu) = best;
    let bound = target
        .interactivity
        .map_or(String::new(), |speed| format!(" at {speed} tok/s for each user"));
    let date = row.date.map_or(String::new(), |date| format!(", measured {date}"));
    let later =
        if row.date.is_some_and(|date| date > target.as_of) { ", later than the book" } else { "" };
    let precision =
        if row.precision.is_empty() { String::new() } else { format!(" in {}", row.precision) };
    let how = format!("{}{precision}{bound}{date}{later}", row.model);
    Some(Measured { per_gpu, date: row.date, source: row.source.clone(), how })
}

/// Ranks dates: the latest that the book may know first, then the earliest that it may not.
fn late_by(date: Option<Date>, as_of: Date) -> (bool, i64) {
    let Some(date) = date else { return (false, i64::from(i32::MAX)) };
    let days = as_of.since(date).map_or(0, |span| i64::from(span.get_days()));
    (days < 0, days.abs())
}

/// Returns how far the lengths of a test are from those of the work, in logarithms.
fn distance(row: &ThroughputRow, target: &Target) -> f64 {
    let one = |test: Option<f64>, work: Option<f64>| match (test, work) {
        (Some(test), Some(work)) if test > 0.0 && work > 0.0 => libm::fabs(libm::log(test / work)),
        (None, Some(_)) => 10.0,
        _ => 0.0,
    };
    one(row.input_tokens, target.input_tokens) + one(row.output_tokens, target.output_tokens)
}

/// Returns the throughput of a series at an interactivity, on its frontier.
fn at_target(rows: &[&ThroughputRow], interactivity: Option<f64>) -> Option<f64> {
    let best = |rows: &mut dyn Iterator<Item = f64>| {
        rows.fold(None, |most: Option<f64>, v| Some(most.map_or(v, |m| m.max(v))))
    };
    let Some(wanted) = interactivity else { return best(&mut rows.iter().map(|row| row.per_gpu)) };
    let mut points: Vec<(f64, f64)> =
        rows.iter().filter_map(|row| Some((row.interactivity?, row.per_gpu))).collect();
    // From the strictest down, a point counts when it does more than all that are stricter.
    points.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let mut frontier: Vec<(f64, f64)> = Vec::new();
    for point in points {
        if frontier.last().is_none_or(|last| point.1 > last.1) {
            frontier.push(point);
        }
    }
    let strict = frontier.iter().rev().find(|point| point.0 >= wanted)?;
    let loose = frontier.iter().find(|point| point.0 < wanted);
    Some(loose.map_or(strict.1, |loose| between(*loose, *strict, wanted)))
}

/// Reads the straight line through two points, in logarithms of both.
fn between(one: (f64, f64), other: (f64, f64), at: f64) -> f64 {
    if one.0 <= 0.0 || other.0 <= 0.0 || at <= 0.0 || one.0 == other.0 {
        return other.1;
    }
    let part = libm::log(at / one.0) / libm::log(other.0 / one.0);
    libm::exp(libm::log(one.1) + part * libm::log(other.1 / one.1))
}

fn agentic(catalog: &Catalog, target: &Target, accelerator: &AcceleratorId) -> Option<Measured> {
    let points =
        catalog.agentic.iter().filter(|p| p.model == target.model && p.accelerator == *accelerator);
    let mut curves: BTreeMap<String, Vec<&AgenticPoint>> = BTreeMap::new();
    for point in points {
        curves.entry(format!("{:?}/{}", point.date, point.source)).or_default().push(point);
    }
    let found = curves.values().filter_map(|curve| Some((curve[0], on_curve(curve, target)?)));
    let (first, per_gpu) = found.min_by(|(a, speed_a), (b, speed_b)| {
        let key = |point: &AgenticPoint| late_by(point.date, target.as_of);
        key(a).cmp(&key(b)).then(speed_b.total_cmp(speed_a))
    })?;
    let how = format!("{}, agentic, before the cliff of its curve", first.model);
    Some(Measured { per_gpu, date: first.date, source: first.source.clone(), how })
}

/// Returns the most that a curve gives before its cliff at the target.
fn on_curve(curve: &[&AgenticPoint], target: &Target) -> Option<f64> {
    let mut curve: Vec<&AgenticPoint> = curve.to_vec();
    curve.sort_by(|a, b| a.sessions_per_gpu.total_cmp(&b.sessions_per_gpu));
    let most = curve.iter().map(|point| point.per_gpu).fold(0.0, f64::max);
    let cliff = curve.iter().position(|point| point.per_gpu >= most)?;
    let before = &curve[..=cliff];
    let is_fast = |point: &&&AgenticPoint| {
        target.interactivity.is_none_or(|wanted| point.interactivity >= wanted)
    };
    let Some(sessions) = target.sessions else {
        return before
            .iter()
            .filter(is_fast)
            .map(|point| point.per_gpu)
            .fold(None, |most: Option<f64>, v| Some(most.map_or(v, |m| m.max(v))));
    };
    let above = before.iter().find(|point| point.sessions_per_gpu >= sessions)?;
    let below = before.iter().rev().find(|point| point.sessions_per_gpu < sessions);
    let is_reached = below.is_none_or(|below| is_fast(&below)) && is_fast(&above);
    if !is_reached && target.interactivity.is_some() {
        return None;
    }
    let point = |p: &AgenticPoint| (p.sessions_per_gpu, p.per_gpu);
    Some(below.map_or(above.per_gpu * sessions / above.sessions_per_gpu.max(1e-9), |below| {
        between(point(below), point(above), sessions)
    }))
}
