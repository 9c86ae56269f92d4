//! Clauses of one contract that cannot both mean something.

use super::paths::of_contract;
use super::{Book, Check, Problem, Severity};
use crate::{Contract, Exercise, Ownership};

pub(super) const CHECK: Check = Check {
    name: "clauses-contradict",
    severity: Severity::Warning,
    about: "clauses of a contract of which one makes another mean nothing: a prepayment credited after the term, credits under a cap of nothing, a right that is used and not there",
    why: "`offtake value` settles them as they stand, which is hardly what was meant",
    mend: "correct one of the two",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let contracts = book.contracts.values().filter(|c| c.ownership == Ownership::Contracted);
    contracts
        .flat_map(|contract| {
            let parts = [prepayment, late, exercise, given_up, sla, renewal];
            let found = parts.iter().filter_map(|part| part(contract)).collect::<Vec<_>>();
            let of_book = [market(book, contract), power(book, contract)];
            found.into_iter().chain(of_book.into_iter().flatten())
        })
        .collect()
}

fn problem(contract: &Contract, key: &str, told: String, fix: &str) -> Option<Problem> {
    Some(Problem::new(of_contract(contract, key), told, fix))
}

fn prepayment(contract: &Contract) -> Option<Problem> {
    let after = contract.prepayment?.credited_after;
    let short = contract.tranches.iter().find(|t| t.term.hours() <= after.hours())?;
    let (term, name) = (short.term, &short.id.name);
    problem(
        contract,
        "prepayment.credited_after",
        format!("the prepayment is credited after {after}, and the term of `{name}` is {term}: all of it is credited in the last month"),
        "set `prepayment.credited_after` below the term",
    )
}

fn late(contract: &Contract) -> Option<Problem> {
    let late = &contract.late;
    if late.credit.value() <= 0.0 || late.cap.0 > 0.0 {
        return None;
    }
    let told = format!("lateness is credited at {}, up to no fee at all", late.credit);
    problem(contract, "late.cap", told, "set `late.cap`, as in `\"3 monthly fees\"`, or `late.credit` to 0 %/month")
}

fn exercise(contract: &Contract) -> Option<Problem> {
    if contract.late.exercise == Exercise::Never || contract.late.terminate_after.is_some() {
        return None;
    }
    let told = "a right to terminate is used that the contract does not give".to_owned();
    problem(contract, "late.exercise", told, "set `late.terminate_after`, or `late.exercise` to `never`")
}

fn given_up(contract: &Contract) -> Option<Problem> {
    let (after, given_up) = (contract.late.terminate_after?, contract.late.given_up_after);
    if given_up.hours() >= after.hours() {
        return None;
    }
    let told = format!("a tranche is given up after {given_up}, before the buyer may terminate at {after}");
    problem(contract, "late.given_up_after", told, "set `late.given_up_after` to `late.terminate_after` or more")
}

fn sla(contract: &Contract) -> Option<Problem> {
    contract.sla.filter(|sla| sla.claim_within.hours() <= 0.0)?;
    let told = "a service level is promised, and no time is left to claim what it pays".to_owned();
    problem(contract, "sla.claim_within", told, "set `sla.claim_within`, as in `\"30 d\"`")
}

fn renewal(contract: &Contract) -> Option<Problem> {
    let notice = contract.renewal?.notice;
    let short = contract.tranches.iter().find(|t| t.term.hours() < notice.hours())?;
    let told = format!("notice of renewal is due {notice} before the end, and the term is {}", short.term);
    problem(contract, "renewal.notice", told, "set `renewal.notice` below the term")
}

fn market(book: &Book, contract: &Contract) -> Option<Problem> {
    if contract.late.exercise != Exercise::IfCheaper {
        return None;
    }
    let tranche = contract.tranches.iter().find(|t| !book.markets.contains_key(&t.accelerator))?;
    let told = format!("the right to terminate is used if the market is cheaper, and no price of {} is known", tranche.accelerator);
    let fix = format!("write `[market.{}]` with a `price`", tranche.accelerator);
    problem(contract, "late.exercise", told, &fix)
}

fn power(book: &Book, contract: &Contract) -> Option<Problem> {
    if !contract.power_passed_through {
        return None;
    }
    let has_price = |site: &crate::SiteId| book.sites.get(site).is_some_and(|s| s.power_price.is_some());
    let tranche = contract.tranches.iter().find(|tranche| !has_price(&tranche.site))?;
    let told = format!("power is charged on top, and the site `{}` has no price of it", tranche.site);
    problem(contract, "power_passed_through", told, "write the site's `power_price`")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::{Fee, Renewal};

    #[test]
    fn a_prepayment_that_is_credited_after_the_term_is_found() {
        let mut book = test_book();
        if let Some(prepayment) = &mut contract(&mut book).prepayment {
            prepayment.credited_after = of("60 months");
        }
        let found = found(&CHECK, &book);
        assert!(found.contains("all of it is credited in the last month"), "{found}");
    }

    #[test]
    fn credits_under_a_cap_of_nothing_and_rights_that_are_not_there_are_found() {
        let mut book = test_book();
        contract(&mut book).late.cap = Fee(0.0);
        contract(&mut book).late.terminate_after = None;
        contract(&mut book).late.exercise = Exercise::Always;
        let found = found(&CHECK, &book);
        assert!(found.contains("up to no fee at all") && found.contains("does not give"), "{found}");
    }

    #[test]
    fn a_market_or_a_price_of_power_that_is_missing_is_found() {
        let mut book = test_book();
        contract(&mut book).late.exercise = Exercise::IfCheaper;
        contract(&mut book).power_passed_through = true;
        for site in book.sites.values_mut() {
            site.power_price = None;
        }
        let found = found(&CHECK, &book);
        assert!(found.contains("no price of"), "{found}");
        assert!(found.contains("power is charged on top"), "{found}");
    }

    #[test]
    fn times_in_the_wrong_order_are_found() {
        let mut book = test_book();
        contract(&mut book).late.given_up_after = of("10 d");
        contract(&mut book).renewal =
            Some(Renewal { term: of("12 months"), notice: of("10 years"), times: 1 });
        let found = found(&CHECK, &book);
        assert!(found.contains("is given up after 10 d") && found.contains("notice of renewal"), "{found}");
    }

    #[test]
    fn a_contract_whose_clauses_agree_is_good() {
        assert_eq!(found(&CHECK, &test_book()), "");
    }
}
