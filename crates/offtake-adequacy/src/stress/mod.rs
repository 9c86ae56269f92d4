//! What fails with whom: counterfactuals on the same futures, and what each changes.
//!
//! A [`Counterfactual`] is a few [`Effect`]s on a future that was drawn already, so that it and the
//! base see the same luck (common random numbers) and the error of the difference is small. What an
//! effect leaves as it was in a month is not served again and changes nothing, to the last bit.
//! Figures are over the headline horizon: further out nothing is signed yet, and losing it changes nothing.

mod concentration;
mod cure;
mod effect;
mod list;
mod offer;
mod prices;
mod results;
mod row;
mod runner;
mod variant;

pub use concentration::{Concentration, PartyShare, parties_behind};
pub use cure::Cure;
pub use effect::{Effect, Milestone};
pub use list::{Counterfactual, Kind, counterfactuals, pair};
pub use offer::{
    Alternative, Choice, OfferResult, Standing, alternatives, offer_result, prepayment_loss,
};
pub use results::{Delta, Diversification, Secure, StressBase, StressResult, Stresses, stresses};
pub use row::{StressLayout, StressRow};
pub use runner::{Prices, StressRunner};
