//! The figures: each is words and a table made here, and data from which the script draws a picture.
//!
//! A figure whose part was not run is not there. To add one, copy a file and give it a line in the list.

mod cash;
mod claims;
mod concentration;
mod cost;
mod dscr;
mod flow;
mod headroom;
mod irr;
mod offers;
mod plan;
mod shortfall;
mod supply;
mod timeline;
mod tornado;
mod uses;
mod worth;

pub(super) use offers::says_yes;
pub(super) use timeline::source;
pub(super) use tornado::label;

use super::text::Tips;
use crate::study::StudyReport;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One figure of the page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldFigure)]
pub(super) struct Figure {
    /// Its heading: what is seen.
    pub(super) title: String,
    /// What to see in it, in HTML.
    pub(super) words: String,
    /// What a picture would show, for who does not see it.
    pub(super) alt: String,
    /// The definition that its numbers have.
    pub(super) why: &'static str,
    /// The same numbers as tables.
    pub(super) table: String,
    /// What the script draws from; `null` for a figure that is a table alone.
    #[schema(value_type = Object)]
    pub(super) data: Value,
}

pub(super) type Make = fn(&StudyReport, &mut Tips) -> Option<Figure>;

/// Every figure: its id (which the script knows it by) and how it is made.
pub(super) const ALL: &[(&str, Make)] = &[
    ("supply", supply::figure),
    ("shortfall", shortfall::figure),
    ("timeline", timeline::figure),
    ("flow", flow::figure),
    ("tornado", tornado::figure),
    ("concentration", concentration::figure),
    ("diversification", worth::figure),
    ("plan-sign", plan::sign),
    ("plan-walk-away", plan::walk_away),
    ("plan-worth", plan::worth),
    ("plan-insurance", plan::insurance),
    ("plan-cost", plan::cost),
    ("plan-frontier", plan::frontier),
    ("plan-bounds", plan::bounds),
    ("offers", offers::figure),
    ("cash", cash::figure),
    ("cost", cost::figure),
    ("dscr", dscr::figure),
    ("irr", irr::figure),
    ("claims", claims::figure),
    ("uses", uses::figure),
    ("headroom", headroom::figure),
];
