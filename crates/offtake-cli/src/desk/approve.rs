//! `offtake approve`: the second person agrees.

use super::Act;
use crate::failure::{End, Failure};

/// Approve a hold, as the second person, that is worth more than one may confirm
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake approve ID --why 'credit is checked'\n\n\
                        Exit codes: 0 approved, 3 the desk refuses, 2 the input is wrong, 4 the desk does not answer: the same command\n\
                        again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    act: Act,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.act.run("approve")
}
