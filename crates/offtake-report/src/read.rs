//! The report as people read it: picture, sentence, tables.

use crate::answer::Answer;
use crate::canvas::{GREEN, RED, Style, YELLOW};
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{self, NONE, ShareUnit, estimate, percent, plus_minus, short, whole};
use crate::{picture, sentence};
use offtake_adequacy::{Estimate, StandardResult, Turning};

/// Months and gaps that the tables show; all of them are in what programs read.
const MONTHS: usize = 24;
const GAPS: usize = 12;
/// A share of the unserved below which a cause is none, and how that is told.
const ROUNDING: f64 = 1e-9;
const NOTHING: Estimate = Estimate { mean: 0.0, standard_error: 0.0 };
/// Years of capacity credit that the table has room for.
const CREDIT_YEARS: usize = 4;

/// Writes the whole report.
#[must_use]
pub fn report(answer: &Answer<'_>, style: Style) -> String {
    let mut parts = vec![title(answer, style), picture(answer, style), answer_line(answer, style)];
    let tables = [
        headline(answer),
        standards(answer),
        decide_by(answer),
        causes(answer),
        classes(answer),
        contracts(answer),
        months(answer),
        headroom(answer),
    ];
    parts.extend(tables.iter().filter(|table| !table.is_empty()).map(|table| table.text(style)));
    parts.push(notes(answer, style));
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

fn title(answer: &Answer<'_>, style: Style) -> String {
    let head = answer.head;
    let known = format!("as known on {}; {} to {}", head.as_of, head.from, last_day(&head.until));
    format!("{}\n{}\n", style.bold(&head.title), style.faint(&known))
}

pub(crate) fn last_day(until: &str) -> String {
    let date: Option<jiff::civil::Date> = until.parse().ok();
    date.and_then(|date| date.yesterday().ok()).map_or_else(|| until.to_owned(), |d| d.to_string())
}

fn answer_line(answer: &Answer<'_>, style: Style) -> String {
    let colour = match answer.assessment.holds {
        Some(true) => GREEN,
        Some(false) => RED,
        None => YELLOW,
    };
    let lines = wrap(&sentence(answer), style.width.clamp(40, 110));
    let paint = |line: &String| style.bold(&style.coloured(line, colour));
    format!("{}\n", lines.iter().map(paint).collect::<Vec<_>>().join("\n"))
}

fn headline(answer: &Answer<'_>) -> Columns {
    let a = answer.assessment;
    let mut table = Columns::new("In numbers", &[("", Left), ("", Right), ("", Left)]);
    let mut row = |name: &str, value: String, about: &str| {
        table.push(vec![name.to_owned(), value, about.to_owned()]);
    };
    let ppm = |share: Estimate| ShareUnit::Ppm.estimate(share);
    row(
        "open position",
        format!("{} GPUh/year", short(a.open_position)),
        "not bought yet: short even when all comes as promised",
    );
    row("risk", estimate(a.risk, "GPUh/year"), "what slip, failure, outage and growth add");
    row("EUE", estimate(a.eue, "GPUh/year"), "expected unserved: both together");
    row("NEUE", ppm(a.neue), "the same over demand");
    if a.eue_after_spot != a.eue {
        row(
            "EUE after spot",
            estimate(a.eue_after_spot, "GPUh/year"),
            "with what can be rented at short notice",
        );
    }
    row("LOLH", estimate(a.lolh, "h/year"), "hours with a shortfall of firm work");
    row("LOLE", estimate(a.lole, "d/year"), "days with one");
    let gpus = |value: Option<Estimate>| value.map_or(NONE.to_owned(), |v| estimate(v, "GPU"));
    if a.holds.is_some() {
        row(
            "firm equivalent",
            gpus(a.headline.firm_equivalent_gpus),
            "firm GPUs, open to all work, with which it just holds",
        );
    }
    if let Some(found) = answer.further.and_then(|further| further.break_even) {
        let growth = break_even(found.growth, "times/year");
        row("break-even growth", growth, "of all work from today's level, that it just survives");
        let factor = break_even(found.factor, "times");
        row("break-even level", factor, "on all work, growing as its scenarios do");
    }
    let error =
        if a.relative_error.is_finite() { percent(a.relative_error) } else { NONE.to_owned() };
    row(
        "samples",
        whole(a.samples as f64),
        &format!("seed {}; standard error of EUE {error}", a.seed),
    );
    table
}

fn break_even(turning: Option<Turning>, unit: &str) -> String {
    let Some(Turning { at, is_at_least }) = turning else { return "fails at any".to_owned() };
    let sign = if is_at_least { "≥ " } else { "" };
    format!("{sign}{} {unit}", plus_minus(at.mean, at.standard_error))
}

fn standards(answer: &Answer<'_>) -> Columns {
    let assessment = answer.assessment;
    if assessment.holds.is_none() {
        return ladder(answer);
    }
    let heads = [
        ("", Left),
        ("unserved", Right),
        ("may be", Right),
        ("worst month", Right),
        ("may be", Right),
        ("at risk", Right),
        ("", Left),
    ];
    let mut table = Columns::new("Standards", &heads).spare(&[5]);
    for standard in &assessment.standards {
        table.push(standard_row(standard, assessment.headline.months));
    }
    table
}

fn standard_row(standard: &StandardResult, months: usize) -> Vec<String> {
    let unit = ShareUnit::of_limit(standard.unserved_limit.unwrap_or(1.0));
    let limit =
        |limit: Option<f64>, unit: ShareUnit| limit.map_or(NONE.to_owned(), |l| unit.text(l));
    vec![
        standard.name.clone(),
        unit.estimate(standard.unserved_share),
        limit(standard.unserved_limit, unit),
        percent(standard.worst_month_risk),
        limit(standard.month_risk_limit, ShareUnit::Percent),
        format!("{} of {months}", standard.months_at_risk),
        if standard.holds { "holds" } else { "does not hold" }.to_owned(),
    ]
}

/// What it would take, when the book does not say what "holds" means.
fn ladder(answer: &Answer<'_>) -> Columns {
    let heads = [("if so much may go unserved", Right), ("firm GPUs to add", Right), ("", Left)];
    let mut table = Columns::new("No standard is set: what each would take", &heads);
    for (share, gpus) in &answer.assessment.headline.ladder {
        let (text, about) = match gpus {
            Some(gpus) if *gpus < 0.0 => (whole(*gpus), "so many could go"),
            Some(gpus) => (whole(*gpus), ""),
            None => (NONE.to_owned(), "beyond the ladder"),
        };
        table.push(vec![ShareUnit::of_limit(*share).text(*share), text, about.to_owned()]);
    }
    table
}

fn decide_by(answer: &Answer<'_>) -> Columns {
    let heads = [
        ("sign by", Left),
        ("", Left),
        ("GPUs", Right),
        ("for", Left),
        ("where", Left),
        ("what", Left),
    ];
    let mut table = Columns::new("Decide by", &heads).spare(&[1]);
    let mut ways = std::collections::BTreeSet::new();
    for gap in answer.decide_by.iter().take(GAPS) {
        let (what, why) = crate::sentence::way(&gap.how);
        ways.insert((what, why));
        table.push(vec![
            gap.date.map_or(NONE.to_owned(), |date| date.to_string()),
            if gap.is_past { "past" } else { "" }.to_owned(),
            whole(gap.gpus),
            gap.month.clone(),
            gap.zone.clone(),
            what.to_owned(),
        ]);
    }
    for (what, why) in ways.into_iter().filter(|(_, why)| !why.is_empty()) {
        table.foot(format!("{what}: {why}."));
    }
    more(&mut table, answer.decide_by.len(), GAPS);
    table
}

/// Says how many rows there are no room for.
fn more(table: &mut Columns, all: usize, shown: usize) {
    if all > shown {
        table.foot(format!("{} more are in --json and --out", all - shown));
    }
}

fn causes(answer: &Answer<'_>) -> Columns {
    let heads = [("", Left), ("GPUh/year", Right), ("share", Right)];
    let mut table = Columns::new("Where the unserved comes from", &heads);
    let Some(further) = answer.further.filter(|further| !further.causes.is_empty()) else {
        return table;
    };
    for cause in further.causes {
        let name = cause.cause.replace('-', " ");
        // Hours are added up in single precision: a smaller part is what rounding leaves.
        let is_nothing = cause.share.abs() < ROUNDING;
        let (eue, share) = if is_nothing { (NOTHING, 0.0) } else { (cause.eue, cause.share) };
        table.push(vec![name, estimate(eue, ""), percent(share)]);
    }
    let sum: f64 = further.causes.iter().map(|cause| cause.eue.mean).sum();
    let share: f64 = further.causes.iter().map(|cause| cause.share).sum();
    table.push(vec!["together".to_owned(), short(sum), percent(share)]);
    table
}

fn classes(answer: &Answer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("block", Left),
        ("priority", Right),
        ("unserved GPUh/year", Right),
        ("of its demand", Right),
        ("", Left),
    ];
    let mut table = Columns::new("Work, in the order of service", &heads);
    for class in &answer.assessment.classes {
        let goodput = class.goodput.map(|g| format!("goodput {}", percent(g)));
        let firm = if class.is_firm { "firm" } else { "" };
        table.push(vec![
            class.id.clone(),
            class.block.clone(),
            class.priority.to_string(),
            estimate(class.eue, ""),
            percent(class.neue.mean),
            [firm.to_owned(), goodput.unwrap_or_default()].join(" ").trim().to_owned(),
        ]);
    }
    table
}

