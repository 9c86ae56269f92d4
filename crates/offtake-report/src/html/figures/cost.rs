//! What a GPU-hour costs: as promised, as delivered, as used.

use super::Figure;
use crate::html::facts::text;
use crate::html::money::{cost, verb};
use crate::html::text::{Side::Numbers, Side::Words, Tips, table};
use crate::number::{percent, plus_minus};
use crate::study::StudyReport;
use serde_json::json;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let found = cost(value)?;
    let (currency, verb) = (text(value, "currency"), verb(value));
    let names = ["promised", "delivered", "used"];
    let dearer = if found[0].mean > 0.0 { found[2].mean / found[0].mean - 1.0 } else { 0.0 };
    let cells: Vec<Vec<String>> = names
        .iter()
        .zip(&found)
        .map(|(name, cost)| vec![(*name).to_owned(), plus_minus(cost.mean, cost.standard_error)])
        .collect();
    let unit = format!("{currency} a GPU-hour");
    let columns = [("GPU-hours", Words, None), (unit.as_str(), Numbers, Some("cost-per-hour"))];
    let bar = |(name, cost): (&&str, &offtake_adequacy::Estimate)| json!({ "name": name, "mean": cost.mean, "error": if cost.standard_error.is_finite() { cost.standard_error } else { 0.0 } });
    Some(Figure {
        title: format!("What a GPU-hour {verb}"),
        words: match verb {
            "brings" => format!(
                "An hour that is used brings {} more than one that was promised: what is late is not billed, and what is \
                 delivered is billed whether or not it is used.",
                tips.number(&percent(dearer), "cost-per-hour")
            ),
            _ => format!(
                "An hour that is used costs {} more than one that was promised: what is paid for and late, broken or idle \
                 is in it.",
                tips.number(&percent(dearer), "cost-per-hour")
            ),
        },
        alt: "Three bars: money for a GPU-hour promised, delivered and used.".to_owned(),
        why: "cost-per-hour",
        table: table(tips, "Money for a GPU-hour", &columns, &cells),
        data: json!({ "currency": currency, "bars": names.iter().zip(&found).map(bar).collect::<Vec<_>>() }),
    })
}
