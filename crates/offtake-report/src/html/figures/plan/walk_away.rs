//! At which price each offer would be left, against what is asked.

use crate::html::facts::{day, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::{Walk, made, walks};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{NONE, decimal};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let all = walks(plan);
    if all.is_empty() {
        return None;
    }
    let unit = text(rows(plan, "walk_away").first()?, "unit");
    let signed = all.iter().filter(|walk| walk.is_signed).count();
    let is_dear = |walk: &&Walk<'_>| walk.high.is_some_and(|high| high < walk.asked);
    let dear = all.iter().filter(is_dear).count();
    let words = format!(
        "The plan signs {} of {} offers; {} ask for more than they can be worth beside it. To the left of a bar signing pays \
         whatever else is signed, to the right it does not; for what is not signed only the right end is known where the bar \
         begins at nothing.",
        tips.number(&signed.to_string(), "plan-walk-away"),
        all.len(),
        tips.number(&dear.to_string(), "plan-walk-away"),
    );
    let columns = [
        ("Offer", Words, None),
        ("In service", Numbers, None),
        ("Signed", Words, None),
        ("Asked", Numbers, None),
        ("Worth at least", Numbers, Some("plan-walk-away")),
        ("Worth at most", Numbers, None),
    ];
    let cell = |row: &Value| {
        let price =
            |path: &str| num(row, path).map_or_else(|| NONE.to_owned(), |of| decimal(of, 2));
        vec![
            safe(text(row, "offer")),
            day(text(row, "start")),
            if row["signed"] == true { "yes" } else { "no" }.to_owned(),
            price("price_asked"),
            if num(row, "price/low") == Some(0.0) { NONE.to_owned() } else { price("price/low") },
            most(row),
        ]
    };
    let cells: Vec<Vec<String>> = rows(plan, "walk_away").iter().map(cell).collect();
    let bar = |walk: &Walk<'_>| {
        json!({
            "offer": walk.offer, "start": walk.start, "signed": walk.is_signed,
            "asked": walk.asked, "low": walk.low, "high": walk.high,
        })
    };
    Some(Figure {
        title: "At which price to leave each offer".to_owned(),
        words,
        alt: format!(
            "A row for each of {} offers: a bar from the price up to which it is worth signing to the price from which it is \
             not, and a mark at the price asked, filled where the plan signs it.",
            all.len()
        ),
        why: "plan-walk-away",
        table: table(tips, &format!("Walk-away prices, {unit}"), &columns, &cells),
        data: json!({ "unit": unit, "rows": all.iter().map(bar).collect::<Vec<_>>() }),
    })
}

fn most(row: &Value) -> String {
    let asked = num(row, "price_asked").unwrap_or(0.0);
    match num(row, "price/high") {
        Some(high) if high < 100.0 * asked => decimal(high, 2),
        _ => "not known".to_owned(),
    }
}
