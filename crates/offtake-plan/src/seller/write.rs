//! Writes what a seller may do as a programme.

use super::limits::limits;
use super::{Build, Market, Seller, Way};
use crate::program::{
    Class, Offer, Payment, Pool, Program, Site, Size, Step, THOUSAND, Table2, Table3, Taking, Use,
};

/// Which offer of the programme is what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// By build: the offer of its blocks.
    pub builds: Vec<usize>,
    /// By way.
    pub ways: Vec<WayColumns>,
    /// By build: the offer of the millions borrowed on it.
    pub loans: Vec<Option<usize>>,
    /// The offer that makes up for what futures ask less of, if they differ.
    pub level: Option<usize>,
    /// By class of a way, and of a market: its place in the programme.
    pub way_classes: Vec<usize>,
    /// The same of markets.
    pub market_classes: Vec<usize>,
    /// What all ways and markets would pay in the future that asks for most, in millions; less a cost it is a margin.
    pub most: f64,
}

/// The offers that turn a way away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WayColumns {
    /// All of it.
    pub all: usize,
    /// Blocks of it, where the request would take fewer.
    pub part: Option<usize>,
}

/// Writes the programme, and says which of its offers is what.
#[must_use]
pub fn write(seller: &Seller) -> (Program, Columns) {
    let (program, columns) = (seller.base.clone(), Columns::default());
    let mut writer = Writer { seller, program, columns, less: Vec::new() };
    writer.classes();
    writer.builds();
    writer.ways();
    writer.loans();
    writer.level();
    writer.due();
    writer.available();
    let Writer { mut program, columns, .. } = writer;
    program.limits.rows.extend(limits(seller, &columns));
    (program, columns)
}

struct Writer<'a> {
    seller: &'a Seller,
    program: Program,
    columns: Columns,
    /// By scenario: what it asks less than the one that asks for most, as a share of the most that one does.
    less: Vec<f64>,
}

/// The place at which turning away is served: power never binds there, and nothing is ever out.
const AWAY: &str = "turned away";

