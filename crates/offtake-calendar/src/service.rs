//! When each tranche is to be expected in service: exact from the slip law where one milestone slips, by
//! samples where several do or where one tranche waits for another.
//!
//! In service = max(predecessor in service, milestones) + acceptance. With one slipping milestone X and
//! the rest certain, P(max(c, X) ≤ t) = P(X ≤ t) for t ≥ c, so a quantile of the maximum is the maximum
//! of c and the quantile of X. What is known to be late already is conditioned on.

use jiff::civil::Date;
use offtake_futures::{Cause, Causes, Future, Sampler, slip_cdf, slip_quantile};
use offtake_model::{Axis, Book, Contract, Milestone, SlipLaw, Tranche, TrancheId};
use offtake_position::pools;
use std::collections::BTreeMap;

/// How the days were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It is in service, or its day is certain.
    Certain,
    /// From the slip law itself.
    Exact,
    /// From samples, since several things must come together.
    Samples,
}

/// The distribution of the day in service of one tranche.
#[derive(Clone, Debug)]
pub struct Service {
    axis: Axis,
    law: Law,
}

#[derive(Clone, Debug)]
enum Law {
    At(i64),
    Slips(Slips),
    /// Hours of the samples that came at all, in order; and how many samples there were.
    Drawn(Vec<i64>, u64),
}

/// One milestone that slips.
#[derive(Clone, Copy, Debug)]
struct Slips {
    promised: i64,
    law: SlipLaw,
    /// Probability of a slip that is already known to be exceeded.
    floor: f64,
    known_late: f64,
    /// Hour before which it is not ready, whatever the milestone does.
    least: i64,
    acceptance: i64,
}

/// The services of all tranches of the owner's contracts.
#[derive(Clone, Debug)]
pub struct Services(BTreeMap<TrancheId, Service>);

impl Services {
    /// Finds the services of `book`; `samples` are drawn with `seed` if any tranche needs them.
    #[must_use]
    pub fn new(book: &Book, samples: u64, seed: u64) -> Services {
        let axis = Axis::new(book.from, book.until);
        let mut known: BTreeMap<TrancheId, Law> = BTreeMap::new();
        let all = || book.contracts.values().flat_map(|c| c.tranches.iter().map(move |t| (c, t)));
        for (contract, tranche) in all() {
            if let Some(law) = exact(book, &axis, contract, tranche, 0) {
                known.insert(tranche.id.clone(), law);
            }
        }
        if all().any(|(_, tranche)| !known.contains_key(&tranche.id)) {
            for (id, law) in drawn(book, &axis, samples, seed) {
                known.entry(id).or_insert(law);
            }
        }
        let service = |(id, law)| (id, Service { axis: axis.clone(), law });
        Services(known.into_iter().map(service).collect())
    }

    /// Returns the service of a tranche; `None` for a tranche between others.
    #[must_use]
    pub fn of(&self, tranche: &TrancheId) -> Option<&Service> {
        self.0.get(tranche)
    }
}

impl Service {
    /// Returns how the days were found.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        match self.law {
            Law::At(_) => Basis::Certain,
            Law::Slips(_) => Basis::Exact,
            Law::Drawn(..) => Basis::Samples,
        }
    }

    /// Returns the day by which the tranche is in service with probability `p`, or `None` when it comes
    /// by no day in so many futures.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Date> {
        let hour = match &self.law {
            Law::At(hour) => *hour,
            Law::Slips(slips) => slips.quantile(p)?,
            Law::Drawn(hours, samples) => {
                // The least day that a share `p` of the samples does not exceed.
                let rank = libm::ceil(p * *samples as f64).max(1.0) as usize;
                *hours.get(rank - 1)?
            }
        };
        Some(self.axis.date_of(hour))
    }

    /// Returns the probability that the tranche is not yet in service at 00:00 UTC of `date`.
    #[must_use]
    pub fn chance_late(&self, date: Date) -> f64 {
        let limit = self.axis.hour_of(date);
        match &self.law {
            Law::At(hour) => f64::from(u8::from(*hour > limit)),
            Law::Slips(slips) => slips.chance_after(limit),
            Law::Drawn(hours, samples) => {
                let in_time = hours.partition_point(|hour| *hour <= limit);
                1.0 - in_time as f64 / (*samples).max(1) as f64
            }
        }
    }

    /// Returns the probability that it never comes.
    #[must_use]
    pub fn never(&self) -> f64 {
        match &self.law {
            Law::At(_) => 0.0,
            Law::Slips(slips) => slips.law.never.part() / (1.0 - slips.floor).max(1e-12),
            Law::Drawn(hours, samples) => 1.0 - hours.len() as f64 / (*samples).max(1) as f64,
        }
    }
}

