//! Jobs of the desk: the commands of this program as the API names them, run as child processes of it.
//!
//! What is allowed is read from the commands themselves: every option by its name but those that read or write a file that
//! is named, and those that make something else than a result. So a new option of a command is one of its jobs too.

use crate::failure::Failure;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, ValueHint};
use offtake_desk::Fault;
use offtake_server::{Arrange, Arranged, Wanted};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The commands that are jobs, and where each writes its files.
const KINDS: &[(&str, Files)] = &[
    ("check", Files::None),
    ("assess", Files::Folder),
    ("stress", Files::Folder),
    ("value", Files::Folder),
    ("calendar", Files::Calendar),
    ("offer", Files::Folder),
    ("plan", Files::Plan),
    ("study", Files::Study),
];

/// Options that make something else than a result, or that the server gives itself.
const NOT_OF_JOBS: &[&str] = &[
    "help",
    "version",
    "json",
    "csv",
    "list",
    "migrate",
    "write",
    "exact",
    "sample-range",
    "other-book",
];

/// What a command writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// Nothing.
    None,
    /// A folder of results.
    Folder,
    /// Dates for calendars.
    Calendar,
    /// A plan that `assess --with` reads.
    Plan,
    /// A folder of results, with the result itself in it.
    Study,
}

/// Returns the program that runs.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| Failure::caused(&error))
}

/// Returns what arranges the commands of this program as jobs.
pub(crate) fn arrange() -> Arrange {
    Arc::new(arranged)
}

fn arranged(wanted: Wanted<'_>) -> Result<Arranged, Vec<Fault>> {
    let kinds: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    let Some((_, files)) = KINDS.iter().find(|(name, _)| *name == wanted.kind) else {
        let problem = format!("`{}` is no kind of job", wanted.kind);
        return Err(vec![Fault::new("kind", problem, &format!("use one of {}", kinds.join(", ")))]);
    };
    let mut all = crate::command_line();
    all.build();
    let Some(command) = all.find_subcommand(wanted.kind) else {
        return Err(vec![Fault::new("kind", "is not in this program".to_owned(), "use another")]);
    };
    let mut faults = Vec::new();
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in wanted.options {
        match words(command, wanted.kind, name, value) {
            Ok(words) => drop(given.insert(name.clone(), words)),
            Err((problem, fix)) => faults.push(fault(name, problem, &fix)),
        }
    }
    if wanted.kind == "offer" && !wanted.options.contains_key("offer") {
        faults.push(fault(
            "offer",
            "is missing".to_owned(),
            "name an offer or an opportunity of the book",
        ));
    }
    faults.extend(refused(&wanted, *files, &mut given));
    if !faults.is_empty() {
        return Err(faults);
    }
    let result = (*files == Files::Study).then(|| "results/study.json".to_owned());
    Ok(Arranged { arguments: line(&wanted, *files, &given), result })
}

fn fault(name: &str, problem: String, fix: &str) -> Fault {
    Fault::new(&format!("options.{name}"), problem, fix)
}

/// Writes the command line, the same for the same options in whatever order they came.
fn line(wanted: &Wanted<'_>, files: Files, given: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let (kind, folder) = (wanted.kind, wanted.files);
    let mut line = vec![kind.to_owned(), wanted.book.to_owned()];
    line.extend(given.get("offer").into_iter().flatten().cloned());
    if files != Files::Study {
        line.push("--json".to_owned());
    }
    line.extend(match files {
        Files::None => Vec::new(),
        Files::Folder | Files::Study => vec![format!("--out={folder}/results")],
        Files::Calendar => vec![format!("--ics={folder}/calendar.ics")],
        Files::Plan => vec![format!("--out={folder}/result.plan")],
    });
    let options = given.iter().filter(|(name, _)| *name != "offer");
    line.extend(options.flat_map(|(_, words)| words.clone()));
    line
}

