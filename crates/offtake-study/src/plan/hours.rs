//! Hours that stand for a month: a working day, a day of the weekend, and an hour for each site that is out.
//!
//! A monthly mean would average outages away, so the hours in which a site is out are hours of their own, with what
//! they weigh in expectation over the futures that were drawn.

use super::draw::Drawn;
use super::supply::Supply;
use offtake_adequacy::System;
use offtake_plan::program::{Hour, Table2, Table3};

/// Hours of a typical day.
pub(super) const DAY: usize = 24;

/// The hours of a programme.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Sites of the book that are out at some time.
    out: Vec<usize>,
    /// Expected hours of each month in which each of those is out.
    expected: Vec<Vec<f64>>,
    /// Working days and days of the weekend of each month, hours by hour of the day.
    days: Vec<[[f64; DAY]; 2]>,
}

impl Grid {
    pub(super) fn new(system: &System, supply: &Supply, drawn: &[Drawn]) -> Grid {
        let months = system.axis.months().len();
        let sites = drawn.first().map_or(0, |one| one.out.len());
        let mean = |site: usize, month: usize| {
            drawn.iter().map(|one| one.out[site][month]).sum::<f64>() / drawn.len().max(1) as f64
        };
        let is_used = |site: &usize| supply.halls.iter().any(|hall| hall.site == *site);
        let is_out = |site: &usize| (0..months).any(|month| mean(*site, month) > 0.0);
        let out: Vec<usize> = (0..sites).filter(is_used).filter(is_out).collect();
        // Outages come at a steady rate, so the mean over months is the better estimate of each.
        let all = |site: usize| (0..months).map(|month| mean(site, month)).sum::<f64>();
        let hours = system.axis.hours() as f64;
        let expected = system
            .axis
            .months()
            .iter()
            .map(|month| out.iter().map(|&site| all(site) / hours * month.len() as f64).collect())
            .collect();
        let days = (0..months).map(|month| days(system, month)).collect();
        Grid { out, expected, days }
    }

    /// Returns the hours, in order: the working day, the weekend, then each site's.
    pub(super) fn hours(&self) -> Vec<Hour> {
        let days = (0..2 * DAY).map(|hour| Hour { run: hour / DAY });
        let out = (0..self.out.len()).map(|hour| Hour { run: 2 + hour });
        days.chain(out).collect()
    }

    fn count(&self) -> usize {
        2 * DAY + self.out.len()
    }

    /// Returns how many hours of a month each stands for.
    pub(super) fn weight(&self) -> Table2 {
        Table2::new((self.days.len(), self.count()), |month, hour| {
            let out: f64 = self.expected[month].iter().sum();
            let all: f64 = self.days[month].iter().flatten().sum();
            match hour.checked_sub(2 * DAY) {
                None => self.days[month][hour / DAY][hour % DAY] * (1.0 - out / all),
                Some(hour) => self.expected[month][hour],
            }
        })
    }

    /// Returns the share of power that there is: none where a site is out.
    pub(super) fn power_share(&self, supply: &Supply) -> Table3 {
        Table3::new((self.days.len(), supply.halls.len(), self.count()), |_, hall, hour| {
            let out = hour.checked_sub(2 * DAY).map(|hour| self.out[hour]);
            if out == Some(supply.halls[hall].site) { 0.0 } else { 1.0 }
        })
    }

    /// Returns the mean over a month of `of(hour)`, at each hour that stands for it.
    pub(super) fn typical(&self, system: &System, month: usize, of: &[f32]) -> Vec<f64> {
        let mut sums = [[0.0; DAY]; 2];
        let hours = &system.axis.months()[month];
        for hour in hours.start..hours.end {
            sums[usize::from(is_weekend(system, hour))][hour % DAY] += f64::from(of[hour]);
        }
        let counts = &self.days[month];
        let mean = |kind: usize, hour: usize| sums[kind][hour] / counts[kind][hour].max(1.0);
        let all: f64 = counts.iter().flatten().sum();
        let even = sums.iter().flatten().sum::<f64>() / all.max(1.0);
        let days = (0..2 * DAY).map(|hour| mean(hour / DAY, hour % DAY));
        let out = self.out.iter().map(|_| even);
        days.chain(out).collect()
    }
}

/// Returns how many hours of a month fall on each hour of a working day and of a day of the weekend.
fn days(system: &System, month: usize) -> [[f64; DAY]; 2] {
    let mut counts = [[0.0; DAY]; 2];
    let hours = &system.axis.months()[month];
    for hour in hours.start..hours.end {
        counts[usize::from(is_weekend(system, hour))][hour % DAY] += 1.0;
    }
    counts
}

/// Says whether an hour of the horizon is on a Saturday or Sunday, UTC.
fn is_weekend(system: &System, hour: usize) -> bool {
    (system.axis.first_hour_of_week() + hour) % (7 * DAY) >= 5 * DAY
}
