//! Grids, sites and halls: those that are written, and those that something stands at without
//! naming one.

use super::{ALL, Build, Thing, id};
use offtake_model::{
    AcceleratorId, Class, Curtailment, Draw, Grid, GridId, Hall, HallId, Outage, PartyKind, Site,
    SiteId, ZoneId,
};
use offtake_units::{Power, Span};
use std::collections::BTreeMap;

type Places = (BTreeMap<SiteId, Site>, BTreeMap<HallId, Hall>);

impl<'a> Build<'a> {
    /// Returns sites and halls; to be called when all that stands somewhere is built.
    pub(super) fn sites(&mut self) -> Places {
        let mut sites = BTreeMap::new();
        let mut halls = BTreeMap::new();
        for thing in self.things("hall") {
            let site: SiteId = thing.id_of("site").unwrap_or_else(|| id("unknown"));
            let thing = self.with_site(thing, &site);
            let hall = self.hall(&thing, site);
            halls.insert(id::<HallId>(&thing.id), hall);
        }
        let declared = self.things("site");
        let own = std::mem::take(&mut self.own_sites);
        for (site, of) in &own {
            let path = format!("site.{site}");
            let note = format!("made for `{of}`, which names no site");
            self.keep(path, &site.to_string(), offtake_model::Mark::Default, Some(note));
        }
        let implied = own.keys().map(|site| Thing::new("site", &site.to_string(), Vec::new()));
        for thing in declared.into_iter().chain(implied.collect::<Vec<_>>()) {
            let site_id: SiteId = id(&thing.id);
            let site = self.site(&thing);
            sites.insert(site_id.clone(), site);
            if halls.values().any(|hall: &Hall| hall.site == site_id) {
                self.find_power_of_a_site_with_halls(&thing);
                continue;
            }
            let hall_id: HallId = id(&thing.id);
            if halls.contains_key(&hall_id) {
                let problem = format!("the hall `{hall_id}` of another site has this site's name");
                let fix = "rename that hall, or give this site halls of its own".to_owned();
                self.find(&thing, "", "hall-of-another-site", problem, fix);
                continue;
            }
            let hall = self.hall(&thing, site_id);
            halls.insert(hall_id, hall);
        }
        (sites, halls)
    }

