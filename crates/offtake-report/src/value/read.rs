//! The report as people read it: picture, sentences, tables.

use super::picture::{self, last_that_counts};
use super::sentence::{last_month, value_sentence};
use super::{ValueAnswer, seller};
use crate::canvas::Style;
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{NONE, decimal, percent, short, whole};
use crate::read::last_day;
use offtake_adequacy::{Distribution, Estimate};
use offtake_value::{ContractValue, FlowKind, Side, Use};
use std::collections::BTreeMap;

/// Writes the whole report.
#[must_use]
pub fn value_report(answer: &ValueAnswer<'_>, style: Style) -> String {
    let mut parts = vec![title(answer, style), picture::picture(answer, style)];
    let lines = wrap(&value_sentence(answer), style.width.clamp(40, 110));
    let bold: Vec<String> = lines.iter().map(|line| style.bold(line)).collect();
    parts.push(format!("{}\n", bold.join("\n")));
    parts.extend(seller::sections(answer, style));
    let tables = [
        numbers(answer),
        contracts(answer),
        margins(answer),
        remedies(answer),
        waiting(answer),
        rights(answer),
        work(answer),
        years(answer),
    ];
    if !answer.value.contracts.is_empty() {
        let shown = tables.iter().filter(|table| !table.is_empty());
        parts.extend(shown.map(|table| table.text(style)));
    }
    parts.push(notes(answer, style));
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

fn title(answer: &ValueAnswer<'_>, style: Style) -> String {
    let head = answer.head;
    let side = answer.value.side.name();
    let until = last_day(&head.until);
    let known =
        format!("as its {side} sees it, as known on {}; {} to {until}", head.as_of, head.from);
    format!("{}\n{}\n", style.bold(&head.title), style.faint(&known))
}

fn numbers(answer: &ValueAnswer<'_>) -> Columns {
    let heads =
        [("", Left), ("mean", Right), ("P5", Right), ("P50", Right), ("P95", Right), ("", Left)];
    let mut table = Columns::new("In numbers", &heads).spare(&[3]);
    for spread in &answer.value.spreads {
        let Some((name, about)) = told(answer, spread.name) else { continue };
        let Distribution { mean, p5, p50, p95 } = spread.distribution;
        if mean.mean == 0.0 && p5.mean == 0.0 && p95.mean == 0.0 {
            continue;
        }
        let is_price = spread.unit.contains('/');
        let one = |value: Estimate| {
            if is_price { ValueAnswer::price(Some(value)) } else { answer.money(value.mean) }
        };
        let error = if is_price {
            format!("{} ± {}", decimal(mean.mean, 3), decimal(mean.standard_error, 3))
        } else {
            answer.amount(mean)
        };
        table.push(vec![name.to_owned(), error, one(p5), one(p50), one(p95), about.to_owned()]);
    }
    if !table.is_empty() {
        let v = answer.value;
        let work = match v.dispatched {
            0 => String::new(),
            some if some == v.samples => String::new(),
            some => format!(" (unserved work and waiting: {})", whole(some as f64)),
        };
        table.foot(format!(
            "{} samples{work}, seed {}; later money counts {} less a year.",
            whole(v.samples as f64),
            v.seed,
            percent(v.discount)
        ));
    }
    table
}

/// Returns the name and the meaning of a spread for people; `None` for one that says nothing here.
fn told(answer: &ValueAnswer<'_>, name: &str) -> Option<(&'static str, &'static str)> {
    let is_buyer = answer.value.side == Side::Buyer;
    let has_prepaid = answer.value.contracts.iter().any(|c| c.prepaid.mean > 0.0);
    Some(match name {
        "npv" if !is_buyer => ("NPV of contracts", "what they bring, costs left out"),
        "npv" => ("NPV", "all flows, later ones counted less"),
        "paid" if is_buyer => ("paid", "until the last flow"),
        "paid" => ("received", "until the last flow"),
        "margin" => ("margin", "revenue less cost"),
        "cost_per_gpu_hour_delivered" if is_buyer => {
            ("a GPU-hour delivered", "cost over what is there")
        }
        "cost_per_gpu_hour_delivered" => ("a GPU-hour delivered", "billed over what is there"),
        "cost_per_gpu_hour_used" => ("a GPU-hour used", "the same over what is taken"),
        "prepaid_peak" if has_prepaid => ("prepaid, at its peak", "paid ahead, not yet credited"),
        "prepaid_lost" if has_prepaid => ("prepaid and lost", "after claims are settled"),
        "delay_credits" => ("delay credits", "for tranches that are late"),
        "sla_credits" => ("SLA credits", "for months below the promise"),
        "waiting_price" if is_buyer && answer.value.work.is_empty() => {
            ("waiting", "to sign later would cost more")
        }
        "waiting" if is_buyer && !answer.value.work.is_empty() => {
            ("waiting", "to sign later would cost more")
        }
        "unserved_cost" => ("unserved work", "within the headline"),
        _ => return None,
    })
}

fn contracts(answer: &ValueAnswer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("value", Right),
        ("a year", Right),
        ("rate", Right),
        ("delivered", Right),
        ("used", Right),
        ("promised", Right),
        ("delivered", Right),
        ("used", Right),
    ];
    let mut table = Columns::new("Contracts", &heads).spare(&[2, 6]);
    let is_dispatched = answer.value.usage == Use::Dispatched && answer.value.side == Side::Buyer;
    let row =
        |name: &str, figures: [f64; 4], hours: [Estimate; 2], prices: &[Option<Estimate>; 3]| {
            let [value, yearly, rate, promised] = figures;
            let of = |hours: Estimate, all: f64| {
                if all > 0.0 { percent(hours.mean / all) } else { NONE.to_owned() }
            };
            let used = |text: String| if is_dispatched { text } else { NONE.to_owned() };
            vec![
                name.to_owned(),
                answer.money(value),
                answer.money(yearly),
                if rate > 0.0 { decimal(rate, 2) } else { String::new() },
                of(hours[0], promised),
                used(of(hours[1], hours[0].mean)),
                ValueAnswer::price(prices[0]),
                ValueAnswer::price(prices[1]),
                used(ValueAnswer::price(prices[2])),
            ]
        };
    for c in &answer.value.contracts {
        let figures = [c.value, c.yearly, c.rate, c.promised];
        table.push(row(&c.id, figures, [c.delivered, c.used], &c.per_hour));
    }
    let t = &answer.value.totals;
    if answer.value.contracts.len() > 1 {
        let figures = [t.value, t.yearly, 0.0, t.promised];
        table.push(row("all", figures, [t.delivered, t.used], &t.per_hour));
    }
    if !table.is_empty() {
        table.foot(format!(
            "Value over all terms, and a year of it; then until {}: share of the promised GPU-hours that is delivered, and of \
             those that is used; cost (billed less credits, and prepaid money lost) over the GPU-hours promised, delivered \
             and used, in {} each.",
            last_month(&answer.value.horizon[1]),
            answer.value.currency
        ));
    }
    table
}

