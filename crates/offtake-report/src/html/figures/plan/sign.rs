//! What the plan signs: each thing from its promised day on, and by which day it is to be expected.

use crate::html::facts::{day, money, month, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::{gpus, made};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{decimal, percent, whole};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let all = rows(plan, "sign");
    if all.is_empty() {
        return None;
    }
    let currency = text(plan, "currency");
    let last = all.iter().map(|one| text(one, "p90")).max().unwrap_or("");
    let late = if all.iter().any(|one| text(one, "p90").is_empty()) {
        "one of them comes by no day in nine futures of ten".to_owned()
    } else {
        format!("nine futures in ten have each of them by {}", tips.number(&day(last), "delivery"))
    };
    let row = |one: &Value| {
        json!({
            "offer": one["offer"], "seller": one["seller"], "site": one["site"], "gpus": one["gpus"],
            "sign_on": one["sign_on"], "promised": one["start"], "p50": one["p50"], "p90": one["p90"],
            "never": one["never"], "end": one["end"],
            "price": format!("{} {currency}", decimal(num(one, "price").unwrap_or(0.0), 2)),
            "cost": money(num(one, "cost").unwrap_or(0.0) * 1e6, currency),
        })
    };
    Some(Figure {
        title: "What to sign, and when it comes".to_owned(),
        words: format!(
            "The plan for {} futures from {} to {} signs {} GPUs under {} contracts; {late}.",
            num(plan, "scenarios").map_or_else(String::new, whole),
            month(text(plan, "from")),
            month(text(plan, "to")),
            tips.number(&whole(gpus(plan)), "plan-sign"),
            all.len(),
        ),
        alt: format!(
            "A row for each of {} contracts against time: its term as promised as a pale bar, the promised day as a mark, \
             and a dark bar from there over the median day in service to the day that nine futures in ten keep.",
            all.len()
        ),
        why: "plan-sign",
        table: listed(all, currency, tips),
        data: json!({
            "from": text(plan, "as_of"), "until": format!("{}-28", text(plan, "to")),
            "rows": all.iter().map(row).collect::<Vec<_>>(),
        }),
    })
}

fn listed(all: &[Value], currency: &str, tips: &mut Tips) -> String {
    let asked = format!("Asked, {currency}/GPUh");
    let cost = format!("Cost, M{currency}");
    let columns = [
        ("Offer", Words, None),
        ("From", Words, None),
        ("At", Words, None),
        ("GPUs", Numbers, Some("plan-sign")),
        ("Sign on", Numbers, None),
        ("Promised", Numbers, None),
        ("P50", Numbers, Some("delivery")),
        ("P90", Numbers, None),
        ("Never", Numbers, Some("never")),
        (asked.as_str(), Numbers, None),
        (cost.as_str(), Numbers, Some("plan-cost")),
    ];
    let row = |one: &Value| {
        let date = |key: &str| day(text(one, key));
        vec![
            safe(text(one, "offer")),
            safe(text(one, "seller")),
            safe(text(one, "site")),
            num(one, "gpus").map_or_else(String::new, whole),
            date("sign_on"),
            date("start"),
            date("p50"),
            date("p90"),
            num(one, "never").map_or_else(String::new, percent),
            num(one, "price").map_or_else(String::new, |price| decimal(price, 2)),
            num(one, "cost").map_or_else(String::new, |cost| decimal(cost, 1)),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    table(tips, "What the plan signs; a dash is never", &columns, &cells)
}
