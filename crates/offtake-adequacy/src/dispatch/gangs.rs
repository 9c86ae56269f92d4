//! Gangs: which fabric holds which gang for a month, all or nothing in each hour.
//!
//! In strict order the first gang must run for as many hours as any fabric lets it, so only fabrics
//! that tie are a choice, and of those that take the same from all work that comes later only one.
//! Every tie is followed to the end of the order, and of the courses found the one is kept that leaves
//! least of each block in turn unserved: it is the optimum. Ties are few, since hours are whole numbers
//! and most fabrics are alike; after [`MOST_COURSES`] the rule goes on with those in which most room
//! was left, and [`super::notes`] says that a book may come there.

use super::service::Service;
use super::tile::within;
use crate::kernel::{self, Series, TILE};
use crate::system::{System, Work};
use offtake_model::Month;

/// Courses that are followed.
pub(crate) const MOST_COURSES: usize = 64;

/// Where a gang runs in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Placing {
    /// Not decided yet.
    #[default]
    Open,
    /// The class that stands for its fabric, or none.
    At(Option<usize>),
}

/// Where gangs were placed, and what that left unserved of every block.
#[derive(Clone, Debug, PartialEq)]
struct Course {
    placings: Vec<Placing>,
    unserved: Vec<f64>,
}

impl Placing {
    /// Returns the class that stands for its fabric.
    pub(super) const fn class(self) -> Option<usize> {
        match self {
            Placing::Open => None,
            Placing::At(class) => class,
        }
    }
}

/// A fabric that could run a gang.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fabric {
    class: usize,
    hours: usize,
    room: f64,
}

impl Service {
    /// Decides where every gang runs this month, of which nothing is served yet nor after this.
    pub(crate) fn place_gangs(&mut self, system: &System, month: Month, loads: &[Series]) {
        if !self.has_gangs {
            return;
        }
        let before = self.keep(system);
        let (mut served, mut gang) = (0, self.next_gang(system, month, 0));
        while gang < system.blocks.len() {
            if self.placings[gang] == Placing::Open {
                self.serve_blocks(system, month, loads, served..gang);
                served = gang;
                self.choose_fabrics(system, month, loads, gang);
            }
            gang = self.next_gang(system, month, gang + 1);
        }
        let placings = std::mem::take(&mut self.placings);
        self.give_back(system, &before);
        self.placings = placings;
    }

    /// Decides where the gang of block `first` runs this month, and, where fabrics tie for it, all that
    /// come later.
    pub(crate) fn choose_fabrics(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Series],
        first: usize,
    ) {
        let fabrics = self.fabrics(system, month, first);
        if fabrics.len() < 2 {
            self.placings[first] = Placing::At(fabrics.first().copied());
            return;
        }
        let mut courses = Vec::new();
        self.explore(system, month, loads, (first, fabrics), &mut courses);
        if let Some(best) = least_unserved(system, month, courses) {
            self.placings = best.placings;
        }
    }

    /// Places the gang of `block` at each of the fabrics, goes on from there to the end of the order,
    /// and takes everything back.
    fn explore(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Series],
        (block, fabrics): (usize, Vec<usize>),
        courses: &mut Vec<Course>,
    ) {
        let fabrics = match fabrics.is_empty() {
            true => vec![None],
            false => fabrics.into_iter().map(Some).collect(),
        };
        let next = self.next_gang(system, month, block + 1);
        let before = self.keep(system);
        for class in fabrics {
            self.placings[block] = Placing::At(class);
            self.serve_blocks(system, month, loads, block..next);
            if next < system.blocks.len() {
                let fabrics = self.fabrics(system, month, next);
                self.explore(system, month, loads, (next, fabrics), courses);
            } else {
                let unserved =
                    (0..system.blocks.len()).map(|block| self.unserved(month, block)).collect();
                courses.push(Course { placings: self.placings.clone(), unserved });
            }
            self.give_back(system, &before);
            if courses.len() >= MOST_COURSES || serves_all(system, block, courses) {
                break;
            }
        }
    }

    /// Returns the fabrics that run the gang of `block` for most hours, those with most room first; of
    /// those that take the same from all work that is left, the first.
    fn fabrics(&mut self, system: &System, month: Month, block: usize) -> Vec<usize> {
        let Work::Gang(gang) = system.blocks[block].work else { return Vec::new() };
        let mut fabrics = self.best_fabrics(system, month, gang);
        let gang = &system.gangs[gang];
        if self.next_gang(system, month, block + 1) == system.blocks.len() {
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

    /// Returns the first block from `from` on that is a gang which runs in the month, or the end.
    fn next_gang(&self, system: &System, month: Month, from: usize) -> usize {
        let blocks = system.blocks.len();
        (from..blocks).find(|&block| self.runs(system, block, month)).unwrap_or(blocks)
    }

    /// Returns the fabrics that run the gang for most hours, those with most room first.
    fn best_fabrics(&mut self, system: &System, month: Month, index: usize) -> Vec<Fabric> {
        let gang = &system.gangs[index];
        let fabric = |&class: &usize| Fabric { class, hours: 0, room: 0.0 };
        let mut fabrics: Vec<Fabric> = gang.at.iter().map(fabric).collect();
        let active = self.active(system, index, month);
        let least = gang.size as f32 - system.tolerance;
        for tile in active.start / TILE..active.end.div_ceil(TILE) {
            let slack = self.slack(system, tile);
            let hours = within(active.clone(), tile);
            for fabric in &mut fabrics {
                let room = kernel::room(&system.classes[fabric.class].cuts, slack);
                fabric.hours += room[hours.clone()].iter().filter(|room| **room >= least).count();
                fabric.room += kernel::sum(&room[hours.clone()]);
            }
        }
        let most = fabrics.iter().map(|fabric| fabric.hours).max().unwrap_or(0);
        fabrics.retain(|fabric| fabric.hours > 0 && fabric.hours == most);
        fabrics.sort_by(|a, b| b.room.total_cmp(&a.room));
        fabrics
    }
}

/// Says whether the only course so far serves all that comes after `block`: then nothing is better.
fn serves_all(system: &System, block: usize, courses: &[Course]) -> bool {
    let [course] = courses else { return false };
    course.unserved[block + 1..].iter().sum::<f64>() <= f64::from(system.tolerance)
}

/// Returns the first of the courses that leave least of each block in turn unserved, as far as single
/// precision can tell.
fn least_unserved(system: &System, month: Month, mut courses: Vec<Course>) -> Option<Course> {
    let slop = f64::from(system.tolerance) * month.len() as f64 / 8.0;
    for block in 0..system.blocks.len() {
        let least = courses.iter().map(|course| course.unserved[block]).fold(f64::MAX, f64::min);
        courses.retain(|course| course.unserved[block] <= least + slop);
    }
    courses.into_iter().next()
}
