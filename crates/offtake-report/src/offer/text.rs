//! The memo as people read it: sentence, before and after, alternatives, what drives it.

use super::{OfferAnswer, Verdict, offer_sentence, verdict};
use crate::canvas::{GREEN, RED, Style, YELLOW};
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{decimal, estimate, percent, short, signed, whole};
use offtake_adequacy::{Estimate, Standing};

/// Blocks of work that the memo has room for, and characters of the longest bar.
const DRIVERS: usize = 8;
const BAR: f64 = 24.0;

/// Writes the memo.
#[must_use]
pub fn offer_text(answer: &OfferAnswer<'_>, style: Style) -> String {
    let parts = [
        title(answer, style),
        picture(answer, style),
        sentence(answer, style),
        before_and_after(answer).text(style),
        against(answer).text(style),
        drivers(answer).text(style),
        exposure(answer).text(style),
        paste(answer, style),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

fn title(answer: &OfferAnswer<'_>, style: Style) -> String {
    let terms = answer.terms;
    let open = terms.open_until.as_ref().map_or(String::new(), |day| format!(", open until {day}"));
    let what = format!(
        "{} {} GPUs {} {} at {}, in service {}, {} for {}{open}",
        whole(terms.gpus as f64),
        terms.accelerator,
        if terms.is_sale { "for" } else { "of" },
        terms.seller,
        terms.site,
        terms.promised,
        price(terms.price, answer.currency),
        terms.term,
    );
    let known = format!(
        "as known on {}; {} samples, seed {}, over {} years",
        answer.head.as_of,
        whole(answer.result.samples as f64),
        answer.seed,
        decimal(answer.result.years, 1)
    );
    format!(
        "{}\n{}\n{}\n",
        style.bold(&format!("Sign {}?", terms.id)),
        wrap(&what, style.width).join("\n"),
        style.faint(&known)
    )
}

fn price(price: f64, currency: &str) -> String {
    format!("{} {currency}/GPUh", decimal(price, 2))
}

/// What each alternative costs a year beyond the cheapest, as bars.
fn picture(answer: &OfferAnswer<'_>, style: Style) -> String {
    let mut costs: Vec<(String, f64)> = answer
        .result
        .against
        .iter()
        .map(|other| (label(answer, &other.name), other.saves.mean))
        .collect();
    costs.insert(0, (format!("sign {}", answer.terms.id), 0.0));
    let least = costs.iter().map(|(_, cost)| *cost).fold(f64::MAX, f64::min);
    let most = costs.iter().map(|(_, cost)| cost - least).fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let width = costs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{}\n",
        style.bold(&format!("Costs more than the cheapest, {} a year", answer.currency))
    );
    for (name, cost) in &costs {
        let more = cost - least;
        let length = (more / most * BAR).round() as usize;
        let (bar, colour) = if more == 0.0 { ("▏", GREEN) } else { ("█", RED) };
        let bar = style.coloured(&bar.repeat(length.max(1)), colour);
        text.push_str(&format!("  {name:<width$}  {bar} {}\n", short(more)));
    }
    text
}

fn label(answer: &OfferAnswer<'_>, name: &str) -> String {
    match name {
        "nothing" => "do nothing".to_owned(),
        "wait" => format!("wait ({})", answer.terms.wait),
        rival => format!("sign {rival} instead"),
    }
}

fn sentence(answer: &OfferAnswer<'_>, style: Style) -> String {
    let colour = match verdict(answer) {
        Verdict::Sign => GREEN,
        Verdict::DoNotSign => RED,
        Verdict::TooClose => YELLOW,
    };
    let lines = wrap(&offer_sentence(answer), style.width.clamp(40, 110));
    let paint = |line: &String| style.bold(&style.coloured(line, colour));
    format!("{}\n", lines.iter().map(paint).collect::<Vec<_>>().join("\n"))
}

fn before_and_after(answer: &OfferAnswer<'_>) -> Columns {
    let (without, with) = (&answer.result.nothing, &answer.result.signed);
    let heads = [("", Left), ("without", Right), ("with", Right), ("change", Right), ("", Left)];
    let mut table = Columns::new("Before and after", &heads);
    let mut row = |name: &str, cells: [String; 3], about: &str| {
        let [a, b, c] = cells;
        table.push(vec![name.to_owned(), a, b, c, about.to_owned()]);
    };
    let delta = &answer.result.delta;
    let three =
        |a: Estimate, b: Estimate, change: Estimate| [short(a.mean), short(b.mean), signed(change)];
    row("EUE", three(without.eue, with.eue, delta.eue), "expected unserved, GPUh a year");
    row("LOLH", three(without.lolh, with.lolh, delta.lolh), "hours with a shortfall a year");
    let percents = [without, with].map(|standing| percent(standing.unserved_share.mean));
    let [a, b] = percents;
    row("firm unserved", [a, b, String::new()], "share of firm demand, over the headline");
    let months = [without.months_at_risk, with.months_at_risk].map(|months| months.to_string());
    let change = with.months_at_risk as i64 - without.months_at_risk as i64;
    let [a, b] = months;
    row("months at risk", [a, b, format!("{change:+}")], "of the headline");
    let unit = format!("{} a year: fees, power, and the unserved", answer.currency);
    row("cost", three(without.cost, with.cost, delta.cost), &unit);
    let share = |standing: &Standing| largest(standing, "supplier");
    if let (Some(a), Some(b)) = (share(without), share(with)) {
        row("largest supplier", [a, b, String::new()], "share of the capacity");
    }
    for (without, with) in answer.secure {
        let say = |s: &offtake_adequacy::Secure| {
            let holds = if s.holds == Some(true) { "holds, " } else { "" };
            format!("{holds}{}", percent(s.unserved_share.mean))
        };
        let name = format!("without one {}", without.kind);
        let about = format!("firm unserved when the worst is gone: {}", with.worst_name);
        row(&name, [say(without), say(with), String::new()], &about);
    }
    table
}

fn largest(standing: &Standing, kind: &str) -> Option<String> {
    let found = standing.concentration.iter().find(|found| found.kind == kind)?;
    let top = found.shares.iter().find(|share| share.party.is_some())?;
    Some(format!("{} {}", top.name, percent(top.share)))
}

fn against(answer: &OfferAnswer<'_>) -> Columns {
    let heads = [("instead", Left), ("unserved", Right), ("fees", Right), ("signing saves", Right)];
    let title = format!("Against what else could be done: GPUh and {} a year", answer.currency);
    let mut table = Columns::new(&title, &heads);
    for other in &answer.result.against {
        table.push(vec![
            label(answer, &other.name),
            signed(other.delta.eue),
            signed(other.delta.fees),
            signed(other.saves),
        ]);
    }
    table.foot("± is the standard error of the difference, on the same futures.".to_owned());
    table
}

fn drivers(answer: &OfferAnswer<'_>) -> Columns {
    let heads = [("work", Left), ("unserved", Right), ("", Left)];
    let mut table = Columns::new("What drives it: what is unserved, by work, GPUh a year", &heads);
    let most = answer.result.drivers.iter().map(|(_, d)| d.mean.abs()).fold(0.0, f64::max);
    for (block, change) in answer.result.drivers.iter().take(DRIVERS) {
        let length = (change.mean.abs() / most * BAR).round() as usize;
        table.push(vec![block.clone(), signed(*change), "█".repeat(length.max(1))]);
    }
    table
}

fn exposure(answer: &OfferAnswer<'_>) -> Columns {
    let (terms, result) = (answer.terms, answer.result);
    let mut table = Columns::new("Money and exposure", &[("", Left), ("", Right), ("", Left)]);
    let currency = answer.currency;
    let mut row = |name: &str, value: String, about: &str| {
        table.push(vec![name.to_owned(), value, about.to_owned()]);
    };
    row("value", format!("{} {currency}", short(terms.value)), "over the whole term, all paid for");
    row(
        "fees",
        estimate(result.delta.fees, &format!("{currency}/year")),
        "expected, within the horizon",
    );
    row("paid for", estimate(result.paid_hours, "GPUh/year"), "expected, within the horizon");
    if let Some(price) = result.breakeven_price {
        let text = format!(
            "{} ± {} {currency}/GPUh",
            decimal(price.mean, 2),
            decimal(price.standard_error, 2)
        );
        row("break-even price", text, "at which signing costs as much as doing nothing");
    }
    if terms.capital > 0.0 {
        let text = format!("{} {currency}", short(terms.capital));
        row(
            "capital",
            text,
            "hall and racks; in the cost above it is spread over the term's GPU-hours",
        );
    }
    if terms.prepayment > 0.0 {
        row("prepayment", format!("{} {currency}", short(terms.prepayment)), "paid ahead");
        let loss = format!("{} {currency}", short(terms.prepayment_loss));
        row("of it lost", loss, "on average, because the seller fails");
    }
    table
}

fn paste(answer: &OfferAnswer<'_>, style: Style) -> String {
    let head = "To see it in the book, put this into a file of it:";
    format!("{}\n{}", style.bold(head), answer.terms.toml)
}
