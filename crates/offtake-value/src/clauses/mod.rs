//! The clauses of a contract, one file each: what a clause does to money, as a function with a worked
//! example.
//!
//! To add one: copy a file of this folder, add its name to `registry!` below, use it in
//! `settle.rs`, and write its page in `docs/formulation/clauses/` (a test waits for it). Functions here know
//! hours, GPU-hours, months and millionths of the currency, and neither contract nor sample.

/// A clause, as documents list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its name, and that of its page.
    pub name: &'static str,
    /// What it does to money, in a sentence.
    pub about: &'static str,
    /// The keys of a contract that it reads.
    pub keys: &'static [&'static str],
}

offtake_stdx::registry! {
    /// Every clause, in the order of the index.
    pub const CLAUSES: &[&Clause] = CLAUSE of [
        fee,
        take_or_pay,
        prepayment,
        delay_credit,
        termination,
        sla_credit,
        escalator,
        power,
        renewal,
        sublease,
        like_kind,
    ];
}

pub use delay_credit::Delay;
pub use escalator::escalated;
pub use fee::HourRate;
pub use power::PowerRate;
pub use prepayment::{Fate, Prepaid, PrepaidLeft};
pub use renewal::worth_of_renewal;
pub use sla_credit::missing_hours;
pub use sublease::most_from_subletting;
pub use take_or_pay::{Bank, Settled, settle};
pub use termination::{Extent, Lateness, terminated};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_clause_and_has_its_page() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/clauses");
        offtake_stdx::assert_folder_is_registered(here, FILES, &[]);
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formulation/clauses");
        for clause in CLAUSES {
            let page = format!("{pages}/{}.md", clause.name);
            assert!(std::path::Path::new(&page).is_file(), "{page} is not there");
        }
    }
}
