//! Every headline of a valuation, sample by sample, so that two valuations compare with the error of what they
//! differ by.

use crate::finance::{KeptProject, ProjectResult, SellerResults};
use crate::kept::{Asked, Kept, KeptWork, Side, Use};
use crate::measure::Measure;
use crate::results::{Branch, Valuation};
use offtake_futures::Strata;
use offtake_model::Book;
use offtake_stdx::sampled::{Sampled, Series};

const SHARE: &str = "share";
const MONTHS: &str = "months";
const DAYS: &str = "days";

/// Returns the headlines of `value`, which was made of `kept`, sample by sample.
#[must_use]
pub fn by_sample(book: &Book, asked: &Asked, kept: &[Kept], value: &Valuation) -> Sampled {
    let maker = Maker { kept, value };
    let mut series = maker.promises();
    series.extend(maker.contracts());
    if asked.usage == Use::Dispatched {
        series.extend(maker.work());
    }
    if let Branch::Seller(results) = &value.branch {
        series.extend(maker.seller(results));
    }
    Sampled {
        seed: asked.seed,
        samples: kept.iter().map(|kept| kept.sample).collect(),
        strata: kept.iter().map(|kept| kept.scenario).collect(),
        probabilities: Strata::new(&book.scenarios).probabilities().to_vec(),
        series,
    }
}

struct Maker<'a> {
    kept: &'a [Kept],
    value: &'a Valuation,
}

fn sum(kept: &Kept, of: fn(&Measure) -> f64) -> f64 {
    kept.contracts.iter().map(of).sum()
}

/// What contracts cost within the horizon: billed, and prepaid and lost.
fn cost(kept: &Kept) -> f64 {
    sum(kept, |measure| measure.billed + measure.lost)
}

