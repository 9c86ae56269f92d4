//! The seller's plan of books worked by hand, and what it says of books that no plan can be made of.
//!
//! One site with 10 racks' worth of megawatts that mine. A rack has 72 GPUs of 2 kW, so 144 kW for IT and, at a PUE of 1.2,
//! 172.8 kW from the grid. Its hall costs 0.144 MW · 1 MUSD = 0.144 MUSD, itself 3 MUSD: 3.144 MUSD for 72 GPUs over a term of
//! 8,760 hours are 4.98478 USD a GPU-hour. Mining earns 100 USD for each of the 0.0024 MWh that a GPU-hour takes: 0.24. So a
//! request pays from 5.22478 USD a GPU-hour; nothing is discounted, uncertain, or left in the end.
#![cfg(feature = "plan")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const BOOK: &str = r#"
format        = 1
owner         = "miner"
as_of         = 2026-01-01
from          = 2026-01-01
until         = 2029-01-01
discount_rate = "0 %/year"
[defaults]
uncertainty = "none"
[party.miner]
[party.lab]
[party.bank]
[grid.wires]
[site.plain]
operator   = "miner"
grid       = "wires"
grid_power = "5 MW"
accelerator.gb300-nvl72.billed_power = "2 kW"
[power.mine]
site       = "plain"
grid_power = "1.728 MW"
builds     = ["hall"]
[build.hall]
accelerator = "gb300-nvl72"
takes       = "12 months"
capex.hall  = "1 MUSD/MW"
capex.rack  = "3 MUSD"
[idle.mining]
site  = "plain"
earns = "100 USD/MWh"
[opportunity.training]
party  = "lab"
gpus   = "720 GPU"
chance = "50 %"
term   = "12 months"
price.per_gpu_hour = "5.23 USD/GPUh"
"#;

/// What a GPU-hour has to pay.
const BREAK_EVEN: f64 = 3_144_000.0 / (72.0 * 8_760.0) + 0.24;

