//! Webhooks as whoever is told sees them: a receiver on loopback that keeps all that comes, and answers as the test says.

#![allow(clippy::disallowed_methods, reason = "a test of time limits holds a watch")]
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use offtake_server::{Front, Hooks, Reach};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{Server, hold, start_with};

/// Something that was received, and how it was answered.
#[derive(Clone, Debug)]
struct Received {
    headers: BTreeMap<String, String>,
    body: String,
    answered: u16,
}

impl Received {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

/// A receiver; it answers with its status, and not at all with status 0.
struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    fn start(status: u16) -> Receiver {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let (status, received) = (Arc::new(AtomicU16::new(status)), Arc::new(Mutex::default()));
        let (answer, list) = (Arc::clone(&status), Arc::clone(&received));
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in socket.incoming().map_while(Result::ok) {
                let (answer, list) = (Arc::clone(&answer), Arc::clone(&list));
                std::thread::spawn(move || receive(stream, &answer, &list));
            }
        });
        Receiver { address, status, received }
    }

    fn url(&self) -> String {
        format!("http://{}/told?by=desk", self.address)
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns what was taken, each message once, in the order in which it first was.
    fn taken(&self) -> Vec<Received> {
        let mut seen = BTreeSet::new();
        let taken = self.all().into_iter().filter(|one| one.answered == 200);
        taken.filter(|one| seen.insert(one.headers["webhook-id"].clone())).collect()
    }

    fn wait_for(&self, what: &str, is_there: impl Fn(&Receiver) -> bool) {
        let begun = Instant::now();
        while !is_there(self) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:#?}", self.all());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn receive(mut stream: std::net::TcpStream, status: &AtomicU16, list: &Mutex<Vec<Received>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        let (name, value) = line.trim_end().split_once(": ").unwrap_or((line.trim_end(), ""));
        headers.insert(name.to_lowercase(), value.to_owned());
        line.clear();
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() || length == 0 {
        return;
    }
    let answered = status.load(Ordering::SeqCst);
    let body = String::from_utf8(body).unwrap();
    list.lock().unwrap().push(Received { headers, body, answered });
    if answered == 0 {
        std::thread::sleep(Duration::from_secs(60));
    }
    let answer =
        format!("HTTP/1.1 {answered} x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes());
}

const QUICK: Hooks = Hooks {
    reach: Reach::Private,
    attempt: Duration::from_millis(600),
    first_delay: Duration::from_millis(50),
    longest_delay: Duration::from_millis(200),
    give_up: Duration::from_secs(86_400),
    lease: Duration::from_secs(3),
};

fn start(store: &str, admin: Option<&str>, hooks: Hooks) -> Server {
    start_with(store, admin, (100_000, Front { hooks, ..Front::default() }))
}

fn desk(hooks: Hooks) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (start(folder.path().join("desk").to_str().unwrap(), None, hooks), folder)
}

fn make(server: &Server, who: &str, url: &str, kinds: &[&str]) -> (String, String) {
    let made =
        server.ask("POST", "/v1/webhooks", who, &json!({ "url": url, "kinds": kinds })).of(201);
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

fn hooks(server: &Server, who: &str) -> Vec<Value> {
    server.get("/v1/webhooks", who).of(200).as_array().unwrap().clone()
}

/// Holds a GPU and returns the promise.
fn held(server: &Server, who: &str) -> String {
    let held = server.ask("POST", "/v1/holds", who, &hold(1)).of(201);
    held["id"].as_str().unwrap().to_owned()
}

/// HMAC-SHA256 as RFC 2104 writes it, from the hash alone.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |byte: u8| block.map(|one| one ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn check_signature(one: &Received, secret: &str) {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(key.len(), 32);
    let timestamp: u64 = one.headers["webhook-timestamp"].parse().unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(timestamp.abs_diff(now) < 60, "{timestamp}");
    let text = format!("{}.{timestamp}.{}", one.headers["webhook-id"], one.body);
    let expected = format!("v1,{}", BASE64_STANDARD.encode(hmac(&key, text.as_bytes())));
    assert_eq!(one.headers["webhook-signature"], expected);
}

#[test]
fn events_are_told_in_order_and_signed_and_again_until_they_are_taken() {
    let (server, _folder) = desk(QUICK);
    let acme = server.tenant("acme");
    let receiver = Receiver::start(500);
    let (id, secret) = make(&server, &acme, &receiver.url(), &[]);
    let promises: Vec<String> = (0..6).map(|_| held(&server, &acme)).collect();
    receiver.wait_for("three tries", |it| it.all().len() >= 3);
    let shown = &hooks(&server, &acme)[0];
    assert_eq!((&shown["id"], &shown["state"]), (&json!(id), &json!("retrying")), "{shown}");
    assert!(shown["problem"].as_str().unwrap().contains("500"), "{shown}");
    assert!(!shown.to_string().contains(&secret));
    // All tries until then were of the first event: nothing overtakes it.
    let names = |all: &[Received]| -> BTreeSet<String> {
        all.iter().map(|one| one.headers["webhook-id"].clone()).collect()
    };
    assert_eq!(names(&receiver.all()).len(), 1);
    receiver.answer(200);
    receiver.wait_for("all events", |it| it.taken().len() == 6);
    let told: Vec<String> = receiver
        .taken()
        .iter()
        .map(|one| one.json()["data"]["promise"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, promises);
    receiver.all().iter().for_each(|one| check_signature(one, &secret));
    let first = &receiver.taken()[0];
    assert_eq!(
        (first.kind().as_str(), first.headers["content-type"].as_str()),
        ("held", "application/json")
    );
    assert_eq!(first.headers["host"], receiver.address.to_string());
    assert_eq!(hooks(&server, &acme)[0]["state"], "active");
    let metrics = server.get("/metrics", &server.admin).text;
    assert!(metrics.contains("offtake_webhook_tries_total{outcome=\"taken\"} 6"), "{metrics}");
}

#[test]
fn a_restart_in_the_middle_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk");
    let store = path.to_str().unwrap();
    let receiver = Receiver::start(200);
    let server = start(store, None, QUICK);
    let (acme, admin) = (server.tenant("acme"), server.admin.clone());
    make(&server, &acme, &receiver.url(), &["held"]);
    let mut promises = vec![held(&server, &acme)];
    receiver.wait_for("the first", |it| it.taken().len() == 1);
    receiver.answer(503);
    promises.extend((0..3).map(|_| held(&server, &acme)));
    receiver.wait_for("a try", |it| it.all().len() > 1);
    // Once in order, and once as if it had been killed.
    drop(server);
    let server = start(store, Some(&admin), QUICK);
    promises.push(held(&server, &acme));
    server.vanish();
    receiver.answer(200);
    // Nobody gave the lease up: it has to run out first.
    let server = start(store, Some(&admin), QUICK);
    promises.push(held(&server, &acme));
    receiver.wait_for("the rest", |it| it.taken().len() >= promises.len());
    let told: Vec<String> = receiver
        .taken()
        .iter()
        .map(|one| one.json()["data"]["promise"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, promises);
}

#[test]
fn a_tenant_hears_of_its_own_promises_alone() {
    let (server, _folder) = desk(QUICK);
    let (acme, zeta) = (server.tenant("acme"), server.tenant("zeta"));
    let clerk = server.token("ann", "desk", None);
    let (of_zeta, of_desk) = (Receiver::start(200), Receiver::start(200));
    let (id, _) = make(&server, &zeta, &of_zeta.url(), &[]);
    make(&server, &clerk, &of_desk.url(), &[]);
    let (one, _two) = (held(&server, &acme), held(&server, &acme));
    let own = held(&server, &zeta);
    server.ask("POST", &format!("/v1/promises/{one}/release"), &acme, &json!({})).of(200);
    of_desk.wait_for("all", |it| it.taken().len() == 4);
    of_zeta.wait_for("its own", |it| !it.taken().is_empty());
    let told = of_zeta.all();
    assert_eq!(told.len(), 1, "{told:#?}");
    let data = &told[0].json()["data"];
    assert_eq!(*data, json!({ "promise": own, "tenant": "zeta" }));
    let whole = &of_desk.taken()[0].json()["data"];
    assert_eq!((&whole["tenant"], &whole["who"]), (&json!("acme"), &json!("acme-tenant")));
    // Neither sees, tries or takes away what is another's.
    assert_eq!((hooks(&server, &zeta).len(), hooks(&server, &acme).len()), (1, 0));
    assert_eq!(hooks(&server, &clerk).len(), 2);
    let path = format!("/v1/webhooks/{id}");
    server.ask("DELETE", &path, &acme, &json!({})).of(404);
    server.ask("POST", &format!("{path}/test"), &acme, &json!({})).of(404);
    let kinds = json!({ "url": of_zeta.url(), "kinds": ["published", "held", "no"] });
    let refused = server.ask("POST", "/v1/webhooks", &zeta, &kinds).of(422);
    assert_eq!(refused["findings"].as_array().unwrap().len(), 2, "{refused}");
    let viewer = server.token("v", "viewer", None);
    server.get("/v1/webhooks", &viewer).of(403);
    server.ask("POST", "/v1/webhooks", &viewer, &json!({ "url": of_zeta.url() })).of(403);
    assert_eq!(server.ask("DELETE", &path, &zeta, &json!({})).status, 204);
    server.ask("DELETE", &path, &zeta, &json!({})).of(404);
    held(&server, &zeta);
    of_desk.wait_for("the token and the last", |it| it.taken().len() == 6);
    assert_eq!(of_zeta.all().len(), 1, "nothing after it was taken away");
}

#[test]
fn what_is_given_up_is_shown_and_goes_on_once_a_ping_is_taken() {
    let (server, _folder) = desk(Hooks { give_up: Duration::from_millis(400), ..QUICK });
    let acme = server.tenant("acme");
    let receiver = Receiver::start(500);
    let (id, secret) = make(&server, &acme, &receiver.url(), &["held"]);
    let promises = [held(&server, &acme), held(&server, &acme)];
    let state = || hooks(&server, &acme)[0]["state"].as_str().unwrap().to_owned();
    receiver.wait_for("it is given up", |_| state() == "failing");
    let tries = receiver.all().len();
    let test = || server.ask("POST", &format!("/v1/webhooks/{id}/test"), &acme, &json!({})).of(200);
    let refused = test();
    assert_eq!(
        (&refused["is_taken"], refused["problem"].as_str()),
        (&json!(false), Some("it was answered 500"))
    );
    assert_eq!((state().as_str(), receiver.all().len()), ("failing", tries + 1));
    receiver.answer(200);
    assert_eq!(test(), json!({ "is_taken": true }));
    receiver.wait_for("the rest", |it| it.taken().len() == 3);
    let taken = receiver.taken();
    assert_eq!(taken[0].kind(), "ping");
    taken.iter().for_each(|one| check_signature(one, &secret));
    let told: Vec<Value> =
        taken[1..].iter().map(|one| one.json()["data"]["promise"].clone()).collect();
    assert_eq!(told, promises);
    // Whoever says that it is gone for good is given up at once.
    receiver.answer(410);
    held(&server, &acme);
    receiver.wait_for("it is given up", |_| state() == "failing");
}

#[test]
fn a_waiting_hook_goes_on_at_once_after_a_ping() {
    let long = Duration::from_secs(600);
    let (server, _folder) = desk(Hooks { first_delay: long, longest_delay: long, ..QUICK });
    let acme = server.tenant("acme");
    let receiver = Receiver::start(500);
    let (id, _) = make(&server, &acme, &receiver.url(), &["held"]);
    held(&server, &acme);
    receiver.wait_for("it waits", |_| hooks(&server, &acme)[0]["state"] == "retrying");
    receiver.answer(200);
    server.ask("POST", &format!("/v1/webhooks/{id}/test"), &acme, &json!({})).of(200);
    receiver.wait_for("the ping and the event", |it| it.taken().len() == 2);
}

#[test]
fn nothing_private_is_called_and_nothing_is_followed() {
    let (server, _folder) = desk(Hooks { reach: Reach::Public, ..QUICK });
    let acme = server.tenant("acme");
    let receiver = Receiver::start(200);
    for url in [
        receiver.url(),
        "http://[::1]/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "ftp://a.example/".to_owned(),
    ] {
        let refused = server.ask("POST", "/v1/webhooks", &acme, &json!({ "url": url })).of(422);
        assert_eq!(refused["findings"][0]["field"], "url", "{refused}");
    }
    // A name is looked up when it is called, and called only where it leads outside.
    let inside = format!("http://localhost:{}/", receiver.address.port());
    let (id, _) = make(&server, &acme, &inside, &[]);
    let trial = server.ask("POST", &format!("/v1/webhooks/{id}/test"), &acme, &json!({})).of(200);
    assert!(trial["problem"].as_str().unwrap().contains("private network"), "{trial}");
    held(&server, &acme);
    receiver.wait_for("it is tried", |_| hooks(&server, &acme)[0]["state"] == "retrying");
    assert!(receiver.all().is_empty());
    let (server, _folder) = desk(QUICK);
    let acme = server.tenant("acme");
    receiver.answer(307);
    let (id, _) = make(&server, &acme, &receiver.url(), &[]);
    let trial = server.ask("POST", &format!("/v1/webhooks/{id}/test"), &acme, &json!({})).of(200);
    assert!(trial["problem"].as_str().unwrap().contains("no redirect"), "{trial}");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(receiver.all().len(), 1);
}

#[test]
fn one_that_does_not_answer_holds_up_no_other() {
    let (server, _folder) = desk(QUICK);
    let acme = server.tenant("acme");
    let (stuck, quick) = (Receiver::start(0), Receiver::start(200));
    make(&server, &acme, &stuck.url(), &[]);
    make(&server, &acme, &quick.url(), &[]);
    let count = 8;
    (0..count).for_each(|_| drop(held(&server, &acme)));
    quick.wait_for("all", |it| it.taken().len() == count);
    let state =
        |at: usize| hooks(&server, &acme)[at]["problem"].as_str().unwrap_or_default().to_owned();
    stuck.wait_for("its time is over", |_| state(0).contains("too long"));
}

#[test]
fn the_same_request_makes_one_hook_and_a_barred_token_s_is_told_nothing() {
    let (server, _folder) = desk(QUICK);
    let acme = server.tenant("acme");
    let other = server.token("other", "tenant", Some("acme"));
    let receiver = Receiver::start(200);
    let body = json!({ "url": receiver.url() });
    let made = server.keyed("POST", "/v1/webhooks", &acme, "once", &body).of(201);
    let again = server.keyed("POST", "/v1/webhooks", &acme, "once", &body).of(409);
    assert!(again["detail"].as_str().unwrap().contains(made["id"].as_str().unwrap()), "{again}");
    assert_eq!(hooks(&server, &acme).len(), 1);
    held(&server, &acme);
    receiver.wait_for("the first", |it| it.taken().len() == 1);
    assert_eq!(
        server.ask("DELETE", "/v1/tokens/acme-tenant", &server.admin, &json!({})).status,
        204
    );
    receiver.wait_for("it is barred", |_| hooks(&server, &other)[0]["state"] == "barred");
    // The task ends at its next look at the hooks.
    std::thread::sleep(QUICK.lease / 3);
    held(&server, &other);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(receiver.all().len(), 1);
    let none = server.send("POST", "/v1/webhooks", &other, "", &body.to_string()).of(422);
    assert_eq!(none["findings"][0]["field"], "Idempotency-Key");
    for at in 1..=50 {
        let answer = server.ask("POST", "/v1/webhooks", &other, &body);
        assert_eq!(answer.status, if at < 50 { 201 } else { 422 }, "{at}: {answer:?}");
    }
}

#[test]
fn of_two_servers_one_tells_and_the_other_takes_over() {
    let Some(postgres) = postgres_server::start() else { return };
    let address = postgres.database("hooks");
    let receiver = Receiver::start(200);
    let one = start(&address, None, QUICK);
    let (acme, admin) = (one.tenant("acme"), one.admin.clone());
    make(&one, &acme, &receiver.url(), &["held"]);
    let two = start(&address, Some(&admin), QUICK);
    let mut promises: Vec<String> = (0..3).map(|_| held(&one, &acme)).collect();
    promises.extend((0..3).map(|_| held(&two, &acme)));
    receiver.wait_for("all", |it| it.taken().len() == 6);
    // While both run, nobody is told twice.
    std::thread::sleep(QUICK.lease);
    assert_eq!(receiver.all().len(), 6);
    one.vanish();
    promises.extend((0..3).map(|_| held(&two, &acme)));
    receiver.wait_for("the rest", |it| it.taken().len() == 9);
    let told: Vec<String> = receiver
        .taken()
        .iter()
        .map(|one| one.json()["data"]["promise"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, promises);
    // The second was told of it by the store alone: hooks made on one server are told by another.
    let three = start(&address, Some(&admin), QUICK);
    make(&three, &acme, &receiver.url(), &["released"]);
    let path = format!("/v1/promises/{}/release", promises[0]);
    std::thread::sleep(QUICK.lease / 3);
    three.ask("POST", &path, &acme, &json!({})).of(200);
    receiver.wait_for("the release", |it| it.taken().iter().any(|one| one.kind() == "released"));
}
