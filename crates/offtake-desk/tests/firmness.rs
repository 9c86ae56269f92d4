//! Joint firmness against brute force: every path, every minute, every promise in the order of service.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_desk::{Broken, Command, Ledger, Moved, Objection, Placed, Rank, Standing, last_of};
use offtake_ledger::{Change, Constraints, Firmness, Minute, PromiseId, Published};
use std::collections::BTreeMap;
use support::{
    Book, Dice, FIRST, MONTH, SPAN, part, party, play, publication, random_publication, steady,
};

fn published(ledger: &Ledger, pool: u32) -> &Published {
    let id = &ledger.shelf(pool).pool.id;
    ledger.publication().pools.iter().find(|published| published.pool.id == *id).unwrap()
}

fn supply(ledger: &Ledger, pool: u32, path: usize, minute: Minute) -> i64 {
    let paths = &published(ledger, pool).paths;
    let cell = paths.starts.iter().rposition(|start| *start <= minute);
    cell.map_or(0, |cell| i64::from(paths.gpus[cell * ledger.publication().path_count + path]))
}

/// Serves everybody in order, minute by minute, and returns what share of paths keeps a promise of these parts.
fn counted(ledger: &Ledger, rank: Rank, own: &[Placed]) -> Firmness {
    let count = ledger.publication().path_count;
    let kept = (0..count).filter(|path| is_kept(ledger, rank, own, *path)).count();
    (kept * 1_000_000 / count) as Firmness
}

fn is_kept(ledger: &Ledger, rank: Rank, own: &[Placed], path: usize) -> bool {
    let mut months: BTreeMap<bool, (i64, i64)> = BTreeMap::new();
    let gpus = |parts: &[Placed], pool: u32, minute: Minute| -> i64 {
        let there = parts.iter().filter(|p| p.pool == pool && p.from <= minute && minute < p.until);
        there.map(|part| part.gpus).sum()
    };
    for minute in FIRST..FIRST + SPAN + 100 {
        for pool in 0..ledger.shelves().len() as u32 {
            let asked = gpus(own, pool, minute);
            let earlier = ledger.promises_after(None).filter(|other| other.rank() < rank);
            let before: i64 = earlier.map(|other| gpus(&other.parts, pool, minute)).sum();
            let left = (supply(ledger, pool, path, minute) - before).max(0);
            let month = months.entry(minute >= MONTH).or_default();
            *month = (month.0 + asked, month.1 + asked.min(left));
        }
    }
    months.values().all(|(asked, got)| got * 100 >= asked * 99)
}

#[test]
fn firmness_is_as_one_would_count_it_path_by_path() {
    let (mut sure, mut never, mut between) = (0, 0, 0);
    for seed in 0..40 {
        let mut dice = Dice::new(seed, "firmness");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 25);
        let ledger = &book.ledger;
        for standing in ledger.promises_after(None).filter(|standing| standing.state.is_live()) {
            let found = ledger.firmness_of(standing);
            assert_eq!(
                found,
                counted(ledger, standing.rank(), &left(ledger, standing)),
                "{standing:?}"
            );
            match found {
                0 => never += 1,
                1_000_000 => sure += 1,
                _ => between += 1,
            }
        }
        let (a, b) = (dice.minute(), dice.minute());
        let fresh = [Placed {
            pool: dice.below(5) as u32,
            gpus: 1 + dice.below(8),
            from: a.min(b),
            until: a.max(b) + 1,
            fee: 0,
        }];
        let rank = last_of(1 + dice.below(5) as u8);
        let from_now = a.min(b) >= ledger.next_minute();
        if from_now {
            let found = ledger.firmness(rank, &fresh, &Moved::default());
            assert_eq!(found, counted(ledger, rank, &fresh), "{fresh:?}");
        }
    }
    assert!(sure > 5 && never > 5 && between > 20, "{sure} {never} {between}");
}

/// What is left of a promise from the next minute on.
fn left(ledger: &Ledger, standing: &Standing) -> Vec<Placed> {
    let now = ledger.next_minute();
    let clip = |part: &Placed| Placed { from: part.from.max(now), ..*part };
    standing.parts.iter().map(clip).filter(|part| part.from < part.until).collect()
}

