//! Times a study of a book: `cargo run --release -p offtake-study --example time -- BOOK [SAMPLES]`.

use offtake_study::{Request, Silent, results, run};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a book");
    let samples = arguments.next().map_or(1_000, |n| n.parse().expect("a number of samples"));
    let extras = arguments.next().is_some();
    let reading = offtake_book::read_book(std::path::Path::new(&path));
    let Some(book) = reading.book else {
        return println!("{}", offtake_book::render_findings(&reading.findings));
    };
    let request = Request { seed: 1, samples: 0..samples, threads: 0, extras, until: None };
    let (part, facts) = run(&book, &reading.hash, &request, &Silent).expect("it runs");
    let system = offtake_adequacy::System::new(&book, 1).expect("it builds");
    println!(
        "pools {} groups {} limits {} classes {} blocks {} cuts {}",
        system.pools.len(),
        system.groups.len(),
        system.limits.len(),
        system.classes.len(),
        system.blocks.len(),
        system.cuts.len()
    );
    println!(
        "{facts:?} {:.1} M system-hours/s",
        facts.system_hours as f64 / facts.sampling_s / 1e6
    );
    let study = results(&book, &part).expect("it has results");
    let a = &study.assessment;
    println!("lolh {:?}\nlole {:?}\neue {:?}\nopen {}", a.lolh, a.lole, a.eue, a.open_position);
    println!(
        "{:#?}\n{:?}\n{:#?}\n{:#?}",
        study.causes, study.break_even, study.credits, study.decide_by
    );
}
