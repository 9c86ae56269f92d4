//! The commands, one file each: to add one, copy a file and give it a line in the list below.

use crate::failure::{End, Failure};

macro_rules! commands {
    ($($name:ident $module:ident),* $(,)?) => {
        $(mod $module;)*

        /// A command with its arguments.
        #[derive(Debug, clap::Subcommand)]
        #[allow(clippy::large_enum_variant, reason = "there is one command, once")]
        pub(crate) enum Command {
            $(#[allow(missing_docs, reason = "the arguments' doc comment is the help")] $name($module::Arguments),)*
            /// A command that speaks to a desk.
            #[command(flatten)]
            Desk(crate::desk::Command),
        }

        /// Runs a command.
        pub(crate) fn run(command: Command) -> Result<End, Failure> {
            match command {
                $(Command::$name(arguments) => $module::run(arguments),)*
                Command::Desk(command) => crate::desk::run(command),
            }
        }
    };
}

pub(crate) use check::json as check_json;
pub(crate) use offer::{Arguments as OfferArguments, json as offer_json};
#[cfg(not(feature = "plan"))]
pub(crate) use plan::without_solver;
#[cfg(feature = "plan")]
pub(crate) use plan::{Arguments as PlanArguments, Goal, WhichSide};
pub(crate) use stress::{Source, judge};

// In the order in which the help lists them.
commands! {
    Assess assess,
    Stress stress,
    Offer offer,
    Plan plan,
    Value value,
    Study study,
    Merge merge,
    Calendar calendar,
    Serve serve,
    Export export,
    Backup backup,
    Restore restore,
    Diff diff,
    Check check,
    Show show,
    Sheet sheet,
    Init init,
    Profile profile,
    Schema schema,
    Completions completions,
    Man man,
}
