//! What every store has to do for webhooks.

use super::{Place, all, eventful, keep};
use offtake_ledger::Instant;
use offtake_store::{Told, Webhook, backup};
use std::time::Duration;

fn hook(id: &str, tenant: Option<&str>) -> Webhook {
    Webhook {
        id: id.to_owned(),
        owner: "ann".to_owned(),
        request: format!("request of {id}"),
        tenant: tenant.map(str::to_owned),
        url: "https://acme.example/told?by=\"us\"".to_owned(),
        kinds: vec!["held".to_owned(), "confirmed".to_owned()],
        secret: "whsec_kept".to_owned(),
        made: Instant::from_millis(5),
        removed: None,
        told: Told { seq: 3, ..Told::default() },
    }
}

fn told(seq: u64) -> Told {
    Told {
        seq,
        taken: Some(Instant::from_millis(7)),
        failures: 2,
        failing_since: Some(Instant::from_millis(8)),
        next_try: Some(Instant::from_millis(9)),
        is_given_up: true,
        problem: "it's gone".to_owned(),
    }
}

pub(crate) fn webhooks_are_kept_and_taken_away(place: &Place) {
    let mut store = place.store();
    let (one, two) = (hook("b", None), Webhook { kinds: Vec::new(), ..hook("a", Some("acme")) });
    store.add_webhook(&one).unwrap();
    store.add_webhook(&two).unwrap();
    assert_eq!(store.webhooks().unwrap(), [two.clone(), one.clone()]);
    // The same request makes no second hook.
    assert!(store.add_webhook(&Webhook { id: "c".to_owned(), ..one.clone() }).is_err());
    assert!(store.remove_webhook("b", Instant::from_millis(11), "bob").unwrap());
    assert!(!store.remove_webhook("b", Instant::from_millis(12), "eve").unwrap());
    assert!(!store.remove_webhook("none", Instant::from_millis(12), "eve").unwrap());
    let gone = Webhook {
        secret: String::new(),
        removed: Some((Instant::from_millis(11), "bob".to_owned())),
        ..one
    };
    assert_eq!(place.store().webhooks().unwrap(), [two, gone]);
}

pub(crate) fn a_position_moves_forward_by_who_has_the_lease(place: &Place) {
    let mut store = place.store();
    store.add_webhook(&hook("a", None)).unwrap();
    assert!(!store.note_told("a", &told(4), "one").unwrap(), "nobody has the lease");
    assert!(store.take_lease("one", 60_000).unwrap());
    assert!(store.note_told("a", &told(4), "one").unwrap());
    assert_eq!(store.webhooks().unwrap()[0].told, told(4));
    assert!(!store.note_told("a", &told(3), "one").unwrap(), "it would go back");
    assert!(!store.note_told("a", &told(5), "two").unwrap(), "another has the lease");
    assert!(store.resume_webhook("a").unwrap() && !store.resume_webhook("none").unwrap());
    let resumed = Told { seq: 4, taken: told(4).taken, ..Told::default() };
    assert_eq!(place.store().webhooks().unwrap()[0].told, resumed);
    store.remove_webhook("a", Instant::from_millis(1), "ann").unwrap();
    assert!(!store.note_told("a", &told(6), "one").unwrap(), "it was taken away");
}

pub(crate) fn one_server_has_the_lease_until_it_runs_out(place: &Place) {
    let (mut one, mut two) = (place.store(), place.store());
    assert!(one.take_lease("one", 300).unwrap());
    assert!(!two.take_lease("two", 300).unwrap());
    assert!(one.take_lease("one", 300).unwrap(), "who has it renews it");
    std::thread::sleep(Duration::from_millis(350));
    assert!(two.take_lease("two", 60_000).unwrap(), "it ran out");
    assert!(!one.take_lease("one", 300).unwrap());
    one.give_lease("one").unwrap();
    assert!(!one.take_lease("one", 300).unwrap(), "it was not its own to give");
    two.give_lease("two").unwrap();
    assert!(one.take_lease("one", 300).unwrap());
}

pub(crate) fn events_are_read_a_few_at_a_time(place: &Place) {
    let book = eventful(10);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[]);
    let some = |seq: u64, until: u64, most: u32| -> Vec<u64> {
        let rows = place.store().events_between(seq, until, most).unwrap();
        rows.iter().map(|row| row.seq).collect()
    };
    assert_eq!(some(3, 100, 4), [4, 5, 6, 7]);
    assert_eq!(some(3, 5, 4), [4, 5]);
    assert_eq!(some(5, 5, 4), [0_u64; 0]);
    let rows = store.events_between(0, u64::MAX >> 1, 1_000).unwrap();
    assert!(rows.iter().all(|row| row.paths.is_none()));
    let kinds: Vec<String> = rows.into_iter().map(|row| row.kind).collect();
    let expected: Vec<&str> = all(&mut *store).iter().map(|event| event.change.kind()).collect();
    assert_eq!(kinds, expected);
}

pub(crate) fn a_backup_has_no_webhook_in_it(place: &Place) {
    let book = eventful(11);
    let mut store = place.store();
    keep(&mut *store, &book.events, &[]);
    let mut without = Vec::new();
    backup(&mut *store, &mut without).unwrap();
    store.add_webhook(&hook("a", None)).unwrap();
    let mut with = Vec::new();
    backup(&mut *store, &mut with).unwrap();
    assert_eq!(without, with);
    assert!(!String::from_utf8(with).unwrap().contains("whsec"));
}
