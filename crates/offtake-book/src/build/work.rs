//! Workloads with their blocks, and gangs.

use super::speed::Speeds;
use super::{ALL, Build, Thing, id};
use offtake_model::{
    Block, Derate, Gang, Latency, LevelSeries, Noise, PartyKind, Profile, WorkKind, Workload,
    WorkloadId,
};
use offtake_units::{Gpus, Growth, Level, LevelUnit, Price, Share, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

impl<'a> Build<'a> {
    pub(super) fn workloads(&mut self) -> BTreeMap<WorkloadId, Workload> {
        let mut all = BTreeMap::new();
        for thing in self.things("workload") {
            let workload = self.workload(&thing);
            all.insert(workload.id.clone(), workload);
        }
        all
    }

    fn workload(&mut self, thing: &Thing<'a>) -> Workload {
        let from = self.or(thing, "from", self.from);
        let efficiency = self.or(thing, "efficiency", Growth::new(1.0));
        let (series, profile) = self.series_of(thing);
        let unit = unit_of(&series);
        let speeds = self.speeds(thing, unit, efficiency.factor(), from);
        let kind: String = self.or(thing, "kind", "serving".to_owned());
        Workload {
            id: id(&thing.id),
            name: self.name_of(thing),
            tenant: self.tenant(thing),
            kind: if kind == "training" { WorkKind::Training } else { WorkKind::Serving },
            from,
            until: self.maybe(thing, "until"),
            efficiency,
            efficiency_from: if unit == LevelUnit::Gpus { from } else { speeds.from },
            speed: speeds.by,
            speed_source: speeds.source,
            model: self.maybe(thing, "model"),
            derate: self.derate(thing, unit),
            noise: self.noise(thing, &series, profile.as_deref()),
            series,
            revenue: self.revenue(thing, unit),
            revenue_trend: self.revenue_trend(thing, efficiency),
            blocks: self.blocks(thing),
            zones: self.zones_of(thing),
            latency: self.latency(thing),
            nvlink_domain: self.domain(thing),
            delay_hours: self.hours(thing, "delay"),
            storage: self.maybe(thing, "storage"),
            network: self.maybe(thing, "network"),
        }
    }

    /// Returns what users pay, for GPU-hours or for tokens and not for both.
    fn revenue(&mut self, thing: &Thing<'a>, unit: LevelUnit) -> Option<Price> {
        let (by_hour, by_tokens) = ("revenue.per_gpu_hour", "revenue.per_million_tokens");
        if thing.has(by_hour) && thing.has(by_tokens) {
            let problem = "revenue is given for GPU-hours and for tokens".to_owned();
            self.find(
                thing,
                by_tokens,
                "amount-twice",
                problem,
                "leave one of the two out".to_owned(),
            );
        }
        if thing.has(by_tokens) && unit != LevelUnit::TokensPerSecond {
            let problem = format!("revenue is for tokens, and the level is in {}", unit.text());
            let fix = format!("write `{by_hour}`, or the level in tokens");
            self.find(thing, by_tokens, "unit-differs", problem, fix);
        }
        self.maybe(thing, by_hour).or_else(|| self.maybe(thing, by_tokens))
    }

    /// Returns how the price of what is served moves: a million tokens become cheaper as a GPU makes more of them, so
    /// that a GPU-hour earns the same; what is paid for by the hour stays.
    fn revenue_trend(&mut self, thing: &Thing<'a>, efficiency: Growth) -> Growth {
        let by_tokens = thing.has("revenue.per_million_tokens");
        let factor = if by_tokens { 1.0 / efficiency.factor().max(0.01) } else { 1.0 };
        self.or(thing, "revenue.trend", Growth::new(factor))
    }

    fn tenant(&mut self, thing: &Thing<'a>) -> Option<offtake_model::PartyId> {
        self.maybe::<String>(thing, "tenant").map(|text| self.role(id(&text), PartyKind::Tenant))
    }

    fn domain(&mut self, thing: &Thing<'a>) -> u32 {
        let domain: i64 = self.or(thing, "nvlink_domain", 1);
        u32::try_from(domain).unwrap_or(u32::MAX).max(1)
    }

    /// Returns a time in whole hours.
    fn hours(&mut self, thing: &Thing<'a>, key: &str) -> u32 {
        let span = self.or(thing, key, Span::ZERO);
        let hours = span.hours();
        if hours.fract() != 0.0 || hours > 8_784.0 {
            let problem = format!("`{span}` is not a number of whole hours below a year");
            self.find(thing, key, "out-of-range", problem, "write it as in `\"6 h\"`".to_owned());
        }
        hours.clamp(0.0, 8_784.0).round() as u32
    }

    /// Returns the level over time, and the profile that shapes it.
    fn series_of(&mut self, thing: &Thing<'a>) -> (LevelSeries, Option<Arc<Profile>>) {
        if thing.has("level.hourly") {
            if thing.has("level") {
                let problem = "`level` and `level.hourly` are both written".to_owned();
                self.find(
                    thing,
                    "level",
                    "amount-twice",
                    problem,
                    "leave one of the two out".to_owned(),
                );
            }
            let unit: String = self.or(thing, "level.unit", "GPU".to_owned());
            let values = self.hourly(thing).unwrap_or_default();
            return (LevelSeries::Hourly { values, unit: level_unit(&unit) }, None);
        }
        let level = thing.get::<Level>("level").unwrap_or_else(|| {
            if !thing.has("level") {
                let problem =
                    format!("`{}` does not say how much it asks for", thing.kind.path(&thing.id));
                let fix =
                    "write it, as in `level = \"2000 GPU\"`, or `level.hourly = \"demand.csv\"`"
                        .to_owned();
                self.find_missing(thing, "level", problem, fix);
            }
            Level::new(0.0, LevelUnit::Gpus)
        });
        if !thing.has("profile") {
            self.keep_default(thing, "profile", "flat");
        }
        let profile = self.profile(thing);
        let growth: Option<Growth> = self.maybe(thing, "growth");
        let shift = i64::from(self.hours(thing, "shift"));
        let shape = profile.clone().unwrap_or_else(|| Arc::new(Profile::flat()));
        (LevelSeries::Grown { level, growth, profile: shape, shift }, profile)
    }

    fn derate(&mut self, thing: &Thing<'a>, unit: LevelUnit) -> Derate {
        let thing = &self.with_defaults(thing.clone());
        let none = Derate { low: 1.0, mode: 1.0, high: 1.0 };
        let word = thing.get::<String>("derate");
        let is_written = thing.has_any("derate.");
        let is_off = unit == LevelUnit::Gpus || self.is_certain;
        if word.as_deref() == Some("none") || (is_off && !is_written && word.is_none()) {
            self.keep_default(thing, "derate", "none");
            return none;
        }
        let law = self.catalog.derate;
        let mode = self.or(thing, "derate.mode", law.mode);
        let is_point = thing.has("derate.mode");
        let ends = if is_point { (mode, mode) } else { (law.low, law.high) };
        Derate {
            low: self.or(thing, "derate.low", ends.0),
            mode,
            high: self.or(thing, "derate.high", ends.1),
        }
    }

    fn noise(
        &mut self,
        thing: &Thing<'a>,
        series: &LevelSeries,
        profile: Option<&Profile>,
    ) -> Option<Noise> {
        let thing = &self.with_defaults(thing.clone());
        let word = thing.get::<String>("noise");
        let is_written = thing.has_any("noise.");
        let measured = profile
            .and_then(|p| Some(Noise { sigma: p.daily_sigma?, correlation: p.daily_correlation? }));
        let is_plan = unit_of(series) == LevelUnit::Gpus && measured.is_none();
        let is_given = matches!(series, LevelSeries::Hourly { .. });
        let is_off = is_given || is_plan || self.is_certain;
        if word.as_deref() == Some("none") || (is_off && !is_written && word.is_none()) {
            self.keep_default(thing, "noise", "none");
            return None;
        }
        if let Some(law) = measured {
            return Some(Noise {
                sigma: self.or(thing, "noise.sigma", law.sigma),
                correlation: self.or(thing, "noise.correlation", law.correlation),
            });
        }
        let law = self.catalog.noise;
        let fact = ("fleet", "default");
        Some(Noise {
            sigma: self.or_fact(thing, "noise.sigma", law.sigma, fact),
            correlation: self.or_fact(thing, "noise.correlation", law.correlation, fact),
        })
    }

    fn latency(&mut self, thing: &Thing<'a>) -> Option<Latency> {
        let from: Option<String> = self.maybe(thing, "latency.from");
        let round_trip: Option<Span> = self.maybe(thing, "latency.round_trip");
        if from.is_some() != round_trip.is_some() && thing.has_any("latency.") {
            let problem =
                "a bound on latency needs both `latency.from` and `latency.round_trip`".to_owned();
            let key = if from.is_some() { "latency.from" } else { "latency.round_trip" };
            self.find_missing(
                thing,
                key,
                problem,
                "write the other too, or leave both out".to_owned(),
            );
        }
        Some(Latency { from: from?, round_trip: round_trip? })
    }

    /// Returns the blocks in order of priority; a workload without any is one.
    fn blocks(&mut self, thing: &Thing<'a>) -> Vec<Block> {
        let prefix = format!("{}.", thing.id);
        let input = self.input;
        let all = input.book.kinds.get("block");
        let own = all.into_iter().flat_map(|all| all.range(prefix.clone()..));
        let own: Vec<_> = own.take_while(|(id, _)| id.starts_with(&prefix)).collect();
        let value = self.default_unserved_value();
        if own.is_empty() {
            let only = self.with_defaults(thing.clone());
            let priority: i64 = self.or(&only, "priority", 1);
            let unserved_value = self.or(&only, "unserved_value", value);
            return vec![block("all", ALL, priority, unserved_value)];
        }
        for key in ["priority", "unserved_value"] {
            if thing.has(key) {
                let problem = format!("`{key}` is written for the workload, which has blocks");
                self.find(thing, key, "amount-twice", problem, "move it to the blocks".to_owned());
            }
        }
        let mut blocks = Vec::new();
        for (full, record) in own {
            let one = self.with_defaults(Thing::new("block", full, vec![record]));
            let unserved_value = self.or(&one, "unserved_value", value);
            let share = one.get("share").unwrap_or(Share::new(0.0));
            blocks.push(block(
                &full[prefix.len()..],
                share,
                one.get("priority").unwrap_or(1),
                unserved_value,
            ));
        }
        blocks.sort_by(|a, b| a.priority.cmp(&b.priority).then(a.name.cmp(&b.name)));
        blocks
    }

    pub(super) fn gangs(&mut self) -> BTreeMap<WorkloadId, Gang> {
        let mut all = BTreeMap::new();
        for thing in self.things("gang") {
            if self.input.book.get("workload", &thing.id).is_some() {
                let problem = format!("`{}` is the id of a workload and of a gang", thing.id);
                self.find(&thing, "", "same-id-twice", problem, "rename one of the two".to_owned());
                continue;
            }
            let gang = self.gang(&self.with_defaults(thing));
            all.insert(gang.id.clone(), gang);
        }
        all
    }

    fn gang(&mut self, thing: &Thing<'a>) -> Gang {
        let facts = self.input.facts;
        let priority: i64 = self.or(thing, "priority", 1);
        let value = self.default_unserved_value();
        let mut speeds: Speeds = self.gang_speeds(thing);
        self.restrict(thing, &mut speeds);
        Gang {
            id: id(&thing.id),
            name: self.name_of(thing),
            tenant: self.tenant(thing),
            size: thing.get("size").unwrap_or(Gpus::ZERO),
            from: self.or(thing, "from", self.from),
            until: self.or(thing, "until", self.until),
            priority: u32::try_from(priority).unwrap_or(u32::MAX),
            unserved_value: self.or(thing, "unserved_value", value),
            zones: self.zones_of(thing),
            speed: speeds.by,
            nvlink_domain: self.domain(thing),
            checkpoint_every: self.or_fact(
                thing,
                "checkpoint_every",
                facts.gang("checkpoint_every", Span::from_hours(1)),
                ("gang", "default"),
            ),
            checkpoint_cost: self.or_fact(
                thing,
                "checkpoint_cost",
                facts.gang("checkpoint_cost", Share::new(0.0)),
                ("gang", "default"),
            ),
            restart: self.or_fact(
                thing,
                "restart",
                facts.gang("restart", Span::from_hours(1)),
                ("gang", "default"),
            ),
        }
    }

    fn gang_speeds(&self, thing: &Thing<'a>) -> Speeds {
        let one = |accelerator: &offtake_model::AcceleratorId| {
            let speed = thing.get::<f64>(&format!("speed.{accelerator}")).unwrap_or(1.0);
            (accelerator.clone(), speed)
        };
        let by = self.catalog.accelerators.keys().map(one).collect();
        Speeds { by, source: "as written; 1 for the others".to_owned(), from: self.from }
    }
}

fn block(name: &str, share: Share, priority: i64, unserved_value: Price) -> Block {
    let priority = u32::try_from(priority).unwrap_or(u32::MAX);
    Block { name: name.to_owned(), share, priority, unserved_value }
}

fn unit_of(series: &LevelSeries) -> LevelUnit {
    match series {
        LevelSeries::Grown { level, .. } => level.unit(),
        LevelSeries::Hourly { unit, .. } => *unit,
    }
}

fn level_unit(text: &str) -> LevelUnit {
    match text {
        "tok/s" => LevelUnit::TokensPerSecond,
        "images/s" => LevelUnit::ImagesPerSecond,
        _ => LevelUnit::Gpus,
    }
}
