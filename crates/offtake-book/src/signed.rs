//! An offer, or a tenant's request, as the contract that signing it makes, written as its table in a book.
//!
//! Written, and not made: so clauses, slip and all that an offer does not say get the same defaults as
//! any contract, and what was looked at can be pasted into the book.

use jiff::civil::Date;
use offtake_model::{AcceleratorId, Book, Build as Recipe, Offer, Opportunity, PowerStock, SiteId};
use offtake_units::Price;
use std::fmt::Write;

/// Returns the table of the contract `id` that signing `blocks` of `offer` makes, to be in service on
/// `promised`.
#[must_use]
pub fn signed(book: &Book, offer: &Offer, id: &str, blocks: i64, promised: Date) -> String {
    let gpus = offer.block.count() * blocks.clamp(1, offer.blocks.max(1));
    let mut text = format!("[contract.{id}]\n");
    let mut line = |key: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key:<20} = {value}");
    };
    line("name", format!("\"offer {}, signed\"", offer.id));
    line("seller", format!("\"{}\"", offer.seller));
    line("buyer", format!("\"{}\"", book.owner));
    line("signed", book.as_of.to_string());
    line("site", format!("\"{}\"", offer.site));
    line("accelerator", format!("\"{}\"", offer.accelerator));
    line("gpus", gpus.to_string());
    line("promised", promised.to_string());
    line("price.per_gpu_hour", format!("\"{}\"", offer.price));
    line("term", format!("\"{}\"", offer.term));
    line("take_or_pay.share", format!("\"{}\"", offer.take_or_pay));
    if offer.prepayment.part() > 0.0 {
        line("prepayment.share", format!("\"{}\"", offer.prepayment));
    }
    text
}

/// Returns the day on which an offer that is signed on `day` could be in service: its lead time later, and
/// not before it starts; `None` when that is after the last day on which it may start.
#[must_use]
pub fn in_service(offer: &Offer, day: Date) -> Option<Date> {
    let date = day.checked_add(offer.lead_time.calendar()).ok()?.max(offer.start_from);
    (date <= offer.start_until).then_some(date)
}

/// A tenant's request as the contract that accepting it makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The tables of the contract and of the hall that is built for it.
    pub toml: String,
    /// GPUs, in whole racks.
    pub gpus: i64,
    /// Day in service: when the power is there and what is built on it is built.
    pub promised: Date,
    /// Where, by id.
    pub site: SiteId,
    /// What.
    pub accelerator: AcceleratorId,
    /// Money for a GPU-hour.
    pub price: Price,
    /// Money for hall and racks, in the currency's unit.
    pub capital: f64,
}

impl Request {
    /// Returns the tables with so many GPUs accepted; the hall stays what all of them need.
    #[must_use]
    pub fn of_gpus(&self, gpus: i64) -> String {
        self.toml.replacen(&gpus_line(self.gpus), &gpus_line(gpus), 1)
    }
}

fn gpus_line(gpus: i64) -> String {
    format!("gpus                 = {gpus}\n")
}

/// What a hall's grid power is over its critical IT load, where nobody says.
pub(crate) const PUE: f64 = 1.2;

/// Returns what accepting the opportunity `id` makes, as the contract `contract`, or what the book lacks for it.
///
/// # Errors
///
/// What to add to the book, in words.
pub fn requested(book: &Book, id: &str, contract: &str, day: Date) -> Result<Request, String> {
    let wanted =
        book.opportunities.get(id).ok_or_else(|| format!("there is no opportunity `{id}`"))?;
    let (power_id, _) = power_of(book, id, wanted)?;
    requested_from(book, (id, power_id), contract, day)
}

/// Returns the same, served from the power of that id.
///
/// # Errors
///
/// What to add to the book, in words.
pub fn requested_from(
    book: &Book,
    (id, power_id): (&str, &str),
    contract: &str,
    day: Date,
) -> Result<Request, String> {
    let wanted =
        book.opportunities.get(id).ok_or_else(|| format!("there is no opportunity `{id}`"))?;
    let power =
        book.powers.get(power_id).ok_or_else(|| format!("there is no power `{power_id}`"))?;
    let build_id = wanted.build.as_ref().or(power.builds.first());
    let build = build_id.and_then(|id| book.builds.get(id)).ok_or_else(|| {
        format!("nothing can be built on `power.{power_id}`: add `builds = [\"…\"]` to it, or `build` to the opportunity")
    })?;
    let size = sized(book, wanted, power, build).ok_or_else(|| {
        format!("`opportunity.{id}` says neither `power` nor `gpus`, or less than a rack: add one")
    })?;
    let price = wanted.price.or_else(|| last_price(book, &build.accelerator)).ok_or_else(|| {
        format!("no price is known: add `price.per_gpu_hour` to `opportunity.{id}`")
    })?;
    let promised = ready(power, build, day);
    let hall = build.capex_hall.map_or(0.0, |price| price.money().units() * size.critical_mw);
    let racks = build.capex_rack.map_or(0.0, |money| money.units() * size.racks as f64);
    let (grid, critical) = (size.critical_mw * PUE, size.critical_mw);
    let own = format!(
        "[hall.{contract}]\nsite                 = \"{}\"\ngrid_power           = \"{grid:.3} MW\"\ncritical_it          = \"{critical:.3} MW\"\npue                  = {PUE}\n",
        power.site
    );
    let (own, inside) = match is_one_hall(book, &power.site) {
        true => (String::new(), String::new()),
        false => (own, format!("hall                 = \"{contract}\"\n")),
    };
    let toml = format!(
        "{own}[contract.{contract}]\nname                 = \"request {id}, accepted\"\nseller               = \"{owner}\"\nbuyer                = \"{buyer}\"\nsigned               = {signed}\n\
         site                 = \"{site}\"\n{inside}accelerator          = \"{accelerator}\"\n{gpus}promised             = {promised}\n\
         price.per_gpu_hour   = \"{price}\"\nterm                 = \"{term}\"\n",
        // Whoever signs later is told of today, since a book knows nothing of later days.
        signed = day.min(book.as_of),
        site = power.site,
        owner = book.owner,
        buyer = wanted.party,
        accelerator = build.accelerator,
        gpus = gpus_line(size.gpus),
        term = wanted.term,
    );
    Ok(Request {
        toml,
        gpus: size.gpus,
        promised,
        site: power.site.clone(),
        accelerator: build.accelerator.clone(),
        price,
        capital: hall + racks,
    })
}

