//! The terminal: how wide it is, whether it has colours, and writing to it.

use crate::failure::Failure;
use anstream::ColorChoice;
use offtake_report::{Glyphs, Style};
use std::io::{ErrorKind, IsTerminal, Write};

/// Columns where nobody says how many there are.
const WIDTH: usize = 100;
/// More columns than this make lines that eyes lose.
const WIDEST: usize = 120;

/// Returns how text for stdout is made: NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM and COLUMNS count.
pub(crate) fn style() -> Style {
    let choice = anstream::AutoStream::choice(&std::io::stdout());
    let is_dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let glyphs = if is_dumb { Glyphs::Ascii } else { Glyphs::Blocks };
    Style { width: width(), has_colour: choice != ColorChoice::Never && !is_dumb, glyphs }
}

fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let is_terminal = std::io::stdout().is_terminal();
    told.or_else(|| if is_terminal { seen() } else { None })
        .filter(|width| *width > 0)
        .unwrap_or(WIDTH)
        .clamp(60, WIDEST)
}

/// Writes text to stdout. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    printed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Returns how writing to stdout ended, as a command sees it.
pub(crate) fn printed(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("cannot write to stdout: {cause}")))
        }
        _ => Ok(()),
    }
}

/// Writes text with colours to stderr, which loses them where there are none.
pub(crate) fn warn(text: &str) {
    // Nothing can be done when stderr is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Writes JSON as text for people and programs.
pub(crate) fn json_text(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
