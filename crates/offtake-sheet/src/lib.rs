//! Tables into an XLSX workbook and back, and a changed cell into the file that it came from.
//!
//! Knows nothing of books: a [`Workbook`] is named tables of cells with ids; [`compare`] says which cells of
//! a workbook that came back are other than they were; [`toml`] and [`csv`] put one value into the text
//! of a file. **Invariant:** an edit touches the bytes of its value (or its line) and no other: comments,
//! order and layout stay, and an edit that a fresh parse does not confirm is refused.

mod compare;
pub mod csv;
mod read;
pub mod toml;
mod workbook;
mod write;

pub use compare::{CellChange, Comparison, NewRow, compare};
pub use read::{ReadCell, ReadRow, ReadSheet, ReadWorkbook, read_workbook};
pub use workbook::{Cell, CellValue, Column, Row, Sheet, Workbook};
pub use write::write_workbook;

/// Why a workbook was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The bytes are no workbook.
    #[error("this is no XLSX workbook, or a broken one: {0}")]
    NotAWorkbook(String),
    /// It is a workbook, and not one of ours.
    #[error("this workbook was not written by `offtake sheet`: it has no sheet `{0}`")]
    NotOurs(&'static str),
    /// The workbook cannot be made.
    #[error("the workbook cannot be made: {0}")]
    Write(String),
}
