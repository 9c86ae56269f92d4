//! Backups: a file of lines that says at its end how many there are and what they hash to.
//!
//! It holds all events, answers and tokens as they are kept, so that a backup of one kind of store is restored into the
//! other. A file that was cut short, or changed, does not fit its last line and is refused before anything is restored.
//!
//! Webhooks are left out: their secrets are kept as they are, and a backup has no secret in it. And a restored copy beside
//! the first must not tell everybody everything again. Who restores makes them anew.

use crate::shape::ReadPaths;
use crate::{Answer, Row, Store, StoreError, Token, VERSION};
use offtake_ledger::{Cause, Instant};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::{BufRead, Seek, SeekFrom, Write};

/// Events that are restored at a time.
const BATCH: usize = 5_000;
const FORMAT: u32 = 1;

/// A line of a backup.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begin { format: u32, version: i64, events: u64 },
    Event(EventLine),
    Answer(AnswerLine),
    Token(TokenLine),
    End { lines: u64, sha256: String },
}

#[derive(Serialize, Deserialize)]
struct EventLine {
    seq: u64,
    at: i64,
    who: String,
    why: String,
    request: String,
    kind: String,
    body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paths: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct AnswerLine {
    who: String,
    key: String,
    digest: String,
    seq: u64,
    status: u16,
    body: String,
}

#[derive(Serialize, Deserialize)]
struct TokenLine {
    hash: String,
    name: String,
    role: String,
    tenant: Option<String>,
    made: i64,
    barred: Option<i64>,
}

/// What was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Events.
    pub events: u64,
    /// Answers to requests.
    pub answers: u64,
    /// Tokens.
    pub tokens: u64,
}

/// Lines on their way out, counted and hashed.
struct Lines<W> {
    out: W,
    count: u64,
    hash: Sha256,
}

impl<W: Write> Lines<W> {
    fn put(&mut self, line: &Line) -> Result<(), StoreError> {
        let mut text = serde_json::to_string(line).map_err(StoreError::write)?;
        text.push('\n');
        self.out.write_all(text.as_bytes()).map_err(StoreError::write)?;
        self.hash.update(text.as_bytes());
        self.count += 1;
        Ok(())
    }
}

/// Writes a backup of all that is in a store at this moment; others may go on writing meanwhile.
///
/// # Errors
///
/// When the store cannot be read or the file not be written.
pub fn backup(store: &mut dyn Store, out: impl Write) -> Result<u64, StoreError> {
    let head = store.head()?;
    let mut lines = Lines { out, count: 0, hash: Sha256::new() };
    lines.put(&Line::Begin { format: FORMAT, version: VERSION, events: head.seq })?;
    store.rows_after(0, ReadPaths::All, &mut |row| {
        // What was appended since belongs to the next backup.
        if row.seq > head.seq { Ok(()) } else { lines.put(&Line::Event(event_line(row))) }
    })?;
    for answer in store.answers_until(head.seq)? {
        let Answer { who, key, digest, seq, status, body } = answer;
        lines.put(&Line::Answer(AnswerLine { who, key, digest, seq, status, body }))?;
    }
    for token in store.tokens()? {
        let Token { hash, name, role, tenant, made, barred } = token;
        let (made, barred) = (made.millis(), barred.map(Instant::millis));
        lines.put(&Line::Token(TokenLine { hash, name, role, tenant, made, barred }))?;
    }
    let sha256 = hex(&lines.hash.clone().finalize());
    lines.put(&Line::End { lines: lines.count, sha256 })?;
    lines.out.flush().map_err(StoreError::write)?;
    Ok(head.seq)
}

/// Restores a backup into an empty store, after the whole of it was checked.
///
/// # Errors
///
/// When the backup is not whole, of a newer version, or the store is not empty; nothing is restored then.
pub fn restore(
    store: &mut dyn Store,
    mut from: impl BufRead + Seek,
) -> Result<Restored, StoreError> {
    check(&mut from)?;
    from.seek(SeekFrom::Start(0)).map_err(StoreError::read)?;
    let head = store.begin()?;
    let done = match head.seq {
        0 => refill(store, from),
        events => Err(StoreError::NotEmpty(events)),
    };
    match done {
        Ok(restored) => store.commit().map(|()| restored),
        Err(error) => {
            store.roll_back()?;
            Err(error)
        }
    }
}

