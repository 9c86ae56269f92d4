//! Work shared out among threads, given back in order.

use crate::run::Progress;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Steps that one thread takes at a time.
const BATCH: usize = 8;

/// Returns `work` of the steps `0..count` in order, or `None` when somebody said to stop.
///
/// Each thread makes its own room with `new` and takes a batch whenever it has none; which thread
/// did what cannot be seen in what comes back.
pub(crate) fn share<S, T: Send>(
    threads: usize,
    count: usize,
    progress: &dyn Progress,
    new: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Option<Vec<T>> {
    let next = AtomicUsize::new(0);
    let made: Mutex<Vec<(usize, Vec<T>)>> = Mutex::new(Vec::new());
    let labour = || {
        let mut room = new();
        loop {
            let from = next.fetch_add(BATCH, Ordering::Relaxed);
            if from >= count || progress.is_cancelled() {
                break;
            }
            let to = (from + BATCH).min(count);
            let batch = (from..to).map(|step| work(&mut room, step)).collect();
            made.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((from, batch));
            progress.advance((to - from) as u64);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.max(1) {
            scope.spawn(labour);
        }
        labour();
    });
    if progress.is_cancelled() {
        return None;
    }
    let mut made = made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    made.sort_unstable_by_key(|(from, _)| *from);
    Some(made.into_iter().flat_map(|(_, batch)| batch).collect())
}
