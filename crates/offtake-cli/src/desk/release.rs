//! `offtake release`: gives back.

use super::Act;
use crate::failure::{End, Failure};

/// Give a hold back, or what is left of a commitment
///
/// What was used already stays as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake release ID --why 'the tenant needs no more'\n\n\
                        Exit codes: 0 released, 3 the desk refuses, 2 the input is wrong, 4 the desk does not answer: the same command\n\
                        again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    act: Act,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.act.run("release")
}
