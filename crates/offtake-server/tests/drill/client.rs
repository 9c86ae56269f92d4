//! Clients that hold, confirm and give back, repeat themselves, and talk out of turn.

use super::dice::Dice;
use offtake_audit::Acknowledged;
use offtake_ledger::PromiseId;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What each client asks for.
const STEPS: u64 = 14;

/// A request, with the key under which it is done once.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) body: Value,
}

/// A status and a body.
pub(crate) type Told = (u16, Value);

/// Sends a request once; `None` when no whole answer came.
pub(crate) fn send(address: SocketAddr, secret: &str, asked: &Asked) -> Option<Told> {
    let Asked { method, path, key, body } = asked;
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
    // An answer that was cut right after its head looks whole but for this.
    let length = head.to_lowercase().split_once("content-length: ").map(|rest| rest.1.to_owned());
    let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
    if length.unwrap_or(0) != text.len() {
        return None;
    }
    let value = if text.is_empty() { Value::Null } else { serde_json::from_str(text).ok()? };
    Some((status, value))
}

/// What the clients share: where servers are, and what they were told.
pub(crate) struct Scene {
    pub(crate) seed: u64,
    /// The near ends of the wires to the servers.
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) secret: String,
    pub(crate) told: Mutex<Vec<Acknowledged>>,
    /// Every answer that somebody got, by key.
    pub(crate) answers: Mutex<Vec<(String, Told)>>,
    /// Requests that were answered not at all, or with a desk that is not sure.
    pub(crate) unanswered: AtomicU64,
}

impl Scene {
    /// Asks until there is an answer: as a client does that keeps its key.
    pub(crate) fn ask(&self, server: u64, asked: &Asked) -> Told {
        for _ in 0..2_000 {
            let address = self.servers[server as usize % self.servers.len()];
            match send(address, &self.secret, asked) {
                // A desk that is not sure says so, and is asked again.
                None | Some((503, _)) => {
                    self.unanswered.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(10));
                }
                Some(told) => return told,
            }
        }
        panic!("seed {}: no answer to {asked:?}", self.seed);
    }

    /// Lets two threads ask at the same time, the second of another server where there is one.
    fn ask_at_once(&self, server: u64, one: &Asked, two: &Asked) -> (Told, Told) {
        std::thread::scope(|scope| {
            let second = scope.spawn(|| self.ask(server + 1, two));
            let first = self.ask(server, one);
            (first, second.join().unwrap())
        })
    }

    pub(crate) fn client(&self, number: u64) {
        let mut dice = Dice::of(self.seed, "client", number);
        let (mut held, mut past): (Vec<String>, Vec<(Asked, Told)>) = (Vec::new(), Vec::new());
        for step in 0..STEPS {
            let key = format!("{}-{number}-{step}", self.seed);
            let asked = choose(&mut dice, &held, key);
            match dice.below(5) {
                0 => {
                    // The same request twice at once, on two servers where there are two.
                    let (one, two) = self.ask_at_once(number, &asked, &asked);
                    assert_eq!(one, two, "{asked:?}");
                    self.note(&asked, &one, &mut held);
                    past.push((asked, one));
                }
                1 if asked.path != "/v1/holds" => {
                    // What was meant to come after may come first.
                    let other = if asked.path.ends_with("confirm") { "release" } else { "confirm" };
                    let id = asked.path.rsplit('/').nth(1).unwrap();
                    let path = format!("/v1/promises/{id}/{other}");
                    let later =
                        Asked { path, key: format!("{}-later", asked.key), ..asked.clone() };
                    let (two, one) = self.ask_at_once(number, &later, &asked);
                    for (asked, told) in [(asked, one), (later, two)] {
                        self.note(&asked, &told, &mut held);
                        past.push((asked, told));
                    }
                }
                _ => {
                    let told = self.ask(number, &asked);
                    self.note(&asked, &told, &mut held);
                    past.push((asked, told));
                }
            }
            if dice.below(4) == 0 {
                // A repetition that was long on its way.
                let (asked, told) = &past[dice.below(past.len() as u64) as usize];
                assert_eq!(self.ask(number + 1, asked), *told, "{asked:?} again");
            }
        }
    }

    /// Keeps what the answer promises.
    fn note(&self, asked: &Asked, told: &Told, held: &mut Vec<String>) {
        assert!([200, 201, 409].contains(&told.0), "seed {}, {asked:?}: {told:?}", self.seed);
        let id = || PromiseId::parse(told.1["id"].as_str().unwrap()).unwrap();
        if told.0 == 201 {
            held.push(id().to_string());
            self.told.lock().unwrap().push(Acknowledged::Held(id()));
        } else if told.0 == 200 && asked.path.ends_with("confirm") {
            self.told.lock().unwrap().push(Acknowledged::Committed(id()));
        }
        self.answers.lock().unwrap().push((asked.key.clone(), told.clone()));
    }
}

/// Chooses what to ask for next: a hold of a few scarce GPUs, or something about one.
fn choose(dice: &mut Dice, held: &[String], key: String) -> Asked {
    let (what, count) = (dice.below(3), held.len() as u64);
    if what == 0 || count == 0 {
        let start = format!("2040-01-01T{:02}:00:00Z", dice.below(4));
        let (gpus, hours) = (1 + dice.below(6), 1 + dice.below(3));
        let wish = json!({ "gpus": gpus, "hours": hours, "earliest": start });
        let body = json!({ "tenant": "acme", "wish": wish, "minutes": 60 });
        return Asked { method: "POST", path: "/v1/holds".to_owned(), key, body };
    }
    let act = if what == 1 { "confirm" } else { "release" };
    let path = format!("/v1/promises/{}/{act}", held[dice.below(count) as usize]);
    Asked { method: "POST", path, key, body: json!({}) }
}
