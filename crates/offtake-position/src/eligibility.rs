//! Which work may use which pool: type, zone, latency, NVLink domain, tenant.

use crate::Pool;
use offtake_model::{Book, Gang, Latency, PartyId, Workload, ZoneId};

/// How a pool serves work that it is open to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Use {
    /// Work that one GPU does, relative to one reference GPU.
    pub speed: f64,
    /// Kilowatts that one GPU in use draws.
    pub kilowatts: f64,
}

/// Returns how `pool` serves `workload`, or `None` when it is not open to it.
#[must_use]
pub fn open_to_workload(book: &Book, pool: &Pool, workload: &Workload) -> Option<Use> {
    let speed = *workload.speed.get(&pool.accelerator)?;
    let reference = reference_speed(book, workload)?;
    let whole = domain_share(book, pool, workload.nvlink_domain)?;
    let is_open = tenant_may(pool, workload.tenant.as_ref())
        && zone_may(book, pool, &workload.zones)
        && latency_may(book, pool, workload.latency.as_ref());
    (is_open && speed > 0.0).then(|| Use {
        speed: speed / reference * whole,
        kilowatts: draw(book, pool, workload.kind),
    })
}

/// Returns how `pool` serves `gang`, or `None` when it is not open to it.
#[must_use]
pub fn open_to_gang(book: &Book, pool: &Pool, gang: &Gang) -> Option<Use> {
    let speed = *gang.speed.get(&pool.accelerator)?;
    let whole = domain_share(book, pool, gang.nvlink_domain)?;
    let fabric = book.sites.get(&pool.site).and_then(|site| site.fabric);
    let fits = fabric.is_none_or(|fabric| gang.size <= fabric);
    let is_open =
        fits && tenant_may(pool, gang.tenant.as_ref()) && zone_may(book, pool, &gang.zones);
    (is_open && speed > 0.0).then(|| Use {
        speed: speed * whole,
        kilowatts: draw(book, pool, offtake_model::WorkKind::Training),
    })
}

/// Returns the workload's speed on the reference accelerator, or where that cannot serve it on the
/// fastest that can; `None` when nothing can.
#[must_use]
pub fn reference_speed(book: &Book, workload: &Workload) -> Option<f64> {
    let fastest = || {
        workload
            .speed
            .values()
            .copied()
            .fold(None, |best: Option<f64>, s| Some(best.map_or(s, |b| b.max(s))))
    };
    workload
        .speed
        .get(&book.reference_accelerator)
        .copied()
        .or_else(fastest)
        .filter(|speed| *speed > 0.0)
}

/// Returns the share of a domain's GPUs that replicas of `needed` GPUs can use, or `None` when the
/// domain is too small: `k⌊g/k⌋ / g`.
fn domain_share(book: &Book, pool: &Pool, needed: u32) -> Option<f64> {
    let domain = book.catalog.accelerators.get(&pool.accelerator)?.nvlink_domain;
    let needed = needed.max(1);
    (domain >= needed).then(|| f64::from(needed * (domain / needed)) / f64::from(domain))
}

fn tenant_may(pool: &Pool, tenant: Option<&PartyId>) -> bool {
    pool.dedicated_to.as_ref().is_none_or(|only| tenant == Some(only))
}

fn zone_may(book: &Book, pool: &Pool, zones: &[ZoneId]) -> bool {
    let Some(site) = book.sites.get(&pool.site) else { return false };
    zones.is_empty() || zones.iter().any(|zone| book.catalog.lies_in(&site.zone, zone))
}

/// A site whose round trip is not known is open: the checks have said so.
fn latency_may(book: &Book, pool: &Pool, latency: Option<&Latency>) -> bool {
    let (Some(latency), Some(site)) = (latency, book.sites.get(&pool.site)) else { return true };
    let Some(place) = &site.place else { return true };
    let Some(trip) = book.catalog.round_trip(&latency.from, place) else { return true };
    trip + site.place_adder.milliseconds() <= latency.round_trip.milliseconds()
}

fn draw(book: &Book, pool: &Pool, kind: offtake_model::WorkKind) -> f64 {
    let here = book.sites.get(&pool.site).and_then(|site| site.draw.get(&pool.accelerator));
    let listed = || book.catalog.accelerators.get(&pool.accelerator).map(|a| &a.draw);
    here.or_else(listed).map_or(0.0, |draw| match kind {
        offtake_model::WorkKind::Serving => draw.serving.kilowatts(),
        offtake_model::WorkKind::Training => draw.training.kilowatts(),
    })
}
