//! Studies as a whole: hand-worked answers, reproducibility, parts that merge, causes that add up.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![allow(clippy::fn_params_excessive_bools, reason = "the rows of a test read as a table")]

use offtake_adequacy::{Causes, Estimate, Layout, Runner, System, exact};
use offtake_book::{read_book, read_book_bytes, render_findings};
use offtake_model::Book;
use offtake_study::{Part, Request, Silent, Study, results, run};
use std::path::{Path, PathBuf};

fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books")
}

fn book(path: &str) -> Book {
    let reading = read_book(&books().join(path));
    reading.book.unwrap_or_else(|| panic!("{}", render_findings(&reading.findings)))
}

fn request(samples: std::ops::Range<u64>, threads: usize, extras: bool) -> Request {
    Request { seed: 1, samples, threads, extras, until: None }
}

fn part(book: &Book, request: &Request) -> Part {
    run(book, "hash", request, &Silent).unwrap().0
}

fn study(book: &Book, request: &Request) -> Study {
    results(book, &part(book, request)).unwrap()
}

/// Every number of a `.expect.toml`, by its key.
fn expected(path: &str) -> std::collections::BTreeMap<String, f64> {
    let text = std::fs::read_to_string(books().join(path)).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let number = |(key, value): (String, toml::Value)| {
        let float = value.as_float().or_else(|| value.as_integer().map(|n| n as f64));
        float.map(|number| (key, number))
    };
    table.into_iter().filter_map(number).collect()
}

fn is_near(name: &str, found: Estimate, exact: f64) {
    // Three standard errors, what single precision can tell, and the rule of three for what was never
    // seen: of 400 samples of 54 days at least, three days at most.
    let unseen = 3.0 / (400.0 * 54.0) * exact.abs();
    let most = if found.standard_error > 0.0 { 3.0 * found.standard_error } else { unseen };
    let most = most + 2e-6 * exact.abs() + 1e-9;
    assert!((found.mean - exact).abs() <= most, "{name}: {found:?}, exact {exact}");
}

const HAND_WORKED: [&str; 8] = [
    "two-units",
    "three-units-with-repair",
    "two-zones-with-residency",
    "permanent-shortage",
    "late-tranche",
    "interruptions-rsc",
    "interruptions-llama",
    "rts-79",
];

#[test]
fn hand_worked_books_come_out_within_three_standard_errors() {
    for name in HAND_WORKED {
        let folder = books().join("hand-worked").join(name);
        let path = if folder.is_dir() { name.to_owned() } else { format!("{name}.toml") };
        let book = book(&format!("hand-worked/{path}"));
        let a = study(&book, &request(0..400, 0, false)).assessment;
        let exact = expected(&format!("hand-worked/{name}.expect.toml"));
        is_near(&format!("{name} LOLH"), a.lolh, exact["lolh_per_year"]);
        is_near(&format!("{name} EUE"), a.eue, exact["eue_gpuh_per_year"]);
        if let Some(days) = exact.get("lole_days_per_year") {
            is_near(&format!("{name} LOLE"), a.lole, *days);
        }
        for (key, found) in [
            ("open_position_gpuh_per_year", a.open_position),
            ("risk_gpuh_per_year", a.risk.mean),
            ("neue_ppm", a.neue.mean * 1e6),
        ] {
            if let Some(exact) = exact.get(key) {
                is_near(&format!("{name} {key}"), Estimate::exact(found), *exact);
            }
        }
    }
}

#[test]
fn convolution_gives_the_published_and_hand_worked_answers() {
    for name in [
        "two-units",
        "three-units-with-repair",
        "two-zones-with-residency",
        "permanent-shortage",
        "rts-79",
    ] {
        let folder = books().join("hand-worked").join(name);
        let path = if folder.is_dir() { name.to_owned() } else { format!("{name}.toml") };
        let book = book(&format!("hand-worked/{path}"));
        let found = exact(&book, &System::new(&book, 1).unwrap()).unwrap();
        let answer = expected(&format!("hand-worked/{name}.expect.toml"));
        for (found, answer) in
            [(found.lolh, answer["lolh_per_year"]), (found.eue, answer["eue_gpuh_per_year"])]
        {
            assert!((found - answer).abs() <= 1e-5 * answer, "{name}: {found}, exact {answer}");
        }
    }
}

#[test]
fn convolution_says_what_it_cannot_do() {
    let book = book("hand-worked/interruptions-rsc.toml");
    let refused = exact(&book, &System::new(&book, 1).unwrap()).unwrap_err().to_string();
    assert!(refused.contains("breakdown is uncertain"), "{refused}");
}