#[test]
fn promises_that_became_softer_are_those_that_one_would_count() {
    let (mut fallen, mut kept) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(seed, "fallen");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 25);
        // New supply, whatever it breaches.
        let mut next = random_publication(&mut dice);
        next.pools.sort_by(|one, other| one.pool.id.cmp(&other.pool.id));
        book.append("ann", Change::Published(std::sync::Arc::new(next)));
        let ledger = &book.ledger;
        let found: Vec<(PromiseId, Broken)> =
            ledger.fallen().iter().map(|breach| (breach.promise, breach.broken)).collect();
        let mut expected = Vec::new();
        let live = ledger.promises_after(None).filter(|standing| standing.state.is_live());
        let mut live: Vec<&Standing> =
            live.filter(|standing| !left(ledger, standing).is_empty()).collect();
        live.sort_by_key(|standing| standing.rank());
        for standing in live {
            let now = counted(ledger, standing.rank(), &left(ledger, standing));
            let promised = standing.firmness;
            match now < promised {
                true => expected.push((standing.id, Broken::Softer { promised, now })),
                false => kept += 1,
            }
        }
        assert_eq!(found, expected, "seed {seed}");
        fallen += found.len();
        // Each promise is listed once, as short where it is, and the list is in the order of service.
        let all = ledger.broken();
        let ranks: Vec<Rank> =
            all.iter().map(|breach| ledger.promise(breach.promise).unwrap().rank()).collect();
        assert!(ranks.is_sorted_by(|one, other| one < other), "{ranks:?}");
        let short = ledger.breaches();
        assert!(short.iter().all(|breach| all.contains(breach)));
        for breach in all.iter().filter(|breach| breach.broken != Broken::Short) {
            for cure in ledger.cures(breach) {
                let Broken::Softer { promised, .. } = breach.broken else { continue };
                assert!(cure.joint >= Some(promised), "{cure:?} of {breach:?}");
            }
        }
    }
    assert!(fallen > 30 && kept > 30, "{fallen} {kept}");
}

#[test]
fn a_promise_whose_firmness_fell_is_listed_with_what_cures_it() {
    // 8 GPUs in ten of ten paths, then in seven; another pool of its kind holds in all.
    let pool = |name: &str| steady(support::pool(name, "north", "gb300"), FIRST, 8, 10);
    let mut book = Book::over(publication(vec![pool("p"), pool("q")], 10));
    let id = book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &Constraints::default()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    assert_eq!(book.ledger.broken(), []);
    let mut softer = pool("p");
    softer.paths.gpus[..3].fill(0);
    let next = publication(vec![softer, pool("q")], 10);
    // Contracted supply holds it, so nothing speaks against the publication.
    book.order(Command::Publish(std::sync::Arc::new(next))).unwrap();
    let broken = book.ledger.broken();
    let [breach] = &broken[..] else { panic!("{broken:?}") };
    assert_eq!(breach.broken, Broken::Softer { promised: 900_000, now: 700_000 });
    assert_eq!(breach.broken.to_string(), "firmness fell from 0.90 to 0.70");
    assert_eq!((breach.from, breach.until, breach.short), (FIRST, FIRST + 60, 0));
    let cures = book.ledger.cures(breach);
    let places: Vec<(u32, i64)> = cures.iter().map(|way| (way.parts[0].pool, way.gpus())).collect();
    assert_eq!(places, [(1, 8)]);
    assert_eq!(cures[0].joint, Some(1_000_000));
}

#[test]
fn what_was_served_is_no_matter_of_firmness_any_more() {
    // The pool's supply is published anew from half way on: what was served before is in no path of it.
    let mut book = Book::over(publication(
        vec![steady(support::pool("p", "north", "gb300"), FIRST, 8, 10)],
        10,
    ));
    let id = book.hold(vec![part("p", 8, FIRST, FIRST + 100)], &Constraints::default()).unwrap();
    book.order(Command::Confirm(id)).unwrap();
    book.wait_until(FIRST + 50);
    let later = steady(support::pool("p", "north", "gb300"), FIRST + 50, 8, 10);
    book.order(Command::Publish(std::sync::Arc::new(publication(vec![later], 10)))).unwrap();
    assert_eq!(book.ledger.firmness_of(book.ledger.promise(id).unwrap()), 1_000_000);
    assert_eq!(book.ledger.broken(), []);
}

