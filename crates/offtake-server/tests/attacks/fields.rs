//! Every field of every request with something wrong in it.

use super::support::Server;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The fields that findings name.
fn fields(problem: &Value) -> BTreeSet<String> {
    let findings = problem["findings"].as_array().unwrap_or_else(|| panic!("{problem}"));
    findings.iter().map(|finding| finding["field"].as_str().unwrap().to_owned()).collect()
}

#[allow(clippy::too_many_lines, reason = "one list of requests, read from the top")]
pub(crate) fn everything_wrong_in_every_request(server: &Server) {
    server.tenant("acme");
    let part = json!({ "pool": "cheap", "gpus": 1, "from": "soon", "until": "later", "price": -1 });
    let wrong_wish = json!({ "gpus": 0, "hours": -1, "earliest": "x", "latest": "y", "by": "luck", "alternatives": 0,
        "constraints": { "priority": 0, "firmness": 2, "nvlink_domain": 0 } });
    let cases: Vec<(&str, &str, Value, &[&str])> = vec![
        (
            "POST",
            "/v1/holds",
            json!({ "tenant": "No", "minutes": -1, "parts": [part], "constraints": { "firmness": 3, "nvlink_domain": 0 } }),
            &[
                "tenant",
                "minutes",
                "parts.from",
                "parts.until",
                "parts.price",
                "constraints.firmness",
                "constraints.nvlink_domain",
            ],
        ),
        (
            "POST",
            "/v1/holds",
            json!({ "tenant": "No", "minutes": 0, "wish": wrong_wish, "parts": [part] }),
            &[
                "tenant",
                "minutes",
                "wish",
                "gpus",
                "hours",
                "earliest",
                "latest",
                "by",
                "count",
                "constraints.priority",
                "constraints.firmness",
                "constraints.nvlink_domain",
            ],
        ),
        (
            "POST",
            "/v1/quotes",
            json!({ "tenant": "No", "gpus": -5, "hours": 0, "earliest": "x" }),
            &["tenant", "gpus", "hours", "earliest"],
        ),
        (
            "PUT",
            "/v1/tenants/No",
            json!({ "name": " ", "credit_limit": -1, "quota": -1, "floors": { "No": -1 } }),
            &["id", "name", "credit_limit", "quota", "floors"],
        ),
        (
            "POST",
            "/v1/tokens",
            json!({ "name": "", "role": "king", "tenant": "No" }),
            &["name", "role", "tenant"],
        ),
        (
            "PUT",
            "/v1/pipeline/%07",
            json!({ "party": "No", "pool": "\u{7}", "gpus": 0, "from": "x", "until": "y", "chance": 2, "first_refusal_until": "z" }),
            &["id", "party", "pool", "gpus", "from", "until", "chance", "first_refusal_until"],
        ),
        ("PUT", "/v1/settings", json!({ "approval_above": -1 }), &["approval_above"]),
        ("POST", "/v1/promises/x/change", json!({ "from": "x", "until": "y" }), &["from", "until"]),
        (
            "POST",
            "/v1/promises/x/confirm",
            json!({ "why": "\u{2}", "override": "\u{1}" }),
            &["why", "override"],
        ),
    ];
    for (method, path, body, expected) in cases {
        let problem = server.ask(method, path, &server.admin, &body).of(422);
        let found = fields(&problem);
        assert!(
            expected.iter().all(|field| found.contains(*field)),
            "{method} {path}: {expected:?} in {problem}"
        );
        let findings = problem["findings"].as_array().unwrap();
        assert!(
            findings.iter().all(|finding| !finding["fix"].as_str().unwrap().is_empty()),
            "{problem}"
        );
        // Of another type, and with a field that is none.
        for odd in [json!([]), json!("x"), json!(5), json!({ "no_such_field": 1 })] {
            server.ask(method, path, &server.admin, &odd).of(422);
        }
    }
}
