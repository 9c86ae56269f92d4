//! From a file to what was measured: recognises the format, reads every line, makes the profile.

use crate::days;
use crate::error::{BadLine, TraceError, Wrong};
use crate::formats::{self, Format};
use crate::source::{Line, Lines, Progress, Watch};
use crate::tally::Tally;
use crate::week::{self, Seen, Shape, WEEK};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use offtake_model::Profile;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Bad lines that are shown.
const SHOWN: usize = 5;
/// Lines by which a format is recognised.
const HEAD: usize = 20;

/// What to do with lines that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BadLines {
    /// Make no profile; show the first of them.
    #[default]
    Refuse,
    /// Leave them out and say how many; refuse if they are more than one in a hundred.
    Skip,
}

/// How to read a trace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Name of the format; `None` finds it out.
    pub format: Option<String>,
    /// Zone of stamps that name none; `None` is UTC.
    pub zone: Option<TimeZone>,
    /// When a trace starts that counts from its start; `None` is a Monday, 00:00 UTC.
    pub start: Option<Timestamp>,
    /// Name of the column of counts; `None` knows the common names.
    pub count: Option<String>,
    /// What to do with lines that cannot be used.
    pub bad_lines: BadLines,
    /// Where the trace comes from, for people; `None` is the file's name.
    pub source: Option<String>,
}

/// What a trace says: the profile, and what a reader should know of how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The profile.
    pub profile: Profile,
    /// Which of its hours were seen.
    pub observed: [bool; WEEK],
    /// Name of the format.
    pub format: &'static str,
    /// Name of the file.
    pub name: String,
    /// Requests in it.
    pub requests: f64,
    /// First and last instant; by a made-up calendar if `is_relative`.
    pub span: (Timestamp, Timestamp),
    /// Whether the trace counts from its start and nobody said when that was.
    pub is_relative: bool,
    /// Days of which at least twelve hours were seen.
    pub days: usize,
    /// What a reader should know, in sentences.
    pub warnings: Vec<String>,
}

/// Lines on their way into a tally.
pub(crate) struct Reading<'l, 'a> {
    lines: &'l mut Lines<'a>,
    head: VecDeque<(u64, Result<String, Wrong>)>,
    pub(crate) tally: &'l mut Tally,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) count: Option<String>,
    policy: BadLines,
    bad: Vec<BadLine>,
    bad_count: u64,
}

impl<'l, 'a> Reading<'l, 'a> {
    fn new(
        lines: &'l mut Lines<'a>,
        tally: &'l mut Tally,
        options: &Options,
    ) -> Result<Reading<'l, 'a>, TraceError> {
        let mut head = VecDeque::new();
        while head.len() < HEAD {
            let Some(Line { number, text }) = lines.next_line()? else { break };
            head.push_back((number, text.map(str::to_owned)));
        }
        let (zone, count) = (options.zone.clone(), options.count.clone());
        let policy = options.bad_lines;
        Ok(Reading { lines, head, tally, zone, count, policy, bad: Vec::new(), bad_count: 0 })
    }

    /// Hands each line that is neither empty nor a comment to `row`.
    pub(crate) fn each(
        &mut self,
        mut row: impl FnMut(&str, &mut Tally) -> Result<(), Wrong>,
    ) -> Result<(), TraceError> {
        while let Some((number, text)) = self.head.pop_front() {
            let outcome = text.and_then(|text| used(&text, |text| row(text, self.tally)));
            self.note(number, outcome)?;
        }
        while let Some(Line { number, text }) = self.lines.next_line()? {
            let outcome = text.and_then(|text| used(text, |text| row(text, self.tally)));
            self.note(number, outcome)?;
        }
        let is_too_much = self.bad_count * 100 > self.lines.number();
        if self.bad.is_empty() || (self.policy == BadLines::Skip && !is_too_much) {
            return Ok(());
        }
        if let (BadLines::Skip, Some(first)) = (self.policy, self.bad.first_mut()) {
            let (bad, all) = (self.bad_count, self.lines.number());
            let problem = std::mem::take(&mut first.problem);
            first.problem = format!(
                "{problem}; such are {bad} of {all} lines, and one in a hundred may be left out"
            );
        }
        Err(TraceError::ReadLines(std::mem::take(&mut self.bad)))
    }

