//! The profile as a drawing: the same picture as in the terminal, for documents.
//!
//! Hand-written SVG without scripts, fonts or links, so it shows the same everywhere. Each cell tells
//! its hour and value when pointed at; a cell that was filled in is smaller.

use crate::measure::Traffic;
use crate::picture::{
    DAYS, QUANTILES, day_mean, facts, filled_text, grouped, headline, hour_text, origin, wrapped,
};
use offtake_model::Lengths;
use std::fmt::Write as _;

const WIDTH: usize = 860;
/// Left edge and size of the cells.
const LEFT: usize = 64;
const CELL_WIDTH: usize = 27;
const CELL_HEIGHT: usize = 26;
const TOP: usize = 104;
const INK: &str = "#1f2937";
const FAINT: &str = "#6b7280";
/// Ends of the range of colours and its middles, light to dark, readable without telling hues apart.
const RAMP: [(u8, u8, u8); 5] =
    [(239, 246, 252), (176, 211, 235), (84, 160, 205), (27, 101, 163), (8, 45, 97)];

/// Draws the profile as SVG.
#[must_use]
pub fn svg(traffic: &Traffic) -> String {
    let mut out = String::new();
    let mut y = TOP;
    let title = headline(traffic);
    let size = if title.chars().count() > 66 { 15 } else { 19 };
    text(&mut out, (24, 34), size, INK, "font-weight=\"600\"", &title);
    text(&mut out, (24, 58), 13, FAINT, "", &origin(traffic));
    week(&mut out, traffic, y);
    y += 7 * CELL_HEIGHT + 24;
    legend(&mut out, y, traffic);
    y += 44;
    for (label, fact) in facts(traffic) {
        text(&mut out, (24, y), 13, FAINT, "", label);
        text(&mut out, (134, y), 13, INK, "", &fact);
        y += 21;
    }
    y += 10;
    let rows = [("input", traffic.profile.input_tokens), ("output", traffic.profile.output_tokens)];
    let rows: Vec<(&str, Lengths)> =
        rows.into_iter().filter_map(|(name, lengths)| Some((name, lengths?))).collect();
    if !rows.is_empty() {
        y = lengths(&mut out, &rows, y);
    }
    for warning in &traffic.warnings {
        for line in wrapped("note: ", warning).lines() {
            y += 18;
            text(&mut out, (24, y), 12, FAINT, "xml:space=\"preserve\"", line);
        }
    }
    let title = escaped(&title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\">\n\
         <title>{title}</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n{out}</svg>\n",
        height = y + 14,
    )
}

fn week(out: &mut String, traffic: &Traffic, top: usize) {
    for hour in (0..24).step_by(3) {
        let x = LEFT + hour * CELL_WIDTH;
        text(out, (x, top - 10), 12, FAINT, "", &format!("{hour:02}:00"));
    }
    let end = LEFT + 24 * CELL_WIDTH + 10;
    text(out, (end, top - 10), 12, FAINT, "", "mean");
    for (day, name) in DAYS.iter().enumerate() {
        let y = top + day * CELL_HEIGHT;
        text(out, (24, y + 18), 13, INK, "", name);
        for hour in 0..24 {
            cell(out, traffic, (day * 24 + hour, LEFT + hour * CELL_WIDTH, y));
        }
        let mean = format!("{:.2}{}", day_mean(traffic, day), filled_text(traffic, day));
        text(out, (end, y + 18), 13, INK, "", &mean);
    }
}

fn cell(out: &mut String, traffic: &Traffic, (hour, x, y): (usize, usize, usize)) {
    let rate = traffic.profile.hours[hour];
    let is_seen = traffic.observed[hour];
    let fill = colour(rate);
    // Filled-in hours are smaller: what was seen stands out without a second colour.
    let inset = if is_seen { 1 } else { 6 };
    let note = if is_seen { "" } else { ", filled in" };
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{fill}\">\
         <title>{} = {rate:.2}{note}</title></rect>",
        x + inset,
        y + inset,
        CELL_WIDTH - 2 * inset,
        CELL_HEIGHT - 2 * inset,
        hour_text(hour)
    );
}

