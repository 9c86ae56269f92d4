//! Small random programs with everything in them: unequal hours, several runs, outages, waiting work,
//! minimum sizes, prepayments, held capacity, parties.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]
#![allow(clippy::field_reassign_with_default, reason = "one part after the other draws")]

use offtake_highs::{Highs, Threads};
use offtake_plan::program::*;
use offtake_plan::solver::{Answer, Ended, Solver as _};
use offtake_plan::{Options, whole};
use offtake_stdx::{Entity, Purpose, Stream};
use std::num::NonZeroUsize;

pub(crate) fn threads(count: usize) -> Threads {
    Threads::new(NonZeroUsize::new(count).unwrap())
}

pub(crate) fn options(gap: f64) -> Options {
    Options { gap, lengths: vec![4, 2, 1], ..Options::default() }
}

/// The optimum of the full matrix: what the decomposition has to find.
pub(crate) fn truth(program: &Program) -> Answer {
    let whole = whole::whole(program);
    let mut highs = Highs::open(&whole.model, std::sync::Arc::default()).unwrap();
    highs.set_gap(1e-7).unwrap();
    highs.solve().unwrap()
}

/// The optimum's objective; `None` if nothing keeps all limits.
pub(crate) fn optimum(program: &Program) -> Option<f64> {
    let answer = truth(program);
    (answer.ended == Ended::Optimal).then_some(answer.objective)
}

pub(crate) struct Dice(Stream);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(Stream::new(seed, Purpose::new("small"), Entity::new("program"), 0, 0))
    }
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((self.0.uniform() * count as f64) as usize).min(count - 1)
    }
    pub(crate) fn is(&mut self, share: f64) -> bool {
        self.0.uniform() < share
    }
}

/// A random small program without standards and limits.
pub(crate) fn program(seed: u64) -> Program {
    let dice = &mut Dice::new(seed);
    let (months, scenarios) = (1 + dice.below(3), 1 + dice.below(3));
    let mut made = Program::default();
    made.months = (0..months)
        .map(|m| Month {
            name: format!("m{m}"),
            year: 2026 + i32::from(m > 1),
            discount: 1.0 - 0.01 * m as f64,
        })
        .collect();
    let runs: Vec<usize> = (0..1 + dice.below(2)).map(|_| 1 + dice.below(6)).collect();
    for (run, length) in runs.iter().enumerate() {
        made.hours.extend(vec![Hour { run }; *length]);
    }
    let hours = made.hours.len();
    // Half of them stand for different numbers of hours, within a run too.
    let is_even = dice.is(0.5);
    made.weight = Table2::new((months, hours), |_, _| {
        if is_even { 720.0 / hours as f64 } else { dice.between(20.0, 300.0) }
    });
    let weights: Vec<f64> = (0..scenarios).map(|_| dice.between(0.5, 1.5)).collect();
    let total: f64 = weights.iter().sum();
    made.scenarios = weights.iter().map(|w| Scenario { probability: w / total }).collect();
    supply(&mut made, dice);
    work(&mut made, dice);
    offers(&mut made, dice);
    let weight = if dice.is(0.5) { dice.between(0.1, 0.9) } else { 0.0 };
    made.risk = Risk { weight, level: dice.between(0.3, 0.9) };
    if dice.is(0.3) {
        // In some futures somebody else has taken an offer before it can be signed.
        made.due =
            Table2::new((scenarios, made.offers.len()), |_, _| f64::from(u8::from(dice.is(0.7))));
    }
    assert_eq!(findings(&made), []);
    made
}

fn supply(made: &mut Program, dice: &mut Dice) {
    let (months, scenarios, hours) = (made.months.len(), made.scenarios.len(), made.hours.len());
    let sites = 1 + dice.below(2);
    made.kinds = vec!["supplier".into(), "site".into()];
    for at in 0..2 {
        made.parties.push(Party { kind: 0, name: format!("supplier-{at}") });
    }
    for site in 0..sites {
        made.sites.push(Site { name: format!("site-{site}") });
        made.parties.push(Party { kind: 1, name: format!("site-{site}") });
        for kind in 0..1 + dice.below(2) {
            made.pools.push(Pool { name: format!("pool-{site}-{kind}"), site });
        }
    }
    made.power_mw = Table3::new((1, months, sites), |_, _, _| dice.between(5.0, 30.0));
    made.power_share = Table3::new((months, sites, hours), |_, _, _| {
        if dice.is(0.1) { 0.0 } else { dice.between(0.7, 1.0) }
    });
    for at in 0..1 + dice.below(2) {
        let pool = dice.below(made.pools.len());
        let parties = vec![dice.below(2), 2 + made.pools[pool].site];
        made.held.push(Held { name: format!("held-{at}"), pool, parties });
    }
    let size = (scenarios, months, made.held.len());
    made.held_kgpu = Table3::new(size, |_, _, _| dice.between(0.0, 3.0));
}

