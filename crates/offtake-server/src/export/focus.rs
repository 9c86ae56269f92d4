//! Commitments as rows of the contract commitment data set of the FinOps Open Cost and Usage Specification (FOCUS).
//!
//! A promise is a contract and each of its parts a commitment within it: GPUs over a time, paid for whether they are used
//! or not. Columns stand as the data set lists them, all thirteen are there, and the desk's own come after them with `x_`
//! before their names, as its rules for columns say.

use super::Whose;
use super::cells::{Cell, Column, Kind, Out, text};
use super::promises::{committed, gpu_minutes, worth};
use super::source::Source;
use offtake_desk::{Placed, Standing};
use offtake_ledger::Instant;
use std::io;

/// The version of the specification: the first that has this data set.
pub(super) const VERSION: &str = "1.3";

pub(super) const COLUMNS: &[Column] = &[
    ("BillingCurrency", Kind::Text),
    ("ContractCommitmentCategory", Kind::Text),
    ("ContractCommitmentCost", Kind::Decimal),
    ("ContractCommitmentDescription", Kind::Text),
    ("ContractCommitmentId", Kind::Text),
    ("ContractCommitmentPeriodEnd", Kind::At),
    ("ContractCommitmentPeriodStart", Kind::At),
    ("ContractCommitmentQuantity", Kind::Decimal),
    ("ContractCommitmentType", Kind::Text),
    ("ContractCommitmentUnit", Kind::Text),
    ("ContractId", Kind::Text),
    ("ContractPeriodEnd", Kind::At),
    ("ContractPeriodStart", Kind::At),
    ("x_Tenant", Kind::Text),
    ("x_Pool", Kind::Text),
    ("x_Site", Kind::Text),
    ("x_Accelerator", Kind::Text),
    ("x_Gpus", Kind::Whole),
    ("x_UnitPrice", Kind::Decimal),
    ("x_State", Kind::Text),
    ("x_PromisedFirmness", Kind::Decimal),
];

pub(super) fn rows(source: &Source, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
    for (standing, _) in committed(source, whose) {
        for (at, part) in standing.parts.iter().enumerate() {
            out.put(row(source, standing, (at, part)))?;
        }
    }
    Ok(())
}

fn row(source: &Source, standing: &Standing, (at, part): (usize, &Placed)) -> Vec<Cell> {
    let pool = &source.ledger.shelf(part.pool).pool;
    let (gpus, kind, site) = (part.gpus, &pool.spec.accelerator, &pool.spec.site);
    let minute = |minute| Cell::At(Instant::from_minute(minute));
    vec![
        text(&source.ledger.publication().currency),
        text("Usage"),
        Cell::Decimal(worth(part)),
        text(format!("{gpus} GPUs of {kind} at {site}, paid for whether used or not")),
        text(format!("{}/{}", standing.id, at + 1)),
        minute(part.until),
        minute(part.from),
        Cell::Decimal(gpu_hours(gpu_minutes(part))),
        text("GPU capacity"),
        text("GPU-Hours"),
        text(standing.id),
        minute(standing.until()),
        minute(standing.from()),
        text(&standing.tenant),
        text(&pool.id),
        text(site),
        text(kind),
        Cell::Whole(gpus),
        Cell::Decimal(i128::from(part.fee)),
        text(standing.state.word()),
        Cell::Decimal(i128::from(standing.firmness)),
    ]
}

/// Returns GPU-hours in millionths, to the nearest.
fn gpu_hours(minutes: i64) -> i128 {
    (i128::from(minutes) * 1_000_000 + 30) / 60
}
