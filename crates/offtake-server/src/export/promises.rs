//! Commitments and holds: one row for each part of each.
//!
//! A commitment that was given back or ended is there with what of it was used; what is left of a hold that lapsed is
//! nothing, so that holds are those that stand.

use super::Whose;
use super::cells::{Cell, Column, Kind, Out, maybe, text};
use super::source::{Source, Step};
use offtake_desk::{Placed, Standing, State};
use offtake_ledger::{Instant, value_of};
use std::io;

/// Columns that both tables begin with.
macro_rules! columns {
    ($first:literal, $($more:expr),* $(,)?) => {
        &[
            ($first, Kind::Text),
            ("part", Kind::Whole),
            ("tenant", Kind::Text),
            ("tenant_name", Kind::Text),
            ("pool", Kind::Text),
            ("site", Kind::Text),
            ("accelerator", Kind::Text),
            ("gpus", Kind::Whole),
            ("from", Kind::At),
            ("until", Kind::At),
            ("gpu_minutes", Kind::Whole),
            ("price", Kind::Decimal),
            ("value", Kind::Decimal),
            ("currency", Kind::Text),
            ("priority", Kind::Whole),
            ("promised_firmness", Kind::Decimal),
            ("state", Kind::Text),
            ("held_at", Kind::At),
            ("held_by", Kind::Text),
            ("held_why", Kind::Text),
            $($more),*
        ]
    };
}

pub(super) const COMMITMENTS: &[Column] = columns![
    "commitment",
    ("confirmed_at", Kind::At),
    ("confirmed_by", Kind::Text),
    ("confirmed_why", Kind::Text),
    ("approved_by", Kind::Text),
    ("overridden", Kind::Text),
];

pub(super) const HOLDS: &[Column] =
    columns!["hold", ("lapses", Kind::At), ("approved_by", Kind::Text), ("overridden", Kind::Text)];

/// Returns the promises that somebody may see, by id.
pub(super) fn seen<'a>(source: &'a Source, whose: &'a Whose) -> impl Iterator<Item = &'a Standing> {
    let all = source.ledger.promises_after(None);
    all.filter(move |standing| whose.as_ref().is_none_or(|own| standing.tenant == *own))
}

/// Returns the commitments that somebody may see: whatever was ever confirmed.
pub(super) fn committed<'a>(
    source: &'a Source,
    whose: &'a Whose,
) -> impl Iterator<Item = (&'a Standing, &'a Step)> {
    seen(source, whose).filter_map(|standing| {
        let confirmed = source.stories.get(&standing.id)?.confirmed.as_ref()?;
        Some((standing, confirmed))
    })
}

/// Returns GPU-minutes of a part.
pub(super) fn gpu_minutes(part: &Placed) -> i64 {
    part.gpus * i64::from(part.until - part.from)
}

/// Returns what a part is worth in millionths.
pub(super) fn worth(part: &Placed) -> i128 {
    value_of(part.gpus, i64::from(part.until - part.from), part.fee)
}

pub(super) fn commitments(source: &Source, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
    for (standing, confirmed) in committed(source, whose) {
        for (at, part) in standing.parts.iter().enumerate() {
            let inner = |words: &str| if whose.is_none() { text(words) } else { Cell::Nothing };
            let mut row = begun(source, whose, standing, (at, part));
            row.extend([
                Cell::At(confirmed.at),
                inner(&confirmed.who),
                inner(&confirmed.why),
                maybe(standing.approved_by.as_deref(), inner),
                maybe(confirmed.overridden.as_deref(), inner),
            ]);
            out.put(row)?;
        }
    }
    Ok(())
}

pub(super) fn holds(source: &Source, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
    for standing in seen(source, whose).filter(|standing| standing.state == State::Held) {
        let held = source.stories.get(&standing.id).and_then(|story| story.held.as_ref());
        for (at, part) in standing.parts.iter().enumerate() {
            let inner = |words: &str| if whose.is_none() { text(words) } else { Cell::Nothing };
            let mut row = begun(source, whose, standing, (at, part));
            row.extend([
                Cell::At(standing.lapses),
                maybe(standing.approved_by.as_deref(), inner),
                maybe(held.and_then(|held| held.overridden.as_deref()), inner),
            ]);
            out.put(row)?;
        }
    }
    Ok(())
}

/// Returns the cells that both tables begin with.
fn begun(
    source: &Source,
    whose: &Whose,
    standing: &Standing,
    (at, part): (usize, &Placed),
) -> Vec<Cell> {
    let ledger = &source.ledger;
    let pool = &ledger.shelf(part.pool).pool;
    let held = source.stories.get(&standing.id).and_then(|story| story.held.as_ref());
    let inner = held.filter(|_| whose.is_none());
    vec![
        text(standing.id),
        Cell::Whole(at as i64 + 1),
        text(&standing.tenant),
        maybe(ledger.tenant(&standing.tenant), |tenant| text(&tenant.name)),
        text(&pool.id),
        text(&pool.spec.site),
        text(&pool.spec.accelerator),
        Cell::Whole(part.gpus),
        Cell::At(Instant::from_minute(part.from)),
        Cell::At(Instant::from_minute(part.until)),
        Cell::Whole(gpu_minutes(part)),
        Cell::Decimal(i128::from(part.fee)),
        Cell::Decimal(worth(part)),
        text(&ledger.publication().currency),
        Cell::Whole(i64::from(standing.constraints.priority)),
        Cell::Decimal(i128::from(standing.firmness)),
        text(standing.state.word()),
        maybe(held, |held| Cell::At(held.at)),
        maybe(inner, |held| text(&held.who)),
        maybe(inner, |held| text(&held.why)),
    ]
}
