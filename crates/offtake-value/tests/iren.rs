//! IREN's public figures come out of its books, or the book says what they would need.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{read_book, render_findings};
use offtake_model::Book;
use offtake_value::Valuer;
use offtake_value::finance::{Agility, Case, Delays, claims, compare, sensitivity};
use std::path::Path;

fn book(name: &str) -> Book {
    let reading = read_book(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books").join(name));
    assert!(!reading.has_errors(), "{name}: {}", render_findings(&reading.findings));
    reading.book.expect("no error was found")
}

#[test]
fn look() {
    let book = book(&std::env::var("BOOK").unwrap_or("iren-2025-11".into()));
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    println!("{:#?}", case.returns);
    println!("terms {:#?}", case.structure.terms());
    println!("drawn {:?}", case.structure.drawn());
    let w = case.plan.window;
    for at in 0..w.len {
        if case.promised.operating[at] != 0
            || case.promised.investing[at] != 0
            || case.paid.equity[at] != 0
        {
            let m = |x: i128| (x as f64 / 1e12 * 10.0).round() / 10.0;
            let s = |v: &Vec<Vec<i128>>| m(v.iter().map(|r| r[at]).sum::<i128>());
            println!(
                "{} rev {} ebitda {} op {} inv {} draw {} int {} prin {} bal {} res {} eq {}",
                valuer.calendar.text(w.month(at)),
                m(case.promised.revenue[at]),
                m(case.promised.ebitda[at]),
                m(case.promised.operating[at]),
                m(case.promised.investing[at]),
                s(&case.paid.draws),
                s(&case.paid.interest),
                s(&case.paid.principal),
                m(case.paid.balance[at]),
                m(case.paid.reserve[at]),
                m(case.paid.equity[at])
            );
        }
    }
    println!("{:?}", case.paid.tests);
    for held in claims(&valuer, "childress", &case) {
        println!("{held:?}");
    }
    for m in sensitivity(&book, "childress") {
        let t = |e: &Option<offtake_value::finance::End>| {
            e.as_ref().map_or(String::new(), |e| {
                format!("{} -> {} / {} / {:?}", e.text, e.project_irr, e.equity_irr, e.dscr_min)
            })
        };
        println!("{} {:.3}: {} | {}", m.path, m.swing(), t(&m.low), t(&m.high));
    }
    let delays = Delays::new(&case, 12);
    for row in &delays.rows {
        println!(
            "{} {:?} {:?} {} {}",
            row.months, row.dscr_min, row.by_year, row.equity_irr, row.unpaid
        );
    }
    println!(
        "below {:?} missed {:?} lapse {:?} {:?} terminate {:?} ls {:?}",
        delays.below,
        delays.missed,
        delays.lapse,
        delays.lapse_on,
        delays.terminate,
        delays.long_stop
    );
    println!("{:#?}", Agility::new(&book, &[6, 12, 18]));
    let cases = vec![("childress".to_owned(), case)];
    for one in compare(&book, &cases) {
        println!("{one:?} {}", one.irr);
    }
}
