//! Work that may wait: served earliest due first, within what the cuts leave each hour.
//!
//! Since all of a block waits equally long, earliest due first is first come first served, and it
//! loses the least work in total that any schedule can (an exchange argument). Which of several
//! such schedules is best for the blocks that come later is not looked for: [`super::window`] does
//! so on short windows.

/// The queue of one block that may wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// Work that has come by the end of each of the last hours, in a ring.
    arrived: Vec<f64>,
    /// Work served or lost so far.
    done: f64,
    /// Work that has come so far.
    total: f64,
    hour: usize,
}

impl Queue {
    pub(crate) fn new(delay: usize) -> Queue {
        Queue { arrived: vec![0.0; delay + 1], ..Queue::default() }
    }

    pub(crate) fn clear(&mut self) {
        self.arrived.fill(0.0);
        (self.done, self.total, self.hour) = (0.0, 0.0, 0);
    }

    /// Takes in `load`, serves at most `room`, and returns what was served and what is lost because
    /// its time is over.
    pub(crate) fn step(&mut self, load: f64, room: f64) -> (f64, f64) {
        let slots = self.arrived.len();
        self.total += load;
        // What had come `delay` hours ago must be done by the end of this hour.
        self.arrived[self.hour % slots] = self.total;
        let due = if self.hour + 1 >= slots { self.arrived[(self.hour + 1) % slots] } else { 0.0 };
        self.hour += 1;
        let served = room.min(self.total - self.done).max(0.0);
        self.done += served;
        let lost = (due - self.done).max(0.0);
        self.done += lost;
        (served, lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(delay: usize, loads: &[f64], rooms: &[f64]) -> Vec<(f64, f64)> {
        let mut queue = Queue::new(delay);
        loads.iter().zip(rooms).map(|(&l, &r)| queue.step(l, r)).collect()
    }

    #[test]
    fn without_delay_what_does_not_fit_is_lost_at_once() {
        assert_eq!(run(0, &[5.0, 5.0], &[3.0, 9.0]), [(3.0, 2.0), (5.0, 0.0)]);
    }

    #[test]
    fn one_hour_of_delay_bridges_one_bad_hour() {
        assert_eq!(
            run(1, &[5.0, 5.0, 0.0], &[3.0, 9.0, 9.0]),
            [(3.0, 0.0), (7.0, 0.0), (0.0, 0.0)]
        );
        assert_eq!(
            run(1, &[5.0, 5.0, 0.0], &[0.0, 1.0, 9.0]),
            [(0.0, 0.0), (1.0, 4.0), (5.0, 0.0)]
        );
    }
}
