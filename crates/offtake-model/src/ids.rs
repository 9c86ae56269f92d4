//! Typed identifiers: a site's id is not a contract's id.

use std::fmt;

/// Why a piece of text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    text: String,
    kind: &'static str,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParseIdError { text, kind } = self;
        write!(
            f,
            "`{text}` is not a {kind} id; use lower-case letters, digits, `-` and, in model names, `.`"
        )
    }
}

impl std::error::Error for ParseIdError {}

/// What every identifier can do.
pub trait Id: Sized + Ord + Clone + fmt::Display {
    /// What it names, in a word.
    const KIND: &'static str;
    /// Makes the id from text.
    ///
    /// # Errors
    ///
    /// When the text has other characters than lower-case letters, digits, `-` and `.`.
    fn new(text: &str) -> Result<Self, ParseIdError>;
    /// Returns the text.
    fn as_str(&self) -> &str;
}

fn is_slug(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.len() <= 80 && text.chars().all(good)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl Id for $name {
            const KIND: &'static str = $kind;
            fn new(text: &str) -> Result<$name, ParseIdError> {
                if is_slug(text) {
                    Ok($name(text.to_owned()))
                } else {
                    Err(ParseIdError { text: text.to_owned(), kind: $kind })
                }
            }
            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

// Alphabetical.
ids! {
    /// Names an accelerator of the catalog.
    AcceleratorId = "accelerator";
    /// Names a contract, or a fleet that the owner holds.
    ContractId = "contract";
    /// Names a grid.
    GridId = "grid";
    /// Names a hall of a site.
    HallId = "hall";
    /// Names a party: supplier, tenant, maker, landlord, lender.
    PartyId = "party";
    /// Names a site.
    SiteId = "site";
    /// Names a workload or a gang.
    WorkloadId = "workload";
    /// Names a zone of the catalog's tree; capital letters are folded when a book is read.
    ZoneId = "zone";
}

/// Names a tranche: its contract and its own name, written `contract.tranche`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrancheId {
    /// The contract.
    pub contract: ContractId,
    /// The tranche's own name; a contract of one tranche has one named `all`.
    pub name: String,
}

impl fmt::Display for TrancheId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.contract, self.name)
    }
}

/// Names a value block: its workload and its own name, written `workload.block`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId {
    /// The workload, gang, or sold contract that the block belongs to.
    pub workload: String,
    /// The block's own name; a workload without blocks has one named `all`.
    pub name: String,
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.workload, self.name)
    }
}
