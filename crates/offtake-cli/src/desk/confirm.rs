//! `offtake confirm`: makes a hold a commitment.

use super::Act;
use crate::failure::{End, Failure};

/// Make a hold a commitment
///
/// A commitment ends by time, by release or by cancellation, and never by silence. It is refused when the hold has lapsed, when it would be kept too seldom or would harm what is promised already, and above the
/// desk's limit until a second person has approved it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake confirm ID\n  \
                        offtake confirm ID --override 'the board agreed'\n\n\
                        Exit codes: 0 confirmed, 3 the desk refuses, 2 the input is wrong, 4 the desk does not answer: the same command\n\
                        again is then safe.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    act: Act,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    arguments.act.run("confirm")
}
