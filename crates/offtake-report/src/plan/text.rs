//! The plan as people read it: picture, sentence, what to sign, what not, what it costs, limits, risk.

use super::{PlanAnswer, TERMS, by_term, further, money, picture, plan_sentence};
use crate::canvas::Style;
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{NONE, decimal, percent, short, whole};
use offtake_plan::results::Information;

/// Characters of the longest bar of the bill.
const BAR: f64 = 30.0;

/// Writes the plan.
#[must_use]
pub fn plan_text(answer: &PlanAnswer<'_>, style: Style) -> String {
    let parts = [
        title(answer, style),
        picture::gantt(answer, style),
        sentence(answer, style),
        table(signed(answer), style),
        table(not_signed(answer), style),
        picture::worth(answer, style),
        bill(answer, style),
        table(limits(answer), style),
        picture::frontier(answer, style),
        alternatives(answer, style),
        insurance(answer, style),
        information(answer.more.information, answer.currency, style),
        further::assessed(answer, style),
        further::look_ahead(answer, style),
        picture::convergence(answer, style),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

/// Writes a table that has rows.
fn table(table: Columns, style: Style) -> String {
    if table.is_empty() { String::new() } else { table.text(style) }
}

fn title(answer: &PlanAnswer<'_>, style: Style) -> String {
    let known = format!(
        "{}, as known on {}; {} futures, seed {}, {} months; millions are discounted to the first of the horizon",
        answer.head.title,
        answer.head.as_of,
        whole(answer.program.scenarios.len() as f64),
        answer.seed,
        answer.program.months.len()
    );
    format!(
        "{}\n{}\n",
        style.bold("What to sign next"),
        style.faint(&wrap(&known, style.width).join("\n"))
    )
}

fn sentence(answer: &PlanAnswer<'_>, style: Style) -> String {
    let lines = wrap(&plan_sentence(answer), style.width.clamp(40, 110));
    format!("{}\n", lines.iter().map(|line| style.bold(line)).collect::<Vec<_>>().join("\n"))
}

fn signed(answer: &PlanAnswer<'_>) -> Columns {
    let heads = [
        ("Offer", Left),
        ("sign on", Left),
        ("promised", Left),
        ("half by", Left),
        ("P90", Left),
        ("blocks", Right),
        ("GPUs", Right),
        ("asked", Right),
        ("worth up to", Right),
        ("cost", Right),
    ];
    let title = format!("Sign ({0}/GPUh; cost in {0} over the horizon)", answer.currency);
    let mut table = Columns::new(&title, &heads).spare(&[3, 5, 1]);
    for one in answer.signed() {
        let walk = answer.walk_away(one.index).map(|walk| (walk.low, walk.high));
        table.push(vec![
            one.start.offer.clone(),
            one.start.signed.clone(),
            one.start.promised.clone(),
            day(one.start.days.as_ref().and_then(|days| days.p50.as_ref())),
            day(one.start.days.as_ref().and_then(|days| days.p90.as_ref())),
            format!("{} of {}", whole(one.blocks), one.start.blocks),
            whole(one.blocks * one.start.block as f64),
            decimal(one.start.price, 2),
            interval(walk),
            short(one.cost * 1e6),
        ]);
    }
    table
}

/// Returns the offers of which nothing is signed, dearest against their worth last.
fn not_signed(answer: &PlanAnswer<'_>) -> Columns {
    let heads = [
        ("Offer", Left),
        ("in service", Left),
        ("GPUs", Right),
        ("asked", Right),
        ("worth up to", Right),
        ("", Left),
    ];
    let title = format!("Not signed ({}/GPUh)", answer.currency);
    let mut table = Columns::new(&title, &heads);
    let taken: Vec<String> = answer.signed().iter().map(|one| one.start.offer.clone()).collect();
    let mut seen: Vec<&str> = Vec::new();
    for (index, start) in answer.starts.iter().enumerate() {
        if taken.contains(&start.offer) || seen.contains(&start.offer.as_str()) {
            continue;
        }
        seen.push(&start.offer);
        let walk = answer.walk_away(index);
        let why = walk.map_or(String::new(), |walk| {
            let over = start.price / walk.high.max(1e-9) - 1.0;
            if over > 0.0 {
                format!("{} too dear", percent(over))
            } else {
                "as good as signed".to_owned()
            }
        });
        table.push(vec![
            start.offer.clone(),
            start.promised.clone(),
            whole((start.block * start.blocks) as f64),
            decimal(start.price, 2),
            interval(walk.map(|walk| (walk.low, walk.high))),
            why,
        ]);
    }
    table
}

fn day(of: Option<&String>) -> String {
    of.map_or_else(|| NONE.to_owned(), Clone::clone)
}

fn interval(of: Option<(f64, f64)>) -> String {
    match of {
        None => NONE.to_owned(),
        Some((low, high)) if !high.is_finite() => format!("{} and more", decimal(low, 2)),
        // Found from bounds alone: nothing is known from below.
        Some((low, high)) if low == 0.0 && high > 0.0 => format!("at most {}", decimal(high, 2)),
        Some((low, high)) if high - low < 0.005 => decimal(low, 2),
        Some((low, high)) => format!("{} to {}", decimal(low, 2), decimal(high, 2)),
    }
}

/// Draws the bill as a waterfall: each term begins where the one before it ends.
fn bill(answer: &PlanAnswer<'_>, style: Style) -> String {
    let sums = by_term(answer.bill.lines.iter());
    let (mut at, mut top) = (0.0_f64, 0.0_f64);
    for name in TERMS {
        at += sums.get(name).copied().unwrap_or(0.0);
        top = top.max(at);
    }
    if top <= 0.0 {
        return String::new();
    }
    let mut text =
        format!("{}\n", style.bold(&format!("What it costs in expectation, {}", answer.currency)));
    let place = |value: f64| (value.max(0.0) / top * BAR).round() as usize;
    let mut at = 0.0_f64;
    for name in TERMS {
        let Some(&sum) = sums.get(name) else { continue };
        let (from, to) = (place(at.min(at + sum)), place(at.max(at + sum)));
        let mark = if sum < 0.0 { "▒" } else { "█" };
        let bar = format!("{}{}", " ".repeat(from), mark.repeat((to - from).max(1)));
        let width = BAR as usize + 1;
        text.push_str(&format!("  {name:<22} {bar:<width$} {:>9}\n", short(sum * 1e6)));
        at += sum;
    }
    let b = answer.bill;
    text.push_str(&format!(
        "  {:<22} {:<width$} {:>9}\n",
        "all",
        "",
        short(b.expected * 1e6),
        width = BAR as usize + 1
    ));
    text.push_str(&style.faint(&format!(
        "  the mean of the worst {} of futures costs {}, the worst {}\n",
        percent(1.0 - answer.program.risk.level),
        short(b.cvar * 1e6),
        short(b.worst * 1e6)
    )));
    text
}

fn limits(answer: &PlanAnswer<'_>) -> Columns {
    let heads =
        [("Limit", Left), ("at most", Right), ("comes to", Right), ("one more would save", Right)];
    let mut table = Columns::new("What limits cost", &heads);
    let (mut idle, mut shown) = (0, 0);
    for limit in &answer.more.limits {
        let standing = answer.bill.standings.iter().find(|s| s.name == limit.limit);
        // A limit that costs nothing is no news, unless somebody asked for it by a standard.
        if limit.price * 1e6 < 0.5 && standing.is_none() {
            idle += 1;
            continue;
        }
        shown += 1;
        table.push(vec![
            limit.limit.clone(),
            short(limit.most),
            standing.map_or_else(|| NONE.to_owned(), |standing| short(standing.value)),
            format!("{} {}", short(limit.price * 1e6), answer.currency),
        ]);
    }
    if shown > 0 && idle > 0 {
        table.foot(format!("{} more cost nothing: `--json` lists them", whole(f64::from(idle))));
    }
    if !table.is_empty() {
        table.foot("duals with whole blocks held; unserved work in thousands of reference GPU-hours, money in millions".to_owned());
    }
    table
}

fn alternatives(answer: &PlanAnswer<'_>, style: Style) -> String {
    let others = &answer.more.alternatives;
    if others.is_empty() {
        return String::new();
    }
    let all = others.iter().map(|other| &other.signed).chain([&answer.found.signed]);
    let (mut shared, mut differ) = (Vec::new(), Vec::new());
    for (index, start) in answer.starts.iter().enumerate() {
        let blocks: Vec<f64> = all.clone().map(|signed| signed[index]).collect();
        if blocks.iter().all(|b| *b > 0.0) {
            shared.push(start.name.as_str());
        } else if blocks.iter().any(|b| *b > 0.0) {
            differ.push(start.name.as_str());
        }
    }
    let most = others.iter().map(|other| other.objective).fold(0.0, f64::max);
    let text = format!(
        "{} other plans cost at most {} more. All of them sign {}; they differ in {}.",
        others.len(),
        percent(most / answer.found.objective - 1.0),
        names(&shared),
        names(&differ)
    );
    format!(
        "{}\n{}\n",
        style.bold("Other plans that are nearly as good"),
        wrap(&text, style.width.clamp(40, 110)).join("\n")
    )
}

fn names(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Says what is signed because things go wrong, and what that saves.
fn insurance(answer: &PlanAnswer<'_>, style: Style) -> String {
    let Some(of) = &answer.more.insurance else { return String::new() };
    let gpus = |signed: &[f64], is_in: &dyn Fn(usize) -> bool| -> f64 {
        let each = answer.starts.iter().zip(signed).enumerate();
        each.filter(|(at, _)| is_in(*at)).map(|(_, (start, b))| start.block as f64 * b).sum()
    };
    let (with, without) = (&answer.found.signed, &of.signed);
    let more = |at: usize| with[at] > without[at];
    let less = |at: usize| with[at] < without[at];
    let names_of = |is_in: &dyn Fn(usize) -> bool| -> Vec<&str> {
        let each = answer.starts.iter().enumerate().filter(|(at, _)| is_in(*at));
        each.map(|(_, start)| start.name.as_str()).collect()
    };
    let all = |_: usize| true;
    let text = format!(
        "If all came as promised and demand grew as in the base scenario, the plan would sign {} GPUs and cost {}. It signs {}: \
         more of {}, less of {}. In the futures that there are, the plan for promises would cost {}, {} more than this one: \
         that is what the insurance saves.",
        whole(gpus(without, &all)),
        money(answer, of.promised),
        whole(gpus(with, &all)),
        names(&names_of(&more)),
        names(&names_of(&less)),
        money(answer, of.objective),
        money(answer, of.objective - answer.found.objective),
    );
    let lines = wrap(&text, style.width.clamp(40, 110)).join("\n");
    format!("{}\n{lines}\n", style.bold("What of it is insurance"))
}

/// Says what uncertainty is worth, if that was asked.
pub(super) fn information(of: Option<Information>, currency: &str, style: Style) -> String {
    let Some(info) = of else { return String::new() };
    let interval = |of: Option<(f64, f64)>| match of {
        None => "not to be had".to_owned(),
        Some((low, high)) => {
            format!("{} to {} {}", short(low.max(0.0) * 1e6), short(high.max(0.0) * 1e6), currency)
        }
    };
    let text = format!(
        "Planning for all futures instead of their mean is worth {}; knowing which one comes would be worth {}.",
        interval(info.stochastic),
        interval(info.perfect)
    );
    format!(
        "{}\n{}\n",
        style.bold("What uncertainty is worth"),
        wrap(&text, style.width.clamp(40, 110)).join("\n")
    )
}
