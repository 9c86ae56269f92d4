//! Work that may wait: served in the hours that cost the later blocks least, within what the cuts leave.
//!
//! What of a block can be served at which hours, s[t], is a polymatroid: with A the work that has come
//! and W the delay, every interval has `Σ_{a..b} s ≤ A[b] − A[a−1−W]`. So any schedule that cannot be
//! added to loses the least work in total that any can, and it may be filled greedily: first the room
//! that all later blocks leave, then the room that all but the last leave, and so on. Within each
//! hour first come is first served, which is also earliest due first.
//!
//! For one such block and GPUs that are alike this is the optimum for those that come later, month by
//! month; elsewhere a rule. [`super::window`] is exact on short windows.

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

    /// Returns what had come by the end of the hour `before` hours ago (0: the last), at most the delay.
    fn come(&self, before: usize) -> f64 {
        let slots = self.arrived.len();
        if before < self.hour { self.arrived[(self.hour - 1 - before) % slots] } else { 0.0 }
    }

    /// Returns how much to serve at each of the next hours, of which `loads` come, filling the room of
    /// each level before that of the next; a level's room includes that of those before it.
    pub(crate) fn spread<'a>(
        &self,
        loads: &[f64],
        levels: impl Iterator<Item = &'a [f32]>,
    ) -> Vec<f64> {
        let delay = self.arrived.len() - 1;
        let mut come = Vec::with_capacity(loads.len());
        let mut total = self.total;
        for load in loads {
            total += load;
            come.push(total);
        }
        // What must be done, or is lost, by the end of an hour.
        let due = |hour: usize| match hour.checked_sub(delay) {
            Some(at) => come[at],
            None => self.come(delay - 1 - hour),
        };
        let mut serve = vec![0.0; loads.len()];
        let mut later = vec![0.0; loads.len()];
        for room in levels {
            // The least that has come and is not served, at this hour or any later one.
            let mut done = self.done + serve.iter().sum::<f64>();
            let mut least = f64::INFINITY;
            for hour in (0..loads.len()).rev() {
                least = least.min(come[hour] - done);
                later[hour] = least;
                done -= serve[hour];
            }
            let (mut done, mut added) = (self.done, 0.0);
            let mut earlier = done - self.come(delay);
            for hour in 0..loads.len() {
                let most = (f64::from(room[hour]) - serve[hour]).min(later[hour] - added + earlier);
                let more = most.max(0.0);
                serve[hour] += more;
                added += more;
                done += serve[hour];
                earlier = earlier.min(done - due(hour));
            }
        }
        serve
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

    fn spread(delay: usize, loads: &[f64], levels: &[&[f32]]) -> Vec<f64> {
        Queue::new(delay).spread(loads, levels.iter().copied())
    }

    #[test]
    fn room_that_nobody_needs_is_used_first() {
        // Three hours of delay: all waits for the idle hour, where it fits.
        assert_eq!(spread(3, &[4.0, 0.0, 0.0], &[&[0.0, 0.0, 4.0], &[9.0; 3]]), [0.0, 0.0, 4.0]);
        // Half of it does not fit there, and takes what it must.
        assert_eq!(spread(3, &[4.0, 0.0, 0.0], &[&[0.0, 0.0, 2.0], &[9.0; 3]]), [2.0, 0.0, 2.0]);
        // With one hour of delay the idle hour comes too late.
        assert_eq!(spread(1, &[4.0, 0.0, 0.0], &[&[0.0, 0.0, 4.0], &[9.0; 3]]), [4.0, 0.0, 0.0]);
    }

    #[test]
    fn spreading_loses_no_more_than_earliest_due_first() {
        let loads = [5.0, 0.0, 7.0, 3.0, 0.0, 0.0, 8.0, 1.0, 0.0];
        let rooms = [3.0_f32, 1.0, 2.0, 4.0, 0.0, 5.0, 1.0, 6.0, 2.0];
        let idle = [0.0_f32, 1.0, 0.0, 3.0, 0.0, 1.0, 0.0, 2.0, 2.0];
        for delay in 1..5 {
            let served: f64 = spread(delay, &loads, &[&idle, &rooms]).iter().sum();
            let rooms: Vec<f64> = rooms.iter().map(|r| f64::from(*r)).collect();
            let early: f64 = run(delay, &loads, &rooms).iter().map(|(served, _)| served).sum();
            assert!((served - early).abs() < 1e-9, "{delay}: {served} against {early}");
        }
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
