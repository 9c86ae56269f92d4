//! Times the valuation of a book: `cargo run --release -p offtake-study --example value -- BOOK SIDE [SAMPLES] [supply]`.

use offtake_study::Silent;
use offtake_study::value::{ValueRequest, results, run};
use offtake_value::{Asked, Side, Use};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a book");
    let side =
        if arguments.next().as_deref() == Some("seller") { Side::Seller } else { Side::Buyer };
    let samples = arguments.next().map_or(1_000, |n| n.parse().expect("a number of samples"));
    let usage = if arguments.next().is_some() { Use::Taken } else { Use::Dispatched };
    let reading = offtake_book::read_book(std::path::Path::new(&path));
    let Some(book) = reading.book else {
        return println!("{}", offtake_book::render_findings(&reading.findings));
    };
    let request =
        ValueRequest { asked: Asked { side, seed: 1, usage, wait: 12 }, samples, threads: 0 };
    let mut flows = 0;
    let mut keep = |_, of: &[offtake_value::Flow]| {
        flows += of.len();
        Ok(())
    };
    let valued = run(&book, &request, &Silent, &mut keep).expect("it runs");
    println!("{:?} {flows} flows", valued.facts);
    let value = results(&book, &request, &valued);
    println!("{:#?}\n{:#?}", value.contracts, value.totals);
    for spread in &value.spreads {
        println!("{} {:?}", spread.name, spread.distribution);
    }
    for work in &value.work {
        println!("{work:?}");
    }
}
