//! Tables of plain numbers with two or three keys, stored row after row.
//!
//! A table whose first key is the scenario may hold one plane for all of them: then every scenario
//! reads that plane, and a hundred futures that agree in something store it once.

/// Numbers by three keys; the last one runs fastest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table3 {
    planes: usize,
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

/// Numbers by two keys; the last one runs fastest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table2 {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Table3 {
    /// Makes a table of this size with `value(plane, row, column)` in it.
    pub fn new(
        (planes, rows, columns): (usize, usize, usize),
        mut value: impl FnMut(usize, usize, usize) -> f64,
    ) -> Table3 {
        let mut values = Vec::with_capacity(planes * rows * columns);
        for plane in 0..planes {
            for row in 0..rows {
                values.extend((0..columns).map(|column| value(plane, row, column)));
            }
        }
        Table3 { planes, rows, columns, values }
    }

    /// Returns the sizes of the three keys.
    #[must_use]
    pub fn size(&self) -> (usize, usize, usize) {
        (self.planes, self.rows, self.columns)
    }

    /// Returns the row of two keys; the first is read as 0 where there is one plane for all.
    ///
    /// # Panics
    /// If a key is out of range.
    #[must_use]
    pub fn row(&self, plane: usize, row: usize) -> &[f64] {
        let plane = if self.planes == 1 { 0 } else { plane };
        assert!(row < self.rows, "row {row} of {}", self.rows);
        let first = (plane * self.rows + row) * self.columns;
        &self.values[first..first + self.columns]
    }

    /// Returns one number; the first key is read as 0 where there is one plane for all.
    ///
    /// # Panics
    /// If a key is out of range.
    #[must_use]
    pub fn at(&self, plane: usize, row: usize, column: usize) -> f64 {
        self.row(plane, row)[column]
    }

    /// Returns every number.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Sets every number to `value(plane, row, column, what it was)`.
    pub fn change(&mut self, mut value: impl FnMut(usize, usize, usize, f64) -> f64) {
        let (rows, columns) = (self.rows, self.columns);
        for (at, number) in self.values.iter_mut().enumerate() {
            let (plane, rest) = (at / (rows * columns), at % (rows * columns));
            *number = value(plane, rest / columns, rest % columns, *number);
        }
    }

    /// Returns the table with one more column at the end.
    #[must_use]
    pub fn with_column(&self, mut value: impl FnMut(usize, usize) -> f64) -> Table3 {
        Table3::new((self.planes, self.rows, self.columns + 1), |plane, row, column| {
            if column < self.columns { self.at(plane, row, column) } else { value(plane, row) }
        })
    }
}

impl Table2 {
    /// Makes a table of this size with `value(row, column)` in it.
    pub fn new(
        (rows, columns): (usize, usize),
        mut value: impl FnMut(usize, usize) -> f64,
    ) -> Table2 {
        let mut values = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            values.extend((0..columns).map(|column| value(row, column)));
        }
        Table2 { rows, columns, values }
    }

    /// Returns the sizes of the two keys.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Returns a row; it is read as row 0 where there is one row for all.
    ///
    /// # Panics
    /// If the key is out of range.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        let row = if self.rows == 1 { 0 } else { row };
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// Returns one number; the first key is read as 0 where there is one row for all.
    ///
    /// # Panics
    /// If a key is out of range.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.row(row)[column]
    }

    /// Returns every number.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Sets every number to `value(row, column, what it was)`.
    pub fn change(&mut self, mut value: impl FnMut(usize, usize, f64) -> f64) {
        let columns = self.columns;
        for (at, number) in self.values.iter_mut().enumerate() {
            *number = value(at / columns, at % columns, *number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plane_serves_every_scenario() {
        let table =
            Table3::new((1, 2, 3), |plane, row, column| (100 * plane + 10 * row + column) as f64);
        assert_eq!(table.at(5, 1, 2), 12.0);
        assert_eq!(table.row(0, 1), [10.0, 11.0, 12.0]);
        assert_eq!(table.with_column(|_, row| row as f64).row(3, 1), [10.0, 11.0, 12.0, 1.0]);
        assert_eq!(Table2::new((1, 2), |_, column| column as f64).at(7, 1), 1.0);
    }
}
