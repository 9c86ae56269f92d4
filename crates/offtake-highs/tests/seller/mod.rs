//! Small random sellers, and what each of their choices earns, counted without the programme: by sorting what a pool
//! could serve by what it pays.
#![allow(dead_code, reason = "each test uses a part")]

use crate::small::Dice;
use offtake_plan::program::*;
use offtake_plan::risk;
use offtake_plan::seller::{
    Build, Decision, Loan, Market, Money, Request, Seller, Standing, Stock, Way,
};

/// A random small seller: one or two stocks, some builds and requests, often a market, unequal hours with an outage.
pub(crate) fn random(seed: u64) -> Seller {
    let dice = &mut Dice::new(seed ^ 0x5e11);
    let base = base(dice);
    let stocks: Vec<Stock> = (0..base.pools.len())
        .map(|at| Stock { name: format!("stock-{at}"), megawatts: dice.between(1.0, 6.0) })
        .collect();
    let builds: Vec<Build> =
        (0..1 + dice.below(3)).map(|at| build(dice, &base, (at, stocks.len()))).collect();
    let requests: Vec<Request> = (0..1 + dice.below(2)).map(|at| request(dice, at)).collect();
    let mut ways = Vec::new();
    for (at, of) in requests.iter().enumerate() {
        for _ in 0..1 + dice.below(2) {
            let build = dice.below(builds.len());
            let way = way(dice, &base, ((at, of.blocks), ways.len()), &builds[build]);
            ways.push(way);
        }
    }
    let markets = if dice.is(0.6) { vec![market(dice, &base)] } else { Vec::new() };
    let money = money(dice, &base);
    Seller { base, stocks, builds, requests, ways, markets, money }
}

fn base(dice: &mut Dice) -> Program {
    let (months, scenarios) = (1 + dice.below(3), 1 + dice.below(3));
    let pools = 1 + dice.below(2);
    let weights: Vec<f64> = (0..scenarios).map(|_| dice.between(0.5, 1.5)).collect();
    let total: f64 = weights.iter().sum();
    let month = |m: usize| Month {
        name: format!("m{m}"),
        year: 2026 + i32::from(m > 1),
        discount: 1.0 - 0.02 * m as f64,
    };
    let is_averse = dice.is(0.5);
    Program {
        months: (0..months).map(month).collect(),
        hours: vec![Hour { run: 0 }, Hour { run: 1 }],
        weight: Table2::new(
            (months, 2),
            |_, hour| if hour == 0 { 700.0 } else { dice.between(5.0, 60.0) },
        ),
        scenarios: weights.iter().map(|w| Scenario { probability: w / total }).collect(),
        sites: (0..pools).map(|at| Site { name: format!("site-{at}") }).collect(),
        power_mw: Table3::new((1, months, pools), |_, _, _| 1e3),
        // In the second hour the first site is out.
        power_share: Table3::new((months, pools, 2), |_, site, hour| {
            f64::from(u8::from(site != 0 || hour == 0))
        }),
        pools: (0..pools).map(|at| Pool { name: format!("pool-{at}"), site: at }).collect(),
        demand_shape: Table3::new((months, 0, 2), |_, _, _| 0.0),
        demand_level: Table3::new((scenarios, months, 0), |_, _, _| 0.0),
        spot_price: Table2::new((scenarios, months), |_, _| 0.0),
        held: vec![Held { name: "unsold".into(), pool: 0, parties: Vec::new() }],
        held_kgpu: Table3::new((scenarios, months, 1), |_, _, _| {
            if dice.is(0.5) { dice.between(0.0, 0.5) } else { 0.0 }
        }),
        available: Table3::new((scenarios, months, 0), |_, _, _| 0.0),
        risk: Risk {
            weight: if is_averse { dice.between(0.1, 0.9) } else { 0.0 },
            level: dice.between(0.3, 0.9),
        },
        ..Program::default()
    }
}

