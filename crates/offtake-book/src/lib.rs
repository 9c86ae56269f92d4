//! The format that people write a book in.
//!
//! Bytes become rows with places (`document`), rows become typed records by the table of the format
//! (`format`), records become the book with every default resolved and the origin of every value
//! kept (`build`). The catalog is read by the same reader (`shelf`).
//!
//! **Invariants:** whatever the bytes, the outcome is a book or findings, never a panic; all that is
//! wrong is found at once, each with its place and its mend.

mod build;
mod built;
mod changes;
mod document;
pub mod format;
mod gather;
mod hash;
mod init;
mod migrate;
mod moved;
mod near;
mod profile;
mod reading;
mod render;
mod shelf;
mod show;
mod signed;
mod starts;
mod tables;

pub use built::{Building, buildings};
pub use changes::{Change, Depth, Happened, ValueChange, changes, changes_text};
pub use gather::{Gathered, gather};
pub use hash::digest;
pub use init::{STARTER, init_book};
pub use migrate::{Migrated, migrate, newest_format};
pub use moved::{End, Judged, judged, judged_name};
pub use near::slips;
pub use profile::{read_profile, write_profile};
pub use reading::{
    Reading, catalog_findings, read_book, read_book_bytes, read_book_edited, read_book_files,
    read_book_moved, read_book_with,
};
pub use render::{place_text, render_findings};
pub use show::{ShownThing, ShownValue, show, show_text};
pub use signed::{Request, in_service, powers_for, requested, requested_from, signed};
pub use starts::{Signing, signings};
pub use tables::{
    CellProblem, LongTable, LongThing, LongValue, Written, ids_of, long_tables, read_cell,
    refers_to,
};
