//! The programme of a plan against what is worked by hand, and against what `assess` draws.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_adequacy::{Causes, Family, Layout, Runner, System};
use offtake_book::{Signing, read_book, read_book_bytes, read_book_with, signings};
use offtake_model::{Book, ContractId, Id, Offer};
use offtake_plan::Program;
use offtake_plan::program::{Taking, findings};
use offtake_study::Silent;
use offtake_study::plan::{Asked, PlanRequest, Start, program};
use offtake_units::Span;
use std::path::{Path, PathBuf};

/// Work for three racks, two of them held, one offered: nothing uncertain, a year of 365 days.
const BOOK: &str = r#"
format  = 1
as_of   = 2025-12-01
from    = 2026-01-01
until   = 2027-01-01
headline_quarters = 4
[defaults]
uncertainty = "none"
[standard.1]
unserved = "100 ppm"
[party.one]
[party.two]
[contract.one]
seller      = "one"
accelerator = "gb300-nvl72"
racks       = 2
delivered   = 2025-12-01
price.per_gpu_hour = "3 USD/GPUh"
[workload.work]
level          = "216 GPU"
growth         = "1 times/year"
unserved_value = "10 USD/GPUh"
[site.two]
[offer.two]
seller      = "two"
site        = "two"
accelerator = "gb300-nvl72"
block       = "1 rack"
lead_time   = "31 d"
price.per_gpu_hour = "4 USD/GPUh"
take_or_pay.share  = "50 %"
term        = "60 months"
prepayment.share = "20 %"
"#;

fn starts(signings: &[Signing]) -> Vec<Start> {
    let start = |s: &Signing| Start {
        name: s.name.clone(),
        offer: s.offer.clone(),
        contract: ContractId::new(&s.contract).unwrap(),
        signed: s.signed,
        promised: s.promised,
    };
    signings.iter().map(start).collect()
}

fn request(scenarios: u64) -> PlanRequest {
    PlanRequest {
        seed: 1,
        scenarios,
        first: 0,
        causes: Causes::ALL,
        threads: 1,
        risk: offtake_plan::program::Risk::default(),
        asked: Asked { standards_from: Some(2026), ..Asked::default() },
    }
}

fn offers(book: &Book) -> Vec<Offer> {
    book.offers.values().cloned().collect()
}

fn of_text(text: &str, scenarios: u64) -> Program {
    let book = read_book_bytes("book.toml", text.as_bytes()).book.unwrap();
    let signed = signings(&book, &offers(&book), (Span::from_months(6), 1));
    let tables: String = signed.iter().map(|s| s.toml.as_str()).collect();
    let reading = read_book_bytes("book.toml", format!("{text}{tables}").as_bytes());
    let book = reading.book.unwrap_or_else(|| panic!("{:?}", reading.findings));
    program(&book, &starts(&signed), &request(scenarios), &Silent).unwrap()
}

#[test]
fn a_book_worked_by_hand() {
    let program = of_text(BOOK, 1);
    assert_eq!(findings(&program), []);
    assert_eq!(program.months.len(), 12);
    assert_eq!(program.months[0].name, "2026-01");
    // A working day and a day of the weekend; nothing is ever out.
    assert_eq!(program.hours.len(), 48);
    let january: f64 = program.weight.row(0).iter().sum();
    assert!((january - 744.0).abs() < 1e-9);
    // January 2026 has 22 working days and 9 of the weekend.
    assert_eq!((program.weight.at(0, 0), program.weight.at(0, 24)), (22.0, 9.0));
    assert_eq!(program.classes.len(), 1);
    assert_eq!(program.classes[0].lost_load, 10.0);
    let demand: Vec<f64> = program.demand(0, 0, 0).collect();
    assert!(demand.iter().all(|kgpu| (kgpu - 0.216).abs() < 1e-6), "{demand:?}");
    assert_eq!(program.held.len(), 1);
    assert!((program.held_kgpu.at(0, 5, 0) - 0.144).abs() < 1e-9);
    let [offer] = program.offers.as_slice() else { panic!("{:?}", program.offers) };
    assert_eq!(offer.name, "two@2026-01");
    assert_eq!((offer.block_kgpu, offer.size.most), (0.072, 1.0));
    assert_eq!(offer.taking, Taking::Flexible { share: 0.5 });
    // Signed on the first of December and there 31 days later, on the first of January.
    assert!((program.available.at(0, 0, 0) - 1.0).abs() < 1e-9);
    // A fifth of 72 GPUs at 4 dollars for 60 months of 730.5 hours, to a share of a percent of calendar.
    let ahead = 0.2 * 72.0 * 4.0 * 60.0 * 730.485 / 1e6;
    assert!((offer.prepayments[0].amount - ahead).abs() < 1e-3 * ahead, "{:?}", offer.prepayments);
    let back: f64 = offer.payments.iter().map(|pay| -pay.amount).sum();
    assert!((back - offer.prepayments[0].amount).abs() < 1e-9, "all is credited, or still a claim");
    // Twelve months of credits leave four fifths of the claim.
    let left = offer.at_stake[11];
    assert!((left / ahead - (60.0 - 11.0) / 60.0).abs() < 5e-3, "{left}");
    let standard = &program.limits.standards[0];
    let wanted = 216.0 * 8760.0 / 1e3;
    assert!((standard.most - 1e-4 * wanted).abs() < 1e-6 * wanted);
}

