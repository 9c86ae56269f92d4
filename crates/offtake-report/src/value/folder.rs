//! A folder of results: JSON, the report as text, each table as CSV and Parquet, and every flow of every sample.
//!
//! The flows of all samples are too many to hold: they are written as the samples come, into the folder beside its
//! place, which is moved there when it is whole.

use super::{ValueAnswer, table::tables, value_json, value_report};
use crate::canvas::Style;
use crate::folder::{
    FolderError, beside, check_marked, of_parquet, replace, write_csv, write_parquet,
};
use arrow_array::builder::{Decimal128Builder, Int32Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use offtake_value::{Calendar, Flow, On};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Error};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file by which an earlier result of `value` is known.
pub const VALUE_MARK: &str = "value.json";

/// Rows that are held before they are written.
const ROWS: usize = 65_536;
/// Digits of an amount, and those of them behind the point.
const DIGITS: (u8, i8) = (38, 6);

/// Writes the flows of samples as they come, and then the rest of a folder.
pub struct FlowWriter {
    folder: PathBuf,
    beside: PathBuf,
    writer: Option<ArrowWriter<File>>,
    schema: Arc<Schema>,
    calendar: Calendar,
    ids: BTreeMap<On, String>,
    id_of: Box<dyn Fn(On) -> String>,
    months: BTreeMap<i32, String>,
    rows: Rows,
}

#[derive(Default)]
struct Rows {
    sample: UInt64Builder,
    month: StringBuilder,
    contract: StringBuilder,
    tranche: Int32Builder,
    kind: StringBuilder,
    amount: Vec<i128>,
}

impl std::fmt::Debug for FlowWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowWriter").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl FlowWriter {
    /// Starts a folder of results at `folder`; `id_of` names what a flow hangs on.
    ///
    /// # Errors
    ///
    /// When something that is no earlier result is in the way, or a file cannot be written.
    pub fn start(
        folder: &Path,
        calendar: Calendar,
        id_of: Box<dyn Fn(On) -> String>,
    ) -> Result<FlowWriter, FolderError> {
        check_marked(folder, VALUE_MARK)?;
        let fail = |cause| FolderError::Write { path: folder.to_owned(), cause };
        let beside = beside(folder, "new");
        let schema = Arc::new(Schema::new(vec![
            Field::new("sample", DataType::UInt64, false),
            Field::new("month", DataType::Utf8, false),
            Field::new("contract", DataType::Utf8, false),
            Field::new("tranche", DataType::Int32, true),
            Field::new("kind", DataType::Utf8, false),
            Field::new("amount", DataType::Decimal128(DIGITS.0, DIGITS.1), false),
        ]));
        let open = || {
            std::fs::create_dir_all(beside.join("csv"))?;
            std::fs::create_dir_all(beside.join("parquet"))?;
            let file = File::create(beside.join("parquet").join("flows.parquet"))?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .build();
            ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(of_parquet)
        };
        let writer = open().map_err(|cause| {
            let _ = std::fs::remove_dir_all(&beside);
            fail(cause)
        })?;
        Ok(FlowWriter {
            folder: folder.to_owned(),
            beside,
            writer: Some(writer),
            schema,
            calendar,
            ids: BTreeMap::new(),
            id_of,
            months: BTreeMap::new(),
            rows: Rows::default(),
        })
    }

    /// Adds the flows of a sample.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn add(&mut self, sample: u64, flows: &[Flow]) -> io::Result<()> {
        for flow in flows {
            let month =
                self.months.entry(flow.month).or_insert_with(|| self.calendar.text(flow.month));
            let id = self.ids.entry(flow.on).or_insert_with(|| (self.id_of)(flow.on));
            self.rows.sample.append_value(sample);
            self.rows.month.append_value(month);
            self.rows.contract.append_value(id);
            self.rows.tranche.append_option(flow.tranche.and_then(|t| i32::try_from(t).ok()));
            self.rows.kind.append_value(flow.kind.name());
            self.rows.amount.push(flow.micros);
        }
        if self.rows.amount.len() >= ROWS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        let mut amount = Decimal128Builder::new()
            .with_precision_and_scale(DIGITS.0, DIGITS.1)
            .map_err(Error::other)?;
        amount.append_slice(&self.rows.amount);
        self.rows.amount.clear();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.rows.sample.finish()),
            Arc::new(self.rows.month.finish()),
            Arc::new(self.rows.contract.finish()),
            Arc::new(self.rows.tranche.finish()),
            Arc::new(self.rows.kind.finish()),
            Arc::new(amount.finish()),
        ];
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(Error::other)?;
        match &mut self.writer {
            Some(writer) => writer.write(&batch).map_err(of_parquet),
            None => Ok(()),
        }
    }
}

impl Drop for FlowWriter {
    fn drop(&mut self) {
        // What is left of a failed or stopped attempt is of no use to anybody.
        let _ = std::fs::remove_dir_all(&self.beside);
    }
}

/// Writes the rest of a folder and puts it in its place, where an earlier result may be; `run` is what may differ between
/// equal runs.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_value_folder(
    answer: &ValueAnswer<'_>,
    run: &serde_json::Value,
    mut flows: FlowWriter,
) -> Result<(), FolderError> {
    let path = flows.folder.clone();
    let finish = |flows: &mut FlowWriter| -> io::Result<()> {
        flows.write()?;
        if let Some(writer) = flows.writer.take() {
            writer.close().map_err(of_parquet)?;
        }
        let folder = flows.beside.clone();
        std::fs::write(folder.join(VALUE_MARK), format!("{:#}\n", value_json(answer)))?;
        std::fs::write(folder.join("run.json"), format!("{run:#}\n"))?;
        std::fs::write(folder.join("report.txt"), value_report(answer, Style::plain(100)))?;
        for table in tables(answer).into_iter().filter(|table| !table.rows.is_empty()) {
            write_csv(&table, &folder.join("csv").join(format!("{}.csv", table.name)))?;
            write_parquet(&table, &folder.join("parquet").join(format!("{}.parquet", table.name)))?;
        }
        replace(&flows.folder, &folder)
    };
    finish(&mut flows).map_err(|cause| FolderError::Write { path, cause })
}
