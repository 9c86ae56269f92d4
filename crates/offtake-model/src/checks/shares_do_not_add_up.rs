//! Probabilities, and parts of a whole, make one.

use super::paths::of_block;
use super::supply::number;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "shares-do-not-add-up",
    severity: Severity::Error,
    about: "probabilities of the scenarios, shares of a workload's blocks, or the variance shares of slip that do not sum to 1",
    why: "some of the future, or of the demand, would be left out or counted twice",
    mend: "correct one of them; of the scenarios, one may leave its `probability` out and takes the rest",
    run,
};

/// What is written in per cent with two places may miss by this much.
const TOLERANCE: f64 = 1e-6;

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let chances: Vec<f64> = book.scenarios.iter().map(|s| s.probability.part()).collect();
    if let (Some(told), Some(first)) = (off(&chances), book.scenarios.first()) {
        problems.push(Problem::new(
            format!("growth.{}.probability", first.name),
            format!("the probabilities of the scenarios are {told}"),
            "correct one, or leave one out: it takes the rest",
        ));
    }
    for workload in book.workloads.values() {
        let shares: Vec<f64> = workload.blocks.iter().map(|block| block.share.part()).collect();
        if let (Some(told), Some(first)) = (off(&shares), workload.blocks.first()) {
            problems.push(Problem::new(
                of_block(&workload.id, first, "share"),
                format!("the blocks of `workload.{}` are {told}", workload.id),
                "correct the share of one",
            ));
        }
    }
    problems.extend(off(&book.catalog.slip_variance).map(|told| {
        Problem::new(
            "slip.default.variance.own",
            format!("the variance shares of world, grid, supplier and own are {told}"),
            "correct one of `variance.world`, `variance.grid`, `variance.supplier` and `variance.own`",
        )
    }));
    problems
}

/// Writes the sum when it is not 1, or some part is negative.
fn off(parts: &[f64]) -> Option<String> {
    let sum: f64 = parts.iter().sum();
    let is_whole = (sum - 1.0).abs() <= TOLERANCE && parts.iter().all(|part| *part >= 0.0);
    if is_whole || parts.is_empty() {
        return None;
    }
    let texts: Vec<String> = parts.iter().map(|part| format!("{} %", number(part * 100.0))).collect();
    Some(format!("{}, {} % in all", texts.join(" + "), number(sum * 100.0)))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::Block;

    #[test]
    fn scenarios_blocks_and_variances_that_miss_one_are_found() {
        let mut book = test_book();
        book.scenarios[1].probability = of("60 %");
        let first = Block { name: "firm".to_owned(), share: of("70 %"), ..workload(&mut book).blocks[0].clone() };
        workload(&mut book).blocks = vec![first.clone(), Block { name: "rest".to_owned(), share: of("20 %"), ..first }];
        book.catalog.slip_variance = [0.15, 0.10, 0.25, 0.40];
        assert_eq!(found(&CHECK, &book), "\
error: growth.low.probability: the probabilities of the scenarios are 25 % + 60 % + 25 %, 110 % in all
  fix: correct one, or leave one out: it takes the rest
error: block.chat.firm.share: the blocks of `workload.chat` are 70 % + 20 %, 90 % in all
  fix: correct the share of one
error: slip.default.variance.own: the variance shares of world, grid, supplier and own are 15 % + 10 % + 25 % + 40 %, 90 % in all
  fix: correct one of `variance.world`, `variance.grid`, `variance.supplier` and `variance.own`");
    }

    #[test]
    fn thirds_with_the_rest_in_one_add_up() {
        let mut book = test_book();
        let thirds = ["33.33 %", "33.33 %", "33.34 %"];
        for (scenario, share) in book.scenarios.iter_mut().zip(thirds) {
            scenario.probability = of(share);
        }
        assert_eq!(found(&CHECK, &book), "");
    }
}
