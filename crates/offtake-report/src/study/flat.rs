//! Tables made of a part's JSON: every list of objects is one, with its path as its name.
//!
//! An object in a row becomes columns of its path; an estimate becomes `x` and `x_standard_error`; a list
//! of objects in a row becomes a table of its own whose rows begin with the words of the row they hang on.

use crate::table::{Row, Table, Value as Cell};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Returns the tables of `value`, whose names begin with `name`; scalars at its top are `name_summary`.
#[must_use]
pub fn flat(name: &str, value: &Value) -> Vec<Table> {
    let mut lists = Lists::default();
    match value {
        Value::Array(all) => lists.list(name, all, &[]),
        Value::Object(map) => {
            let mut row = Row::new();
            lists.object(name, "", map, &mut row, &[]);
            lists.push(&format!("{name}_summary"), row);
        }
        _ => {}
    }
    lists.tables()
}

/// Rows by the name of their table, in the order in which they were met.
#[derive(Default)]
struct Lists {
    order: Vec<String>,
    rows: BTreeMap<String, Vec<Row>>,
}

impl Lists {
    fn push(&mut self, table: &str, row: Row) {
        if row.is_empty() {
            return;
        }
        if !self.rows.contains_key(table) {
            self.order.push(table.to_owned());
        }
        self.rows.entry(table.to_owned()).or_default().push(row);
    }

    fn list(&mut self, table: &str, all: &[Value], keys: &[(String, Cell)]) {
        for value in all.iter().filter_map(Value::as_object) {
            let mut row: Row = keys.to_vec();
            self.object(table, "", value, &mut row, &words(value, keys));
            self.push(table, row);
        }
    }

    fn object(
        &mut self,
        table: &str,
        prefix: &str,
        map: &Map<String, Value>,
        row: &mut Row,
        keys: &[(String, Cell)],
    ) {
        for (key, value) in map {
            let name = column(prefix, key);
            match value {
                Value::Array(all) if all.iter().any(Value::is_object) => {
                    self.list(&format!("{table}_{name}"), all, keys);
                }
                Value::Array(all) => row.push((name, Cell::Text(joined(all)))),
                Value::Object(inner) => self.object(table, &name, inner, row, keys),
                Value::String(text) => row.push((name, Cell::Text(text.clone()))),
                Value::Bool(flag) => row.push((name, Cell::Flag(*flag))),
                Value::Number(number) => row.push((name, cell(number.as_f64()))),
                Value::Null => row.push((name, Cell::Nothing)),
            }
        }
    }

    /// Gives the rows of each table the same columns, in the order in which they first came.
    fn tables(self) -> Vec<Table> {
        let table = |name: &String| {
            let rows = &self.rows[name];
            let mut columns: Vec<&String> = Vec::new();
            for (column, _) in rows.iter().flatten() {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
            let value = |row: &Row, column: &String| {
                let found = row.iter().find(|(name, _)| name == column);
                (column.clone(), found.map_or(Cell::Nothing, |(_, value)| value.clone()))
            };
            let whole = |row: &Row| columns.iter().map(|column| value(row, column)).collect();
            Table::new(name, rows.iter().map(whole).collect())
        };
        self.order.iter().map(table).collect()
    }
}

/// Returns the columns that say which row it is: its words, after those of what it hangs on.
fn words(value: &Map<String, Value>, keys: &[(String, Cell)]) -> Vec<(String, Cell)> {
    let own = value.iter().filter_map(|(key, value)| {
        value.as_str().map(|text| (key.clone(), Cell::Text(text.to_owned())))
    });
    let fresh = own.filter(|(key, _)| keys.iter().all(|(known, _)| known != key));
    keys.iter().cloned().chain(fresh).collect()
}

/// Returns the name of a column: the mean of an estimate goes by the estimate's own.
fn column(prefix: &str, key: &str) -> String {
    match (prefix, key) {
        ("", key) => key.to_owned(),
        (prefix, "mean") => prefix.to_owned(),
        (prefix, key) => format!("{prefix}_{key}"),
    }
}

fn cell(number: Option<f64>) -> Cell {
    number.filter(|number| number.is_finite()).map_or(Cell::Nothing, Cell::Number)
}

fn joined(all: &[Value]) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    all.iter().map(text).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_become_tables_and_lists_in_rows_hang_on_their_words() {
        let value = json!({
            "base": { "eue": 5, "lolh": 2.5 },
            "concentration": [
                { "kind": "maker", "hhi": 1, "shares": [{ "party": "nvidia", "share": 1 }] },
                { "kind": "grid", "hhi": 0.5, "shares": [
                    { "party": "ercot", "share": 0.5 }, { "party": "pjm", "share": 0.5 },
                ] },
            ],
            "stresses": [{ "id": "a", "delta_eue": { "mean": 3, "standard_error": 0.5 } }],
        });
        let tables = flat("stress", &value);
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "stress_concentration_shares",
                "stress_concentration",
                "stress_stresses",
                "stress_summary"
            ]
        );
        let columns = |table: &Table| -> Vec<String> {
            table.columns.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(columns(&tables[0]), ["kind", "party", "share"]);
        assert_eq!(tables[0].rows[1][0], Cell::Text("grid".into()));
        assert_eq!(columns(&tables[2]), ["id", "delta_eue", "delta_eue_standard_error"]);
        assert_eq!(columns(&tables[3]), ["base_eue", "base_lolh"]);
    }

    #[test]
    fn a_column_that_some_rows_lack_is_nothing_there() {
        let tables = flat("offers", &json!([{ "offer": "a" }, { "offer": "b", "price": 2 }]));
        assert_eq!(tables[0].rows[0], [Cell::Text("a".into()), Cell::Nothing]);
        assert_eq!(tables[0].columns[1], ("price".to_owned(), crate::table::Kind::Number));
    }
}
