//! The uncertain part of demand: day-to-day noise and the fleet's derate.

use offtake_model::{Derate, Noise};
use offtake_stdx::{Stream, exp, normal};

/// Fills `out` with the factors of the days: log-normal with mean 1, AR(1) by day, in equilibrium.
pub(crate) fn noise(process: Noise, stream: &mut Stream, out: &mut [f32]) {
    let step = libm::sqrt(1.0 - process.correlation * process.correlation) as f32;
    let (sigma, correlation) = (process.sigma as f32, process.correlation as f32);
    let table = normal::table();
    // Twelve bits pick one of 4,096 equally likely values: enough for a day's level, and five a word.
    let mut z = 0.0;
    for (five, days) in out.chunks_mut(5).enumerate() {
        let mut bits = stream.bits();
        for (day, factor) in days.iter_mut().enumerate() {
            let fresh = table[(bits & 0xfff) as usize];
            bits >>= 12;
            z = if five + day == 0 { fresh } else { correlation * z + step * fresh };
            *factor = sigma * z - sigma * sigma / 2.0;
        }
    }
    // Apart from the recursion, so that it becomes vector instructions.
    for factor in out {
        *factor = exp::exp(*factor);
    }
}

/// Returns a draw of the triangular distribution.
pub(crate) fn derate(law: &Derate, stream: &mut Stream) -> f64 {
    let u = stream.uniform();
    let Derate { low, mode, high } = *law;
    if high <= low {
        return mode;
    }
    let turn = (mode - low) / (high - low);
    if u < turn {
        low + libm::sqrt(u * (high - low) * (mode - low))
    } else {
        high - libm::sqrt((1.0 - u) * (high - low) * (high - mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_stdx::{Entity, Purpose};

    fn stream(sample: u64) -> Stream {
        Stream::new(5, Purpose::new("demand"), Entity::new("chat"), sample, 0)
    }

    #[test]
    fn noise_has_the_spread_and_correlation_that_were_asked_for() {
        let process = Noise { sigma: 0.1, correlation: 0.6 };
        let mut days = vec![0.0_f32; 200_000];
        noise(process, &mut stream(0), &mut days);
        let logs: Vec<f64> = days.iter().map(|&d| libm::log(f64::from(d)) + 0.005).collect();
        let n = logs.len() as f64;
        let variance = logs.iter().map(|x| x * x).sum::<f64>() / n;
        let lagged = logs.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n / variance;
        assert!((variance.sqrt() - 0.1).abs() < 0.001, "{}", variance.sqrt());
        assert!((lagged - 0.6).abs() < 0.01, "{lagged}");
        assert!((days.iter().map(|&d| f64::from(d)).sum::<f64>() / n - 1.0).abs() < 0.002);
    }

    #[test]
    fn the_mean_of_a_triangular_draw_is_that_of_its_corners() {
        let law = Derate { low: 0.45, mode: 0.60, high: 0.75 };
        let n = 100_000_u64;
        let mean = (0..n).map(|i| derate(&law, &mut stream(i))).sum::<f64>() / n as f64;
        assert!((mean - 0.60).abs() < 0.001, "{mean}");
    }
}
