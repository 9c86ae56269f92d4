//! A folder of results: JSON, the report as text, the picture, and each table as CSV and Parquet.
//!
//! It is written beside its place and moved there when it is whole, so that nobody ever finds half of
//! it; [`put_folder`] does that for whatever fills it. All files of `assess` but `run.json` are the
//! same, byte for byte, whenever the same is run.

use crate::answer::Answer;
use crate::canvas::Style;
use crate::json::{json, number};
use crate::table::{Kind, Table, Value, tables};
use arrow_array::builder::{BooleanBuilder, Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::io::{self, Error};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file by which an earlier result of `assess` is known.
const MARK: &str = "assess.json";

/// Why results were not written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something else is in the way.
    #[error("`{}` is there already and is no earlier result; nothing was written", .0.display())]
    InTheWay(PathBuf),
    /// It is the folder that the process runs in.
    #[error(
        "cannot put results in the place of the folder that this runs in; name one inside it, as in `--out results`"
    )]
    Here,
    /// The file system said no.
    #[error("cannot write results to `{}`", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Error,
    },
    /// Somebody stopped it.
    #[error("stopped before the end")]
    Stopped,
}

/// Writes the results into `folder`, in the place of earlier ones; `run` is what may differ between
/// equal runs. Nothing is put in place once `is_stopped` says so.
///
/// # Errors
///
/// When something that is no earlier result is in the way, or a file cannot be written.
pub fn write_folder(
    answer: &Answer<'_>,
    run: &serde_json::Value,
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> Result<(), FolderError> {
    put_folder(folder, MARK, is_stopped, |beside| write_into(answer, run, beside, is_stopped))
}

/// Has `fill` write a folder beside `folder`, and puts it in its place, whole or not at all. `mark` is
/// the file that only such a folder has: one without it is not replaced. Nothing is put in place once
/// `is_stopped` says so.
///
/// # Errors
///
/// When something that is no earlier result is in the way, or a file cannot be written.
pub fn put_folder(
    folder: &Path,
    mark: &str,
    is_stopped: &dyn Fn() -> bool,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), FolderError> {
    check_marked(folder, mark)?;
    let fail = |cause| FolderError::Write { path: folder.to_owned(), cause };
    let beside = beside(folder, "new");
    let filled = std::fs::create_dir_all(&beside).and_then(|()| fill(&beside));
    let written = filled.map_err(fail).and_then(|()| {
        if is_stopped() {
            Err(FolderError::Stopped)
        } else {
            replace(folder, &beside).map_err(fail)
        }
    });
    if written.is_err() {
        // What is left of a failed attempt is of no use to anybody.
        let _ = std::fs::remove_dir_all(&beside);
    }
    written
}

/// What a command that has no more than JSON, a report in words and tables writes with `--out`.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// The name of its JSON, by which an earlier result is known.
    pub mark: &'a str,
    /// What `--json` prints.
    pub json: &'a serde_json::Value,
    /// What is printed without it.
    pub text: &'a str,
    /// Its tables.
    pub tables: &'a [Table],
}

