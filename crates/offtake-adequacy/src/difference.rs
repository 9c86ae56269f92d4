//! What two runs differ by, with the standard error of the difference.
//!
//! Sample i of one run and sample i of the other are drawn from the same streams: where both have the same
//! samples and scenarios, the error is that of the differences d_i themselves (paired, common random
//! numbers), else √(a² + b²) of the two errors. For a ratio r = T/B the difference of first order is
//! d_i = (t_i − r b_i)/B of the one less that of the other.

use crate::estimate::{Estimate, batch_error};
use crate::headline::firm_equivalent_of;
use crate::record::{Family, Record};
use crate::results::{Samples, suppliers};
use crate::system::System;
use offtake_stdx::sampled::{Gap, Sampled, Series};
use std::ops::Range;

/// A run: the book made ready, its records, and the record in which no cause is on.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The book made ready.
    pub system: &'a System,
    /// What its samples came to.
    pub records: &'a [Record],
    /// The record of the run in which no cause is on.
    pub promised: &'a Record,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Reference GPU-hours a year.
    GpuHours,
    /// Hours a year.
    Hours,
    /// Days a year.
    Days,
    /// Months of the headline horizon.
    Months,
    /// Part of one.
    Share,
    /// GPUs.
    Gpus,
}

impl Unit {
    /// Returns its name, as files and JSON write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Unit::GpuHours => "reference GPU-hours a year",
            Unit::Hours => "hours a year",
            Unit::Days => "days a year",
            Unit::Months => "months",
            Unit::Share => "share",
            Unit::Gpus => "GPUs",
        }
    }
}

/// One number before and after: a result, a quarter, a block or a supplier.
pub type Difference = Gap<Unit>;

/// What two runs differ by.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Whether samples correspond, so that errors are those of differences.
    pub is_paired: bool,
    /// The headlines.
    pub headlines: Vec<Difference>,
    /// Share of firm work unserved, by quarter.
    pub quarters: Vec<Difference>,
    /// Expected unserved of each block of work.
    pub blocks: Vec<Difference>,
    /// Expected GPUs of each supplier, of any type, mean over the horizon.
    pub suppliers: Vec<Difference>,
}

/// Compares two runs.
#[must_use]
pub fn compare(before: Run<'_>, after: Run<'_>) -> Comparison {
    let pair = Pair::new(before, after);
    Comparison {
        is_paired: pair.is_paired,
        headlines: headlines(&pair),
        quarters: quarters(&pair),
        blocks: blocks(&pair),
        suppliers: of_suppliers(&pair),
    }
}