fn margins(answer: &ValueAnswer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("revenue", Right),
        ("cost", Right),
        ("margin", Right),
        ("P5", Right),
        ("P95", Right),
    ];
    let mut table = Columns::new("Margin of each contract", &heads);
    for c in &answer.value.contracts {
        let Some((revenue, margin)) = c.margin else { continue };
        table.push(vec![
            c.id.clone(),
            answer.money(revenue.mean),
            answer.money(c.billed.mean + c.lost.mean),
            answer.amount(margin.mean),
            answer.money(margin.p5.mean),
            answer.money(margin.p95.mean),
        ]);
    }
    if !table.is_empty() {
        table.foot(
            "Revenue of the work that is served, shared out by the reference GPU-hours that each contract gave.".to_owned(),
        );
    }
    table
}

fn remedies(answer: &ValueAnswer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("delay credits", Right),
        ("SLA credits", Right),
        ("deficiency", Right),
        ("prepaid", Right),
        ("peak P95", Right),
        ("chance", Right),
        ("lost", Right),
    ];
    let mut table = Columns::new("Credits, deficiency and prepaid money", &heads).spare(&[4, 3]);
    let is_moved = |c: &&ContractValue| {
        c.delay_credits.mean + c.sla_credits.mean + c.deficiency.mean + c.prepaid.mean > 0.0
    };
    for c in answer.value.contracts.iter().filter(is_moved) {
        let prepaid = |text: String| if c.prepaid.mean > 0.0 { text } else { NONE.to_owned() };
        table.push(vec![
            c.id.clone(),
            answer.money(c.delay_credits.mean),
            answer.money(c.sla_credits.mean),
            answer.money(c.deficiency.mean),
            prepaid(answer.money(c.prepaid.mean)),
            prepaid(answer.money(c.peak.p95.mean)),
            prepaid(percent(c.loss_chance.mean)),
            prepaid(answer.amount(c.lost)),
        ]);
    }
    if !table.is_empty() {
        table.foot("Means; prepaid at its peak in 19 futures of 20, the chance that some of it is lost, and how much on average.".to_owned());
    }
    table
}

