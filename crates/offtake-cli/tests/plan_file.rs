//! A kept plan: what is checked of it, and that a what-if says what planning anew says.

#![cfg(feature = "plan")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const OFFERS: &str = "books/tutorial/07-offers.toml";
const FEW: [&str; 5] = ["--scenarios", "4", "--to", "2029", "--quick"];

/// A new offer at a site that the book does not know.
const NEW: &str = r#"
[party.delta]
failure = "2 %/year"
[site.delta-hall]
class = "finished-hall"
outage.up   = "150 d"
outage.down = "2 d"
[offer.delta]
seller             = "delta"
site               = "delta-hall"
accelerator        = "gb300-nvl72"
block              = "8 racks"
blocks             = 8
start.from         = 2028-01-01
price.per_gpu_hour = "1.40 USD/GPUh"
term               = "60 months"
prepayment.share   = "10 %"
"#;

fn offtake(folder: &Path, arguments: &[&str]) -> Output {
    let books = folder.join("books");
    if !books.exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books");
        std::os::unix::fs::symlink(root.canonicalize().unwrap(), &books).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_offtake"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    let problem = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{problem}"))
}

/// Every field is on the reference page.
fn is_described(value: &Value) {
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(name, value)| {
                found.push(name.clone());
                names(value, found);
            }),
            Value::Array(all) => all.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/plan-json.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut found = Vec::new();
    names(value, &mut found);
    found.retain(|name| !page.contains(&format!("`{name}`")));
    assert!(found.is_empty(), "not on the page: {found:?}");
}

/// Plans, and keeps the plan with its certificate.
fn planned(folder: &Path, book: &str, more: &[&str]) -> Value {
    let keep = ["--out", "a.plan", "--certificate", "a.cuts", "--json"];
    let arguments = [&["plan", book], &FEW[..], &keep, more].concat();
    json(&offtake(folder, &arguments))
}

fn verify(folder: &Path, more: &[&str]) -> Value {
    let arguments = [&["plan", "verify", "a.plan", "--book", OFFERS, "--json"], more].concat();
    json(&offtake(folder, &arguments))
}

fn what_if(folder: &Path, more: &[&str]) -> Value {
    let known = ["--certificate", "a.cuts", "--json"];
    let arguments = [&["plan", "what-if", "a.plan", "--book", OFFERS], &known[..], more].concat();
    let found = json(&offtake(folder, &arguments));
    is_described(&found);
    found
}

fn number(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {path} in {value}"))
}

/// Changes a plan as somebody would who knows how its digest is made.
fn forge(folder: &Path, change: impl FnOnce(&mut Value)) {
    let file = folder.join("a.plan");
    let mut value: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    value["digest"] = "".into();
    change(&mut value);
    let text = format!("{value:#}\n");
    let digest = offtake_book::digest(text.as_bytes());
    let text = text.replacen("\"digest\": \"\"", &format!("\"digest\": \"{digest}\""), 1);
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, text).unwrap();
}

#[test]
fn a_plan_holds_from_its_certificate_and_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let plan = planned(folder.path(), OFFERS, &[]);
    for more in [&["--certificate", "a.cuts"][..], &[]] {
        let found = verify(folder.path(), more);
        assert_eq!(found["holds"], true, "{found}");
        assert!(number(&found, "/cuts") > 50.0);
        let near = (number(&found, "/objective/recounted") - number(&plan, "/objective")).abs();
        assert!(near < 1e-4, "{found}");
        let (says, proved) =
            (number(&found, "/lower_bound/says"), number(&found, "/lower_bound/proved"));
        assert!(proved >= says - 1e-4 && proved <= number(&plan, "/objective") + 1e-4, "{found}");
    }
}

#[test]
fn a_plan_with_limits_and_a_weight_on_the_worst_futures_holds() {
    let folder = tempfile::tempdir().unwrap();
    let more =
        ["--concentration", "supplier=90%", "--risk-weight", "0.3", "--budget", "2028=1GUSD"];
    planned(folder.path(), OFFERS, &more);
    let found = verify(folder.path(), &["--certificate", "a.cuts"]);
    assert_eq!(found["holds"], true, "{found}");
}

#[test]
fn a_plan_that_keeps_a_standard_holds() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let book = std::fs::read_to_string(root.join(OFFERS)).unwrap();
    std::fs::write(folder.path().join("loose.toml"), book.replace("100 ppm", "1 %")).unwrap();
    let plan = planned(folder.path(), "loose.toml", &["--standards-from", "2029"]);
    assert!(number(&plan, "/standards/0/unserved") <= number(&plan, "/standards/0/most") * 1.0001);
    let verify =
        ["plan", "verify", "a.plan", "--book", "loose.toml", "--certificate", "a.cuts", "--json"];
    let found = json(&offtake(folder.path(), &verify));
    assert_eq!(found["holds"], true, "{found}");
}

