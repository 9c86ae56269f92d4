//! A debt is drawn before it is repaid.

use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "debt-drawn-after-maturity",
    severity: Severity::Error,
    about: "a debt that can be drawn on or after the day that it matures",
    why: "the months of drawing and of repayment would overlap",
    mend: "correct `draw_until` or `matures`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, debt) in &book.debts {
        if let Some(until) = debt.draw_until.filter(|until| *until >= debt.matures) {
            problems.push(Problem::new(
                format!("debt.{id}.draw_until"),
                format!("can be drawn until {until}, but matures {}", debt.matures),
                format!("set `draw_until` before {}, or correct `matures`", debt.matures),
            ));
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
    fn a_debt_drawn_when_it_is_due_is_found() {
        let mut book = test_book();
        debt(&mut book).draw_until = Some(date(2031, 12, 31));
        assert_eq!(found(&CHECK, &book), "\
error: debt.ddtl.draw_until: can be drawn until 2031-12-31, but matures 2031-12-31
  fix: set `draw_until` before 2031-12-31, or correct `matures`");
    }

    #[test]
    fn a_debt_drawn_the_day_before_is_good() {
        let mut book = test_book();
        debt(&mut book).draw_until = Some(date(2031, 12, 30));
        assert_eq!(found(&CHECK, &book), "");
    }
}
