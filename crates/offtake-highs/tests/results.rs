//! What a plan says, against answers from elsewhere: the full matrix at other prices and limits, sums, and
//! a program small enough to work out by hand.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::*;
use offtake_plan::results::{
    alternatives, bill, frontier, information, limit_prices, mean_program, one_scenario, walk_away,
};
use offtake_plan::whatif::{Change, changed};
use offtake_plan::{Search, risk};
use small::{optimum, options, program, threads};

#[test]
fn the_lines_of_a_bill_sum_to_its_cost_to_the_cent() {
    let threads = threads(1);
    for seed in 4000..4030 {
        let program = program(seed);
        let mut search = Search::new(&program, &threads, options(1e-4), |_| {}).unwrap();
        let found = search.run().unwrap();
        let bill = bill(&mut search, &found.signed, &found.allowed).unwrap();
        let sum: f64 = bill.lines.iter().map(|line| line.cost).sum();
        let cent = 1e-8;
        assert!((sum - bill.expected).abs() < cent, "seed {seed}: {sum} and {}", bill.expected);
        assert!((bill.objective - found.objective).abs() < cent, "seed {seed}: {bill:?} {found:?}");
        let weighed = risk::weighed(&program, &bill.costs);
        assert!((weighed - bill.objective).abs() < cent && bill.worst >= bill.cvar - cent);
    }
}

