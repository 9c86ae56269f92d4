//! What a tenant can learn of others: what is free, and no more.
//!
//! Goal: no answer to a tenant depends on the names, sizes, prices or number of others beyond what is free and how firm it is.
//! Method: two worlds. In both, the others leave the same GPUs free at every minute; in one they are few, large and pay
//! much, in the other many, small and pay little, under other names, with pools of their own, opportunities and contracts
//! that the first world does not have. One tenant asks the same random things in both, and every answer, its head and the
//! stream of events are compared byte by byte, but for ids and times.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_ledger::{PoolId, Publication, Sold};
use offtake_model::{Id as _, PartyId};
use offtake_stdx::{Entity, Purpose, Stream};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use support::{Server, fresh_key, start_publishing, supply};

struct Dice(Stream);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        (self.0.uniform() * most as f64) as u64
    }
}

/// A desk with others on it, and the tenant that asks.
struct World {
    /// Before the server, which closes once nobody listens any more.
    events: BufReader<TcpStream>,
    server: Server,
    asker: String,
    desk: String,
    /// Ids as they came, so that the first in one world is held to be the first in the other.
    ids: BTreeMap<String, String>,
    _folder: tempfile::TempDir,
}

/// What others there are: their names, and what they pay for a GPU-hour.
struct Others {
    names: &'static [&'static str],
    price: f64,
    /// Whether there are pools, contracts and opportunities that the other world does not have.
    has_more: bool,
}

const FEW: Others = Others { names: &["zeta"], price: 9.0, has_more: false };
const MANY: Others = Others {
    names: &["a-very-long-name-of-somebody", "beta", "nobody", "yotta"],
    price: 1.25,
    has_more: true,
};

fn published(others: &Others) -> Publication {
    let mut made = supply();
    let own = made.pools.pop().unwrap();
    if others.has_more {
        for at in 0..3 {
            let mut pool = own.clone();
            pool.pool.id = PoolId::new(&format!("aa-secret-{at}"));
            pool.pool.dedicated_to = Some(PartyId::new("beta").unwrap());
            made.pools.push(pool);
        }
        made.sold.push(Sold {
            id: "contract-of-beta".to_owned(),
            tenant: PartyId::new("beta").unwrap(),
            pool: PoolId::new("aa-secret-0"),
            gpus: 7,
            due: vec![(26_000_000, 9)],
            grace: 0,
        });
    }
    made
}

impl World {
    fn open(others: &Others) -> World {
        let folder = tempfile::tempdir().unwrap();
        let publication = published(others);
        let server = start_publishing(folder.path().join("desk").to_str().unwrap(), publication);
        others.names.iter().for_each(|name| drop(server.tenant(name)));
        let limits = json!({ "name": "Acme", "credit_limit": 5_000, "quota": 12 });
        let asker = server.tenant("acme");
        server.ask("PUT", "/v1/tenants/acme", &server.admin, &limits).of(200);
        if others.has_more {
            let prospect = json!({ "party": "beta", "pool": "aa-secret-1", "gpus": 3, "from": "2040-01-01T00:00:00Z",
                "until": "2041-01-01T00:00:00Z", "chance": 0.5, "first_refusal_until": "2039-01-01T00:00:00Z" });
            server.ask("PUT", "/v1/pipeline/secret-plan", &server.admin, &prospect).of(200);
        }
        let desk = server.token("d", "desk", None);
        let events = listen(&server, &asker);
        World { server, asker, desk, events, ids: BTreeMap::new(), _folder: folder }
    }

    /// Takes GPUs for others, in one piece or in several, of which one is confirmed and one is larger at first.
    fn fill(&self, others: &Others, (pool, gpus, from, until): (&str, u64, u64, u64)) {
        let pieces = (others.names.len() as u64).min(gpus);
        for piece in 0..pieces {
            let own = gpus / pieces + u64::from(piece < gpus % pieces);
            let part = json!({ "pool": pool, "gpus": own, "price": others.price, "from": hour(from), "until": hour(until) });
            let body = json!({ "tenant": others.names[piece as usize], "parts": [part], "minutes": 600,
                "override": "to fill the world", "why": others.names[piece as usize] });
            let held = self.server.ask("POST", "/v1/holds", &self.desk, &body).of(201);
            if others.has_more || piece == 0 {
                let path = format!("/v1/promises/{}/confirm", held["id"].as_str().unwrap());
                self.server.ask("POST", &path, &self.desk, &json!({})).of(200);
            }
        }
    }

