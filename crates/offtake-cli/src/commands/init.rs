//! `offtake init`: a book to begin with.

use crate::failure::{End, Failure};
use crate::screen;
use offtake_book::init_book;
use std::path::PathBuf;

/// Write a small book to begin with, a comment on every line
///
/// Writes `book.toml` into a folder, or a file when the path ends in `.toml`. What is there already is
/// never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake init my-book && offtake assess my-book")]
pub(crate) struct Arguments {
    /// Folder, or file ending in `.toml`
    #[arg(default_value = ".")]
    path: PathBuf,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let path = arguments.path;
    let file = init_book(&path).map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::AlreadyExists {
            Failure::input(format!("there is a book at `{}` already; it was not touched", path.display()))
                .hint("give another folder: `offtake init other-folder`")
        } else {
            Failure::input(format!("cannot write a book to `{}`: {cause}", path.display()))
        }
    })?;
    let file = file.display();
    screen::print(&format!("wrote {file}\nnext:  offtake assess {file}\n"))?;
    Ok(End::Good)
}
