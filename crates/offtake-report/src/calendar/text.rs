//! The calendar as people read it: the strip, a sentence, the tranches, the dates.

use super::Agenda;
use super::strip::strip;
use crate::canvas::Style;
use crate::columns::{Columns, Side, wrap};
use crate::number;
use jiff::civil::Date;
use offtake_calendar::{Basis, Flow, Outlook, Row, RowKind, SAMPLES, SEED};
use offtake_units::Money;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Returns the whole report.
#[must_use]
pub fn calendar_text(agenda: &Agenda<'_>, style: Style) -> String {
    let until = agenda.screen_until();
    let last = until.yesterday().unwrap_or(until);
    let mut text = format!("{}\n", style.bold(&agenda.book.title));
    let _ = writeln!(
        text,
        "{}\n",
        style.faint(&format!(
            "as known on {}; dates from {} to {last}",
            agenda.book.as_of, agenda.from
        ))
    );
    let strip = strip(agenda, style);
    if !strip.is_empty() {
        let _ = writeln!(text, "{strip}");
    }
    for line in wrap(&sentence(agenda, until), style.width) {
        let _ = writeln!(text, "{line}");
    }
    let tables = [
        coming(agenda),
        money_ahead(agenda),
        dates(agenda, until),
        later(agenda, until),
        undated(agenda),
    ];
    for table in tables.into_iter().flatten() {
        let _ = write!(text, "\n{}", table.text(style));
    }
    text
}

/// Says what comes next and how much falls due.
fn sentence(agenda: &Agenda<'_>, until: Date) -> String {
    let rows: Vec<&Row> = agenda.rows().filter(|row| row.date < until).collect();
    let Some(next) = rows.iter().find(|row| row.kind != RowKind::ClaimDeadline).or(rows.first())
    else {
        return "Nothing is dated in these days.".to_owned();
    };
    let mut text = format!("Next, on {}: {}. ", next.date, next.text);
    let due = |flow: Flow, kinds: &[RowKind]| {
        let chosen = rows.iter().filter(|row| row.flow == flow && kinds.contains(&row.kind));
        in_words(&sums(chosen.filter_map(|row| row.amount)))
    };
    let parts = [
        ("to be prepaid", due(Flow::Out, &[RowKind::PrepaymentDue])),
        ("to be prepaid to us", due(Flow::In, &[RowKind::PrepaymentDue])),
        ("to be paid for hardware", due(Flow::Out, &[RowKind::PurchasePayment])),
        ("of debt to be repaid", due(Flow::Out, &[RowKind::DebtMatures])),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter_map(|(what, sum)| sum.map(|sum| format!("{sum} {what}")))
        .collect();
    let claims = rows.iter().filter(|row| row.kind == RowKind::ClaimDeadline).count();
    let counts = [(rows.len() - claims, "date"), (claims, "deadline of claims")];
    let counted = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, name)| {
        let (first, rest) =
            name.split_once(' ').map_or((name, String::new()), |(a, b)| (a, format!(" {b}")));
        if count == 1 { format!("1 {name}") } else { format!("{count} {first}s{rest}") }
    });
    let counted = counted.collect::<Vec<_>>().join(" and ");
    let _ = write!(text, "To {}: {counted}", until.yesterday().unwrap_or(until));
    for part in said {
        let _ = write!(text, ", {part}");
    }
    text.push('.');
    text
}

fn sums(amounts: impl Iterator<Item = Money>) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for amount in amounts {
        *sums.entry(amount.currency().to_string()).or_insert(0.0) += amount.units();
    }
    sums
}

