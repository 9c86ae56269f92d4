//! The folder of a study: the page, its JSON, tables, a workbook and the manifest, whole or not at all.

use super::{StudyReport, workbook};
use crate::folder::{FolderError, put_folder, write_tables};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// The file by which an earlier study is known.
pub const STUDY_MARK: &str = "study.json";

/// Writes the study into `folder`, in the place of an earlier one. `took` is asked last for
/// how long each part took, in seconds; it and the time of writing are in `manifest.json` alone. Nothing is put in place once
/// `is_stopped` says so.
///
/// # Errors
///
/// When something that is no earlier study is in the way, or a file cannot be written.
pub fn write_study(
    report: &StudyReport,
    took: &dyn Fn() -> Vec<(String, f64)>,
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> Result<(), FolderError> {
    put_folder(folder, STUDY_MARK, is_stopped, |beside| {
        write_into(report, took, beside, is_stopped)
    })
}

fn write_into(
    report: &StudyReport,
    took: &dyn Fn() -> Vec<(String, f64)>,
    folder: &Path,
    is_stopped: &dyn Fn() -> bool,
) -> io::Result<()> {
    let tables = report.tables();
    write_tables(&tables, folder, is_stopped)?;
    if is_stopped() {
        return Ok(());
    }
    std::fs::write(folder.join("tables.xlsx"), workbook::workbook(report, &tables)?)?;
    std::fs::write(folder.join("report.html"), crate::html::page(report))?;
    std::fs::write(folder.join(STUDY_MARK), format!("{:#}\n", report.json()))?;
    std::fs::write(folder.join("manifest.json"), format!("{:#}\n", manifest(report, &took())))
}

/// What the folder is and how it came about.
fn manifest(report: &StudyReport, took: &[(String, f64)]) -> Value {
    let round = |seconds: f64| (seconds * 1e3).round() / 1e3;
    let parts = took.iter().map(|(part, seconds)| (part.clone(), json!(round(*seconds))));
    let total: f64 = took.iter().map(|(_, seconds)| seconds).sum();
    json!({
        "version": report.head.version,
        "title": report.head.title,
        "book_hash": report.head.book_hash,
        "as_of": report.head.as_of,
        "from": report.head.from,
        "until": report.head.until,
        "seed": report.seed,
        "parts": report.sections.iter().map(|section| &section.name).collect::<Vec<_>>(),
        "samples": report.samples_json(),
        "seconds": parts.collect::<serde_json::Map<_, _>>(),
        "elapsed_s": round(total),
        "files": ["report.html", "study.json", "tables.xlsx", "csv/", "parquet/", "manifest.json"],
    })
}
