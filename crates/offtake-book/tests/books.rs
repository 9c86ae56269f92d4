//! Books that must read: the ten lines, and all that the format can say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{Reading, read_book, render_findings};
use offtake_model::{Book, LevelSeries, Mark, TrancheId};
use std::path::Path;

fn fixture(name: &str) -> Reading {
    read_book(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name))
}

fn book(reading: Reading) -> Book {
    assert!(!reading.has_errors(), "{}", render_findings(&reading.findings));
    reading.book.expect("no error was found")
}

#[test]
fn ten_lines_are_a_book() {
    let book = book(fixture("ten-lines.toml"));
    assert_eq!(
        (book.from.to_string(), book.until.to_string()),
        ("2026-01-01".to_owned(), "2028-01-01".to_owned())
    );
    let contract = &book.contracts["acme"];
    let tranche = &contract.tranches[0];
    assert_eq!(tranche.id.to_string(), "acme.all");
    assert_eq!(tranche.hall_ready.promised.to_string(), "2026-03-21");
    assert!(tranche.hall_ready.slip.is_some() && tranche.power.slip.is_none());
    assert_eq!((tranche.term.months(), tranche.gpus.count()), (60, 4_608));
    assert_eq!(contract.seller.to_string(), "acme");
    assert!(book.parties["acme"].failure.value() > 0.0);
    assert_eq!(book.sites["acme"].zone.to_string(), "world");
    assert_eq!(book.halls["acme"].critical_it, None);
    let work = &book.workloads["chat"];
    assert_eq!((work.derate.mode, work.noise, work.speed["gb300-nvl72"]), (1.0, None, 1.0));
    assert_eq!(work.blocks.len(), 1);
    assert_eq!(book.scenarios.len(), 3);
    assert_eq!(book.provenance["contract.acme.promised"].place.as_ref().unwrap().line, 6);
    assert_eq!(book.provenance["contract.acme.late.grace"].mark, Mark::Default);
    assert_eq!(book.provenance["contract.acme.acceptance"].text, "10 d");
}

#[test]
fn the_whole_sketch_is_a_book() {
    let book = book(fixture("sketch"));
    let iren = &book.contracts["iren-childress"];
    let names: Vec<&str> = iren.tranches.iter().map(|tranche| tranche.id.name.as_str()).collect();
    assert_eq!(names, ["horizon-1", "horizon-2"]);
    assert_eq!(iren.tranches[0].gpus.count(), 264 * 72);
    assert_eq!(
        iren.tranches[1].after,
        Some(TrancheId { contract: iren.id.clone(), name: "horizon-1".to_owned() })
    );
    assert_eq!(iren.tranches[0].accelerators.promised.to_string(), "2026-03-31");
    // 9.7 GUSD over two tranches of 19,008 GPUs for five years.
    assert_eq!(iren.price.unwrap().to_string(), "5.822283 USD/GPUh");
    assert_eq!(iren.prepayment.unwrap().due.offset.exact_days(), 30);
    assert_eq!(book.contracts["nscale"].tranches[0].ramp.months(), 9);
    assert_eq!(book.offers["neocloud-a"].block.count(), 18 * 72);
    assert_eq!(book.sites["childress"].draw["gb300-nvl72"].serving.watts(), 1_950);
    assert_eq!(book.stresses["heat-wave"].on, "grid.ercot");
    assert_eq!(book.debts["ddtl"].secured_on[0].to_string(), "iren-childress");
    let grace = &book.provenance["contract.iren-childress.late.grace"];
    assert_eq!(
        (grace.mark, grace.source.as_deref(), grace.low.as_deref()),
        (Mark::Judgement, None, Some("30 d"))
    );
    let term = &book.provenance["contract.iren-childress.term"];
    assert_eq!((term.source.as_deref(), term.mark), (Some("iren-8k-2025-11"), Mark::Press));
    // A tranche takes its contract's source; a judgement beside it takes none.
    assert_eq!(
        book.provenance["tranche.iren-childress.horizon-1.racks"].source.as_deref(),
        Some("iren-8k-2025-11")
    );
    assert_eq!(book.provenance["tranche.iren-childress.horizon-1.promised"].source, None);
}

#[test]
fn throughput_is_read_on_a_straight_line_of_logarithms_from_what_the_book_may_know() {
    let book = book(fixture("sketch"));
    let work = &book.workloads["reasoning-eu"];
    // Between 5,000 at 40 and 2,000 at 80 tokens a second; the row of May 2026 is later than the book.
    let measured = 5_000.0 * (2_000.0_f64 / 5_000.0).powf((50.0_f64 / 40.0).ln() / 2.0_f64.ln());
    // The program's catalog knows GB200 of 17 November: all figures are brought to that day.
    let expected = measured * 1.9_f64.powf(16.0 / 365.25);
    assert!((work.speed["gb300-nvl72"] - expected).abs() < 1e-6, "{}", work.speed["gb300-nvl72"]);
    // Measured at 30 tokens a second at most: it cannot give 50.
    assert!(!work.speed.contains_key("h100"));
    assert_eq!(work.efficiency_from.to_string(), "2025-11-17");
    assert_eq!((work.blocks.len(), work.derate.mode, work.nvlink_domain), (2, 0.6, 72));
    assert!(
        matches!(&work.series, LevelSeries::Grown { profile, .. } if profile.observed_hours == 168)
    );
}