fn legend(out: &mut String, y: usize, traffic: &Traffic) {
    text(out, (LEFT, y), 12, FAINT, "", "hour of day in UTC");
    let left = LEFT + 190;
    text(out, (left - 24, y), 12, FAINT, "", "0");
    for i in 0..40 {
        let fill = colour((i as f64 + 0.5) / 40.0);
        let x = left - 10 + i * 6;
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{}\" width=\"6\" height=\"11\" fill=\"{fill}\"/>",
            y - 10
        );
    }
    let end = if traffic.observed.iter().all(|seen| *seen) {
        "1 = busiest hour"
    } else {
        "1 = busiest hour; small squares were filled in"
    };
    text(out, (left + 238, y), 12, FAINT, "", end);
}

/// Draws bars of lengths over a logarithmic scale, and their figures; returns the lower edge.
fn lengths(out: &mut String, rows: &[(&str, Lengths)], top: usize) -> usize {
    let mut y = top + 12;
    text(out, (24, y), 12, FAINT, "", "tokens");
    let columns = ["mean"].iter().chain(&QUANTILES).enumerate();
    for (i, name) in columns.clone() {
        text(out, (200 + i * 88, y), 12, FAINT, "text-anchor=\"end\"", name);
    }
    for (name, lengths) in rows {
        y += 21;
        text(out, (24, y), 13, INK, "", name);
        let values = std::iter::once(lengths.mean).chain(lengths.quantiles);
        for (i, value) in values.enumerate() {
            text(out, (200 + i * 88, y), 13, INK, "text-anchor=\"end\"", &grouped(value));
        }
    }
    let most = rows.iter().map(|(_, l)| l.quantiles[6]).fold(10.0, f64::max);
    let decades = most.log10().ceil().max(1.0);
    let at = |tokens: f64| 134.0 + tokens.max(1.0).log10() / decades * 680.0;
    y += 18;
    for (name, lengths) in rows {
        y += 26;
        text(out, (24, y), 13, INK, "", name);
        let [p5, p25, p50, p75, _, p95, _] = lengths.quantiles.map(at);
        line(out, (p5, y as f64 - 4.0), (p95, y as f64 - 4.0), "#54a0cd", 2.0);
        let _ = writeln!(
            out,
            "<rect x=\"{p25:.1}\" y=\"{}\" width=\"{:.1}\" height=\"14\" rx=\"2\" fill=\"#b0d3eb\"/>",
            y - 11,
            (p75 - p25).max(2.0)
        );
        line(out, (p50, y as f64 - 12.0), (p50, y as f64 + 4.0), "#082d61", 3.0);
    }
    y += 26;
    line(out, (134.0, y as f64 - 13.0), (814.0, y as f64 - 13.0), "#d1d5db", 1.0);
    for power in 0..=decades as i32 {
        let tokens = 10_f64.powi(power);
        let x = at(tokens);
        line(out, (x, y as f64 - 16.0), (x, y as f64 - 10.0), "#9ca3af", 1.0);
        text(out, (x as usize, y + 2), 12, FAINT, "text-anchor=\"middle\"", &grouped(tokens));
    }
    y += 22;
    text(out, (134, y), 12, FAINT, "", "line P5 to P95, box P25 to P75, stroke P50; logarithmic");
    y
}

fn colour(rate: f64) -> String {
    let place = rate.clamp(0.0, 1.0) * (RAMP.len() - 1) as f64;
    let index = (place as usize).min(RAMP.len() - 2);
    let share = place - index as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    let ((r0, g0, b0), (r1, g1, b1)) = (RAMP[index], RAMP[index + 1]);
    format!("#{:02x}{:02x}{:02x}", mix(r0, r1), mix(g0, g1), mix(b0, b1))
}

fn line(out: &mut String, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = writeln!(
        out,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{stroke}\" \
         stroke-width=\"{width}\"/>"
    );
}

fn text(
    out: &mut String,
    (x, y): (usize, usize),
    size: usize,
    fill: &str,
    more: &str,
    words: &str,
) {
    let words = escaped(words);
    let gap = if more.is_empty() { "" } else { " " };
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\"{gap}{more}>{words}</text>"
    );
}

fn escaped(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
