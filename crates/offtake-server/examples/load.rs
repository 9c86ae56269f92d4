//! How fast the desk answers over HTTP, on loopback: quotes, and durable holds and confirmations.
//!
//! `cargo run --release -p offtake-server --example load [CLIENTS] [REQUESTS] [ADDRESS]` opens a desk of 200 pools in this
//! process, on a fresh SQLite file or on the empty database at ADDRESS, lets so many clients ask one request after another
//! over a connection of their own, and prints a table of requests a second with the latencies that they saw. Clients and
//! server share the machine, so that its figures are lower than those of a server alone. With `--stay` at the end it says
//! where it is and stays, with all that was promised, until its standard input ends: for `page/tests/speed.mjs`.

use offtake_ledger::{Paths, Pool, PoolId, Publication, Published, Spec, Steps};
use offtake_model::{AcceleratorId, Id, SiteId, ZoneId};
use offtake_server::{Options, open};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

type Failed = Box<dyn Error + Send + Sync>;

/// Minute of 2026-01-01T00:00Z.
const FIRST: i32 = 29_453_760;
const POOLS: usize = 200;
const PATHS: usize = 256;

fn main() -> Result<(), Failed> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let stays = words.last().is_some_and(|word| word == "--stay");
    words.truncate(words.len() - usize::from(stays));
    let mut arguments = words.iter();
    let mut number = |usual: usize| arguments.next().map_or(Ok(usual), |text| text.parse());
    let (clients, requests) = (number(16)?, number(40_000)?);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("load.sqlite").display().to_string();
    let store = words.get(2).cloned().unwrap_or(file);
    let kind = if store.starts_with("postgres") { "PostgreSQL" } else { "SQLite" };
    let runtime = tokio::runtime::Runtime::new()?;
    let options = Options {
        store,
        per_second: u32::MAX,
        publisher: Some(Arc::new(|| Ok(supply()))),
        ..Options::default()
    };
    let opened = runtime.block_on(open(options))?;
    let secret = opened.first_secret.clone().ok_or("the store is not empty")?;
    let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = socket.local_addr()?;
    runtime.spawn(opened.serve(socket, std::future::pending()));
    let mut first = Client::new(address, &secret)?;
    first.ask("PUT", "/v1/tenants/acme", "acme", r#"{"name":"Acme"}"#)?;
    println!(
        "| {kind}, {clients} clients | requests | a second | p50 ms | p99 ms | p99.9 ms | processor s |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let load = Load { clients, requests, address, secret };
    load.quotes()?;
    load.promises()?;
    load.lists()?;
    if stays {
        println!("{} {}", load.address, load.secret);
        std::io::stdin().read_to_end(&mut Vec::new())?;
    }
    Ok(())
}

/// Who asks how often, where, and as whom.
struct Load {
    clients: usize,
    requests: usize,
    address: SocketAddr,
    secret: String,
}

impl Load {
    fn quotes(&self) -> Result<(), Failed> {
        let Load { clients, requests, address, ref secret } = *self;
        for (name, rest) in [
            ("quotes, one pool", r#","constraints":{"pool":"pool-7"}"#),
            ("quotes, any of 200 pools", ""),
        ] {
            measure(name, clients, requests, |client| {
                let mut asker = Client::new(address, secret)?;
                let mut turn = client;
                Ok(Box::new(move || {
                    turn += 1;
                    let start = day(turn);
                    let body = format!(r#"{{"gpus":72,"hours":720,"earliest":"{start}"{rest}}}"#);
                    asker.ask("POST", "/v1/quotes", "", &body).map(drop)
                }))
            })?;
        }
        Ok(())
    }

    fn promises(&self) -> Result<(), Failed> {
        let Load { clients, requests, address, ref secret } = *self;
        let held: Vec<Mutex<Vec<String>>> = (0..clients).map(|_| Mutex::default()).collect();
        measure("durable holds", clients, requests / 8, |client| {
            let mut asker = Client::new(address, secret)?;
            let (held, mut turn) = (&held[client], 0_usize);
            Ok(Box::new(move || {
                turn += 1;
                let body = format!(
                    r#"{{"tenant":"acme","minutes":60,"wish":{{"gpus":8,"hours":24,"earliest":"{}"}}}}"#,
                    day(turn * 7 + client)
                );
                let made = asker.ask("POST", "/v1/holds", &format!("h{client}-{turn}"), &body)?;
                let made: serde_json::Value = serde_json::from_str(&made)?;
                let id = made["id"].as_str().ok_or("no hold")?.to_owned();
                held.lock().unwrap_or_else(PoisonError::into_inner).push(id);
                Ok(())
            }))
        })?;
        measure("durable confirmations", clients, requests / 8, |client| {
            let mut asker = Client::new(address, secret)?;
            let held = &held[client];
            Ok(Box::new(move || {
                let id = held.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let id = id.ok_or("nothing is held")?;
                let path = format!("/v1/promises/{id}/confirm");
                asker.ask("POST", &path, &format!("c{id}"), "{}").map(drop)
            }))
        })?;
        Ok(())
    }

    fn lists(&self) -> Result<(), Failed> {
        let Load { clients, requests, address, ref secret } = *self;
        let confirmed = requests / 8 / clients * clients;
        measure(&format!("lists of all {confirmed} commitments"), 1, 5, |_| {
            let mut asker = Client::new(address, secret)?;
            Ok(Box::new(move || {
                let mut after = String::new();
                loop {
                    let path = format!("/v1/commitments?limit=1000{after}");
                    let page: serde_json::Value =
                        serde_json::from_str(&asker.ask("GET", &path, "", "")?)?;
                    let Some(next) = page["next"].as_str() else { return Ok(()) };
                    after = format!("&after={next}");
                }
            }))
        })
    }
}

fn day(number: usize) -> String {
    format!(
        "20{}-{:02}-{:02}T00:00:00Z",
        27 + number % 4,
        1 + number / 4 % 12,
        1 + number / 48 % 28
    )
}

type Turn<'a> = Box<dyn FnMut() -> Result<(), Failed> + 'a>;

/// Lets clients take turns, and prints what they saw.
fn measure<'a>(
    name: &str,
    clients: usize,
    requests: usize,
    client: impl Fn(usize) -> Result<Turn<'a>, Failed> + Sync,
) -> Result<(), Failed> {
    let (begun, busy) = (stopwatch(), processor_seconds());
    let seen: Vec<Result<Vec<f64>, Failed>> = std::thread::scope(|scope| {
        let run = |number: usize| {
            let client = &client;
            scope.spawn(move || {
                let mut turn = client(number)?;
                let mut seen = Vec::with_capacity(requests / clients);
                for _ in 0..requests / clients {
                    let begun = stopwatch();
                    turn()?;
                    seen.push(begun.elapsed().as_secs_f64() * 1e3);
                }
                Ok(seen)
            })
        };
        let threads: Vec<_> = (0..clients).map(run).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a client died".into())))
            .collect()
    });
    let (wall, busy) = (begun.elapsed().as_secs_f64(), processor_seconds() - busy);
    let mut all = Vec::new();
    for seen in seen {
        all.extend(seen?);
    }
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    println!(
        "| {name} | {} | {:.0} | {:.2} | {:.2} | {:.2} | {busy:.1} |",
        all.len(),
        all.len() as f64 / wall,
        at(0.5),
        at(0.99),
        at(0.999)
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn stopwatch() -> Instant {
    Instant::now()
}

/// A connection that is kept.
struct Client {
    socket: BufReader<TcpStream>,
    secret: String,
}

impl Client {
    fn new(address: SocketAddr, secret: &str) -> Result<Client, Failed> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        Ok(Client { socket: BufReader::new(socket), secret: secret.to_owned() })
    }

    fn ask(&mut self, method: &str, path: &str, key: &str, body: &str) -> Result<String, Failed> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            self.secret,
            body.len()
        );
        self.socket.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0_usize);
        loop {
            line.clear();
            self.socket.read_line(&mut line)?;
            let text = line.trim_end().to_lowercase();
            if text.starts_with("http/") {
                text.clone_into(&mut status);
            } else if let Some(value) = text.strip_prefix("content-length: ") {
                length = value.parse()?;
            } else if text.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.socket.read_exact(&mut answer)?;
        let answer = String::from_utf8(answer)?;
        if status.contains(" 200") || status.contains(" 201") {
            Ok(answer)
        } else {
            Err(format!("{status}: {answer}").into())
        }
    }
}

fn supply() -> Publication {
    Publication {
        study: "load".to_owned(),
        currency: "USD".to_owned(),
        path_count: PATHS,
        pools: (0..POOLS).map(pool).collect(),
        ..Publication::default()
    }
}

fn pool(at: usize) -> Published {
    let steps: Steps = vec![(FIRST, 100_000)];
    let starts: Vec<i32> = (0..52 * 6).map(|week| FIRST + week * 10_080).collect();
    let gpus = vec![100_000; starts.len() * PATHS];
    let spec = Spec {
        site: SiteId::new("site").expect("a slug"),
        zones: vec![ZoneId::new("us").expect("a slug")],
        round_trips: BTreeMap::new(),
        accelerator: AcceleratorId::new("gb300").expect("a slug"),
        rack_gpus: 72,
        nvlink_domain: 72,
    };
    let price = 2_000_000 + at as i64;
    let pool = Pool {
        id: PoolId::new(&format!("pool-{at}")),
        spec,
        dedicated_to: None,
        price,
        cost: 0,
        displaces: 0,
    };
    let firm = [steps.clone(), steps.clone(), steps.clone(), steps.clone()];
    Published { pool, contracted: steps, firm, paths: Paths { starts, gpus } }
}

/// Processor time of this process in seconds; 0 where the system does not say.
fn processor_seconds() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |split| split.1);
    let ticks = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_A_SECOND
}
