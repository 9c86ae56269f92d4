//! Opens a trace, unpacks it and hands out its lines, one at a time.
//!
//! Plain text, gzip and zstd are told apart by their first bytes, not by the file's name. A line has a
//! limit, so a file without line ends cannot fill the memory.

use crate::error::{TraceError, Wrong, short};
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

/// Bytes on disk from which on progress is told.
pub const QUIET_BELOW: u64 = 32 << 20;
/// Bytes on disk between two calls of the progress callback.
const STEP: u64 = 4 << 20;
/// Longest line: a line of lengths may hold tens of thousands of numbers.
const MAX_LINE: u64 = 16 << 20;

/// How far the reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read, as they are on disk (packed, if the file is).
    pub done: u64,
    /// Bytes of the file; `None` for a pipe.
    pub total: Option<u64>,
}

/// What is told of progress; `Break` stops the reading.
pub(crate) type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// The lines of a trace.
pub(crate) struct Lines<'a> {
    reader: Box<dyn BufRead + 'a>,
    buffer: Vec<u8>,
    number: u64,
    count: Rc<Cell<u64>>,
    told: u64,
    total: Option<u64>,
    watch: Watch<'a>,
}

/// One line without its end, or why it is not text.
pub(crate) struct Line<'l> {
    pub(crate) number: u64,
    pub(crate) text: Result<&'l str, Wrong>,
}

impl<'a> Lines<'a> {
    /// Makes lines of bytes; `total` is their number on disk, if it is known.
    pub(crate) fn new(
        raw: impl Read + 'a,
        total: Option<u64>,
        watch: Watch<'a>,
    ) -> Result<Lines<'a>, TraceError> {
        let count = Rc::new(Cell::new(0));
        let mut raw = Counted { inner: raw, count: Rc::clone(&count) };
        let mut head = Vec::new();
        let failed = |cause| TraceError::ReadTrace { line: 0, cause };
        raw.by_ref().take(8).read_to_end(&mut head).map_err(failed)?;
        let whole = Cursor::new(head.clone()).chain(raw);
        let reader: Box<dyn BufRead + 'a> = if head.starts_with(&[0x1F, 0x8B]) {
            Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(whole)))
        } else if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            let unpacked = zstd::stream::read::Decoder::new(whole).map_err(failed)?;
            Box::new(BufReader::with_capacity(1 << 16, unpacked))
        } else if let Some((what, fix)) = foreign(&head) {
            let problem = format!("the file is {what}, not text");
            return Err(TraceError::RecogniseTrace { problem, fix: fix.to_owned() });
        } else {
            Box::new(BufReader::with_capacity(1 << 16, whole))
        };
        Ok(Lines { reader, buffer: Vec::new(), number: 0, count, told: 0, total, watch })
    }

    /// Returns the number of the last line read.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next line, or `None` at the end.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line<'_>>, TraceError> {
        self.tell()?;
        self.buffer.clear();
        let failed = |line: u64| move |cause| TraceError::ReadTrace { line, cause };
        let mut limited = self.reader.by_ref().take(MAX_LINE);
        let count =
            limited.read_until(b'\n', &mut self.buffer).map_err(failed(self.number))? as u64;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        let number = self.number;
        if count == MAX_LINE && self.buffer.last() != Some(&b'\n') {
            self.skip_to_end_of_line().map_err(failed(number))?;
            let problem = "the line is longer than 16 MiB";
            let text = Err(Wrong::new(problem, "give one request a line"));
            return Ok(Some(Line { number, text }));
        }
        Ok(Some(Line { number, text: text_of(&self.buffer, number) }))
    }

    fn skip_to_end_of_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.reader.fill_buf()?;
            let length = bytes.len();
            if length == 0 {
                return Ok(());
            }
            if let Some(at) = bytes.iter().position(|b| *b == b'\n') {
                self.reader.consume(at + 1);
                return Ok(());
            }
            self.reader.consume(length);
        }
    }

    fn tell(&mut self) -> Result<(), TraceError> {
        let done = self.count.get();
        let is_small = self.total.is_some_and(|total| total < QUIET_BELOW);
        if is_small || done < self.told + STEP {
            return Ok(());
        }
        self.told = done;
        match (self.watch)(Progress { done, total: self.total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(TraceError::Stopped),
        }
    }
}

