//! The one writer: takes orders in groups, decides on them under the store's write lock, commits once for all of them,
//! and only then says so.
//!
//! It has a ledger of its own that may be ahead; whoever reads has another that holds only what is committed. When a
//! commit fails, the writer's is made anew from the readers'. **Invariant:** nothing is acknowledged that is not on disk,
//! and no order is decided on a state that another server has moved on from.

use crate::problem::Problem;
use offtake_desk::{Command, Fault, Ledger, Objection, Order};
use offtake_ledger::{Cause, Change, Event};
use offtake_store::{Answer, ReadPaths, Store, StoreError, Token, fold, is_shared, open};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{broadcast, oneshot};

/// Orders that are committed together at most.
const GROUP: usize = 256;
/// Orders that may wait.
const QUEUE: usize = 4_096;
/// How often a group is tried again when another server writes.
const TRIES: usize = 5;
/// How long the writer waits for orders before it looks for what other servers wrote, and lets holds lapse.
const TICK: Duration = Duration::from_millis(100);
/// Events that a slow listener may be behind.
const BACKLOG: usize = 4_096;

/// What an order was answered: a status of HTTP and a body of JSON.
pub type Reply = (u16, String);
/// Makes the answer from the ledger after the order.
type Render = Box<dyn Fn(&Ledger, &Result<Change, Vec<Objection>>) -> Reply + Send>;
/// Chooses the command on the ledger as it is under the lock, or says why there is none.
type Plan = Box<dyn Fn(&Ledger) -> Result<Command, Reply> + Send>;

/// An order on its way to the writer.
pub struct Work {
    /// What is to be done. It is chosen by the writer, after it has looked whether the request was answered before.
    pub plan: Plan,
    /// Who says so.
    pub who: String,
    /// Why what may be waived is to be waived; `None` to waive nothing.
    pub waive: Option<String>,
    /// Why, in words.
    pub why: String,
    /// The idempotency key and a hash of the request.
    pub key: Option<(String, String)>,
    /// A token that is kept along with the order.
    pub token: Option<Token>,
    /// Files that are kept along with the order, by their hashes.
    pub blobs: Vec<(String, Vec<u8>)>,
    /// How it is answered.
    pub render: Render,
}

struct Waiting {
    work: Work,
    reply: oneshot::Sender<Result<Reply, Unavailable>>,
}

/// Why an order was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// Too many are waiting.
    Busy,
    /// The store does not answer; whether the order was kept is not known, and repeating it with its key finds out.
    Store,
    /// The desk is closing.
    Closing,
    /// The key came with another request before.
    KeyReused,
}

/// What the writer shares with everybody.
pub struct Shared {
    /// What is committed.
    pub ledger: RwLock<Ledger>,
    /// Tokens by hash, as they are in the store.
    pub tokens: RwLock<BTreeMap<String, Token>>,
    /// Events as they are committed.
    pub events: broadcast::Sender<Arc<Event>>,
}

/// A desk that runs.
pub struct Engine {
    /// What can be read.
    pub shared: Arc<Shared>,
    address: String,
    orders: RwLock<Option<SyncSender<Waiting>>>,
    writer: RwLock<Option<JoinHandle<()>>>,
}

impl Engine {
    /// Opens a store, folds what is in it, and starts the writer.
    ///
    /// # Errors
    ///
    /// When the store cannot be opened or read.
    pub fn start(address: &str) -> Result<Engine, StoreError> {
        let mut store = open(address)?;
        let mut ledger = fold(&mut *store)?;
        ledger.advance(store.head()?.now);
        let tokens = tokens_of(&mut *store)?;
        let shared = Arc::new(Shared {
            ledger: RwLock::new(ledger.clone()),
            tokens: RwLock::new(tokens),
            events: broadcast::channel(BACKLOG).0,
        });
        let (orders, waiting) = sync_channel(QUEUE);
        let mut writer = Writer {
            address: address.to_owned(),
            store,
            ledger,
            shared: Arc::clone(&shared),
            has_old_tokens: false,
        };
        let handle = std::thread::spawn(move || writer.run(&waiting));
        Ok(Engine {
            shared,
            address: address.to_owned(),
            orders: RwLock::new(Some(orders)),
            writer: RwLock::new(Some(handle)),
        })
    }

