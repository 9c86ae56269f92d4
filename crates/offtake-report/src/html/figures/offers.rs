//! Offers on the table: what signing each would change.

use super::Figure;
use crate::html::facts::{aligned, est, num, rows, text, words};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number;
use crate::study::StudyReport;
use serde_json::Value;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let all = rows(report.section("offers")?, "");
    if all.is_empty() {
        return None;
    }
    let column = |path: &str| aligned(&all.iter().map(|row| est(row, path)).collect::<Vec<_>>());
    let [(eue_letter, eue), (cost_letter, cost)] = ["delta_eue", "delta_cost"].map(column);
    let unserved = format!("Unserved, {eue_letter} GPUh a year");
    let currency = report.book["currency"].as_str().unwrap_or("");
    let paid = format!("Cost, {cost_letter} {currency}");
    let stops = format!("Stops paying at, {currency} a GPU-hour");
    let columns = [
        ("Offer", Words, None),
        ("Sign", Words, Some("offer")),
        (unserved.as_str(), Numbers, Some("stress")),
        (paid.as_str(), Numbers, None),
        (stops.as_str(), Numbers, None),
    ];
    let row = |(at, offer): (usize, &Value)| {
        let sign = match offer.get("sign") {
            Some(Value::Bool(true)) => "yes",
            Some(Value::Bool(false)) => "no",
            Some(Value::String(word)) => word,
            _ => "",
        };
        let price = num(offer, "breakeven_price");
        let price =
            price.map_or_else(|| number::NONE.to_owned(), |price| number::decimal(price, 2));
        vec![safe(text(offer, "offer")), safe(sign), eue[at].clone(), cost[at].clone(), price]
    };
    let rows: Vec<Vec<String>> = all.iter().enumerate().map(row).collect();
    let signed = all.iter().filter(|offer| offer["sign"] == true).count();
    Some(Figure {
        title: "Offers on the table".to_owned(),
        words: format!(
            "Of {} that can be signed, {} would pay.",
            number::whole(all.len() as f64),
            tips.number(&signed.to_string(), "offer")
        ),
        alt: String::new(),
        why: "offer",
        table: table(tips, "What signing each offer would change", &columns, &rows)
            + &against(all, currency, tips),
        data: Value::Null,
    })
}

/// Each offer against doing something else.
fn against(all: &[Value], currency: &str, tips: &mut Tips) -> String {
    let of = |offer: &'_ Value| -> Vec<(String, Value)> {
        let name = text(offer, "offer").to_owned();
        rows(offer, "against").iter().map(|row| (name.clone(), row.clone())).collect()
    };
    let pairs: Vec<(String, Value)> = all.iter().flat_map(of).collect();
    if pairs.is_empty() {
        return String::new();
    }
    let column =
        |path: &str| aligned(&pairs.iter().map(|(_, row)| est(row, path)).collect::<Vec<_>>());
    let [(eue_letter, eue), (cost_letter, cost)] = ["delta_eue", "delta_cost"].map(column);
    let unserved = format!("Unserved, {eue_letter} GPUh a year");
    let paid = format!("Cost, {cost_letter} {currency}");
    let columns = [
        ("Offer", Words, None),
        ("Instead", Words, None),
        (unserved.as_str(), Numbers, Some("offer")),
        (paid.as_str(), Numbers, None),
    ];
    let row = |(at, (name, row)): (usize, &(String, Value))| {
        let other = safe(&words(text(row, "alternative")));
        vec![safe(name), other, eue[at].clone(), cost[at].clone()]
    };
    let cells: Vec<Vec<String>> = pairs.iter().enumerate().map(row).collect();
    table(tips, "What doing something else would change", &columns, &cells)
}
