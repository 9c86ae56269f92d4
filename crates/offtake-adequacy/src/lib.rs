//! Will the contracted capacity hold? Dispatch over samples, and every result of `assess`.
//!
//! A [`System`] is a book made ready once; a [`Runner`] turns sample numbers into [`Record`]s, one
//! at a time and each on its own; results are made from records alone. Pure: no file, clock or thread.

mod decide;
mod delivery;
mod difference;
pub mod dispatch;
mod exact;
mod further;
mod headline;
mod hours;
mod kernel;
mod ladder;
mod load;
mod month;
mod quarter;
mod record;
mod results;
mod run;
mod spot;
mod stress;
mod supply;
mod system;

// Statistics live with what knows no field; here they go by their old name.
use offtake_stdx::estimate;

pub use decide::{DecideBy, decide_by};
pub use delivery::{DeliveryResult, deliveries};
pub use difference::{Comparison, Difference, Run, Unit, block_name, by_sample, compare};
pub use dispatch::Note;
pub use estimate::{Distribution, Estimate, Quantiles, Weights};
pub use exact::{Exact, ExactBlock, ExactMonth, NotExact, exact};
pub use further::{
    BreakEven, CREDIT_EVERY, CauseResult, CreditResult, Extras, ExtrasRunner, Turning, YearCredit,
    break_even, causes, credits,
};
pub use headline::{DEFAULT_MONTH_RISK, Headline};
pub use hours::MonthHours;
pub use load::Load;
pub use offtake_futures::{Cause, Causes};
pub use quarter::{QuarterResult, QuarterSupply};
pub use record::{Family, Layout, Record};
pub use results::{
    Assessment, BlockMonth, BlockResult, ContractResult, HeadroomResult, MonthResult,
    StandardResult, SupplyResult, assess, relative_error,
};
pub use run::Runner;
pub use stress::{
    Alternative, Choice, Concentration, Counterfactual, Cure, Delta, Diversification, Effect, Kind,
    Milestone, OfferResult, PartyShare, Prices, Secure, Standing, StressBase, StressLayout,
    StressResult, StressRow, StressRunner, Stresses, alternatives, counterfactuals, offer_result,
    pair, parties_behind, prepayment_loss, stresses,
};
pub use supply::{Supplied, SupplyRunner};
pub use system::{
    Block, BuildError, Class, ClassKind, GangSpec, Group, PowerLimit, SpotSpec, StandardSpec,
    System, Work,
};
