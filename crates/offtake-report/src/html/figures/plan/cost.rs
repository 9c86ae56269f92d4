//! What the plan costs in expectation, term by term.

use crate::html::facts::{money, num, text};
use crate::html::figures::Figure;
use crate::html::plan::{made, terms};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{decimal, percent};
use crate::study::StudyReport;
use serde_json::json;

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let (terms, all) = terms(plan);
    let most = terms.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let currency = text(plan, "currency");
    let write = |millions: f64| money(millions * 1e6, currency);
    let [cvar, worst] = ["cost/cvar", "cost/worst"].map(|path| num(plan, path).unwrap_or(0.0));
    let words = format!(
        "In expectation the plan costs {}, the largest part of it {} with {}; the worst {} of futures cost {} on average, the \
         worst of all {}.",
        tips.number(&write(all), "plan-cost"),
        safe(most.0),
        tips.number(&write(most.1), "plan-cost"),
        percent(1.0 - num(plan, "risk_level").unwrap_or(0.0)),
        tips.number(&write(cvar), "plan-risk"),
        write(worst),
    );
    let unit = format!("M{currency}");
    let columns = [("Term", Words, None), (unit.as_str(), Numbers, Some("plan-cost"))];
    let row = |(name, sum): &(&str, f64)| vec![safe(name), decimal(*sum, 1)];
    let mut cells: Vec<Vec<String>> = terms.iter().map(row).collect();
    cells.push(vec!["All".to_owned(), decimal(all, 1)]);
    let step = |(name, sum): &(&str, f64)| json!({ "name": name, "amount": sum * 1e6 });
    Some(Figure {
        title: "What the plan costs".to_owned(),
        words,
        alt: "A waterfall: the terms of the expected cost, each beginning where the one before ended, to all of it."
            .to_owned(),
        why: "plan-cost",
        table: table(tips, "Expected cost of the plan by term, discounted", &columns, &cells),
        data: json!({
            "currency": currency, "steps": terms.iter().map(step).collect::<Vec<_>>(), "all": all * 1e6,
        }),
    })
}
