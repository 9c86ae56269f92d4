//! The recount of one sample, held against what an engine reported.

use crate::calendar;
use crate::demand;
use crate::drawn::{DrawnEvents, DrawnTranche};
use crate::flow;
use crate::supply::{self, Counted};
use offtake_model::{Book, Contract, Ownership, PartyId, Side, Workload};
use std::collections::BTreeMap;
use std::fmt;

/// What an engine reported of one sample: series by hour from the first of the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reported {
    /// GPUs that work may use, by tranche (`contract.name`).
    pub available: BTreeMap<String, Vec<f64>>,
    /// Kilowatts of the halls whose power the engine thinks can bind.
    pub kilowatts: BTreeMap<String, Vec<f64>>,
    /// Demand in reference GPUs, by workload or sold contract; gangs are not in it.
    pub demand: BTreeMap<String, Vec<f64>>,
    /// Unserved work in reference GPUs in the order of service: workload, gang or sold contract, the
    /// block's name, and the series.
    pub unserved: Vec<(String, String, Vec<f64>)>,
}

/// A figure that was counted differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// What: `available[acme.all]`, `unserved[chat/firm]`.
    pub figure: String,
    /// Hour from the first of the horizon.
    pub hour: i64,
    /// What the engine said.
    pub reported: f64,
    /// What was counted, or the bound that it breaks.
    pub counted: f64,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Disagreement { figure, hour, reported, counted } = self;
        write!(f, "{figure} at hour {hour}: {reported} reported, {counted} counted")
    }
}

/// What a recount came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recount {
    /// Hours that were counted.
    pub hours: usize,
    /// Figures that were compared.
    pub figures: usize,
    /// Whether unserved work was counted in full, and not only held against bounds.
    pub is_complete: bool,
    /// Greatest difference, over the greatest figure of its kind.
    pub worst: f64,
    /// Figures that differ by more than a hundred-thousandth of that.
    pub disagreements: Vec<Disagreement>,
}

/// Relative difference that single precision may make.
const CLOSE: f64 = 1e-5;

/// One block of work, as the book has it.
struct Work<'a> {
    name: (String, String),
    kind: Kind<'a>,
}

