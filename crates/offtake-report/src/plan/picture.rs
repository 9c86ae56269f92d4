//! The picture: what is signed, by month, and how much of it is there in expectation.

use super::PlanAnswer;
use crate::canvas::{GREEN, Style, YELLOW};
use crate::number::{decimal, short, whole};

/// Columns of the names before the bars.
const NAMES: usize = 30;
/// Columns after them.
const AFTER: usize = 18;

/// Draws a bar for each thing signed, from the promised day on: full where nearly all of it is there in expectation,
/// lighter where futures differ, so that a slip is seen as a fan.
pub(super) fn gantt(answer: &PlanAnswer<'_>, style: Style) -> String {
    let signed = answer.signed();
    if signed.is_empty() {
        return String::new();
    }
    let months = answer.program.months.len();
    let room = style.width.saturating_sub(NAMES + AFTER).clamp(12, months.max(12));
    let each = months.div_ceil(room).max(1);
    let columns = months.div_ceil(each);
    let mut text =
        format!("{}\n", style.bold("What to sign, and how much of it is there in expectation"));
    for one in &signed {
        let promised = promised_month(answer, &one.start.promised);
        let mut bar = String::new();
        for column in 0..columns {
            let range = column * each..((column + 1) * each).min(months);
            let count = range.len() as f64;
            let there: f64 =
                range.clone().map(|month| expected(answer, month, one.index)).sum::<f64>() / count;
            bar.push_str(&cell(there, if range.end > promised { "·" } else { " " }, style));
        }
        let name: String = one.start.offer.chars().take(NAMES - 2).collect();
        let gpus = whole(one.blocks * one.start.block as f64);
        text.push_str(&format!("{name:<NAMES$}{bar} {gpus:>9} GPUs\n"));
    }
    text.push_str(&axis(answer, (columns, each)));
    text.push_str(&style.faint(
        "  █ nine tenths and more  ▓ half and more  ░ less, or late  · promised, none there\n",
    ));
    text
}

/// Draws what is there of a column's months; `none` is what stands for nothing.
fn cell(there: f64, none: &str, style: Style) -> String {
    match there {
        t if t >= 0.9 => style.coloured("█", GREEN),
        t if t >= 0.5 => style.coloured("▓", GREEN),
        t if t > 0.005 => style.coloured("░", YELLOW),
        _ => none.to_owned(),
    }
}

fn expected(answer: &PlanAnswer<'_>, month: usize, offer: usize) -> f64 {
    let program = answer.program;
    let futures = program.scenarios.iter().enumerate();
    futures.map(|(s, of)| of.probability * program.available.at(s, month, offer)).sum()
}

fn promised_month(answer: &PlanAnswer<'_>, day: &str) -> usize {
    let months = &answer.program.months;
    months
        .iter()
        .position(|month| month.name.as_str() >= &day[..7.min(day.len())])
        .unwrap_or(months.len())
}

fn axis(answer: &PlanAnswer<'_>, (columns, each): (usize, usize)) -> String {
    let mut line = " ".repeat(NAMES + columns + 6);
    let mut last = i32::MIN;
    for column in 0..columns {
        let year = answer.program.months[column * each].year;
        if year != last {
            line.replace_range(NAMES + column..NAMES + column + 4, &year.to_string());
            last = year;
        }
    }
    format!("{}\n", line.trim_end())
}

/// Pools that the map has room for.
const POOLS: usize = 12;
/// Steps of the map, from nothing to the most.
const STEPS: [&str; 5] = ["·", "░", "▒", "▓", "█"];

