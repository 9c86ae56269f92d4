//! The one client of the desk's API: it sends, tries again what is safe to, and turns problems into failures.
//!
//! A change goes out with an idempotency key that is kept until the desk has answered ([`super::unanswered`]), and is sent
//! again with it when the connection breaks or the desk is busy, a bounded number of times. **Invariant:** what may have
//! been done is never sent again with another key.

use super::account::Account;
use super::problem;
use super::unanswered::Unanswered;
use super::{Remote, tls};
use crate::failure::Failure;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::{BufReader, ErrorKind, Read};
use std::time::Duration;
use ureq::http::{Request, Response};
use ureq::{Agent, Body, Error};

/// Longer than the desk takes for any answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(40);
/// How long a connection may take.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);
/// The wait before the second try; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Items of a page that is asked for.
const PAGE: &str = "limit=1000";
/// The largest answer that is read.
const LARGEST_ANSWER: u64 = 1 << 30;

/// What to do about a change that was sent and not answered.
const AGAIN: &str = "whether it was done is not known; the same command again within the hour sends it with the same key, and it is \
                     done once";

/// A desk that is spoken to.
pub(crate) struct Client {
    agent: Agent,
    account: Account,
    tries: u32,
}

/// A change that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The version that it is made for, if it is for one.
    pub(crate) version: Option<u32>,
}

impl Change<'_> {
    /// A `POST` to a path.
    pub(crate) const fn post(path: &str) -> Change<'_> {
        Change { method: "POST", path, version: None }
    }
}

/// What came back.
struct Answer {
    status: u16,
    body: Value,
    /// How long the desk wants to be left alone.
    wait: Option<Duration>,
}

/// Why nothing came back.
struct Silence {
    why: String,
    /// Whether the request cannot have reached the desk.
    is_unsent: bool,
}

impl Client {
    /// Opens the desk that options, or the login that is kept, name.
    pub(crate) fn open(remote: &Remote) -> Result<Client, Failure> {
        Client::of(Account::find(remote)?, remote.tries)
    }

