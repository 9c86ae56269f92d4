//! What halls draw from the grid, cooling and losses included, comes through the site's connection.

use super::paths::of_hall;
use super::supply::{megawatts, number};
use super::{Book, Check, Problem, Severity};
use crate::{Hall, HallId, Mark, Site, SiteId};

pub(super) const CHECK: Check = Check {
    name: "more-critical-it-than-grid-power",
    severity: Severity::Error,
    about: "a hall whose critical IT, times its PUE, is more than its grid power; or halls that are more than their site's",
    why: "the megawatts for IT cannot be there, and all that is served with them would be too much",
    mend: "correct `critical_it`, `pue` or `grid_power`; a contract's megawatts are often gross",
    run,
};

/// Rounding in the figures of press and filings is no contradiction.
const TOLERANCE: f64 = 1.001;

fn run(book: &Book) -> Vec<Problem> {
    let halls = book.halls.iter().filter_map(|(id, hall)| of_one(book, id, hall));
    let sites = book.sites.iter().filter_map(|(id, site)| of_site(book, id, site));
    halls.chain(sites).collect()
}

fn of_one(book: &Book, id: &HallId, hall: &Hall) -> Option<Problem> {
    let (critical, grid) = (hall.critical_it?, hall.grid_power?);
    let (pue, gross) = (pue(book, id, hall), gross(book, id, hall)?);
    (gross > grid.watts() as f64 * TOLERANCE).then(|| {
        Problem::new(
            of_hall(id, hall, "critical_it"),
            format!(
                "{critical} for IT at a PUE of {} need {} from the grid, and there are {grid}",
                number(pue),
                megawatts(gross)
            ),
            format!(
                "set `critical_it` to {} or less, or correct `pue` or `grid_power`",
                megawatts((grid.watts() as f64 / pue).floor())
            ),
        )
    })
}

fn of_site(book: &Book, id: &SiteId, site: &Site) -> Option<Problem> {
    let grid = site.grid_power?;
    let there: Vec<_> = book.halls.iter().filter(|(_, hall)| hall.site == *id).collect();
    // A site without halls is one hall with the same connection.
    if there.iter().any(|(hall, _)| hall.to_string() == id.to_string()) && there.len() == 1 {
        return None;
    }
    let set_apart = |hall: &Hall| hall.grid_power.map(|power| power.watts() as f64);
    let claims: Vec<f64> = there
        .iter()
        .filter_map(|(id, hall)| set_apart(hall).or_else(|| gross(book, id, hall)))
        .collect();
    let sum: f64 = claims.iter().sum();
    (sum > grid.watts() as f64 * TOLERANCE).then(|| {
        Problem::new(
            format!("site.{id}.grid_power"),
            format!("its halls ({}) need {} from the grid, and there are {grid}", claims.len(), megawatts(sum)),
            "correct the site's `grid_power`, or the `grid_power` or `critical_it` of its halls",
        )
    })
}

/// Returns what the hall draws from the grid, in watts.
fn gross(book: &Book, id: &HallId, hall: &Hall) -> Option<f64> {
    Some(hall.critical_it?.watts() as f64 * pue(book, id, hall))
}

/// Returns the PUE that is written; a default convicts nobody.
fn pue(book: &Book, id: &HallId, hall: &Hall) -> f64 {
    let known = book.provenance.get(&of_hall(id, hall, "pue"));
    if known.is_some_and(|provenance| provenance.mark == Mark::Default) { 1.0 } else { hall.pue }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_hall_and_a_site_that_promise_more_than_the_grid_gives_are_found() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("22 MW"));
        site(&mut book).grid_power = Some(of("23 MW"));
        assert_eq!(found(&CHECK, &book), "\
error: hall.horizon.critical_it: 22 MW for IT at a PUE of 1.2 need 26.4 MW from the grid, and there are 24 MW
  fix: set `critical_it` to 20 MW or less, or correct `pue` or `grid_power`
error: site.childress.grid_power: its halls (1) need 24 MW from the grid, and there are 23 MW
  fix: correct the site's `grid_power`, or the `grid_power` or `critical_it` of its halls");
    }

    #[test]
    fn a_default_pue_is_not_held_against_the_book() {
        let mut book = test_book();
        hall(&mut book).critical_it = Some(of("22 MW"));
        book.provenance.insert("hall.horizon.pue".to_owned(), provenance(Mark::Default, None));
        assert_eq!(found(&CHECK, &book), "");
    }
}
