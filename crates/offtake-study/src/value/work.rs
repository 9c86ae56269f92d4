//! What work is worth: tokens that reference GPU-hours make, revenue of what is served, cost of what is not.

use offtake_adequacy::{ClassKind, Load, System, Work};
use offtake_model::{Book, Workload};
use offtake_units::{LevelUnit, Per};
use offtake_value::exact::{WHOLE, in_book, ratio};
use offtake_value::{Flow, FlowKind, KeptWork, On, Served, Table, headline_months};

/// Hours of a year of 365.25 days, the unit that growth is compounded in.
const HOURS_PER_YEAR: f64 = 8_766.0;

/// Work made ready.
pub(crate) struct WorkTerms {
    /// Workload of each block of the system; `None` for gangs and for what was sold.
    workload_of: Vec<Option<usize>>,
    /// Money for an unserved reference GPU-hour of each block.
    values: Vec<f64>,
    workloads: Vec<Terms>,
    headline: usize,
    /// Reference GPUs that one GPU of each contract stands for.
    speed: Vec<f64>,
}

struct Terms {
    /// Millions of tokens that a reference GPU-hour makes without derate, by scenario and month; empty for work that is not
    /// counted in tokens.
    tokens: Vec<Vec<f64>>,
    /// Millionths of the currency for a million tokens or a reference GPU-hour, in the first month.
    revenue: Option<(Per, i128)>,
    /// Factor on that by month.
    trend: Vec<f64>,
}

/// Where revenue goes.
pub(crate) struct Earned<'a> {
    pub(crate) flows: &'a mut Vec<Flow>,
    pub(crate) factors: &'a [f64],
}

impl WorkTerms {
    pub(crate) fn new(book: &Book, system: &System) -> WorkTerms {
        let class_of = |work: &Work| match work {
            Work::Divisible { class, .. } => Some(&system.classes[*class]),
            Work::Gang(_) => None,
        };
        let workload = |work: &Work| match class_of(work)?.kind {
            ClassKind::Workload(index) => Some(index),
            _ => None,
        };
        let load = |index: usize| {
            let class = system.classes.iter().find(|c| c.kind == ClassKind::Workload(index))?;
            class.load.as_ref()
        };
        let terms = |(index, workload): (usize, &Workload)| Terms {
            tokens: load(index).map_or_else(Vec::new, |load| tokens(book, system, workload, load)),
            revenue: workload.revenue.map(|price| (price.per(), in_book(book, price.money()))),
            trend: (0..system.axis.months().len())
                .map(|month| {
                    libm::pow(workload.revenue_trend.factor(), (month as f64 + 0.5) / 12.0)
                })
                .collect(),
        };
        WorkTerms {
            workload_of: system.blocks.iter().map(|block| workload(&block.work)).collect(),
            values: system.blocks.iter().map(|block| block.value).collect(),
            workloads: book.workloads.values().enumerate().map(terms).collect(),
            headline: headline_months(book),
            speed: speeds(system),
        }
    }

    /// Boils the work of a sample down, and adds its revenue to the flows.
    pub(crate) fn keep(
        &self,
        scenario: usize,
        (served, gaps): (&Served, &[Vec<f64>]),
        earned: &mut Earned<'_>,
    ) -> KeptWork {
        let count = self.workloads.len();
        let mut kept = KeptWork {
            served: vec![0.0; count],
            tokens: vec![0.0; count],
            revenue: vec![0.0; count],
            by_contract: vec![0.0; self.speed.len()],
            meanwhile: vec![0.0; gaps.len()],
            ..KeptWork::default()
        };
        let mut by_month = vec![0.0; count];
        let mut by_block = vec![0.0; self.workload_of.len()];
        for month in 0..served.wanted.months() {
            by_month.fill(0.0);
            for (block, workload) in self.workload_of.iter().enumerate() {
                let at = |table: &Table| table.at(block, month as i32);
                let (wanted, unserved) = (at(&served.wanted), at(&served.unserved));
                let got = (wanted - unserved).max(0.0);
                by_block[block] = got;
                if month < self.headline {
                    kept.all_served += got;
                }
                if let Some(workload) = workload {
                    by_month[*workload] += got;
                }
                if month < self.headline {
                    kept.unserved += unserved;
                    kept.unserved_cost += unserved * self.values[block];
                }
            }
            let all: f64 = gaps.iter().map(|gap| gap[month]).sum();
            kept.meanwhile_all += self.least_lost(&by_block, all);
            for (lost, gap) in kept.meanwhile.iter_mut().zip(gaps) {
                *lost += self.least_lost(&by_block, gap[month]);
            }
            self.earn((scenario, month), &by_month, served, (&mut kept, earned));
        }
        kept
    }

    /// Returns what is lost at least when `gap` reference GPU-hours of a month are not there: the work that is served last
    /// goes first, wherever it runs.
    fn least_lost(&self, served: &[f64], gap: f64) -> f64 {
        let (mut left, mut lost) = (gap, 0.0);
        for (got, value) in served.iter().zip(&self.values).rev() {
            if left <= 0.0 {
                break;
            }
            let part = got.min(left);
            lost += part * value;
            left -= part;
        }
        lost
    }

