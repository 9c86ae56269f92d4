//! A workload has one to three value blocks.

use super::{Book, Check, Problem, Severity};
use crate::Workload;

pub(super) const CHECK: Check = Check {
    name: "block-count",
    severity: Severity::Error,
    about: "a workload with more than three value blocks, or none",
    why: "each block is a class of its own in every hour; more than three tell nothing more, and none is no work",
    mend: "join blocks of like priority, or write workloads of their own",
    run,
};

const MOST: usize = 3;

fn run(book: &Book) -> Vec<Problem> {
    let wrong = |workload: &&Workload| !(1..=MOST).contains(&workload.blocks.len());
    let problem = |workload: &Workload| {
        let names: Vec<&str> = workload.blocks.iter().map(|block| block.name.as_str()).collect();
        Problem::new(
            format!("workload.{}", workload.id),
            format!("it has {} blocks ({}), and may have 1 to {MOST}", names.len(), names.join(", ")),
            "join blocks of like priority, or write workloads of their own",
        )
    };
    book.workloads.values().filter(wrong).map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    fn set_blocks(book: &mut Book, count: usize) {
        let one = workload(book).blocks[0].clone();
        let block = |n| crate::Block { name: format!("b{n}"), ..one.clone() };
        workload(book).blocks = (1..=count).map(block).collect();
    }

    #[test]
    fn four_blocks_are_found() {
        let mut book = test_book();
        set_blocks(&mut book, 4);
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat: it has 4 blocks (b1, b2, b3, b4), and may have 1 to 3
  fix: join blocks of like priority, or write workloads of their own");
    }

    #[test]
    fn three_blocks_are_good() {
        let mut book = test_book();
        set_blocks(&mut book, 3);
        assert_eq!(found(&CHECK, &book), "");
    }
}
