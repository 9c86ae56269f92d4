//! The desk's ledger recounted by the auditor, which shares no arithmetic with it; and broken on purpose.

mod support;

use offtake_audit::{Acknowledged, LedgerFault, recount_ledger};
use offtake_desk::{Command, Ledger, Objection, Order, State};
use offtake_ledger::{Cause, Change, Constraints, Event, Instant, Minute, Part, Steps};
use std::collections::BTreeMap;
use support::{
    Book, Dice, FIRST, SPAN, part, party, play, pool, publication, random_publication, steady,
};

#[test]
fn whatever_is_played_the_auditor_finds_nothing_and_counts_the_same() {
    let mut taken_of = 0;
    for seed in 0..120 {
        let mut dice = Dice::new(seed, "audit");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 80);
        let recount = recount_ledger(&book.events, &[], book.ledger.now());
        assert_eq!(recount.faults, [], "seed {seed}");
        for (place, shelf) in book.ledger.shelves().iter().enumerate() {
            let steps = recount.taken.get(&shelf.pool.id).cloned().unwrap_or_default();
            for position in book.ledger.position(place as u32, FIRST, FIRST + 2 * SPAN) {
                let counted = at(&steps, position.from);
                assert_eq!(
                    counted,
                    position.held + position.committed,
                    "seed {seed}, {position:?}"
                );
                taken_of += usize::from(counted > 0);
            }
        }
    }
    assert!(taken_of > 200, "{taken_of} stretches had something promised");
}

fn at(steps: &Steps, minute: Minute) -> i64 {
    steps.iter().rev().find(|step| step.0 <= minute).map_or(0, |step| step.1)
}

fn small() -> Book {
    Book::over(publication(vec![steady(pool("p", "north", "gb300"), FIRST, 16, 1)], 1))
}

fn hold_of(book: &mut Book, parts: Vec<Part>) -> Order {
    let command = Command::Hold {
        id: book.fresh_id(),
        tenant: party("acme"),
        parts,
        constraints: Constraints::default(),
        lasts_ms: 600_000,
    };
    Order { command, who: "ann".to_owned(), waive: None }
}

#[test]
fn without_the_check_at_commit_the_audit_fails() {
    let mut book = small();
    let one = hold_of(&mut book, vec![part("p", 10, FIRST, FIRST + 60)]);
    let two = hold_of(&mut book, vec![part("p", 10, FIRST + 30, FIRST + 90)]);
    // Both are decided on one snapshot, as two servers might, and appended without a second look.
    let (one, two) = (book.ledger.decide(&one).unwrap(), book.ledger.decide(&two).unwrap());
    book.append("ann", one);
    book.append("bob", two);
    let recount = recount_ledger(&book.events, &[], book.ledger.now());
    let seq = book.ledger.seq();
    let pool = part("p", 1, 0, 1).pool;
    let twice = LedgerFault::PromisedTwice { seq, pool, from: FIRST + 30, promised: 20, there: 16 };
    assert_eq!(recount.faults, [twice]);
}

#[test]
fn a_random_snapshot_that_is_out_of_date_is_always_found_out() {
    let mut found = 0;
    for seed in 0..80 {
        let mut dice = Dice::new(seed, "stale");
        let mut book = small();
        // Decisions pile up on a snapshot that nobody refreshes.
        let mut stale: Vec<Change> = Vec::new();
        let mut most: BTreeMap<Minute, i64> = BTreeMap::new();
        for _ in 0..4 {
            let from = FIRST + dice.below(40) as Minute;
            let (gpus, until) = (1 + dice.below(10), from + 1 + dice.below(40) as Minute);
            let order = hold_of(&mut book, vec![part("p", gpus, from, until)]);
            stale.push(book.ledger.decide(&order).unwrap());
            (from..until).for_each(|minute| *most.entry(minute).or_default() += gpus);
        }
        stale.into_iter().for_each(|change| book.append("ann", change));
        let recount = recount_ledger(&book.events, &[], book.ledger.now());
        let is_twice = most.values().any(|gpus| *gpus > 16);
        assert_eq!(!recount.faults.is_empty(), is_twice, "seed {seed}: {:?}", recount.faults);
        found += usize::from(is_twice);
    }
    assert!((10..75).contains(&found), "{found} of 80 were overdrawn");
}