impl Slips {
    fn quantile(&self, p: f64) -> Option<i64> {
        let slip = slip_quantile(&self.law, self.floor + (1.0 - self.floor) * p)?;
        let slipped = self.promised + libm::round(slip.max(self.known_late) * 24.0) as i64;
        Some(slipped.max(self.least) + self.acceptance)
    }

    /// Returns the probability of an hour in service after `limit`.
    fn chance_after(&self, limit: i64) -> f64 {
        let ready = limit - self.acceptance;
        if self.least > ready {
            return 1.0;
        }
        // Slips are rounded to the hour.
        let days = ((ready - self.promised) as f64 + 0.5) / 24.0;
        let below = (slip_cdf(&self.law, days) - self.floor) / (1.0 - self.floor).max(1e-12);
        1.0 - below.clamp(0.0, 1.0)
    }
}

/// Returns the law of a tranche whose day is certain or hangs on one slipping milestone.
fn exact(
    book: &Book,
    axis: &Axis,
    contract: &Contract,
    tranche: &Tranche,
    depth: usize,
) -> Option<Law> {
    if let Some(day) = tranche.delivered {
        return Some(Law::At(axis.hour_of(day)));
    }
    let mut least = i64::MIN;
    if let Some(id) = &tranche.after {
        let before = contract.tranches.iter().find(|other| other.id == *id);
        // A chain is no longer than its contract; a circle of waiting is a finding of the book.
        let before = before.filter(|_| depth < contract.tranches.len())?;
        let Some(Law::At(hour)) = exact(book, axis, contract, before, depth + 1) else {
            return None;
        };
        least = hour;
    }
    let acceptance = libm::round(tranche.acceptance.hours()) as i64;
    let milestones = [tranche.power, tranche.hall_ready, tranche.accelerators];
    let mut slipping: Option<(&Milestone, SlipLaw)> = None;
    for milestone in &milestones {
        match (milestone.reached, milestone.slip) {
            (Some(day), _) => least = least.max(axis.hour_of(day)),
            (None, None) => least = least.max(axis.hour_of(milestone.promised)),
            (None, Some(_)) if slipping.is_some() => return None,
            (None, Some(law)) => slipping = Some((milestone, law)),
        }
    }
    let Some((milestone, law)) = slipping else { return Some(Law::At(least + acceptance)) };
    let promised = axis.hour_of(milestone.promised);
    let known_late = (axis.hour_of(book.as_of) - promised) as f64 / 24.0;
    let floor = if known_late > 0.0 { slip_cdf(&law, known_late) } else { 0.0 };
    Some(Law::Slips(Slips {
        promised,
        law,
        floor,
        known_late: known_late.max(0.0),
        least,
        acceptance,
    }))
}

