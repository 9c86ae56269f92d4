//! The results of a valuation: means and spreads over samples, each with its standard error.

use crate::cash::Cash;
use crate::finance::{self, KeptProject, SellerResults};
use crate::flow::FlowKind;
use crate::kept::{Asked, Kept, KeptWork, Side, Use};
use crate::measure::Measure;
use crate::settle::Valuer;
use crate::terms::Deal;
use offtake_futures::Strata;
use offtake_model::{Axis, Book, Contract, Ownership};
use offtake_stdx::estimate::{Distribution, Estimate, Weights};

/// What contracts earn and cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    /// Whose eyes.
    pub side: Side,
    /// Currency of all amounts.
    pub currency: String,
    /// Samples.
    pub samples: usize,
    /// How many of them were dispatched: what is said of work is of those.
    pub dispatched: usize,
    /// Seed.
    pub seed: u64,
    /// What is known of the use of capacity.
    pub usage: Use,
    /// Yearly rate at which later money counts less.
    pub discount: f64,
    /// Months that signing later would have waited.
    pub wait: i32,
    /// First month of the horizon and the month after its last, as `2026-01`.
    pub horizon: [String; 2],
    /// How many months of the horizon the headline looks at.
    pub headline_months: usize,
    /// Mean flows by contract, kind and month, seen by the owner.
    pub cash_flows: Vec<CashFlow>,
    /// Each contract of the side that has a price.
    pub contracts: Vec<ContractValue>,
    /// Each workload; empty when samples were not dispatched.
    pub work: Vec<WorkValue>,
    /// All contracts together.
    pub totals: Totals,
    /// Numbers whose spread is told, by name.
    pub spreads: Vec<Spread>,
    /// Prepaid money that is open at the end of each month of the horizon.
    pub open: Vec<(String, Distribution)>,
    /// Contracts of the side without a price, which are left out.
    pub without_price: Vec<String>,
    /// Fleets that the owner holds, whose cost the book does not have.
    pub owned: Vec<String>,
    /// What only one side has.
    pub branch: Branch,
}

/// What only one side has.
#[derive(Clone, Debug, PartialEq)]
pub enum Branch {
    /// Nothing more: the buyer's numbers are those above.
    Buyer,
    /// What stands behind a seller's contracts: projects with their debts, and what else megawatts could earn.
    Seller(Box<SellerResults>),
}

/// The mean of one kind of flow in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashFlow {
    /// Months from the month of the book's first day.
    pub month: i32,
    /// The same as `2026-03`.
    pub text: String,
    /// Id of the contract (or of what else the flow hangs on).
    pub on: String,
    /// Its kind.
    pub kind: FlowKind,
    /// Mean over the samples, in whole millionths, rounded to hundredths of the currency's unit.
    pub micros: i128,
}

/// A number whose spread is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: String,
    /// How it is spread.
    pub distribution: Distribution,
}