    /// Returns the reference GPUs that one GPU of a contract stands for.
    pub(crate) fn speed_of(&self, contract: usize) -> f64 {
        self.speed.get(contract).copied().unwrap_or(1.0)
    }

    /// Counts the tokens and the revenue of a month.
    fn earn(
        &self,
        (scenario, month): (usize, usize),
        got: &[f64],
        served: &Served,
        (kept, earned): (&mut KeptWork, &mut Earned<'_>),
    ) {
        let mut total = 0_i128;
        for (index, terms) in self.workloads.iter().enumerate() {
            let of_month = terms.tokens.get(scenario).or(terms.tokens.first());
            let made = of_month.and_then(|months| months.get(month)).copied().unwrap_or(0.0);
            let tokens = got[index] * made * served.derate.get(index).copied().unwrap_or(1.0);
            if month < self.headline {
                kept.served[index] += got[index];
                kept.tokens[index] += tokens;
            }
            let Some((per, price)) = terms.revenue else { continue };
            let quantity = if per == Per::MillionTokens { tokens } else { got[index] };
            let micros = libm::round(quantity * price as f64 * terms.trend[month]) as i128;
            kept.revenue[index] += micros as f64 / 1e6;
            total += micros;
        }
        if total == 0 {
            return;
        }
        kept.present += total as f64 / 1e6 * earned.factors.get(month).copied().unwrap_or(0.0);
        self.share_out(total, month, &served.used, (kept, earned));
    }

    /// Gives each contract its part of a month's revenue: by the reference GPU-hours that were used of it. The last takes
    /// what rounding left.
    fn share_out(
        &self,
        total: i128,
        month: usize,
        used: &Table,
        (kept, earned): (&mut KeptWork, &mut Earned<'_>),
    ) {
        let of = |contract: usize| used.at(contract, month as i32) * self.speed[contract];
        let all: f64 = (0..self.speed.len()).map(of).sum();
        let (mut seen, mut given) = (0.0, 0);
        for contract in 0..self.speed.len() {
            seen += of(contract);
            let share = if all > 0.0 { (seen / all).min(1.0) } else { 0.0 };
            let until = ratio(total, libm::round(share * WHOLE as f64) as i128, WHOLE);
            let micros = until - given;
            given = until;
            if micros == 0 {
                continue;
            }
            kept.by_contract[contract] += micros as f64 / 1e6;
            earned.flows.push(Flow {
                month: month as i32,
                kind: FlowKind::Revenue,
                on: On::Contract(u32::try_from(contract).unwrap_or(u32::MAX)),
                tranche: None,
                micros,
            });
        }
    }
}

/// Returns the reference GPUs that one GPU of each contract stands for: the mean over its pools.
fn speeds(system: &System) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); system.contracts.len()];
    for (pool, &contract) in system.contract_of.iter().enumerate() {
        let gpus = system.pools[pool].gpus as f64;
        sums[contract].0 += gpus * system.pool_speed[pool];
        sums[contract].1 += gpus;
    }
    sums.iter().map(|(speed, gpus)| if *gpus > 0.0 { speed / gpus } else { 1.0 }).collect()
}

/// Returns the millions of tokens that a reference GPU-hour makes in each month, weighed by the hours in which the
/// work is wanted: what was measured, times what efficiency gained since.
fn tokens(book: &Book, system: &System, workload: &Workload, load: &Load) -> Vec<Vec<f64>> {
    let unit = match &workload.series {
        offtake_model::LevelSeries::Grown { level, .. } => level.unit(),
        offtake_model::LevelSeries::Hourly { unit, .. } => *unit,
    };
    let speed = offtake_position::reference_speed(book, workload);
    let Some(speed) = speed.filter(|_| unit == LevelUnit::TokensPerSecond) else {
        return Vec::new();
    };
    let measured = system.axis.hour_of(workload.efficiency_from);
    let gain = |hour: usize| {
        libm::pow(workload.efficiency.factor(), (hour as i64 - measured) as f64 / HOURS_PER_YEAR)
    };
    let is_steady = matches!(workload.series, offtake_model::LevelSeries::Hourly { .. });
    let of_month = |hours: &[f32], month: &offtake_model::Month| {
        let (mut sum, mut weight) = (0.0, 0.0);
        // One power a day is close enough: a day's gain is a thousandth.
        for day in (month.start..month.end).step_by(24) {
            let wanted: f64 =
                hours[day..(day + 24).min(month.end)].iter().map(|x| f64::from(*x)).sum();
            sum += wanted * if is_steady { 1.0 } else { gain(day + 12) };
            weight += wanted;
        }
        if weight > 0.0 { sum / weight * speed * 3_600.0 / 1e6 } else { 0.0 }
    };
    let of_scenario = |hours: &Vec<f32>| -> Vec<f64> {
        system.axis.months().iter().map(|month| of_month(hours, month)).collect()
    };
    load.hours.iter().map(of_scenario).collect()
}
