//! What a seed decides.

use offtake_stdx::{Entity, Purpose, Stream};

/// Dice of one seed, for one actor.
pub(crate) struct Dice(Stream);

impl Dice {
    pub(crate) fn of(seed: u64, actor: &str, number: u64) -> Dice {
        Dice(Stream::new(seed, Purpose::new("drill"), Entity::new(actor), number, 0))
    }

    /// Returns a whole number below `most`.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        (self.0.uniform() * most as f64) as u64
    }
}
