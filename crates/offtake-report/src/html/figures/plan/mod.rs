//! The figures of what to sign next.

mod bounds;
mod cost;
mod frontier;
mod sign;
mod walk_away;
mod worth;

pub(super) use bounds::figure as bounds;
pub(super) use cost::figure as cost;
pub(super) use frontier::figure as frontier;
pub(super) use sign::figure as sign;
pub(super) use walk_away::figure as walk_away;
pub(super) use worth::figure as worth;
