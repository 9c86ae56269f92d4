//! What several checks ask of the supply: where GPUs stand, when, what they draw, who may use them.
//!
//! This floor cannot call the engine's arithmetic, and need not: checks ask whether anything fits
//! at all, so ramps, failures and hours are left out.

use crate::{
    AcceleratorId, Book, Contract, Draw, Gang, Latency, Ownership, PartyId, Side, Site, SiteId,
    Tranche, WorkKind, Workload, ZoneId,
};
use jiff::civil::Date;
use offtake_units::Span;
use std::collections::BTreeMap;

/// GPUs of one type at one site, under contract, owned or on offer.
pub(super) struct Pool<'a> {
    pub(super) site_id: &'a SiteId,
    pub(super) site: &'a Site,
    pub(super) accelerator: &'a AcceleratorId,
    pub(super) gpus: i64,
    /// The one party that may use it.
    only: Option<&'a PartyId>,
}

/// What a workload or a gang asks of a pool.
pub(super) struct Needs<'a> {
    /// `workload.chat` or `gang.pretrain`.
    pub(super) path: String,
    pub(super) tenant: Option<&'a PartyId>,
    pub(super) speed: &'a BTreeMap<AcceleratorId, f64>,
    pub(super) nvlink_domain: u32,
    pub(super) zones: &'a [ZoneId],
    pub(super) latency: Option<&'a Latency>,
}

/// Returns the tranches that count for the owner: its fleets, what it buys and what it sells.
pub(super) fn tranches(book: &Book) -> impl Iterator<Item = (&Contract, &Tranche)> {
    let counts = |c: &&Contract| c.ownership == Ownership::Owned || book.side(c) != Side::Other;
    let contracts = book.contracts.values().filter(counts);
    contracts.flat_map(|contract| contract.tranches.iter().map(move |tranche| (contract, tranche)))
}

/// Returns the first day of use and the day after the last, as promised or as it came.
pub(super) fn days_of_use(tranche: &Tranche) -> (Date, Date) {
    let start = tranche.delivered.unwrap_or(tranche.promised);
    let end = after(start, tranche.term);
    (start, tranche.ends.map_or(end, |ends| ends.min(end)))
}

/// Returns the day that lies `span` after `date`, in whole days.
pub(super) fn after(date: Date, span: Span) -> Date {
    date.checked_add(span.calendar()).unwrap_or(Date::MAX)
}

/// Returns the kinds of work in the book; serving when it has no work.
pub(super) fn kinds_of_work(book: &Book) -> Vec<WorkKind> {
    let is_there = |kind| book.workloads.values().any(|workload| workload.kind == kind);
    let trains = is_there(WorkKind::Training) || !book.gangs.is_empty();
    match (is_there(WorkKind::Serving), trains) {
        (true, true) => vec![WorkKind::Serving, WorkKind::Training],
        (false, true) => vec![WorkKind::Training],
        (_, false) => vec![WorkKind::Serving],
    }
}

/// Returns the watts that `gpus` draw at a site while they do work of `kind`.
pub(super) fn watts(draw: Draw, kind: WorkKind, gpus: i64) -> i64 {
    let one = match kind {
        WorkKind::Serving => draw.serving,
        WorkKind::Training => draw.training,
    };
    one.watts().saturating_mul(gpus)
}

/// Says what GPUs do, after `when they`.
pub(super) const fn verb(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Serving => "serve",
        WorkKind::Training => "train",
    }
}

/// Returns what every workload and gang asks.
pub(super) fn needs(book: &Book) -> impl Iterator<Item = Needs<'_>> {
    let workloads = book.workloads.values().map(Needs::of_workload);
    workloads.chain(book.gangs.values().map(Needs::of_gang))
}

/// Returns what a GPU draws at a site: as the site says, or else the catalog.
pub(super) fn draw(book: &Book, site: &SiteId, accelerator: &AcceleratorId) -> Option<Draw> {
    let here = book.sites.get(site).and_then(|site| site.draw.get(accelerator));
    here.or_else(|| book.catalog.accelerators.get(accelerator).map(|a| &a.draw)).copied()
}

/// Returns the greatest sum of amounts on one day, and the first such day; days of end excluded.
pub(super) fn peak(amounts: &[(Date, Date, i64)]) -> Option<(i64, Date)> {
    let lasting = || amounts.iter().filter(|(start, end, _)| start < end);
    let starts = lasting().map(|&(start, _, amount)| (start, amount));
    let ends = lasting().map(|&(_, end, amount)| (end, amount.saturating_neg()));
    let mut changes: Vec<(Date, i64)> = starts.chain(ends).collect();
    // What ends on a day is gone on it: with the ends first no sum counts both.
    changes.sort_unstable();
    let mut sum = 0_i64;
    let sums = changes.into_iter().map(|(day, change)| {
        sum = sum.saturating_add(change);
        (sum, day)
    });
    sums.max_by_key(|&(sum, day)| (sum, std::cmp::Reverse(day)))
}

