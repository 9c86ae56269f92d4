//! Jobs of the desk with the program itself: to the same bytes as the command line, through the death of servers.

#![allow(clippy::disallowed_methods, reason = "a test waits for a while and no longer")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const BOOK: &str = "books/tutorial/03-second-supplier.toml";
/// Long enough to be killed on the way, short enough to be run thrice.
const LONG: u64 = 1_500;

static KEYS: AtomicU64 = AtomicU64::new(0);

/// `offtake serve`, as a process of its own.
struct Desk {
    process: Child,
    address: String,
    admin: String,
}

impl Desk {
    fn start(folder: &Path, store: &str, admin: Option<&str>) -> Desk {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut process = Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["serve", BOOK, "--listen", "127.0.0.1:0", "--paths", "4", "--store", store])
            .arg("--jobs")
            .arg(folder.join("jobs"))
            .current_dir(root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (mut address, mut secret) = (String::new(), String::new());
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(found) = line.rsplit_once("once: ") {
                found.1.clone_into(&mut secret);
            }
            if let Some(found) = line.rsplit_once("http://") {
                found.1.clone_into(&mut address);
                break;
            }
        }
        Desk { process, address, admin: admin.map_or(secret, str::to_owned) }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let key = KEYS.fetch_add(1, Ordering::Relaxed);
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            self.admin,
            body.len()
        );
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), text.to_owned())
    }

    fn ask(&self, body: &Value) -> String {
        let (status, text) = self.send("POST", "/v1/jobs", &body.to_string());
        assert_eq!(status, 202, "{text}");
        let job: Value = serde_json::from_str(&text).unwrap();
        job["id"].as_str().unwrap().to_owned()
    }

    fn job(&self, id: &str) -> Value {
        serde_json::from_str(&self.send("GET", &format!("/v1/jobs/{id}"), "").1).unwrap()
    }

    fn wait(&self, id: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let job = self.job(id);
            if is_it(&job) {
                return job;
            }
            assert!(
                job["state"] != "failed" && begun.elapsed() < Duration::from_secs(240),
                "{job}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn done(&self, id: &str) -> Value {
        self.wait(id, |job| job["state"] == "done")
    }

    fn result(&self, id: &str) -> Value {
        let (status, text) = self.send("GET", &format!("/v1/jobs/{id}/result"), "");
        assert_eq!(status, 200, "{text}");
        without_run(serde_json::from_str(&text).unwrap())
    }

    /// As power that fails: nothing is said to anybody.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What may differ between equal runs: what it took, and where the book was.
fn without_run(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().unwrap();
    fields.remove("run");
    fields.remove("book");
    answer
}

fn direct(arguments: &[&str]) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_offtake"));
    let output = command.args(arguments).current_dir(root).output().unwrap();
    without_run(serde_json::from_slice(&output.stdout).unwrap())
}

/// Returns the processes that run in a folder below this one.
fn running_below(folder: &Path) -> usize {
    let folder = folder.canonicalize().unwrap();
    let below = |entry: std::fs::DirEntry| {
        std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&folder))
    };
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(below).filter(|is| *is).count()
}

#[test]
fn a_job_comes_to_what_the_command_line_comes_to() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path(), folder.path().join("desk").to_str().unwrap(), None);
    let job = desk.ask(&json!({ "kind": "assess", "options": { "samples": 20, "seed": 3 } }));
    let done = desk.done(&job);
    assert!(done["exit"].as_i64().unwrap() <= 1, "{done}");
    assert_eq!(
        desk.result(&job),
        direct(&["assess", BOOK, "--json", "--samples", "20", "--seed", "3"])
    );
    let files: Vec<&str> = done["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert!(
        files.contains(&"assess.json") && files.iter().any(|name| name.starts_with("parquet/")),
        "{files:?}"
    );
    // A check of a sound book, and what may be due.
    for kind in ["check", "calendar"] {
        let job = desk.ask(&json!({ "kind": kind }));
        assert_eq!(desk.done(&job)["exit"], 0);
        assert_eq!(desk.result(&job), direct(&[kind, BOOK, "--json"]));
    }
    // What the command refuses is told before it is a job.
    let body = json!({ "kind": "assess", "options": { "samples": 0, "out": "/tmp" } }).to_string();
    let (status, text) = desk.send("POST", "/v1/jobs", &body);
    assert_eq!(status, 422, "{text}");
    assert!(text.contains("options.samples") && text.contains("options.out"), "{text}");
    // What is only tried is told as well, with its error.
    let growth = json!({ "samples": 20, "picture": true });
    let (status, text) = desk.send("POST", "/v1/what-if", &growth.to_string());
    assert_eq!(status, 200, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    let whole = direct(&["assess", BOOK, "--json", "--samples", "20", "--quick"]);
    for field in ["eue", "headline", "months", "relative_error"] {
        assert_eq!(answer[field], whole[field], "{field}");
    }
    assert!(answer["eue"]["standard_error"].is_number(), "{answer}");
    // With a change on top, begun from the version that is known, as a run of its own with that change.
    let changes = json!([{ "table": "contract", "id": "bolt", "field": "gpus", "value": "1152" }]);
    let tried = json!({ "samples": 20, "picture": true, "changes": changes });
    let (_, text) = desk.send("POST", "/v1/what-if", &tried.to_string());
    let tried: Value = serde_json::from_str(&text).unwrap();
    let options = json!({ "samples": 20, "quick": true });
    let job = desk.ask(&json!({ "kind": "assess", "options": options, "changes": changes }));
    desk.done(&job);
    let whole = desk.result(&job);
    for field in ["eue", "headline", "months", "relative_error"] {
        assert_eq!(tried[field], whole[field], "{field}");
        assert!(field == "relative_error" || tried[field] != answer[field], "{field}");
    }
    let refuse = |body: &Value| desk.send("POST", "/v1/what-if", &body.to_string()).0;
    assert_eq!(refuse(&json!({ "samples": 1 })), 422);
    let growth = json!([{ "table": "workload", "id": "nobody", "field": "growth", "value": null }]);
    assert_eq!(refuse(&json!({ "changes": growth })), 422);
}

