//! A tranche that must wait for another cannot be promised before it.

use super::paths::of_tranche;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "promised-before-predecessor",
    severity: Severity::Warning,
    about: "a tranche promised earlier than the tranche that it comes `after`",
    why: "it is late even if everything comes as promised",
    mend: "correct the order in `after`, or one of the two promised dates",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        let Some(before) = &tranche.after else { continue };
        let contract = book.contracts.get(&before.contract);
        let before = contract.and_then(|c| c.tranches.iter().find(|other| other.id == *before));
        let Some(before) = before.filter(|before| before.promised > tranche.promised) else { continue };
        problems.push(Problem::new(
            of_tranche(book, tranche, "promised"),
            format!(
                "promised for {}, but it comes after `{}`, which is promised for {}",
                tranche.promised, before.id.name, before.promised
            ),
            format!("promise it for {} or later, or take `after` out", before.promised),
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_tranche_promised_before_its_predecessor_is_found() {
        let mut book = test_book();
        let first = tranche(&mut book).id.clone();
        let second = second_tranche(&mut book);
        second.after = Some(first);
        second.promised = date(2026, 3, 1);
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.acme.second.promised: promised for 2026-03-01, but it comes after `first`, which is promised for 2026-03-31
  fix: promise it for 2026-03-31 or later, or take `after` out");
    }

    #[test]
    fn both_on_one_day_is_good() {
        let mut book = test_book();
        let first = tranche(&mut book).id.clone();
        second_tranche(&mut book).after = Some(first);
        assert_eq!(found(&CHECK, &book), "");
    }
}