#[test]
fn every_format_ever_released_goes_on_reading() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut read = 0;
    for format in 1..=offtake_book::newest_format() {
        for file in std::fs::read_dir(folder.join(format!("v{format}"))).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                book(read_book(&path));
                read += 1;
            }
        }
    }
    assert!(read >= 2);
}

#[test]
fn uncertainty_none_switches_off_what_the_catalog_says_and_keeps_what_the_book_says() {
    let text = "format = 1\nas_of = 2026-01-01\n[defaults]\nuncertainty = \"none\"\n\
        [failure.mine]\naccelerator = \"gb300-nvl72\"\nradius = \"rack\"\nrate = \"1e-4/rack-day\"\nrepair.low = \"3 d\"\n\
        [site.risky]\noutage.up = \"90 d\"\noutage.down = \"10 d\"\ngrid = \"ercot\"\ncurtailable = \"1 MW\"\nfirm = \"9 MW\"\n\
        [contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 72\npromised = 2026-03-31\n\
        [contract.bolt]\naccelerator = \"gb300-nvl72\"\ngpus = 72\npromised = 2026-03-31\nsite = \"risky\"\nslip.never = \"50 %\"\n\
        [workload.w]\nlevel = \"1 Mtok/s\"\nspeed.gb300-nvl72 = \"1 ktok/s\"\n";
    let book = book(offtake_book::read_book_bytes("book.toml", text.as_bytes()));
    let failures = &book.catalog.accelerators["gb300-nvl72"].failures;
    assert_eq!(failures.iter().map(|mode| mode.id.as_str()).collect::<Vec<_>>(), ["mine"]);
    assert!(
        book.catalog
            .accelerators
            .values()
            .filter(|a| a.id.to_string() != "gb300-nvl72")
            .all(|a| a.failures.is_empty())
    );
    assert_eq!(book.contracts["acme"].tranches[0].hall_ready.slip, None);
    assert_eq!(book.contracts["bolt"].tranches[0].hall_ready.slip.unwrap().never.part(), 0.5);
    assert!(book.sites["acme"].outage.is_none() && book.sites["risky"].outage.is_some());
    assert!(book.grids["ercot"].curtailment.is_none());
    assert!(book.parties.values().all(|party| party.failure.value() == 0.0));
    let work = &book.workloads["w"];
    assert_eq!((work.derate.low, work.derate.high, work.noise), (1.0, 1.0, None));
    assert_eq!(book.scenarios.len(), 1);
    assert_eq!(book.halls["risky"].critical_it.unwrap().megawatts(), 10.0);
}

#[test]
fn the_hash_follows_the_contents_and_not_the_names() {
    let hash = |name: &str, text: &str| offtake_book::read_book_bytes(name, text.as_bytes()).hash;
    let text = "format = 1\nas_of = 2026-01-01\n";
    assert_eq!(hash("a.toml", text), hash("x/b.toml", text));
    assert_ne!(hash("a.toml", text), hash("a.toml", "format = 1\nas_of = 2026-01-02\n"));
}

#[test]
fn a_seller_s_book_sells_and_a_derived_price_is_marked_so() {
    let text = "format = 1\nas_of = 2026-01-01\nowner = \"iren\"\n[party.microsoft]\n[contract.msft]\nbuyer = \"microsoft\"\n\
        accelerator = \"gb300-nvl72\"\nracks = 10\npromised = 2026-03-31\nprice.total = \"92 MUSD\"\n";
    let book = book(offtake_book::read_book_bytes("book.toml", text.as_bytes()));
    let contract = &book.contracts["msft"];
    assert_eq!(book.side(contract), offtake_model::Side::Sold);
    assert_eq!(book.provenance["contract.msft.price.per_gpu_hour"].mark, Mark::Derived);
    assert_eq!(book.provenance["contract.msft.gpus"].text, "720");
}

#[test]
fn the_catalog_inside_the_program_is_whole() {
    let findings = offtake_book::catalog_findings();
    assert!(findings.is_empty(), "{}", render_findings(&findings));
}

/// The tutorial and the books with exact answers.
#[test]
fn the_books_of_the_project_read() {
    let books = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books");
    let mut read = 0;
    for folder in ["tutorial", "hand-worked", "desk"] {
        let Ok(entries) = std::fs::read_dir(books.join(folder)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".expect.toml") || !(path.is_dir() || name.ends_with(".toml")) {
                continue;
            }
            book(read_book(&path));
            read += 1;
        }
    }
    assert!(read > 10, "{read}");
}
