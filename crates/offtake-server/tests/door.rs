//! The door of the desk: TLS, limits, and what is written down of whoever is turned away.

#![allow(clippy::disallowed_methods, reason = "a test of time limits holds a watch")]
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_server::{Front, Limits, Plain, Tls, TlsError, check_address};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use support::{Server, hold, start_with};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// An authority of the test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes a certificate for a name and its key into a folder.
    fn issue(&self, name: &str, folder: &TempDir) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let paths = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&paths.0, certificate.pem()).unwrap();
        std::fs::write(&paths.1, key.serialize_pem()).unwrap();
        paths
    }

    fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }
}

fn client(trusted: CertificateDer<'static>, protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Arc::new(config)
}

type Secure = StreamOwned<ClientConnection, TcpStream>;

fn connect(address: SocketAddr, name: &str, config: &Arc<ClientConfig>) -> Secure {
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    StreamOwned::new(ClientConnection::new(Arc::clone(config), name).unwrap(), socket)
}

/// Sends a request over TLS and returns all that comes back until the connection is closed in order.
fn exchange(stream: &mut Secure, request: &str) -> std::io::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map(|_| answer)
}

fn request(path: &str, secret: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\n\r\n"
    )
}

struct Guarded {
    server: Server,
    authority: Authority,
    folder: TempDir,
    tls: Arc<Tls>,
}

fn guarded(limits: Limits) -> Guarded {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let (certificate, key) = authority.issue("desk.example", &folder);
    let tls = Arc::new(Tls::open(&certificate, &key).unwrap());
    let store = folder.path().join("desk");
    let front = Front { tls: Some(Arc::clone(&tls)), limits, ..Front::default() };
    let server = start_with(store.to_str().unwrap(), None, (100_000, front));
    Guarded { server, authority, folder, tls }
}

#[test]
fn who_knows_the_authority_and_the_name_is_answered() {
    let Guarded { server, authority, .. } = guarded(Limits::default());
    let config = client(authority.der(), &[b"http/1.1"]);
    let mut stream = connect(server.address, "desk.example", &config);
    let answer = exchange(&mut stream, &request("/v1/pools", &server.admin)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("cheap"), "{answer}");
    // Another name is another desk, and another authority vouches for nothing here.
    let mut stream = connect(server.address, "other.example", &config);
    let refused = exchange(&mut stream, "").and(stream.flush()).unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
    let stranger = client(Authority::new().der(), &[b"http/1.1"]);
    let mut stream = connect(server.address, "desk.example", &stranger);
    let refused = exchange(&mut stream, &request("/healthz", "")).unwrap_err().to_string();
    assert!(refused.contains("UnknownIssuer") || refused.contains("BadSignature"), "{refused}");
    // HTTP without TLS gets no answer of HTTP.
    let plain = server.get("/v1/pools", &server.admin);
    assert_eq!(plain.status, 0, "{plain:?}");
}

