//! The answer as people read it: sentence, tornado, tables.

use super::StressAnswer;
use crate::canvas::{GREEN, RED, Style, YELLOW};
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{NONE, decimal, estimate, percent, short, signed, whole};
use offtake_adequacy::{Delta, Estimate, StressResult};

/// Rows of the tornado, of the judgements, and parties of a kind that a terminal has room for.
const BARS: usize = 24;
const JUDGEMENTS: usize = 12;
const PARTIES: usize = 3;
/// Characters of the longest bar, and of what happens beside it.
const BAR: usize = 24;
const WORDS: usize = 46;

/// Writes the whole report.
#[must_use]
pub fn stress_text(answer: &StressAnswer<'_>, style: Style) -> String {
    let tables = [
        base(answer),
        effects(answer),
        secure(answer),
        diversification(answer),
        concentration(answer),
        judgements(answer),
    ];
    let mut parts = vec![title(answer, style), tornado(answer, style), answer_line(answer, style)];
    parts.extend(tables.iter().filter(|table| !table.is_empty()).map(|table| table.text(style)));
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

fn title(answer: &StressAnswer<'_>, style: Style) -> String {
    let (head, stresses) = (answer.head, answer.stresses);
    let known = format!(
        "what fails with whom: as known on {}; {} to {}, {} samples{}, seed {}",
        head.as_of,
        stresses.from,
        stresses.to,
        whole(stresses.samples as f64),
        match stresses.every {
            1 => String::new(),
            every => format!(" (one month in {every} of each)"),
        },
        stresses.seed
    );
    format!("{}\n{}\n", style.bold(&head.title), style.faint(&known))
}

fn answer_line(answer: &StressAnswer<'_>, style: Style) -> String {
    let is_secure =
        answer.stresses.secure.iter().filter(|s| s.is_asked).all(|s| s.holds == Some(true));
    let colour = match answer.stresses.base.secure {
        None => YELLOW,
        Some(true) if is_secure => GREEN,
        Some(_) => RED,
    };
    let lines = wrap(&super::stress_sentence(answer), style.width.clamp(40, 110));
    let paint = |line: &String| style.bold(&style.coloured(line, colour));
    format!("{}\n", lines.iter().map(paint).collect::<Vec<_>>().join("\n"))
}

/// Says whether a counterfactual changes what is unserved by more than chance would.
fn moves(stress: &StressResult) -> bool {
    tells(stress.delta.eue)
}

fn tells(delta: Estimate) -> bool {
    delta.mean.abs() > 2.0 * delta.standard_error
}

/// Bars of the change of what is unserved, the worst first.
fn tornado(answer: &StressAnswer<'_>, style: Style) -> String {
    let all: Vec<&StressResult> = answer.stresses.stresses.iter().filter(|s| moves(s)).collect();
    let shown = by_size(&all);
    let most = shown.iter().map(|s| s.delta.eue.mean.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let head = "Unserved work changes by, in GPUh a year (█ more, ░ less)";
    let mut text = format!("{}\n", style.bold(head));
    for stress in &shown {
        let mean = stress.delta.eue.mean;
        let length = ((mean.abs() / most * BAR as f64).round() as usize).max(1);
        let (glyph, colour) = if mean > 0.0 { ("█", RED) } else { ("░", GREEN) };
        let words = cut(&stress.text, WORDS.min(style.width.saturating_sub(BAR + 12)));
        let bar = style.coloured(&glyph.repeat(length), colour);
        let sign = if mean > 0.0 { "+" } else { "" };
        text.push_str(&format!("  {words:<WORDS$}  {bar} {sign}{}\n", short(mean)));
    }
    let still = answer.stresses.stresses.len() - all.len();
    let hidden = all.len() - shown.len();
    let more = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let rest: Vec<String> = [
        more(hidden, "more change less, or the same as one above"),
        more(still, "change no work that can be told from chance"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !rest.is_empty() {
        text.push_str(&style.faint(&format!("  {}; all are in --json\n", rest.join("; "))));
    }
    text
}

/// Returns the greatest changes in the order of their sign and size; of those that do the same (a
/// supplier with one site is lost with it) the first.
fn by_size<'a>(all: &[&'a StressResult]) -> Vec<&'a StressResult> {
    let mut largest: Vec<&StressResult> = Vec::new();
    let mut order = all.to_vec();
    let size = |stress: &StressResult| stress.delta.eue.mean.abs();
    order.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.kind.cmp(&b.kind)));
    for stress in order {
        if largest.len() < BARS && !largest.iter().any(|other| other.delta == stress.delta) {
            largest.push(stress);
        }
    }
    largest.sort_by(|a, b| b.delta.eue.mean.total_cmp(&a.delta.eue.mean));
    largest
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn base(answer: &StressAnswer<'_>) -> Columns {
    let base = &answer.stresses.base;
    let mut table = Columns::new("The book as it is", &[("", Left), ("", Right), ("", Left)]);
    let mut row = |name: &str, value: String, about: &str| {
        table.push(vec![name.to_owned(), value, about.to_owned()]);
    };
    row("EUE", estimate(base.eue, "GPUh/year"), "expected unserved, of all work");
    row("firm EUE", estimate(base.firm_eue, "GPUh/year"), "the same of firm work");
    row("LOLH", estimate(base.lolh, "h/year"), "hours with a shortfall of firm work");
    let unit = format!("{}/year", answer.currency);
    row("cost", estimate(base.cost, &unit), "fees and power, and what the unserved is worth");
    table
}

