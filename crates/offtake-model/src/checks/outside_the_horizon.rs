//! Work or a stress outside the horizon does nothing.

use super::{Book, Check, Problem, Severity};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check {
    name: "outside-the-horizon",
    severity: Severity::Warning,
    about: "a workload, gang or stress that has no day within the book's horizon",
    why: "it does not enter any result, though it stands in the book as if it did",
    mend: "correct its dates, widen the horizon, or take it out",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let workloads = book.workloads.iter().map(|(id, w)| (format!("workload.{id}"), w.from, w.until));
    let gangs = book.gangs.iter().map(|(id, g)| (format!("gang.{id}"), g.from, Some(g.until)));
    let stresses = book.stresses.iter().map(|(id, s)| (format!("stress.{id}"), s.from, s.until));
    let all = workloads.chain(gangs).chain(stresses);
    all.filter_map(|(path, from, until)| outside(book, &path, from, until)).collect()
}

fn outside(book: &Book, path: &str, from: Date, until: Option<Date>) -> Option<Problem> {
    let horizon = format!("the horizon of {} to {}", book.from, book.until);
    let fix = "correct the date, widen the horizon, or take it out";
    if from >= book.until {
        let told = format!("starts {from}, after {horizon}");
        return Some(Problem::new(format!("{path}.from"), told, fix));
    }
    let until = until.filter(|until| *until <= book.from)?;
    let told = format!("ends {until}, before {horizon}");
    Some(Problem::new(format!("{path}.until"), told, fix))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn work_before_and_a_stress_after_the_horizon_are_found() {
        let mut book = test_book();
        gang(&mut book).from = date(2025, 7, 1);
        gang(&mut book).until = date(2026, 1, 1);
        stress(&mut book).from = date(2028, 1, 1);
        stress(&mut book).until = None;
        assert_eq!(found(&CHECK, &book), "\
warning: gang.pretrain.until: ends 2026-01-01, before the horizon of 2026-01-01 to 2028-01-01
  fix: correct the date, widen the horizon, or take it out
warning: stress.heat-wave.from: starts 2028-01-01, after the horizon of 2026-01-01 to 2028-01-01
  fix: correct the date, widen the horizon, or take it out");
    }

    #[test]
    fn one_day_within_is_enough() {
        let mut book = test_book();
        gang(&mut book).until = date(2026, 1, 2);
        stress(&mut book).from = date(2027, 12, 31);
        assert_eq!(found(&CHECK, &book), "");
    }
}
