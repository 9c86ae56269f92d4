//! Tables that are no figure's: standards, causes, contracts, what to sign by when, dated rights, findings.

use super::facts::{self, count, day, est, num, share};
use super::figures;
use super::text::{self, Side, Tips, safe, table};
use crate::number;
use crate::study::StudyReport;
use serde_json::Value;

/// Dates that the page has room for; tables have all.
const DATES: usize = 60;

/// Returns each table that has a row, with its id.
pub(super) fn all(report: &StudyReport, tips: &mut Tips) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let Some(assess) = report.section("assess") {
        out.push(("standards", standards(assess, tips)));
        out.push(("causes", causes(assess, tips)));
        out.push(("contracts", contracts(report, assess, tips)));
        out.push(("decide-by", decide(assess, tips)));
    }
    if let Some(stress) = report.section("stress") {
        out.push(("n-minus-1", any_one_gone(stress, tips)));
    }
    if let Some(plan) = report.section("plan") {
        out.push(("plan-alternatives", alternatives(plan, tips)));
    }
    if let Some(calendar) = report.section("calendar") {
        out.push(("late", late(calendar, tips)));
        out.push(("dates", dates(calendar, tips)));
    }
    if let Some(check) = report.section("check") {
        out.push(("findings", findings(check, tips)));
    }
    out.retain(|(_, html)| !html.is_empty());
    out
}

/// Writes a table under a heading; nothing when it has no row.
fn titled(
    tips: &mut Tips,
    title: &str,
    columns: &[text::Column<'_>],
    rows: &[Vec<String>],
) -> String {
    if rows.is_empty() { String::new() } else { table(tips, title, columns, rows) }
}

fn standards(assess: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("Standard", Words, None),
        ("Holds", Words, None),
        ("Unserved", Numbers, Some("unserved-share")),
        ("Allowed", Numbers, None),
        ("Worst month's chance", Numbers, Some("month-risk")),
        ("Allowed", Numbers, None),
        ("Months at risk", Numbers, Some("months-at-risk")),
    ];
    let limit = |row: &Value, path: &str| {
        num(row, path).map_or_else(
            || number::NONE.to_owned(),
            |limit| number::ShareUnit::of_limit(limit).text(limit),
        )
    };
    let row = |row: &Value| {
        vec![
            safe(facts::text(row, "name")),
            if row["holds"] == true { "yes" } else { "no" }.to_owned(),
            est(row, "unserved_share").map_or_else(String::new, share),
            limit(row, "unserved_limit"),
            num(row, "worst_month_risk").map_or_else(String::new, number::percent),
            limit(row, "month_risk_limit"),
            num(row, "months_at_risk").map_or_else(String::new, number::whole),
        ]
    };
    let rows: Vec<Vec<String>> = facts::rows(assess, "standard").iter().map(row).collect();
    titled(tips, "The standards of the book, over the headline", &columns, &rows)
}

