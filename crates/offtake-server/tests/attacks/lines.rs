//! Attacks on the lines of a request, on who says them, and on how many there are.

use super::refused;
use super::support::{Server, hold};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

pub(crate) fn guessed_tokens(server: &Server) {
    let acme = server.tenant("acme");
    let none = server.get("/v1/pools", "");
    assert_eq!(none.status, 401);
    // A secret is looked up by its hash, so that how near a guess is shows in nothing: not in the answer, and not in how
    // long it takes to find that there is no such hash.
    let mut near: Vec<String> = (8..acme.len())
        .map(|at| {
            let mut guess = acme.clone().into_bytes();
            guess[at] = if guess[at] == b'0' { b'1' } else { b'0' };
            String::from_utf8(guess).unwrap()
        })
        .collect();
    near.extend([
        acme.to_uppercase(),
        acme[..acme.len() - 1].to_owned(),
        format!("{acme}0"),
        format!(" {acme}"),
        "offtake_".to_owned(),
        "*".to_owned(),
        "null".to_owned(),
    ]);
    let mut answers = BTreeSet::new();
    for guess in near.iter().filter(|guess| **guess != acme) {
        let answer = server.get("/v1/pools", guess);
        assert_eq!(answer.status, 401, "{guess}");
        answers.insert(answer.text);
    }
    assert_eq!(answers, BTreeSet::from([none.text]));
    for header in
        ["Basic YWRtaW46YWRtaW4=", "bearer", "Bearer", "Bearer\t", "Digest x", "Bearer a, Bearer b"]
    {
        let request = format!(
            "GET /v1/pools HTTP/1.1\r\nHost: d\r\nConnection: close\r\nAuthorization: {header}\r\n\r\n"
        );
        assert_eq!(server.raw(request.as_bytes()).status, 401, "{header}");
    }
    // Neither the hash that is kept nor a secret in the path or a cookie opens anything.
    for headers in [format!("Cookie: token={acme}\r\n"), format!("X-Api-Key: {acme}\r\n")] {
        assert_eq!(
            server.send("GET", &format!("/v1/pools?token={acme}"), "", &headers, "").status,
            401
        );
    }
}

/// Sends bytes and returns the statuses of all answers that come back.
fn statuses(server: &Server, bytes: &[u8]) -> Vec<u16> {
    let mut socket = TcpStream::connect(server.address).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_millis(500))).unwrap();
    let _ = socket.write_all(bytes);
    let (mut answer, mut piece) = (Vec::new(), [0; 4_096]);
    while let Ok(read @ 1..) = socket.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    let codes = text.split("HTTP/1.1 ").skip(1).map(|rest| rest[..3].parse().unwrap());
    codes.collect()
}

pub(crate) fn requests_within_requests(server: &Server) {
    let acme = server.tenant("acme");
    let own = format!("Host: d\r\nAuthorization: Bearer {acme}\r\n");
    let hidden = "GET /v1/tokens HTTP/1.1\r\nHost: d\r\n\r\n";
    let length = hidden.len();
    for (name, head) in [
        (
            "length and pieces",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "pieces and length",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "two lengths",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Content-Length: 0\r\nContent-Length: {length}\r\n\r\n"
            ),
        ),
        (
            "a list of lengths",
            format!("POST /v1/quotes HTTP/1.1\r\n{own}Content-Length: 0, {length}\r\n\r\n"),
        ),
        ("a signed length", format!("POST /v1/quotes HTTP/1.1\r\n{own}Content-Length: +0\r\n\r\n")),
        (
            "pieces, oddly written",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "pieces before a space",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "pieces, then not",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "a piece of a broken size",
            format!(
                "POST /v1/quotes HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n"
            ),
        ),
        (
            "a folded line",
            format!("POST /v1/quotes HTTP/1.1\r\n{own}X: y\r\n Content-Length: {length}\r\n\r\n"),
        ),
        ("a bare line feed", format!("POST /v1/quotes HTTP/1.1\n{own}Content-Length: 0\n\n")),
    ] {
        let answers = statuses(server, format!("{head}{hidden}").as_bytes());
        // What hides behind the first request has no token of its own, whatever becomes of it.
        assert!(answers.iter().all(|status| (400..500).contains(status)), "{name}: {answers:?}");
        assert!(answers.len() < 2 || answers[1] == 401 || answers[1] == 400, "{name}: {answers:?}");
    }
    // Two honest requests on one connection are each their own.
    let honest = format!("GET /v1/pools HTTP/1.1\r\n{own}\r\nGET /v1/tokens HTTP/1.1\r\n{own}\r\n");
    assert_eq!(statuses(server, honest.as_bytes()), [200, 403]);
}

pub(crate) fn headers_that_come_twice_or_break_the_line(server: &Server) {
    let acme = server.tenant("acme");
    let twice = "Idempotency-Key: one\r\nIdempotency-Key: two\r\n";
    server.send("POST", "/v1/holds", &acme, twice, &hold(1).to_string()).of(422);
    // The first of two tokens counts, so that a second adds nothing.
    let second = format!("Authorization: Bearer {}\r\n", server.admin);
    server.send("GET", "/v1/tokens", &acme, &second, "").of(403);
    for bytes in ["a\rb", "a\0b", "a\u{7f}b"] {
        let header = format!("Idempotency-Key: {bytes}\r\n");
        refused(&server.send("POST", "/v1/holds", &acme, &header, &hold(1).to_string()), bytes);
    }
    let host = format!(
        "GET /v1/pools HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer {acme}\r\nHost: evil\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"
    );
    let answer = server.raw(host.as_bytes());
    assert!(answer.status == 200 && !answer.text.contains("evil"), "{answer:?}");
}

pub(crate) fn more_streams_than_anybody_needs(server: &Server) {
    let acme = server.tenant("acme");
    let zeta = server.tenant("zeta");
    let listen = |secret: &str| {
        let mut socket = TcpStream::connect(server.address).unwrap();
        socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
        let request =
            format!("GET /v1/events HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer {secret}\r\n\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let mut head = [0; 12];
        socket.read_exact(&mut head).unwrap();
        (socket, String::from_utf8_lossy(&head[9..]).into_owned())
    };
    let streams: Vec<_> = (0..40).map(|_| listen(&acme)).collect();
    assert_eq!(streams.iter().filter(|stream| stream.1 == "200").count(), 32);
    assert_eq!(streams.iter().filter(|stream| stream.1 == "429").count(), 8);
    // Others hear as before, and whoever ends a stream may begin another.
    assert_eq!(listen(&zeta).1, "200");
    drop(streams);
    let is_free = (0..100).any(|_| {
        // The server notices that a listener has gone when it has something to say.
        server.ask("POST", "/v1/holds", &acme, &hold(1));
        std::thread::sleep(std::time::Duration::from_millis(20));
        listen(&acme).1 == "200"
    });
    assert!(is_free);
}

pub(crate) fn connections_that_say_nothing(server: &Server) {
    let acme = server.tenant("acme");
    let idle: Vec<TcpStream> =
        (0..400).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    let mut begun: Vec<TcpStream> =
        (0..100).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    begun
        .iter_mut()
        .for_each(|socket| socket.write_all(b"POST /v1/holds HTTP/1.1\r\nHost: d\r\nX-").unwrap());
    server.ask("POST", "/v1/holds", &acme, &hold(1)).of(201);
    drop((idle, begun));
    server.get("/v1/holds", &acme).of(200);
}
