//! Work that grows more slowly than GPUs learn needs fewer of them every year.

use super::supply::list;
use super::{Book, Check, Problem, Severity};
use crate::{LevelSeries, Workload};
use offtake_units::LevelUnit;

pub(super) const CHECK: Check = Check {
    name: "growth-below-efficiency",
    severity: Severity::Warning,
    about: "tokens or images that grow more slowly than `efficiency`",
    why: "the work needs fewer GPUs every year; more often the growth was net already, or the efficiency too high",
    mend: "raise the growth, lower `efficiency`, or leave both if that is what is meant",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    book.workloads.values().filter_map(|workload| shrinking(book, workload)).collect()
}

fn shrinking(book: &Book, workload: &Workload) -> Option<Problem> {
    let LevelSeries::Grown { level, growth, .. } = &workload.series else { return None };
    let efficiency = workload.efficiency;
    if level.unit() == LevelUnit::Gpus || efficiency.factor() <= 1.0 {
        return None;
    }
    let of_scenarios = || {
        let slow = book.scenarios.iter().filter(|scenario| scenario.tokens < efficiency);
        list(slow.map(|scenario| format!("{} in `growth.{}`", scenario.tokens, scenario.name)))
    };
    let slow = match growth {
        Some(own) if own < &efficiency => own.to_string(),
        Some(_) => return None,
        None => of_scenarios(),
    };
    (!slow.is_empty()).then(|| {
        Problem::new(
            format!("workload.{}.efficiency", workload.id),
            format!("GPUs learn {efficiency}, and the work grows only {slow}"),
            "raise the growth or lower `efficiency`; if fewer GPUs every year are meant, leave it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_scenario_slower_than_the_gains_is_found() {
        let mut book = test_book();
        set_series(&mut book, LevelUnit::TokensPerSecond);
        workload(&mut book).efficiency = of("4.5 times/year");
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat.efficiency: GPUs learn 4.5 times/year, and the work grows only 4 times/year in `growth.low`
  fix: raise the growth or lower `efficiency`; if fewer GPUs every year are meant, leave it");
    }

    #[test]
    fn a_growth_of_its_own_is_held_against_the_gains_alone() {
        let mut book = test_book();
        set_series(&mut book, LevelUnit::TokensPerSecond);
        workload(&mut book).efficiency = of("4.5 times/year");
        if let LevelSeries::Grown { growth, .. } = &mut workload(&mut book).series {
            *growth = Some(of("5 times/year"));
        }
        assert_eq!(found(&CHECK, &book), "");
    }
}