#[test]
fn at_the_ends_of_the_walk_away_price_the_full_matrix_changes_its_mind() {
    let threads = threads(1);
    let (mut wrong, mut narrow, mut all) = (Vec::new(), 0, 0);
    for seed in 4100..4130 {
        let program = program(seed);
        let mut search = Search::new(&program, &threads, options(1e-6), |_| {}).unwrap();
        let found = search.run().unwrap();
        for offer in 0..program.offers.len() {
            let price = walk_away(&mut search, &found, offer).unwrap();
            if !price.low.is_finite() || price.asked <= 0.0 {
                continue;
            }
            let cost = |factor: f64, blocks: f64| {
                let moved = changed(&program, &Change::Price { offer, factor });
                optimum(&changed(&moved, &Change::Sign { offer, blocks }))
            };
            let Some(without) = cost(1.0, 0.0) else { continue };
            let slack = 1e-5 * without.abs().max(1.0);
            all += 1;
            narrow += usize::from(price.high - price.low < 0.05 * price.asked);
            let at = |price_at: f64| cost(price_at / price.asked, price.blocks).unwrap();
            if price.low > 0.0 && price.low < 100.0 * price.asked && at(price.low) > without + slack
            {
                wrong.push(format!("seed {seed}: at {} it is not worth it: {price:?}", price.low));
            }
            if price.high < 100.0 * price.asked && at(price.high) < without - slack {
                wrong.push(format!(
                    "seed {seed}: at {} it still is worth it: {price:?}",
                    price.high
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
    assert!(narrow * 10 > all * 7, "{narrow} of {all} intervals are narrow");
}

#[test]
fn the_price_of_a_limit_is_what_one_more_unit_saves() {
    let threads = threads(1);
    let mut priced = 0;
    for seed in 4200..4240 {
        let mut tight = program(seed);
        tight.offers.iter_mut().for_each(|offer| {
            offer.size = Size { least: 0.0, most: offer.size.most, step: Step::Any };
        });
        let free = optimum(&tight).unwrap();
        tight.limits.budgets = vec![BudgetLimit { name: "budget".into(), year: 2026, most: 3.0 }];
        let Some(best) = optimum(&tight) else { continue };
        if best < free + 1e-3 {
            continue;
        }
        let mut search = Search::new(&tight, &threads, options(1e-8), |_| {}).unwrap();
        let found = search.run().unwrap();
        let price = limit_prices(&mut search, &found).unwrap()[0].price;
        let step = 1e-4;
        let mut looser = tight.clone();
        looser.limits.budgets[0].most += step;
        let mut tighter = tight.clone();
        tighter.limits.budgets[0].most -= step;
        let after = (best - optimum(&looser).unwrap()) / step;
        let before = (optimum(&tighter).unwrap() - best) / step;
        let slack = 1e-2 * (1.0 + price);
        assert!(
            price >= after - slack && price <= before + slack,
            "seed {seed}: {price} is not between {after} and {before}"
        );
        priced += 1;
    }
    assert!(priced > 8, "{priced}");
}

#[test]
fn a_tighter_limit_never_costs_less() {
    let threads = threads(1);
    for seed in 4300..4312 {
        let mut limited = program(seed);
        let months: Vec<usize> = (0..limited.months.len()).collect();
        let mut last = f64::NEG_INFINITY;
        for most in [4000.0, 2000.0, 1000.0, 500.0] {
            limited.limits.standards = vec![Standard {
                name: "eue".into(),
                classes: vec![0],
                months: months.clone(),
                measure: Measure::Expected,
                most,
            }];
            let mut search = Search::new(&limited, &threads, options(1e-6), |_| {}).unwrap();
            let Ok(found) = search.run() else { break };
            assert!(found.objective >= last - 1e-5 * last.abs().max(1.0), "seed {seed}");
            last = found.objective;
        }
    }
}

#[test]
fn alternatives_cost_what_they_say_and_the_frontier_is_one() {
    let threads = threads(1);
    let mut found_some = 0;
    for seed in 4400..4412 {
        let mut program = program(seed);
        program.risk = Risk { weight: 0.3, level: 0.6 };
        let options = options(1e-5);
        let mut search = Search::new(&program, &threads, options.clone(), |_| {}).unwrap();
        let found = search.run().unwrap();
        for other in alternatives(&mut search, &found, 0.05, 3).unwrap() {
            found_some += 1;
            let mut fixed = program.clone();
            for (offer, blocks) in other.signed.iter().enumerate() {
                fixed = changed(&fixed, &Change::Sign { offer, blocks: *blocks });
            }
            let truth = optimum(&fixed).unwrap();
            assert!((truth - other.objective).abs() < 1e-5 * truth.abs().max(1.0));
            assert!(other.objective <= 1.05 * found.objective + 1e-6);
        }
        let weights: Vec<f64> = (0..21).map(|at| f64::from(at) / 20.0).collect();
        let points = frontier(&mut search, &found, &weights, 1).unwrap();
        assert_eq!(points.len(), 21);
        for pair in points.windows(2) {
            let slack = 1e-6 * pair[0].expected.abs().max(1.0);
            assert!(pair[1].expected >= pair[0].expected - slack, "seed {seed}: {pair:?}");
            assert!(pair[1].cvar <= pair[0].cvar + slack, "seed {seed}: {pair:?}");
        }
        for point in points.iter().step_by(10) {
            let mut of = program.clone();
            of.risk.weight = point.weight;
            let best = optimum(&of).unwrap();
            let value = (1.0 - point.weight) * point.expected + point.weight * point.cvar;
            let slack = 1e-5 * best.abs().max(1.0);
            assert!(point.bound <= best + slack && value >= best - slack, "seed {seed}");
        }
    }
    assert!(found_some > 5, "{found_some}");
}

#[test]
fn what_information_is_worth_is_what_the_full_matrix_says() {
    let threads = threads(1);
    for seed in 4500..4515 {
        let program = program(seed);
        let mut search = Search::new(&program, &threads, options(1e-6), |_| {}).unwrap();
        let found = search.run().unwrap();
        let told = information(&mut search, &found).unwrap();
        let best = optimum(&program).unwrap();
        let slack = 1e-4 * best.abs().max(1.0);
        let alone: Vec<f64> = (0..program.scenarios.len())
            .map(|scenario| optimum(&one_scenario(&program, scenario)).unwrap())
            .collect();
        let perfect = best - risk::weighed(&program, &alone);
        let (low, high) = told.perfect.unwrap();
        assert!(low <= perfect + slack && perfect <= high + slack, "seed {seed}: {perfect}");
        assert!(high - low < slack, "seed {seed}: {low} to {high}");
        assert!(optimum(&mean_program(&program)).is_some());
        let (low, high) = told.stochastic.unwrap();
        assert!(low >= 0.0 && high >= low - slack);
    }
}

/// One site, one month of 100 hours, one class that asks for 10 kGPU and loses 5 for each GPU-hour not
/// served; an offer of up to 10 blocks of 1 kGPU, firm at 3.
fn by_hand() -> Program {
    Program {
        months: vec![Month { name: "m".into(), year: 2026, discount: 1.0 }],
        hours: vec![Hour { run: 0 }],
        weight: Table2::new((1, 1), |_, _| 100.0),
        scenarios: vec![Scenario { probability: 1.0 }],
        sites: vec![Site { name: "s".into() }],
        power_mw: Table3::new((1, 1, 1), |_, _, _| 8.0),
        power_share: Table3::new((1, 1, 1), |_, _, _| 1.0),
        pools: vec![Pool { name: "p".into(), site: 0 }],
        classes: vec![Class {
            name: "chat".into(),
            lost_load: 5.0,
            delay_hours: 0,
            spot_kgpu_most: vec![0.0],
        }],
        uses: vec![Use { pool: 0, class: 0, performance: 1.0, power_kw: 1.0 }],
        demand_shape: Table3::new((1, 1, 1), |_, _, _| 1.0),
        demand_level: Table3::new((1, 1, 1), |_, _, _| 10.0),
        spot_price: Table2::new((1, 1), |_, _| 9.0),
        held_kgpu: Table3::new((1, 1, 0), |_, _, _| 0.0),
        offers: vec![Offer {
            name: "o".into(),
            pool: 0,
            block_kgpu: 1.0,
            size: Size { least: 0.0, most: 10.0, step: Step::Whole },
            price: vec![3.0],
            taking: Taking::Firm,
            prepayments: vec![],
            payments: vec![],
            at_stake: vec![],
            parties: vec![],
        }],
        available: Table3::new((1, 1, 1), |_, _, _| 1.0),
        ..Program::default()
    }
}

#[test]
fn a_plan_worked_out_by_hand() {
    let program = by_hand();
    let threads = threads(1);
    let mut search = Search::new(&program, &threads, options(1e-7), |_| {}).unwrap();
    let found = search.run().unwrap();
    // Power serves 8: sign 8 for 2.4 million, lose 2 at 5 for 100 hours: 1 million.
    assert_eq!(found.signed, [8.0]);
    assert!((found.objective - 3.4).abs() < 1e-6, "{found:?}");
    // Eight blocks are worth what they save: 5 a GPU-hour. Nothing more, nothing less.
    let price = walk_away(&mut search, &found, 0).unwrap();
    assert!((price.low - 5.0).abs() < 1e-3 && (price.high - 5.0).abs() < 1e-3, "{price:?}");
    assert_eq!((price.asked, price.blocks, price.is_signed), (3.0, 8.0, true));
}
