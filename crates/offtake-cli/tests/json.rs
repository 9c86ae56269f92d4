//! `--json` of each command: each field is on its reference page, and what users were promised is there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

const OFFERS: &str = "books/tutorial/07-offers.toml";

fn assess(arguments: &[&str]) -> Value {
    offtake("assess", arguments)
}

fn offtake(command: &str, arguments: &[&str]) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args([command, "--json", "--samples", "20"])
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
    is_described("assess-json", &assess(&["books/tutorial/03-second-supplier.toml"]));
    is_described("stress-json", &offtake("stress", &[OFFERS]));
    is_described("offer-json", &offtake("offer", &[OFFERS, "corvid"]));
}

/// A plan says every field that users were promised, its terms sum to its cost, and no other plan costs less than its bound.
#[test]
#[cfg(feature = "plan")]
fn a_plan_says_what_was_promised_and_adds_up() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args([
            "plan",
            OFFERS,
            "--json",
            "--scenarios",
            "6",
            "--insurance",
            "--concentration",
            "supplier=100%",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    is_described("plan-json", &value);
    for path in [
        "version",
        "book_hash",
        "seed",
        "scenarios",
        "objective",
        "lower_bound",
        "gap",
        "cost/expected",
        "cost/cvar",
        "cost/worst",
        "cost/by_term",
        "sign/0/offer",
        "sign/0/start",
        "sign/0/blocks",
        "sign/0/gpus",
        "sign/0/cost",
        "walk_away/0/offer",
        "walk_away/0/signed",
        "walk_away/0/blocks",
        "walk_away/0/price/low",
        "walk_away/0/price/high",
        "walk_away/0/price_asked",
        "walk_away/0/unit",
        "limits/0/limit",
        "limits/0/kind",
        "limits/0/value",
        "limits/0/price",
        "alternatives",
        "frontier/20/risk_weight",
        "frontier/0/expected",
        "frontier/0/cvar",
        "vss",
        "evpi",
        "run/elapsed_s",
        "run/cpu_s",
        "run/peak_rss_mb",
        "run/threads",
        "insurance/saves",
    ] {
        assert!(value.pointer(&format!("/{path}")).is_some(), "{path} is missing");
    }
    adds_up(&value);
}

/// Terms sum to the cost, and nothing costs less than the bound.
#[cfg(feature = "plan")]
fn adds_up(value: &Value) {
    let number = |path: &str| value.pointer(path).and_then(Value::as_f64).unwrap();
    let terms = value["cost"]["by_term"].as_object().unwrap();
    let sum: f64 = terms.values().filter_map(Value::as_f64).sum();
    // Numbers are written to ten digits.
    assert!((sum - number("/cost/expected")).abs() < 1e-6, "{sum}");
    assert!(number("/lower_bound") <= number("/objective") + 1e-9);
    assert!(number("/gap") <= 1e-3);
    assert!(number("/insurance/saves") >= -1e-3 * number("/objective"));
    for other in value["alternatives"].as_array().unwrap() {
        assert!(other["objective"].as_f64().unwrap() >= number("/lower_bound") - 1e-6);
    }
    let costs: Vec<f64> = value["frontier"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["cvar"].as_f64().unwrap())
        .collect();
    assert!(costs.first() >= costs.last(), "more weight on the worst futures, no worse futures");
}

fn is_described(page: &str, value: &Value) {
    let page = format!("{}/../../docs/reference/{page}.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(page).unwrap();
    let mut found = BTreeSet::new();
    fields(value, &mut found);
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
fn the_promised_fields_of_stress_are_there() {
    let value = offtake("stress", &[OFFERS, "--judgements", "10"]);
    for path in [
        "/base/eue/mean",
        "/base/lolh/mean",
        "/stresses/0/id",
        "/stresses/0/kind",
        "/stresses/0/party",
        "/stresses/0/delta_eue/standard_error",
        "/stresses/0/delta_lolh/mean",
        "/stresses/0/delta_cost/mean",
        "/stresses/0/secure",
        "/diversification/0/supplier",
        "/diversification/0/diversification/mean",
        "/diversification/0/volume/mean",
        "/judgement/0/input",
        "/judgement/0/low",
        "/judgement/0/high",
        "/judgement/0/delta_low/mean",
        "/judgement/0/delta_high/mean",
        "/concentration/0/kind",
        "/concentration/0/hhi",
        "/concentration/0/shares/0/party",
        "/concentration/0/shares/0/share",
    ] {
        assert!(value.pointer(path).is_some(), "{path} is missing");
    }
    let sizes: Vec<f64> = value["stresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["delta_eue"]["mean"].as_f64().unwrap())
        .collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "the worst first: {sizes:?}");
    for found in value["concentration"].as_array().unwrap() {
        let shares = found["shares"].as_array().unwrap();
        let sum: f64 = shares.iter().map(|share| share["share"].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{} sums to {sum}", found["kind"]);
    }
}

#[test]
fn the_promised_fields_of_an_offer_are_there() {
    let value = offtake("offer", &[OFFERS, "corvid"]);
    for path in [
        "/offer",
        "/sign",
        "/delta_eue/mean",
        "/delta_cost/mean",
        "/breakeven_price/mean",
        "/against/0/alternative",
        "/against/1/delta_eue/mean",
        "/against/2/signing_saves/mean",
        "/prepayment/amount",
        "/without/months_at_risk",
        "/with/concentration/0/hhi",
        "/n_minus_1/0/with/holds",
        "/drivers/0/block",
    ] {
        assert!(value.pointer(path).is_some(), "{path} is missing");
    }
    let names: Vec<&str> = value["against"]
        .as_array()
        .unwrap()
        .iter()
        .map(|other| other["alternative"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["nothing", "wait", "more-of-acme"]);
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
