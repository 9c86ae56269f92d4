//! Gangs: which fabric holds which gang for a month, all or nothing in each hour.
//!
//! In strict order the first gang must run for as many hours as any fabric lets it, so only fabrics
//! that tie are a choice. Every tie is followed block by block to the end of the order, keeping at
//! each block those courses alone that leave least of it unserved: what remains is the optimum. Ties
//! are few, since hours are whole numbers and the blocks in between decide; beyond [`MOST_COURSES`]
//! at once the rule goes on with those in which most room was left, and [`super::notes`] says that a
//! book may come there.

use super::service::Service;
use crate::kernel::{self, TILE};
use crate::system::{GangSpec, System, Work};
use offtake_model::Month;

/// Courses that are followed at once.
pub(crate) const MOST_COURSES: usize = 64;

/// Where a gang runs in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Placing {
    /// Not looked for: the fabric with most hours, then most room.
    #[default]
    ByRule,
    /// The class that stands for its fabric, or none.
    At(Option<usize>),
}

/// A fabric that could run a gang.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fabric {
    class: usize,
    hours: usize,
    room: f64,
}

impl Service {
    /// Decides where the gang of block `first` runs this month, and, where fabrics tie for it, all that
    /// come later.
    pub(crate) fn choose_fabrics(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        first: usize,
    ) {
        if let Work::Gang(gang) = system.blocks[first].work {
            let fabrics = self.best_fabrics(system, month, &system.gangs[gang]);
            if fabrics.len() < 2 {
                self.placings[first] = Placing::At(fabrics.first().map(|fabric| fabric.class));
                return;
            }
        }
        let is_gang = |block: usize| matches!(system.blocks[block].work, Work::Gang(_));
        let mut courses = vec![self.clone()];
        let mut is_tried = false;
        for block in first..system.blocks.len() {
            if courses.len() == 1 && !(block..system.blocks.len()).any(is_gang) {
                break;
            }
            let mut next = Vec::new();
            for course in courses {
                course.follow(system, month, loads, block, &mut next);
            }
            courses = least_unserved(system, month, block, next);
            if courses.len() > 1 && !is_tried {
                is_tried = true;
                // The rule's own course often serves all that is left: then nothing is better.
                let mut rest = courses[0].clone();
                rest.serve_blocks(system, month, loads, block + 1..system.blocks.len());
                let left = (block + 1..system.blocks.len()).map(|b| rest.unserved(month, b));
                if left.sum::<f64>() <= f64::from(system.tolerance) {
                    return self.placings.clone_from(&courses[0].placings);
                }
            }
        }
        if let Some(best) = courses.first() {
            self.placings.clone_from(&best.placings);
        }
    }

    /// Serves one block on this course, or on one for each fabric that ties for a gang.
    fn follow(
        mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        block: usize,
        next: &mut Vec<Service>,
    ) {
        let Work::Gang(gang) = system.blocks[block].work else {
            self.serve_blocks(system, month, loads, block..block + 1);
            return next.push(self);
        };
        let gang = &system.gangs[gang];
        let fabrics = self.best_fabrics(system, month, gang);
        let (last, others) = match fabrics.split_last() {
            Some((last, others)) => (Some(last.class), others),
            None => (None, &[][..]),
        };
        for fabric in others {
            let mut course = self.clone();
            course.placings[block] = Placing::At(Some(fabric.class));
            course.place_gang(system, month, gang, block);
            next.push(course);
        }
        self.placings[block] = Placing::At(last);
        self.place_gang(system, month, gang, block);
        next.push(self);
    }

    /// Returns the fabrics that run the gang for most hours, those with most room first.
    fn best_fabrics(&self, system: &System, month: Month, gang: &GangSpec) -> Vec<Fabric> {
        let mut fabrics: Vec<Fabric> = gang
            .at
            .iter()
            .filter_map(|&class| self.try_fabric(system, month, gang, class))
            .collect();
        let most = fabrics.iter().map(|fabric| fabric.hours).max().unwrap_or(0);
        fabrics.retain(|fabric| fabric.hours == most);
        fabrics.sort_by(|a, b| b.room.total_cmp(&a.room));
        fabrics
    }

    /// Places `gang` for the month, takes its GPUs from the cuts, and writes what is unserved.
    pub(crate) fn place_gang(
        &mut self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        block: usize,
    ) {
        let class = match self.placings[block] {
            Placing::At(class) => class,
            Placing::ByRule => self.best_fabrics(system, month, gang).first().map(|f| f.class),
        };
        self.run_gang(system, month, gang, class, block);
    }

    fn active(month: Month, gang: &GangSpec) -> std::ops::Range<usize> {
        crate::run::active_hours(month, gang.hours)
    }

    /// Returns for how many hours of the month `class` could run the gang.
    fn try_fabric(
        &self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        class: usize,
    ) -> Option<Fabric> {
        let active = Self::active(month, gang);
        let least = gang.size as f32 - system.tolerance;
        let (mut hours, mut total) = (0, 0.0);
        for tile in active.start / TILE..active.end.div_ceil(TILE) {
            let room = kernel::room(&system.classes[class].cuts, self.slack(tile));
            let from = active.start.max(tile * TILE) - tile * TILE;
            let to = active.end.min((tile + 1) * TILE) - tile * TILE;
            for r in &room[from..to] {
                hours += usize::from(*r >= least);
                total += f64::from(*r);
            }
        }
        (hours > 0).then_some(Fabric { class, hours, room: total })
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
        if active.is_empty() {
            return self.shorts[block].fill(0.0);
        }
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

/// Keeps the courses that leave least of `block` unserved, as far as single precision can tell.
fn least_unserved(
    system: &System,
    month: Month,
    block: usize,
    mut courses: Vec<Service>,
) -> Vec<Service> {
    let unserved: Vec<f64> = courses.iter().map(|course| course.unserved(month, block)).collect();
    let least = unserved.iter().copied().fold(f64::INFINITY, f64::min);
    let most = least + f64::from(system.tolerance) * month.len() as f64 / 8.0;
    let mut unserved = unserved.into_iter();
    courses.retain(|_| unserved.next().is_some_and(|short| short <= most));
    courses.truncate(MOST_COURSES);
    courses
}
