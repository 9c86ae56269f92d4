//! Files of books and jobs: what every store does with them.

use super::{Place, keep};
use offtake_ledger::{Cause, Change, Event, Instant};
use offtake_store::{
    Holder, Job, JobEnd, JobFile, JobProgress, JobState, StoreError, backup, restore,
};
use std::collections::BTreeSet;
use std::io::Cursor;

fn job(id: &str, address: &str) -> Job {
    Job {
        id: id.to_owned(),
        asked: format!("asked {id}"),
        digest: "d".to_owned(),
        address: address.to_owned(),
        kind: "assess".to_owned(),
        book: "b".to_owned(),
        request: "{\"ä\": 1}".to_owned(),
        who: "ann".to_owned(),
        made: Instant::from_millis(7),
        state: JobState::Queued,
        is_cancelled: false,
        owner: String::new(),
        lease: Instant::default(),
        tries: 0,
        begun: None,
        ended: None,
        progress: 0,
        doing: String::new(),
        outcome: String::new(),
    }
}

fn holder(owner: &str, now: i64) -> Holder<'_> {
    Holder { owner, now: Instant::from_millis(now), until: Instant::from_millis(now + 10) }
}

fn done(files: &[(&str, &[u8])]) -> JobEnd {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    JobEnd { state: JobState::Done, outcome: "{}".to_owned(), files }
}

pub(crate) fn files_are_kept_by_their_hash(place: &Place) {
    let mut store = place.store();
    assert_eq!(store.blob("h").unwrap(), None);
    let long = vec![7; 100_000];
    store.put_blob("h", &long).unwrap();
    store.put_blob("h", &long).unwrap();
    store.put_blob("empty", b"").unwrap();
    assert_eq!(place.store().blob("h").unwrap(), Some(long));
    assert_eq!(store.blob("empty").unwrap(), Some(Vec::new()));
    assert_eq!(store.blobs().unwrap(), ["empty", "h"]);
    // As with a version of the book: with the event or not at all.
    store.begin().unwrap();
    store.put_blob("half", b"x").unwrap();
    store.roll_back().unwrap();
    assert_eq!(store.blob("half").unwrap(), None);
}

pub(crate) fn a_job_is_taken_by_one_and_ended_by_it(place: &Place) {
    let (mut store, mut other) = (place.store(), place.store());
    assert!(store.put_job(&job("1", "x")).unwrap());
    // The same request once more keeps nothing.
    assert!(!store.put_job(&Job { id: "9".to_owned(), ..job("1", "x") }).unwrap());
    assert!(store.put_job(&job("2", "y")).unwrap());
    assert_eq!(store.job("1").unwrap(), Some(job("1", "x")));
    assert_eq!(store.job_asked("asked 2").unwrap().unwrap().id, "2");
    let taken = store.take_job(holder("s", 100)).unwrap().unwrap();
    assert_eq!((taken.id.as_str(), taken.state, taken.tries), ("1", JobState::Running, 1));
    assert_eq!(other.take_job(holder("t", 101)).unwrap().unwrap().id, "2");
    assert_eq!(other.take_job(holder("t", 102)).unwrap(), None);
    let progress = JobProgress { share: 250_000, doing: "samples".to_owned() };
    assert!(store.renew_job("1", holder("s", 105), &progress).unwrap());
    assert!(!other.renew_job("1", holder("t", 105), &progress).unwrap());
    let read = other.job("1").unwrap().unwrap();
    assert_eq!(
        (read.progress, read.doing.as_str(), read.lease.millis()),
        (250_000, "samples", 115)
    );
    assert!(!other.end_job("1", holder("t", 106), &done(&[("stray", b"")])).unwrap());
    assert!(store.end_job("1", holder("s", 107), &done(&[("b/c", b"two"), ("a", b"")])).unwrap());
    let read = other.job("1").unwrap().unwrap();
    assert_eq!((read.state, read.ended.map(Instant::millis)), (JobState::Done, Some(107)));
    assert_eq!(read.progress, 1_000_000);
    let file = |name: &str, size: u64| JobFile { name: name.to_owned(), size };
    assert_eq!(other.job_files("1").unwrap(), [file("a", 0), file("b/c", 3)]);
    assert_eq!(other.job_file("1", "b/c").unwrap().as_deref(), Some(&b"two"[..]));
    assert_eq!(other.job_file("1", "b").unwrap(), None);
    assert_eq!(other.job_at("x").unwrap().unwrap().id, "1");
    assert_eq!(other.job_at("z").unwrap(), None);
    let ids: Vec<String> =
        store.jobs_before(None, 9).unwrap().into_iter().map(|job| job.id).collect();
    assert_eq!(ids, ["2", "1"]);
    assert_eq!(store.jobs_before(Some("2"), 9).unwrap().len(), 1);
}

pub(crate) fn a_job_whose_server_died_is_taken_over(place: &Place) {
    let mut store = place.store();
    store.put_job(&job("1", "x")).unwrap();
    store.take_job(holder("dead", 100)).unwrap().unwrap();
    assert_eq!(store.take_job(holder("next", 110)).unwrap(), None);
    let taken = store.take_job(holder("next", 111)).unwrap().unwrap();
    assert_eq!((taken.owner.as_str(), taken.tries), ("next", 2));
    // The dead one was only slow: it has nothing to say any more.
    assert!(!store.renew_job("1", holder("dead", 112), &JobProgress::default()).unwrap());
    assert!(!store.end_job("1", holder("dead", 112), &done(&[("a", b"x")])).unwrap());
    assert_eq!(store.job_files("1").unwrap(), []);
    // A store of one server need not wait for the lease.
    store.free_jobs("next").unwrap();
    assert_eq!(store.take_job(holder("third", 113)).unwrap(), None);
    store.free_jobs("third").unwrap();
    assert!(store.take_job(holder("third", 113)).unwrap().is_some());
    // Given back in good order, it is queued as it was.
    let back = JobEnd { state: JobState::Queued, ..done(&[]) };
    assert!(store.end_job("1", holder("third", 114), &back).unwrap());
    assert_eq!(store.job("1").unwrap().unwrap().ended, None);
    assert!(store.take_job(holder("fourth", 114)).unwrap().is_some());
}

