//! Opens a desk with something on it, for tools from outside that send it whatever they think of.
//!
//! `cargo run -p offtake-server --example open` listens on a free port of loopback with a store of its own, prints its
//! address and a token of each role, and runs until its standard input ends.

use offtake_ledger::{Paths, Pool, PoolId, Publication, Published, Spec, Steps};
use offtake_model::{AcceleratorId, Id, PartyId, SiteId, ZoneId};
use offtake_server::{Options, open};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

type Failed = Box<dyn Error + Send + Sync>;

/// Minute of 2020-01-01T00:00Z.
const FIRST: i32 = 26_297_280;

fn main() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let store = folder.path().join("desk.sqlite").display().to_string();
    let options = Options {
        store,
        per_second: u32::MAX,
        publisher: Some(Arc::new(|| Ok(supply()))),
        ..Options::default()
    };
    let opened = runtime.block_on(open(options))?;
    let admin = opened.first_secret.clone().ok_or("the store is not empty")?;
    let socket = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = socket.local_addr()?;
    runtime.spawn(opened.serve(socket, std::future::pending()));
    let ask = |method: &str, path: &str, body: &str| ask(address, &admin, (method, path, body));
    ask("PUT", "/v1/tenants/acme", r#"{"name":"Acme"}"#)?;
    println!("address http://{address}");
    println!("admin {admin}");
    for role in ["viewer", "desk", "tenant"] {
        let tenant = if role == "tenant" { r#","tenant":"acme""# } else { "" };
        let body = format!(r#"{{"name":"{role}","role":"{role}"{tenant}}}"#);
        let made: serde_json::Value = serde_json::from_str(&ask("POST", "/v1/tokens", &body)?)?;
        println!("{role} {}", made["secret"].as_str().ok_or("no secret")?);
    }
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Asks once and returns the body of the answer.
fn ask(
    address: SocketAddr,
    secret: &str,
    (method, path, body): (&str, &str, &str),
) -> Result<String, Failed> {
    let mut socket = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nIdempotency-Key: {method}{path}{length}\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    let (head, text) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    if head.starts_with("HTTP/1.1 2") { Ok(text.to_owned()) } else { Err(answer.into()) }
}

/// Two pools of 64 GPUs, and one that is another's own.
fn supply() -> Publication {
    let pools = ["north", "south", "others-own"].map(pool);
    Publication {
        study: "open".to_owned(),
        currency: "USD".to_owned(),
        path_count: 2,
        pools: pools.into(),
        ..Publication::default()
    }
}

fn pool(name: &str) -> Published {
    let steps: Steps = vec![(FIRST, 64)];
    let spec = Spec {
        site: SiteId::new(name).expect("a slug"),
        zones: vec![ZoneId::new("us").expect("a slug")],
        round_trips: BTreeMap::new(),
        accelerator: AcceleratorId::new("gb300").expect("a slug"),
        rack_gpus: 8,
        nvlink_domain: 8,
    };
    let own = name == "others-own";
    let pool = Pool {
        id: PoolId::new(name),
        spec,
        dedicated_to: own.then(|| PartyId::new("zeta").expect("a slug")),
        price: 3_000_000,
        cost: 1_000_000,
        displaces: 0,
    };
    let firm = [steps.clone(), steps.clone(), steps.clone(), steps.clone()];
    Published {
        pool,
        contracted: steps,
        firm,
        paths: Paths { starts: vec![FIRST], gpus: vec![64, 64] },
    }
}
