//! Parties: those that are written, and those that something names in a role.

use super::{Build, NONE, Thing};
use offtake_model::{Party, PartyId, PartyKind};
use offtake_units::{Rate, RateBasis, Span};
use std::collections::BTreeMap;

/// The kinds of party as they are written.
pub(crate) const KINDS: &[(&str, PartyKind)] = &[
    ("supplier", PartyKind::Supplier),
    ("tenant", PartyKind::Tenant),
    ("gpu-maker", PartyKind::GpuMaker),
    ("server-maker", PartyKind::ServerMaker),
    ("landlord", PartyKind::Landlord),
    ("lender", PartyKind::Lender),
];

impl<'a> Build<'a> {
    /// Returns every party; to be called when all that names one is built.
    pub(super) fn parties(&mut self) -> BTreeMap<PartyId, Party> {
        let makers: Vec<PartyId> = self.makers();
        for maker in makers {
            self.role(maker, PartyKind::GpuMaker);
        }
        let owner = self.owner.clone();
        self.role(owner, PartyKind::Tenant);
        let mut things: BTreeMap<PartyId, Thing<'a>> = BTreeMap::new();
        for thing in self.things("party") {
            things.insert(super::id(&thing.id), thing);
        }
        for party in self.roles.keys() {
            things
                .entry(party.clone())
                .or_insert_with(|| Thing::new("party", &party.to_string(), Vec::new()));
        }
        things.into_iter().map(|(id, thing)| (id.clone(), self.party(&id, &thing))).collect()
    }

    /// Returns the makers of the accelerators that the book names.
    fn makers(&self) -> Vec<PartyId> {
        let named = |record: &crate::format::Record| record.text("accelerator").map(str::to_owned);
        let kinds = ["contract", "tranche", "fleet", "offer", "spot", "purchase", "build"];
        let all = kinds
            .iter()
            .flat_map(|kind| self.input.book.of(kind))
            .filter_map(|(_, record)| named(record));
        let accelerators: std::collections::BTreeSet<String> =
            all.chain([self.reference.to_string()]).collect();
        let maker =
            |name: &String| self.catalog.accelerators.get(name.as_str()).map(|a| a.maker.clone());
        accelerators.iter().filter_map(maker).collect()
    }

    fn party(&mut self, party: &PartyId, thing: &Thing<'a>) -> Party {
        let kind = self.party_kind(party, thing);
        let is_owner = *party == self.owner;
        let none = Rate::new(0.0, RateBasis::Year);
        let own_default = self.defaults.and_then(|table| table.values.get("failure"));
        let own_default = own_default
            .and_then(|entry| entry.value.as_ref())
            .and_then(crate::format::FromValue::from_value);
        let supplies =
            kind == PartyKind::Supplier || self.roles.get(party) == Some(&PartyKind::Supplier);
        let fact = ("supplier", "default");
        let failure = match own_default {
            _ if is_owner || !supplies => self.or(thing, "failure", none),
            Some(rate) => self.or(thing, "failure", rate),
            None if self.is_certain => self.or(thing, "failure", none),
            None => self.or_fact(thing, "failure", self.catalog.supplier_failure, fact),
        };
        let facts = self.input.facts;
        Party {
            name: self.name_of(thing),
            kind,
            failure,
            notice: self.or_fact(
                thing,
                "notice",
                facts.supplier("notice", Span::from_days(13)),
                fact,
            ),
            continues: self.or_fact(thing, "continues", facts.supplier("continues", NONE), fact),
            back_after: self.or(
                thing,
                "back_after",
                facts.supplier("back_after", Span::from_months(3)),
            ),
            late_doubles_after: self.late_doubles_after(thing),
        }
    }

    fn party_kind(&mut self, party: &PartyId, thing: &Thing<'a>) -> PartyKind {
        let role = self.roles.get(party).copied().unwrap_or(PartyKind::Supplier);
        let written = thing.get::<String>("kind");
        if let Some((_, kind)) =
            written.and_then(|text| KINDS.iter().find(|(name, _)| *name == text))
        {
            return *kind;
        }
        let name = KINDS.iter().find(|(_, kind)| *kind == role).map_or("", |(name, _)| name);
        self.keep_default(thing, "kind", name);
        role
    }

    fn late_doubles_after(&mut self, thing: &Thing<'a>) -> Option<Span> {
        if thing.get::<String>("late_doubles_after").is_some() {
            return None;
        }
        let written = thing.get::<Span>("late_doubles_after");
        let never = self.input.facts.supplier("late_doubles_after", String::new()) == "never";
        if written.is_none() && never {
            self.keep_default(thing, "late_doubles_after", "never");
            return None;
        }
        let default = self.input.facts.supplier("late_doubles_after", Span::from_days(180));
        Some(self.or_fact(thing, "late_doubles_after", default, ("supplier", "default")))
    }
}

impl crate::shelf::Facts {
    /// Returns what the catalog says of a supplier that the book says nothing about.
    pub(crate) fn supplier<T: crate::format::FromValue>(&self, key: &str, otherwise: T) -> T {
        self.single("supplier", key, otherwise)
    }

    /// Returns what the catalog says of training.
    pub(crate) fn gang<T: crate::format::FromValue>(&self, key: &str, otherwise: T) -> T {
        self.single("gang", key, otherwise)
    }
}
