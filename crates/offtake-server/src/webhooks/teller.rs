//! Tells every hook what happens: one task for each, so that one that is slow holds up no other.
//!
//! One of the servers on a database tells; it has the lease, renews it, and begins no try that could outlast it. A hook
//! is told events one after the other, each until it is taken; how far it came is kept at least twice a second while it
//! moves, so that a server that was killed leaves little to be told twice. **Invariant:** the position that is kept is
//! never ahead of what was taken.

use super::send::Failed;
use super::{Message, Outbox};
use crate::engine::chain;
use crate::state::Desk;
use offtake_ledger::Instant;
use offtake_store::{Row, Store, StoreError, Told, Webhook};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant as Moment, sleep, timeout};

/// Events that are read at a time.
const BATCH: u32 = 200;
/// The longest that a hook that moves goes without its position being kept.
const KEEP: Duration = Duration::from_millis(500);
/// The same for one that only passes over what is none of its business.
const KEEP_PASSED: Duration = Duration::from_secs(10);
/// How long a hook that was told everything waits before it looks again, if nothing wakes it.
const LOOK: Duration = Duration::from_secs(1);

/// Tells hooks until the desk closes.
pub(crate) async fn tell(desk: Desk) {
    let holder = uuid::Uuid::now_v7().to_string();
    let teller =
        Arc::new(Teller { holder, desk, store: Mutex::default(), until: Mutex::default() });
    let mut tasks: Tasks = BTreeMap::new();
    let outbox = Arc::clone(&teller.desk.outbox);
    loop {
        teller.round(&mut tasks).await;
        tokio::select! {
            () = teller.closing() => break,
            () = outbox.changed.notified() => {}
            () = sleep(outbox.hooks.lease / 6) => {}
        }
    }
    // Each finishes its try and keeps how far it came.
    for (_, task) in tasks {
        let _ = timeout(outbox.hooks.attempt, task.handle).await;
    }
    let holder = teller.holder.clone();
    let given = teller.with_store(move |store| store.give_lease(&holder)).await;
    note(given.map(|_| ()), "give the lease of webhooks up");
}

/// A hook's task, and whether it waits for its next try.
struct Task {
    handle: JoinHandle<()>,
    is_waiting: Arc<AtomicBool>,
}

type Tasks = BTreeMap<String, Task>;

struct Teller {
    holder: String,
    desk: Desk,
    /// A connection of its own, opened when it is needed and again after it failed.
    store: Mutex<Option<Box<dyn Store>>>,
    /// Until when this server may tell; `None` while another does.
    until: Mutex<Option<Moment>>,
}

impl Drop for Teller {
    fn drop(&mut self) {
        // A connection that blocks may not be closed by a thread that drives tasks, and the last of them closes it.
        let store = self.store.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if store.is_some() {
            std::thread::spawn(move || drop(store));
        }
    }
}

fn note(done: Result<(), StoreError>, act: &str) {
    if let Err(error) = done {
        tracing::warn!(error = %chain(&error), act, "webhooks");
    }
}

impl Teller {
    fn outbox(&self) -> &Outbox {
        &self.desk.outbox
    }

    async fn closing(&self) {
        // The sender lives as long as the desk.
        let _ = self.desk.closing.subscribe().wait_for(|is_closing| *is_closing).await;
    }

