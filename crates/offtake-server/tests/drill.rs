//! A drill of the desk's promise: whatever is killed when, nothing acknowledged is lost and nothing is promised twice.
//!
//! Goal: zero faults in the auditor's recount, and every acknowledged hold and commitment in the ledger.
//! Method: real server processes on SQLite, and two of them on one PostgreSQL. Four clients hold, confirm and give back
//! a few scarce GPUs at random, repeat what they got no answer to with the same key, and now and then what they did get
//! one to; meanwhile a server is killed with SIGKILL and started again, twice. The seed fixes what the clients ask; when
//! a server dies among it is the machine's chance. `OFFTAKE_DRILL=N` runs N seeds.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use offtake_audit::{Acknowledged, recount_ledger};
use offtake_ledger::{Event, PromiseId};
use offtake_server::Options;
use offtake_stdx::{Entity, Purpose, Stream};
use offtake_store::ReadPaths;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

const CLIENTS: usize = 4;
const STEPS: u64 = 20;

/// The server that the drill kills: this test, run as a process of its own.
#[test]
fn a_server_for_the_drill() {
    let Ok(store) = std::env::var("OFFTAKE_DRILL_STORE") else { return };
    let options = Options {
        store,
        per_second: 1_000_000,
        publisher: Some(Arc::new(|| Ok(support::supply()))),
        ..Options::default()
    };
    let say = |address: SocketAddr, secret: Option<&str>| {
        println!("\nOPEN {address} {}", secret.unwrap_or("-"));
        std::io::stdout().flush().unwrap();
    };
    offtake_server::run(options, "127.0.0.1:0", say).unwrap();
}

/// A server process.
struct Process {
    child: Child,
    address: SocketAddr,
    secret: String,
}

