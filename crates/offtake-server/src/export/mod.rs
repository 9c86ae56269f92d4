//! The ledger as tables that other programs read: CSV, Parquet, and rows of the FOCUS contract commitment data set.
//!
//! An export reads the store from its first event, as whoever starts the desk does, so that it needs no desk that runs.
//! Money is exact, in millionths of the currency; instants are UTC. **Invariant:** a tenant's export has its own promises
//! in it, and of others nothing.

mod cells;
mod focus;
mod positions;
mod promises;
mod source;

use cells::{Column, CsvOut, Out, ParquetOut};
use offtake_model::PartyId;
use offtake_store::{Store, StoreError};
use serde_json::json;
use source::Source;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use thiserror::Error;

/// The file by which a folder of exports is known.
pub const EXPORT_MARK: &str = "export.json";

/// Why there is no export.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The store was not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was not written.
    #[error("write the export")]
    Write(#[from] io::Error),
}

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Tables as comma-separated values.
    Csv,
    /// Tables as Parquet.
    Parquet,
    /// Rows of FOCUS 1.3, as both.
    Focus,
}

/// A table of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sheet {
    Events,
    Commitments,
    Holds,
    Positions,
    Focus,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    Csv,
    Parquet,
}

/// Whose promises an export has.
pub(crate) type Whose = Option<PartyId>;

impl Sheet {
    /// All tables of the ledger; the rows of FOCUS are another form of its commitments.
    const OF_LEDGER: [Sheet; 4] =
        [Sheet::Events, Sheet::Commitments, Sheet::Holds, Sheet::Positions];

    const fn name(self) -> &'static str {
        match self {
            Sheet::Events => "events",
            Sheet::Commitments => "commitments",
            Sheet::Holds => "holds",
            Sheet::Positions => "positions",
            Sheet::Focus => "focus",
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Sheet::Events => source::COLUMNS,
            Sheet::Commitments => promises::COMMITMENTS,
            Sheet::Holds => promises::HOLDS,
            Sheet::Positions => positions::COLUMNS,
            Sheet::Focus => focus::COLUMNS,
        }
    }

    fn put(self, source: &Source, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
        match self {
            Sheet::Events => source.events(whose, out),
            Sheet::Commitments => promises::commitments(source, whose, out),
            Sheet::Holds => promises::holds(source, whose, out),
            Sheet::Positions => positions::positions(source, whose, out),
            Sheet::Focus => focus::rows(source, whose, out),
        }
    }
}

impl Writing {
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Writing::Csv => "text/csv; charset=utf-8",
            Writing::Parquet => "application/vnd.apache.parquet",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Writing::Csv => "csv",
            Writing::Parquet => "parquet",
        }
    }

    fn open<'a>(
        self,
        columns: &'static [Column],
        to: impl Write + Send + 'a,
    ) -> io::Result<Box<dyn Out + 'a>> {
        Ok(match self {
            Writing::Csv => Box::new(CsvOut::new(columns, to)?),
            Writing::Parquet => Box::new(ParquetOut::new(columns, to)?),
        })
    }
}

/// Reads the name of a file, as `commitments.csv`.
pub(crate) fn parse(file: &str) -> Option<(Sheet, Writing)> {
    let (name, extension) = file.split_once('.')?;
    let mut sheets = Sheet::OF_LEDGER.into_iter().chain([Sheet::Focus]);
    let sheet = sheets.find(|sheet| sheet.name() == name)?;
    let writing =
        [Writing::Csv, Writing::Parquet].into_iter().find(|one| one.extension() == extension)?;
    Some((sheet, writing))
}

/// Makes one table of a ledger as bytes.
pub(crate) fn table(
    store: &mut dyn Store,
    (sheet, writing): (Sheet, Writing),
    whose: &Whose,
) -> Result<Vec<u8>, ExportError> {
    let source = Source::read(store)?;
    let mut bytes = Vec::new();
    write(&source, (sheet, writing), whose, &mut bytes)?;
    Ok(bytes)
}

fn write(
    source: &Source,
    (sheet, writing): (Sheet, Writing),
    whose: &Whose,
    to: impl Write + Send,
) -> io::Result<()> {
    let mut out = writing.open(sheet.columns(), to)?;
    sheet.put(source, whose, &mut *out)?;
    out.finish()
}

/// Writes tables of a ledger into a folder that is there, and a file that says what they are of. Returns how many events
/// they were made from.
///
/// # Errors
///
/// When the store cannot be read or a file not be written.
pub fn export(
    store: &mut dyn Store,
    format: ExportFormat,
    folder: &Path,
) -> Result<u64, ExportError> {
    let source = Source::read(store)?;
    let (sheets, writings) = match format {
        ExportFormat::Csv => (&Sheet::OF_LEDGER[..], &[Writing::Csv][..]),
        ExportFormat::Parquet => (&Sheet::OF_LEDGER[..], &[Writing::Parquet][..]),
        ExportFormat::Focus => (&[Sheet::Focus][..], &[Writing::Csv, Writing::Parquet][..]),
    };
    let mut files = Vec::new();
    for sheet in sheets {
        for writing in writings {
            let name = format!("{}.{}", sheet.name(), writing.extension());
            let mut file = BufWriter::new(File::create(folder.join(&name))?);
            write(&source, (*sheet, *writing), &None, &mut file)?;
            file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            files.push(name);
        }
    }
    let mark = json!({
        "events": source.ledger.seq(),
        "as_of": crate::wire::instant_text(source.ledger.now()),
        "study": source.ledger.publication().study,
        "currency": source.ledger.publication().currency,
        "focus_version": (format == ExportFormat::Focus).then_some(focus::VERSION),
        "files": files,
    });
    std::fs::write(folder.join(EXPORT_MARK), format!("{mark:#}\n"))?;
    Ok(source.ledger.seq())
}
