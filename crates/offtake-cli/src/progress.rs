//! How far a run is, on stderr, and whether somebody pressed Ctrl-C.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

static IS_STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// A bar that appears when a run takes more than a second, on a terminal alone.
pub(crate) struct Bar {
    bar: Mutex<ProgressBar>,
    done: AtomicU64,
    started: Instant,
    is_shown: bool,
}

/// Says whether somebody pressed Ctrl-C.
pub(crate) fn is_stopped() -> bool {
    IS_STOPPED.load(Ordering::Relaxed)
}

/// Returns the flag that is set when somebody presses Ctrl-C, for engines that look for themselves.
#[cfg(feature = "plan")]
pub(crate) fn stop_flag() -> Arc<AtomicBool> {
    Arc::clone(&IS_STOPPED)
}

/// Returns this instant.
#[expect(clippy::disallowed_methods, reason = "this shell owns the clock; results never see it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Takes Ctrl-C from now on: once to stop cleanly, twice to stop at once.
fn take_ctrl_c() {
    let stop = || {
        if IS_STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Without a handler Ctrl-C ends the process at once, which leaves nothing half-written either
    // but for a temporary folder.
    let _ = ctrlc::set_handler(stop);
}

impl Bar {
    /// Makes the bar, and from now on takes Ctrl-C.
    pub(crate) fn new() -> Bar {
        take_ctrl_c();
        Bar {
            bar: Mutex::new(ProgressBar::hidden()),
            done: AtomicU64::new(0),
            started: now(),
            is_shown: std::io::stderr().is_terminal(),
        }
    }

    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        act(&mut self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// Takes the bar off the screen.
    pub(crate) fn clear(&self) {
        self.with(|bar| bar.finish_and_clear());
    }
}

/// A line that says how far a search is, whose end nobody knows; on a terminal alone, after a second.
#[cfg(feature = "plan")]
pub(crate) struct Line {
    bar: ProgressBar,
    started: Instant,
}

#[cfg(feature = "plan")]
impl Line {
    /// Makes the line, and from now on takes Ctrl-C.
    pub(crate) fn new() -> Line {
        take_ctrl_c();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Line { bar, started: now() }
    }

    /// Says something else.
    pub(crate) fn say(&self, text: &str) {
        if std::io::stderr().is_terminal() && self.started.elapsed() >= Duration::from_secs(1) {
            if self.bar.is_hidden() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.set_message(text.to_owned());
            self.bar.tick();
        }
    }

    /// Takes the line off the screen.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl offtake_study::Progress for Bar {
    fn start(&self, phase: &str, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        let template = "{msg:>40} {bar:30} {percent:>3} %  {eta} left";
        let style = ProgressStyle::with_template(template);
        self.with(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(phase.to_owned());
        });
    }

    fn advance(&self, steps: u64) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        if !self.is_shown || self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        self.with(|bar| {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_position(done);
        });
    }

    fn is_cancelled(&self) -> bool {
        is_stopped()
    }
}
