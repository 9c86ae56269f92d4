//! Trace formats, one file each, with a made-up sample beside it.
//!
//! To add one: copy the neighbour, and add its name to the list. The first whose `sniff` says yes
//! reads the file, so the narrow ones stand before the wide ones.

use crate::error::TraceError;
use crate::measure::Reading;

/// A form in which requests are recorded.
pub struct Format {
    /// Its name, as for `--format`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Whether lines are counts by the hour rather than requests.
    pub(crate) is_hourly: bool,
    /// Says whether the first lines (without empty ones and comments) are of this form.
    pub(crate) sniff: fn(&[&str]) -> bool,
    /// Reads all lines.
    pub(crate) read: fn(&mut Reading<'_, '_>) -> Result<(), TraceError>,
    /// A second file that belongs to it.
    pub(crate) beside: Option<Beside>,
}

/// A second file that belongs to a trace.
pub(crate) struct Beside {
    /// What it is, for people.
    pub(crate) about: &'static str,
    /// Names that it may have, from the first one's name.
    pub(crate) names: fn(&str) -> Vec<String>,
    /// Reads all its lines, after those of the first.
    pub(crate) read: fn(&mut Reading<'_, '_>) -> Result<(), TraceError>,
}

offtake_stdx::registry! {
    /// Every format, narrow ones first.
    pub const FORMATS: &[&Format] = FORMAT of [
        azure_llm, servegen, mooncake, hourly_counts, timestamps,
    ];
}

/// Returns the format of that name.
pub(crate) fn by_name(name: &str) -> Result<&'static Format, TraceError> {
    FORMATS.iter().find(|format| format.name == name).copied().ok_or_else(|| {
        let problem = format!("there is no format `{}`", crate::error::short(name));
        TraceError::ReadOption { problem, fix: format!("choose one of: {}", list()) }
    })
}

/// Returns the names of all formats.
pub(crate) fn list() -> String {
    FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, measure_bytes};
    use std::ops::ControlFlow;

    #[test]
    fn every_file_is_registered() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/formats");
        // A sample has the name of its format; rates have a file of lengths beside them.
        let mut helpers = FILES.to_vec();
        helpers.push("servegen_lengths");
        offtake_stdx::assert_folder_is_registered(folder, FILES, &helpers);
    }

    #[test]
    fn each_sample_is_recognised_as_its_own_format_and_measured() {
        for format in FORMATS {
            let stem = format.name.replace('-', "_");
            let folder = format!("{}/src/formats", env!("CARGO_MANIFEST_DIR"));
            let sample = ["csv", "jsonl"]
                .iter()
                .find_map(|end| std::fs::read(format!("{folder}/{stem}.{end}")).ok())
                .unwrap_or_else(|| panic!("{stem} has no sample beside it"));
            let lines = sample.iter().filter(|b| **b == b'\n').count();
            assert!((15..=30).contains(&lines), "the sample of {stem} has {lines} lines");
            let mut watch = |_| ControlFlow::Continue(());
            let traffic =
                measure_bytes(&sample[..], &stem, &Options::default(), &mut watch).unwrap();
            assert_eq!(traffic.format, format.name);
            assert!(traffic.requests >= 10.0, "{stem}: {}", traffic.requests);
        }
    }

    #[test]
    fn an_unknown_format_is_told_with_those_there_are() {
        let error = by_name("nginx").err().unwrap();
        assert!(error.to_string().contains("`nginx`"), "{error}");
        let finding = &error.findings("-")[0];
        assert!(finding.fix.contains("azure-llm, servegen, mooncake"), "{}", finding.fix);
    }
}
