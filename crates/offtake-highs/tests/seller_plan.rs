//! The seller's reduction: against HiGHS on the full matrix, and against all choices counted one by one, with margins that
//! share no arithmetic with the programme.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod seller;
mod small;

use offtake_plan::program::findings;
use offtake_plan::seller::{Columns, Decision, Seller, decision, margins, nothing, write};
use offtake_plan::{Allowed, Program, Search, results};
use seller::{best, choices, margin, random, weighed};
use small::{optimum, options, threads};

/// Searches, and returns what is decided, what it costs and which offer is what.
fn plan(seller: &Seller) -> (Decision, f64, Columns, Program) {
    let (program, columns) = write(seller);
    assert_eq!(findings(&program), []);
    let threads = threads(1);
    let mut search = Search::new(&program, &threads, options(1e-7), |_| {}).unwrap();
    let found = search.run().unwrap();
    drop(search);
    (decision(seller, &columns, &found.signed), found.objective, columns, program)
}

#[test]
fn the_decomposition_finds_the_optimum_of_the_full_matrix() {
    let threads = threads(1);
    let (mut wrong, mut builds, mut accepts, mut borrows) = (Vec::new(), 0, 0, 0);
    for seed in 0..240 {
        let seller = random(seed);
        let (program, columns) = write(&seller);
        assert_eq!(findings(&program), [], "seed {seed}");
        let best = optimum(&program);
        let mut search = Search::new(&program, &threads, options(1e-6), |_| {}).unwrap();
        let found = search.run();
        drop(search);
        match (best, found) {
            (Some(best), Ok(found))
                if (found.objective - best).abs() <= 2e-6 * best.abs().max(1.0) =>
            {
                let decided = decision(&seller, &columns, &found.signed);
                builds += usize::from(decided.built.iter().any(|blocks| *blocks > 0.0));
                accepts += usize::from(decided.accepted.iter().any(|blocks| *blocks > 0.0));
                borrows += usize::from(decided.borrowed.iter().any(|debt| *debt > 1e-6));
            }
            (None, Err(offtake_plan::PlanError::NoPlan(_))) => {}
            other => wrong.push(format!("seed {seed}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
    // Nothing is shown by programmes in which nothing is worth doing.
    assert!(builds > 60 && accepts > 60 && borrows > 20, "{builds}, {accepts}, {borrows}");
}

#[test]
fn the_plan_is_the_best_of_all_choices_counted_one_by_one() {
    let (mut wrong, mut done, mut late) = (Vec::new(), 0, 0);
    for seed in 0..220 {
        let mut seller = random(seed);
        // Debt is a quantity and not a choice of so many; its rows are held against the full matrix above.
        seller.builds.iter_mut().for_each(|build| build.loan = None);
        let Some((choice, best)) = best(&seller) else {
            panic!("seed {seed}: doing nothing is always a choice");
        };
        let (decided, objective, columns, program) = plan(&seller);
        let by_plan = columns.most - objective;
        if (by_plan - best).abs() > 1e-5 * columns.most.max(1.0) {
            wrong.push(format!("seed {seed}: {by_plan} by the plan, {best} counted, {choice:?}"));
        }
        done += usize::from(choice.built.iter().any(|blocks| *blocks > 0.0));
        // What the plan chose earns what the plan says, counted future by future.
        let counted = weighed(&program, &margin(&seller, &decided));
        assert!(
            (counted - by_plan).abs() <= 1e-5 * columns.most.max(1.0),
            "seed {seed}: {counted} {by_plan}"
        );
        late += usize::from(columns.level.is_some());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
    assert!(
        done > 60 && late > 60,
        "{done} that build, {late} whose futures ask for different sums"
    );
}

#[test]
fn every_choice_costs_what_all_that_is_asked_for_would_pay_less_its_margin() {
    for seed in 0..40 {
        let seller = random(seed);
        let (program, columns) = write(&seller);
        let threads = threads(1);
        let mut search = Search::new(&program, &threads, options(1e-6), |_| {}).unwrap();
        let allowed = Allowed::nothing(&program, &[]);
        for choice in choices(&seller).into_iter().take(12) {
            let mut signed = nothing(&program, &columns);
            for (offer, blocks) in columns.builds.iter().zip(&choice.built) {
                signed[*offer] = *blocks;
            }
            for (at, (of, taken)) in columns.ways.iter().zip(&choice.accepted).enumerate() {
                let blocks = seller.requests[seller.ways[at].request].blocks;
                if *taken > 0.0 {
                    signed[of.all] = 0.0;
                    if let Some(part) = of.part {
                        signed[part] = blocks - taken;
                    }
                }
            }
            let bill = results::bill(&mut search, &signed, &allowed).unwrap();
            let counted = margin(&seller, &choice);
            for (cost, margin) in bill.costs.iter().zip(&counted) {
                let by_bill = columns.most - cost;
                assert!(
                    (by_bill - margin).abs() < 1e-6 * columns.most.max(1.0),
                    "seed {seed}: {by_bill} {margin}"
                );
            }
            // The parts that a report shows sum to the margin.
            let parts = margins(&seller, (&program, &columns), &bill);
            let mean: f64 =
                program.scenarios.iter().zip(&counted).map(|(s, m)| s.probability * m).sum();
            assert!(
                (parts.sum() - mean).abs() < 1e-6 * columns.most.max(1.0),
                "seed {seed}: {parts:?} {mean}"
            );
        }
    }
}

#[test]
fn a_tighter_limit_never_earns_more_and_a_dearer_request_is_never_turned_away_for_it() {
    let mut tighter = 0;
    for seed in 0..60 {
        let seller = random(seed);
        let (program, columns) = write(&seller);
        let Some(cost) = optimum(&program) else { continue };
        let earns = columns.most - cost;
        let slack = 1e-6 * columns.most.max(1.0);
        let mut others = Vec::new();
        for change in 0..3 {
            let mut other = seller.clone();
            match change {
                0 => other.money.floor *= 1.5,
                1 => other.money.debt = Some(0.5 * other.money.debt.unwrap_or(2.0)),
                _ => other.money.capital.iter_mut().for_each(|(_, most)| *most *= 0.5),
            }
            let (program, columns) = write(&other);
            others.push(optimum(&program).map_or(f64::NEG_INFINITY, |cost| columns.most - cost));
        }
        for other in others {
            assert!(other <= earns + slack, "seed {seed}: {earns} and tighter {other}");
            tighter += usize::from(other < earns - slack);
        }
    }
    assert!(tighter > 10, "{tighter}");
}

#[test]
fn a_request_that_pays_more_stays_accepted_and_what_mines_better_turns_no_more() {
    let (mut kept, mut fewer) = (0, 0);
    for seed in 0..80 {
        let mut seller = random(seed);
        seller.builds.iter_mut().for_each(|build| build.loan = None);
        let (decided, _, _, program) = plan(&seller);
        let taken = |decided: &Decision, seller: &Seller| -> f64 {
            let of = seller.ways.iter().zip(&decided.accepted);
            of.filter(|(way, _)| way.request == 0).map(|(_, blocks)| blocks).sum()
        };
        let mut dearer = seller.clone();
        for way in dearer.ways.iter_mut().filter(|way| way.request == 0) {
            way.price *= 1.3;
            // What is lost on late hours stays what it was, or paying more would also cost more.
            way.credit = 0.0;
        }
        if taken(&decided, &seller) > 0.0 {
            let (other, ..) = plan(&dearer);
            assert!(taken(&other, &dearer) > 0.0, "seed {seed}");
            kept += 1;
        }
        let turned = |decided: &Decision, program: &Program| -> f64 {
            seller
                .builds
                .iter()
                .zip(&decided.built)
                .map(|(build, blocks)| blocks * seller::kgpu_hours(build, program))
                .sum()
        };
        let mut mining = seller.clone();
        mining.builds.iter_mut().for_each(|build| build.forgone += 0.7);
        let (other, _, _, same) = plan(&mining);
        let (before, after) = (turned(&decided, &program), turned(&other, &same));
        assert!(after <= before + 1e-6 * before.max(1.0), "seed {seed}: {before} and {after}");
        fewer += usize::from(after < before - 1e-6);
    }
    assert!(kept > 20 && fewer > 10, "{kept}, {fewer}");
}
