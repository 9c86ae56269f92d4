//! Gangs: which fabric holds which gang for a month, all or nothing in each hour.
//!
//! Each gang in order takes the fabric that runs it for the most hours of the month; among equals
//! the one with the most room left, then the first. For a single gang, or gangs that do not compete
//! for a fabric, that is optimal; where gangs compete it is a rule, and results say so.

use super::service::Service;
use crate::kernel::{self, TILE};
use crate::system::{GangSpec, System};
use offtake_model::Month;

/// Where a gang runs in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placement {
    class: usize,
    hours: usize,
    room: f64,
}

impl Service {
    /// Places `gang` for the month, takes its GPUs from the cuts, and writes what is unserved.
    pub(crate) fn place_gang(
        &mut self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        block: usize,
    ) {
        let best = gang
            .at
            .iter()
            .filter_map(|&class| self.try_gang(system, month, gang, class))
            .fold(None, |best: Option<Placement>, one| match best {
                Some(b) if (b.hours, b.room) >= (one.hours, one.room) => Some(b),
                _ => Some(one),
            });
        self.run_gang(system, month, gang, best.map(|b| b.class), block);
    }

    fn active(month: Month, gang: &GangSpec) -> std::ops::Range<usize> {
        let clamp =
            |hour: i64| hour.clamp(month.start as i64, month.end as i64) as usize - month.start;
        clamp(gang.hours.from)..clamp(gang.hours.until)
    }

    /// Returns for how many hours of the month `class` could run the gang.
    fn try_gang(
        &self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        class: usize,
    ) -> Option<Placement> {
        let active = Self::active(month, gang);
        let least = gang.size as f32 - system.tolerance;
        let (mut hours, mut total) = (0, 0.0);
        for tile in 0..month.len().div_ceil(TILE) {
            let room = kernel::room(&system.classes[class].cuts, self.slack(tile));
            for (i, r) in
                room.iter().enumerate().filter(|(i, _)| active.contains(&(tile * TILE + i)))
            {
                let _ = i;
                hours += usize::from(*r >= least);
                total += f64::from(r.max(0.0));
            }
        }
        (hours > 0).then_some(Placement { class, hours, room: total })
    }

    fn run_gang(
        &mut self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        class: Option<usize>,
        block: usize,
    ) {
        let active = Self::active(month, gang);
        let size = gang.size as f32;
        for tile in 0..month.len().div_ceil(TILE) {
            let mut served = [0.0_f32; TILE];
            let room =
                class.map(|class| kernel::room(&system.classes[class].cuts, self.slack(tile)));
            for i in 0..TILE {
                let hour = tile * TILE + i;
                let is_active = active.contains(&hour);
                let runs = is_active && room.is_some_and(|room| room[i] >= size - system.tolerance);
                served[i] = if runs { size } else { 0.0 };
                self.shorts[block][hour] = if is_active && !runs { size } else { 0.0 };
            }
            if let Some(class) = class {
                kernel::take(&system.classes[class].cuts, &served, self.slack_mut(tile));
            }
        }
    }
}
