//! Supply against demand by month, with fans and deliveries.

use super::Figure;
use crate::html::facts::{day, month, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{percent, whole};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let assess = report.section("assess")?;
    let months = rows(assess, "months");
    let headline = num(assess, "headline/months")? as usize;
    let last = months.get(headline.checked_sub(1)?)?;
    let read = |path: &str| num(last, path).unwrap_or(0.0);
    let words = format!(
        "In {}, the last month of the headline, half of all futures ask for more than {} GPUs; supply is {} promised, {} at the \
         median, and {} in a late future.",
        month(text(last, "month")),
        tips.number(&whole(read("demand/p50")), "demand"),
        tips.number(&whole(read("total/promised")), "promised"),
        tips.number(&whole(read("total/p50")), "supply"),
        tips.number(&whole(read("total/p10")), "supply"),
    );
    let take = |path: &str| -> Vec<Value> {
        months.iter().map(|m| m.pointer(path).cloned().unwrap_or_default()).collect()
    };
    let coming =
        rows(assess, "deliveries").iter().filter(|d| text(d, "p50") >= text(assess, "from"));
    let delivery = |d: &Value| json!({ "day": d["p50"], "name": d["tranche"], "gpus": d["gpus"], "p10": d["p10"], "p90": d["p90"], "promised": d["promised"] });
    Some(Figure {
        title: "Supply against demand, month by month".to_owned(),
        words,
        alt: format!(
            "Two bands by month from {} on, supply and demand from P10 to P90 with their medians, what is promised as a \
             line, and a mark at the median day of each delivery.",
            month(text(months.first()?, "month"))
        ),
        why: "supply",
        table: quarters(assess, tips),
        data: json!({
            "unit": text(assess, "reference_accelerator"),
            "headline": headline,
            "months": take("/month"),
            "promised": take("/total/promised"),
            "supply": { "p10": take("/total/p10"), "p50": take("/total/p50"), "p90": take("/total/p90") },
            "demand": { "p10": take("/demand/p10"), "p50": take("/demand/p50"), "p90": take("/demand/p90") },
            "lolp": take("/lolp/mean"),
            "deliveries": coming.map(delivery).collect::<Vec<_>>(),
        }),
    })
}

/// The same by quarter, with what is unserved and the deliveries of the quarter.
fn quarters(assess: &Value, tips: &mut Tips) -> String {
    let columns = [
        ("Quarter", Words, None),
        ("Promised", Numbers, Some("promised")),
        ("Supply P10", Numbers, Some("supply")),
        ("P50", Numbers, None),
        ("P90", Numbers, None),
        ("Demand P10", Numbers, Some("demand")),
        ("P50", Numbers, None),
        ("P90", Numbers, None),
        ("Firm unserved", Numbers, Some("unserved-share")),
        ("Months at risk", Numbers, Some("months-at-risk")),
    ];
    let row = |q: &Value| {
        let cell = |path: &str| num(q, path).map_or_else(String::new, whole);
        let mut cells = vec![safe(text(q, "quarter"))];
        cells.extend(
            [
                "total/promised",
                "total/p10",
                "total/p50",
                "total/p90",
                "demand/p10",
                "demand/p50",
                "demand/p90",
            ]
            .map(cell),
        );
        cells.push(num(q, "firm_unserved_share").map_or_else(String::new, percent));
        cells.push(num(q, "months_at_risk").map_or_else(String::new, whole));
        cells
    };
    let all: Vec<Vec<String>> = rows(assess, "quarters").iter().map(row).collect();
    let unit = text(assess, "reference_accelerator");
    let caption = format!("By quarter, in GPUs of {unit}, mean of the quarter's hours");
    let deliveries =
        rows(assess, "deliveries").iter().filter(|d| text(d, "promised") >= text(assess, "from"));
    let coming = deliveries.map(|d| {
        vec![
            safe(text(d, "tranche")),
            num(d, "gpus").map_or_else(String::new, whole),
            day(text(d, "promised")),
            day(text(d, "p50")),
        ]
    });
    let second = table(
        tips,
        "Deliveries still to come when the horizon begins",
        &[
            ("Tranche", Words, None),
            ("GPUs", Numbers, None),
            ("Promised", Numbers, None),
            ("Median day in service", Numbers, Some("delivery")),
        ],
        &coming.collect::<Vec<_>>(),
    );
    table(tips, &caption, &columns, &all) + &second
}
