//! `offtake schema`: the JSON Schema of a book.

use crate::failure::{End, Failure};
use crate::screen;

/// Print the JSON Schema of a book, with which editors complete and check
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake schema > book.schema.json\n\nThen name it at the top of a book:\n  #:schema ./book.schema.json")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: Arguments) -> Result<End, Failure> {
    screen::print(&screen::json_text(&offtake_book::format::schema()))?;
    Ok(End::Good)
}