#[test]
fn a_job_goes_on_after_its_server_was_killed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk").to_str().unwrap().to_owned();
    let desk = Desk::start(folder.path(), &store, None);
    let admin = desk.admin.clone();
    let samples = LONG.to_string();
    let job = desk.ask(&json!({ "kind": "assess", "options": { "samples": LONG, "quick": true } }));
    let quick = desk.ask(&json!({ "kind": "check" }));
    let seen = desk.wait(&job, |job| job["progress"].as_f64().unwrap() > 0.0);
    assert_eq!(seen["state"], "running");
    assert_eq!(seen["doing"], "samples");
    desk.kill();
    // What ran for it ends with it, and does not go on for nobody.
    let begun = Instant::now();
    while running_below(folder.path()) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    let desk = Desk::start(folder.path(), &store, Some(&admin));
    let done = desk.done(&job);
    assert_eq!(done["tries"], 2, "{done}");
    let whole = direct(&["assess", BOOK, "--json", "--samples", &samples, "--quick"]);
    assert_eq!(desk.result(&job), whole);
    assert_eq!(desk.done(&quick)["tries"], 1);
    // What was done stays done through another death.
    desk.kill();
    let desk = Desk::start(folder.path(), &store, Some(&admin));
    assert_eq!(desk.job(&job)["state"], "done");
    assert_eq!(desk.result(&job), whole);
}

#[test]
fn a_second_server_takes_over_what_a_dead_one_had() {
    let Some(postgres) = postgres_server::start() else { return };
    let address = postgres.database("jobs_taken_over");
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let one = Desk::start(folders[0].path(), &address, None);
    let admin = one.admin.clone();
    let job = one.ask(&json!({ "kind": "assess", "options": { "samples": LONG, "quick": true } }));
    one.wait(&job, |job| job["state"] == "running");
    let two = Desk::start(folders[1].path(), &address, Some(&admin));
    // It leaves alone what the first one has.
    assert_eq!(two.job(&job)["tries"], 1);
    one.kill();
    let done = two.done(&job);
    assert_eq!(done["tries"], 2, "{done}");
    let samples = LONG.to_string();
    assert_eq!(
        two.result(&job),
        direct(&["assess", BOOK, "--json", "--samples", &samples, "--quick"])
    );
}

#[test]
fn who_follows_a_run_hears_how_far_it_is() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let follow = |samples: &str, ends: &str| {
        Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["assess", BOOK, "--json", "--samples", samples])
            .env("OFFTAKE_PROGRESS", "json")
            .env("OFFTAKE_ENDS_WITH_INPUT", ends)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let output = follow("30", "0").wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let steps: Vec<Value> =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let shares: Vec<f64> =
        steps.iter().map(|step| step["progress"]["share"].as_f64().unwrap()).collect();
    assert!(
        shares.len() >= 2 && shares.is_sorted() && shares.iter().all(|share| *share <= 1.0),
        "{said}"
    );
    assert_eq!(steps[0]["progress"]["doing"], "samples");
    // Results do not depend on who listens.
    let alone = direct(&["assess", BOOK, "--json", "--samples", "30"]);
    assert_eq!(without_run(serde_json::from_slice(&output.stdout).unwrap()), alone);
    let mut bound = follow("1000000", "1");
    std::thread::sleep(Duration::from_millis(500));
    assert!(bound.try_wait().unwrap().is_none());
    drop(bound.stdin.take());
    assert_eq!(bound.wait().unwrap().code(), Some(130));
}
