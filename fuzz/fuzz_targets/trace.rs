//! A request trace of arbitrary bytes, packed or not: a profile that can be shown, or an error that says
//! what to do.

#![no_main]

use offtake_trace::{BadLines, Ink, Options, json, measure_bytes, picture, svg};
use std::ops::ControlFlow;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for bad_lines in [BadLines::Refuse, BadLines::Skip] {
        let options = Options { bad_lines, ..Options::default() };
        match measure_bytes(bytes, "trace", &options, &mut |_| ControlFlow::Continue(())) {
            Ok(traffic) => {
                let busiest = traffic.profile.hours.iter().copied().fold(0.0, f64::max);
                assert!(traffic.profile.hours.iter().all(|hour| (0.0..=1.0).contains(hour)));
                assert_eq!(busiest, 1.0);
                assert!(!picture(&traffic, Ink::Colour).is_empty() && !svg(&traffic).is_empty());
                let _ = json(&traffic).to_string();
            }
            Err(error) => {
                let findings = error.findings("trace");
                assert!(!findings.is_empty());
                assert!(findings.iter().all(|f| !f.problem.is_empty() && !f.fix.is_empty()));
            }
        }
    }
});
