//! The floors of the workspace: a crate depends on lower floors only, and the pure ones on little else.
//!
//! The table stands here once; ARCHITECTURE.md shows it (`cargo xtask docs` writes it there), and
//! `cargo xtask tidy` holds every manifest against it.

use crate::tree::Tree;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A crate and its floor.
struct Place {
    name: &'static str,
    floor: u8,
}

const fn on(floor: u8, name: &'static str) -> Place {
    Place { name, floor }
}

/// Every crate of the workspace, from the ground up.
const PLACES: &[Place] = &[
    on(0, "offtake-stdx"),
    on(0, "offtake-units"),
    on(1, "offtake-model"),
    on(2, "offtake-ledger"),
    on(2, "offtake-position"),
    on(3, "offtake-audit"),
    on(3, "offtake-futures"),
    on(4, "offtake-adequacy"),
    on(4, "offtake-value"),
    on(4, "offtake-calendar"),
    on(4, "offtake-desk"),
    on(4, "offtake-plan"),
    on(5, "offtake-book"),
    on(5, "offtake-highs"),
    on(5, "offtake-report"),
    on(5, "offtake-sheet"),
    on(5, "offtake-store"),
    on(5, "offtake-study"),
    on(5, "offtake-trace"),
    on(6, "offtake-server"),
    on(7, "offtake-cli"),
];

/// The highest floor that is pure: no file, socket, clock or thread.
const LAST_PURE: u8 = 4;
/// What a pure crate may use besides its own kind: mathematics, where memory starts, dates and how to
/// write an error.
const PURE_MAY_USE: &[&str] = &["aligned-vec", "jiff", "libm", "multiversion", "thiserror"];

/// Returns what breaks the rule of floors.
pub(crate) fn findings(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let folders: BTreeSet<&str> = tree.keys().filter_map(|path| crate_of(path)).collect();
    let placed: BTreeSet<&str> = PLACES.iter().map(|place| place.name).collect();
    for name in folders.difference(&placed) {
        found.push(format!("crates/{name}: has no floor; give it one in xtask/src/floors.rs"));
    }
    for name in placed.difference(&folders) {
        found.push(format!("xtask/src/floors.rs: `{name}` is no crate; take it out"));
    }
    for place in PLACES {
        let manifest = tree.get(&format!("crates/{}/Cargo.toml", place.name));
        let used = manifest.map(|text| dependencies(text)).unwrap_or_default();
        found.extend(used.iter().filter_map(|used| breach(place, used)));
    }
    found
}

fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml").filter(|name| !name.contains('/'))
}

/// Returns the names under `[dependencies]`; what only tests use may come from any floor.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut is_inside = false;
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = line == "[dependencies]";
        } else if is_inside && !line.is_empty() && !line.starts_with('#') {
            names.extend(line.split(['.', ' ', '=']).next());
        }
    }
    names
}

fn breach(place: &Place, used: &str) -> Option<String> {
    let Place { name, floor } = place;
    let manifest = format!("crates/{name}/Cargo.toml");
    match PLACES.iter().find(|other| other.name == used) {
        Some(other) if other.floor >= *floor => Some(format!(
            "{manifest}: `{name}` stands on floor {floor} and uses `{used}` on floor {}; a crate uses lower floors only",
            other.floor
        )),
        Some(_) => None,
        None if *floor <= LAST_PURE && !PURE_MAY_USE.contains(&used) => Some(format!(
            "{manifest}: `{name}` is pure and uses `{used}`; move what needs it above floor {LAST_PURE}, or say in xtask/src/floors.rs why it is pure"
        )),
        None => None,
    }
}

/// Returns the table of crates as Markdown, from the top floor down, with what each manifest says of itself.
pub(crate) fn table(tree: &Tree) -> String {
    let mut table = "| floor | crate | what it is |\n|---|---|---|\n".to_owned();
    for Place { name, floor } in PLACES.iter().rev() {
        let manifest = tree.get(&format!("crates/{name}/Cargo.toml"));
        let about = manifest.and_then(|text| description(text)).unwrap_or_default();
        let pure = if *floor <= LAST_PURE { "" } else { " (shell)" };
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {floor}{pure} | [`{name}`](crates/{name}) | {about} |");
    }
    table
}

fn description(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("description = \""))?;
    line.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_uses_its_own_floor_or_a_higher_one_is_found() {
        let model = on(1, "offtake-model");
        assert_eq!(breach(&model, "offtake-units"), None);
        assert!(breach(&model, "offtake-model").unwrap().contains("lower floors only"));
        assert!(breach(&model, "offtake-adequacy").unwrap().contains("floor 4"));
    }

    #[test]
    fn a_pure_crate_with_a_serializer_is_found_and_a_shell_with_one_is_not() {
        assert!(breach(&on(1, "offtake-model"), "serde").unwrap().contains("is pure"));
        assert_eq!(breach(&on(5, "offtake-book"), "serde"), None);
    }

    #[test]
    fn only_the_table_of_dependencies_counts() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# why\na.workspace = true\nb = \"1\"\n[dev-dependencies]\nc = \"1\"\n";
        assert_eq!(dependencies(manifest), ["a", "b"]);
    }
}