/// Names a kind of file that is surely not a trace, and says what to do with it.
fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let known: [(&[u8], &str, &str); 7] = [
        (b"PK\x03\x04", "a zip archive or a spreadsheet", "unpack it, or export it as CSV"),
        (b"PAR1", "Parquet", "export it as CSV"),
        (b"\xFD7zXZ", "packed with xz", "unpack it with `xz -d`, or pack it with gzip or zstd"),
        (b"BZh", "packed with bzip2", "unpack it with `bunzip2`, or pack it with gzip or zstd"),
        (b"SQLite f", "an SQLite database", "export the table as CSV"),
        (b"\xFF\xFE", "UTF-16", "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")"),
        (b"\xFE\xFF", "UTF-16", "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")"),
    ];
    known.into_iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, what, fix)| (what, fix))
}

fn text_of(bytes: &[u8], number: u64) -> Result<&str, Wrong> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mark = b"\xEF\xBB\xBF";
    let bytes = if number == 1 { bytes.strip_prefix(mark).unwrap_or(bytes) } else { bytes };
    if bytes.contains(&0) {
        let fix = "give a file of text; a database or spreadsheet must be exported first";
        return Err(Wrong::new("the line is binary, not text", fix));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
        let problem = format!("the line is not UTF-8 after `{}`", short(good));
        Wrong::new(problem, "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn lines(bytes: &[u8]) -> Vec<Result<String, String>> {
        let mut watch = |_| ControlFlow::Continue(());
        let mut lines = Lines::new(bytes, None, &mut watch).unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            all.push(line.text.map(str::to_owned).map_err(|wrong| wrong.problem));
        }
        all
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn plain_gzip_and_zstd_give_the_same_lines() {
        let text = b"\xEF\xBB\xBFone\r\ntwo\nthree";
        let want: Vec<Result<String, String>> =
            ["one", "two", "three"].iter().map(|line| Ok((*line).to_owned())).collect();
        assert_eq!(lines(text), want);
        assert_eq!(lines(&gzip(text)), want);
        assert_eq!(lines(&zstd::encode_all(&text[..], 0).unwrap()), want);
        let two_members = [gzip(b"\xEF\xBB\xBFone\r\n"), gzip(b"two\nthree")].concat();
        assert_eq!(lines(&two_members), want, "a gzip file of several members is read whole");
    }

    #[test]
    fn a_gzip_file_that_was_cut_names_the_last_whole_line() {
        let text: String = (0..100_000).map(|i| format!("{}\n", i * 7919 % 100_003)).collect();
        let packed = gzip(text.as_bytes());
        let mut watch = |_| ControlFlow::Continue(());
        let mut lines = Lines::new(&packed[..packed.len() / 2], None, &mut watch).unwrap();
        let error = loop {
            match lines.next_line() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the end was not missed"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, TraceError::ReadTrace { line, .. } if line > 1_000), "{error:?}");
    }

    #[test]
    fn a_line_without_end_is_refused_and_the_next_one_read() {
        let mut bytes = vec![b'7'; (MAX_LINE + 5) as usize];
        bytes.extend_from_slice(b"\nnext\n");
        let all = lines(&bytes);
        assert_eq!(all.len(), 2);
        assert!(all[0].is_err());
        assert_eq!(all[1], Ok("next".to_owned()));
    }

    #[test]
    fn a_spreadsheet_is_named_and_the_mend_said() {
        let mut watch = |_| ControlFlow::Continue(());
        let outcome = Lines::new(&b"PK\x03\x04rest"[..], None, &mut watch);
        let error = outcome.err().expect("it is refused");
        assert!(error.to_string().contains("zip archive or a spreadsheet"), "{error}");
    }

    #[test]
    fn progress_is_told_for_large_files_and_can_stop_them() {
        let bytes = vec![b'\n'; (STEP * 3) as usize];
        let mut seen = Vec::new();
        let mut watch = |progress: Progress| {
            seen.push(progress.done);
            if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut lines = Lines::new(&bytes[..], Some(QUIET_BELOW), &mut watch).unwrap();
        let error = loop {
            match lines.next_line() {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        drop(lines);
        assert!(matches!(error, TraceError::Stopped));
        assert_eq!(seen.len(), 2);
    }
}
