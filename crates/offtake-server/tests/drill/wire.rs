//! A wire between two programs that is cut within a message, or goes quiet.

use super::dice::Dice;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

/// Where a wire leads, and what becomes of what goes over it.
struct State {
    far: RwLock<SocketAddr>,
    /// Bytes until the next cut, and how many there are between cuts at most; none while nothing is cut.
    cut: Mutex<Option<(u64, u64)>>,
    dice: Mutex<Dice>,
    cuts: AtomicU64,
    is_quiet: AtomicBool,
    is_open: AtomicBool,
}

/// A wire: whoever connects to its near end talks to what is at its far end.
pub(crate) struct Wire {
    pub(crate) near: SocketAddr,
    state: Arc<State>,
}

impl Wire {
    pub(crate) fn to(far: SocketAddr, dice: Dice) -> Wire {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = socket.local_addr().unwrap();
        let state = Arc::new(State {
            far: RwLock::new(far),
            cut: Mutex::new(None),
            dice: Mutex::new(dice),
            cuts: AtomicU64::new(0),
            is_quiet: AtomicBool::new(false),
            is_open: AtomicBool::new(true),
        });
        let kept = Arc::clone(&state);
        std::thread::spawn(move || {
            for near in socket.incoming().flatten() {
                if !kept.is_open.load(Ordering::Relaxed) {
                    return;
                }
                join(&kept, near);
            }
        });
        Wire { near, state }
    }

    /// Leads elsewhere from now on.
    pub(crate) fn lead_to(&self, far: SocketAddr) {
        *self.state.far.write().unwrap() = far;
    }

    /// Is cut again and again from now on, with at most so many bytes between two cuts.
    pub(crate) fn cut_within(&self, bytes: u64) {
        let first = self.state.dice.lock().unwrap().below(bytes);
        *self.state.cut.lock().unwrap() = Some((first, bytes));
    }

    pub(crate) fn mend(&self) {
        *self.state.cut.lock().unwrap() = None;
    }

    /// Holds back all that is sent, until it speaks again.
    pub(crate) fn hush(&self) {
        self.state.is_quiet.store(true, Ordering::Relaxed);
    }

    pub(crate) fn speak(&self) {
        self.state.is_quiet.store(false, Ordering::Relaxed);
    }

    pub(crate) fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.state.is_open.store(false, Ordering::Relaxed);
        // Wakes whoever waits for the next connection.
        let _ = TcpStream::connect(self.near);
    }
}

/// Carries what both ends say, each on a thread of its own.
fn join(state: &Arc<State>, near: TcpStream) {
    let far = *state.far.read().unwrap();
    let Ok(far) = TcpStream::connect(far) else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else { return };
    for (from, to) in [(near, far), (far_too, near_too)] {
        let state = Arc::clone(state);
        std::thread::spawn(move || carry(&state, from, to));
    }
}

fn carry(state: &State, mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 4_096];
    loop {
        let read = from.read(&mut bytes).unwrap_or(0);
        while state.is_quiet.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let passed = pass(state, read);
        let is_whole = to.write_all(&bytes[..passed]).is_ok() && passed == read;
        if read == 0 && is_whole {
            // One side has said all; the other may go on.
            let _ = to.shutdown(Shutdown::Write);
            return;
        }
        if !is_whole {
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return;
        }
    }
}

/// Returns how many of so many bytes pass before the wire is cut.
fn pass(state: &State, bytes: usize) -> usize {
    let mut cut = state.cut.lock().unwrap();
    let Some((left, most)) = cut.as_mut() else { return bytes };
    if *left >= bytes as u64 {
        *left -= bytes as u64;
        return bytes;
    }
    let passed = *left as usize;
    *left = state.dice.lock().unwrap().below(*most);
    state.cuts.fetch_add(1, Ordering::Relaxed);
    passed
}
