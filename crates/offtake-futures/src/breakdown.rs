//! Breakdowns by blast radius, as processes: trays and racks break and are repaired.
//!
//! Candidates of each mode come at the rate of the whole contracted pool, from a stream of their own
//! for each month, and each is accepted with probability racks in service / racks contracted: so the
//! paths of a larger and a smaller delivery nest, and a slip moves no candidate. Given their number
//! (Poisson), the starts of a Poisson process are independent and uniform, so a candidate needs one
//! random word, no logarithm and no floating point: thirty-two bits for its start, twenty for
//! acceptance, ten for its length. Times are counted in [`TICKS`] an hour.
//!
//! Infant mortality is an excess of its own, in the age of each rack: it moves with the delivery.

use crate::poisson::Poisson;
use offtake_model::{Accelerator, FailureMode, Radius, RepairShape};
use offtake_position::{Pool, Steps};
use offtake_stdx::{Stream, normal};
use offtake_units::RateBasis;
use std::sync::Arc;

/// GPUs of a pool that are broken over a range of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breakdown {
    /// First hour.
    pub from: i64,
    /// Hour after the last.
    pub until: i64,
    /// How many GPUs: a tray or a rack.
    pub gpus: i64,
}

const LENGTHS: usize = 1024;
/// Parts of an hour in which starts and lengths are counted.
const TICKS: u64 = 256;

/// One way to break.
#[derive(Clone, Debug)]
struct Mode {
    gpus: i64,
    /// Ticks to repair at 1,024 equally likely quantiles; one table for all pools that are repaired
    /// alike, which then stays in cache.
    lengths: Arc<[u32]>,
    /// Number of candidates, for each length of month that the horizon has.
    counts: Vec<(usize, Poisson)>,
    /// Number of breakdowns in the infancy of all racks, beyond those of later life.
    infants: Poisson,
    /// Hours in which the infant excess falls to 1/e.
    decay: f64,
}

/// The breakdown process of one pool.
#[derive(Clone, Debug)]
pub struct Breakdowns {
    modes: Vec<Mode>,
    /// Candidates an hour with all racks in service.
    rate: f64,
    longest: i64,
}

impl Breakdowns {
    /// Says whether anything can break.
    #[must_use]
    pub fn happen(&self) -> bool {
        self.rate > 0.0
    }

    /// Tables the process of `pool`, for months of the lengths in `month_hours`; the last of these
    /// should be [`Breakdowns::longest_of`], for what began before the horizon.
    #[must_use]
    pub fn new(
        pool: &Pool,
        accelerator: Option<&Accelerator>,
        month_hours: &[usize],
    ) -> Breakdowns {
        let failures = accelerator.map(|a| a.failures.as_slice()).unwrap_or_default();
        let failures: Vec<&FailureMode> =
            failures.iter().filter(|f| f.radius != Radius::Restart).collect();
        let tray = accelerator.map_or(1, |a| i64::from(a.tray_gpus));
        let modes: Vec<Mode> =
            failures.iter().map(|failure| mode(failure, pool, tray, month_hours)).collect();
        let last = |mode: &Mode| mode.lengths.iter().copied().max().unwrap_or(0);
        let longest = modes.iter().map(last).max().unwrap_or(0);
        Breakdowns {
            rate: failures.iter().map(|failure| per_hour(failure, pool)).sum(),
            longest: (u64::from(longest).div_ceil(TICKS) + 1) as i64,
            modes,
        }
    }

    /// Returns the longest repair of `accelerator` in whole hours.
    #[must_use]
    pub fn longest_of(accelerator: &Accelerator) -> i64 {
        let lengths = |f: &FailureMode| repair_hours(f, (LENGTHS as f64 - 0.5) / LENGTHS as f64);
        let capacity = accelerator.failures.iter().filter(|f| f.radius != Radius::Restart);
        capacity.map(|f| libm::ceil(lengths(f)) as i64).max().unwrap_or(0)
    }

    /// Takes tables of lengths from `known` where they are the same, and leaves new ones there.
    pub(crate) fn share_lengths(&mut self, known: &mut Vec<Arc<[u32]>>) {
        for mode in &mut self.modes {
            match known.iter().find(|lengths| **lengths == mode.lengths) {
                Some(lengths) => mode.lengths = Arc::clone(lengths),
                None => known.push(Arc::clone(&mode.lengths)),
            }
        }
    }

    /// Returns the longest repair in whole hours.
    #[must_use]
    pub const fn longest(&self) -> i64 {
        self.longest
    }

    /// Returns the candidates an hour with all racks in service.
    #[must_use]
    pub const fn rate(&self) -> f64 {
        self.rate
    }

