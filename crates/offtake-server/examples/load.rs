//! How fast the desk answers over HTTP, on loopback: quotes, and durable holds and confirmations.
//!
//! `cargo run --release -p offtake-server --example load [CLIENTS] [REQUESTS] [ADDRESS]` opens a desk of 200 pools in this
//! process, on a fresh SQLite file or on the empty database at ADDRESS, lets so many clients ask one request after another
//! over a connection of their own, and prints requests a second with the latencies that they saw. Clients and server share
//! the machine, so that its figures are lower than those of a server alone.

use offtake_ledger::{Paths, Pool, PoolId, Publication, Published, Spec, Steps};
use offtake_model::{AcceleratorId, Id, SiteId, ZoneId};
use offtake_server::{Options, open};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

type Failed = Box<dyn Error + Send + Sync>;

/// Minute of 2026-01-01T00:00Z.
const FIRST: i32 = 29_453_760;
const POOLS: usize = 200;
const PATHS: usize = 256;

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: usize| arguments.next().map_or(Ok(usual), |text| text.parse());
    let (clients, requests) = (number(16)?, number(40_000)?);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("load.sqlite").display().to_string();
    let store = std::env::args().nth(3).unwrap_or(file);
    let runtime = tokio::runtime::Runtime::new()?;
    let options = Options {
        store,
        per_second: u32::MAX,
        publisher: Some(Arc::new(|| Ok(supply()))),
        front: offtake_server::Front::default(),
    };
    let opened = runtime.block_on(open(options))?;
    let secret = opened.first_secret.clone().ok_or("the store is not empty")?;
    let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = socket.local_addr()?;
    runtime.spawn(opened.serve(socket, std::future::pending()));
    let mut first = Client::new(address, &secret)?;
    first.ask("PUT", "/v1/tenants/acme", "acme", r#"{"name":"Acme"}"#)?;
    measure("quotes", clients, requests, |client, step| {
        let mut asker = Client::new(address, &secret)?;
        Ok(Box::new(move || step_of(&mut asker, client, step)))
    })?;
    let confirms = requests / 8;
    measure("holds and confirmations, two requests each", clients, confirms, |client, _| {
        let mut asker = Client::new(address, &secret)?;
        let mut turn = 0_usize;
        Ok(Box::new(move || {
            turn += 1;
            let body = format!(
                r#"{{"tenant":"acme","minutes":60,"wish":{{"gpus":8,"hours":24,"earliest":"{}"}}}}"#,
                day(turn * 7 + client)
            );
            let held = asker.ask("POST", "/v1/holds", &format!("h{client}-{turn}"), &body)?;
            let held: serde_json::Value = serde_json::from_str(&held)?;
            let id = held["id"].as_str().ok_or("no hold")?;
            asker.ask(
                "POST",
                &format!("/v1/promises/{id}/confirm"),
                &format!("c{client}-{turn}"),
                "{}",
            )?;
            Ok(())
        }))
    })
}

fn step_of(asker: &mut Client, client: usize, step: usize) -> Result<(), Failed> {
    let body = format!(r#"{{"gpus":72,"hours":720,"earliest":"{}"}}"#, day(client + step));
    asker.ask("POST", "/v1/quotes", "", &body).map(drop)
}

fn day(number: usize) -> String {
    format!(
        "20{}-{:02}-{:02}T00:00:00Z",
        27 + number % 4,
        1 + number / 4 % 12,
        1 + number / 48 % 28
    )
}

type Turn = Box<dyn FnMut() -> Result<(), Failed>>;

/// Lets clients take turns, and prints what they saw.
fn measure(
    name: &str,
    clients: usize,
    requests: usize,
    client: impl Fn(usize, usize) -> Result<Turn, Failed> + Sync,
) -> Result<(), Failed> {
    let (begun, busy) = (stopwatch(), processor_seconds());
    let seen: Vec<Result<Vec<f64>, Failed>> = std::thread::scope(|scope| {
        let run = |number: usize| {
            let client = &client;
            scope.spawn(move || {
                let mut turn = client(number, number)?;
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
        "{name}: {} in {wall:.2} s and {busy:.2} s of processor time, {:.0} a second; p50 {:.2}, p99 {:.2}, p99.9 {:.2} ms",
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