/// Writes such results into `folder`, in the place of earlier ones, whole or not at all; nothing is put in place
/// once `is_stopped` says so.
///
/// # Errors
///
/// When something that is no earlier result is in the way, or a file cannot be written.
pub fn write_results(
    results: &Results<'_>,
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> Result<(), FolderError> {
    put_folder(folder, results.mark, is_stopped, |beside| {
        std::fs::write(beside.join(results.mark), format!("{:#}\n", results.json))?;
        std::fs::write(beside.join("report.txt"), results.text)?;
        write_tables(results.tables, beside, is_stopped)
    })
}

/// Says whether results of `assess` may be put into `folder`, before the work of making them.
///
/// # Errors
///
/// When something that is no earlier result is in the way.
pub fn check_folder(folder: &Path) -> Result<(), FolderError> {
    check_marked(folder, MARK)
}

/// Says whether a folder that is known by `mark` may be put at `folder`.
///
/// # Errors
///
/// When something that is no earlier result is in the way.
pub fn check_marked(folder: &Path, mark: &str) -> Result<(), FolderError> {
    if is_here(folder) {
        return Err(FolderError::Here);
    }
    if !may_replace(folder, mark) {
        return Err(FolderError::InTheWay(folder.to_owned()));
    }
    Ok(())
}

/// Says whether the file system would take a folder at `folder`: by making one in the nearest folder
/// above that is there, and taking it away again.
///
/// # Errors
///
/// When it would not.
pub fn check_writable(folder: &Path) -> Result<(), FolderError> {
    let above = folder
        .ancestors()
        .skip(1)
        .map(|a| if a.as_os_str().is_empty() { Path::new(".") } else { a });
    let nearest = above.into_iter().find(|above| above.exists()).unwrap_or(Path::new("."));
    let probe = beside(&nearest.join("results"), "probe");
    let fail = |cause| FolderError::Write { path: folder.to_owned(), cause };
    std::fs::create_dir(&probe).and_then(|()| std::fs::remove_dir(&probe)).map_err(fail)
}

/// Returns a hidden place beside `folder`, on the same file system.
pub(crate) fn beside(folder: &Path, word: &str) -> PathBuf {
    let name = folder.file_name().map_or_else(|| "results".into(), |n| n.to_string_lossy());
    folder.with_file_name(format!(".{name}.{word}-{}", std::process::id()))
}

/// Says whether it is the folder that the process runs in, which cannot be moved from under it.
fn is_here(folder: &Path) -> bool {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    here.is_ok_and(|here| std::fs::canonicalize(folder).is_ok_and(|folder| folder == here))
}

/// Says whether nothing, an empty folder or an earlier result is there.
fn may_replace(folder: &Path, mark: &str) -> bool {
    if !folder.exists() {
        return true;
    }
    let mut entries = std::fs::read_dir(folder).into_iter().flatten();
    folder.is_dir() && (folder.join(mark).is_file() || entries.next().is_none())
}

pub(crate) fn replace(folder: &Path, new: &Path) -> io::Result<()> {
    if !folder.exists() {
        return std::fs::rename(new, folder);
    }
    let old = beside(folder, "old");
    std::fs::rename(folder, &old)?;
    if let Err(cause) = std::fs::rename(new, folder) {
        // The earlier result is better than none.
        let _ = std::fs::rename(&old, folder);
        return Err(cause);
    }
    std::fs::remove_dir_all(&old)
}

fn write_into(
    answer: &Answer<'_>,
    run: &serde_json::Value,
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> io::Result<()> {
    std::fs::write(folder.join(MARK), format!("{:#}\n", json(answer)))?;
    std::fs::write(folder.join("run.json"), format!("{run:#}\n"))?;
    std::fs::write(folder.join("report.txt"), crate::report(answer, Style::plain(100)))?;
    std::fs::write(folder.join("picture.svg"), crate::svg(answer))?;
    write_tables(&tables(answer), folder, is_stopped)
}

/// Writes each table to `csv/` and `parquet/` of `folder`, until `is_stopped` says so.
pub(crate) fn write_tables(
    tables: &[Table],
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> io::Result<()> {
    let (csv, parquet) = (folder.join("csv"), folder.join("parquet"));
    std::fs::create_dir_all(&csv)?;
    std::fs::create_dir_all(&parquet)?;
    for table in tables {
        if is_stopped() {
            return Ok(());
        }
        write_csv(table, &csv.join(format!("{}.csv", table.name)))?;
        write_parquet(table, &parquet.join(format!("{}.parquet", table.name)))?;
    }
    Ok(())
}

pub(crate) fn write_csv(table: &Table, path: &Path) -> io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(table.columns.iter().map(|(name, _)| name))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.flush()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(value) => number(*value).to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Nothing => String::new(),
    }
}

pub(crate) fn write_parquet(table: &Table, path: &Path) -> io::Result<()> {
    let field = |(name, kind): &(String, Kind)| {
        let kind = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::Float64,
            Kind::Flag => DataType::Boolean,
        };
        Field::new(name, kind, true)
    };
    let schema = Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()));
    let columns = (0..table.columns.len()).map(|column| array(table, column)).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(Error::other)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(parquet::basic::ZstdLevel::default()));
    let file = std::fs::File::create(path)?;
    let mut writer =
        ArrowWriter::try_new(file, schema, Some(properties.build())).map_err(of_parquet)?;
    writer.write(&batch).map_err(of_parquet)?;
    writer.close().map(|_| ()).map_err(of_parquet)
}

/// Returns what the system said, where it was the system that failed.
pub(crate) fn of_parquet(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) => {
            inner.downcast::<Error>().map_or_else(Error::other, |system| *system)
        }
        error => Error::other(error),
    }
}

fn array(table: &Table, column: usize) -> ArrayRef {
    let values = table.rows.iter().map(|row| &row[column]);
    match table.columns[column].1 {
        Kind::Text => {
            let mut builder = StringBuilder::new();
            values.for_each(|v| {
                builder.append_option(if let Value::Text(t) = v { Some(t) } else { None })
            });
            Arc::new(builder.finish())
        }
        Kind::Number => {
            let mut builder = Float64Builder::new();
            values.for_each(|v| {
                builder.append_option(if let Value::Number(n) = v { Some(*n) } else { None })
            });
            Arc::new(builder.finish())
        }
        Kind::Flag => {
            let mut builder = BooleanBuilder::new();
            values.for_each(|v| {
                builder.append_option(if let Value::Flag(f) = v { Some(*f) } else { None })
            });
            Arc::new(builder.finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_said_of_a_parquet_file_is_told_once() {
        let full = || Error::from(io::ErrorKind::StorageFull);
        assert_eq!(of_parquet(ParquetError::from(full())).to_string(), full().to_string());
        assert!(of_parquet(ParquetError::General("odd".to_owned())).to_string().contains("odd"));
    }
}
