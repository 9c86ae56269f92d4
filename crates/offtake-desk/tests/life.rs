//! The life of a promise: held, confirmed, changed, given back, lapsed, breached.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_desk::{Amendment, Command, Ledger, Objection, Position, State};
use offtake_ledger::{
    Change, Constraints, Instant, Minute, PoolId, PromiseId, Prospect, Settings, Sold, Tenant,
    Together,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{
    Book, Dice, FIRST, SPAN, part, party, play, pool, publication, random_publication, steady,
};

/// Two pools of 16 GPUs, of which the second costs more.
fn two_pools() -> Book {
    let mut dear = pool("dear", "south", "gb300");
    dear.price = 3_000_000;
    let pools =
        vec![steady(pool("cheap", "north", "gb300"), FIRST, 16, 1), steady(dear, FIRST, 16, 1)];
    Book::over(publication(pools, 1))
}

fn free(ledger: &Ledger, pool: &str, minute: Minute) -> i64 {
    let place = ledger.place_of(&PoolId::new(pool)).unwrap();
    ledger.position(place, minute, minute + 1)[0].free()
}

fn any() -> Constraints {
    Constraints::default()
}

#[test]
fn a_hold_lapses_by_itself_and_is_free_at_that_moment() {
    let mut book = two_pools();
    let id = book.hold(vec![part("cheap", 16, FIRST + 100, FIRST + 200)], &any()).unwrap();
    assert_eq!(free(&book.ledger, "cheap", FIRST + 150), 0);
    let lapses = book.ledger.promise(id).unwrap().lapses.millis();
    book.ledger.advance(Instant::from_millis(lapses - 1));
    assert_eq!(free(&book.ledger, "cheap", FIRST + 150), 0);
    book.ledger.advance(Instant::from_millis(lapses));
    assert_eq!(free(&book.ledger, "cheap", FIRST + 150), 16);
    assert_eq!(book.order(Command::Confirm(id)).unwrap_err(), [Objection::NotHeld(State::Lapsed)]);
}

#[test]
fn a_commitment_never_lapses_and_what_it_used_stays_used_when_it_is_given_back() {
    let mut book = two_pools();
    let id = book.hold(vec![part("cheap", 16, FIRST, FIRST + 200)], &any()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    book.wait_until(FIRST + 100);
    assert_eq!(free(&book.ledger, "cheap", FIRST + 150), 0);
    book.ledger.advance(Instant::from_millis(book.ledger.now().millis() + 1));
    book.order(Command::Release(id)).unwrap();
    let standing = book.ledger.promise(id).unwrap();
    // The minute that has begun is used.
    assert_eq!((standing.state, standing.until()), (State::Released, FIRST + 101));
    assert_eq!(free(&book.ledger, "cheap", FIRST + 101), 16);
    assert_eq!(book.order(Command::Release(id)).unwrap_err(), [Objection::Gone(State::Released)]);
}

#[test]
fn two_decisions_on_one_snapshot_do_not_both_pass() {
    let mut book = two_pools();
    book.hold(vec![part("cheap", 10, FIRST, FIRST + 60)], &any()).unwrap();
    let second = book.hold(vec![part("cheap", 10, FIRST + 30, FIRST + 90)], &any()).unwrap_err();
    let pool = PoolId::new("cheap");
    assert_eq!(second, [Objection::NotFree { pool, from: FIRST + 30, free: 6, asked: 10 }]);
}

#[test]
fn nobody_can_waive_that_a_gpu_is_promised_once() {
    let mut book = two_pools();
    let id = book.fresh_id();
    let hold = Command::Hold {
        id,
        tenant: party("acme"),
        parts: vec![part("cheap", 17, FIRST, FIRST + 60)],
        constraints: any(),
        lasts_ms: 60_000,
    };
    let objections = book.order_as("boss", hold, Some("because")).unwrap_err();
    assert!(matches!(objections[..], [Objection::NotFree { .. }]), "{objections:?}");
}

#[test]
fn a_promise_grows_extends_and_moves_in_one_step_or_not_at_all() {
    let mut book = two_pools();
    let id = book.hold(vec![part("cheap", 8, FIRST + 60, FIRST + 120)], &any()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    let mut change = |amendment: Amendment| {
        let parts = book.ledger.amended(id, &amendment).map_err(|_| ())?;
        let parts = book.ledger.named(&parts);
        book.order(Command::Change { promise: id, parts }).map_err(|_| ())?;
        let standing = book.ledger.promise(id).unwrap();
        Ok::<_, ()>((
            standing.parts[0].pool,
            standing.parts[0].gpus,
            standing.from(),
            standing.until(),
        ))
    };
    let grown = change(Amendment { gpus: Some(16), ..Amendment::default() });
    assert_eq!(grown, Ok((0, 16, FIRST + 60, FIRST + 120)));
    let extended = change(Amendment { until: Some(FIRST + 200), ..Amendment::default() });
    assert_eq!(extended, Ok((0, 16, FIRST + 60, FIRST + 200)));
    let moved = change(Amendment {
        from: Some(FIRST + 80),
        pool: Some(PoolId::new("dear")),
        ..Amendment::default()
    });
    assert_eq!(moved, Ok((1, 16, FIRST + 80, FIRST + 200)));
    assert_eq!(change(Amendment { gpus: Some(17), ..Amendment::default() }), Err(()));
    assert_eq!(free(&book.ledger, "cheap", FIRST + 100), 16);
    assert_eq!(free(&book.ledger, "dear", FIRST + 100), 0);
}

#[test]
fn a_promise_that_runs_keeps_what_it_used_when_it_shrinks() {
    let mut book = two_pools();
    let id = book.hold(vec![part("cheap", 16, FIRST, FIRST + 100)], &any()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    book.wait_until(FIRST + 40);
    let shrink = Amendment { gpus: Some(4), ..Amendment::default() };
    let parts = book.ledger.amended(id, &shrink).unwrap();
    let parts = book.ledger.named(&parts);
    book.order(Command::Change { promise: id, parts }).unwrap();
    let Change::Changed { parts, .. } = &book.events.last().unwrap().change else {
        panic!("changed")
    };
    assert_eq!(
        *parts,
        [part("cheap", 16, FIRST, FIRST + 40), part("cheap", 4, FIRST + 40, FIRST + 100)]
    );
    assert_eq!(free(&book.ledger, "cheap", FIRST + 50), 12);
}

#[test]
fn money_and_quotas_bind_unless_the_desk_waives_them() {
    let mut book = two_pools();
    let tenant = Tenant {
        id: party("acme"),
        name: "Acme".to_owned(),
        // 16 GPU-hours at two dollars are 32.
        credit_limit: Some(32_000_000),
        quota: Some(12),
        floors: BTreeMap::from([(support::accelerator("gb300"), 2_500_000)]),
        best_priority: 1,
    };
    book.order(Command::Enter(tenant)).unwrap();
    let objections = book.hold(vec![part("cheap", 16, FIRST, FIRST + 61)], &any()).unwrap_err();
    let kinds: Vec<&str> = objections.iter().map(Objection::kind).collect();
    assert_eq!(kinds, ["below-floor", "over-credit", "over-quota"]);
    let command = |id| Command::Hold {
        id,
        tenant: party("acme"),
        parts: vec![part("cheap", 16, FIRST, FIRST + 61)],
        constraints: any(),
        lasts_ms: 60_000,
    };
    let id = book.fresh_id();
    book.order_as("boss", command(id), Some("old friends")).unwrap();
}

#[test]
fn above_a_limit_a_second_person_approves_and_the_first_cannot() {
    let mut book = two_pools();
    book.order(Command::Set(Settings { approval_above: Some(1_000_000) })).unwrap();
    let id = book.hold(vec![part("cheap", 16, FIRST, FIRST + 60)], &any()).unwrap();
    let alone = book.order_as("ann", Command::Confirm(id), Some("hurry")).unwrap_err();
    assert!(matches!(alone[..], [Objection::NeedsApproval { .. }]), "{alone:?}");
    assert_eq!(
        book.order_as("ann", Command::Approve(id), None).unwrap_err()[0].kind(),
        "same-person"
    );
    book.order_as("bob", Command::Approve(id), None).unwrap();
    assert_eq!(
        book.order_as("bob", Command::Confirm(id), None).unwrap_err()[0].kind(),
        "same-person"
    );
    book.order_as("ann", Command::Confirm(id), None).unwrap();
}

#[test]
fn a_right_of_first_refusal_keeps_capacity_free_for_its_holder() {
    let mut book = two_pools();
    let right = |until| Prospect {
        id: "first".to_owned(),
        party: party("zeta"),
        pool: Some(PoolId::new("cheap")),
        gpus: 12,
        from: FIRST,
        until: FIRST + 100,
        chance: 400_000,
        first_refusal_until: until,
    };
    book.order(Command::Foresee(right(Some(FIRST + 50)))).unwrap();
    let refused = book.hold(vec![part("cheap", 5, FIRST + 60, FIRST + 90)], &any()).unwrap_err();
    assert_eq!(refused[0].kind(), "first-refusal");
    book.hold(vec![part("cheap", 4, FIRST + 60, FIRST + 90)], &any()).unwrap();
    book.wait_until(FIRST + 50);
    book.hold(vec![part("cheap", 5, FIRST + 60, FIRST + 90)], &any()).unwrap();
    // It is shown in the position by its chance, and holds nothing.
    let Position { pipeline, held, .. } =
        book.ledger.position(0, FIRST + 60, FIRST + 61)[0].clone();
    assert_eq!((pipeline, held), (12 * 400_000, 9));
}

#[test]
fn what_no_longer_fits_is_listed_by_priority_with_a_cure_and_stays() {
    let mut book = two_pools();
    let asked = |priority| Constraints { priority, ..any() };
    let mut commit = |gpus, priority| {
        let id = book
            .hold(vec![part("cheap", gpus, FIRST + 10, FIRST + 100)], &asked(priority))
            .unwrap();
        book.order(Command::Confirm(id)).unwrap();
        id
    };
    let (last, first, middle) = (commit(6, 3), commit(4, 1), commit(6, 2));
    let mut less = (**book.ledger.publication()).clone();
    less.pools[0].contracted = vec![(FIRST, 16), (FIRST + 50, 7)];
    let publish = Command::Publish(Arc::new(less));
    let objections = book.order(publish.clone()).unwrap_err();
    assert_eq!(objections.len(), 2, "{objections:?}");
    book.order_as("boss", publish, Some("the hall is late")).unwrap();
    let breaches = book.ledger.breaches();
    let found: Vec<(PromiseId, i64, Minute, Minute)> =
        breaches.iter().map(|b| (b.promise, b.short, b.from, b.until)).collect();
    let (from, until) = (FIRST + 50, FIRST + 100);
    assert_eq!(found, [(middle, 3, from, until), (last, 6, from, until)]);
    assert_eq!(breaches[0].gpu_minutes, 150);
    assert!(book.ledger.promise(first).unwrap().state.is_live());
    let cures = book.ledger.cures(&breaches[1]);
    assert_eq!(cures.len(), 1);
    assert_eq!((cures[0].parts[0].pool, cures[0].start(), cures[0].gpus()), (1, from, 6));
    let parts = book.ledger.named(&cures[0].parts);
    book.order(Command::Change { promise: last, parts }).unwrap();
    assert_eq!(book.ledger.breaches().len(), 1);
}

#[test]
fn a_contract_sold_before_moves_with_its_tranche_until_it_is_later_than_it_forgives() {
    let sold = |at: Minute| {
        let mut supply = publication(vec![steady(pool("hall", "north", "gb300"), at, 16, 1)], 1);
        supply.sold = vec![Sold {
            id: "big.one".to_owned(),
            tenant: party("zeta"),
            pool: PoolId::new("hall"),
            gpus: 12,
            due: vec![(FIRST + 20, 12), (FIRST + 200, 0)],
            grace: 30,
        }];
        // It ends with its term: nothing is late after that.
        supply.pools[0].contracted.push((FIRST + 200, 0));
        supply
    };
    let mut book = Book::over(sold(FIRST + 20));
    assert_eq!(free(&book.ledger, "hall", FIRST + 25), 4);
    book.order(Command::Publish(Arc::new(sold(FIRST + 50)))).unwrap();
    assert_eq!(free(&book.ledger, "hall", FIRST + 45), 0);
    assert_eq!(book.ledger.late_contracts(), []);
    book.order(Command::Publish(Arc::new(sold(FIRST + 51)))).unwrap();
    let late = book.ledger.late_contracts();
    assert_eq!((late.len(), late[0].from, late[0].short), (1, FIRST + 50, 12));
}

#[test]
fn a_promise_over_several_pools_is_one_promise() {
    let mut book = two_pools();
    let constraints = Constraints { together: Together::Anywhere, ..any() };
    let parts = vec![part("cheap", 16, FIRST, FIRST + 60), part("dear", 4, FIRST, FIRST + 60)];
    let apart = book.hold(parts.clone(), &any()).unwrap_err();
    assert!(apart.contains(&Objection::Apart), "{apart:?}");
    let mut parts = parts;
    parts[1].fee = 3_000_000;
    let id = book.hold(parts, &constraints).unwrap();
    assert_eq!(book.ledger.promise(id).unwrap().parts.len(), 2);
    book.order(Command::Release(id)).unwrap();
    assert_eq!((free(&book.ledger, "cheap", FIRST), free(&book.ledger, "dear", FIRST)), (16, 16));
}

#[test]
fn every_field_of_a_wish_that_is_wrong_is_said_at_once() {
    let mut dice = Dice::new(3, "faults");
    let mut wish = support::random_wish(&mut dice);
    wish.gpus = 0;
    wish.minutes = -5;
    (wish.earliest, wish.latest) = (FIRST - 10, FIRST - 20);
    wish.count = 0;
    wish.constraints = Constraints {
        priority: 9,
        firmness: 0,
        nvlink_domain: 0,
        price_ceiling: Some(-1),
        pool: Some(PoolId::new("x")),
        together: Together::Site,
        ..any()
    };
    let faults = offtake_desk::faults(&wish, FIRST);
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "gpus",
            "minutes",
            "latest",
            "latest",
            "count",
            "constraints.priority",
            "constraints.firmness",
            "constraints.nvlink_domain",
            "constraints.price_ceiling",
            "constraints.together"
        ]
    );
}

#[test]
fn a_publication_that_contradicts_itself_is_refused_with_all_its_faults() {
    let mut broken = publication(vec![steady(pool("a", "north", "gb300"), FIRST, 4, 2)], 2);
    broken.pools.push(broken.pools[0].clone());
    broken.pools[0].paths.gpus.pop();
    broken.pools[1].contracted = vec![(FIRST, 4), (FIRST, -1)];
    broken.path_count = 2;
    let mut book = Book::new();
    let objections = book.order(Command::Publish(Arc::new(broken))).unwrap_err();
    let [Objection::Faults(faults)] = &objections[..] else { panic!("{objections:?}") };
    assert_eq!(faults.len(), 3, "{faults:?}");
}

/// All that anybody can see of a ledger from now on.
fn seen(
    ledger: &Ledger,
) -> (Vec<Vec<Position>>, Vec<offtake_desk::Standing>, Vec<offtake_desk::Breach>) {
    let places = 0..ledger.shelves().len() as u32;
    let positions = places.map(|place| ledger.position(place, FIRST, FIRST + SPAN + 100)).collect();
    (positions, ledger.promises_after(None).cloned().collect(), ledger.breaches())
}

#[test]
fn the_same_events_give_the_same_state_however_they_are_folded() {
    let mut promises = 0;
    for seed in 0..60 {
        let mut dice = Dice::new(seed, "replay");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 80);
        let mut again = Ledger::replay(book.events.clone());
        again.advance(book.ledger.now());
        assert_eq!(seen(&again), seen(&book.ledger), "seed {seed}");
        promises += book.ledger.promises_after(None).count();
    }
    assert!(promises > 500, "{promises} promises");
}

#[test]
fn nothing_is_overdrawn_while_supply_stays() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed, "overdrawn");
        let mut book = Book::over(random_publication(&mut dice));
        let published = Arc::clone(book.ledger.publication());
        play(&mut dice, &mut book, 60);
        if Arc::ptr_eq(&published, book.ledger.publication()) {
            assert_eq!(book.ledger.breaches(), [], "seed {seed}");
        }
    }
}

