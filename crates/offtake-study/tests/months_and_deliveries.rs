//! What reports show by month and by delivery agrees with what it is a part of.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::read_book;
use offtake_study::{Request, Silent, Study, results, run};
use std::path::Path;

fn study(book: &str) -> (offtake_model::Book, Study) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books").join(book);
    let book = read_book(&path).book.unwrap();
    let request = Request { seed: 1, samples: 0..60, threads: 1, extras: false, until: None };
    let (part, _) = run(&book, "hash", &request, &Silent).unwrap();
    let study = results(&book, &part).unwrap();
    (book, study)
}

#[test]
fn what_blocks_go_without_by_month_adds_up_to_the_month_and_to_the_block() {
    let (_, study) = study("tutorial/05-blocks-and-residency.toml");
    let assessment = &study.assessment;
    for (index, month) in assessment.months.iter().enumerate() {
        let of = |class: &offtake_adequacy::BlockResult| class.months[index].unserved.mean;
        let sum: f64 = assessment.classes.iter().map(of).sum();
        assert!((sum - month.unserved.mean).abs() <= 1e-9 * sum.abs().max(1.0), "{}", month.month);
    }
    let hours: f64 = assessment.months.iter().map(|month| month.hours as f64).sum();
    for class in &assessment.classes {
        let sum: f64 = class.months.iter().map(|month| month.unserved.mean).sum();
        let year = sum / (hours / 8_766.0);
        assert!((year - class.eue.mean).abs() <= 1e-9 * year.max(1.0), "{}", class.id);
        for month in &class.months {
            let share = month.share.map(|share| share.mean);
            assert_eq!(share.is_none(), month.demand == 0.0, "{} {}", class.id, month.month);
            assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)));
        }
    }
}

#[test]
fn all_supply_of_a_month_is_that_of_its_suppliers_and_its_quantiles_are_in_order() {
    // All of one type, so that GPUs are reference GPUs.
    let (_, study) = study("tutorial/03-second-supplier.toml");
    for month in &study.assessment.months {
        let mean: f64 = month.supply.iter().map(|supply| supply.mean).sum();
        let promised: f64 = month.supply.iter().map(|supply| supply.promised).sum();
        assert!((mean - month.total.mean).abs() <= 1e-9 * mean.max(1.0), "{}", month.month);
        assert!((promised - month.total.promised).abs() <= 1e-9 * promised.max(1.0));
        assert!(month.total.p10 <= month.total.p50 && month.total.p50 <= month.total.p90);
    }
}

#[test]
fn a_delivery_that_has_come_is_certain_and_one_that_slips_is_not() {
    let (book, study) = study("microsoft-2025-11");
    let tranches = || book.contracts.values().flat_map(|contract| &contract.tranches);
    assert_eq!(study.deliveries.len(), tranches().count());
    for (found, tranche) in study.deliveries.iter().zip(tranches()) {
        assert_eq!(found.tranche, tranche.id.to_string());
        assert_eq!(found.gpus, tranche.gpus.count() as f64);
        match tranche.delivered {
            Some(day) => {
                assert_eq!([found.p10, found.p50, found.p90], [Some(day); 3]);
                assert_eq!(found.never, 0.0);
            }
            None => {
                assert_eq!(found.promised, tranche.promised);
                assert!(found.p10.unwrap() >= tranche.promised, "{}", found.tranche);
                assert!(found.p10 < found.p50, "{}", found.tranche);
                assert!(found.p90.is_none() == (found.never > 0.1), "{}", found.tranche);
            }
        }
    }
    assert!(study.deliveries.iter().any(|found| found.never > 0.0));
}
