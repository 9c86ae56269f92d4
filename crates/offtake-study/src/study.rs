//! The results of a study, made from its part alone.

use crate::part::Part;
use crate::run::StudyError;
use offtake_adequacy::{
    Assessment, BreakEven, CauseResult, Causes, CreditResult, DecideBy, DeliveryResult, Layout,
    Runner, System, assess, break_even, causes, credits, decide_by, deliveries,
};
use offtake_model::Book;

/// Everything that `assess` reports; equal parts give equal studies.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Hash of the book.
    pub book_hash: String,
    /// What one pass over the samples gives.
    pub assessment: Assessment,
    /// What the risk part comes from; empty when it was not asked for.
    pub causes: Vec<CauseResult>,
    /// What each contract is worth in firm GPUs; empty when it was not asked for.
    pub credits: Vec<CreditResult>,
    /// The growth that the standards survive; `None` when none is set, or it was not asked for.
    pub break_even: Option<BreakEven>,
    /// By when to sign to close each gap of the headline horizon.
    pub decide_by: Vec<DecideBy>,
    /// When each delivery comes.
    pub deliveries: Vec<DeliveryResult>,
}

/// Makes the results of `part`, which was run on `book`.
///
/// # Errors
///
/// When the book cannot be dispatched, or the part has records of another shape.
pub fn results(book: &Book, part: &Part) -> Result<Study, StudyError> {
    results_on(book, &System::new(book, part.header.seed)?, part)
}

/// Makes the results of `part`, which was run on the system that was made of `book`.
///
/// # Errors
///
/// When the part has records of another shape.
pub fn results_on(book: &Book, system: &System, part: &Part) -> Result<Study, StudyError> {
    let (expected, found) = (Layout::of(system).len(), part.header.lengths[0]);
    if found != expected {
        return Err(StudyError::OtherBook { found, expected });
    }
    let promised = Runner::new(system).record(0, Causes::NONE);
    let assessment = assess(system, part.header.seed, &part.records, &promised);
    let has_extras = part.header.has_extras && !part.extras.is_empty();
    Ok(Study {
        book_hash: part.header.book_hash.clone(),
        causes: if has_extras { causes(system, part.parts(), &promised) } else { Vec::new() },
        credits: if has_extras { credits(system, part.parts(), &promised) } else { Vec::new() },
        break_even: if has_extras { break_even(system, part.parts()) } else { None },
        decide_by: decide_by(book, system, &part.records),
        deliveries: deliveries(system, &part.records),
        assessment,
    })
}

impl Part {
    fn parts(&self) -> (&[offtake_adequacy::Record], &[offtake_adequacy::Extras]) {
        (&self.records, &self.extras)
    }
}