#[test]
fn a_promise_may_miss_a_hundredth_of_each_month_and_no_more() {
    // 100 GPUs for 100 minutes of each month; the one path lacks all of them for one minute, then for two.
    for (missing, firmness) in [(1, 1_000_000), (2, 0)] {
        let mut pool = steady(support::pool("p", "north", "gb300"), FIRST - 10, 100, 1);
        pool.paths.starts = vec![FIRST - 10, MONTH - 50, MONTH - 50 + missing];
        pool.paths.gpus = vec![100, 0, 100];
        let book = Book::over(publication(vec![pool], 1));
        let parts = [Placed { pool: 0, gpus: 100, from: MONTH - 100, until: MONTH + 100, fee: 0 }];
        assert_eq!(book.ledger.firmness(last_of(1), &parts, &Moved::default()), firmness);
    }
}

#[test]
fn five_pools_that_hold_nine_times_in_ten_hold_together_less_often() {
    // Ten paths; pool i is gone in path i alone: each holds with 0.9, all five with 0.5.
    let pools = (0..5).map(|at| {
        let mut pool = steady(support::pool(&format!("p{at}"), "north", "gb300"), FIRST, 8, 10);
        pool.paths.gpus[at] = 0;
        pool
    });
    let book = Book::over(publication(pools.collect(), 10));
    let parts: Vec<Placed> = (0..5)
        .map(|pool| Placed { pool, gpus: 8, from: FIRST, until: FIRST + 60, fee: 0 })
        .collect();
    assert_eq!(book.ledger.firmness(last_of(1), &parts[..1], &Moved::default()), 900_000);
    assert_eq!(book.ledger.firmness(last_of(1), &parts, &Moved::default()), 500_000);
}

#[test]
fn a_better_claim_may_not_take_what_makes_another_firm() {
    // 16 GPUs by contract; in one of ten paths only 8 come.
    let mut pool = steady(support::pool("p", "north", "gb300"), FIRST, 16, 10);
    pool.paths.gpus[3] = 8;
    let mut book = Book::over(publication(vec![pool], 10));
    let asked =
        |priority: u8, firmness: u32| Constraints { priority, firmness, ..Default::default() };
    let sure = book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &asked(2, 1_000_000)).unwrap();
    // The same capacity at a better priority would be served first and leave 0.9 to the first.
    let better = book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &asked(1, 900_000));
    let objections = better.unwrap_err();
    assert!(
        matches!(objections[..], [Objection::Harms { promise, before: 1_000_000, after: 900_000 }] if promise == sure),
        "{objections:?}"
    );
    // The desk may waive the harm, for a reason that is written down.
    let id = book.fresh_id();
    let hold = Command::Hold {
        id,
        tenant: party("acme"),
        parts: vec![part("p", 8, FIRST, FIRST + 60)],
        constraints: asked(1, 900_000),
        lasts_ms: 60_000,
    };
    book.order_as("ann", hold, Some("a launch")).unwrap();
    let Change::Held { overridden, .. } = &book.events.last().unwrap().change else {
        panic!("held")
    };
    assert_eq!(overridden.as_deref(), Some("a launch"));
    assert_eq!(book.ledger.firmness_of(book.ledger.promise(sure).unwrap()), 900_000);
}

#[test]
fn a_claim_that_comes_later_gets_what_is_left_in_each_path() {
    let mut pool = steady(support::pool("p", "north", "gb300"), FIRST, 16, 10);
    pool.paths.gpus[3] = 8;
    let mut book = Book::over(publication(vec![pool], 10));
    let asked = |firmness: u32| Constraints { firmness, ..Constraints::default() };
    book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &asked(1_000_000)).unwrap();
    let soft = book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &asked(950_000)).unwrap_err();
    assert_eq!(soft, [Objection::TooSoft { found: 900_000, asked: 950_000 }]);
    book.hold(vec![part("p", 8, FIRST, FIRST + 60)], &asked(900_000)).unwrap();
}
