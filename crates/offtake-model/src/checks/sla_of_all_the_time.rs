//! Nothing is up all the time.

use super::paths::of_contract;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "sla-of-all-the-time",
    severity: Severity::Warning,
    about: "a service level of 100 %, or of 0 %",
    why: "every failed tray would be a miss and pay credits in every month, or none ever would",
    mend: "write what the contract says; for one region the market sells 99 %",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for contract in book.contracts.values() {
        let Some(sla) = contract.sla else { continue };
        let part = sla.availability.part();
        if part <= 0.0 || part >= 1.0 {
            let told = if part <= 0.0 { "no month could miss it" } else { "every month would miss it" };
            problems.push(Problem::new(
                of_contract(contract, "sla.availability"),
                format!("{} of the time: {told}", sla.availability),
                "write a share below 100 %, as in `\"99 %\"`, or take the `sla` keys out",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn set(book: &mut Book, availability: &str) {
        contract(book).sla.as_mut().unwrap().availability = of(availability);
    }

    #[test]
    fn all_of_the_time_is_found() {
        let mut book = test_book();
        set(&mut book, "100 %");
        assert_eq!(found(&CHECK, &book), "\
warning: contract.acme.sla.availability: 100 % of the time: every month would miss it
  fix: write a share below 100 %, as in `\"99 %\"`, or take the `sla` keys out");
    }

    #[test]
    fn five_nines_are_much_and_good() {
        let mut book = test_book();
        set(&mut book, "99.999 %");
        assert_eq!(found(&CHECK, &book), "");
    }
}