    fn note(&mut self, line: u64, outcome: Result<(), Wrong>) -> Result<(), TraceError> {
        let Err(Wrong { problem, fix }) = outcome else { return Ok(()) };
        self.bad_count += 1;
        if self.bad.len() < SHOWN {
            self.bad.push(BadLine { line, problem, fix });
        }
        if self.policy == BadLines::Refuse && self.bad.len() == SHOWN {
            return Err(TraceError::ReadLines(std::mem::take(&mut self.bad)));
        }
        Ok(())
    }

    /// Returns the first lines that say something, to look at before reading them.
    pub(crate) fn first_lines_owned(&self) -> Vec<String> {
        self.first_lines().into_iter().map(str::to_owned).collect()
    }

    /// Returns the first lines that say something.
    fn first_lines(&self) -> Vec<&str> {
        let texts = self.head.iter().filter_map(|(_, text)| text.as_deref().ok());
        texts.map(str::trim).filter(|text| !text.is_empty() && !text.starts_with('#')).collect()
    }
}

fn used(text: &str, row: impl FnOnce(&str) -> Result<(), Wrong>) -> Result<(), Wrong> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') { Ok(()) } else { row(text) }
}

/// Measures the trace in a file.
///
/// `watch` hears of the progress through files of [`crate::QUIET_BELOW`] bytes or more, and stops the
/// reading with `Break`. A ServeGen table of rates takes its lengths from the file beside it.
///
/// # Errors
///
/// If the file is no trace, or has lines that cannot be used.
pub fn measure(
    path: &Path,
    options: &Options,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Traffic, TraceError> {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let (file, size) = open(path)?;
    let mut tally = Tally::new(options.start.map(Timestamp::as_microsecond));
    let (format, skipped) = read(file, size, options, &mut tally, &mut *watch)?;
    let mut notes = Vec::new();
    if let Some(beside) = &format.beside {
        match (beside.names)(&name).into_iter().map(|n| path.with_file_name(n)).find(|p| p.exists())
        {
            Some(lengths) => {
                let (file, size) = open(&lengths)?;
                let mut lines = Lines::new(file, size, watch)?;
                let mut reading = Reading::new(&mut lines, &mut tally, options)?;
                (beside.read)(&mut reading)?;
            }
            None => notes.push(format!("no lengths of requests: there is no {}", beside.about)),
        }
    }
    finish(&tally, format, name, options, (skipped, notes))
}

/// Measures the trace in bytes, as of a pipe; `name` is for people.
///
/// # Errors
///
/// If it is no trace, or has lines that cannot be used.
pub fn measure_bytes(
    bytes: impl Read,
    name: &str,
    options: &Options,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Traffic, TraceError> {
    let mut tally = Tally::new(options.start.map(Timestamp::as_microsecond));
    let (format, skipped) = read(bytes, None, options, &mut tally, watch)?;
    finish(&tally, format, name.to_owned(), options, (skipped, Vec::new()))
}

fn open(path: &Path) -> Result<(File, Option<u64>), TraceError> {
    let failed = |cause| TraceError::OpenTrace { path: PathBuf::from(path), cause };
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    Ok((file, about.is_file().then_some(about.len())))
}

/// Reads all lines into the tally; returns the format and how many lines were left out.
fn read<'a>(
    raw: impl Read + 'a,
    total: Option<u64>,
    options: &Options,
    tally: &mut Tally,
    watch: Watch<'a>,
) -> Result<(&'static Format, u64), TraceError> {
    let mut lines = Lines::new(raw, total, watch)?;
    let mut reading = Reading::new(&mut lines, tally, options)?;
    let format = match (&options.format, &options.count) {
        (Some(name), _) => formats::by_name(name)?,
        (None, Some(_)) => formats::by_name("hourly-counts")?,
        (None, None) => recognise(&mut reading)?,
    };
    (format.read)(&mut reading)?;
    let skipped = reading.bad_count;
    tally.check().map_err(|Wrong { problem, fix }| TraceError::MeasureTrace { problem, fix })?;
    Ok((format, skipped))
}

/// Finds the format by the first lines; a file of none shows why its first lines are bad.
fn recognise(reading: &mut Reading<'_, '_>) -> Result<&'static Format, TraceError> {
    let head = reading.first_lines();
    if let Some(format) = formats::FORMATS.iter().find(|format| (format.sniff)(&head)) {
        return Ok(format);
    }
    let has_any = !head.is_empty();
    // Lines that are not even text say more than that the format is unknown.
    reading.head.retain(|(_, text)| text.is_err());
    while let Some((line, text)) = reading.head.pop_front() {
        reading.note(line, text.map(|_| ()))?;
    }
    if !reading.bad.is_empty() {
        return Err(TraceError::ReadLines(std::mem::take(&mut reading.bad)));
    }
    let problem = if has_any {
        "this is none of the known formats, and no column is a time"
    } else {
        "the file is empty"
    };
    let fix = format!("give one of: {}", formats::list());
    Err(TraceError::RecogniseTrace { problem: problem.to_owned(), fix })
}

