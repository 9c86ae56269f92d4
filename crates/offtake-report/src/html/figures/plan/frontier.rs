//! Cost against risk: the best known plan for each weight of the worst futures.

use crate::html::facts::{money, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::made;
use crate::html::text::{Side::Numbers, Tips, table};
use crate::number::{decimal, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let all = rows(plan, "frontier");
    let (first, last) = (all.first()?, all.last()?);
    let currency = text(plan, "currency");
    let millions = |row: &Value, key: &str| num(row, key).unwrap_or(0.0) * 1e6;
    let write = |amount: f64| money(amount, currency);
    let tail = percent(1.0 - num(plan, "risk_level").unwrap_or(0.0));
    let dearer = millions(last, "expected") - millions(first, "expected");
    let saved = millions(first, "cvar") - millions(last, "cvar");
    let words = if dearer > 0.5 && saved > 0.5 {
        format!(
            "Who looks at the worst {tail} of futures alone pays {} more on average and {} less in those.",
            tips.number(&write(dearer), "plan-risk"),
            tips.number(&write(saved), "plan-risk")
        )
    } else {
        format!(
            "The plan that costs least on average is also the best known in the worst {tail} of futures: {} there.",
            tips.number(&write(millions(first, "cvar")), "plan-risk")
        )
    };
    let columns = [
        ("Weight of the worst", Numbers, Some("plan-risk")),
        ("Expected", Numbers, Some("plan-cost")),
        ("Mean of the worst", Numbers, Some("plan-risk")),
        ("No plan below", Numbers, Some("plan-gap")),
    ];
    let row = |row: &Value| {
        let amount =
            |key: &str| num(row, key).map_or_else(String::new, |amount| decimal(amount, 1));
        let weight = num(row, "risk_weight").map_or_else(String::new, |weight| decimal(weight, 2));
        vec![weight, amount("expected"), amount("cvar"), amount("lower_bound")]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let caption = format!("Millions of {currency}, discounted; the last as the weight weighs them");
    let point =
        |row: &Value| json!([row["risk_weight"], millions(row, "expected"), millions(row, "cvar")]);
    let cost = &plan["cost"];
    Some(Figure {
        title: "Cost against risk".to_owned(),
        words,
        alt: format!(
            "A line of {} plans from least expected cost, at the upper left, to least in the worst futures, at the lower \
             right; a square marks the plan that was chosen.",
            all.len()
        ),
        why: "plan-risk",
        table: table(tips, &caption, &columns, &cells),
        // One plan is no line.
        data: if dearer < 0.5 {
            Value::Null
        } else {
            json!({
                "currency": currency,
                "tail": tail,
                "points": all.iter().map(point).collect::<Vec<_>>(),
                "signs": all.iter().map(|row| row["sign"].clone()).collect::<Vec<_>>(),
                "chosen": [plan["risk_weight"], millions(cost, "expected"), millions(cost, "cvar")],
            })
        },
    })
}
