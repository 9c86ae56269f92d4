//! A thing that nothing names does nothing.

use super::{Book, Check, Problem, Severity};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "never-referred-to",
    severity: Severity::Warning,
    about: "a party, grid, site, hall, purchase, recipe or source that nothing in the book names",
    why: "it has no effect on any result; more often something was meant to name it",
    mend: "name it where it belongs, or take it out",
    run,
};

/// Kind and id, as `party.acme`.
type Named = BTreeSet<String>;

fn run(book: &Book) -> Vec<Problem> {
    let mut named = Named::new();
    name_by_contracts(book, &mut named);
    name_by_work_and_rights(book, &mut named);
    name_by_finance(book, &mut named);
    let sources = book.provenance.values().filter_map(|provenance| provenance.source.as_ref());
    named.extend(sources.map(|source| format!("source.{source}")));
    let is_loose = |path: &String| !named.contains(path);
    things(book).into_iter().filter(|(path, _)| is_loose(path)).map(problem).collect()
}

fn problem((path, how): (String, &str)) -> Problem {
    Problem::new(path, format!("nothing names it: {how}"), "name it where it belongs, or take it out")
}

/// Returns every thing that must be named somewhere, with how that is done.
fn things(book: &Book) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    let mut put = |kind: &str, ids: Vec<String>, how: &'static str| {
        all.extend(ids.into_iter().map(|id| (format!("{kind}.{id}"), how)));
    };
    let texts = |id: &String| id.clone();
    put("party", book.parties.keys().map(ToString::to_string).collect(), "no contract, site, work, purchase, debt or right has it in a role");
    put("grid", book.grids.keys().map(ToString::to_string).collect(), "no site hangs on it");
    put("site", book.sites.keys().map(ToString::to_string).collect(), "no tranche, offer, lease or power is there");
    // The hall of a site without halls has its name, and is no thing of its own.
    let own = book.halls.iter().filter(|(id, hall)| id.to_string() != hall.site.to_string());
    put("hall", own.map(|(id, _)| id.to_string()).collect(), "no tranche is in it");
    put("purchase", book.purchases.keys().map(texts).collect(), "no tranche has its `accelerators.from` in it");
    put("build", book.builds.keys().map(texts).collect(), "no power has it among its `builds`");
    put("source", book.sources.keys().map(texts).collect(), "no value rests on it");
    all
}

fn name_by_contracts(book: &Book, named: &mut Named) {
    named.insert(format!("party.{}", book.owner));
    for contract in book.contracts.values() {
        let parties = [&contract.seller, &contract.buyer];
        let parties = parties.into_iter().chain(&contract.guarantor);
        named.extend(parties.map(|party| format!("party.{party}")));
        for tranche in &contract.tranches {
            named.insert(format!("site.{}", tranche.site));
            named.insert(format!("hall.{}", tranche.hall));
            name_maker(book, &tranche.accelerator, named);
            named.extend(tranche.accelerators_from.iter().map(|from| format!("purchase.{from}")));
            named.extend(tranche.dedicated_to.iter().map(|party| format!("party.{party}")));
        }
    }
    for site in book.sites.values() {
        named.extend(site.operator.iter().map(|party| format!("party.{party}")));
        named.extend(site.grid.iter().map(|grid| format!("grid.{grid}")));
    }
    name_maker(book, &book.reference_accelerator, named);
}

fn name_maker(book: &Book, accelerator: &crate::AcceleratorId, named: &mut Named) {
    let maker = book.catalog.accelerators.get(accelerator).map(|a| &a.maker);
    named.extend(maker.map(|maker| format!("party.{maker}")));
}

