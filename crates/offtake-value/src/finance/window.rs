//! The months that a project's money moves in, as places in a vector.

/// A run of calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first month, counted as everywhere from the month of the book's first day.
    pub first: i32,
    /// How many there are.
    pub len: usize,
}

impl Window {
    /// Makes the window of the months `first` to `last`, both in it.
    #[must_use]
    pub fn new(first: i32, last: i32) -> Window {
        Window { first, len: (last.saturating_sub(first)).max(0).unsigned_abs() as usize + 1 }
    }

    /// Returns the place of `month`; a month outside stands at the nearer end, so that no money is lost.
    #[must_use]
    pub fn at(&self, month: i32) -> usize {
        let place = month.saturating_sub(self.first).max(0).unsigned_abs() as usize;
        place.min(self.len - 1)
    }

    /// Returns the month at a place.
    #[must_use]
    pub fn month(&self, place: usize) -> i32 {
        self.first + place as i32
    }

    /// Returns a row of zeros.
    #[must_use]
    pub fn zeros(&self) -> Vec<i128> {
        vec![0; self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_outside_stand_at_the_nearer_end() {
        let window = Window::new(-3, 8);
        assert_eq!(window.len, 12);
        assert_eq!([-9, -3, 0, 8, 20].map(|month| window.at(month)), [0, 0, 3, 11, 11]);
        assert_eq!(window.month(3), 0);
    }
}
