//! A judgement moved to an end of its range is read as if the end had been written.

use offtake_book::{End, judged, read_book, read_book_moved};
use std::path::{Path, PathBuf};

fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books")
}

#[test]
fn a_value_of_the_book_is_read_at_its_end() {
    let path = books().join("microsoft-2025-11");
    let input = "contract.iren-childress.late.grace";
    let grace = |book: offtake_model::Book| {
        let id = book.contracts.keys().find(|id| id.to_string() == "iren-childress").cloned();
        book.contracts[&id.expect("the contract is there")].late.grace.days()
    };
    let at = |end| grace(read_book_moved(&path, input, end).book.expect("the book reads"));
    assert_eq!(grace(read_book(&path).book.expect("the book reads")), 45.0);
    assert_eq!((at(End::Low), at(End::High)), (30.0, 60.0));
}

#[test]
fn a_value_of_the_catalog_is_read_at_its_end_and_the_books_own_comes_first() {
    let path = books().join("tutorial/02-late-delivery.toml");
    let never = |reading: offtake_book::Reading| {
        reading.book.expect("the book reads").catalog.slip.never.part()
    };
    let input = "catalog/slip.default.never";
    assert_eq!(never(read_book(&path)), 0.04);
    assert_eq!(never(read_book_moved(&path, input, End::High)), 0.10);
    assert_eq!(never(read_book_moved(&path, input, End::Low)), 0.01);
}

#[test]
fn every_range_of_the_example_books_can_be_moved_or_is_said_to_break_the_book() {
    for name in ["microsoft-2025-11", "iren-2025-11", "microsoft-2026-07"] {
        let path = books().join(name);
        let book = read_book(&path).book.expect("the book reads");
        let inputs = judged(&book);
        assert!(inputs.len() > 40, "{name} has {} ranges", inputs.len());
        let own = inputs.iter().filter(|input| !input.path.starts_with("catalog/"));
        for input in own.step_by(7) {
            for end in [End::Low, End::High] {
                let reading = read_book_moved(&path, &input.path, end);
                assert!(reading.book.is_some() || reading.has_errors(), "{}", input.path);
            }
        }
    }
}

#[test]
fn an_input_that_is_not_there_moves_nothing() {
    let path = books().join("tutorial/01-ten-lines.toml");
    let reading = read_book_moved(&path, "contract.nobody.late.grace", End::Low);
    assert_eq!(format!("{:?}", reading.book), format!("{:?}", read_book(&path).book));
}
