//! What a run took: the only part of a study that may differ between equal runs.

use std::time::Duration;

/// How long a run took, and with what.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunFacts {
    /// Seconds from start to end.
    pub elapsed_s: f64,
    /// Seconds of futures, dispatch and the results that need one pass.
    pub sampling_s: f64,
    /// Seconds of processor time, all threads together; 0 where the system does not say.
    pub cpu_s: f64,
    /// Greatest memory of the process in megabytes; 0 where the system does not say.
    pub peak_rss_mb: f64,
    /// Threads.
    pub threads: usize,
    /// Samples times hours.
    pub system_hours: u64,
}

/// A clock for the phases of a run.
#[derive(Debug)]
pub(crate) struct Clock {
    started: std::time::Instant,
}

/// A clock for a whole run, of whoever runs something of its own.
#[derive(Debug)]
pub struct RunClock {
    clock: Clock,
    before: f64,
}

impl RunClock {
    /// Starts.
    #[must_use]
    pub fn start() -> RunClock {
        RunClock { clock: Clock::start(), before: processor_seconds() }
    }

    /// Returns what the run took so far, on so many threads.
    #[must_use]
    pub fn facts(&self, threads: usize) -> RunFacts {
        let elapsed_s = self.clock.elapsed().as_secs_f64();
        RunFacts {
            elapsed_s,
            sampling_s: elapsed_s,
            cpu_s: processor_seconds() - self.before,
            peak_rss_mb: peak_megabytes(),
            threads,
            system_hours: 0,
        }
    }
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this shell owns the clock; results never see it"
    )]
    pub(crate) fn start() -> Clock {
        Clock { started: std::time::Instant::now() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Returns the processor time of this process in seconds, where Linux tells it.
pub(crate) fn processor_seconds() -> f64 {
    // Fields 14 and 15 after the name in brackets are user and system time in hundredths of a second.
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Returns the greatest resident memory of this process in megabytes, where Linux tells it.
pub(crate) fn peak_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
