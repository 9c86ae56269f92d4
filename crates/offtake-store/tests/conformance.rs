//! What every store has to do, run on SQLite and on PostgreSQL: the same checks, in the same words.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/postgres.rs"]
mod server;
#[path = "support/webhooks.rs"]
mod webhooks;
#[path = "../../offtake-desk/tests/support/mod.rs"]
mod world;

use offtake_audit::recount_ledger;
use offtake_desk::{Command, Ledger, Order};
use offtake_ledger::{Cause, Constraints, Event, Instant, PromiseId, Prospect, Settings};
use offtake_store::{Answer, ReadPaths, Store, StoreError, Token, VERSION, backup, fold, restore};
use std::io::Cursor;
use std::sync::Arc;
use world::{Book, Dice, FIRST, part, party, play, pool, publication, random_publication, steady};

/// An empty database, as often opened as one likes.
struct Place {
    open: Box<dyn Fn() -> Result<Box<dyn Store>, StoreError> + Sync>,
    /// Runs a statement past the store.
    run: Box<dyn Fn(&str) + Sync>,
}

impl Place {
    fn store(&self) -> Box<dyn Store> {
        (self.open)().unwrap()
    }
}

type Check = (&'static str, fn(&Place));

const CHECKS: &[Check] = &[
    ("events_are_read_as_they_were_appended", events_are_read_as_they_were_appended),
    ("a_fold_of_the_store_is_the_ledger", a_fold_of_the_store_is_the_ledger),
    ("what_is_rolled_back_never_was", what_is_rolled_back_never_was),
    ("a_place_is_taken_once", a_place_is_taken_once),
    ("one_writes_at_a_time", one_writes_at_a_time),
    ("a_request_is_answered_once", a_request_is_answered_once),
    ("tokens_are_kept_and_barred", tokens_are_kept_and_barred),
    ("time_never_goes_back", time_never_goes_back),
    ("a_backup_restores_all_of_it", a_backup_restores_all_of_it),
    ("a_backup_that_is_not_whole_is_refused", a_backup_that_is_not_whole_is_refused),
    ("a_database_of_another_version_is_refused", a_database_of_another_version_is_refused),
    ("an_older_database_is_brought_up_to_date", an_older_database_is_brought_up_to_date),
    ("a_broken_event_is_named", a_broken_event_is_named),
    ("writers_that_race_promise_nothing_twice", writers_that_race_promise_nothing_twice),
    ("webhooks_are_kept_and_taken_away", webhooks::webhooks_are_kept_and_taken_away),
    (
        "a_position_moves_forward_by_who_has_the_lease",
        webhooks::a_position_moves_forward_by_who_has_the_lease,
    ),
    (
        "one_server_has_the_lease_until_it_runs_out",
        webhooks::one_server_has_the_lease_until_it_runs_out,
    ),
    ("events_are_read_a_few_at_a_time", webhooks::events_are_read_a_few_at_a_time),
    ("a_backup_has_no_webhook_in_it", webhooks::a_backup_has_no_webhook_in_it),
];

#[test]
fn sqlite_does_what_a_store_has_to() {
    for (name, check) in CHECKS {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.sqlite");
        let (at, address) = (path.clone(), path.to_str().unwrap().to_owned());
        check(&Place {
            open: Box::new(move || offtake_store::open(&address)),
            run: Box::new(move |text| {
                rusqlite::Connection::open(&at).unwrap().execute_batch(text).unwrap()
            }),
        });
    }
}

#[test]
fn postgres_does_what_a_store_has_to() {
    let Some(server) = server::start() else { return };
    for (at, (name, check)) in CHECKS.iter().enumerate() {
        println!("{name}");
        let address = server.database(&format!("check_{at}"));
        let same = address.clone();
        check(&Place {
            open: Box::new(move || offtake_store::open(&address)),
            run: Box::new(move |text| {
                postgres::Client::connect(&same, postgres::NoTls)
                    .unwrap()
                    .batch_execute(text)
                    .unwrap();
            }),
        });
    }
}

/// A ledger in which every kind of change happened.
fn eventful(seed: u64) -> Book {
    let mut dice = Dice::new(seed, "store");
    let mut supply = random_publication(&mut dice);
    supply.pools[0].pool.dedicated_to = Some(party("zeta"));
    let mut book = Book::over(supply);
    play(&mut dice, &mut book, 200);
    book.order(Command::Set(Settings { approval_above: Some(5) })).unwrap();
    let prospect = Prospect {
        id: "big one".to_owned(),
        party: party("zeta"),
        pool: None,
        gpus: 9,
        from: FIRST,
        until: FIRST + 9,
        chance: 250_000,
        first_refusal_until: Some(FIRST + 3),
    };
    book.order(Command::Foresee(prospect)).unwrap();
    book.order(Command::Forget("big one".to_owned())).unwrap();
    book.order(Command::Admit { name: "ann".to_owned(), role: "desk".to_owned() }).unwrap();
    book.order(Command::Bar { name: "ann".to_owned() }).unwrap();
    let fresh = Book::new();
    assert!(book.events.len() > fresh.events.len() + 15);
    book
}

fn keep(store: &mut dyn Store, events: &[Event], answers: &[Answer]) {
    store.begin().unwrap();
    store.append(events, answers).unwrap();
    store.commit().unwrap();
}

fn all(store: &mut dyn Store) -> Vec<Event> {
    let mut events = Vec::new();
    let mut keep = |row: offtake_store::Row| {
        events.push(row.event()?);
        Ok(())
    };
    store.rows_after(0, ReadPaths::All, &mut keep).unwrap();
    events
}

fn events_are_read_as_they_were_appended(place: &Place) {
    let book = eventful(1);
    let mut store = place.store();
    assert_eq!(store.head().unwrap().seq, 0);
    let (first, rest) = book.events.split_at(7);
    keep(&mut *store, first, &[]);
    keep(&mut *store, rest, &[]);
    assert_eq!(all(&mut *store), book.events);
    // And by whoever opens it next.
    drop(store);
    let mut store = place.store();
    assert_eq!(all(&mut *store), book.events);
    assert_eq!(store.head().unwrap().seq, book.events.len() as u64);
    let mut some = Vec::new();
    store
        .rows_after(5, ReadPaths::All, &mut |row| {
            some.push(row.seq);
            Ok(())
        })
        .unwrap();
    assert_eq!(some, (6..=book.events.len() as u64).collect::<Vec<_>>());
}

fn a_fold_of_the_store_is_the_ledger(place: &Place) {
    let book = eventful(2);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[]);
    let mut folded = fold(&mut *store).unwrap();
    folded.advance(book.ledger.now());
    let positions = |ledger: &Ledger| -> Vec<_> {
        (0..ledger.shelves().len() as u32)
            .map(|place| ledger.position(place, FIRST, FIRST + 500))
            .collect()
    };
    assert_eq!(positions(&folded), positions(&book.ledger));
    let standings = |ledger: &Ledger| ledger.promises_after(None).cloned().collect::<Vec<_>>();
    assert_eq!(standings(&folded), standings(&book.ledger));
    for standing in folded.promises_after(None) {
        assert_eq!(folded.firmness_of(standing), book.ledger.firmness_of(standing));
    }
}