    /// Opens the desk of an account.
    pub(crate) fn of(account: Account, tries: u32) -> Result<Client, Failure> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(LONGEST_CONNECT))
            .timeout_recv_response(Some(LONGEST_ANSWER))
            .user_agent(concat!("offtake/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls::config(&account)?);
        let is_near = account.server.starts_with("http://")
            && !super::account::is_in_the_clear(&account.server);
        // What runs on this machine is not behind a proxy.
        let config = if is_near { config.proxy(None) } else { config };
        Ok(Client { agent: config.build().into(), account, tries })
    }

    /// Fetches something.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.read("GET", path, None)
    }

    /// Fetches something of a known shape.
    pub(crate) fn fetch<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        shape(self.get(path)?)
    }

    /// Asks for what changes nothing.
    pub(crate) fn ask(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.read("POST", path, Some(body))
    }

    /// Fetches all pages of a list.
    pub(crate) fn all(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let mut items = Vec::new();
        let mut from = String::new();
        loop {
            let mut page = self.get(&format!("{path}?{PAGE}{from}"))?;
            if let Some(found) = page["items"].as_array_mut() {
                items.append(found);
            }
            match page["next"].as_str() {
                Some(next) => from = format!("&after={}", escaped(next)),
                None => return Ok(items),
            }
        }
    }

    /// Makes a change; what it is known by, should it have to be sent again, is its body.
    pub(crate) fn change(&self, change: Change<'_>, body: &Value) -> Result<Value, Failure> {
        self.change_by(change, &body.to_string(), || Ok(body.clone()))
    }

    /// Makes a change whose body is made only when it was not sent before, and which is known by `meaning` until then.
    pub(crate) fn change_by(
        &self,
        change: Change<'_>,
        meaning: &str,
        body: impl FnOnce() -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        let Account { server, token, .. } = &self.account;
        let version = change.version.map_or(String::new(), |version| version.to_string());
        let words = [server.as_str(), token, change.method, change.path, &version, meaning];
        let mut sent = Unanswered::begin(&words)?;
        let body = match sent.body.take() {
            Some(body) => {
                crate::screen::warn(
                    "\x1b[1;36mnote\x1b[0m: this was sent before and not answered; it is sent again with its key, and done once\n",
                );
                body
            }
            None => body()?,
        };
        sent.keep(&body)?;
        let answer = match self.persist(change, &body, &sent.key) {
            Ok(answer) => answer,
            Err(silence) if silence.is_unsent => {
                sent.forget();
                return Err(self.unreachable(&silence));
            }
            Err(silence) => {
                return Err(self.unreachable(&silence).hint(AGAIN));
            }
        };
        if is_open(answer.status) {
            return self.judged(answer).map_err(|failure| failure.hint(AGAIN));
        }
        sent.forget();
        self.judged(answer)
    }

    /// Makes a change once, without a second try: one whose answer cannot be given twice.
    pub(crate) fn change_once(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let key = uuid::Uuid::now_v7().to_string();
        match self.send("POST", path, Some(body), Some((&key, None))) {
            Ok(answer) => self.judged(answer),
            Err(silence) => Err(self.unreachable(&silence)),
        }
    }

    /// Opens a stream of server-sent events.
    pub(crate) fn stream(&self, path: &str) -> Result<impl std::io::BufRead + use<>, Failure> {
        let request = self.request("GET", path, None).body(());
        let response = request.map_err(|error| unsendable(&error)).and_then(|request| {
            self.agent.run(request).map_err(|error| self.unreachable(&silence(&error)))
        })?;
        if response.status().as_u16() >= 400 {
            let answer = answer(response).map_err(|silence| self.unreachable(&silence))?;
            return Err(self.judged(answer).err().unwrap_or_else(|| Failure::input("no stream")));
        }
        Ok(BufReader::new(response.into_body().into_reader()))
    }

    fn read(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let mut wait = FIRST_WAIT;
        let mut tried = 1;
        loop {
            let sent = self.send(method, path, body, None);
            let is_over = tried >= self.tries;
            match sent {
                Ok(answer) if is_over || !is_open(answer.status) => return self.judged(answer),
                Err(silence) if is_over || silence.is_unsent => {
                    return Err(self.unreachable(&silence));
                }
                Ok(answer) => pause(answer.wait.unwrap_or(wait)),
                Err(_) => pause(wait),
            }
            (tried, wait) = (tried + 1, wait * 2);
        }
    }

    /// Sends a change until it is answered, or the tries are over.
    fn persist(&self, change: Change<'_>, body: &Value, key: &str) -> Result<Answer, Silence> {
        let mut wait = FIRST_WAIT;
        let mut tried = 1;
        // What was sent once may have arrived, whatever becomes of it later.
        let mut was_sent = false;
        loop {
            let sent =
                self.send(change.method, change.path, Some(body), Some((key, change.version)));
            let is_over = tried >= self.tries;
            match sent {
                Ok(answer) if is_over || !is_open(answer.status) => return Ok(answer),
                Ok(answer) => {
                    was_sent = true;
                    pause(answer.wait.unwrap_or(wait));
                }
                Err(silence) if !was_sent && silence.is_unsent => return Err(silence),
                Err(silence) if is_over => return Err(Silence { is_unsent: false, ..silence }),
                Err(_) => {
                    was_sent = true;
                    pause(wait);
                }
            }
            (tried, wait) = (tried + 1, wait * 2);
        }
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<(&str, Option<u32>)>,
    ) -> Result<Answer, Silence> {
        let request = self.request(method, path, key);
        let unsent = |error: ureq::http::Error| Silence { why: error.to_string(), is_unsent: true };
        // What takes something away is told by its address alone.
        let response = match body.filter(|_| method != "DELETE") {
            Some(body) => {
                let request = request.header("Content-Type", "application/json");
                self.agent.run(request.body(body.to_string()).map_err(unsent)?)
            }
            None => self.agent.run(request.body(()).map_err(unsent)?),
        };
        answer(response.map_err(|error| silence(&error))?)
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        key: Option<(&str, Option<u32>)>,
    ) -> ureq::http::request::Builder {
        let Account { server, token, .. } = &self.account;
        let request = Request::builder()
            .method(method)
            .uri(format!("{server}{path}"))
            .header("Authorization", format!("Bearer {token}"));
        let Some((key, version)) = key else { return request };
        let request = request.header("Idempotency-Key", key);
        match version {
            Some(version) => request.header("If-Match", format!("\"{version}\"")),
            None => request,
        }
    }

    fn judged(&self, answer: Answer) -> Result<Value, Failure> {
        match answer.status {
            200..300 => Ok(answer.body),
            status => Err(problem::failure(status, &answer.body, &self.account.server)),
        }
    }

    fn unreachable(&self, silence: &Silence) -> Failure {
        let server = &self.account.server;
        let failure = Failure::unanswered(format!("{server} does not answer: {}", silence.why));
        if silence.is_unsent {
            return failure
                .hint("is `offtake serve` running, and is that its address? nothing was changed");
        }
        failure
    }
}

/// Says whether an answer leaves open what becomes of the request.
fn is_open(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

fn pause(wait: Duration) {
    std::thread::sleep(wait.min(LONGEST_WAIT));
}

fn answer(response: Response<Body>) -> Result<Answer, Silence> {
    let status = response.status().as_u16();
    let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let wait = wait.and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let mut text = String::new();
    let read = response.into_body().into_reader().take(LARGEST_ANSWER).read_to_string(&mut text);
    // An answer that breaks off is none: what it was about may have been done.
    read.map_err(|error| Silence { why: error.to_string(), is_unsent: false })?;
    let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text));
    Ok(Answer { status, body, wait })
}

fn silence(error: &Error) -> Silence {
    let is_refused = |kind| matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::NotFound);
    let is_unsent = match error {
        Error::Io(error) => is_refused(error.kind()),
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => true,
        Error::HostNotFound | Error::ConnectionFailed | Error::BadUri(_) | Error::Http(_) => true,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => true,
        _ => false,
    };
    Silence { why: error.to_string(), is_unsent }
}

fn unsendable(error: &ureq::http::Error) -> Failure {
    Failure::input(format!("make the request: {error}"))
}

/// Reads an answer as what it should be.
pub(crate) fn shape<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| {
        Failure::unanswered(format!("the desk's answer cannot be read: {error}"))
            .hint("is the desk of another version than this command?")
    })
}

/// Writes text as a part of a path or of a query.
pub(crate) fn escaped(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let write = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(write).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_stands_in_a_path_cannot_leave_it() {
        assert_eq!(super::escaped("a/../b?c#ä"), "a%2F..%2Fb%3Fc%23%C3%A4");
    }
}
