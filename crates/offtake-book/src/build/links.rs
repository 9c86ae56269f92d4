//! References: what is named must exist.

use super::{Build, id};
use crate::document::MAX_FINDINGS;
use crate::format::{Entry, Kind, Record, Value, ValueKind, kind_named};
use crate::near::nearest;
use offtake_model::{Finding, SiteId};
use std::collections::{BTreeMap, BTreeSet};

/// Ids that may be named, by kind.
type Known<'a> = BTreeMap<&'static str, BTreeSet<&'a str>>;

impl<'a> Build<'a> {
    /// Reports every reference to something that is not there, and notes what is made without being
    /// written: sites of things that name none.
    pub(super) fn find_dangling(&mut self) {
        let book = self.input.book;
        for (kind, what) in [("contract", "contract"), ("fleet", "fleet"), ("offer", "offer")] {
            for (thing_id, record) in book.of(kind) {
                // A contract whose tranches all say where they stand needs no site of its own.
                let all_say = kind == "contract" && tranches_all_say(self, thing_id);
                if !record.has("site") && !all_say && book.get("site", thing_id).is_none() {
                    self.own_sites.insert(id::<SiteId>(thing_id), format!("{what}.{thing_id}"));
                }
            }
        }
        if self.input.is_partial {
            // What a file that could not be read defines is not missing.
            return;
        }
        let known = self.known();
        let mut findings = Vec::new();
        for (kind, records) in &book.kinds {
            let Some(kind) = kind_named(kind) else { continue };
            for (thing_id, record) in records.iter() {
                dangling_of(&known, (kind, thing_id, record), &mut findings);
            }
        }
        self.findings.append(&mut findings);
    }

    fn known(&self) -> Known<'a> {
        let book = self.input.book;
        let mut known: Known<'a> = BTreeMap::new();
        for (kind, records) in &book.kinds {
            known.entry(kind).or_default().extend(records.keys().map(String::as_str));
        }
        for kind in ["accelerator", "zone", "place", "class", "clauses", "slip", "source"] {
            known.entry(kind).or_default().extend(self.input.facts.ids(kind));
        }
        known.entry("zone").or_default().insert("world");
        let parties = known.entry("party").or_default();
        parties.extend(
            book.of("contract")
                .filter(|(_, r)| !r.has("seller") && !r.has("buyer"))
                .map(|(id, _)| id.as_str()),
        );
        parties
            .extend(book.of("offer").filter(|(_, r)| !r.has("seller")).map(|(id, _)| id.as_str()));
        parties.extend(book.get("book", "").and_then(|top| top.text("owner")));
        parties.extend(
            self.input
                .facts
                .ids("accelerator")
                .filter_map(|a| self.input.facts.record("accelerator", a)?.text("maker")),
        );
        if !self.top.has("owner") {
            parties.insert("us");
        }
        known
            .entry("grid")
            .or_default()
            .extend(book.of("site").filter_map(|(_, record)| record.text("grid")));
        let sites = known.entry("site").or_default();
        for kind in ["contract", "fleet", "offer"] {
            sites.extend(book.of(kind).filter(|(_, r)| !r.has("site")).map(|(id, _)| id.as_str()));
        }
        // The hall of a site without halls has the site's name.
        let sites = known.get("site").cloned().unwrap_or_default();
        known.entry("hall").or_default().extend(sites);
        known
    }
}

fn tranches_all_say(build: &Build<'_>, contract: &str) -> bool {
    let prefix = format!("{contract}.");
    let Some(tranches) = build.input.book.kinds.get("tranche") else { return false };
    let mut any = false;
    for (_, record) in
        tranches.range(prefix.clone()..).take_while(|(id, _)| id.starts_with(&prefix))
    {
        any = true;
        if !record.has("site") {
            return false;
        }
    }
    any
}