fn build(dice: &mut Dice, base: &Program, (at, stocks): (usize, usize)) -> Build {
    let (months, scenarios) = (base.months.len(), base.scenarios.len());
    let stock = dice.below(stocks);
    let pay = |amount| Payment { month: 0, amount };
    let loan = Loan {
        draws: vec![pay(1.0)],
        service: vec![Payment { month: months - 1, amount: dice.between(0.3, 1.0) }],
        owed: vec![Payment { month: months - 1, amount: dice.between(0.0, 0.8) }],
    };
    Build {
        name: format!("build-{at}"),
        stock,
        pool: stock,
        block_kgpu: dice.between(0.2, 1.0),
        block_mw: dice.between(0.5, 2.0),
        most: 1.0 + dice.below(3) as f64,
        running: dice.between(0.1, 0.8),
        forgone: dice.between(0.0, 0.6),
        outlay: vec![pay(dice.between(0.2, 1.5))],
        left: if dice.is(0.5) {
            vec![Payment { month: months - 1, amount: dice.between(0.0, 0.3) }]
        } else {
            Vec::new()
        },
        available: Table2::new((scenarios, months), |_, _| {
            if dice.is(0.3) { dice.between(0.0, 1.0) } else { 1.0 }
        }),
        promised: promised(dice, months),
        due: if dice.is(0.3) {
            (0..scenarios).map(|_| dice.between(0.3, 1.0)).collect()
        } else {
            Vec::new()
        },
        loan: Some(loan),
    }
}

/// There, or asked for, from some month on.
fn promised(dice: &mut Dice, months: usize) -> Vec<f64> {
    let first = if dice.is(0.7) { 0 } else { dice.below(months) };
    (0..months).map(|month| f64::from(u8::from(month >= first))).collect()
}

fn request(dice: &mut Dice, at: usize) -> Request {
    let blocks = if dice.is(0.5) { 1.0 } else { 3.0 };
    let least = if dice.is(0.5) { blocks } else { 1.0 };
    Request { name: format!("request-{at}"), blocks, least }
}

fn way(
    dice: &mut Dice,
    base: &Program,
    ((request, blocks), at): ((usize, f64), usize),
    build: &Build,
) -> Way {
    let (months, scenarios) = (base.months.len(), base.scenarios.len());
    let asked =
        Table2::new(
            (scenarios, months),
            |_, _| if dice.is(0.4) { dice.between(0.2, 1.0) } else { 1.0 },
        );
    let served = (0..months).map(|month| {
        let futures = base.scenarios.iter().enumerate();
        futures
            .map(|(s, of)| of.probability * asked.at(s, month).min(build.available.at(s, month)))
            .sum()
    });
    Way {
        name: format!("way-{at}"),
        request,
        block_kgpu: dice.between(0.3, 1.2) / blocks,
        price: dice.between(1.5, 6.0),
        kept: dice.between(0.9, 1.0),
        credit: dice.between(0.0, 0.4),
        running: build.running,
        promised: promised(dice, months),
        served: served.collect(),
        uses: vec![Use { pool: build.pool, class: 0, performance: 1.0, power_kw: 1.0 }],
        asked,
    }
}

fn market(dice: &mut Dice, base: &Program) -> Market {
    let uses =
        (0..base.pools.len()).map(|pool| Use { pool, class: 0, performance: 1.0, power_kw: 1.0 });
    Market {
        name: "market".into(),
        kgpu: dice.between(0.1, 1.5),
        price: dice.between(0.5, 4.0),
        months: vec![true; base.months.len()],
        uses: uses.collect(),
    }
}

fn money(dice: &mut Dice, base: &Program) -> Money {
    let last = base.months[base.months.len() - 1].year;
    let standing =
        Standing { year: last, cash: dice.between(0.2, 2.0), service: dice.between(0.0, 0.2) };
    Money {
        loan_to_cost: dice.between(0.2, 0.9),
        debt: dice.is(0.5).then(|| dice.between(0.2, 2.0)),
        floor: dice.between(1.0, 1.5),
        capital: if dice.is(0.5) { vec![(2026, dice.between(0.2, 3.0))] } else { Vec::new() },
        standing: vec![standing],
    }
}