fn causes(assess: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let all = facts::rows(assess, "causes");
    let (letter, unserved) =
        facts::aligned(&all.iter().map(|row| est(row, "eue")).collect::<Vec<_>>());
    let unit = format!("Unserved, {letter} GPUh a year");
    let columns = [
        ("Cause", Words, None),
        (unit.as_str(), Numbers, Some("causes")),
        ("Share", Numbers, None),
    ];
    let row = |(row, unserved): (&Value, String)| {
        vec![
            safe(&facts::words(facts::text(row, "cause"))),
            unserved,
            num(row, "share").map_or_else(String::new, number::percent),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().zip(unserved).map(row).collect();
    titled(tips, "Where the unserved work comes from", &columns, &rows)
}

fn contracts(report: &StudyReport, assess: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let all = facts::rows(assess, "contracts");
    let mut years: Vec<i64> = Vec::new();
    for year in all.iter().flat_map(|contract| facts::rows(contract, "years")) {
        let year = num(year, "year").unwrap_or(0.0) as i64;
        if !years.contains(&year) {
            years.push(year);
        }
    }
    years.truncate(4);
    let heads: Vec<String> = years.iter().map(|year| format!("Firm GPUs {year}")).collect();
    let mut columns = vec![
        ("Contract", Words, None),
        ("Supplier", Words, None),
        ("GPUs", Numbers, None),
        ("Price", Numbers, Some("book-value")),
        ("Take-or-pay", Numbers, None),
        ("Prepaid", Numbers, None),
    ];
    columns.extend(
        heads
            .iter()
            .enumerate()
            .map(|(at, head)| (head.as_str(), Side::Numbers, (at == 0).then_some("credit"))),
    );
    let known = facts::rows(&report.book, "contracts");
    let mut rows = Vec::new();
    for contract in all {
        let id = facts::text(contract, "id");
        let found = known.iter().find(|k| facts::text(k, "id") == id);
        let mut word = |key: &str| sourced(tips, found.map(|found| &found[key]));
        let words = [word("price_per_gpu_hour"), word("take_or_pay"), word("prepayment")];
        let credit = |year: &i64| {
            let found = facts::rows(contract, "years")
                .iter()
                .find(|row| num(row, "year") == Some(*year as f64));
            let credit = found.and_then(|row| est(row, "capacity_credit_gpus"));
            credit.map_or_else(|| number::NONE.to_owned(), count)
        };
        let mut row = vec![
            safe(id),
            safe(report.head.supplier(facts::text(contract, "supplier"))),
            num(contract, "nameplate_gpus").map_or_else(String::new, number::whole),
        ];
        row.extend(words);
        row.extend(years.iter().map(credit));
        rows.push(row);
    }
    titled(tips, "Contracts, and the firm GPUs that each is worth", &columns, &rows)
}

/// Writes a value of the book as a link to its source.
fn sourced(tips: &mut Tips, word: Option<&Value>) -> String {
    let Some(word) = word.filter(|word| !word.is_null() && facts::text(word, "text") != "none")
    else {
        return number::NONE.to_owned();
    };
    let id = facts::text(word, "source");
    let target = if id.is_empty() { "how-book-value".to_owned() } else { format!("source-{id}") };
    tips.link(facts::text(word, "text"), &target, &figures::source(word))
}

fn decide(assess: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("Gap", Words, None),
        ("GPUs", Numbers, None),
        ("Sign by", Numbers, Some("decide-by")),
        ("In time", Words, None),
        ("What to sign", Words, None),
    ];
    let mut rows = Vec::new();
    for gap in facts::rows(assess, "headline/decide_by") {
        let how = facts::text(gap, "how");
        rows.push(vec![
            safe(facts::text(gap, "gap")),
            num(gap, "gpus").map_or_else(String::new, number::whole),
            tips.link(&day(facts::text(gap, "date")), "how-decide-by", how),
            if gap["is_past"] == true { "no" } else { "yes" }.to_owned(),
            safe(crate::sentence::way(how).0),
        ]);
    }
    titled(tips, "By when to sign to close each gap", &columns, &rows)
}

/// Whether the standards hold with any one party of a kind gone.
fn any_one_gone(stress: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("With any one gone of", Words, None),
        ("There are", Numbers, None),
        ("The standards hold", Words, None),
        ("The worst to lose", Words, None),
        ("Firm demand unserved then", Numbers, Some("unserved-share")),
    ];
    let row = |row: &Value| {
        let kind = facts::words(facts::text(row, "kind"));
        let kind = if row["is_asked"] == true { format!("{kind} (asked for)") } else { kind };
        let worst = match facts::text(row, "worst_name") {
            "" => facts::text(row, "worst"),
            name => name,
        };
        vec![
            safe(&kind),
            num(row, "parties").map_or_else(String::new, number::whole),
            if row["holds"] == true { "yes" } else { "no" }.to_owned(),
            safe(worst),
            est(row, "unserved_share").map_or_else(String::new, share),
        ]
    };
    let rows: Vec<Vec<String>> = facts::rows(stress, "n_minus_1").iter().map(row).collect();
    titled(tips, "N − 1: whether the standards hold with any one party gone", &columns, &rows)
}

/// Plans that cost hardly more than the one that was chosen.
fn alternatives(plan: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let currency = facts::text(plan, "currency");
    let cost = format!("Costs, M {currency}");
    let columns = [
        ("What it signs", Words, None),
        ("GPUs", Numbers, None),
        (cost.as_str(), Numbers, Some("plan-cost")),
        ("More than the plan", Numbers, None),
    ];
    let least = num(plan, "objective").unwrap_or(0.0);
    let row = |other: &Value| {
        let signs = facts::rows(other, "sign");
        let names: Vec<String> = signs
            .iter()
            .map(|sign| {
                format!("{} from {}", facts::text(sign, "offer"), facts::text(sign, "start"))
            })
            .collect();
        let gpus = signs.iter().filter_map(|sign| num(sign, "gpus")).sum();
        let costs = num(other, "objective").unwrap_or(0.0);
        let more = if least > 0.0 { number::percent(costs / least - 1.0) } else { String::new() };
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        vec![safe(&names), number::whole(gpus), number::decimal(costs, 1), more]
    };
    let rows: Vec<Vec<String>> = facts::rows(plan, "alternatives").iter().map(row).collect();
    titled(tips, "Other plans that cost hardly more", &columns, &rows)
}