fn finish(
    tally: &Tally,
    format: &'static Format,
    name: String,
    options: &Options,
    (skipped, mut warnings): (u64, Vec<String>),
) -> Result<Traffic, TraceError> {
    let all = week::observed_hours(tally);
    let seen = week::without_breaks(&all);
    let shape = week::shape(&seen);
    let (days, spread) = days::spread(&seen);
    let observed_hours = shape.observed.iter().filter(|seen| **seen).count() as u32;
    let is_relative = tally.has_relative && options.start.is_none();
    if format.is_hourly && looks_daily(&all) {
        let problem = "every count is at the same hour of day: these look like counts by the day";
        let fix = "give counts by the hour; a profile is made of hours".to_owned();
        return Err(TraceError::MeasureTrace { problem: problem.to_owned(), fix });
    }
    warn(&mut warnings, tally, options, &shape, (all.len() - seen.len(), skipped));
    let (first, last) = tally.ends.unwrap_or_default();
    let instant = |at| Timestamp::from_microsecond(at).unwrap_or_default();
    let profile = Profile {
        hours: shape.rates,
        daily_sigma: spread.map(|spread| spread.sigma),
        daily_correlation: spread.map(|spread| spread.correlation),
        input_tokens: tally.input.lengths(),
        output_tokens: tally.output.lengths(),
        observed_hours,
        source: options.source.clone().unwrap_or_else(|| name.clone()),
    };
    Ok(Traffic {
        profile,
        observed: shape.observed,
        format: format.name,
        name,
        requests: tally.total as f64 / 1e6,
        span: (instant(first), instant(last)),
        is_relative,
        days,
        warnings,
    })
}

/// Says whether counts stand at one hour of day alone, for three days or more.
fn looks_daily(seen: &[Seen]) -> bool {
    let mut hours = seen.iter().map(|one| one.hour.rem_euclid(24));
    seen.len() >= 3 && hours.next().is_some_and(|first| hours.all(|hour| hour == first))
}

fn warn(
    warnings: &mut Vec<String>,
    tally: &Tally,
    options: &Options,
    shape: &Shape,
    (breaks, skipped): (usize, u64),
) {
    let observed = shape.observed.iter().filter(|seen| **seen).count();
    let day_hours = (0..24).filter(|h| (0..7).any(|day| shape.observed[day * 24 + h])).count();
    if observed <= 1 {
        warnings.push("the trace covers about one hour: the profile is flat".to_owned());
    } else if observed < WEEK {
        let rest = if day_hours < 24 {
            format!("; {} hours of the day were never seen and are the mean of all", 24 - day_hours)
        } else {
            String::new()
        };
        warnings.push(format!(
            "{observed} of the week's {WEEK} hours were seen; the others are the mean of the same \
             hour on other days{rest}"
        ));
    }
    if tally.has_relative && options.start.is_none() && observed > 1 {
        warnings.push(
            "the trace does not say when it starts: taken as a Monday, 00:00 UTC; `--start` says better"
                .to_owned(),
        );
    }
    if tally.has_local && options.zone.is_none() {
        warnings.push("the times name no zone: read as UTC; `--zone` says otherwise".to_owned());
    }
    if breaks > 0 {
        warnings.push(format!(
            "{breaks} nearly empty hours were taken as breaks in the recording and left out"
        ));
    }
    if skipped > 0 {
        warnings.push(format!("{skipped} lines could not be used and were left out"));
    }
    let known = tally.output.weight().max(tally.input.weight()) as f64 / tally.total as f64;
    if known > 0.0 && known < 0.995 {
        let percent = known * 100.0;
        warnings.push(format!("lengths are those of {percent:.0} % of the requests"));
    }
}
