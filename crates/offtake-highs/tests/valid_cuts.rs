//! Cuts against blocks that the full matrix solves: no cut, from any resolution, is above what a block
//! costs, at any signing. With the two mistakes that would break this, shown to break it.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_highs::Highs;
use offtake_plan::block::{Resolution, Tariff, cut};
use offtake_plan::program::*;
use offtake_plan::solver::Solver as _;
use offtake_plan::whatif::{Change, changed};
use offtake_plan::{Integers, Options, Search, whole};
use small::{Dice, options, program, threads};

/// What one block costs with so much signed: the full matrix of that month and future alone.
fn cost_of(program: &Program, scenario: usize, month: usize, signed: &[f64]) -> f64 {
    let mut one = program.clone();
    one.months = vec![program.months[month].clone()];
    one.scenarios = vec![Scenario { probability: 1.0 }];
    one.risk = Risk { weight: 0.0, level: 0.5 };
    let of = |table: &Table3, scenario: usize| {
        let (_, _, columns) = table.size();
        Table3::new((1, 1, columns), |_, _, column| table.at(scenario, month, column))
    };
    one.power_mw = of(&program.power_mw, scenario);
    one.held_kgpu = of(&program.held_kgpu, scenario);
    one.available = of(&program.available, scenario);
    one.demand_level = of(&program.demand_level, scenario);
    let plane = |table: &Table3| {
        let (_, rows, columns) = table.size();
        Table3::new((1, rows, columns), |_, row, column| table.at(month, row, column))
    };
    one.power_share = plane(&program.power_share);
    one.demand_shape = plane(&program.demand_shape);
    one.weight = Table2::new((1, program.hours.len()), |_, hour| program.weight.at(month, hour));
    one.spot_price = Table2::new((1, 1), |_, _| program.spot_price.at(scenario, month));
    for class in &mut one.classes {
        class.spot_kgpu_most = vec![class.spot_kgpu_most[month]];
    }
    for offer in &mut one.offers {
        offer.price = vec![offer.price[month]];
        (offer.prepayments, offer.payments, offer.at_stake) = Default::default();
        offer.size.least = 0.0;
    }
    one.limits = Limits::default();
    let model = whole::whole(&one).model;
    let mut highs = Highs::open(&model, std::sync::Arc::default()).unwrap();
    highs.set_whole(0..signed.len(), &vec![false; signed.len()]).unwrap();
    highs.set_column_bounds(0, signed, signed).unwrap();
    let fixed: f64 =
        signed.iter().enumerate().map(|(c, blocks)| blocks * one.fixed_cost(0, c)).sum();
    highs.solve().unwrap().objective - fixed
}

fn random_signing(program: &Program, dice: &mut Dice) -> Vec<f64> {
    program.offers.iter().map(|offer| dice.between(0.0, offer.size.most)).collect()
}

#[test]
fn no_cut_of_any_resolution_is_above_what_a_block_costs() {
    let threads = threads(1);
    let mut cuts = 0;
    for seed in 3000..3040 {
        let program = program(seed);
        let dice = &mut Dice::new(seed);
        let mut search = Search::new(&program, &threads, options(1e-4), |_| {}).unwrap();
        search.run().unwrap();
        let signings: Vec<Vec<f64>> = (0..3).map(|_| random_signing(&program, dice)).collect();
        let last = program.blocks() - 1;
        for kept in search.store.evaluations.iter().flatten() {
            if kept.place.scenario * program.months.len() + kept.place.month != last {
                continue;
            }
            let of = (kept.place, Tariff::Money { excess: 1e3 });
            let resolution = Resolution::joining(&program, kept.length);
            let cut = cut(&program, &resolution, of, &kept.duals, &[]);
            for signed in &signings {
                let cost = cost_of(&program, kept.place.scenario, kept.place.month, signed);
                let value = cut.at(signed, &[]);
                assert!(value <= cost + 1e-6 * cost.max(1.0), "seed {seed}: {value} above {cost}");
                cuts += 1;
            }
        }
    }
    assert!(cuts > 500, "{cuts}");
}