    /// Says whether other servers may have the store as well.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        is_shared(&self.address)
    }

    /// Opens the store once more, to read what the writer's connection is not to be kept busy with.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn reader(&self) -> Result<Box<dyn Store>, StoreError> {
        open(&self.address)
    }

    /// Gives an order and waits until it is committed or refused.
    ///
    /// # Errors
    ///
    /// When it was not answered.
    pub async fn submit(&self, work: Work) -> Result<Reply, Unavailable> {
        let (reply, answer) = oneshot::channel();
        {
            let orders = self.orders.read().unwrap_or_else(PoisonError::into_inner);
            let orders = orders.as_ref().ok_or(Unavailable::Closing)?;
            orders.try_send(Waiting { work, reply }).map_err(|error| match error {
                TrySendError::Full(_) => Unavailable::Busy,
                TrySendError::Disconnected(_) => Unavailable::Closing,
            })?;
        }
        answer.await.unwrap_or(Err(Unavailable::Closing))
    }

    /// Lets the writer finish what is waiting, and ends it.
    pub fn close(&self) {
        drop(self.orders.write().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.write().unwrap_or_else(PoisonError::into_inner).take();
        // A writer that panicked has nothing more to say here.
        let _ = writer.map(JoinHandle::join);
    }
}

fn tokens_of(store: &mut dyn Store) -> Result<BTreeMap<String, Token>, StoreError> {
    Ok(store.tokens()?.into_iter().map(|token| (token.hash.clone(), token)).collect())
}

struct Writer {
    address: String,
    store: Box<dyn Store>,
    ledger: Ledger,
    shared: Arc<Shared>,
    /// Whether a token was made or barred since tokens were last read.
    has_old_tokens: bool,
}

/// What a group came to, before it is committed.
#[derive(Default)]
struct Group {
    events: Vec<Event>,
    answers: Vec<Answer>,
    replies: Vec<Result<Reply, Unavailable>>,
}

