//! Records into the book: every reference resolved, every default filled in, the source, mark and
//! place of every value kept.
//!
//! **Invariant:** the book that comes out is complete even when findings were made on the way: what
//! could not be read is replaced by something harmless, so that the checks can run and all that is
//! wrong shows at once. A caller must not use a book that has an error.

mod contract;
mod finance;
mod horizon;
mod links;
mod market;
mod party;
mod place;
mod project;
mod right;
mod series;
mod speed;
mod work;

use crate::document::Files;
use crate::format::{FromValue, Kind, Record, Records, Shown, kind_named};
use crate::shelf::Facts;
use jiff::civil::Date;
use offtake_model::{
    AcceleratorId, Book, Catalog, Finding, GridId, Id, Mark, PartyId, PartyKind, Place, Provenance,
    Said, SiteId,
};
use offtake_units::{Currency, Share};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the book is built from.
pub(crate) struct Input<'a> {
    /// What the book writes.
    pub(crate) book: &'a Records,
    /// What the catalog writes, with what the book knows better laid over it.
    pub(crate) facts: &'a Facts,
    /// Where series and profiles are read from.
    pub(crate) files: &'a dyn Files,
    /// The folder of the book.
    pub(crate) folder: PathBuf,
    /// Its name, for a title.
    pub(crate) name: String,
    /// Whether some file could not be read in full: then nothing is said to be missing.
    pub(crate) is_partial: bool,
}

/// What comes out.
pub(crate) struct Output {
    pub(crate) book: Option<Book>,
    pub(crate) findings: Vec<Finding>,
    /// Hashes of the series and profiles.
    pub(crate) hashes: Vec<u128>,
}

/// One thing with the tables that it inherits from, nearest first.
#[derive(Clone)]
struct Thing<'a> {
    kind: &'static Kind,
    id: String,
    /// The tables whose values hold for it, its own first.
    tables: Vec<&'a Record>,
    /// The table that a default is shown in: its own, or its contract's for what tranches inherit.
    shown_in: (&'static Kind, String),
}

impl<'a> Thing<'a> {
    fn new(kind: &'static str, id: &str, tables: Vec<&'a Record>) -> Thing<'a> {
        let kind = named(kind);
        Thing { kind, id: id.to_owned(), tables, shown_in: (kind, id.to_owned()) }
    }

    fn path(&self, key: &str) -> String {
        self.kind.path_of(&self.id, key)
    }

    /// Returns what holds for `key`, if anything readable is written.
    fn get<T: FromValue>(&self, key: &str) -> Option<T> {
        let entry = self.tables.iter().find_map(|table| table.values.get(key))?;
        entry.value.as_ref().and_then(T::from_value)
    }

    fn has(&self, key: &str) -> bool {
        self.tables.iter().any(|table| table.has(key))
    }

    fn has_any(&self, prefix: &str) -> bool {
        self.tables.iter().any(|table| table.has_any(prefix))
    }

    fn id_of<T: Id>(&self, key: &str) -> Option<T> {
        self.get::<String>(key).map(|text| id(&text))
    }

    fn place(&self) -> Option<Place> {
        self.tables.first().map(|table| table.place.clone())
    }
}

fn named(kind: &str) -> &'static Kind {
    kind_named(kind).expect("the kinds that are built are in the table of the format")
}

/// Makes an id of text that was checked, or that was reported; zones are folded to small letters.
fn id<T: Id>(text: &str) -> T {
    let fallback = || T::new("unknown").expect("a word in small letters is an id");
    T::new(text).or_else(|_| T::new(&text.to_lowercase())).unwrap_or_else(|_| fallback())
}

/// What is known before anything is built, and what is gathered on the way.
struct Build<'a> {
    input: &'a Input<'a>,
    catalog: Cow<'static, Catalog>,
    findings: Vec<Finding>,
    provenance: BTreeMap<String, Provenance>,
    hashes: Vec<u128>,
    top: Thing<'a>,
    defaults: Option<&'a Record>,
    /// Whether the risks of the catalog are switched off.
    is_certain: bool,
    owner: PartyId,
    as_of: Date,
    from: Date,
    until: Date,
    currency: Currency,
    reference: AcceleratorId,
    /// The first role of each party in the book.
    roles: BTreeMap<PartyId, PartyKind>,
    /// Sites that things without a site stand at, with the path of the thing.
    own_sites: BTreeMap<SiteId, String>,
    grids: BTreeSet<GridId>,
    series: series::Cache,
}

