//! An option must be exercised before what it calls for starts.

use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "exercise-after-start",
    severity: Severity::Error,
    about: "an option that may be exercised after the start of what it calls for",
    why: "the capacity would be there before anybody asked for it, and the option would be worth too much",
    mend: "correct `exercise_by` or `start`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let late = |option: &crate::OptionRight| option.exercise_by.filter(|by| *by > option.start);
    let all = book.options.iter().filter_map(|(id, option)| Some((id, option, late(option)?)));
    let problem = |(id, option, by): (&String, &crate::OptionRight, jiff::civil::Date)| {
        Problem::new(
            format!("option.{id}.exercise_by"),
            format!("may be exercised until {by}, but starts {}", option.start),
            format!("set `exercise_by` to {} or earlier, or move `start`", option.start),
        )
    };
    all.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_option_that_starts_before_it_is_called_is_found() {
        let mut book = test_book();
        option(&mut book).exercise_by = Some(date(2027, 11, 2));
        assert_eq!(found(&CHECK, &book), "\
error: option.acme-2.exercise_by: may be exercised until 2027-11-02, but starts 2027-11-01
  fix: set `exercise_by` to 2027-11-01 or earlier, or move `start`");
    }

    #[test]
    fn the_day_of_the_start_is_the_last() {
        let mut book = test_book();
        option(&mut book).exercise_by = Some(date(2027, 11, 1));
        assert_eq!(found(&CHECK, &book), "");
    }
}
