//! Two finished studies and the two books that they are of: both ways of comparing say the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn offtake(folder: &Path, arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_offtake");
    let output = Command::new(program)
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code().is_some_and(|code| code < 2), "{arguments}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Two books with a price that differ by how late a delivery may be, in a folder of their own.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let book = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../books/tutorial/05-blocks-and-residency.toml");
    let text = std::fs::read_to_string(book).unwrap();
    let price = "price.per_gpu_hour = \"3.00 USD/GPUh\"\n";
    let priced = text.replacen("[contract.acme]\n", &format!("[contract.acme]\n{price}"), 1);
    std::fs::write(folder.path().join("a.toml"), &priced).unwrap();
    let later = priced.replacen("slip.median = \"6 months\"", "slip.median = \"9 months\"", 1);
    assert!(priced != text && priced != later);
    std::fs::write(folder.path().join("b.toml"), later).unwrap();
    folder
}

fn change<'a>(list: &'a Value, what: &str) -> &'a Value {
    let all = list.as_array().unwrap();
    let found = all.iter().find(|one| one["what"] == what);
    &found.unwrap_or_else(|| panic!("no {what} in {list:#}"))["change"]
}

fn is_near(a: &Value, b: &Value) -> bool {
    let near = |key: &str| {
        let (a, b) = (a[key].as_f64().unwrap(), b[key].as_f64().unwrap());
        (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1e-9)
    };
    near("mean") && near("standard_error")
}

#[test]
fn two_studies_of_one_seed_have_the_errors_of_their_difference_as_their_books_have() {
    let desk = desk();
    let folder = desk.path();
    let size = "--samples 60 --stress-samples 20 --further-samples 0 --judgement-samples 0";
    for name in ["a", "b"] {
        offtake(folder, &format!("study {name}.toml --out {name} {size}"));
    }
    let parse = |text: String| -> Value { serde_json::from_str(&text).unwrap() };
    let studies = parse(offtake(folder, "diff a b --json"));
    let books = parse(offtake(folder, "diff a.toml b.toml --samples 60 --json"));
    assert_eq!(studies["results"]["is_paired"], true);
    for what in ["firm work unserved, headline", "EUE", "risk", "NEUE", "LOLH"] {
        let [a, b] = [&studies, &books].map(|one| change(&one["results"]["headlines"], what));
        assert!(is_near(a, b), "{what}: {a} {b}");
    }
    let value = |one: &'_ Value| one["headlines"][0].clone();
    let (studies_value, books_value) = (value(&studies), value(&books));
    assert_eq!(
        (&studies_value["part"], &studies_value["is_paired"]),
        (&"value".into(), &true.into())
    );
    for what in ["expected cost", "a GPU-hour delivered", "NPV of the contracts"] {
        let [a, b] = [&studies_value, &books_value].map(|one| change(&one["headlines"], what));
        assert!(is_near(a, b), "{what}: {a} {b}");
    }
    // Without their samples the two are as good as independent, and that is told.
    let alone =
        change(&studies_value["headlines"], "a GPU-hour delivered")["standard_error"].clone();
    std::fs::remove_file(folder.join("b/csv/value_by_sample.csv")).unwrap();
    let told = parse(offtake(folder, "diff a b --json"));
    let apart =
        change(&told["headlines"][0]["headlines"], "a GPU-hour delivered")["standard_error"]
            .clone();
    assert!(apart.as_f64().unwrap() > 1.2 * alone.as_f64().unwrap(), "{apart} {alone}");
    assert!(told["notes"].to_string().contains("the error of its difference is not known"));
    // Counterfactuals are compared too.
    let stress = told["headlines"][1].clone();
    assert_eq!(stress["part"], "stress");
    assert!(!stress["headlines"].as_array().unwrap().is_empty(), "{stress:#}");
}
