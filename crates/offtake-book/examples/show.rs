//! Prints what holds in a book.
fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_default();
    let id = arguments.next();
    let reading = offtake_book::read_book(std::path::Path::new(&path));
    print!("{}", offtake_book::render_findings(&reading.findings));
    if let Some(book) = reading.book {
        print!("{}", offtake_book::show_text(&offtake_book::show(&book, id.as_deref())));
    }
}
