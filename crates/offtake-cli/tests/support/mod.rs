//! A desk that `offtake serve` runs on loopback, the command that speaks to it, and a line between the two that loses things.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

/// The book of the desk.
pub(crate) const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/desk/miner.toml");

/// A desk that runs until it is dropped.
pub(crate) struct Desk {
    child: Child,
    pub(crate) address: String,
    /// The admin's token, if this start made it.
    pub(crate) admin: Option<String>,
}

impl Desk {
    /// Opens a desk whose store is in a folder.
    pub(crate) fn open(folder: &Path) -> Desk {
        Desk::open_on(BOOK, folder)
    }

    /// Opens one on a book of its own, whose store and jobs are in a folder.
    pub(crate) fn open_on(book: &str, folder: &Path) -> Desk {
        let mut child = Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["serve", book, "--listen", "127.0.0.1:0", "--paths", "32", "--store"])
            .arg(folder.join("ledger.sqlite"))
            .arg("--jobs")
            .arg(folder.join("jobs"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut admin = None;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, secret)) = line.split_once("shown this once: ") {
                admin = Some(secret.to_owned());
            }
            if let Some((_, address)) = line.split_once("http://") {
                let address = address.to_owned();
                return Desk { child, address, admin };
            }
        }
        panic!("the desk did not open: {:?}", child.wait());
    }

    /// Ends it as a loss of power would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody at a terminal, with a home folder of their own.
pub(crate) struct Person {
    pub(crate) home: PathBuf,
    /// Sent in `OFFTAKE_TOKEN` when it is there.
    pub(crate) token: Option<String>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Returns what it printed if it ended with this code.
    pub(crate) fn ended(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        &self.out
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.ended(0)).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Person {
    pub(crate) fn new(home: &Path, token: Option<&str>) -> Person {
        std::fs::create_dir_all(home).unwrap();
        Person { home: home.to_owned(), token: token.map(str::to_owned) }
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offtake"));
        command.args(words).env_clear().env("HOME", &self.home).env("LC_ALL", "C.UTF-8");
        if let Some(token) = &self.token {
            command.env("OFFTAKE_TOKEN", token);
        }
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn says(&self, words: &[&str]) -> Said {
        said(self.command(words).output().unwrap())
    }

    /// Gives a command with something on its stdin.
    pub(crate) fn types(&self, words: &[&str], text: &str) -> Said {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        said(child.wait_with_output().unwrap())
    }

    /// Returns the changes that are kept because they were not answered.
    pub(crate) fn unanswered(&self) -> usize {
        let folder = self.home.join(".local/state/offtake/unanswered");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }
}

pub(crate) fn said(output: Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// What a line does with what it carries.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// Carries all of it.
    Whole,
    /// Loses so many answers to changes after the desk gave them, then carries all.
    LosesAnswers(usize),
    /// Says of so many changes that the desk is busy, which never hears of them, then carries all.
    Busy(usize),
}

/// A line to a desk; each connection carries one request.
pub(crate) struct Line {
    pub(crate) url: String,
    way: Arc<Mutex<(String, Way)>>,
}

impl Line {
    /// Lays a line to an address.
    pub(crate) fn to(address: &str, way: Way) -> Line {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let shared = Arc::new(Mutex::new((address.to_owned(), way)));
        let way = Arc::clone(&shared);
        std::thread::spawn(move || {
            for near in socket.incoming() {
                carry(near.unwrap(), &shared);
            }
        });
        Line { url, way }
    }

    /// Leads it to another address, or makes it better or worse.
    pub(crate) fn leads(&self, address: &str, way: Way) {
        *self.way.lock().unwrap() = (address.to_owned(), way);
    }
}

/// Carries one request and, perhaps, its answer.
fn carry(mut near: TcpStream, shared: &Mutex<(String, Way)>) {
    let request = one_request(&mut near);
    let (address, way) = {
        let mut shared = shared.lock().unwrap();
        let now = shared.clone();
        let is_change =
            String::from_utf8_lossy(&request).to_lowercase().contains("idempotency-key");
        match &mut shared.1 {
            _ if !is_change => (now.0, Way::Whole),
            Way::LosesAnswers(left) | Way::Busy(left) => {
                *left = left.saturating_sub(1);
                now
            }
            Way::Whole => now,
        }
    };
    if matches!(way, Way::Busy(1..)) {
        let body =
            r#"{"type":"urn:offtake:busy","title":"busy","status":503,"detail":"try again"}"#;
        let length = body.len();
        let _ = write!(
            near,
            "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        return;
    }
    let Ok(mut far) = TcpStream::connect(&address) else { return };
    far.write_all(&request).unwrap();
    let mut answer = Vec::new();
    far.read_to_end(&mut answer).unwrap();
    if !matches!(way, Way::LosesAnswers(1..)) {
        let _ = near.write_all(&answer);
    }
    let _ = near.shutdown(Shutdown::Both);
}

/// Reads one request, and asks in it that the answer ends with the connection.
pub(crate) fn one_request(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && from.read(&mut byte).unwrap_or(0) == 1 {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |text| text.trim().parse().unwrap())];
    from.read_exact(&mut body).unwrap();
    bytes.truncate(bytes.len().saturating_sub(2));
    bytes.extend_from_slice(b"Connection: close\r\n\r\n");
    bytes.extend_from_slice(&body);
    bytes
}
