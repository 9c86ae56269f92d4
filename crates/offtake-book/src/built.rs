//! What a seller could build: a recipe on megawatts that it has, ordered on some day, as the fleet that it becomes.
//!
//! Written, and not made, as what is signed is: so that slip and breakdowns are those of any fleet of the book. The hall
//! says nothing of its megawatts, since several such days share them; who decides holds them against the stock.

use crate::signed::{PUE, is_one_hall, rack_of, racks_in, ready};
use jiff::civil::Date;
use offtake_model::{AcceleratorId, Book, SiteId};
use offtake_units::Span;

/// A recipe on a stock of power, ordered on some day.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// Its name: stock, recipe and month in service, as `childress-rest/liquid-hall@2026-11`.
    pub name: String,
    /// Id of the power.
    pub power: String,
    /// Id of the recipe.
    pub build: String,
    /// Where.
    pub site: SiteId,
    /// What.
    pub accelerator: AcceleratorId,
    /// Id of the fleet that it becomes.
    pub fleet: String,
    /// The hall that it stands in: one of its own, by the fleet's id; `None` where the whole site is one hall that something
    /// stands in already.
    pub own_hall: Option<String>,
    /// The last day of ordering for that day in service.
    pub ordered: Date,
    /// Day in service, as promised.
    pub promised: Date,
    /// GPUs of a rack.
    pub rack: i64,
    /// Racks that the megawatts hold.
    pub racks: i64,
    /// Megawatts of critical IT load that a rack is given.
    pub critical_mw: f64,
    /// Gross megawatts of a rack.
    pub gross_mw: f64,
    /// Money for the hall of a rack, in the book's currency.
    pub hall: f64,
    /// Money for a rack.
    pub hardware: f64,
}

impl Building {
    /// Returns the tables of so many racks of it.
    #[must_use]
    pub fn toml(&self, racks: i64) -> String {
        let (hall, inside) = match &self.own_hall {
            None => (String::new(), String::new()),
            Some(hall) => (
                format!(
                    "[hall.{hall}]\nsite                 = \"{}\"\npue                  = {PUE}\n",
                    self.site
                ),
                format!("hall                 = \"{hall}\"\n"),
            ),
        };
        format!(
            "{hall}[fleet.{id}]\nname                 = \"{name}\"\nsite                 = \"{site}\"\n{inside}\
             accelerator          = \"{accelerator}\"\ngpus                 = {gpus}\npromised             = {promised}\n",
            id = self.fleet,
            name = self.name,
            site = self.site,
            accelerator = self.accelerator,
            gpus = racks * self.rack,
            promised = self.promised,
        )
    }
}

/// Returns every recipe on every power of the book, ordered today and up to `most` times in all, `every` so often, as far
/// as it would be in service within the horizon.
#[must_use]
pub fn buildings(book: &Book, (every, most): (Span, usize)) -> Vec<Building> {
    let recipes = book.powers.iter().flat_map(|(power, stock)| {
        stock.builds.iter().map(move |build| (power.as_str(), build.as_str()))
    });
    recipes.flat_map(|of| of_recipe(book, of, (every, most))).collect()
}

fn of_recipe(book: &Book, of: (&str, &str), (every, most): (Span, usize)) -> Vec<Building> {
    let mut found: Vec<Building> = Vec::new();
    let mut day = book.as_of;
    for _ in 0..most {
        let Some(one) = building(book, of, day).filter(|one| one.promised < book.until) else {
            break;
        };
        let month = |date: Date| (date.year(), date.month());
        // Power that comes late comes no later for an order that is placed a little later.
        if found.last().is_none_or(|last| month(last.promised) < month(one.promised)) {
            found.push(one);
        }
        let Ok(next) = day.checked_add(every.calendar()) else { break };
        day = next;
    }
    found
}

fn building(book: &Book, (power_id, build_id): (&str, &str), day: Date) -> Option<Building> {
    let (power, build) = (book.powers.get(power_id)?, book.builds.get(build_id)?);
    let (rack, each) = rack_of(book, power, build)?;
    let promised = ready(power, build, day);
    let critical_mw = rack as f64 * each;
    let gross_mw = critical_mw * PUE;
    let racks = racks_in(power.grid_power.megawatts(), critical_mw);
    let ordered = promised.checked_sub(build.takes.calendar()).unwrap_or(day).max(day);
    let fleet = format!("{power_id}--{build_id}--{:04}-{:02}", promised.year(), promised.month());
    let money = |price: offtake_units::Price| book.in_currency(price.money());
    (racks > 0).then(|| Building {
        name: format!("{power_id}/{build_id}@{:04}-{:02}", promised.year(), promised.month()),
        power: power_id.to_owned(),
        build: build_id.to_owned(),
        site: power.site.clone(),
        accelerator: build.accelerator.clone(),
        own_hall: (!is_one_hall(book, &power.site)).then(|| fleet.clone()),
        fleet,
        ordered,
        promised,
        rack,
        racks,
        critical_mw,
        gross_mw,
        hall: build.capex_hall.map_or(0.0, |price| money(price) * critical_mw),
        hardware: build.capex_rack.map_or(0.0, |price| book.in_currency(price)),
    })
}
