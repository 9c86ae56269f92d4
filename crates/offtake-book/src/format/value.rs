//! What a cell may hold, and how it is read.
//!
//! Reading is strict and the refusal carries the mend: a bare number where a unit is needed, a
//! quoted date, a decimal where a count is needed. Cells of a CSV have no types of their own and
//! are read by the type that the field asks for.

use crate::document::Raw;
use jiff::civil::Date;
use offtake_model::{AfterAnchor, DueDate};
use offtake_units::{
    Bandwidth, Bytes, Currency, Gpus, Growth, Level, Money, ParseQuantityError, Per, Power, Price,
    Quantity, Rate, RateBasis, Share, Span, Speed,
};

/// What a cell may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueKind {
    /// Electrical power: `"200 MW"`.
    Power,
    /// Money: `"9.7 GUSD"`.
    Money,
    /// Money for one of something: `"2.91 USD/GPUh"`.
    Price(Per),
    /// A length of time: `"45 d"`, `"60 months"`.
    Span,
    /// A length of time, or one word that stands for none.
    SpanOr(&'static str),
    /// A part of a whole: `"30 %"`, `"100 ppm"`.
    Share,
    /// A part of a whole in a year: `"3 %/year"`.
    YearRate,
    /// A part of a whole in a month: `"30 %/month"`.
    MonthRate,
    /// Events per GPU-day, rack-day, node-day, month or year.
    Rate,
    /// A yearly factor: `"2.2 times/year"`.
    Growth,
    /// GPUs with their unit: `"2000 GPU"`.
    Gpus,
    /// GPUs or whole racks: `"1296 GPU"`, `"18 racks"`.
    GpusOrRacks,
    /// Memory or storage: `"288 GB"`.
    Bytes,
    /// Network throughput: `"800 Gb/s"`.
    Bandwidth,
    /// Work that is asked for: `"14 Mtok/s"`, `"2000 GPU"`.
    Level,
    /// The unit of a level: `"GPU"`, `"tok/s"`, `"images/s"`.
    LevelUnit,
    /// Work that one GPU does: `"250 tok/s"`.
    Speed,
    /// The same, or a bare number relative to the reference accelerator.
    SpeedOrNumber,
    /// A day: a TOML date, or a quarter, which means its last day.
    Date,
    /// A whole number from `0`.
    Count,
    /// A number of quarters: `"8 quarters"`, or the bare count.
    Quarters,
    /// A number from 0.
    Number,
    /// Words.
    Text,
    /// Several words.
    Texts,
    /// Yes or no.
    Bool,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Several of some words.
    Choices(&'static [&'static str]),
    /// The id of something.
    Ref(&'static str),
    /// The ids of several things of one kind.
    Refs(&'static str),
    /// The id of a thing of any kind.
    RefAny,
    /// A currency: `"USD"`.
    Currency,
    /// A date relative to an event: `"promised - 30 d"`.
    Due,
    /// A number of monthly fees: `"3 monthly fees"`.
    Fees,
    /// A file, relative to the one that names it.
    File,
}

/// What a cell holds, typed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Power(Power),
    Money(Money),
    Price(Price),
    Span(Span),
    Share(Share),
    Rate(Rate),
    Growth(Growth),
    Gpus(Gpus),
    Racks(i64),
    Bytes(Bytes),
    Bandwidth(Bandwidth),
    Level(Level),
    Speed(Speed),
    Date(Date),
    Count(i64),
    Number(f64),
    Text(String),
    Texts(Vec<String>),
    Bool(bool),
    Currency(Currency),
    Due(DueDate),
}

/// Why a cell cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    pub(crate) rule: &'static str,
    pub(crate) problem: String,
    pub(crate) fix: String,
}

fn misread(rule: &'static str, problem: impl Into<String>, fix: impl Into<String>) -> Misread {
    Misread { rule, problem: problem.into(), fix: fix.into() }
}

impl From<ParseQuantityError> for Misread {
    fn from(error: ParseQuantityError) -> Misread {
        let rule = match error {
            ParseQuantityError::MissingUnit { .. } => "missing-unit",
            ParseQuantityError::UnknownUnit { .. } => "unknown-unit",
            ParseQuantityError::Separator { .. } | ParseQuantityError::BadNumber { .. } => {
                "bad-number"
            }
            ParseQuantityError::OutOfRange { .. } => "out-of-range",
        };
        let text = error.to_string();
        if let Some((problem, fix)) = text.split_once("; ") {
            return misread(rule, problem, fix);
        }
        let limits = text.rsplit_once(": ").map_or("", |(_, limits)| limits).to_owned();
        misread(rule, text, format!("write a value {limits}"))
    }
}