fn what_is_rolled_back_never_was(place: &Place) {
    let book = eventful(3);
    let mut store = place.store();
    store.begin().unwrap();
    store.append(&book.events, &[answer("k", 1)]).unwrap();
    store.roll_back().unwrap();
    assert_eq!((store.head().unwrap().seq, all(&mut *store).len()), (0, 0));
    assert_eq!(store.answer("ann", "k").unwrap(), None);
    // The next transaction is none the worse for it.
    keep(&mut *store, &book.events, &[]);
}

fn a_place_is_taken_once(place: &Place) {
    let book = eventful(4);
    let mut store = place.store();
    keep(&mut *store, &book.events[..3], &[]);
    store.begin().unwrap();
    assert!(store.append(&book.events[2..3], &[]).is_err());
    store.roll_back().unwrap();
    assert_eq!(all(&mut *store), book.events[..3]);
}

fn one_writes_at_a_time(place: &Place) {
    let (mut one, mut two) = (place.store(), place.store());
    let book = eventful(5);
    one.begin().unwrap();
    one.append(&book.events[..1], &[]).unwrap();
    // What is not committed nobody sees, and nobody else can write.
    assert_eq!(two.head().unwrap().seq, 0);
    let refused = two.begin().unwrap_err();
    assert!(refused.may_be_tried_again(), "{refused:?}");
    one.commit().unwrap();
    assert_eq!(two.begin().unwrap().seq, 1);
    two.roll_back().unwrap();
}

