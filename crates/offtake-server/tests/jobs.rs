//! Jobs over HTTP, on SQLite and on PostgreSQL, with a small script in place of the program; the program itself is run in
//! `offtake-cli/tests/serve_jobs.rs`.

#![allow(clippy::disallowed_methods, reason = "a test waits for a while and no longer")]
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use offtake_desk::Fault;
use offtake_server::{Arranged, JobOptions, Options, Wanted};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{ANY, Server, options, start_at};

/// `quick` ends at once; `slow` goes on until the file that it is told of is there; `bad` fails; `big` takes too much
/// memory; `nosy` tells what it can see.
const SCRIPT: &str = r#"#!/bin/sh
say() { echo "{\"progress\":{\"share\":$1,\"doing\":\"$2\"}}" >&2; }
case "$1" in
  quick) say 0.5 half; mkdir -p files/results/csv; echo "a,b" > files/results/csv/t.csv; echo "<p>" > files/results/report.html
         echo "{\"gpus\":\"$(grep gpus book/book.toml)\",\"answer\":42}"; exit 1 ;;
  slow) while [ ! -e "$2" ]; do say 0.25 waiting; sleep 0.05; done; echo "{\"begun\":true}" ;;
  bad) echo "error: no such offer" >&2; echo "hint: name another" >&2; exit 2 ;;
  big) head -c 400000000 /dev/zero | tail -c 400000000 > /dev/null && echo "{}" ;;
  nosy) echo "{\"env\":\"$(env | sort | cut -d= -f1 | tr '\n' ' ')\",\"nice\":$(nice)}" ;;
  wordy) echo "no JSON" ;;
esac
"#;

/// A folder with the script, and a gate that `slow` waits for.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("program");
        std::fs::write(&script, SCRIPT).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        Bench { folder }
    }

    fn gate(&self) -> PathBuf {
        self.folder.path().join("gate")
    }

    fn options(&self, store: &str) -> Options {
        let gate = self.gate();
        let arrange = move |Wanted { kind, options, .. }: Wanted<'_>| {
            let unknown: Vec<Fault> = options
                .keys()
                .filter(|name| *name != "samples")
                .map(|name| {
                    Fault::new(&format!("options.{name}"), "is none".to_owned(), "leave it out")
                })
                .collect();
            if !unknown.is_empty() {
                return Err(unknown);
            }
            let samples = options.get("samples").map(ToString::to_string).unwrap_or_default();
            let arguments = vec![kind.to_owned(), gate.display().to_string(), samples];
            Ok(Arranged { arguments, result: None })
        };
        let jobs = JobOptions {
            program: self.folder.path().join("program"),
            version: "1".to_owned(),
            arrange: Arc::new(arrange),
            folder: self.folder.path().join("jobs"),
            at_once: 1,
            longest: Duration::from_secs(60),
            memory: Some(300 << 20),
            keep: 50,
            lease: Duration::from_secs(2),
        };
        Options { jobs: Some(jobs), ..options(store) }
    }

    fn start(&self, store: &str, admin: Option<&str>) -> Server {
        start_at(self.options(store), admin, ANY)
    }
}

const BOOK: &str = "format = 1\nas_of = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 4608\npromised = 2026-03-31\n[workload.chat]\nlevel = \"2000 GPU\"\nfrom = 2026-07-01\n";

fn keep_book(server: &Server) {
    let body = json!({ "files": { "book.toml": BOOK } });
    server.ask("POST", "/v1/books", &server.admin, &body).of(201);
}

fn begin(server: &Server, body: &Value) -> Value {
    server.ask("POST", "/v1/jobs", &server.admin, body).of(202)
}

fn id(job: &Value) -> String {
    job["id"].as_str().unwrap().to_owned()
}

