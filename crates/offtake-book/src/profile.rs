//! The file of a profile, read and written in one place, so that the two cannot differ.
//!
//! 168 rows of `hour,rate`, Monday 00:00 UTC first. Above them, comments `# key = value` carry what else
//! was measured: `source`, `observed_hours`, `daily_sigma`, `daily_correlation`, and for `input_tokens`
//! and `output_tokens` a mean and seven quantiles (P5 P25 P50 P75 P90 P95 P99). A file of rows alone is
//! a profile too; other comments are for people, and passed over.
//!
//! **Invariant:** what is written reads back the same, to the last bit.

use crate::document::{read_table, text_of};
use offtake_model::{Finding, Lengths, Place, Profile};
use std::fmt::Write as _;

const FIX: &str = "write the file with `offtake profile`";

/// Writes a profile; `notes` are keys and values for people, such as the licence and the command.
#[must_use]
pub fn write_profile(profile: &Profile, notes: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut note = |key: &str, value: &str| {
        let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(out, "# {key} = {}", value.trim());
    };
    note("source", &profile.source);
    for (key, value) in notes {
        note(key, value);
    }
    note("observed_hours", &profile.observed_hours.to_string());
    if let Some(sigma) = profile.daily_sigma {
        note("daily_sigma", &sigma.to_string());
    }
    if let Some(correlation) = profile.daily_correlation {
        note("daily_correlation", &correlation.to_string());
    }
    for (key, lengths) in
        [("input_tokens", profile.input_tokens), ("output_tokens", profile.output_tokens)]
    {
        if let Some(Lengths { mean, quantiles }) = lengths {
            let all: Vec<String> =
                std::iter::once(mean).chain(quantiles).map(|v| v.to_string()).collect();
            note(key, &all.join(" "));
        }
    }
    out.push_str("hour,rate\n");
    for (hour, rate) in profile.hours.iter().enumerate() {
        let _ = writeln!(out, "{hour},{rate}");
    }
    out
}

/// Reads a profile; `name` is its source if it does not say one.
///
/// # Errors
///
/// If it is not a profile: one finding, with its line.
pub fn read_profile(bytes: &[u8], name: &str) -> Result<Profile, Box<Finding>> {
    let table = read_table(bytes)?;
    let hours = hours(&table.rows)?;
    let mut profile =
        Profile { hours, source: name.to_owned(), observed_hours: 168, ..Profile::flat() };
    for (index, line) in text_of(bytes)?.lines().enumerate() {
        let Some((key, value)) = line.strip_prefix('#').and_then(|rest| rest.split_once('='))
        else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        if set(&mut profile, key, value).is_none() {
            let short: String = value.chars().take(40).collect();
            let problem = format!("`{short}` is not a value of `{key}`");
            return Err(refused(u32::try_from(index + 1).unwrap_or(u32::MAX), problem));
        }
    }
    Ok(profile)
}

/// Sets what a comment says; `None` if it is a key of a profile with a value that cannot be.
fn set(profile: &mut Profile, key: &str, value: &str) -> Option<()> {
    let number = |low: f64, high: f64| {
        value.parse::<f64>().ok().filter(|number| (low..=high).contains(number))
    };
    match key {
        "source" if !value.is_empty() => profile.source = value.to_owned(),
        "observed_hours" => {
            profile.observed_hours = value.parse().ok().filter(|hours| *hours <= 168)?;
        }
        "daily_sigma" => profile.daily_sigma = Some(number(0.0, 10.0)?),
        "daily_correlation" => profile.daily_correlation = Some(number(-1.0, 1.0)?),
        "input_tokens" => profile.input_tokens = Some(lengths(value)?),
        "output_tokens" => profile.output_tokens = Some(lengths(value)?),
        _ => {}
    }
    Some(())
}

fn lengths(value: &str) -> Option<Lengths> {
    let all: Option<Vec<f64>> = value
        .split_whitespace()
        .map(|text| text.parse::<f64>().ok().filter(|tokens| (0.0..1e18).contains(tokens)))
        .collect();
    let [mean, quantiles @ ..] = <[f64; 8]>::try_from(all?).ok()?;
    quantiles.is_sorted().then_some(Lengths { mean, quantiles })
}