    /// Asks, and returns the answer without what may differ: its ids and times.
    fn ask(&mut self, method: &str, path: &str, key: &str, body: &Value) -> String {
        let path = self.ids.iter().fold(path.to_owned(), |path, (id, name)| path.replace(name, id));
        let headers = format!("Idempotency-Key: {key}\r\n");
        let answer = self.server.send(method, &path, &self.asker, &headers, &body.to_string());
        if let Some(id) = serde_json::from_str::<Value>(&answer.text)
            .ok()
            .and_then(|value| Some(value["id"].as_str()?.to_owned()))
        {
            let name = format!("promise-{:03}", self.ids.len());
            self.ids.entry(id).or_insert(name);
        }
        let head: Vec<&str> = answer.head.lines().filter(|line| is_same_line(line)).collect();
        self.same(&format!("{}\n\n{}", head.join("\n"), answer.text))
    }

    /// Replaces ids by their names, and instants at which a hold lapses or something happened.
    fn same(&self, text: &str) -> String {
        let named =
            self.ids.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name));
        let mut parts = named.split("\"lapses\":\"");
        let first = parts.next().unwrap_or_default().to_owned();
        let rest = parts.map(|part| part.split_once('"').map_or("", |split| split.1));
        rest.fold(first, |text, part| text + "\"lapses\":\"then\"" + part)
    }

    /// What the stream of events said of what the asker did so far.
    fn heard(&mut self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        let mut line = String::new();
        while heard.len() < count {
            line.clear();
            if self.events.read_line(&mut line).unwrap_or(0) == 0 {
                break;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                let mut event: Value = serde_json::from_str(data).unwrap();
                event["at"] = json!("then");
                heard.push(self.same(&event.to_string()));
            }
        }
        heard
    }
}

/// Says whether a line of a head may be compared: the date is a time, and the length counts the digits of one.
fn is_same_line(line: &str) -> bool {
    !line.starts_with("date:") && !line.starts_with("content-length:")
}

