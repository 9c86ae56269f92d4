//! What a contract costs and earns, month by month, on both sides of it.

pub mod finance;
