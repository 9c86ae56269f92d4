//! The desk over HTTP, on SQLite and on PostgreSQL: what a client sees.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Server, hold, start, wish};

type Check = (&'static str, fn(&Server));

const CHECKS: &[Check] = &[
    (
        "a_wish_becomes_a_commitment_and_is_given_back",
        a_wish_becomes_a_commitment_and_is_given_back,
    ),
    (
        "the_same_request_is_answered_alike_and_done_once",
        the_same_request_is_answered_alike_and_done_once,
    ),
    ("a_tenant_sees_nothing_of_another", a_tenant_sees_nothing_of_another),
    ("roles_may_do_what_they_may_and_no_more", roles_may_do_what_they_may_and_no_more),
    (
        "everything_wrong_with_a_request_comes_at_once",
        everything_wrong_with_a_request_comes_at_once,
    ),
    ("a_refusal_says_why_and_what_is_near", a_refusal_says_why_and_what_is_near),
    ("a_change_meets_the_version_it_was_made_for", a_change_meets_the_version_it_was_made_for),
    ("above_the_limit_a_second_person_approves", above_the_limit_a_second_person_approves),
    (
        "a_tenant_pays_what_is_asked_and_the_desk_agrees_on_less",
        a_tenant_pays_what_is_asked_and_the_desk_agrees_on_less,
    ),
    ("who_is_served_first_is_the_houses_to_say", who_is_served_first_is_the_houses_to_say),
    ("work_is_asked_for_in_tokens", work_is_asked_for_in_tokens),
    ("lists_come_in_pages", lists_come_in_pages),
    ("many_at_once_promise_nothing_twice", many_at_once_promise_nothing_twice),
    ("what_is_no_request_is_no_crash", what_is_no_request_is_no_crash),
];

#[test]
fn the_desk_answers_on_sqlite() {
    for (name, check) in CHECKS {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let server = start(folder.path().join("desk").to_str().unwrap(), None);
        check(&server);
        audit(&server);
    }
}

#[test]
fn the_desk_answers_on_postgres() {
    let Some(postgres) = postgres_server::start() else { return };
    for (at, (name, check)) in CHECKS.iter().enumerate() {
        println!("{name}");
        let server = start(&postgres.database(&format!("http_{at}")), None);
        check(&server);
        audit(&server);
    }
}

fn audit(server: &Server) {
    let found = server.send("POST", "/v1/audit", &server.admin, "", "").of(200);
    assert_eq!(found["is_sound"], true, "{found}");
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} of {value}")).to_owned()
}

fn a_wish_becomes_a_commitment_and_is_given_back(server: &Server) {
    let acme = server.tenant("acme");
    let quote = server.ask("POST", "/v1/quotes", &acme, &wish(12)).of(200);
    assert_eq!(quote["alternatives"][0]["parts"][0]["pool"], "cheap");
    assert_eq!(quote["alternatives"][0]["total"], 72.0);
    // The alternative is held as it was offered.
    let body =
        json!({ "parts": quote["alternatives"][1]["parts"], "minutes": 5, "why": "a trial" });
    let held = server.ask("POST", "/v1/holds", &acme, &body).of(201);
    assert_eq!(
        (held["state"].as_str(), held["parts"][0]["pool"].as_str()),
        (Some("held"), Some("dear"))
    );
    assert_eq!(held["firmness"], 1.0);
    let path = format!("/v1/promises/{}", text(&held, "id"));
    let confirmed = server.ask("POST", &format!("{path}/confirm"), &acme, &json!({})).of(200);
    assert_eq!(confirmed["state"], "committed");
    let grown = server
        .ask("POST", &format!("{path}/change"), &acme, &json!({ "gpus": 16, "quote_only": true }))
        .of(200);
    assert_eq!((&grown["parts"][0]["gpus"], &grown["joint"]), (&json!(16), &json!(1.0)));
    // 16 GPUs in place of 12, at the same price for as long.
    assert_eq!((&grown["total"], &grown["total_before"]), (&json!(128.0), &json!(96.0)));
    assert_eq!(grown["objections"], json!([]));
    let grown =
        server.ask("POST", &format!("{path}/change"), &acme, &json!({ "gpus": 16 })).of(200);
    assert_eq!(grown["parts"][0]["gpus"], 16);
    let window = "from=2040-01-01T00:00:00Z&until=2040-01-01T03:00:00Z";
    let position = server.get(&format!("/v1/pools/dear/position?{window}"), &server.admin).of(200);
    assert_eq!((&position[0]["committed"], &position[0]["free"]), (&json!(16), &json!(0)));
    assert_eq!(
        (&position[1]["from"], &position[1]["free"]),
        (&json!("2040-01-01T02:00:00Z"), &json!(16))
    );
    let released = server.ask("POST", &format!("{path}/release"), &acme, &json!({})).of(200);
    assert_eq!(released["state"], "released");
    server.ask("POST", &format!("{path}/release"), &acme, &json!({})).of(409);
}

