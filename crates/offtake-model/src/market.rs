//! What a GPU-hour costs on the market over time.

use offtake_units::{Gpus, Growth, Price, Share, Span};

/// The law of one accelerator's market price: the logarithm reverts to a trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    /// Money for a GPU-hour under a contract for years, on the book's `as_of`.
    pub price: Price,
    /// Yearly factor of the price that it reverts to.
    pub trend: Growth,
    /// Time in which half of a deviation from the trend is gone.
    pub half_life: Span,
    /// Standard deviation of a year's change of the logarithm, before it reverts.
    pub volatility: Share,
    /// Correlation of the deviation with the growth of the scenario: from 0 to 1.
    pub correlation: Share,
    /// GPUs of the owner's that could be let at that price without a contract that was asked for; `None` where nobody says,
    /// and then a seller's plan builds nothing for the market.
    pub depth: Option<Gpus>,
}