#[test]
fn a_tenant_is_served_no_earlier_than_the_house_says_unless_the_desk_waives_it() {
    let mut book =
        Book::over(publication(vec![steady(pool("p", "north", "gb300"), FIRST, 16, 2)], 2));
    let tenant = book.ledger.tenant(&party("acme")).unwrap().clone();
    book.order(Command::Enter(Tenant { best_priority: 3, ..tenant })).unwrap();
    let asked = |priority| Constraints { priority, ..any() };
    let parts = || vec![part("p", 4, FIRST, FIRST + 60)];
    let refused = book.hold(parts(), &asked(2)).unwrap_err();
    assert_eq!(refused, [Objection::OverPriority { asked: 2, best: 3 }]);
    assert!(refused[0].may_be_waived());
    book.hold(parts(), &asked(3)).unwrap();
    let id = book.fresh_id();
    let hold = Command::Hold {
        id,
        tenant: party("acme"),
        parts: parts(),
        constraints: asked(1),
        lasts_ms: 60_000,
    };
    book.order_as("ann", hold, Some("a launch")).unwrap();
    // What was promised keeps its place when it changes.
    let change = Command::Change { promise: id, parts: vec![part("p", 8, FIRST, FIRST + 60)] };
    book.order(change).unwrap();
    assert_eq!(book.ledger.promise(id).unwrap().constraints.priority, 1);
}
