//! Decide by: the last day on which signing still closes a gap.
//!
//! A gap is a quarter of the headline horizon and a place (the zones that some firm work may run in)
//! in which some month is at risk. It is as large as the GPUs that would bring the month's chance of
//! shortfall down to what its standard allows. The day is the first of the first such month, less the
//! lead time (of each open offer that may serve the place, or of a class of site), less the slip that
//! such deliveries stay within in 80 of 100 cases.

use crate::estimate::Sorted;
use crate::headline::DEFAULT_MONTH_RISK;
use crate::record::{Family, Record};
use crate::results::Samples;
use crate::system::{PlaceSpec, System};
use jiff::civil::Date;
use offtake_futures::slip_quantile;
use offtake_model::{Book, Offer, SlipLaw};
use offtake_units::Span;

/// Chance with which signing by the day closes the gap.
const CHANCE: f64 = 0.8;

/// A gap and the last day to close it.
#[derive(Clone, Debug, PartialEq)]
pub struct DecideBy {
    /// What is short, in words: `2026-Q3 in EU`.
    pub gap: String,
    /// The quarter, as `2026-Q3`.
    pub quarter: String,
    /// The zones in which capacity would serve the work; `anywhere` for all.
    pub zone: String,
    /// Reference GPUs that are missing, at the chance of shortfall that the standard allows.
    pub gpus: f64,
    /// The first month at risk, as `2026-07`.
    pub month: String,
    /// The last day to sign; `None` when nothing in the book or catalog could close it.
    pub date: Option<Date>,
    /// What to sign, and what its day is made of.
    pub how: String,
    /// Whether the day lies before the day whose knowledge the book holds.
    pub is_past: bool,
}

/// Something that could be signed: how long it takes, and what it is called.
struct Way {
    lead: Span,
    slip_days: f64,
    open_until: Option<Date>,
    name: String,
}

/// Returns the gaps of the headline horizon in order of time and place, with their days.
#[must_use]
pub fn decide_by(book: &Book, system: &System, records: &[Record]) -> Vec<DecideBy> {
    let none = Record::default();
    let samples = Samples::new(system, records, &none);
    let months = &system.axis.months()[..samples.layout.headline];
    let mut found = Vec::new();
    let mut at = 0;
    while at < months.len() {
        let quarter = months[at].quarter_text();
        let length =
            months[at..].iter().take_while(|month| month.quarter_text() == quarter).count();
        for (place, spec) in system.places.iter().enumerate() {
            let limit = limit(system, spec);
            let is_at_risk = |month: &usize| risk(&samples, place, *month) > limit;
            let Some(first) = (at..at + length).find(is_at_risk) else { continue };
            let deepest = |i: usize| {
                (at..at + length)
                    .map(|month| samples.number(i, Family::DeepestAt, place, month))
                    .fold(0.0, f64::max)
            };
            let gpus = Sorted::new(&samples.weights, deepest).quantile(1.0 - limit);
            let need = system.axis.date_of(months[first].start as i64);
            found.push(gap(book, spec, (&quarter, &months[first].text()), need, gpus));
        }
        at += length;
    }
    found
}

/// Returns the chance of a shortfall of a place's work in a month.
fn risk(samples: &Samples<'_>, place: usize, month: usize) -> f64 {
    let tolerance = f64::from(samples.system.tolerance);
    let is_short =
        |i: usize| f64::from(samples.number(i, Family::DeepestAt, place, month) > tolerance);
    samples.weights.mean(is_short).mean
}

/// Returns the least chance of shortfall in a month that a standard of the place's work allows.
fn limit(system: &System, place: &PlaceSpec) -> f64 {
    let standards = place.blocks.iter().flat_map(|&block| &system.blocks[block].standards);
    let limits = standards.filter_map(|&standard| system.standards[standard].month_risk);
    let least = limits.fold(f64::MAX, f64::min);
    if least == f64::MAX { DEFAULT_MONTH_RISK } else { least }
}

fn gap(
    book: &Book,
    place: &PlaceSpec,
    (quarter, month): (&str, &str),
    need: Date,
    gpus: f64,
) -> DecideBy {
    let best = ways(book, place)
        .into_iter()
        .filter_map(|way| Some((last_day(need, &way)?, way)))
        .max_by(|(a, x), (b, y)| a.cmp(b).then_with(|| y.name.cmp(&x.name)));
    let how = |way: &Way| {
        format!(
            "{}: {} from signing to service, and {:.0} d of slip that {:.0} % of such deliveries stay within",
            way.name,
            way.lead,
            way.slip_days,
            CHANCE * 100.0
        )
    };
    DecideBy {
        gap: format!("{quarter} {}{}", if place.zones.is_empty() { "" } else { "in " }, place.name),
        quarter: quarter.to_owned(),
        zone: place.name.clone(),
        gpus,
        month: month.to_owned(),
        is_past: best.as_ref().is_some_and(|(date, _)| *date < book.as_of),
        how: best.as_ref().map_or_else(
            || "nothing that the book or the catalog knows".to_owned(),
            |(_, way)| how(way),
        ),
        date: best.map(|(date, _)| date),
    }
}

/// Returns what could be signed for a place: its open offers, and each class of site.
fn ways(book: &Book, place: &PlaceSpec) -> Vec<Way> {
    let mut ways: Vec<Way> =
        book.offers.values().filter_map(|offer| offer_way(book, place, offer)).collect();
    for (name, class) in &book.catalog.classes {
        let law = with_class(&book.catalog.slip, class.slip_multiplier);
        if let Some(slip_days) = slip_quantile(&law, CHANCE) {
            let name = format!("a new contract, {name}");
            ways.push(Way { lead: class.lead_time, slip_days, open_until: None, name });
        }
    }
    ways
}

fn offer_way(book: &Book, place: &PlaceSpec, offer: &Offer) -> Option<Way> {
    let site = book.sites.get(&offer.site)?;
    let is_in = place.zones.is_empty()
        || place.zones.iter().any(|zone| book.catalog.lies_in(&site.zone, zone));
    let is_open = offer.open_until.is_none_or(|until| until >= book.as_of);
    let slip_days = offer_slip_days(book, offer, CHANCE)?;
    let name = format!("offer {}", offer.id);
    (is_in && is_open).then_some(Way {
        lead: offer.lead_time,
        slip_days,
        open_until: offer.open_until,
        name,
    })
}

/// Returns the days of slip that deliveries like an offer's stay within with a chance.
pub(crate) fn offer_slip_days(book: &Book, offer: &Offer, chance: f64) -> Option<f64> {
    let class = book.sites.get(&offer.site).and_then(|site| book.catalog.classes.get(&site.class));
    let multiplier = class.map_or(1.0, |class| class.slip_multiplier);
    slip_quantile(&with_class(&book.catalog.slip, multiplier), chance)
}

fn with_class(law: &SlipLaw, multiplier: f64) -> SlipLaw {
    let months = law.median.days() * multiplier;
    SlipLaw { median: Span::from_hours(libm::round(months * 24.0) as i64), ..*law }
}

/// Returns the last day on which `way` may be signed to be there on `need`.
fn last_day(need: Date, way: &Way) -> Option<Date> {
    let lead = way.lead.calendar();
    let slip = jiff::Span::new().days(libm::ceil(way.slip_days) as i64);
    let day = need.checked_sub(lead).and_then(|day| day.checked_sub(slip)).ok()?;
    Some(way.open_until.map_or(day, |until| day.min(until)))
}