/// Returns the headlines of a run that are means over samples, sample by sample.
#[must_use]
pub fn by_sample(run: Run<'_>) -> Sampled {
    let pair = Pair::new(run, run);
    let count = run.records.len();
    let numbers = |of: &Number<'_>| (0..count).map(|i| Some(of(i))).collect::<Vec<_>>();
    let mean = |what: &str, unit: Unit, sides: [Option<Number<'_>>; 2]| {
        let [Some(number), _] = sides else { return Series::exact(what, unit.name(), None, count) };
        Series::mean(what, unit.name(), numbers(&number))
    };
    let share = |what: &str, which: Which, months: Range<usize>| {
        let months = [months.clone(), months];
        let [top, _] = pair.over(Family::Unserved, which, months.clone());
        let [bottom, _] = pair.over(Family::Demand, which, months);
        let pairs = (0..count).map(|i| (top(i), bottom(i)));
        Series::ratio(what, Unit::Share.name(), pairs.collect())
    };
    let all = |samples: &Samples<'_>| Which::All.of(samples);
    let firm = |samples: &Samples<'_>| Which::Firm.of(samples);
    let last = |samples: &Samples<'_>| vec![samples.layout.standards];
    let open = open_position(&pair).before.map_or(0.0, |open| open.mean);
    let unserved = || pair.yearly(Family::Unserved, all);
    let risk = unserved().map(|number| {
        number.map(|number| Box::new(move |i: usize| number(i) - open) as Number<'_>)
    });
    let (headline, whole) = (0..pair.sides[0].layout.headline, 0..pair.sides[0].layout.months);
    let series = vec![
        share("firm work unserved, headline", Which::Firm, headline),
        mean("months with a shortfall", Unit::Months, months_short(&pair)),
        mean("risk", Unit::GpuHours, risk),
        mean("EUE", Unit::GpuHours, unserved()),
        mean("firm EUE", Unit::GpuHours, pair.yearly(Family::Unserved, firm)),
        mean("EUE after spot", Unit::GpuHours, pair.yearly(Family::AfterSpot, |_| vec![0])),
        share("NEUE", Which::All, whole),
        mean("LOLH", Unit::Hours, pair.yearly(Family::ShortHours, last)),
        mean("LOLE", Unit::Days, pair.yearly(Family::ShortDays, last)),
    ];
    Sampled {
        seed: run.system.sampler.seed(),
        samples: run.records.iter().map(|record| record.sample).collect(),
        strata: run.records.iter().map(|record| record.scenario).collect(),
        probabilities: run.system.sampler.strata().probabilities().to_vec(),
        series,
    }
}

/// One run's number of a sample.
type Number<'a> = Box<dyn Fn(usize) -> f64 + 'a>;

/// Two runs side by side.
struct Pair<'a> {
    sides: [Samples<'a>; 2],
    is_paired: bool,
}

impl<'a> Pair<'a> {
    fn new(before: Run<'a>, after: Run<'a>) -> Pair<'a> {
        let sides = [before, after].map(|run| Samples::new(run.system, run.records, run.promised));
        let same = |(a, b): (&Record, &Record)| a.sample == b.sample && a.scenario == b.scenario;
        let probabilities = |run: &Run<'a>| run.system.sampler.strata().probabilities().to_vec();
        let is_paired = before.system.sampler.seed() == after.system.sampler.seed()
            && before.records.len() == after.records.len()
            && before.records.iter().zip(after.records).all(same)
            && probabilities(&before) == probabilities(&after);
        Pair { sides, is_paired }
    }

    /// Compares the means of one number of each side.
    fn mean(&self, what: &str, unit: Unit, numbers: [Option<Number<'_>>; 2]) -> Difference {
        let estimate = |side: usize| {
            numbers[side].as_ref().map(|number| self.sides[side].weights.mean(number))
        };
        let mut difference = Difference::independent(what, unit, estimate(0), estimate(1));
        if let ([Some(a), Some(b)], Some(change)) = (&numbers, &mut difference.change)
            && self.is_paired
        {
            change.standard_error = self.sides[0].weights.mean(|i| b(i) - a(i)).standard_error;
        }
        difference
    }

    /// Compares ratios of means: a top and a bottom of each side.
    fn ratio(&self, what: &str, [tops, bottoms]: [[Number<'_>; 2]; 2]) -> Difference {
        let ratio = |side: usize| self.sides[side].weights.ratio(&tops[side], &bottoms[side]);
        let (a, b) = (ratio(0), ratio(1));
        let mut difference = Difference::independent(what, Unit::Share, Some(a), Some(b));
        let under = |side: usize| self.sides[side].weights.mean(&bottoms[side]).mean;
        let (under_a, under_b) = (under(0), under(1));
        if let (true, Some(change)) = (self.is_paired, &mut difference.change) {
            let residual = |side: usize, ratio: f64, under: f64, i: usize| {
                if under > 0.0 { (tops[side](i) - ratio * bottoms[side](i)) / under } else { 0.0 }
            };
            let of = |i| residual(1, b.mean, under_b, i) - residual(0, a.mean, under_a, i);
            change.standard_error = self.sides[0].weights.mean(of).standard_error;
        }
        difference
    }

    /// Returns a yearly sum of a family over all months of each side.
    fn yearly(
        &self,
        family: Family,
        members: impl Fn(&Samples<'_>) -> Vec<usize>,
    ) -> [Option<Number<'_>>; 2] {
        [0, 1].map(|side| {
            let samples = &self.sides[side];
            let (members, years) = (members(samples), samples.system.years());
            let months = 0..samples.layout.months;
            let number = move |i: usize| {
                samples.sum(i, family, members.iter().copied(), months.clone()) / years
            };
            Some(Box::new(number) as Number<'_>)
        })
    }

    /// Returns a sum of a family over firm blocks, or all, in a range of months of each side.
    fn over(&self, family: Family, is_firm: Which, months: [Range<usize>; 2]) -> [Number<'_>; 2] {
        let number = |side: usize| {
            let samples = &self.sides[side];
            let blocks = is_firm.of(samples);
            let months = months[side].clone();
            let number =
                move |i: usize| samples.sum(i, family, blocks.iter().copied(), months.clone());
            Box::new(number) as Number<'_>
        };
        [number(0), number(1)]
    }
}

/// Which blocks of work.
#[derive(Clone, Copy)]
enum Which {
    Firm,
    All,
}

impl Which {
    fn of(self, samples: &Samples<'_>) -> Vec<usize> {
        match self {
            Which::Firm => samples.firm_blocks(),
            Which::All => (0..samples.layout.blocks).collect(),
        }
    }
}

fn headlines(pair: &Pair<'_>) -> Vec<Difference> {
    let all = |samples: &Samples<'_>| Which::All.of(samples);
    let firm = |samples: &Samples<'_>| Which::Firm.of(samples);
    let last = |samples: &Samples<'_>| vec![samples.layout.standards];
    let headline = |side: usize| 0..pair.sides[side].layout.headline;
    let whole = |side: usize| 0..pair.sides[side].layout.months;
    let share = |what: &str, which: Which, months: [Range<usize>; 2]| {
        let tops = pair.over(Family::Unserved, which, months.clone());
        pair.ratio(what, [tops, pair.over(Family::Demand, which, months)])
    };
    let mean = |what: &str, unit: Unit, numbers| pair.mean(what, unit, numbers);
    let eue = mean("EUE", Unit::GpuHours, pair.yearly(Family::Unserved, all));
    let open = open_position(pair);
    let risk = risk(&eue, &open);
    vec![
        share("firm work unserved, headline", Which::Firm, [headline(0), headline(1)]),
        months_at_risk(pair),
        mean("months with a shortfall", Unit::Months, months_short(pair)),
        firm_equivalent(pair),
        open,
        risk,
        eue,
        mean("firm EUE", Unit::GpuHours, pair.yearly(Family::Unserved, firm)),
        mean("EUE after spot", Unit::GpuHours, pair.yearly(Family::AfterSpot, |_| vec![0])),
        share("NEUE", Which::All, [whole(0), whole(1)]),
        mean("LOLH", Unit::Hours, pair.yearly(Family::ShortHours, last)),
        mean("LOLE", Unit::Days, pair.yearly(Family::ShortDays, last)),
    ]
}

fn open_position(pair: &Pair<'_>) -> Difference {
    let open = |side: usize| {
        let samples = &pair.sides[side];
        let blocks = Which::All.of(samples);
        let months = 0..samples.layout.months;
        let sum = crate::results::sum_of(
            &samples.layout,
            samples.promised,
            Family::Unserved,
            blocks,
            months,
        );
        Some(Estimate::exact(sum / samples.system.years()))
    };
    Difference::independent("open position", Unit::GpuHours, open(0), open(1))
}

/// The rest of the expected unserved: it has the errors of the whole, since the open position has none.
fn risk(eue: &Difference, open: &Difference) -> Difference {
    let less = |whole: Option<Estimate>, part: Option<Estimate>| {
        whole.zip(part).map(|(whole, part)| Estimate { mean: whole.mean - part.mean, ..whole })
    };
    Difference {
        what: "risk".to_owned(),
        unit: Unit::GpuHours,
        before: less(eue.before, open.before),
        after: less(eue.after, open.after),
        change: less(eue.change, open.change),
    }
}

/// Months whose chance of a shortfall is above the standard's: a count, whose error is not known.
fn months_at_risk(pair: &Pair<'_>) -> Difference {
    let count = |side: usize| {
        let samples = &pair.sides[side];
        let months = 0..samples.layout.headline;
        let at_risk = months.filter(|month| crate::headline::is_at_risk(samples, *month)).count();
        Some(Estimate { mean: at_risk as f64, standard_error: f64::NAN })
    };
    Difference::independent("months at risk, headline", Unit::Months, count(0), count(1))
}

/// Months of the headline in which firm work is short, sample by sample.
fn months_short<'a>(pair: &'a Pair<'_>) -> [Option<Number<'a>>; 2] {
    [0, 1].map(|side| {
        let samples = &pair.sides[side];
        let firm = samples.layout.standards;
        let number = move |i: usize| {
            (0..samples.layout.headline)
                .filter(|month| samples.number(i, Family::ShortHours, firm, *month) > 0.0)
                .count() as f64
        };
        Some(Box::new(number) as Number<'a>)
    })
}

/// Firm GPUs with which the standards just hold; the error of the change is from ten batches.
fn firm_equivalent(pair: &Pair<'_>) -> Difference {
    let of = |side: usize, part: &[usize]| firm_equivalent_of(&pair.sides[side], part);
    let all = |side: usize| -> Vec<usize> { (0..pair.sides[side].records.len()).collect() };
    let whole = |side: usize| {
        let samples = all(side);
        let standard_error = batch_error(&samples, |part| of(side, part));
        of(side, &samples).map(|mean| Estimate { mean, standard_error })
    };
    let mut difference = Difference::independent("firm equivalent", Unit::Gpus, whole(0), whole(1));
    if let (true, Some(change)) = (pair.is_paired, &mut difference.change) {
        change.standard_error = batch_error(&all(0), |part| Some(of(1, part)? - of(0, part)?));
    }
    difference
}

fn quarters(pair: &Pair<'_>) -> Vec<Difference> {
    let spans = [0, 1].map(|side| crate::quarter::spans(pair.sides[side].system));
    let [before, after] = &spans;
    let mut found = Vec::new();
    for (name, months) in before {
        let Some((_, other)) = after.iter().find(|(other, _)| other == name) else { continue };
        let months = [months.clone(), other.clone()];
        let tops = pair.over(Family::Unserved, Which::Firm, months.clone());
        let bottoms = pair.over(Family::Demand, Which::Firm, months);
        found.push(pair.ratio(name, [tops, bottoms]));
    }
    found
}

fn blocks(pair: &Pair<'_>) -> Vec<Difference> {
    let names = |side: usize| -> Vec<String> {
        let blocks = &pair.sides[side].system.blocks;
        blocks.iter().map(|block| block_name(&block.workload, &block.name)).collect()
    };
    of_both(names(0), names(1), |name, at| {
        let numbers = [0, 1].map(|side| {
            let (samples, block) = (&pair.sides[side], at[side]?);
            let years = samples.system.years();
            let months = 0..samples.layout.months;
            let number =
                move |i: usize| samples.sum(i, Family::Unserved, [block], months.clone()) / years;
            Some(Box::new(number) as Number<'_>)
        });
        pair.mean(name, Unit::GpuHours, numbers)
    })
}

/// Writes the name of a block: the workload alone where it has one block.
#[must_use]
pub fn block_name(workload: &str, block: &str) -> String {
    if block == "all" { workload.to_owned() } else { format!("{workload}.{block}") }
}

fn of_suppliers(pair: &Pair<'_>) -> Vec<Difference> {
    let lists = [0, 1].map(|side| suppliers(pair.sides[side].system));
    let names =
        |side: usize| -> Vec<String> { lists[side].iter().map(|(name, _)| name.clone()).collect() };
    of_both(names(0), names(1), |name, at| {
        let numbers = [0, 1].map(|side| {
            let (samples, contracts) = (&pair.sides[side], lists[side][at[side]?].1.clone());
            let hours = samples.system.axis.hours() as f64;
            let months = 0..samples.layout.months;
            let number = move |i: usize| {
                samples.sum(i, Family::Available, contracts.iter().copied(), months.clone()) / hours
            };
            Some(Box::new(number) as Number<'_>)
        });
        pair.mean(name, Unit::Gpus, numbers)
    })
}

/// Makes a difference for each name that either side has: those of the first in their order, then what
/// the second adds.
fn of_both(
    before: Vec<String>,
    after: Vec<String>,
    make: impl Fn(&str, [Option<usize>; 2]) -> Difference,
) -> Vec<Difference> {
    let place = |names: &[String], name: &str| names.iter().position(|other| other == name);
    let added: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
    let all = before.iter().chain(added);
    all.map(|name| make(name, [place(&before, name), place(&after, name)])).collect()
}
