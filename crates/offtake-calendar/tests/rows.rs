//! Rows of small books worked by hand, and of the example books: dates to the day, money to the cent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use jiff::civil::{Date, date};
use offtake_book::{read_book, read_book_bytes, render_findings};
use offtake_calendar::{Basis, Calendar, Flow, Row, RowKind, Whose, calendar};
use offtake_model::Book;
use offtake_units::{Money, Quantity};
use std::path::Path;

/// Eight GPUs for twelve months at 2 USD an hour: 8 · 8,760 · 2 = 140,160 USD, 11,680 a month.
const SMALL: &str = r#"
format   = 1
as_of    = 2026-01-01
until    = 2030-01-01
owner    = "us"
[party.acme]
[party.us]
[site.acme]
zone = "US-TX"
[contract.acme]
name        = "Acme"
seller      = "acme"
buyer       = "us"
signed      = 2025-12-01
accelerator = "hgx-h100"
gpus        = 8
promised    = 2026-03-01
acceptance  = "10 d"
term        = "12 months"
price.per_gpu_hour = "2 USD/GPUh"
prepayment.share   = "25 %"
prepayment.due     = "promised - 30 d"
prepayment.credited_after = "6 months"
late.grace  = "30 d"
late.credit = "50 %/month"
late.cap    = "2 monthly fees"
late.terminate_after = "90 d"
sla.availability = "99 %"
sla.credit_cap   = "50 %"
sla.claim_within = "30 d"
renewal.term   = "12 months"
renewal.notice = "3 months"
[option.more]
contract    = "acme"
gpus        = "16 GPU"
start       = 2026-09-01
exercise_by = 2026-06-30
[right.first]
kind        = "first-refusal"
holder      = "us"
on          = "acme"
exercise_by = 2026-08-15
[offer.bigger]
site        = "acme"
seller      = "acme"
accelerator = "hgx-h100"
block       = "8 GPU"
blocks      = 2
start.from  = 2027-01-01
term        = "12 months"
price.per_gpu_hour = "3 USD/GPUh"
open_until  = 2026-05-31
[debt.bank]
borrower    = "us"
amount      = "100 kUSD"
rate        = "5 %/year"
draw_until  = 2026-04-30
matures     = 2028-04-30
"#;

fn small() -> Book {
    read(SMALL)
}

fn read(text: &str) -> Book {
    let reading = read_book_bytes("small.toml", text.as_bytes());
    assert!(!reading.has_errors(), "{}", render_findings(&reading.findings));
    reading.book.unwrap()
}

fn example(name: &str) -> Book {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books").join(name);
    read_book(&path).book.unwrap()
}

fn usd(text: &str) -> Option<Money> {
    Some(Money::parse(text).unwrap())
}

fn only(calendar: &Calendar, kind: RowKind) -> Row {
    let rows: Vec<&Row> = calendar.rows.iter().filter(|row| row.kind == kind).collect();
    assert_eq!(rows.len(), 1, "{kind:?}: {rows:?}");
    rows[0].clone()
}

fn total(calendar: &Calendar, kind: RowKind) -> Option<Money> {
    let amounts = calendar.rows.iter().filter(|row| row.kind == kind).filter_map(|row| row.amount);
    amounts.map(Some).reduce(|a, b| a?.checked_add(b?)).flatten()
}

#[test]
fn every_row_of_a_small_book_has_its_day_and_its_worth() {
    let calendar = calendar(&small(), Whose::Owner);
    let expected: [(RowKind, Date, &str, Flow); 13] = [
        (RowKind::PrepaymentDue, date(2026, 1, 30), "35040 USD", Flow::Out),
        (RowKind::Promised, date(2026, 3, 1), "11680 USD", Flow::Out),
        (RowKind::CreditsStart, date(2026, 3, 31), "5840 USD", Flow::In),
        (RowKind::DrawingEnds, date(2026, 4, 30), "100 kUSD", Flow::Worth),
        (RowKind::TerminationOpens, date(2026, 5, 30), "140160 USD", Flow::Worth),
        // 16 GPUs · 8,760 h · 3 USD.
        (RowKind::OfferExpiry, date(2026, 5, 31), "420480 USD", Flow::Worth),
        // 16 GPUs · 8,760 h · 2 USD.
        (RowKind::OptionExpiry, date(2026, 6, 30), "280320 USD", Flow::Worth),
        // 2 monthly fees at half a fee a month are 4 months: 1/31 of March, April to June, 30/31 of July.
        (RowKind::CreditsCapped, date(2026, 7, 31), "23360 USD", Flow::In),
        (RowKind::RightExpiry, date(2026, 8, 15), "140160 USD", Flow::Worth),
        (RowKind::PrepaymentCredited, date(2026, 9, 1), "35040 USD", Flow::Worth),
        // 8 · 8,784 h to 1 March 2028, a leap year, · 2 USD.
        (RowKind::RenewalNotice, date(2026, 12, 1), "140544 USD", Flow::Worth),
        (RowKind::EndOfTerm, date(2027, 3, 1), "11680 USD", Flow::Worth),
        (RowKind::GivenUp, date(2028, 3, 1), "35040 USD", Flow::In),
    ];
    for (kind, day, amount, flow) in expected {
        let row = only(&calendar, kind);
        assert_eq!((row.date, row.amount, row.flow), (day, usd(amount), flow), "{kind:?}");
    }
    assert_eq!(only(&calendar, RowKind::OptionStart).date, date(2026, 9, 1));
    assert_eq!(only(&calendar, RowKind::DebtMatures).date, date(2028, 4, 30));
    let dates: Vec<Date> = calendar.rows.iter().map(|row| row.date).collect();
    assert!(dates.is_sorted());
}

