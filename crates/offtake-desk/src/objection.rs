//! What speaks against an order, with numbers.

use crate::{Breach, Fault, Reason, State};
use offtake_ledger::{Fee, Firmness, Minute, PoolId, Priority, PromiseId};
use std::fmt;

/// One thing that speaks against an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Fields of the request are wrong.
    Faults(Vec<Fault>),
    /// There is no such promise.
    NoPromise(PromiseId),
    /// There is no such opportunity.
    NoProspect(String),
    /// There is no such pool, or none any more.
    NoPool(PoolId),
    /// There is no such tenant.
    NoTenant(String),
    /// The id is taken.
    SameId(PromiseId),
    /// It is not a hold (any more).
    NotHeld(State),
    /// It takes nothing any more.
    Gone(State),
    /// It has ended: all of it is served.
    Served,
    /// A part begins before now.
    InThePast {
        /// When it begins.
        from: Minute,
        /// The first minute that is left.
        now: Minute,
    },
    /// A pool is not of the kind asked for.
    Misfit(PoolId, Reason),
    /// The parts stand further apart than asked for, or are of several types of GPU.
    Apart,
    /// More would be promised than there is.
    NotFree {
        /// Where.
        pool: PoolId,
        /// From when.
        from: Minute,
        /// GPUs free there and then, below zero where too many are promised already.
        free: i64,
        /// GPUs asked for.
        asked: i64,
    },
    /// The promise would be kept too seldom.
    TooSoft {
        /// Its joint firmness.
        found: Firmness,
        /// What was asked for.
        asked: Firmness,
    },
    /// Another promise would be kept less often than it was promised.
    Harms {
        /// Which.
        promise: PromiseId,
        /// Its joint firmness without this.
        before: Firmness,
        /// With it.
        after: Firmness,
    },
    /// A part costs less than its floor.
    BelowFloor {
        /// Where.
        pool: PoolId,
        /// What it costs.
        fee: Fee,
        /// The floor.
        floor: Fee,
    },
    /// The tenant's promises would be worth more than its credit limit.
    OverCredit {
        /// What they would be worth, in millionths of the currency.
        worth: i128,
        /// The limit.
        limit: i128,
    },
    /// The tenant would have more GPUs than its quota.
    OverQuota {
        /// GPUs that it would have.
        gpus: i64,
        /// The quota.
        quota: i64,
    },
    /// The tenant may not be served so early.
    OverPriority {
        /// The priority asked for.
        asked: Priority,
        /// The best that it may ask for.
        best: Priority,
    },
    /// Somebody has a right of first refusal on the capacity and has not answered.
    FirstRefusal {
        /// The opportunity.
        prospect: String,
        /// Until when the right lasts.
        until: Minute,
    },
    /// It is worth more than one person may confirm.
    NeedsApproval {
        /// What it is worth, in millionths of the currency.
        worth: i128,
        /// The limit.
        limit: i128,
    },
    /// The second person is the first.
    SamePerson(String),
    /// A commitment would no longer fit.
    WouldBreach(Box<Breach>),
}

impl Objection {
    /// Says whether the desk may waive it, with a reason: what is a matter of risk, money or courtesy, never what would
    /// promise the same GPU twice.
    #[must_use]
    pub const fn may_be_waived(&self) -> bool {
        matches!(
            self,
            Objection::TooSoft { .. }
                | Objection::Harms { .. }
                | Objection::BelowFloor { .. }
                | Objection::OverCredit { .. }
                | Objection::OverQuota { .. }
                | Objection::OverPriority { .. }
                | Objection::FirstRefusal { .. }
                | Objection::WouldBreach(_)
        )
    }

