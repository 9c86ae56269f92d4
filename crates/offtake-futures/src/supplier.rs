//! The failure of a supplier: a constant hazard that doubles while its first tranche is very late.

use crate::curtailment::HOURS_PER_YEAR;
use offtake_model::Party;
use offtake_position::Stop;
use offtake_stdx::Stream;

/// When a supplier's hazard is doubled: from and until, in hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Doubled {
    pub(crate) from: f64,
    pub(crate) until: f64,
}

/// Returns the stop of `party`, if it fails within `[0, until)`.
///
/// The hazard is −ln(1 − yearly probability), twice that inside `doubled`. One exponential number
/// is run down along it, so that a later delivery moves the failure earlier and never redraws it.
pub(crate) fn stop(
    party: &Party,
    doubled: Option<Doubled>,
    until: i64,
    stream: &mut Stream,
) -> Option<Stop> {
    let yearly = party.failure.value();
    if yearly <= 0.0 {
        return None;
    }
    let hazard = -libm::log(1.0 - yearly.min(0.999_999)) / HOURS_PER_YEAR;
    let target = stream.exponential() / hazard;
    let at = match doubled {
        // `target` is in hours at the single hazard; inside the window time runs twice as fast.
        Some(window) if target > window.from => {
            let length = (window.until - window.from).max(0.0);
            let inside = (target - window.from).min(2.0 * length);
            window.from + inside / 2.0 + (target - window.from - inside)
        }
        _ => target,
    };
    if at >= until as f64 {
        return None;
    }
    let stopped = at + party.notice.hours();
    Some(Stop {
        at: libm::ceil(stopped) as i64,
        back: libm::ceil(stopped + party.back_after.hours()) as i64,
        share: party.continues.part(),
    })
}
