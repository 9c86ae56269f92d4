//! An offer against answers worked by hand, and against the book in which it is signed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_adequacy::{Choice, OfferResult, Prices, StressRunner, System, prepayment_loss};
use offtake_book::{in_service, read_book_bytes, signed};
use offtake_model::{Book, ContractId, Id};
use offtake_study::{Silent, StressRequest, offer};

/// Work for three racks, two of them under contract, nothing uncertain, a year; two offers of a rack.
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
[party.three]
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
[site.three]
[offer.three]
seller      = "three"
site        = "three"
accelerator = "gb300-nvl72"
block       = "1 rack"
lead_time   = "31 d"
price.per_gpu_hour = "1 USD/GPUh"
term        = "60 months"
"#;

fn read(text: &str) -> Book {
    let reading = read_book_bytes("book.toml", text.as_bytes());
    reading.book.unwrap_or_else(|| panic!("{:?}", reading.findings))
}

fn id(text: &str) -> ContractId {
    ContractId::new(text).unwrap()
}

/// The book in which both offers are contracts.
fn both_signed() -> Book {
    let book = read(BOOK);
    let mut text = BOOK.to_owned();
    for name in ["two", "three"] {
        let offer = &book.offers[name];
        let day = in_service(offer, book.as_of).unwrap();
        text.push_str(&signed(&book, offer, &format!("signed-{name}"), 1, day));
    }
    read(&text)
}

fn run(gone: f64) -> OfferResult {
    let choice = Choice {
        offer: id("signed-two"),
        rivals: vec![("three".to_owned(), id("signed-three"))],
        wait: 24 * 90,
        gone,
        capital: 0.0,
    };
    let request = StressRequest { seed: 1, samples: 0..2, threads: 1 };
    offer(&both_signed(), (&choice, 4.0), &request, &Silent).unwrap()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs().max(1.0)
}

const PER_YEAR: f64 = 8_766.0 / 8_760.0;
/// GPU-hours of a rack for the year.
const RACK: f64 = 72.0 * 8_760.0;

#[test]
fn signing_saves_what_the_missing_work_is_worth_less_what_must_be_paid() {
    let found = run(0.0);
    assert!(close(found.nothing.eue.mean, RACK * PER_YEAR));
    assert!(close(found.signed.eue.mean, 0.0));
    // Half of what is available must be paid for, at 4 dollars; each hour of work is worth 10.
    assert!(close(found.delta.fees.mean, 2.0 * RACK * PER_YEAR), "{:?}", found.delta.fees);
    assert!(close(found.delta.cost.mean, -8.0 * RACK * PER_YEAR));
    assert!(close(found.paid_hours.mean, 0.5 * RACK * PER_YEAR));
    // Half an hour is paid for each hour served: 10 dollars for half an hour are 20 for one.
    assert!(close(found.breakeven_price.unwrap().mean, 20.0));
    assert_eq!(found.nothing.months_at_risk, 12);
    assert_eq!(found.signed.months_at_risk, 0);
    assert_eq!((found.nothing.secure, found.signed.secure), (Some(false), Some(true)));
}

#[test]
fn alternatives_are_worked_out_on_the_same_futures() {
    let found = run(0.25);
    let against = |name: &str| {
        found.against.iter().find(|other| other.name == name).unwrap_or_else(|| panic!("{name}"))
    };
    assert!(close(against("nothing").saves.mean, 8.0 * RACK * PER_YEAR));
    // The rival serves the same and costs a dollar an hour where the offer costs two.
    assert!(close(against("three").saves.mean, -RACK * PER_YEAR));
    // Waiting 90 days serves 275 of 365 days, with 3 chances in 4.
    let later = 8.0 * RACK * PER_YEAR * 275.0 / 365.0 * 0.75;
    let expected = 8.0 * RACK * PER_YEAR - later;
    let saves = against("wait").saves.mean;
    assert!(close(saves, expected), "{saves} and {expected}");
}

#[test]
fn an_offer_that_is_signed_is_the_contract_in_the_book() {
    let found = run(0.0);
    let book = read(BOOK);
    let offer = &book.offers["two"];
    let day = in_service(offer, book.as_of).unwrap();
    let text = format!("{BOOK}{}", signed(&book, offer, "signed-two", 1, day));
    let book = read(&text);
    let system = System::new(&book, 1).unwrap();
    let prices = Prices::new(&book, &system);
    let row = StressRunner::new(&system, &prices, &[], (12, 1)).row(0);
    assert!(close(row.base_unserved() * PER_YEAR, found.signed.eue.mean));
}

#[test]
fn a_prepayment_that_nobody_fails_with_is_not_lost_and_one_with_certain_failure_is() {
    let book = both_signed();
    let contract = &book.contracts[&id("signed-two")];
    assert_eq!(prepayment_loss(contract, 0.0, 100.0), 0.0);
    let recovery = contract.prepayment.unwrap().recovery.part();
    let all = prepayment_loss(contract, 0.999_999, 100.0);
    // With failure all but certain in the first months, all is outstanding.
    assert!(all > 0.97 * 100.0 * (1.0 - recovery) && all <= 60.0 * 100.0, "{all}");
    let (less, more) =
        (prepayment_loss(contract, 0.03, 100.0), prepayment_loss(contract, 0.06, 100.0));
    assert!(0.0 < less && less < more);
}

#[test]
fn a_start_after_the_last_day_is_none() {
    let book = read(BOOK);
    let offer = &book.offers["two"];
    assert!(in_service(offer, book.until).is_none());
}
