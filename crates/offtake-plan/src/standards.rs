//! Whether a service keeps the standards: summed from what each block left unserved, not from what it was
//! allowed.

use crate::block::Place;
use crate::program::{Measure, Program};

/// What a standard comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The standard, with the party lost if it is one of those.
    pub name: String,
    /// What goes unserved, in thousands of reference GPU-hours, by the standard's measure.
    pub value: f64,
    /// The most that may.
    pub most: f64,
}

/// A share of a standard by which a solver's tolerance may break it.
const TOLERANCE: f64 = 1e-6;

/// Returns what every standard comes to. `counted` has, by block, what each row of unserved work counts.
pub(crate) fn standings(program: &Program, places: &[Place], counted: &[&[f64]]) -> Vec<Standing> {
    let mut found = Vec::new();
    let hours = |place: &Place| program.month_hours(place.month);
    for (row, standard) in program.limits.standards.iter().enumerate() {
        let mut by_scenario = vec![0.0; program.scenarios.len()];
        for (place, counted) in places.iter().zip(counted) {
            if place.lost.is_none() && standard.months.contains(&place.month) {
                by_scenario[place.scenario] += hours(place) * counted[row];
            }
        }
        let value = match standard.measure {
            Measure::Expected => crate::risk::expected(program, &by_scenario),
            Measure::Cvar { level } => crate::risk::cvar(program, &by_scenario, level),
        };
        found.push(Standing { name: standard.name.clone(), value, most: standard.most });
    }
    let first = program.limits.standards.len();
    for (at, loss) in program.limits.losses.iter().enumerate() {
        let of_scenario = |s: usize| program.scenarios[s].probability;
        let total: f64 = loss.scenarios.iter().map(|s| of_scenario(*s)).sum();
        let parties = program.parties.iter().enumerate();
        for (party, of) in parties.filter(|(_, of)| of.kind == loss.kind) {
            let mut value = 0.0;
            for (place, counted) in places.iter().zip(counted) {
                let is_of = place.lost == Some(party) && loss.months.contains(&place.month);
                if is_of && loss.scenarios.contains(&place.scenario) {
                    let share = of_scenario(place.scenario) / total;
                    value += share * hours(place) * counted[first + at];
                }
            }
            let name = format!("{}[{}]", loss.name, of.name);
            found.push(Standing { name, value, most: loss.most });
        }
    }
    found
}

/// Says whether every standard is kept.
pub(crate) fn are_kept(program: &Program, places: &[Place], counted: &[&[f64]]) -> bool {
    let of = standings(program, places, counted);
    of.iter().all(|it| it.value <= it.most + TOLERANCE * it.most.max(1.0))
}
