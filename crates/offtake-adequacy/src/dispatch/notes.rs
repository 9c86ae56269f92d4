//! What of a system is served by a rule rather than exactly, so that results can say so.

use super::{gangs, window};
use crate::system::{System, Work};
use offtake_model::Month;

/// A rule that stands in for the optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Work that may wait comes before other work over a horizon longer than a short window, or
    /// before a gang: of the schedules that lose least of it, one is taken by a rule.
    WaitingByRule,
    /// Gangs have so many fabrics to choose from that ties may be cut off by the room that is left.
    ManyFabrics,
}

impl Note {
    /// Returns the note in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Note::WaitingByRule => {
                "work that may wait is served earliest due first, as soon as there is room; the work after it may be served a little less than it could be"
            }
            Note::ManyFabrics => {
                "where many fabrics run a gang equally long, those with most room left are tried and not all of them"
            }
        }
    }
}

impl System {
    /// Returns the rules that stand in for the optimum in this system; empty when dispatch is exact.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let waits = |work: Work| matches!(work, Work::Divisible { delay: 1.., .. });
        let first = self.blocks.iter().position(|block| waits(block.work));
        let after = first.map_or(&[][..], |first| &self.blocks[first + 1..]);
        let is_gang = |work: Work| matches!(work, Work::Gang(_));
        let is_solved = window::is_short(self) && !after.iter().any(|block| is_gang(block.work));
        if !after.is_empty() && !is_solved {
            notes.push(Note::WaitingByRule);
        }
        // Only gangs of one month compete for its fabrics.
        let choices = |month: &Month| {
            let active = self
                .gangs
                .iter()
                .filter(|gang| !crate::run::active_hours(*month, gang.hours).is_empty());
            active.fold(1_usize, |n, gang| n.saturating_mul(gang.at.len().max(1)))
        };
        if self.axis.months().iter().any(|month| choices(month) > gangs::MOST_COURSES) {
            notes.push(Note::ManyFabrics);
        }
        notes
    }
}