    fn with_site(&self, mut thing: Thing<'a>, site: &SiteId) -> Thing<'a> {
        let record = self.input.book.get("site", &site.to_string());
        // A hall inherits how cool its site runs, and nothing else: its power is its own.
        if let Some(record) = record.filter(|record| record.has("pue") && !thing.has("pue")) {
            thing.tables.push(record);
        }
        thing
    }

    fn find_power_of_a_site_with_halls(&mut self, thing: &Thing<'a>) {
        for key in ["critical_it", "firm", "curtailable", "backup"] {
            if thing.has(key) {
                let problem =
                    format!("`{key}` is written for the site, which has halls of its own");
                self.find(thing, key, "power-twice", problem, "move it to the halls".to_owned());
            }
        }
    }

    fn site(&mut self, thing: &Thing<'a>) -> Site {
        let grid: Option<GridId> = self.maybe::<String>(thing, "grid").map(|text| id(&text));
        self.grids.extend(grid.clone());
        let zone = thing.get::<String>("zone").unwrap_or_else(|| {
            self.keep_default(thing, "zone", "world");
            "world".to_owned()
        });
        let operator = self
            .maybe::<String>(thing, "operator")
            .map(|text| self.role(id(&text), PartyKind::Supplier));
        let class = self.class_of_site(thing);
        Site {
            name: self.name_of(thing),
            operator,
            zone: id::<ZoneId>(&zone),
            grid,
            grid_power: self.maybe(thing, "grid_power"),
            power_price: self.maybe(thing, "power_price"),
            place: self.maybe(thing, "place"),
            place_adder: self.or(thing, "place_adder", Span::ZERO),
            outage: self.outage(thing, &class),
            class,
            fabric: self.maybe(thing, "fabric"),
            storage: self.maybe(thing, "storage"),
            network: self.maybe(thing, "network"),
            draw: self.draws(thing),
            billed_power: by_accelerator(thing, ".billed_power").into_iter().collect(),
        }
    }

    /// Returns the class of a site that says its own, or the book's default.
    pub(super) fn class_of_site(&mut self, thing: &Thing<'a>) -> String {
        let default = self
            .defaults
            .and_then(|table| table.text("class"))
            .unwrap_or("miner-conversion")
            .to_owned();
        self.or(thing, "class", default)
    }

    pub(super) fn class(&self, name: &str) -> Option<&Class> {
        self.catalog.classes.get(name)
    }

    fn outage(&mut self, thing: &Thing<'a>, class: &str) -> Option<Outage> {
        let thing = &self.with_defaults(thing.clone());
        let is_written = thing.has_any("outage.");
        let word = thing.get::<String>("outage");
        if word.as_deref() == Some("none") {
            return None;
        }
        if self.is_certain && !is_written && word.is_none() {
            self.keep_default(thing, "outage", "none");
            return None;
        }
        let of_class = self.class(class).and_then(|class| class.outage);
        let fact = if of_class.is_some() { ("class", class) } else { ("outage", "default") };
        let law = of_class.unwrap_or(self.catalog.outage);
        Some(Outage {
            up: self.or_fact(thing, "outage.up", law.up, fact),
            down: self.or_fact(thing, "outage.down", law.down, fact),
            depth: self.or_fact(thing, "outage.depth", law.depth, fact),
        })
    }

    fn draws(&self, thing: &Thing<'a>) -> BTreeMap<AcceleratorId, Draw> {
        let both = by_accelerator(thing, ".draw");
        let training = by_accelerator(thing, ".draw.training");
        let serving = by_accelerator(thing, ".draw.serving");
        let mut ids: Vec<&AcceleratorId> =
            both.keys().chain(training.keys()).chain(serving.keys()).collect();
        ids.sort();
        ids.dedup();
        let mut draws = BTreeMap::new();
        for accelerator in ids {
            let Some(known) = self.catalog.accelerators.get(accelerator).map(|a| a.draw) else {
                continue;
            };
            let one = |of: &BTreeMap<AcceleratorId, Power>, known: Power| {
                of.get(accelerator).or(both.get(accelerator)).copied().unwrap_or(known)
            };
            let draw = Draw {
                training: one(&training, known.training),
                serving: one(&serving, known.serving),
            };
            draws.insert(accelerator.clone(), draw);
        }
        draws
    }

    /// Reads the power of a hall, or of a site that is one hall.
    fn hall(&mut self, thing: &Thing<'a>, site: SiteId) -> Hall {
        let curtailable = self.or(thing, "curtailable", Power::ZERO);
        let written: Option<Power> = thing.get("critical_it");
        let firm: Option<Power> = thing.get("firm");
        let critical_it = written.or_else(|| firm.map(|firm| firm + curtailable));
        if critical_it.is_none() {
            self.keep_default(thing, "critical_it", "not limited");
        } else if written.is_none() {
            let text = critical_it.map_or(String::new(), |power| power.to_string());
            self.keep(
                thing.path("critical_it"),
                &text,
                offtake_model::Mark::Derived,
                Some("firm + curtailable".to_owned()),
            );
        }
        if let (Some(all), Some(firm)) = (written, firm)
            && all != firm + curtailable
        {
            let problem = format!(
                "`critical_it` is {all}, and `firm` and `curtailable` are {} together",
                firm + curtailable
            );
            self.find(
                thing,
                "critical_it",
                "power-does-not-add-up",
                problem,
                "leave one of the three out".to_owned(),
            );
        }
        if thing.kind.name == "site" && thing.tables.is_empty() {
            self.keep_default(thing, "grid_power", "not limited");
        }
        Hall {
            site,
            grid_power: self.maybe(thing, "grid_power"),
            critical_it,
            curtailable,
            backup: self.or(thing, "backup", Power::ZERO),
            pue: self.or(thing, "pue", 1.2),
        }
    }

    /// Returns the grids that are written and those that only a site names.
    pub(super) fn all_grids(&mut self) -> BTreeMap<GridId, Grid> {
        let mut grids = BTreeMap::new();
        let mut things = self.things("grid");
        let named = std::mem::take(&mut self.grids);
        let is_new = |id: &&GridId| self.input.book.get("grid", &id.to_string()).is_none();
        things.extend(
            named.iter().filter(is_new).map(|id| Thing::new("grid", &id.to_string(), Vec::new())),
        );
        for thing in things {
            let grid = Grid { name: self.name_of(&thing), curtailment: self.curtailment(&thing) };
            grids.insert(id::<GridId>(&thing.id), grid);
        }
        grids
    }

    fn curtailment(&mut self, thing: &Thing<'a>) -> Option<Curtailment> {
        let word = thing.get::<String>("curtailment");
        if word.as_deref() == Some("none") {
            return None;
        }
        let is_written = thing.has_any("curtailment.");
        let of_grid = self.catalog.curtailment.get(&thing.id).map(|law| (*law, thing.id.clone()));
        let law = of_grid
            .or_else(|| Some((*self.catalog.curtailment.get("default")?, "default".to_owned())));
        if !is_written && (law.is_none() || (self.is_certain && word.is_none())) {
            self.keep_default(thing, "curtailment", "none");
            return None;
        }
        let nothing = Curtailment {
            events: offtake_units::Rate::new(0.0, offtake_units::RateBasis::Year),
            duration: Span::from_hours(4),
            depth: ALL,
        };
        let (law, of) = law.unwrap_or((nothing, "default".to_owned()));
        let fact = ("curtailment", of.as_str());
        Some(Curtailment {
            events: self.or_fact(thing, "curtailment.events", law.events, fact),
            duration: self.or_fact(thing, "curtailment.duration", law.duration, fact),
            depth: self.or_fact(thing, "curtailment.depth", law.depth, fact),
        })
    }
}

/// Returns the values of keys such as `accelerator.gb300-nvl72.draw`, by accelerator.
fn by_accelerator(thing: &Thing<'_>, ending: &str) -> BTreeMap<AcceleratorId, Power> {
    let mut found = BTreeMap::new();
    for table in &thing.tables {
        for key in table.values.keys() {
            let middle =
                key.strip_prefix("accelerator.").and_then(|rest| rest.strip_suffix(ending));
            let power = middle.and_then(|middle| Some((id(middle), thing.get::<Power>(key)?)));
            found.extend(power);
        }
    }
    found
}
