//! How time passes in the ledger.
//!
//! What counts is the time of the events. Whoever looks at the clock in between sees holds lapse before any event says
//! so, and that is taken back where the next event turns out to be earlier.

use super::{Ledger, Standing, State};
use offtake_ledger::{Instant, Minute};

impl Ledger {
    /// Moves time on: holds that lapsed are free again. Time never goes back.
    pub fn advance(&mut self, now: Instant) {
        let mut foregone = std::mem::take(&mut self.foregone);
        self.lapse(now, |standing| foregone.push(standing.clone()));
        self.foregone = foregone;
    }

    pub(super) fn lapse(&mut self, now: Instant, mut keep: impl FnMut(&Standing)) {
        self.now = self.now.max(now);
        while let Some((lapses, id)) = self.lapsing.first().copied() {
            if lapses > self.now {
                return;
            }
            self.lapsing.pop_first();
            self.promises.get(&id).into_iter().for_each(&mut keep);
            self.free_from(id, Minute::MIN);
            self.touch(id, |standing| standing.state = State::Lapsed);
        }
    }

    /// Takes back what [`Ledger::advance`] did after an instant: the next event may be earlier than somebody looked at
    /// the clock, because another server was slow to commit it or because the clock was set back, and by that event's time a
    /// hold that it confirms had not lapsed.
    pub(super) fn go_back_to(&mut self, at: Instant) {
        self.now = self.now.min(at);
        for standing in std::mem::take(&mut self.foregone) {
            if standing.lapses > at {
                let id = standing.id;
                self.lapsing.insert((standing.lapses, id));
                self.promises.insert(id, standing);
                self.take(id);
            }
        }
    }
}
