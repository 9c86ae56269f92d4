//! What ends before it begins holds nothing: a horizon, a workload, a gang, a stress, an offer.

use super::{Book, Check, Problem, Severity};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check {
    name: "until-before-from",
    severity: Severity::Error,
    about: "a horizon, workload, gang, stress or offer that ends before it begins",
    why: "it would cover no hour, and silently count for nothing",
    mend: "exchange the dates or correct one; `until` is the day after the last",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ask = |path: String, [from_key, until_key]: [&str; 2], from: Date, until: Date| {
        if until <= from {
            let days = from.since(until).map_or(0, |span| span.get_days());
            let early = match days {
                0 => format!("the same day as `{from_key}`"),
                1 => format!("the day before `{from_key}` ({from})"),
                _ => format!("{days} days before `{from_key}` ({from})"),
            };
            problems.push(Problem::new(
                path,
                format!("`{until_key}` is {until}, {early}"),
                format!("set `{until_key}` later than {from}; it is the day after the last"),
            ));
        }
    };
    let plain = ["from", "until"];
    ask("until".to_owned(), plain, book.from, book.until);
    for (id, workload) in &book.workloads {
        if let Some(until) = workload.until {
            ask(format!("workload.{id}.until"), plain, workload.from, until);
        }
    }
    for (id, gang) in &book.gangs {
        ask(format!("gang.{id}.until"), plain, gang.from, gang.until);
    }
    for (id, stress) in &book.stresses {
        if let Some(until) = stress.until {
            ask(format!("stress.{id}.until"), plain, stress.from, until);
        }
    }
    for (id, offer) in &book.offers {
        // The last day on which service may start is inclusive: one day is a window.
        let after_last = offer.start_until.tomorrow().unwrap_or(Date::MAX);
        if after_last <= offer.start_from {
            let keys = ["start.from", "start.until"];
            ask(format!("offer.{id}.start.until"), keys, offer.start_from, offer.start_until);
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
    fn a_gang_and_an_offer_that_end_before_they_begin_are_found() {
        let mut book = test_book();
        gang(&mut book).until = date(2026, 6, 1);
        offer(&mut book).start_until = date(2026, 8, 31);
        assert_eq!(found(&CHECK, &book), "\
error: gang.pretrain.until: `until` is 2026-06-01, 30 days before `from` (2026-07-01)
  fix: set `until` later than 2026-07-01; it is the day after the last
error: offer.neocloud-a.start.until: `start.until` is 2026-08-31, the day before `start.from` (2026-09-01)
  fix: set `start.until` later than 2026-09-01; it is the day after the last");
    }

    #[test]
    fn an_offer_may_start_on_one_day_only() {
        let mut book = test_book();
        let offer = offer(&mut book);
        offer.start_until = offer.start_from;
        assert_eq!(found(&CHECK, &book), "");
    }
}
