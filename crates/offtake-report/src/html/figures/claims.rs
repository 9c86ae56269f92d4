//! What was said in public of a seller's projects, beside what the book comes to, and why they differ.

use super::Figure;
use crate::html::facts::{money, num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{NONE, decimal, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let value = report.section("value")?;
    let currency = text(value, "currency");
    let projects = rows(value, "projects");
    let all: Vec<(&Value, &Value)> = projects
        .iter()
        .flat_map(|project| rows(project, "claims").iter().map(move |claim| (project, claim)))
        .collect();
    if all.is_empty() {
        return None;
    }
    let has_several =
        projects.iter().filter(|project| !rows(project, "claims").is_empty()).count() > 1;
    let name = |project: &Value, claim: &Value| {
        let of = claimed(text(claim, "of"));
        if has_several { format!("{of}, {}", text(project, "id")) } else { of.to_owned() }
    };
    let columns = [
        ("What", Words, Some("claim")),
        ("Said", Numbers, None),
        ("Model", Numbers, Some("claim")),
        ("Comes out", Words, None),
        ("Who says so", Words, None),
        ("Where they differ, why", Words, None),
    ];
    let row = |(project, claim): &(&Value, &Value)| {
        let write = |amount: f64| written(text(claim, "of"), amount, currency);
        let [said, found] = ["claimed", "modelled"]
            .map(|key| num(claim, key).map_or_else(|| NONE.to_owned(), write));
        vec![
            safe(&name(project, claim)),
            format!("{}{said}", sense(claim)),
            found,
            verdict(claim).to_owned(),
            safe(&format!("{} ({})", source(claim), text(claim, "mark"))),
            safe(&capital(text(claim, "why"))),
        ]
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let dot = |(project, claim): &(&Value, &Value)| {
        let (said, found) = (num(claim, "claimed")?, num(claim, "modelled")?);
        let write = |amount: f64| written(text(claim, "of"), amount, currency);
        (said != 0.0).then(|| {
            json!({
                "name": name(project, claim),
                "ratio": found / said,
                "holds": claim["holds"] == true,
                "said": format!("{}{}", sense(claim), write(said)),
                "found": write(found),
                "source": source(claim),
                "why": capital(text(claim, "why")),
            })
        })
    };
    let dots: Vec<Value> = all.iter().filter_map(dot).collect();
    Some(Figure {
        title: "What was said, and what the book comes to".to_owned(),
        words: words(&all, &name, tips),
        alt: "A row for each published figure: a rule at what was said, a mark at what the book comes to, as a part of it; \
              filled where it comes out, hollow where it does not."
            .to_owned(),
        why: "claim",
        table: table(tips, "Published figures beside those of the book, as promised", &columns, &cells),
        data: json!({ "rows": dots }),
    })
}

/// Says how many come out, and which do not.
fn words(
    all: &[(&Value, &Value)],
    name: &dyn Fn(&Value, &Value) -> String,
    tips: &mut Tips,
) -> String {
    let held = all.iter().filter(|(_, claim)| claim["holds"] == true).count();
    let count = tips.number(&format!("{held} of {}", all.len()), "claim");
    let rest: Vec<String> = all
        .iter()
        .filter(|(_, claim)| claim["holds"] == false)
        .map(|(project, claim)| safe(&within(&name(project, claim))))
        .collect();
    let differ = if rest.is_empty() {
        String::new()
    } else {
        format!(" Not so: {}; the table says what each rests on.", rest.join(", "))
    };
    format!("{count} figures that were published come out of the book.{differ}")
}

fn sense(claim: &Value) -> &'static str {
    match text(claim, "sense") {
        "at-least" => "≥ ",
        "at-most" => "≤ ",
        _ => "",
    }
}

fn verdict(claim: &Value) -> &'static str {
    match claim["holds"].as_bool() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not in the book",
    }
}

/// Returns who published it first, with the date.
fn source(claim: &Value) -> String {
    let whole = text(claim, "source");
    let (publisher, date) = whole.rsplit_once(", ").unwrap_or((whole, ""));
    let first = publisher.split([',', ';']).next().unwrap_or(publisher).trim();
    match (first, date) {
        ("", _) => "nobody".to_owned(),
        (first, "") => first.to_owned(),
        (first, date) => format!("{first}, {date}"),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns a name as it stands within a sentence: `IRR to the owners`, `share of what is sold`.
fn within(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// Returns what a claim is of, in words.
fn claimed(of: &str) -> &str {
    match of {
        "run-rate" => "Billed a year, all in service",
        "ebitda-margin" => "EBITDA over revenue",
        "prepayment-over-purchase" => "Prepaid over the GPUs' price",
        "funded-share" => "Prepaid and lent over their price",
        "debt" => "Debt",
        "dscr-min" => "Least DSCR",
        "project-irr" => "IRR before debt",
        "equity-irr" => "IRR to the owners",
        "power-share" => "Share of grid power",
        "revenue-share" => "Share of what is sold",
        other => other,
    }
}

fn written(of: &str, amount: f64, currency: &str) -> String {
    match of {
        "run-rate" | "debt" => money(amount, currency),
        "dscr-min" => decimal(amount, 2),
        _ => percent(amount),
    }
}
