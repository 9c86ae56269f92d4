//! Versions of the book over HTTP, on SQLite and on PostgreSQL: kept, edited, compared, taken back, published.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "../../offtake-store/tests/support/postgres.rs"]
mod postgres_server;
mod support;

use offtake_server::BookOptions;
use serde_json::{Value, json};
use std::path::Path;
use support::{ANY, Answer, Server, fresh_key, options, start, start_at};

type Check = (&'static str, fn(&Server));

const CHECKS: &[Check] = &[
    ("a_book_is_kept_and_shown_as_it_is_written", a_book_is_kept_and_shown_as_it_is_written),
    ("all_that_is_wrong_with_a_book_comes_back", all_that_is_wrong_with_a_book_comes_back),
    ("an_edit_changes_its_own_bytes_alone", an_edit_changes_its_own_bytes_alone),
    ("two_editors_do_not_overwrite_each_other", two_editors_do_not_overwrite_each_other),
    ("every_bad_edit_is_told_with_its_field", every_bad_edit_is_told_with_its_field),
    ("things_are_added_and_taken_out", things_are_added_and_taken_out),
    ("two_versions_are_compared", two_versions_are_compared),
    ("an_older_version_is_taken_back_to", an_older_version_is_taken_back_to),
    ("only_the_desk_has_books", only_the_desk_has_books),
    ("names_of_files_lead_nowhere_else", names_of_files_lead_nowhere_else),
    ("a_large_book_fits_and_a_larger_one_does_not", a_large_book_fits_and_a_larger_one_does_not),
];

#[test]
fn books_are_kept_on_sqlite() {
    for (name, check) in CHECKS {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        check(&start(folder.path().join("desk").to_str().unwrap(), None));
    }
}

#[test]
fn books_are_kept_on_postgres() {
    let Some(postgres) = postgres_server::start() else { return };
    for (at, (name, check)) in CHECKS.iter().enumerate() {
        println!("{name}");
        check(&start(&postgres.database(&format!("books_{at}")), None));
    }
}

const BOOK: &str = "# The book.\nformat = 1\nas_of  = 2026-01-01\ntitle  = \"Ten lines\"\n";
const CONTRACTS: &str = "# What we bought.\n[source.s1]\ntitle = \"Filing\"\nmark  = \"filing\"\n\n[contract.acme]   # the first\naccelerator = \"gb300-nvl72\"\ngpus        = 4608      # counted twice\npromised    = 2026-03-31\nterm        = { value = \"60 months\", mark = \"press\" }   # by telephone\n";
const DEMAND: &str =
    "[workload.chat]\nlevel  = \"2000 GPU\"\nfrom   = 2026-07-01\ngrowth = \"2.2 times/year\"\n";

fn files() -> Value {
    json!({ "book.toml": BOOK, "supply/contracts.toml": CONTRACTS, "demand.toml": DEMAND })
}

/// Keeps the book and returns its version.
fn kept(server: &Server) -> Value {
    let body = json!({ "files": files(), "why": "to begin with" });
    server.ask("POST", "/v1/books", &server.admin, &body).of(201)
}

fn edit(server: &Server, base: &str, seen: &str, edits: Value) -> Answer {
    let headers = format!("Idempotency-Key: {}\r\nIf-Match: \"{seen}\"\r\n", fresh_key());
    let body = json!({ "edits": edits, "why": "renegotiated" }).to_string();
    server.send("POST", &format!("/v1/books/{base}/edits"), &server.admin, &headers, &body)
}

fn id(version: &Value) -> String {
    version["id"].as_str().unwrap().to_owned()
}

/// Returns a value of a version's tables.
fn value(book: &Value, table: &str, id: &str, field: &str) -> Value {
    let find = |all: &Value, key: &str, name: &str| {
        let all = all.as_array().into_iter().flatten();
        all.clone().find(|one| one[key] == name).cloned().unwrap_or_default()
    };
    let row = find(&find(&book["tables"], "table", table)["rows"], "id", id);
    find(&row["values"], "field", field)
}

fn text_of(book: &Value, file: &str) -> String {
    let files = book["files"].as_array().unwrap();
    let found = files.iter().find(|one| one["name"] == file).unwrap();
    found["text"].as_str().unwrap().to_owned()
}

fn a_book_is_kept_and_shown_as_it_is_written(server: &Server) {
    let version = kept(server);
    assert_eq!((&version["number"], &version["title"]), (&json!(1), &json!("Ten lines")));
    assert_eq!((&version["who"], &version["why"]), (&json!("admin"), &json!("to begin with")));
    assert_eq!((&version["is_newest"], &version["is_published"]), (&json!(true), &json!(false)));
    let shown = server.get(&format!("/v1/books/{}", id(&version)), &server.admin);
    assert!(shown.head.contains(&format!("etag: \"{}\"", id(&version))), "{}", shown.head);
    let book = shown.of(200);
    let gpus = value(&book, "contract", "acme", "gpus");
    assert_eq!((&gpus["text"], &gpus["number"]), (&json!("4608"), &json!(4608.0)));
    assert_eq!(gpus["place"], "supply/contracts.toml:8");
    let term = value(&book, "contract", "acme", "term");
    assert_eq!((&term["unit"], &term["mark"]), (&json!("months"), &json!("press")));
    assert_eq!(value(&book, "workload", "chat", "growth")["mark"], "judgement");
    assert_eq!(value(&book, "book", "", "as_of")["text"], "2026-01-01");
    // What is not written has its default, and says so.
    assert_eq!(value(&book, "contract", "acme", "take_or_pay.share")["mark"], "default");
    assert_eq!(text_of(&book, "supply/contracts.toml"), CONTRACTS);
    for name in ["newest", &id(&version)[..8]] {
        assert_eq!(
            server.get(&format!("/v1/books/{name}"), &server.admin).of(200)["id"],
            book["id"]
        );
    }
    for name in ["published", "nothing", &id(&version)[..7]] {
        server.get(&format!("/v1/books/{name}"), &server.admin).of(404);
    }
    // The same book again is the same version, and no new one.
    let again = json!({ "files": files() });
    let again = server.ask("POST", "/v1/books", &server.admin, &again).of(200);
    assert_eq!(again["number"], 1);
    let page = server.get("/v1/books", &server.admin).of(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    // The audit counts the event as any other.
    let audit = server.send("POST", "/v1/audit", &server.admin, "", "").of(200);
    assert_eq!(audit["is_sound"], true, "{audit}");
}

fn all_that_is_wrong_with_a_book_comes_back(server: &Server) {
    let wrong = CONTRACTS.replace("4608 ", "\"many\"").replace("60 months", "60");
    let body = json!({ "files": { "book.toml": BOOK, "c.toml": wrong, "demand.toml": DEMAND } });
    let answer = server.ask("POST", "/v1/books", &server.admin, &body);
    assert!(answer.head.contains("application/problem+json"), "{answer:?}");
    let problem = answer.of(422);
    assert_eq!(problem["type"], "urn:offtake:unsound-book");
    let findings = problem["findings"].as_array().unwrap();
    let of = |field: &str| findings.iter().find(|one| one["field"] == field).unwrap();
    let gpus = of("contract.acme.gpus");
    assert_eq!((&gpus["file"], &gpus["line"]), (&json!("c.toml"), &json!(8)));
    assert_eq!(gpus["severity"], "error");
    let term = of("contract.acme.term");
    assert!(term["problem"].as_str().unwrap().contains("no unit"), "{term}");
    assert!(!term["fix"].as_str().unwrap().is_empty());
    let none = server.get("/v1/books", &server.admin).of(200);
    assert_eq!(none["items"], json!([]));
    let check = json!({ "files": files(), "check_only": true });
    let checked = server.ask("POST", "/v1/books", &server.admin, &check).of(200);
    assert!(checked["id"].is_string() && checked["findings"].is_array(), "{checked}");
    assert_eq!(server.get("/v1/books", &server.admin).of(200)["items"], json!([]));
}

fn an_edit_changes_its_own_bytes_alone(server: &Server) {
    let first = id(&kept(server));
    let edits = json!([
        { "table": "contract", "id": "acme", "field": "gpus", "value": 9216, "source": "s1", "mark": "filing" },
        { "table": "contract", "id": "acme", "field": "term", "value": "48 months" },
        { "table": "book", "field": "title", "value": "Twenty lines" },
        { "table": "workload", "id": "chat", "field": "growth", "value": null },
        { "table": "workload", "id": "chat", "field": "zones", "value": ["EU", "UK"] },
    ]);
    let version = edit(server, &first, &first, edits).of(201);
    assert_eq!((&version["number"], &version["parent"]), (&json!(2), &json!(first)));
    assert_eq!(version["title"], "Twenty lines");
    let book = server.get("/v1/books/newest", &server.admin).of(200);
    let expected = CONTRACTS
        .replace("4608  ", "{ value = 9216, source = \"s1\", mark = \"filing\" }  ")
        .replace("\"60 months\"", "\"48 months\"");
    assert_eq!(text_of(&book, "supply/contracts.toml"), expected);
    assert_eq!(text_of(&book, "book.toml"), BOOK.replace("Ten", "Twenty"));
    let demand = DEMAND.replace("growth = \"2.2 times/year\"", "zones  = [\"EU\", \"UK\"]");
    assert_eq!(text_of(&book, "demand.toml"), demand);
    let gpus = value(&book, "contract", "acme", "gpus");
    assert_eq!((&gpus["source"], &gpus["mark"]), (&json!("s1"), &json!("filing")));
    // What was there before is still there.
    let before = server.get(&format!("/v1/books/{first}"), &server.admin).of(200);
    assert_eq!(text_of(&before, "supply/contracts.toml"), CONTRACTS);
}

fn two_editors_do_not_overwrite_each_other(server: &Server) {
    let first = id(&kept(server));
    let gpus =
        |gpus: i64| json!([{ "table": "contract", "id": "acme", "field": "gpus", "value": gpus }]);
    let second = id(&edit(server, &first, &first, gpus(72)).of(201));
    let late = edit(server, &first, &first, gpus(144));
    let late = late.of(412);
    assert!(late["detail"].as_str().unwrap().contains(&second), "{late}");
    let body = json!({ "edits": gpus(144) });
    let blind = server.ask("POST", &format!("/v1/books/{first}/edits"), &server.admin, &body);
    blind.of(428);
    edit(server, &second, &second, gpus(144)).of(201);
    // Of eight at once that saw the same version, one is kept.
    let seen = id(&server.get("/v1/books/newest", &server.admin).of(200));
    let kept = std::thread::scope(|scope| {
        let one = |at: i64| {
            let (seen, gpus) = (&seen, gpus(720 + at * 72));
            scope.spawn(move || edit(server, seen, seen, gpus).status)
        };
        let threads: Vec<_> = (0..8).map(one).collect();
        threads
            .into_iter()
            .filter(|_| true)
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(kept.iter().filter(|status| **status == 201).count(), 1, "{kept:?}");
    assert_eq!(kept.iter().filter(|status| **status == 412).count(), 7, "{kept:?}");
}

fn every_bad_edit_is_told_with_its_field(server: &Server) {
    let first = id(&kept(server));
    let edits = json!([
        { "table": "lunch", "id": "x", "field": "y", "value": 1 },
        { "table": "contract", "id": "zeta", "field": "gpus", "value": null },
        { "table": "contract", "id": "acme", "field": "gpuss", "value": 1 },
        { "table": "contract", "id": "acme", "field": "term", "value": "60" },
        { "table": "contract", "id": "acme", "field": "gpus", "value": { "a": 1 } },
        { "table": "contract", "id": "", "field": "gpus", "value": 1 },
        { "table": "contract", "id": "Not An Id", "field": "gpus", "value": 1 },
        { "table": "contract", "id": "acme", "value": 1 },
    ]);
    let problem = edit(server, &first, &first, edits).of(422);
    let findings = problem["findings"].as_array().unwrap();
    let fields: Vec<&str> = findings.iter().map(|one| one["field"].as_str().unwrap()).collect();
    let expected = [
        "edits[0].table",
        "edits[1].id",
        "edits[2].field",
        "edits[3].value",
        "edits[4].value",
        "edits[5].id",
        "edits[6].id",
        "edits[7].field",
    ];
    assert_eq!(fields, expected, "{problem}");
    assert!(findings.iter().all(|one| !one["fix"].as_str().unwrap().is_empty()), "{problem}");
    // What only shows when the book is read comes with its place in the text as it would be.
    let edits =
        json!([{ "table": "contract", "id": "acme", "field": "seller", "value": "nobody" }]);
    let problem = edit(server, &first, &first, edits).of(422);
    assert_eq!(problem["findings"][0]["field"], "contract.acme.seller", "{problem}");
    assert_eq!(problem["findings"][0]["file"], "supply/contracts.toml");
    edit(server, &first, &first, json!([])).of(422);
}

fn things_are_added_and_taken_out(server: &Server) {
    let first = id(&kept(server));
    let edits = json!([
        { "table": "contract", "id": "zeta", "field": "accelerator", "value": "gb300-nvl72" },
        { "table": "contract", "id": "zeta", "field": "gpus", "value": 720, "mark": "weak" },
        { "table": "contract", "id": "zeta", "field": "promised", "value": "2027-01-01" },
        { "table": "party", "id": "nebius", "field": "failure", "value": "2 %/year" },
    ]);
    let second = id(&edit(server, &first, &first, edits).of(201));
    let book = server.get("/v1/books/newest", &server.admin).of(200);
    let gpus = value(&book, "contract", "zeta", "gpus");
    assert_eq!((&gpus["text"], &gpus["mark"]), (&json!("720"), &json!("weak")));
    assert!(text_of(&book, "supply/contracts.toml").starts_with(CONTRACTS));
    assert!(text_of(&book, "book.toml").contains("[party.nebius]"), "{book}");
    let gone = json!([{ "table": "contract", "id": "zeta" }, { "table": "party", "id": "nebius" }]);
    edit(server, &second, &second, gone).of(201);
    let book = server.get("/v1/books/newest", &server.admin).of(200);
    assert_eq!(value(&book, "contract", "zeta", "gpus"), Value::Null);
    assert_eq!(text_of(&book, "supply/contracts.toml").trim_end(), CONTRACTS.trim_end());
}

fn two_versions_are_compared(server: &Server) {
    let first = id(&kept(server));
    let edits = json!([
        { "table": "contract", "id": "acme", "field": "promised", "value": "2026-06-30" },
        { "table": "contract", "id": "acme", "field": "term", "value": "60 months", "mark": "filing" },
    ]);
    let second = id(&edit(server, &first, &first, edits).of(201));
    let path = format!("/v1/books/{first}/diff/{second}");
    let found = server.get(&path, &server.admin).of(200);
    let change = found["changes"].as_array().unwrap();
    let contract = change.iter().find(|one| one["table"] == "contract").unwrap();
    assert_eq!((&contract["id"], &contract["happened"]), (&json!("acme"), &json!("changed")));
    let values = contract["values"].as_array().unwrap();
    let of = |field: &str| values.iter().find(|one| one["field"] == field).unwrap();
    assert_eq!(of("promised")["before"]["text"], "2026-03-31");
    assert_eq!(of("promised")["after"]["text"], "2026-06-30");
    assert_eq!(of("term")["happened"], "retold");
    assert_eq!((&found["before"]["number"], &found["after"]["number"]), (&json!(1), &json!(2)));
    let same = server.get(&format!("/v1/books/{first}/diff/{first}"), &server.admin).of(200);
    assert_eq!(same["changes"], json!([]));
    server.get(&format!("/v1/books/{first}/diff/none"), &server.admin).of(404);
}

fn an_older_version_is_taken_back_to(server: &Server) {
    let first = id(&kept(server));
    let edits = json!([{ "table": "contract", "id": "acme", "field": "gpus", "value": 72 }]);
    let second = id(&edit(server, &first, &first, edits).of(201));
    let headers = format!("Idempotency-Key: {}\r\nIf-Match: \"{second}\"\r\n", fresh_key());
    let path = format!("/v1/books/{first}/take-back");
    let back = server.send("POST", &path, &server.admin, &headers, "{\"why\":\"a slip\"}").of(201);
    assert_eq!((&back["id"], &back["number"]), (&json!(first), &json!(3)));
    assert_eq!((&back["parent"], &back["why"]), (&json!(second), &json!("a slip")));
    let page = server.get("/v1/books?limit=2", &server.admin).of(200);
    let numbers: Vec<&Value> =
        page["items"].as_array().unwrap().iter().map(|version| &version["number"]).collect();
    assert_eq!(numbers, [3, 2]);
    let path = format!("/v1/books?limit=2&after={}", page["next"].as_str().unwrap());
    let page = server.get(&path, &server.admin).of(200);
    assert_eq!((&page["items"][0]["number"], &page["next"]), (&json!(1), &Value::Null));
    assert_eq!(page["items"][0]["is_newest"], false);
    server.get("/v1/books?after=x", &server.admin).of(422);
}

fn only_the_desk_has_books(server: &Server) {
    let first = id(&kept(server));
    let (acme, viewer) = (server.tenant("acme"), server.token("v", "viewer", None));
    let desk = server.token("d", "desk", None);
    let diff = format!("/v1/books/{first}/diff/{first}");
    for path in ["/v1/books", &format!("/v1/books/{first}"), "/v1/books/newest", &diff] {
        server.get(path, &acme).of(403);
        server.get(path, &viewer).of(200);
        server.get(path, "wrong").of(401);
    }
    let body = json!({ "files": files() });
    let edits =
        json!({ "edits": [{ "table": "contract", "id": "acme", "field": "gpus", "value": 72 }] });
    for secret in [&acme, &viewer] {
        server.ask("POST", "/v1/books", secret, &body).of(403);
        server.ask("POST", &format!("/v1/books/{first}/edits"), secret, &edits).of(403);
        server.ask("POST", &format!("/v1/books/{first}/take-back"), secret, &json!({})).of(403);
    }
    server.ask("POST", "/v1/books", &desk, &body).of(200);
    // A version supplies nothing: the desk's token keeps one, and an admin's publishes.
    server.ask("POST", "/v1/book", &desk, &json!({ "version": first })).of(403);
}

fn names_of_files_lead_nowhere_else(server: &Server) {
    for name in
        ["../book.toml", "/etc/cron.d/x", "a/../../b.toml", ".ssh/keys", "a\\b.toml", "a\u{0}b", ""]
    {
        let body = json!({ "files": { "book.toml": BOOK, name: "" } });
        let problem = server.ask("POST", "/v1/books", &server.admin, &body).of(422);
        let field = problem["findings"][0]["field"].as_str().unwrap();
        assert!(field.starts_with("files"), "{problem}");
    }
    // What a book names outside of itself is not there, whatever lies on the disk of the server.
    let reads = format!("{BOOK}include = [\"../../../../../../../../etc/hostname\"]\n");
    let body = json!({ "files": { "book.toml": reads } });
    let problem = server.ask("POST", "/v1/books", &server.admin, &body).of(422);
    assert_eq!(problem["findings"][0]["rule"], "no-such-file", "{problem}");
    let body = json!({ "files": files(), "entry": "../.." });
    let problem = server.ask("POST", "/v1/books", &server.admin, &body).of(422);
    assert_eq!(problem["findings"][0]["field"], "entry");
}

fn a_large_book_fits_and_a_larger_one_does_not(server: &Server) {
    let remark = |megabytes: usize| format!("{BOOK}# {}\n", "x".repeat(megabytes << 20));
    let body = |megabytes: usize| json!({ "files": { "book.toml": remark(megabytes), "c.toml": CONTRACTS, "demand.toml": DEMAND } });
    server.ask("POST", "/v1/books", &server.admin, &body(5)).of(201);
    let path = "/v1/books";
    assert_eq!(server.ask("POST", path, &server.admin, &body(17)).status, 413);
}

#[test]
fn the_first_start_imports_the_book_and_a_version_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../books/one-rack"));
    let store = folder.path().join("desk").to_str().unwrap().to_owned();
    let book = BookOptions { path: path.to_owned(), paths: 8, seed: 1 };
    let own =
        || offtake_server::Options { publisher: None, book: Some(book.clone()), ..options(&store) };
    let admin = {
        let server = start_at(own(), None, ANY);
        let version = server.get("/v1/books/published", &server.admin).of(200);
        assert_eq!((&version["number"], &version["is_newest"]), (&json!(1), &json!(true)));
        let supply = server.get("/v1/book", &server.admin).of(200);
        assert_eq!(supply["book"], version["id"]);
        // A new version supplies nothing until it is published.
        let edits = json!([{ "table": "book", "field": "title", "value": "Two racks, one day" }]);
        let first = id(&version);
        let second = id(&edit(&server, &first, &first, edits).of(201));
        assert_eq!(server.get("/v1/book", &server.admin).of(200), supply);
        let body = json!({ "version": second, "why": "signed" });
        let supply = server.ask("POST", "/v1/book", &server.admin, &body).of(200);
        assert_eq!(supply["book"], second);
        assert!(supply["study"].as_str().unwrap().starts_with("Two racks"), "{supply}");
        assert_eq!(server.get("/v1/books/published", &server.admin).of(200)["number"], 2);
        server.ask("POST", "/v1/book", &server.admin, &json!({ "version": "none" })).of(404);
        server.admin.clone()
    };
    // A later start goes on from the store, and the disk is read when it is told to.
    let server = start_at(own(), Some(&admin), ANY);
    assert_eq!(server.get("/v1/books/published", &server.admin).of(200)["number"], 2);
    server.ask("POST", "/v1/book", &server.admin, &json!({ "why": "from the disk" })).of(200);
    let newest = server.get("/v1/books/newest", &server.admin).of(200);
    assert_eq!((&newest["number"], &newest["is_published"]), (&json!(3), &json!(true)));
    assert_eq!(newest["why"], "from the disk");
    let audit = server.send("POST", "/v1/audit", &server.admin, "", "").of(200);
    assert_eq!(audit["is_sound"], true, "{audit}");
}
