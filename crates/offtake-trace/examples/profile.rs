//! Shows the profile of a trace: `cargo run -p offtake-trace --example profile -- TRACE [SVG]`.

use offtake_trace::{Ink, Options, measure, picture, svg};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(trace) = arguments.first() else { return ExitCode::from(2) };
    let mut watch = |_| ControlFlow::Continue(());
    let traffic = match measure(Path::new(trace), &Options::default(), &mut watch) {
        Ok(traffic) => traffic,
        Err(error) => {
            for finding in error.findings(trace) {
                let line = finding.place.map_or(0, |place| place.line);
                eprintln!("{trace}:{line}: {}\n  fix: {}", finding.problem, finding.fix);
            }
            return ExitCode::from(2);
        }
    };
    let ink = if std::env::var_os("NO_COLOR").is_some() { Ink::Plain } else { Ink::Colour };
    print!("{}", picture(&traffic, ink));
    match arguments.get(1).map(|path| std::fs::write(path, svg(&traffic))) {
        Some(Err(error)) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
        _ => ExitCode::SUCCESS,
    }
}
