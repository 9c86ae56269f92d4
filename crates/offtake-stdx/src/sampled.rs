//! Results by sample, and what two sets of them differ by.
//!
//! Sample i of one run and sample i of another are drawn from the same streams when both have one seed. Where
//! samples and strata are the same, the error of a change is that of the differences d_i themselves (paired),
//! else √(a² + b²) of the two errors. A number that only some samples have is a mean over those: with m_s its
//! mean in stratum s and w_s the weight of a sample that has it over that of any, its part of first order is
//! w_s (x_i − m_s) where there is one, and 0 where there is none. For a ratio T/B it is (t_i − r b_i)/B.

use crate::estimate::{Estimate, Weights};

/// The numbers of one result, sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// One number of each sample that has it; the result is their mean.
    Mean(Vec<Option<f64>>),
    /// Two numbers of each sample; the result is the mean of the first over the mean of the second.
    Ratio(Vec<(f64, f64)>),
}

/// One result, sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is.
    pub what: String,
    /// Its unit, as reports write it.
    pub unit: String,
    /// Its numbers, in the order of samples.
    pub numbers: Numbers,
}

/// Results of one run, sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Seed of the futures.
    pub seed: u64,
    /// Number of each sample.
    pub samples: Vec<u64>,
    /// Stratum of each sample.
    pub strata: Vec<usize>,
    /// Probability of each stratum.
    pub probabilities: Vec<f64>,
    /// The results.
    pub series: Vec<Series>,
}

/// One result before and after; its unit is a name, or whatever else tells units apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap<U = String> {
    /// What it is.
    pub what: String,
    /// Its unit.
    pub unit: U,
    /// Before; `None` where that run has no such number.
    pub before: Option<Estimate>,
    /// After, likewise.
    pub after: Option<Estimate>,
    /// After less before; a standard error that is not a number is not known.
    pub change: Option<Estimate>,
}

impl Series {
    /// Makes a result that is the same in each of `samples` samples; `None` where there is no such number.
    #[must_use]
    pub fn exact(what: &str, unit: &str, value: Option<f64>, samples: usize) -> Series {
        Series::mean(what, unit, vec![value; samples])
    }

    /// Makes a result that is a mean.
    #[must_use]
    pub fn mean(what: &str, unit: &str, numbers: Vec<Option<f64>>) -> Series {
        let numbers = Numbers::Mean(numbers);
        Series { what: what.to_owned(), unit: unit.to_owned(), numbers }
    }

    /// Says whether it is the same thing in the same unit.
    fn is_like(&self, other: &Series) -> bool {
        self.what == other.what && self.unit == other.unit
    }

    /// Makes a result that is a ratio of means.
    #[must_use]
    pub fn ratio(what: &str, unit: &str, numbers: Vec<(f64, f64)>) -> Series {
        let numbers = Numbers::Ratio(numbers);
        Series { what: what.to_owned(), unit: unit.to_owned(), numbers }
    }
}

impl<U> Gap<U> {
    /// Makes a gap of two estimates whose errors are independent.
    #[must_use]
    pub fn independent(
        what: &str,
        unit: impl Into<U>,
        before: Option<Estimate>,
        after: Option<Estimate>,
    ) -> Gap<U> {
        let change = before.zip(after).map(|(a, b)| Estimate {
            mean: b.mean - a.mean,
            standard_error: libm::hypot(a.standard_error, b.standard_error),
        });
        Gap { what: what.to_owned(), unit: unit.into(), before, after, change }
    }

    /// Says whether the two are not the same; a change within rounding is none.
    #[must_use]
    pub fn is_different(&self) -> bool {
        match (self.before, self.after, self.change) {
            (Some(a), Some(b), Some(change)) => {
                change.mean.abs() > 1e-9 * a.mean.abs().max(b.mean.abs())
            }
            (None, None, _) => false,
            _ => true,
        }
    }

    /// Says whether the change is more than two of its standard errors.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.change.is_some_and(|change| change.mean.abs() > 2.0 * change.standard_error)
    }
}

/// A result of a run, with the part of first order that each sample has in it.
struct Told {
    estimate: Estimate,
    parts: Vec<f64>,
}

impl Sampled {
    /// Says whether sample i of both is the same future.
    #[must_use]
    pub fn is_paired_with(&self, other: &Sampled) -> bool {
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        self.seed == other.seed
            && self.samples == other.samples
            && self.strata == other.strata
            && self.probabilities.len() == other.probabilities.len()
            && self.probabilities.iter().zip(&other.probabilities).all(is_near)
    }

    /// Returns the estimate of a result; `None` where no sample has it.
    #[must_use]
    pub fn estimate(&self, what: &str) -> Option<Estimate> {
        let series = self.series.iter().find(|series| series.what == what)?;
        self.told(series).map(|told| told.estimate)
    }

