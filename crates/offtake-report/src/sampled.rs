//! Headlines by sample as a table, and read back from its file.
//!
//! A column is a result with its unit in brackets; a ratio of means has two, one with `over` and one with
//! `under` after it. `weight` says how much of the whole a sample is, by which its scenario has a probability.

use crate::table::{Row, Table, maybe, number};
use offtake_stdx::estimate::Weights;
use offtake_stdx::sampled::{Numbers, Sampled, Series};
use std::path::Path;

const OVER: &str = " over";
const UNDER: &str = " under";

/// Returns headlines by sample as a table; the part of a study that it belongs to comes before its name.
#[must_use]
pub fn sampled_table(sampled: &Sampled) -> Table {
    let weights = Weights::new(sampled.strata.clone(), &sampled.probabilities);
    let row = |i: usize| -> Row {
        let mut row = vec![
            number("sample", sampled.samples[i] as f64),
            number("scenario", sampled.strata[i] as f64),
            number("weight", weights.of(i)),
        ];
        for series in &sampled.series {
            let name = format!("{} [{}]", series.what, series.unit);
            match &series.numbers {
                Numbers::Mean(numbers) => row.push(maybe(&name, numbers[i])),
                Numbers::Ratio(pairs) => {
                    row.push(number(&format!("{name}{OVER}"), pairs[i].0));
                    row.push(number(&format!("{name}{UNDER}"), pairs[i].1));
                }
            }
        }
        row
    };
    Table::new("by_sample", (0..sampled.samples.len()).map(row).collect())
}

/// Reads headlines by sample back from the CSV that [`sampled_table`] became; `None` where there is no such
/// file, or something else is in it.
#[must_use]
pub fn read_sampled(file: &Path, seed: u64) -> Option<Sampled> {
    let mut reader = csv::Reader::from_path(file).ok()?;
    let heads: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    if heads.get(..3)? != ["sample", "scenario", "weight"] {
        return None;
    }
    let mut columns: Vec<Vec<Option<f64>>> = vec![Vec::new(); heads.len()];
    for record in reader.records() {
        let record = record.ok()?;
        for (column, cell) in columns.iter_mut().zip(record.iter()) {
            column.push(if cell.is_empty() { None } else { Some(cell.parse().ok()?) });
        }
    }
    let all = |column: usize| columns[column].iter().copied().collect::<Option<Vec<f64>>>();
    let strata: Vec<usize> = all(1)?.iter().map(|stratum| *stratum as usize).collect();
    let mut probabilities = vec![0.0; strata.iter().max()? + 1];
    for (stratum, weight) in strata.iter().zip(all(2)?) {
        *probabilities.get_mut(*stratum)? += weight;
    }
    let mut series = Vec::new();
    for (column, head) in heads.iter().enumerate().skip(3) {
        if head.ends_with(UNDER) {
            continue;
        }
        let (name, is_ratio) =
            head.strip_suffix(OVER).map_or((head.as_str(), false), |n| (n, true));
        let (what, unit) = name.strip_suffix(']')?.rsplit_once(" [")?;
        series.push(if is_ratio {
            let pairs = all(column)?.into_iter().zip(all(column + 1)?);
            Series::ratio(what, unit, pairs.collect())
        } else {
            Series::mean(what, unit, columns[column].clone())
        });
    }
    let samples = all(0)?.iter().map(|sample| *sample as u64).collect();
    Some(Sampled { seed, samples, strata, probabilities, series })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_sample_is_read_back() {
        let sampled = Sampled {
            seed: 7,
            samples: vec![0, 1, 2],
            strata: vec![0, 1, 1],
            probabilities: vec![0.25, 0.75],
            series: vec![
                Series::mean("payback", "months", vec![Some(3.0), None, Some(4.5)]),
                Series::ratio("a GPU-hour, used", "USD/GPUh", vec![(1.0, 2.0); 3]),
                Series::exact("least DSCR", "", None, 3),
            ],
        };
        let folder = std::env::temp_dir().join(format!("offtake-by-sample-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("by_sample.csv");
        crate::folder::write_csv(&sampled_table(&sampled), &file).unwrap();
        assert_eq!(read_sampled(&file, 7), Some(sampled));
        std::fs::write(&file, "sample,scenario\n1,0\n").unwrap();
        assert_eq!(read_sampled(&file, 7), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