impl Writer<'_> {
    /// Adds the place of what is turned away, and a class for each way and market, with its demand.
    fn classes(&mut self) {
        let seller = self.seller;
        let months = self.program.months.len();
        let ways = seller.ways.iter().map(|way| (way_class(way, months), &way.uses));
        let markets = seller.markets.iter().map(|one| (market_class(one, months), &one.uses));
        let first = self.program.classes.len();
        for (class, uses) in ways.chain(markets) {
            let place = self.program.classes.len();
            self.program.classes.push(class);
            self.program.uses.extend(uses.iter().map(|of| Use { class: place, ..of.clone() }));
        }
        let last = first + seller.ways.len();
        self.columns.way_classes = (first..last).collect();
        self.columns.market_classes = (last..last + seller.markets.len()).collect();
        self.demand(first);
        self.place();
    }

    fn demand(&mut self, first: usize) {
        let (seller, program) = (self.seller, &mut self.program);
        let (months, hours) = (program.months.len(), program.hours.len());
        let (classes, scenarios) = (program.classes.len(), program.scenarios.len());
        let (shape, level) = (program.demand_shape.clone(), program.demand_level.clone());
        program.demand_shape = Table3::new((months, classes, hours), |month, class, hour| {
            if class < first { shape.at(month, class, hour) } else { 1.0 }
        });
        program.demand_level =
            Table3::new((scenarios, months, classes), |scenario, month, class| {
                match class.checked_sub(first) {
                    None => level.at(scenario, month, class),
                    Some(way) if way < seller.ways.len() => {
                        let way = &seller.ways[way];
                        kgpu_of(seller, way) * way.asked.at(scenario, month)
                    }
                    Some(market) => {
                        let market = &seller.markets[market - seller.ways.len()];
                        if market.months[month] { market.kgpu } else { 0.0 }
                    }
                }
            });
    }

    fn place(&mut self) {
        let program = &mut self.program;
        program.sites.push(Site { name: AWAY.to_owned() });
        program.power_mw = program.power_mw.with_column(|_, _| 1.0);
        let (months, sites, hours) =
            (program.months.len(), program.sites.len(), program.hours.len());
        let share = program.power_share.clone();
        program.power_share = Table3::new((months, sites, hours), |month, site, hour| {
            if site + 1 < sites { share.at(month, site, hour) } else { 1.0 }
        });
    }

    fn builds(&mut self) {
        for build in &self.seller.builds {
            self.columns.builds.push(self.program.offers.len());
            self.program.offers.push(build_offer(build, self.program.months.len()));
        }
    }

    fn ways(&mut self) {
        let seller = self.seller;
        for (way, class) in seller.ways.iter().zip(self.columns.way_classes.clone()) {
            let pool = self.program.pools.len();
            let site = self.program.sites.len() - 1;
            self.program.pools.push(Pool { name: format!("{AWAY}/{}", way.name), site });
            self.program.uses.push(Use { pool, class, performance: 1.0, power_kw: 0.0 });
            let request = &seller.requests[way.request];
            let months = self.program.months.len();
            let whole = request.least >= request.blocks;
            let offer = |name: String, block_kgpu: f64, most: f64| Offer {
                name,
                pool,
                block_kgpu,
                size: Size { least: 0.0, most, step: Step::Whole },
                price: vec![way.price * way.kept; months],
                ..plain()
            };
            let all = self.program.offers.len();
            let name = format!("decline[{}]", way.name);
            self.program.offers.push(offer(name, kgpu_of(seller, way), 1.0));
            let part = (!whole).then(|| {
                let name = format!("decline-part[{}]", way.name);
                let most = request.blocks - request.least;
                self.program.offers.push(offer(name, way.block_kgpu, most));
                all + 1
            });
            self.columns.ways.push(WayColumns { all, part });
        }
    }

    fn loans(&mut self) {
        for build in &self.seller.builds {
            let loan = build.loan.as_ref().filter(|_| self.seller.money.loan_to_cost > 0.0);
            self.columns.loans.push(loan.map(|_| self.program.offers.len()));
            let Some(loan) = loan else { continue };
            let back = |pay: &Payment| Payment { amount: -pay.amount, ..*pay };
            let most = self.seller.money.loan_to_cost * outlay(build) * build.most;
            self.program.offers.push(Offer {
                name: format!("borrow[{}]", build.name),
                pool: build.pool,
                size: Size { least: 0.0, most, step: Step::Any },
                price: vec![0.0; self.program.months.len()],
                payments: loan
                    .draws
                    .iter()
                    .map(back)
                    .chain(loan.service.iter().chain(&loan.owed).copied())
                    .collect(),
                ..plain()
            });
        }
    }

    /// Adds what must be taken where futures ask for different sums, so that the same sum less a cost is the margin in
    /// each of them.
    fn level(&mut self) {
        let count = self.program.scenarios.len();
        let asked: Vec<f64> = (0..count).map(|s| self.asked(s)).collect();
        let most = asked.iter().copied().fold(0.0, f64::max);
        self.columns.most = most;
        let apart = most - asked.iter().copied().fold(most, f64::min);
        if apart <= 1e-9 * most {
            return;
        }
        let discount = self.program.months[0].discount;
        let level = self.program.offers.len();
        self.columns.level = Some(level);
        self.program.offers.push(Offer {
            name: "asked-less".to_owned(),
            size: Size { least: 0.0, most: 1.0, step: Step::Any },
            price: vec![0.0; self.program.months.len()],
            payments: vec![Payment { month: 0, amount: apart / discount }],
            ..plain()
        });
        self.less = asked.iter().map(|asked| (most - asked) / apart).collect();
    }

    /// Writes which share of payments falls due where, unless all of it always does.
    fn due(&mut self) {
        let (seller, less, level) = (self.seller, &self.less, self.columns.level);
        if level.is_none() && seller.builds.iter().all(|build| build.due.is_empty()) {
            return;
        }
        let (count, offers) = (self.program.scenarios.len(), self.program.offers.len());
        let mut of: Vec<&[f64]> = vec![&[]; offers];
        for (build, offer) in seller.builds.iter().zip(&self.columns.builds) {
            of[*offer] = &build.due;
        }
        if let Some(level) = level {
            of[level] = less;
        }
        self.program.due = Table2::new((count, offers), |scenario, offer| {
            of[offer].get(scenario).copied().unwrap_or(1.0)
        });
    }

    /// Returns what all ways and markets would pay in a future, in millions, discounted.
    fn asked(&self, scenario: usize) -> f64 {
        let program = &self.program;
        let (ways, markets) = (self.columns.way_classes.iter(), self.columns.market_classes.iter());
        let of_ways = self.seller.ways.iter().map(|way| way.price * way.kept);
        let prices = of_ways.chain(self.seller.markets.iter().map(|market| market.price));
        let classes: Vec<(usize, f64)> = ways.chain(markets).copied().zip(prices).collect();
        let month = |month: usize| {
            let money = classes
                .iter()
                .map(|(class, price)| price * program.demand_level.at(scenario, month, *class));
            let hours = program.month_hours(month) / THOUSAND;
            program.months[month].discount * hours * money.sum::<f64>()
        };
        (0..program.months.len()).map(month).sum()
    }

    fn available(&mut self) {
        let (seller, columns) = (self.seller, &self.columns);
        let (months, scenarios) = (self.program.months.len(), self.program.scenarios.len());
        let mut of: Vec<Option<&Table2>> = vec![None; self.program.offers.len()];
        for (build, offer) in seller.builds.iter().zip(&columns.builds) {
            of[*offer] = Some(&build.available);
        }
        for (way, offers) in seller.ways.iter().zip(&columns.ways) {
            [Some(offers.all), offers.part].into_iter().flatten().for_each(|offer| {
                of[offer] = Some(&way.asked);
            });
        }
        self.program.available =
            Table3::new((scenarios, months, of.len()), |scenario, month, offer| {
                of[offer].map_or(0.0, |table| table.at(scenario, month))
            });
    }
}

