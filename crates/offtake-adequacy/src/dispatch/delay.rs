//! Work that may wait: earliest due first, as much of it as the cuts leave room for, at once.
//!
//! Since all of a block waits equally long, earliest due first is first come first served, and it
//! loses the least work in total that any schedule can (an exchange argument). Of the many schedules
//! that lose as little, another may leave more to the blocks that come later: [`super::window`] finds
//! the best on short windows, and [`super::Note`] says where this rule stands in for it.

use crate::kernel::TILE;

/// The queue of one block that may wait.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    delay: usize,
    /// Work that waits, by the hour in which it came, oldest first; hours at hand are written behind.
    waits: Vec<f32>,
    is_empty: bool,
}

impl Queue {
    pub(crate) fn new(delay: usize) -> Queue {
        Queue { delay, waits: vec![0.0; delay + TILE], is_empty: true }
    }

    pub(crate) fn clear(&mut self) {
        self.waits.fill(0.0);
        self.is_empty = true;
    }

    /// Says whether as much waits here as in `other`, hour by hour.
    pub(crate) fn is_same(&self, other: &Queue) -> bool {
        self.waits[..self.delay] == other.waits[..self.delay]
    }

    /// Becomes as `other` is, without what only a tile at hand needs.
    pub(crate) fn copy(&mut self, other: &Queue) {
        self.waits[..self.delay].copy_from_slice(&other.waits[..self.delay]);
        self.is_empty = other.is_empty;
    }

    /// Takes in what is `wanted` in each hour of at most a tile, serves at most `room`, and writes what
    /// was served and what is lost because its time is over.
    pub(crate) fn serve(
        &mut self,
        wanted: &[f32],
        room: &[f32],
        served: &mut [f32],
        lost: &mut [f32],
    ) {
        if self.is_empty && wanted.iter().zip(room).all(|(wanted, room)| wanted <= room) {
            served.copy_from_slice(wanted);
            return lost.fill(0.0);
        }
        let (delay, hours) = (self.delay, wanted.len());
        self.waits[delay..delay + hours].copy_from_slice(wanted);
        if room.iter().all(|room| *room <= 0.0) {
            served.fill(0.0);
            lost.copy_from_slice(&self.waits[..hours]);
        } else {
            self.work_off(room, served, lost);
        }
        self.waits.copy_within(hours..hours + delay, 0);
        self.is_empty = self.waits[..delay].iter().all(|waits| *waits == 0.0);
    }

    fn work_off(&mut self, room: &[f32], served: &mut [f32], lost: &mut [f32]) {
        let mut oldest = 0;
        for (hour, &room) in room.iter().enumerate() {
            let mut left = room;
            oldest = oldest.max(hour);
            while left > 0.0 && oldest <= self.delay + hour {
                let waits = &mut self.waits[oldest];
                if *waits > left {
                    *waits -= left;
                    left = 0.0;
                } else {
                    left -= *waits;
                    *waits = 0.0;
                    oldest += 1;
                }
            }
            served[hour] = room.max(0.0) - left.max(0.0);
            // What came `delay` hours ago must be done by the end of this hour.
            lost[hour] = std::mem::take(&mut self.waits[hour]);
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