fn hours(rows: &[(u32, Vec<String>)]) -> Result<[f64; 168], Box<Finding>> {
    let mut values = Vec::with_capacity(168);
    for (line, row) in rows {
        let text = row.last().map_or("", String::as_str);
        let value = text.parse::<f64>().ok().filter(|rate| (0.0..=1e15).contains(rate));
        let Some(value) = value else {
            let short: String = text.chars().take(40).collect();
            return Err(refused(*line, format!("`{short}` is not a rate from 0 to 1e15")));
        };
        values.push(value);
    }
    let most = values.iter().copied().fold(0.0, f64::max);
    let count = values.len();
    let Ok(mut hours) = <[f64; 168]>::try_from(values) else {
        let line = rows.last().map_or(0, |(line, _)| *line);
        let problem =
            format!("a profile has a row for each of the week's 168 hours; here are {count}");
        return Err(refused(line, problem));
    };
    if most <= 0.0 {
        return Err(refused(0, "every rate of the profile is 0".to_owned()));
    }
    for rate in &mut hours {
        *rate /= most;
    }
    Ok(hours)
}

fn refused(line: u32, problem: String) -> Box<Finding> {
    let place = Some(Place { file: String::new(), line });
    Box::new(Finding { place, ..Finding::error("bad-profile", "", problem, FIX.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows() -> String {
        (0..168).map(|hour| format!("{hour},{}\n", hour % 24 + 1)).collect()
    }

    #[test]
    fn rows_alone_are_a_profile_whose_busiest_hour_is_one() {
        let profile = read_profile(format!("hour,rate\n{}", rows()).as_bytes(), "a.csv").unwrap();
        assert_eq!((profile.hours[23], profile.hours[11]), (1.0, 0.5));
        assert_eq!((profile.observed_hours, profile.daily_sigma), (168, None));
        assert_eq!(profile.source, "a.csv");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text: String| {
            let finding = read_profile(text.as_bytes(), "a.csv").unwrap_err();
            (finding.place.map_or(0, |place| place.line), finding.problem)
        };
        let (line, problem) = told(format!("# daily_sigma = high\nhour,rate\n{}", rows()));
        assert_eq!((line, problem.as_str()), (1, "`high` is not a value of `daily_sigma`"));
        let (line, problem) =
            told(format!("hour,rate\n{}", rows().replace("\n5,6\n", "\n5,NaN\n")));
        assert_eq!((line, problem.as_str()), (7, "`NaN` is not a rate from 0 to 1e15"));
        let (line, problem) = told("hour,rate\n0,1\n1,2\n".to_owned());
        assert_eq!(line, 3);
        assert!(problem.ends_with("here are 2"), "{problem}");
        let unsorted = format!("# input_tokens = 5 1 2 3 4 5 7 6\nhour,rate\n{}", rows());
        assert_eq!(told(unsorted).0, 1);
    }

    fn some_lengths() -> impl Strategy<Value = Option<Lengths>> {
        proptest::option::of((0.0..1e6_f64, proptest::array::uniform7(0.0..1e6_f64))).prop_map(
            |l| {
                l.map(|(mean, mut quantiles)| {
                    quantiles.sort_by(f64::total_cmp);
                    Lengths { mean, quantiles }
                })
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(
            rates in proptest::collection::vec(0.0..1.0_f64, 168),
            busiest in 0..168_usize,
            sigma in proptest::option::of(0.0..3.0_f64),
            correlation in proptest::option::of(-1.0..1.0_f64),
            (input, output) in (some_lengths(), some_lengths()),
            observed_hours in 0..=168_u32,
            source in "[a-zA-Z0-9][a-zA-Z0-9 #=,;'\"é]{0,40}[a-z]",
        ) {
            let mut hours: [f64; 168] = rates.try_into().unwrap();
            hours[busiest] = 1.0;
            let profile = Profile {
                hours,
                daily_sigma: sigma,
                daily_correlation: correlation,
                input_tokens: input,
                output_tokens: output,
                observed_hours,
                source,
            };
            let notes = [("licence", "CC-BY-4.0"), ("command", "offtake profile \"a\nb\"")];
            let text = write_profile(&profile, &notes);
            prop_assert_eq!(read_profile(text.as_bytes(), "other").unwrap(), profile);
        }
    }
}
