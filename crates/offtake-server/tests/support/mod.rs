//! A desk that listens on loopback, and a client that says only what the test says.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use offtake_ledger::{Paths, Pool, PoolId, Publication, Published, Spec, Steps};
use offtake_model::{AcceleratorId, Id, SiteId, ZoneId};
use offtake_server::{Front, Options, open};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A desk that runs until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) admin: String,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
    runtime: Runtime,
}

/// Two pools of 16 GPUs from 2020 on, the second at a third more; one tenant's own besides.
pub(crate) fn supply() -> Publication {
    let pool = |id: &str, price: i64| {
        let steps: Steps = vec![(26_000_000, 16)];
        Published {
            pool: Pool {
                id: PoolId::new(id),
                spec: Spec {
                    site: SiteId::new("north").unwrap(),
                    zones: vec![ZoneId::new("us-tx").unwrap()],
                    round_trips: BTreeMap::new(),
                    accelerator: AcceleratorId::new("gb300").unwrap(),
                    rack_gpus: 4,
                    nvlink_domain: 4,
                },
                dedicated_to: None,
                price,
                cost: 1_000_000,
                displaces: 0,
            },
            contracted: steps.clone(),
            firm: [steps.clone(), steps.clone(), steps.clone(), steps],
            paths: Paths { starts: vec![26_000_000], gpus: vec![16, 16] },
        }
    };
    let mut own = pool("zetas-own", 2_000_000);
    own.pool.dedicated_to = Some(offtake_model::PartyId::new("zeta").unwrap());
    Publication {
        study: "test".to_owned(),
        currency: "USD".to_owned(),
        path_count: 2,
        pools: vec![pool("cheap", 3_000_000), pool("dear", 4_000_000), own],
        ..Publication::default()
    }
}

/// Opens a desk on a store; `admin` is the secret from an earlier opening.
pub(crate) fn start(store: &str, admin: Option<&str>) -> Server {
    start_with(store, admin, (100_000, Front::default()))
}

/// Opens a desk with a rate and a front of its own.
pub(crate) fn start_with(
    store: &str,
    admin: Option<&str>,
    (per_second, front): (u32, Front),
) -> Server {
    let publisher: Option<offtake_server::Publisher> = Some(Arc::new(|| Ok(supply())));
    let options = Options { store: store.to_owned(), per_second, publisher, front };
    start_at(options, admin, SocketAddr::from(([127, 0, 0, 1], 0)))
}

/// Opens a desk that runs as it is told to, on an address.
pub(crate) fn start_at(options: Options, admin: Option<&str>, at: SocketAddr) -> Server {
    let runtime = Runtime::new().unwrap();
    let opened = runtime.block_on(open(options)).unwrap();
    let admin = admin.map(str::to_owned).or_else(|| opened.first_secret.clone());
    let admin = admin.unwrap_or_default();
    let socket = runtime.block_on(tokio::net::TcpListener::bind(at)).unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let served = runtime.spawn(async move {
        let stop = async {
            let _ = stopped.await;
        };
        opened.serve(socket, stop).await.unwrap();
    });
    Server { address, admin, stop: Some(stop), served: Some(served), runtime }
}

impl Server {
    /// Closes the desk and waits until it is closed.
    pub(crate) fn close(&mut self) {
        drop(self.stop.take());
        if let Some(served) = self.served.take() {
            let _ = self.runtime.block_on(served);
        }
    }

    /// Begins to close the desk, without waiting.
    pub(crate) fn begin_to_close(&mut self) {
        drop(self.stop.take());
    }

    /// Ends all that the desk does, at once: as if its process had been killed.
    pub(crate) fn vanish(mut self) {
        drop(self.served.take());
        let runtime = std::mem::replace(&mut self.runtime, Runtime::new().unwrap());
        runtime.shutdown_timeout(Duration::ZERO);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// Returns the answer's JSON if it has this status.
    pub(crate) fn of(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }
}

static KEYS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn fresh_key() -> String {
    format!("key-{}-{}", std::process::id(), KEYS.fetch_add(1, Ordering::Relaxed))
}

impl Server {
    /// Sends bytes as they are and returns what comes back.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // A server that refuses early closes before all is sent.
        let _ = socket.write_all(bytes);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_lowercase(), text: text.to_owned() }
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        secret: &str,
        headers: &str,
        body: &str,
    ) -> Answer {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.raw(request.as_bytes())
    }

    pub(crate) fn get(&self, path: &str, secret: &str) -> Answer {
        self.send("GET", path, secret, "", "")
    }

    /// Asks for a change with a key of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, secret: &str, body: &Value) -> Answer {
        self.keyed(method, path, secret, &fresh_key(), body)
    }

    pub(crate) fn keyed(
        &self,
        method: &str,
        path: &str,
        secret: &str,
        key: &str,
        body: &Value,
    ) -> Answer {
        self.send(method, path, secret, &format!("Idempotency-Key: {key}\r\n"), &body.to_string())
    }

    /// Enters a tenant and returns the secret of a token of its own.
    pub(crate) fn tenant(&self, name: &str) -> String {
        let body = serde_json::json!({ "name": name });
        self.ask("PUT", &format!("/v1/tenants/{name}"), &self.admin, &body).of(200);
        self.token(name, "tenant", Some(name))
    }

    pub(crate) fn token(&self, name: &str, role: &str, tenant: Option<&str>) -> String {
        let body =
            serde_json::json!({ "name": format!("{name}-{role}"), "role": role, "tenant": tenant });
        let made = self.ask("POST", "/v1/tokens", &self.admin, &body).of(201);
        made["secret"].as_str().unwrap().to_owned()
    }
}

/// A wish for so many GPUs for two hours in 2040.
pub(crate) fn wish(gpus: i64) -> Value {
    serde_json::json!({ "gpus": gpus, "hours": 2, "earliest": "2040-01-01T00:00:00Z" })
}

/// A request to hold that for ten minutes.
pub(crate) fn hold(gpus: i64) -> Value {
    serde_json::json!({ "wish": wish(gpus), "minutes": 10 })
}
