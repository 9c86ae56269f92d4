//! Regret of look-ahead: what a planner who sees little pays for it, by hand and in random programs.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::*;
use offtake_plan::results::{Look, look_ahead};
use offtake_plan::{Program, Search};
use small::{limited, options, program, threads};

/// Three months of one GPU's work: it may be bought for all of them at once for 10, or month by month for 6.
fn by_hand() -> Program {
    let mut made = Program::default();
    let month = |m: i32| Month { name: format!("m{m}"), year: 2026, discount: 1.0 };
    made.months = (0..3).map(month).collect();
    made.hours = vec![Hour { run: 0 }];
    made.weight = Table2::new((3, 1), |_, _| 700.0);
    made.scenarios = vec![Scenario { probability: 1.0 }];
    made.sites = vec![Site { name: "site".into() }];
    made.pools = vec![Pool { name: "pool".into(), site: 0 }];
    made.power_mw = Table3::new((1, 3, 1), |_, _, _| 10.0);
    made.power_share = Table3::new((3, 1, 1), |_, _, _| 1.0);
    let class = Class {
        name: "work".into(),
        lost_load: 100.0,
        delay_hours: 0,
        spot_kgpu_most: vec![0.0; 3],
    };
    made.classes = vec![class];
    made.uses = vec![Use { pool: 0, class: 0, performance: 1.0, power_kw: 1.0 }];
    made.demand_shape = Table3::new((3, 1, 1), |_, _, _| 1.0);
    made.demand_level = Table3::new((1, 3, 1), |_, _, _| 1.0);
    made.spot_price = Table2::new((1, 3), |_, _| 1.0);
    made.held_kgpu = Table3::new((1, 3, 0), |_, _, _| 0.0);
    let offer = |name: &str, month: usize, amount: f64| Offer {
        name: name.into(),
        pool: 0,
        block_kgpu: 1.0,
        size: Size { least: 0.0, most: 1.0, step: Step::Whole },
        price: vec![0.0; 3],
        taking: Taking::Firm,
        prepayments: vec![Payment { month, amount }],
        payments: Vec::new(),
        at_stake: Vec::new(),
        parties: Vec::new(),
    };
    made.offers = vec![offer("all", 0, 10.0)];
    made.offers.extend((0..3).map(|m| offer("one", m, 6.0)));
    made.available = Table3::new((1, 3, 4), |_, month, offer| {
        f64::from(u8::from(offer == 0 || month == offer - 1))
    });
    assert_eq!(findings(&made), []);
    made
}

#[test]
fn who_sees_one_month_buys_month_by_month_and_who_sees_two_does_not() {
    let (made, threads, options) = (by_hand(), threads(1), options(1e-6));
    let found = Search::new(&made, &threads, options.clone(), |_| {}).unwrap().run().unwrap();
    assert!((found.objective - 10.0).abs() < 1e-6);
    let look = |ahead| {
        let look = Look { ahead, every: 1 };
        look_ahead(&made, (&threads, &options), &found, (&[0, 0, 1, 2], look)).unwrap()
    };
    // 6 for the first month; then, with two to come, nothing is better than 6 each.
    assert_eq!(look(1).signed, [0.0, 1.0, 1.0, 1.0]);
    assert!((look(1).objective - 18.0).abs() < 1e-6);
    // Of two months 10 is less than 12.
    assert_eq!(look(2).signed, [1.0, 0.0, 0.0, 0.0]);
    assert!((look(2).objective - 10.0).abs() < 1e-6);
    assert_eq!(look(3).signed, found.signed);
}

#[test]
fn no_look_ahead_costs_less_than_the_bound_and_seeing_all_costs_what_the_plan_does() {
    let (threads, options) = (threads(1), options(1e-5));
    let mut dearer = 0;
    for seed in 9100..9160 {
        let made = if seed % 2 == 0 { program(seed) } else { limited(seed) };
        let Ok(found) = Search::new(&made, &threads, options.clone(), |_| {}).unwrap().run() else {
            continue;
        };
        let months = made.months.len();
        let signed_in: Vec<usize> = (0..made.offers.len()).map(|offer| offer % months).collect();
        for ahead in 1..=months {
            let look = Look { ahead, every: 1 };
            let Ok(seen) = look_ahead(&made, (&threads, &options), &found, (&signed_in, look))
            else {
                // Rows of what is signed may be broken by earlier decisions.
                assert!(seed % 2 == 1, "seed {seed}");
                continue;
            };
            let slack = 1e-6 * found.objective.abs().max(1.0);
            if seen.breaks.is_empty() {
                assert!(seen.objective >= found.bound - slack, "seed {seed}: {seen:?}");
            }
            if ahead == months {
                assert_eq!((seen.objective, &seen.signed), (found.objective, &found.signed));
            } else if seen.objective > found.objective + slack {
                dearer += 1;
            }
        }
    }
    assert!(dearer > 10, "{dearer}");
}
