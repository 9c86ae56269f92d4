//! GPUs that no site can power: a hall that cannot feed one rack cannot feed many.

use super::paths::{of_hall, of_tranche};
use super::supply::{draw, kinds_of_work, tranches, verb, watts};
use super::{Book, Check, Problem, Severity};
use crate::{AcceleratorId, Hall, HallId, SiteId};
use offtake_units::Power;

pub(super) const CHECK: Check = Check {
    name: "rack-over-hall",
    severity: Severity::Error,
    about: "GPUs that no site can power: one rack of a tranche or an offer draws more than its hall has",
    why: "not a single rack of it could ever run, so that what is paid for serves nothing",
    mend: "correct `critical_it` (megawatts, not kilowatts?), the accelerator's `draw`, or the hall",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, tranche) in tranches(book) {
        let Some(hall) = book.halls.get(&tranche.hall) else { continue };
        let halls = [(&tranche.hall, hall)];
        let path = of_tranche(book, tranche, "hall");
        problems.extend(too_small(book, path, &tranche.site, &tranche.accelerator, &halls));
    }
    for (id, offer) in &book.offers {
        let there = book.halls.iter().filter(|(_, hall)| hall.site == offer.site);
        let halls: Vec<_> = there.collect();
        let path = format!("offer.{id}.site");
        problems.extend(too_small(book, path, &offer.site, &offer.accelerator, &halls));
    }
    problems
}

/// Says so when none of `halls` can feed one rack, whatever the kind of work.
fn too_small(
    book: &Book,
    path: String,
    site: &SiteId,
    accelerator: &AcceleratorId,
    halls: &[(&HallId, &Hall)],
) -> Option<Problem> {
    let rack = i64::from(book.catalog.accelerators.get(accelerator)?.rack_gpus);
    let draw = draw(book, site, accelerator)?;
    let drawn = kinds_of_work(book).into_iter().map(|kind| (watts(draw, kind, rack), kind));
    let (least, kind) = drawn.min_by_key(|(watts, _)| *watts)?;
    let limits: Option<Vec<_>> =
        halls.iter().map(|(id, hall)| Some((hall.critical_it?.watts(), *id, *hall))).collect();
    let (most, id, hall) = limits?.into_iter().max_by_key(|(watts, _, _)| *watts)?;
    (least > most).then(|| {
        let (needed, there) = (Power::from_watts(least), Power::from_watts(most));
        Problem::new(
            path,
            format!(
                "one rack of {accelerator} ({rack} GPUs) draws {needed} when they {}, and the hall `{id}` has {there} for IT",
                verb(kind)
            ),
            format!("correct `{}`, or name a hall with {needed} or more", of_hall(id, hall, "critical_it")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_hall_of_kilowatts_is_found_for_what_stands_in_it_and_for_what_may() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("20 kW"));
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.hall: one rack of gb300-nvl72 (72 GPUs) draws 129.6 kW when they serve, and the hall `horizon` has 20 kW for IT
  fix: correct `hall.horizon.critical_it`, or name a hall with 129.6 kW or more
error: offer.neocloud-a.site: one rack of gb300-nvl72 (72 GPUs) draws 129.6 kW when they serve, and the hall `horizon` has 20 kW for IT
  fix: correct `hall.horizon.critical_it`, or name a hall with 129.6 kW or more");
    }

    #[test]
    fn a_hall_that_feeds_a_rack_to_the_watt_is_large_enough() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("129.6 kW"));
        assert_eq!(found(&CHECK, &book), "");
    }
}
