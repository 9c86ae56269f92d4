//! Failures, outages and curtailments that can go on for ever without being all there is.

use super::{Book, Check, Problem, Severity};
use crate::RepairShape;
use offtake_units::{Rate, RateBasis};

pub(super) const CHECK: Check = Check {
    name: "failure-out-of-range",
    severity: Severity::Error,
    about: "a supplier certain to fail within a year, a repair whose low is above its high, a site that is never up, or a grid that is always cut",
    why: "no process with such numbers has an up and a down, and nothing can be drawn from it",
    mend: "correct the numbers; a chance of a year is below 100 %, and what is already gone belongs out of the book",
    run,
};

const HOURS_PER_YEAR: f64 = 8_766.0;

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, party) in book.parties.iter().filter(|(_, party)| party.failure.value() >= 1.0) {
        problems.push(Problem::new(
            format!("party.{id}.failure"),
            format!("it fails by {}: for certain, within a year", party.failure),
            "write a chance below 100 %, as in `\"3 %/year\"`",
        ));
    }
    problems.extend(breakdowns(book));
    for (id, site) in &book.sites {
        let Some(outage) = site.outage.filter(|outage| outage.up.hours() <= 0.0) else { continue };
        problems.push(Problem::new(
            format!("site.{id}.outage.up"),
            format!("it is up for {} between outages", outage.up),
            "write the mean time between outages, as in `\"4 years\"`, or `outage = \"none\"`",
        ));
    }
    for (id, grid) in &book.grids {
        let Some(law) = grid.curtailment else { continue };
        let cut = events_a_year(law.events) * law.duration.hours();
        if cut >= HOURS_PER_YEAR {
            problems.push(Problem::new(
                format!("grid.{id}.curtailment.events"),
                format!("{} events of {} each are {cut:.0} hours a year", events_a_year(law.events), law.duration),
                "write fewer or shorter events; megawatts that are always cut are not there",
            ));
        }
    }
    problems
}

fn breakdowns(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for mode in book.catalog.accelerators.values().flat_map(|accelerator| &accelerator.failures) {
        let repair = mode.repair;
        let (low, high) = (repair.low.hours(), repair.high.hours());
        let path = format!("failure.{}.repair.low", mode.id);
        if low > high {
            problems.push(Problem::new(
                path,
                format!("a repair takes {} at least and {} at most", repair.low, repair.high),
                "exchange `repair.low` and `repair.high`",
            ));
        } else if repair.shape == RepairShape::LogNormal && low <= 0.0 {
            problems.push(Problem::new(
                path,
                format!("one repair in ten takes {} or less, on a log-normal", repair.low),
                "write a time above 0, or `repair.shape = \"uniform\"`",
            ));
        }
    }
    problems
}

fn events_a_year(rate: Rate) -> f64 {
    if rate.basis() == RateBasis::Month { rate.value() * 12.0 } else { rate.value() }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::{Curtailment, FailureMode, Outage, Radius, Repair};

    fn tray(shape: RepairShape, low: &str, high: &str) -> FailureMode {
        FailureMode {
            id: "tray".to_owned(),
            radius: Radius::Tray,
            rate: of("8.75e-5/GPU-day"),
            repair: Repair { low: of(low), high: of(high), shape },
            infant_factor: 1.0,
            infant_decay: of("30 d"),
        }
    }

    #[test]
    fn what_is_certain_for_ever_or_backwards_is_found() {
        let mut book = test_book();
        book.parties.get_mut("acme").unwrap().failure = of("100 %/year");
        site(&mut book).outage = Some(Outage { up: of("0 d"), down: of("1 h"), depth: of("100 %") });
        let always = Curtailment { events: of("400 /year"), duration: of("24 h"), depth: of("50 %") };
        book.grids.get_mut("ercot").unwrap().curtailment = Some(always);
        accelerator(&mut book).failures =
            vec![tray(RepairShape::Uniform, "24 h", "4 h"), tray(RepairShape::LogNormal, "0 h", "4 h")];
        assert_eq!(found(&CHECK, &book), "\
error: party.acme.failure: it fails by 100 %/year: for certain, within a year
  fix: write a chance below 100 %, as in `\"3 %/year\"`
error: failure.tray.repair.low: a repair takes 1 d at least and 4 h at most
  fix: exchange `repair.low` and `repair.high`
error: failure.tray.repair.low: one repair in ten takes 0 d or less, on a log-normal
  fix: write a time above 0, or `repair.shape = \"uniform\"`
error: site.childress.outage.up: it is up for 0 d between outages
  fix: write the mean time between outages, as in `\"4 years\"`, or `outage = \"none\"`
error: grid.ercot.curtailment.events: 400 events of 1 d each are 9600 hours a year
  fix: write fewer or shorter events; megawatts that are always cut are not there");
    }

    #[test]
    fn what_may_fail_or_not_is_good() {
        let mut book = test_book();
        accelerator(&mut book).failures = vec![tray(RepairShape::Uniform, "0 h", "0 h")];
        book.parties.get_mut("acme").unwrap().failure = of("99 %/year");
        assert_eq!(found(&CHECK, &book), "");
    }
}
