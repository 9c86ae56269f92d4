//! Everything that a report is made from.

use offtake_adequacy::{
    Assessment, BreakEven, CauseResult, CreditResult, DecideBy, DeliveryResult, QuarterResult,
};
use std::collections::BTreeMap;

/// The answer to "will it hold?", with what reports say of the book.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// What one pass over the samples gives.
    pub assessment: &'a Assessment,
    /// What needs further passes; `None` when it was not asked for.
    pub further: Option<Further<'a>>,
    /// By when to sign to close each gap.
    pub decide_by: &'a [DecideBy],
    /// When each delivery comes.
    pub deliveries: &'a [DeliveryResult],
}

/// What needs further passes over the samples.
#[derive(Clone, Copy, Debug)]
pub struct Further<'a> {
    /// What the risk part comes from.
    pub causes: &'a [CauseResult],
    /// What each contract is worth in firm GPUs.
    pub credits: &'a [CreditResult],
    /// The growth that the standards survive; `None` when none is set.
    pub break_even: Option<&'a BreakEven>,
}

/// What the reports say of the book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Version of the program.
    pub version: String,
    /// What the book is about.
    pub title: String,
    /// Hash of the book.
    pub book_hash: String,
    /// The day whose knowledge the book holds, as `2025-11-30`.
    pub as_of: String,
    /// First day of the horizon.
    pub from: String,
    /// Day after its last.
    pub until: String,
    /// The accelerator in whose GPU-hours work is counted.
    pub reference: String,
    /// Names of suppliers by id.
    pub suppliers: BTreeMap<String, String>,
    /// Whether all supply is of the reference accelerator.
    pub is_one_type: bool,
}

impl Head {
    /// Makes the head of a book's reports.
    #[must_use]
    pub fn new(book: &offtake_model::Book, book_hash: &str, version: &str) -> Head {
        let name = |(id, party): (&offtake_model::PartyId, &offtake_model::Party)| {
            (id.to_string(), party.name.clone())
        };
        let mut types = book.contracts.values().flat_map(|contract| &contract.tranches);
        Head {
            version: version.to_owned(),
            title: book.title.clone(),
            book_hash: book_hash.to_owned(),
            as_of: book.as_of.to_string(),
            from: book.from.to_string(),
            until: book.until.to_string(),
            reference: book.reference_accelerator.to_string(),
            suppliers: book.parties.iter().map(name).collect(),
            is_one_type: types.all(|tranche| tranche.accelerator == book.reference_accelerator),
        }
    }

    /// Returns the name of a supplier.
    #[must_use]
    pub fn supplier<'a>(&'a self, id: &'a str) -> &'a str {
        self.suppliers.get(id).map_or(id, String::as_str)
    }
}

/// Returns the suppliers in the order in which pictures stack them: the one that promises most at the
/// bottom; those that never supply anything are left out.
#[must_use]
pub fn stacked(quarters: &[QuarterResult]) -> Vec<usize> {
    let count = quarters.first().map_or(0, |quarter| quarter.supply.len());
    let most = |supplier: usize| -> f64 {
        let of = |quarter: &QuarterResult| {
            let supply = &quarter.supply[supplier];
            supply.promised.max(supply.mean)
        };
        quarters.iter().map(of).sum()
    };
    let mut order: Vec<(f64, usize)> =
        (0..count).map(|supplier| (most(supplier), supplier)).collect();
    order.retain(|(most, _)| *most > 0.0);
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, supplier)| supplier).collect()
}