#[test]
fn claims_of_each_month_of_service_end_a_month_later_and_are_worth_the_capped_fee() {
    let calendar = calendar(&small(), Whose::Owner);
    let claims: Vec<&Row> =
        calendar.rows.iter().filter(|row| row.kind == RowKind::ClaimDeadline).collect();
    assert_eq!(claims.len(), 12);
    assert_eq!((claims[0].date, claims[0].amount), (date(2026, 4, 30), usd("5840 USD")));
    assert_eq!(claims[11].date, date(2027, 3, 30));
}

#[test]
fn claims_on_a_ramp_grow_with_what_is_in_service() {
    let book = small().contracts.remove("acme").unwrap();
    let mut ramped = small();
    let mut contract = book;
    // Thirty days: of the 31 of March the first has 1/30 of the GPUs, the thirtieth and the last have all.
    contract.tranches[0].ramp = offtake_units::Span::from_days(30);
    ramped.contracts.insert(contract.id.clone(), contract);
    let calendar = calendar(&ramped, Whose::Owner);
    let first = calendar.rows.iter().find(|row| row.kind == RowKind::ClaimDeadline).unwrap();
    // 11,680 · (465 + 30) / (30 · 31) = 6,216.77; half of it.
    assert_eq!(first.amount, usd("3108.39 USD"));
}

#[test]
fn what_has_accrued_by_the_books_day_is_told_and_the_days_ahead_know_of_it() {
    let text = SMALL.replace("as_of    = 2026-01-01", "as_of    = 2026-05-15");
    let calendar = calendar(&read(&text), Whose::Owner);
    let tranche = &calendar.tranches[0];
    let late = tranche.late.as_ref().unwrap();
    // 5,840 a month: 1/31 of March, all of April, 14/31 of May: 188.39 + 5,840 + 2,637.42.
    assert_eq!(late.credits_accrued, usd("8665.81 USD"));
    assert_eq!(late.credits_chance, 1.0);
    assert_eq!(tranche.basis, Basis::Exact);
    // Whatever comes now comes after the book's day, and acceptance after that.
    assert!(tranche.p50.unwrap() > date(2026, 5, 25), "{:?}", tranche.p50);
    let prepayment = tranche.prepayment.as_ref().unwrap();
    assert_eq!(prepayment.at_risk, usd("35040 USD"));
}

#[test]
fn a_prepayment_is_at_risk_until_it_is_credited_month_by_month() {
    let text = SMALL
        .replace("as_of    = 2026-01-01", "as_of    = 2026-12-01")
        .replace("gpus        = 8\n", "gpus        = 8\ndelivered   = 2026-03-01\n");
    let calendar = calendar(&read(&text), Whose::Owner);
    let tranche = &calendar.tranches[0];
    // Credited over the six months from 1 September; three of them are over.
    assert_eq!(tranche.prepayment.as_ref().unwrap().at_risk, usd("17520 USD"));
    assert_eq!((tranche.late.clone(), tranche.basis), (None, Basis::Certain));
    assert!(!calendar.rows.iter().any(|row| row.kind == RowKind::CreditsStart));
}

#[test]
fn irens_prepayments_and_payments_to_dell_add_up_to_what_was_filed() {
    let calendar = calendar(&example("iren-2025-11"), Whose::Owner);
    assert_eq!(total(&calendar, RowKind::PrepaymentDue), usd("1.94 GUSD"));
    assert_eq!(total(&calendar, RowKind::PurchasePayment), usd("5.81 GUSD"));
    let paid: Vec<Date> = calendar
        .rows
        .iter()
        .filter(|row| row.kind == RowKind::PurchasePayment)
        .map(|row| row.date)
        .collect();
    // Shipped, then 30 days.
    let expected = [date(2026, 4, 30), date(2026, 6, 30), date(2026, 8, 30), date(2026, 10, 30)];
    assert_eq!(paid, expected);
}

