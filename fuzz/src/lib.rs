//! What must hold of every reading, whatever the bytes; shared by the targets.

use offtake_book::{Reading, render_findings, show, show_text};

/// Panics unless the reading is a book or has an error, and every finding says what to do.
pub fn hold(reading: &Reading) {
    assert!(reading.book.is_some() || reading.has_errors());
    for finding in &reading.findings {
        assert!(!finding.rule.is_empty(), "{finding:?}");
        assert!(!finding.problem.is_empty() && !finding.fix.is_empty(), "{finding:?}");
    }
    let text = render_findings(&reading.findings);
    assert_eq!(text.is_empty(), reading.findings.is_empty());
    if let Some(book) = &reading.book {
        assert!(!show_text(&show(book, None)).is_empty());
    }
}
