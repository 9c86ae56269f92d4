//! Positions: of each pool, stretch by stretch from now on, what is there, promised and left.
//!
//! Counted in one pass over each pool's promises, because a pool may have a hundred thousand of them. A tenant sees what
//! it has itself, and of the rest nothing.

use super::Whose;
use super::cells::{Cell, Column, Kind, Out, text};
use super::promises::seen;
use super::source::Source;
use offtake_desk::{Shelf, State, value_at};
use offtake_ledger::{Instant, LEVELS, Minute, PoolId, Published, Steps};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

pub(super) const COLUMNS: &[Column] = &[
    ("pool", Kind::Text),
    ("site", Kind::Text),
    ("accelerator", Kind::Text),
    ("from", Kind::At),
    ("until", Kind::At),
    ("contracted", Kind::Whole),
    ("sold", Kind::Whole),
    ("committed", Kind::Whole),
    ("held", Kind::Whole),
    ("free", Kind::Whole),
    ("firm_left_95", Kind::Whole),
    ("firm_left_90", Kind::Whole),
    ("firm_left_75", Kind::Whole),
    ("firm_left_50", Kind::Whole),
];

/// By how much what is committed and held of a pool rises at each minute.
type Rises = BTreeMap<Minute, (i64, i64)>;

/// What there is of a pool to promise, and what was sold with it before.
struct Supply<'a> {
    published: Option<&'a Published>,
    sold: i64,
}

impl Supply<'_> {
    fn steps(&self) -> impl Iterator<Item = &Steps> {
        self.published.into_iter().flat_map(|of| of.firm.iter().chain([&of.contracted]))
    }

    fn contracted(&self, minute: Minute) -> i64 {
        self.published.map_or(0, |of| value_at(&of.contracted, minute))
    }

    /// Returns what a level of firm supply has to promise: no more than the contract.
    fn firm(&self, level: usize, minute: Minute) -> i64 {
        let firm = self.published.map_or(0, |of| value_at(&of.firm[level], minute));
        (firm - self.sold).max(0).min((self.contracted(minute) - self.sold).max(0))
    }
}

pub(super) fn positions(source: &Source, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
    let ledger = &source.ledger;
    let rises = rises(source, whose);
    let mut sold: BTreeMap<&PoolId, i64> = BTreeMap::new();
    for contract in &ledger.publication().sold {
        *sold.entry(&contract.pool).or_default() += contract.gpus;
    }
    let published: BTreeMap<&PoolId, &Published> =
        ledger.publication().pools.iter().map(|of| (&of.pool.id, of)).collect();
    let mut shelves: Vec<&Shelf> = ledger.shelves().iter().collect();
    shelves.sort_by(|one, other| one.pool.id.cmp(&other.pool.id));
    let none = Rises::new();
    for shelf in shelves {
        let id = &shelf.pool.id;
        let supply = Supply {
            published: published.get(id).copied().filter(|_| whose.is_none()),
            sold: sold.get(id).copied().unwrap_or(0),
        };
        let rises = ledger.place_of(id).and_then(|place| rises.get(&place)).unwrap_or(&none);
        if whose.is_none() || !rises.is_empty() {
            stretches(source, shelf, (&supply, rises), out)?;
        }
    }
    Ok(())
}

/// Adds up promises that stand, pool by pool, from now on.
fn rises(source: &Source, whose: &Whose) -> BTreeMap<u32, Rises> {
    let now = source.ledger.next_minute();
    let mut pools: BTreeMap<u32, Rises> = BTreeMap::new();
    for standing in seen(source, whose).filter(|standing| standing.state.is_live()) {
        for part in standing.parts.iter().filter(|part| part.until > now) {
            let pool = pools.entry(part.pool).or_default();
            for (minute, gpus) in [(part.from.max(now), part.gpus), (part.until, -part.gpus)] {
                let (committed, held) = pool.entry(minute).or_default();
                *(if standing.state == State::Held { held } else { committed }) += gpus;
            }
        }
    }
    pools
}

fn stretches(
    source: &Source,
    shelf: &Shelf,
    (supply, rises): (&Supply<'_>, &Rises),
    out: &mut dyn Out,
) -> io::Result<()> {
    let now = source.ledger.next_minute();
    let mut minutes: BTreeSet<Minute> = rises.keys().copied().collect();
    minutes.extend(supply.steps().flatten().map(|step| step.0));
    minutes.insert(now);
    let minutes: Vec<Minute> = minutes.into_iter().filter(|minute| *minute >= now).collect();
    let (mut committed, mut held) = (0, 0);
    for (place, from) in minutes.iter().enumerate() {
        let (more_committed, more_held) = rises.get(from).copied().unwrap_or_default();
        committed += more_committed;
        held += more_held;
        let contracted = supply.contracted(*from);
        let sold = contracted.min(supply.sold);
        let whole =
            |gpus: i64| if supply.published.is_some() { Cell::Whole(gpus) } else { Cell::Nothing };
        let minute = |minute: Minute| Cell::At(Instant::from_minute(minute));
        let mut row = vec![
            text(&shelf.pool.id),
            text(&shelf.pool.spec.site),
            text(&shelf.pool.spec.accelerator),
            minute(*from),
            minutes.get(place + 1).map_or(Cell::Nothing, |until| minute(*until)),
            whole(contracted),
            whole(sold),
            Cell::Whole(committed),
            Cell::Whole(held),
            whole(contracted - sold - committed - held),
        ];
        let left = |level| whole(supply.firm(level, *from) - committed - held);
        row.extend((0..LEVELS.len()).map(left));
        out.put(row)?;
    }
    Ok(())
}
