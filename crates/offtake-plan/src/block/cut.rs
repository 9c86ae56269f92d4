//! A cut: what a block costs at least, whatever is signed, from prices and the program alone.
//!
//! Weak duality of the block's programme. With prices `P ≤ 0` of power and `B` of work, the price of a
//! pool's capacity is `Y_k = min(0, min over uses (−kW P − η B))`, the largest that no use makes
//! negative; that of a flexible offer's capacity is `−(τ O + Σ_h (|Y_k,h| − ω_h O)⁺)` for any
//! `0 ≤ O ≤` its price, and the best `O` is found. Then
//!
//! ```text
//! Q(x) ≥ Σ P MW + Σ B D + Σ min(0, rc_s) S + Σ min(0, rc_q) q_max         constant
//!        + Σ_k (Σ_h Y_k,h) firm_k(x) + Σ_c F_c a_c b_c x_c − Σ_j M_j υ_j
//! ```
//!
//! Because everything is recomputed, a cut of yesterday's prices is valid for today's program: other
//! contract prices, dearer or cheaper recourse, a slip, a lost supplier, a new offer. Prices that today's
//! costs forbid are clipped, which loosens the cut and never breaks it.

use super::duals::extra_of;
use super::fill::{fill, kgpu_of_block};
use super::layout::{counted, counted_classes, flexible};
use super::{Duals, Filled, Place, Resolution, Tariff};
use crate::program::{Program, Taking};

/// `cost ≥ constant + Σ offers[c] · blocks_c − Σ unserved[j] · allowed_j`, for one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cut {
    /// Millions (or excess, with [`Tariff::Excess`]), with nothing signed and nothing allowed.
    pub constant: f64,
    /// By offer: what one block of it changes.
    pub offers: Vec<f64>,
    /// By pool: what one more kGPU in the month changes, at most 0.
    pub pools: Vec<f64>,
    /// By site: what one more MW in the month changes, at most 0.
    pub sites: Vec<f64>,
    /// By row of unserved work: what one less kGPU allowed on average over the month changes.
    pub unserved: Vec<f64>,
}

impl Cut {
    /// Returns the cut's value.
    #[must_use]
    pub fn at(&self, signed: &[f64], allowed: &[f64]) -> f64 {
        let offers: f64 =
            self.offers.iter().zip(signed).map(|(slope, blocks)| slope * blocks).sum();
        let priced = self.unserved.iter().zip(allowed).filter(|(price, _)| **price > 0.0);
        self.constant + offers - priced.map(|(price, allowed)| price * allowed).sum::<f64>()
    }
}

/// Returns the cut that prices give for a block.
///
/// `allowed` says which rows of unserved work count the block (those that are finite).
#[must_use]
pub fn cut(
    program: &Program,
    resolution: &Resolution,
    (place, tariff): (Place, Tariff),
    duals: &Duals,
    allowed: &[f64],
) -> Cut {
    let nothing = vec![0.0; program.offers.len()];
    let filled = fill(program, resolution, place, tariff, &nothing, allowed);
    let counts: Vec<&[usize]> =
        (0..counted(program)).map(|row| counted_classes(program, row)).collect();
    let (power, balance, unserved) = duals.clipped(&filled, &counts);
    let n = resolution.len();
    let mut constant = dot(&power, &filled.power) + dot(&balance, &filled.demand);
    constant += spot(&filled, &balance, &unserved, &counts);
    constant += waiting(&filled, resolution, &balance);
    let pool_prices = pool_prices(program, n, &power, &balance);
    let pools: Vec<f64> = pool_prices.chunks_exact(n).map(|of| of.iter().sum()).collect();
    constant += dot(&pools, &filled.held);
    let mut offers = vec![0.0; program.offers.len()];
    for (at, of) in program.offers.iter().enumerate() {
        if of.taking == Taking::Firm {
            offers[at] = pools[of.pool] * kgpu_of_block(program, place, at);
        }
    }
    for (at, offer) in flexible(program).into_iter().enumerate() {
        let of = &program.offers[offer];
        let kgpu = kgpu_of_block(program, place, offer);
        if kgpu > 0.0 {
            let prices = &pool_prices[of.pool * n..(of.pool + 1) * n];
            let most = filled.over_cost[at];
            offers[offer] = kgpu * flexible_price(prices, &filled.share, of.taking.share(), most);
        }
    }
    let mw = power.chunks_exact(n).enumerate();
    let sites = mw.map(|(site, prices)| {
        let shares = resolution
            .mean(program.weight.row(place.month), program.power_share.row(place.month, site));
        dot(prices, &shares)
    });
    Cut { constant, offers, pools, sites: sites.collect(), unserved }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What spot saves: `Σ min(0, cost − price) S`.
fn spot(filled: &Filled, balance: &[f64], unserved: &[f64], counts: &[&[usize]]) -> f64 {
    let n = filled.weight.len();
    let mut saved = 0.0;
    for (class, most) in filled.spot_most.iter().enumerate() {
        let extra = extra_of(class, unserved, counts);
        for segment in 0..n {
            let cost = filled.weight[segment] * filled.spot_cost + filled.share[segment] * extra;
            saved += (cost - balance[class * n + segment]).min(0.0) * most;
        }
    }
    saved
}

/// What waiting saves: `Σ min(0, rc_q) q_max`.
fn waiting(filled: &Filled, resolution: &Resolution, balance: &[f64]) -> f64 {
    let n = filled.weight.len();
    let mut saved = 0.0;
    for (at, most) in filled.waiting_most.iter().enumerate().filter(|(_, most)| **most > 0.0) {
        let (class, segment) = (at / n, at % n);
        if resolution.before[segment] == segment {
            continue;
        }
        let after = resolution.before.iter().position(|before| *before == segment);
        let later = after.map_or(0.0, |after| filled.ratio[after] * balance[class * n + after]);
        saved += (later - filled.ratio[segment] * balance[at]).min(0.0) * most;
    }
    saved
}

/// Returns the price of capacity by `pool × segment`: the largest, at most 0, that no use makes negative.
pub(super) fn pool_prices(program: &Program, n: usize, power: &[f64], balance: &[f64]) -> Vec<f64> {
    let mut prices = vec![0.0_f64; program.pools.len() * n];
    for usage in &program.uses {
        let site = program.pools[usage.pool].site;
        for segment in 0..n {
            let worth = -usage.power_kw * power[site * n + segment]
                - usage.performance * balance[usage.class * n + segment];
            let price = &mut prices[usage.pool * n + segment];
            *price = price.min(worth);
        }
    }
    prices
}

/// Returns `−min over 0 ≤ O ≤ most of τ O + Σ_h (|Y_h| − ω_h O)⁺`.
pub(crate) fn flexible_price(prices: &[f64], shares: &[f64], taken: f64, most: f64) -> f64 {
    // The sum falls with O as long as the hours that are dearer than O are more than the share τ.
    let mut hours: Vec<(f64, f64)> =
        prices.iter().zip(shares).map(|(price, share)| (-price / share, *share)).collect();
    hours.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut dearer = 0.0;
    let mut best = 0.0;
    for (price, share) in hours {
        dearer += share;
        if dearer > taken {
            best = price;
            break;
        }
    }
    let best = best.clamp(0.0, most.max(0.0));
    let beyond = prices.iter().zip(shares).map(|(price, share)| (-price - share * best).max(0.0));
    -(taken * best + beyond.sum::<f64>())
}
