//! Reads books and prints what is wrong with each.
fn main() {
    for path in std::env::args().skip(1) {
        let reading = offtake_book::read_book(std::path::Path::new(&path));
        println!("== {path} {} {}", reading.hash, reading.book.is_some());
        print!("{}", offtake_book::render_findings(&reading.findings));
    }
}
