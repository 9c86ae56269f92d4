//! Numbers for Prometheus, in its text format.

use crate::breaches::{LastKnown, broken};
use crate::state::Desk;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use offtake_desk::Broken;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Upper ends of the classes that durations are counted in, in seconds.
const CLASSES: [f64; 8] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0];

#[derive(Debug, Default)]
struct Series {
    count: u64,
    seconds: f64,
    classes: [u64; CLASSES.len()],
}

/// Requests by method, route and status.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, String, u16), Series>>,
    pub(crate) breaches: LastKnown,
}

/// Counts every request and how long it took.
#[expect(clippy::disallowed_methods, reason = "this shell measures how long its answers take")]
pub(crate) async fn count(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().to_string();
    // The route and not the path: a path holds ids, and there are too many of those.
    let route =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let seconds = begun.elapsed().as_secs_f64();
    let status = response.status();
    if status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::PAYLOAD_TOO_LARGE {
        tracing::warn!(%method, route, status = status.as_u16(), "denied: too slow or too large");
    }
    let mut requests = desk.metrics.requests.lock().unwrap_or_else(PoisonError::into_inner);
    let series = requests.entry((method, route, status.as_u16())).or_default();
    series.count += 1;
    series.seconds += seconds;
    for (class, end) in series.classes.iter_mut().zip(CLASSES) {
        *class += u64::from(seconds <= end);
    }
    response
}

/// Writes all numbers.
pub(crate) fn text(desk: &Desk) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# HELP offtake_request_seconds How long requests took.\n# TYPE offtake_request_seconds histogram"
    );
    let requests = desk.metrics.requests.lock().unwrap_or_else(PoisonError::into_inner);
    for ((method, route, status), series) in requests.iter() {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        for (class, end) in series.classes.iter().zip(CLASSES) {
            let _ =
                writeln!(text, "offtake_request_seconds_bucket{{{labels},le=\"{end}\"}} {class}");
        }
        let _ = writeln!(
            text,
            "offtake_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}",
            series.count
        );
        let _ = writeln!(text, "offtake_request_seconds_sum{{{labels}}} {}", series.seconds);
        let _ = writeln!(text, "offtake_request_seconds_count{{{labels}}} {}", series.count);
    }
    drop(requests);
    let _ = writeln!(
        text,
        "# HELP offtake_webhook_tries_total Tries to tell a webhook.\n# TYPE offtake_webhook_tries_total counter"
    );
    for (outcome, count) in [("taken", &desk.outbox.taken), ("failed", &desk.outbox.failed)] {
        let count = count.load(Ordering::Relaxed);
        let _ = writeln!(text, "offtake_webhook_tries_total{{outcome=\"{outcome}\"}} {count}");
    }
    let (events, pools) = {
        let ledger = desk.ledger();
        (ledger.seq(), ledger.shelves().len() as u64)
    };
    let mut gauge = |name: &str, help: &str, value: u64| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    };
    gauge("offtake_ledger_events", "Events in the ledger.", events);
    gauge("offtake_pools", "Pools that were ever published.", pools);
    let broken = broken(desk);
    let short = broken.iter().filter(|breach| breach.broken == Broken::Short).count();
    let _ = writeln!(
        text,
        "# HELP offtake_breaches Promises that get less than was promised, or are less firm.\n# TYPE offtake_breaches gauge"
    );
    for (kind, count) in [("short", short), ("softer", broken.len() - short)] {
        let _ = writeln!(text, "offtake_breaches{{kind=\"{kind}\"}} {count}");
    }
    text
}