fn who_is_served_first_is_the_houses_to_say(server: &Server) {
    let acme = server.tenant("acme");
    let limit = |best: u8| json!({ "name": "acme", "best_priority": best });
    let entered = server.ask("PUT", "/v1/tenants/acme", &server.admin, &limit(3)).of(200);
    assert_eq!(entered["best_priority"], 3);
    let wrong = server.ask("PUT", "/v1/tenants/acme", &server.admin, &limit(6)).of(422);
    assert_eq!(wrong["findings"][0]["field"], "best_priority", "{wrong}");
    // Who says nothing gets the best that it may ask for, and may ask for less.
    let held = server.ask("POST", "/v1/holds", &acme, &hold(1)).of(201);
    assert_eq!(held["priority"], 3);
    let asked = |priority: u8| {
        let mut hold = hold(1);
        hold["wish"]["constraints"] = json!({ "priority": priority });
        hold
    };
    assert_eq!(server.ask("POST", "/v1/holds", &acme, &asked(5)).of(201)["priority"], 5);
    for (path, body) in [("/v1/holds", asked(2)), ("/v1/quotes", asked(2)["wish"].clone())] {
        let refused = server.ask("POST", path, &acme, &body).of(422);
        let finding = &refused["findings"][0];
        assert_eq!(finding["field"], "constraints.priority", "{refused}");
        assert_eq!(finding["fix"], "ask for 3 or later, or leave it out", "{refused}");
    }
    // The desk may waive it, with a reason.
    let mut better = asked(1);
    better["tenant"] = json!("acme");
    let refused = server.ask("POST", "/v1/holds", &server.admin, &better).of(409);
    assert_eq!(refused["objections"][0]["kind"], "over-priority", "{refused}");
    better["override"] = json!("a launch");
    assert_eq!(server.ask("POST", "/v1/holds", &server.admin, &better).of(201)["priority"], 1);
    let metrics = server.get("/metrics", &server.admin).text;
    for kind in ["short", "softer"] {
        assert!(metrics.contains(&format!("offtake_breaches{{kind=\"{kind}\"}} 0")), "{metrics}");
    }
}

fn work_is_asked_for_in_tokens(server: &Server) {
    let acme = server.tenant("acme");
    let mut asked = wish(1);
    asked.as_object_mut().unwrap().remove("gpus");
    asked["tokens_per_second"] = json!(3_000.5);
    let incomplete = server.ask("POST", "/v1/quotes", &acme, &asked).of(422);
    assert_eq!(incomplete["findings"][0]["field"], "tokens_per_second", "{incomplete}");
    // Each GPU makes 1,000 tokens a second, and 300 where each user has to see 20 of them.
    asked["work"] = json!("chat");
    let quote = server.ask("POST", "/v1/quotes", &acme, &asked).of(200);
    assert_eq!(quote["alternatives"][0]["parts"][0]["gpus"], 4, "{quote}");
    let hold = json!({ "wish": asked, "minutes": 10 });
    assert_eq!(server.ask("POST", "/v1/holds", &acme, &hold).of(201)["parts"][0]["gpus"], 4);
    asked["tokens_per_user"] = json!(20);
    let quote = server.ask("POST", "/v1/quotes", &acme, &asked).of(200);
    assert_eq!(quote["alternatives"][0]["parts"][0]["gpus"], 11, "{quote}");
    asked["tokens_per_user"] = json!(21);
    let refused = server.ask("POST", "/v1/quotes", &acme, &asked).of(200);
    let reason = text(&refused["refusal"]["reasons"][0], "reason");
    assert_eq!(
        reason,
        "has gb300, and no throughput of it is known for `chat` at 21 tokens a second for each user"
    );
    asked["gpus"] = json!(4);
    let both = server.ask("POST", "/v1/quotes", &acme, &asked).of(422);
    assert_eq!(both["findings"][0]["field"], "gpus", "{both}");
}

