//! `offtake check`: everything that is wrong with a book, at once.

use crate::failure::{End, Failure};
use crate::output::write_whole;
use crate::{library, screen};
use offtake_book::{migrate, newest_format, render_findings};
use offtake_model::checks::CHECKS;
use offtake_model::{Finding, Severity};
use offtake_report::{Columns, Side};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// List everything that is wrong with a book, with the place and the mend of each
///
/// Units, dates, ids, megawatts, what contradicts what: all findings come at once. Errors keep the book
/// from being used (exit code 2); warnings do not (exit code 1 under --strict).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake check my-book\n  offtake check my-book --strict --json    for a pipeline\n  \
                        offtake check --list                     the rules")]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    #[arg(required_unless_present = "list")]
    book: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// End with exit code 1 when there are warnings
    #[arg(long)]
    strict: bool,
    /// List the rules that a book is held against
    #[arg(long, conflicts_with = "book")]
    list: bool,
    /// Say which files would change in the newest format
    #[arg(long, conflicts_with = "list")]
    migrate: bool,
    /// With --migrate: change them
    #[arg(long, requires = "migrate")]
    write: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let Some(book) = &arguments.book else { return list(&arguments) };
    if arguments.migrate {
        return rewrite(book, &arguments);
    }
    let reading = library::read(book)?;
    let errors = library::of(&reading.findings, Severity::Error).len();
    let warnings = reading.findings.len() - errors;
    if arguments.json {
        let mut value = json!({ "book": book.display().to_string() });
        if let (Some(all), Value::Object(rest)) =
            (value.as_object_mut(), json(&reading.hash, &reading.findings))
        {
            all.extend(rest);
        }
        screen::print(&screen::json_text(&value))?;
    } else {
        let summary = summary(errors, warnings, reading.files.len());
        let gap = if reading.findings.is_empty() { "" } else { "\n" };
        screen::print(&format!("{}{gap}{summary}\n", render_findings(&reading.findings)))?;
    }
    Ok(match (errors, warnings) {
        (0, 0) => End::Good,
        (0, _) => if arguments.strict { End::Findings } else { End::Good },
        _ => End::BadInput,
    })
}

/// Returns the findings of a book as JSON, without where the book is.
pub(crate) fn json(hash: &str, findings: &[Finding]) -> Value {
    let errors = library::of(findings, Severity::Error).len();
    json!({
        "book_hash": hash,
        "errors": errors,
        "warnings": findings.len() - errors,
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn summary(errors: usize, warnings: usize, files: usize) -> String {
    let read = format!("{} read", library::count(files, "file"));
    match (errors, warnings) {
        (0, 0) => format!("nothing is wrong ({read})"),
        (0, _) => format!("{} ({read}); the book can be used", library::count(warnings, "warning")),
        (_, 0) => format!("{} ({read})", library::count(errors, "error")),
        _ => format!("{} and {} ({read})", library::count(errors, "error"), library::count(warnings, "warning")),
    }
}

fn finding(finding: &Finding) -> Value {
    let place = |place: &offtake_model::Place| json!({ "file": place.file, "line": place.line });
    json!({
        "severity": severity(finding.severity),
        "rule": finding.rule,
        "subject": finding.subject,
        "problem": finding.problem,
        "fix": finding.fix,
        "place": finding.place.as_ref().map(place),
        "other_place": finding.other_place.as_ref().map(place),
    })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Prints the rules.
fn list(arguments: &Arguments) -> Result<End, Failure> {
    if arguments.json {
        let rule = |check: &&offtake_model::checks::Check| {
            json!({
                "rule": check.name,
                "severity": severity(check.severity),
                "about": check.about,
                "why": check.why,
                "mend": check.mend,
            })
        };
        screen::print(&screen::json_text(&Value::Array(CHECKS.iter().map(rule).collect())))?;
        return Ok(End::Good);
    }
    let heads = [("rule", Side::Left), ("", Side::Left), ("finds", Side::Left)];
    let mut table = Columns::new("Rules that a book is held against, once it reads", &heads);
    for check in CHECKS {
        table.push(vec![check.name.into(), severity(check.severity).into(), check.about.into()]);
    }
    screen::print(&table.text(screen::style()))?;
    Ok(End::Good)
}

/// Brings the files of a book to the newest format.
fn rewrite(book: &Path, arguments: &Arguments) -> Result<End, Failure> {
    let is_written = arguments.write;
    let reading = library::read(book)?;
    let failed = |act: &str, path: &Path, cause: std::io::Error| {
        Failure::input(format!("cannot {act} `{}`: {cause}", path.display()))
    };
    let mut files = Vec::new();
    for path in reading.files.iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let text = std::fs::read_to_string(path).map_err(|cause| failed("read", path, cause))?;
        files.push((path.clone(), text));
    }
    let Some(format) = files.iter().find_map(|(_, text)| format_of(text)) else {
        return Err(Failure::input("no file of the book says `format = 1`"));
    };
    let changed = migrate(format, &files);
    if changed.is_empty() {
        let newest = newest_format();
        screen::print(&format!("nothing to change: the book has format {format}, the newest is {newest}\n"))?;
        return Ok(End::Good);
    }
    let word = if is_written { "changed" } else { "would change" };
    for file in &changed {
        if is_written {
            write_whole(&file.path, &file.text)?;
        }
        screen::print(&format!("{word} {}\n", file.path.display()))?;
    }
    if !is_written {
        screen::print("add --write to change them\n")?;
    }
    Ok(End::Good)
}

/// Returns the format that a file says it has.
fn format_of(text: &str) -> Option<i64> {
    let value = |line: &str| line.trim().strip_prefix("format")?.trim_start().strip_prefix('=').map(str::to_owned);
    let number = text.lines().find_map(value)?;
    number.split('#').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_read_whatever_stands_behind_it() {
        assert_eq!(format_of("# a\nformat   = 1   # the first\n"), Some(1));
        assert_eq!(format_of("formats = 3\n"), None);
    }
}
