//! The catalog: facts about hardware and the defaults, read by the same reader as a book.
//!
//! The catalog of the project is inside the program, so that an installed one has it; a folder
//! `catalog` inside a book's folder, and tables of the book itself, add to it or change single keys.

use crate::document::{Document, Files, Memory};
use crate::format::{
    FromValue, KINDS, Kind, Marks, Record, Records, Shelf, Value, mark_named, missing, read_all,
};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use offtake_model::{
    Accelerator, AcceleratorId, AgenticPoint, Catalog, Class, Curtailment, Derate, Draw,
    FailureMode, Finding, Id, Mark, Noise, Outage, PricePoint, Provenance, Radius, Repair,
    RepairShape, Scenario, SlipLaw, Source, ThroughputRow, Zone, ZoneId,
};
use offtake_units::{Growth, Power, Rate, RateBasis, Share, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog");

/// The catalog as it was read, before anything is laid over it.
#[derive(Debug, Default)]
pub(crate) struct Shelved {
    pub(crate) records: Records,
    pub(crate) findings: Vec<Finding>,
    pub(crate) hashes: Vec<u128>,
    pub(crate) is_broken: bool,
}

/// Facts from the catalog, with what a book knows better.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    records: Records,
    /// Ids of failures that the book itself writes.
    own_failures: BTreeSet<String>,
    /// Kinds in which the book or its own catalog says something; all others are the program's.
    laid_over: BTreeSet<&'static str>,
}

/// Whether the risks that the catalog knows are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Risks {
    On,
    Off,
}

/// Returns the catalog that is inside the program.
pub(crate) fn embedded() -> &'static Shelved {
    static READ: OnceLock<Shelved> = OnceLock::new();
    READ.get_or_init(|| {
        let mut memory = Memory::default();
        gather(&EMBEDDED, &mut memory);
        read(&memory, Path::new("catalog"))
    })
}

fn gather(folder: &'static Dir<'static>, memory: &mut Memory) {
    for file in folder.files() {
        memory.0.insert(Path::new("catalog").join(file.path()), Cow::Borrowed(file.contents()));
    }
    for inner in folder.dirs() {
        gather(inner, memory);
    }
}

/// Reads a catalog folder.
pub(crate) fn read(files: &dyn Files, folder: &Path) -> Shelved {
    let mut document = Document::new(Shelf::Catalog);
    document.read(files, folder);
    let records = read_all(&mut document);
    Shelved {
        records,
        hashes: document.files.iter().map(|file| file.hash).collect(),
        is_broken: !document.broken.is_empty(),
        findings: document.findings,
    }
}

impl Facts {
    /// Lays the tables of a book's own catalog and of the book itself over the program's.
    pub(crate) fn new(own: Option<&Shelved>, book: &Records) -> Facts {
        let mut records = embedded().records.clone();
        let mut laid_over = BTreeSet::new();
        if let Some(own) = own {
            laid_over.extend(own.records.kinds.keys().copied());
            records.overlay(own.records.clone());
        }
        let is_fact =
            |name: &str| KINDS.iter().any(|kind| kind.name == name && kind.shelf == Shelf::Both);
        let facts = book.kinds.iter().filter(|(name, _)| is_fact(name) && **name != "growth");
        let facts = Records { kinds: facts.map(|(name, rows)| (*name, rows.clone())).collect() };
        let own_failures = facts.of("failure").map(|(id, _)| id.clone()).collect();
        laid_over.extend(facts.kinds.keys().copied());
        records.overlay(facts);
        if let Some(law) = book.get("defaults", "").and_then(|table| table.text("slip_law")) {
            laid_over.insert("slip");
            choose_slip_law(&mut records, law, book.get("slip", "default"));
        }
        Facts { records, own_failures, laid_over }
    }

    /// Returns the ids of a kind.
    pub(crate) fn ids(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.records.of(kind).map(|(id, _)| id.as_str())
    }

