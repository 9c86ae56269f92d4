//! A part of a study on disk: what some of the samples came to.
//!
//! A line of text that says what it is, a line of JSON (the header), then all numbers of all samples
//! in little-endian double precision, compressed. Everything in it is checked when it is read: a
//! part of another book, seed or version does not merge.

use offtake_adequacy::{Extras, Record};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

const MAGIC: &str = "offtake part 1";
/// More numbers than any book gives; a header that asks for more is not ours.
const MOST_NUMBERS: usize = 1 << 30;

/// What a part says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program that wrote it.
    pub version: String,
    /// Path of the book when the part was made: where to look for it, no part of what it is.
    #[serde(default)]
    pub book: String,
    /// Hash of the book.
    pub book_hash: String,
    /// First day of the horizon, which a command may have moved.
    pub from: String,
    /// Day after its last.
    pub until: String,
    /// Seed of the futures.
    pub seed: u64,
    /// The samples.
    pub samples: Range<u64>,
    /// Whether what needs further passes (causes, credits, break-even growth) is in it.
    pub has_extras: bool,
    /// Numbers of a record, and of the extras of a sample.
    pub lengths: [usize; 2],
}

/// What a range of samples came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it says of itself.
    pub header: Header,
    /// One for each sample, in order.
    pub records: Vec<Record>,
    /// One for each sample, in order; empty without extras.
    pub extras: Vec<Extras>,
}

/// Why a part was not read, written or merged.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The file system said no.
    #[error("cannot {act} the part `{}`", path.display())]
    File {
        /// `read` or `write`.
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It is no part, or a broken one.
    #[error("`{}` is not a part of a study, or it is cut off: {what}", path.display())]
    NotAPart {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// There is nothing to merge.
    #[error("no part is given")]
    Nothing,
    /// Two parts do not belong together.
    #[error("the parts do not belong together: {0}")]
    Differs(String),
}

impl Part {
    /// Writes the part, whole or not at all.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), PartError> {
        let fail = |cause| PartError::File { act: "write", path: path.to_owned(), cause };
        crate::write_whole(path, |file| self.write_to(file)).map_err(fail)
    }

    fn write_to(&self, file: &mut dyn Write) -> std::io::Result<()> {
        writeln!(file, "{MAGIC}")?;
        writeln!(file, "{}", serde_json::to_string(&self.header)?)?;
        let mut packed = zstd::Encoder::new(file, 3)?;
        for (index, record) in self.records.iter().enumerate() {
            packed.write_all(&(record.scenario as u64).to_le_bytes())?;
            let extras = self.extras.get(index).map_or(&[][..], |e| &e.row);
            for number in record.row.iter().chain(extras) {
                packed.write_all(&number.to_le_bytes())?;
            }
        }
        packed.finish().map(|_| ())
    }

    /// Reads a part.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a whole part.
    pub fn read(path: &Path) -> Result<Part, PartError> {
        let fail = |cause| PartError::File { act: "read", path: path.to_owned(), cause };
        let bytes = std::fs::read(path).map_err(fail)?;
        parse(&bytes).map_err(|what| PartError::NotAPart { path: path.to_owned(), what })
    }

    /// Merges parts of one study, given in any order, into one.
    ///
    /// # Errors
    ///
    /// When there is none, when they are of different books, seeds, horizons or versions, or when
    /// their samples overlap or leave a gap.
    pub fn merge(mut parts: Vec<Part>) -> Result<Part, PartError> {
        parts.sort_by_key(|part| part.header.samples.start);
        let mut parts = parts.into_iter();
        let mut whole = parts.next().ok_or(PartError::Nothing)?;
        for part in parts {
            let end = whole.header.samples.end;
            same(&whole.header, &part.header).map_err(PartError::Differs)?;
            if part.header.samples.start != end {
                let word = if part.header.samples.start < end { "overlap" } else { "leave a gap" };
                let at = part.header.samples.start;
                return Err(PartError::Differs(format!(
                    "samples {word}: one part ends before {end}, the next begins at {at}"
                )));
            }
            whole.header.samples.end = part.header.samples.end;
            whole.records.extend(part.records);
            whole.extras.extend(part.extras);
        }
        Ok(whole)
    }
}

/// Says in what two headers differ that must not.
fn same(one: &Header, other: &Header) -> Result<(), String> {
    let differ = |what: &str, a: &dyn std::fmt::Display, b: &dyn std::fmt::Display| {
        Err(format!("{what} {a} and {b}"))
    };
    if one.book_hash != other.book_hash {
        return differ("books with the hashes", &one.book_hash, &other.book_hash);
    }
    if one.version != other.version {
        return differ("versions", &one.version, &other.version);
    }
    if one.seed != other.seed {
        return differ("seeds", &one.seed, &other.seed);
    }
    if (&one.from, &one.until) != (&other.from, &other.until) {
        let span = |h: &Header| format!("{} to {}", h.from, h.until);
        return differ("horizons", &span(one), &span(other));
    }
    if one.has_extras != other.has_extras || one.lengths != other.lengths {
        return Err("some have causes and credits, some do not".to_owned());
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<Part, String> {
    let mut lines = bytes.splitn(3, |b| *b == b'\n');
    if lines.next() != Some(MAGIC.as_bytes()) {
        return Err(format!("it does not begin with `{MAGIC}`"));
    }
    let header: Header = serde_json::from_slice(lines.next().unwrap_or(b""))
        .map_err(|e| format!("its header: {e}"))?;
    let packed = lines.next().ok_or("nothing follows its header")?;
    let count =
        header.samples.end.checked_sub(header.samples.start).ok_or("its samples run backwards")?;
    let [row, extra] = header.lengths;
    let numbers = usize::try_from(count)
        .ok()
        .and_then(|c| c.checked_mul(row.checked_add(extra)?.checked_add(1)?));
    let Some(numbers) = numbers.filter(|n| *n <= MOST_NUMBERS) else {
        return Err(format!("its header asks for {count} samples of {row} numbers"));
    };
    let mut unpacked = Vec::new();
    let mut decoder =
        zstd::Decoder::new(packed).map_err(|e| e.to_string())?.take(numbers as u64 * 8 + 1);
    decoder.read_to_end(&mut unpacked).map_err(|e| e.to_string())?;
    if unpacked.len() != numbers * 8 {
        return Err(format!("{} bytes of numbers where {} belong", unpacked.len(), numbers * 8));
    }
    let mut words = unpacked.chunks_exact(8).map(|w| <[u8; 8]>::try_from(w).unwrap_or([0; 8]));
    let mut part = Part { records: Vec::new(), extras: Vec::new(), header };
    for sample in part.header.samples.clone() {
        let scenario = words.next().map_or(0, u64::from_le_bytes);
        let scenario = usize::try_from(scenario).map_err(|_| "a scenario out of range")?;
        let mut numbers =
            |n: usize| words.by_ref().take(n).map(f64::from_le_bytes).collect::<Vec<f64>>();
        part.records.push(Record { sample, scenario, row: numbers(row) });
        if part.header.has_extras {
            part.extras.push(Extras { row: numbers(extra) });
        }
    }
    Ok(part)
}