fn effects(answer: &StressAnswer<'_>) -> Columns {
    let heads = [
        ("what happens", Left),
        ("unserved", Right),
        ("LOLH", Right),
        ("cost", Right),
        ("of it fees", Right),
        ("firm unserved", Right),
        ("cured by offers in", Left),
    ];
    let title = format!("What each changes a year: GPUh, hours, {}", answer.currency);
    let mut table = Columns::new(&title, &heads).spare(&[4, 2]);
    let all = &answer.stresses.stresses;
    let served: Vec<&StressResult> = all.iter().filter(|s| moves(s)).collect();
    let paid = all.iter().filter(|s| !moves(s) && tells(s.delta.cost));
    for stress in by_size(&served).into_iter().chain(paid) {
        let Delta { eue, lolh, cost, fees, .. } = stress.delta;
        let cure = stress.cure.offer_days.map(|days| {
            let part = stress.cure.offer_gpus / (stress.cure.gpus - stress.cure.spot_gpus).max(1.0);
            let all =
                if part < 0.995 { format!(" ({} of it)", percent(part)) } else { String::new() };
            format!("{} d{all}", whole(days))
        });
        table.push(vec![
            cut(&stress.text, WORDS),
            signed(eue),
            signed(lolh),
            signed(cost),
            signed(fees),
            percent(stress.unserved_share.mean),
            cure.unwrap_or_else(|| NONE.to_owned()),
        ]);
    }
    table.foot("± is the standard error of the difference, on the same futures.".to_owned());
    table
}

fn secure(answer: &StressAnswer<'_>) -> Columns {
    let heads = [
        ("one", Left),
        ("of", Right),
        ("standards", Left),
        ("the worst to lose", Left),
        ("firm unserved", Right),
    ];
    let mut table = Columns::new("N − 1: with any one gone", &heads);
    for secure in &answer.stresses.secure {
        let asked = if secure.is_asked { " (asked for)" } else { "" };
        let holds = match secure.holds {
            Some(true) => "hold",
            Some(false) => "do not hold",
            None => "none is set",
        };
        table.push(vec![
            format!("{}{asked}", secure.kind),
            secure.parties.to_string(),
            holds.to_owned(),
            secure.worst_name.clone(),
            percent(secure.unserved_share.mean),
        ]);
    }
    table
}

fn diversification(answer: &StressAnswer<'_>) -> Columns {
    let heads =
        [("supplier", Left), ("volume", Right), ("diversification", Right), ("against", Left)];
    let mut table = Columns::new("Diversification or volume? GPUh a year", &heads);
    for found in &answer.stresses.diversification {
        table.push(vec![
            answer.head.supplier(&found.supplier).to_owned(),
            signed(found.volume),
            signed(found.diversification),
            format!("as many from {}", answer.head.supplier(&found.stand_in)),
        ]);
    }
    table
}

fn concentration(answer: &StressAnswer<'_>) -> Columns {
    let heads =
        [("kind", Left), ("HHI", Right), ("behind the capacity that firm work can use", Left)];
    let mut table = Columns::new("Concentration", &heads);
    for found in &answer.stresses.concentration {
        let mut parties: Vec<String> = found
            .shares
            .iter()
            .take(PARTIES)
            .map(|share| format!("{} {}", share.name, percent(share.share)))
            .collect();
        if found.shares.len() > PARTIES {
            parties.push(format!("{} more", found.shares.len() - PARTIES));
        }
        table.push(vec![found.kind.clone(), decimal(found.hhi, 2), parties.join(", ")]);
    }
    table
}

fn judgements(answer: &StressAnswer<'_>) -> Columns {
    let heads = [
        ("input", Left),
        ("value", Right),
        ("low", Right),
        ("unserved then", Right),
        ("high", Right),
        ("unserved then", Right),
    ];
    let mut table = Columns::new("What is only judgement, by what it moves: GPUh a year", &heads);
    let moving = answer.judgements.iter().filter(|judgement| judgement.swing() > 0.0);
    for judgement in moving.clone().take(JUDGEMENTS) {
        table.push(vec![
            judgement.input.clone(),
            judgement.value.clone(),
            judgement.low.clone(),
            signed(judgement.delta_low),
            judgement.high.clone(),
            signed(judgement.delta_high),
        ]);
    }
    let (moved, all) = (moving.count(), answer.judgements.len());
    if all > 0 {
        table.foot(format!(
            "{} of {all} judgements with a low and a high move it; all are in --json.",
            moved
        ));
    }
    table
}
