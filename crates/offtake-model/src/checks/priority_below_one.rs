//! 1 is served first; nothing comes before it.

use super::paths::of_block;
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "priority-below-one",
    severity: Severity::Error,
    about: "a priority of 0",
    why: "it would be served before what was meant to come first, and no standard could name it",
    mend: "count from 1, the first served",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let blocks = book.workloads.values().flat_map(|workload| {
        workload.blocks.iter().map(|b| (of_block(&workload.id, b, "priority"), b.priority))
    });
    let gangs = book.gangs.values().map(|gang| (format!("gang.{}.priority", gang.id), gang.priority));
    let low = blocks.chain(gangs).filter(|(_, priority)| *priority < 1);
    let problem = |(path, priority)| {
        Problem::new(path, format!("`priority` is {priority}, and 1 is served first"), "write 1 or more")
    };
    low.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn priorities_that_count_from_zero_are_found() {
        let mut book = test_book();
        workload(&mut book).blocks[0].priority = 0;
        gang(&mut book).priority = 0;
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.priority: `priority` is 0, and 1 is served first
  fix: write 1 or more
error: gang.pretrain.priority: `priority` is 0, and 1 is served first
  fix: write 1 or more");
    }

    #[test]
    fn the_last_may_be_far_behind() {
        let mut book = test_book();
        gang(&mut book).priority = 1_000;
        assert_eq!(found(&CHECK, &book), "");
    }
}
