//! Offers on the table: what signing each would change.

use super::Figure;
use crate::html::facts::{est, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number;
use crate::study::StudyReport;
use serde_json::Value;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let all = rows(report.section("offers")?, "");
    if all.is_empty() {
        return None;
    }
    let columns = [
        ("Offer", Words, None),
        ("Sign", Words, Some("offer")),
        ("Unserved, GPUh a year", Numbers, Some("stress")),
        ("Cost", Numbers, None),
        ("Stops paying at", Numbers, None),
    ];
    let row = |offer: &Value| {
        let write =
            |path: &str| est(offer, path).map_or_else(String::new, |e| number::estimate(e, ""));
        let sign = match offer.get("sign") {
            Some(Value::Bool(true)) => "yes".to_owned(),
            Some(Value::Bool(false)) => "no".to_owned(),
            Some(Value::String(word)) => word.clone(),
            _ => String::new(),
        };
        let stops = num(offer, "breakeven_price")
            .map_or_else(String::new, |price| number::decimal(price, 2));
        vec![
            safe(text(offer, "offer")),
            safe(&sign),
            write("delta_eue"),
            write("delta_cost"),
            stops,
        ]
    };
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
        table: table(
            tips,
            "What signing each offer would change",
            &columns,
            &all.iter().map(row).collect::<Vec<_>>(),
        ),
        data: Value::Null,
    })
}