fn dangling_of(known: &Known<'_>, of: (&'static Kind, &str, &Record), findings: &mut Vec<Finding>) {
    let (kind, id, record) = of;
    for (key, entry) in record.values.iter() {
        let Some(field) = kind.field(key) else { continue };
        if let Some(source) = entry.own_source() {
            ask(known, "source", source, (kind, id, key, entry), findings);
        }
        match (field.kind, &entry.value) {
            // A tranche's `after` names one of its own contract, which is looked up there.
            (ValueKind::Ref("tranche"), _) => {}
            // A grid that only a site names is there too.
            (ValueKind::Ref("grid"), _) if kind.name == "site" => {}
            (ValueKind::Ref("party"), Some(_)) if kind.name == "book" => {}
            (ValueKind::Ref(wanted), Some(Value::Text(name))) => {
                ask(known, wanted, name, (kind, id, key, entry), findings)
            }
            (ValueKind::Refs(wanted), Some(Value::Texts(names))) => {
                names
                    .iter()
                    .for_each(|name| ask(known, wanted, name, (kind, id, key, entry), findings));
            }
            (ValueKind::RefAny, Some(Value::Text(name))) => {
                ask_any(known, name, (kind, id, key, entry), findings)
            }
            _ => {}
        }
        if let Some((wanted, name)) = id_in_key(field.key, key) {
            ask(known, wanted, name, (kind, id, key, entry), findings);
        }
    }
    if let Some((parent, _)) = id.split_once('.') {
        let wanted = match kind.name {
            "tranche" => "contract",
            "block" => "workload",
            _ => return,
        };
        if !known.get(wanted).is_some_and(|ids| ids.contains(parent)) {
            let place = Some(record.place.clone());
            findings.push(Finding { place, ..dangling(known, wanted, parent, &kind.path(id)) });
        }
    }
}

/// Returns the accelerator that a key such as `speed.gb300-nvl72` names.
fn id_in_key<'k>(pattern: &str, key: &'k str) -> Option<(&'static str, &'k str)> {
    let (before, after) = pattern.split_once('*')?;
    (!before.is_empty())
        .then(|| key.strip_prefix(before)?.strip_suffix(after).map(|id| ("accelerator", id)))
        .flatten()
}

type Where<'w> = (&'static Kind, &'w str, &'w str, &'w Entry);

fn ask(
    known: &Known<'_>,
    wanted: &'static str,
    name: &str,
    at: Where<'_>,
    findings: &mut Vec<Finding>,
) {
    let folded = if wanted == "zone" { name.to_lowercase() } else { name.to_owned() };
    let is_known = known.get(wanted).is_some_and(|ids| ids.contains(folded.as_str()));
    if !is_known && findings.len() < MAX_FINDINGS {
        let (kind, id, key, entry) = at;
        let place = Some(entry.place.clone());
        findings.push(Finding { place, ..dangling(known, wanted, name, &kind.path_of(id, key)) });
    }
}

fn ask_any(known: &Known<'_>, name: &str, at: Where<'_>, findings: &mut Vec<Finding>) {
    let kinds =
        ["contract", "tranche", "power", "site", "hall", "offer", "option", "fleet", "lease"];
    if kinds.iter().any(|kind| known.get(kind).is_some_and(|ids| ids.contains(name))) {
        return;
    }
    let (kind, id, key, entry) = at;
    let place = Some(entry.place.clone());
    let all = kinds.iter().filter_map(|kind| known.get(kind)).flatten().copied();
    let fix = nearest(name, all).map_or(
        "name a contract, tranche, site, hall, power, offer or option".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let problem = format!("nothing in the book is called `{name}`");
    findings.push(Finding {
        place,
        ..Finding::error("not-in-the-book", kind.path_of(id, key), problem, fix)
    });
}

fn dangling(known: &Known<'_>, wanted: &str, name: &str, path: &str) -> Finding {
    let ids = known.get(wanted).into_iter().flatten().copied();
    let is_zone = wanted == "zone";
    let folded = if is_zone { name.to_lowercase() } else { name.to_owned() };
    // Zones are kept in small letters, and known by codes in capitals.
    let shown = |near: &str| if is_zone { near.to_uppercase() } else { near.to_owned() };
    let near = nearest(&folded, ids).map(shown);
    let table = match wanted {
        "place" | "zone" | "class" | "accelerator" | "clauses" | "slip" => {
            "in the catalog or the book"
        }
        _ => "in the book",
    };
    let problem = format!("there is no {wanted} `{name}` {table}");
    let form = if wanted == "tranche" { "CONTRACT.NAME" } else { name };
    let fix = match near {
        Some(near) => format!("did you mean `{near}`? Else add `[{wanted}.{form}]`"),
        None => format!("correct the name, or add `[{wanted}.{form}]`"),
    };
    Finding::error("not-in-the-book", path, problem, fix)
}