fn offtake(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Plans a book, and returns the answer as JSON, without what may differ between equal runs.
fn plan(text: &str, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.toml"), text).unwrap();
    let mut arguments = vec![
        "plan",
        "book.toml",
        "--side",
        "seller",
        "--scenarios",
        "1",
        "--starts",
        "1",
        "--json",
    ];
    arguments.extend(more);
    let output = offtake(folder.path(), &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut value: Value = serde_json::from_slice(&output.stdout).unwrap();
    value.as_object_mut().unwrap().remove("run");
    value
}

fn fails(text: &str, more: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.toml"), text).unwrap();
    let mut arguments =
        vec!["plan", "book.toml", "--side", "seller", "--scenarios", "1", "--starts", "1"];
    arguments.extend(more);
    let output = offtake(folder.path(), &arguments);
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
}

fn near(value: &Value, wanted: f64) {
    let value = value.as_f64().unwrap();
    assert!(
        (value - wanted).abs() <= 2e-4 * wanted.abs().max(1e-3),
        "{value} and {wanted} by hand"
    );
}

#[test]
fn a_request_that_pays_just_more_than_it_takes_is_accepted_and_one_that_pays_just_less_is_not() {
    let price = |price: &str| plan(&BOOK.replace("5.23 USD", price), &[]);
    let (more, less) = (price("5.23 USD"), price("5.22 USD"));
    let request = |plan: &Value| plan["requests"][0].clone();
    assert_eq!(request(&more)["accepted"][0]["gpus"], 720.0);
    assert_eq!(request(&less)["accepted"].as_array().unwrap().len(), 0);
    for plan in [&more, &less] {
        near(&request(plan)["least_price"]["low"], BREAK_EVEN);
        near(&request(plan)["least_price"]["high"], BREAK_EVEN);
    }
    let build = &more["build"][0];
    assert_eq!((build["racks"].as_f64(), build["megawatts"].as_f64()), (Some(10.0), Some(1.728)));
    assert_eq!(
        (build["order_by"].as_str(), build["promised"].as_str()),
        (Some("2026-01-01"), Some("2027-01-01"))
    );
    assert_eq!(build["turned_from"], "mining");
    near(&build["outlay"], 31.44);
    let hours = 720.0 * 8_760.0 / 1e6;
    near(&more["margin"]["by_term"]["fees"], 5.23 * hours);
    near(&more["margin"]["by_term"]["forgone"], -0.24 * hours);
    let margin = (5.23 - BREAK_EVEN) * hours;
    assert!(
        (more["margin"]["expected"].as_f64().unwrap() - margin).abs() < 1e-6,
        "{margin} {}",
        more["margin"]
    );
    assert_eq!(less["build"].as_array().unwrap().len(), 0);
}

#[test]
fn half_a_request_is_accepted_where_the_megawatts_hold_no_more_and_the_tenant_takes_it() {
    let part = BOOK
        .replace("gpus   = \"720 GPU\"", "gpus   = \"720 GPU\"\nleast  = \"50 %\"")
        .replace("5.23 USD", "6 USD");
    // 18.864 MUSD build six racks.
    let found = plan(&part, &["--budget", "2026=18.9MUSD", "--budget", "2027=18.9MUSD"]);
    near(&found["requests"][0]["accepted"][0]["share"], 0.6);
    near(&found["build"][0]["racks"], 6.0);
    let whole = plan(&BOOK.replace("5.23 USD", "6 USD"), &["--budget", "2027=18.9MUSD"]);
    assert_eq!(whole["build"].as_array().unwrap().len(), 0, "all of it or nothing");
    assert_eq!(whole["requests"][0]["least_price"], Value::Null);
}

/// The book with a debt at 10 % a year that asks for a DSCR of 1.5, on a contract that is delivered.
fn with_debt() -> String {
    let debt = r#"
[contract.old]
seller      = "miner"
buyer       = "lab"
site        = "plain"
accelerator = "gb300-nvl72"
racks       = 1
delivered   = 2025-12-01
promised    = 2025-12-01
price.per_gpu_hour = "3 USD/GPUh"
term        = "12 months"
[debt.loan]
borrower   = "miner"
lender     = "bank"
secured_on = ["old"]
amount     = "1 MUSD"
rate       = "10 %/year"
matures    = 2026-12-31
min_dscr   = 1.5
"#;
    format!("{BOOK}{debt}").replace("5.23 USD", "7 USD")
}

#[test]
fn what_may_be_borrowed_and_what_lenders_ask_for_decide_what_can_be_built() {
    let book = with_debt();
    let own = ["--budget", "2026=2MUSD", "--budget", "2027=20MUSD"];
    let with = |more: &[&str]| plan(&book, &[&own[..], more].concat());
    let lent = with(&["--loan-to-cost", "60%"]);
    assert_eq!(lent["requests"][0]["accepted"][0]["gpus"], 720.0);
    let borrowed = lent["build"][0]["borrowed"].as_f64().unwrap();
    assert!((10.0..=0.6 * 31.44 + 1e-6).contains(&borrowed), "{borrowed}");
    let year = |plan: &Value, year: i64| {
        plan["years"].as_array().unwrap().iter().find(|one| one["year"] == year).unwrap().clone()
    };
    // 720 GPUs for 8,760 hours at 7 dollars, no power and no operation.
    near(&year(&lent, 2027)["contracted"], 7.0 * 720.0 * 8_760.0 / 1e6);
    assert!(year(&lent, 2027)["dscr"].as_f64().unwrap() >= 1.5);
    // Without enough debt the owners' own money does not reach.
    for less in [
        &["--loan-to-cost", "60%", "--debt", "5MUSD"][..],
        &["--loan-to-cost", "20%"],
        &["--loan-to-cost", "60%", "--min-dscr", "9"],
    ] {
        let found = with(less);
        assert_eq!(found["build"].as_array().unwrap().len(), 0, "{less:?}");
        assert!(found["margin"]["expected"].as_f64() <= lent["margin"]["expected"].as_f64());
    }
}

#[test]
fn the_market_is_built_for_only_where_somebody_says_how_much_it_takes() {
    let market = "[market.gb300-nvl72]\nprice = \"9 USD/GPUh\"\ntrend = \"1 times/year\"\nvolatility = \"0 %\"\n";
    let alone = BOOK.split("[opportunity").next().unwrap();
    let contract = "[contract.old]\nseller = \"miner\"\nbuyer = \"lab\"\nsite = \"plain\"\naccelerator = \"gb300-nvl72\"\nracks = 1\ndelivered = 2025-12-01\npromised = 2025-12-01\nprice.per_gpu_hour = \"9 USD/GPUh\"\nterm = \"12 months\"\n";
    let (said, code) = fails(&format!("{alone}{market}{contract}"), &[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("nothing that a seller could decide"), "{said}");
    let found = plan(&format!("{alone}{market}depth = \"360 GPU\"\n{contract}"), &["--quick"]);
    near(&found["build"][0]["gpus"], 360.0);
}

#[test]
fn what_cannot_be_planned_says_where_and_how_to_mend_it() {
    let large = BOOK.replace("720 GPU", "7200 GPU");
    let (said, code) = fails(&large, &[]);
    assert_eq!(code, Some(2), "{said}");
    for part in
        ["request-cannot-be-served", "opportunity.training", "book.toml:", "fix:", "holds 720"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (said, code) = fails(&BOOK.replace("price.per_gpu_hour = \"5.23 USD/GPUh\"\n", ""), &[]);
    assert_eq!((code, said.contains("no price is known")), (Some(2), true), "{said}");
    let (said, code) = fails(&BOOK.replace("builds     = [\"hall\"]\n", ""), &[]);
    assert_eq!((code, said.contains("builds")), (Some(2), true), "{said}");
    for (argument, hint) in [
        ("--standards-from=2027", "priced"),
        ("--insurance", "risk-weight"),
        ("--prepayment=1MUSD", "--debt"),
    ] {
        let (said, code) = fails(BOOK, &[argument]);
        assert_eq!(
            (code, said.contains("buyer's plan"), said.contains(hint)),
            (Some(2), true, true),
            "{said}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.toml"), BOOK).unwrap();
    let output = offtake(folder.path(), &["plan", "book.toml", "--debt", "1MUSD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--side seller"));
}

#[test]
fn limits_that_contradict_each_other_are_told_together() {
    let (said, code) = fails(&with_debt(), &["--budget=2027=-1MUSD"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("capital[2027]") && said.contains("hint"), "{said}");
}

#[test]
fn a_plan_that_is_kept_can_be_verified_and_assessed_and_is_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let text = BOOK
        .replace("uncertainty = \"none\"", "")
        .replace("[defaults]\n", "")
        .replace("5.23 USD", "9 USD");
    std::fs::write(folder.path().join("book.toml"), text).unwrap();
    let plan = |threads: &str| {
        let output = offtake(
            folder.path(),
            &[
                "plan",
                "book.toml",
                "--side",
                "seller",
                "--scenarios",
                "12",
                "--risk-weight",
                "0.3",
                "--threads",
                threads,
            ],
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert_eq!(plan("1"), plan("3"));
    let kept = [
        "plan",
        "book.toml",
        "--side",
        "seller",
        "--scenarios",
        "4",
        "--quick",
        "--out",
        "p.plan",
        "--certificate",
        "p.cuts",
    ];
    let output = offtake(folder.path(), &kept);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let verify = ["plan", "verify", "p.plan", "--book", "book.toml", "--certificate", "p.cuts"];
    let output = offtake(folder.path(), &verify);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let output =
        offtake(folder.path(), &["assess", "book.toml", "--with", "p.plan", "--samples", "20"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code < 2), "{said}");
    let what_if = ["plan", "what-if", "p.plan", "--book", "book.toml", "--price", "training=+10%"];
    let output = offtake(folder.path(), &what_if);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("seller's plan"));
}
