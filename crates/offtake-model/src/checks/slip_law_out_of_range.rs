//! A law of slip that something can be drawn from.

use super::paths::of_tranche;
use super::supply::number;
use super::{Book, Check, Problem, Severity};
use crate::{SlipLaw, Tranche};

pub(super) const CHECK: Check = Check {
    name: "slip-law-out-of-range",
    severity: Severity::Error,
    about: "a slip without a median, with a spread that is not above 0 and up to 4, or that is certain never to come",
    why: "the late part of the law has no shape then, and what is drawn from it is not what was meant",
    mend: "correct the law, or write `\"none\"` for a milestone that comes on time",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        let laws = [
            ("power.slip", tranche.power.slip),
            ("slip", tranche.hall_ready.slip),
            ("accelerators.slip", tranche.accelerators.slip),
        ];
        let written = laws.into_iter().filter_map(|(key, law)| Some((key, law?)));
        problems.extend(written.filter_map(|(key, law)| wrong(book, tranche, key, law)));
    }
    problems
}

fn wrong(book: &Book, tranche: &Tranche, prefix: &str, law: SlipLaw) -> Option<Problem> {
    // When all that ever comes is on time there is no late part.
    let has_late_part = law.on_time.part() < 1.0;
    let (key, told, fix) = if has_late_part && law.median.days() <= 0.0 {
        ("median", format!("a median slip of {}", law.median), "write how late, as in `\"4 months\"`, or say that it never is: `\"none\"`")
    } else if has_late_part && !(law.sigma > 0.0 && law.sigma <= 4.0) {
        ("sigma", format!("a spread of {} of the logarithm", number(law.sigma)), "write a number above 0 and up to 4, as in `0.9`")
    } else if law.never.part() >= 1.0 {
        ("never", format!("a chance of {} of never coming", law.never), "take the tranche out, or write less than 100 %")
    } else {
        return None;
    };
    let path = of_tranche(book, tranche, &format!("{prefix}.{key}"));
    Some(Problem::new(path, told, fix))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn set_law(book: &mut Book, change: impl Fn(&mut SlipLaw)) {
        let mut law = book.catalog.slip;
        change(&mut law);
        tranche(book).hall_ready.slip = Some(law);
    }

    #[test]
    fn laws_without_a_shape_are_found() {
        let mut told = Vec::new();
        for change in [
            |law: &mut SlipLaw| law.median = of("0 d"),
            |law: &mut SlipLaw| law.sigma = 0.0,
            |law: &mut SlipLaw| law.never = of("100 %"),
        ] {
            let mut book = test_book();
            set_law(&mut book, change);
            told.push(found(&CHECK, &book));
        }
        assert_eq!(told.join("\n"), "\
error: tranche.acme.first.slip.median: a median slip of 0 d
  fix: write how late, as in `\"4 months\"`, or say that it never is: `\"none\"`
error: tranche.acme.first.slip.sigma: a spread of 0 of the logarithm
  fix: write a number above 0 and up to 4, as in `0.9`
error: tranche.acme.first.slip.never: a chance of 100 % of never coming
  fix: take the tranche out, or write less than 100 %");
    }

    #[test]
    fn the_law_of_the_catalog_and_one_that_is_always_on_time_are_good() {
        let mut book = test_book();
        set_law(&mut book, |_| ());
        assert_eq!(found(&CHECK, &book), "");
        set_law(&mut book, |law| {
            law.on_time = of("100 %");
            law.sigma = 0.0;
        });
        assert_eq!(found(&CHECK, &book), "");
    }
}