pub(crate) fn a_job_is_cancelled_removed_and_trimmed(place: &Place) {
    let mut store = place.store();
    store.put_job(&job("1", "x")).unwrap();
    store.cancel_job("1", Instant::from_millis(9)).unwrap();
    assert_eq!(store.job("1").unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(store.job_at("x").unwrap(), None);
    store.put_job(&job("2", "x")).unwrap();
    store.take_job(holder("s", 100)).unwrap().unwrap();
    store.cancel_job("2", Instant::from_millis(101)).unwrap();
    assert_eq!(store.job("2").unwrap().unwrap().state, JobState::Running);
    assert!(!store.renew_job("2", holder("s", 102), &JobProgress::default()).unwrap());
    assert!(!store.remove_job("2").unwrap());
    let end = JobEnd { state: JobState::Cancelled, ..done(&[]) };
    assert!(store.end_job("2", holder("s", 103), &end).unwrap());
    // What is over stays what it was.
    store.cancel_job("1", Instant::from_millis(500)).unwrap();
    assert_eq!(store.job("1").unwrap().unwrap().ended.map(Instant::millis), Some(9));
    for id in ["3", "4", "5"] {
        store.put_job(&job(id, id)).unwrap();
        store.take_job(holder("s", 200)).unwrap().unwrap();
        store.end_job(id, holder("s", 201), &done(&[("a", b"x")])).unwrap();
    }
    store.put_job(&job("6", "6")).unwrap();
    store.trim_jobs(2).unwrap();
    let ids: Vec<String> =
        store.jobs_before(None, 9).unwrap().into_iter().map(|job| job.id).collect();
    assert_eq!(ids, ["6", "5", "4"]);
    assert_eq!(store.job_files("3").unwrap(), []);
    assert!(store.remove_job("4").unwrap());
    assert_eq!(store.job_file("4", "a").unwrap(), None);
    assert!(!store.remove_job("4").unwrap() && !store.remove_job("6").unwrap());
}

pub(crate) fn many_take_every_job_once(place: &Place) {
    let mut store = place.store();
    for at in 0..24 {
        store.put_job(&job(&format!("{at:02}"), "x")).unwrap();
    }
    let take_all = |owner: &str| {
        let mut store = place.store();
        let mut taken = Vec::new();
        loop {
            match store.take_job(holder(owner, 100)) {
                Ok(Some(job)) => taken.push(job.id),
                // With a lock skipped, another has the last of them.
                Ok(None) => return taken,
                Err(error) if error.may_be_tried_again() => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    };
    let taken: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            ["a", "b", "c"].map(|owner| scope.spawn(move || take_all(owner))).into();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 24);
    assert_eq!(taken.len(), 24);
}

pub(crate) fn a_backup_carries_files_and_jobs(place: &Place) {
    let mut store = place.store();
    let change = Change::Forgotten("x".to_owned());
    let event = Event { seq: 1, at: Instant::from_millis(5), cause: Cause::default(), change };
    keep(&mut *store, &[event], &[]);
    store.put_blob("h", "as_of = 2026-01-01 # ä".as_bytes()).unwrap();
    store.put_job(&job("1", "x")).unwrap();
    store.take_job(holder("s", 100)).unwrap().unwrap();
    store
        .end_job("1", holder("s", 101), &done(&[("report.html", b"<p>"), ("b", &[0, 255])]))
        .unwrap();
    store.put_job(&job("2", "y")).unwrap();
    store.take_job(holder("s", 102)).unwrap().unwrap();
    let mut file = Vec::new();
    backup(&mut *store, &mut file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut other = offtake_store::open(folder.path().join("other").to_str().unwrap()).unwrap();
    let restored = restore(&mut *other, Cursor::new(&file)).unwrap();
    assert_eq!((restored.events, restored.jobs), (1, 2));
    assert_eq!(other.blob("h").unwrap(), store.blob("h").unwrap());
    assert_eq!(other.job_file("1", "b").unwrap(), Some(vec![0, 255]));
    let strip = |job: Option<Job>| Job {
        owner: String::new(),
        lease: Instant::default(),
        doing: String::new(),
        ..job.unwrap()
    };
    assert_eq!(strip(other.job("1").unwrap()), strip(store.job("1").unwrap()));
    // What ran is nobody's there, and is begun again.
    assert_eq!(other.take_job(holder("t", 103)).unwrap().unwrap().id, "2");
    let mut twin = Vec::new();
    let mut third = offtake_store::open(folder.path().join("third").to_str().unwrap()).unwrap();
    restore(&mut *third, Cursor::new(&file)).unwrap();
    backup(&mut *third, &mut twin).unwrap();
    assert_eq!(twin, file);
    let cut = restore(&mut *place.store(), Cursor::new(&file[..file.len() - 9])).unwrap_err();
    assert!(matches!(cut, StoreError::Backup(_)), "{cut:?}");
}
