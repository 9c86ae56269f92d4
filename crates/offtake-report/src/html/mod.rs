//! The page of a study: one file that opens offline, in print and without script.
//!
//! Words and tables are HTML made here; the script draws pictures beside them from the JSON in the page.
//! Equal studies give equal bytes. The script and the style are built from `report/` and committed, so that
//! nobody needs Node to build this crate.

mod facts;
mod figures;
mod money;
mod plan;
mod questions;
mod text;
mod why;

use crate::number;
use crate::study::{PARTS, StudyReport};
use facts::{count, day, est, month, num, share};
use figures::Figure;
use serde_json::{Map, Value};
use std::fmt::Write;
use text::{Side, Tips, safe, safe_json, table};

/// The script, as `npm run build` in `report/` makes it.
const SCRIPT: &str = include_str!("bundle.js");
/// The style, as the same makes it.
const STYLE: &str = include_str!("bundle.css");

/// Dates that the page has room for; tables have all.
const DATES: usize = 60;

/// Writes the page.
#[must_use]
pub fn page(report: &StudyReport) -> String {
    let mut tips = Tips::default();
    let made: Vec<(&str, Figure)> = figures::ALL
        .iter()
        .filter_map(|(id, make)| Some((*id, make(report, &mut tips)?)))
        .collect();
    let data: Map<String, Value> = made
        .iter()
        .filter(|(_, figure)| !figure.data.is_null())
        .map(|(id, figure)| ((*id).to_owned(), figure.data.clone()))
        .collect();
    let title = safe(&report.head.title);
    let body = [
        head(report, &mut tips),
        asked(report, &made, &mut tips),
        pictures(report, &made),
        tables(report, &mut tips),
        how(report),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#questions\">To the questions</a>\n{}\n\
         <script type=\"application/json\" id=\"data\">{}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        body.join("\n"),
        safe_json(&Value::Object(data))
    )
}

/// The title, the answer in a line, and the figures that people ask for first.
fn head(report: &StudyReport, tips: &mut Tips) -> String {
    let head = &report.head;
    let last =
        head.until.parse::<jiff::civil::Date>().ok().and_then(|until| until.yesterday().ok());
    let last = last.map_or_else(|| head.until.clone(), |last| last.to_string());
    let futures = samples_of(report, "assess").map_or_else(String::new, |samples| {
        format!("; {} futures, seed {}", number::whole(samples as f64), report.seed)
    });
    let known = format!(
        "As known on {}; from {} to {}{futures}",
        day(&head.as_of),
        day(&head.from),
        day(&last)
    );
    let answer = report.section("assess").map_or_else(String::new, |assess| {
        let (word, tone) = questions::verdict(assess);
        format!(
            "<p class=\"verdict {tone}\">{word}</p>\n<dl class=\"keys\">{}</dl>",
            keys(assess, tips)
        )
    });
    format!(
        "<header>\n<p class=\"kicker\">Offtake study</p>\n<h1>{}</h1>\n<p class=\"known\">{}</p>\n\
         <button type=\"button\" id=\"theme\" hidden>Dark</button>\n{answer}\n</header>\n<main>",
        safe(&head.title),
        safe(&known)
    )
}

/// The figures of the head: what, how much, how sure.
fn keys(assess: &Value, tips: &mut Tips) -> String {
    let mut out = String::new();
    let mut key = |id: &str, name: &str, text: String, unit: &str| {
        let number = tips.number(&text, id);
        let _ = write!(
            out,
            "<div><dt>{}</dt><dd>{number}<small>{}</small></dd></div>",
            safe(name),
            safe(unit)
        );
    };
    let whole =
        |path: &str| num(assess, path).map_or_else(|| number::NONE.to_owned(), number::whole);
    key(
        "months-at-risk",
        "Months at risk",
        whole("headline/months_at_risk"),
        &format!(
            "of {} to {}",
            whole("headline/months"),
            month(facts::text(assess, "headline/to"))
        ),
    );
    if let Some(unserved) = est(assess, "headline/unserved_share") {
        key("unserved-share", "Firm demand unserved", share(unserved), "over those months (NEUE)");
    }
    if let Some(gpus) = est(assess, "headline/firm_equivalent_gpus") {
        let (name, gpus) = if gpus.mean < 0.0 {
            ("GPUs that could go", gpus.times(-1.0))
        } else {
            ("GPUs that would mend it", gpus)
        };
        key("firm-equivalent", name, count(gpus), "firm and open to all work");
    }
    if let Some(hours) = est(assess, "lolh") {
        key("hours-short", "Hours a year short", count(hours), "of 8,766, whole horizon (LOLH)");
    }
    out
}