    pub(crate) fn has(&self, kind: &str, id: &str) -> bool {
        self.records.get(kind, id).is_some()
    }

    pub(crate) fn record(&self, kind: &str, id: &str) -> Option<&Record> {
        self.records.get(kind, id)
    }

    fn value<T: FromValue>(&self, kind: &str, id: &str, key: &str) -> Option<T> {
        value(self.records.get(kind, id)?, key)
    }

    /// Returns a value of the one thing of its kind, or a stand-in that was reported.
    pub(crate) fn single<T: FromValue>(&self, kind: &str, key: &str, stand_in: T) -> T {
        self.value(kind, "default", key).unwrap_or(stand_in)
    }

    /// Returns what a thing lacks that the book, or its own catalog, lays over the program's.
    pub(crate) fn incomplete(&self) -> Vec<Finding> {
        self.incomplete_of(|kind| self.laid_over.contains(kind))
    }

    /// Returns what a thing of the catalog lacks, of the kinds asked for.
    pub(crate) fn incomplete_of(&self, is_asked: impl Fn(&str) -> bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        let is_fact = |kind: &&&Kind| kind.stands_on(Shelf::Catalog) && kind.name != "growth";
        for kind in KINDS.iter().filter(is_fact).filter(|kind| is_asked(kind.name)) {
            for (id, record) in self.records.of(kind.name) {
                for field in
                    kind.keys().filter(|field| field.default.is_none() && !record.has(field.key))
                {
                    let place = Some(record.place.clone());
                    findings.push(Finding { place, ..missing(kind, id, field) });
                }
            }
        }
        for kind in ["slip", "outage", "supplier", "fleet", "gang"] {
            if !self.has(kind, "default") {
                let problem = format!("the catalog has no `[{kind}.default]`");
                let fix = "add it to a catalog".to_owned();
                findings.push(Finding::error(
                    "catalog-incomplete",
                    format!("{kind}.default"),
                    problem,
                    fix,
                ));
            }
        }
        findings
    }

    /// Returns the marks of sources.
    pub(crate) fn marks(&self) -> Marks {
        let mark =
            |record: &Record| record.text("mark").and_then(mark_named).unwrap_or(Mark::Press);
        self.records.of("source").map(|(id, record)| (id.clone(), mark(record))).collect()
    }

    /// Returns the sources of the book, and those of the catalog that `used` names.
    pub(crate) fn sources(
        &self,
        book: &Records,
        used: &BTreeMap<String, Provenance>,
    ) -> BTreeMap<String, Source> {
        let names: BTreeSet<&str> = used.values().filter_map(|p| p.source.as_deref()).collect();
        let is_wanted = |id: &str| names.contains(id) || book.get("source", id).is_some();
        let wanted = self.records.of("source").filter(|(id, _)| is_wanted(id));
        wanted.map(|(id, record)| (id.clone(), source(record))).collect()
    }

