//! What is done with a plan that is kept: it is checked again, or asked what if something were otherwise.
//!
//! Arguments alone; the work is in `plan/`, which is there only with a solver.

use crate::failure::{End, Failure};
use std::path::PathBuf;

/// What is done with a kept plan.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Then {
    #[allow(missing_docs, reason = "the arguments' doc comment is the help")]
    Verify(Verify),
    #[allow(missing_docs, reason = "the arguments' doc comment is the help")]
    WhatIf(WhatIf),
}

/// Where a kept plan is, and how it is looked at.
#[derive(Debug, clap::Args)]
pub(crate) struct Kept {
    /// The plan that `offtake plan --out` wrote
    pub(crate) plan: PathBuf,
    /// The book that it is of
    #[arg(long, value_name = "BOOK")]
    pub(crate) book: PathBuf,
    /// What `offtake plan --certificate` wrote; without it the plan is searched for anew
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Print JSON; docs/reference/plan-json.md says what each field is
    #[arg(long)]
    pub(crate) json: bool,
}

/// Is a kept plan what it says, and what would it cost in other futures?
///
/// Writes the programme again from the book, proves the bound again (each cut by arithmetic from its prices, their
/// optimum by solving the small programme that they make), recounts what the plan costs hour by hour, holds it against
/// every limit, and evaluates it in futures that it was not made on: the difference is its optimism.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake plan verify spring.plan --book my-book\n  \
                  offtake plan verify spring.plan --book my-book --certificate spring.cuts --fresh 500\n\n\
                  Exit codes: 0 all of it holds, 1 something does not, 2 the input is wrong, 130 stopped by Ctrl-C.")]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) kept: Kept,
    /// Futures that it was not made on [default: as many as it was]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(2..=10_000))]
    pub(crate) fresh: Option<u64>,
    /// Write the small programme whose optimum is the bound to an MPS file, for any other solver to solve
    #[arg(long, value_name = "FILE")]
    pub(crate) export_master: Option<PathBuf>,
}

/// What if a price, a date, a party or an offer were otherwise?
///
/// Begins from what is known of the plan, so that what no plan can undercut after the change is said at once; then
/// searches for the best plan after it. An offer's id changes all its starts, a name as `narvik-2@2027-01` the one.
/// Changes are made together, in the order of the options below.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake plan what-if spring.plan --book my-book --price narvik-2=+20%\n  \
                  offtake plan what-if spring.plan --book my-book --slip narvik-2=9mo --lose nscale@2027-03\n  \
                  offtake plan what-if spring.plan --book my-book --offer new.toml --certificate spring.cuts\n  \
                  offtake plan what-if spring.plan --book my-book --sign narvik-2=4\n\n\
                  Exit codes: 0 a plan within the gap, 1 stopped, 2 the input is wrong or no plan keeps the limits, \
                  130 stopped by Ctrl-C before there was a plan."
)]
pub(crate) struct WhatIf {
    #[command(flatten)]
    pub(crate) kept: Kept,
    /// An offer that is not in the book: a `.toml` file with it
    #[arg(long, value_name = "FILE")]
    pub(crate) offer: Vec<PathBuf>,
    /// An offer's price is another by a share, as `narvik-2=+20%`
    #[arg(long, value_name = "OFFER=SHARE")]
    pub(crate) price: Vec<String>,
    /// An offer is in service later, in every future, as `narvik-2=9mo`
    #[arg(long, value_name = "OFFER=SPAN")]
    pub(crate) slip: Vec<String>,
    /// A party is gone with all that it stands behind, from a month on, as `nscale@2027-03`
    #[arg(long, value_name = "PARTY[@MONTH]")]
    pub(crate) lose: Vec<String>,
    /// Exactly so many blocks of an offer are signed, as `narvik-2=4`
    #[arg(long, value_name = "OFFER=N")]
    pub(crate) sign: Vec<String>,
}

impl Then {
    /// Does it.
    #[cfg(feature = "plan")]
    pub(crate) fn run(self) -> Result<End, Failure> {
        match self {
            Then::Verify(arguments) => crate::plan::verify(&arguments),
            Then::WhatIf(arguments) => crate::plan::what_if(&arguments),
        }
    }

    /// Says that it cannot be done.
    #[cfg(not(feature = "plan"))]
    pub(crate) fn run(self) -> Result<End, Failure> {
        Err(crate::commands::without_solver())
    }
}