    /// Returns a stable word for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Objection::Faults(_) => "faults",
            Objection::NoPromise(_) => "no-promise",
            Objection::NoProspect(_) => "no-prospect",
            Objection::NoPool(_) => "no-pool",
            Objection::NoTenant(_) => "no-tenant",
            Objection::SameId(_) => "same-id",
            Objection::NotHeld(_) => "not-held",
            Objection::Gone(_) => "gone",
            Objection::Served => "served",
            Objection::InThePast { .. } => "in-the-past",
            Objection::Misfit(..) => "misfit",
            Objection::Apart => "apart",
            Objection::NotFree { .. } => "not-free",
            Objection::TooSoft { .. } => "too-soft",
            Objection::Harms { .. } => "harms",
            Objection::BelowFloor { .. } => "below-floor",
            Objection::OverCredit { .. } => "over-credit",
            Objection::OverQuota { .. } => "over-quota",
            Objection::OverPriority { .. } => "over-priority",
            Objection::FirstRefusal { .. } => "first-refusal",
            Objection::NeedsApproval { .. } => "needs-approval",
            Objection::SamePerson(_) => "same-person",
            Objection::WouldBreach(_) => "would-breach",
        }
    }
}

fn share(firmness: Firmness) -> f64 {
    f64::from(firmness) / 1e6
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::Faults(faults) => {
                let texts: Vec<String> = faults
                    .iter()
                    .map(|fault| format!("{}: {}", fault.field, fault.problem))
                    .collect();
                f.write_str(&texts.join("; "))
            }
            Objection::NoPromise(id) => write!(f, "there is no promise {id}"),
            Objection::NoProspect(id) => write!(f, "there is no opportunity `{id}`"),
            Objection::NoPool(pool) => write!(f, "there is no pool `{pool}`"),
            Objection::NoTenant(tenant) => write!(f, "there is no tenant `{tenant}`"),
            Objection::SameId(id) => write!(f, "{id} is taken"),
            Objection::NotHeld(state) => write!(f, "it is no hold: it is {}", state.word()),
            Objection::Gone(state) => {
                write!(f, "it takes nothing any more: it is {}", state.word())
            }
            Objection::Served => f.write_str("it has ended"),
            Objection::InThePast { from, now } => {
                write!(f, "a part begins at minute {from}; it is minute {now}")
            }
            Objection::Misfit(pool, reason) => write!(f, "`{pool}` {reason}"),
            Objection::Apart => f.write_str("the parts stand further apart than asked for"),
            Objection::NotFree { pool, from, free, asked } => {
                write!(f, "`{pool}` has {free} GPUs free from minute {from}, {asked} asked")
            }
            Objection::TooSoft { found, asked } => {
                write!(f, "it would be kept with {:.3}, {:.3} asked", share(*found), share(*asked))
            }
            Objection::Harms { promise, before, after } => write!(
                f,
                "promise {promise} would be kept with {:.3} and no longer {:.3}",
                share(*after),
                share(*before)
            ),
            Objection::BelowFloor { pool, fee, floor } => {
                write!(f, "`{pool}` costs {floor} millionths a GPU-hour at least, {fee} offered")
            }
            Objection::OverCredit { worth, limit } => {
                write!(
                    f,
                    "promises would be worth {}, {} at most",
                    worth / 1_000_000,
                    limit / 1_000_000
                )
            }
            Objection::OverQuota { gpus, quota } => {
                write!(f, "the tenant would have {gpus} GPUs, {quota} at most")
            }
            Objection::OverPriority { asked, best } => {
                write!(f, "the tenant may ask for priority {best} or later, {asked} asked")
            }
            Objection::FirstRefusal { prospect, until } => {
                write!(f, "`{prospect}` has a right of first refusal until minute {until}")
            }
            Objection::NeedsApproval { worth, limit } => write!(
                f,
                "it is worth {}; above {} a second person approves first",
                worth / 1_000_000,
                limit / 1_000_000
            ),
            Objection::SamePerson(who) => write!(f, "`{who}` cannot be the second person as well"),
            Objection::WouldBreach(breach) => {
                write!(f, "promise {} would be short of {} GPUs", breach.promise, breach.short)
            }
        }
    }
}
