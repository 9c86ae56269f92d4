//! `offtake man`: manual pages.

use crate::failure::{End, Failure};
use crate::screen;
use std::path::PathBuf;

/// Print the manual page, or write one for each command into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake man | man -l -\n  offtake man ~/.local/share/man/man1")]
pub(crate) struct Arguments {
    /// Folder; without it, the page of `offtake` itself is printed
    folder: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let command = crate::command_line();
    let Some(folder) = arguments.folder else {
        let mut page = Vec::new();
        let failed = |cause| Failure::input(format!("cannot make the page: {cause}"));
        clap_mangen::Man::new(command).render(&mut page).map_err(failed)?;
        screen::print(&String::from_utf8_lossy(&page))?;
        return Ok(End::Good);
    };
    let failed = |cause| Failure::input(format!("cannot write to `{}`: {cause}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    clap_mangen::generate_to(command, &folder).map_err(failed)?;
    screen::print(&format!("wrote the pages to {}\n", folder.display()))?;
    Ok(End::Good)
}
