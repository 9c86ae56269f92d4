//! `offtake completions`: for the shell.

use crate::failure::{End, Failure};
use crate::screen;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  offtake completions bash > ~/.local/share/bash-completion/completions/offtake")]
pub(crate) struct Arguments {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::command_line(), "offtake", &mut text);
    screen::print(&String::from_utf8_lossy(&text))?;
    Ok(End::Good)
}
