//! The picture: every stock of megawatts, what is turned into GPUs, and from when.

use super::SellerPlanAnswer;
use crate::canvas::{GREEN, Style, YELLOW};
use crate::number::{decimal, whole};

/// Columns of the names before the bars, and of what stands after them.
const NAMES: usize = 22;
const AFTER: usize = 34;

/// Draws a row for each stock, month by month: full where all of its megawatts are GPUs in expectation, lighter where
/// part of them is, and what they do otherwise where none is.
pub(super) fn megawatts(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let months = answer.program.months.len();
    let room = style.width.saturating_sub(NAMES + AFTER).clamp(12, months.max(12));
    let each = months.div_ceil(room).max(1);
    let columns = months.div_ceil(each);
    let mut text = format!(
        "{}\n",
        style.bold("Megawatts turned into GPUs, in expectation, by stock of power")
    );
    for (at, stock) in answer.seller.stocks.iter().enumerate() {
        let mut bar = String::new();
        for column in 0..columns {
            let range = column * each..((column + 1) * each).min(months);
            let count = range.len() as f64;
            let there: f64 = range.map(|month| turned(answer, at, month)).sum::<f64>() / count;
            bar.push_str(&cell(there / stock.megawatts.max(1e-9), idle(answer, at), style));
        }
        let name: String = stock.name.chars().take(NAMES - 2).collect();
        text.push_str(&format!("{name:<NAMES$}{bar}  {}\n", after(answer, at)));
    }
    text.push_str(&axis(answer, (columns, each)));
    text.push_str(&style.faint(
        "  █ nine tenths and more are GPUs  ▓ half and more  ░ less  · nothing yet  m mined or let until then\n",
    ));
    text
}

/// Returns the megawatts of a stock that are expected to be GPUs in service in a month.
fn turned(answer: &SellerPlanAnswer<'_>, stock: usize, month: usize) -> f64 {
    let builds = answer.seller.builds.iter().zip(&answer.decision.built);
    let of = builds.filter(|(build, _)| build.stock == stock);
    of.map(|(build, blocks)| {
        let futures = answer.program.scenarios.iter().enumerate();
        let share: f64 =
            futures.map(|(s, one)| one.probability * build.available.at(s, month)).sum();
        build.block_mw * blocks * share
    })
    .sum()
}

/// Returns what stands for megawatts that are no GPUs yet: whether they earn something until they are needed.
fn idle(answer: &SellerPlanAnswer<'_>, stock: usize) -> &'static str {
    let mut builds = answer.seller.builds.iter().filter(|build| build.stock == stock);
    if builds.any(|build| build.forgone > 0.0) { "m" } else { "·" }
}

fn cell(share: f64, none: &str, style: Style) -> String {
    match share {
        s if s >= 0.9 => style.coloured("█", GREEN),
        s if s >= 0.5 => style.coloured("▓", GREEN),
        s if s > 0.005 => style.coloured("░", YELLOW),
        _ => none.to_owned(),
    }
}

/// Says how many of a stock's megawatts are turned, and from what.
fn after(answer: &SellerPlanAnswer<'_>, stock: usize) -> String {
    let of = answer.built().into_iter().filter(|(b, _)| answer.seller.builds[*b].stock == stock);
    let taken: f64 = of.map(|(b, blocks)| answer.seller.builds[b].block_mw * blocks).sum();
    let all = answer.seller.stocks[stock].megawatts;
    let from = answer.seller.builds.iter().zip(&answer.told.builds);
    let from = from.filter(|(build, _)| build.stock == stock && build.forgone > 0.0);
    let from = from.filter_map(|(_, told)| told.turned_from.as_deref()).next();
    let what = from.filter(|_| taken > 0.0).map_or(String::new(), |id| format!(" from {id}"));
    format!("{} of {} MW{what}", decimal(taken, 0), whole(all))
}

fn axis(answer: &SellerPlanAnswer<'_>, (columns, each): (usize, usize)) -> String {
    let mut line = " ".repeat(NAMES + columns + 6);
    let (mut last, mut free) = (i32::MIN, 0);
    for column in 0..columns {
        let year = answer.program.months[column * each].year;
        if year != last && column >= free {
            line.replace_range(NAMES + column..NAMES + column + 4, &year.to_string());
            free = column + 5;
        }
        last = year;
    }
    format!("{}\n", line.trim_end())
}

/// Characters of the longest bar of the margin.
const BAR: f64 = 30.0;

/// Draws what the margin is made of, from what is billed to what is left; each bar from nothing.
pub(super) fn margin(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let of = &answer.margins;
    let lines = [
        ("fees accepted", of.fees),
        ("market", of.market),
        ("late or unserved", of.late),
        ("power and operation", of.running),
        ("forgone otherwise", of.forgone),
        ("halls and racks", of.outlay),
        ("worth in the end", of.left),
        ("debt, net", of.debt),
    ];
    let most = lines.iter().map(|(_, sum)| sum.abs()).fold(0.0, f64::max);
    if most * 1e6 < 0.5 {
        return String::new();
    }
    let title = format!(
        "What the margin is made of, {}, in expectation and at today's value",
        answer.currency
    );
    let mut text = format!("{}\n", style.bold(&title));
    let width = BAR as usize + 1;
    let mut all = 0.0;
    for (name, sum) in lines {
        all += sum;
        if sum.abs() * 1e6 < 0.5 {
            continue;
        }
        let mark = if sum < 0.0 { "▒" } else { "█" };
        let bar = mark.repeat(((sum.abs() / most * BAR).round() as usize).max(1));
        text.push_str(&format!(
            "  {name:<22} {bar:<width$} {:>9}\n",
            crate::number::short(sum * 1e6)
        ));
    }
    text.push_str(&format!(
        "  {:<22} {:<width$} {:>9}\n",
        "all",
        "",
        crate::number::short(all * 1e6)
    ));
    text
}
