//! A problem of the desk (`application/problem+json`) as a failure: everything that is wrong, how to mend it, an exit code.

use crate::failure::Failure;
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write as _;

/// What the API calls a field, and the option that fills it.
const OPTIONS: &[(&str, &str)] = &[
    ("alternatives", "--alternatives"),
    ("approval_above", "--approval-above"),
    ("by", "--by"),
    ("chance", "--chance"),
    ("constraints.accelerators", "--type"),
    ("constraints.avoid", "--avoid"),
    ("constraints.firmness", "--firmness"),
    ("constraints.latency_ms", "--latency"),
    ("constraints.nvlink_domain", "--nvlink-domain"),
    ("constraints.price_ceiling", "--max-price"),
    ("constraints.priority", "--priority"),
    ("constraints.together", "--together"),
    ("constraints.zones", "--zone"),
    ("count", "--alternatives"),
    ("credit_limit", "--credit-limit"),
    ("earliest", "--from"),
    ("floors", "--floor"),
    ("from", "--from"),
    ("gpus", "--gpus"),
    ("hours", "--for"),
    ("latest", "--latest"),
    ("minutes", "--keep"),
    ("override", "--override"),
    ("party", "--party"),
    ("quota", "--quota"),
    ("role", "--role"),
    ("tenant", "--tenant"),
    ("until", "--until"),
];

/// A problem as it comes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    detail: String,
    findings: Vec<Finding>,
    objections: Vec<Objection>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    field: String,
    problem: String,
    fix: String,
}

#[derive(Debug, Deserialize)]
struct Objection {
    kind: String,
    detail: String,
    may_be_waived: bool,
}

/// Returns what a problem means for whoever gave the command.
pub(crate) fn failure(status: u16, body: &Value, server: &str) -> Failure {
    let Ok(problem) = Problem::deserialize(body) else {
        let text = body.as_str().unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        return Failure::unanswered(format!("{server} answered {status}: {line}"))
            .hint("is that a desk's address?");
    };
    let text = text(&problem);
    let failure = match status {
        401 => Failure::input("the desk does not know the token, or it is barred").hint(format!(
            "`offtake login {server}` keeps another; who has an admin's makes one with `offtake tokens make`"
        )),
        404 | 413 | 422 => Failure::input(text),
        400..500 if status != 408 && status != 429 => Failure::refused(text),
        _ => Failure::unanswered(text),
    };
    hinted(failure, status, &problem)
}

fn text(problem: &Problem) -> String {
    let Problem { title, detail, findings, objections, .. } = problem;
    let count = findings.len() + objections.len();
    let mut text = match (detail.is_empty(), objections.is_empty()) {
        (false, _) if problem.kind.ends_with(":nothing-fits") => "nothing fits".to_owned(),
        (false, _) => format!("{title}: {detail}"),
        (true, false) => {
            format!("the desk refuses, for {}", crate::library::count(count, "reason"))
        }
        (true, true) => format!("the request has {}", crate::library::count(count, "fault")),
    };
    for Finding { field, problem, fix } in findings {
        let known = OPTIONS.iter().find(|(name, _)| name == field);
        let name = known.map_or(field.as_str(), |(_, option)| option);
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name}: {problem}\n    fix: {fix}");
    }
    for Objection { kind, detail, may_be_waived } in objections {
        let waived = if *may_be_waived { " (the desk may waive it)" } else { "" };
        let _ = write!(text, "\n  {kind}: {detail}{waived}");
    }
    text
}

fn hinted(failure: Failure, status: u16, problem: &Problem) -> Failure {
    let has = |kind: &str| problem.objections.iter().any(|objection| objection.kind == kind);
    let kind = problem.kind.rsplit(':').next().unwrap_or_default();
    let failure = match (status, kind) {
        (403, _) => failure.hint("`offtake login` with no address says what the token may do"),
        (409, "nothing-fits") => {
            failure.hint("`offtake quote` with the same options says why, and what comes nearest")
        }
        (412, _) => failure.hint("look at it again with `offtake promises ID`"),
        _ => failure,
    };
    let failure = if has("not-held") {
        failure.hint("only a hold is confirmed or approved; `offtake hold` again if it lapsed")
    } else {
        failure
    };
    let failure = if has("needs-approval") {
        failure.hint("somebody else of the desk runs `offtake approve ID`, then confirm again")
    } else {
        failure
    };
    let all = |objection: &Objection| objection.may_be_waived;
    if !problem.objections.is_empty() && problem.objections.iter().all(all) {
        failure.hint("the desk may do it all the same, with --override and the reason")
    } else {
        failure
    }
}