enum Kind<'a> {
    Share(&'a Workload, f64),
    Sold(&'a Contract),
    Gang(&'a offtake_model::Gang),
}

struct Audit<'a> {
    book: &'a Book,
    drawn: &'a DrawnEvents,
    tranches: Vec<(&'a Contract, Counted<'a>)>,
    works: Vec<Work<'a>>,
    /// Worth of a GPU in reference GPUs, by block and tranche.
    worth: Vec<Vec<Option<f64>>>,
    found: Recount,
    /// GPUs of all tranches: what differences are relative to.
    size: f64,
}

/// Counts a sample again and compares with what was reported: every hour, or one of each `every`.
#[must_use]
pub fn recount(book: &Book, drawn: &DrawnEvents, reported: &Reported, every: usize) -> Recount {
    let mut audit = Audit::new(book, drawn, reported);
    audit.found.is_complete = audit.is_simple();
    for hour in (0..calendar::hour(book.from, book.until)).step_by(every.max(1)) {
        audit.found.hours += 1;
        let room = audit.supply(reported, hour);
        let wanted = audit.demand(reported, hour);
        audit.unserved(reported, hour, &room, &wanted);
    }
    audit.found
}

impl<'a> Audit<'a> {
    fn new(book: &'a Book, drawn: &'a DrawnEvents, reported: &Reported) -> Audit<'a> {
        let is_in = |c: &&Contract| {
            c.ownership == Ownership::Owned || c.buyer == book.owner || c.seller == book.owner
        };
        let tranches: Vec<(&Contract, Counted)> = book
            .contracts
            .values()
            .filter(is_in)
            .flat_map(|c| c.tranches.iter().map(move |t| (c, Counted::new(book, t))))
            .collect();
        let works: Vec<Work> = reported
            .unserved
            .iter()
            .filter_map(|(owner, block, _)| {
                let kind = kind_of(book, owner, block)?;
                Some(Work { name: (owner.clone(), block.clone()), kind })
            })
            .collect();
        let worth = works
            .iter()
            .map(|work| tranches.iter().map(|(c, t)| worth(book, work, c, t)).collect())
            .collect();
        let size = tranches.iter().map(|(_, t)| t.tranche.gpus.count() as f64).sum::<f64>();
        let found = Recount::default();
        Audit { book, drawn, tranches, works, worth, found, size: size.max(1.0) }
    }

    /// Says whether unserved work can be counted in full: equal speeds, no power, no waiting, no gang.
    fn is_simple(&self) -> bool {
        let is_plain = |work: &Work| match &work.kind {
            Kind::Share(workload, _) => workload.delay_hours == 0,
            Kind::Sold(_) => true,
            Kind::Gang(_) => false,
        };
        let is_one = |worth: &Option<f64>| worth.is_none_or(|worth| (worth - 1.0).abs() < 1e-9);
        self.works.iter().all(is_plain)
            && self.worth.iter().flatten().all(is_one)
            && self.book.halls.values().all(|hall| hall.critical_it.is_none())
    }

    fn compare(&mut self, figure: impl Fn() -> String, hour: i64, pair: (f64, f64), scale: f64) {
        let (reported, counted) = pair;
        let error = (reported - counted).abs() / scale;
        self.found.figures += 1;
        self.found.worst = self.found.worst.max(error);
        if error > CLOSE || error.is_nan() {
            let figure = figure();
            self.found.disagreements.push(Disagreement { figure, hour, reported, counted });
        }
    }

    /// Holds a figure against the least that it can be.
    fn at_least(&mut self, figure: &str, hour: i64, reported: f64, least: f64) {
        self.found.figures += 1;
        if reported < least - CLOSE * self.size {
            let (figure, counted) = (format!("{figure}, at least"), least);
            self.found.disagreements.push(Disagreement { figure, hour, reported, counted });
        }
    }

    /// Counts the GPUs of each tranche and the kilowatts of each hall.
    fn supply(&mut self, reported: &Reported, hour: i64) -> Vec<f64> {
        let nothing = DrawnTranche::default();
        let mut room = Vec::new();
        for index in 0..self.tranches.len() {
            let counted = &self.tranches[index].1;
            let id = counted.tranche.id.to_string();
            let drawn = self.drawn.tranches.get(&id).unwrap_or(&nothing);
            let outages = self.drawn.outages.get(&counted.tranche.site.to_string());
            let gpus = counted.available(drawn, outages.map_or(&[], Vec::as_slice), hour);
            let scale = (counted.tranche.gpus.count() as f64).max(1.0);
            let said = at(reported.available.get(&id), hour);
            self.compare(|| format!("available[{id}]"), hour, (said, gpus), scale);
            room.push(gpus);
        }
        for (id, series) in &reported.kilowatts {
            let hall = self.book.halls.iter().find(|(hall, _)| hall.to_string() == *id);
            let Some((_, hall)) = hall else { continue };
            let kilowatts =
                supply::kilowatts(self.book, hall, self.drawn, hour).unwrap_or(f64::NAN);
            let scale = hall.critical_it.map_or(1.0, |power| power.kilowatts().max(1.0));
            let said = at(Some(series), hour);
            self.compare(|| format!("kilowatts[{id}]"), hour, (said, kilowatts), scale);
        }
        room
    }

    /// Counts the demand of each block.
    fn demand(&mut self, reported: &Reported, hour: i64) -> Vec<f64> {
        let mut wanted = Vec::new();
        for index in 0..self.works.len() {
            let (amount, share) = match &self.works[index].kind {
                Kind::Share(work, share) => {
                    (demand::of_workload(self.book, self.drawn, work, hour), *share)
                }
                Kind::Sold(contract) => (self.promised(contract, hour), 1.0),
                Kind::Gang(gang) => {
                    let from = calendar::hour(self.book.from, gang.from);
                    let until = calendar::hour(self.book.from, gang.until);
                    let is_active = from <= hour && hour < until;
                    wanted.push(if is_active { gang.size.count() as f64 } else { 0.0 });
                    continue;
                }
            };
            let id = self.works[index].name.0.clone();
            let said = at(reported.demand.get(&id), hour);
            let scale = amount.max(1.0);
            self.compare(|| format!("demand[{id}]"), hour, (said, amount), scale);
            wanted.push(amount * share);
        }
        wanted
    }

    fn promised(&self, contract: &Contract, hour: i64) -> f64 {
        let is_own = |pair: &&(&Contract, Counted)| pair.0.id == contract.id;
        self.tranches.iter().filter(is_own).map(|(_, t)| t.promised(self.book, hour)).sum()
    }

    /// Counts unserved work where that can be done in full, and bounds it elsewhere.
    fn unserved(&mut self, reported: &Reported, hour: i64, room: &[f64], wanted: &[f64]) {
        let said: Vec<f64> =
            reported.unserved.iter().map(|(_, _, series)| at(Some(series), hour)).collect();
        if self.found.is_complete {
            let open: Vec<Vec<bool>> =
                self.worth.iter().map(|row| row.iter().map(Option::is_some).collect()).collect();
            let counted = flow::short(wanted, room, &open);
            let scale = self.size.max(wanted.iter().sum());
            for (index, pair) in said.into_iter().zip(counted).enumerate() {
                let (owner, block) = self.works[index].name.clone();
                self.compare(|| format!("unserved[{owner}/{block}]"), hour, pair, scale);
            }
            return;
        }
        let waits = |work: &Work| matches!(&work.kind, Kind::Share(w, _) if w.delay_hours > 0);
        if self.works.iter().any(waits) {
            return;
        }
        // No GPU does more than it does for the work that it is worth most to.
        let most = |tranche: usize| {
            self.worth.iter().filter_map(|row| row[tranche]).fold(0.0, f64::max) * room[tranche]
        };
        let servable: f64 = (0..room.len()).map(most).sum();
        let least = wanted.iter().sum::<f64>() - servable;
        self.at_least("unserved", hour, said.iter().sum(), least.max(0.0));
        for (index, (said, wanted)) in said.iter().zip(wanted).enumerate() {
            let alone: f64 =
                self.worth[index].iter().zip(room).filter_map(|(w, r)| w.map(|w| w * r)).sum();
            let name = format!("unserved[{}]", self.works[index].name.0);
            self.at_least(&name, hour, *said, (wanted - alone).max(0.0));
            self.at_least(&format!("{name}, served"), hour, wanted - said, 0.0);
        }
    }
}