/// Draws the days in service of all pools, with slip alone switched on.
fn drawn(book: &Book, axis: &Axis, samples: u64, seed: u64) -> Vec<(TrancheId, Law)> {
    let pools = pools(book, axis);
    let sampler = Sampler::new(book, axis, &pools, seed);
    let mut hours: Vec<Vec<i64>> = vec![Vec::new(); pools.len()];
    let mut future = Future::default();
    for sample in 0..samples {
        sampler.draw(sample, Causes::NONE.with(Cause::Slip), &mut future);
        for (life, hours) in future.lives.iter().zip(&mut hours) {
            hours.extend(life.start);
        }
    }
    let law = |mut hours: Vec<i64>| {
        hours.sort_unstable();
        Law::Drawn(hours, samples)
    };
    pools.into_iter().zip(hours).map(|(pool, hours)| (pool.tranche, law(hours))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use offtake_book::read_book_bytes;

    fn book(as_of: &str, more: &str) -> Book {
        let text = format!(
            "format = 1\nas_of = {as_of}\nfrom = 2026-01-01\nuntil = 2030-01-01\n\
             [contract.acme]\naccelerator = \"hgx-h100\"\nacceptance = \"10 d\"\n{more}\
             [tranche.acme.one]\ngpus = 8\npromised = 2026-03-01\n\
             [tranche.acme.two]\ngpus = 8\npromised = 2026-04-01\nafter = \"one\"\n"
        );
        read_book_bytes("book.toml", text.as_bytes()).book.unwrap()
    }

    fn tranche(name: &str) -> TrancheId {
        use offtake_model::Id;
        let contract = offtake_model::ContractId::new("acme").unwrap();
        TrancheId { contract, name: name.to_owned() }
    }

    #[test]
    fn what_is_exact_and_what_is_drawn_agree_within_the_error_of_samples() {
        // Known to be late by a month and a half at the second of the two days.
        for as_of in ["2026-01-01", "2026-04-15"] {
            let book = book(as_of, "");
            let axis = Axis::new(book.from, book.until);
            let samples = 20_000;
            let exact = Services::new(&book, 1, 1);
            let exact = exact.of(&tranche("one")).unwrap();
            assert_eq!(exact.basis(), Basis::Exact);
            let drawn = drawn(&book, &axis, samples, 1);
            let law = drawn.into_iter().find(|(id, _)| *id == tranche("one")).unwrap().1;
            let drawn = Service { axis, law };
            for day in [date(2026, 5, 1), date(2026, 7, 15), date(2027, 1, 1), date(2028, 1, 1)] {
                let (a, b) = (exact.chance_late(day), drawn.chance_late(day));
                let error = (a * (1.0 - a) / samples as f64).sqrt().max(1e-4);
                assert!((a - b).abs() < 4.0 * error, "{as_of} {day}: {a} and {b}");
            }
            assert!((exact.never() - drawn.never()).abs() < 0.01);
        }
    }

    #[test]
    fn a_quantile_and_the_chance_of_being_later_fit_together() {
        let services = Services::new(&book("2026-01-01", ""), 4_000, 1);
        for name in ["one", "two"] {
            let service = services.of(&tranche(name)).unwrap();
            for p in [0.1, 0.5, 0.9] {
                let Some(day) = service.quantile(p) else { continue };
                // In service on `day`, at 00:00 at the earliest: not late at its end, and late a day before.
                let (before, next) = (day.yesterday().unwrap(), day.tomorrow().unwrap());
                assert!(service.chance_late(next) <= 1.0 - p + 1e-9, "{name} {p}");
                assert!(service.chance_late(before) >= 1.0 - p - 1e-9, "{name} {p}");
            }
        }
        assert_eq!(services.of(&tranche("two")).unwrap().basis(), Basis::Samples);
    }

    #[test]
    fn without_slip_every_day_is_certain_and_a_chain_adds_its_acceptance() {
        let services = Services::new(&book("2026-01-01", "slip = \"none\"\n"), 1, 1);
        let (one, two) = (services.of(&tranche("one")), services.of(&tranche("two")));
        assert_eq!(one.unwrap().quantile(0.9), Some(date(2026, 3, 1)));
        assert_eq!(two.unwrap().quantile(0.1), Some(date(2026, 4, 1)));
        assert_eq!(two.unwrap().basis(), Basis::Certain);
        assert_eq!(one.unwrap().chance_late(date(2026, 3, 1)), 0.0);
        assert_eq!(one.unwrap().chance_late(date(2026, 2, 28)), 1.0);
        assert_eq!(one.unwrap().never(), 0.0);
    }
}
