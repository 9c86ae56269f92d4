//! What a kind of value is called in the reference page, and its pattern in the schema.
//!
//! Both go by the same table as the reading (`value`), kind by kind.

use super::ValueKind;
use offtake_units::{
    Bandwidth, Bytes, Gpus, Growth, Level, Money, Power, Quantity, Rate, Share, Span, Speed,
};

/// Returns the words for a kind of value in the reference, and an example as it is written.
pub(crate) fn described(kind: ValueKind) -> (String, String) {
    let quoted = |kind: &str, example: &str| (kind.to_owned(), format!("\"{example}\""));
    match kind {
        ValueKind::Power => quoted("power", Power::EXAMPLE),
        ValueKind::Money => quoted("money", Money::EXAMPLE),
        ValueKind::Price(per) => (format!("price per {per}"), format!("\"2.91 USD/{per}\"")),
        ValueKind::Span => quoted("time", Span::EXAMPLE),
        ValueKind::SpanOr(word) => {
            (format!("time, or \"{word}\""), format!("\"{}\"", Span::EXAMPLE))
        }
        ValueKind::Share => quoted("share", Share::EXAMPLE),
        ValueKind::YearRate => quoted("yearly rate", "3 %/year"),
        ValueKind::MonthRate => quoted("monthly rate", "30 %/month"),
        ValueKind::Rate => quoted("rate", "8.75e-5/GPU-day"),
        ValueKind::Growth => quoted("growth", Growth::EXAMPLE),
        ValueKind::Gpus => quoted("GPUs", Gpus::EXAMPLE),
        ValueKind::GpusOrRacks => quoted("GPUs or racks", "18 racks"),
        ValueKind::Bytes => quoted("memory", Bytes::EXAMPLE),
        ValueKind::Bandwidth => quoted("bandwidth", Bandwidth::EXAMPLE),
        ValueKind::Level => quoted("level", Level::EXAMPLE),
        ValueKind::LevelUnit => quoted("unit of a level", "GPU"),
        ValueKind::Speed => quoted("speed", Speed::EXAMPLE),
        ValueKind::SpeedOrNumber => {
            quoted("speed, or bare number for a level in GPUs", Speed::EXAMPLE)
        }
        ValueKind::Date => ("date, or a quarter".to_owned(), "2026-03-31".to_owned()),
        ValueKind::Count => ("whole number".to_owned(), "264".to_owned()),
        ValueKind::Quarters => quoted("number of quarters", "8 quarters"),
        ValueKind::Number => ("number".to_owned(), "1.2".to_owned()),
        ValueKind::Text => quoted("text", "words"),
        ValueKind::Texts => ("list of texts".to_owned(), "[\"one\", \"two\"]".to_owned()),
        ValueKind::Bool => ("`true` or `false`".to_owned(), "true".to_owned()),
        ValueKind::Choice(words) => (one_of_words(words), format!("\"{}\"", words[0])),
        ValueKind::Choices(words) => {
            (format!("list of {}", one_of_words(words)), format!("[\"{}\"]", words[0]))
        }
        ValueKind::Ref(kind) => (format!("id of a {kind}"), format!("\"a-{kind}\"")),
        ValueKind::Refs(kind) => (format!("list of ids of a {kind}"), format!("[\"a-{kind}\"]")),
        ValueKind::RefAny => quoted("id of anything", "childress-rest"),
        ValueKind::Currency => quoted("ISO currency", "USD"),
        ValueKind::Due => quoted("date from an event", "promised - 30 d"),
        ValueKind::Fees => quoted("monthly fees", "3 monthly fees"),
        ValueKind::File => quoted("file", "demand.csv"),
    }
}

fn one_of_words(words: &[&str]) -> String {
    words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" or ")
}

/// Returns the pattern of the text, for the kinds that are text with a form.
pub(crate) fn pattern(kind: ValueKind) -> Option<String> {
    let year_rate =
        |basis: &str| Some(format!("^[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)? ?%?/{basis}$"));
    match kind {
        ValueKind::Power => Some(Power::pattern()),
        ValueKind::Money => Some(Money::pattern()),
        ValueKind::Price(per) => {
            Some(format!("^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)? ?[kMG]?[A-Z]{{3}}/{per}$"))
        }
        ValueKind::Span => Some(Span::pattern()),
        ValueKind::SpanOr(word) => Some(format!("^{word}$|{}", Span::pattern())),
        ValueKind::Share => Some(Share::pattern()),
        ValueKind::YearRate => year_rate("year"),
        ValueKind::MonthRate => year_rate("month"),
        ValueKind::Rate => Some(Rate::pattern()),
        ValueKind::Growth => Some(Growth::pattern()),
        ValueKind::Gpus => Some(Gpus::pattern()),
        ValueKind::GpusOrRacks => Some(format!("{}|^[0-9]+ ?racks?$", Gpus::pattern())),
        ValueKind::Bytes => Some(Bytes::pattern()),
        ValueKind::Bandwidth => Some(Bandwidth::pattern()),
        ValueKind::Level => Some(Level::pattern()),
        ValueKind::Speed | ValueKind::SpeedOrNumber => Some(Speed::pattern()),
        ValueKind::Date => Some("^Q[1-4] (19|20|21)[0-9]{2}$".to_owned()),
        ValueKind::Quarters => Some("^[0-9]+ ?quarters?$".to_owned()),
        ValueKind::Ref("zone") | ValueKind::Refs("zone") => Some("^[A-Za-z0-9.-]+$".to_owned()),
        ValueKind::Ref(_) | ValueKind::Refs(_) | ValueKind::RefAny => {
            Some("^[a-z0-9.-]+$".to_owned())
        }
        ValueKind::Currency => Some("^[A-Z]{3}$".to_owned()),
        ValueKind::Due => {
            Some("^(promised|shipped|in-service|signed)( [-+] [0-9.]+ ?[a-z]+)?$".to_owned())
        }
        ValueKind::Fees => Some("^[0-9.]+ monthly fees?$".to_owned()),
        _ => None,
    }
}