fn contracts(answer: &Answer<'_>) -> Columns {
    let credits = answer.further.map_or(&[][..], |further| further.credits);
    let years: Vec<i16> = credits
        .first()
        .map_or(Vec::new(), |c| c.years.iter().map(|year| year.year).take(CREDIT_YEARS).collect());
    let names: Vec<String> = years.iter().map(|year| format!("credit {year}")).collect();
    let mut heads = vec![("", Left), ("supplier", Left), ("nameplate", Right)];
    heads.extend(names.iter().map(|name| (name.as_str(), Right)));
    heads.push(("paid, not used", Right));
    let latest: Vec<usize> = (0..years.len()).rev().map(|year| 3 + year).take(3).collect();
    let spare = [&latest[..], &[1]].concat();
    let mut table = Columns::new("Contracts (GPUs; GPUh/year)", &heads).spare(&spare);
    for contract in &answer.assessment.contracts {
        let own = credits.iter().find(|credit| credit.contract == contract.id);
        let credit = |place: usize| {
            let gpus = own.and_then(|credit| credit.years.get(place)?.credit_gpus);
            gpus.map_or(NONE.to_owned(), |g| estimate(g, ""))
        };
        let mut row = vec![
            contract.id.clone(),
            answer.head.supplier(&contract.supplier).to_owned(),
            whole(contract.nameplate_gpus),
        ];
        row.extend((0..years.len()).map(credit));
        row.push(estimate(contract.deficiency, ""));
        table.push(row);
    }
    table
}