/// Returns the words of the command line for one option.
fn words(
    command: &Command,
    kind: &str,
    name: &str,
    value: &Value,
) -> Result<Vec<String>, (String, String)> {
    if kind == "offer" && name == "offer" {
        return match value.as_str() {
            // A name with a point or a slash would be a file.
            Some(id) if is_id(id) => Ok(vec![id.to_owned()]),
            _ => Err((
                "is no id".to_owned(),
                "name an offer or an opportunity of the book".to_owned(),
            )),
        };
    }
    let allowed = |arg: &&Arg| arg.get_long().is_some_and(|long| is_allowed(arg, long));
    let Some(arg) =
        command.get_arguments().find(|arg| arg.get_long() == Some(name)).filter(allowed)
    else {
        let known = command.get_arguments().filter(allowed).filter_map(Arg::get_long);
        let known: Vec<&str> = known.collect();
        let fix = match crate::library::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use {}", known.join(", ")),
        };
        return Err((format!("is no option of a job `{kind}`"), fix));
    };
    let help = || format!("`offtake {kind} --help` says what `--{name}` takes");
    let is_flag = !arg.get_action().takes_values();
    let at_once = arg.get_num_args().map_or(1, |range| range.min_values());
    let several = |value: &Value| match value {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    match value {
        Value::Bool(true) if is_flag => Ok(vec![format!("--{name}")]),
        Value::Bool(false) | Value::Null => Ok(Vec::new()),
        _ if is_flag => Err(("takes true or false".to_owned(), help())),
        Value::Array(all) if at_once > 1 => {
            let mut words = Vec::new();
            for group in all {
                let group = several(group).iter().map(word).collect::<Result<Vec<_>, _>>();
                let group = group.map_err(|problem| (problem, help()))?;
                if group.len() != at_once || group.iter().any(|word| word.starts_with('-')) {
                    return Err((format!("takes lists of {at_once}"), help()));
                }
                words.push(format!("--{name}"));
                words.extend(group);
            }
            Ok(words)
        }
        value => {
            let words = several(value);
            let words = words.iter().map(|one| Ok(format!("--{name}={}", word(one)?)));
            words.collect::<Result<_, String>>().map_err(|problem| (problem, help()))
        }
    }
}

fn is_allowed(arg: &Arg, long: &str) -> bool {
    // What takes a path says so by itself.
    let is_path = matches!(
        arg.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath | ValueHint::ExecutablePath
    );
    !is_path && !NOT_OF_JOBS.contains(&long)
}

fn word(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("takes text or a number".to_owned()),
    }
}

fn is_id(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && !text.starts_with('-') && text.chars().all(good)
}

/// Reads the command line as the command itself will, and returns all that it refuses, by option.
fn refused(
    wanted: &Wanted<'_>,
    files: Files,
    given: &mut BTreeMap<String, Vec<String>>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if wanted.kind == "offer" && !given.contains_key("offer") {
        return faults;
    }
    loop {
        let line = line(wanted, files, given);
        let words = std::iter::once("offtake".to_owned()).chain(line);
        let Err(error) = crate::command_line().try_get_matches_from(words) else { return faults };
        let named = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        };
        let option = named.iter().find_map(|text| {
            let long = text.strip_prefix("--")?.split([' ', '=', '[']).next()?;
            given.remove(long).map(|_| long.to_owned())
        });
        let (problem, fix) = told(&error.to_string());
        match option {
            // What else is wrong shows once this is out of the way.
            Some(name) => faults.push(fault(&name, problem, &fix)),
            None => {
                faults.push(Fault::new("options", problem, &fix));
                return faults;
            }
        }
    }
}