#[test]
fn a_client_may_speak_http_2() {
    let Guarded { server, authority, .. } = guarded(Limits::default());
    let config = client(authority.der(), &[b"h2", b"http/1.1"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let status = runtime.block_on(async {
        let socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let name = ServerName::try_from("desk.example").unwrap();
        let connector = tokio_rustls::TlsConnector::from(config);
        let stream = connector.connect(name, socket).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let io = hyper_util::rt::TokioIo::new(stream);
        let executor = hyper_util::rt::TokioExecutor::new();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(executor, io).await.unwrap();
        tokio::spawn(connection);
        let request = hyper::Request::get("https://desk.example/v1/pools")
            .header("authorization", format!("Bearer {}", server.admin))
            .body(http_body_util::Empty::<axum::body::Bytes>::new())
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        (response.version(), response.status().as_u16())
    });
    assert_eq!(status, (hyper::Version::HTTP_2, 200));
}

#[test]
fn a_slow_handshake_holds_up_nobody_and_is_cut() {
    let limits = Limits { handshake: Duration::from_millis(400), ..Limits::default() };
    let Guarded { server, authority, .. } = guarded(limits);
    let begun = Instant::now();
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The first bytes of a greeting, and no more.
    slow.write_all(&[22, 3, 1, 2, 0, 1]).unwrap();
    let config = client(authority.der(), &[b"http/1.1"]);
    for _ in 0..3 {
        let mut stream = connect(server.address, "desk.example", &config);
        let answer = exchange(&mut stream, &request("/healthz", "")).unwrap();
        assert!(answer.ends_with("ok"), "{answer}");
    }
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn what_was_begun_is_answered_while_the_desk_closes() {
    let Guarded { mut server, authority, .. } = guarded(Limits::default());
    let config = client(authority.der(), &[b"http/1.1"]);
    let body = serde_json::json!({ "gpus": 1, "hours": 2, "earliest": "2040-01-01T00:00:00Z" })
        .to_string();
    let head = format!(
        "POST /v1/quotes HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        server.admin,
        body.len()
    );
    let mut stream = connect(server.address, "desk.example", &config);
    stream.write_all(head.as_bytes()).unwrap();
    stream.flush().unwrap();
    // And one that only listens: the desk does not wait for it.
    let mut listener = connect(server.address, "desk.example", &config);
    let listen = request("/v1/events", &server.admin).replace("Connection: close\r\n", "");
    listener.write_all(listen.as_bytes()).unwrap();
    let mut first = [0; 12];
    listener.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    server.begin_to_close();
    // The stream ends in order, which also says that closing has begun.
    let mut rest = String::new();
    listener.read_to_string(&mut rest).unwrap();
    assert!(TcpStream::connect(server.address).is_err(), "nobody new is let in");
    let answer = exchange(&mut stream, &body).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("is_offered"), "{answer}");
    server.close();
}

#[test]
fn a_renewed_certificate_is_taken_and_a_broken_one_is_not() {
    let Guarded { server, authority, folder, tls } = guarded(Limits::default());
    let config = client(authority.der(), &[b"http/1.1"]);
    let answers = |name: &str| {
        let mut stream = connect(server.address, name, &config);
        exchange(&mut stream, &request("/healthz", "")).is_ok_and(|answer| answer.ends_with("ok"))
    };
    assert!(answers("desk.example") && !answers("new.example"));
    let (certificate, _) = authority.issue("new.example", &folder);
    tls.reload().unwrap();
    assert!(!answers("desk.example") && answers("new.example"));
    std::fs::write(certificate, "no certificate").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::NoCertificate(_))));
    assert!(answers("new.example"));
}

#[test]
fn files_that_do_not_do_are_told_apart() {
    let authority = Authority::new();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (certificate, key) = authority.issue("desk.example", &one);
    let (_, other_key) = authority.issue("desk.example", &two);
    let error = |certificate: &PathBuf, key: &PathBuf| Tls::open(certificate, key).unwrap_err();
    assert!(matches!(error(&certificate, &other_key), TlsError::Mismatch { .. }));
    assert!(matches!(error(&key, &key), TlsError::NoCertificate(_)));
    assert!(matches!(error(&certificate, &certificate), TlsError::NoKey(_)));
    let absent = one.path().join("absent.pem");
    let text = error(&absent, &key).to_string();
    assert!(text.contains("absent.pem"), "{text}");
    assert!(matches!(error(&certificate, &absent), TlsError::Read { .. }));
    std::fs::write(&absent, "-----BEGIN CERTIFICATE-----\nAAAA\n").unwrap();
    assert!(matches!(error(&absent, &key), TlsError::Read { .. }));
    std::fs::write(&absent, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    assert!(matches!(error(&absent, &key), TlsError::Unusable { .. }));
}

#[test]
fn without_tls_the_desk_listens_to_this_machine_alone() {
    for address in ["127.0.0.1:0", "[::1]:0", "localhost:0", "[::ffff:127.0.0.1]:0"] {
        check_address(address, None, Plain::Loopback).unwrap();
    }
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:7380"] {
        let refused = check_address(address, None, Plain::Loopback).unwrap_err();
        assert!(
            refused.to_string().contains("without TLS") && refused.hint().contains("--insecure")
        );
        check_address(address, None, Plain::Anywhere).unwrap();
    }
    let refused = check_address("nowhere", None, Plain::Anywhere).unwrap_err();
    assert!(refused.hint().contains("port"), "{refused:?}");
}

/// What the desk wrote down, for as long as the test's process runs.
fn log() -> &'static Mutex<Vec<u8>> {
    static LOG: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    LOG.get_or_init(|| {
        let writer = || Sink;
        tracing_subscriber::fmt().json().with_writer(writer).init();
        Mutex::default()
    })
}

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn plain(limits: Limits, per_second: u32) -> (Server, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let front = Front { limits, ..Front::default() };
    let store = folder.path().join("desk");
    (start_with(store.to_str().unwrap(), None, (per_second, front)), folder)
}