#[test]
fn no_offers_are_a_programme_too() {
    let text = BOOK.split("[site.two]").next().unwrap();
    let program = of_text(text, 2);
    assert_eq!(findings(&program), []);
    assert!(program.offers.is_empty());
}

#[test]
fn an_offer_that_may_be_taken_is_there_as_often_as_it_says() {
    let text = BOOK
        .replace("prepayment.share", "taken_chance = \"30 %\"\nprepayment.share")
        .replace("until   = 2027-01-01", "until   = 2029-01-01");
    let book = read_book_bytes("book.toml", text.as_bytes()).book.unwrap();
    let signed = signings(&book, &offers(&book), (Span::from_months(6), 3));
    assert_eq!(signed.len(), 3);
    let tables: String = signed.iter().map(|s| s.toml.as_str()).collect();
    let book = read_book_bytes("book.toml", format!("{text}{tables}").as_bytes()).book.unwrap();
    let program = program(&book, &starts(&signed), &request(4_000), &Silent).unwrap();
    assert_eq!(findings(&program), []);
    let last = program.months.len() - 1;
    let there = |start: usize| {
        (0..4_000).filter(|&s| program.available.at(s, last, start) > 0.0).count() as f64 / 4e3
    };
    assert_eq!(there(0), 1.0);
    // Two quarters and four, at 30 % a quarter; three standard errors of 4,000 draws are 2.4 %.
    assert!((there(1) - 0.7 * 0.7).abs() < 0.024, "{}", there(1));
    assert!((there(2) - 0.7_f64.powi(4)).abs() < 0.024, "{}", there(2));
    // What is gone stays gone.
    let back = |s: usize| {
        program.available.at(s, last, 1) == 0.0 && program.available.at(s, last, 2) > 0.0
    };
    assert!(!(0..4_000).any(back));
    // Who finds it gone pays nothing ahead for it, and all of it who does not.
    let paid = |s: usize, start: usize| program.fixed_cost(s, start);
    for s in 0..4_000 {
        let is_there = program.available.at(s, last, 2) > 0.0;
        assert_eq!(program.due(s, 2), f64::from(u8::from(is_there)));
        assert!((paid(s, 2) > 0.0) == is_there, "{}", paid(s, 2));
    }
    assert!((program.expected_due(2) - there(2)).abs() < 1e-9);
    let most: Vec<f64> = program.limits.rows.iter().map(|row| row.most).collect();
    assert_eq!(most, [1.0], "one rack, whenever it starts");
}

/// A programme's demand and capacity by month are the means of what `assess` serves and has, but for outages, which are
/// hours of their own.
#[test]
fn months_are_those_of_assess() {
    let path = root().join("books/tutorial/07-offers.toml");
    let book = read_book(&path).book.unwrap();
    let signed = signings(&book, &offers(&book), (Span::from_months(6), 1));
    let tables: String = signed.iter().map(|s| s.toml.as_str()).collect();
    let book = read_book_with(&path, &[("starts", &tables)]).book.unwrap();
    let program = program(&book, &starts(&signed), &request(40), &Silent).unwrap();
    assert_eq!(findings(&program), []);
    let system = System::new(&book, 1).unwrap();
    let layout = Layout::of(&system);
    let mut runner = Runner::new(&system);
    let (mut had, mut expected) = (0.0, 0.0);
    for sample in 0..40 {
        let record = runner.record(sample, Causes::ALL);
        for month in 0..layout.months {
            let hours: f64 = program.month_hours(month);
            let wanted: f64 = (0..layout.blocks)
                .map(|block| record.row[layout.at(Family::Demand, block, month)])
                .sum();
            let asked: f64 = (0..program.classes.len())
                .map(|class| {
                    let demand = program.demand(sample as usize, month, class);
                    demand.zip(program.weight.row(month)).map(|(d, w)| d * w).sum::<f64>()
                })
                .sum();
            assert!((asked * 1e3 - wanted).abs() <= 2e-3 * wanted, "{month}: {asked} {wanted}");
            had += (0..layout.contracts)
                .map(|contract| record.row[layout.at(Family::Available, contract, month)])
                .sum::<f64>();
            let held: f64 = (0..program.held.len())
                .map(|h| program.held_kgpu.at(sample as usize, month, h))
                .sum();
            let offered: f64 = program
                .offers
                .iter()
                .enumerate()
                .map(|(o, offer)| {
                    let all = offer.block_kgpu * offer.size.most;
                    program.available.at(sample as usize, month, o) * all
                })
                .sum();
            expected += (held + offered) * hours * 1e3;
        }
    }
    let out = 1.0 - had / expected;
    assert!((0.0..0.01).contains(&out), "the share that outages take: {out}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
