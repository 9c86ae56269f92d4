//! The parts of `offtake study`: each is run on one book with one seed and becomes a section of the report.
//!
//! To add a part, write a function of [`Context`] that returns a section, and give it a line in [`ALL`].

mod assess;
mod calendar;
mod check;
mod offers;
#[cfg(feature = "plan")]
mod plan;
mod stress;
mod value;

use crate::commands::Source;
use crate::failure::Failure;
use crate::library::Opened;
use crate::progress::{self, Bar, is_stopped, now};
use offtake_adequacy::Record;
use offtake_report::{Head, Section, StudyReport, digest};
use offtake_study::{StressRequest, Study};

/// What a part is run on.
pub(crate) struct Context<'a> {
    /// The book, its horizon as asked for.
    pub(crate) opened: &'a Opened,
    /// Where it was read, and the horizon as asked for.
    pub(crate) source: Source<'a>,
    /// What reports say of it.
    pub(crate) head: Head,
    /// How many futures, of which seed, on how many threads.
    pub(crate) ask: Ask,
    /// Tells how far a part is, and whether to stop.
    pub(crate) bar: Bar,
}

/// What other parts are held against: the futures as they are, dispatched once.
pub(crate) struct Base {
    study: Study,
    records: Vec<Record>,
}

/// How large a study is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// Seed of all futures.
    pub(crate) seed: u64,
    /// Futures of `assess`, and of every part that says nothing else.
    pub(crate) samples: u64,
    /// Futures of what takes further passes: causes, capacity credits, break-even growth; 0 for none.
    pub(crate) further: u64,
    /// Futures of every counterfactual.
    pub(crate) stress: u64,
    /// Futures on which judgements are moved; 0 for none.
    pub(crate) judgement: u64,
    /// Futures of every offer.
    pub(crate) offer: u64,
    /// Futures of the plan; 0 for none.
    pub(crate) plan: u64,
    /// Threads; 0 for as many as the machine has.
    pub(crate) threads: usize,
}

impl Ask {
    /// Says whether a part was asked for at all.
    fn has(self, part: &str) -> bool {
        part != "plan" || self.plan > 0
    }
}

impl Context<'_> {
    /// Asks for the first `samples` futures of the study.
    fn request(&self, samples: u64) -> StressRequest {
        StressRequest { seed: self.ask.seed, samples: 0..samples, threads: self.ask.threads }
    }
}

/// A part: its name, and what makes its section.
type Part = (&'static str, fn(&Context<'_>, &Base) -> Result<Section, Failure>);

/// The parts in the order in which they are run and told.
const ALL: &[Part] = &[
    ("check", check::section),
    ("assess", assess::section),
    ("stress", stress::section),
    ("value", value::section),
    ("calendar", calendar::section),
    ("offers", offers::section),
    #[cfg(feature = "plan")]
    ("plan", plan::section),
];

/// What was run, and the seconds that each part took.
pub(crate) struct Made {
    pub(crate) report: StudyReport,
    pub(crate) took: Vec<(String, f64)>,
    /// Whether the standards hold; `None` when none is set.
    pub(crate) holds: Option<bool>,
    /// The answer in a sentence.
    pub(crate) answer: String,
}

/// Runs every part.
pub(crate) fn run(context: &Context<'_>) -> Result<Made, Failure> {
    let started = now();
    let parts: Vec<&Part> = ALL.iter().filter(|(name, _)| context.ask.has(name)).collect();
    // What all parts are held against comes first, and the report last.
    progress::part(0, parts.len() + 1, "futures");
    let base = assess::base(context)?;
    let mut took = vec![("futures".to_owned(), started.elapsed().as_secs_f64())];
    let mut sections = Vec::new();
    for (at, (name, section)) in parts.iter().enumerate() {
        let started = now();
        progress::part(at + 1, parts.len() + 1, name);
        sections.push(section(context, &base)?);
        if is_stopped() {
            return Err(Failure::stopped());
        }
        took.push(((*name).to_owned(), started.elapsed().as_secs_f64()));
    }
    let answer = |section: &Section| section.value["answer"].as_str().map(str::to_owned);
    Ok(Made {
        answer: sections.iter().find_map(answer).unwrap_or_default(),
        holds: base.study.assessment.holds,
        report: StudyReport {
            head: context.head.clone(),
            seed: context.ask.seed,
            book: digest(&context.opened.book, &base.study.assessment),
            sections,
        },
        took,
    })
}