fn samples_of(report: &StudyReport, part: &str) -> Option<u64> {
    let section = report.sections.iter().find(|section| section.name == part)?;
    section.samples.iter().find(|(what, _)| what == "all").map(|(_, samples)| *samples)
}

/// The questions with their answers.
fn asked(report: &StudyReport, made: &[(&str, Figure)], tips: &mut Tips) -> String {
    let mut out = String::from(
        "<section id=\"questions\" aria-labelledby=\"h-questions\">\n<h2 id=\"h-questions\">The questions</h2>\n",
    );
    for question in questions::ALL {
        let answer = (question.answer)(report, tips);
        let links: Vec<String> = question
            .see
            .iter()
            .filter_map(|id| made.iter().find(|(known, _)| known == id))
            .map(|(id, figure)| format!("<a href=\"#fig-{id}\">{}</a>", safe(&figure.title)))
            .collect();
        let see = if links.is_empty() {
            String::new()
        } else {
            format!("<p class=\"see\">{}</p>", links.join(" · "))
        };
        let _ = writeln!(
            out,
            "<article class=\"question\"><div><h3>{}</h3><p class=\"who\">asked by {}</p></div><div><p class=\"answer\">{answer}</p>{see}</div></article>",
            safe(question.asks),
            safe(question.who)
        );
    }
    out + "</section>"
}

/// The figures, each with its words, the place of its picture and its numbers.
fn pictures(report: &StudyReport, made: &[(&str, Figure)]) -> String {
    let mut out = String::from(
        "<section id=\"pictures\" aria-labelledby=\"h-pictures\">\n<h2 id=\"h-pictures\">The pictures</h2>\n",
    );
    let _ = writeln!(
        out,
        "{}<noscript><p class=\"absent\">Pictures are drawn by a script, which does not run here; the tables below each say the same.</p></noscript>",
        absent(report)
    );
    for (id, figure) in made {
        let chart = if figure.data.is_null() {
            String::new()
        } else {
            format!(
                "<div class=\"tools\" data-tools=\"{id}\"></div><div class=\"chart\" id=\"chart-{id}\" data-chart=\"{id}\" role=\"img\" aria-label=\"{}\"></div>",
                safe(&figure.alt)
            )
        };
        let numbers = if figure.data.is_null() {
            figure.table.clone()
        } else {
            format!("<details><summary>The numbers</summary>{}</details>", figure.table)
        };
        let _ = writeln!(
            out,
            "<figure id=\"fig-{id}\"><figcaption><h3>{}</h3><p>{}</p></figcaption>{chart}{numbers}\
             <p class=\"from\"><a href=\"#how-{}\">{}</a></p></figure>",
            safe(&figure.title),
            figure.words,
            figure.why,
            safe(&why::of(figure.why))
        );
    }
    out + "</section>"
}

/// Says which parts were not run.
fn absent(report: &StudyReport) -> String {
    let missing: Vec<String> = PARTS
        .iter()
        .filter(|(name, _)| report.section(name).is_none())
        .map(|(name, about)| format!("<code>{name}</code> ({about})"))
        .collect();
    if missing.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"absent\">Not run in this study, and so without a picture: {}.</p>",
        missing.join(", ")
    )
}

