//! The answer in a few sentences.

use super::{ValueAnswer, seller};
use crate::number::{percent, short};
use offtake_value::{Side, Use};

/// Returns the answer as sentences, the most important first.
#[must_use]
pub fn value_sentence(answer: &ValueAnswer<'_>) -> String {
    if answer.value.contracts.is_empty() {
        let what = match answer.value.side {
            Side::Buyer => "buys",
            Side::Seller => "sells",
        };
        let mend = if answer.value.without_price.is_empty() {
            "`--side` looks at the other side."
        } else {
            "Write `price.total` or `price.per_gpu_hour` in its contracts."
        };
        return format!(
            "The owner of this book {what} nothing under a contract with a price: there is nothing to value. {mend}"
        );
    }
    let parts = [
        seller::sentence(answer),
        worth(answer),
        hours(answer),
        prepaid(answer),
        unserved(answer),
        waiting(answer),
        margin(answer),
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    said.join(" ")
}

fn worth(answer: &ValueAnswer<'_>) -> Option<String> {
    let (value, totals) = (answer.value, &answer.value.totals);
    let count = value.contracts.len();
    let what =
        if count == 1 { "The contract is".to_owned() } else { format!("{count} contracts are") };
    let verb = match (value.side, count) {
        (Side::Buyer, 1) => "it costs",
        (Side::Buyer, _) => "they cost",
        (Side::Seller, 1) => "it brings",
        (Side::Seller, _) => "they bring",
    };
    let (whole, yearly) = (answer.money(totals.value), answer.money(totals.yearly));
    let comes =
        format!("{what} worth {whole} over the terms, {yearly} a year when all is in service");
    let paid = value.spreads.iter().find(|spread| spread.name == "paid")?.distribution;
    Some(format!(
        "{comes}; as things are likely to come, {verb} {} from {} to the last payment{}.",
        answer.money(paid.mean.mean),
        value.horizon[0],
        between(answer, &paid),
    ))
}

/// Returns ` (between … and … in nine futures of ten)`, or nothing where all futures are alike.
fn between(answer: &ValueAnswer<'_>, spread: &offtake_adequacy::Distribution) -> String {
    let (low, high) = (answer.money(spread.p5.mean), answer.money(spread.p95.mean));
    if low == high {
        return String::new();
    }
    format!(" (between {low} and {high} in nine futures of ten)")
}

fn hours(answer: &ValueAnswer<'_>) -> Option<String> {
    let (value, totals) = (answer.value, &answer.value.totals);
    if totals.promised <= 0.0 || value.side == Side::Seller {
        return None;
    }
    let delivered = percent(totals.delivered.mean / totals.promised);
    let [_, of_delivered, of_used] = totals.per_hour;
    let price = |p: Option<offtake_adequacy::Estimate>| {
        format!("{} {}", ValueAnswer::price(p), value.currency)
    };
    let used = match value.usage {
        Use::Dispatched if value.side == Side::Buyer => {
            format!(" and {} as used", price(of_used))
        }
        _ => String::new(),
    };
    let verb = if value.side == Side::Buyer { "costs" } else { "brings" };
    Some(format!(
        "Of the GPU-hours promised until {}, {delivered} are delivered; one {verb} {} as delivered{used}.",
        last_month(&value.horizon[1]),
        price(of_delivered),
    ))
}

/// Returns the month before `2032-01`.
pub(super) fn last_month(after: &str) -> String {
    let Some((year, month)) = after.split_once('-') else { return after.to_owned() };
    match (year.parse::<i32>(), month.parse::<i32>()) {
        (Ok(year), Ok(1)) => format!("{:04}-12", year - 1),
        (Ok(year), Ok(month)) => format!("{year:04}-{:02}", month - 1),
        _ => after.to_owned(),
    }
}

fn prepaid(answer: &ValueAnswer<'_>) -> Option<String> {
    let value = answer.value;
    let spread = |name: &str| value.spreads.iter().find(|spread| spread.name == name);
    let (peak, lost) = (spread("prepaid_peak")?.distribution, spread("prepaid_lost")?.distribution);
    if peak.mean.mean < 0.005 || value.side == Side::Seller {
        return None;
    }
    if value.side == Side::Seller {
        return Some(format!("Money received ahead peaks at {}.", answer.money(peak.mean.mean)));
    }
    let peaks = format!("Money paid ahead peaks at {}", answer.money(peak.mean.mean));
    if value.totals.loss_chance.mean == 0.0 {
        return Some(format!("{peaks}; in no future is any of it lost."));
    }
    Some(format!(
        "{peaks} ({} at worst in 19 futures of 20); with a chance of {} some of it is lost, {} on average.",
        answer.money(peak.p95.mean),
        percent(value.totals.loss_chance.mean),
        answer.money(lost.mean.mean),
    ))
}

fn unserved(answer: &ValueAnswer<'_>) -> Option<String> {
    let totals = &answer.value.totals;
    let (hours, cost) = (totals.unserved?, totals.unserved_cost?);
    if hours.mean <= 0.0 {
        return Some("All work is served.".to_owned());
    }
    Some(format!(
        "Work worth {} goes unserved in the first {} months ({} GPUh, at the values that its blocks put on it).",
        answer.money(cost.mean),
        answer.value.headline_months,
        short(hours.mean),
    ))
}

fn waiting(answer: &ValueAnswer<'_>) -> Option<String> {
    let value = answer.value;
    let spread = |name: &str| value.spreads.iter().find(|spread| spread.name == name);
    if value.side == Side::Seller || value.contracts.iter().all(|c| c.waiting.is_none()) {
        return None;
    }
    let price = spread("waiting_price")?.distribution.mean.mean;
    let saved = if price < 0.0 { "saved" } else { "cost" };
    let start = format!(
        "To sign what is not delivered {} months later would have {saved} {} by the market price of then",
        value.wait,
        answer.money(price.abs()),
    );
    let Some(meanwhile) = spread("waiting_work").map(|spread| spread.distribution.mean.mean) else {
        return Some(format!("{start}."));
    };
    let all = price + meanwhile;
    let verdict = if all > 0.0 { "waiting would have cost" } else { "waiting would have saved" };
    Some(format!(
        "{start}, and left work worth {} at least unserved meanwhile: {verdict} {}.",
        answer.money(meanwhile),
        answer.money(all.abs()),
    ))
}

fn margin(answer: &ValueAnswer<'_>) -> Option<String> {
    let spread = answer.value.spreads.iter().find(|spread| spread.name == "margin")?;
    let d = spread.distribution;
    Some(format!(
        "The work served brings {} {} than the contracts cost until {}{}.",
        answer.money(d.mean.mean.abs()),
        if d.mean.mean < 0.0 { "less" } else { "more" },
        last_month(&answer.value.horizon[1]),
        between(answer, &d),
    ))
}