#[test]
fn both_sides_of_one_contract_see_the_same_days_and_amounts_and_money_the_other_way() {
    let rows = |name: &str| -> Vec<Row> {
        let all = calendar(&example(name), Whose::Owner).rows;
        let own = |row: &Row| {
            row.contract.as_deref() == Some("iren-childress")
                && !matches!(
                    row.kind,
                    RowKind::PurchasePayment | RowKind::DrawingEnds | RowKind::DebtMatures
                )
        };
        all.into_iter().filter(own).collect()
    };
    let (bought, sold) = (rows("microsoft-2025-11"), rows("iren-2025-11"));
    assert!(bought.len() > 80, "{}", bought.len());
    assert_eq!(bought.len(), sold.len());
    for (buyer, seller) in bought.iter().zip(&sold) {
        assert_eq!(
            (buyer.date, buyer.kind, &buyer.on, buyer.amount),
            (seller.date, seller.kind, &seller.on, seller.amount)
        );
        let other = match buyer.flow {
            Flow::Out => Flow::In,
            Flow::In => Flow::Out,
            flow => flow,
        };
        assert_eq!(other, seller.flow, "{}", buyer.on);
    }
}

#[test]
fn what_others_pay_each_other_comes_when_asked_for_and_not_else() {
    let book = example("microsoft-2025-11");
    let own = calendar(&book, Whose::Owner);
    assert_eq!(total(&own, RowKind::PurchasePayment), None);
    let all = calendar(&book, Whose::Everybody);
    assert_eq!(total(&all, RowKind::PurchasePayment), usd("5.81 GUSD"));
    assert!(
        all.rows
            .iter()
            .filter(|row| row.kind == RowKind::PurchasePayment)
            .all(|row| row.flow == Flow::Between)
    );
}

#[test]
fn rows_have_identities_of_their_own() {
    for name in ["microsoft-2025-11", "iren-2025-11", "microsoft-2026-07"] {
        let rows = calendar(&example(name), Whose::Everybody).rows;
        let mut ids: Vec<(RowKind, &str)> =
            rows.iter().map(|row| (row.kind, row.on.as_str())).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|two| two[0] != two[1]), "{name}");
    }
}

#[test]
fn a_whole_order_ends_with_its_first_tranche_where_the_contract_says_so() {
    let text = SMALL
        .replace("gpus        = 8\npromised    = 2026-03-01\n", "late.first_ends_all = true\n");
    let text = format!(
        "{text}\n[tranche.acme.one]\ngpus = 8\npromised = 2026-03-01\n[tranche.acme.two]\ngpus = 8\npromised = 2026-06-01\n"
    );
    let calendar = calendar(&read(&text), Whose::Owner);
    let ends: Vec<Option<Money>> = calendar
        .rows
        .iter()
        .filter(|row| row.kind == RowKind::TerminationOpens)
        .map(|row| row.amount)
        .collect();
    assert_eq!(ends, [usd("280320 USD"), usd("140160 USD")]);
}

#[test]
fn amounts_are_left_out_where_the_book_names_no_price() {
    let text = SMALL.replace("price.per_gpu_hour = \"2 USD/GPUh\"\n", "");
    let calendar = calendar(&read(&text), Whose::Owner);
    assert_eq!(only(&calendar, RowKind::Promised).amount, None);
    assert_eq!(only(&calendar, RowKind::OptionExpiry).amount, None);
    assert_eq!(calendar.tranches[0].value, None);
}

#[test]
fn an_escalator_raises_the_later_years() {
    let text = SMALL.replacen(
        "term        = \"12 months\"\nprice",
        "term        = \"24 months\"\nescalator   = \"1.5 times/year\"\nprice",
        1,
    );
    let calendar = calendar(&read(&text), Whose::Owner);
    // 8 · 8,760 h · 2 USD and, from 1 March 2027 over a leap day, 8 · 8,784 h · 3 USD.
    assert_eq!(calendar.tranches[0].value, usd("350976 USD"));
    assert_eq!(calendar.tranches[0].monthly_fee, usd("14624 USD"));
}

#[test]
fn a_price_that_is_written_holds_beside_a_total() {
    let text = SMALL.replacen(
        "term        = \"12 months\"\nprice",
        "term        = \"12 months\"\nprice.total = \"1 MUSD\"\nprice",
        1,
    );
    assert_eq!(calendar(&read(&text), Whose::Owner).tranches[0].value, usd("140160 USD"));
}

