//! The whole programme in files, for others to solve: what a plan's cost can be checked against. As one matrix, or as a
//! folder of tables that PyPSA reads.

use super::{Made, make};
use crate::commands::PlanArguments;
use crate::failure::{End, Failure};
use crate::library::Opened;
use crate::output::check_place;
use crate::screen;
use offtake_plan::program::Taking;
use offtake_plan::solver::Model;
use offtake_plan::whole::whole;
use offtake_plan::{Program, pypsa};
use offtake_report::number::short;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Entries of the largest matrix that is written: about a gigabyte in memory and half of one on disk.
const MOST: usize = 8_000_000;

/// Writes the programme of a book to `file`.
pub(crate) fn export(
    opened: &Opened,
    arguments: &PlanArguments,
    file: &Path,
) -> Result<End, Failure> {
    check_place(file)?;
    let made = make(opened, arguments)?;
    let about = entries(&made.program);
    if about > MOST {
        return Err(too_large(&made, (about, MOST)));
    }
    let model = whole(&made.program).model;
    write_model(&model, file)?;
    let (rows, columns, entries) = (model.rows.len(), model.columns.len(), model.rows.value.len());
    if arguments.json {
        let offers: Vec<&str> = made.starts.iter().map(|start| start.name.as_str()).collect();
        screen::print(&screen::json_text(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "book_hash": opened.hash,
            "file": file.display().to_string(),
            "rows": rows,
            "columns": columns,
            "entries": entries,
            "offers": offers,
        })))?;
    } else {
        let (rows, columns, entries) =
            (short(rows as f64), short(columns as f64), short(entries as f64));
        screen::print(&format!(
            "wrote {rows} rows, {columns} columns and {entries} entries to {}; the first {} columns are blocks by start of an offer, and the objective is in millions\n",
            file.display(),
            made.starts.len()
        ))?;
    }
    Ok(End::Good)
}

/// Writes a model to a file, whole or not at all.
pub(super) fn write_model(model: &Model, file: &Path) -> Result<(), Failure> {
    // The end of the name tells the solver which format is meant.
    let beside = beside(file, ".mps");
    let written = offtake_highs::write_mps(model, &beside)
        .map_err(|error| Failure::caused(&error))
        .and_then(|()| {
            std::fs::rename(&beside, file).map_err(|cause| {
                Failure::input(format!("cannot write `{}`: {cause}", file.display()))
            })
        });
    if written.is_err() {
        // What is left of a failed attempt is of no use to anybody.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// Entries of the largest programme that is written for PyPSA, which takes more memory for each of them.
const MOST_PYPSA: usize = 2_000_000;

/// Writes the programme of a book into a new folder that PyPSA reads.
pub(crate) fn export_folder(
    opened: &Opened,
    arguments: &PlanArguments,
    folder: &Path,
) -> Result<End, Failure> {
    if folder.exists() {
        return Err(Failure::input(format!("there is a `{}` already", folder.display()))
            .hint("name a folder that is not there yet"));
    }
    check_place(folder)?;
    let made = make(opened, arguments)?;
    let about = entries(&made.program);
    if about > MOST_PYPSA {
        return Err(too_large(&made, (about, MOST_PYPSA)));
    }
    let files = pypsa::files(&made.program);
    let beside = beside(folder, "");
    let written = write_all(&files, &beside).and_then(|()| std::fs::rename(&beside, folder));
    if written.is_err() {
        let _ = std::fs::remove_dir_all(&beside);
    }
    written
        .map_err(|cause| Failure::input(format!("cannot write `{}`: {cause}", folder.display())))?;
    let snapshots = pypsa::snapshots(&made.program);
    if arguments.json {
        screen::print(&screen::json_text(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "book_hash": opened.hash,
            "folder": folder.display().to_string(),
            "snapshots": snapshots,
            "files": files.iter().map(|file| file.name).collect::<Vec<_>>(),
        })))?;
    } else {
        screen::print(&format!(
            "wrote {} files of {} hours of months and futures to {}; `python {}` solves it, with PyPSA from PyPI\n",
            files.len(),
            short(snapshots as f64),
            folder.display(),
            folder.join("solve.py").display()
        ))?;
    }
    Ok(End::Good)
}

fn write_all(files: &[pypsa::File], folder: &Path) -> std::io::Result<()> {
    for file in files {
        let path = folder.join(file.name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, &file.text)?;
    }
    Ok(())
}

fn too_large(made: &Made, (about, most): (usize, usize)) -> Failure {
    let program = &made.program;
    Failure::input(format!(
        "the whole matrix would have about {} entries, and at most {} are written: {} futures of {} months of {} hours, {} starts of offers",
        short(about as f64),
        short(most as f64),
        program.scenarios.len(),
        program.months.len(),
        program.hours.len(),
        made.starts.len()
    ))
    .hint("make it smaller with fewer --scenarios, an earlier --to, fewer --starts, or without --n-minus-1")
}

/// Returns a hidden place beside a file, of this process alone.
fn beside(file: &Path, end: &str) -> PathBuf {
    let name =
        file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    file.with_file_name(format!(".{name}.new-{}{end}", std::process::id()))
}

/// Returns about how many entries the whole matrix has, before it is made.
fn entries(program: &Program) -> usize {
    let hours = program.hours.len();
    let is_flexible = |taking: Taking| taking != Taking::Firm;
    let flexible = program.offers.iter().filter(|offer| is_flexible(offer.taking)).count();
    let waiting = program.classes.iter().filter(|class| class.delay_hours > 0).count();
    // A use is in a pool's row, a site's and a class's; a class's row has spot and lost work, which cost.
    let of_hour = 3 * program.uses.len()
        + 4 * program.classes.len()
        + 3 * waiting
        + program.offers.len()
        + 3 * flexible;
    let limits = &program.limits;
    let losses = limits.losses.iter().map(|loss| {
        let parties = program.parties.iter().filter(|party| party.kind == loss.kind).count();
        parties * loss.months.len() * loss.scenarios.len()
    });
    let counted = limits.standards.len() * program.blocks() * program.classes.len() * 2;
    (program.blocks() + losses.sum::<usize>()) * hours * of_hour + counted * hours
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_highs::{Highs, Threads};
    use offtake_plan::{Options, Search, solver::Solver};
    use std::num::NonZeroUsize;

    fn made() -> Made {
        let book =
            Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/07-offers.toml"));
        let mut opened = crate::library::open(book).unwrap();
        opened.book.from = "2029-01-01".parse().unwrap();
        opened.book.until = "2029-07-01".parse().unwrap();
        let arguments = PlanArguments {
            scenarios: 2,
            threads: Some(1),
            ..crate::plan::asked::alone(book).unwrap()
        };
        make(&opened, &arguments).unwrap()
    }

    #[test]
    fn the_matrix_has_the_plans_objective_and_about_as_many_entries_as_were_foreseen() {
        let made = made();
        let model = whole(&made.program).model;
        let (about, are) = (entries(&made.program), model.rows.value.len());
        assert!(about > are / 2 && about < are * 2, "{about} and {are}");
        let mut highs = Highs::open(&model, std::sync::Arc::default()).unwrap();
        highs.set_gap(1e-7).unwrap();
        let solved = highs.solve().unwrap();
        let threads = Threads::new(NonZeroUsize::MIN);
        let options = Options { gap: 1e-6, ..Options::default() };
        let found = Search::new(&made.program, &threads, options, |_| {}).unwrap().run().unwrap();
        assert!((solved.objective - found.objective).abs() < 1e-5 * found.objective.abs().max(1.0));
        assert!(found.signed.iter().sum::<f64>() > 0.0);
    }
}
