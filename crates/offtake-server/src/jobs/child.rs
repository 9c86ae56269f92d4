//! The child process of a job: its folder, its environment, what it says on the way, and what it leaves.
//!
//! It runs at low priority, ends when its server does (its standard input closes then), and is told nothing of the
//! server's environment.

use super::ask::{BOOK, FILES, Kept};
use super::{JobOptions, shape::Outcome};
use crate::books::Tree;
use offtake_store::JobProgress;
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The name under which the result is kept among the files of a job; no file that a command writes is called so.
pub(crate) const RESULT: &str = ".result";

/// What the program that runs is to look at: it tells how far it is, as JSON.
const FOLLOWED: &str = "OFFTAKE_PROGRESS";
/// The same: it ends with whoever began it.
const BOUND: &str = "OFFTAKE_ENDS_WITH_INPUT";
/// The file that what it prints goes to.
const PRINTED: &str = "printed";
/// The most that is kept of what it complains of.
const COMPLAINTS: usize = 16 << 10;
/// The most bytes that may come of a job.
const LARGEST: u64 = 512 << 20;
/// The deepest folder among the files that came of it.
const DEEPEST: usize = 6;
/// Folders that a command writes its files in, whose name says nothing.
const RESULTS: &str = "results/";

/// What a child said on its way.
#[derive(Debug, Default)]
struct Told {
    progress: JobProgress,
    complaints: String,
}

/// A line of progress.
#[derive(Deserialize)]
struct Line {
    progress: Step,
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    share: f64,
    doing: String,
}

/// A child that runs.
pub(super) struct Running {
    child: Child,
    folder: PathBuf,
    told: Arc<Mutex<Told>>,
    listener: Option<JoinHandle<()>>,
}

/// What a child left.
pub(super) struct Left {
    pub(super) outcome: Outcome,
    /// The result and the files; `None` when it came to no result.
    pub(super) files: Option<Vec<(String, Vec<u8>)>>,
}

impl Running {
    /// Writes the book into a new folder, and begins the command there.
    pub(super) fn begin(
        options: &JobOptions,
        folder: &Path,
        tree: &Tree,
        kept: &Kept,
    ) -> io::Result<Running> {
        // What an earlier try left is of no use.
        let _ = fs::remove_dir_all(folder);
        for (name, bytes) in &tree.files {
            let path = folder.join(BOOK).join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, bytes)?;
        }
        fs::create_dir_all(folder.join(FILES))?;
        let mut command = command(options, folder, &kept.arguments);
        command.stdout(File::create(folder.join(PRINTED))?);
        let mut child = command.spawn()?;
        let told = Arc::new(Mutex::new(Told::default()));
        let (hears, says) = (Arc::clone(&told), child.stderr.take());
        let listener = says.map(|says| std::thread::spawn(move || listen(says, &hears)));
        Ok(Running { child, folder: folder.to_owned(), told, listener })
    }

    /// Returns how far it is.
    pub(super) fn progress(&self) -> JobProgress {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).progress.clone()
    }

    /// Returns how it ended, if it did.
    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Ends it.
    pub(super) fn kill(&mut self) {
        // One that has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Gathers what it left.
    pub(super) fn left(&mut self, status: ExitStatus, result: Option<&str>) -> Left {
        let _ = self.listener.take().map(JoinHandle::join);
        let complaints =
            self.told.lock().unwrap_or_else(PoisonError::into_inner).complaints.clone();
        let outcome = Outcome { exit: status.code(), ..complained(&complaints) };
        match gathered(&self.folder, result) {
            // Exit code 1 says that it does not hold, and 2 of a check that it found errors: results as any other.
            Ok(files) if status.code().is_some_and(|code| code <= 2) => {
                Left { outcome: Outcome { error: None, hint: None, ..outcome }, files: Some(files) }
            }
            Ok(_) => Left { outcome: with_reason(outcome, &ended_text(status)), files: None },
            Err(error) => {
                let text = match status.code() {
                    Some(0) => error.to_string(),
                    _ => ended_text(status),
                };
                Left { outcome: with_reason(outcome, &text), files: None }
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = self.listener.take().map(JoinHandle::join);
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, folder = %self.folder.display(), "remove the folder of a job");
        }
    }
}

fn with_reason(outcome: Outcome, text: &str) -> Outcome {
    Outcome { error: outcome.error.or_else(|| Some(text.to_owned())), ..outcome }
}

fn ended_text(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("the command ended with exit code {code} and without a result"),
        None => format!("the command was ended from outside, or ran out of memory ({status})"),
    }
}