impl Maker<'_> {
    fn each(&self, what: &str, unit: &str, of: impl Fn(&Kept) -> f64) -> Series {
        Series::mean(what, unit, self.kept.iter().map(|kept| Some(of(kept))).collect())
    }

    fn over(
        &self,
        what: &str,
        unit: &str,
        (top, bottom): (impl Fn(&Kept) -> f64, impl Fn(&Kept) -> f64),
    ) -> Series {
        let pairs = self.kept.iter().map(|kept| (top(kept), bottom(kept)));
        Series::ratio(what, unit, pairs.collect())
    }

    fn exact(&self, what: &str, unit: &str, value: Option<f64>) -> Series {
        Series::exact(what, unit, value, self.kept.len())
    }

    fn promises(&self) -> Vec<Series> {
        let (totals, money) = (&self.value.totals, self.value.currency.as_str());
        vec![
            self.exact("contract value over the terms", money, Some(totals.value)),
            self.exact("contract value a year", money, Some(totals.yearly)),
            self.exact("GPU-hours promised", "GPUh", Some(totals.promised)),
            self.each("GPU-hours delivered", "GPUh", |kept| sum(kept, |m| m.delivered)),
        ]
    }

    fn contracts(&self) -> Vec<Series> {
        let money = self.value.currency.as_str();
        let hour = format!("{money}/GPUh");
        let promised = self.value.totals.promised;
        let is_buyer = self.value.side == Side::Buyer;
        let sign = if is_buyer { -1.0 } else { 1.0 };
        let earned = |kept: &Kept| kept.work.as_ref().map_or(0.0, |work| work.present);
        let is_lost =
            |kept: &Kept| f64::from(u8::from(kept.contracts.iter().any(|m| m.lost > 0.005)));
        let peak = |kept: &Kept| kept.open.iter().copied().fold(0.0, f64::max);
        let delivered = |kept: &Kept| sum(kept, |m| m.delivered);
        vec![
            self.each(if is_buyer { "expected cost" } else { "billed" }, money, cost),
            self.each("paid to the last flow", money, |kept| sum(kept, |m| m.paid)),
            self.over("a GPU-hour promised", &hour, (cost, |_: &Kept| promised)),
            self.over("a GPU-hour delivered", &hour, (cost, delivered)),
            self.each("NPV of the contracts", money, |kept| {
                sign * sum(kept, |m| m.present) + earned(kept)
            }),
            self.each("prepaid and open at most", money, peak),
            self.each("prepaid and lost", money, |kept| sum(kept, |m| m.lost)),
            self.each("chance of losing prepaid", SHARE, is_lost),
            self.each("delay credits", money, |kept| sum(kept, |m| m.delay_credits)),
            self.each("SLA credits", money, |kept| sum(kept, |m| m.sla_credits)),
            self.each("what waiting would cost more", money, |kept| sum(kept, |m| m.waiting)),
        ]
    }

    /// Returns what only dispatch knows.
    fn work(&self) -> Vec<Series> {
        let money = self.value.currency.as_str();
        let hour = format!("{money}/GPUh");
        let of = |kept: &Kept, value: fn(&KeptWork) -> f64| kept.work.as_ref().map_or(0.0, value);
        let near = |kept: &Kept| sum(kept, |m| m.near);
        let served = move |kept: &Kept| of(kept, |work| work.all_served);
        let unserved = |kept: &Kept| Some(kept.work.as_ref()?.unserved_cost);
        let unserved = self.kept.iter().map(unserved).collect();
        let mut found = vec![
            self.over("a GPU-hour used", &hour, (cost, |kept: &Kept| sum(kept, |m| m.used))),
            Series::mean("unserved work, headline", money, unserved),
        ];
        // A ratio has no place for samples that lack a number.
        if self.kept.iter().all(|kept| kept.work.is_some()) {
            let what = "a reference GPU-hour served, headline";
            found.insert(1, self.over(what, &hour, (near, served)));
        }
        if self.value.contracts.iter().any(|contract| contract.margin.is_some()) {
            let revenue = |kept: &Kept| of(kept, |work| work.revenue.iter().sum());
            found.push(self.each("margin", money, |kept| revenue(kept) - cost(kept)));
        }
        found
    }

    fn seller(&self, results: &SellerResults) -> Vec<Series> {
        let mut found = Vec::new();
        for (place, project) in results.projects.iter().enumerate() {
            found.extend(self.project(place, project).into_iter().map(|series| {
                let what = format!("{}: {}", project.id, series.what);
                Series { what, ..series }
            }));
        }
        let largest = results.tenants.first();
        let share = largest.map(|tenant| tenant.revenue_share);
        found.push(self.exact("largest tenant's share of revenue", SHARE, share));
        let share = largest.map(|tenant| tenant.power_share);
        found.push(self.exact("largest tenant's share of power", SHARE, share));
        for (months, megawatts) in &results.agility.within {
            let what = format!("convertible within {months} months");
            found.push(self.exact(&what, "MW", Some(*megawatts)));
        }
        found
    }

    fn project(&self, place: usize, project: &ProjectResult) -> Vec<Series> {
        let money = self.value.currency.as_str();
        let some = |what: &str, unit: &str, of: &dyn Fn(&KeptProject) -> Option<f64>| {
            let number = |kept: &Kept| kept.projects.get(place).and_then(of);
            Series::mean(what, unit, self.kept.iter().map(number).collect())
        };
        let mut found = vec![
            some("EBITDA over revenue", SHARE, &|kept| kept.returns.margin),
            some("IRR before debt", SHARE, &|kept| kept.returns.project_irr.counted()),
            some("NPV before debt", money, &|kept| Some(kept.returns.npv)),
            some("payback", MONTHS, &|kept| kept.returns.payback.map(|months| months as f64)),
            some("chance of no payback", SHARE, &|kept| {
                Some(f64::from(u8::from(kept.returns.payback.is_none())))
            }),
        ];
        if project.debt.0 > 0.0 {
            let missed =
                |kept: &KeptProject| Some(f64::from(u8::from(kept.returns.first_missed.is_some())));
            found.extend([
                some("IRR to the owners", SHARE, &|kept| kept.returns.equity_irr.counted()),
                some("NPV to the owners", money, &|kept| Some(kept.returns.npv_equity)),
                some("least DSCR", "", &|kept| kept.returns.dscr_min),
                some("chance that lenders are not paid", SHARE, &missed),
            ]);
        }
        if let Some(floor) = project.floor {
            let is_below = move |kept: &KeptProject| {
                let is_below = kept.returns.dscr_min.is_some_and(|dscr| dscr < floor - 1e-6);
                Some(f64::from(u8::from(is_below)))
            };
            found.push(some("chance of a DSCR below what is asked", SHARE, &is_below));
        }
        if let Some(delays) = &project.delays {
            let days = |what: &str, days: Option<i64>| {
                self.exact(what, DAYS, days.map(|days| days as f64))
            };
            found.push(days("late until DSCR is below that", delays.below.map(i64::from)));
            found.push(days("late until draws lapse", delays.lapse));
            found.push(days("late until a buyer may terminate", delays.terminate));
        }
        found
    }
}
