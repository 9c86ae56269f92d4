//! What the desk does when it is told to: checks an order against the state as it is at that moment, and either says
//! which change comes of it or all that speaks against it.
//!
//! The store calls this inside the transaction that commits, on the state after every event before; whatever was chosen
//! on an older state is checked again here. **Invariant:** an accepted order never takes a GPU-minute that is promised
//! already; nobody can waive that.

use crate::breach::breaches_after;
use crate::checks::{self, Take};
use crate::publication::publication_faults;
use crate::quote::value;
use crate::request::{Fault, LONGEST_HOLD_MS, SHORTEST_HOLD_MS, constraint_faults};
use crate::{Ledger, Moved, Objection, Standing, State};
use offtake_ledger::{
    Change, Constraints, Firmness, Instant, LAST_PRIORITY, Part, Promise, PromiseId, Prospect,
    Publication, Settings, Tenant,
};
use offtake_model::PartyId;
use std::sync::Arc;

/// What may be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Publish new supply in place of the old.
    Publish(Arc<Publication>),
    /// Change the settings.
    Set(Settings),
    /// Enter a tenant, or change one.
    Enter(Tenant),
    /// Enter an opportunity, or change one.
    Foresee(Prospect),
    /// Forget an opportunity.
    Forget(String),
    /// Set capacity apart.
    Hold {
        /// The id that it gets.
        id: PromiseId,
        /// For whom.
        tenant: PartyId,
        /// What, as a quote offered it.
        parts: Vec<Part>,
        /// What was asked of it.
        constraints: Constraints,
        /// For how long, in milliseconds.
        lasts_ms: i64,
    },
    /// Approve a hold as a second person.
    Approve(PromiseId),
    /// Make a hold a commitment.
    Confirm(PromiseId),
    /// Take other capacity, in place of what of a promise is not used yet.
    Change {
        /// Which promise.
        promise: PromiseId,
        /// What it takes from the next minute on.
        parts: Vec<Part>,
    },
    /// Give a promise back.
    Release(PromiseId),
    /// End a promise.
    Cancel(PromiseId),
    /// Note that a token was made.
    Admit {
        /// Its name.
        name: String,
        /// Its role.
        role: String,
    },
    /// Note that a token was barred.
    Bar {
        /// Its name.
        name: String,
    },
}

/// A command with who gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is to be done.
    pub command: Command,
    /// Who says so.
    pub who: String,
    /// Why what may be waived is to be waived; `None` to waive nothing.
    pub waive: Option<String>,
}

impl Ledger {
    /// Returns the change that an order comes to at this moment.
    ///
    /// # Errors
    ///
    /// All that speaks against it, when something does that cannot be waived or is not.
    pub fn decide(&self, order: &Order) -> Result<Change, Vec<Objection>> {
        match &order.command {
            Command::Publish(publication) => self.publish(publication, order),
            Command::Set(settings) => Ok(Change::Set(settings.clone())),
            Command::Enter(tenant) => entered(tenant),
            Command::Foresee(prospect) => foreseen(prospect),
            Command::Forget(id) if self.prospects().contains_key(id) => {
                Ok(Change::Forgotten(id.clone()))
            }
            Command::Forget(id) => Err(vec![Objection::NoProspect(id.clone())]),
            Command::Hold { id, tenant, parts, constraints, lasts_ms } => {
                self.hold_of((*id, tenant), (parts, constraints), *lasts_ms, order)
            }
            Command::Approve(id) => self.approve(*id, &order.who),
            Command::Confirm(id) => self.confirm_of(*id, order),
            Command::Change { promise, parts } => self.change_of(*promise, parts, order),
            Command::Release(id) => {
                self.open(*id).map(|open| Change::Released { promise: open.id })
            }
            Command::Cancel(id) => {
                self.open(*id).map(|open| Change::Cancelled { promise: open.id })
            }
            Command::Admit { name, role } => {
                Ok(Change::Admitted { name: name.clone(), role: role.clone() })
            }
            Command::Bar { name } => Ok(Change::Barred { name: name.clone() }),
        }
    }