    /// Calls `sink` for each breakdown that starts within the `hours` hours from `start` on.
    #[inline]
    pub fn draw(
        &self,
        steps: &Steps,
        (start, hours): (i64, usize),
        stream: &mut Stream,
        mut sink: impl FnMut(Breakdown),
    ) {
        // Racks that never change within the month need no look-up for each candidate.
        let is_steady = steps.next_change(start) >= start + hours as i64;
        let steady = steps.racks(start);
        if is_steady && steady == 0 {
            return;
        }
        let all = steps.all_racks();
        let ticks = hours as u64 * TICKS;
        for mode in &self.modes {
            let Some((_, counts)) = mode.counts.iter().find(|(length, _)| *length == hours) else {
                continue;
            };
            let lengths: &[u32] = &mode.lengths;
            for _ in 0..counts.draw(stream) {
                let word = stream.bits();
                let offset = ((word >> 32) * ticks) >> 32;
                if !is_steady || steady < all {
                    let at = start + (offset / TICKS) as i64;
                    let racks = if is_steady { steady } else { steps.racks(at) };
                    let accept = ((word >> 12) & 0xf_ffff) as i64;
                    if (2 * accept + 1) * all >= racks << 21 {
                        continue;
                    }
                }
                let length = u64::from(lengths[word as usize % LENGTHS]);
                // The state of an hour is that of its first instant, so both ends round up.
                sink(Breakdown {
                    from: start + (offset + (TICKS - 1)) as i64 / TICKS as i64,
                    until: start + (offset + length + (TICKS - 1)) as i64 / TICKS as i64,
                    gpus: mode.gpus,
                });
            }
        }
    }

    /// Calls `sink` for each breakdown of the racks' infancy, in no order.
    pub fn draw_infants(
        &self,
        pool: &Pool,
        delivered: i64,
        stream: &mut Stream,
        mut sink: impl FnMut(Breakdown),
    ) {
        for mode in &self.modes {
            for _ in 0..mode.infants.draw(stream) {
                let word = stream.bits();
                let age = -libm::log(stream.uniform()) * mode.decay;
                let rack = ((word >> 32) * pool.racks.unsigned_abs()) >> 32;
                let arrival = pool.arrival(delivered, rack as i64);
                let offset = (age * TICKS as f64) as u64;
                let length = u64::from(mode.lengths[word as usize % LENGTHS]);
                sink(Breakdown {
                    from: arrival + offset.div_ceil(TICKS) as i64,
                    until: arrival + (offset + length).div_ceil(TICKS) as i64,
                    gpus: mode.gpus,
                });
            }
        }
    }
}

fn mode(failure: &FailureMode, pool: &Pool, tray: i64, month_hours: &[usize]) -> Mode {
    let rate = per_hour(failure, pool);
    let is_rack = failure.radius == Radius::Rack;
    let ticks = |i: usize| repair_hours(failure, (i as f64 + 0.5) / LENGTHS as f64) * TICKS as f64;
    let counts = |&hours: &usize| (hours, Poisson::new(rate * hours as f64));
    let excess = rate * (failure.infant_factor - 1.0).max(0.0) * failure.infant_decay.hours();
    Mode {
        gpus: if is_rack { pool.rack_gpus } else { tray.min(pool.rack_gpus) },
        lengths: (0..LENGTHS).map(|i| libm::round(ticks(i)) as u32).collect(),
        counts: month_hours.iter().map(counts).collect(),
        infants: Poisson::new(excess),
        decay: failure.infant_decay.hours(),
    }
}

/// Returns the breakdowns an hour with all racks of the pool in service.
fn per_hour(failure: &FailureMode, pool: &Pool) -> f64 {
    let count = match failure.rate.basis() {
        RateBasis::GpuDay => pool.gpus as f64,
        RateBasis::Year => pool.racks as f64 / 365.25,
        RateBasis::Month => pool.racks as f64 / 30.4375,
        RateBasis::RackDay | RateBasis::NodeDay => pool.racks as f64,
    };
    failure.rate.value() * count / 24.0
}

/// Returns the hours to repair at probability `p`.
fn repair_hours(failure: &FailureMode, p: f64) -> f64 {
    let (low, high) = (failure.repair.low.hours(), failure.repair.high.hours());
    match failure.repair.shape {
        RepairShape::Uniform => low + (high - low) * p,
        RepairShape::LogNormal => {
            let middle = f64::midpoint(libm::log(low), libm::log(high));
            let sigma = (libm::log(high) - libm::log(low)) / 2.0 / normal::quantile(0.9);
            libm::exp(middle + sigma * normal::quantile(p))
        }
    }
}
