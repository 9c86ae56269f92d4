//! `offtake profile`: from a log of requests to the shape of demand.

use crate::failure::{End, Failure};
use crate::output::{check_place, write_whole};
use crate::progress::Bar;
use crate::screen;
use offtake_book::{render_findings, write_profile};
use offtake_trace::{BadLines, Options, Traffic, TraceError};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Turn a trace of requests into a profile: the shape of the week, how much days differ, lengths
///
/// Reads request logs (Azure LLM inference, ServeGen rate tables, Mooncake, a plain table of timestamps
/// or hourly counts; plain, gzip or zstd), shows the week as a picture, and writes the profile that a
/// workload of a book names.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake profile requests.csv --out profiles/chat.csv\n  \
                        offtake profile counts.csv --count requests --zone Europe/Berlin\n\n\
                        Then in the book:\n  [workload.chat]\n  profile = \"profiles/chat.csv\"")]
pub(crate) struct Arguments {
    /// The trace; `-` reads stdin
    trace: PathBuf,
    /// Write the profile
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the picture as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The trace's format [default: found out by its first lines]
    #[arg(long, value_name = "NAME", value_parser = format_names())]
    format: Option<String>,
    /// Zone of times that name none: `UTC`, `+08:00`, `America/Los_Angeles`
    #[arg(long)]
    zone: Option<String>,
    /// When a trace begins that counts from its start: `2025-01-06T00:00+08:00`
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// The column of counts in a table of hourly counts
    #[arg(long, value_name = "COLUMN")]
    count: Option<String>,
    /// Where the trace comes from, for readers of the profile [default: the file's name]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Leave out lines that cannot be read, up to one in a hundred
    #[arg(long)]
    skip_bad_lines: bool,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let all = offtake_trace::formats::FORMATS.iter();
    let value = |format: &&offtake_trace::formats::Format| {
        clap::builder::PossibleValue::new(format.name).help(format.about)
    };
    clap::builder::PossibleValuesParser::new(all.map(value))
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    for file in arguments.out.iter().chain(&arguments.svg) {
        check_place(file)?;
    }
    let traffic = match measure(&arguments) {
        Ok(traffic) => traffic,
        Err(TraceError::Stopped) => return Err(Failure::stopped()),
        Err(error) => {
            let findings = error.findings(&arguments.trace.display().to_string());
            screen::warn(&render_findings(&findings));
            return Err(Failure::input("no profile was made"));
        }
    };
    if let Some(file) = &arguments.out {
        write_whole(file, &profile_text(&traffic))?;
    }
    if let Some(file) = &arguments.svg {
        write_whole(file, &offtake_trace::svg(&traffic))?;
    }
    if arguments.json {
        screen::print(&screen::json_text(&offtake_trace::json(&traffic)))?;
    } else {
        let style = screen::style();
        let ink = if style.has_colour { offtake_trace::Ink::Colour } else { offtake_trace::Ink::Plain };
        screen::print(&style.glyphs(&offtake_trace::picture(&traffic, ink)))?;
    }
    Ok(End::Good)
}

fn measure(arguments: &Arguments) -> Result<Traffic, TraceError> {
    let zone = arguments.zone.as_deref().map(offtake_trace::parse_zone).transpose()?;
    let start = arguments.start.as_deref();
    let start = start.map(|text| offtake_trace::parse_start(text, zone.as_ref())).transpose()?;
    let options = Options {
        format: arguments.format.clone(),
        zone,
        start,
        count: arguments.count.clone(),
        bad_lines: if arguments.skip_bad_lines { BadLines::Skip } else { BadLines::Refuse },
        source: arguments.source.clone(),
    };
    let bar = Bar::new();
    let mut told = 0;
    let mut watch = |progress: offtake_trace::Progress| {
        use offtake_study::Progress;
        if let Some(total) = progress.total {
            if told == 0 || progress.done < told {
                (told, _) = (0, bar.start("reading", total));
            }
            bar.advance(progress.done - told);
            told = progress.done;
        }
        if bar.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let traffic = if arguments.trace == Path::new("-") {
        offtake_trace::measure_bytes(std::io::stdin().lock(), "stdin", &options, &mut watch)
    } else {
        offtake_trace::measure(&arguments.trace, &options, &mut watch)
    };
    bar.clear();
    traffic
}

/// Returns the profile's file, with the command that made it.
fn profile_text(traffic: &Traffic) -> String {
    let quote = |word: String| {
        if word.contains([' ', '"', '\'']) { format!("{word:?}") } else { word }
    };
    let words: Vec<String> = std::env::args().skip(1).map(quote).collect();
    let command = format!("offtake {}", words.join(" "));
    let mut notes = vec![("command", command.as_str())];
    notes.extend(traffic.warnings.iter().map(|warning| ("warning", warning.as_str())));
    write_profile(&traffic.profile, &notes)
}