/// A book in which everything can go wrong, over two years.
fn risky() -> Book {
    let text = r#"
format = 1
as_of  = 2026-01-01
until  = 2028-01-01
[standard.1]
unserved   = "1 %"
month_risk = "5 %"
[party.acme]
failure = "20 %/year"
[party.bolt]
failure = "10 %/year"
[grid.ercot]
[site.plains]
zone         = "US-TX"
grid         = "ercot"
outage.up    = "60 d"
outage.down  = "24 h"
[hall.plains]
site         = "plains"
critical_it  = "6 MW"
curtailable  = "4 MW"
[contract.acme]
seller      = "acme"
site        = "plains"
hall        = "plains"
accelerator = "gb300-nvl72"
gpus        = 3000
promised    = 2026-03-31
[contract.bolt]
seller      = "bolt"
accelerator = "gb300-nvl72"
gpus        = 1440
promised    = 2026-06-30
[workload.chat]
level       = "1000 GPU"
noise.sigma = 0.1
noise.correlation = 0.6
derate.low  = 0.8
derate.mode = 0.9
derate.high = 1.0
[block.chat.firm]
share = "60 %"
priority = 1
unserved_value = "12 USD/GPUh"
[block.chat.soft]
share = "40 %"
priority = 2
unserved_value = "4 USD/GPUh"
[workload.batch]
level = "400 GPU"
delay = "6 h"
"#;
    let reading = read_book_bytes("risky.toml", text.as_bytes());
    reading.book.unwrap_or_else(|| panic!("{}", render_findings(&reading.findings)))
}

#[test]
fn open_position_and_causes_add_up_to_the_expected_unserved() {
    let book = risky();
    let study = study(&book, &request(0..60, 0, true));
    let sum: f64 = study.causes.iter().map(|cause| cause.eue.mean).sum();
    let eue = study.assessment.eue.mean;
    assert!(eue > 0.0 && (sum - eue).abs() <= 1e-9 * eue, "{sum} and {eue}");
    let shares: f64 = study.causes.iter().map(|cause| cause.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    // Every cause is at work in this book.
    assert!(study.causes.iter().all(|cause| cause.eue.mean.abs() > 0.0), "{:#?}", study.causes);
}

#[test]
fn the_same_seed_gives_the_same_numbers_on_one_and_two_threads_and_in_merged_parts() {
    let book = risky();
    let whole = part(&book, &request(0..50, 1, true));
    assert!(part(&book, &request(0..50, 2, true)) == whole);
    let folder = tempfile::tempdir().unwrap();
    let mut parts = Vec::new();
    for (index, range) in [20..50, 0..7, 7..20].into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.part"));
        part(&book, &request(range, 2, true)).write(&path).unwrap();
        parts.push(Part::read(&path).unwrap());
    }
    let merged = Part::merge(parts).unwrap();
    assert!(merged == whole);
    // As text, since an error that cannot be told is not a number, and that equals nothing.
    let text = |part: &Part| format!("{:?}", results(&book, part).unwrap());
    assert!(text(&merged) == text(&whole));
    assert!(part(&book, &Request { seed: 2, ..request(0..50, 1, true) }).records != whole.records);
}

#[test]
fn adding_a_contract_does_not_move_another_s_draws() {
    let small = book("tutorial/02-late-delivery.toml");
    let mut large = small.clone();
    let mut contract = small.contracts["acme"].clone();
    contract.id = offtake_model::Id::new("aaa-first").unwrap();
    contract.seller = offtake_model::Id::new("aaa").unwrap();
    for tranche in &mut contract.tranches {
        tranche.id.contract = contract.id.clone();
    }
    large.contracts.insert(contract.id.clone(), contract);
    let (a, b) = (System::new(&small, 1).unwrap(), System::new(&large, 1).unwrap());
    let place = |system: &System| {
        system.pools.iter().position(|p| p.contract.to_string() == "acme").unwrap()
    };
    let (mut x, mut y) = (offtake_futures::Future::default(), offtake_futures::Future::default());
    for sample in 0..200 {
        a.sampler.draw(sample, Causes::ALL, &mut x);
        b.sampler.draw(sample, Causes::ALL, &mut y);
        assert_eq!(x.lives[place(&a)], y.lives[place(&b)]);
        assert_eq!((&x.noise, &x.derate, x.scenario), (&y.noise, &y.derate, y.scenario));
        assert_eq!(x.infants[place(&a)], y.infants[place(&b)]);
    }
}

#[test]
fn parts_that_do_not_belong_together_are_told_so() {
    let book = risky();
    let one = part(&book, &request(0..4, 1, false));
    let next = |range| part(&book, &request(range, 1, false));
    let fails = |parts: Vec<Part>| Part::merge(parts).unwrap_err().to_string();
    assert!(fails(vec![]).contains("no part"));
    assert!(fails(vec![one.clone(), next(6..8)]).contains("leave a gap"));
    assert!(fails(vec![one.clone(), next(3..8)]).contains("overlap"));
    let mut other = next(4..8);
    other.header.seed = 9;
    assert!(fails(vec![one.clone(), other]).contains("seeds"));
    let mut other = next(4..8);
    other.header.book_hash = "else".to_owned();
    assert!(fails(vec![one, other]).contains("books"));
}

