//! `offtake cancel`: ends a promise.

use super::Act;
use crate::failure::{End, Failure};

/// End a promise for good, by the desk
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake cancel ID --why 'two payments missed'\n\n\
                        Exit codes: 0 cancelled, 3 the desk refuses, 2 the input is wrong, 4 the desk does not answer: the same command\n\
                        again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    act: Act,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.act.run("cancel")
}
