//! What tables are made from: the ledger after all its events, and who did what to each promise when and why.

use super::Whose;
use super::cells::{Cell, Column, Kind, Out, maybe, text};
use offtake_desk::Ledger;
use offtake_ledger::{Cause, Change, Event, Instant, PromiseId};
use offtake_model::PartyId;
use offtake_store::{ReadPaths, Store, StoreError};
use std::collections::BTreeMap;
use std::io;

/// Columns of the table of events.
pub(super) const COLUMNS: &[Column] = &[
    ("event", Kind::Whole),
    ("at", Kind::At),
    ("kind", Kind::Text),
    ("promise", Kind::Text),
    ("tenant", Kind::Text),
    ("who", Kind::Text),
    ("why", Kind::Text),
    ("request", Kind::Text),
    ("overridden", Kind::Text),
];

/// One step in the life of a promise.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) at: Instant,
    pub(super) who: String,
    pub(super) why: String,
    pub(super) overridden: Option<String>,
}

/// What was done to a promise.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    pub(super) held: Option<Step>,
    pub(super) confirmed: Option<Step>,
}

/// An event without what it changed.
struct Line {
    seq: u64,
    at: Instant,
    kind: &'static str,
    promise: Option<PromiseId>,
    cause: Cause,
    overridden: Option<String>,
}

pub(super) struct Source {
    pub(super) ledger: Ledger,
    pub(super) stories: BTreeMap<PromiseId, Story>,
    lines: Vec<Line>,
}

impl Source {
    /// Reads a store from its first event.
    pub(super) fn read(store: &mut dyn Store) -> Result<Source, StoreError> {
        let head = store.head()?;
        let mut source =
            Source { ledger: Ledger::folding(), stories: BTreeMap::new(), lines: Vec::new() };
        store.rows_after(0, ReadPaths::Last, &mut |row| {
            let expected = source.ledger.seq() + 1;
            if row.seq != expected {
                let problem = format!("event {expected} is missing before it");
                return Err(StoreError::Broken { seq: row.seq, problem });
            }
            source.take(row.event()?);
            Ok(())
        })?;
        source.ledger.advance(head.now);
        Ok(source)
    }

    fn take(&mut self, event: Event) {
        self.ledger.apply(&event);
        let Event { seq, at, cause, change } = event;
        let (kind, promise) = (change.kind(), change.promise());
        let (is_first, overridden) = match change {
            Change::Held { overridden, .. } => (Some(true), overridden),
            Change::Confirmed { overridden, .. } => (Some(false), overridden),
            Change::Changed { overridden, .. } => (None, overridden),
            _ => (None, None),
        };
        if let (Some(id), Some(is_first)) = (promise, is_first) {
            let (who, why) = (cause.who.clone(), cause.why.clone());
            let step = Some(Step { at, who, why, overridden: overridden.clone() });
            let story = self.stories.entry(id).or_default();
            let place = if is_first { &mut story.held } else { &mut story.confirmed };
            *place = step;
        }
        self.lines.push(Line { seq, at, kind, promise, cause, overridden });
    }

    fn tenant_of(&self, promise: Option<PromiseId>) -> Option<&PartyId> {
        promise.and_then(|id| self.ledger.promise(id)).map(|standing| &standing.tenant)
    }

    /// Writes one row for each event. A tenant's are its own promises' alone, without their places among all events and
    /// without who did what for the desk.
    pub(super) fn events(&self, whose: &Whose, out: &mut dyn Out) -> io::Result<()> {
        let is_all = whose.is_none();
        for line in &self.lines {
            let tenant = self.tenant_of(line.promise);
            if !is_all && tenant != whose.as_ref() {
                continue;
            }
            let inner = |words: &str| if is_all { text(words) } else { Cell::Nothing };
            out.put(vec![
                if is_all { Cell::Whole(line.seq as i64) } else { Cell::Nothing },
                Cell::At(line.at),
                text(line.kind),
                maybe(line.promise, text),
                maybe(tenant, text),
                inner(&line.cause.who),
                inner(&line.cause.why),
                inner(&line.cause.request),
                maybe(line.overridden.as_deref(), inner),
            ])?;
        }
        Ok(())
    }
}