pub(super) const ANCHORS: &[(&str, AfterAnchor)] = &[
    ("promised", AfterAnchor::Promised),
    ("shipped", AfterAnchor::Shipped),
    ("in-service", AfterAnchor::InService),
    ("signed", AfterAnchor::Signed),
];

const LEVEL_UNITS: &[&str] = &["GPU", "tok/s", "images/s"];

/// Reads `raw` as `kind`.
pub(crate) fn read(kind: ValueKind, raw: &Raw) -> Result<Value, Misread> {
    match kind {
        ValueKind::Power => quantity(raw).map(Value::Power),
        ValueKind::Money => quantity(raw).map(Value::Money),
        ValueKind::Price(per) => price(raw, per),
        ValueKind::Span => quantity(raw).map(Value::Span),
        ValueKind::SpanOr(word) if text_of(raw) == Some(word) => Ok(Value::Text(word.to_owned())),
        ValueKind::SpanOr(word) => {
            let or_word = |m: Misread| Misread { fix: format!("{}, or `\"{word}\"`", m.fix), ..m };
            quantity(raw).map(Value::Span).map_err(or_word)
        }
        ValueKind::Share => quantity(raw).map(Value::Share),
        ValueKind::YearRate => rate(raw, Some(RateBasis::Year), "3 %/year"),
        ValueKind::MonthRate => rate(raw, Some(RateBasis::Month), "30 %/month"),
        ValueKind::Rate => rate(raw, None, "8.75e-5/GPU-day"),
        ValueKind::Growth => quantity(raw).map(Value::Growth),
        ValueKind::Gpus => quantity(raw).map(Value::Gpus),
        ValueKind::GpusOrRacks => gpus_or_racks(raw),
        ValueKind::Bytes => quantity(raw).map(Value::Bytes),
        ValueKind::Bandwidth => quantity(raw).map(Value::Bandwidth),
        ValueKind::Level => quantity(raw).map(Value::Level),
        ValueKind::Speed => quantity(raw).map(Value::Speed),
        ValueKind::SpeedOrNumber => match number(raw) {
            Ok(value) => Ok(value),
            Err(_) => quantity(raw).map(Value::Speed),
        },
        ValueKind::Date => date(raw).map(Value::Date),
        ValueKind::Count => count(raw),
        ValueKind::Quarters => quarters(raw),
        ValueKind::Number => number(raw),
        ValueKind::Bool => boolean(raw),
        _ => read_words(kind, raw),
    }
}

/// Reads the kinds that are words.
fn read_words(kind: ValueKind, raw: &Raw) -> Result<Value, Misread> {
    match kind {
        ValueKind::LevelUnit => choice(raw, LEVEL_UNITS),
        ValueKind::Choice(words) => choice(raw, words),
        ValueKind::Choices(words) => {
            let Value::Texts(all) = texts(raw)? else {
                return Err(wrong_type(raw, "a list of words"));
            };
            all.iter().try_for_each(|word| one_of(word, words)).map(|()| Value::Texts(all))
        }
        ValueKind::Texts | ValueKind::Refs(_) => texts(raw),
        ValueKind::Currency => currency(raw),
        ValueKind::Due => due(raw).map(Value::Due),
        ValueKind::Fees => fees(raw),
        _ => text(raw).map(Value::Text),
    }
}

/// Returns the text of a cell that has one.
fn text_of(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) | Raw::Bare(text) => Some(text.trim()),
        _ => None,
    }
}

fn wrong_type(raw: &Raw, wanted: &str) -> Misread {
    misread("wrong-type", format!("{} is not {wanted}", raw.described()), format!("write {wanted}"))
}