    /// Returns the catalog as the model has it. With its risks off, the failures of the catalog are
    /// left out and those that the book writes are kept.
    pub(crate) fn catalog(&self, risks: Risks) -> Cow<'static, Catalog> {
        // Most books add sources alone, and a source is no part of what comes out here: for these it
        // is made once, which is most of the work of reading a small book.
        static UNTOUCHED: OnceLock<Catalog> = OnceLock::new();
        if risks == Risks::On && self.laid_over.iter().all(|kind| *kind == "source") {
            return Cow::Borrowed(UNTOUCHED.get_or_init(|| self.made(risks)));
        }
        Cow::Owned(self.made(risks))
    }

    fn made(&self, risks: Risks) -> Catalog {
        Catalog {
            accelerators: self.accelerators(risks),
            throughput: self.throughput(),
            agentic: self.agentic(),
            zones: self.zones(),
            round_trips: self.round_trips(),
            places: self.places(),
            slip: self.slip(),
            slip_variance: self.slip_variance(),
            acceptance: self.single("slip", "acceptance", Span::from_days(10)),
            classes: self.classes(),
            outage: self.outage(),
            curtailment: self.curtailment(),
            scenarios: self.scenarios(),
            derate: self.derate(),
            noise: self.noise(),
            prices: self.prices(),
            supplier_failure: self.single("supplier", "failure", Rate::new(0.0, RateBasis::Year)),
            continues: self.single("supplier", "continues", Share::new(0.0)),
        }
    }

    fn accelerators(&self, risks: Risks) -> BTreeMap<AcceleratorId, Accelerator> {
        let mut failures: BTreeMap<String, Vec<FailureMode>> = BTreeMap::new();
        for (id, record) in self.records.of("failure") {
            if risks == Risks::On || self.own_failures.contains(id) {
                let accelerator = record.text("accelerator").unwrap_or_default().to_owned();
                failures.entry(accelerator).or_default().extend(failure(id, record));
            }
        }
        let one = |(id, record): (&String, &Record)| {
            let failures = failures.remove(id).unwrap_or_default();
            Some((AcceleratorId::new(id).ok()?, accelerator(id, record, failures)?))
        };
        self.records.of("accelerator").filter_map(one).collect()
    }

    fn throughput(&self) -> Vec<ThroughputRow> {
        let tokens = self.records.of("throughput");
        tokens
            .chain(self.records.of("images"))
            .filter_map(|(_, record)| throughput(record))
            .collect()
    }

    fn agentic(&self) -> Vec<AgenticPoint> {
        let mut points: Vec<AgenticPoint> =
            self.records.of("agentic").filter_map(|(_, r)| agentic(r)).collect();
        points.sort_by(|a, b| {
            let key = |p: &AgenticPoint| (p.model.clone(), p.accelerator.clone());
            key(a).cmp(&key(b)).then(a.sessions_per_gpu.total_cmp(&b.sessions_per_gpu))
        });
        points
    }

    fn zones(&self) -> BTreeMap<ZoneId, Zone> {
        let world: ZoneId = ZoneId::new("world").expect("a word in small letters is an id");
        let mut zones = BTreeMap::from([(
            world.clone(),
            Zone { parent: None, name: "World".to_owned(), export_licence: false },
        )]);
        for (id, record) in self.records.of("zone") {
            let Ok(zone) = ZoneId::new(&id.to_lowercase()) else { continue };
            let parent =
                record.text("parent").and_then(|text| ZoneId::new(&text.to_lowercase()).ok());
            let parent = parent.or_else(|| (zone != world).then(|| world.clone()));
            let name = record.text("name").map_or_else(|| id.to_uppercase(), str::to_owned);
            let export_licence = record.flag("export_licence");
            zones.insert(zone, Zone { parent, name, export_licence });
        }
        zones
    }

    fn places(&self) -> BTreeMap<String, ZoneId> {
        let zone = |record: &Record| ZoneId::new(&record.text("zone")?.to_lowercase()).ok();
        self.records
            .of("place")
            .filter_map(|(id, record)| Some((id.clone(), zone(record)?)))
            .collect()
    }

    fn round_trips(&self) -> BTreeMap<(String, String), f64> {
        let one = |(_, record): (&String, &Record)| {
            let ends = (record.text("from")?.to_owned(), record.text("to")?.to_owned());
            Some((ends, value(record, "milliseconds")?))
        };
        self.records.of("round-trip").filter_map(one).collect()
    }

    fn slip(&self) -> SlipLaw {
        SlipLaw {
            on_time: self.single("slip", "on_time", Share::new(1.0)),
            on_time_within: self.single("slip", "on_time_within", Span::from_days(30)),
            median: self.single("slip", "median", Span::from_months(4)),
            sigma: self.single("slip", "sigma", 0.9),
            never: self.single("slip", "never", Share::new(0.0)),
        }
    }

    fn slip_variance(&self) -> [f64; 4] {
        let of = |key: &str, otherwise: f64| self.single("slip", key, otherwise);
        [
            of("variance.world", 0.15),
            of("variance.grid", 0.10),
            of("variance.supplier", 0.25),
            of("variance.own", 0.50),
        ]
    }

    fn classes(&self) -> BTreeMap<String, Class> {
        let general = self.outage();
        let outage = |record: &Record| {
            record.has_any("outage.").then(|| Outage {
                up: value(record, "outage.up").unwrap_or(general.up),
                down: value(record, "outage.down").unwrap_or(general.down),
                depth: value(record, "outage.depth").unwrap_or(general.depth),
            })
        };
        let class = |record: &Record| Class {
            slip_multiplier: value(record, "slip_multiplier").unwrap_or(1.0),
            lead_time: value(record, "lead_time").unwrap_or(Span::from_months(12)),
            outage: outage(record),
        };
        self.records.of("class").map(|(id, record)| (id.clone(), class(record))).collect()
    }

    fn outage(&self) -> Outage {
        Outage {
            up: self.single("outage", "up", Span::from_months(48)),
            down: self.single("outage", "down", Span::from_hours(12)),
            depth: self.single("outage", "depth", Share::new(1.0)),
        }
    }

    fn curtailment(&self) -> BTreeMap<String, Curtailment> {
        let one = |(id, record): (&String, &Record)| {
            let curtailment = Curtailment {
                events: value(record, "events")?,
                duration: value(record, "duration")?,
                depth: value(record, "depth")?,
            };
            Some((id.clone(), curtailment))
        };
        self.records.of("curtailment").filter_map(one).collect()
    }

    fn scenarios(&self) -> Vec<Scenario> {
        let one = |(id, record): (&String, &Record)| Scenario {
            name: id.clone(),
            probability: value(record, "probability").unwrap_or(Share::new(0.0)),
            tokens: value(record, "tokens").unwrap_or(Growth::new(1.0)),
            accelerators: value(record, "accelerators").unwrap_or(Growth::new(1.0)),
        };
        let mut all: Vec<Scenario> = self.records.of("growth").map(one).collect();
        all.sort_by(|a, b| {
            a.tokens.factor().total_cmp(&b.tokens.factor()).then(a.name.cmp(&b.name))
        });
        all
    }

    fn derate(&self) -> Derate {
        Derate {
            low: self.single("fleet", "derate.low", 1.0),
            mode: self.single("fleet", "derate.mode", 1.0),
            high: self.single("fleet", "derate.high", 1.0),
        }
    }

    fn noise(&self) -> Noise {
        Noise {
            sigma: self.single("fleet", "noise.sigma", 0.1),
            correlation: self.single("fleet", "noise.correlation", 0.6),
        }
    }

    fn prices(&self) -> Vec<PricePoint> {
        let one = |(_, record): (&String, &Record)| {
            Some(PricePoint {
                accelerator: AcceleratorId::new(record.text("accelerator")?).ok()?,
                date: value(record, "date")?,
                kind: record.text("kind")?.to_owned(),
                price: value(record, "price")?,
            })
        };
        let mut all: Vec<PricePoint> = self.records.of("price").filter_map(one).collect();
        all.sort_by(|a, b| {
            (a.date, &a.accelerator, &a.kind).cmp(&(b.date, &b.accelerator, &b.kind))
        });
        all
    }
}

