//! The profile as a picture of text: a week of blocks, the figures that matter, the lengths.
//!
//! At most 100 columns. Plain ink has no escape codes at all; colour adds to the blocks and takes
//! nothing from what they say.

use crate::measure::Traffic;
use crate::week::WEEK;
use jiff::Timestamp;
use offtake_model::Lengths;
use owo_colors::{OwoColorize, XtermColors};
use std::fmt::Write as _;

/// Whether a picture has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Letters and blocks alone.
    Plain,
    /// With colours of the terminal's palette of 256.
    Colour,
}

pub(crate) const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(crate) const QUANTILES: [&str; 7] = ["P5", "P25", "P50", "P75", "P90", "P95", "P99"];
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// From dark blue over green to yellow, for the eight heights.
const COLOURS: [u8; 9] = [17, 18, 25, 31, 37, 42, 77, 148, 220];
/// Columns of a bar of lengths.
const BAR: usize = 62;

/// Draws the profile for a terminal.
#[must_use]
pub fn picture(traffic: &Traffic, ink: Ink) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", strong(&headline(traffic), ink));
    let _ = writeln!(out, "{}\n", origin(traffic));
    week(&mut out, traffic, ink);
    out.push('\n');
    for (label, text) in facts(traffic) {
        let _ = writeln!(out, "{} {text}", faint(&format!("{label:<13}"), ink));
    }
    lengths(&mut out, traffic, ink);
    if !traffic.warnings.is_empty() {
        out.push('\n');
    }
    for warning in &traffic.warnings {
        let _ = writeln!(out, "{}", wrapped("note: ", warning));
    }
    out
}

pub(crate) fn headline(traffic: &Traffic) -> String {
    let source: String = traffic.profile.source.chars().take(92).collect();
    format!("Profile: {source}")
}

pub(crate) fn origin(traffic: &Traffic) -> String {
    let (first, last) = traffic.span;
    let time = if traffic.is_relative {
        format!("{} from its start", duration(first, last))
    } else {
        format!("{} to {} UTC", minute(first), minute(last))
    };
    format!("{} requests ({}), {time}", grouped(traffic.requests), traffic.format)
}

/// Returns the lines below the week: a label and a sentence.
pub(crate) fn facts(traffic: &Traffic) -> Vec<(&'static str, String)> {
    let profile = &traffic.profile;
    let mut facts = Vec::new();
    if traffic.observed.iter().filter(|seen| **seen).count() > 1 {
        let (low, high) = extremes(traffic);
        facts.push(("busiest hour", format!("{} = 1.00", hour_text(high))));
        facts.push(("quietest hour", format!("{} = {:.2}", hour_text(low), profile.hours[low])));
    }
    let load = profile.load_factor();
    let seen = profile.observed_hours;
    facts.push((
        "load factor",
        format!("{load:.2} (the mean over the week, as a share of the busiest hour)"),
    ));
    facts.push((
        "hours seen",
        format!("{seen} of {WEEK} hours of the week, on {}", days_text(traffic.days)),
    ));
    facts.push((
        "daily spread",
        match (profile.daily_sigma, profile.daily_correlation) {
            (Some(sigma), Some(correlation)) => format!(
                "sigma {sigma:.3}: two days in three are within {:.0} % and +{:.0} %; with the next day {correlation:+.2}",
                (libm::exp(-sigma) - 1.0) * 100.0,
                (libm::exp(sigma) - 1.0) * 100.0
            ),
            _ => "not measured: it needs seven days".to_owned(),
        },
    ));
    facts
}

fn days_text(days: usize) -> String {
    match days {
        0 => "less than half a day".to_owned(),
        1 => "one day".to_owned(),
        _ => format!("{days} days"),
    }
}

/// Returns the quietest and the busiest of the hours that were seen.
pub(crate) fn extremes(traffic: &Traffic) -> (usize, usize) {
    let hours = &traffic.profile.hours;
    let seen = || (0..WEEK).filter(|hour| traffic.observed[*hour]);
    let low = seen().min_by(|a, b| hours[*a].total_cmp(&hours[*b])).unwrap_or(0);
    let high = seen().rev().max_by(|a, b| hours[*a].total_cmp(&hours[*b])).unwrap_or(0);
    (low, high)
}