fn quantity<T: Quantity>(raw: &Raw) -> Result<T, Misread> {
    match raw {
        Raw::Text(text) | Raw::Bare(text) => Ok(T::parse(text)?),
        Raw::Integer(number) => Ok(T::parse(&number.to_string())?),
        Raw::Float(number) if number.is_finite() => Ok(T::parse(&format!("{number}"))?),
        Raw::Float(_) => Err(not_finite(raw)),
        _ => {
            let wanted = format!("text with a number and a unit, as in `\"{}\"`", T::EXAMPLE);
            Err(wrong_type(raw, &wanted))
        }
    }
}

fn not_finite(raw: &Raw) -> Misread {
    misread(
        "not-finite",
        format!("{} is not a number that can be counted with", raw.described()),
        "write a finite number",
    )
}

fn price(raw: &Raw, per: Per) -> Result<Value, Misread> {
    let price: Price = quantity(raw)?;
    if price.per() == per {
        return Ok(Value::Price(price));
    }
    let problem =
        format!("`{price}` is a price for a {}, and here it must be for a {per}", price.per());
    Err(misread("unknown-unit", problem, format!("write it as {}/{per}", price.money().currency())))
}

fn rate(raw: &Raw, basis: Option<RateBasis>, example: &str) -> Result<Value, Misread> {
    let rate: Rate = quantity(raw)?;
    if basis.is_none_or(|basis| basis == rate.basis()) {
        return Ok(Value::Rate(rate));
    }
    let problem = format!("`{}` counts over another unit than is needed here", raw.written());
    Err(misread("unknown-unit", problem, format!("write it as in `\"{example}\"`")))
}

fn gpus_or_racks(raw: &Raw) -> Result<Value, Misread> {
    let racks = text_of(raw)
        .and_then(|text| text.strip_suffix("racks").or_else(|| text.strip_suffix("rack")));
    if let Some(racks) = racks {
        let good = racks.trim().parse::<i64>().ok().filter(|n| (0..=10_000_000).contains(n));
        return good.map(Value::Racks).ok_or_else(|| {
            misread(
                "bad-number",
                format!("`{}` is not a number of racks", racks.trim()),
                "write for example `\"18 racks\"`",
            )
        });
    }
    quantity(raw)
        .map(Value::Gpus)
        .map_err(|m: Misread| Misread { fix: format!("{}, or `\"18 racks\"`", m.fix), ..m })
}

fn count(raw: &Raw) -> Result<Value, Misread> {
    let refused = |what: String| {
        misread(
            "not-a-count",
            what,
            "write a whole number without quotes, unit or point, as in `264`",
        )
    };
    let number = match raw {
        Raw::Integer(number) => *number,
        Raw::Bare(text) => text
            .trim()
            .parse()
            .map_err(|_| refused(format!("`{}` is not a whole number", text.trim())))?,
        Raw::Text(text) => {
            return Err(refused(format!("`\"{text}\"` is text, and a count is bare")));
        }
        _ => return Err(refused(format!("{} is not a whole number", raw.described()))),
    };
    if (0..=1_000_000_000).contains(&number) {
        Ok(Value::Count(number))
    } else {
        Err(misread(
            "out-of-range",
            format!("{number} is out of range for a count"),
            "write a number from 0 to a billion",
        ))
    }
}

fn quarters(raw: &Raw) -> Result<Value, Misread> {
    let text = text_of(raw)
        .and_then(|text| text.strip_suffix("quarters").or_else(|| text.strip_suffix("quarter")));
    let read = text
        .and_then(|text| text.trim().parse::<i64>().ok())
        .map_or_else(|| count(raw), |n| Ok(Value::Count(n)));
    let fix = "write for example `\"8 quarters\"`, from 1 to 120";
    match read {
        Ok(Value::Count(n)) if (1..=120).contains(&n) => Ok(Value::Count(n)),
        Ok(_) => Err(misread(
            "out-of-range",
            format!("{} is out of range for quarters", raw.described()),
            fix,
        )),
        Err(m) => Err(Misread { fix: fix.to_owned(), ..m }),
    }
}

