//! What a GPU learns to do more of counts once: in `efficiency`, or in a growth that is net of it.

use super::{Book, Check, Problem, Severity};
use crate::{LevelSeries, Workload};
use offtake_units::{Growth, LevelUnit};

pub(super) const CHECK: Check = Check {
    name: "efficiency-counted-twice",
    severity: Severity::Error,
    about: "a level in GPUs with an `efficiency`, or a level in tokens or images with one whose own growth is that of GPUs, net already",
    why: "the work would be divided twice by what GPUs learn, and demand be far too small after a few years",
    mend: "take `efficiency` out, or write the level and its growth in tokens or images a second",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let gains = book.workloads.values().filter(|workload| workload.efficiency != Growth::new(1.0));
    gains.filter_map(|workload| twice(book, workload)).collect()
}

fn twice(book: &Book, workload: &Workload) -> Option<Problem> {
    let (unit, growth) = match &workload.series {
        LevelSeries::Grown { level, growth, .. } => (level.unit(), *growth),
        LevelSeries::Hourly { unit, .. } => (*unit, None),
    };
    let (told, fix) = if unit == LevelUnit::Gpus {
        (
            "its level is in GPUs, which are net of what a GPU learns".to_owned(),
            "take `efficiency` out, or write the level in tokens or images a second",
        )
    } else {
        let growth = growth?;
        let is_net = book.scenarios.iter().find(|scenario| scenario.accelerators == growth)?;
        if book.scenarios.iter().any(|scenario| scenario.tokens == growth) {
            return None;
        }
        (
            format!("its own growth of {growth} is that of GPUs in `growth.{}`, net already", is_net.name),
            "take `efficiency` out, or write the growth of its tokens or images",
        )
    };
    let path = format!("workload.{}.efficiency", workload.id);
    Some(Problem::new(path, format!("it grows by {}, and {told}", workload.efficiency), fix))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn set_growth(book: &mut Book, text: &str) {
        if let LevelSeries::Grown { growth, .. } = &mut workload(book).series {
            *growth = Some(of(text));
        }
    }

    #[test]
    fn gpus_that_learn_are_found() {
        let mut book = test_book();
        workload(&mut book).efficiency = of("1.9 times/year");
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.efficiency: it grows by 1.9 times/year, and its level is in GPUs, which are net of what a GPU learns
  fix: take `efficiency` out, or write the level in tokens or images a second");
    }

    #[test]
    fn tokens_that_grow_as_gpus_do_and_learn_are_found() {
        let mut book = test_book();
        set_series(&mut book, LevelUnit::TokensPerSecond);
        set_growth(&mut book, "2.2 times/year");
        workload(&mut book).efficiency = of("1.9 times/year");
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.efficiency: it grows by 1.9 times/year, and its own growth of 2.2 times/year is that of GPUs in `growth.base`, net already
  fix: take `efficiency` out, or write the growth of its tokens or images");
    }

    #[test]
    fn tokens_that_grow_as_tokens_do_may_learn() {
        let mut book = test_book();
        set_series(&mut book, LevelUnit::TokensPerSecond);
        workload(&mut book).efficiency = of("1.9 times/year");
        assert_eq!(found(&CHECK, &book), "");
        set_growth(&mut book, "6.7 times/year");
        assert_eq!(found(&CHECK, &book), "");
    }
}