/// Returns the discounted, expected kGPU-hours of a block of a build.
pub(crate) fn kgpu_hours(build: &Build, program: &Program) -> f64 {
    let mut sum = 0.0;
    for (s, of) in program.scenarios.iter().enumerate() {
        for (month, spec) in program.months.iter().enumerate() {
            sum += of.probability
                * spec.discount
                * build.available.at(s, month)
                * program.month_hours(month);
        }
    }
    sum * build.block_kgpu
}

/// Returns every choice that keeps power, requests and capital; no debt.
pub(crate) fn choices(seller: &Seller) -> Vec<Decision> {
    let mut found = vec![Decision::default()];
    for build in &seller.builds {
        found = found
            .into_iter()
            .flat_map(|one| {
                (0..=build.most as usize).map(move |blocks| {
                    let mut one = one.clone();
                    one.built.push(blocks as f64);
                    one.borrowed.push(0.0);
                    one
                })
            })
            .collect();
    }
    for way in &seller.ways {
        let request = &seller.requests[way.request];
        let sizes: Vec<f64> = (0..=request.blocks as usize)
            .map(|b| b as f64)
            .filter(|b| *b == 0.0 || *b >= request.least)
            .collect();
        found = found
            .into_iter()
            .flat_map(|one| {
                sizes.clone().into_iter().map(move |blocks| {
                    let mut one = one.clone();
                    one.accepted.push(blocks);
                    one
                })
            })
            .collect();
    }
    found.retain(|one| is_allowed(seller, one));
    found
}

fn is_allowed(seller: &Seller, one: &Decision) -> bool {
    let power = |(at, stock): (usize, &Stock)| {
        let built = seller.builds.iter().zip(&one.built).filter(|(build, _)| build.stock == at);
        built.map(|(build, blocks)| build.block_mw * blocks).sum::<f64>() <= stock.megawatts
    };
    let request = |(at, request): (usize, &Request)| {
        let ways = seller.ways.iter().zip(&one.accepted).filter(|(way, _)| way.request == at);
        ways.map(|(_, blocks)| blocks).sum::<f64>() <= request.blocks
    };
    let capital = |(year, most): &(i32, f64)| {
        let mut spent = 0.0;
        for (build, blocks) in seller.builds.iter().zip(&one.built) {
            for pay in &build.outlay {
                if seller.base.months[pay.month].year == *year {
                    spent += blocks * pay.amount;
                }
            }
        }
        spent <= *most
    };
    let promise = |(month, pool): (usize, usize)| {
        let base = &seller.base;
        let mut room = 1e-9;
        for (at, _) in base.held.iter().enumerate().filter(|(_, held)| held.pool == pool) {
            for (s, of) in base.scenarios.iter().enumerate() {
                room += of.probability * base.held_kgpu.at(s, month, at);
            }
        }
        for (build, blocks) in seller.builds.iter().zip(&one.built).filter(|(b, _)| b.pool == pool)
        {
            room += blocks * build.block_kgpu * build.promised[month];
        }
        let asked =
            seller.ways.iter().zip(&one.accepted).filter(|(way, _)| way.uses[0].pool == pool);
        asked.map(|(way, blocks)| blocks * way.block_kgpu * way.promised[month]).sum::<f64>()
            <= room
    };
    let months = 0..seller.base.months.len();
    let mut pools =
        months.flat_map(|month| (0..seller.base.pools.len()).map(move |pool| (month, pool)));
    pools.all(promise)
        && seller.stocks.iter().enumerate().all(power)
        && seller.requests.iter().enumerate().all(request)
        && seller.money.capital.iter().all(capital)
}

/// Returns what a choice earns in each future: fees of what is served, what is lost on the rest, what the market takes, less
/// what is built and run.
pub(crate) fn margin(seller: &Seller, one: &Decision) -> Vec<f64> {
    let scenarios = seller.base.scenarios.len();
    (0..scenarios).map(|s| fixed(seller, one, s) + served(seller, one, s)).collect()
}