/// One contract. Hours are GPU-hours within the horizon, money is in the currency's unit and a cost to the buyer.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractValue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Id of the other party.
    pub party: String,
    /// Rate for a GPU-hour in the first year.
    pub rate: f64,
    /// Value over the terms of all tranches.
    pub value: f64,
    /// Value a year, all tranches in service.
    pub yearly: f64,
    /// GPU-hours promised within the horizon, ramps included.
    pub promised: f64,
    /// Available.
    pub delivered: Estimate,
    /// Taken.
    pub used: Estimate,
    /// Billed for service within the horizon, credits taken off.
    pub billed: Estimate,
    /// Billed and lost, over the GPU-hours promised, delivered and used; `None` where there are no hours.
    pub per_hour: [Option<Estimate>; 3],
    /// Paid from the first day of the horizon to the last flow.
    pub paid: Estimate,
    /// The same, discounted.
    pub present: Estimate,
    /// Paid before the horizon.
    pub before: Estimate,
    /// Paid ahead.
    pub prepaid: Estimate,
    /// The most that was prepaid and open at the end of a month.
    pub peak: Distribution,
    /// Prepaid and lost.
    pub lost: Estimate,
    /// Chance that something prepaid is lost.
    pub loss_chance: Estimate,
    /// Delay credits.
    pub delay_credits: Estimate,
    /// SLA credits.
    pub sla_credits: Estimate,
    /// Paid and not taken.
    pub deficiency: Estimate,
    /// Tranches terminated or given up.
    pub ended: Estimate,
    /// What signing later would have cost more by the market price of then; `None` where all is delivered or no market is
    /// known.
    pub waiting: Option<Distribution>,
    /// Work that would have gone unserved meanwhile, at least; `None` where samples were not dispatched.
    pub meanwhile: Option<Estimate>,
    /// Chance that signing later would have been cheaper, both counted.
    pub waiting_cheaper: Option<Estimate>,
    /// What its right to renew saves, discounted; `None` without one.
    pub renewal: Option<Estimate>,
    /// What subletting brings at most; `None` without the right.
    pub sublease: Option<Estimate>,
    /// Its part of the revenue, and revenue less what was billed and lost; `None` where no workload has revenue.
    pub margin: Option<(Estimate, Distribution)>,
}

/// One workload, within the headline horizon but for its revenue.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkValue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Reference GPU-hours served.
    pub served: Estimate,
    /// Millions of tokens served; `None` for work in another unit.
    pub tokens: Option<Estimate>,
    /// Cost of a million of them: its part of all cost, by the reference GPU-hours that it took.
    pub cost_per_million: Option<Estimate>,
    /// What its users paid; `None` where that is not known.
    pub revenue: Option<Estimate>,
}

/// All contracts together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Value over the terms.
    pub value: f64,
    /// Value a year, all in service.
    pub yearly: f64,
    /// GPU-hours promised within the horizon.
    pub promised: f64,
    /// Available.
    pub delivered: Estimate,
    /// Taken.
    pub used: Estimate,
    /// Billed and lost, over the GPU-hours promised, delivered and used.
    pub per_hour: [Option<Estimate>; 3],
    /// Cost of a reference GPU-hour of work served within the headline horizon; `None` where samples were not dispatched.
    pub per_served: Option<Estimate>,
    /// Reference GPU-hours unserved within the headline horizon.
    pub unserved: Option<Estimate>,
    /// What they cost at their blocks' values.
    pub unserved_cost: Option<Estimate>,
    /// Chance that something prepaid is lost.
    pub loss_chance: Estimate,
}

/// Makes the results of what was run.
#[must_use]
pub fn results(valuer: &Valuer<'_>, asked: &Asked, kept: &[Kept], cash: &Cash) -> Valuation {
    let book = valuer.book;
    let strata = kept.iter().map(|kept| kept.scenario).collect();
    let probabilities = Strata::new(&book.scenarios);
    let weights = Weights::new(strata, probabilities.probabilities());
    let deals: Vec<&Deal<'_>> = valuer.on(asked.side.of_book()).collect();
    let maker = Maker { book, asked, valuer, kept, weights: &weights };
    let worked = &kept[..kept.iter().take_while(|kept| kept.work.is_some()).count()];
    let strata = worked.iter().map(|kept| kept.scenario).collect();
    let of_worked = Weights::new(strata, probabilities.probabilities());
    let worked = Maker { kept: worked, weights: &of_worked, ..maker };
    let calendar = &valuer.calendar;
    let contracts: Vec<ContractValue> =
        deals.iter().enumerate().map(|(at, deal)| maker.contract(at, deal, &worked)).collect();
    Valuation {
        side: asked.side,
        currency: book.currency.to_string(),
        samples: kept.len(),
        dispatched: worked.kept.len(),
        seed: asked.seed,
        usage: asked.usage,
        discount: book.discount_rate.value(),
        wait: asked.wait,
        horizon: [calendar.text(0), calendar.text(calendar.horizon())],
        headline_months: headline_months(book),
        cash_flows: maker.cash_flows(cash),
        work: worked.work(),
        totals: maker.totals(&contracts, &worked),
        spreads: maker.spreads(&worked),
        open: maker.open(),
        without_price: names(book, |c| {
            c.ownership == Ownership::Contracted
                && book.side(c) == asked.side.of_book()
                && !deals.iter().any(|deal| deal.contract.id == c.id)
        }),
        owned: names(book, |c| c.ownership == Ownership::Owned),
        branch: match asked.side {
            Side::Buyer => Branch::Buyer,
            Side::Seller => Branch::Seller(Box::new(seller(valuer, kept))),
        },
        contracts,
    }
}