fn waiting(answer: &ValueAnswer<'_>) -> Columns {
    let heads = [
        ("", Left),
        ("price", Right),
        ("P5", Right),
        ("P95", Right),
        ("work lost", Right),
        ("together", Right),
        ("cheaper in", Right),
    ];
    let title = format!("What waiting {} months would have cost", answer.value.wait);
    let mut table = Columns::new(&title, &heads);
    if answer.value.side == Side::Seller {
        return table;
    }
    for c in &answer.value.contracts {
        let (Some(waiting), Some(cheaper)) = (c.waiting, c.waiting_cheaper) else { continue };
        let known = |money: Option<f64>| money.map_or(NONE.to_owned(), |money| answer.money(money));
        table.push(vec![
            c.id.clone(),
            answer.money(waiting.mean.mean),
            answer.money(waiting.p5.mean),
            answer.money(waiting.p95.mean),
            known(c.meanwhile.map(|work| work.mean)),
            known(c.meanwhile.map(|work| work.mean + waiting.mean.mean)),
            percent(cheaper.mean),
        ]);
    }
    if !table.is_empty() {
        table.foot("Price: the GPU-hours of tranches not yet delivered, at the market price of the later day less the contract's (below 0: saved); how prices move is a judgement (`[market]`). Work lost: what would have gone unserved meanwhile, at its blocks' values, the least valuable first wherever it runs, so at least that. Last: the share of futures in which waiting is cheaper.".to_owned());
    }
    table
}

fn rights(answer: &ValueAnswer<'_>) -> Columns {
    let heads = [("", Left), ("renewal", Right), ("sublease", Right)];
    let mut table = Columns::new("What rights are worth", &heads);
    for c in &answer.value.contracts {
        if c.renewal.is_none() && c.sublease.is_none() {
            continue;
        }
        let of = |right: Option<Estimate>| right.map_or(NONE.to_owned(), |r| answer.amount(r));
        table.push(vec![c.id.clone(), of(c.renewal), of(c.sublease)]);
    }
    if !table.is_empty() {
        table.foot("No flow hangs on a right: a renewal saves what the market is dearer on the day of notice; subletting what stands idle brings the market price at most.".to_owned());
    }
    table
}

