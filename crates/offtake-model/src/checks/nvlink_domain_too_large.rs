//! A replica fits into one NVLink domain of some accelerator that may serve it.

use super::supply::{Needs, needs};
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "nvlink-domain-too-large",
    severity: Severity::Error,
    about: "work that needs a larger NVLink domain than any accelerator it can run on has",
    why: "no contract whatever could serve it",
    mend: "lower `nvlink_domain` to what a replica needs, or let it run on a type with larger domains",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    needs(book).filter_map(|work| too_large(book, &work)).collect()
}

fn too_large(book: &Book, work: &Needs) -> Option<Problem> {
    let types = work.speed.keys().filter_map(|id| book.catalog.accelerators.get(id));
    let largest = types.max_by_key(|accelerator| accelerator.nvlink_domain)?;
    let (needed, most) = (work.nvlink_domain, largest.nvlink_domain);
    (needed > most).then(|| {
        Problem::new(
            format!("{}.nvlink_domain", work.path),
            format!("it needs {needed} GPUs on one NVLink, and the largest domain it can run on is {}'s of {most}", largest.id),
            format!("set `nvlink_domain` to {most} or less, or let it run on other types"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_replica_larger_than_a_rack_is_found() {
        let mut book = test_book();
        workload(&mut book).nvlink_domain = 144;
        assert_eq!(found(&CHECK, &book), "\
error: workload.chat.nvlink_domain: it needs 144 GPUs on one NVLink, and the largest domain it can run on is gb300-nvl72's of 72
  fix: set `nvlink_domain` to 72 or less, or let it run on other types");
    }

    #[test]
    fn a_replica_of_a_whole_rack_fits() {
        let mut book = test_book();
        workload(&mut book).nvlink_domain = 72;
        assert_eq!(found(&CHECK, &book), "");
    }
}
