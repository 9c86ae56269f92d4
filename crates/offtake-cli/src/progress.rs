//! How far a run is, on stderr, and whether somebody pressed Ctrl-C.
//!
//! A terminal is shown a bar. A program that follows the run sets `OFFTAKE_PROGRESS=json` and gets a line of JSON for each
//! step, `{"progress":{"share":0.25,"doing":"samples"}}`. With `OFFTAKE_ENDS_WITH_INPUT=1` the run ends when its standard
//! input is closed, which the end of whoever began it does by itself.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

static IS_STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The variable by which a program says that it follows the run.
const FOLLOWED: &str = "OFFTAKE_PROGRESS";
/// The variable by which it says that the run is to end with it.
const BOUND: &str = "OFFTAKE_ENDS_WITH_INPUT";
/// How long nothing is told to who follows, at least, after something was.
const QUIET: Duration = Duration::from_millis(100);

/// What is told to a program that follows the run.
#[derive(Default)]
struct Teller {
    /// Which part of how many the run is in.
    part: Option<(usize, usize, String)>,
    /// Phases that were begun within the part.
    phases: i32,
    said: Option<Instant>,
}

static TELLER: LazyLock<Option<Mutex<Teller>>> = LazyLock::new(|| {
    let is_followed = std::env::var_os(FOLLOWED).is_some_and(|form| form == "json");
    is_followed.then(Mutex::default)
});

/// Ends the run when whoever began it is no more, where that was asked for; to be called once, before anything else.
pub(crate) fn follow() {
    if std::env::var_os(BOUND).is_none_or(|value| value != "1") {
        return;
    }
    std::thread::spawn(|| {
        let mut bytes = [0; 256];
        while std::io::stdin().lock().read(&mut bytes).is_ok_and(|count| count > 0) {}
        std::process::exit(130);
    });
}

/// Says which part of how many begins.
pub(crate) fn part(at: usize, of: usize, name: &str) {
    with_teller(|teller| {
        teller.part = Some((at, of, name.to_owned()));
        teller.phases = 0;
        teller.say(0.0, "", Pace::Now);
    });
}

fn with_teller(act: impl FnOnce(&mut Teller)) {
    if let Some(teller) = &*TELLER {
        act(&mut teller.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

/// Whether a step is told at once, or only when nothing was told for a while.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    Now,
    Seldom,
}

impl Teller {
    /// Tells how much of a phase is done. How many phases come is not known: each fills half of what is left.
    fn say(&mut self, done: f64, doing: &str, pace: Pace) {
        if pace == Pace::Seldom && self.said.is_some_and(|said| said.elapsed() < QUIET) {
            return;
        }
        self.said = Some(now());
        let (at, of, name) = self.part.clone().unwrap_or((0, 1, String::new()));
        let share = share_of((at, of), self.phases, done);
        let gap = if name.is_empty() || doing.is_empty() { "" } else { ": " };
        let doing = format!("{name}{gap}{doing}");
        let line = serde_json::json!({ "progress": { "share": share, "doing": doing } });
        // Who follows no more hears no more.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// Returns how much of a run is done: `phases` were begun in part `at` of `of`, and of the last of them so much is done.
fn share_of((at, of): (usize, usize), phases: i32, done: f64) -> f64 {
    let left = 0.5_f64.powi((phases - 1).max(0));
    let part = 1.0 - left + left * done.clamp(0.0, 1.0) / 2.0;
    let share = (at as f64 + part) / of.max(1) as f64;
    (share * 1e4).floor() / 1e4
}

/// A bar that appears when a run takes more than a second, on a terminal alone.
pub(crate) struct Bar {
    bar: Mutex<ProgressBar>,
    done: AtomicU64,
    total: AtomicU64,
    phase: Mutex<String>,
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
            total: AtomicU64::new(0),
            phase: Mutex::default(),
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
        with_teller(|teller| teller.say(0.0, text, Pace::Seldom));
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
        self.total.store(total, Ordering::Relaxed);
        with_teller(|teller| {
            teller.phases += 1;
            phase.clone_into(
                &mut self.phase.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            );
            teller.say(0.0, phase, Pace::Now);
        });
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
        with_teller(|teller| {
            let share = done as f64 / self.total.load(Ordering::Relaxed).max(1) as f64;
            let phase = self.phase.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            teller.say(share, &phase, Pace::Seldom);
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_grows_to_the_end_of_its_part_and_not_beyond() {
        assert_eq!(share_of((0, 1), 0, 0.0), 0.0);
        assert_eq!(share_of((0, 1), 1, 0.5), 0.25);
        assert_eq!(share_of((0, 1), 1, 1.0), 0.5);
        assert_eq!(share_of((0, 1), 2, 0.0), 0.5);
        assert_eq!(share_of((1, 4), 1, 0.0), 0.25);
        let mut last = 0.0;
        for part in 0..3 {
            for phases in 1..5 {
                for done in 0..=4 {
                    let share = share_of((part, 3), phases, f64::from(done) / 4.0);
                    assert!(share >= last && share <= 1.0, "{share} after {last}");
                    last = share;
                }
            }
        }
    }
}
