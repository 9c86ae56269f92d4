//! The calendar for programs: JSON and CSV, money as decimal strings.

use super::Agenda;
use offtake_calendar::{Basis, LateTerms, Outlook, PrepaymentTerms, Row, SAMPLES, SEED, Undated};
use offtake_units::Money;
use serde_json::{Value, json};

/// Returns the calendar as JSON.
#[must_use]
pub fn calendar_json(agenda: &Agenda<'_>) -> Value {
    let book = agenda.book;
    json!({
        "title": book.title,
        "owner": book.owner.to_string(),
        "as_of": book.as_of.to_string(),
        "from": agenda.from.to_string(),
        "until": agenda.until.map(|day| day.to_string()),
        "samples": SAMPLES,
        "seed": SEED,
        "tranches": agenda.calendar.tranches.iter().map(tranche).collect::<Vec<_>>(),
        "rows": agenda.rows().map(row).collect::<Vec<_>>(),
        "undated": agenda.undated().map(undated).collect::<Vec<_>>(),
    })
}

/// Returns the rows as CSV, one head line first.
///
/// # Errors
///
/// When the rows cannot be written as CSV, which no text that is UTF-8 makes happen.
pub fn calendar_csv(agenda: &Agenda<'_>) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "date", "kind", "contract", "tranche", "amount", "currency", "per", "flow", "chance", "on",
        "text",
    ])?;
    for row in agenda.rows() {
        let amount = row.amount.map_or_else(String::new, decimal);
        let currency = row.amount.map_or_else(String::new, |money| money.currency().to_string());
        let chance = row.chance.map_or_else(String::new, |chance| rounded(chance).to_string());
        out.write_record([
            &row.date.to_string(),
            row.kind.name(),
            row.contract.as_deref().unwrap_or_default(),
            row.tranche.as_deref().unwrap_or_default(),
            &amount,
            &currency,
            per(row).unwrap_or_default(),
            row.flow.name(),
            &chance,
            &row.on,
            &row.text,
        ])?;
    }
    let bytes = out.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes an amount as a decimal number with two places.
pub(super) fn decimal(money: Money) -> String {
    let cents = (money.micros() + money.micros().signum() * 5_000) / 10_000;
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// Four places are more than ten thousand samples know.
fn rounded(chance: f64) -> f64 {
    (chance * 1e4).round() / 1e4
}

/// Says that the amount is for each month.
fn per(row: &Row) -> Option<&'static str> {
    (row.amount.is_some() && row.kind.is_monthly()).then_some("month")
}

fn undated(one: &Undated) -> Value {
    let per = (one.amount.is_some() && one.kind.is_monthly()).then_some("month");
    json!({
        "kind": one.kind.name(),
        "on": one.on,
        "amount": one.amount.map(decimal),
        "currency": one.amount.map(|money| money.currency().to_string()),
        "per": per,
        "flow": one.flow.name(),
        "text": one.text,
    })
}

fn row(row: &Row) -> Value {
    json!({
        "date": row.date.to_string(),
        "kind": row.kind.name(),
        "contract": row.contract,
        "tranche": row.tranche,
        "amount": row.amount.map(decimal),
        "currency": row.amount.map(|money| money.currency().to_string()),
        "per": per(row),
        "flow": row.flow.name(),
        "chance": row.chance.map(rounded),
        "on": row.on,
        "text": row.text,
    })
}

fn tranche(one: &Outlook) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    json!({
        "contract": one.contract,
        "tranche": one.tranche,
        "counterparty": one.counterparty,
        "gpus": one.gpus,
        "accelerator": one.accelerator,
        "site": one.site,
        "promised": one.promised.to_string(),
        "latest_notice": one.latest_notice.to_string(),
        "delivered": day(one.delivered),
        "p50": day(one.p50),
        "p90": day(one.p90),
        "never": rounded(one.never),
        "fails_before_promised": one.fails_first.map(rounded),
        "basis": basis(one.basis),
        "ends": one.ends.to_string(),
        "value": one.value.map(decimal),
        "monthly_fee": one.monthly_fee.map(decimal),
        "currency": one.value.map(|money| money.currency().to_string()),
        "late": one.late.as_ref().map(late),
        "prepayment": one.prepayment.as_ref().map(prepayment),
    })
}

const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Certain => "certain",
        Basis::Exact => "exact",
        Basis::Samples => "samples",
    }
}

fn late(terms: &LateTerms) -> Value {
    json!({
        "credits_from": terms.credits_from.map(|day| day.to_string()),
        "credits_chance": rounded(terms.credits_chance),
        "credit_a_month": terms.credit_a_month.map(decimal),
        "credits_accrued": terms.credits_accrued.map(decimal),
        "credits_most": terms.credits_most.map(decimal),
        "capped_on": terms.capped_on.map(|day| day.to_string()),
        "capped_chance": rounded(terms.capped_chance),
        "terminate_from": terms.terminate_from.map(|day| day.to_string()),
        "terminate_chance": rounded(terms.terminate_chance),
        "given_up_on": terms.given_up_on.to_string(),
        "given_up_chance": rounded(terms.given_up_chance),
    })
}

fn prepayment(terms: &PrepaymentTerms) -> Value {
    json!({
        "amount": terms.amount.map(decimal),
        "due": terms.due.map(|day| day.to_string()),
        "credited_from": terms.credited_from.to_string(),
        "at_risk": terms.at_risk.map(decimal),
        "recovery": terms.recovery.part(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_units::Currency;

    #[test]
    fn amounts_are_decimal_with_two_places() {
        let text = |micros| decimal(Money::from_micros(micros, Currency::USD));
        assert_eq!(text(485_000_000_000_000), "485000000.00");
        assert_eq!(text(-1_234_560_000), "-1234.56");
        assert_eq!(text(50_000), "0.05");
        assert_eq!(text(-50_000), "-0.05");
    }
}