pub(crate) fn hour_text(hour: usize) -> String {
    format!("{} {:02}:00 UTC", DAYS[hour / 24], hour % 24)
}

/// Says what a row of the week stands on: `""`, or that hours of it are filled.
pub(crate) fn filled_text(traffic: &Traffic, day: usize) -> &'static str {
    match traffic.observed[day * 24..day * 24 + 24].iter().filter(|seen| **seen).count() {
        24 => "",
        0 => " filled",
        _ => " part filled",
    }
}

/// Returns the mean over the hours of a day.
pub(crate) fn day_mean(traffic: &Traffic, day: usize) -> f64 {
    traffic.profile.hours[day * 24..day * 24 + 24].iter().sum::<f64>() / 24.0
}

fn week(out: &mut String, traffic: &Traffic, ink: Ink) {
    let axis: String = (0..8).map(|i| format!("{:02}       ", i * 3)).collect();
    let _ = writeln!(out, "     {} mean", faint(&format!("{axis:<72}"), ink));
    for (day, name) in DAYS.iter().enumerate() {
        let _ = write!(out, "{name}  ");
        for hour in day * 24..day * 24 + 24 {
            let level = level(traffic.profile.hours[hour]);
            let cell: String = std::iter::repeat_n(BLOCKS[level], 3).collect();
            match ink {
                Ink::Plain => out.push_str(&cell),
                Ink::Colour => {
                    let _ = write!(out, "{}", cell.color(XtermColors::from(COLOURS[level])));
                }
            }
        }
        let note = faint(filled_text(traffic, day), ink);
        let _ = writeln!(out, "  {:.2}{note}", day_mean(traffic, day));
    }
    let legend: Vec<String> =
        (1..=8).map(|i| format!("{} {:.3}", BLOCKS[i], i as f64 / 8.0)).collect();
    let _ =
        writeln!(out, "     {}", faint(&format!("hours in UTC; up to {}", legend.join("  ")), ink));
}

/// Returns the number of eighths that a rate fills, rounded up: only nothing is empty.
fn level(rate: f64) -> usize {
    ((rate * 8.0).ceil() as usize).min(8)
}

fn lengths(out: &mut String, traffic: &Traffic, ink: Ink) {
    let profile = &traffic.profile;
    let rows: Vec<(&str, Lengths)> =
        [("input", profile.input_tokens), ("output", profile.output_tokens)]
            .into_iter()
            .filter_map(|(name, lengths)| Some((name, lengths?)))
            .collect();
    if rows.is_empty() {
        return;
    }
    let head: String = QUANTILES.iter().map(|name| format!("{name:>10}")).collect();
    let _ = writeln!(out, "\n{}", faint(&format!("{:<13}{:>10}{head}", "tokens", "mean"), ink));
    for (name, lengths) in &rows {
        let _ = write!(out, "{name:<13}{:>10}", in_column(lengths.mean));
        for value in lengths.quantiles {
            let _ = write!(out, "{:>10}", in_column(value));
        }
        out.push('\n');
    }
    let most = rows.iter().map(|(_, l)| l.quantiles[6]).fold(10.0, f64::max);
    let decades = most.log10().ceil().max(1.0);
    out.push('\n');
    for (name, lengths) in &rows {
        let bar = bar(lengths, decades);
        let text = match ink {
            Ink::Plain => bar,
            Ink::Colour => bar.color(XtermColors::from(37)).to_string(),
        };
        let _ = writeln!(out, "{name:<13} {text}");
    }
    let _ = writeln!(out, "{:<13} {}", "", faint(&scale(decades), ink));
    let _ =
        writeln!(out, "{:<13} {}", "", faint("─ P5 to P95, ▒ P25 to P75, █ P50, logarithmic", ink));
}

/// Returns the column of a length on the logarithmic bar.
fn column(tokens: f64, decades: f64) -> usize {
    let share = tokens.max(1.0).log10() / decades;
    ((share * (BAR - 1) as f64).round() as usize).min(BAR - 1)
}