/// Builds the book.
pub(crate) fn build(input: &Input<'_>, catalog: Cow<'static, Catalog>) -> Output {
    let mut build = Build::new(input, catalog);
    if !build.links_and_base() {
        return Output { book: None, findings: build.findings, hashes: build.hashes };
    }
    let standards = build.standards();
    let scenarios = build.scenarios();
    let exchange_rates = build.exchange_rates();
    let contracts = build.contracts();
    let offers = build.offers();
    let markets = build.markets(&contracts, &offers);
    let purchases = build.purchases();
    let workloads = build.workloads();
    let gangs = build.gangs();
    let leases = build.leases();
    let debts = build.debts();
    let rights = build.rights();
    let opportunities = build.opportunities();
    let projects = build.projects(&contracts);
    let uses = build.uses();
    let claims = build.claims();
    let stresses = build.stresses();
    let (sites, halls) = build.sites();
    let book = Book {
        title: build.title(),
        owner: build.owner.clone(),
        as_of: build.as_of,
        from: build.from,
        until: build.until,
        currency: build.currency,
        discount_rate: build.discount_rate(),
        exchange_rates,
        scope: build.scope(),
        reference_accelerator: build.reference.clone(),
        headline_quarters: build.headline(),
        standards,
        scenarios,
        parties: build.parties(),
        grids: build.all_grids(),
        sites,
        halls,
        contracts,
        workloads,
        gangs,
        markets,
        offers,
        spots: build.spots(),
        options: build.options(),
        rights,
        purchases,
        leases,
        debts,
        powers: build.powers(),
        builds: build.builds(),
        idles: build.idles(),
        opportunities,
        projects,
        uses,
        claims,
        stresses,
        sources: BTreeMap::new(),
        provenance: BTreeMap::new(),
        said: BTreeMap::new(),
        catalog: build.catalog.clone().into_owned(),
    };
    build.finish(book)
}

