//! `offtake plan`: what to sign next?

use crate::failure::{End, Failure};
use crate::horizon::{self, Period};
use crate::kept::Then;
use crate::library::{self, Opened};
use offtake_units::{Money, Quantity, Span};
use std::path::{Path, PathBuf};

/// What to sign next, of which offer how much and from when?
///
/// Decides over all offers and options of the book at once, in many futures: what is signed must serve the work where
/// it may run, or it goes to spot or unserved at its value. Minimises expected cost, or a blend with the cost of the
/// worst futures, keeps the standards and limits that are asked for, and says how far from the best plan of all
/// the one found can be at most.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  offtake plan my-book\n  offtake plan my-book --standards-from 2027\n  \
                  offtake plan my-book --concentration supplier=40% --budget 2027=9GUSD\n  \
                  offtake plan my-book --risk-weight 0.3 --json | jq '.sign'\n\n\
                  Exit codes: 0 a plan within the gap, 1 stopped or no plan keeps the limits, 2 the input is wrong, \
                  130 stopped by Ctrl-C before there was a plan."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) then: Option<Then>,
    /// The book: a `.toml` file, or a folder of them
    #[arg(required = true)]
    pub(crate) book: Option<PathBuf>,
    /// How many futures to plan for
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) scenarios: u64,
    /// Seed of the futures; the same seed gives the same plan
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// End once the plan costs at most this much more than the best there can be
    #[arg(long, value_name = "SHARE", default_value = "0.1 %", value_parser = share)]
    pub(crate) gap: f64,
    /// Weight of the cost of the worst futures against the expected one, 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0 %", value_parser = share)]
    pub(crate) risk_weight: f64,
    /// How many of the futures are the worst
    #[arg(long, value_name = "SHARE", default_value = "20 %", value_parser = share)]
    pub(crate) tail: f64,
    /// Keep the book's standards in each year from this one on; what is missing before cannot be signed any more
    #[arg(long, value_name = "YEAR")]
    pub(crate) standards_from: Option<i32>,
    /// Keep them with any one party gone, of the kinds that the standards name
    #[arg(long, requires = "standards_from")]
    pub(crate) n_minus_1: bool,
    /// Tighten them until `assess` finds this in futures that the plan was not made on: `unserved` for the book's own
    /// shares, `months-at-risk=2`, `lolh=10` (hours a year with a shortfall of firm work)
    #[arg(long, value_name = "KIND[=MOST]", requires = "standards_from", conflicts_with_all = ["export_mps", "export_pypsa"])]
    pub(crate) assessed: Vec<Goal>,
    /// In how many of those futures
    #[arg(long, value_name = "N", default_value_t = 200, requires = "assessed", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(2..=100_000))]
    pub(crate) assess_samples: u64,
    /// What the book's standards were tightened to, as a share of themselves.
    #[arg(skip = 1.0)]
    #[cfg_attr(not(feature = "plan"), allow(dead_code, reason = "only plans read it"))]
    pub(crate) tightened: f64,
    /// The most that any one party of a kind may stand behind, as `supplier=40%`
    #[arg(long, value_name = "KIND=SHARE", value_parser = concentration)]
    pub(crate) concentration: Vec<(String, f64)>,
    /// The most that a year may cost for certain, as `2027=9GUSD`
    #[arg(long, value_name = "YEAR=MONEY", value_parser = budget)]
    pub(crate) budget: Vec<(i32, Money)>,
    /// The most that may be paid ahead in any month
    #[arg(long, value_name = "MONEY", value_parser = money)]
    pub(crate) prepayment: Option<Money>,
    /// The most that may be at stake with any one supplier
    #[arg(long, value_name = "MONEY", value_parser = money)]
    pub(crate) exposure: Option<Money>,
    /// On how many days an offer may be signed, today the first of them
    #[arg(long, value_name = "N", default_value_t = 2, allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(1..=12))]
    pub(crate) starts: u8,
    /// How long after one another those are
    #[arg(long, value_name = "SPAN", default_value = "6 months", value_parser = span)]
    pub(crate) every: Span,
    /// First day, month or year to plan for [default: the book's]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Period>,
    /// Last day, month or year to plan for [default: three years from the first, or the book's end]
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<Period>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Write the plan into a file that is not changed any more; `offtake assess --with` evaluates it
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: Option<PathBuf>,
    /// Write the prices that prove the bound beside it; `verify` and `what-if` begin from them
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) certificate: Option<PathBuf>,
    /// Do not plan, but write the whole programme as one matrix in an MPS file, for other solvers; of small books
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "insurance", "quick"])]
    pub(crate) export_mps: Option<PathBuf>,
    /// Do not plan, but write the whole programme into a new folder that PyPSA reads, with a script that solves it
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["out", "insurance", "quick", "export_mps"])]
    pub(crate) export_pypsa: Option<PathBuf>,
    /// Say what of the plan is insurance: plan once more as if all came as promised
    #[arg(long)]
    pub(crate) insurance: bool,
    /// Say what it costs to look ahead for so many months only, and to plan anew every year, as `12,24,36`
    #[arg(long, value_name = "MONTHS", value_delimiter = ',', conflicts_with_all = ["export_mps", "export_pypsa"], value_parser = clap::value_parser!(u16).range(1..=600))]
    pub(crate) look_ahead: Vec<u16>,
    /// Only the plan and its cost: no walk-away prices, other plans, frontier or worth of information
    #[arg(long)]
    pub(crate) quick: bool,
    /// As a study asks: walk-away prices of what is not signed are only bounded from above; no other plans, nothing on the
    /// worth of information
    #[arg(long, conflicts_with = "quick")]
    pub(crate) brief: bool,
    /// Print JSON; docs/reference/plan-json.md says what each field is
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    /// Returns where the book is.
    pub(crate) fn book(&self) -> &Path {
        self.book.as_deref().unwrap_or(Path::new("."))
    }

    /// Finds what is in the way before the work, and not after it.
    fn check(&self) -> Result<(), Failure> {
        self.out.as_deref().map_or(Ok(()), crate::plan_file::check_new)?;
        self.certificate.as_deref().map_or(Ok(()), crate::plan_file::check_new)
    }
}

