//! What was tried against the desk, and what came back.
//!
//! Goal: no attack gets an answer that it should not, ends the server, or leaves a ledger that the auditor does not agree
//! with. Method: each attack is one test, sent as bytes where a client would not send it, on SQLite and PostgreSQL. The
//! table of them is `docs/concepts/what-was-tried.md`; slow heads, slow bodies and too many connections are in `door.rs`.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "attacks/fields.rs"]
mod fields;
#[path = "attacks/lines.rs"]
mod lines;
#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use fields::everything_wrong_in_every_request;
use lines::{
    connections_that_say_nothing, guessed_tokens, headers_that_come_twice_or_break_the_line,
    more_streams_than_anybody_needs, requests_within_requests,
};
use serde_json::{Value, json};
use support::{Server, fresh_key, hold, start, wish};

type Attack = (&'static str, fn(&Server));

const ATTACKS: &[Attack] = &[
    ("sql_in_every_text_is_only_text", sql_in_every_text_is_only_text),
    ("characters_that_a_store_does_not_take", characters_that_a_store_does_not_take),
    ("names_that_look_like_others", names_that_look_like_others),
    ("paths_that_climb", paths_that_climb),
    ("bodies_that_are_too_large_or_too_deep", bodies_that_are_too_large_or_too_deep),
    ("heads_that_are_too_large", heads_that_are_too_large),
    ("numbers_that_are_none", numbers_that_are_none),
    ("contents_of_another_type", contents_of_another_type),
    ("guessed_tokens", guessed_tokens),
    ("requests_within_requests", requests_within_requests),
    ("headers_that_come_twice_or_break_the_line", headers_that_come_twice_or_break_the_line),
    ("one_key_of_two_tenants", one_key_of_two_tenants),
    ("ids_of_others", ids_of_others),
    ("more_streams_than_anybody_needs", more_streams_than_anybody_needs),
    ("connections_that_say_nothing", connections_that_say_nothing),
    ("everything_wrong_in_every_request", everything_wrong_in_every_request),
];

#[test]
fn attacks_come_to_nothing_on_sqlite() {
    for (name, attack) in ATTACKS {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        run(&start(folder.path().join("desk").to_str().unwrap(), None), *attack);
    }
}

#[test]
fn attacks_come_to_nothing_on_postgres() {
    let Some(postgres) = postgres_server::start() else { return };
    for (at, (name, attack)) in ATTACKS.iter().enumerate() {
        println!("{name}");
        run(&start(&postgres.database(&format!("attack_{at}")), None), *attack);
    }
}

/// Runs an attack; afterwards the desk answers as before, and its ledger is sound.
fn run(server: &Server, attack: fn(&Server)) {
    attack(server);
    let found = server.send("POST", "/v1/audit", &server.admin, "", "").of(200);
    assert_eq!(found["is_sound"], true, "{found}");
    server.ask("POST", "/v1/quotes", &server.admin, &wish(1)).of(200);
}

/// An answer to something that should not have been asked: a refusal, and no failure of the server's.
fn refused(answer: &support::Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {answer:?}");
}

/// A request for every resource that has text in it, with `text` in all of those places.
fn texts(text: &str) -> Vec<(&'static str, String, Value)> {
    let coded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let part = json!({ "pool": text, "gpus": 1, "from": "2040-01-01T00:00:00Z", "until": "2040-01-01T01:00:00Z", "price": 3 });
    let constraints = json!({ "accelerators": [text], "zones": [text], "avoid": [text], "pool": text,
        "latency_from": text, "latency_ms": 5, "together": text });
    let mut asked = wish(1);
    asked["constraints"] = constraints.clone();
    asked["by"] = json!(text);
    let because = json!({ "why": text, "override": text });
    vec![
        ("POST", "/v1/quotes".to_owned(), asked.clone()),
        ("POST", "/v1/holds".to_owned(), json!({ "tenant": text, "wish": asked, "minutes": 5 })),
        (
            "POST",
            "/v1/holds".to_owned(),
            json!({ "tenant": "acme", "parts": [part], "minutes": 5, "why": text, "override": text }),
        ),
        ("PUT", format!("/v1/tenants/{coded}"), json!({ "name": text, "floors": { text: 1 } })),
        ("PUT", "/v1/tenants/acme".to_owned(), json!({ "name": text })),
        ("POST", "/v1/tokens".to_owned(), json!({ "name": text, "role": text, "tenant": text })),
        ("POST", "/v1/tokens".to_owned(), json!({ "name": text, "role": "viewer" })),
        ("DELETE", format!("/v1/tokens/{coded}-no"), json!({})),
        (
            "PUT",
            format!("/v1/pipeline/{coded}"),
            json!({ "party": "acme", "pool": text, "gpus": 1,
            "from": "2040-01-01T00:00:00Z", "until": "2040-01-02T00:00:00Z", "chance": 0.5 }),
        ),
        (
            "PUT",
            "/v1/pipeline/one".to_owned(),
            json!({ "party": text, "gpus": 1, "from": text, "until": text, "chance": 0.5,
            "first_refusal_until": text }),
        ),
        ("DELETE", format!("/v1/pipeline/{coded}-no"), json!({})),
        ("POST", "/v1/book".to_owned(), because.clone()),
        ("POST", format!("/v1/promises/{coded}/confirm"), because.clone()),
        (
            "POST",
            format!("/v1/promises/{coded}/change"),
            json!({ "pool": text, "from": text, "until": text, "why": text }),
        ),
        ("GET", format!("/v1/promises/{coded}"), Value::Null),
        ("GET", format!("/v1/pools/{coded}/position?from={coded}&until={coded}"), Value::Null),
        ("GET", format!("/v1/holds?after={coded}&limit={coded}"), Value::Null),
        ("GET", format!("/v1/pools?after={coded}"), Value::Null),
        ("GET", format!("/v1/tenants?after={coded}"), Value::Null),
    ]
}

fn sql_in_every_text_is_only_text(server: &Server) {
    server.tenant("acme");
    let before = server.get("/v1/tokens", &server.admin).of(200).as_array().unwrap().len();
    for (at, text) in [
        "' OR '1'='1",
        "'; DROP TABLE event; --",
        "\"; DELETE FROM token; --",
        "1); UPDATE head SET seq = 0; --",
        "$1",
        "?1",
        "\\'; SELECT pg_sleep(10); --",
    ]
    .into_iter()
    .enumerate()
    {
        for (method, path, body) in texts(text) {
            let answer = server.ask(method, &path, &server.admin, &body);
            assert!(answer.status < 500, "{method} {path} with {text}: {answer:?}");
        }
        // A key is text as well.
        let key = text.replace(' ', "+");
        let body = json!({ "name": format!("by {at}"), "quota": at });
        server.keyed("PUT", "/v1/tenants/acme", &server.admin, &key, &body).of(200);
        let again = server.keyed("PUT", "/v1/tenants/acme", &server.admin, &key, &body).of(200);
        assert_eq!(again["quota"], json!(at));
    }
    // Each text made one token, of that name; nothing else came or went.
    let tokens = server.get("/v1/tokens", &server.admin).of(200);
    assert_eq!(tokens.as_array().unwrap().len(), before + 7, "{tokens}");
}

fn characters_that_a_store_does_not_take(server: &Server) {
    server.tenant("acme");
    let bare = json!({ "tenant": "acme", "minutes": 5, "wish": wish(1), "why": "\u{0}" });
    let problem = server.ask("POST", "/v1/holds", &server.admin, &bare).of(422);
    assert_eq!(problem["findings"][0]["field"], "why");
    for text in ["\u{0}", "a\u{0}b", "\u{1b}[2J", "\r\nSet-Cookie: x"] {
        for (method, path, body) in texts(text) {
            let answer = server.ask(method, &path, &server.admin, &body);
            let is_question = method == "GET";
            assert!(answer.status < 500, "{method} {path} with {text:?}: {answer:?}");
            assert!(
                is_question || answer.status >= 400,
                "{method} {path} with {text:?}: {answer:?}"
            );
            assert!(!answer.head.contains("set-cookie"), "{answer:?}");
        }
    }
    // A body that is no UTF-8.
    let head = format!(
        "POST /v1/quotes HTTP/1.1\r\nHost: d\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 4\r\n\r\n",
        server.admin
    );
    assert_eq!(server.raw(&[head.as_bytes(), &[0xff, 0xfe, 0x00, 0x01]].concat()).status, 422);
}

fn names_that_look_like_others(server: &Server) {
    let acme = server.tenant("acme");
    // Cyrillic а, full width, soft hyphen, zero width, combining, upper case, a dot.
    for name in [
        "\u{430}cme",
        "\u{ff41}cme",
        "ac\u{ad}me",
        "ac\u{200b}me",
        "acme\u{301}",
        "ACME",
        "acme ",
        "",
    ] {
        let body = json!({ "tenant": name, "minutes": 5, "wish": wish(1) });
        refused(&server.ask("POST", "/v1/holds", &acme, &body), name);
        let coded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let entered = server.ask(
            "PUT",
            &format!("/v1/tenants/{coded}"),
            &server.admin,
            &json!({ "name": "x" }),
        );
        refused(&entered, name);
    }
    for name in ["ad\u{200b}min", "\u{202e}nimda", "admin\u{feff}", " ", "admin"] {
        let body = json!({ "name": name, "role": "admin" });
        server.ask("POST", "/v1/tokens", &server.admin, &body).of(422);
    }
}

fn paths_that_climb(server: &Server) {
    let acme = server.tenant("acme");
    for path in [
        "/v1/../v1/tokens",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/v1/promises/..%2f..%2ftokens",
        "/v1/promises/%c0%ae%c0%ae%2f",
        "/v1/promises/%ff%fe",
        "/v1/promises/%00",
        "/v1/promises/%",
        "/v1/pools/x%2f..%2f../position",
        "//v1//tokens",
        "/v1/tokens/",
        "/V1/tokens",
        "/v1/tokens;x=1",
        "/v1/tokens%3frole=admin",
        "http://elsewhere/v1/tokens",
        "*",
        "/etc/passwd",
        "/.git/config",
    ] {
        for secret in [&acme, ""] {
            refused(&server.get(path, secret), path);
        }
    }
    for method in ["TRACE", "CONNECT", "OPTIONS", "PATCH", "PROPFIND", "get"] {
        refused(&server.send(method, "/v1/tokens", &server.admin, "", ""), method);
    }
    // A method that a header would put in place of the real one.
    let header = "X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /v1/tokens/acme-tenant\r\n";
    server.send("GET", "/v1/pools", &acme, header, "").of(200);
    server.get("/v1/pools", &acme).of(200);
}

fn bodies_that_are_too_large_or_too_deep(server: &Server) {
    let acme = server.tenant("acme");
    let large = "x".repeat((1 << 20) + 1);
    assert_eq!(server.send("POST", "/v1/quotes", &acme, "", &large).status, 413);
    // Said to be small and sent in pieces without end.
    let mut pieces = format!(
        "POST /v1/quotes HTTP/1.1\r\nHost: d\r\nConnection: close\r\nAuthorization: Bearer {acme}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    (0..40).for_each(|_| pieces.push_str(&format!("10000\r\n{}\r\n", "x".repeat(1 << 16))));
    assert_eq!(server.raw(pieces.as_bytes()).status, 413);
    for deep in [
        "[".repeat(200_000),
        "{\"a\":".repeat(100_000),
        format!("{{\"constraints\":{}", "[".repeat(100_000)),
    ] {
        server.send("POST", "/v1/quotes", &acme, "", &deep).of(422);
    }
    // A name without end, a list without end.
    let mut body = wish(1);
    body["constraints"] = json!({ "zones": vec!["us-tx"; 50_000] });
    assert!(server.ask("POST", "/v1/quotes", &acme, &body).status < 500);
    let name = json!({ "name": "x".repeat(500_000) });
    server.ask("PUT", "/v1/tenants/acme", &server.admin, &name).of(422);
    let part = json!({ "pool": "cheap", "gpus": 1, "from": "2040-01-01T00:00:00Z", "until": "2040-01-01T01:00:00Z", "price": 3 });
    let parts = json!({ "minutes": 5, "parts": vec![part; 5_000], "constraints": { "together": "anywhere" } });
    refused(&server.ask("POST", "/v1/holds", &acme, &parts), "5,000 parts");
}

fn heads_that_are_too_large(server: &Server) {
    let acme = server.tenant("acme");
    let many: String = (0..5_000).map(|at| format!("X-{at}: y\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "y".repeat(2 << 20));
    for headers in [many, long] {
        let answer = server.send("GET", "/v1/pools", &acme, &headers, "");
        // It may hang up before it says so.
        assert!([0, 400, 431].contains(&answer.status), "{}", answer.status);
    }
    let path = format!("/v1/holds?after={}", "y".repeat(100_000));
    assert!([0, 400, 414, 422, 431].contains(&server.get(&path, &acme).status));
    let key = format!("Idempotency-Key: {}\r\n", "k".repeat(201));
    server.send("POST", "/v1/holds", &acme, &key, &hold(1).to_string()).of(422);
}

#[allow(clippy::too_many_lines, reason = "one list of requests, read from the top")]
fn numbers_that_are_none(server: &Server) {
    let acme = server.tenant("acme");
    for number in [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "0x10",
        "1e999999999",
        "--1",
        "\"1\"",
        "null",
        "[1]",
        "true",
    ] {
        for field in ["gpus", "hours"] {
            let other = if field == "gpus" { "\"hours\":1" } else { "\"gpus\":1" };
            let body =
                format!("{{\"{field}\":{number},{other},\"earliest\":\"2040-01-01T00:00:00Z\"}}");
            server.send("POST", "/v1/quotes", &acme, "", &body).of(422);
        }
    }
    for number in [
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1e18",
        "0",
        "-0",
        "1.5",
    ] {
        let body =
            format!("{{\"gpus\":{number},\"hours\":1,\"earliest\":\"2040-01-01T00:00:00Z\"}}");
        server.send("POST", "/v1/quotes", &acme, "", &body).of(422);
    }
    for hours in ["1e300", "1e9", "0", "-1", "0.001", "5e-324", "1e-9"] {
        let body =
            format!("{{\"gpus\":1,\"hours\":{hours},\"earliest\":\"2040-01-01T00:00:00Z\"}}");
        server.send("POST", "/v1/quotes", &acme, "", &body).of(422);
    }
    for at in [
        "9999-12-31T23:59:00Z",
        "-009999-01-01T00:00:00Z",
        "2040-02-30T00:00:00Z",
        "2040-01-01T24:00:00Z",
        "2040-01-01",
        "1e9",
        "",
        "0001-01-01T00:00:00Z",
    ] {
        let body = json!({ "gpus": 1, "hours": 1, "earliest": at });
        server.ask("POST", "/v1/quotes", &acme, &body).of(422);
    }
    for price in ["-1", "1e12", "1e400"] {
        let body = format!(
            "{{\"minutes\":5,\"parts\":[{{\"pool\":\"cheap\",\"gpus\":1,\"from\":\"2040-01-01T00:00:00Z\",\"until\":\"2040-01-01T01:00:00Z\",\"price\":{price}}}]}}"
        );
        server
            .send(
                "POST",
                "/v1/holds",
                &acme,
                &format!("Idempotency-Key: {}\r\n", fresh_key()),
                &body,
            )
            .of(422);
    }
    for limit in ["-1", "1e3", "99999999999999999999", "x", ""] {
        refused(&server.get(&format!("/v1/holds?limit={limit}"), &acme), limit);
    }
    for limit in ["0", "18446744073709551615"] {
        server.get(&format!("/v1/holds?limit={limit}"), &acme).of(200);
    }
}

fn contents_of_another_type(server: &Server) {
    let acme = server.tenant("acme");
    for body in [
        "gpus=1&hours=1",
        "<wish><gpus>1</gpus></wish>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        "--x\r\nContent-Disposition: form-data; name=\"gpus\"\r\n\r\n1\r\n--x--",
        "gpus: 1\nhours: 1",
        "{\"gpus\":1,\"gpus\":2,\"hours\":1,\"earliest\":\"2040-01-01T00:00:00Z\"}",
        "{\"gpus\":1,\"hours\":1,\"earliest\":\"2040-01-01T00:00:00Z\",\"__proto__\":{\"role\":\"admin\"}}",
        "{\"gpus\":1,\"hours\":1,\"earliest\":\"2040-01-01T00:00:00Z\"} trailing",
    ] {
        server.send("POST", "/v1/quotes", &acme, "", body).of(422);
    }
    // What is sent is JSON, whatever the header calls it, and what comes back is JSON, whatever was wanted.
    for headers in
        ["Content-Encoding: gzip\r\n", "Accept: text/html\r\n", "Accept-Charset: utf-7\r\n"]
    {
        let answer = server.send("POST", "/v1/quotes", &acme, headers, &wish(1).to_string());
        answer.of(200);
        assert!(answer.head.contains("content-type: application/json"), "{answer:?}");
    }
}

fn one_key_of_two_tenants(server: &Server) {
    let (acme, zeta) = (server.tenant("acme"), server.tenant("zeta"));
    let first = server.keyed("POST", "/v1/holds", &acme, "same", &hold(3)).of(201);
    let second = server.keyed("POST", "/v1/holds", &zeta, "same", &hold(3)).of(201);
    assert_ne!(first["id"], second["id"]);
    assert_eq!((&first["tenant"], &second["tenant"]), (&json!("acme"), &json!("zeta")));
    // Another request under the key is refused to its own tenant alone.
    server.keyed("POST", "/v1/holds", &acme, "same", &hold(4)).of(422);
    server.keyed("POST", "/v1/holds", &zeta, "other", &hold(4)).of(201);
}

fn ids_of_others(server: &Server) {
    let (acme, zeta) = (server.tenant("acme"), server.tenant("zeta"));
    let held = server.ask("POST", "/v1/holds", &acme, &hold(3)).of(201);
    let id = held["id"].as_str().unwrap();
    let none = "00000000-0000-7000-8000-000000000000";
    for act in ["confirm", "release", "cancel", "approve", "change"] {
        let ask =
            |id: &str| server.ask("POST", &format!("/v1/promises/{id}/{act}"), &zeta, &json!({}));
        let (theirs, nobodys) = (ask(id), ask(none));
        // Not by a byte does what is another's differ from what does not exist.
        assert_eq!((theirs.status, &theirs.text), (nobodys.status, &nobodys.text), "{act}");
        refused(&theirs, act);
    }
    let (theirs, nobodys) = (
        server.get(&format!("/v1/promises/{id}"), &zeta),
        server.get(&format!("/v1/promises/{none}"), &zeta),
    );
    assert_eq!((theirs.status, theirs.text), (404, nobodys.text));
    assert_eq!(server.get(&format!("/v1/promises/{id}"), &acme).of(200)["state"], "held");
    // Nor does the cursor of another's list show anything.
    assert_eq!(server.get(&format!("/v1/holds?after={id}"), &zeta).of(200)["items"], json!([]));
}
