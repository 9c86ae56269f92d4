//! What a process has used, where Linux tells it.

use std::path::PathBuf;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// Processor seconds of all its threads.
    pub(crate) processor: f64,
    /// The most memory that it had, in megabytes.
    pub(crate) memory_mb: f64,
}

/// Returns what this process has used.
pub(crate) fn by_this() -> Used {
    by("self").unwrap_or_default()
}

/// Returns what a process has used; `None` once it is over.
pub(crate) fn by(process: &str) -> Option<Used> {
    let folder = PathBuf::from("/proc").join(process);
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    let after_name = stat.rsplit(')').next()?;
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let processor = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0;
    let status = std::fs::read_to_string(folder.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(Used { processor, memory_mb: kilobytes / 1024.0 })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark owns a clock")]
pub(crate) fn now() -> std::time::Instant {
    std::time::Instant::now()
}
