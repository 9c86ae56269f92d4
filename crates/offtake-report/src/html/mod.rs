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
mod tables;
mod text;
mod told;
mod why;

use crate::study::StudyReport;
use serde_json::{Map, Value};
use std::fmt::Write;
use text::{safe, safe_json};
pub use told::Told;
use told::{Fact, Shown};

/// The script, as `npm run build` in `report/` makes it.
const SCRIPT: &str = include_str!("bundle.js");
/// The style, as the same makes it.
const STYLE: &str = include_str!("bundle.css");

/// Writes the page.
#[must_use]
pub fn page(report: &StudyReport) -> String {
    let told = &Told::new(report);
    let drawn = told.figures.iter().filter(|shown| !shown.figure.data.is_null());
    let data: Map<String, Value> =
        drawn.map(|shown| (shown.id.to_owned(), shown.figure.data.clone())).collect();
    let title = safe(&told.title);
    let body = [head(told), asked(told), pictures(told), tables(told), how(told)];
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
fn head(told: &Told) -> String {
    let keys: String = told
        .keys
        .iter()
        .map(|key| {
            format!(
                "<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>",
                safe(key.name),
                key.number,
                safe(&key.unit)
            )
        })
        .collect();
    let answer = told.verdict.as_ref().map_or_else(String::new, |verdict| {
        format!(
            "<p class=\"verdict {}\">{}</p>\n<dl class=\"keys\">{keys}</dl>",
            verdict.tone, verdict.word
        )
    });
    format!(
        "<header>\n<p class=\"kicker\">Offtake study</p>\n<h1>{}</h1>\n<p class=\"known\">{}</p>\n\
         <button type=\"button\" id=\"theme\" hidden>Dark</button>\n{answer}\n</header>\n<main>",
        safe(&told.title),
        safe(&told.known)
    )
}

/// The questions with their answers.
fn asked(told: &Told) -> String {
    let mut out = String::from(
        "<section id=\"questions\" aria-labelledby=\"h-questions\">\n<h2 id=\"h-questions\">The questions</h2>\n",
    );
    let link = |id: &&str| {
        let shown = told.figures.iter().find(|shown| shown.id == *id)?;
        Some(format!("<a href=\"#fig-{id}\">{}</a>", safe(&shown.figure.title)))
    };
    for question in &told.questions {
        let links: Vec<String> = question.see.iter().filter_map(link).collect();
        let see = if links.is_empty() {
            String::new()
        } else {
            format!("<p class=\"see\">{}</p>", links.join(" · "))
        };
        let _ = writeln!(
            out,
            "<article class=\"question\"><div><h3>{}</h3><p class=\"who\">asked by {}</p></div><div><p class=\"answer\">{}</p>{see}</div></article>",
            safe(question.asks),
            safe(question.who),
            question.answer
        );
    }
    out + "</section>"
}

/// The figures, each with its words, the place of its picture and its numbers.
fn pictures(told: &Told) -> String {
    let mut out = String::from(
        "<section id=\"pictures\" aria-labelledby=\"h-pictures\">\n<h2 id=\"h-pictures\">The pictures</h2>\n",
    );
    let _ = writeln!(
        out,
        "{}<noscript><p class=\"absent\">Pictures are drawn by a script, which does not run here; the tables below each say the same.</p></noscript>",
        absent(told)
    );
    for shown in &told.figures {
        let _ = writeln!(out, "{}", picture(shown));
    }
    out + "</section>"
}

fn picture(shown: &Shown) -> String {
    let Shown { id, figure } = shown;
    let (chart, numbers) = if figure.data.is_null() {
        (String::new(), figure.table.clone())
    } else {
        (
            format!(
                "<div class=\"tools\" data-tools=\"{id}\"></div><div class=\"chart\" id=\"chart-{id}\" data-chart=\"{id}\" role=\"img\" aria-label=\"{}\"></div>",
                safe(&figure.alt)
            ),
            format!("<details><summary>The numbers</summary>{}</details>", figure.table),
        )
    };
    format!(
        "<figure id=\"fig-{id}\"><figcaption><h3>{}</h3><p>{}</p></figcaption>{chart}{numbers}\
         <p class=\"from\"><a href=\"#how-{}\">{}</a></p></figure>",
        safe(&figure.title),
        figure.words,
        figure.why,
        safe(&why::of(figure.why))
    )
}

/// Says which parts were not run.
fn absent(told: &Told) -> String {
    if told.absent.is_empty() {
        return String::new();
    }
    let missing: Vec<String> = told
        .absent
        .iter()
        .map(|one| format!("<code>{}</code> ({})", one.part, one.about))
        .collect();
    format!(
        "<p class=\"absent\">Not run in this study, and so without a picture: {}.</p>",
        missing.join(", ")
    )
}

fn tables(told: &Told) -> String {
    let tables: String = told.tables.iter().map(|table| table.html.as_str()).collect();
    format!(
        "<section id=\"tables\" aria-labelledby=\"h-tables\">\n<h2 id=\"h-tables\">The tables</h2>\n{tables}</section>"
    )
}

/// How each number is made, where the book's words come from, and what this study is.
fn how(told: &Told) -> String {
    let mut out = String::from(
        "<section id=\"how\" aria-labelledby=\"h-how\">\n<h2 id=\"h-how\">How each number is made</h2>\n",
    );
    out.push_str(
        "<p>± is one standard error: how far a mean may be off because futures are finitely many. It says nothing of a \
         wrong input. P10, P50 and P90 are over futures.</p>\n<dl class=\"how\">",
    );
    for definition in &told.how {
        let term = if definition.term.is_empty() {
            String::new()
        } else {
            format!(" <span class=\"term\">{}</span>", safe(definition.term))
        };
        let _ = writeln!(
            out,
            "<div><dt id=\"how-{}\">{}{term}</dt><dd>{}</dd></div>",
            definition.id,
            safe(definition.name),
            safe(definition.text)
        );
    }
    out.push_str("</dl>\n");
    if !told.sources.is_empty() {
        out.push_str("<h3 id=\"sources\">Sources of the book</h3>\n<ul class=\"sources\">");
        for source in &told.sources {
            let _ = writeln!(
                out,
                "<li id=\"source-{}\"><cite>{}</cite> {}</li>",
                safe(&source.id),
                safe(&source.title),
                safe(&source.said)
            );
        }
        out.push_str("</ul>\n");
    }
    out + &about(told) + "</section>\n</main>"
}

fn about(told: &Told) -> String {
    let line = |fact: &Fact| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>", safe(&fact.name), safe(&fact.text))
    };
    let lines: String = told.about.iter().map(line).collect();
    format!("<h3 id=\"about\">This study</h3>\n<dl class=\"about\">{lines}</dl>\n")
}
