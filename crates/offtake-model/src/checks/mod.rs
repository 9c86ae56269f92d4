//! Consistency checks of a book, one file each: pure functions from a book to findings.
//!
//! A reader has already refused unknown keys, bad units, dangling references and ids given twice;
//! what is left is what only shows when values are held against each other.
//!
//! To add a check: copy a file of this folder, add its name to `registry!` below, and write the
//! reference page anew (the failing test says how).

#[cfg(test)]
mod fixture;
mod page;
mod paths;
mod supply;

use crate::{Book, Finding, Mark, Provenance, Severity};

pub use page::page;
pub use source_after_as_of::measurements_after;

offtake_stdx::registry! {
    /// Every check, in the order that they run: dates, power, capacity, demand, numbers, clauses,
    /// provenance.
    pub const CHECKS: &[&Check] = CHECK of [
        until_before_from,
        outside_the_horizon,
        known_after_as_of,
        promised_before_signed,
        delivered_before_signed,
        delivery_after_term,
        milestone_after_promised,
        promised_before_predecessor,
        after_cycle,
        never_in_service,
        exercise_after_start,
        expired_before_as_of,
        debt_drawn_after_maturity,
        rack_over_hall,
        more_racks_than_megawatts,
        more_critical_it_than_grid_power,
        curtailable_over_critical_it,
        pue_below_one,
        contract_of_neither_side,
        purchase_smaller_than_tranches,
        purchase_of_another_type,
        sold_twice,
        zone_cycle,
        no_pool_may_serve,
        nvlink_domain_too_large,
        gang_larger_than_any_fabric,
        gang_larger_than_any_site,
        unknown_place,
        unknown_round_trip,
        site_below_need,
        delay_on_latency_bound_work,
        efficiency_counted_twice,
        growth_below_efficiency,
        hourly_series_too_short,
        block_count,
        priority_below_one,
        standard_without_work,
        shares_do_not_add_up,
        derate_out_of_order,
        noise_out_of_range,
        slip_law_out_of_range,
        failure_out_of_range,
        finance_out_of_range,
        cannot_be_meant,
        currency_without_rate,
        prepaid_more_than_take_or_pay,
        termination_before_grace,
        clauses_contradict,
        sla_of_all_the_time,
        source_after_as_of,
        never_referred_to,
    ];
}

/// One rule that a book must keep.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its stable name, the file's in kebab-case.
    pub name: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// What it finds, in a clause.
    pub about: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How it is mended, in general; each finding says it with its own names and numbers.
    pub mend: &'static str,
    run: fn(&Book) -> Vec<Problem>,
}

/// One breach of a rule, before the rule's name and severity are put to it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    subject: String,
    problem: String,
    fix: String,
}

impl Check {
    /// Runs the check.
    #[must_use]
    pub fn findings(&self, book: &Book) -> Vec<Finding> {
        let finding = |Problem { subject, problem, fix }| match self.severity {
            Severity::Error => Finding::error(self.name, subject, problem, fix),
            Severity::Warning => Finding::warning(self.name, subject, problem, fix),
        };
        (self.run)(book).into_iter().map(finding).collect()
    }
}

impl Problem {
    fn new(
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Problem {
        Problem { subject: subject.into(), problem: problem.into(), fix: fix.into() }
    }
}

/// Runs every check; findings come in the order of the checks.
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check.findings(book)).collect()
}

/// Returns the path and provenance of every value that rests on nobody's word but the author's:
/// marked a judgement, or written without a source; by path. Defaults and what is derived from
/// other values do not count.
#[must_use]
pub fn judgements(book: &Book) -> Vec<(&str, &Provenance)> {
    let rests_on_nothing = |provenance: &Provenance| match provenance.mark {
        Mark::Judgement => true,
        Mark::Derived | Mark::Default => false,
        Mark::Filing | Mark::Press | Mark::Weak | Mark::Unverified => provenance.source.is_none(),
    };
    let all = book.provenance.iter().filter(|(_, provenance)| rests_on_nothing(provenance));
    all.map(|(path, provenance)| (path.as_str(), provenance)).collect()
}

#[cfg(test)]
mod tests {
    use super::fixture::{provenance, test_book};
    use super::*;
    use std::collections::BTreeSet;

    /// A file in the folder that is not in the list is dead code that looks alive.
    #[test]
    fn every_file_of_the_folder_is_registered_and_named_after_its_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checks");
        let helpers = ["fixture", "page", "paths", "supply"];
        offtake_stdx::assert_folder_is_registered(folder, FILES, &helpers);
        for (check, file) in CHECKS.iter().zip(FILES) {
            assert_eq!(check.name, file.replace('_', "-"));
        }
        let names: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[test]
    fn the_book_of_the_tests_has_no_finding() {
        assert_eq!(check(&test_book()), []);
    }

    #[test]
    fn a_finding_carries_the_name_and_severity_of_its_rule() {
        let mut book = test_book();
        book.until = book.from;
        let findings = check(&book);
        let found: Vec<_> = findings.iter().map(|f| (f.rule, f.severity)).collect();
        assert!(found.contains(&("until-before-from", Severity::Error)), "{found:?}");
    }

    #[test]
    fn a_value_without_a_source_is_a_judgement_whatever_its_mark() {
        let mut book = test_book();
        book.provenance.clear();
        let mut put = |path: &str, mark, source| {
            book.provenance.insert(path.to_owned(), provenance(mark, source));
        };
        put("contract.acme.gpus", Mark::Press, None);
        put("contract.acme.promised", Mark::Press, Some("acme-filing"));
        put("contract.acme.late.grace", Mark::Judgement, None);
        put("contract.acme.price", Mark::Derived, None);
        put("contract.acme.acceptance", Mark::Default, None);
        let paths: Vec<&str> = judgements(&book).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["contract.acme.gpus", "contract.acme.late.grace"]);
    }
}