fn fixed(seller: &Seller, one: &Decision, s: usize) -> f64 {
    let base = &seller.base;
    let mut sum = 0.0;
    for (build, blocks) in seller.builds.iter().zip(&one.built) {
        for (month, spec) in base.months.iter().enumerate() {
            let hours: f64 = base.weight.row(month).iter().sum();
            let kgpu = blocks * build.block_kgpu * build.available.at(s, month);
            sum -= spec.discount * hours * kgpu * (build.running + build.forgone) / 1e3;
        }
        let blocks = blocks * build.due.get(s).copied().unwrap_or(1.0);
        sum -= blocks
            * build.outlay.iter().map(|p| p.amount * base.months[p.month].discount).sum::<f64>();
        sum += blocks
            * build.left.iter().map(|p| p.amount * base.months[p.month].discount).sum::<f64>();
    }
    sum
}

fn served(seller: &Seller, one: &Decision, s: usize) -> f64 {
    let base = &seller.base;
    let mut sum = 0.0;
    for (month, spec) in base.months.iter().enumerate() {
        for hour in 0..base.hours.len() {
            let weight = base.weight.at(month, hour) * spec.discount / 1e3;
            sum += weight * of_hour(seller, one, (s, month, hour));
        }
    }
    sum
}

/// Earns what an hour can: every pool serves what pays most first; the market takes what is free, and then what pays less
/// than it does.
fn of_hour(seller: &Seller, one: &Decision, (s, month, hour): (usize, usize, usize)) -> f64 {
    let base = &seller.base;
    let (mut earned, mut free, mut cheap) = (0.0, 0.0, Vec::new());
    for pool in 0..base.pools.len() {
        let is_out = base.power_share.at(month, pool, hour) == 0.0;
        let built = seller.builds.iter().zip(&one.built).filter(|(build, _)| build.pool == pool);
        let built: f64 =
            built.map(|(b, blocks)| blocks * b.block_kgpu * b.available.at(s, month)).sum();
        let held: f64 = (0..base.held.len())
            .filter(|h| base.held[*h].pool == pool)
            .map(|h| base.held_kgpu.at(s, month, h))
            .sum();
        let mut there = if is_out { 0.0 } else { built + held };
        let mut asked: Vec<(f64, f64, f64)> = seller
            .ways
            .iter()
            .zip(&one.accepted)
            .filter(|(way, _)| way.uses[0].pool == pool)
            .map(|(way, blocks)| {
                let kgpu = blocks * way.block_kgpu * way.asked.at(s, month);
                (way.price * way.kept, way.price * way.credit, kgpu)
            })
            .collect();
        asked.sort_by(|a, b| (b.0 + b.1).total_cmp(&(a.0 + a.1)));
        for (fee, credit, kgpu) in asked {
            let taken = kgpu.min(there);
            there -= taken;
            earned += taken * fee - (kgpu - taken) * credit;
            cheap.push((fee + credit, taken));
        }
        free += there;
    }
    for market in seller.markets.iter().filter(|market| market.months[month]) {
        let mut left = market.kgpu - free.min(market.kgpu);
        earned += market.price * free.min(market.kgpu);
        cheap.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (worth, kgpu) in cheap.iter().filter(|(worth, _)| *worth < market.price) {
            let moved = left.min(*kgpu);
            earned += moved * (market.price - worth);
            left -= moved;
        }
    }
    earned
}

/// Weighs margins by future as the programme weighs costs.
pub(crate) fn weighed(program: &Program, margins: &[f64]) -> f64 {
    let lost: Vec<f64> = margins.iter().map(|margin| -margin).collect();
    -risk::weighed(program, &lost)
}

/// Returns the choice that earns most, and how much.
pub(crate) fn best(seller: &Seller) -> Option<(Decision, f64)> {
    let all = choices(seller).into_iter();
    let with = all.map(|one| {
        let earned = weighed(&seller.base, &margin(seller, &one));
        (one, earned)
    });
    with.max_by(|a, b| a.1.total_cmp(&b.1))
}