    fn publish(
        &self,
        publication: &Arc<Publication>,
        order: &Order,
    ) -> Result<Change, Vec<Objection>> {
        let faults = publication_faults(publication);
        if !faults.is_empty() {
            return Err(vec![Objection::Faults(faults)]);
        }
        let before = self.breaches();
        let is_new = |id: PromiseId| before.iter().all(|known| known.promise != id);
        let breached = breaches_after(self, publication);
        let objections = breached
            .into_iter()
            .filter(|breach| is_new(breach.promise))
            .map(|breach| Objection::WouldBreach(Box::new(breach)))
            .collect();
        settle(objections, order).map(|_| Change::Published(Arc::clone(publication)))
    }

    fn hold_of(
        &self,
        (id, tenant): (PromiseId, &PartyId),
        (parts, constraints): (&[Part], &Constraints),
        lasts_ms: i64,
        order: &Order,
    ) -> Result<Change, Vec<Objection>> {
        let mut faults = constraint_faults(constraints);
        if !(SHORTEST_HOLD_MS..=LONGEST_HOLD_MS).contains(&lasts_ms) {
            let problem = format!("is {} s", lasts_ms / 1_000);
            faults.push(Fault::new("lasts", problem, "hold for 1 second to 30 days"));
        }
        if !faults.is_empty() {
            return Err(vec![Objection::Faults(faults)]);
        }
        if self.promise(id).is_some() {
            return Err(vec![Objection::SameId(id)]);
        }
        let placed = checks::placed(self, parts)?;
        let take = Take { tenant, constraints, old: &[], new: &placed, standing: None };
        let (firmness, objections) = checks::all(self, &take);
        let overridden = settle(objections, order)?;
        let promise = Promise {
            id,
            tenant: tenant.clone(),
            parts: parts.to_vec(),
            constraints: constraints.clone(),
            firmness,
        };
        let lapses = Instant::from_millis(self.now().millis() + lasts_ms);
        Ok(Change::Held { promise, lapses, overridden })
    }

    fn approve(&self, id: PromiseId, who: &str) -> Result<Change, Vec<Objection>> {
        let standing = self.held(id)?;
        if *standing.held_by == *who {
            return Err(vec![Objection::SamePerson(who.to_owned())]);
        }
        Ok(Change::Approved { promise: id })
    }

    fn confirm_of(&self, id: PromiseId, order: &Order) -> Result<Change, Vec<Objection>> {
        let standing = self.held(id)?;
        let mut objections = checks::overdrawn(self, &standing.parts);
        let worth = value(&standing.parts);
        let limit = self.settings().approval_above.map(i128::from);
        if let Some(limit) = limit.filter(|limit| worth > *limit) {
            match &standing.approved_by {
                None => objections.push(Objection::NeedsApproval { worth, limit }),
                Some(second) if **second == *order.who => {
                    objections.push(Objection::SamePerson(order.who.clone()));
                }
                Some(_) => {}
            }
        }
        let firmness = self.firmness_of(standing);
        objections.extend(checks::too_soft(firmness, standing.constraints.firmness));
        let overridden = settle(objections, order)?;
        Ok(Change::Confirmed { promise: id, firmness: promised(firmness, standing), overridden })
    }

    fn change_of(
        &self,
        id: PromiseId,
        parts: &[Part],
        order: &Order,
    ) -> Result<Change, Vec<Objection>> {
        let standing = self.open(id)?;
        let fresh = checks::placed(self, parts)?;
        let mut whole = checks::used(standing, self.next_minute());
        whole.extend(fresh.iter().copied());
        let old = checks::rest(standing, self.next_minute());
        let take = Take {
            tenant: &standing.tenant,
            constraints: &standing.constraints,
            old: &old,
            new: &fresh,
            standing: Some(standing),
        };
        let (firmness, objections) = checks::all(self, &take);
        let overridden = settle(objections, order)?;
        Ok(Change::Changed { promise: id, parts: self.named(&whole), firmness, overridden })
    }

