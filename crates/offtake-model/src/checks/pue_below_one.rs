//! A site draws at least what its racks draw.

use super::paths::of_hall;
use super::supply::number;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "pue-below-one",
    severity: Severity::Error,
    about: "a PUE below 1",
    why: "the site would draw less than its racks, and power would cost less than nothing",
    mend: "write site power over IT power, from 1 up; it may have been written the other way round",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let low = book.halls.iter().filter(|(_, hall)| hall.pue < 1.0 || hall.pue.is_nan());
    let problem = |(id, hall): (&crate::HallId, &crate::Hall)| {
        let other_way = if hall.pue > 0.0 { 1.0 / hall.pue } else { 1.2 };
        Problem::new(
            of_hall(id, hall, "pue"),
            format!("`pue` is {}: site power over IT power is at least 1", number(hall.pue)),
            format!("write it the right way round, as in `{}`", number(other_way)),
        )
    };
    low.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_pue_the_wrong_way_round_is_found() {
        let mut book = test_book();
        hall(&mut book).pue = 0.8;
        assert_eq!(found(&CHECK, &book), "\
error: hall.horizon.pue: `pue` is 0.8: site power over IT power is at least 1
  fix: write it the right way round, as in `1.25`");
    }

    #[test]
    fn one_is_perfect_and_good() {
        let mut book = test_book();
        hall(&mut book).pue = 1.0;
        assert_eq!(found(&CHECK, &book), "");
    }
}
