//! A series of levels reaches to the end of its work.

use super::{Book, Check, Problem, Severity};
use crate::{Axis, LevelSeries, Workload};

pub(super) const CHECK: Check = Check {
    name: "hourly-series-too-short",
    severity: Severity::Error,
    about: "an hourly series that ends before its workload does",
    why: "the work would ask for nothing from then on, and the book look better than it is",
    mend: "write more hours, set the workload's `until` to where the series ends, or shorten the horizon",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    book.workloads.values().filter_map(|workload| too_short(book, workload)).collect()
}

fn too_short(book: &Book, workload: &Workload) -> Option<Problem> {
    let LevelSeries::Hourly { values, .. } = &workload.series else { return None };
    let end = workload.until.map_or(book.until, |until| until.min(book.until));
    let axis = Axis::new(workload.from, end);
    (values.len() < axis.hours()).then(|| {
        let last = axis.date_of(i64::try_from(values.len()).unwrap_or(i64::MAX));
        Problem::new(
            format!("workload.{}.level.hourly", workload.id),
            format!("it has {} hours, and {} to {end} are {}", values.len(), workload.from, axis.hours()),
            format!("write all of them, or set `until = {last}`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;
    use offtake_units::LevelUnit;
    use std::sync::Arc;

    fn set_hours(book: &mut Book, hours: usize) {
        let values = Arc::new(vec![1.0; hours]);
        workload(book).series = LevelSeries::Hourly { values, unit: LevelUnit::Gpus };
    }

    #[test]
    fn a_year_for_two_is_found() {
        let mut book = test_book();
        set_hours(&mut book, 8_760);
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.level.hourly: it has 8760 hours, and 2026-01-01 to 2028-01-01 are 17520
  fix: write all of them, or set `until = 2027-01-01`");
    }

    #[test]
    fn a_year_for_a_year_is_enough() {
        let mut book = test_book();
        set_hours(&mut book, 8_760);
        workload(&mut book).until = Some(date(2027, 1, 1));
        assert_eq!(found(&CHECK, &book), "");
    }
}