/// Reads a backup to its end and holds it against what it says there.
fn check(from: &mut impl BufRead) -> Result<(), StoreError> {
    let cut = || {
        StoreError::Backup("it has no last line; it was cut short while it was written".to_owned())
    };
    let mut hash = Sha256::new();
    let (mut count, mut text) = (0_u64, String::new());
    loop {
        text.clear();
        if from.read_line(&mut text).map_err(StoreError::read)? == 0 || !text.ends_with('\n') {
            return Err(cut());
        }
        match (count, parse(&text)?) {
            (0, Line::Begin { format, version, .. }) if format == FORMAT && version <= VERSION => {}
            (0, Line::Begin { format, version, .. }) => {
                let problem = format!(
                    "it is of format {format} and version {version}; this program reads format {FORMAT} and up to version {VERSION}"
                );
                return Err(StoreError::Backup(problem));
            }
            (0, _) => {
                return Err(StoreError::Backup("it does not begin as a backup does".to_owned()));
            }
            (_, Line::End { lines, sha256 }) => {
                let is_whole = lines == count && sha256 == hex(&hash.finalize());
                return is_whole.then_some(()).ok_or_else(|| {
                    StoreError::Backup(format!("its {count} lines are not those that were written"))
                });
            }
            _ => {}
        }
        hash.update(text.as_bytes());
        count += 1;
    }
}

fn parse(text: &str) -> Result<Line, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Backup(error.to_string()))
}

fn refill(store: &mut dyn Store, from: impl BufRead) -> Result<Restored, StoreError> {
    let mut restored = Restored::default();
    let (mut rows, mut answers): (Vec<Row>, Vec<Answer>) = (Vec::new(), Vec::new());
    for text in from.lines() {
        match parse(&text.map_err(StoreError::read)?)? {
            Line::Event(line) => rows.push(row(line)?),
            Line::Answer(line) => {
                let AnswerLine { who, key, digest, seq, status, body } = line;
                answers.push(Answer { who, key, digest, seq, status, body });
            }
            Line::Token(line) => {
                restored.tokens += 1;
                let (name, is_kept) = (line.name.clone(), store.put_token(&token(line))?);
                if !is_kept {
                    return Err(StoreError::Backup(format!(
                        "two of its tokens are named `{name}`"
                    )));
                }
            }
            Line::Begin { .. } | Line::End { .. } => {}
        }
        if rows.len() + answers.len() >= BATCH {
            restored.events += rows.len() as u64;
            restored.answers += answers.len() as u64;
            store.append_rows(&std::mem::take(&mut rows), &std::mem::take(&mut answers))?;
        }
    }
    restored.events += rows.len() as u64;
    restored.answers += answers.len() as u64;
    store.append_rows(&rows, &answers)?;
    Ok(restored)
}

fn event_line(row: Row) -> EventLine {
    let Cause { who, why, request } = row.cause;
    let paths = row.paths.as_deref().map(hex);
    EventLine {
        seq: row.seq,
        at: row.at.millis(),
        who,
        why,
        request,
        kind: row.kind,
        body: row.body,
        paths,
    }
}

fn row(line: EventLine) -> Result<Row, StoreError> {
    Ok(Row {
        seq: line.seq,
        at: Instant::from_millis(line.at),
        cause: Cause { who: line.who, why: line.why, request: line.request },
        kind: line.kind,
        body: line.body,
        paths: line.paths.as_deref().map(bytes).transpose()?,
    })
}

fn token(line: TokenLine) -> Token {
    Token {
        hash: line.hash,
        name: line.name,
        role: line.role,
        tenant: line.tenant,
        made: Instant::from_millis(line.made),
        barred: line.barred.map(Instant::from_millis),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn bytes(hex: &str) -> Result<Vec<u8>, StoreError> {
    let odd = || StoreError::Backup("its paths are no hexadecimal digits".to_owned());
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    };
    hex.as_bytes().chunks(2).map(|two| pair(two).ok_or_else(odd)).collect()
}
