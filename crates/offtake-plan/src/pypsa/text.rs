//! Tables as comma-separated text.

/// A table that is being written.
pub(super) struct Table {
    text: String,
}

impl Table {
    /// Begins a table with these columns.
    pub(super) fn new<T: AsRef<str>>(columns: impl IntoIterator<Item = T>) -> Table {
        let mut table = Table { text: String::new() };
        table.row(columns);
        table
    }

    /// Adds a row.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.text.push('\n');
    }

    /// Adds a row that begins with a name and goes on with numbers.
    pub(super) fn numbers(&mut self, name: &str, numbers: impl IntoIterator<Item = f64>) {
        self.cell(name);
        for number in numbers {
            self.text.push(',');
            self.text.push_str(&text(number));
        }
        self.text.push('\n');
    }

    fn cell(&mut self, cell: &str) {
        if cell.contains([',', '"', '\n', '\r']) {
            self.text.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            self.text.push_str(cell);
        }
    }

    /// Returns all of it.
    pub(super) fn text(self) -> String {
        self.text
    }
}

/// Returns a number in as few digits as give it back.
pub(super) fn text(number: f64) -> String {
    format!("{number}")
}

/// Returns names with a number after those that were there already.
pub(super) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let mut one = name.clone();
        let mut count = 1;
        while all.contains(&one) {
            count += 1;
            one = format!("{name} ({count})");
        }
        all.push(one);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_stays_one_cell_and_a_second_name_is_another() {
        let mut table = Table::new(["name", "kgpu"]);
        table.numbers("a, \"b\"", [0.1, f64::INFINITY]);
        assert_eq!(table.text(), "name,kgpu\n\"a, \"\"b\"\"\",0.1,inf\n");
        let names = ["a", "a", "b", "a"].map(String::from);
        assert_eq!(distinct(names.into_iter()), ["a", "a (2)", "b", "a (3)"]);
    }
}
