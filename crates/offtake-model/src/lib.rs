//! The book: every GPU held, bought or sold under contract, the work that needs it and what may
//! still be signed, as plain data with every default filled in.
//!
//! This crate is pure: it reads no file, no clock and no socket. Verbs live above (`offtake-futures`
//! samples, `offtake-position` counts, `offtake-adequacy` dispatches); the file format lives in
//! `offtake-book`, the wire formats with their shells.
//!
//! **Invariants:** types here are not (de)serialisable; a [`Book`] that a reader hands out has no
//! dangling reference (whatever is named exists) and no default left open.

mod axis;
mod book;
mod catalog;
pub mod checks;
mod contract;
mod demand;
mod finance;
mod finding;
mod ids;
mod market;
mod party;
mod profile;
mod project;
mod provenance;
mod rights;
mod site;
mod standard;

pub use axis::{Axis, Month, first_of_next_month};
pub use book::{Book, Side, Stress};
pub use catalog::{
    Accelerator, AgenticPoint, Catalog, Class, FailureMode, PricePoint, Radius, Repair,
    RepairShape, ThroughputRow, Zone,
};
pub use contract::{
    AfterAnchor, Contract, DueDate, Exercise, Fee, Late, Milestone, Ownership, Prepayment, Renewal,
    Sla, SlipLaw, TakeOrPay, Tranche,
};
pub use demand::{Block, Derate, Gang, Latency, LevelSeries, Noise, WorkKind, Workload};
pub use finance::{
    Build, Debt, DrawsOn, Idle, Lease, Opportunity, PowerStock, Purchase, Repayment, Support,
};
pub use finding::{Finding, Severity};
pub use ids::{
    AcceleratorId, BlockId, ContractId, GridId, HallId, Id, ParseIdError, PartyId, SiteId,
    TrancheId, WorkloadId, ZoneId,
};
pub use market::Market;
pub use party::{Party, PartyKind};
pub use profile::*;
pub use project::{Amount, Claim, Claimed, Counted, PowerUse, Project, Sense};
pub use provenance::{Mark, Place, Provenance, Said, Source};
pub use rights::{Offer, OptionRight, Right, Spot};
pub use site::{Curtailment, Draw, Grid, Hall, Outage, Site};
pub use standard::{Scenario, Standard};