/// Tables that are no figure's: standards, causes, contracts, what to sign by when, dated rights.
fn tables(report: &StudyReport, tips: &mut Tips) -> String {
    let mut out = String::from(
        "<section id=\"tables\" aria-labelledby=\"h-tables\">\n<h2 id=\"h-tables\">The tables</h2>\n",
    );
    if let Some(assess) = report.section("assess") {
        out.push_str(&standards(assess, tips));
        out.push_str(&causes(assess, tips));
        out.push_str(&contracts(report, assess, tips));
        out.push_str(&decide(assess, tips));
    }
    if let Some(calendar) = report.section("calendar") {
        out.push_str(&dates(calendar, tips));
    }
    if let Some(check) = report.section("check") {
        out.push_str(&findings(check, tips));
    }
    out + "</section>"
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

fn dates(calendar: &Value, tips: &mut Tips) -> String {
    use Side::{Numbers, Words};
    let columns = [
        ("Day", Words, None),
        ("What", Words, None),
        ("Contract", Words, None),
        ("Tranche", Words, None),
        ("Amount", Numbers, None),
        ("In words", Words, None),
    ];
    let row = |row: &Value| {
        let amount = row.get("amount").map_or_else(String::new, |amount| match amount {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.as_f64().map_or_else(|| other.to_string(), number::whole),
        });
        vec![
            day(facts::text(row, "date")),
            safe(&facts::words(facts::text(row, "kind"))),
            safe(facts::text(row, "contract")),
            safe(facts::text(row, "tranche")),
            safe(&amount),
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

/// How each number is made, where the book's words come from, and what this study is.
fn how(report: &StudyReport) -> String {
    let mut out = String::from(
        "<section id=\"how\" aria-labelledby=\"h-how\">\n<h2 id=\"h-how\">How each number is made</h2>\n",
    );
    out.push_str(
        "<p>± is one standard error: how far a mean may be off because futures are finitely many. It says nothing of a \
         wrong input. P10, P50 and P90 are over futures.</p>\n<dl class=\"how\">",
    );
    for (id, name, term, text) in why::ALL {
        let term = if term.is_empty() {
            String::new()
        } else {
            format!(" <span class=\"term\">{}</span>", safe(term))
        };
        let _ = writeln!(
            out,
            "<div><dt id=\"how-{id}\">{}{term}</dt><dd>{}</dd></div>",
            safe(name),
            safe(text)
        );
    }
    out.push_str("</dl>\n");
    let sources = facts::rows(&report.book, "sources");
    if !sources.is_empty() {
        out.push_str("<h3 id=\"sources\">Sources of the book</h3>\n<ul class=\"sources\">");
        for source in sources {
            let said = [
                facts::text(source, "publisher"),
                facts::text(source, "date"),
                facts::text(source, "address"),
            ];
            let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
            let (id, title) = (facts::text(source, "id"), facts::text(source, "title"));
            let _ = writeln!(
                out,
                "<li id=\"source-{}\"><cite>{}</cite> {}</li>",
                safe(id),
                safe(title),
                safe(&said.join(", "))
            );
        }
        out.push_str("</ul>\n");
    }
    out + &about(report) + "</section>\n</main>"
}

/// What this study is: enough to make it again.
fn about(report: &StudyReport) -> String {
    let head = &report.head;
    let mut out = String::from("<h3 id=\"about\">This study</h3>\n<dl class=\"about\">");
    let mut line = |name: &str, text: &str| {
        let _ = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", safe(name), safe(text));
    };
    line("Offtake", &head.version);
    line("Book hash", &head.book_hash);
    line("Seed", &report.seed.to_string());
    for section in &report.sections {
        let said = |(what, n): &(String, u64)| {
            let n = number::whole(*n as f64);
            if what == "all" { format!("{n} futures") } else { format!("{what}: {n}") }
        };
        let said: Vec<String> = section.samples.iter().map(said).collect();
        let text = if said.is_empty() { "no futures drawn".to_owned() } else { said.join("; ") };
        line(&format!("Part {}", section.name), &text);
    }
    if let Some(assess) = report.section("assess") {
        for note in facts::rows(assess, "notes").iter().filter_map(Value::as_str) {
            line("Note", note);
        }
    }
    out + "</dl>\n"
}