fn answer(key: &str, seq: u64) -> Answer {
    Answer {
        who: "ann".to_owned(),
        key: key.to_owned(),
        digest: "d".to_owned(),
        seq,
        status: 201,
        body: "{\"say\":\"it's done\"}".to_owned(),
    }
}

fn a_request_is_answered_once(place: &Place) {
    let mut store = place.store();
    keep(&mut *store, &[], &[answer("one", 0), answer("two", 0)]);
    assert_eq!(store.answer("ann", "one").unwrap(), Some(answer("one", 0)));
    assert_eq!(store.answer("bob", "one").unwrap(), None);
    store.begin().unwrap();
    assert!(store.append(&[], &[answer("one", 0)]).is_err());
    store.roll_back().unwrap();
}

fn tokens_are_kept_and_barred(place: &Place) {
    let mut store = place.store();
    let token = |name: &str, barred: Option<i64>| Token {
        hash: format!("hash of {name}"),
        name: name.to_owned(),
        role: "tenant".to_owned(),
        tenant: Some("acme".to_owned()),
        made: Instant::from_millis(5),
        barred: barred.map(Instant::from_millis),
    };
    assert!(store.put_token(&token("zed", None)).unwrap());
    assert!(store.put_token(&token("ann", None)).unwrap());
    assert!(store.put_token(&token("zed", Some(9))).unwrap());
    // Another secret does not take over a name, barred or not.
    let thief =
        Token { hash: "another".to_owned(), role: "admin".to_owned(), ..token("zed", None) };
    assert!(!store.put_token(&thief).unwrap());
    assert_eq!(store.tokens().unwrap(), [token("ann", None), token("zed", Some(9))]);
}

fn time_never_goes_back(place: &Place) {
    let mut store = place.store();
    let now = store.head().unwrap().now;
    assert!(now.millis() > 1_600_000_000_000, "{now:?}");
    let far = Instant::from_millis(now.millis() + 1_000_000_000);
    let change = offtake_ledger::Change::Forgotten("x".to_owned());
    keep(&mut *store, &[Event { seq: 1, at: far, cause: Cause::default(), change }], &[]);
    // The clock is behind the last event now: it stands still there.
    assert_eq!(store.head().unwrap().now, far);
    assert_eq!(store.begin().unwrap().now, far);
    store.roll_back().unwrap();
}

fn a_backup_restores_all_of_it(place: &Place) {
    let book = eventful(6);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[answer("one", 4)]);
    let token = Token {
        hash: "h".to_owned(),
        name: "ann".to_owned(),
        role: "admin".to_owned(),
        tenant: None,
        made: Instant::from_millis(5),
        barred: None,
    };
    assert!(store.put_token(&token).unwrap());
    let mut file = Vec::new();
    assert_eq!(backup(&mut *store, &mut file).unwrap(), book.events.len() as u64);
    // Into a store of the other kind as well as its own: here SQLite.
    let folder = tempfile::tempdir().unwrap();
    let mut other = offtake_store::open(folder.path().join("other").to_str().unwrap()).unwrap();
    let restored = restore(&mut *other, Cursor::new(&file)).unwrap();
    assert_eq!(
        (restored.events, restored.answers, restored.tokens),
        (book.events.len() as u64, 1, 1)
    );
    assert_eq!(all(&mut *other), book.events);
    assert_eq!(other.answer("ann", "one").unwrap(), Some(answer("one", 4)));
    assert_eq!(other.tokens().unwrap(), [token]);
    let again = restore(&mut *store, Cursor::new(&file)).unwrap_err();
    assert!(matches!(again, StoreError::NotEmpty(_)), "{again:?}");
    // Byte by byte the same backup, from either.
    let mut twin = Vec::new();
    backup(&mut *other, &mut twin).unwrap();
    assert_eq!(twin, file);
}

fn a_backup_that_is_not_whole_is_refused(place: &Place) {
    let book = eventful(7);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[]);
    let mut file = Vec::new();
    backup(&mut *store, &mut file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut other = offtake_store::open(folder.path().join("other").to_str().unwrap()).unwrap();
    let mut refuse = |file: &[u8]| {
        let refused = restore(&mut *other, Cursor::new(file)).unwrap_err();
        assert!(matches!(refused, StoreError::Backup(_)), "{refused:?}");
        assert_eq!(other.head().unwrap().seq, 0);
    };
    for part in [0, 1, 10, file.len() / 2, file.len() - 1] {
        refuse(&file[..part]);
    }
    // A line lost in the middle, and a figure changed.
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    refuse(&[&lines[..5], &lines[6..]].concat().concat());
    let text = String::from_utf8(file).unwrap();
    refuse(text.replacen("\"at\":1", "\"at\":2", 1).as_bytes());
    refuse(b"{\"event\":{}}\n");
}

