//! The cuts that bind, or have bound lately: a handful of the dozens or hundreds that a book has.
//!
//! Blocks are served from these alone, which can only serve too much; then what every cut leaves is
//! worked out once for the whole tile, cuts that were overdrawn join, and the tile is served again.
//! What comes out is what all cuts together would have given, at the price of the few.

use crate::kernel::{self, TILE, Tile, Tiles};
use crate::system::System;

/// Months after which a cut that has not bound is dropped.
const IDLE_MONTHS: u32 = 3;
/// Share of the tolerance by which a cut that is not a member may be overdrawn.
const OVERDRAWN: f32 = 0.25;

#[derive(Clone, Debug, Default)]
struct Member {
    cut: usize,
    /// Months since it bound last.
    idle: u32,
}

/// The working set of cuts, and what they leave in the tile at hand.
#[derive(Clone, Debug)]
pub(crate) struct Working {
    members: Vec<Member>,
    /// By member: (resource, weight).
    capacity: Vec<Vec<(usize, f32)>>,
    /// By class: (member, coefficient, 1 / coefficient).
    of_class: Vec<Vec<(usize, f32, f32)>>,
    pub(crate) slack: Tiles,
}

impl Working {
    pub(crate) fn new(system: &System) -> Working {
        Working {
            members: Vec::new(),
            capacity: Vec::new(),
            of_class: vec![Vec::new(); system.classes.len()],
            slack: kernel::tiles(0),
        }
    }

    /// Forgets every cut.
    pub(crate) fn clear(&mut self) {
        self.members.clear();
        self.capacity.clear();
        self.slack.clear();
        self.of_class.iter_mut().for_each(Vec::clear);
    }

    /// Drops cuts that have not bound for months; called once a month.
    pub(crate) fn age(&mut self, system: &System) {
        for member in &mut self.members {
            member.idle += 1;
        }
        if self.members.iter().any(|member| member.idle > IDLE_MONTHS) {
            self.members.retain(|member| member.idle <= IDLE_MONTHS);
            self.table(system);
        }
    }

    /// Opens the members in a tile where nothing is served yet and `inputs` says what there is.
    pub(crate) fn open(&mut self, inputs: &[Tile]) {
        kernel::open_rows(&self.capacity, inputs, &mut self.slack);
    }

    /// Opens the members in a tile of which `slack` says what every cut leaves.
    pub(crate) fn reopen(&mut self, slack: &[Tile]) {
        for (left, member) in self.slack.iter_mut().zip(&self.members) {
            *left = slack[member.cut];
        }
    }

    /// Returns the members that bind a class, and what they leave.
    pub(crate) fn of(&mut self, class: usize) -> (&[(usize, f32, f32)], &mut [Tile]) {
        (&self.of_class[class], &mut self.slack)
    }

    /// Takes in the cuts that are overdrawn most in some hour; says whether there were new ones.
    pub(crate) fn learn(&mut self, system: &System, least: &Tile, slack: &[Tile]) -> bool {
        let known = self.members.len();
        for hour in 0..TILE {
            if least[hour] >= -system.tolerance * OVERDRAWN {
                continue;
            }
            let deepest =
                (0..slack.len()).min_by(|a, b| slack[*a][hour].total_cmp(&slack[*b][hour]));
            let Some(cut) = deepest else { continue };
            if !self.members.iter().any(|member| member.cut == cut) {
                self.members.push(Member { cut, idle: 0 });
            }
        }
        if self.members.len() > known {
            self.table(system);
        }
        self.members.len() > known
    }

    /// Notes which members bind in some hour of the tile, and lists them in `binding`.
    pub(crate) fn note(&mut self, system: &System, binding: &mut Vec<usize>) {
        binding.clear();
        for (member, slack) in self.members.iter_mut().zip(self.slack.iter()) {
            if kernel::least(slack, f32::MAX) <= system.tolerance {
                member.idle = 0;
                binding.push(member.cut);
            }
        }
    }

    /// Tables the members by class.
    fn table(&mut self, system: &System) {
        self.capacity.clear();
        self.of_class.iter_mut().for_each(Vec::clear);
        for (index, member) in self.members.iter().enumerate() {
            let cut = &system.cuts[member.cut];
            let weights = cut.y.iter().enumerate().filter(|(_, y)| **y > 1e-9);
            self.capacity.push(weights.map(|(resource, y)| (resource, *y as f32)).collect());
            for (class, alpha) in cut.alpha.iter().enumerate().filter(|(_, alpha)| **alpha > 1e-9) {
                self.of_class[class].push((index, *alpha as f32, (1.0 / alpha) as f32));
            }
        }
        self.slack.resize(self.members.len(), [0.0; TILE]);
    }
}