/// Makes the command: through a shell that sets limits, since to set them takes the process itself.
fn command(options: &JobOptions, folder: &Path, arguments: &[String]) -> Command {
    let limit =
        options.memory.map_or_else(|| "unlimited".to_owned(), |bytes| (bytes >> 10).to_string());
    let mut command = Command::new("/bin/sh");
    // What is asked for reaches the shell as parameters, never as text that it reads.
    command.args(["-c", "ulimit -v \"$0\"; exec nice -n 10 \"$@\""]).arg(limit);
    command.arg(&options.program).args(arguments).current_dir(folder);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    command.env("HOME", folder).env("TMPDIR", folder).env(FOLLOWED, "json").env(BOUND, "1");
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Reads what a child says: lines of progress, and complaints.
fn listen(says: impl Read, told: &Mutex<Told>) {
    let mut lines = BufReader::new(says);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match lines.by_ref().take(COMPLAINTS as u64).read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        match serde_json::from_str::<Line>(&text) {
            Ok(Line { progress }) => {
                let share = (progress.share.clamp(0.0, 1.0) * 1e6) as u32;
                // A bar never goes back, whatever the parts of a run say.
                told.progress.share = told.progress.share.max(share);
                told.progress.doing = progress.doing.chars().take(200).collect();
            }
            Err(_) if told.complaints.len() + text.len() <= COMPLAINTS => {
                told.complaints.push_str(&text);
            }
            Err(_) => {}
        }
    }
}

/// Reads an error and its hints from what a command complained of.
fn complained(text: &str) -> Outcome {
    let all = |start: &str| {
        let found = text.lines().filter_map(|line| line.strip_prefix(start));
        let found: Vec<&str> = found.map(str::trim).collect();
        (!found.is_empty()).then(|| found.join("; "))
    };
    let rest = || Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Outcome { exit: None, error: all("error:").or_else(rest), hint: all("hint:") }
}

/// Reads the result and all files that came of a command.
fn gathered(folder: &Path, result: Option<&str>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let files = folder.join(FILES);
    let place = result.map_or_else(|| folder.join(PRINTED), |name| files.join(name));
    let answer = fs::read(&place)?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&answer)?;
    let mut found = vec![(RESULT.to_owned(), answer)];
    let mut left = LARGEST;
    walk(&files, String::new(), &mut |name, path| {
        let size = fs::metadata(path)?.len();
        left = left.checked_sub(size).ok_or_else(|| io::Error::other("too much came of it"))?;
        let name = name.strip_prefix(RESULTS).unwrap_or(&name).to_owned();
        found.push((name, fs::read(path)?));
        Ok(())
    })?;
    Ok(found)
}

/// Visits plain files; links are not followed, and hidden ones left out.
fn walk(
    folder: &Path,
    above: String,
    visit: &mut dyn FnMut(String, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let own = entry.file_name().to_string_lossy().into_owned();
        let (kind, name) = (entry.file_type()?, format!("{above}{own}"));
        if own.starts_with('.') {
            continue;
        }
        if kind.is_dir() && above.matches('/').count() < DEEPEST {
            walk(&entry.path(), format!("{name}/"), visit)?;
        } else if kind.is_file() {
            visit(name, &entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_never_goes_back_and_complaints_are_kept() {
        let says = "{\"progress\":{\"share\":0.5,\"doing\":\"samples\"}}\nerror: no\nhint: yes\nhint: or so\n{\"progress\":{\"share\":0.25,\"doing\":\"more\"}}\n";
        let told = Mutex::default();
        listen(says.as_bytes(), &told);
        let told = told.into_inner().unwrap();
        assert_eq!((told.progress.share, told.progress.doing.as_str()), (500_000, "more"));
        let outcome = complained(&told.complaints);
        assert_eq!(outcome.error.as_deref(), Some("no"));
        assert_eq!(outcome.hint.as_deref(), Some("yes; or so"));
        assert_eq!(complained("a panic\n").error.as_deref(), Some("a panic"));
        assert_eq!(complained(" \n").error, None);
    }

    #[test]
    fn only_plain_files_come_of_a_job() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        };
        for name in ["printed", "files/results/csv/a.csv", "files/x.plan", "files/.mark"] {
            put(name);
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("files/link")).unwrap();
        let found = gathered(folder.path(), None).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [RESULT, "csv/a.csv", "x.plan"]);
        fs::write(folder.path().join("printed"), "no JSON").unwrap();
        assert!(gathered(folder.path(), None).is_err());
    }
}