#[test]
fn a_lost_event_and_a_lost_promise_are_found() {
    let mut book = small();
    let id = book.hold(vec![part("p", 4, FIRST, FIRST + 60)], &Constraints::default()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    let now = book.ledger.now();
    let told = [Acknowledged::Held(id), Acknowledged::Committed(id)];
    assert_eq!(recount_ledger(&book.events, &told, now).faults, []);
    let confirmed = book.events.pop().unwrap();
    assert_eq!(
        recount_ledger(&book.events, &told, now).faults,
        [LedgerFault::Lost { promise: id }]
    );
    let held = book.events.pop().unwrap();
    book.events.push(confirmed);
    let faults = recount_ledger(&book.events, &told, now).faults;
    let gap = LedgerFault::Gap { expected: held.seq, found: held.seq + 1 };
    assert!(faults.contains(&gap), "{faults:?}");
    assert!(
        faults.contains(&LedgerFault::OutOfTurn { seq: held.seq + 1, promise: id }),
        "{faults:?}"
    );
}

#[test]
fn a_confirmed_hold_that_had_lapsed_is_found() {
    let mut book = small();
    let id = book.hold(vec![part("p", 4, FIRST, FIRST + 60)], &Constraints::default()).unwrap();
    book.wait_until(FIRST + 61);
    book.append("ann", Change::Confirmed { promise: id, firmness: 1, overridden: None });
    let seq = book.ledger.seq();
    let faults = recount_ledger(&book.events, &[], book.ledger.now()).faults;
    assert_eq!(faults, [LedgerFault::OutOfTurn { seq, promise: id }]);
}

#[test]
fn a_hold_that_lapsed_by_the_clock_is_confirmed_by_an_earlier_event_and_takes_what_it_took() {
    let mut book = small();
    let id = book.hold(vec![part("p", 10, FIRST + 90, FIRST + 99)], &Constraints::default());
    let id = id.unwrap();
    let held = book.ledger.clone();
    // Another server confirms in time; here the clock is looked at before that is known.
    let time = |ledger: &mut Ledger| ledger.advance(Instant::from_minute(FIRST + 80));
    time(&mut book.ledger);
    assert_eq!(book.ledger.promise(id).unwrap().state, State::Lapsed);
    let seq = held.seq() + 1;
    let change = Change::Confirmed { promise: id, firmness: 1, overridden: None };
    let confirmed = Event { seq, at: held.now(), cause: Cause::default(), change };
    book.ledger.apply(&confirmed);
    let mut other = held;
    other.apply(&confirmed);
    time(&mut other);
    assert_eq!(book.ledger.promise(id), other.promise(id));
    assert_eq!(book.ledger.now(), other.now());
    let positions = |ledger: &Ledger| ledger.position(0, FIRST, FIRST + 200);
    assert_eq!(positions(&book.ledger), positions(&other));
    let order = hold_of(&mut book, vec![part("p", 10, FIRST + 95, FIRST + 96)]);
    let objections = book.ledger.decide(&order).unwrap_err();
    assert!(matches!(objections[0], Objection::NotFree { free: 6, .. }), "{objections:?}");
}

#[test]
fn what_was_used_cannot_be_rewritten_and_nothing_can_be_taken_of_nowhere() {
    let mut book = small();
    let id = book.hold(vec![part("p", 4, FIRST, FIRST + 60)], &Constraints::default()).unwrap();
    book.wait_until(FIRST + 30);
    let parts = vec![part("p", 4, FIRST + 10, FIRST + 60)];
    book.append("ann", Change::Changed { promise: id, parts, firmness: 1, overridden: None });
    let seq = book.ledger.seq();
    let mut events = book.events.clone();
    let faults = recount_ledger(&events, &[], book.ledger.now()).faults;
    assert_eq!(faults, [LedgerFault::PastChanged { seq, promise: id }]);
    let Change::Changed { parts, .. } = &mut events.last_mut().unwrap().change else {
        panic!("changed")
    };
    *parts = vec![part("p", 4, FIRST, FIRST + 30), part("nowhere", 4, FIRST + 30, FIRST + 60)];
    let faults = recount_ledger(&events, &[], book.ledger.now()).faults;
    assert!(faults.contains(&LedgerFault::Meaningless { seq, promise: id }), "{faults:?}");
}