impl Writer {
    fn run(&mut self, waiting: &Receiver<Waiting>) {
        loop {
            match waiting.recv_timeout(TICK) {
                Ok(first) => {
                    let mut group = vec![first];
                    group.extend(waiting.try_iter().take(GROUP - 1));
                    self.serve(group);
                }
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn serve(&mut self, group: Vec<Waiting>) {
        let replies = self.try_to_commit(&group).unwrap_or_else(|error| {
            tracing::error!(error = %chain(&error), "commit");
            self.recover();
            group.iter().map(|_| Err(Unavailable::Store)).collect()
        });
        for (waiting, reply) in group.into_iter().zip(replies) {
            // Whoever asked may have gone; the order stands all the same.
            let _ = waiting.reply.send(reply);
        }
    }

    /// Decides on a group and commits it, a bounded number of times when other servers are in the way.
    fn try_to_commit(
        &mut self,
        group: &[Waiting],
    ) -> Result<Vec<Result<Reply, Unavailable>>, StoreError> {
        let mut tries = 1;
        loop {
            match self.commit(group) {
                Err(error) if error.may_be_tried_again() && tries < TRIES => {
                    tries += 1;
                    self.recover();
                }
                done => return done,
            }
        }
    }

    fn commit(&mut self, group: &[Waiting]) -> Result<Vec<Result<Reply, Unavailable>>, StoreError> {
        let head = self.store.begin()?;
        let news = self.news()?;
        self.ledger.advance(head.now);
        let mut done = Group::default();
        for waiting in group {
            let reply = self.decide(&waiting.work, &mut done)?;
            done.replies.push(reply);
        }
        self.store.append(&done.events, &done.answers)?;
        self.store.commit()?;
        self.show(news.iter().chain(&done.events));
        // What is committed stays so if this fails; it is tried again when the writer looks around.
        if let Err(error) = self.show_tokens() {
            tracing::warn!(error = %chain(&error), "read the tokens");
        }
        Ok(done.replies)
    }

    /// Reads what other servers wrote since, into the writer's ledger.
    fn news(&mut self) -> Result<Vec<Event>, StoreError> {
        let mut news = Vec::new();
        self.store.rows_after(self.ledger.seq(), ReadPaths::All, &mut |row| {
            news.push(row.event()?);
            Ok(())
        })?;
        news.iter().for_each(|event| self.ledger.apply(event));
        Ok(news)
    }

    fn decide(
        &mut self,
        work: &Work,
        done: &mut Group,
    ) -> Result<Result<Reply, Unavailable>, StoreError> {
        let who = &work.who;
        if let Some((key, digest)) = &work.key {
            let same = |answer: &&Answer| answer.who == *who && answer.key == *key;
            let before = match done.answers.iter().find(same) {
                Some(answer) => Some(answer.clone()),
                None => self.store.answer(who, key)?,
            };
            if let Some(before) = before {
                let is_same = before.digest == *digest;
                return Ok(is_same
                    .then_some((before.status, before.body))
                    .ok_or(Unavailable::KeyReused));
            }
        }
        let (status, body) = self.act(work, done)?;
        if let Some((key, digest)) = &work.key {
            done.answers.push(Answer {
                who: who.clone(),
                key: key.clone(),
                digest: digest.clone(),
                seq: self.ledger.seq(),
                status,
                body: body.clone(),
            });
        }
        Ok(Ok((status, body)))
    }

    /// Chooses, decides, and applies what comes of it to the writer's ledger.
    fn act(&mut self, work: &Work, done: &mut Group) -> Result<Reply, StoreError> {
        let state = self.state();
        let command = match (work.plan)(&state) {
            Ok(command) => command,
            Err(reply) => return Ok(reply),
        };
        let order = Order { command, who: work.who.clone(), waive: work.waive.clone() };
        let decided = state.decide(&order);
        drop(state);
        // Names of tokens are not in the ledger: whether one is free is for the store to say.
        if let Some(token) = work.token.as_ref().filter(|_| decided.is_ok())
            && !self.store.put_token(token)?
        {
            let taken = Fault::new("name", format!("`{}` is taken", token.name), "use a new name");
            return Ok(Problem::invalid(vec![taken]).reply());
        }
        if let Ok(change) = &decided {
            let cause = Cause {
                who: work.who.clone(),
                why: work.why.clone(),
                request: work.key.as_ref().map(|key| key.0.clone()).unwrap_or_default(),
            };
            let (seq, at) = (self.ledger.seq() + 1, self.ledger.now());
            let event = Event { seq, at, cause, change: change.clone() };
            self.ledger.apply(&event);
            done.events.push(event);
            for (hash, bytes) in &work.blobs {
                self.store.put_blob(hash, bytes)?;
            }
        }
        Ok((work.render)(&self.ledger, &decided))
    }

    /// Returns the state that is decided on: as it is under the lock.
    fn state(&self) -> Cow<'_, Ledger> {
        // The drill shows that it would notice if this were a state that is out of date.
        #[cfg(test)]
        if std::env::var_os("OFFTAKE_DRILL_STALE").is_some() {
            let shown = self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner);
            return Cow::Owned(shown.clone());
        }
        Cow::Borrowed(&self.ledger)
    }

    /// Shows everybody what is committed.
    fn show<'a>(&mut self, events: impl Iterator<Item = &'a Event>) {
        let mut ledger = self.shared.ledger.write().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            ledger.apply(event);
            self.has_old_tokens |= is_about_tokens(event);
            // Nobody may be listening.
            let _ = self.shared.events.send(Arc::new(event.clone()));
        }
        ledger.advance(self.ledger.now());
    }

    /// Reads the tokens again if one was made or barred since they were read.
    fn show_tokens(&mut self) -> Result<(), StoreError> {
        if !self.has_old_tokens {
            return Ok(());
        }
        let tokens = tokens_of(&mut *self.store)?;
        *self.shared.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
        self.has_old_tokens = false;
        Ok(())
    }

    /// Takes in what other servers wrote, and lets holds lapse.
    fn look_around(&mut self) {
        let looked = (|| {
            let head = self.store.head()?;
            let news = self.news()?;
            self.ledger.advance(head.now);
            self.show(news.iter());
            self.show_tokens()
        })();
        if let Err(error) = looked {
            tracing::warn!(error = %chain(&error), "read the store");
            self.recover();
        }
    }

    /// Begins again from what is committed: on the same connection where that works, else on a new one.
    fn recover(&mut self) {
        if self.store.roll_back().is_err() {
            match open(&self.address) {
                Ok(store) => self.store = store,
                Err(error) => tracing::warn!(error = %chain(&error), "open the store again"),
            }
        }
        self.ledger = self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner).clone();
    }
}

fn is_about_tokens(event: &Event) -> bool {
    matches!(event.change, Change::Admitted { .. } | Change::Barred { .. })
}

/// An error with all its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