impl Process {
    fn start(store: &str) -> Process {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_server_for_the_drill", "--nocapture"])
            .env("OFFTAKE_DRILL_STORE", store)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let open =
            lines.map_while(Result::ok).find(|line| line.starts_with("OPEN ")).expect("it opens");
        let words: Vec<&str> = open.split(' ').collect();
        Process { child, address: words[1].parse().unwrap(), secret: words[2].to_owned() }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request once; `None` when no whole answer came.
fn send(
    address: SocketAddr,
    (method, path): (&str, &str),
    secret: &str,
    key: &str,
    body: &Value,
) -> Option<(u16, Value)> {
    let mut socket = TcpStream::connect(address).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let value = if text.is_empty() { Value::Null } else { serde_json::from_str(text).ok()? };
    Some((status, value))
}

/// What the clients share: where servers are now, and what they were told.
struct Scene {
    servers: Vec<RwLock<SocketAddr>>,
    secret: String,
    told: Mutex<Vec<Acknowledged>>,
}

impl Scene {
    /// Asks until there is an answer: as a client does that keeps its key.
    fn ask(&self, server: usize, path: &str, key: &str, body: &Value) -> (u16, Value) {
        for _ in 0..2_000 {
            let address = *self.servers[server % self.servers.len()].read().unwrap();
            match send(address, ("POST", path), &self.secret, key, body) {
                // A desk that is not sure says so, and is asked again.
                None | Some((503, _)) => std::thread::sleep(Duration::from_millis(10)),
                Some(answer) => return answer,
            }
        }
        panic!("no answer to {path} with {key}");
    }

    fn client(&self, seed: u64, number: usize) {
        let mut dice =
            Stream::new(seed, Purpose::new("drill"), Entity::new("client"), number as u64, 0);
        let mut below = |most: u64| (dice.uniform() * most as f64) as u64;
        let mut held: Vec<String> = Vec::new();
        for step in 0..STEPS {
            let key = format!("{seed}-{number}-{step}");
            let (path, body) = match (below(3), held.len()) {
                (0, _) | (_, 0) => {
                    let start = format!("2040-01-01T{:02}:00:00Z", below(4));
                    let wish =
                        json!({ "gpus": 1 + below(6), "hours": 1 + below(3), "earliest": start });
                    (
                        "/v1/holds".to_owned(),
                        json!({ "tenant": "acme", "wish": wish, "minutes": 60 }),
                    )
                }
                (1, count) => (
                    format!("/v1/promises/{}/confirm", held[below(count as u64) as usize]),
                    json!({}),
                ),
                (_, count) => (
                    format!("/v1/promises/{}/release", held[below(count as u64) as usize]),
                    json!({}),
                ),
            };
            let answer = self.ask(number, &path, &key, &body);
            assert!([200, 201, 409].contains(&answer.0), "{path}: {answer:?}");
            if below(4) == 0 {
                assert_eq!(
                    self.ask(number + 1, &path, &key, &body),
                    answer,
                    "{path} with {key} again"
                );
            }
            let id = || PromiseId::parse(answer.1["id"].as_str().unwrap()).unwrap();
            if answer.0 == 201 {
                held.push(id().to_string());
                self.told.lock().unwrap().push(Acknowledged::Held(id()));
            } else if answer.0 == 200 && path.ends_with("confirm") {
                self.told.lock().unwrap().push(Acknowledged::Committed(id()));
            }
        }
    }
}

/// Runs one seed on a store with so many servers; returns how much was acknowledged.
fn drill(seed: u64, store: &str, count: usize) -> usize {
    let mut servers = vec![Process::start(store)];
    let secret = servers[0].secret.clone();
    servers.extend((1..count).map(|_| Process::start(store)));
    let scene = Scene {
        servers: servers.iter().map(|server| RwLock::new(server.address)).collect(),
        secret,
        told: Mutex::new(Vec::new()),
    };
    let tenant = send(
        servers[0].address,
        ("PUT", "/v1/tenants/acme"),
        &scene.secret,
        "acme",
        &json!({ "name": "Acme" }),
    );
    assert_eq!(tenant.unwrap().0, 200);
    let mut dice = Stream::new(seed, Purpose::new("drill"), Entity::new("killer"), 0, 0);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let scene = &scene;
                scope.spawn(move || scene.client(seed, number))
            })
            .collect();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis((dice.uniform() * 150.0) as u64));
            servers[0].kill();
            servers[0] = Process::start(store);
            *scene.servers[0].write().unwrap() = servers[0].address;
        }
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
    let audit =
        send(servers[0].address, ("POST", "/v1/audit"), &scene.secret, "audit", &Value::Null)
            .unwrap();
    assert_eq!(audit.1["is_sound"], true, "seed {seed}: {audit:?}");
    servers.iter_mut().for_each(Process::kill);
    let told = scene.told.into_inner().unwrap();
    recount(seed, store, &told);
    told.len()
}

fn recount(seed: u64, address: &str, told: &[Acknowledged]) {
    let mut store = offtake_store::open(address).unwrap();
    let mut events: Vec<Event> = Vec::new();
    let mut keep = |row: offtake_store::Row| {
        events.push(row.event()?);
        Ok(())
    };
    store.rows_after(0, ReadPaths::Last, &mut keep).unwrap();
    let now = store.head().unwrap().now;
    assert_eq!(recount_ledger(&events, told, now).faults, [], "seed {seed}");
}

fn seeds() -> u64 {
    std::env::var("OFFTAKE_DRILL").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

#[test]
fn a_server_that_is_killed_loses_nothing_and_promises_nothing_twice_on_sqlite() {
    let told: usize = (0..seeds())
        .map(|seed| {
            let folder = tempfile::tempdir().unwrap();
            drill(seed, folder.path().join("desk").to_str().unwrap(), 1)
        })
        .sum();
    assert!(told > 10 * seeds() as usize, "{told} acknowledged");
    println!("{told} acknowledged over {} seeds", seeds());
}

#[test]
fn one_of_two_servers_that_is_killed_loses_nothing_and_promises_nothing_twice_on_postgres() {
    let Some(server) = postgres_server::start() else { return };
    let told: usize =
        (0..seeds()).map(|seed| drill(seed, &server.database(&format!("drill_{seed}")), 2)).sum();
    assert!(told > 10 * seeds() as usize, "{told} acknowledged");
    println!("{told} acknowledged over {} seeds", seeds());
}