fn a_database_of_another_version_is_refused(place: &Place) {
    drop(place.store());
    (place.run)("UPDATE version SET version = 99");
    let refused = (place.open)().err().unwrap();
    assert!(
        matches!(refused, StoreError::OtherVersion { found: 99, known: VERSION }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("version 99"));
}

fn an_older_database_is_brought_up_to_date(place: &Place) {
    let book = eventful(8);
    keep(&mut *place.store(), &book.events, &[]);
    let first = "DROP INDEX event_published; DROP TABLE webhook; DROP TABLE webhook_lease;
        UPDATE version SET version = 1";
    (place.run)(first);
    assert_eq!(all(&mut *place.store()), book.events);
    // It can be dropped again only if it was made again.
    (place.run)(first);
    drop(place.store());
}

fn a_broken_event_is_named(place: &Place) {
    let book = eventful(9);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[]);
    (place.run)("UPDATE event SET body = '{}' WHERE seq = 4");
    let broken = fold(&mut *store).unwrap_err();
    assert!(matches!(broken, StoreError::Broken { seq: 4, .. }), "{broken:?}");
    (place.run)("DELETE FROM event WHERE seq = 4");
    let broken = fold(&mut *store).unwrap_err();
    assert!(matches!(broken, StoreError::Broken { seq: 5, .. }), "{broken:?}");
}

/// Two threads hold the same few GPUs, each deciding on what it reads under the lock.
fn writers_that_race_promise_nothing_twice(place: &Place) {
    let mut store = place.store();
    let mut book = Book::new();
    let supply = publication(vec![steady(pool("p", "north", "gb300"), FIRST, 16, 1)], 1);
    book.order(Command::Publish(Arc::new(supply))).unwrap();
    keep(&mut *store, &book.events, &[]);
    // In the world's past: what is promised begins a year from now.
    let now = store.head().unwrap().now.minute();
    let accepted: Vec<usize> = std::thread::scope(|scope| {
        let race = |thread: u64| race(&mut *place.store(), thread, now + 525_600);
        let threads: Vec<_> = (0..2).map(|thread| scope.spawn(move || race(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let events = all(&mut *store);
    assert_eq!(recount_ledger(&events, &[], store.head().unwrap().now).faults, []);
    let held = events.iter().filter(|event| event.change.kind() == "held").count();
    assert_eq!(accepted.iter().sum::<usize>(), held);
    // The capacity for 4 at a time is used up, and no more: the rest was refused.
    assert_eq!(held, 4);
}

fn race(store: &mut dyn Store, thread: u64, from: i32) -> usize {
    let mut ledger = Ledger::new();
    let mut accepted = 0;
    for turn in 0..20_u64 {
        let head = loop {
            match store.begin() {
                Ok(head) => break head,
                Err(error) if error.may_be_tried_again() => {}
                Err(error) => panic!("{error:?}"),
            }
        };
        let mut news = Vec::new();
        store
            .rows_after(ledger.seq(), ReadPaths::All, &mut |row| {
                news.push(row.event()?);
                Ok(())
            })
            .unwrap();
        news.iter().for_each(|event| ledger.apply(event));
        ledger.advance(head.now);
        let id = PromiseId::new(u128::from(thread * 1_000 + turn + 1));
        let command = Command::Hold {
            id,
            tenant: party("acme"),
            parts: vec![part("p", 4, from, from + 60)],
            constraints: Constraints::default(),
            lasts_ms: 3_600_000,
        };
        let order = Order { command, who: format!("thread-{thread}"), waive: None };
        match ledger.decide(&order) {
            Ok(change) => {
                let event =
                    Event { seq: head.seq + 1, at: head.now, cause: Cause::default(), change };
                ledger.apply(&event);
                store.append(&[event], &[]).unwrap();
                store.commit().unwrap();
                accepted += 1;
            }
            Err(_) => store.roll_back().unwrap(),
        }
    }
    accepted
}

#[test]
fn an_address_keeps_its_password_to_itself() {
    let error = offtake_store::open("postgres://ann:secret@127.0.0.1:1/none").err().unwrap();
    let text = error.to_string();
    assert!(text.contains("127.0.0.1") && !text.contains("secret"), "{text}");
}