fn months(answer: &Answer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("demand GPUs", Right),
        ("supply GPUs", Right),
        ("chance short", Right),
        ("unserved GPUh", Right),
        ("P50", Right),
        ("P95", Right),
        ("CVaR95", Right),
        ("deepest P90", Right),
    ];
    let mut table = Columns::new("Months of the headline", &heads).spare(&[5, 7, 2]);
    let headline = answer.assessment.headline.months;
    for month in answer.assessment.months.iter().take(headline.min(MONTHS)) {
        let supply: f64 = month.supply.iter().map(|supply| supply.mean).sum();
        table.push(vec![
            month.month.clone(),
            whole(month.demand.p50),
            whole(supply),
            percent(month.lolp.mean),
            estimate(month.unserved, ""),
            short(month.unserved_quantiles.p50),
            short(month.unserved_quantiles.p95),
            short(month.unserved_quantiles.cvar95),
            short(month.deepest.p90),
        ]);
    }
    more(&mut table, headline, MONTHS);
    table
}

/// Surplus at the ends of the headline's half-years.
fn headroom(answer: &Answer<'_>) -> Columns {
    let assessment = answer.assessment;
    let ends: Vec<&str> = assessment
        .months
        .iter()
        .take(assessment.headline.months)
        .map(|month| month.month.as_str())
        .filter(|month| month.ends_with("-06") || month.ends_with("-12"))
        .take(4)
        .collect();
    let mut heads = vec![("", Left), ("", Left)];
    heads.extend(ends.iter().map(|month| (*month, Right)));
    let title = "Headroom: surplus GPUs, median (P10 to P90)";
    let mut table = Columns::new(title, &heads).spare(&[2, 4]);
    if ends.is_empty() {
        return table;
    }
    let kinds: std::collections::BTreeSet<(&str, &str)> =
        assessment.headroom.iter().map(|h| (h.zone.as_str(), h.accelerator.as_str())).collect();
    for (zone, accelerator) in kinds {
        let cell = |month: &&str| {
            let is_it = |h: &&offtake_adequacy::HeadroomResult| {
                h.month == **month && h.zone == zone && h.accelerator == accelerator
            };
            let q = assessment.headroom.iter().find(is_it).map(|h| &h.quantiles);
            let text = |q: &offtake_adequacy::Quantiles| {
                format!("{} ({} to {})", whole(q.p50), whole(q.p10), whole(q.p90))
            };
            q.map_or(NONE.to_owned(), text)
        };
        let mut row = vec![zone.to_owned(), accelerator.to_owned()];
        row.extend(ends.iter().map(cell));
        table.push(row);
    }
    table
}

fn notes(answer: &Answer<'_>, style: Style) -> String {
    let mut text = String::new();
    for note in &answer.assessment.notes {
        for (at, line) in wrap(note, style.width.saturating_sub(6).max(40)).iter().enumerate() {
            text.push_str(if at == 0 { "note: " } else { "      " });
            text.push_str(line);
            text.push('\n');
        }
    }
    if answer.assessment.samples > 0 {
        let limit = number::percent(3.0 / answer.assessment.samples as f64);
        let note = format!(
            "where no event was seen in {} samples, its chance is at most about {limit}.",
            answer.assessment.samples
        );
        text.push_str(&style.faint(&note));
        text.push('\n');
    }
    text
}