fn the_same_request_is_answered_alike_and_done_once(server: &Server) {
    let acme = server.tenant("acme");
    let first = server.keyed("POST", "/v1/holds", &acme, "once", &hold(4)).of(201);
    let again = server.keyed("POST", "/v1/holds", &acme, "once", &hold(4)).of(201);
    assert_eq!(first, again);
    assert_eq!(server.get("/v1/holds", &acme).of(200)["items"].as_array().unwrap().len(), 1);
    let other = server.keyed("POST", "/v1/holds", &acme, "once", &hold(5)).of(422);
    assert_eq!(other["type"], "urn:offtake:key-reused");
    // What was refused stays refused under its key, even once it could be done.
    let all = hold(16);
    let blocked = json!({ "wish": { "gpus": 14, "hours": 2, "earliest": "2040-01-01T00:00:00Z", "constraints": { "pool": "cheap" } }, "minutes": 10 });
    server.keyed("POST", "/v1/holds", &acme, "late", &all).of(201);
    let parts = json!([{ "pool": "cheap", "gpus": 14, "from": "2040-01-01T00:00:00Z", "until": "2040-01-01T02:00:00Z", "price": 3 }]);
    let refused = json!({ "parts": parts, "minutes": 10 });
    server.keyed("POST", "/v1/holds", &acme, "no", &refused).of(409);
    let path = format!("/v1/promises/{}/release", text(&first, "id"));
    server.ask("POST", &path, &acme, &json!({})).of(200);
    server.keyed("POST", "/v1/holds", &acme, "no", &refused).of(409);
    server.ask("POST", "/v1/holds", &acme, &blocked).of(201);
    let none = server.send("POST", "/v1/holds", &acme, "", &hold(1).to_string()).of(422);
    assert_eq!(none["findings"][0]["field"], "Idempotency-Key");
}

fn a_tenant_sees_nothing_of_another(server: &Server) {
    let (acme, zeta) = (server.tenant("acme"), server.tenant("zeta"));
    let held = server.ask("POST", "/v1/holds", &acme, &hold(7)).of(201);
    let id = text(&held, "id");
    for path in [
        format!("/v1/promises/{id}"),
        "/v1/holds".to_owned(),
        "/v1/tenants".to_owned(),
        "/v1/breaches".to_owned(),
        "/v1/pools".to_owned(),
    ] {
        let answer = server.get(&path, &zeta);
        assert!(!answer.text.contains("acme") && !answer.text.contains(&id), "{path}: {answer:?}");
    }
    server.get(&format!("/v1/promises/{id}"), &zeta).of(404);
    for act in ["confirm", "release", "cancel", "approve", "change"] {
        let answer = server.ask("POST", &format!("/v1/promises/{id}/{act}"), &zeta, &json!({}));
        assert!([403, 404].contains(&answer.status), "{act}: {answer:?}");
    }
    let mut other = hold(1);
    other["tenant"] = json!("acme");
    server.ask("POST", "/v1/holds", &zeta, &other).of(403);
    // A pool that is another's own is not even named in a refusal.
    let refused = server.ask("POST", "/v1/quotes", &acme, &wish(17)).of(200);
    assert!(!refused.to_string().contains("zeta"), "{refused}");
    let offered = server.ask("POST", "/v1/quotes", &zeta, &wish(16)).of(200);
    assert!(offered.to_string().contains("zetas-own"), "{offered}");
}

