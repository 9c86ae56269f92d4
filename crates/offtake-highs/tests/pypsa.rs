//! The folder for PyPSA: its tables name each other's things, and say as much as the programme does. That PyPSA finds the
//! plan's objective in it is what `cargo xtask cross-check` checks, with Python.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::{Program, Taking};
use offtake_plan::pypsa::{File, files, snapshots};
use small::{limited, program};
use std::collections::BTreeSet;

/// Cells of a table by row; no name here has a quote in it.
fn cells(files: &[File], name: &str) -> Vec<Vec<String>> {
    let file = files.iter().find(|file| file.name == name).unwrap();
    let row = |line: &str| {
        let mut is_quoted = false;
        let split = |c: char| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        };
        line.split(split).map(|cell| cell.trim_matches('"').to_owned()).collect()
    };
    file.text.lines().map(row).collect()
}

fn column(files: &[File], name: &str, column: &str) -> Vec<String> {
    let table = cells(files, name);
    let at = table[0].iter().position(|head| head == column).unwrap();
    table[1..].iter().map(|row| row[at].clone()).collect()
}

fn sum(files: &[File], name: &str, of: &str) -> f64 {
    column(files, name, of).iter().map(|cell| cell.parse::<f64>().unwrap()).sum()
}

#[test]
fn every_name_in_the_tables_is_that_of_something_in_them() {
    for seed in 9000..9030 {
        let files = files(&limited(seed));
        let set =
            |name: &str, of: &str| column(&files, name, of).into_iter().collect::<BTreeSet<_>>();
        let (buses, generators) = (set("buses.csv", "name"), set("generators.csv", "name"));
        for (table, of) in [
            ("generators.csv", "bus"),
            ("links.csv", "bus0"),
            ("links.csv", "bus1"),
            ("links.csv", "bus2"),
            ("loads.csv", "bus"),
        ] {
            assert!(set(table, of).is_subset(&buses), "seed {seed}: {of} of {table}");
        }
        for table in
            ["generators-p_max_pu.csv", "generators-p_min_pu.csv", "generators-marginal_cost.csv"]
        {
            let heads: BTreeSet<String> = cells(&files, table)[0][1..].iter().cloned().collect();
            assert!(heads.is_subset(&generators), "seed {seed}: {table}");
        }
        let names = set("snapshots.csv", "snapshot");
        assert_eq!(names.len(), snapshots(&limited(seed)), "seed {seed}");
        assert_eq!(names, set("more/snapshots.csv", "snapshot"), "seed {seed}");
        assert!(set("more/waiting.csv", "before").is_subset(&names), "seed {seed}");
        let blocks = set("more/snapshots.csv", "block");
        assert!(set("more/standard-terms.csv", "block").is_subset(&blocks), "seed {seed}");
        assert!(set("more/limit-terms.csv", "offer").is_subset(&set("more/offers.csv", "offer")));
    }
}

/// Hours of money, as the objective weighs them.
fn weighed_hours(program: &Program) -> f64 {
    let months = program.months.iter().enumerate();
    months.map(|(at, month)| program.month_hours(at) * month.discount / 1e3).sum()
}

#[test]
fn the_tables_sum_to_what_the_programme_says() {
    for seed in 9000..9030 {
        // Without limits no party is lost, so that every snapshot is one of money.
        let program = program(seed);
        let files = files(&program);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9 * b.abs().max(1.0);
        assert!(
            near(sum(&files, "snapshots.csv", "objective"), weighed_hours(&program)),
            "seed {seed}"
        );
        let fixed: f64 = (0..program.scenarios.len())
            .flat_map(|s| (0..program.offers.len()).map(move |offer| (s, offer)))
            .map(|(s, offer)| program.fixed_cost(s, offer))
            .sum();
        assert!(near(sum(&files, "more/fixed.csv", "millions"), fixed), "seed {seed}");
        let flexible = program.offers.iter().filter(|offer| offer.taking != Taking::Firm).count();
        assert_eq!(
            column(&files, "more/take-or-pay.csv", "offer").len(),
            flexible * program.blocks()
        );
        let asked: f64 = program
            .classes
            .iter()
            .enumerate()
            .map(|(class, _)| {
                let places = (0..program.scenarios.len())
                    .flat_map(|s| (0..program.months.len()).map(move |m| (s, m)));
                places.map(|(s, m)| program.demand(s, m, class).sum::<f64>()).sum::<f64>()
            })
            .sum();
        let loads: f64 = cells(&files, "loads-p_set.csv")[1..]
            .iter()
            .flat_map(|row| &row[1..])
            .map(|cell| cell.parse::<f64>().unwrap())
            .sum();
        assert!(near(loads, asked), "seed {seed}: {loads} and {asked}");
    }
}