/// Months that are planned for unless somebody says otherwise.
const MONTHS: i64 = 36;

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    if let Some(then) = arguments.then {
        return then.run();
    }
    arguments.check()?;
    let mut opened = library::open(arguments.book())?;
    horizon::restrict(&mut opened.book, arguments.from, arguments.to)?;
    if arguments.to.is_none() {
        let book = &mut opened.book;
        // Later years hang on growth that nobody knows, and on offers that nobody has made yet.
        let end = book.from.checked_add(Span::from_months(MONTHS).calendar()).unwrap_or(book.until);
        book.until = book.until.min(end);
    }
    opened.tell_warnings(arguments.book());
    plan(&opened, arguments)
}

/// What `assess` shall find of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// Of each standard's work at most the share that the book names goes unserved.
    Unserved,
    /// At most so many months whose chance of a shortfall is above the standard's.
    MonthsAtRisk(u32),
    /// At most so many hours a year with a shortfall of firm work.
    Lolh(f64),
}

impl std::str::FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Goal, String> {
        let bad = || format!("`{text}` is none of `unserved`, `months-at-risk=2` and `lolh=10`");
        let (kind, most) = text.split_once('=').map_or((text, ""), |(kind, most)| (kind, most.trim()));
        match kind.trim() {
            "unserved" if most.is_empty() => Ok(Goal::Unserved),
            "months-at-risk" => most.parse().map(Goal::MonthsAtRisk).map_err(|_| bad()),
            "lolh" => {
                let most: f64 = most.trim_end_matches('h').trim().parse().map_err(|_| bad())?;
                if (0.0..=8_784.0).contains(&most) { Ok(Goal::Lolh(most)) } else { Err(bad()) }
            }
            _ => Err(bad()),
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Goal::Unserved => f.write_str("unserved"),
            Goal::MonthsAtRisk(most) => write!(f, "months-at-risk={most}"),
            Goal::Lolh(most) => write!(f, "lolh={most}"),
        }
    }
}

#[cfg(not(feature = "plan"))]
fn plan(_opened: &Opened, _arguments: Arguments) -> Result<End, Failure> {
    Err(without_solver())
}

/// Says that there is no solver.
#[cfg(not(feature = "plan"))]
pub(crate) fn without_solver() -> Failure {
    Failure::input("this `offtake` was built without the solver of plans")
        .hint("build it with `cargo build --release`, without `--no-default-features`")
}

#[cfg(feature = "plan")]
fn plan(opened: &Opened, arguments: Arguments) -> Result<End, Failure> {
    crate::plan::run(opened, arguments)
}

fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number, 0.01),
        None => (text, 1.0),
    };
    let value: f64 = number.trim().parse().map_err(|_| format!("`{text}` is no share, as `10 %`"))?;
    let value = value * scale;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("it lies between 0 % and 100 %".to_owned()) }
}

fn span(text: &str) -> Result<Span, String> {
    let span = Span::parse(text).map_err(|error| error.to_string())?;
    if span.days() >= 1.0 { Ok(span) } else { Err("it is at least a day".to_owned()) }
}

fn money(text: &str) -> Result<Money, String> {
    Money::parse(text).map_err(|error| error.to_string())
}

fn concentration(text: &str) -> Result<(String, f64), String> {
    let (kind, most) = text.split_once('=').ok_or("write a kind and a share, as `supplier=40%`")?;
    Ok((kind.trim().to_owned(), share(most)?))
}

fn budget(text: &str) -> Result<(i32, Money), String> {
    let (year, most) = text.split_once('=').ok_or("write a year and money, as `2027=9GUSD`")?;
    let year = year.trim().parse().map_err(|_| format!("`{year}` is no year"))?;
    Ok((year, money(most)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_read_as_it_is_written_and_nothing_else_is_one() {
        for goal in [Goal::Unserved, Goal::MonthsAtRisk(2), Goal::Lolh(0.5)] {
            assert_eq!(goal.to_string().parse(), Ok(goal));
        }
        assert_eq!("lolh = 10 h".parse(), Ok(Goal::Lolh(10.0)));
        for bad in ["", "unserved=1", "months-at-risk", "months-at-risk=-1", "lolh=-1", "lole=3"] {
            assert!(bad.parse::<Goal>().is_err(), "{bad}");
        }
    }
}