impl<'a> Build<'a> {
    fn new(input: &'a Input<'a>, catalog: Cow<'static, Catalog>) -> Build<'a> {
        let top = input.book.get("book", "").into_iter().collect();
        let defaults = input.book.get("defaults", "");
        let is_certain = defaults.and_then(|table| table.text("uncertainty")) == Some("none");
        let placeholder = Date::constant(2000, 1, 1);
        Build {
            input,
            catalog,
            findings: Vec::new(),
            provenance: BTreeMap::new(),
            hashes: Vec::new(),
            top: Thing::new("book", "", top),
            defaults,
            is_certain,
            owner: id("us"),
            as_of: placeholder,
            from: placeholder,
            until: placeholder,
            currency: Currency::USD,
            reference: id("unknown"),
            roles: BTreeMap::new(),
            own_sites: BTreeMap::new(),
            grids: BTreeSet::new(),
            series: series::Cache::default(),
        }
    }

    /// Returns the things of a kind, each with its own table alone.
    fn things(&self, kind: &'static str) -> Vec<Thing<'a>> {
        let input: &'a Input<'a> = self.input;
        input.book.of(kind).map(|(id, record)| Thing::new(kind, id, vec![record])).collect()
    }

    /// Returns the thing with the book's defaults behind it.
    fn with_defaults(&self, mut thing: Thing<'a>) -> Thing<'a> {
        thing.tables.extend(self.defaults);
        thing
    }

    /// Returns what is written, or the default, whose text and origin are then kept.
    fn or<T: FromValue + Shown>(&mut self, thing: &Thing<'a>, key: &str, default: T) -> T {
        match thing.get(key) {
            Some(value) => value,
            None => {
                self.keep_default(thing, key, &default.shown());
                default
            }
        }
    }

    /// The same, for a default that a thing of the catalog says.
    fn or_fact<T: FromValue + Shown>(
        &mut self,
        thing: &Thing<'a>,
        key: &str,
        default: T,
        fact: (&str, &str),
    ) -> T {
        if let Some(value) = thing.get(key) {
            return value;
        }
        if !thing.has(key) {
            let (kind, id) = &thing.shown_in;
            self.keep_of_catalog(kind.path_of(id, key), &default.shown(), fact);
        }
        default
    }

    /// Returns what is written, if anything; what holds otherwise is kept in words.
    fn maybe<T: FromValue>(&mut self, thing: &Thing<'a>, key: &str) -> Option<T> {
        let value = thing.get(key);
        if value.is_none() {
            self.keep_default(thing, key, "none");
        }
        value
    }

    /// Keeps the text of a default and where it comes from.
    fn keep_default(&mut self, thing: &Thing<'a>, key: &str, text: &str) {
        if thing.has(key) {
            return;
        }
        let (kind, id) = &thing.shown_in;
        let note =
            kind.field(key).or_else(|| thing.kind.field(key)).and_then(|field| field.default);
        let path = kind.path_of(id, key);
        self.keep(path, text, Mark::Default, note.map(str::to_owned));
    }

    /// Keeps a default that is a thing of the catalog, with that thing's source.
    fn keep_of_catalog(&mut self, path: String, text: &str, (kind, id): (&str, &str)) {
        let source = self
            .input
            .facts
            .record(kind, id)
            .and_then(|record| record.text("source"))
            .map(str::to_owned);
        let note = Some(format!("the catalog's `{kind}.{id}`"));
        let provenance = Provenance {
            text: text.to_owned(),
            source,
            mark: Mark::Default,
            note,
            low: None,
            high: None,
            place: None,
        };
        self.provenance.entry(path).or_insert(provenance);
    }

    fn keep(&mut self, path: String, text: &str, mark: Mark, note: Option<String>) {
        let provenance = Provenance {
            text: text.to_owned(),
            source: None,
            mark,
            note,
            low: None,
            high: None,
            place: None,
        };
        self.provenance.entry(path).or_insert(provenance);
    }

    /// Reports something about a value of a thing, at the value's place or else the thing's.
    fn find(
        &mut self,
        thing: &Thing<'a>,
        key: &str,
        rule: &'static str,
        problem: String,
        fix: String,
    ) {
        let entry = thing.tables.iter().find_map(|table| table.values.get(key));
        let place = entry.map(|entry| entry.place.clone()).or_else(|| thing.place());
        let subject = if key.is_empty() { thing.kind.path(&thing.id) } else { thing.path(key) };
        self.findings.push(Finding { place, ..Finding::error(rule, subject, problem, fix) });
    }

    /// Reports that something which must be there is not, unless a file could not be read in full.
    fn find_missing(&mut self, thing: &Thing<'a>, key: &str, problem: String, fix: String) {
        if !self.input.is_partial {
            self.find(thing, key, "key-missing", problem, fix);
        }
    }

    fn name_of(&mut self, thing: &Thing<'a>) -> String {
        let name = thing.tables.first().and_then(|table| table.text("name")).map(str::to_owned);
        name.unwrap_or_else(|| {
            self.keep_default(thing, "name", &thing.id);
            thing.id.clone()
        })
    }

    /// Notes the role that a party plays; its first decides its kind.
    fn role(&mut self, party: PartyId, kind: PartyKind) -> PartyId {
        self.roles.entry(party.clone()).or_insert(kind);
        party
    }

    fn zones_of(&mut self, thing: &Thing<'a>) -> Vec<offtake_model::ZoneId> {
        let zones: Vec<String> = self.maybe(thing, "zones").unwrap_or_default();
        zones.iter().map(|zone| id(zone)).collect()
    }

    fn default_unserved_value(&mut self) -> offtake_units::Price {
        let ten = offtake_units::Money::from_micros(10_000_000, self.currency);
        let ten = offtake_units::Price::new(ten, offtake_units::Per::GpuHour);
        let written = self.defaults.and_then(|table| table.values.get("unserved_value"));
        written
            .and_then(|entry| entry.value.as_ref())
            .and_then(FromValue::from_value)
            .unwrap_or(ten)
    }

    /// Puts sources and the provenance of all that is written to the book.
    fn finish(mut self, mut book: Book) -> Output {
        let marks = self.input.facts.marks();
        for (kind, records) in &self.input.book.kinds {
            let Some(kind) = kind_named(kind) else { continue };
            for (id, record) in records.iter() {
                keep_said(kind, id, record, &mut book);
                if kind.name == "source" {
                    self.keep_source(kind, id, record);
                    continue;
                }
                let above = above(self.input.book, kind, id);
                let tables: Vec<&Record> = std::iter::once(record).chain(above).collect();
                self.keep_written(kind, id, record, &tables, &marks);
            }
        }
        book.sources = self.input.facts.sources(self.input.book, &self.provenance);
        book.provenance = self.provenance;
        Output { book: Some(book), findings: self.findings, hashes: self.hashes }
    }

    /// Keeps what is written of a source; it says where facts come from, and claims none itself.
    fn keep_source(&mut self, kind: &Kind, id: &str, record: &Record) {
        let written = |text: &str, place: &Place| Provenance {
            text: text.to_owned(),
            source: None,
            mark: Mark::Derived,
            note: None,
            low: None,
            high: None,
            place: Some(place.clone()),
        };
        for (key, entry) in record.values.iter() {
            if !matches!(key.as_str(), "source" | "mark" | "note") {
                self.provenance.insert(kind.path_of(id, key), written(&entry.text, &entry.place));
            }
        }
        let title = record.text("title").unwrap_or(id);
        self.provenance.insert(kind.path(id), written(title, &record.place));
    }

    fn keep_written(
        &mut self,
        kind: &Kind,
        id: &str,
        record: &Record,
        tables: &[&Record],
        marks: &crate::format::Marks,
    ) {
        for (key, entry) in record.values.iter() {
            if matches!(key.as_str(), "source" | "mark" | "note" | "include") {
                continue;
            }
            let mut provenance = entry.provenance(tables, marks);
            if is_choice(kind, key) && provenance.source.is_none() {
                provenance.mark = Mark::Derived;
                provenance.note.get_or_insert_with(|| "a choice, no claim".to_owned());
            }
            self.provenance.insert(kind.path_of(id, key), provenance);
        }
        if !id.is_empty() {
            let text =
                |key: &str| tables.iter().find_map(|table| table.text(key)).map(str::to_owned);
            let source = text("source");
            let of_source =
                source.as_ref().map(|source| marks.get(source).copied().unwrap_or(Mark::Press));
            let mark = text("mark").as_deref().and_then(crate::format::mark_named).or(of_source);
            // A table without a source claims nothing itself; its values do, one by one.
            let mark = mark.filter(|_| source.is_some()).unwrap_or(Mark::Derived);
            let thing = Provenance {
                text: text("name").unwrap_or_else(|| id.to_owned()),
                source,
                mark,
                note: record.text("note").map(str::to_owned),
                low: None,
                high: None,
                place: Some(record.place.clone()),
            };
            self.provenance.insert(kind.path(id), thing);
        }
    }
}

/// Keeps what the table says of all its values.
fn keep_said(kind: &Kind, id: &str, record: &Record, book: &mut Book) {
    for key in ["source", "mark", "note"] {
        if let Some(entry) = record.values.get(key) {
            let said = Said { text: entry.text.clone(), place: entry.place.clone() };
            book.said.insert(kind.path_of(id, key), said);
        }
    }
}

/// Returns the table whose source and mark hold for this one too: a tranche's contract, a block's
/// workload.
fn above<'a>(book: &'a Records, kind: &Kind, id: &str) -> Option<&'a Record> {
    let (parent, _) = id.split_once('.')?;
    match kind.name {
        "tranche" => book.get("contract", parent),
        "block" => book.get("workload", parent),
        _ => None,
    }
}

/// Says whether a value is the author's to choose: a name, a horizon, a standard. It claims nothing
/// about the world, so that it needs no source and is no judgement.
fn is_choice(kind: &Kind, key: &str) -> bool {
    matches!(kind.name, "book" | "standard" | "stress") || matches!(key, "name" | "uncertainty")
}

/// Returns a path beside the file of `place`.
fn beside(place: &Place, name: &str) -> PathBuf {
    Path::new(&place.file).parent().unwrap_or(Path::new("")).join(name)
}

/// The whole.
const ALL: Share = Share::new(1.0);
/// Nothing.
const NONE: Share = Share::new(0.0);
