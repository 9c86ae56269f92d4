//! Work that may wait: earliest due first, as much of it as the cuts leave room for, at once.
//!
//! Since all of a block waits equally long, earliest due first is first come first served, and it
//! loses the least work in total that any schedule can (an exchange argument). Of the many schedules
//! that lose as little, another may leave more to the blocks that come later: [`super::window`] finds
//! the best on short windows, and [`super::Note`] says where this rule stands in for it.

/// The queue of one block that may wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    delay: usize,
    /// Work that had come by the end of each of the last `delay` hours, counted from when the queue
    /// was last empty; hours at hand are written behind them.
    come: Vec<f64>,
    /// Work that has come, and that was served or lost, since the queue was last empty.
    total: f64,
    done: f64,
}

/// Hours that are served at a time, at most.
const MOST: usize = crate::kernel::TILE;
/// Less than this share of what has come is nothing: what rounding leaves.
const TINY: f64 = 1e-12;

impl Queue {
    pub(crate) fn new(delay: usize) -> Queue {
        Queue { delay, come: vec![0.0; delay + MOST], total: 0.0, done: 0.0 }
    }

    pub(crate) fn clear(&mut self) {
        self.come.fill(0.0);
        (self.total, self.done) = (0.0, 0.0);
    }

    /// Takes in what is `wanted` in each hour, serves at most `room`, and writes what was served and
    /// what is lost because its time is over.
    pub(crate) fn serve(
        &mut self,
        wanted: &[f32],
        room: &[f32],
        served: &mut [f32],
        lost: &mut [f32],
    ) {
        if self.total - self.done <= TINY * self.total {
            // Nothing waits: what came is done, so the count may begin anew.
            self.clear();
            if wanted.iter().zip(room).all(|(wanted, room)| wanted <= room) {
                served.copy_from_slice(wanted);
                lost.fill(0.0);
                return;
            }
        }
        if room.iter().all(|room| *room <= 0.0) {
            served.fill(0.0);
            self.starve(wanted, lost);
        } else {
            self.work_off(wanted, room, served, lost);
        }
        self.come.copy_within(wanted.len()..wanted.len() + self.delay, 0);
    }

    /// Serves nothing.
    fn starve(&mut self, wanted: &[f32], lost: &mut [f32]) {
        for (hour, (wanted, lost)) in wanted.iter().zip(lost).enumerate() {
            self.total += f64::from(*wanted);
            self.come[self.delay + hour] = self.total;
            let over = self.done.max(self.come[hour]);
            *lost = (over - self.done) as f32;
            self.done = over;
        }
    }

    fn work_off(&mut self, wanted: &[f32], room: &[f32], served: &mut [f32], lost: &mut [f32]) {
        for hour in 0..wanted.len() {
            self.total += f64::from(wanted[hour]);
            self.come[self.delay + hour] = self.total;
            let now = f64::from(room[hour]).min(self.total - self.done).max(0.0);
            self.done += now;
            // What had come `delay` hours ago must be done by the end of this hour.
            let over = self.done.max(self.come[hour]);
            served[hour] = now as f32;
            lost[hour] = (over - self.done) as f32;
            self.done = over;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(delay: usize, loads: &[f32], rooms: &[f32]) -> Vec<(f32, f32)> {
        let mut queue = Queue::new(delay);
        let (mut served, mut lost) = (vec![0.0; loads.len()], vec![0.0; loads.len()]);
        queue.serve(loads, rooms, &mut served, &mut lost);
        served.into_iter().zip(lost).collect()
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

    #[test]
    fn without_any_room_work_is_lost_when_its_time_is_over() {
        assert_eq!(
            run(2, &[5.0, 7.0, 0.0, 1.0], &[0.0; 4]),
            [(0.0, 0.0), (0.0, 0.0), (0.0, 5.0), (0.0, 7.0)]
        );
    }

    #[test]
    fn hours_may_come_in_any_pieces() {
        let wanted = [5.0, 0.0, 7.0, 3.0, 0.0, 0.0, 8.0, 1.0, 0.0, 2.0];
        let room = [3.0, 1.0, 0.0, 0.0, 0.0, 5.0, 1.0, 6.0, 2.0, 9.0];
        for delay in 0..5 {
            let whole = run(delay, &wanted, &room);
            let mut queue = Queue::new(delay);
            let mut pieces = Vec::new();
            for hour in 0..wanted.len() {
                let (mut served, mut lost) = ([0.0], [0.0]);
                queue.serve(&wanted[hour..=hour], &room[hour..=hour], &mut served, &mut lost);
                pieces.push((served[0], lost[0]));
            }
            assert_eq!(pieces, whole, "delay {delay}");
        }
    }
}