#[test]
fn a_small_programme_is_exported_whole_and_a_large_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let small =
        ["plan", OFFERS, "--scenarios", "2", "--to", "2026", "--export-mps", "a.mps", "--json"];
    let found = json(&offtake(folder.path(), &small));
    let text = std::fs::read_to_string(folder.path().join("a.mps")).unwrap();
    assert!(text.contains("ROWS") && text.trim_end().ends_with("ENDATA"));
    assert!(number(&found, "/entries") > number(&found, "/columns"));
    let large = ["plan", OFFERS, "--scenarios", "2000", "--export-mps", "b.mps"];
    let output = offtake(folder.path(), &large);
    assert_eq!(output.status.code(), Some(2));
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(problem.contains("--scenarios"), "{problem}");
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!folder.path().join("b.mps").exists() && names.len() == 2, "{names:?}");
}

#[test]
fn a_small_programme_becomes_a_new_folder_for_pypsa_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let small =
        ["plan", OFFERS, "--scenarios", "2", "--to", "2026", "--export-pypsa", "pypsa", "--json"];
    let found = json(&offtake(folder.path(), &small));
    is_described(&found);
    for file in found["files"].as_array().unwrap() {
        assert!(folder.path().join("pypsa").join(file.as_str().unwrap()).is_file(), "{file}");
    }
    let snapshots = std::fs::read_to_string(folder.path().join("pypsa/snapshots.csv")).unwrap();
    assert_eq!(snapshots.lines().count() as f64, 1.0 + number(&found, "/snapshots"));
    assert_eq!(offtake(folder.path(), &small).status.code(), Some(2));
    let large = ["plan", OFFERS, "--scenarios", "900", "--export-pypsa", "large"];
    assert_eq!(offtake(folder.path(), &large).status.code(), Some(2));
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!folder.path().join("large").exists() && names.len() == 2, "{names:?}");
}

#[test]
fn the_small_programme_of_a_bound_is_written_for_other_solvers() {
    let folder = tempfile::tempdir().unwrap();
    planned(folder.path(), OFFERS, &[]);
    let found =
        verify(folder.path(), &["--certificate", "a.cuts", "--export-master", "master.mps"]);
    let text = std::fs::read_to_string(folder.path().join("master.mps")).unwrap();
    is_described(&found);
    let (low, high) = (number(&found, "/optimism/low"), number(&found, "/optimism/high"));
    assert_eq!(found["optimism"]["is_within"], low <= 0.0 && high >= 0.0, "{found}");
    let rows = text.lines().skip_while(|line| !line.starts_with("ROWS"));
    let rows = rows.take_while(|line| !line.starts_with("COLUMNS")).count();
    assert!(rows as f64 > number(&found, "/cuts"), "{rows}: {found}");
}

#[test]
fn standards_are_tightened_until_assess_finds_what_was_asked_and_the_plan_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut book = std::fs::read_to_string(root.join(OFFERS)).unwrap();
    for (from, to) in [
        ("100 ppm", "10 %"),
        ("blocks             = 8", "blocks             = 60"),
        ("6 %/year", "1 %/year"),
        ("6 USD", "3 USD"),
    ] {
        book = book.replace(from, to);
    }
    std::fs::write(folder.path().join("wide.toml"), book).unwrap();
    let asked = ["--standards-from", "2029", "--assessed", "lolh=3500", "--assess-samples", "40"];
    let plan = planned(folder.path(), "wide.toml", &asked);
    let assessed = &plan["assessed"];
    is_described(&plan);
    let share = number(assessed, "/share");
    assert!(assessed["met"] == true && share < 1.0, "{assessed}");
    let steps = assessed["steps"].as_array().unwrap();
    let found = |share: f64| {
        steps.iter().find(|step| step["share"] == share).map(|step| number(step, "/found/0"))
    };
    assert!(found(share).unwrap() <= 3500.0 && found(1.0).unwrap() > 3500.0, "{assessed}");
    let (low, high) = (number(assessed, "/price/low"), number(assessed, "/price/high"));
    assert!(low <= high && high > 0.0, "{assessed}");
    // Tighter never costs less, beyond the gap of a plan.
    let costs: Vec<f64> = steps.iter().filter_map(|step| step["objective"].as_f64()).collect();
    assert!(costs.windows(2).all(|pair| pair[1] >= pair[0] * (1.0 - 1e-3)), "{costs:?}");
    // What was tightened stays so for whoever reads the plan.
    let kept = std::fs::read_to_string(folder.path().join("a.plan")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    is_described(&kept);
    assert!((number(&kept, "/request/tightened") - share).abs() < 1e-6);
    let verify =
        ["plan", "verify", "a.plan", "--book", "wide.toml", "--certificate", "a.cuts", "--json"];
    let found = json(&offtake(folder.path(), &verify));
    assert_eq!(found["holds"], true, "{found}");
}

