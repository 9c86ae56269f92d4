//! How soon what a counterfactual takes could be had again, from open offers and at short notice.

use super::effect::Effect;
use crate::decide::offer_slip_days;
use crate::system::System;
use offtake_model::{Book, Offer};
use offtake_units::Gpus;

/// Chance with which an offer is in service by the day that is said.
const CHANCE: f64 = 0.8;

/// How soon a loss could be cured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cure {
    /// GPUs that are lost or late, as contracted.
    pub gpus: f64,
    /// Of these, how many could be rented at short notice.
    pub spot_gpus: f64,
    /// Hours until those are there.
    pub spot_hours: f64,
    /// Of the rest, how many the open offers hold.
    pub offer_gpus: f64,
    /// Days from the book's day until the open offers, earliest first, have put as many in service as
    /// spot does not (or all that they hold), with 80 % chance for each; `None` without any.
    pub offer_days: Option<f64>,
    /// The offers that takes.
    pub offers: Vec<String>,
}

/// Returns how soon what `effects` take could be had again.
pub(super) fn cures(book: &Book, system: &System, effects: &[Effect]) -> Cure {
    let mut is_hit = vec![0.0_f64; system.pools.len()];
    for effect in effects {
        let (pools, share): (&[usize], f64) = match effect {
            Effect::Lost { pools, share, .. } => (pools, *share),
            Effect::Lapses { pools, .. } | Effect::Later { pools, .. } => (pools, 1.0),
            Effect::NotBefore { pool, .. } => (std::slice::from_ref(pool), 1.0),
            _ => (&[], 0.0),
        };
        for &pool in pools {
            is_hit[pool] = is_hit[pool].max(share);
        }
    }
    let lost = |(pool, share): (&offtake_position::Pool, &f64)| pool.gpus as f64 * share;
    let gpus: f64 = system.pools.iter().zip(&is_hit).map(lost).sum();
    if gpus <= 0.0 {
        return Cure::default();
    }
    let hit = |id: &offtake_model::AcceleratorId| {
        system
            .pools
            .iter()
            .zip(&is_hit)
            .any(|(pool, share)| *share > 0.0 && pool.accelerator == *id)
    };
    let spots: Vec<_> = book.spots.values().filter(|spot| hit(&spot.accelerator)).collect();
    let spot_gpus = spots.iter().map(|spot| gpus_of(spot.depth)).sum::<f64>().min(gpus);
    let spot_hours = spots.iter().map(|spot| spot.lead_time.hours()).fold(0.0, f64::max);
    by_offers(book, Cure { gpus, spot_gpus, spot_hours, ..Cure::default() })
}

/// Adds the open offers, earliest first, until the loss is made good.
fn by_offers(book: &Book, mut cure: Cure) -> Cure {
    let is_open = |offer: &&Offer| offer.open_until.is_none_or(|until| until >= book.as_of);
    let mut offers: Vec<(f64, &Offer)> =
        book.offers.values().filter(is_open).map(|offer| (days(book, offer), offer)).collect();
    offers.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let missing = cure.gpus - cure.spot_gpus;
    for (days, offer) in offers {
        if cure.offer_gpus >= missing {
            break;
        }
        cure.offer_gpus += gpus_of(offer.block) * offer.blocks as f64;
        cure.offer_days = Some(days);
        cure.offers.push(offer.id.clone());
    }
    cure.offer_gpus = cure.offer_gpus.min(missing);
    cure
}

fn gpus_of(gpus: Gpus) -> f64 {
    gpus.count() as f64
}

/// Returns the days from the book's day until an offer is in service with 80 % chance.
fn days(book: &Book, offer: &Offer) -> f64 {
    let slip = offer_slip_days(book, offer, CHANCE).unwrap_or(0.0);
    let until_start = offer.start_from.since(book.as_of).map_or(0.0, |s| f64::from(s.get_days()));
    offer.lead_time.days().max(until_start) + slip
}
