//! Commands in documents: a fenced block marked `console` is run, and shows what it printed.
//!
//! ```text
//! $ offtake assess book.toml     a command, run by the shell in a folder of the page's own
//! what it printed                standard output, compared line by line
//! …                              stands for any lines that the page leaves out
//! ```
//!
//! The folder has the checkout's `books` in it and is the home of who types; what a command writes stays
//! there for the page's next one. A desk that a page opens writes its process to `desk.pid` and is ended
//! with the page. A command may end with 0 or 1 (the standard does not hold); a block marked
//! `console exit=2` shows one that is refused, with what it says on standard error.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Stands for lines that a page leaves out.
const LEFT_OUT: &str = "…";

/// Builds `offtake` as the chore itself was built, and returns the folder that holds it.
///
/// # Errors
///
/// When it does not build.
pub(crate) fn build(root: &Path) -> Result<PathBuf> {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(["build", "--quiet", "--package", "offtake-cli", "--profile", profile]);
    if !command.current_dir(root).status()?.success() {
        return Err(Error::other("`offtake` does not build"));
    }
    // A test runs from `deps`, the chore from the folder above it.
    let program = std::env::current_exe()?;
    let folder =
        program.ancestors().skip(1).find(|folder| folder.file_name() != Some("deps".as_ref()));
    folder.map(Path::to_path_buf).ok_or_else(|| Error::other("the chore stands in no folder"))
}

/// Returns `text` of the page `path` with every block run anew.
///
/// # Errors
///
/// When a command cannot be run or ends as the page does not say.
pub(crate) fn rerun(root: &Path, bin: &Path, path: &str, text: &str) -> Result<String> {
    if !text.contains("```console") {
        return Ok(text.to_owned());
    }
    let folder = tempfile::tempdir()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.join("books"), folder.path().join("books"))?;
    let _desk = Desk(folder.path());
    let mut fresh = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        push(&mut fresh, line);
        let Some(mark) = line.strip_prefix("```console") else { continue };
        let mut block = Vec::new();
        while let Some(inner) = lines.next_if(|inner| !inner.starts_with("```")) {
            block.push(inner);
        }
        for (command, shown) in commands(&block) {
            push(&mut fresh, &format!("$ {command}"));
            let printed = execute(folder.path(), bin, &command, expected_exit(mark))
                .map_err(|error| Error::other(format!("{path}: {error}")))?;
            let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
            let kept = if agrees(&shown, &printed) { shown } else { shortened(&shown, &printed) };
            kept.iter().for_each(|line| push(&mut fresh, line));
        }
    }
    Ok(fresh)
}

/// A desk that a page may have opened in its folder.
struct Desk<'a>(&'a Path);

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        if let Ok(id) = std::fs::read_to_string(self.0.join("desk.pid")) {
            // It may have ended.
            let _ = Command::new("kill").arg(id.trim()).status();
        }
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Returns the commands of a block, each with the lines shown after it.
fn commands<'a>(block: &[&'a str]) -> Vec<(String, Vec<&'a str>)> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command.to_owned(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line),
            (None, None) => {}
        }
    }
    found
}

fn expected_exit(mark: &str) -> Option<i32> {
    mark.trim().strip_prefix("exit=")?.parse().ok()
}

fn execute(folder: &Path, bin: &Path, command: &str, exit: Option<i32>) -> Result<String> {
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_STATE_HOME")
        .env_remove("OFFTAKE_TOKEN")
        .env_remove("OFFTAKE_DATA")
        .stdin(Stdio::null())
        .output()?;
    let ended = output.status.code();
    let is_expected = match exit {
        Some(code) => ended == Some(code),
        None => matches!(ended, Some(0 | 1)),
    };
    if !is_expected {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(Error::other(format!("`{command}` ended with {ended:?}: {complaint}")));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    // Why something was refused stands on standard error; notes of a run that went well do too, and
    // may hold times, so they are not shown.
    match exit {
        Some(_) => Ok(format!("{printed}{}", String::from_utf8_lossy(&output.stderr))),
        None => Ok(printed.into_owned()),
    }
}

/// Says whether what was printed is what is shown, with `…` for any lines.
fn agrees(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == LEFT_OUT => {
            (0..=printed.len()).any(|skipped| agrees(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed.first() == Some(line) && agrees(rest, &printed[1..]),
    }
}

/// Returns what a page shows now: all of it, or as many lines as it showed up to its first `…`.
fn shortened<'a>(shown: &[&str], printed: &[&'a str]) -> Vec<&'a str> {
    let most = shown.iter().position(|line| line.trim() == LEFT_OUT);
    let most = most.unwrap_or(printed.len()).min(printed.len());
    let mut kept = printed[..most].to_vec();
    if most < printed.len() {
        kept.push(LEFT_OUT);
    }
    kept
}

/// Returns the lines that differ, `-` for what is committed and `+` for what is true now.
#[cfg(test)]
pub(crate) fn difference(committed: &str, fresh: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), fresh.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[same..], &new[same..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let minus = old[..old.len() - tail].iter().map(|line| format!("-{line}\n"));
    let plus = new[..new.len() - tail].iter().map(|line| format!("+{line}\n"));
    format!("from line {}\n{}", same + 1, minus.chain(plus).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rerun_here(text: &str) -> Result<String> {
        rerun(&crate::reference::root(), Path::new("/nowhere"), "page.md", text)
    }

    #[test]
    fn what_a_command_prints_is_written_under_it() {
        let page =
            "before\n```console\n$ echo one; echo two\nstale\n$ ls books | head -n 0\n```\nafter\n";
        let fresh = rerun_here(page).unwrap();
        assert_eq!(
            fresh,
            "before\n```console\n$ echo one; echo two\none\ntwo\n$ ls books | head -n 0\n```\nafter\n"
        );
        assert_eq!(rerun_here(&fresh).unwrap(), fresh);
    }

    #[test]
    fn three_dots_stand_for_lines_left_out() {
        let page = "```console\n$ seq 5\n1\n…\n5\n```\n";
        assert_eq!(rerun_here(page).unwrap(), page);
        let stale = "```console\n$ seq 5\n0\n…\n```\n";
        assert_eq!(rerun_here(stale).unwrap(), "```console\n$ seq 5\n1\n…\n```\n");
    }

    #[test]
    fn files_stay_for_the_next_command_of_the_page() {
        let page = "```console\n$ echo kept > file\n```\n\n```console\n$ cat file\nkept\n```\n";
        assert_eq!(rerun_here(page).unwrap(), page);
    }

    #[test]
    fn a_command_that_is_refused_must_be_announced() {
        assert!(rerun_here("```console\n$ exit 2\n```\n").is_err());
        assert!(rerun_here("```console exit=2\n$ exit 2\n```\n").is_ok());
    }

    #[test]
    fn a_difference_shows_what_changed_and_where() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "from line 2\n-b\n+x\n+y\n");
    }
}