fn work(made: &mut Program, dice: &mut Dice) {
    let (months, scenarios, hours) = (made.months.len(), made.scenarios.len(), made.hours.len());
    for class in 0..1 + dice.below(3) {
        made.classes.push(Class {
            name: format!("class-{class}"),
            lost_load: dice.between(4.0, 20.0),
            delay_hours: if dice.is(0.5) { 1 + dice.below(4) } else { 0 },
            spot_kgpu_most: vec![dice.between(0.0, 1.0); months],
        });
        for pool in 0..made.pools.len() {
            if pool == 0 || dice.is(0.7) {
                let (performance, power_kw) = (dice.between(0.3, 1.2), dice.between(1.0, 2.5));
                made.uses.push(Use { pool, class, performance, power_kw });
            }
        }
    }
    let classes = made.classes.len();
    made.demand_shape = Table3::new((months, classes, hours), |_, _, _| dice.between(0.4, 1.6));
    made.demand_level = Table3::new((scenarios, months, classes), |_, _, _| dice.between(1.0, 6.0));
    made.spot_price = Table2::new((scenarios, months), |_, _| dice.between(2.0, 12.0));
}

fn offers(made: &mut Program, dice: &mut Dice) {
    let (months, scenarios) = (made.months.len(), made.scenarios.len());
    for at in 0..2 + dice.below(4) {
        let offer = offer(made, dice, at);
        made.offers.push(offer);
    }
    let size = (scenarios, months, made.offers.len());
    made.available = Table3::new(size, |_, _, _| {
        if dice.is(0.3) {
            0.0
        } else if dice.is(0.3) {
            dice.between(0.0, 1.0)
        } else {
            1.0
        }
    });
}

pub(crate) fn offer(made: &Program, dice: &mut Dice, at: usize) -> Offer {
    let months = made.months.len();
    let pool = dice.below(made.pools.len());
    let most = 1.0 + dice.below(6) as f64;
    let least = if dice.is(0.3) { 1.0 + dice.below(most as usize) as f64 } else { 0.0 };
    let price = dice.between(1.0, 5.0);
    let paid = |amount| vec![Payment { month: 0, amount }];
    Offer {
        name: format!("offer-{at}"),
        pool,
        block_kgpu: dice.between(0.3, 2.0),
        size: Size { least, most, step: if dice.is(0.8) { Step::Whole } else { Step::Any } },
        price: (0..months).map(|_| price * dice.between(0.9, 1.1)).collect(),
        taking: if dice.is(0.5) {
            Taking::Firm
        } else {
            Taking::Flexible { share: dice.between(0.0, 0.9) }
        },
        prepayments: if dice.is(0.3) { paid(dice.between(0.0, 0.3)) } else { Vec::new() },
        payments: if dice.is(0.3) { paid(dice.between(-0.1, 0.3)) } else { Vec::new() },
        at_stake: if dice.is(0.5) { vec![dice.between(0.0, 1.0); months] } else { Vec::new() },
        parties: vec![dice.below(2), 2 + made.pools[pool].site],
    }
}

/// A random program with some of every kind of limit, loose and tight.
pub(crate) fn limited(seed: u64) -> Program {
    let mut made = program(seed);
    let dice = &mut Dice::new(seed ^ 0xa5a5);
    let months: Vec<usize> = (0..made.months.len()).collect();
    let scenarios: Vec<usize> = (0..made.scenarios.len()).collect();
    let classes = made.classes.len();
    let asked: f64 = months.iter().map(|m| made.month_hours(*m) * 4.0).sum();
    let mut limits = Limits::default();
    if dice.is(0.6) {
        let measure = if dice.is(0.5) {
            Measure::Expected
        } else {
            Measure::Cvar { level: dice.between(0.2, 0.8) }
        };
        let (of, most) = (vec![dice.below(classes)], asked * dice.between(0.02, 0.6));
        limits.standards.push(Standard {
            name: "unserved".into(),
            classes: of,
            months: months.clone(),
            measure,
            most,
        });
    }
    if dice.is(0.3) {
        limits.losses.push(LossLimit {
            name: "n-1".into(),
            kind: dice.below(2),
            classes: vec![dice.below(classes)],
            months: vec![dice.below(months.len())],
            scenarios: vec![scenarios[dice.below(scenarios.len())]],
            most: asked * dice.between(0.1, 0.9),
        });
    }
    if dice.is(0.3) {
        let share = dice.between(0.5, 1.0);
        limits.concentration.push(ConcentrationLimit {
            name: "concentration".into(),
            kind: 0,
            share,
        });
    }
    if dice.is(0.3) {
        let most = dice.between(2.0, 60.0);
        limits.budgets.push(BudgetLimit { name: "budget".into(), year: 2026, most });
    }
    if dice.is(0.3) {
        let most = dice.between(0.0, 2.0);
        limits.prepayments.push(PrepaymentLimit { name: "prepayment".into(), month: 0, most });
    }
    if dice.is(0.3) {
        let most = dice.between(0.0, 4.0);
        limits.exposures.push(ExposureLimit {
            name: "exposure".into(),
            party: dice.below(2),
            most,
        });
    }
    if dice.is(0.3) {
        let terms = vec![(0, 1.0), (1, 1.0)];
        limits.rows.push(RowLimit { name: "one-of".into(), terms, most: 3.0 });
    }
    made.limits = limits;
    assert_eq!(findings(&made), []);
    made
}
