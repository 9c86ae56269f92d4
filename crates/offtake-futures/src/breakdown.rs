//! Breakdowns by blast radius, as processes: trays and racks break and are repaired.
//!
//! Candidates come at the rate of the whole contracted pool, from a stream of their own for each
//! month, and each is accepted with probability racks in service / racks contracted: so the paths of
//! a larger and a smaller delivery nest, and a slip moves no candidate. Given their number (Poisson),
//! the starts of a Poisson process are independent and uniform, so a candidate needs one random word
//! and no logarithm: sixteen bits for its mode, twelve for its length, twelve for acceptance,
//! twenty-four for its start.
//!
//! Infant mortality is an excess of its own, in the age of each rack: it moves with the delivery.

use offtake_model::{Accelerator, FailureMode, Radius, RepairShape};
use offtake_position::{Pool, Steps};
use offtake_stdx::{Stream, normal};
use offtake_units::RateBasis;

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

const LENGTHS: usize = 4096;

/// One way to break, with its lengths tabled by quantile.
#[derive(Clone, Debug)]
struct Mode {
    /// Upper end of the sixteen-bit range that picks it.
    below: u64,
    gpus: i64,
    /// Hours to repair at 4,096 equally likely quantiles.
    lengths: Vec<f32>,
    /// Hours in which its infant excess falls to 1/e.
    decay: f64,
}

