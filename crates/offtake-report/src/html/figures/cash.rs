//! Money in and out by kind, from the first to what is left.

use super::Figure;
use crate::html::facts::{aligned, money, text, words};
use crate::html::money::by_kind;
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::study::StudyReport;
use offtake_adequacy::Estimate;
use serde_json::json;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let kinds = by_kind(value);
    let currency = text(value, "currency");
    let net: f64 = kinds.iter().map(|(_, sum)| sum).sum();
    let (first, last) = (kinds.first()?, kinds.last()?);
    let most = if last.1.abs() > first.1.abs() { last } else { first };
    let said = format!(
        "Over all terms {} is left; the largest single item is <strong>{}</strong> with {}.",
        tips.number(&money(net, currency), "cash-flow"),
        safe(&words(&most.0)),
        tips.number(&money(most.1, currency), "cash-flow")
    );
    let amounts = kinds.iter().map(|(_, sum)| *sum).chain([net]);
    let (letter, amounts) =
        aligned(&amounts.map(|sum| Some(Estimate::exact(sum))).collect::<Vec<_>>());
    let names = kinds.iter().map(|(kind, _)| safe(&words(kind))).chain(["Left".to_owned()]);
    let cells: Vec<Vec<String>> =
        names.zip(amounts).map(|(name, amount)| vec![name, amount]).collect();
    let unit = format!("{letter}{currency}");
    let columns = [("Kind", Words, None), (unit.as_str(), Numbers, Some("cash-flow"))];
    Some(Figure {
        title: "Money in and out".to_owned(),
        words: said,
        alt: "A waterfall: receipts and payments by kind, each beginning where the one before ended, to what is left.".to_owned(),
        why: "cash-flow",
        table: table(tips, "All flows by kind, mean over futures, undiscounted", &columns, &cells),
        data: json!({
            "currency": currency,
            "steps": kinds.iter().map(|(kind, sum)| json!({ "name": words(kind), "amount": sum })).collect::<Vec<_>>(),
            "net": net,
        }),
    })
}
