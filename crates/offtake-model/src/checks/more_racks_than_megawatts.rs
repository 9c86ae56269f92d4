//! More racks than megawatts: what GPUs draw at work, held against their hall. What a contract bills
//! for a GPU is another number, and is not asked here.

use super::paths::of_hall;
use super::supply::{days_of_use, draw, kinds_of_work, list, megawatts, peak, tranches, verb, watts};
use super::{Book, Check, Problem, Severity};
use crate::{Hall, HallId, Tranche, WorkKind};
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "more-racks-than-megawatts",
    severity: Severity::Warning,
    about: "a hall whose GPUs draw more at work, on the day when most are promised, than it has for IT",
    why: "the rest stand idle however much there is to do, and the results count them so",
    mend: "correct the counts, `critical_it` or the site's `draw`, or spread the tranches over more halls",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut by_hall: BTreeMap<&HallId, Vec<&Tranche>> = BTreeMap::new();
    for (_, tranche) in tranches(book) {
        by_hall.entry(&tranche.hall).or_default().push(tranche);
    }
    let halls = by_hall.iter().filter_map(|(id, there)| Some((*id, book.halls.get(*id)?, there)));
    halls.filter_map(|(id, hall, there)| overfull(book, id, hall, there)).collect()
}

/// Says so when the hall is too small even for the kind of work that draws least.
fn overfull(book: &Book, id: &HallId, hall: &Hall, there: &[&Tranche]) -> Option<Problem> {
    let most = hall.critical_it?.watts();
    let kinds = kinds_of_work(book).into_iter();
    let drawn = kinds.filter_map(|kind| Some((peak(&amounts(book, there, kind))?, kind)));
    let ((needed, day), kind) = drawn.min_by_key(|((watts, _), _)| *watts)?;
    if needed <= most {
        return None;
    }
    let on_the_day = there.iter().filter(|tranche| {
        let (start, end) = days_of_use(tranche);
        start <= day && day < end
    });
    let gpus = on_the_day.clone().fold(0_i64, |sum, t| sum.saturating_add(t.gpus.count()));
    let served = (gpus as f64 * most as f64 / needed as f64).floor();
    Some(Problem::new(
        of_hall(id, hall, "critical_it"),
        format!(
            "{gpus} GPUs are promised by {day} and draw {} when they {}, but the hall has {} for IT: enough for {served} of them ({})",
            megawatts(needed as f64),
            verb(kind),
            megawatts(most as f64),
            list(on_the_day.map(|tranche| &tranche.id)),
        ),
        format!("give the hall {} or more, or move tranches elsewhere", megawatts(needed as f64)),
    ))
}

fn amounts(book: &Book, there: &[&Tranche], kind: WorkKind) -> Vec<(Date, Date, i64)> {
    let one = |tranche: &&Tranche| {
        let (start, end) = days_of_use(tranche);
        let draw = draw(book, &tranche.site, &tranche.accelerator)?;
        Some((start, end, watts(draw, kind, tranche.gpus.count())))
    };
    there.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn two_tranches_that_are_too_many_together_are_found() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("10 MW"));
        second_tranche(&mut book).promised = date(2026, 9, 30);
        assert_eq!(found(&CHECK, &book), "\
warning: hall.horizon.critical_it: 9216 GPUs are promised by 2026-09-30 and draw 16.589 MW when they serve, but the hall has 10 MW for IT: enough for 5555 of them (acme.first, acme.second)
  fix: give the hall 16.589 MW or more, or move tranches elsewhere");
    }

    #[test]
    fn one_after_the_other_has_room() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("10 MW"));
        tranche(&mut book).term = of("3 months");
        second_tranche(&mut book).promised = date(2026, 6, 30);
        assert_eq!(found(&CHECK, &book), "");
    }

    #[test]
    fn what_is_billed_is_not_what_is_drawn() {
        let mut book = test_book();
        contract(&mut book).billed_power = Some(of("5 kW"));
        site(&mut book).billed_power.insert(id("gb300-nvl72"), of("5 kW"));
        assert_eq!(found(&CHECK, &book), "");
    }

    #[test]
    fn a_book_that_only_trains_needs_the_power_of_training() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("8.5 MW"));
        assert_eq!(found(&CHECK, &book), "");
        book.workloads.clear();
        assert_eq!(found(&CHECK, &book), "\
warning: hall.horizon.critical_it: 4608 GPUs are promised by 2026-03-31 and draw 8.986 MW when they train, but the hall has 8.5 MW for IT: enough for 4358 of them (acme.first)
  fix: give the hall 8.986 MW or more, or move tranches elsewhere");
    }
}
