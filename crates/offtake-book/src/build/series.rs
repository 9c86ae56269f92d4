//! Series beside the book: levels by the hour, and profiles of the week.

use super::{Build, Thing, beside};
use crate::document::{MAX_CSV, Table, read_table, tidy};
use offtake_model::{Finding, Place, Profile};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Series that were read, by file; `None` for those that could not be.
#[derive(Default)]
pub(super) struct Cache {
    hourly: BTreeMap<PathBuf, Option<Arc<Vec<f64>>>>,
    profiles: BTreeMap<PathBuf, Option<Arc<Profile>>>,
}

impl<'a> Build<'a> {
    /// Returns the levels of the file that `level.hourly` names.
    pub(super) fn hourly(&mut self, thing: &Thing<'a>) -> Option<Arc<Vec<f64>>> {
        let (path, bytes) = self.bytes(thing, "level.hourly")?;
        if let Some(known) = self.series.hourly.get(&path) {
            return known.clone();
        }
        let read = read_table(&bytes).and_then(|table| levels(&table));
        let values = self.told(thing, "level.hourly", &path, read).map(Arc::new);
        self.series.hourly.insert(path, values.clone());
        values
    }

    /// Returns the profile of the file that `profile` names.
    pub(super) fn profile(&mut self, thing: &Thing<'a>) -> Option<Arc<Profile>> {
        let (path, bytes) = self.bytes(thing, "profile")?;
        if let Some(known) = self.series.profiles.get(&path) {
            return known.clone();
        }
        let read = crate::read_profile(&bytes, &path.display().to_string());
        let profile = self.told(thing, "profile", &path, read).map(Arc::new);
        self.series.profiles.insert(path, profile.clone());
        profile
    }

    /// Reads the file that a value names: beside the file that says it, else in the book's folder.
    fn bytes(&mut self, thing: &Thing<'a>, key: &str) -> Option<(PathBuf, Vec<u8>)> {
        let name: String = thing.get(key)?;
        let entry = thing.tables.iter().find_map(|table| table.values.get(key))?;
        let first = tidy(&beside(&entry.place, &name));
        let input = self.input;
        let second = tidy(&input.folder.join(&name));
        let read = input.files.read(&first, MAX_CSV).map(|bytes| (first.clone(), bytes));
        let read = read.or_else(|failure| {
            input.files.read(&second, MAX_CSV).map(|bytes| (second, bytes)).map_err(|_| failure)
        });
        match read {
            Ok((path, bytes)) => {
                let is_known = self.series.hourly.contains_key(&path)
                    || self.series.profiles.contains_key(&path);
                if !is_known {
                    self.hashes.push(crate::hash::of(&bytes));
                }
                Some((path, bytes))
            }
            Err(failure) => {
                let finding = failure.finding(&first);
                self.find(thing, key, finding.rule, finding.problem, finding.fix);
                None
            }
        }
    }

    /// Turns what is wrong with a series into a finding at its line.
    fn told<T>(
        &mut self,
        thing: &Thing<'a>,
        key: &str,
        path: &std::path::Path,
        read: Result<T, Box<Finding>>,
    ) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(finding) => {
                let line = finding.place.as_ref().map_or(0, |place| place.line);
                let place = Some(Place { file: path.display().to_string(), line });
                let subject = thing.path(key);
                self.findings.push(Finding { subject, place, ..*finding });
                None
            }
        }
    }
}

/// Returns the column `level`, or the only one.
fn levels(table: &Table) -> Result<Vec<f64>, Box<Finding>> {
    let refused = |line: u32, rule: &'static str, problem: String, fix: &str| {
        let place = Some(Place { file: String::new(), line });
        Box::new(Finding { place, ..Finding::error(rule, "", problem, fix.to_owned()) })
    };
    let named = table.head.iter().position(|name| name == "level");
    let only = (table.head.len() == 1 && table.head[0].parse::<f64>().is_err()).then_some(0);
    let Some(column) = named.or(only) else {
        let problem = "the table has no column `level`".to_owned();
        return Err(refused(
            1,
            "column-missing",
            problem,
            "name the column of levels `level` in the first line",
        ));
    };
    let mut values = Vec::with_capacity(table.rows.len());
    for (line, row) in &table.rows {
        let text = row.get(column).map_or("", String::as_str);
        let value = text.parse::<f64>().ok().filter(|value| (0.0..=1e15).contains(value));
        let Some(value) = value else {
            let short: String = text.chars().take(40).collect();
            return Err(refused(
                *line,
                "bad-number",
                format!("`{short}` is not a level"),
                "write a number from 0 to 1e15",
            ));
        };
        values.push(value);
    }
    if values.is_empty() {
        return Err(refused(
            0,
            "too-short",
            "the table has no rows".to_owned(),
            "write a level for each hour",
        ));
    }
    Ok(values)
}
