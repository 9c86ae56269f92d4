//! What one more GPU would be worth, by pool and month.

use crate::html::facts::{month, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::made;
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::decimal;
use crate::study::StudyReport;
use serde_json::{Value, json};

/// Months of a column of the table.
const STEP: usize = 3;
/// Pools that the picture has room for; the table has all.
const SHOWN: usize = 30;

/// A pool, or pools whose GPUs are worth the same in every month.
struct Pool<'a> {
    names: Vec<&'a str>,
    prices: Vec<f64>,
}

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let all = rows(plan, "pool_worth");
    let months: Vec<&str> =
        rows(all.first()?, "worth").iter().map(|one| text(one, "month")).collect();
    let pools = pools(all);
    let currency = text(plan, "currency");
    let top =
        pools.iter().flat_map(|pool| pool.prices.iter().enumerate().map(move |at| (pool, at)));
    let (pool, (at, most)) = top.max_by(|a, b| a.1.1.total_cmp(b.1.1))?;
    let row =
        |pool: &Pool<'_>| json!({ "name": name(pool), "of": pool.names, "price": pool.prices });
    Some(Figure {
        title: "What one more GPU would be worth".to_owned(),
        words: format!(
            "With the plan signed, one more GPU is worth most at <strong>{}</strong> in {}: {} an hour. Where it is less \
             than what GPUs are offered for, there are enough.",
            safe(&name(pool)),
            month(months.get(at).copied().unwrap_or("")),
            tips.number(&format!("{} {currency}", decimal(*most, 2)), "plan-worth"),
        ),
        alt: format!(
            "A map with a row for each of {} places and types of GPU and a column for each month; the darker a cell, the \
             more one more GPU there would save.",
            pools.len().min(SHOWN)
        ),
        why: "plan-worth",
        table: by_quarter(&pools, &months, currency, tips),
        data: json!({
            "currency": currency, "months": months, "all": pools.len(),
            "rows": pools.iter().take(SHOWN).map(row).collect::<Vec<_>>(),
        }),
    })
}

/// Returns the pools, those together whose worth is the same to the cent, the dearest first.
fn pools(all: &[Value]) -> Vec<Pool<'_>> {
    let cents =
        |prices: &[f64]| prices.iter().map(|p| (p * 100.0).round() as i64).collect::<Vec<_>>();
    let mut found: Vec<Pool<'_>> = Vec::new();
    for one in all {
        let price = |of: &Value| num(of, "price").unwrap_or(0.0).max(0.0);
        let prices: Vec<f64> = rows(one, "worth").iter().map(price).collect();
        match found.iter_mut().find(|known| cents(&known.prices) == cents(&prices)) {
            Some(known) => known.names.push(text(one, "pool")),
            None => found.push(Pool { names: vec![text(one, "pool")], prices }),
        }
    }
    let sum = |pool: &Pool<'_>| pool.prices.iter().sum::<f64>();
    found.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    found
}

fn name(pool: &Pool<'_>) -> String {
    match &pool.names[..] {
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    }
}

fn by_quarter(pools: &[Pool<'_>], months: &[&str], currency: &str, tips: &mut Tips) -> String {
    let starts: Vec<usize> = (0..months.len()).step_by(STEP).collect();
    let names: Vec<String> = starts.iter().map(|&start| month(months[start])).collect();
    let mut columns =
        vec![("Where and what", Words, None), ("All months", Numbers, Some("plan-worth"))];
    columns.extend(names.iter().map(|name| (name.as_str(), Numbers, None)));
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    let row = |pool: &Pool<'_>| {
        let mut cells = vec![safe(&pool.names.join(", ")), decimal(mean(&pool.prices), 2)];
        let end = |start: usize| (start + STEP).min(pool.prices.len());
        cells.extend(starts.iter().map(|&start| decimal(mean(&pool.prices[start..end(start)]), 2)));
        cells
    };
    let cells: Vec<Vec<String>> = pools.iter().map(row).collect();
    let caption = format!(
        "{currency} for one more GPU-hour with the plan signed, mean of three months from the one named"
    );
    table(tips, &caption, &columns, &cells)
}