    /// Does something with the store, on a thread that may block.
    async fn with_store<T: Send + 'static>(
        self: &Arc<Teller>,
        act: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let teller = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let mut place = teller.store.lock().unwrap_or_else(PoisonError::into_inner);
            let mut store = match place.take() {
                Some(store) => store,
                None => teller.desk.engine.reader()?,
            };
            let done = act(&mut *store);
            // One that failed may be broken: the next turn opens another.
            if done.is_ok() {
                *place = Some(store);
            }
            done
        });
        done.await.unwrap_or_else(|error| Err(StoreError::Read(error.into())))
    }

    /// Renews the lease if there is anybody to tell, and sees to it that each hook has its task.
    async fn round(self: &Arc<Teller>, tasks: &mut Tasks) {
        tasks.retain(|_, task| !task.handle.is_finished());
        let hooks = match self.leased_hooks().await {
            Ok(hooks) => hooks,
            Err(error) => return note(Err(error), "renew the lease"),
        };
        let is_told = |hook: &&Webhook| !hook.told.is_given_up && !is_barred(&self.desk, hook);
        let hooks: BTreeMap<&str, &Webhook> =
            hooks.iter().filter(is_told).map(|hook| (hook.id.as_str(), hook)).collect();
        tasks.retain(|id, task| {
            let hook = hooks.get(id.as_str());
            // Whoever waits although the store says that it need not was resumed, and begins again.
            let is_resumed =
                |hook: &&Webhook| hook.told.failures == 0 && task.is_waiting.load(Relaxed);
            let stays = hook.is_some_and(|hook| !is_resumed(hook));
            if !stays {
                task.handle.abort();
            }
            stays
        });
        for (id, hook) in hooks {
            if !tasks.contains_key(id) {
                let is_waiting = Arc::new(AtomicBool::new(hook.told.failures > 0));
                let course = Course::new(hook.clone(), Arc::clone(&is_waiting));
                let handle = tokio::spawn(Arc::clone(self).tell_one(course));
                tasks.insert(id.to_owned(), Task { handle, is_waiting });
            }
        }
    }

    /// Returns the hooks that are there, if this server is the one that tells them.
    async fn leased_hooks(self: &Arc<Teller>) -> Result<Vec<Webhook>, StoreError> {
        let begun = Moment::now();
        let (holder, lease) = (self.holder.clone(), self.outbox().hooks.lease);
        let lasts_ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let hooks = self.with_store(move |store| {
            let mut hooks = store.webhooks()?;
            hooks.retain(|hook| hook.removed.is_none());
            // A desk without hooks writes nothing.
            let is_ours = !hooks.is_empty() && store.take_lease(&holder, lasts_ms)?;
            Ok(is_ours.then_some(hooks))
        });
        let hooks = hooks.await?;
        let until = hooks.is_some().then(|| begun + lease);
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        Ok(hooks.unwrap_or_default())
    }

    /// Says whether a try that begins now ends before another server could begin.
    fn may_try(&self) -> bool {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Moment::now() + self.outbox().hooks.attempt < until)
    }

    /// Tells one hook, until it is taken away or given up, the lease is lost, or the desk closes.
    async fn tell_one(self: Arc<Teller>, mut course: Course) {
        let mut news = self.desk.engine.shared.events.subscribe();
        while !self.desk.is_closing() {
            if let Err(error) = self.go_on(&mut course).await {
                match error {
                    Stop::Over => return,
                    Stop::Closing => break,
                    Stop::Store(error) => note(Err(error), "read or keep a position"),
                }
                self.pause(LOOK).await;
            }
            if course.told.seq >= self.desk.ledger().seq() {
                tokio::select! {
                    () = self.pause(LOOK) => {}
                    _ = news.recv() => {}
                }
            }
        }
        let kept = self.keep(&mut course).await;
        if let Err(Stop::Store(error)) = kept {
            note(Err(error), "keep a position");
        }
    }

    /// Waits, or until the desk closes.
    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = sleep(time) => {}
            () = self.closing() => {}
        }
    }

    /// Tells a hook the next events of those that are there.
    async fn go_on(self: &Arc<Teller>, course: &mut Course) -> Result<(), Stop> {
        // No further than this server's own ledger: it knows whose promise each event is about.
        let (seq, until) = (course.told.seq, self.desk.ledger().seq());
        let rows = self.with_store(move |store| store.events_between(seq, until, BATCH)).await?;
        for row in rows {
            let seq = row.seq;
            if let Some(message) = self.message(&course.hook, row) {
                self.deliver(course, &message).await?;
            }
            course.told.seq = seq;
            if course.kept_at.elapsed() >= KEEP && course.told.taken != course.hook.told.taken {
                self.keep(course).await?;
            }
        }
        let is_due =
            course.told.taken != course.hook.told.taken || course.kept_at.elapsed() >= KEEP_PASSED;
        if is_due { self.keep(course).await } else { Ok(()) }
    }

    fn message(&self, hook: &Webhook, row: Row) -> Option<Message> {
        let seq = row.seq;
        match row.event() {
            Ok(event) => Message::of(hook, &event, &self.desk.ledger()),
            Err(error) => {
                tracing::error!(error = %chain(&error), seq, "a webhook is not told of an event");
                None
            }
        }
    }

    /// Tries until a message is taken, the hook is given up, or the desk closes.
    async fn deliver(
        self: &Arc<Teller>,
        course: &mut Course,
        message: &Message,
    ) -> Result<(), Stop> {
        loop {
            self.wait(course).await;
            if self.desk.is_closing() {
                return Err(Stop::Closing);
            }
            if !self.may_try() {
                return Err(Stop::Over);
            }
            let (hook, now) = (&course.hook, self.desk.ledger().now());
            let signed = (hook.secret.as_str(), now.millis() / 1_000);
            let Err(failed) = self.outbox().sender.send(&hook.url, message, signed).await else {
                self.outbox().taken.fetch_add(1, Relaxed);
                course.told = Told { seq: course.told.seq, taken: Some(now), ..Told::default() };
                course.is_waiting.store(false, Relaxed);
                return Ok(());
            };
            self.outbox().failed.fetch_add(1, Relaxed);
            course.fail(failed, now, self.outbox());
            tracing::warn!(hook = %course.hook.id, url = %course.hook.url, tries = course.told.failures,
                problem = %course.told.problem, is_given_up = course.told.is_given_up, "webhook");
            self.keep(course).await?;
            course.is_waiting.store(true, Relaxed);
            if course.told.is_given_up {
                return Err(Stop::Over);
            }
        }
    }

    /// Waits until a hook may be tried again.
    async fn wait(&self, course: &Course) {
        let Some(next) = course.told.next_try else { return };
        let left = next.millis() - self.desk.ledger().now().millis();
        self.pause(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
    }

    /// Keeps how far a hook came; that it may not any more is the end of its task.
    async fn keep(self: &Arc<Teller>, course: &mut Course) -> Result<(), Stop> {
        let (id, told, holder) = (course.hook.id.clone(), course.told.clone(), self.holder.clone());
        let kept = self.with_store(move |store| store.note_told(&id, &told, &holder)).await?;
        course.kept_at = Moment::now();
        course.hook.told = course.told.clone();
        if kept { Ok(()) } else { Err(Stop::Over) }
    }
}

