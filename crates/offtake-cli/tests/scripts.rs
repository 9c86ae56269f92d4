//! Transcripts: each file of `tests/scripts` is a session with `offtake`, and its own expectation.
//!
//! A line `$ …` is run by the shell, in an empty folder with the repository's `books` beside; below it
//! stand what it wrote to stdout, what it wrote to stderr (each line after `! `), and its exit code
//! (after `? `). A desk that it opens writes its process to `desk.pid` and is ended with it. `OFFTAKE_UPDATE=1 cargo test -p offtake-cli` writes the files anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What may differ between equal runs, and the hash of a book, which any fact of the catalog changes.
const REDACTED: [&str; 6] =
    ["elapsed_s", "sampling_s", "cpu_s", "peak_rss_mb", "threads", "book_hash"];

#[test]
fn every_transcript_is_what_offtake_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut scripts: Vec<PathBuf> =
        std::fs::read_dir(root.join("tests/scripts")).unwrap().map(|e| e.unwrap().path()).collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    let mut wrong = Vec::new();
    let is_script = |path: &&PathBuf| path.extension().is_some_and(|e| e == "txt");
    // A build without the solver has no plans to tell of.
    let is_built = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        cfg!(feature = "plan") || !name.starts_with("plan")
    };
    for script in scripts.iter().filter(is_script).filter(is_built) {
        let expected = std::fs::read_to_string(script).unwrap();
        let found = play(&root, &expected);
        if found == expected {
            continue;
        }
        if std::env::var_os("OFFTAKE_UPDATE").is_some() {
            std::fs::write(script, &found).unwrap();
        } else {
            wrong.push(format!("{}\n{}", script.display(), first_difference(&expected, &found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Runs the commands of a script and returns it with what they said.
fn play(root: &Path, script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root.join("books"), folder.path().join("books")).unwrap();
    let _desk = Desk(folder.path());
    let mut text = String::new();
    let lines: Vec<&str> = script.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let _ = writeln!(text, "{line}");
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let _ = writeln!(text, "{}", run(folder.path(), command));
        // What stands below up to the exit code is the old output; a new command has none yet.
        let rest = &lines[at..];
        let code = rest.iter().position(|line| line.starts_with("? "));
        let next = rest.iter().position(|line| line.starts_with("$ ")).unwrap_or(rest.len());
        at += code.filter(|code| *code < next).map_or(0, |code| code + 1);
    }
    text
}

/// A desk that a script may have opened in its folder.
struct Desk<'a>(&'a Path);

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        if let Ok(id) = std::fs::read_to_string(self.0.join("desk.pid")) {
            // It may have ended.
            let _ = Command::new("kill").arg(id.trim()).status();
        }
    }
}

fn run(folder: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_offtake"));
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder)
        .output()
        .unwrap();
    let mut text = redacted(&String::from_utf8_lossy(&output.stdout), folder);
    for line in redacted(&String::from_utf8_lossy(&output.stderr), folder).lines() {
        text.push_str(if line.is_empty() { "!" } else { "! " });
        text.push_str(line);
        text.push('\n');
    }
    let _ = write!(text, "? {}", output.status.code().map_or("signal".into(), |c| c.to_string()));
    text
}

/// Takes out what differs between equal runs.
fn redacted(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "[FOLDER]");
    let text: Vec<String> = text.split_inclusive([' ', '\n', '"', '`']).map(desk_word).collect();
    let text = text.concat();
    let mut lines = String::new();
    for line in text.lines() {
        let name = line.trim_start().trim_start_matches('"').split('"').next().unwrap_or("");
        match line.split_once(": ") {
            Some((before, after)) if REDACTED.contains(&name) && before.ends_with('"') => {
                let comma = if after.ends_with(',') { "," } else { "" };
                let _ = writeln!(lines, "{before}: [SOME]{comma}");
            }
            _ => {
                let _ = writeln!(lines, "{}", line.trim_end());
            }
        }
    }
    lines
}

/// Takes out of a word what a desk makes anew each time: ids, secrets, its address, hashes of a book, its own time.
fn desk_word(word: &str) -> String {
    let bare = word.trim_end_matches([' ', '\n', '"', '`', ':', ',', ')', ';']);
    let is_hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let put = |name: &str| word.replacen(bare, name, 1);
    let hash = bare.strip_prefix('(').unwrap_or("");
    match bare {
        _ if bare.len() == 36 && is_hex(bare) => put("[ID]"),
        _ if hash.len() == 12 && is_hex(hash) => put("([HASH]"),
        _ if bare.starts_with("offtake_") && bare.len() == 72 => put("[SECRET]"),
        _ if bare.starts_with("http://127.0.0.1:") => put("[DESK]"),
        _ => word.to_owned(),
    }
}

fn first_difference(expected: &str, found: &str) -> String {
    let (mut a, mut b) = (expected.lines(), found.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (a.next(), b.next()) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => return "they differ in their last line break".to_owned(),
            (one, other) => {
                let text = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!(
                    "line {number}\n  expected: {}\n  found:    {}",
                    text(one),
                    text(other)
                );
            }
        }
    }
}
