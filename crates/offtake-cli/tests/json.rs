//! `assess --json`: each field is on its reference page, and no number is none.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn assess(arguments: &[&str]) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(["assess", "--json", "--samples", "20"])
        .args(arguments)
        .current_dir(root)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                found.insert(name.clone());
                if name != "units" {
                    fields(value, found);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

#[test]
fn every_field_is_on_the_reference_page() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/assess-json.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut found = BTreeSet::new();
    fields(&assess(&["books/tutorial/03-second-supplier.toml"]), &mut found);
    let missing: Vec<&String> = found
        .iter()
        .filter(|name| !["mean", "standard_error"].contains(&name.as_str()))
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

/// The fields that users were promised, by name.
#[test]
fn the_promised_fields_are_there() {
    let value = assess(&["books/tutorial/03-second-supplier.toml"]);
    let has = |path: &str| assert!(value.pointer(path).is_some(), "{path} is missing");
    for top in ["version", "book_hash", "seed", "samples", "standard", "holds", "causes"] {
        has(&format!("/{top}"));
    }
    for name in ["open_position", "risk", "lolh", "lole", "eue", "neue"] {
        has(&format!("/{name}/mean"));
        has(&format!("/{name}/standard_error"));
        has(&format!("/units/{name}"));
    }
    for name in
        ["months_at_risk", "unserved_share/mean", "firm_equivalent_gpus", "break_even_growth"]
    {
        has(&format!("/headline/{name}"));
    }
    for name in ["gap", "quarter", "zone", "gpus", "date", "how"] {
        has(&format!("/headline/decide_by/0/{name}"));
    }
    for name in ["mean", "standard_error", "p50", "p90", "p95", "p99", "cvar95"] {
        has(&format!("/months/0/unserved/{name}"));
    }
    for name in ["month", "lolp", "demand/p10", "demand/p50", "demand/p90"] {
        has(&format!("/months/0/{name}"));
    }
    for name in ["supplier", "promised", "p10", "p50", "p90"] {
        has(&format!("/months/0/supply/0/{name}"));
    }
    for name in ["month", "zone", "accelerator", "p10", "p50", "p90"] {
        has(&format!("/headroom/0/{name}"));
    }
    for name in ["id", "block", "eue/mean", "neue/mean"] {
        has(&format!("/classes/0/{name}"));
    }
    for name in [
        "id",
        "nameplate_gpus",
        "years/0/year",
        "years/0/capacity_credit_gpus",
        "deficiency_gpu_hours",
    ] {
        has(&format!("/contracts/0/{name}"));
    }
    for name in ["cause", "eue/mean", "share"] {
        has(&format!("/causes/0/{name}"));
    }
    for name in ["elapsed_s", "sampling_s", "cpu_s", "peak_rss_mb", "threads", "system_hours"] {
        has(&format!("/run/{name}"));
    }
}

#[test]
fn causes_add_up_to_the_expected_unserved() {
    let value = assess(&["books/tutorial/03-second-supplier.toml"]);
    let number = |value: &Value| value.as_f64().unwrap();
    let causes = value["causes"].as_array().unwrap();
    let sum: f64 = causes.iter().map(|cause| number(&cause["eue"]["mean"])).sum();
    let eue = number(&value["eue"]["mean"]);
    assert!((sum - eue).abs() < 1e-6 * eue, "{sum} and {eue}");
}