fn bar(lengths: &Lengths, decades: f64) -> String {
    let [p5, p25, p50, p75, _, p95, _] = lengths.quantiles.map(|tokens| column(tokens, decades));
    let cell = |at: usize| match at {
        _ if at == p50 => '█',
        _ if (p25..=p75).contains(&at) => '▒',
        _ if (p5..=p95).contains(&at) => '─',
        _ => ' ',
    };
    (0..BAR).map(cell).collect::<String>().trim_end().to_owned()
}

fn scale(decades: f64) -> String {
    let mut line = vec![' '; BAR + 8];
    for power in 0..=decades as u32 {
        let label = grouped(10_f64.powi(power as i32));
        let at = column(10_f64.powi(power as i32), decades);
        let from = if power == 0 { 0 } else { at.saturating_sub(label.len() / 2) };
        for (i, c) in label.chars().enumerate() {
            if let Some(cell) = line.get_mut(from + i) {
                *cell = c;
            }
        }
    }
    line.into_iter().collect::<String>().trim_end().to_owned()
}

/// Writes a number with commas between thousands; one decimal below ten.
pub(crate) fn grouped(value: f64) -> String {
    if value < 10.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Writes a number for a column of ten: what has too many digits is rounded to three of them.
fn in_column(value: f64) -> String {
    let digits = grouped(value);
    if digits.len() < 10 { digits } else { format!("{value:.2e}") }
}

fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} {}", text.get(..10).unwrap_or(""), text.get(11..16).unwrap_or(""))
}

fn duration(first: Timestamp, last: Timestamp) -> String {
    let hours = (last.as_second() - first.as_second()) as f64 / 3_600.0;
    if hours < 48.0 { format!("{hours:.1} hours") } else { format!("{:.1} days", hours / 24.0) }
}

/// Breaks a note into lines of at most 98 columns.
pub(crate) fn wrapped(label: &str, text: &str) -> String {
    let mut lines = vec![label.to_owned()];
    for word in text.split_whitespace() {
        let is_full =
            lines.last().is_some_and(|line| line.chars().count() + word.chars().count() > 97);
        if is_full {
            lines.push(" ".repeat(label.len()));
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
            line.push(' ');
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn strong(text: &str, ink: Ink) -> String {
    if ink == Ink::Plain { text.to_owned() } else { text.bold().to_string() }
}

fn faint(text: &str, ink: Ink) -> String {
    if ink == Ink::Plain || text.is_empty() { text.to_owned() } else { text.dimmed().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, measure_bytes};
    use std::ops::ControlFlow;

    /// A week of office hours in UTC, quieter at the weekend.
    fn office() -> Traffic {
        let mut text = String::from("hour,count\n");
        for day in 0..7 {
            for hour in 0..24 {
                let day_level = if day < 5 { 100 } else { 40 };
                let hour_level = if (8..18).contains(&hour) { 10 } else { 3 };
                text +=
                    &format!("2024-05-{:02}T{hour:02}:00Z,{}\n", 6 + day, day_level * hour_level);
            }
        }
        let mut watch = |_| ControlFlow::Continue(());
        measure_bytes(text.as_bytes(), "office.csv", &Options::default(), &mut watch).unwrap()
    }

    #[test]
    fn a_week_of_office_hours_looks_like_one() {
        insta::assert_snapshot!(picture(&office(), Ink::Plain));
    }

    #[test]
    fn colour_adds_to_the_picture_and_changes_none_of_its_letters() {
        let (plain, coloured) = (picture(&office(), Ink::Plain), picture(&office(), Ink::Colour));
        assert!(!plain.contains('\u{1b}'));
        let mut letters = String::new();
        let mut is_code = false;
        for c in coloured.chars() {
            match c {
                '\u{1b}' => is_code = true,
                'm' if is_code => is_code = false,
                _ if is_code => {}
                _ => letters.push(c),
            }
        }
        assert_eq!(letters, plain);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(3.25), "3.2");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(in_column(1_234_567.0), "1,234,567");
        assert_eq!(in_column(100_001_000.0), "1.00e8");
    }
}