#[test]
fn slow_heads_and_slow_bodies_are_cut() {
    let quick = Duration::from_millis(500);
    let (server, _folder) =
        plain(Limits { head: quick, request: quick, ..Limits::default() }, 1_000);
    let cut = |bytes: &str| {
        let begun = Instant::now();
        let answer = server.raw(bytes.as_bytes());
        (answer, begun.elapsed())
    };
    // A head that never ends, one that never begins, and a body that stays away.
    for head in ["GET /v1/pools HTTP/1.1\r\nHost: desk\r\n", ""] {
        let (answer, took) = cut(head);
        assert!([0, 408].contains(&answer.status), "{answer:?}");
        assert!(quick <= took + quick / 4 && took < quick * 10, "{took:?}");
    }
    let body = format!(
        "POST /v1/quotes HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\n{{",
        server.admin
    );
    let (answer, took) = cut(&body);
    assert!(answer.status == 408 && took < quick * 10, "{answer:?} after {took:?}");
    assert_eq!(server.get("/healthz", "").text, "ok");
}

#[test]
fn only_so_many_connections_are_open_and_the_next_one_waits() {
    let limits = Limits { connections: 2, head: Duration::from_millis(700), ..Limits::default() };
    let (server, _folder) = plain(limits, 1_000);
    let idle = [(); 2].map(|()| TcpStream::connect(server.address).unwrap());
    let begun = Instant::now();
    let answer = server.get("/healthz", "");
    let took = begun.elapsed();
    assert_eq!(answer.text, "ok");
    assert!(took > Duration::from_millis(300) && took < Duration::from_secs(10), "{took:?}");
    drop(idle);
}

#[test]
fn whoever_is_turned_away_is_written_down() {
    log();
    let (server, _folder) = plain(Limits { body: 500, ..Limits::default() }, 40);
    let acme = server.tenant("acme");
    let viewer = server.token("eve", "viewer", None);
    server.get("/v1/pools?door=1", "wrong").of(401);
    server.get("/v1/settings", &acme).of(403);
    server.ask("POST", "/v1/holds", &viewer, &hold(1)).of(403);
    let mut waived = hold(1);
    waived["override"] = "because".into();
    server.ask("POST", "/v1/holds", &acme, &waived).of(403);
    let mut other = hold(1);
    other["tenant"] = "zeta".into();
    server.ask("POST", "/v1/holds", &acme, &other).of(403);
    let (own, zeta) =
        (server.ask("POST", "/v1/holds", &acme, &hold(1)).of(201), server.tenant("zeta"));
    server.get(&format!("/v1/promises/{}", own["id"].as_str().unwrap()), &zeta).of(404);
    let hook = serde_json::json!({ "url": "https://acme.example/" });
    let hook = server.ask("POST", "/v1/webhooks", &acme, &hook).of(201);
    server
        .ask("DELETE", &format!("/v1/webhooks/{}", hook["id"].as_str().unwrap()), &zeta, &hook)
        .of(404);
    let large = "x".repeat(600);
    assert_eq!(server.send("POST", "/v1/quotes", &acme, "", &large).status, 413);
    let busy = (0..200).map(|_| server.get("/v1/pools", &viewer).status);
    assert!(busy.into_iter().any(|status| status == 429));
    let text = String::from_utf8(log().lock().unwrap().clone()).unwrap();
    let denied: Vec<&str> = text.lines().filter(|line| line.contains("denied")).collect();
    for (what, who) in [
        ("unknown or barred token", "/v1/pools"),
        ("needs", "acme-tenant"),
        ("needs", "eve-viewer"),
        ("a tenant does not waive", "acme-tenant"),
        ("another tenant", "acme-tenant"),
        ("another tenant's promise", "zeta-tenant"),
        ("another tenant's webhook", "zeta-tenant"),
        ("too slow or too large", "413"),
        ("too many requests", "eve-viewer"),
    ] {
        let found = denied.iter().any(|line| line.contains(what) && line.contains(who));
        assert!(found, "{what} by {who} in {denied:#?}");
    }
    // No line has a secret in it.
    assert!(!text.contains(&acme) && !text.contains(&viewer) && !text.contains(&server.admin));
}
