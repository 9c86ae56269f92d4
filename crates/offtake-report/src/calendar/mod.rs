//! The calendar as people and programs read it: a strip of a year, tables, JSON, CSV and iCalendar.
//!
//! All of it is made from one [`Agenda`]: a calendar of a book, the days that are looked at, and the kinds
//! of rows that are wanted.

mod data;
mod ics;
mod strip;
mod text;

pub use data::{calendar_csv, calendar_json};
pub use ics::calendar_ics;
pub use text::calendar_text;

use jiff::civil::Date;
use offtake_calendar::{Calendar, Row, RowKind, Undated};
use offtake_model::Book;

/// A calendar with what of it is wanted.
#[derive(Clone, Debug)]
pub struct Agenda<'a> {
    /// The book that it is of.
    pub book: &'a Book,
    /// All of it.
    pub calendar: &'a Calendar,
    /// First day that is looked at.
    pub from: Date,
    /// Day after the last; `None` to the end of the last contract.
    pub until: Option<Date>,
    /// Kinds of rows; empty for all.
    pub kinds: Vec<RowKind>,
}

impl Agenda<'_> {
    /// Returns the rows that are wanted, by date.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.calendar.rows.iter().filter(|row| self.wants(row))
    }

    /// Returns what has no day in the book, of the kinds that are wanted.
    pub fn undated(&self) -> impl Iterator<Item = &Undated> {
        let is_wanted = |one: &&Undated| self.kinds.is_empty() || self.kinds.contains(&one.kind);
        self.calendar.undated.iter().filter(is_wanted)
    }

    fn wants(&self, row: &Row) -> bool {
        row.date >= self.from
            && self.until.is_none_or(|until| row.date < until)
            && (self.kinds.is_empty() || self.kinds.contains(&row.kind))
    }

    /// Returns the day after the last that a screen shows in full: `until`, or a year after `from`.
    fn screen_until(&self) -> Date {
        self.until.unwrap_or_else(|| {
            self.from.checked_add(jiff::Span::new().years(1)).unwrap_or(Date::MAX)
        })
    }
}
