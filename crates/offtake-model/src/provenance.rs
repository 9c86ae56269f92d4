//! Where a value comes from and how far to trust it.

use jiff::civil::Date;

/// How far a value can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A filing, a regulator, a vendor's own page, a reviewed paper.
    Filing,
    /// A credible secondary source.
    Press,
    /// A single aggregator or an inference by the source.
    Weak,
    /// Derived by arithmetic from other values; the formula stands beside it.
    Derived,
    /// Recalled, not verified.
    Unverified,
    /// A judgement without any source.
    Judgement,
    /// Not written in the book: a default.
    Default,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the reader was given it.
    pub file: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: u32,
}

/// Source, mark and place of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The value as it is written, or as the default reads.
    pub text: String,
    /// Id of its source, if it names one.
    pub source: Option<String>,
    /// How far to trust it.
    pub mark: Mark,
    /// The formula of a derived value, or where a default comes from.
    pub note: Option<String>,
    /// The low end that `stress` moves a judgement to, as written.
    pub low: Option<String>,
    /// The high end.
    pub high: Option<String>,
    /// Where it is written; `None` for a default.
    pub place: Option<Place>,
}

/// What a table says of all its values (its source, mark or note), as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where they are written.
    pub place: Place,
}

/// Where facts come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Title of the document.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When.
    pub date: Option<Date>,
    /// Where to find it.
    pub address: Option<String>,
    /// Whether it is a measurement of the catalog, exempt from "no hindsight" and listed instead.
    pub is_measurement: bool,
}

impl Mark {
    /// Returns the mark as it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Mark::Filing => "filing",
            Mark::Press => "press",
            Mark::Weak => "weak",
            Mark::Derived => "derived",
            Mark::Unverified => "unverified",
            Mark::Judgement => "judgement",
            Mark::Default => "default",
        }
    }
}
