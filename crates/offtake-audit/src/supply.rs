//! Supply counted rack by rack, and the kilowatts of each hall.

use crate::calendar;
use crate::drawn::{DrawnEvents, DrawnTranche};
use offtake_model::{Book, Hall, Tranche};

/// What a tranche is, in the words of a recount.
pub(crate) struct Counted<'a> {
    pub(crate) tranche: &'a Tranche,
    rack: i64,
    racks: i64,
    ramp: i64,
    term: i64,
    ends: Option<i64>,
    outage_depth: f64,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(book: &'a Book, tranche: &'a Tranche) -> Counted<'a> {
        let accelerator = book.catalog.accelerators.get(&tranche.accelerator);
        let rack = accelerator.map_or(1, |a| i64::from(a.rack_gpus));
        let outage = book.sites.get(&tranche.site).and_then(|site| site.outage);
        Counted {
            tranche,
            rack,
            racks: (tranche.gpus.count() + rack - 1) / rack,
            ramp: tranche.ramp.hours().round() as i64,
            term: calendar::hours_of(tranche.term, tranche.delivered.unwrap_or(tranche.promised)),
            ends: tranche.ends.map(|date| calendar::hour(book.from, date)),
            outage_depth: outage.map_or(0.0, |outage| outage.depth.part()),
        }
    }

    /// Returns the GPUs that work may use at `hour`, when the first racks came at `drawn.in_service`.
    pub(crate) fn available(&self, drawn: &DrawnTranche, outages: &[(i64, i64)], hour: i64) -> f64 {
        let Some(start) = drawn.in_service else { return 0.0 };
        let end = self.ends.map_or(start + self.term, |ends| ends.min(start + self.term));
        if hour >= end {
            return 0.0;
        }
        let mut in_service = 0;
        for rack in 0..self.racks {
            let arrival = start + self.ramp * rack / self.racks;
            let comes = drawn.stop.is_none_or(|stop| arrival < stop.at);
            in_service += i64::from(comes && arrival <= hour);
        }
        if in_service == 0 {
            return 0.0;
        }
        let broken: i64 = drawn
            .breakdowns
            .iter()
            .filter(|b| b.from <= hour && hour < b.until)
            .map(|b| b.gpus)
            .sum();
        // Spares stand in first; of what then is missing, a rack counts as soon as any part is.
        let mut broken_racks = broken / self.rack;
        if broken % self.rack != 0 {
            broken_racks += 1;
        }
        let missing = (broken_racks - self.tranche.spares).max(0);
        let standing = (in_service - missing).max(0) as f64;
        let mut share = 1.0;
        if let Some(stop) = drawn.stop.filter(|stop| hour >= stop.at) {
            share = if hour >= stop.back { stop.share } else { 0.0 };
        }
        if outages.iter().any(|(from, until)| *from <= hour && hour < *until) {
            share *= 1.0 - self.outage_depth;
        }
        let usable = (standing * share + 1e-6).floor() * self.rack as f64;
        usable.min(self.tranche.gpus.count() as f64)
    }

    /// Returns what is promised at `hour`: delivered on the day, and nothing fails.
    pub(crate) fn promised(&self, book: &Book, hour: i64) -> f64 {
        let start = calendar::hour(book.from, self.tranche.promised);
        let drawn = DrawnTranche { in_service: Some(start), ..DrawnTranche::default() };
        self.available(&drawn, &[], hour)
    }
}

/// Returns the kilowatts that racks of `hall` may draw at `hour`, or `None` when power never binds.
pub(crate) fn kilowatts(book: &Book, hall: &Hall, drawn: &DrawnEvents, hour: i64) -> Option<f64> {
    let critical = hall.critical_it?.kilowatts();
    let curtailable = hall.curtailable.kilowatts();
    let grid = book.sites.get(&hall.site).and_then(|site| site.grid.as_ref());
    let cuts = grid.and_then(|grid| drawn.cuts.get(&grid.to_string()));
    let depth = cuts
        .into_iter()
        .flatten()
        .filter(|cut| cut.from <= hour && hour < cut.until)
        .map(|cut| cut.depth)
        .fold(0.0, f64::max);
    let lost = (curtailable * depth - hall.backup.kilowatts()).max(0.0);
    Some(critical - lost)
}
