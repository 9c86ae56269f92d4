//! Places with a grid connection, their halls, and the grids they hang on.

use crate::{AcceleratorId, GridId, PartyId, SiteId, ZoneId};
use offtake_units::{Bandwidth, Bytes, Gpus, Power, Price, Rate, Share, Span};
use std::collections::BTreeMap;

/// An alternating renewal process: up for a while, down for a while, for ever.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// Mean time between the end of an outage and the start of the next (exponential).
    pub up: Span,
    /// Mean length of an outage (exponential).
    pub down: Span,
    /// Share of the site's capacity that is lost meanwhile.
    pub depth: Share,
}

/// How a grid cuts curtailable megawatts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curtailment {
    /// Events a year (Poisson).
    pub events: Rate,
    /// Mean length of an event (exponential).
    pub duration: Span,
    /// Share of the curtailable megawatts that an event cuts.
    pub depth: Share,
}

/// A grid: sites on one are curtailed together, and their deliveries slip together.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Its name for people.
    pub name: String,
    /// How it curtails; `None` when it does not.
    pub curtailment: Option<Curtailment>,
}

/// What one GPU draws at a site, its share of the rack and the site's overhead per rack included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// While it trains.
    pub training: Power,
    /// While it serves.
    pub serving: Power,
}

/// A place with a grid connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name for people.
    pub name: String,
    /// Who runs it, when that is not the seller of each contract there.
    pub operator: Option<PartyId>,
    /// The zone of the catalog's tree that it is in.
    pub zone: ZoneId,
    /// The grid that it hangs on; `None` for a site of its own.
    pub grid: Option<GridId>,
    /// Gross power at the grid connection.
    pub grid_power: Option<Power>,
    /// What a megawatt-hour costs.
    pub power_price: Option<Price>,
    /// Nearest place of the catalog's round-trip table.
    pub place: Option<String>,
    /// Milliseconds of round trip to add to the place's.
    pub place_adder: Span,
    /// Class of site (greenfield, miner-conversion, finished-hall): slip and outage defaults.
    pub class: String,
    /// Outages of the whole site; `None` when it has none.
    pub outage: Option<Outage>,
    /// GPUs that one network fabric joins: no gang may be larger; `None` for unlimited.
    pub fabric: Option<Gpus>,
    /// Storage at the site; `None` when not said.
    pub storage: Option<Bytes>,
    /// Network out of the site; `None` when not said.
    pub network: Option<Bandwidth>,
    /// What a GPU draws here, where it differs from the catalog.
    pub draw: BTreeMap<AcceleratorId, Draw>,
    /// What contracts bill for a GPU here, where it differs from the catalog.
    pub billed_power: BTreeMap<AcceleratorId, Power>,
}

/// A part of a site with its own critical IT load.
#[derive(Clone, Debug, PartialEq)]
pub struct Hall {
    /// The site that it is part of.
    pub site: SiteId,
    /// Gross power set apart for it.
    pub grid_power: Option<Power>,
    /// Power that its racks may draw: firm + curtailable; `None` when power never binds here.
    pub critical_it: Option<Power>,
    /// The part of `critical_it` that the grid may cut.
    pub curtailable: Power,
    /// Backup that keeps up to that much of the curtailable part alive.
    pub backup: Power,
    /// Site power over IT power, at least 1.
    pub pue: f64,
}

impl Hall {
    /// Returns the megawatts for IT while a share `depth` of the curtailable part is cut, or
    /// `None` when power never binds.
    ///
    /// `min(critical_it, firm + curtailable · (1 − depth) + backup)`.
    #[must_use]
    pub fn megawatts(&self, depth: f64) -> Option<f64> {
        let critical = self.critical_it?.megawatts();
        let curtailable = self.curtailable.megawatts();
        let firm = critical - curtailable;
        Some(critical.min(firm + curtailable * (1.0 - depth) + self.backup.megawatts()))
    }
}
