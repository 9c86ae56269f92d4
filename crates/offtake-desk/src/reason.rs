//! Why a pool cannot serve a request, with the numbers.

use offtake_ledger::{Fee, Firmness};
use offtake_model::{AcceleratorId, SiteId, ZoneId};
use std::fmt;

/// Why one pool cannot serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has another type of GPU.
    OtherAccelerator {
        /// The type that it has.
        here: AcceleratorId,
    },
    /// It is in none of the zones asked for.
    OutsideZones {
        /// The zone that it is in.
        here: Option<ZoneId>,
    },
    /// Its site is to be avoided.
    Avoided {
        /// The site.
        site: SiteId,
    },
    /// It is in a zone that is to be avoided.
    AvoidedZone {
        /// The zone.
        zone: ZoneId,
    },
    /// Another pool was asked for by name.
    OtherPool,
    /// It is too far from where the users are.
    TooFar {
        /// Its round trip in microseconds; `None` when nobody has measured it.
        here: Option<u32>,
        /// The longest that will do.
        asked: u32,
    },
    /// Its NVLink domains are too small.
    SmallDomain {
        /// GPUs of a domain here.
        here: i64,
        /// GPUs of the smallest that will do.
        asked: i64,
    },
    /// Nobody has measured what its GPUs do of the work at the target.
    NoThroughput {
        /// The type of GPU that it has.
        here: AcceleratorId,
        /// The work.
        work: String,
        /// Tokens a second that each user has to see, in thousandths; 0 for no such target.
        interactivity: i64,
    },
    /// Only one tenant may use it, and that is another.
    Dedicated,
    /// It costs more than the ceiling.
    OverCeiling {
        /// What it costs a GPU-hour.
        fee: Fee,
        /// The ceiling.
        ceiling: Fee,
    },
    /// Too few GPUs are free from any start that was asked for.
    NotFree {
        /// GPUs asked for, whole racks of this pool where those were asked for.
        asked: i64,
        /// GPUs free all the time from the first start asked for.
        free: i64,
        /// The level of supply that was looked at.
        level: Firmness,
    },
}

/// A fee as money for a GPU-hour, with as many decimals as cents need.
fn money(fee: Fee) -> String {
    format!("{}.{:02}", fee / 1_000_000, fee % 1_000_000 / 10_000)
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::OtherAccelerator { here } => write!(f, "has {here}"),
            Reason::OutsideZones { here: Some(here) } => {
                write!(f, "is in {here}, outside the zones asked for")
            }
            Reason::OutsideZones { here: None } => f.write_str("is in no zone that is known"),
            Reason::Avoided { site } => write!(f, "is at {site}, which is to be avoided"),
            Reason::AvoidedZone { zone } => write!(f, "is in {zone}, which is to be avoided"),
            Reason::OtherPool => f.write_str("is not the pool asked for"),
            Reason::TooFar { here: Some(here), asked } => write!(
                f,
                "is {:.1} ms away, {:.1} ms asked",
                f64::from(*here) / 1e3,
                f64::from(*asked) / 1e3
            ),
            Reason::TooFar { here: None, .. } => f.write_str("has no known round trip"),
            Reason::SmallDomain { here, asked } => {
                write!(f, "has NVLink domains of {here} GPUs, {asked} asked")
            }
            Reason::NoThroughput { here, work, interactivity: 0 } => {
                write!(f, "has {here}, and no throughput of it is known for `{work}`")
            }
            Reason::NoThroughput { here, work, interactivity } => write!(
                f,
                "has {here}, and no throughput of it is known for `{work}` at {} tokens a second for each user",
                *interactivity as f64 / 1e3
            ),
            Reason::Dedicated => f.write_str("is dedicated to a tenant"),
            Reason::OverCeiling { fee, ceiling } => {
                write!(f, "costs {} a GPU-hour, {} at most", money(*fee), money(*ceiling))
            }
            Reason::NotFree { asked, free, level } => write!(
                f,
                "has {free} GPUs free at firmness {:.2}, {asked} asked",
                f64::from(*level) / 1e6
            ),
        }
    }
}