#[test]
fn contracts_are_worth_what_value_works_with() {
    let escalated = SMALL.replacen("sla.avail", "escalator = \"1.03 times/year\"\nsla.avail", 1);
    let books = [read(&escalated), example("microsoft-2025-11"), example("iren-2025-11")];
    let mut seen = 0;
    for book in &books {
        let calendar = calendar(book, Whose::Owner);
        let valuer = offtake_value::Valuer::new(book);
        let sides = [offtake_model::Side::Bought, offtake_model::Side::Sold];
        for deal in sides.into_iter().flat_map(|side| valuer.on(side)) {
            let own =
                calendar.tranches.iter().filter(|one| one.contract == deal.contract.id.to_string());
            let sum = |of: fn(&offtake_calendar::Outlook) -> Option<Money>| -> i128 {
                own.clone().map(|one| of(one).unwrap().micros()).sum()
            };
            // To the cent for each tranche; the escalator's billionths are rounded otherwise.
            let close = |a: i128, b: i128| {
                (a - b).abs() <= 10_000 * own.clone().count() as i128 + b / 1_000_000_000
            };
            assert!(close(sum(|one| one.value), deal.value()), "{}", deal.contract.id);
            assert!(close(sum(|one| one.monthly_fee) * 12, deal.yearly()), "{}", deal.contract.id);
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
}

#[test]
fn an_option_in_megawatts_is_worth_the_gpus_that_they_carry_and_says_so() {
    let text = SMALL
        .replace("gpus        = \"16 GPU\"", "power       = \"10 MW\"")
        .replace(
            "zone = \"US-TX\"\n",
            "zone = \"US-TX\"\naccelerator.hgx-h100.draw = \"1.25 kW\"\n[hall.acme-1]\nsite = \"acme\"\npue = 1.2\n",
        );
    let rows = calendar(&read(&text), Whose::Owner);
    let expiry = only(&rows, RowKind::OptionExpiry);
    // 10 MW over 1.25 kW · 1.2 are 6,666 GPUs; a year of 365 days at 2 USD an hour.
    assert_eq!(expiry.amount, usd("116788320 USD"));
    assert!(
        expiry.text.contains("about 6,666 hgx-h100 at 1.50 kW each, cooling included"),
        "{}",
        expiry.text
    );
    let priceless = text.replace("price.per_gpu_hour = \"2 USD/GPUh\"\n", "");
    let expiry = only(&calendar(&read(&priceless), Whose::Owner), RowKind::OptionExpiry);
    assert_eq!(expiry.amount, None);
    assert!(expiry.text.ends_with("since acme has no price"), "{}", expiry.text);
}

#[test]
fn a_lease_has_its_days_where_the_book_says_one_and_is_told_without_where_not() {
    let lease = "[lease.acme]\nlandlord = \"acme\"\ntenant = \"us\"\nsite = \"acme\"\ntotal = \"1.2 MUSD\"\nterm = \"12 months\"\n";
    let without = calendar(&read(&format!("{SMALL}{lease}")), Whose::Owner);
    assert!(!without.rows.iter().any(|row| row.kind == RowKind::LeaseStart));
    let [one] = without.undated.as_slice() else { panic!("{:?}", without.undated) };
    assert_eq!(
        (one.on.as_str(), one.amount, one.flow),
        ("lease.acme", usd("100000 USD"), Flow::Out)
    );
    assert!(one.text.ends_with("the book does not say from when"), "{}", one.text);
    let with = calendar(&read(&format!("{SMALL}{lease}from = 2026-04-01\n")), Whose::Owner);
    assert!(with.undated.is_empty());
    let (starts, ends) = (only(&with, RowKind::LeaseStart), only(&with, RowKind::LeaseEnd));
    assert_eq!((starts.date, ends.date), (date(2026, 4, 1), date(2027, 4, 1)));
    assert_eq!((starts.amount, ends.amount), (usd("100000 USD"), usd("100000 USD")));
    // What others rent of each other comes when it is asked for.
    let theirs = lease.replace("tenant = \"us\"", "tenant = \"bolt\"");
    let text = format!("{SMALL}{theirs}[party.bolt]\n");
    assert!(calendar(&read(&text), Whose::Owner).undated.is_empty());
    assert_eq!(calendar(&read(&text), Whose::Everybody).undated.len(), 1);
}

#[test]
fn the_chance_that_the_seller_fails_first_stands_beside_the_days_that_do_not_count_it() {
    let text = SMALL.replace("[party.acme]\n", "[party.acme]\nfailure = \"20 %/year\"\n");
    let found = calendar(&read(&text), Whose::Owner);
    // From 1 January to 1 March are 59 days: 1 − 0.8^(59/365.25).
    let chance = found.tranches[0].fails_first.unwrap();
    assert!((chance - (1.0 - 0.8_f64.powf(59.0 / 365.25))).abs() < 1e-12, "{chance}");
    let promised = only(&found, RowKind::Promised);
    assert!(
        promised.text.contains("unless acme fails first (3.5 % before this day)"),
        "{}",
        promised.text
    );
}
