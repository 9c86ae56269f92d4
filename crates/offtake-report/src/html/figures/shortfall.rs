//! What each kind of work goes without, month by month.

use super::Figure;
use crate::html::facts::{est, month, num, rows, share, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::percent;
use crate::study::StudyReport;
use serde_json::{Value, json};

/// Months of a quarter of the table.
const STEP: usize = 3;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let assess = report.section("assess")?;
    let classes = rows(assess, "classes");
    let headline = num(assess, "headline/months")? as usize;
    let months: Vec<&str> =
        rows(classes.first()?, "months").iter().map(|m| text(m, "month")).collect();
    let firm = classes.iter().filter(|class| class["is_firm"] == true);
    let worst = firm.filter_map(|class| Some((mean(class, 0..headline)?, class)));
    let worst = worst.max_by(|a, b| a.0.total_cmp(&b.0));
    let words = worst.map_or_else(String::new, |(unserved, class)| {
        format!(
            "Of firm work, <strong>{}</strong> goes without most: {} of it is unserved over the headline. Work is served in \
             order of priority, 1 first; what is lower takes what is \
             left. A blank is a month in which that work asks for nothing.",
            safe(&name(class)),
            tips.number(&percent(unserved), "class-share")
        )
    });
    Some(Figure {
        title: "Which work goes short, and when".to_owned(),
        words,
        alt: format!(
            "A map with a row for each of {} kinds of work in order of priority and a column for each month; the darker a \
             cell, the more of that work goes unserved.",
            classes.len()
        ),
        why: "class-share",
        table: by_quarter(classes, &months, headline, tips),
        data: json!({
            "headline": headline,
            "months": months,
            "rows": classes.iter().map(row).collect::<Vec<_>>(),
        }),
    })
}

fn name(class: &Value) -> String {
    match text(class, "block") {
        "all" | "" => text(class, "id").to_owned(),
        block => format!("{}, {block}", text(class, "id")),
    }
}

fn row(class: &Value) -> Value {
    let shares = rows(class, "months").iter().map(|m| m["unserved_share"]["mean"].clone());
    let errors =
        rows(class, "months").iter().map(|m| m["unserved_share"]["standard_error"].clone());
    json!({
        "name": name(class),
        "priority": class["priority"],
        "is_firm": class["is_firm"],
        "share": shares.collect::<Vec<_>>(),
        "error": errors.collect::<Vec<_>>(),
    })
}

/// Returns the share unserved over some months; `None` where nothing is asked for.
fn mean(class: &Value, months: std::ops::Range<usize>) -> Option<f64> {
    let of = rows(class, "months").get(months)?;
    let sum = |path: &str| -> f64 { of.iter().filter_map(|month| num(month, path)).sum() };
    let demand = sum("demand");
    (demand > 0.0).then(|| sum("unserved") / demand)
}

fn by_quarter(classes: &[Value], months: &[&str], headline: usize, tips: &mut Tips) -> String {
    let starts: Vec<usize> = (0..headline.min(months.len())).step_by(STEP).collect();
    let ends = |start: usize| (start + STEP).min(headline.min(months.len()));
    let names: Vec<String> = starts.iter().map(|&s| month(months[s])).collect();
    let mut columns = vec![
        ("Work", Words, None),
        ("Priority", Numbers, None),
        ("Whole horizon", Numbers, Some("class-share")),
    ];
    columns.extend(names.iter().map(|name| (name.as_str(), Numbers, None)));
    let row = |class: &Value| {
        let firm = if class["is_firm"] == true { "" } else { ", not firm" };
        let neue = est(class, "neue").map_or_else(String::new, |neue| share(neue.times(1e-6)));
        let mut cells = vec![
            safe(&name(class)),
            format!("{}{firm}", num(class, "priority").unwrap_or(0.0)),
            neue,
        ];
        let cell = |&start: &usize| {
            mean(class, start..ends(start)).map_or_else(|| "–".to_owned(), percent)
        };
        cells.extend(starts.iter().map(cell));
        cells
    };
    let all: Vec<Vec<String>> = classes.iter().map(row).collect();
    table(
        tips,
        "Share of each kind of work unserved, three months from the month named",
        &columns,
        &all,
    )
}
