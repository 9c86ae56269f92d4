//! A tranche is in service when power, hall and accelerators are there and acceptance is over; a
//! milestone promised later than that makes the promise late on the day that it is made.

use super::paths::of_tranche;
use super::supply::after;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "milestone-after-promised",
    severity: Severity::Warning,
    about: "power, hall or accelerators promised too late for acceptance to be over by the tranche's `promised`",
    why: "the tranche is late even if everything comes as promised, and its GPUs or its hall stand idle meanwhile",
    mend: "move the milestone earlier, `promised` later, or shorten `acceptance`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let waiting = |tranche: &&crate::Tranche| tranche.delivered.is_none();
    for tranche in book.contracts.values().flat_map(|c| &c.tranches).filter(waiting) {
        let milestones = [
            ("power", tranche.power),
            ("hall_ready", tranche.hall_ready),
            ("accelerators", tranche.accelerators),
        ];
        for (key, milestone) in milestones {
            let in_service = after(milestone.promised, tranche.acceptance);
            if milestone.reached.is_none() && in_service > tranche.promised {
                problems.push(Problem::new(
                    of_tranche(book, tranche, &format!("{key}.promised")),
                    format!(
                        "promised for {}: with {} of acceptance in service on {in_service} at the earliest, \
                         but the tranche is promised for {}",
                        milestone.promised, tranche.acceptance, tranche.promised
                    ),
                    format!("move it earlier, or the tranche's `promised` to {in_service} or later"),
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn accelerators_that_come_on_the_day_of_service_are_too_late() {
        let mut book = test_book();
        tranche(&mut book).accelerators.promised = date(2026, 3, 31);
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.acme.first.accelerators.promised: promised for 2026-03-31: with 10 d of acceptance in service on 2026-04-10 at the earliest, but the tranche is promised for 2026-03-31
  fix: move it earlier, or the tranche's `promised` to 2026-04-10 or later");
    }

    #[test]
    fn what_was_reached_or_delivered_is_not_asked() {
        let mut book = test_book();
        tranche(&mut book).accelerators.promised = date(2026, 3, 31);
        tranche(&mut book).accelerators.reached = Some(date(2025, 11, 1));
        assert_eq!(found(&CHECK, &book), "");
    }
}