/// The breakdown process of one pool.
#[derive(Clone, Debug)]
pub struct Breakdowns {
    modes: Vec<Mode>,
    /// Candidates an hour with all racks in service.
    rate: f64,
    /// Cumulative probabilities of the count, for each length of month that the horizon has.
    counts: Vec<(usize, Vec<f64>)>,
    infant_modes: Vec<Mode>,
    infant_count: Vec<f64>,
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
        let failures: Vec<&FailureMode> = accelerator
            .map(|a| a.failures.iter().filter(|f| f.radius != Radius::Restart).collect())
            .unwrap_or_default();
        let rates: Vec<f64> = failures.iter().map(|f| per_hour(f, pool, accelerator)).collect();
        let rate: f64 = rates.iter().sum();
        let excess: Vec<f64> = failures
            .iter()
            .zip(&rates)
            .map(|(f, rate)| rate * (f.infant_factor - 1.0).max(0.0) * f.infant_decay.hours())
            .collect();
        let modes = table_modes(&failures, &rates, pool, accelerator);
        let longest = longest(&modes);
        Breakdowns {
            infant_modes: table_modes(&failures, &excess, pool, accelerator),
            infant_count: poisson_cdf(excess.iter().sum()),
            counts: month_hours
                .iter()
                .map(|&hours| (hours, poisson_cdf(rate * hours as f64)))
                .collect(),
            modes,
            rate,
            longest,
        }
    }

    /// Returns the longest repair of `accelerator` in whole hours.
    #[must_use]
    pub fn longest_of(accelerator: &Accelerator) -> i64 {
        let lengths = |f: &FailureMode| repair_hours(f, (LENGTHS as f64 - 0.5) / LENGTHS as f64);
        let capacity = accelerator.failures.iter().filter(|f| f.radius != Radius::Restart);
        capacity.map(|f| libm::ceil(lengths(f)) as i64).max().unwrap_or(0)
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
    pub fn draw(
        &self,
        steps: &Steps,
        (start, hours): (i64, usize),
        stream: &mut Stream,
        mut sink: impl FnMut(Breakdown),
    ) {
        let Some((_, cdf)) = self.counts.iter().find(|(length, _)| *length == hours) else {
            return;
        };
        let count = count(cdf, stream);
        let racks = steps.racks(start);
        // Racks that never change within the month need no test per candidate.
        let is_steady = steps.next_change(start) >= start + hours as i64;
        let all = steps.all_racks();
        if is_steady && racks == 0 {
            return;
        }
        let scale = hours as f64 / (1_u64 << 24) as f64;
        for _ in 0..count {
            let word = stream.bits();
            let offset = ((word >> 40) as f64 + 0.5) * scale;
            let racks = if is_steady { racks } else { steps.racks(start + offset as i64) };
            let accept = ((word >> 28) & 0xfff) as i64;
            if (2 * accept + 1) * all >= 8192 * racks {
                continue;
            }
            sink(breakdown(&self.modes, word, start, offset));
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
        for _ in 0..count(&self.infant_count, stream) {
            let word = stream.bits();
            let mode = &self.infant_modes[pick(&self.infant_modes, word)];
            let age = -libm::log(stream.uniform()) * mode.decay;
            let rack = (((word >> 28) & 0x0fff_ffff) as f64 / (1_u64 << 28) as f64
                * pool.racks as f64) as i64;
            sink(breakdown(&self.infant_modes, word, pool.arrival(delivered, rack), age));
        }
    }
}

#[inline]
fn pick(modes: &[Mode], word: u64) -> usize {
    let at = word & 0xffff;
    modes.iter().position(|mode| at < mode.below).unwrap_or(modes.len() - 1)
}

/// Makes the breakdown of `word` that starts `offset` hours after `start`.
#[inline]
fn breakdown(modes: &[Mode], word: u64, start: i64, offset: f64) -> Breakdown {
    let mode = &modes[pick(modes, word)];
    let length = f64::from(mode.lengths[((word >> 16) & 0xfff) as usize]);
    // The state of an hour is that of its first instant, so both ends round up.
    let ceil = |x: f64| x as i64 + i64::from(x > (x as i64) as f64);
    Breakdown { from: start + ceil(offset), until: start + ceil(offset + length), gpus: mode.gpus }
}

fn per_hour(failure: &FailureMode, pool: &Pool, accelerator: Option<&Accelerator>) -> f64 {
    let _ = accelerator;
    let count = match failure.rate.basis() {
        RateBasis::GpuDay => pool.gpus as f64,
        RateBasis::Year => pool.racks as f64 / 365.25,
        RateBasis::Month => pool.racks as f64 / 30.4375,
        RateBasis::RackDay | RateBasis::NodeDay => pool.racks as f64,
    };
    failure.rate.value() * count / 24.0
}

fn table_modes(
    failures: &[&FailureMode],
    weights: &[f64],
    pool: &Pool,
    accelerator: Option<&Accelerator>,
) -> Vec<Mode> {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let mut modes = Vec::new();
    for (failure, weight) in failures.iter().zip(weights) {
        sum += weight;
        let tray = accelerator.map_or(1, |a| i64::from(a.tray_gpus));
        modes.push(Mode {
            below: if total > 0.0 { (sum / total * 65_536.0).round() as u64 } else { 65_536 },
            gpus: if failure.radius == Radius::Rack {
                pool.rack_gpus
            } else {
                tray.min(pool.rack_gpus)
            },
            lengths: (0..LENGTHS)
                .map(|i| repair_hours(failure, (i as f64 + 0.5) / LENGTHS as f64) as f32)
                .collect(),
            decay: failure.infant_decay.hours(),
        });
    }
    modes
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

fn longest(modes: &[Mode]) -> i64 {
    let last = |mode: &Mode| {
        mode.lengths.iter().map(|&l| libm::ceil(f64::from(l)) as i64 + 1).max().unwrap_or(0)
    };
    modes.iter().map(last).max().unwrap_or(0)
}

/// Returns the cumulative probabilities of a Poisson number with this mean, from 0 up.
fn poisson_cdf(mean: f64) -> Vec<f64> {
    if mean <= 0.0 {
        return vec![1.0];
    }
    // Far enough that what lies beyond is below 1e-15.
    let last = (mean + 10.0 * mean.sqrt() + 20.0) as usize;
    let mut sum = 0.0;
    let log_mean = libm::log(mean);
    (0..=last)
        .map(|k| {
            sum += libm::exp(k as f64 * log_mean - mean - libm::lgamma(k as f64 + 1.0));
            sum
        })
        .collect()
}

/// Draws a number from its cumulative probabilities.
#[inline]
fn count(cdf: &[f64], stream: &mut Stream) -> usize {
    let u = stream.uniform();
    cdf.partition_point(|&p| p <= u).min(cdf.len() - 1)
}