fn work(answer: &ValueAnswer<'_>) -> Columns {
    let currency = &answer.value.currency;
    let per_million = format!("{currency}/Mtok");
    let heads = [
        ("", Left),
        ("served GPUh", Right),
        ("Mtok", Right),
        (per_million.as_str(), Right),
        ("revenue", Right),
    ];
    let mut table = Columns::new("Work served", &heads);
    for w in &answer.value.work {
        table.push(vec![
            w.id.clone(),
            short(w.served.mean),
            w.tokens.map_or(NONE.to_owned(), |tokens| short(tokens.mean)),
            ValueAnswer::price(w.cost_per_million),
            w.revenue.map_or(NONE.to_owned(), |revenue| answer.money(revenue.mean)),
        ]);
    }
    if !table.is_empty() {
        table.foot(format!(
            "In the first {} months, in {} GPU-hours (revenue: in the whole horizon); each class bears what all contracts bill by the GPU-hours that it takes.",
            answer.value.headline_months, answer.head.reference
        ));
    }
    table
}

/// Money of each year by group of kinds, to the last flow; years at the end that hardly count are one row.
fn years(answer: &ValueAnswer<'_>) -> Columns {
    let mut by: BTreeMap<&str, BTreeMap<&str, i128>> = BTreeMap::new();
    let mut groups: Vec<(FlowKind, &str)> = Vec::new();
    let last = last_that_counts(answer);
    for flow in answer.value.cash_flows.iter().filter(|flow| flow.month >= 0) {
        let year = flow.text.split('-').next().unwrap_or_default();
        let year = if flow.month > last { "later" } else { year };
        let group = flow.kind.group();
        *by.entry(year).or_default().entry(group).or_default() += flow.micros;
        match groups.iter_mut().find(|(_, name)| *name == group) {
            Some((kind, _)) => *kind = (*kind).min(flow.kind),
            None => groups.push((flow.kind, group)),
        }
    }
    groups.sort_unstable();
    let mut heads = vec![("", Left)];
    heads.extend(groups.iter().map(|(_, name)| (*name, Right)));
    heads.push(("net", Right));
    let mut table = Columns::new("Cash flow by year", &heads);
    for (year, sums) in &by {
        let of = |micros: Option<&i128>| {
            micros.map_or(NONE.to_owned(), |micros| short(*micros as f64 / 1e6))
        };
        let mut row = vec![(*year).to_owned()];
        row.extend(groups.iter().map(|(_, name)| of(sums.get(name))));
        row.push(of(Some(&sums.values().sum::<i128>())));
        table.push(row);
    }
    if !table.is_empty() {
        let side = answer.value.side.name();
        let currency = &answer.value.currency;
        table.foot(format!(
            "{currency}, mean over all futures, seen by the {side}: what it pays is negative. Fees are what is taken and what is paid and not taken (deficiency); each kind and month is in --json and --out."
        ));
    }
    table
}

fn notes(answer: &ValueAnswer<'_>, style: Style) -> String {
    let v = answer.value;
    let mut notes = Vec::new();
    if !v.without_price.is_empty() {
        notes.push(format!("Left out, since no price is known: {}.", v.without_price.join(", ")));
    }
    if !v.owned.is_empty() && v.side == Side::Buyer {
        notes.push(format!(
            "What the owner's own fleets cost is not in the book: {}.",
            v.owned.join(", ")
        ));
    }
    if v.usage == Use::Taken && v.side == Side::Buyer && !v.contracts.is_empty() {
        notes.push("Without dispatch (`--quick`) all that is available counts as taken: no deficiency, no cost of unserved work.".to_owned());
    }
    if v.contracts.iter().any(|c| c.before.mean != 0.0) {
        let before: f64 = v.contracts.iter().map(|c| c.before.mean).sum();
        let what = if v.side == Side::Buyer { "paid" } else { "received" };
        notes.push(format!(
            "Before the first day {} was {what} already; it is in no figure above.",
            answer.money(before)
        ));
    }
    let lines = notes.iter().flat_map(|note| wrap(note, style.width.clamp(40, 110)));
    lines.map(|line| format!("{}\n", style.faint(&line))).collect()
}
