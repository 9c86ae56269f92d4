//! Futures, as far as a programme asks: means by month.

use super::offers::Start;
use crate::run::{Progress, StudyError};
use crate::share::share;
use offtake_adequacy::{Causes, SupplyRunner, System};
use offtake_futures::{Cause, Cut, Future, Hours, Prices};
use offtake_model::Book;
use offtake_stdx::{Entity, Purpose, Stream};
use std::ops::Range;

/// One future.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) scenario: usize,
    /// Mean GPUs available in a month while the site is not out, by pool and then month.
    pub(super) gpus: Vec<f64>,
    /// Factor on the demand of a workload, by workload and then month: noise over derate.
    pub(super) demand: Vec<Vec<f64>>,
    /// Hours in which a site is out, by site of the book and then month.
    pub(super) out: Vec<Vec<f64>>,
    /// Mean share of curtailable megawatts that a grid leaves, by grid of the book and then month.
    pub(super) left: Vec<Vec<f64>>,
    /// Price of a GPU-hour by market and then month, in the book's currency.
    pub(super) prices: Vec<Vec<f64>>,
    /// By start of an offer: whether somebody else has taken it by the day on which it would be signed.
    gone: Vec<bool>,
}

impl Drawn {
    /// Says whether a start cannot be signed any more.
    pub(super) fn is_gone(&self, start: usize) -> bool {
        self.gone.get(start).copied().unwrap_or(false)
    }
}

/// Days of a quarter, in which an offer is taken with the chance that it names.
const QUARTER_DAYS: f64 = 365.25 / 4.0;
const TAKEN: Purpose = Purpose::new("offer-taken");

/// Draws futures of a system.
pub(super) struct Futures<'a> {
    book: &'a Book,
    system: &'a System,
    starts: &'a [Start],
    causes: Causes,
    prices: Prices,
}

struct Room<'a> {
    supply: SupplyRunner<'a>,
    future: Future,
}

impl<'a> Futures<'a> {
    pub(super) fn new(
        book: &'a Book,
        system: &'a System,
        (starts, causes): (&'a [Start], Causes),
    ) -> Futures<'a> {
        let price = |market: &offtake_model::Market| book.in_currency(market.price.money());
        Futures {
            book,
            system,
            starts,
            causes,
            prices: Prices::new(book, system.sampler.seed(), price),
        }
    }

    /// Draws the `samples`, in order.
    pub(super) fn draw(
        &self,
        samples: Range<u64>,
        threads: usize,
        progress: &dyn Progress,
    ) -> Result<Vec<Drawn>, StudyError> {
        let count = samples.end - samples.start;
        progress.start("futures", count);
        let new = || Room { supply: SupplyRunner::new(self.system), future: Future::default() };
        let work = |room: &mut Room<'_>, index: usize| self.one(samples.start + index as u64, room);
        share(threads, count as usize, progress, new, work).ok_or(StudyError::Cancelled)
    }

    fn one(&self, sample: u64, room: &mut Room<'_>) -> Drawn {
        let months = self.system.axis.months();
        // A site that is out is an hour of its own, and no part of a month's mean.
        let supplied = room.supply.draw(sample, self.causes.without(Cause::SiteOutage));
        let of_month = |(at, hours): (usize, &f64)| hours / months[at % months.len()].len() as f64;
        let gpus = supplied.available.iter().enumerate().map(of_month).collect();
        let scenario = supplied.scenario;
        self.system.sampler.draw(sample, self.causes, &mut room.future);
        let future = &room.future;
        let mut prices = vec![vec![0.0; months.len()]; self.prices.len()];
        for (market, out) in prices.iter_mut().enumerate() {
            self.prices.draw(market, (sample, scenario), out);
        }
        Drawn {
            scenario,
            gpus,
            demand: self.demand(future),
            out: future.outages.iter().map(|hours| self.by_month(hours.iter().copied())).collect(),
            left: future.cuts.iter().map(|cuts| self.left(cuts)).collect(),
            prices,
            gone: self.starts.iter().map(|start| self.is_gone(start, sample)).collect(),
        }
    }

    /// Draws whether an offer is gone when it would be signed: at a steady rate, from a stream of its own, so that all
    /// starts of an offer share its fate.
    fn is_gone(&self, start: &Start, sample: u64) -> bool {
        let days = (start.signed - self.book.as_of).get_days();
        let chance = start.offer.taken_chance.part();
        if days <= 0 || chance <= 0.0 || self.causes == Causes::NONE {
            return false;
        }
        let entity = Entity::new(&start.offer.id);
        let mut stream = Stream::new(self.system.sampler.seed(), TAKEN, entity, sample, 0);
        let still = libm::pow(1.0 - chance.min(1.0), f64::from(days) / QUARTER_DAYS);
        stream.uniform() >= still
    }

    fn demand(&self, future: &Future) -> Vec<Vec<f64>> {
        let of_month = |noise: &[f32], month: &offtake_model::Month| {
            let days = month.start / 24..(month.end / 24).min(noise.len());
            if days.is_empty() {
                return 1.0;
            }
            let count = days.len() as f64;
            noise[days].iter().map(|factor| f64::from(*factor)).sum::<f64>() / count
        };
        let of = |(derate, noise): (&f64, &Vec<f32>)| {
            let months = self.system.axis.months().iter();
            months.map(|month| of_month(noise, month) / derate).collect()
        };
        future.derate.iter().zip(&future.noise).map(of).collect()
    }

    /// Returns how many of the hours lie in each month.
    fn by_month(&self, ranges: impl Iterator<Item = Hours> + Clone) -> Vec<f64> {
        let within = |month: &offtake_model::Month, range: Hours| {
            let (start, end) = (month.start as i64, month.end as i64);
            (range.until.min(end) - range.from.max(start)).max(0) as f64
        };
        let of = |month| ranges.clone().map(|range| within(month, range)).sum();
        self.system.axis.months().iter().map(of).collect()
    }

    fn left(&self, cuts: &[Cut]) -> Vec<f64> {
        let mut left = vec![1.0; self.system.axis.months().len()];
        for cut in cuts {
            let hours = self.by_month(std::iter::once(cut.hours));
            for ((left, hours), month) in left.iter_mut().zip(hours).zip(self.system.axis.months())
            {
                *left -= cut.depth * hours / month.len() as f64;
            }
        }
        left.into_iter().map(|share| share.max(0.0)).collect()
    }
}