/// Says whether the token that made a hook opens nothing any more: what it set up is not told either.
pub(crate) fn is_barred(desk: &Desk, hook: &Webhook) -> bool {
    let tokens = desk.engine.shared.tokens.read().unwrap_or_else(PoisonError::into_inner);
    let owner = tokens.values().find(|token| token.name == hook.owner);
    owner.is_none_or(|owner| owner.barred.is_some())
}

/// Why a hook is not told further for now.
enum Stop {
    /// It is no longer this task's business.
    Over,
    /// The desk closes.
    Closing,
    /// The store did not answer.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

/// A hook on its way through the ledger. Its own `told` is what was kept last.
struct Course {
    hook: Webhook,
    told: Told,
    kept_at: Moment,
    is_waiting: Arc<AtomicBool>,
}

impl Course {
    fn new(hook: Webhook, is_waiting: Arc<AtomicBool>) -> Course {
        Course { told: hook.told.clone(), kept_at: Moment::now(), is_waiting, hook }
    }

    /// Notes a try that came to nothing, and when the next one is.
    fn fail(&mut self, failed: Failed, now: Instant, outbox: &Outbox) {
        let hooks = &outbox.hooks;
        let since = self.told.failing_since.unwrap_or(now);
        let long = now.millis() - since.millis()
            >= i64::try_from(hooks.give_up.as_millis()).unwrap_or(i64::MAX);
        let (problem, is_given_up) = match failed {
            Failed::ForNow(problem) => (problem, long),
            Failed::ForGood(problem) => (problem, true),
        };
        let failures = self.told.failures.saturating_add(1);
        let delay = delay(failures, hooks.first_delay, hooks.longest_delay);
        let next = Instant::from_millis(
            now.millis() + i64::try_from(delay.as_millis()).unwrap_or(i64::MAX / 2),
        );
        self.told = Told {
            failures,
            failing_since: Some(since),
            next_try: (!is_given_up).then_some(next),
            is_given_up,
            problem,
            ..self.told.clone()
        };
    }
}

/// Returns how long to wait after so many failures: twice as long each time, and somewhere between half and all of that,
/// so that hooks that failed together do not come back together.
fn delay(failures: u32, first: Duration, longest: Duration) -> Duration {
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(30)).min(longest);
    let mut byte = [0_u8; 1];
    // Without randomness they come back together, which is no harm.
    let _ = getrandom::fill(&mut byte);
    doubled.mul_f64(0.5 + f64::from(byte[0]) / 510.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_about_twice_the_one_before_up_to_the_longest() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(3_600));
        for failures in 1..=40 {
            let doubled = 2_f64.powi(failures as i32 - 1).min(3_600.0);
            for _ in 0..50 {
                let waited = delay(failures, first, longest).as_secs_f64();
                assert!(
                    waited >= doubled / 2.0 - 1e-9 && waited <= doubled + 1e-9,
                    "{failures}: {waited}"
                );
            }
        }
    }
}