/// Waits until a job is in one of these states.
fn wait(server: &Server, job: &str, states: &[&str]) -> Value {
    let begun = Instant::now();
    loop {
        let job = server.get(&format!("/v1/jobs/{job}"), &server.admin).of(200);
        if states.contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{job}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

type Check = (&'static str, fn(&Bench, &Server));

const CHECKS: &[Check] = &[
    ("a_job_comes_to_its_result", a_job_comes_to_its_result),
    ("the_same_job_is_not_run_again", the_same_job_is_not_run_again),
    ("changes_are_for_one_run_alone", changes_are_for_one_run_alone),
    ("a_job_is_cancelled", a_job_is_cancelled),
    ("what_fails_says_why", what_fails_says_why),
    ("a_child_sees_nothing_of_the_server", a_child_sees_nothing_of_the_server),
    ("everything_wrong_with_a_job_comes_back", everything_wrong_with_a_job_comes_back),
    (
        "only_the_desk_starts_jobs_and_tenants_see_none",
        only_the_desk_starts_jobs_and_tenants_see_none,
    ),
    ("no_name_leads_out_of_a_job", no_name_leads_out_of_a_job),
    ("jobs_come_in_pages_and_are_removed", jobs_come_in_pages_and_are_removed),
    ("progress_is_streamed_until_the_end", progress_is_streamed_until_the_end),
];

#[test]
fn jobs_run_on_sqlite() {
    for (name, check) in CHECKS {
        println!("{name}");
        let bench = Bench::new();
        let server = bench.start(bench.folder.path().join("desk").to_str().unwrap(), None);
        keep_book(&server);
        check(&bench, &server);
    }
}

#[test]
fn jobs_run_on_postgres() {
    let Some(postgres) = postgres_server::start() else { return };
    for (at, (name, check)) in CHECKS.iter().enumerate() {
        println!("{name}");
        let bench = Bench::new();
        let server = bench.start(&postgres.database(&format!("jobs_{at}")), None);
        keep_book(&server);
        check(&bench, &server);
    }
}

fn a_job_comes_to_its_result(bench: &Bench, server: &Server) {
    let begun = begin(server, &json!({ "kind": "quick", "options": { "samples": 5 } }));
    assert_eq!((&begun["kind"], &begun["reused"]), (&json!("quick"), &json!(false)));
    assert_eq!(begun["options"]["samples"], 5);
    let job = wait(server, &id(&begun), &["done", "failed"]);
    // Exit code 1 says that the standard does not hold: a result as any other.
    assert_eq!((&job["state"], &job["exit"]), (&json!("done"), &json!(1)), "{job}");
    assert_eq!((&job["progress"], &job["tries"]), (&json!(1.0), &json!(1)));
    let files: Vec<&str> = job["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["csv/t.csv", "report.html"]);
    let path = format!("/v1/jobs/{}", id(&begun));
    let result = server.get(&format!("{path}/result"), &server.admin).of(200);
    assert_eq!(result, json!({ "gpus": "gpus = 4608", "answer": 42 }));
    let file = server.get(&format!("{path}/files/csv%2Ft.csv"), &server.admin);
    assert_eq!((file.status, file.text.as_str()), (200, "a,b\n"));
    assert!(file.head.contains("content-type: text/csv"), "{}", file.head);
    let page = server.get(&format!("{path}/files/report.html"), &server.admin);
    assert!(page.head.contains("content-security-policy: sandbox"), "{}", page.head);
    // Nothing of it is left beside the store.
    let left = std::fs::read_dir(bench.folder.path().join("jobs")).unwrap().count();
    assert_eq!(left, 0);
}

fn the_same_job_is_not_run_again(_: &Bench, server: &Server) {
    let body = json!({ "kind": "quick", "options": { "samples": 5 } });
    let first = server.keyed("POST", "/v1/jobs", &server.admin, "once", &body).of(202);
    let again = server.keyed("POST", "/v1/jobs", &server.admin, "once", &body).of(202);
    assert_eq!(again["id"], first["id"]);
    let other = json!({ "kind": "quick" });
    let reused = server.keyed("POST", "/v1/jobs", &server.admin, "once", &other).of(422);
    assert_eq!(reused["type"], "urn:offtake:key-reused");
    let done = wait(server, &id(&first), &["done"]);
    let same = server.ask("POST", "/v1/jobs", &server.admin, &body).of(200);
    assert_eq!((&same["id"], &same["reused"]), (&first["id"], &json!(true)));
    assert_eq!((&same["state"], &same["ended"]), (&json!("done"), &done["ended"]));
    let more = json!({ "kind": "quick", "options": { "samples": 6 } });
    assert_ne!(begin(server, &more)["id"], first["id"]);
}

fn changes_are_for_one_run_alone(_: &Bench, server: &Server) {
    let changes = json!([{ "table": "contract", "id": "acme", "field": "gpus", "value": 72 }]);
    let job = begin(server, &json!({ "kind": "quick", "book": "newest", "changes": changes }));
    assert_eq!(job["changes"][0]["value"], 72);
    wait(server, &id(&job), &["done"]);
    let result = server.get(&format!("/v1/jobs/{}/result", id(&job)), &server.admin).of(200);
    assert_eq!(result["gpus"], "gpus = 72");
    assert_eq!(
        server.get("/v1/books", &server.admin).of(200)["items"].as_array().unwrap().len(),
        1
    );
    // Without the changes it is another job.
    let plain = begin(server, &json!({ "kind": "quick" }));
    assert_ne!(plain["id"], job["id"]);
    let wrong = json!([{ "table": "contract", "id": "acme", "field": "gpus", "value": "many" }]);
    let body = json!({ "kind": "quick", "changes": wrong });
    let problem = server.ask("POST", "/v1/jobs", &server.admin, &body).of(422);
    assert_eq!(problem["findings"][0]["field"], "edits[0].value");
}

fn a_job_is_cancelled(bench: &Bench, server: &Server) {
    let slow = begin(server, &json!({ "kind": "slow" }));
    let waiting = begin(server, &json!({ "kind": "slow", "options": { "samples": 2 } }));
    wait(server, &id(&slow), &["running"]);
    // One runs at once: the other is only queued, and ends without having begun.
    let path = |job: &Value| format!("/v1/jobs/{}/cancel", id(job));
    let gone = server.ask("POST", &path(&waiting), &server.admin, &json!({})).of(200);
    assert_eq!((&gone["state"], &gone["tries"]), (&json!("cancelled"), &json!(0)));
    let asked = server.ask("POST", &path(&slow), &server.admin, &json!({})).of(200);
    assert_eq!(asked["is_cancelled"], true);
    let ended = wait(server, &id(&slow), &["cancelled", "done", "failed"]);
    assert_eq!(ended["state"], "cancelled");
    let none = server.get(&format!("/v1/jobs/{}/result", id(&slow)), &server.admin).of(409);
    assert!(none["detail"].as_str().unwrap().contains("cancelled"), "{none}");
    // Its process is gone, and the same job may be asked for anew.
    let left = std::fs::read_dir(bench.folder.path().join("jobs")).unwrap().count();
    assert_eq!(left, 0);
    std::fs::write(bench.gate(), "").unwrap();
    let anew = begin(server, &json!({ "kind": "slow" }));
    assert_ne!(anew["id"], slow["id"]);
    wait(server, &id(&anew), &["done"]);
    server.ask("POST", &path(&anew), &server.admin, &json!({})).of(200);
    assert_eq!(wait(server, &id(&anew), &["done", "cancelled"])["state"], "done");
}

fn what_fails_says_why(_: &Bench, server: &Server) {
    let failed = |kind: &str| {
        let job = begin(server, &json!({ "kind": kind }));
        let job = wait(server, &id(&job), &["failed", "done"]);
        assert_eq!(job["state"], "failed", "{job}");
        job
    };
    let bad = failed("bad");
    assert_eq!((&bad["exit"], &bad["error"]), (&json!(2), &json!("no such offer")));
    assert_eq!(bad["hint"], "name another");
    // No JSON is no result.
    assert!(failed("wordy")["error"].is_string());
    let big = failed("big");
    assert!(big["error"].as_str().is_some_and(|text| !text.is_empty()), "{big}");
    // What failed is tried again when it is asked for again.
    let again = begin(server, &json!({ "kind": "bad" }));
    assert_ne!(again["id"], bad["id"]);
}

fn a_child_sees_nothing_of_the_server(_: &Bench, server: &Server) {
    let job = begin(server, &json!({ "kind": "nosy" }));
    wait(server, &id(&job), &["done"]);
    let result = server.get(&format!("/v1/jobs/{}/result", id(&job)), &server.admin).of(200);
    let names: BTreeSet<&str> = result["env"].as_str().unwrap().split_whitespace().collect();
    let own = ["HOME", "LANG", "OFFTAKE_ENDS_WITH_INPUT", "OFFTAKE_PROGRESS", "PATH", "TMPDIR"];
    let shells = ["OLDPWD", "PWD", "SHLVL", "_"];
    let own = BTreeSet::from_iter(own.into_iter().chain(shells));
    assert!(names.is_subset(&own), "{names:?}");
    assert!(result["nice"].as_i64().unwrap() >= 10, "{result}");
}

fn everything_wrong_with_a_job_comes_back(_: &Bench, server: &Server) {
    let body = json!({ "kind": "quick", "options": { "sample": 1, "outt": "x" } });
    let problem = server.ask("POST", "/v1/jobs", &server.admin, &body).of(422);
    let fields: Vec<&str> = problem["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["options.sample", "options.outt"]);
    for body in [json!({}), json!({ "kind": 1 }), json!({ "kind": "quick", "extra": 1 })] {
        server.ask("POST", "/v1/jobs", &server.admin, &body).of(422);
    }
    let body = json!({ "kind": "quick", "book": "nothing" });
    server.ask("POST", "/v1/jobs", &server.admin, &body).of(404);
    let bare = server.send("POST", "/v1/jobs", &server.admin, "", "{\"kind\":\"quick\"}").of(422);
    assert_eq!(bare["findings"][0]["field"], "Idempotency-Key");
    assert_eq!(server.get("/v1/jobs", &server.admin).of(200)["items"], json!([]));
}

fn only_the_desk_starts_jobs_and_tenants_see_none(_: &Bench, server: &Server) {
    let (acme, viewer) = (server.tenant("acme"), server.token("v", "viewer", None));
    let desk = server.token("d", "desk", None);
    let body = json!({ "kind": "quick" });
    for secret in [&acme, &viewer] {
        server.ask("POST", "/v1/jobs", secret, &body).of(403);
    }
    let job = server.ask("POST", "/v1/jobs", &desk, &body).of(202);
    assert_eq!(job["who"], "d-desk");
    wait(server, &id(&job), &["done"]);
    let path = format!("/v1/jobs/{}", id(&job));
    for tail in ["", "/result", "/files", "/files/report.html", "/events"] {
        server.get(&format!("{path}{tail}"), &acme).of(403);
        assert_eq!(server.get(&format!("{path}{tail}"), &viewer).status, 200, "{tail}");
        server.get(&format!("{path}{tail}"), "wrong").of(401);
    }
    server.get("/v1/jobs", &acme).of(403);
    for secret in [&acme, &viewer] {
        server.ask("POST", &format!("{path}/cancel"), secret, &json!({})).of(403);
        server.ask("DELETE", &path, secret, &json!({})).of(403);
    }
}

fn no_name_leads_out_of_a_job(_: &Bench, server: &Server) {
    let job = begin(server, &json!({ "kind": "quick" }));
    wait(server, &id(&job), &["done"]);
    let path = format!("/v1/jobs/{}/files", id(&job));
    for name in [
        "..%2F..%2Fdesk",
        "%2Fetc%2Fpasswd",
        "%2e%2e%2fprinted",
        ".result",
        "csv",
        "csv%2F",
        "csv%2F..%2Freport.html",
        "report.html%00",
        "%FF",
        "'%20OR%201=1",
    ] {
        let answer = server.get(&format!("{path}/{name}"), &server.admin);
        assert!([404, 422].contains(&answer.status), "{name}: {answer:?}");
    }
    for id in ["..%2F..", "%00", "x'%20OR%20'1'='1"] {
        let answer = server.get(&format!("/v1/jobs/{id}"), &server.admin);
        assert!((400..500).contains(&answer.status), "{id}: {answer:?}");
    }
}

fn jobs_come_in_pages_and_are_removed(_: &Bench, server: &Server) {
    let jobs: Vec<String> = (0..5)
        .map(|at| id(&begin(server, &json!({ "kind": "quick", "options": { "samples": at } }))))
        .collect();
    jobs.iter().for_each(|job| drop(wait(server, job, &["done"])));
    let (mut seen, mut after) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = server.get(&format!("/v1/jobs?limit=2{after}"), &server.admin).of(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(id));
        after = page["next"].as_str().map_or(String::new(), |next| format!("&after={next}"));
    }
    let newest_first: Vec<String> = jobs.iter().rev().cloned().collect();
    assert_eq!((seen, after.as_str()), (newest_first, ""));
    let path = format!("/v1/jobs/{}", jobs[0]);
    assert_eq!(server.ask("DELETE", &path, &server.admin, &json!({})).status, 204);
    server.get(&path, &server.admin).of(404);
    server.get(&format!("{path}/result"), &server.admin).of(404);
    server.ask("DELETE", &path, &server.admin, &json!({})).of(404);
    let slow = begin(server, &json!({ "kind": "slow" }));
    server.ask("DELETE", &format!("/v1/jobs/{}", id(&slow)), &server.admin, &json!({})).of(409);
}

fn progress_is_streamed_until_the_end(bench: &Bench, server: &Server) {
    let job = begin(server, &json!({ "kind": "slow" }));
    wait(server, &id(&job), &["running"]);
    let gate = bench.gate();
    let opens = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        std::fs::write(gate, "").unwrap();
    });
    // The stream ends when the job does.
    let stream = server.get(&format!("/v1/jobs/{}/events", id(&job)), &server.admin).text;
    opens.join().unwrap();
    assert!(stream.contains("event: progress"), "{stream}");
    assert!(stream.contains("\"progress\":0.25,\"doing\":\"waiting\""), "{stream}");
    assert!(stream.contains("\"state\":\"done\""), "{stream}");
}

#[test]
fn a_closed_server_gives_its_jobs_back_and_the_oldest_are_removed() {
    let bench = Bench::new();
    let store = bench.folder.path().join("desk").to_str().unwrap().to_owned();
    let (admin, job) = {
        let server = bench.start(&store, None);
        keep_book(&server);
        let job = id(&begin(&server, &json!({ "kind": "slow" })));
        wait(&server, &job, &["running"]);
        (server.admin.clone(), job)
    };
    std::fs::write(bench.gate(), "").unwrap();
    let mut options = bench.options(&store);
    options.jobs.as_mut().unwrap().keep = 2;
    let server = start_at(options, Some(&admin), ANY);
    let done = wait(&server, &job, &["done"]);
    assert_eq!(done["tries"], 2);
    for samples in 0..4 {
        let body = json!({ "kind": "quick", "options": { "samples": samples } });
        wait(&server, &id(&begin(&server, &body)), &["done"]);
    }
    let begun = Instant::now();
    loop {
        let left = server.get("/v1/jobs", &server.admin).of(200)["items"].as_array().unwrap().len();
        if left == 2 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{left}");
    }
    server.get(&format!("/v1/jobs/{job}"), &server.admin).of(404);
}

#[test]
fn two_servers_on_one_postgres_run_every_job_once() {
    let Some(postgres) = postgres_server::start() else { return };
    let address = postgres.database("jobs_shared");
    let (one_bench, two_bench) = (Bench::new(), Bench::new());
    let one = one_bench.start(&address, None);
    keep_book(&one);
    let two = two_bench.start(&address, Some(&one.admin));
    let jobs: Vec<String> = (0..8)
        .map(|at| {
            let server = if at % 2 == 0 { &one } else { &two };
            id(&begin(server, &json!({ "kind": "quick", "options": { "samples": at } })))
        })
        .collect();
    for job in &jobs {
        let done = wait(&two, job, &["done", "failed"]);
        assert_eq!((&done["state"], &done["tries"]), (&json!("done"), &json!(1)), "{done}");
    }
}