fn number(raw: &Raw) -> Result<Value, Misread> {
    let fix = "write it without quotes and unit, with a decimal point, as in `1.20`";
    let number = match raw {
        Raw::Integer(number) => *number as f64,
        Raw::Float(number) => *number,
        Raw::Bare(text) => text.trim().parse().map_err(|_| {
            misread("bad-number", format!("`{}` is not a number", text.trim()), fix)
        })?,
        Raw::Text(text) => {
            return Err(misread(
                "not-a-number",
                format!("`\"{text}\"` is text, and a bare number is needed"),
                fix,
            ));
        }
        _ => {
            return Err(misread(
                "not-a-number",
                format!("{} is not a number", raw.described()),
                fix,
            ));
        }
    };
    if !number.is_finite() {
        return Err(not_finite(raw));
    }
    if (0.0..=1e12).contains(&number) {
        return Ok(Value::Number(number));
    }
    Err(misread(
        "out-of-range",
        format!("{number} is out of range"),
        "write a number from 0 to 1e12",
    ))
}

fn boolean(raw: &Raw) -> Result<Value, Misread> {
    match raw {
        Raw::Bool(value) => Ok(Value::Bool(*value)),
        Raw::Bare(text) if text.trim() == "true" => Ok(Value::Bool(true)),
        Raw::Bare(text) if text.trim() == "false" => Ok(Value::Bool(false)),
        _ => Err(wrong_type(raw, "`true` or `false`, without quotes")),
    }
}