    fn held(&self, id: PromiseId) -> Result<&Standing, Vec<Objection>> {
        let standing = self.promise(id).ok_or_else(|| vec![Objection::NoPromise(id)])?;
        match standing.state {
            State::Held => Ok(standing),
            state => Err(vec![Objection::NotHeld(state)]),
        }
    }

    /// Returns a promise of which something is left.
    fn open(&self, id: PromiseId) -> Result<&Standing, Vec<Objection>> {
        let standing = self.promise(id).ok_or_else(|| vec![Objection::NoPromise(id)])?;
        if !standing.state.is_live() {
            return Err(vec![Objection::Gone(standing.state)]);
        }
        if standing.until() <= self.next_minute() {
            return Err(vec![Objection::Served]);
        }
        Ok(standing)
    }

    /// Returns the change in what is taken that goes with parts in place of others.
    #[must_use]
    pub(crate) fn moved(take: &Take) -> Moved {
        let rank = take.rank();
        let back = take.old.iter().map(|part| crate::Placed { gpus: -part.gpus, ..*part });
        Moved { rank, parts: take.new.iter().copied().chain(back).collect() }
    }
}

/// A commitment is promised at what was asked for, and where it is confirmed at less by an override, at that: what it is
/// firmer than asked for others may take, and what it lacks is no harm that they did.
fn promised(firmness: Firmness, standing: &Standing) -> Firmness {
    firmness.min(standing.constraints.firmness)
}

/// Decides over objections: none, or all waived with a reason, and the reason is returned.
fn settle(objections: Vec<Objection>, order: &Order) -> Result<Option<String>, Vec<Objection>> {
    if objections.is_empty() {
        return Ok(None);
    }
    match &order.waive {
        Some(why) if objections.iter().all(Objection::may_be_waived) => Ok(Some(why.clone())),
        _ => Err(objections),
    }
}

fn entered(tenant: &Tenant) -> Result<Change, Vec<Objection>> {
    let mut faults = Vec::new();
    let mut below = |field: &str, amount: Option<i64>| {
        if let Some(amount) = amount.filter(|amount| *amount < 0) {
            faults.push(Fault::new(
                field,
                format!("is {amount}"),
                "use 0 or more, or leave it out",
            ));
        }
    };
    below("credit_limit", tenant.credit_limit);
    below("quota", tenant.quota);
    tenant.floors.values().for_each(|floor| below("floors", Some(*floor)));
    if !(1..=LAST_PRIORITY).contains(&tenant.best_priority) {
        let problem = format!("is {}", tenant.best_priority);
        faults.push(Fault::new("best_priority", problem, "use 1 (served first) to 5"));
    }
    if tenant.name.trim().is_empty() {
        faults.push(Fault::new("name", "is empty".to_owned(), "say who it is"));
    }
    match faults.is_empty() {
        true => Ok(Change::Entered(tenant.clone())),
        false => Err(vec![Objection::Faults(faults)]),
    }
}

fn foreseen(prospect: &Prospect) -> Result<Change, Vec<Objection>> {
    let mut faults = Vec::new();
    if prospect.gpus < 1 {
        faults.push(Fault::new("gpus", format!("is {}", prospect.gpus), "use 1 or more"));
    }
    if prospect.until <= prospect.from {
        let problem = format!("{} is not after from, {}", prospect.until, prospect.from);
        faults.push(Fault::new("until", problem, "move it after from"));
    }
    if prospect.chance > 1_000_000 {
        let problem = format!("is {}", f64::from(prospect.chance) / 1e6);
        faults.push(Fault::new("chance", problem, "use 0 to 1"));
    }
    match faults.is_empty() {
        true => Ok(Change::Foreseen(prospect.clone())),
        false => Err(vec![Objection::Faults(faults)]),
    }
}