/// Returns what a refusal says, and what to do.
fn told(text: &str) -> (String, String) {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let mut parts =
        text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let problem = parts.next().unwrap_or_default();
    let fix = parts.find(|part| part.starts_with("tip:") || part.starts_with("[possible"));
    (problem, fix.unwrap_or_else(|| "`offtake --help` says what it takes".to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

    use super::*;
    use serde_json::{Map, json};

    fn of(kind: &str, options: &Value) -> Result<Vec<String>, Vec<(String, String)>> {
        let options: &Map<String, Value> = options.as_object().unwrap();
        let wanted = Wanted { kind, options, book: "book/b", files: "files" };
        let tell = |faults: Vec<Fault>| {
            faults.into_iter().map(|fault| (fault.field, fault.problem)).collect()
        };
        arranged(wanted).map(|arranged| arranged.arguments).map_err(tell)
    }

    #[test]
    fn options_become_the_command_line_in_one_order() {
        let one =
            of("assess", &json!({ "samples": 50, "quick": true, "to": "2027", "strict": false }));
        let line = [
            "assess",
            "book/b",
            "--json",
            "--out=files/results",
            "--quick",
            "--samples=50",
            "--to=2027",
        ];
        assert_eq!(one.unwrap(), line);
        let turned = of("assess", &json!({ "to": "2027", "quick": true, "samples": "50" }));
        assert_eq!(turned.unwrap(), line);
        let pairs =
            json!({ "pair": [["supplier-gone:iren", "demand-up:scenario"]], "only": ["a", "b"] });
        let line = of("stress", &pairs).unwrap();
        assert!(
            line.ends_with(
                &["--pair", "supplier-gone:iren", "demand-up:scenario"].map(str::to_owned)
            ),
            "{line:?}"
        );
        let line = of("offer", &json!({ "offer": "neocloud-a", "blocks": 10 })).unwrap();
        assert_eq!(line[..3], ["offer", "book/b", "neocloud-a"]);
        let line = of("calendar", &json!({ "kind": ["option-expiry", "offer-expiry"] })).unwrap();
        assert!(line.contains(&"--ics=files/calendar.ics".to_owned()), "{line:?}");
    }

    #[test]
    fn everything_wrong_comes_at_once_with_its_field() {
        let wrong =
            json!({ "samples": 0, "to": "soon", "threads": "many", "sample": 5, "quick": "yes" });
        let faults = of("assess", &wrong).unwrap_err();
        let mut fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        fields.sort_unstable();
        let all =
            ["options.quick", "options.sample", "options.samples", "options.threads", "options.to"];
        assert_eq!(fields, all, "{faults:?}");
        assert_eq!(of("lunch", &json!({})).unwrap_err()[0].0, "kind");
        assert_eq!(of("offer", &json!({})).unwrap_err()[0].0, "options.offer");
        assert!(!of("plan", &json!({ "n-minus-1": true })).unwrap_err().is_empty());
    }

    #[test]
    fn no_option_reads_or_writes_a_file_of_the_server() {
        for (kind, options) in [
            ("assess", json!({ "out": "/tmp/x" })),
            ("assess", json!({ "svg": "/tmp/x" })),
            ("assess", json!({ "with": "/etc/passwd" })),
            ("assess", json!({ "samples": 5, "partial": "x" })),
            ("plan", json!({ "export-mps": "x" })),
            ("plan", json!({ "certificate": "x" })),
            ("calendar", json!({ "ics": "x" })),
            ("check", json!({ "write": true })),
            ("offer", json!({ "offer": "../x.toml" })),
            ("offer", json!({ "offer": "--out=x" })),
            ("stress", json!({ "pair": [["--out", "x"]] })),
            ("study", json!({ "out": "x" })),
        ] {
            assert!(of(kind, &options).is_err(), "{kind} {options}");
        }
        // Whatever a value says, it stays the value of its option.
        let line = of("stress", &json!({ "only": "a --out=x" })).unwrap();
        assert!(line.contains(&"--only=a --out=x".to_owned()), "{line:?}");
        // All that takes a path is known to: nothing that is allowed is read as one.
        let mut all = crate::command_line();
        all.build();
        for (kind, _) in KINDS {
            let command = all.find_subcommand(kind).unwrap();
            for arg in command
                .get_arguments()
                .filter(|arg| arg.get_long().is_some_and(|long| is_allowed(arg, long)))
            {
                let name = arg.get_value_names().into_iter().flatten().map(ToString::to_string);
                let paths = ["FILE", "DIR", "FOLDER", "PATH", "PLAN", "PART"];
                let is_path = |name: String| paths.contains(&name.as_str());
                assert!(!name.clone().any(is_path), "{kind}: {:?}", arg.get_long());
            }
        }
    }
}
