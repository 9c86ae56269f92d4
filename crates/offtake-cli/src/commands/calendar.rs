//! `offtake calendar`: every dated right and payment.

use crate::failure::{End, Failure};
use crate::horizon::Period;
use crate::library;
use crate::output::{check_place, write_whole};
use crate::screen;
use offtake_calendar::{RowKind, Whose, calendar};
use offtake_report::{Agenda, calendar_csv, calendar_ics, calendar_json, calendar_text};
use std::path::PathBuf;

/// When what is due: notices, options, payments, rights, and when deliveries are to be expected
///
/// Draws the year as a strip, then lists each tranche that is still to come (promised, what its milestones
/// say now, the days by which half and nine in ten of the futures have it, credits, the right to end it) and
/// every date with what it is worth: prepayments and purchases due, credits and terminations, claim
/// deadlines, notices of renewal, options, offers, drawing of debts, ends of terms. `+` is money that the
/// owner of the book gets, `-` what it pays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake calendar my-book\n  \
                  offtake calendar my-book --from 2026-07 --to 2027    these days, all of them\n  \
                  offtake calendar my-book --kind option-expiry,offer-expiry\n  \
                  offtake calendar my-book --ics rights.ics            for Outlook, Google and Apple calendars\n  \
                  offtake calendar my-book --json | jq '.rows[] | select(.flow == \"out\")'\n\n\
                  An event keeps its identity when its date moves: import the file of a later book again, and \
                  events move instead of doubling.")]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// First day, month or year to look at [default: the day that the book is as of]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last day, month or year to look at [default: the end of the last contract; a screen shows a year in
    /// full]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// These kinds alone, with commas between them
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    kind: Vec<RowKind>,
    /// Also what others pay each other behind the contracts: a supplier's purchases and debts
    #[arg(long)]
    all: bool,
    /// Print JSON; docs/reference/calendar.md says what each field is
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the dates as CSV
    #[arg(long)]
    csv: bool,
    /// Write the dates as an iCalendar file, an all-day event each
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.ics.as_deref().map_or(Ok(()), check_place)?;
    let opened = library::open(&arguments.book)?;
    let book = &opened.book;
    let from = arguments.from.map_or(book.as_of, Period::first);
    let until = arguments.to.map(Period::end);
    if let Some(until) = until.filter(|until| *until <= from) {
        let last = until.yesterday().unwrap_or(until);
        return Err(Failure::input(format!("--to {last} is before {from}, the first day looked at")));
    }
    opened.tell_warnings(&arguments.book);
    let whose = if arguments.all { Whose::Everybody } else { Whose::Owner };
    let calendar = calendar(book, whose);
    let agenda = Agenda { book, calendar: &calendar, from, until, kinds: arguments.kind };
    if let Some(file) = &arguments.ics {
        write_whole(file, &calendar_ics(&agenda))?;
        let count = library::count(agenda.rows().count(), "date");
        let told = format!("wrote {count} to {}\n", file.display());
        if arguments.json || arguments.csv { screen::warn(&told) } else { screen::print(&told)? }
    }
    if arguments.json {
        screen::print(&screen::json_text(&calendar_json(&agenda)))?;
    } else if arguments.csv {
        let text = calendar_csv(&agenda).map_err(|error| Failure::caused(&error))?;
        screen::print(&text)?;
    } else if arguments.ics.is_none() {
        screen::print(&calendar_text(&agenda, screen::style()))?;
    }
    Ok(End::Good)
}

/// Reads the name of a kind of row.
fn kind(text: &str) -> Result<RowKind, String> {
    if let Some(kind) = RowKind::all().find(|kind| kind.name() == text) {
        return Ok(kind);
    }
    let known: Vec<&str> = RowKind::all().map(RowKind::name).collect();
    Err(match library::nearest(text, known.iter().copied()) {
        Some(near) => format!("`{text}` is no kind of date; did you mean `{near}`?"),
        None => format!("`{text}` is no kind of date; they are {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_by_name_and_a_slip_is_told() {
        assert_eq!(kind("option-expiry"), Ok(RowKind::OptionExpiry));
        assert!(kind("option-expirey").unwrap_err().contains("did you mean `option-expiry`"));
        assert!(kind("lunch").unwrap_err().contains("they are promised, milestone"));
    }
}
