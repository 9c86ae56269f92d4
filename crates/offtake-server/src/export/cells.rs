//! Values of a table, and the two ways in which rows are written: as they come, so that a large ledger needs no table in
//! memory.

use arrow_array::builder::{
    Decimal128Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use offtake_ledger::Instant;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::io::{self, Error, Write};
use std::sync::Arc;

/// Rows of one batch of Parquet.
const BATCH: usize = 8_192;
/// Digits of a decimal number, and those after its point.
const DIGITS: (u8, i8) = (38, 6);

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Millionths.
    Decimal(i128),
    /// An instant.
    At(Instant),
    /// Nothing.
    Nothing,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Whole,
    Decimal,
    At,
}

/// A column: its name and what it holds.
pub(crate) type Column = (&'static str, Kind);

pub(crate) fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

/// Returns a cell, or nothing.
pub(crate) fn maybe<T>(value: Option<T>, cell: impl Fn(T) -> Cell) -> Cell {
    value.map_or(Cell::Nothing, cell)
}

/// Where rows go.
pub(crate) trait Out {
    /// Writes a row, as long as there are columns.
    fn put(&mut self, row: Vec<Cell>) -> io::Result<()>;

    /// Ends the table.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Comma-separated values with a line of names; nothing is written as nothing.
pub(crate) struct CsvOut<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvOut<W> {
    pub(crate) fn new(columns: &[Column], to: W) -> io::Result<CsvOut<W>> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(columns.iter().map(|column| column.0))?;
        Ok(CsvOut { writer })
    }
}

impl<W: Write> Out for CsvOut<W> {
    fn put(&mut self, row: Vec<Cell>) -> io::Result<()> {
        Ok(self.writer.write_record(row.into_iter().map(written))?)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

fn written(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Whole(number) => number.to_string(),
        Cell::Decimal(millionths) => decimal(millionths),
        Cell::At(at) => crate::wire::instant_text(at),
        Cell::Nothing => String::new(),
    }
}

/// Keeps a spreadsheet from taking words for a formula: a tenant writes some of them, and the desk opens them.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// Writes millionths exactly, without zeros that say nothing.
fn decimal(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) =
        (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Parquet, compressed with Zstandard, in batches.
pub(crate) struct ParquetOut<W: Write + Send> {
    writer: ArrowWriter<W>,
    columns: &'static [Column],
    schema: Arc<Schema>,
    rows: Vec<Vec<Cell>>,
}

impl<W: Write + Send> ParquetOut<W> {
    pub(crate) fn new(columns: &'static [Column], to: W) -> io::Result<ParquetOut<W>> {
        let field = |(name, kind): &Column| {
            let kind = match kind {
                Kind::Text => DataType::Utf8,
                Kind::Whole => DataType::Int64,
                Kind::Decimal => DataType::Decimal128(DIGITS.0, DIGITS.1),
                Kind::At => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            };
            Field::new(*name, kind, true)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
        let writer = ArrowWriter::try_new(to, Arc::clone(&schema), Some(properties.build()));
        Ok(ParquetOut { writer: writer.map_err(of_parquet)?, columns, schema, rows: Vec::new() })
    }

    fn flush(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let columns = self.columns.iter().enumerate();
        let arrays = columns.map(|(at, column)| array(column.1, rows.iter().map(|row| &row[at])));
        let arrays = arrays.collect::<io::Result<Vec<ArrayRef>>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(Error::other)?;
        self.writer.write(&batch).map_err(of_parquet)
    }
}

impl<W: Write + Send> Out for ParquetOut<W> {
    fn put(&mut self, row: Vec<Cell>) -> io::Result<()> {
        self.rows.push(row);
        if self.rows.len() < BATCH { Ok(()) } else { self.flush() }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map(drop).map_err(of_parquet)
    }
}

/// Returns what the system said, where it was the system that failed.
fn of_parquet(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) => {
            inner.downcast::<Error>().map_or_else(Error::other, |system| *system)
        }
        error => Error::other(error),
    }
}

fn array<'a>(kind: Kind, cells: impl Iterator<Item = &'a Cell>) -> io::Result<ArrayRef> {
    Ok(match kind {
        Kind::Text => {
            let mut builder = StringBuilder::new();
            cells.for_each(|cell| {
                builder.append_option(if let Cell::Text(text) = cell { Some(text) } else { None })
            });
            Arc::new(builder.finish())
        }
        Kind::Whole => {
            let mut builder = Int64Builder::new();
            cells.for_each(|cell| {
                builder.append_option(if let Cell::Whole(number) = cell {
                    Some(*number)
                } else {
                    None
                })
            });
            Arc::new(builder.finish())
        }
        Kind::Decimal => {
            let builder = Decimal128Builder::new().with_precision_and_scale(DIGITS.0, DIGITS.1);
            let mut builder = builder.map_err(Error::other)?;
            cells.for_each(|cell| {
                builder.append_option(if let Cell::Decimal(value) = cell {
                    Some(*value)
                } else {
                    None
                })
            });
            Arc::new(builder.finish())
        }
        Kind::At => {
            let mut builder = TimestampMillisecondBuilder::new().with_timezone("UTC");
            cells.for_each(|cell| {
                builder.append_option(if let Cell::At(at) = cell {
                    Some(at.millis())
                } else {
                    None
                })
            });
            Arc::new(builder.finish())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_are_written_exactly() {
        for (millionths, expected) in [
            (0, "0"),
            (1, "0.000001"),
            (-1, "-0.000001"),
            (1_000_000, "1"),
            (2_500_000, "2.5"),
            (-120_000_000, "-120"),
            (9_007_199_254_740_993_000_001, "9007199254740993.000001"),
        ] {
            assert_eq!(decimal(millionths), expected);
        }
    }

    #[test]
    fn words_are_no_formula() {
        assert_eq!(written(text("=HYPERLINK(\"http://x\")")), "'=HYPERLINK(\"http://x\")");
        assert_eq!(written(text("a=b, \"c\"")), "a=b, \"c\"");
        assert_eq!(written(Cell::Decimal(-1_500_000)), "-1.5");
    }
}