/// Returns the pools of the book, and the offers as if they were signed in full.
pub(super) fn pools(book: &Book) -> Vec<Pool<'_>> {
    let held = tranches(book).filter_map(|(contract, tranche)| {
        let is_sold = contract.ownership != Ownership::Owned && book.side(contract) == Side::Sold;
        Some(Pool {
            site_id: &tranche.site,
            site: book.sites.get(&tranche.site)?,
            accelerator: &tranche.accelerator,
            gpus: tranche.gpus.count(),
            only: tranche.dedicated_to.as_ref().or(is_sold.then_some(&contract.buyer)),
        })
    });
    let offered = book.offers.values().filter_map(|offer| {
        Some(Pool {
            site_id: &offer.site,
            site: book.sites.get(&offer.site)?,
            accelerator: &offer.accelerator,
            gpus: offer.block.count().saturating_mul(offer.blocks),
            only: None,
        })
    });
    held.chain(offered).collect()
}

impl<'a> Needs<'a> {
    /// Returns what a workload asks.
    pub(super) fn of_workload(workload: &'a Workload) -> Needs<'a> {
        Needs {
            path: format!("workload.{}", workload.id),
            tenant: workload.tenant.as_ref(),
            speed: &workload.speed,
            nvlink_domain: workload.nvlink_domain,
            zones: &workload.zones,
            latency: workload.latency.as_ref(),
        }
    }

    /// Returns what a gang asks; whether it fits is asked apart.
    pub(super) fn of_gang(gang: &'a Gang) -> Needs<'a> {
        Needs {
            path: format!("gang.{}", gang.id),
            tenant: gang.tenant.as_ref(),
            speed: &gang.speed,
            nvlink_domain: gang.nvlink_domain,
            zones: &gang.zones,
            latency: None,
        }
    }

    /// Says whether the pool is not set apart for another tenant.
    pub(super) fn tenant_may(&self, pool: &Pool) -> bool {
        pool.only.is_none_or(|only| self.tenant == Some(only))
    }

    /// Says whether the work has a speed on the pool's accelerator.
    pub(super) fn runs_on(&self, pool: &Pool) -> bool {
        self.speed.get(pool.accelerator).is_some_and(|speed| *speed > 0.0)
    }

    /// Says whether the pool's NVLink domain is large enough.
    pub(super) fn has_domain(&self, book: &Book, pool: &Pool) -> bool {
        let accelerator = book.catalog.accelerators.get(pool.accelerator);
        accelerator.is_some_and(|a| a.nvlink_domain >= self.nvlink_domain)
    }

    /// Says whether the pool's site lies in the work's zones.
    pub(super) fn is_in_zone(&self, book: &Book, pool: &Pool) -> bool {
        let lies_in = |zone| book.catalog.lies_in(&pool.site.zone, zone);
        self.zones.is_empty() || self.zones.iter().any(lies_in)
    }

    /// Returns the milliseconds from the work's users to the pool, if the work is bound by them
    /// and they are known.
    pub(super) fn round_trip(&self, book: &Book, pool: &Pool) -> Option<f64> {
        let trip = book.catalog.round_trip(&self.latency?.from, pool.site.place.as_ref()?)?;
        Some(trip + pool.site.place_adder.milliseconds())
    }

    /// Says whether the pool is near enough; where the round trip is not known it is.
    pub(super) fn is_near(&self, book: &Book, pool: &Pool) -> bool {
        let bound = self.latency.map(|latency| latency.round_trip.milliseconds());
        bound.is_none_or(|bound| self.round_trip(book, pool).is_none_or(|trip| trip <= bound))
    }

    /// Says whether the pool may serve the work.
    pub(super) fn open(&self, book: &Book, pool: &Pool) -> bool {
        self.tenant_may(pool)
            && self.runs_on(pool)
            && self.has_domain(book, pool)
            && self.is_in_zone(book, pool)
            && self.is_near(book, pool)
    }
}

/// Writes whole watts in megawatts with at most three places.
pub(super) fn megawatts(watts: f64) -> String {
    format!("{} MW", number(watts / 1e6))
}

/// Writes at most three places, without zeros at the end.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Lists at most six things, and how many more there are.
pub(super) fn list<T: std::fmt::Display>(things: impl IntoIterator<Item = T>) -> String {
    let mut names: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    let more = names.len().saturating_sub(6);
    names.truncate(6);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_peak_counts_what_is_there_on_the_same_day() {
        let day = |n| date(2026, 1, n);
        let amounts = [(day(1), day(5), 3), (day(5), day(9), 4), (day(6), day(7), 2)];
        assert_eq!(peak(&amounts), Some((6, day(6))));
        assert_eq!(peak(&[]), None);
    }

    #[test]
    fn numbers_are_short_and_lists_end() {
        assert_eq!((number(148.26240).as_str(), number(20.0).as_str()), ("148.262", "20"));
        assert_eq!(list(1..=8), "1, 2, 3, 4, 5, 6 and 2 more");
    }
}
