//! The whole programme as a folder of tables that PyPSA reads, for others to solve.
//!
//! PyPSA knows buses, generators, links and loads: sites, pools and classes become buses, and what is signed
//! becomes extendable generators in whole modules. `solve.py` adds from the tables in `more/` what PyPSA has no
//! component for. Written from the formulas, with no line in common with `block`, `master` and `whole`; only the
//! limits of what is signed (`stage`) are shared. Returns texts: whoever asks writes the files.
//!
//! Units are those of [`Program`], so PyPSA's `p` is kGPU at pools and classes, and MW at sites. A snapshot is an
//! hour of a month of a future, and one of a party lost weighs nothing.

mod more;
mod network;
mod text;

use crate::block::Place;
use crate::program::Program;
use std::collections::BTreeSet;
use text::distinct;

/// The script that solves the folder that it stands in.
pub const SOLVE: &str = include_str!("solve.py");

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it stands in the folder, as `more/offers.csv`.
    pub name: &'static str,
    /// What stands in it.
    pub text: String,
}

/// Returns the files of a programme, the script among them.
#[must_use]
pub fn files(program: &Program) -> Vec<File> {
    let net = Net::new(program);
    let mut tables = network::tables(&net);
    tables.extend(more::tables(&net));
    let mut files: Vec<File> =
        tables.into_iter().map(|(name, table)| File { name, text: table.text() }).collect();
    files.push(File { name: "solve.py", text: SOLVE.to_owned() });
    files
}

/// Returns how many snapshots the folder of a programme has.
#[must_use]
pub fn snapshots(program: &Program) -> usize {
    places(program).len() * program.hours.len()
}

/// A programme with the names that its parts have in PyPSA.
struct Net<'a> {
    program: &'a Program,
    places: Vec<Place>,
    sites: Vec<String>,
    pools: Vec<String>,
    classes: Vec<String>,
    offers: Vec<String>,
}

/// Returns every month of every future, then those in which a party is lost.
fn places(program: &Program) -> Vec<Place> {
    let mut places = Vec::new();
    for scenario in 0..program.scenarios.len() {
        for month in 0..program.months.len() {
            places.push(Place { scenario, month, lost: None });
        }
    }
    let mut lost = BTreeSet::new();
    for loss in &program.limits.losses {
        let parties = program.parties.iter().enumerate().filter(|(_, of)| of.kind == loss.kind);
        for (party, _) in parties {
            for &scenario in &loss.scenarios {
                lost.extend(loss.months.iter().map(|&month| (party, scenario, month)));
            }
        }
    }
    let of = |(party, scenario, month)| Place { scenario, month, lost: Some(party) };
    places.extend(lost.into_iter().map(of));
    places
}

impl<'a> Net<'a> {
    fn new(program: &'a Program) -> Net<'a> {
        Net {
            program,
            places: places(program),
            sites: distinct(program.sites.iter().map(|site| format!("site {}", site.name))),
            pools: distinct(program.pools.iter().map(|pool| format!("pool {}", pool.name))),
            classes: distinct(program.classes.iter().map(|class| format!("class {}", class.name))),
            offers: distinct(program.offers.iter().map(|offer| format!("offer {}", offer.name))),
        }
    }

    /// Returns the name of a place.
    fn place(&self, place: Place) -> String {
        let month = &self.program.months[place.month].name;
        let lost = self.lost(place).map_or_else(String::new, |lost| format!(" without {lost}"));
        format!("future {} {month}{lost}", place.scenario + 1)
    }

    /// Returns who is lost in a place.
    fn lost(&self, place: Place) -> Option<String> {
        let party = &self.program.parties[place.lost?];
        let kind = self.program.kinds.get(party.kind).map_or("party", String::as_str);
        Some(format!("{kind} {}", party.name))
    }

    /// Returns the name of an hour of a place.
    fn snapshot(&self, place: Place, hour: usize) -> String {
        format!("{} hour {}", self.place(place), hour + 1)
    }

    /// Returns every snapshot.
    fn snapshots(&self) -> impl Iterator<Item = (Place, usize)> + '_ {
        let hours = self.program.hours.len();
        self.places.iter().flat_map(move |place| (0..hours).map(move |hour| (*place, hour)))
    }

    /// Returns an hour's weight in the objective, in which prices of a GPU-hour become millions.
    fn weight(&self, place: Place, hour: usize) -> f64 {
        if place.lost.is_some() {
            return 0.0;
        }
        let program = self.program;
        let hours = program.weight.at(place.month, hour);
        let money =
            program.months[place.month].discount * program.scenarios[place.scenario].probability;
        hours * money / 1e3
    }

    /// Says whether nobody of these is lost.
    fn is_there(place: Place, parties: &[usize]) -> bool {
        place.lost.is_none_or(|lost| !parties.contains(&lost))
    }

    /// Returns the hours of an hour's run, each before the one after it, and that hour's place among them.
    fn run(&self, hour: usize) -> (std::ops::Range<usize>, usize) {
        let hours = &self.program.hours;
        let is_other = |at: &usize| hours[*at].run != hours[hour].run;
        let first = (0..hour).rev().find(is_other).map_or(0, |at| at + 1);
        let end = (hour..hours.len()).find(is_other).unwrap_or(hours.len());
        (first..end, hour - first)
    }

    /// Returns the most that may wait at the end of an hour, in thousands of GPU-hours; `None` where nothing may.
    fn waiting(&self, place: Place, class: usize, hour: usize) -> Option<f64> {
        let program = self.program;
        let delay = program.classes[class].delay_hours;
        let (run, at) = self.run(hour);
        if delay == 0 || run.len() < 2 {
            return None;
        }
        let asked: Vec<f64> = program.demand(place.scenario, place.month, class).collect();
        let back = |ago: usize| run.start + (at + run.len() - ago) % run.len();
        let recent = (0..delay.min(run.len())).map(back);
        Some(recent.map(|hour| program.weight.at(place.month, hour) * asked[hour]).sum())
    }
}
