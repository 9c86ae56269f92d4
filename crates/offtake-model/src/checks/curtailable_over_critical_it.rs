//! What the grid may cut is a part of what there is.

use super::paths::of_hall;
use super::{Book, Check, Problem, Severity};
use offtake_units::Power;

pub(super) const CHECK: Check = Check {
    name: "curtailable-over-critical-it",
    severity: Severity::Error,
    about: "curtailable megawatts that are more than a hall has for IT, or of a hall that does not say what it has",
    why: "a curtailment would cut more than is there, or nothing at all",
    mend: "correct `curtailable` or `critical_it`; both are megawatts for IT, not from the grid",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, hall) in book.halls.iter().filter(|(_, hall)| hall.curtailable > Power::ZERO) {
        let curtailable = hall.curtailable;
        let told = match hall.critical_it {
            Some(all) if curtailable > all => (
                format!("{curtailable} can be cut, of {all} for IT"),
                format!("set `curtailable` to {all} or less"),
            ),
            None => (
                format!("{curtailable} can be cut, but nothing says how many megawatts there are"),
                "write `critical_it`, or take `curtailable` out".to_owned(),
            ),
            Some(_) => continue,
        };
        problems.push(Problem::new(of_hall(id, hall, "curtailable"), told.0, told.1));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn more_to_cut_than_there_is_is_found() {
        let mut book = test_book();
        hall(&mut book).curtailable = of("25 MW");
        assert_eq!(found(&CHECK, &book), "\
error: hall.horizon.curtailable: 25 MW can be cut, of 20 MW for IT
  fix: set `curtailable` to 20 MW or less");
    }

    #[test]
    fn a_part_of_what_nobody_knows_is_found() {
        let mut book = test_book();
        hall(&mut book).critical_it = None;
        assert_eq!(found(&CHECK, &book), "\
error: hall.horizon.curtailable: 5 MW can be cut, but nothing says how many megawatts there are
  fix: write `critical_it`, or take `curtailable` out");
    }

    #[test]
    fn all_of_it_may_be_curtailable() {
        let mut book = test_book();
        hall(&mut book).curtailable = of("20 MW");
        assert_eq!(found(&CHECK, &book), "");
    }
}