fn name_by_work_and_rights(book: &Book, named: &mut Named) {
    let tenants = book.workloads.values().filter_map(|workload| workload.tenant.as_ref());
    let tenants = tenants.chain(book.gangs.values().filter_map(|gang| gang.tenant.as_ref()));
    named.extend(tenants.map(|party| format!("party.{party}")));
    for offer in book.offers.values() {
        named.insert(format!("party.{}", offer.seller));
        named.insert(format!("site.{}", offer.site));
        name_maker(book, &offer.accelerator, named);
        // An offer says its site alone: any of its halls may be meant.
        let halls = book.halls.iter().filter(|(_, hall)| hall.site == offer.site);
        named.extend(halls.map(|(id, _)| format!("hall.{id}")));
    }
    named.extend(book.spots.values().flat_map(|spot| {
        let maker = book.catalog.accelerators.get(&spot.accelerator).map(|a| &a.maker);
        maker.map(|maker| format!("party.{maker}"))
    }));
    let sites = book.options.values().filter_map(|option| option.site.as_ref());
    named.extend(sites.map(|site| format!("site.{site}")));
    for right in book.rights.values() {
        named.insert(format!("party.{}", right.holder));
        named.extend(["site", "hall"].map(|kind| format!("{kind}.{}", right.on)));
    }
    named.extend(book.stresses.values().map(|stress| stress.on.clone()));
}

fn name_by_finance(book: &Book, named: &mut Named) {
    for purchase in book.purchases.values() {
        let parties = [&purchase.seller, &purchase.buyer].into_iter().chain(&purchase.maker);
        named.extend(parties.map(|party| format!("party.{party}")));
    }
    for lease in book.leases.values() {
        named.extend([&lease.landlord, &lease.tenant].map(|party| format!("party.{party}")));
        named.insert(format!("site.{}", lease.site));
    }
    for debt in book.debts.values() {
        let parties = [&debt.borrower].into_iter().chain(&debt.lender);
        named.extend(parties.map(|party| format!("party.{party}")));
    }
    for power in book.powers.values() {
        named.insert(format!("site.{}", power.site));
        named.extend(power.builds.iter().map(|build| format!("build.{build}")));
    }
    named.extend(book.idles.values().map(|idle| format!("site.{}", idle.site)));
    named.extend(book.opportunities.values().map(|o| format!("party.{}", o.party)));
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::{Build, Grid, PartyKind};

    #[test]
    fn things_that_nothing_names_are_found() {
        let mut book = test_book();
        book.parties.insert(id("nobody"), party(PartyKind::Landlord));
        book.grids.insert(id("nowhere"), Grid { name: "Nowhere".to_owned(), curtailment: None });
        let empty = site(&mut book).clone();
        book.sites.insert(id("empty-field"), empty);
        let hall = hall(&mut book).clone();
        book.halls.insert(id("horizon-9"), hall);
        let source = book.sources["acme-filing"].clone();
        book.sources.insert("unread".to_owned(), source);
        tranche(&mut book).accelerators_from = None;
        book.offers.clear();
        assert_eq!(found(&CHECK, &book), "\
warning: party.neocloud-a: nothing names it: no contract, site, work, purchase, debt or right has it in a role
  fix: name it where it belongs, or take it out
warning: party.nobody: nothing names it: no contract, site, work, purchase, debt or right has it in a role
  fix: name it where it belongs, or take it out
warning: grid.nowhere: nothing names it: no site hangs on it
  fix: name it where it belongs, or take it out
warning: site.empty-field: nothing names it: no tranche, offer, lease or power is there
  fix: name it where it belongs, or take it out
warning: hall.horizon-9: nothing names it: no tranche is in it
  fix: name it where it belongs, or take it out
warning: purchase.acme-dell: nothing names it: no tranche has its `accelerators.from` in it
  fix: name it where it belongs, or take it out
warning: source.unread: nothing names it: no value rests on it
  fix: name it where it belongs, or take it out");
    }

    #[test]
    fn a_recipe_is_named_by_power_that_may_use_it() {
        let mut book = test_book();
        let recipe = Build {
            accelerator: id("gb300-nvl72"),
            takes: of("12 months"),
            capex_hall: None,
            capex_rack: None,
        };
        book.builds.insert("hall-of-ours".to_owned(), recipe);
        assert_ne!(found(&CHECK, &book), "");
        power_stock(&mut book).builds.push("hall-of-ours".to_owned());
        assert_eq!(found(&CHECK, &book), "");
    }
}
