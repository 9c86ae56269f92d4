//! The mean of costs, of the worst of them, and the weighed sum that a plan minimises.

use crate::program::Program;

/// Returns the expected cost of futures.
#[must_use]
pub fn expected(program: &Program, costs: &[f64]) -> f64 {
    program.scenarios.iter().zip(costs).map(|(scenario, cost)| scenario.probability * cost).sum()
}

/// Returns the mean of the worst `1 − level` of futures.
#[must_use]
pub fn cvar(program: &Program, costs: &[f64], level: f64) -> f64 {
    let mut worst: Vec<(f64, f64)> =
        program.scenarios.iter().zip(costs).map(|(of, cost)| (*cost, of.probability)).collect();
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut left, mut sum) = (1.0 - level, 0.0);
    for (cost, probability) in worst {
        let part = probability.min(left);
        sum += part * cost;
        left -= part;
    }
    sum / (1.0 - level)
}

/// Returns the objective: `(1 − weight) · expected + weight · CVaR`.
#[must_use]
pub fn weighed(program: &Program, costs: &[f64]) -> f64 {
    let risk = program.risk;
    let mean = (1.0 - risk.weight) * expected(program, costs);
    if risk.weight > 0.0 { mean + risk.weight * cvar(program, costs, risk.level) } else { mean }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Risk, Scenario};

    #[test]
    fn the_tail_may_end_within_a_future() {
        let program = Program {
            scenarios: vec![Scenario { probability: 0.25 }; 4],
            risk: Risk { weight: 0.5, level: 0.6 },
            ..Program::default()
        };
        let costs = [1.0, 4.0, 2.0, 3.0];
        // The worst 40 %: all of 4 (25 %) and 15 of the 25 % at 3.
        let tail = (0.25 * 4.0 + 0.15 * 3.0) / 0.4;
        assert!((cvar(&program, &costs, 0.6) - tail).abs() < 1e-12);
        assert!((weighed(&program, &costs) - (0.5 * 2.5 + 0.5 * tail)).abs() < 1e-12);
    }
}
