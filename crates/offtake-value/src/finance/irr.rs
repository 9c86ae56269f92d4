//! Internal rate of return: the yearly rate at which month-end flows are worth nothing.
//!
//! A series may have no such rate, or several. Then the answer says so: no method that starts from a
//! guess is used. With one change of sign among the flows there is one root at most (Descartes), found
//! by halving; else the whole range of rates is walked, every change of sign of the present value
//! halved down, and every place where it may touch zero looked at.

use super::units;
use std::fmt;

/// Lowest and highest yearly rate looked at: −99.9 % and +100,000 %.
pub const RANGE: (f64, f64) = (-0.999, 1000.0);
/// Steps of the walk over the range, equal in ln(1 + r).
const STEPS: usize = 1_400;
/// How close to zero a present value counts as touching it, relative to the sum of the sizes.
const TOUCH: f64 = 1e-11;
/// Roots closer than this in ln(1 + r) are one: a root that is only touched is known to half the digits.
const SAME: f64 = 3e-6;

/// What the internal rate of return of a series is.
#[derive(Clone, Debug, PartialEq)]
pub enum Irr {
    /// There is one rate.
    One(f64),
    /// There is none, and why.
    None(NoIrr),
    /// There are several, ascending; none of them is *the* rate.
    Several(Vec<f64>),
}

/// Why a series has no internal rate of return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoIrr {
    /// Nothing flows.
    NoFlow,
    /// Nothing is ever put in, so nothing can be earned on it.
    NothingPutIn,
    /// Nothing ever comes back: all is lost at any rate.
    NothingBack,
    /// Money goes both ways, but no rate of the range makes the sum zero.
    NoRoot,
}

impl Irr {
    /// Returns the rate if there is one and one alone.
    #[must_use]
    pub fn unique(&self) -> Option<f64> {
        match self {
            Irr::One(rate) => Some(*rate),
            _ => None,
        }
    }

    /// Returns what the series counts as in a distribution: its rate, −100 % where nothing ever comes
    /// back, and nothing where there is no rate or no single one.
    #[must_use]
    pub fn counted(&self) -> Option<f64> {
        match self {
            Irr::None(NoIrr::NothingBack) => Some(-1.0),
            other => other.unique(),
        }
    }
}

impl fmt::Display for NoIrr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoIrr::NoFlow => "nothing flows",
            NoIrr::NothingPutIn => "nothing is put in",
            NoIrr::NothingBack => "nothing comes back",
            NoIrr::NoRoot => "no rate makes what goes in worth what comes back",
        })
    }
}

impl fmt::Display for Irr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Irr::One(rate) => write!(f, "{:.1} %", rate * 100.0),
            Irr::None(why) => write!(f, "none: {why}"),
            Irr::Several(rates) => {
                let rates: Vec<String> =
                    rates.iter().map(|rate| format!("{:.1} %", rate * 100.0)).collect();
                write!(f, "several: {}", rates.join(", "))
            }
        }
    }
}

/// Returns the internal rate of return of `flows` (millionths, by month), as a yearly rate.
#[must_use]
pub fn irr(flows: &[i128]) -> Irr {
    let Some(first) = flows.iter().position(|flow| *flow != 0) else {
        return Irr::None(NoIrr::NoFlow);
    };
    let last = flows.iter().rposition(|flow| *flow != 0).unwrap_or(first);
    let flows: Vec<f64> = flows[first..=last].iter().map(|flow| units(*flow)).collect();
    let is_in = flows.iter().any(|flow| *flow < 0.0);
    let is_back = flows.iter().any(|flow| *flow > 0.0);
    match (is_in, is_back) {
        (false, _) => return Irr::None(NoIrr::NothingPutIn),
        (true, false) => return Irr::None(NoIrr::NothingBack),
        (true, true) => {}
    }
    let roots =
        if changes(&flows) == 1 { single(&flows).into_iter().collect() } else { walk(&flows) };
    let roots: Vec<f64> = roots.chunk_by(|a, b| b - a < SAME).map(middle).collect();
    match roots.as_slice() {
        [] => Irr::None(NoIrr::NoRoot),
        [root] => Irr::One(libm::expm1(*root)),
        _ => Irr::Several(roots.iter().map(|root| libm::expm1(*root)).collect()),
    }
}

/// Returns the middle of roots that cannot be told apart.
fn middle(roots: &[f64]) -> f64 {
    roots.iter().sum::<f64>() / roots.len().max(1) as f64
}