fn listen(server: &Server, secret: &str) -> BufReader<TcpStream> {
    let mut socket = TcpStream::connect(server.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let request =
        format!("GET /v1/events HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer {secret}\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut reader = BufReader::new(socket);
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    reader
}

fn hour(at: u64) -> String {
    format!("2040-01-{:02}T{:02}:00:00Z", 1 + at / 24, at % 24)
}

/// A random request of a tenant: method, path and body. Promises are named in the order in which it got them.
fn request(dice: &mut Dice, promises: u64) -> (&'static str, String, Value) {
    let at = dice.below(30);
    let mut wish = json!({ "gpus": 1 + dice.below(20), "hours": 1 + dice.below(8), "earliest": hour(at),
        "latest": hour(at + dice.below(30)), "joint": dice.below(2) == 0 });
    let constraints = [
        json!({}),
        json!({ "pool": "cheap" }),
        json!({ "pool": "aa-secret-1" }),
        json!({ "together": "anywhere", "priority": 3 }),
        json!({ "price_ceiling": 2.5, "whole_racks": true }),
        json!({ "firmness": 0.999, "zones": ["us-tx"] }),
    ];
    wish["constraints"] = constraints[dice.below(6) as usize].clone();
    let id = format!("promise-{:03}", dice.below(promises.max(1)));
    match dice.below(16) {
        0..=3 => ("POST", "/v1/quotes".to_owned(), wish),
        4..=6 => ("POST", "/v1/holds".to_owned(), json!({ "wish": wish, "minutes": 60 })),
        7 => {
            let pool = ["cheap", "dear", "aa-secret-0"][dice.below(3) as usize];
            let part = json!({ "pool": pool, "gpus": 1 + dice.below(18), "from": hour(at), "until": hour(at + 1 + dice.below(5)), "price": 0.1 });
            ("POST", "/v1/holds".to_owned(), json!({ "parts": [part], "minutes": 60 }))
        }
        8 => ("POST", format!("/v1/promises/{id}/confirm"), json!({})),
        9 => ("POST", format!("/v1/promises/{id}/release"), json!({})),
        10 => {
            let mut change =
                json!({ "gpus": 1 + dice.below(18), "quote_only": dice.below(3) == 0 });
            if dice.below(3) == 0 {
                change["pool"] = json!(["cheap", "dear", "aa-secret-0"][dice.below(3) as usize]);
            }
            ("POST", format!("/v1/promises/{id}/change"), change)
        }
        11 => ("GET", format!("/v1/promises/{id}"), Value::Null),
        12 => ("GET", format!("/v1/holds?limit={}", 1 + dice.below(4)), Value::Null),
        13 => ("GET", format!("/v1/commitments?after={id}"), Value::Null),
        14 => {
            let paths = [
                "/v1/pools",
                "/v1/tenants",
                "/v1/breaches",
                "/v1/book",
                "/v1/tokens",
                "/v1/pipeline",
                "/v1/settings",
                "/v1/pools/cheap/position",
                "/v1/pools/aa-secret-0/position",
                "/metrics",
                "/v1/openapi.json",
            ];
            ("GET", paths[dice.below(paths.len() as u64) as usize].to_owned(), Value::Null)
        }
        _ => {
            let others = ["zeta", "beta", "nobody-at-all", "acme"][dice.below(4) as usize];
            (
                "POST",
                "/v1/holds".to_owned(),
                json!({ "tenant": others, "wish": wish, "minutes": 60 }),
            )
        }
    }
}

/// Plays one seed in both worlds; returns how many answers were compared, and how many of them were not empty-handed.
fn compare(seed: u64) -> (usize, usize) {
    let mut dice = Dice(Stream::new(seed, Purpose::new("isolation"), Entity::new("tenant"), 0, 0));
    let (mut few, mut many) = (World::open(&FEW), World::open(&MANY));
    let (mut compared, mut done) = (0, 0);
    for step in 0..60 {
        if dice.below(6) == 0 {
            // The others take some of what is left, if as much is left, in both worlds alike.
            let (from, pool) = (dice.below(40), ["cheap", "dear"][dice.below(2) as usize]);
            let (gpus, until) = (1 + dice.below(8), from + 1 + dice.below(10));
            if few.has_free(pool, gpus, from, until) {
                few.fill(&FEW, (pool, gpus, from, until));
                many.fill(&MANY, (pool, gpus, from, until));
            }
        }
        let (method, path, body) = request(&mut dice, few.ids.len() as u64);
        let key = if dice.below(8) == 0 { "a-key-again".to_owned() } else { format!("key-{step}") };
        let one = few.ask(method, &path, &key, &body);
        let other = many.ask(method, &path, &key, &body);
        assert_eq!(one, other, "seed {seed}, step {step}: {method} {path} {body}");
        for name in
            MANY.names.iter().chain(FEW.names).chain(&["aa-secret", "secret-plan", "contract-of"])
        {
            let asked = format!("{path}{body}").contains(name);
            // The description of the API is the same for all the world, whatever words stand in it.
            let is_public = path == "/v1/openapi.json";
            assert!(
                asked || is_public || !other.contains(name),
                "seed {seed}: {name} in the answer to {method} {path}: {other}"
            );
        }
        compared += 1;
        done += usize::from(one.contains(" 20"));
    }
    let own = few.server.get("/v1/holds?limit=1000", &few.asker).of(200)["items"]
        .as_array()
        .unwrap()
        .len();
    let (one, other) = (few.heard(own), many.heard(own));
    assert_eq!(one, other, "seed {seed}");
    (compared + own, done)
}

impl World {
    /// Says whether so many GPUs of a pool are free.
    fn has_free(&self, pool: &str, gpus: u64, from: u64, until: u64) -> bool {
        let wish = json!({ "gpus": gpus, "hours": until - from, "earliest": hour(from), "constraints": { "pool": pool } });
        self.server.ask("POST", "/v1/quotes", &self.server.admin, &wish).of(200)["is_offered"]
            == true
    }
}

#[test]
fn no_answer_to_a_tenant_depends_on_who_others_are() {
    let (mut compared, mut done) = (0, 0);
    for seed in 0..12 {
        let (more, more_done) = compare(seed);
        (compared, done) = (compared + more, done + more_done);
    }
    println!("{compared} answers and events compared, {done} of them of requests that were done");
    assert!(done > compared / 3, "{done} of {compared}");
}

/// The comparison notices: with one GPU more taken in one of the worlds, an answer differs.
#[test]
fn a_world_in_which_one_more_gpu_is_taken_is_told_apart() {
    let (mut few, mut many) = (World::open(&FEW), World::open(&MANY));
    few.fill(&FEW, ("cheap", 8, 0, 10));
    many.fill(&MANY, ("cheap", 9, 0, 10));
    let wish =
        json!({ "gpus": 8, "hours": 2, "earliest": hour(1), "constraints": { "pool": "cheap" } });
    let key = fresh_key();
    let (one, other) =
        (few.ask("POST", "/v1/quotes", &key, &wish), many.ask("POST", "/v1/quotes", &key, &wish));
    assert_ne!(one, other);
}