fn seller(valuer: &Valuer<'_>, kept: &[Kept]) -> SellerResults {
    let projects = finance::projects(valuer.book);
    let cases = finance::cases(valuer, &projects);
    let samples: Vec<(usize, &[KeptProject])> =
        kept.iter().map(|kept| (kept.scenario, kept.projects.as_slice())).collect();
    finance::seller_results(valuer, &cases, &samples)
}

fn names(book: &Book, is_meant: impl Fn(&Contract) -> bool) -> Vec<String> {
    book.contracts.values().filter(|c| is_meant(c)).map(|c| c.name.clone()).collect()
}

/// Returns the first months of a book's horizon that the headline looks at.
#[must_use]
pub fn headline_months(book: &Book) -> usize {
    Axis::new(book.from, book.until).months_of_quarters(book.headline_quarters)
}

/// Says whether any workload of a book has revenue.
#[must_use]
pub fn has_revenue(book: &Book) -> bool {
    book.workloads.values().any(|workload| workload.revenue.is_some())
}

/// Makes results of samples: of all of them, or of those that were dispatched.
#[derive(Clone, Copy)]
struct Maker<'a> {
    book: &'a Book,
    asked: &'a Asked,
    valuer: &'a Valuer<'a>,
    kept: &'a [Kept],
    weights: &'a Weights,
}

/// The relative standard error of the share of GPU-hours that is used, where most samples take it from a few.
#[derive(Clone, Copy)]
struct ErrorOfUse(f64);

impl ErrorOfUse {
    /// Returns an estimate that is in proportion to that share, or to its inverse, with its error added.
    fn of(self, estimate: Estimate) -> Estimate {
        let own = self.0 * estimate.mean;
        Estimate { standard_error: libm::hypot(estimate.standard_error, own), ..estimate }
    }
}

/// What a contract costs within the horizon: billed, and prepaid and lost.
fn cost(measure: &Measure) -> f64 {
    measure.billed + measure.lost
}

