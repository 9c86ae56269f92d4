//! Two books compared: exact where nothing is uncertain, paired where samples correspond.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_adequacy::{Comparison, Difference};
use offtake_book::read_book_bytes;
use offtake_model::Book;
use offtake_study::{Request, Silent, compare_books};

const HAND_WORKED: &str = include_str!("../../../books/hand-worked/late-tranche.toml");
const SMALL: &str = include_str!("../../../books/tutorial/03-second-supplier.toml");

fn book(text: &str) -> Book {
    read_book_bytes("book.toml", text.as_bytes()).book.unwrap()
}

fn compared(before: &Book, after: &Book, threads: usize) -> Comparison {
    let request = Request { seed: 1, samples: 0..200, threads, extras: false, until: None };
    compare_books(before, after, &request, &Silent).unwrap().adequacy
}

fn named<'a>(all: &'a [Difference], what: &str) -> &'a Difference {
    all.iter().find(|one| one.what == what).unwrap()
}

#[test]
fn a_book_and_itself_differ_in_nothing_exactly() {
    let small = book(SMALL);
    let comparison = compared(&small, &small, 1);
    assert!(comparison.is_paired);
    let lists =
        [&comparison.headlines, &comparison.quarters, &comparison.blocks, &comparison.suppliers];
    for one in lists.into_iter().flatten() {
        assert!(!one.is_different(), "{one:?}");
        let error = one.change.unwrap().standard_error;
        assert!(error == 0.0 || error.is_nan(), "{one:?}");
    }
}

#[test]
fn a_change_without_uncertainty_is_exact() {
    // The second tranche came on 1 May; in the other book it came a month before: 72 GPUs for April.
    let before = book(HAND_WORKED);
    let after = book(
        &HAND_WORKED.replace("hall_ready.reached = 2026-04-21", "hall_ready.reached = 2026-03-22"),
    );
    let comparison = compared(&before, &after, 1);
    // 30 days of 24 hours of 72 GPUs, in four years.
    let eue = named(&comparison.headlines, "EUE").change.unwrap();
    assert!((eue.mean + 30.0 * 24.0 * 72.0 / 4.0).abs() < 1e-6, "{eue:?}");
    assert_eq!(eue.standard_error, 0.0);
    // It is all risk: what was promised is the same.
    assert_eq!(named(&comparison.headlines, "open position").change.unwrap().mean, 0.0);
    assert!((named(&comparison.headlines, "risk").change.unwrap().mean - eue.mean).abs() < 1e-6);
}

#[test]
fn samples_that_correspond_make_the_error_of_a_small_change_small() {
    let before = book(SMALL);
    let after = book(&SMALL.replace(
        "gpus        = 2304\npromised    = 2026-09-30",
        "gpus        = 2376\npromised    = 2026-09-30",
    ));
    let comparison = compared(&before, &after, 1);
    let eue = named(&comparison.headlines, "EUE");
    let (a, b, change) = (eue.before.unwrap(), eue.after.unwrap(), eue.change.unwrap());
    assert!(change.mean < 0.0, "{change:?}");
    let independent = a.standard_error.hypot(b.standard_error);
    assert!(change.standard_error < 0.1 * independent, "{change:?} and {independent}");
    assert!(eue.is_clear());
    // The same on more threads, to the last bit.
    assert_eq!(format!("{comparison:?}"), format!("{:?}", compared(&before, &after, 3)));
}

#[test]
fn what_one_book_has_alone_is_new_or_gone_and_no_change_from_zero() {
    let before = book(SMALL);
    let more =
        "\n[workload.extra]\nlevel = \"100 GPU\"\nfrom = 2026-07-01\ngrowth = \"1 times/year\"\n";
    let comparison = compared(&before, &book(&format!("{SMALL}{more}")), 1);
    let extra = named(&comparison.blocks, "extra");
    assert_eq!((extra.before, extra.change), (None, None));
    assert!(extra.after.is_some() && extra.is_different());
}

#[test]
fn books_with_other_scenarios_do_not_pair() {
    let growth = |high: u32| {
        let low = 100 - high;
        format!(
            "{SMALL}\n[growth.low]\nprobability = \"{low} %\"\naccelerators = \"1.5 times/year\"\ntokens = \"2 times/year\"\n\
             [growth.high]\nprobability = \"{high} %\"\naccelerators = \"3 times/year\"\ntokens = \"4 times/year\"\n"
        )
    };
    let comparison = compared(&book(&growth(20)), &book(&growth(50)), 1);
    assert!(!comparison.is_paired);
    let eue = named(&comparison.headlines, "EUE");
    let independent = eue.before.unwrap().standard_error.hypot(eue.after.unwrap().standard_error);
    assert!((eue.change.unwrap().standard_error - independent).abs() < 1e-9);
}
