//! What is paid ahead is a part of what must be paid.

use super::paths::of_contract;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "prepaid-more-than-take-or-pay",
    severity: Severity::Warning,
    about: "a prepayment of a larger share than must be paid for at all",
    why: "the rest could never be credited if as little is taken as may be",
    mend: "correct `prepayment.share` or `take_or_pay.share`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let contracts = book.contracts.values().filter_map(|contract| {
        let paid = contract.prepayment?.share;
        Some((of_contract(contract, "prepayment.share"), paid, contract.take_or_pay.share))
    });
    let offers = book.offers.iter().map(|(id, offer)| {
        (format!("offer.{id}.prepayment.share"), offer.prepayment, offer.take_or_pay)
    });
    let more = contracts.chain(offers).filter(|(_, paid, owed)| paid > owed);
    let problem = |(path, paid, owed)| {
        Problem::new(
            path,
            format!("{paid} are paid ahead, and only {owed} must be paid for"),
            format!("set it to {owed} or less, or correct `take_or_pay.share`"),
        )
    };
    more.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_contract_and_an_offer_paid_ahead_beyond_what_is_owed_are_found() {
        let mut book = test_book();
        contract(&mut book).take_or_pay.share = of("10 %");
        offer(&mut book).prepayment = of("90 %");
        assert_eq!(found(&CHECK, &book), "\
warning: contract.acme.prepayment.share: 20 % are paid ahead, and only 10 % must be paid for
  fix: set it to 10 % or less, or correct `take_or_pay.share`
warning: offer.neocloud-a.prepayment.share: 90 % are paid ahead, and only 80 % must be paid for
  fix: set it to 80 % or less, or correct `take_or_pay.share`");
    }

    #[test]
    fn all_of_what_is_owed_may_be_paid_ahead() {
        let mut book = test_book();
        contract(&mut book).take_or_pay.share = of("20 %");
        assert_eq!(found(&CHECK, &book), "");
    }
}