/// Two hours, one of which stands for one hour and the other for nine. Demand is high in the rare one.
fn uneven() -> Program {
    let months = vec![Month { name: "m".into(), year: 2026, discount: 1.0 }];
    let class =
        Class { name: "chat".into(), lost_load: 10.0, delay_hours: 1, spot_kgpu_most: vec![0.0] };
    Program {
        months,
        hours: vec![Hour { run: 0 }; 2],
        weight: Table2::new((1, 2), |_, hour| [1.0, 9.0][hour]),
        scenarios: vec![Scenario { probability: 1.0 }],
        sites: vec![Site { name: "s".into() }],
        power_mw: Table3::new((1, 1, 1), |_, _, _| 1e3),
        power_share: Table3::new((1, 1, 2), |_, _, _| 1.0),
        pools: vec![Pool { name: "p".into(), site: 0 }],
        classes: vec![class],
        uses: vec![Use { pool: 0, class: 0, performance: 1.0, power_kw: 1.0 }],
        demand_shape: Table3::new((1, 1, 2), |_, _, hour| [8.0, 1.0][hour]),
        demand_level: Table3::new((1, 1, 1), |_, _, _| 1.0),
        spot_price: Table2::new((1, 1), |_, _| 1.0),
        held: vec![Held { name: "h".into(), pool: 0, parties: vec![] }],
        held_kgpu: Table3::new((1, 1, 1), |_, _, _| 1.6),
        available: Table3::new((1, 1, 0), |_, _, _| 0.0),
        ..Program::default()
    }
}

fn bound_with(program: &Program, length: usize) -> f64 {
    let threads = threads(1);
    let options = Options {
        lengths: vec![length, 1],
        integers: Integers::Relaxed,
        rounds: 1,
        ..Options::default()
    };
    // One evaluation, at the coarse level: the bound is the cut's.
    let mut search = Search::new(program, &threads, options, |_| {}).unwrap();
    let _ = search.run();
    search.bound().unwrap()
}

#[test]
fn hours_of_unequal_weight_are_joined_by_their_weights() {
    let even_handed = uneven();
    // By hand: 8 in one hour and 9 hours of 1, 1.6 there. The peak's 6.4 may wait and the nine quiet hours
    // have 5.4 to spare: 17 asked, 16 served, 1 lost at 10 is 0.01 million.
    let cost = cost_of(&even_handed, 0, 0, &[]);
    assert!((cost - 0.01).abs() < 1e-9, "{cost}");
    let bound = bound_with(&even_handed, 2);
    assert!((bound - 0.01).abs() < 1e-6, "{bound}");
    // The plain mean of 8 and 1 over ten hours is 45 asked, 29 lost: a bound that is no bound.
    let mut plain = uneven();
    plain.weight = Table2::new((1, 2), |_, _| 5.0);
    let wrong = bound_with(&plain, 2);
    assert!(wrong > 20.0 * cost, "{wrong}");
}

#[test]
fn slopes_of_the_old_price_would_be_no_bound_when_a_flexible_price_falls() {
    let threads = threads(1);
    let mut broken = 0;
    for seed in 3100..3160 {
        let program = program(seed);
        let Some(offer) =
            program.offers.iter().position(|of| matches!(of.taking, Taking::Flexible { .. }))
        else {
            continue;
        };
        let mut search = Search::new(&program, &threads, options(1e-4), |_| {}).unwrap();
        search.run().unwrap();
        let cheaper = changed(&program, &Change::Price { offer, factor: 0.3 });
        let dice = &mut Dice::new(seed);
        for kept in search.store.evaluations.iter().flatten().filter(|kept| kept.length == 1) {
            let of = (kept.place, Tariff::Money { excess: 1e3 });
            let resolution = Resolution::joining(&program, 1);
            let old = cut(&program, &resolution, of, &kept.duals, &[]);
            let new = cut(&cheaper, &resolution, of, &kept.duals, &[]);
            let signed = random_signing(&program, dice);
            let cost = cost_of(&cheaper, kept.place.scenario, kept.place.month, &signed);
            let slack = 1e-6 * cost.max(1.0);
            assert!(new.at(&signed, &[]) <= cost + slack, "seed {seed}");
            broken += usize::from(old.at(&signed, &[]) > cost + slack);
        }
    }
    assert!(
        broken > 0,
        "no cut with the old slopes was above the new cost: this test shows nothing"
    );
}
