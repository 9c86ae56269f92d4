//! Alternating renewal: up for a while, down for a while, in equilibrium from the first hour.

use crate::Hours;
use offtake_model::Outage;
use offtake_stdx::Stream;

/// Appends the hours in which the process is down over `[0, until)`, in order.
///
/// The state at an hour is the state at its first instant, so that the probability of being down is
/// exactly `down / (up + down)` at every hour.
pub(crate) fn outages(process: &Outage, until: i64, stream: &mut Stream, out: &mut Vec<Hours>) {
    let (up, down) = (process.up.hours(), process.down.hours());
    if down <= 0.0 || up <= 0.0 {
        return;
    }
    let mut is_down = stream.uniform() < down / (up + down);
    let mut at = 0.0;
    let end = until as f64;
    while at < end {
        // Exponential times have no memory: the rest of the one under way is drawn like a new one.
        let next = at + stream.exponential() * if is_down { down } else { up };
        if is_down {
            push(at, next.min(end), out);
        }
        is_down = !is_down;
        at = next;
    }
}

/// Appends the whole hours whose first instant lies in `[from, until)`, if there is any.
pub(crate) fn push(from: f64, until: f64, out: &mut Vec<Hours>) {
    let hours = Hours { from: libm::ceil(from) as i64, until: libm::ceil(until) as i64 };
    if hours.from < hours.until {
        out.push(hours);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_stdx::{Entity, Purpose};
    use offtake_units::{Share, Span};

    #[test]
    fn the_share_of_time_down_is_exact_from_the_first_hour() {
        let process = Outage {
            up: Span::from_hours(950),
            down: Span::from_hours(50),
            depth: Share::new(1.0),
        };
        let (n, hours) = (20_000_u64, 2_000_i64);
        let (mut first, mut all) = (0_i64, 0_i64);
        for sample in 0..n {
            let mut out = Vec::new();
            let mut stream = Stream::new(1, Purpose::new("outage"), Entity::new("x"), sample, 0);
            outages(&process, hours, &mut stream, &mut out);
            first += i64::from(out.first().is_some_and(|range| range.from == 0));
            all += out.iter().map(|range| range.until - range.from).sum::<i64>();
        }
        let share = |count: i64, of: f64| count as f64 / of;
        assert!((share(first, n as f64) - 0.05).abs() < 4.0 * (0.05_f64 * 0.95 / n as f64).sqrt());
        assert!((share(all, n as f64 * hours as f64) - 0.05).abs() < 0.001);
    }
}
