//! What "holds" means, and the named futures.

use crate::ZoneId;
use offtake_units::{Growth, Share};

/// What reliability work of one priority must have; such work is called firm.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// The priority that it is for (1 is served first).
    pub priority: u32,
    /// Zones that it is for; empty for all.
    pub zones: Vec<ZoneId>,
    /// Greatest share of the work's demand that may go unserved over the headline horizon.
    pub unserved: Option<Share>,
    /// Greatest probability of any shortfall in a month of the headline horizon.
    pub month_risk: Option<Share>,
    /// Kinds of party (`supplier`, `site`, `grid`, `maker`, …) of which any one may be gone.
    pub n_minus_1: Vec<String>,
}

/// A named future of demand with its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name: `low`, `base`, `high`.
    pub name: String,
    /// Its probability.
    pub probability: Share,
    /// Yearly growth of gross work: tokens, images.
    pub tokens: Growth,
    /// Yearly growth of GPUs needed, net of efficiency already.
    pub accelerators: Growth,
}
