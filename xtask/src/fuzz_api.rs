//! Lets schemathesis send the desk what it makes of the committed description of the API, with a token of each role.
//!
//! Goal: no answer of 500 or above, and every answer as the description says. Method: the example `open` of
//! `offtake-server` on loopback; so many examples for each operation and role, from a fixed seed; the stream of events is
//! left out, since it does not end.

use crate::{python, tables};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

const PACKAGES: &[&str] = &["schemathesis==4.32.5"];
/// Examples for each operation and role, if no number is given.
const EXAMPLES: u32 = 50;
/// What is held against each answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Runs the chore.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let examples = arguments.first().map_or(Ok(EXAMPLES), |text| text.parse::<u32>());
    let Ok(examples) = examples else {
        println!("usage: cargo xtask fuzz-api [EXAMPLES]");
        return ExitCode::from(2);
    };
    match fuzz(examples) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// A desk that runs until its input ends.
struct Desk {
    child: Child,
    address: String,
    /// Roles and their tokens.
    tokens: Vec<(String, String)>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself; if it did not, nobody could do more here.
        let _ = self.child.wait();
    }
}

fn open() -> Result<Desk, String> {
    let arguments = ["run", "--quiet", "--package", "offtake-server", "--example", "open"];
    let mut child = Command::new("cargo")
        .args(arguments)
        .current_dir(tables::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cargo {}: {error}", arguments.join(" ")))?;
    let output = child.stdout.take().ok_or("the desk says nothing")?;
    let lines = BufReader::new(output).lines().map_while(Result::ok).take(5);
    let mut said: Vec<(String, String)> = lines
        .filter_map(|line| {
            line.split_once(' ').map(|(name, value)| (name.to_owned(), value.to_owned()))
        })
        .collect();
    if said.len() < 5 {
        return Err("the desk did not open".to_owned());
    }
    let address = said.remove(0).1;
    Ok(Desk { child, address, tokens: said })
}

fn fuzz(examples: u32) -> Result<(), String> {
    let python = python::with(PACKAGES)?;
    let program = python.with_file_name("schemathesis");
    let desk = open()?;
    let schema = tables::root().join("schema").join("desk.openapi.json");
    let mut failed = Vec::new();
    for (role, token) in &desk.tokens {
        println!("\n== as {role}");
        if !send(&program, &schema, (&desk.address, token), examples)? {
            failed.push(role.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("not as described: {}", failed.join(", "))) }
}

/// Sends one role's requests; says whether all answers were as they should be.
fn send(
    program: &Path,
    schema: &Path,
    (address, token): (&str, &str),
    examples: u32,
) -> Result<bool, String> {
    let status = Command::new(program)
        .arg("run")
        .arg(schema)
        .args(["--url", address, "--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", CHECKS, "--seed", "7", "--workers", "2", "--no-color"])
        .args(["--max-examples", &examples.to_string(), "--phases", "examples,coverage,fuzzing"])
        .args(["--exclude-path", "/v1/events", "--suppress-health-check", "all"])
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    Ok(status.success())
}