    fn told(&self, like: &Series) -> Option<Told> {
        let series = self.series.iter().find(|series| series.is_like(like))?;
        let weights = Weights::new(self.strata.clone(), &self.probabilities);
        match &series.numbers {
            Numbers::Mean(numbers) => self.mean(&weights, numbers),
            Numbers::Ratio(pairs) => {
                let under = weights.mean(|i| pairs[i].1).mean;
                if under == 0.0 {
                    return None;
                }
                let estimate = weights.ratio(|i| pairs[i].0, |i| pairs[i].1);
                let part = |(top, bottom): &(f64, f64)| (top - estimate.mean * bottom) / under;
                Some(Told { estimate, parts: pairs.iter().map(part).collect() })
            }
        }
    }

    fn mean(&self, weights: &Weights, numbers: &[Option<f64>]) -> Option<Told> {
        let with: Vec<(usize, f64)> =
            numbers.iter().enumerate().filter_map(|(i, x)| Some((i, (*x)?))).collect();
        if with.is_empty() {
            return None;
        }
        let strata: Vec<usize> = with.iter().map(|(i, _)| self.strata[*i]).collect();
        let having = Weights::new(strata, &self.probabilities);
        let estimate = having.mean(|at| with[at].1);
        let means: Vec<f64> = (0..self.probabilities.len().max(1))
            .map(|stratum| {
                let own = with.iter().filter(|(i, _)| self.strata[*i] == stratum);
                let (sum, count) = own.fold((0.0, 0.0), |(s, n), (_, x)| (s + x, n + 1.0));
                if count > 0.0 { sum / count } else { 0.0 }
            })
            .collect();
        let part = |(i, x): (usize, &Option<f64>)| {
            let stratum = self.strata[i];
            let scale = having.of_stratum(stratum) / weights.of_stratum(stratum);
            x.map_or(0.0, |x| scale * (x - means[stratum]))
        };
        Some(Told { estimate, parts: numbers.iter().enumerate().map(part).collect() })
    }
}

/// Returns what each result of either run differs by: those of `before` in their order, then what `after`
/// adds. A result that no sample of either has is left out, and one in another unit is another result.
#[must_use]
pub fn gaps(before: &Sampled, after: &Sampled) -> Vec<Gap> {
    let is_paired = before.is_paired_with(after);
    let weights = Weights::new(before.strata.clone(), &before.probabilities);
    let is_new = |one: &&Series| !before.series.iter().any(|other| other.is_like(one));
    let all = before.series.iter().chain(after.series.iter().filter(is_new));
    let gap = |series: &Series| {
        let told = [before, after].map(|side| side.told(series));
        let [a, b] = told.each_ref().map(|told| told.as_ref().map(|told| told.estimate));
        let mut gap = Gap::independent(&series.what, &series.unit, a, b);
        if let ([Some(a), Some(b)], Some(change)) = (&told, &mut gap.change)
            && is_paired
        {
            change.standard_error = weights.mean(|i| b.parts[i] - a.parts[i]).standard_error;
        }
        (a.is_some() || b.is_some()).then_some(gap)
    };
    all.filter_map(gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(series: Vec<Series>) -> Sampled {
        Sampled {
            seed: 1,
            samples: (0..4).collect(),
            strata: vec![0, 0, 1, 1],
            probabilities: vec![0.5, 0.5],
            series,
        }
    }

    #[test]
    fn what_moves_in_every_sample_alike_has_no_error() {
        let all = |shift: f64| {
            let numbers = [1.0, 8.0, 3.0, 90.0].map(|x| Some(x + shift));
            of(vec![Series::mean("cost", "USD", numbers.to_vec())])
        };
        let found = gaps(&all(0.0), &all(2.0));
        let change = found[0].change.unwrap();
        assert!((change.mean - 2.0).abs() < 1e-12 && change.standard_error < 1e-12, "{change:?}");
        assert!(found[0].before.unwrap().standard_error > 20.0 && found[0].is_clear());
        let other = Sampled { seed: 2, ..all(2.0) };
        assert!(gaps(&all(0.0), &other)[0].change.unwrap().standard_error > 30.0);
    }

    #[test]
    fn a_ratio_that_stays_has_no_error_though_both_its_parts_move() {
        let all = |times: f64| {
            let numbers = [(1.0, 2.0), (5.0, 2.5), (3.0, 4.0), (9.0, 3.0)];
            let numbers = numbers.map(|(a, b)| (a * times, b * times));
            of(vec![Series::ratio("per hour", "USD/GPUh", numbers.to_vec())])
        };
        let found = &gaps(&all(1.0), &all(3.0))[0];
        assert!(!found.is_different() && found.change.unwrap().standard_error < 1e-12);
    }

    #[test]
    fn a_number_that_some_samples_lack_is_a_mean_over_the_others() {
        let all = |x: f64| {
            of(vec![Series::mean("payback", "months", vec![Some(x), Some(x), Some(8.0), None])])
        };
        let found = &gaps(&all(4.0), &all(5.0))[0];
        assert_eq!(found.before.unwrap().mean, 6.0);
        assert_eq!(found.change.unwrap().mean, 0.5);
        let none = of(vec![Series::mean("payback", "months", vec![None; 4])]);
        assert!(gaps(&none, &none).is_empty());
        let gone = &gaps(&all(4.0), &none)[0];
        assert!(gone.change.is_none() && gone.is_different());
    }
}
