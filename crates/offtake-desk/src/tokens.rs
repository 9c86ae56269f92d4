//! Work that is asked for in tokens: how many GPUs of a type do it.

use offtake_ledger::{Rate, Tokens};
use offtake_model::AcceleratorId;

/// Returns the GPUs of a type that do so much work: of the figures at the target or at a stricter one the best, rounded up;
/// `None` where nobody has measured it.
#[must_use]
pub fn gpus_for(tokens: &Tokens, rates: &[Rate], accelerator: &AcceleratorId) -> Option<i64> {
    let is_it = |rate: &&Rate| {
        rate.accelerator == *accelerator
            && rate.work == tokens.work
            && rate.interactivity >= tokens.interactivity
            && rate.per_gpu > 0
    };
    let best = rates.iter().filter(is_it).map(|rate| rate.per_gpu).max()?;
    Some(tokens.per_second / best + i64::from(tokens.per_second % best != 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_model::Id as _;

    #[test]
    fn gpus_are_those_that_reach_the_target_rounded_up() {
        let kind = |name: &str| AcceleratorId::new(name).unwrap();
        let rate = |name: &str, interactivity: i64, per_gpu: i64| Rate {
            work: "chat".to_owned(),
            accelerator: kind(name),
            interactivity: interactivity * 1_000,
            per_gpu: per_gpu * 1_000,
        };
        let rates = [
            rate("gb300", 0, 5_000),
            rate("gb300", 20, 3_000),
            rate("gb300", 60, 1_000),
            rate("h100", 0, 400),
        ];
        let asked = |interactivity: i64| Tokens {
            work: "chat".to_owned(),
            per_second: 30_001 * 1_000,
            interactivity: interactivity * 1_000,
        };
        let gpus =
            |interactivity: i64, name: &str| gpus_for(&asked(interactivity), &rates, &kind(name));
        assert_eq!(gpus(0, "gb300"), Some(7)); // 30,001 of 5,000 each
        assert_eq!(gpus(20, "gb300"), Some(11)); // of 3,000
        assert_eq!(gpus(21, "gb300"), Some(31)); // of 1,000: measured at 60, and so at 21
        assert_eq!(gpus(61, "gb300"), None);
        assert_eq!((gpus(0, "h100"), gpus(1, "h100")), (Some(76), None));
        let other = Tokens { work: "other".to_owned(), ..asked(0) };
        assert_eq!(gpus_for(&other, &rates, &kind("h100")), None);
    }
}