/// Counts the changes of sign along the flows; by Descartes there are no more roots.
fn changes(flows: &[f64]) -> usize {
    let mut count = 0;
    let mut before = 0.0_f64;
    for flow in flows.iter().filter(|flow| **flow != 0.0) {
        count += usize::from(before * flow < 0.0);
        before = flow.signum();
    }
    count
}

/// Present value at the continuous yearly rate `s`, told for the middle of the series so that neither
/// end of the range overflows; with the sum of the sizes that its error is measured by.
fn value(flows: &[f64], s: f64) -> (f64, f64) {
    let monthly = libm::exp(-s / 12.0);
    let (sum, size) = flows
        .iter()
        .rev()
        .fold((0.0, 0.0), |(sum, size), flow| (sum * monthly + flow, size * monthly + flow.abs()));
    let middle = libm::exp(s / 12.0 * (flows.len() as f64 - 1.0) / 2.0);
    (sum * middle, size * middle)
}

fn range() -> (f64, f64) {
    (libm::log1p(RANGE.0), libm::log1p(RANGE.1))
}

/// Returns the one root of a series whose flows change sign once, if the range has it.
fn single(flows: &[f64]) -> Option<f64> {
    let (low, high) = range();
    let ends = (value(flows, low).0, value(flows, high).0);
    (ends.0 * ends.1 <= 0.0).then(|| halve(flows, low, high))
}

/// Returns every root of the range, ascending.
fn walk(flows: &[f64]) -> Vec<f64> {
    let (low, high) = range();
    let at = |step: usize| low + (high - low) * step as f64 / STEPS as f64;
    let values: Vec<(f64, f64)> = (0..=STEPS).map(|step| value(flows, at(step))).collect();
    let is_zero = |(sum, size): (f64, f64)| sum.abs() <= TOUCH * size;
    let mut roots: Vec<f64> = Vec::new();
    for step in 0..=STEPS {
        let here = values[step];
        if is_zero(here) {
            // A run of points that cannot be told from zero is one root.
            if step == 0 || !is_zero(values[step - 1]) {
                roots.push(at(step));
            }
            continue;
        }
        if step == STEPS || is_zero(values[step + 1]) {
            continue;
        }
        if here.0 * values[step + 1].0 < 0.0 {
            roots.push(halve(flows, at(step), at(step + 1)));
        } else if step > 0 && is_dip([values[step - 1], here, values[step + 1]]) {
            roots.extend(dip(flows, at(step - 1), at(step + 1)));
        }
    }
    roots
}

/// Says whether the middle of three values of one sign is the smallest, relative to its size.
fn is_dip(values: [(f64, f64); 3]) -> bool {
    let [before, here, after] = values.map(|(sum, size)| sum / size);
    before * here > 0.0
        && here * after > 0.0
        && here.abs() <= before.abs()
        && here.abs() <= after.abs()
}

/// Returns the roots in a range where the value comes close to zero from one side: none, one where it
/// touches, or two where it dips through.
fn dip(flows: &[f64], low: f64, high: f64) -> Vec<f64> {
    let near = |s: f64| {
        let (sum, size) = value(flows, s);
        sum.abs() / size
    };
    let sign = value(flows, low).0.signum();
    let (mut a, mut b) = (low, high);
    for _ in 0..80 {
        let (c, d) = (a + (b - a) * 0.382, a + (b - a) * 0.618);
        let through = [c, d].into_iter().find(|s| value(flows, *s).0 * sign < 0.0);
        if let Some(middle) = through {
            return vec![halve(flows, low, middle), halve(flows, middle, high)];
        }
        if near(c) < near(d) { b = d } else { a = c }
    }
    let lowest = f64::midpoint(a, b);
    if near(lowest) <= TOUCH { vec![lowest] } else { Vec::new() }
}