fn way_class(way: &Way, months: usize) -> Class {
    Class {
        name: way.name.clone(),
        lost_load: way.price * (way.kept + way.credit),
        delay_hours: 0,
        spot_kgpu_most: vec![0.0; months],
    }
}

fn market_class(market: &Market, months: usize) -> Class {
    Class {
        name: format!("market[{}]", market.name),
        lost_load: market.price,
        delay_hours: 0,
        spot_kgpu_most: vec![0.0; months],
    }
}

fn build_offer(build: &Build, months: usize) -> Offer {
    let back = |pay: &Payment| Payment { amount: -pay.amount, ..*pay };
    Offer {
        name: format!("build[{}]", build.name),
        pool: build.pool,
        block_kgpu: build.block_kgpu,
        size: Size { least: 0.0, most: build.most, step: Step::Whole },
        price: vec![build.running + build.forgone; months],
        payments: build.outlay.iter().copied().chain(build.left.iter().map(back)).collect(),
        ..plain()
    }
}

/// An offer of nothing, in the first pool, to be filled in.
fn plain() -> Offer {
    Offer {
        name: String::new(),
        pool: 0,
        block_kgpu: 1.0,
        size: Size { least: 0.0, most: 0.0, step: Step::Whole },
        price: Vec::new(),
        taking: Taking::Firm,
        prepayments: Vec::new(),
        payments: Vec::new(),
        at_stake: Vec::new(),
        parties: Vec::new(),
    }
}

/// Returns the kGPU that a way asks for in all.
pub(super) fn kgpu_of(seller: &Seller, way: &Way) -> f64 {
    way.block_kgpu * seller.requests[way.request].blocks
}

/// Returns what a block of a build is paid for in all, in millions.
pub(super) fn outlay(build: &Build) -> f64 {
    build.outlay.iter().map(|pay| pay.amount).sum()
}
