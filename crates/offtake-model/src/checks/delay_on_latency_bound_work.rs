//! Who waits for hours does not count milliseconds.

use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "delay-on-latency-bound-work",
    severity: Severity::Warning,
    about: "work that may wait for hours and is bound to a round trip of milliseconds",
    why: "the bound closes sites to work that does not need them near, or the delay hides a shortfall of work that cannot wait",
    mend: "take `delay` or `latency` out",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let waiting = book.workloads.values().filter(|workload| workload.delay_hours > 0);
    let bound = waiting.filter_map(|workload| Some((workload, workload.latency.as_ref()?)));
    let problem = |(workload, latency): (&crate::Workload, &crate::Latency)| {
        Problem::new(
            format!("workload.{}.delay", workload.id),
            format!("it may wait {} h, and its users may be at most {} away", workload.delay_hours, latency.round_trip),
            "take `delay` out, or `latency.from` and `latency.round_trip`",
        )
    };
    bound.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_chat_that_may_wait_is_found() {
        let mut book = test_book();
        workload(&mut book).delay_hours = 6;
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat.delay: it may wait 6 h, and its users may be at most 40 ms away
  fix: take `delay` out, or `latency.from` and `latency.round_trip`");
    }

    #[test]
    fn a_batch_that_may_wait_is_good() {
        let mut book = test_book();
        workload(&mut book).delay_hours = 6;
        workload(&mut book).latency = None;
        assert_eq!(found(&CHECK, &book), "");
    }
}