fn in_words(sums: &BTreeMap<String, f64>) -> Option<String> {
    let parts: Vec<String> =
        sums.iter().map(|(currency, sum)| amount_text(*sum, currency)).collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

/// Writes an amount short: `485 MUSD`.
fn amount_text(units: f64, currency: &str) -> String {
    let (factor, letter) = number::scale_of(units);
    if letter.is_empty() {
        return format!("{} {currency}", number::whole(units));
    }
    let text = number::short(units);
    let digits = text.trim_end_matches(letter);
    // `scale_of` and `short` agree on the letter.
    debug_assert!(factor >= 1e3);
    format!("{digits}{letter}{currency}")
}

fn money(amount: Option<Money>) -> String {
    amount.map_or_else(String::new, |money| amount_text(money.units(), money.currency().code()))
}

/// Writes what a row is worth; what is for each month says so.
fn worth(row: &Row) -> String {
    let per = if row.amount.is_some() && row.kind.is_monthly() { "/mo" } else { "" };
    format!("{}{per}", money(row.amount))
}

fn day(day: Option<Date>, never: &str) -> String {
    day.map_or_else(|| never.to_owned(), |day| day.to_string())
}

fn name(one: &Outlook) -> String {
    if one.tranche == "all" {
        one.contract.clone()
    } else {
        format!("{}.{}", one.contract, one.tranche)
    }
}

/// The tranches that are still to come.
fn coming(agenda: &Agenda<'_>) -> Option<Columns> {
    let heads = [
        ("", Side::Left),
        ("GPUs", Side::Right),
        ("promised", Side::Left),
        ("as noticed", Side::Left),
        ("P50", Side::Left),
        ("P90", Side::Left),
        ("never", Side::Right),
        ("credits from", Side::Left),
        ("a month", Side::Right),
        ("may end from", Side::Left),
    ];
    let mut table = Columns::new("Tranches to come", &heads).spare(&[3, 6, 8]);
    let all = agenda.calendar.tranches.iter().filter(|one| one.delivered.is_none());
    let mut is_sampled = false;
    for one in all {
        is_sampled |= one.basis == Basis::Samples;
        let notice = if one.latest_notice == one.promised {
            "as promised".to_owned()
        } else {
            one.latest_notice.to_string()
        };
        let mark = if one.basis == Basis::Samples { "~" } else { "" };
        let late = one.late.as_ref();
        let with_chance = |day: Option<Date>, chance: f64| {
            day.map_or_else(
                || "–".to_owned(),
                |day| format!("{day} {:>4}", number::percent(chance)),
            )
        };
        table.push(vec![
            name(one),
            number::whole(one.gpus as f64),
            one.promised.to_string(),
            notice,
            format!("{}{mark}", day(one.p50, "never")),
            format!("{}{mark}", day(one.p90, "never")),
            number::percent(one.never),
            late.map_or_else(|| "–".to_owned(), |l| with_chance(l.credits_from, l.credits_chance)),
            money(late.and_then(|l| l.credit_a_month)),
            late.map_or_else(
                || "–".to_owned(),
                |l| with_chance(l.terminate_from, l.terminate_chance),
            ),
        ]);
    }
    table.foot(
        "P50, P90: half, nine in ten of the futures have it by then. The share beside a date: of the \
         futures in which the tranche is so late."
            .to_owned(),
    );
    if is_sampled {
        table.foot(format!(
            "~ from {} samples (seed {SEED}), since several things must come together; other days are \
             exact.",
            number::whole(SAMPLES as f64)
        ));
    }
    (!table.is_empty()).then_some(table)
}

/// What is prepaid and can be lost, and credits that have accrued.
fn money_ahead(agenda: &Agenda<'_>) -> Option<Columns> {
    let heads = [
        ("", Side::Left),
        ("prepaid", Side::Right),
        ("due", Side::Left),
        ("credited from", Side::Left),
        ("at risk now", Side::Right),
        ("credits accrued", Side::Right),
    ];
    let title = format!("Prepayments and credits, on {}", agenda.book.as_of);
    let mut table = Columns::new(&title, &heads);
    for one in &agenda.calendar.tranches {
        let accrued = one.late.as_ref().and_then(|late| late.credits_accrued);
        let accrued = accrued.filter(|money| money.micros() > 0);
        let terms = one.prepayment.as_ref();
        if accrued.is_none() && terms.is_none() {
            continue;
        }
        table.push(vec![
            name(one),
            money(terms.and_then(|terms| terms.amount)),
            day(terms.and_then(|terms| terms.due), "–"),
            day(terms.map(|terms| terms.credited_from), "–"),
            money(terms.and_then(|terms| terms.at_risk)),
            money(accrued),
        ]);
    }
    (!table.is_empty()).then_some(table)
}

fn dates(agenda: &Agenda<'_>, until: Date) -> Option<Columns> {
    let last = until.yesterday().unwrap_or(until);
    rows_table(agenda, &format!("Dates to {last}"), agenda.rows().filter(|row| row.date < until))
}

fn later(agenda: &Agenda<'_>, until: Date) -> Option<Columns> {
    rows_table(agenda, "Later", agenda.rows().filter(|row| row.date >= until))
}

/// Lists what the book gives no day.
fn undated(agenda: &Agenda<'_>) -> Option<Columns> {
    let heads = [("kind", Side::Left), ("worth", Side::Right), ("", Side::Left)];
    let mut table = Columns::new("Without a day in the book", &heads);
    for one in agenda.undated() {
        let per = if one.amount.is_some() && one.kind.is_monthly() { "/mo" } else { "" };
        let worth = format!("{}{per}", money(one.amount));
        table.push(vec![one.kind.name().to_owned(), worth, one.text.clone()]);
    }
    (!table.is_empty()).then_some(table)
}

/// Lists rows; claims, of which every contract has one a month, are counted unless they were asked for.
fn rows_table<'a>(
    agenda: &Agenda<'_>,
    title: &str,
    rows: impl Iterator<Item = &'a Row>,
) -> Option<Columns> {
    let folds = !agenda.kinds.contains(&RowKind::ClaimDeadline);
    let (claims, rows): (Vec<&Row>, Vec<&Row>) =
        rows.partition(|row| folds && row.kind == RowKind::ClaimDeadline);
    let heads = [
        ("date", Side::Left),
        ("kind", Side::Left),
        ("", Side::Left),
        ("worth", Side::Right),
        ("", Side::Left),
    ];
    let mut table = Columns::new(title, &heads).spare(&[1]);
    for row in rows {
        let sign = match row.flow {
            Flow::Out => "-",
            Flow::In => "+",
            Flow::Worth | Flow::Between => "",
        };
        let chance = row.chance.map_or_else(String::new, |chance| {
            format!(" ({} of futures)", number::percent(chance))
        });
        table.push(vec![
            row.date.to_string(),
            row.kind.name().to_owned(),
            sign.to_owned(),
            worth(row),
            format!("{}{chance}", row.text),
        ]);
    }
    if !claims.is_empty() {
        let most = in_words(&sums(claims.iter().filter_map(|row| row.amount))).unwrap_or_default();
        let count = claims.len();
        table.foot(format!(
            "and {count} deadlines to claim for a month's service, worth {most} at the very most; \
             --kind claim-deadline lists them."
        ));
    }
    (!table.is_empty()).then_some(table)
}