/// Draws what one more GPU is worth as a map: a row for each pool, those dearest first, a column for each month or more.
pub(super) fn worth(answer: &PlanAnswer<'_>, style: Style) -> String {
    let pools = answer.program.pools.iter().zip(&answer.more.pool_worth);
    let mut rows: Vec<(&str, &Vec<f64>)> =
        pools.map(|(pool, worth)| (pool.name.as_str(), worth)).collect();
    let sum = |worth: &[f64]| worth.iter().sum::<f64>();
    rows.sort_by(|a, b| sum(b.1).total_cmp(&sum(a.1)).then_with(|| a.0.cmp(b.0)));
    let most = rows.iter().flat_map(|(_, worth)| worth.iter().copied()).fold(0.0, f64::max);
    if most < 0.005 {
        return String::new();
    }
    let months = answer.program.months.len();
    let room = style.width.saturating_sub(NAMES + AFTER).clamp(12, months.max(12));
    let each = months.div_ceil(room).max(1);
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    let title =
        format!("What one more GPU would be worth, {}/GPUh, with all this signed", answer.currency);
    let mut text = format!("{}\n", style.bold(&title));
    for (name, worth) in rows.iter().take(POOLS) {
        let cells: String = worth
            .chunks(each)
            .map(|of| STEPS[((mean(of) / most * 4.0).ceil().max(0.0) as usize).min(4)])
            .collect();
        let name: String = name.chars().take(NAMES - 2).collect();
        text.push_str(&format!("{name:<NAMES$}{cells} {:>9} mean\n", decimal(mean(worth), 2)));
    }
    text.push_str(&axis(answer, (months.div_ceil(each), each)));
    let to = |step: f64| decimal(most * step / 4.0, 2);
    let rest = match rows.len().saturating_sub(POOLS) {
        0 => String::new(),
        more => format!("; {more} more are worth less: `--json` lists them"),
    };
    let key = format!(
        "  · nothing  ░ to {}  ▒ to {}  ▓ to {}  █ to {}{rest}\n",
        to(1.0),
        to(2.0),
        to(3.0),
        to(4.0)
    );
    text.push_str(&style.faint(&key));
    text
}

/// Draws cost against risk: a bar for the expected cost of each point, and what the worst futures cost.
pub(super) fn frontier(answer: &PlanAnswer<'_>, style: Style) -> String {
    let mut points: Vec<_> = answer.more.frontier.iter().collect();
    points.dedup_by(|a, b| a.signed == b.signed);
    if points.len() < 2 {
        return String::new();
    }
    let least = points.iter().map(|p| p.expected).fold(f64::MAX, f64::min);
    let worst = points.iter().map(|p| p.cvar).fold(f64::MAX, f64::min);
    let mut text = format!(
        "{}\n",
        style.bold("Cost against risk: plans that differ, from least expected cost to least in the worst futures")
    );
    let more = |value: f64, base: f64| {
        let by = (value - base).max(0.0) * 1e6;
        if by < 1.0 { "least".to_owned() } else { format!("+ {}", short(by)) }
    };
    for point in points {
        text.push_str(&format!(
            "  weight {:>4.2}   expected {:>9} ({})   worst futures {:>9} ({})\n",
            point.weight,
            short(point.expected * 1e6),
            more(point.expected, least),
            short(point.cvar * 1e6),
            more(point.cvar, worst),
        ));
    }
    text
}

/// Draws how both bounds closed.
pub(super) fn convergence(answer: &PlanAnswer<'_>, style: Style) -> String {
    let known: Vec<_> = answer.rounds.iter().collect();
    let Some(last) = known.last() else { return String::new() };
    let mut text = format!("{}\n", style.bold("How the bounds closed"));
    let shown = 6;
    let step = known.len().div_ceil(shown).max(1);
    for (index, round) in known.iter().enumerate() {
        if index % step != 0 && round.round != last.round {
            continue;
        }
        let incumbent = round.incumbent.map_or_else(|| "–".to_owned(), |cost| short(cost * 1e6));
        let hours = if round.length > 1 {
            format!("{} hours joined", round.length)
        } else {
            "every hour".to_owned()
        };
        text.push_str(&format!(
            "  evaluation {:>3}   no plan below {:>9}   best plan {:>9}   {hours}{}\n",
            round.round,
            short(round.bound * 1e6),
            incumbent,
            if round.is_whole { ", whole blocks" } else { "" },
        ));
    }
    text
}