/// Halves a bracket down to the last bits.
fn halve(flows: &[f64], mut low: f64, mut high: f64) -> f64 {
    let sign = value(flows, low).0.signum();
    for _ in 0..90 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if value(flows, middle).0 * sign > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::super::npv;
    use super::*;
    use proptest::prelude::*;

    const MILLION: i128 = 1_000_000;

    /// Flows a year apart, in whole units.
    fn yearly(flows: &[i128]) -> Vec<i128> {
        let mut months = vec![0; (flows.len() - 1) * 12 + 1];
        for (year, flow) in flows.iter().enumerate() {
            months[year * 12] = flow * MILLION;
        }
        months
    }

    fn rates(flows: &[i128]) -> Vec<f64> {
        match irr(flows) {
            Irr::One(rate) => vec![rate],
            Irr::Several(rates) => rates,
            Irr::None(_) => Vec::new(),
        }
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?} against {expected:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-8, "{found} against {expected}");
        }
    }

    #[test]
    fn a_loan_at_ten_per_cent_has_ten_per_cent() {
        close(&rates(&yearly(&[-100, 110])), &[0.10]);
        // 100 = 60 / 1.1 + 55 / 1.21, by hand: 54.5454… + 45.4545…
        close(&rates(&yearly(&[-100, 60, 55])), &[0.10]);
        // One per cent a month is 12.68 % a year.
        close(&rates(&[-100 * MILLION, 101 * MILLION]), &[libm::pow(1.01, 12.0) - 1.0]);
    }

    #[test]
    fn the_pump_that_textbooks_have_two_rates_for_has_two() {
        // −1,600 + 10,000 / (1+r) − 10,000 / (1+r)² = 0 at 25 % and 400 %.
        close(&rates(&yearly(&[-1_600, 10_000, -10_000])), &[0.25, 4.0]);
    }

    #[test]
    fn three_rates_are_told_as_three() {
        // (x − 1.1)(x − 1.2)(x − 1.3) · 1000 in growth factors x.
        let flows = yearly(&[-1000, 3600, -4310, 1716]);
        close(&rates(&flows), &[0.1, 0.2, 0.3]);
    }

    #[test]
    fn a_rate_that_the_value_only_touches_is_found() {
        // −(x − 1.1)² · 100: worth nothing at 10 %, and less on either side.
        close(&rates(&yearly(&[-100, 220, -121])).map_rounded(), &[0.1]);
    }

    trait Rounded {
        fn map_rounded(self) -> Vec<f64>;
    }

    impl Rounded for Vec<f64> {
        /// A double root is only known to half the digits.
        fn map_rounded(self) -> Vec<f64> {
            self.into_iter().map(|rate| libm::round(rate * 1e4) / 1e4).collect()
        }
    }

    #[test]
    fn a_series_without_a_rate_says_why() {
        assert_eq!(irr(&[]), Irr::None(NoIrr::NoFlow));
        assert_eq!(irr(&[0, 0]), Irr::None(NoIrr::NoFlow));
        assert_eq!(irr(&[5, 5]), Irr::None(NoIrr::NothingPutIn));
        assert_eq!(irr(&[-5, -5]), Irr::None(NoIrr::NothingBack));
        // −x² + 2x − 2 in growth factors has no real root.
        assert_eq!(irr(&yearly(&[-100, 200, -200])), Irr::None(NoIrr::NoRoot));
        assert_eq!(irr(&[-5]).to_string(), "none: nothing comes back");
        assert_eq!(irr(&[-5]).counted(), Some(-1.0));
    }

    #[test]
    fn what_is_nearly_all_lost_has_a_rate_near_minus_one() {
        close(&rates(&yearly(&[-1000, 10])), &[-0.99]);
        // Beyond the range: a thousandth back after a year is −99.9 %, a millionth is out of sight.
        assert_eq!(irr(&yearly(&[-1_000_000, 1])), Irr::None(NoIrr::NoRoot));
    }

    proptest! {
        #[test]
        fn the_present_value_at_each_rate_is_zero_and_scaling_or_waiting_changes_no_rate(
            flows in prop::collection::vec(-1_000_000_000_000_i128..1_000_000_000_000, 2..90),
            later in 0_usize..24,
        ) {
            let found = rates(&flows);
            for rate in &found {
                let size: f64 = flows
                    .iter()
                    .enumerate()
                    .map(|(month, flow)| npv(&[flow.abs()], 0.0, 0) * libm::pow(1.0 + rate, -(month as f64) / 12.0))
                    .sum();
                prop_assert!(npv(&flows, *rate, 0).abs() <= 1e-6 * size, "{rate}");
            }
            let mut other = vec![0; later];
            other.extend(flows.iter().map(|flow| flow * 3));
            let again = rates(&other);
            prop_assert_eq!(found.len(), again.len());
            for (one, other) in found.iter().zip(&again) {
                prop_assert!((one - other).abs() < 1e-6 * (1.0 + one.abs()));
            }
        }

        #[test]
        fn what_is_put_in_once_and_earns_a_rate_has_that_rate(rate in -0.8..5.0_f64, months in 1_usize..120, put in 1_000_i128..1_000_000_000) {
            let mut flows = vec![0; months + 1];
            flows[0] = -put * MILLION;
            flows[months] = ((put * MILLION) as f64 * libm::pow(1.0 + rate, months as f64 / 12.0)) as i128;
            let found = irr(&flows).unique().unwrap();
            prop_assert!((found - rate).abs() < 1e-6 * (1.0 + rate.abs()), "{found} against {rate}");
        }
    }
}
