//! Webhooks: whoever asked for it is told of what happens, signed as Standard Webhooks are, at least once and in order.
//!
//! [`target`] says what may be called at all, [`message`] what is said and how it is signed, [`send`] says it once, and
//! [`teller`] goes through the ledger for each hook, tries again, and keeps in the store how far it came.

mod message;
mod send;
mod target;
mod teller;

pub(crate) use message::{Message, ping, secret};
pub(crate) use send::{Failed, Sender};
pub(crate) use target::Target;
pub(crate) use teller::{is_barred, tell};

use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::Notify;

/// What webhooks may call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Addresses of the public internet alone.
    #[default]
    Public,
    /// This machine and private networks as well.
    Private,
}

/// How webhooks are told.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// What they may call.
    pub reach: Reach,
    /// The longest that one try may take.
    pub attempt: Duration,
    /// About how long to wait before the second try; twice as long before each one after it.
    pub first_delay: Duration,
    /// The longest to wait before a try.
    pub longest_delay: Duration,
    /// How long to try before a hook is given up.
    pub give_up: Duration,
    /// How long one server goes on telling without a word to the store: so long does another wait to take over.
    pub lease: Duration,
}

impl Default for Hooks {
    fn default() -> Hooks {
        Hooks {
            reach: Reach::Public,
            attempt: Duration::from_secs(10),
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(3_600),
            give_up: Duration::from_secs(86_400),
            lease: Duration::from_secs(30),
        }
    }
}

/// What requests and the teller have in common.
pub(crate) struct Outbox {
    pub(crate) hooks: Hooks,
    pub(crate) sender: Sender,
    /// Rings when a hook was made, taken away or resumed here.
    pub(crate) changed: Notify,
    /// Messages that were taken.
    pub(crate) taken: AtomicU64,
    /// Tries that came to nothing.
    pub(crate) failed: AtomicU64,
}

impl Outbox {
    pub(crate) fn new(hooks: Hooks) -> Outbox {
        Outbox {
            hooks,
            sender: Sender::new(hooks.reach, hooks.attempt),
            changed: Notify::new(),
            taken: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }
}