#[test]
fn looking_less_far_ahead_costs_no_less_and_looking_to_the_end_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let asked = ["--starts", "4", "--look-ahead", "12,48"];
    let plan = planned(folder.path(), OFFERS, &asked);
    let seen = &plan["look_ahead"];
    is_described(&plan);
    assert_eq!((number(seen, "/0/months_ahead"), number(seen, "/1/months_ahead")), (12.0, 48.0));
    assert!(number(seen, "/0/objective") >= number(&plan, "/lower_bound"), "{seen}");
    assert_eq!(number(seen, "/1/regret/high"), 0.0, "{seen}");
    assert!(number(seen, "/0/regret/low") > 0.0, "a year ahead nothing pays: {seen}");
}

#[test]
fn a_plan_that_says_too_much_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    type Lie = fn(&mut Value);
    let lies: [(Lie, &str); 3] = [
        (|plan| plan["lower_bound"] = 156.0.into(), "bound"),
        (|plan| plan["objective"] = 150.0.into(), "cost"),
        (|plan| plan["sign"][0]["blocks"] = 9.0.into(), "size["),
    ];
    for (lie, word) in lies {
        let _ = std::fs::remove_file(folder.path().join("a.plan"));
        let _ = std::fs::remove_file(folder.path().join("a.cuts"));
        planned(folder.path(), OFFERS, &[]);
        forge(folder.path(), lie);
        let found = verify(folder.path(), &["--certificate", "a.cuts"]);
        assert_eq!(found["holds"], false, "{word}");
        assert!(found["problems"].to_string().contains(word), "{word}: {found}");
    }
}

#[test]
fn optimism_is_what_fresh_futures_cost_more() {
    let folder = tempfile::tempdir().unwrap();
    planned(folder.path(), OFFERS, &[]);
    let found = verify(folder.path(), &["--certificate", "a.cuts", "--fresh", "30"]);
    let more = number(&found, "/out_of_sample/expected") - number(&found, "/in_sample/expected");
    assert!((number(&found, "/optimism/mean") - more).abs() < 1e-9);
    assert_eq!(number(&found, "/out_of_sample/futures"), 30.0);
    assert!(number(&found, "/optimism/standard_error") > 0.0);
}

#[test]
fn what_if_says_what_planning_anew_says_and_its_bound_at_once_is_one() {
    let folder = tempfile::tempdir().unwrap();
    planned(folder.path(), OFFERS, &[]);
    let book = std::fs::read_to_string(folder.path().join(OFFERS)).unwrap();
    std::fs::write(folder.path().join("new.toml"), NEW).unwrap();
    let dearer = book.replace("2.80 USD/GPUh", "3.36 USD/GPUh");
    let cases: [(&[&str], String); 2] = [
        (&["--price", "more-of-acme=+20%"], dearer),
        (&["--offer", "new.toml"], format!("{book}{NEW}")),
    ];
    for (changes, changed) in cases {
        std::fs::write(folder.path().join("changed.toml"), changed).unwrap();
        let anew = [&["plan", "changed.toml"], &FEW[..], &["--json"]].concat();
        let anew = json(&offtake(folder.path(), &anew));
        let found = what_if(folder.path(), changes);
        let (cost, bound) = (number(&found, "/objective"), number(&found, "/lower_bound"));
        assert!(bound <= number(&anew, "/objective") + 1e-6, "{changes:?}: {found}");
        assert!(cost >= number(&anew, "/lower_bound") - 1e-6, "{changes:?}: {found}");
        let at_once = number(&found, "/bound_at_once");
        assert!(at_once <= cost && at_once > 0.7 * cost, "{changes:?}: {found}");
    }
}

#[test]
fn a_what_if_changes_what_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let plan = planned(folder.path(), OFFERS, &[]);
    let before = number(&plan, "/objective");
    let held = what_if(folder.path(), &["--sign", "corvid=2"]);
    let signs = held["sign"].as_array().unwrap();
    let corvid = signs.iter().find(|one| one["offer"] == "corvid").unwrap();
    assert_eq!(corvid["after"], 2.0);
    assert!(number(&held, "/objective") > before);
    let lost = what_if(folder.path(), &["--lose", "bolt@2027-06"]);
    assert!(number(&lost, "/objective") > before);
    let late = what_if(folder.path(), &["--slip", "more-of-acme=9mo", "--price", "corvid=-5%"]);
    assert_eq!(late["changes"].as_array().unwrap().len(), 2);
    // A what-if that changes nothing costs the same.
    let same = what_if(folder.path(), &["--price", "more-of-acme=+0%"]);
    assert!((number(&same, "/objective") - before).abs() < 1e-3 * before);
}
