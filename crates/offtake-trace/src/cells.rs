//! Cells of a line of CSV, and which column is what.

use crate::stamp::{self, Unit};

/// Returns the separator of a line: the most frequent of comma, semicolon and tab.
pub(crate) fn separator(line: &str) -> char {
    let count = |c: char| line.matches(c).count();
    let most = [';', '\t'].into_iter().max_by_key(|c| count(*c)).unwrap_or(',');
    if count(most) > count(',') { most } else { ',' }
}

/// Returns the cells of a line, without blanks and quotes round them.
pub(crate) fn cells(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?.trim_start_matches(' ');
        if let Some(quoted) = text.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            let after = quoted.get(end + 1..).unwrap_or("");
            rest = after.split_once(separator).map(|(_, next)| next);
            return Some(quoted[..end].trim());
        }
        let (cell, next) = match text.split_once(separator) {
            Some((cell, next)) => (cell, Some(next)),
            None => (text, None),
        };
        rest = next;
        Some(cell.trim())
    })
}

/// Which column is what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    pub(crate) time: usize,
    pub(crate) unit: Unit,
    pub(crate) count: Option<usize>,
    pub(crate) input: Option<usize>,
    pub(crate) output: Option<usize>,
}

const TIMES: &[&str] = &[
    "arrival",
    "arrivaltime",
    "arrivedat",
    "created",
    "createdat",
    "date",
    "datetime",
    "gmtcreate",
    "hour",
    "requeststarttime",
    "requesttime",
    "start",
    "starttime",
    "submit",
    "submitted",
    "submittime",
    "time",
    "timestamp",
    "ts",
];
const COUNTS: &[&str] = &[
    "calls",
    "count",
    "counts",
    "hits",
    "jobs",
    "n",
    "nrequests",
    "numrequests",
    "queries",
    "requestcount",
    "requests",
    "total",
    "value",
    "volume",
];
const INPUTS: &[&str] = &[
    "contexttokens",
    "inputlen",
    "inputlength",
    "inputtokens",
    "numinputtokens",
    "numprefilltokens",
    "promptlen",
    "prompttokens",
];
const OUTPUTS: &[&str] = &[
    "completiontokens",
    "generatedtokens",
    "generationtokens",
    "numdecodetokens",
    "numoutputtokens",
    "outputlen",
    "outputlength",
    "outputtokens",
];

/// Returns a column's name in small letters and digits alone.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Reads a head; `None` if it names no column of times.
pub(crate) fn head(line: &str, separator: char) -> Option<Columns> {
    let names: Vec<String> = cells(line, separator).map(plain).collect();
    let (time, unit) = names.iter().enumerate().find_map(|(i, name)| Some((i, unit_of(name)?)))?;
    let find =
        |list: &[&str]| (0..names.len()).find(|i| *i != time && list.contains(&names[*i].as_str()));
    Some(Columns { time, unit, count: find(COUNTS), input: find(INPUTS), output: find(OUTPUTS) })
}

/// Returns the unit in the name of a column of times, as of `timestamp_ms`.
fn unit_of(name: &str) -> Option<Unit> {
    if TIMES.contains(&name) {
        return Some(Unit::BySize);
    }
    let ends =
        [("ms", Unit::Millis), ("us", Unit::Micros), ("ns", Unit::Nanos), ("s", Unit::Seconds)];
    ends.into_iter()
        .find(|(end, _)| name.strip_suffix(end).is_some_and(|name| TIMES.contains(&name)))
        .map(|(_, unit)| unit)
}

/// Finds the column of times in a line without a head: the first cell that is a date, else a number
/// in the first cell.
pub(crate) fn headless(line: &str, separator: char) -> Option<Columns> {
    let is_time = |cell: &str| stamp::parse(cell, None, Unit::BySize).is_ok();
    let date = cells(line, separator).position(|c| c.parse::<f64>().is_err() && is_time(c));
    let first = cells(line, separator).next().is_some_and(is_time).then_some(0);
    Some(Columns { time: date.or(first)?, ..Columns::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split_at_separators_outside_of_quotes() {
        let all: Vec<&str> = cells("a, \"b, c\" ,,d ", ',').collect();
        assert_eq!(all, ["a", "b, c", "", "d"]);
        assert_eq!(cells("\"open", ',').collect::<Vec<_>>(), ["open"]);
        assert_eq!(cells("", ',').collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn the_separator_is_the_most_frequent_one() {
        assert_eq!(separator("a;b;c,d"), ';');
        assert_eq!(separator("a\tb"), '\t');
        assert_eq!(separator("a"), ',');
    }

    #[test]
    fn columns_are_known_by_many_names_and_their_units() {
        let columns = head("id,Timestamp_ms,prompt-tokens,Completion Tokens", ',').unwrap();
        assert_eq!((columns.time, columns.unit), (1, Unit::Millis));
        assert_eq!((columns.input, columns.output, columns.count), (Some(2), Some(3), None));
        assert_eq!(head("a,b", ','), None);
    }

    #[test]
    fn without_a_head_a_date_is_preferred_to_a_number() {
        assert_eq!(headless("17,2024-05-01 10:00:00", ',').map(|c| c.time), Some(1));
        assert_eq!(headless("17,18", ',').map(|c| c.time), Some(0));
        assert_eq!(headless("x,y", ','), None);
    }
}