#[test]
fn a_file_that_is_no_part_is_refused_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.part");
    let book = risky();
    part(&book, &request(0..3, 1, false)).write(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(Part::read(&path).is_err(), "cut off at {length}");
    }
    let mut absurd = whole.clone();
    let text = String::from_utf8_lossy(&whole[..300]).replace("\"end\":3", "\"end\":9");
    absurd.splice(..300, text.bytes());
    std::fs::write(&path, &absurd).unwrap();
    assert!(Part::read(&path).is_err());
    assert!(Part::read(&folder.path().join("none")).is_err());
}

#[test]
fn a_contract_that_never_fails_is_worth_all_that_it_promises() {
    let text = "format = 1\nas_of = 2026-01-01\nuntil = 2028-01-01\n[defaults]\nuncertainty = \"none\"\n\
        [contract.sure]\naccelerator = \"gb300-nvl72\"\ngpus = 720\npromised = 2026-01-01\n\
        [contract.shaky]\naccelerator = \"gb300-nvl72\"\ngpus = 720\npromised = 2026-01-01\nsite = \"shaky\"\n\
        [site.shaky]\noutage.up = \"30 d\"\noutage.down = \"30 d\"\n\
        [workload.work]\nlevel = \"1440 GPU\"\ngrowth = \"1 times/year\"\n";
    let reading = read_book_bytes("credit.toml", text.as_bytes());
    let book = reading.book.unwrap_or_else(|| panic!("{}", render_findings(&reading.findings)));
    let study = study(&book, &request(0..900, 0, true));
    let credit = |id: &str| {
        let found = study.credits.iter().find(|c| c.contract == id).unwrap();
        found.years[1].credit_gpus.unwrap()
    };
    assert!((credit("sure").mean - 720.0).abs() < 1e-3, "{:?}", credit("sure"));
    // Half of the time out, and every GPU is needed: it is worth half of what it promises.
    let shaky = credit("shaky");
    assert!((shaky.mean - 360.0).abs() < 3.0 * shaky.standard_error, "{shaky:?}");
    assert!(shaky.standard_error < 40.0);
}

#[test]
fn the_growth_that_the_standard_survives_is_found() {
    // 1,440 GPUs for 1,000 of work that grows by g a year: over two years the peak is 1,000 · g².
    let text = "format = 1\nas_of = 2026-01-01\nuntil = 2028-01-01\n[defaults]\nuncertainty = \"none\"\n\
        [standard.1]\nmonth_risk = \"1 %\"\n\
        [contract.sure]\naccelerator = \"gb300-nvl72\"\ngpus = 1440\npromised = 2026-01-01\n\
        [workload.work]\nlevel = \"1000 GPU\"\ngrowth = \"1.1 times/year\"\n[block.work.all]\nshare = \"100 %\"\npriority = 1\n\
        unserved_value = \"9 USD/GPUh\"\n";
    let reading = read_book_bytes("growth.toml", text.as_bytes());
    let book = reading.book.unwrap_or_else(|| panic!("{}", render_findings(&reading.findings)));
    let study = study(&book, &request(0..20, 0, true));
    let found = study.break_even.unwrap();
    // 1.2 exactly; the ladder has 1.1 and 1.25, and the standard is off like a switch between them.
    let growth = found.growth.unwrap().at.mean;
    assert!((1.1..=1.25).contains(&growth), "{growth}");
    // With 10 % a year the peak is 1,210: 1.19 times today's level fits, between 1.0 and 1.3.
    let factor = found.factor.unwrap().at.mean;
    assert!((1.0..=1.3).contains(&factor), "{factor}");
}

#[test]
fn a_run_to_an_error_adds_samples_until_it_is_reached() {
    let book = risky();
    let request = Request { until: Some(0.05), ..request(0..20, 0, false) };
    let (part, facts) = run(&book, "hash", &request, &Silent).unwrap();
    let study = results(&book, &part).unwrap();
    assert!(study.assessment.relative_error < 0.05);
    assert!(part.records.len() as u64 == part.header.samples.end && part.records.len() > 20);
    assert_eq!(facts.system_hours, part.records.len() as u64 * 365 * 24 * 2);
}

#[test]
fn what_is_recorded_of_a_sample_does_not_depend_on_the_samples_before_it() {
    let book = risky();
    let system = System::new(&book, 3).unwrap();
    let mut runner = Runner::new(&system);
    let later = runner.record(17, Causes::ALL);
    let _ = runner.record(3, Causes::ALL);
    assert_eq!(runner.record(17, Causes::ALL), later);
    assert_eq!(later.row.len(), Layout::of(&system).len());
}