fn roles_may_do_what_they_may_and_no_more(server: &Server) {
    let acme = server.tenant("acme");
    let (viewer, desk) = (server.token("v", "viewer", None), server.token("d", "desk", None));
    for path in [
        "/v1/pools",
        "/v1/pools/cheap/position",
        "/v1/pipeline",
        "/v1/settings",
        "/v1/breaches",
        "/v1/book",
    ] {
        server.get(path, &viewer).of(200);
    }
    let mut named = hold(1);
    named["tenant"] = json!("acme");
    server.ask("POST", "/v1/holds", &viewer, &named).of(403);
    server.ask("POST", "/v1/holds", &desk, &named).of(201);
    for path in ["/v1/pools/cheap/position", "/v1/pipeline", "/v1/settings", "/v1/tokens"] {
        server.get(path, &acme).of(403);
    }
    server.get("/v1/tokens", &desk).of(403);
    server.ask("PUT", "/v1/settings", &desk, &json!({ "approval_above": 1 })).of(403);
    server.ask("POST", "/v1/book", &desk, &json!({})).of(403);
    let mut waived = hold(1);
    waived["override"] = json!("because");
    server.ask("POST", "/v1/holds", &acme, &waived).of(403);
    for secret in ["", "wrong", "offtake_00"] {
        server.get("/v1/pools", secret).of(401);
    }
    // Secrets are shown once and kept as hashes; a barred one opens nothing.
    let tokens = server.get("/v1/tokens", &server.admin);
    assert!(!tokens.text.contains(&acme) && tokens.text.contains("acme-tenant"), "{tokens:?}");
    assert_eq!(
        server.ask("DELETE", "/v1/tokens/acme-tenant", &server.admin, &json!({})).status,
        204
    );
    server.get("/v1/pools", &acme).of(401);
    server.ask("POST", "/v1/book", &server.admin, &json!({ "why": "again" })).of(200);
}

fn everything_wrong_with_a_request_comes_at_once(server: &Server) {
    let acme = server.tenant("acme");
    let body = json!({
        "gpus": 0, "hours": -1, "earliest": "tomorrow", "latest": "2040-01-01T00:00:30Z", "by": "luck", "alternatives": 99,
        "constraints": { "accelerators": ["No Slug"], "together": "near", "firmness": 2, "priority": 9, "price_ceiling": -1, "latency_ms": 5 }
    });
    let problem = server.ask("POST", "/v1/quotes", &acme, &body);
    assert!(problem.head.contains("application/problem+json"), "{problem:?}");
    let problem = problem.of(422);
    let fields: BTreeSet<&str> = problem["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["field"].as_str().unwrap())
        .collect();
    for field in [
        "gpus",
        "hours",
        "earliest",
        "latest",
        "by",
        "count",
        "constraints.accelerators",
        "constraints.together",
        "constraints.firmness",
        "constraints.priority",
        "constraints.price_ceiling",
        "constraints.latency_ms",
    ] {
        assert!(fields.contains(field), "{field} in {problem}");
    }
    let unknown = server.ask("POST", "/v1/quotes", &acme, &json!({ "gpu": 1 })).of(422);
    assert!(unknown["findings"][0]["problem"].as_str().unwrap().contains("gpu"), "{unknown}");
}

fn a_refusal_says_why_and_what_is_near(server: &Server) {
    let desk = server.token("d", "desk", None);
    server.tenant("acme");
    let refused = server.ask("POST", "/v1/quotes", &desk, &wish(40)).of(200);
    assert_eq!(refused["is_offered"], false);
    let refusal = &refused["refusal"];
    assert_eq!(refusal["reasons"].as_array().unwrap().len(), 3);
    assert_eq!(refusal["fewer_gpus"]["value"], 16.0);
    let mut all = hold(16);
    all["tenant"] = json!("acme");
    all["wish"]["constraints"] = json!({ "pool": "cheap" });
    server.ask("POST", "/v1/holds", &desk, &all).of(201);
    let mut one = wish(1);
    one["constraints"] = json!({ "pool": "cheap" });
    let refused = server.ask("POST", "/v1/quotes", &desk, &one).of(200);
    assert_eq!(refused["refusal"]["earliest_possible"], "2040-01-01T02:00:00Z");
    let mut wide = wish(20);
    wide["constraints"] = json!({ "together": "anywhere" });
    wide["latest"] = json!("2040-01-02T00:00:00Z");
    wide["joint"] = json!(true);
    let split = server.ask("POST", "/v1/quotes", &desk, &wide).of(200);
    assert_eq!(split["alternatives"][0]["start"], "2040-01-01T02:00:00Z");
    assert_eq!(split["alternatives"][0]["joint"], 1.0);
}

fn a_change_meets_the_version_it_was_made_for(server: &Server) {
    let acme = server.tenant("acme");
    let id = text(&server.ask("POST", "/v1/holds", &acme, &hold(4)).of(201), "id");
    let shown = server.get(&format!("/v1/promises/{id}"), &acme);
    assert!(shown.head.contains("etag: \"1\""), "{shown:?}");
    let confirm = |version: &str| {
        let headers =
            format!("Idempotency-Key: {}\r\nIf-Match: \"{version}\"\r\n", support::fresh_key());
        server.send("POST", &format!("/v1/promises/{id}/confirm"), &acme, &headers, "{}")
    };
    confirm("7").of(412);
    confirm("1").of(200);
    confirm("1").of(412);
}

fn above_the_limit_a_second_person_approves(server: &Server) {
    server.tenant("acme");
    let (ann, bob) = (server.token("ann", "desk", None), server.token("bob", "desk", None));
    server.ask("PUT", "/v1/settings", &server.admin, &json!({ "approval_above": 50 })).of(200);
    let mut body = hold(16);
    body["tenant"] = json!("acme");
    let id = text(&server.ask("POST", "/v1/holds", &ann, &body).of(201), "id");
    let act = |who: &str, act: &str| {
        server.ask("POST", &format!("/v1/promises/{id}/{act}"), who, &json!({}))
    };
    assert_eq!(act(&ann, "confirm").of(409)["objections"][0]["kind"], "needs-approval");
    act(&ann, "approve").of(409);
    act(&bob, "approve").of(200);
    act(&bob, "confirm").of(409);
    act(&ann, "confirm").of(200);
}

fn a_tenant_pays_what_is_asked_and_the_desk_agrees_on_less(server: &Server) {
    let (acme, desk) = (server.tenant("acme"), server.token("d", "desk", None));
    let part = |price: f64| json!({ "pool": "cheap", "gpus": 1, "from": "2040-01-01T00:00:00Z", "until": "2040-01-01T02:00:00Z", "price": price });
    let body = |price: f64| json!({ "tenant": "acme", "parts": [part(price)], "minutes": 10 });
    let held = server.ask("POST", "/v1/holds", &acme, &body(0.01)).of(201);
    assert_eq!(held["parts"][0]["price"], 3.0);
    let held = server.ask("POST", "/v1/holds", &desk, &body(1.5)).of(201);
    assert_eq!(held["parts"][0]["price"], 1.5);
    let below = server.ask("POST", "/v1/holds", &desk, &body(0.5)).of(409);
    assert_eq!(below["objections"][0]["kind"], "below-floor");
}

fn lists_come_in_pages(server: &Server) {
    let acme = server.tenant("acme");
    for _ in 0..5 {
        server.ask("POST", "/v1/holds", &acme, &hold(1)).of(201);
    }
    let (mut seen, mut after) = (BTreeSet::new(), String::new());
    for _ in 0..3 {
        let page = server.get(&format!("/v1/holds?limit=2{after}"), &acme).of(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(item, "id")));
        after = page["next"].as_str().map_or(String::new(), |next| format!("&after={next}"));
    }
    assert_eq!((seen.len(), after.as_str()), (5, ""));
    server.get("/v1/holds?after=x", &acme).of(422);
}