/// Says whether a site is one hall, of its own name, that something stands in: another hall beside it would leave open
/// which is meant.
pub(crate) fn is_one_hall(book: &Book, site: &SiteId) -> bool {
    let halls = book.halls.iter().filter(|(_, hall)| hall.site == *site);
    let mut names = halls.map(|(id, _)| id.to_string());
    let is_alone =
        names.next().is_some_and(|name| name == site.to_string()) && names.next().is_none();
    let mut tranches = book.contracts.values().flat_map(|contract| &contract.tranches);
    is_alone && tranches.any(|tranche| tranche.site == *site)
}

/// Returns the day in service of what is ordered on `day`: built, and not before the power is there.
pub(crate) fn ready(power: &PowerStock, build: &Recipe, day: Date) -> Date {
    let built = day.checked_add(build.takes.calendar()).unwrap_or(Date::MAX);
    power.from.map_or(built, |from| built.max(from))
}

/// Returns the ids of the powers that a request can be served from: the one it names, or all that are large enough.
#[must_use]
pub fn powers_for<'a>(book: &'a Book, wanted: &Opportunity) -> Vec<&'a str> {
    let is_enough = |stock: &PowerStock| wanted.power.is_none_or(|power| stock.grid_power >= power);
    let of = book.powers.iter().filter(|(id, stock)| match &wanted.on {
        Some(on) => *id == on,
        None => is_enough(stock),
    });
    of.map(|(id, _)| id.as_str()).collect()
}

/// Returns the power that a request is served from: the one it names, or the first that is large enough.
fn power_of<'a>(
    book: &'a Book,
    id: &str,
    wanted: &Opportunity,
) -> Result<(&'a str, &'a PowerStock), String> {
    let first = powers_for(book, wanted).first().copied();
    first.and_then(|first| Some((first, book.powers.get(first)?))).ok_or_else(|| {
        format!("no `[power.…]` of the book is large enough for `opportunity.{id}`: add one, or say `on`")
    })
}

struct Size {
    gpus: i64,
    racks: i64,
    critical_mw: f64,
}

/// Returns the racks that fit the power that is wanted, or hold the GPUs.
fn sized(book: &Book, wanted: &Opportunity, power: &PowerStock, build: &Recipe) -> Option<Size> {
    let (rack, megawatts) = rack_of(book, power, build)?;
    let racks = match (wanted.gpus, wanted.power) {
        (Some(gpus), _) => (gpus.count() + rack - 1) / rack,
        (None, Some(power)) => racks_in(power.megawatts(), megawatts * rack as f64),
        (None, None) => 0,
    };
    let gpus = racks * rack;
    (racks > 0).then_some(Size { gpus, racks, critical_mw: gpus as f64 * megawatts })
}

/// Returns the whole racks of so many megawatts of critical IT load that megawatts of grid power hold.
pub(crate) fn racks_in(grid_mw: f64, rack_mw: f64) -> i64 {
    // A nudge of a billionth keeps a whole number of racks from being one fewer.
    (grid_mw / PUE / rack_mw + 1e-9) as i64
}

/// Returns the GPUs of a rack, and the megawatts of critical IT load that are set apart for one GPU.
pub(crate) fn rack_of(book: &Book, power: &PowerStock, build: &Recipe) -> Option<(i64, f64)> {
    let accelerator = book.catalog.accelerators.get(&build.accelerator)?;
    let site = book.sites.get(&power.site)?;
    let billed = site.billed_power.get(&build.accelerator).copied().or(accelerator.billed_power);
    let megawatts = billed.unwrap_or(accelerator.draw.training).megawatts();
    Some((i64::from(accelerator.rack_gpus.max(1)), megawatts))
}

/// Returns the price of the owner's latest sale of the type.
fn last_price(book: &Book, accelerator: &AcceleratorId) -> Option<Price> {
    let of_type = |contract: &&offtake_model::Contract| {
        book.side(contract) == offtake_model::Side::Sold
            && contract.tranches.iter().any(|tranche| tranche.accelerator == *accelerator)
    };
    let sold = book.contracts.values().filter(of_type);
    sold.max_by_key(|contract| contract.signed).and_then(|contract| contract.price)
}