impl Maker<'_> {
    fn contract(&self, at: usize, deal: &Deal<'_>, worked: &Maker<'_>) -> ContractValue {
        let weights = self.weights;
        let of = |sample: usize| &self.kept[sample].contracts[at];
        let mean = |value: fn(&Measure) -> f64| weights.mean(|i| value(of(i)));
        let promised = self.valuer.promised_hours(deal);
        let error = self.error_of_use(worked, &|kept| &kept.contracts[at..=at]);
        let hours = [
            self.ratio(&|i| cost(of(i)), &|_| promised),
            self.ratio(&|i| cost(of(i)), &|i| of(i).delivered),
            self.ratio(&|i| cost(of(i)), &|i| of(i).used).map(|hour| error.of(hour)),
        ];
        let has_market = deal.tranches.iter().any(|l| !l.is_delivered && l.market.is_some());
        let party = if self.asked.side == Side::Buyer {
            &deal.contract.seller
        } else {
            &deal.contract.buyer
        };
        let meanwhile = |i: usize| worked.kept[i].work.as_ref().map_or(0.0, |w| w.meanwhile[at]);
        let is_cheaper = |lost: f64, i: usize| if of(i).waiting + lost < 0.0 { 1.0 } else { 0.0 };
        let cheaper = || match worked.kept.is_empty() {
            true => weights.mean(|i| is_cheaper(0.0, i)),
            false => worked.weights.mean(|i| is_cheaper(meanwhile(i), i)),
        };
        ContractValue {
            id: deal.contract.id.to_string(),
            name: deal.contract.name.clone(),
            party: party.to_string(),
            rate: deal.rate.units(),
            value: deal.value() as f64 / 1e6,
            yearly: deal.yearly() as f64 / 1e6,
            promised,
            delivered: mean(|m| m.delivered),
            used: error.of(mean(|m| m.used)),
            billed: mean(|m| m.billed),
            per_hour: hours,
            paid: mean(|m| m.paid),
            present: mean(|m| m.present),
            before: mean(|m| m.before),
            prepaid: mean(|m| m.prepaid),
            peak: weights.distribution(|i| of(i).peak),
            lost: mean(|m| m.lost),
            loss_chance: mean(|m| if m.lost > 0.005 { 1.0 } else { 0.0 }),
            delay_credits: mean(|m| m.delay_credits),
            sla_credits: mean(|m| m.sla_credits),
            deficiency: mean(|m| m.deficiency),
            ended: mean(|m| m.ended),
            waiting: has_market.then(|| weights.distribution(|i| of(i).waiting)),
            meanwhile: (has_market && worked.is_dispatched())
                .then(|| worked.weights.mean(meanwhile)),
            waiting_cheaper: has_market.then(cheaper),
            renewal: deal.contract.renewal.map(|_| mean(|m| m.renewal)),
            sublease: deal.contract.sublease.then(|| mean(|m| m.sublease)),
            margin: self.margin(at, deal),
        }
    }

    /// Returns a ratio of means, `None` where its base is zero.
    fn ratio(&self, top: &dyn Fn(usize) -> f64, bottom: &dyn Fn(usize) -> f64) -> Option<Estimate> {
        let base = self.weights.mean(bottom).mean;
        (base > 0.0).then(|| self.weights.ratio(top, bottom))
    }

    /// Returns what it adds to the error of use that most samples take after the few of `worked`.
    fn error_of_use(&self, worked: &Maker<'_>, of: &dyn Fn(&Kept) -> &[Measure]) -> ErrorOfUse {
        if worked.kept.is_empty() || worked.kept.len() == self.kept.len() {
            return ErrorOfUse(0.0);
        }
        let sum = |i: usize, value: fn(&Measure) -> f64| -> f64 {
            of(&worked.kept[i]).iter().map(value).sum()
        };
        let share = worked.ratio(&|i| sum(i, |m| m.used), &|i| sum(i, |m| m.delivered));
        let relative = |share: Estimate| share.standard_error / share.mean;
        ErrorOfUse(share.filter(|share| share.mean > 0.0).map_or(0.0, relative))
    }

    fn is_dispatched(&self) -> bool {
        self.kept.first().is_some_and(|first| first.work.is_some())
    }

    /// Returns what all contracts bill for service within the headline horizon.
    fn near_cost(&self, sample: usize) -> f64 {
        self.kept[sample].contracts.iter().map(|measure| measure.near).sum()
    }

    fn has_revenue(&self) -> bool {
        self.asked.usage == Use::Dispatched
            && self.asked.side == Side::Buyer
            && has_revenue(self.book)
    }

    fn margin(&self, at: usize, deal: &Deal<'_>) -> Option<(Estimate, Distribution)> {
        let earned =
            |i: usize| self.kept[i].work.as_ref().map_or(0.0, |w| w.by_contract[deal.index]);
        self.has_revenue().then(|| {
            let margin = |i: usize| earned(i) - cost(&self.kept[i].contracts[at]);
            (self.weights.mean(earned), self.weights.distribution(margin))
        })
    }

    fn all_cost(&self, sample: usize) -> f64 {
        self.kept[sample].contracts.iter().map(cost).sum()
    }

    fn work(&self) -> Vec<WorkValue> {
        let kept = |i: usize| self.kept[i].work.as_ref();
        if !self.is_dispatched() {
            return Vec::new();
        }
        let each = self.book.workloads.values().enumerate();
        each.map(|(at, workload)| {
            let served = |i: usize| kept(i).map_or(0.0, |w| w.served[at]);
            let tokens = |i: usize| kept(i).map_or(0.0, |w| w.tokens[at]);
            let all = |i: usize| kept(i).map_or(0.0, |w| w.all_served);
            let part = |i: usize| {
                if all(i) > 0.0 { self.near_cost(i) * served(i) / all(i) } else { 0.0 }
            };
            let made = self.weights.mean(tokens);
            WorkValue {
                id: workload.id.to_string(),
                name: workload.name.clone(),
                served: self.weights.mean(served),
                tokens: (made.mean > 0.0).then_some(made),
                cost_per_million: self.ratio(&part, &tokens),
                revenue: workload
                    .revenue
                    .map(|_| self.weights.mean(|i| kept(i).map_or(0.0, |w| w.revenue[at]))),
            }
        })
        .collect()
    }

    fn totals(&self, contracts: &[ContractValue], worked: &Maker<'_>) -> Totals {
        let sum = |value: fn(&Measure) -> f64| {
            move |i: usize| self.kept[i].contracts.iter().map(value).sum::<f64>()
        };
        let cost = |i: usize| self.all_cost(i);
        let promised: f64 = contracts.iter().map(|contract| contract.promised).sum();
        let (delivered, used) = (sum(|m| m.delivered), sum(|m| m.used));
        let error = self.error_of_use(worked, &|kept| &kept.contracts);
        let work = |value: fn(&KeptWork) -> f64| {
            move |i: usize| worked.kept[i].work.as_ref().map_or(0.0, value)
        };
        let is_dispatched = worked.is_dispatched();
        let of_work =
            |value: fn(&KeptWork) -> f64| is_dispatched.then(|| worked.weights.mean(work(value)));
        let is_lost = |i: usize| {
            let is_lost = self.kept[i].contracts.iter().any(|m| m.lost > 0.005);
            if is_lost { 1.0 } else { 0.0 }
        };
        Totals {
            value: contracts.iter().map(|contract| contract.value).sum(),
            yearly: contracts.iter().map(|contract| contract.yearly).sum(),
            promised,
            delivered: self.weights.mean(delivered),
            used: error.of(self.weights.mean(used)),
            per_hour: [
                self.ratio(&cost, &|_| promised),
                self.ratio(&cost, &delivered),
                self.ratio(&cost, &used).map(|hour| error.of(hour)),
            ],
            per_served: is_dispatched
                .then(|| worked.ratio(&|i| worked.near_cost(i), &work(|w| w.all_served)))
                .flatten(),
            unserved: of_work(|w| w.unserved),
            unserved_cost: of_work(|w| w.unserved_cost),
            loss_chance: self.weights.mean(is_lost),
        }
    }

    fn spreads(&self, worked: &Maker<'_>) -> Vec<Spread> {
        let sum = |i: usize, value: fn(&Measure) -> f64| -> f64 {
            self.kept[i].contracts.iter().map(value).sum()
        };
        let sign = if self.asked.side == Side::Buyer { -1.0 } else { 1.0 };
        let earned = |i: usize| self.kept[i].work.as_ref().map_or(0.0, |w| w.present);
        let money = self.book.currency.to_string();
        let hour = format!("{money}/GPUh");
        let over = |i: usize, hours: f64| (hours > 0.0).then(|| self.all_cost(i) / hours);
        let peak = |i: usize| self.kept[i].open.iter().copied().fold(0.0, f64::max);
        let mut spreads = vec![
            self.spread("npv", &money, &|i| sign * sum(i, |m| m.present) + earned(i)),
            self.spread("paid", &money, &|i| sum(i, |m| m.paid)),
            self.spread_where("cost_per_gpu_hour_delivered", &hour, &|i| {
                over(i, sum(i, |m| m.delivered))
            }),
            self.spread("prepaid_peak", &money, &peak),
            self.spread("prepaid_lost", &money, &|i| sum(i, |m| m.lost)),
            self.spread("delay_credits", &money, &|i| sum(i, |m| m.delay_credits)),
            self.spread("sla_credits", &money, &|i| sum(i, |m| m.sla_credits)),
            self.spread("waiting_price", &money, &|i| sum(i, |m| m.waiting)),
        ];
        if worked.is_dispatched() {
            let work = |i: usize| worked.kept[i].work.as_ref();
            let meanwhile = |i: usize| work(i).map_or(0.0, |w| w.meanwhile_all);
            let used = |i: usize| over(i, sum(i, |m| m.used));
            let unserved = |i: usize| work(i).map_or(0.0, |w| w.unserved_cost);
            let waiting = |i: usize| sum(i, |m| m.waiting) + meanwhile(i);
            spreads.push(worked.spread("waiting_work", &money, &meanwhile));
            spreads.push(worked.spread("waiting", &money, &waiting));
            spreads.push(self.spread_where("cost_per_gpu_hour_used", &hour, &used));
            spreads.push(worked.spread("unserved_cost", &money, &unserved));
        }
        if self.has_revenue() {
            let revenue =
                |i: usize| self.kept[i].work.as_ref().map_or(0.0, |w| w.revenue.iter().sum());
            spreads.push(self.spread("margin", &money, &|i| revenue(i) - self.all_cost(i)));
        }
        spreads
    }

    fn spread(&self, name: &'static str, unit: &str, value: &dyn Fn(usize) -> f64) -> Spread {
        Spread { name, unit: unit.to_owned(), distribution: self.weights.distribution(value) }
    }

    /// The same over the samples that have the number at all.
    fn spread_where(
        &self,
        name: &'static str,
        unit: &str,
        value: &dyn Fn(usize) -> Option<f64>,
    ) -> Spread {
        let found: Vec<(usize, f64)> =
            (0..self.kept.len()).filter_map(|i| Some((self.kept[i].scenario, value(i)?))).collect();
        let strata = Strata::new(&self.book.scenarios);
        let of = found.iter().map(|(scenario, _)| *scenario).collect();
        let weights = Weights::new(of, strata.probabilities());
        let distribution = weights.distribution(|at| found[at].1);
        Spread { name, unit: unit.to_owned(), distribution }
    }

    fn open(&self) -> Vec<(String, Distribution)> {
        let calendar = &self.valuer.calendar;
        let of = |month: i32| {
            let at = |i: usize| self.kept[i].open.get(month as usize).copied().unwrap_or(0.0);
            (calendar.text(month), self.weights.distribution(at))
        };
        (0..calendar.horizon()).map(of).collect()
    }

    fn cash_flows(&self, cash: &Cash) -> Vec<CashFlow> {
        let mut all = Vec::new();
        cash.visit(|on, kind, month, sums| {
            let each = sums.iter().enumerate();
            let mean: f64 = each.map(|(at, sum)| *sum as f64 * self.weights.of_stratum(at)).sum();
            // In hundredths: more digits than that a mean over samples does not have.
            let micros = libm::round(mean / 1e4) as i128 * 10_000;
            if micros != 0 {
                let text = self.valuer.calendar.text(month);
                all.push(CashFlow { month, text, on: on.id(self.book), kind, micros });
            }
        });
        all.sort_by(|a, b| (a.month, &a.on, a.kind).cmp(&(b.month, &b.on, b.kind)));
        all
    }
}
