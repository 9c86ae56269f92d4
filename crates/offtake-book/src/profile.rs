//! The seam to `offtake-trace`, which owns the file of a profile.

use crate::document::{Table, read_table};
use offtake_model::{Finding, Profile};

/// Reads a profile: 168 rows of `hour,rate`, Monday 00:00 UTC first.
pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Profile, Box<Finding>> {
    let table = read_table(bytes)?;
    hours(&table)
        .map(|hours| Profile {
            hours,
            source: name.to_owned(),
            observed_hours: 168,
            ..Profile::flat()
        })
        .ok_or_else(|| {
            let problem = "this is not a profile of the 168 hours of a week".to_owned();
            Box::new(Finding::error(
                "bad-profile",
                "",
                problem,
                "write it with `offtake profile`".to_owned(),
            ))
        })
}

fn hours(table: &Table) -> Option<[f64; 168]> {
    let column = table.head.len().checked_sub(1)?;
    let values: Option<Vec<f64>> =
        table.rows.iter().map(|(_, row)| row.get(column)?.parse().ok()).collect();
    let values = values?;
    let most = values.iter().copied().fold(0.0, f64::max);
    if most <= 0.0
        || !most.is_finite()
        || values.iter().any(|value| !value.is_finite() || *value < 0.0)
    {
        return None;
    }
    values.iter().map(|value| value / most).collect::<Vec<f64>>().try_into().ok()
}
