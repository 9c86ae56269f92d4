//! A block: one month of one future, given what is signed, as a linear programme of its own.
//!
//! ```text
//! Q(x) = min Σ_h w_h [ π Σ_d s[d,h] + Σ_d V_d z[d,h] ] + Σ_c P_c o[c]
//! pool[k,h]      Σ_d y[k,d,h] − Σ_{c ∈ k flexible} f[c,h]  ≤  held_k + Σ_{c ∈ k firm} a_c b_c x_c
//! power[i,h]     Σ_{k ∈ i, d} kW y[k,d,h]                  ≤  MW_i φ_i,h
//! balance[d,h]   Σ_k η y[k,d,h] + s + z + (q[d,h] − q[d,h−1]) / w_h  =  D[d,h]
//! overtake[c]    o[c] − Σ_h w_h f[c,h]                     ≥  − τ_c a_c b_c x_c Σ_h w_h
//! unserved[j]    Σ_{d ∈ j, h} w_h (s[d,h] + z[d,h]) − e[j]  ≤  υ_j
//! 0 ≤ f[c,h] ≤ a_c b_c x_c,  0 ≤ s ≤ S_d,  0 ≤ q[d,h] ≤ what was asked in the last W_d hours
//! ```
//!
//! Work that waits is an amount of GPU-hours, so what leaves one hour is what reaches the next even where
//! hours stand for different numbers of hours. That also makes joining hours a relaxation, whatever their
//! weights: rows weighed by `w_h` add up, and nothing else depends on the hour but demand and power.
//! **Invariant:** a bound comes from [`Duals`] by arithmetic on the program, a cost from a service that was
//! made feasible; what a solver says of its own answer is used for neither.

mod cost;
mod cut;
mod duals;
mod fill;
mod layout;

pub use cost::Service;
pub(crate) use cost::{flows_of, service_of};
pub use cut::{Cut, cut};
pub use duals::Duals;
pub(crate) use duals::extra_by_class;
pub(crate) use fill::{Filled, fill};
pub use layout::Resolution;
pub(crate) use layout::{Layout, counted_classes};

/// Which month of which future, and who is lost in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The scenario.
    pub scenario: usize,
    /// The month.
    pub month: usize,
    /// A party that is lost with all that it stands behind; `None` for none.
    pub lost: Option<usize>,
}

/// What a block counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tariff {
    /// Money, and this much for a thousand GPU-hours (on average over the month, in kGPU) beyond what is
    /// allowed to go unserved.
    Money {
        /// Millions per kGPU on average over the month.
        excess: f64,
    },
    /// Only what goes unserved beyond what is allowed, in kGPU on average over the month.
    Excess,
}

/// Returns what a row of unserved work counts of a block's demand, in kGPU on average over the month: no
/// allowance needs to be more.
pub(crate) fn asked(program: &crate::program::Program, place: Place, row: usize) -> f64 {
    let weights = program.weight.row(place.month);
    let hours: f64 = weights.iter().sum();
    let of_class = |class: &usize| {
        let demand = program.demand(place.scenario, place.month, *class);
        demand.zip(weights).map(|(kgpu, weight)| kgpu * weight).sum::<f64>()
    };
    layout::counted_classes(program, row).iter().map(of_class).sum::<f64>() / hours
}