/// Puts the law of that name in the place of the default, with the keys of it that the book writes.
fn choose_slip_law(records: &mut Records, law: &str, written: Option<&Record>) {
    let Some(chosen) = records.get("slip", law) else { return };
    let mut chosen = chosen.clone();
    if let Some(written) = written {
        Arc::make_mut(&mut chosen.values).extend((*written.values).clone());
    }
    if let Some(laws) = records.kinds.get_mut("slip") {
        Arc::make_mut(laws).insert("default".to_owned(), chosen);
    }
}

fn value<T: FromValue>(record: &Record, key: &str) -> Option<T> {
    let value: &Value = record.values.get(key)?.value.as_ref()?;
    T::from_value(value)
}

fn words(record: &Record, key: &str) -> String {
    record.text(key).unwrap_or_default().to_owned()
}

fn source(record: &Record) -> Source {
    Source {
        title: words(record, "title"),
        publisher: words(record, "publisher"),
        date: value(record, "date"),
        address: record.text("address").map(str::to_owned),
        is_measurement: value(record, "measurement").unwrap_or(false),
    }
}

fn accelerator(id: &str, record: &Record, failures: Vec<FailureMode>) -> Option<Accelerator> {
    let count = |key: &str| value::<i64>(record, key).and_then(|n| u32::try_from(n).ok());
    let rack_gpus = count("rack_gpus").unwrap_or(1).max(1);
    let any: Option<Power> = value(record, "draw");
    let training: Option<Power> = value(record, "draw.training");
    let serving: Option<Power> = value(record, "draw.serving");
    let draw = Draw {
        training: training.or(any).or(serving).unwrap_or(Power::from_watts(1_000)),
        serving: serving.or(any).or(training).unwrap_or(Power::from_watts(1_000)),
    };
    Some(Accelerator {
        id: AcceleratorId::new(id).ok()?,
        name: record.text("name").unwrap_or(id).to_owned(),
        maker: offtake_model::PartyId::new(record.text("maker").unwrap_or("unknown")).ok()?,
        rack_gpus,
        nvlink_domain: count("nvlink_domain").unwrap_or(rack_gpus).max(1),
        tray_gpus: count("tray_gpus").unwrap_or(rack_gpus).max(1),
        draw,
        billed_power: value(record, "billed_power"),
        memory: value(record, "memory"),
        network: value(record, "network"),
        available: value(record, "available"),
        rack_price: value(record, "rack_price"),
        lead_time: value(record, "lead_time"),
        failures,
    })
}

