//! No hindsight in events: nothing was signed, reached or delivered after the day of the book.

use super::paths::{of_contract, of_tranche};
use super::{Book, Check, Problem, Severity};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check {
    name: "known-after-as-of",
    severity: Severity::Error,
    about: "a signature, milestone or delivery dated after the book's `as_of`",
    why: "a book that knows its future cannot be held against what came: every back-test of it is worthless",
    mend: "take the date out (what is only expected is `promised`), or write a book with a later `as_of`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ask = |path: String, what: &str, date: Option<Date>| {
        if let Some(date) = date.filter(|date| *date > book.as_of) {
            problems.push(Problem::new(
                path,
                format!("{what} {date}, but the book knows only what was known on {}", book.as_of),
                "take the date out (what is expected is `promised`), or set `as_of` later",
            ));
        }
    };
    for contract in book.contracts.values() {
        ask(of_contract(contract, "signed"), "signed", contract.signed);
        for tranche in &contract.tranches {
            ask(of_tranche(book, tranche, "delivered"), "delivered", tranche.delivered);
            let milestones = [
                ("power", tranche.power),
                ("hall_ready", tranche.hall_ready),
                ("accelerators", tranche.accelerators),
            ];
            for (key, milestone) in milestones {
                ask(of_tranche(book, tranche, &format!("{key}.reached")), "reached", milestone.reached);
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
    fn a_delivery_that_nobody_could_know_of_is_found() {
        let mut book = test_book();
        tranche(&mut book).delivered = Some(date(2026, 4, 2));
        tranche(&mut book).power.reached = Some(date(2025, 12, 1));
        assert_eq!(found(&CHECK, &book), "\
error: tranche.acme.first.delivered: delivered 2026-04-02, but the book knows only what was known on 2025-11-30
  fix: take the date out (what is expected is `promised`), or set `as_of` later
error: tranche.acme.first.power.reached: reached 2025-12-01, but the book knows only what was known on 2025-11-30
  fix: take the date out (what is expected is `promised`), or set `as_of` later");
    }

    #[test]
    fn the_day_of_the_book_itself_is_known() {
        let mut book = test_book();
        contract(&mut book).signed = Some(date(2025, 11, 30));
        tranche(&mut book).delivered = Some(date(2025, 11, 30));
        assert_eq!(found(&CHECK, &book), "");
    }
}
