//! Clocks and statistics of times, and what is said of the machine beside them.

use std::process::Command;
use std::time::Duration;

/// Seconds that each repeat of something took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// Keeps the times in ascending order.
    pub(crate) fn new(mut seconds: Vec<f64>) -> Times {
        seconds.sort_by(f64::total_cmp);
        Times(seconds)
    }

    /// Returns the middle one, or the mean of the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = |index: usize| self.0.get(index).copied().unwrap_or(f64::NAN);
        f64::midpoint(at(last / 2), at(self.0.len() / 2))
    }

    /// Returns the text `median (least to greatest)`.
    pub(crate) fn text(&self) -> String {
        match (self.0.first(), self.0.last()) {
            (Some(least), Some(most)) if self.0.len() > 1 => {
                format!("{} ({} to {})", seconds(self.median()), short(*least), seconds(*most))
            }
            _ => seconds(self.median()),
        }
    }
}

/// Returns the seconds with their unit, to three figures.
pub(crate) fn seconds(seconds: f64) -> String {
    format!("{} s", short(seconds))
}

/// Returns the number to three figures.
pub(crate) fn short(number: f64) -> String {
    let digits = if number == 0.0 { 0.0 } else { number.abs().log10().floor() };
    let decimals = (2.0 - digits).clamp(0.0, 6.0) as usize;
    format!("{number:.decimals$}")
}

/// Runs `work` and returns what it gave and how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = now();
    let made = work();
    (made, started.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark owns a clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Returns the processor time of this process in seconds, all threads together, where Linux tells it.
pub(crate) fn processor_seconds() -> f64 {
    // Fields 14 and 15, counted after the name in brackets, are hundredths of a second.
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Returns how many threads the machine runs at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How busy the machine was before the measurement began; a figure of a busy machine is a poor one.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    load: String,
}

impl Machine {
    /// Looks at how busy the machine is now.
    pub(crate) fn look() -> Machine {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = text.split(' ').next().filter(|load| !load.is_empty());
        Machine { load: load.unwrap_or("unknown").to_owned() }
    }

    /// Returns the line that stands under a table: when, on what, how busy, of which commit.
    pub(crate) fn line(&self, command: &str) -> String {
        let cores = cores();
        let commit = first_line("git", &["rev-parse", "--short", "HEAD"]);
        format!(
            "`{command}`, {}, {}, {cores} cores, one-minute load before it {} (a quiet machine has 0), commit {commit}, {}.\n",
            today(),
            processor(),
            self.load,
            first_line("rustc", &["--version"]),
        )
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark says when it was measured")]
fn today() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let at = jiff::Timestamp::from_second(now.map_or(0, |since| since.as_secs() as i64));
    at.map_or_else(|_| "no date".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// Returns the name and the model number of the processor, as Linux tells them.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_once(": ").map(|(_, value)| value.trim().to_owned())
    };
    match (field("model name"), field("model\t")) {
        (Some(name), Some(model)) => format!("{name} (model {model})"),
        (Some(name), None) => name,
        _ => std::env::consts::ARCH.to_owned(),
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(crate::tables::root()).output();
    let text = output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_of_times_lies_between_two() {
        assert_eq!(Times::new(vec![3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Times::new(vec![4.0, 1.0, 2.0, 3.0]).median(), 2.5);
    }

    #[test]
    fn times_are_told_to_three_figures_with_their_spread() {
        assert_eq!(Times::new(vec![0.012345, 12.345, 1.2345]).text(), "1.23 s (0.0123 to 12.3 s)");
        assert_eq!(Times::new(vec![123.45]).text(), "123 s");
        assert_eq!(short(0.0), "0.00");
    }
}
