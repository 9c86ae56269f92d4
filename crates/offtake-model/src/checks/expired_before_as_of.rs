//! What could be signed or called for only before the day of the book is gone.

use super::{Book, Check, Problem, Severity};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check {
    name: "expired-before-as-of",
    severity: Severity::Warning,
    about: "an offer, option or right whose last day lies before the book's `as_of`",
    why: "it can no longer be used, but a plan may count on it",
    mend: "take it out, or ask whether it was extended and correct the date",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ask = |path: String, last: Option<Date>| {
        if let Some(last) = last.filter(|last| *last < book.as_of) {
            problems.push(Problem::new(
                path,
                format!("ended {last}, before the day of the book ({})", book.as_of),
                "take it out, or ask whether it was extended and correct the date",
            ));
        }
    };
    for (id, offer) in &book.offers {
        ask(format!("offer.{id}.open_until"), offer.open_until);
        ask(format!("offer.{id}.start.until"), Some(offer.start_until));
    }
    for (id, option) in &book.options {
        ask(format!("option.{id}.exercise_by"), option.exercise_by);
    }
    for (id, right) in &book.rights {
        ask(format!("right.{id}.exercise_by"), right.exercise_by);
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_offer_that_is_closed_is_found() {
        let mut book = test_book();
        offer(&mut book).open_until = Some(date(2025, 11, 29));
        assert_eq!(found(&CHECK, &book), "\
warning: offer.neocloud-a.open_until: ended 2025-11-29, before the day of the book (2025-11-30)
  fix: take it out, or ask whether it was extended and correct the date");
    }

    #[test]
    fn an_offer_open_to_this_day_is_open() {
        let mut book = test_book();
        offer(&mut book).open_until = Some(date(2025, 11, 30));
        assert_eq!(found(&CHECK, &book), "");
    }
}