fn failure(id: &str, record: &Record) -> Option<FailureMode> {
    let low: Span = value(record, "repair.low")?;
    Some(FailureMode {
        id: id.to_owned(),
        radius: match record.text("radius")? {
            "tray" => Radius::Tray,
            "rack" => Radius::Rack,
            _ => Radius::Restart,
        },
        rate: value(record, "rate")?,
        repair: Repair {
            low,
            high: value(record, "repair.high").unwrap_or(low),
            shape: match record.text("repair.shape") {
                Some("log-normal") => RepairShape::LogNormal,
                _ => RepairShape::Uniform,
            },
        },
        infant_factor: value(record, "infant.factor").unwrap_or(1.0),
        infant_decay: value(record, "infant.decay").unwrap_or(Span::from_days(30)),
    })
}

fn throughput(record: &Record) -> Option<ThroughputRow> {
    Some(ThroughputRow {
        model: record.text("model")?.to_owned(),
        accelerator: AcceleratorId::new(record.text("accelerator")?).ok()?,
        interactivity: value(record, "interactivity"),
        first_token: value(record, "first_token"),
        input_tokens: value(record, "input_tokens"),
        output_tokens: value(record, "output_tokens"),
        per_gpu: value::<f64>(record, "per_gpu").filter(|speed| *speed > 0.0)?,
        precision: words(record, "precision"),
        date: value::<Date>(record, "date"),
        source: words(record, "source"),
    })
}

fn agentic(record: &Record) -> Option<AgenticPoint> {
    Some(AgenticPoint {
        model: record.text("model")?.to_owned(),
        accelerator: AcceleratorId::new(record.text("accelerator")?).ok()?,
        sessions_per_gpu: value(record, "sessions_per_gpu")?,
        per_gpu: value::<f64>(record, "per_gpu").filter(|speed| *speed > 0.0)?,
        interactivity: value(record, "interactivity")?,
        date: value(record, "date"),
        source: words(record, "source"),
    })
}
