//! After every kind of change, what was learned before is a valid bound at once, and the search that
//! begins from it ends where the full matrix does.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::{Program, Size, Step, Table2, Taking};
use offtake_plan::whatif::{Change, changed};
use offtake_plan::{Search, Store};
use small::{Dice, offer, optimum, options, program, threads};

fn learned(program: &Program) -> Store {
    let threads = threads(1);
    let mut search = Search::new(program, &threads, options(1e-5), |_| {}).unwrap();
    search.run().unwrap();
    search.store
}

/// Says what is wrong with a what-if, if anything.
fn wrong(program: &Program, store: &Store, name: &str) -> Option<String> {
    let threads = threads(1);
    let best = optimum(program).unwrap();
    let slack = 2e-5 * best.abs().max(1.0);
    let mut search = Search::new(program, &threads, options(1e-5), |_| {}).unwrap();
    search.recall(store).unwrap();
    let at_once = search.bound().unwrap();
    let found = search.run().unwrap();
    let is_right = at_once <= best + slack
        && found.bound <= best + slack
        && found.gap() <= 1e-5
        && (found.objective - best).abs() <= slack;
    (!is_right).then(|| {
        format!(
            "{name}: at once {at_once}, then {} to {}, optimum {best}",
            found.bound, found.objective
        )
    })
}

/// Draws one change of each kind.
fn changes(program: &Program, dice: &mut Dice) -> Vec<(&'static str, Change)> {
    let any = |dice: &mut Dice| dice.below(program.offers.len());
    let available = Table2::new((1, program.months.len()), |_, _| 1.0);
    let new = |dice: &mut Dice, taking| {
        let mut new = offer(program, dice, 99);
        new.taking = taking;
        new.size = Size { least: 0.0, most: 3.0, step: Step::Whole };
        Box::new(new)
    };
    let flexible = Taking::Flexible { share: dice.between(0.0, 0.9) };
    let firm = new(dice, Taking::Firm);
    let taken = new(dice, flexible);
    vec![
        ("price rises", Change::Price { offer: any(dice), factor: dice.between(1.05, 2.0) }),
        ("price falls", Change::Price { offer: any(dice), factor: dice.between(0.2, 0.95) }),
        ("slip", Change::Slip { offer: any(dice), months: 1 }),
        ("supplier lost", Change::Lose { party: 0, from: dice.below(program.months.len()) }),
        ("site lost", Change::Lose { party: 2, from: 0 }),
        ("new firm offer", Change::Add { offer: firm, available: available.clone() }),
        ("new flexible offer", Change::Add { offer: taken, available }),
        ("signed", Change::Sign { offer: 0, blocks: program.offers[0].size.most }),
    ]
}

#[test]
fn after_every_kind_of_change_the_bound_is_valid_at_once_and_the_search_ends_at_the_optimum() {
    let mut found = Vec::new();
    for seed in 2000..2040 {
        let program = program(seed);
        let store = learned(&program);
        for (name, change) in changes(&program, &mut Dice::new(seed ^ 77)) {
            let changed = changed(&program, &change);
            found.extend(wrong(&changed, &store, name).map(|it| format!("seed {seed}, {it}")));
        }
    }
    assert!(found.is_empty(), "{} wrong:\n{}", found.len(), found[..found.len().min(8)].join("\n"));
}

#[test]
fn after_dearer_or_cheaper_recourse_and_more_demand_the_bound_is_valid_too() {
    let mut found = Vec::new();
    for seed in 2100..2130 {
        let program = program(seed);
        let store = learned(&program);
        let mut dear = program.clone();
        dear.spot_price.change(|_, _, price| 1.4 * price);
        dear.classes.iter_mut().for_each(|class| class.lost_load *= 1.2);
        let mut cheap = program.clone();
        cheap.spot_price.change(|_, _, price| 0.5 * price);
        cheap.classes.iter_mut().for_each(|class| class.lost_load *= 0.6);
        let mut grown = program.clone();
        grown.demand_level.change(|_, _, _, level| 1.3 * level);
        grown.power_mw.change(|_, _, _, mw| 0.8 * mw);
        for (name, changed) in [("dearer", dear), ("cheaper", cheap), ("grown", grown)] {
            found.extend(wrong(&changed, &store, name).map(|it| format!("seed {seed}, {it}")));
        }
    }
    assert!(found.is_empty(), "{} wrong:\n{}", found.len(), found[..found.len().min(8)].join("\n"));
}