/// Eight clients want all that there is, at the same time.
fn many_at_once_promise_nothing_twice(server: &Server) {
    let acme = server.tenant("acme");
    let held = std::thread::scope(|scope| {
        let client = |_: usize| {
            let hold_all = || {
                (0..8)
                    .filter(|_| server.ask("POST", "/v1/holds", &acme, &hold(4)).status == 201)
                    .count()
            };
            scope.spawn(hold_all)
        };
        let threads: Vec<_> = (0..8).map(client).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    // 32 GPUs in two pools, four at a time: eight holds in all, of the sixty-four asked for.
    assert_eq!(held, 8);
    let metrics = server.get("/metrics", &server.admin).text;
    server.get("/metrics", "").of(401);
    server.get("/metrics", &acme).of(403);
    assert!(
        metrics.contains(
            "offtake_request_seconds_count{method=\"POST\",route=\"/v1/holds\",status=\"201\"} 8"
        ),
        "{metrics}"
    );
}

fn what_is_no_request_is_no_crash(server: &Server) {
    let acme = server.tenant("acme");
    let big = "x".repeat(3 << 20);
    assert_eq!(server.send("POST", "/v1/quotes", &acme, "", &big).status, 413);
    for path in [
        "/v1/../etc/passwd",
        "/v1/promises/%00",
        "/v1/promises/' OR 1=1 --",
        "/v1/pools/%2e%2e%2f/position",
        "/nothing",
        "/v1/nothing",
        "/assets/nothing",
    ] {
        let answer = server.get(&path.replace(' ', "%20"), &acme);
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
    }
    for body in [
        "",
        "null",
        "[]",
        "{",
        "\u{feff}{}",
        "{\"gpus\":1e400}",
        "{\"gpus\":9223372036854775807,\"hours\":1,\"earliest\":\"2040-01-01T00:00:00Z\"}",
    ] {
        assert_eq!(server.send("POST", "/v1/quotes", &acme, "", body).status, 422, "{body}");
    }
    for raw in [
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /v1/quotes HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
    ] {
        let answer = server.raw(raw.as_bytes());
        assert!(answer.status == 0 || (400..600).contains(&answer.status), "{raw}: {answer:?}");
    }
    assert_eq!(server.get("/healthz", "").text, "ok");
    assert_eq!(server.get("/readyz", "").text, "ready");
}

#[test]
fn what_was_acknowledged_is_there_after_the_desk_was_closed_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk");
    let path = path.to_str().unwrap();
    let (id, acme, admin) = {
        let server = start(path, None);
        let acme = server.tenant("acme");
        let id = text(&server.ask("POST", "/v1/holds", &acme, &hold(4)).of(201), "id");
        server
            .keyed("POST", &format!("/v1/promises/{id}/confirm"), &acme, "yes", &json!({}))
            .of(200);
        (id, acme, server.admin.clone())
    };
    let server = start(path, Some(&admin));
    assert_eq!(server.get(&format!("/v1/promises/{id}"), &acme).of(200)["state"], "committed");
    // A repetition across the restart is answered as the first was.
    server.keyed("POST", &format!("/v1/promises/{id}/confirm"), &acme, "yes", &json!({})).of(200);
    audit(&server);
}

#[test]
fn two_servers_on_one_postgres_promise_nothing_twice() {
    let Some(postgres) = postgres_server::start() else { return };
    let address = postgres.database("shared");
    let one = start(&address, None);
    let acme = one.tenant("acme");
    let two = start(&address, Some(&one.admin));
    let held = std::thread::scope(|scope| {
        let acme = &acme;
        let client = |server| {
            let hold_all = move || {
                (0..12)
                    .filter(|_| {
                        Server::ask(server, "POST", "/v1/holds", acme, &hold(4)).status == 201
                    })
                    .count()
            };
            scope.spawn(hold_all)
        };
        let threads: Vec<_> = [&one, &two, &one, &two].into_iter().map(client).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(held, 8);
    audit(&one);
    audit(&two);
}

#[test]
fn a_name_is_given_to_one_token_whoever_asks_for_it_at_once() {
    let Some(postgres) = postgres_server::start() else { return };
    let address = postgres.database("tokens");
    let (one, two) = std::thread::scope(|scope| {
        let open = || scope.spawn(|| start(&address, None));
        let (one, two) = (open(), open());
        (one.join().unwrap(), two.join().unwrap())
    });
    // One of two that open an empty store at once makes the first token, and it opens both.
    let secrets = [&one, &two].map(|server| server.admin.clone());
    let admin = secrets.iter().find(|secret| !secret.is_empty()).unwrap();
    assert_eq!(secrets.iter().filter(|secret| !secret.is_empty()).count(), 1);
    for turn in 0..10 {
        let body = json!({ "name": format!("ann-{turn}"), "role": "viewer" });
        let statuses = std::thread::scope(|scope| {
            let ask = |server| {
                let body = &body;
                scope.spawn(move || Server::ask(server, "POST", "/v1/tokens", admin, body).status)
            };
            [ask(&one), ask(&two)].map(|thread| thread.join().unwrap())
        });
        let mut statuses = statuses;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
    }
}

#[test]
fn the_committed_description_of_the_api_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/desk.openapi.json");
    let current = offtake_server::openapi();
    if std::env::var_os("OFFTAKE_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "schema/desk.openapi.json is stale: run this test with OFFTAKE_WRITE_OPENAPI=1"
    );
    assert!(current.contains("\"openapi\": \"3.1.0\""));
    // Clients name their calls by it.
    let description: serde_json::Value = serde_json::from_str(&current).unwrap();
    let paths = description["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<&str> = operations.filter_map(|one| one["operationId"].as_str()).collect();
    let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "an operationId stands twice: {ids:?}");
}
