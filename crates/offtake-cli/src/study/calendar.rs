//! Every dated right and payment from the day of the book on.

use super::{Base, Context};
use crate::failure::Failure;
use offtake_calendar::{SAMPLES, Whose, calendar};
use offtake_report::{Agenda, Section, calendar_json};

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    let book = &context.opened.book;
    let calendar = calendar(book, Whose::Owner);
    let agenda =
        Agenda { book, calendar: &calendar, from: book.as_of, until: None, kinds: Vec::new() };
    let section = Section::new("calendar", calendar_json(&agenda));
    Ok(section.with_samples("days in service", SAMPLES))
}