fn dates(calendar: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("Day", Words, None),
        ("What", Words, None),
        ("Contract", Words, None),
        ("Tranche", Words, None),
        ("Amount", Numbers, None),
        ("Chance", Numbers, None),
        ("In words", Words, None),
    ];
    let row = |row: &Value| {
        vec![
            day(facts::text(row, "date")),
            safe(&facts::words(facts::text(row, "kind"))),
            safe(facts::text(row, "contract")),
            safe(facts::text(row, "tranche")),
            safe(&amount(row, "amount", facts::text(row, "currency"))),
            num(row, "chance").map_or_else(String::new, number::percent),
            safe(facts::text(row, "text")),
        ]
    };
    let all = facts::rows(calendar, "rows");
    let rows: Vec<Vec<String>> = all.iter().take(DATES).map(row).collect();
    let title = match all.len() {
        count if count > DATES => {
            format!(
                "Dated rights and money: the next {DATES} of {count}, all in the tables beside this page"
            )
        }
        _ => "Dated rights and money".to_owned(),
    };
    titled(tips, &title, &columns, &rows)
}

/// Writes an amount, which the calendar has as decimal text where it is money.
fn amount(row: &Value, key: &str, currency: &str) -> String {
    match &row[key] {
        Value::String(text) => text.parse().map_or_else(
            |_| text.clone(),
            |amount: f64| {
                if amount == 0.0 { String::new() } else { facts::money(amount, currency) }
            },
        ),
        other => other.as_f64().map_or_else(String::new, number::whole),
    }
}

/// What each delivery that is to come is worth when it is late, and what stands ahead of it.
fn late(calendar: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("Tranche", Words, None),
        ("Promised", Numbers, None),
        ("Median day", Numbers, Some("delivery")),
        ("Credits from", Numbers, None),
        ("Chance", Numbers, None),
        ("A month", Numbers, None),
        ("At most", Numbers, None),
        ("May be terminated from", Numbers, None),
        ("Chance", Numbers, None),
        ("Prepaid", Numbers, None),
        ("At risk today", Numbers, None),
    ];
    let row = |tranche: &Value| {
        let currency = facts::text(tranche, "currency");
        let (late, ahead) = (&tranche["late"], &tranche["prepayment"]);
        let date = |of: &Value, key: &str| match facts::text(of, key) {
            "" => number::NONE.to_owned(),
            text => day(text),
        };
        let chance = |key: &str| num(late, key).map_or_else(String::new, number::percent);
        vec![
            safe(&format!(
                "{}.{}",
                facts::text(tranche, "contract"),
                facts::text(tranche, "tranche")
            )),
            date(tranche, "promised"),
            date(tranche, "p50"),
            date(late, "credits_from"),
            chance("credits_chance"),
            amount(late, "credit_a_month", currency),
            amount(late, "credits_most", currency),
            date(late, "terminate_from"),
            chance("terminate_chance"),
            amount(ahead, "amount", currency),
            amount(ahead, "at_risk", currency),
        ]
    };
    let to_come = |tranche: &&Value| !tranche["late"].is_null() || !tranche["prepayment"].is_null();
    let rows: Vec<Vec<String>> =
        facts::rows(calendar, "tranches").iter().filter(to_come).map(row).collect();
    titled(tips, "Rights when a delivery is late, and what is paid ahead", &columns, &rows)
}

fn findings(check: &Value, tips: &mut Tips) -> String {
    use Side::Words;
    let columns = [
        ("Where", Words, None),
        ("What is odd in the book", Words, None),
        ("How to mend it", Words, None),
    ];
    let row = |row: &Value| {
        vec![
            safe(facts::text(row, "subject")),
            safe(facts::text(row, "problem")),
            safe(facts::text(row, "fix")),
        ]
    };
    let rows: Vec<Vec<String>> = facts::rows(check, "findings").iter().map(row).collect();
    titled(tips, "Warnings of the book", &columns, &rows)
}
