//! Cash over debt service against months late: a map by quarter, with where each trigger falls.

use super::Figure;
use crate::html::facts::{money, num, quarter, rows, text};
use crate::html::money::{Trigger, delays, late_project, triggers};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{NONE, decimal, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let project = late_project(value)?;
    let (found, least) = delays(value)?;
    let happens = triggers(project);
    let last = found.last().map_or(0.0, |(months, _)| *months);
    let shown: Vec<(&str, f64)> = happens
        .iter()
        .filter(|trigger| (0.0..=last).contains(&trigger.months))
        .map(|trigger| (trigger.name.as_str(), trigger.months))
        .collect();
    let all = rows(project, "delay/rows");
    let map: Vec<Value> = all
        .iter()
        .flat_map(|row| {
            let months = num(row, "months_late").unwrap_or(0.0);
            rows(row, "by_quarter")
                .iter()
                .filter_map(move |one| Some((text(one, "quarter"), num(one, "dscr")?)))
                .map(move |(name, dscr)| json!([months, quarter(name), dscr]))
        })
        .collect();
    let table = format!(
        "{}{}{}",
        by_months(value, all, tips),
        by_quarter(all, tips),
        by_trigger(&happens, tips)
    );
    Some(Figure {
        title: "How late it may be before the debt suffers".to_owned(),
        words: words(project, (&found, least), &happens, tips),
        alt: "A map: months of delay across, quarters down, each cell the cash over debt service of the twelve months to \
              that quarter, darker and hatched where it is below what lenders ask for; a rule at each delay from which \
              something is triggered."
            .to_owned(),
        why: "dscr",
        table,
        data: json!({ "least": least, "points": found, "map": map, "marks": shown }),
    })
}

/// Says when the ratio breaks, and what happens first.
fn words(
    project: &Value,
    (found, least): (&[(f64, f64)], f64),
    happens: &[Trigger],
    tips: &mut Tips,
) -> String {
    let ask = decimal(least, 2);
    let name = safe(text(project, "name"));
    let of = if name.is_empty() { String::new() } else { format!("{name}, ") };
    let mut said = match found.iter().find(|(_, dscr)| *dscr < least) {
        Some((months, dscr)) => format!(
            "{of}everything still to come late, all else as promised: cash over debt service is {} at {} months late, \
             where lenders ask for {ask}.",
            tips.number(&decimal(*dscr, 2), "dscr"),
            decimal(*months, 0),
        ),
        None => format!(
            "{of}everything still to come late, all else as promised: cash over debt service stays above {} at every delay \
             looked at.",
            tips.number(&ask, "dscr")
        ),
    };
    let told: Vec<String> = happens
        .iter()
        .map(|trigger| match trigger.days < 0.0 {
            true => format!("{} already as promised", safe(&trigger.name)),
            false => format!("{} at {} days", safe(&trigger.name), decimal(trigger.days, 0)),
        })
        .collect();
    if !told.is_empty() {
        said.push_str(&format!(" In this order: {}.", told.join("; ")));
    }
    said
}

fn by_months(value: &Value, all: &[Value], tips: &mut Tips) -> String {
    let currency = text(value, "currency");
    let columns = [
        ("Months late", Numbers, None),
        ("Least DSCR", Numbers, Some("dscr")),
        ("IRR to the owners", Numbers, Some("irr")),
        ("Still owed at the end", Numbers, None),
    ];
    let maybe = |found: Option<String>| found.unwrap_or_else(|| NONE.to_owned());
    let row = |row: &Value| {
        vec![
            maybe(num(row, "months_late").map(|months| decimal(months, 0))),
            maybe(num(row, "dscr_min").map(|dscr| decimal(dscr, 2))),
            maybe(num(row, "equity_irr").map(percent)),
            maybe(num(row, "unpaid").map(|owed| money(owed, currency))),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    table(tips, "Least cash over debt service by months of delay", &columns, &cells)
}

fn by_quarter(all: &[Value], tips: &mut Tips) -> String {
    let mut quarters: Vec<&str> = all
        .iter()
        .flat_map(|row| rows(row, "by_quarter"))
        .map(|one| text(one, "quarter"))
        .collect();
    quarters.sort_unstable();
    quarters.dedup();
    if quarters.is_empty() {
        return String::new();
    }
    let months: Vec<String> = all
        .iter()
        .filter_map(|row| num(row, "months_late"))
        .map(|months| decimal(months, 0))
        .collect();
    let mut columns = vec![("Quarter", Words, Some("dscr"))];
    columns.extend(months.iter().map(|months| (months.as_str(), Numbers, None)));
    let at = |row: &Value, name: &str| {
        let own = rows(row, "by_quarter").iter().find(|one| text(one, "quarter") == name);
        own.and_then(|one| num(one, "dscr")).map_or_else(|| NONE.to_owned(), |d| decimal(d, 2))
    };
    let cells: Vec<Vec<String>> = quarters
        .iter()
        .map(|name| {
            let mut cells = vec![safe(&quarter(name))];
            cells.extend(all.iter().map(|row| at(row, name)));
            cells
        })
        .collect();
    table(tips, "Cash over debt service by quarter, at so many months late", &columns, &cells)
}

fn by_trigger(happens: &[Trigger], tips: &mut Tips) -> String {
    if happens.is_empty() {
        return String::new();
    }
    let columns = [("What happens", Words, None), ("From days late", Numbers, Some("dscr"))];
    let row = |trigger: &Trigger| vec![safe(&trigger.name), decimal(trigger.days, 0)];
    let cells: Vec<Vec<String>> = happens.iter().map(row).collect();
    table(tips, "What a delay triggers", &columns, &cells)
}
