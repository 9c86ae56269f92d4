//! Whether a pool is of the kind that a request asks for, before anybody looks at what is free.

use crate::Reason;
use offtake_ledger::{Constraints, Pool, PoolId, Spec};
use offtake_model::{PartyId, ZoneId};

/// Returns why what stands at `spec` will not do; `None` when it will.
#[must_use]
pub fn misfit(spec: &Spec, asked: &Constraints) -> Option<Reason> {
    if !asked.accelerators.is_empty() && !asked.accelerators.contains(&spec.accelerator) {
        return Some(Reason::OtherAccelerator { here: spec.accelerator.clone() });
    }
    if !asked.zones.is_empty() && !asked.zones.iter().any(|zone| spec.zones.contains(zone)) {
        return Some(Reason::OutsideZones { here: spec.zones.first().cloned() });
    }
    if asked.avoid.contains(&spec.site) {
        return Some(Reason::Avoided { site: spec.site.clone() });
    }
    let is_avoided = |zone: &&ZoneId| asked.avoid_zones.contains(zone);
    // Most ask for no such thing, and the zones of all pools need not come from memory for that.
    let avoided = asked.avoid_zones.first().and_then(|_| spec.zones.iter().find(is_avoided));
    if let Some(zone) = avoided {
        return Some(Reason::AvoidedZone { zone: zone.clone() });
    }
    if spec.nvlink_domain < asked.nvlink_domain {
        return Some(Reason::SmallDomain { here: spec.nvlink_domain, asked: asked.nvlink_domain });
    }
    let latency = asked.latency.as_ref()?;
    let here = spec.round_trips.get(&latency.from).copied();
    // A round trip that nobody has measured is no promise of a short one.
    let is_near = here.is_some_and(|here| here <= latency.round_trip);
    (!is_near).then_some(Reason::TooFar { here, asked: latency.round_trip })
}

/// Returns why a pool is not open to a tenant's request whatever is free; `None` when it is.
pub(crate) fn closed(pool: &Pool, asked: &Constraints, tenant: Option<&PartyId>) -> Option<Reason> {
    let is_other = |wanted: &PoolId| *wanted != pool.id;
    if asked.pool.as_ref().is_some_and(is_other) {
        return Some(Reason::OtherPool);
    }
    if !pool.is_open_to(tenant) {
        return Some(Reason::Dedicated);
    }
    misfit(&pool.spec, asked)
}
