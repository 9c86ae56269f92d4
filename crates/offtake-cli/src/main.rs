//! The command `offtake`: arguments in, text and files out.
//!
//! Each command is a file in `commands/`: its arguments, whose doc comments are the help, and `run`.
//! A command returns how it ended; only this file ends the process.

mod commands;
mod desk;
mod exact;
mod failure;
mod horizon;
mod kept;
mod library;
mod output;
#[cfg(feature = "plan")]
mod plan;
mod plan_file;
mod progress;
mod screen;
mod sheets;
mod study;

use clap::{CommandFactory, Parser};
use commands::Command;
use failure::{End, Failure};
use std::process::ExitCode;

/// Will the GPU capacity that you have under contract hold?
#[derive(Debug, Parser)]
#[command(
    name = "offtake",
    version,
    about = "Will the GPU capacity under contract hold, and what must be signed by when?",
    long_about = "Offtake reads a book (what you bought, what you need, what is left open between the two) and \
                  says, month by month, whether the capacity will hold, how sure that is, where and why it \
                  does not, and by when to sign what mends it.",
    after_help = "Begin with:\n  offtake init my-book          write a small book, with a comment on every line\n  \
                  offtake assess my-book        will it hold?\n  offtake show my-book          what holds, defaults included, and from where\n  \
                  offtake serve my-book         open a desk; `offtake login` and what stands below it speak to one\n\n\
                  Exit codes: 0 good (the standard holds, or none is set), 1 it does not hold or --strict found \
                  warnings, 2 the input is wrong, 3 the desk refuses, 4 the desk does not answer, 130 stopped by Ctrl-C.",
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => error.exit(),
        // Help and version are what was asked for, and count as written only when they are.
        Err(help) => return ended(screen::printed(help.print()).map(|()| End::Good)),
    };
    ended(commands::run(cli.command))
}

fn ended(how: Result<End, Failure>) -> ExitCode {
    match how {
        Ok(end) => end.code(),
        Err(failure) => {
            failure.print();
            failure.code()
        }
    }
}

/// Returns the whole command line, for completions and manual pages.
fn command_line() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

    /// Returns what is typed for each command, and for the commands of commands.
    fn typed(command: &clap::Command, before: &str, found: &mut Vec<String>) {
        for one in command.get_subcommands() {
            let words = format!("{before} {}", one.get_name());
            found.push(words.clone());
            typed(one, &words, found);
        }
    }

    #[test]
    fn the_page_of_the_command_line_has_the_help_of_every_command() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");
        let page = std::fs::read_to_string(page).unwrap();
        let mut all = Vec::new();
        typed(&super::command_line(), "offtake", &mut all);
        assert!(all.contains(&"offtake plan what-if".to_owned()));
        all.retain(|words| !page.contains(&format!("\n$ {words} --help\n")));
        assert!(all.is_empty(), "without a place on the page: {all:?}");
    }
}