fn at(series: Option<&Vec<f64>>, hour: i64) -> f64 {
    series.and_then(|series| series.get(hour as usize)).copied().unwrap_or(f64::NAN)
}

fn kind_of<'a>(book: &'a Book, owner: &str, block: &str) -> Option<Kind<'a>> {
    let named = |id: String| id == owner;
    if let Some(work) = book.workloads.values().find(|w| named(w.id.to_string())) {
        let found = work.blocks.iter().find(|b| b.name == block)?;
        return Some(Kind::Share(work, found.share.part()));
    }
    if let Some(gang) = book.gangs.values().find(|g| named(g.id.to_string())) {
        return Some(Kind::Gang(gang));
    }
    let sold = |c: &&Contract| named(c.id.to_string()) && book.side(c) == Side::Sold;
    book.contracts.values().find(sold).map(Kind::Sold)
}

fn worth(book: &Book, work: &Work, contract: &Contract, counted: &Counted) -> Option<f64> {
    let is_sold = contract.ownership != Ownership::Owned && book.side(contract) == Side::Sold;
    let sold_to: Option<&PartyId> = is_sold.then_some(&contract.buyer);
    match &work.kind {
        Kind::Share(workload, _) => demand::worth(book, workload, counted.tranche, sold_to),
        Kind::Sold(sold) => {
            let is_own = contract.id == sold.id;
            let is_free = counted.tranche.dedicated_to.is_none() && sold_to.is_none();
            let is_like =
                sold.tranches.iter().any(|t| t.accelerator == counted.tranche.accelerator);
            let may = is_own || (sold.like_kind_substitution && is_free && is_like);
            may.then_some(1.0)
        }
        // A gang counts in its own GPUs, whatever their speed.
        Kind::Gang(gang) => gang.speed.get(&counted.tranche.accelerator).map(|_| 1.0),
    }
}