fn text(raw: &Raw) -> Result<String, Misread> {
    let text = text_of(raw).ok_or_else(|| wrong_type(raw, "text in quotes"))?;
    if text.len() > 4_000 {
        let problem = format!("the text has {} bytes", text.len());
        return Err(misread(
            "out-of-range",
            problem,
            "write at most 4,000 bytes; longer words belong in a document",
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(misread("bad-text", "the text has control characters", "take them out"));
    }
    Ok(text.to_owned())
}

fn texts(raw: &Raw) -> Result<Value, Misread> {
    match raw {
        Raw::List(all) => {
            all.iter().map(text).collect::<Result<Vec<String>, Misread>>().map(Value::Texts)
        }
        Raw::Bare(line) => {
            let parts = line.split(|c: char| c == ',' || c == ';' || c == '|' || c.is_whitespace());
            Ok(Value::Texts(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()))
        }
        Raw::Text(one) => {
            let problem = format!("`\"{one}\"` is one text, and a list is needed");
            Err(misread("wrong-type", problem, format!("write `[\"{one}\"]`")))
        }
        _ => Err(wrong_type(raw, "a list of texts, as in `[\"EU\", \"UK\"]`")),
    }
}

fn one_of(word: &str, words: &[&str]) -> Result<(), Misread> {
    if words.contains(&word) {
        return Ok(());
    }
    let all = words.iter().map(|w| format!("`\"{w}\"`")).collect::<Vec<_>>().join(", ");
    let near = crate::near::nearest(word, words.iter().copied());
    let fix = near.map_or(format!("write one of {all}"), |near| {
        format!("did you mean `\"{near}\"`? It is one of {all}")
    });
    Err(misread("unknown-word", format!("`{word}` is none of the words that can stand here"), fix))
}

fn choice(raw: &Raw, words: &[&str]) -> Result<Value, Misread> {
    let word = text_of(raw)
        .ok_or_else(|| wrong_type(raw, &format!("one of the words {}", words.join(", "))))?;
    one_of(word, words).map(|()| Value::Text(word.to_owned()))
}

fn currency(raw: &Raw) -> Result<Value, Misread> {
    text_of(raw).and_then(Currency::parse).map(Value::Currency).ok_or_else(|| {
        misread(
            "unknown-word",
            format!("{} is not a currency", raw.described()),
            "write its ISO code, as in `\"USD\"`",
        )
    })
}

fn due(raw: &Raw) -> Result<DueDate, Misread> {
    let refused = || {
        let events = ANCHORS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let fix =
            format!("write an event ({events}) and how far from it, as in `\"promised - 30 d\"`");
        misread(
            "bad-due-date",
            format!("{} is not a date relative to an event", raw.described()),
            fix,
        )
    };
    let text = text_of(raw).ok_or_else(refused)?;
    let (name, sign, offset) = match text.split_once(" - ").map(|(n, o)| (n, true, o)) {
        Some(found) => found,
        None => text.split_once(" + ").map_or((text, false, "0 d"), |(n, o)| (n, false, o)),
    };
    let anchor = ANCHORS.iter().find(|(known, _)| *known == name.trim()).ok_or_else(refused)?.1;
    Ok(DueDate { anchor, offset: Span::parse(offset)?, is_before: sign })
}

fn fees(raw: &Raw) -> Result<Value, Misread> {
    let fix = "write for example `\"3 monthly fees\"`";
    let text = text_of(raw)
        .and_then(|t| t.strip_suffix("monthly fees").or_else(|| t.strip_suffix("monthly fee")));
    let number = text
        .and_then(|text| text.trim().parse::<f64>().ok())
        .filter(|n| (0.0..=1_000.0).contains(n));
    number.map(Value::Number).ok_or_else(|| {
        misread("missing-unit", format!("{} is not a number of monthly fees", raw.described()), fix)
    })
}

/// Reads a TOML date, or a quarter as its last day.
fn date(raw: &Raw) -> Result<Date, Misread> {
    let fix = "write a date as in `2026-03-31`, or a quarter as in `\"Q1 2026\"`, which means its last day";
    let found = match raw {
        Raw::Date(date) => Some(*date),
        Raw::Text(text) => quarter_end(text.trim()),
        Raw::Bare(text) => quarter_end(text.trim()).or_else(|| text.trim().parse().ok()),
        Raw::Instant(text) => {
            let problem = format!("`{text}` is an instant, and a day is needed");
            return Err(misread("bad-date", problem, fix));
        }
        _ => None,
    };
    if let (None, Raw::Text(text)) = (found, raw)
        && text.trim().parse::<Date>().is_ok()
    {
        return Err(misread(
            "bad-date",
            format!("`\"{text}\"` is a quoted date"),
            format!("write it bare: `{}`", text.trim()),
        ));
    }
    let date = found
        .ok_or_else(|| misread("bad-date", format!("{} is not a date", raw.described()), fix))?;
    if (1900..=2200).contains(&date.year()) {
        return Ok(date);
    }
    Err(misread(
        "out-of-range",
        format!("{date} is out of range for a date"),
        "write a date from 1900 to 2200",
    ))
}

fn quarter_end(text: &str) -> Option<Date> {
    let (quarter, year) = text.strip_prefix('Q')?.split_once(' ')?;
    let quarter: i8 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
    let year: i16 = year.trim().parse().ok().filter(|y| (1900..=2200).contains(y))?;
    Some(Date::new(year, quarter * 3, 1).ok()?.last_of_month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Shown;

    fn told(kind: ValueKind, raw: Raw) -> String {
        match read(kind, &raw) {
            Ok(value) => format!("{value:?}"),
            Err(m) => format!("{} | {}", m.problem, m.fix),
        }
    }

    #[test]
    fn a_quarter_means_its_last_day() {
        assert_eq!(date(&Raw::Text("Q2 2026".to_owned())), Ok(Date::new(2026, 6, 30).unwrap()));
        assert!(date(&Raw::Text("Q5 2026".to_owned())).is_err());
    }

    #[test]
    fn a_refusal_carries_the_mend() {
        assert_eq!(
            told(ValueKind::Power, Raw::Integer(200)),
            "`200` has no unit | write for example `200 MW`"
        );
        assert_eq!(
            told(ValueKind::Date, Raw::Text("2026-03-31".to_owned())),
            "`\"2026-03-31\"` is a quoted date | write it bare: `2026-03-31`"
        );
        assert_eq!(
            told(ValueKind::Count, Raw::Text("264".to_owned())),
            "`\"264\"` is text, and a count is bare | write a whole number without quotes, unit or point, as in `264`"
        );
        assert_eq!(
            told(ValueKind::Price(Per::GpuHour), Raw::Text("46 USD/MWh".to_owned())),
            "`46 USD/MWh` is a price for a MWh, and here it must be for a GPUh | write it as USD/GPUh"
        );
    }

    #[test]
    fn nothing_infinite_gets_in() {
        for kind in [ValueKind::Number, ValueKind::Power, ValueKind::Count, ValueKind::Share] {
            assert!(read(kind, &Raw::Float(f64::NAN)).is_err());
            assert!(read(kind, &Raw::Float(f64::INFINITY)).is_err());
            assert!(read(kind, &Raw::Bare("inf".to_owned())).is_err());
        }
    }

    #[test]
    fn due_dates_read_and_write() {
        for text in ["promised - 30 d", "shipped + 30 d", "in-service"] {
            assert_eq!(due(&Raw::Text(text.to_owned())).unwrap().shown(), text);
        }
    }
}
