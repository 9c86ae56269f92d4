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
use std::ops::Range;

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
        let fabrics = self.fabrics(system, month, first);
        if fabrics.len() < 2 {
            self.placings[first] = Placing::At(fabrics.first().copied());
            return;
        }
        let mut courses = self.branch(system, month, first, fabrics);
        let mut next = first + 1;
        while courses.len() > 1 && next < system.blocks.len() {
            let run = next..next_gang(system, month, next);
            courses = least_unserved(system, month, run.clone(), courses, |course| {
                course.serve_blocks(system, month, loads, run.clone());
            });
            next = run.end;
            if next < system.blocks.len() {
                courses = courses
                    .into_iter()
                    .flat_map(|mut course| {
                        let fabrics = course.fabrics(system, month, next);
                        course.branch(system, month, next, fabrics)
                    })
                    .collect();
                courses = least_unserved(system, month, next..next + 1, courses, |_| {});
                next += 1;
            }
        }
        if let Some(best) = courses.first() {
            self.placings.clone_from(&best.placings);
        }
    }

    /// Returns a course for each of the fabrics, with the gang of `block` placed there.
    fn branch(
        &self,
        system: &System,
        month: Month,
        block: usize,
        fabrics: Vec<usize>,
    ) -> Vec<Service> {
        let Work::Gang(gang) = system.blocks[block].work else { return vec![self.clone()] };
        let place = |class: Option<usize>| {
            let mut course = self.clone();
            course.placings[block] = Placing::At(class);
            course.place_gang(system, month, &system.gangs[gang], block);
            course
        };
        if fabrics.is_empty() {
            return vec![place(None)];
        }
        fabrics.into_iter().map(|class| place(Some(class))).collect()
    }

    /// Returns the fabrics that run the gang of `block` for most hours, those with most room first; of
    /// those that take the same from all work that is left, the first.
    fn fabrics(&mut self, system: &System, month: Month, block: usize) -> Vec<usize> {
        let Work::Gang(gang) = system.blocks[block].work else { return Vec::new() };
        let gang = &system.gangs[gang];
        let mut fabrics = self.best_fabrics(system, month, gang);
        if next_gang(system, month, block + 1) == system.blocks.len() {
            let mut kinds = Vec::new();
            fabrics.retain(|fabric| {
                let kind = gang.at.iter().position(|at| *at == fabric.class).map(|i| gang.kinds[i]);
                let is_new = !kinds.contains(&kind);
                kinds.push(kind);
                is_new
            });
        }
        fabrics.into_iter().map(|fabric| fabric.class).collect()
    }

    /// Returns the fabrics that run the gang for most hours, those with most room first.
    fn best_fabrics(&mut self, system: &System, month: Month, gang: &GangSpec) -> Vec<Fabric> {
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

    /// Returns for how many hours of the month `class` could run the gang.
    fn try_fabric(
        &mut self,
        system: &System,
        month: Month,
        gang: &GangSpec,
        class: usize,
    ) -> Option<Fabric> {
        let active = gang.active(month);
        let least = gang.size as f32 - system.tolerance;
        let (mut hours, mut total) = (0, 0.0);
        for tile in active.start / TILE..active.end.div_ceil(TILE) {
            let room = kernel::room(&system.classes[class].cuts, self.slack(system, tile));
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
        let active = gang.active(month);
        let size = gang.size as f32;
        if active.is_empty() {
            return self.shorts[block].fill(0.0);
        }
        for tile in 0..month.len().div_ceil(TILE) {
            let mut served = [0.0_f32; TILE];
            let room =
                class.map(|class| kernel::room(&system.classes[class].cuts, self.slack(system, tile)));
            for i in 0..TILE {
                let hour = tile * TILE + i;
                let is_active = active.contains(&hour);
                let runs = is_active && room.is_some_and(|room| room[i] >= size - system.tolerance);
                served[i] = if runs { size } else { 0.0 };
                self.shorts[block][hour] = if is_active && !runs { size } else { 0.0 };
            }
            if let Some(class) = class {
                self.take(system, tile, class, &served);
            }
        }
    }
}

/// Returns the first block from `from` on that is a gang which runs in the month, or the end.
fn next_gang(system: &System, month: Month, from: usize) -> usize {
    let runs = |block: &crate::Block| match block.work {
        Work::Gang(gang) => system.gangs[gang].is_active(month),
        Work::Divisible { .. } => false,
    };
    system.blocks[from..].iter().position(runs).map_or(system.blocks.len(), |at| from + at)
}

/// Serves each course, and keeps those that leave least of each of the `blocks` in turn unserved, as
/// far as single precision can tell.
fn least_unserved(
    system: &System,
    month: Month,
    blocks: Range<usize>,
    mut courses: Vec<Service>,
    serve: impl Fn(&mut Service),
) -> Vec<Service> {
    let slop = f64::from(system.tolerance) * month.len() as f64 / 8.0;
    for (index, course) in courses.iter_mut().enumerate() {
        serve(course);
        // Where the first serves all that is left, nothing is better.
        let is_last = blocks.end == system.blocks.len();
        let short = || blocks.clone().map(|block| course.unserved(month, block)).sum::<f64>();
        if index == 0 && is_last && short() <= f64::from(system.tolerance) {
            courses.truncate(1);
            return courses;
        }
    }
    for block in blocks {
        let unserved: Vec<f64> = courses.iter().map(|c| c.unserved(month, block)).collect();
        let most = unserved.iter().copied().fold(f64::INFINITY, f64::min) + slop;
        let mut unserved = unserved.into_iter();
        courses.retain(|_| unserved.next().is_some_and(|short| short <= most));
    }
    courses.truncate(MOST_COURSES);
    courses
}
