//! The desk from the command line: TLS by flags, and exports of what it keeps.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const BOOK: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/tutorial/03-second-supplier.toml");

fn offtake(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offtake"));
    command.args(arguments).current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    offtake(folder, arguments).output().unwrap()
}

/// Writes a certificate and its key, by the names of their files.
fn certificate(folder: &Path, name: &str) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["desk.example".to_owned()]).unwrap();
    std::fs::write(folder.join(format!("{name}-cert.pem")), cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{name}-key.pem")), signing_key.serialize_pem()).unwrap();
}

#[test]
fn what_tls_cannot_be_is_told_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    certificate(here, "one");
    certificate(here, "two");
    let there: usize = std::fs::read_dir(here).unwrap().count();
    let serve = |more: &[&str]| run(here, &[&["serve", BOOK][..], more].concat());
    for (more, problem) in [
        (&["--tls-cert", "one-cert.pem"][..], "--tls-key"),
        (&["--tls-key", "one-key.pem"], "--tls-cert"),
        (&["--tls-cert", "none.pem", "--tls-key", "one-key.pem"], "hint: name a PEM file"),
        (
            &["--tls-cert", "one-cert.pem", "--tls-key", "two-key.pem"],
            "does not belong to the certificate",
        ),
        (&["--tls-cert", "one-key.pem", "--tls-key", "one-key.pem"], "holds no certificate"),
        (&["--listen", "0.0.0.0:0"], "hint: give --tls-cert and --tls-key, or say --insecure"),
        (&["--listen", "somewhere"], "hint: write an address with a port"),
    ] {
        let output = serve(more);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{more:?}: {text}");
        assert!(text.contains(problem), "{more:?}: {text}");
    }
    assert_eq!(std::fs::read_dir(here).unwrap().count(), there, "something was made");
}

/// A desk that runs until it is dropped.
struct Desk {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Desk {
    fn open(folder: &Path, more: &[&str]) -> Desk {
        let arguments =
            [&["serve", BOOK, "--listen", "127.0.0.1:0", "--paths", "4"][..], more].concat();
        let mut command = offtake(folder, &arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (say, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|line| say.send(line))
        });
        Desk { child, lines }
    }

    /// Waits for the line that begins so, and returns the rest of it.
    fn said(&self, begin: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).unwrap();
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.to_owned();
            }
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_desk_with_a_certificate_says_so_and_outlives_a_renewal() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "one");
    let mut desk =
        Desk::open(folder.path(), &["--tls-cert", "one-cert.pem", "--tls-key", "one-key.pem"]);
    let address = desk.said("the desk is open at ");
    let address = address.strip_prefix("https://").unwrap();
    // Without TLS there is no HTTP.
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "{answer:?}");
    certificate(folder.path(), "one");
    desk.signal("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert!(desk.child.try_wait().unwrap().is_none(), "SIGHUP ended it");
    desk.signal("-TERM");
    assert!(desk.child.wait().unwrap().success());
}

/// Sends a change and returns the body of its answer.
fn ask(address: &str, token: &str, (method, path): (&str, &str), body: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Idempotency-Key: {method} {path}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
    body.to_owned()
}

/// Opens a desk, commits some GPUs of the first pool, and closes it.
fn ledger(folder: &Path) {
    let mut desk = Desk::open(folder, &[]);
    let token = desk.said("admin token, shown this once: ");
    let address = desk.said("the desk is open at http://");
    let say = |what: (&str, &str), body: &str| -> serde_json::Value {
        serde_json::from_str(&ask(&address, &token, what, body)).unwrap()
    };
    say(("PUT", "/v1/tenants/acme"), r#"{"name":"Acme"}"#);
    let pools = say(("GET", "/v1/pools"), "");
    let pool = &pools["items"][0];
    let part = serde_json::json!({ "pool": pool["id"], "gpus": 3, "from": "2027-03-01T00:00:00Z",
        "until": "2027-04-01T00:01:00Z", "price": 1_000.333_333 });
    let body = serde_json::json!({ "tenant": "acme", "parts": [part], "minutes": 60, "override": "a test" });
    let held = say(("POST", "/v1/holds"), &body.to_string());
    let confirm = format!("/v1/promises/{}/confirm", held["id"].as_str().unwrap());
    say(("POST", &confirm), r#"{"override":"a test"}"#);
    desk.signal("-TERM");
    assert!(desk.child.wait().unwrap().success());
}

#[test]
fn an_export_is_whole_and_takes_the_place_of_an_earlier_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ledger(here);
    let store = "offtake-desk/ledger.sqlite";
    let export =
        |format: &str, out: &str| run(here, &["export", store, "--format", format, "--out", out]);
    for format in ["csv", "parquet", "focus"] {
        let output = export(format, format);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.ends_with(&format!(" events in {format}\n")), "{text}");
    }
    let names = |out: &str| {
        let all = std::fs::read_dir(here.join(out)).unwrap();
        let mut names: Vec<String> =
            all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(
        names("csv"),
        ["commitments.csv", "events.csv", "export.json", "holds.csv", "positions.csv"]
    );
    // 3 GPUs for 31 days and a minute, by hand.
    let commitments = std::fs::read_to_string(here.join("csv/commitments.csv")).unwrap();
    assert!(
        commitments.contains(
            ",3,2027-03-01T00:00:00Z,2027-04-01T00:01:00Z,133923,1000.333333,2232794.015922,"
        ),
        "{commitments}"
    );
    // In the place of an earlier one, and of nothing else.
    assert!(export("focus", "csv").status.success());
    assert_eq!(names("csv"), ["export.json", "focus.csv", "focus.parquet"]);
    std::fs::create_dir(here.join("mine")).unwrap();
    std::fs::write(here.join("mine/notes"), "keep").unwrap();
    let refused = export("csv", "mine");
    assert_eq!((refused.status.code(), names("mine").len()), (Some(2), 1), "{refused:?}");
    // One that fails leaves the earlier one as it was, and nothing beside it.
    let before = names(".");
    std::fs::write(here.join("broken"), "no ledger").unwrap();
    let failed = run(here, &["export", "broken", "--format", "csv", "--out", "csv"]);
    assert_eq!(failed.status.code(), Some(2), "{failed:?}");
    std::fs::remove_file(here.join("broken")).unwrap();
    let absent = run(here, &["export", "absent", "--format", "csv", "--out", "csv"]);
    assert!(String::from_utf8_lossy(&absent.stderr).contains("there is no ledger"), "{absent:?}");
    assert_eq!((names("csv").len(), names(".")), (3, before));
    assert!(export("csv", "csv").status.success());
    read_by_another(here);
}

/// Has a library that is not ours read the tables, where Python has it.
fn read_by_another(here: &Path) {
    let python = std::env::var("OFFTAKE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import pyarrow"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} with the module pyarrow is not there");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/other-tools/exports.py");
    let output = Command::new(python)
        .arg(script)
        .args(["csv", "parquet", "focus"])
        .current_dir(here)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "2232794.015922");
}
