//! Zones lie inside each other as a tree.

use super::{Book, Check, Problem, Severity};
use crate::ZoneId;

pub(super) const CHECK: Check = Check {
    name: "zone-cycle",
    severity: Severity::Error,
    about: "zones that lie inside each other in a circle, or one that lies inside itself",
    why: "nothing would be inside them, so that no pool may serve work that is bound to a zone around them",
    mend: "set one `parent` of the circle to the zone outside it",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    book.catalog.zones.keys().filter_map(|zone| problem(book, zone)).collect()
}

/// Follows `parent` from `zone`; a circle is told once, at its first zone by name.
fn problem(book: &Book, zone: &ZoneId) -> Option<Problem> {
    let parent = |zone: &ZoneId| book.catalog.zones.get(zone)?.parent.as_ref();
    let mut circle = vec![zone];
    let mut at = parent(zone)?;
    while at != zone {
        // A circle further out that does not come back here is told by its own zones.
        if circle.contains(&at) {
            return None;
        }
        circle.push(at);
        at = parent(at)?;
    }
    if circle.iter().min() != Some(&zone) {
        return None;
    }
    let names: Vec<String> = circle.iter().chain([&zone]).map(ToString::to_string).collect();
    Some(Problem::new(
        format!("zone.{zone}.parent"),
        format!("`{zone}` lies inside itself: {}", names.join(" in ")),
        "set one `parent` of the circle to the zone outside it, or leave it out for the world",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn put_into(book: &mut Book, zone: &str, parent: &str) {
        let zone = book.catalog.zones.get_mut(&id::<ZoneId>(zone)).unwrap();
        zone.parent = Some(id(parent));
    }

    #[test]
    fn a_circle_is_told_once() {
        let mut book = test_book();
        put_into(&mut book, "us", "us-tx");
        assert_eq!(found(&CHECK, &book), "\
error: zone.us.parent: `us` lies inside itself: us in us-tx in us
  fix: set one `parent` of the circle to the zone outside it, or leave it out for the world");
    }

    #[test]
    fn a_zone_inside_itself_is_found_and_those_inside_it_are_not_told() {
        let mut book = test_book();
        put_into(&mut book, "us", "us");
        assert_eq!(found(&CHECK, &book), "\
error: zone.us.parent: `us` lies inside itself: us in us
  fix: set one `parent` of the circle to the zone outside it, or leave it out for the world");
    }
}
