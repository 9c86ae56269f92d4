//! Payments for hardware, deadlines of debts, and megawatts that come free.

use super::plain;
use super::words::{does, name, whole, whom};
use crate::dates::due;
use crate::money::part;
use crate::row::{Flow, Row, RowKind};
use offtake_model::{Book, Contract, Debt, PartyId, PowerStock, Purchase, Tranche};

/// Adds the rows of purchases, debts and power.
pub(crate) fn push(book: &Book, rows: &mut Vec<Row>) {
    for (id, purchase) in &book.purchases {
        rows.extend(of_purchase(book, id, purchase));
    }
    for (id, debt) in &book.debts {
        rows.extend(of_debt(book, id, debt));
    }
    for (id, power) in &book.powers {
        rows.extend(of_power(book, id, power));
    }
}

/// Says which way money goes from `payer` to `payee`.
fn flow(book: &Book, payer: &PartyId, payee: Option<&PartyId>) -> Flow {
    if *payer == book.owner {
        Flow::Out
    } else if payee == Some(&book.owner) {
        Flow::In
    } else {
        Flow::Between
    }
}

/// Returns a row for each tranche that the purchase supplies; what no tranche names has no date.
fn of_purchase(book: &Book, id: &str, purchase: &Purchase) -> Vec<Row> {
    let supplied: Vec<(&Contract, &Tranche)> = book
        .contracts
        .values()
        .flat_map(|contract| contract.tranches.iter().map(move |tranche| (contract, tranche)))
        .filter(|(_, tranche)| tranche.accelerators_from.as_deref() == Some(id))
        .collect();
    let gpus = |tranche: &Tranche| i128::from(tranche.gpus.count());
    let named: i128 = supplied.iter().map(|(_, tranche)| gpus(tranche)).sum();
    let all = purchase.gpus.map_or(named, |all| named.max(all.count().into()));
    let mut before = 0;
    let mut rows = Vec::new();
    for (contract, tranche) in supplied {
        let amount = purchase.price_total.map(|total| part(total, before, gpus(tranche), all));
        before += gpus(tranche);
        let Some(day) = due(contract, tranche, purchase.paid) else { continue };
        let text = format!(
            "{} {} for {} GPUs of {}, whether or not its hall is ready",
            does(book, &purchase.buyer, "pay"),
            name(book, &purchase.seller),
            whole(tranche.gpus.count()),
            tranche.id
        );
        rows.push(Row {
            contract: Some(contract.id.to_string()),
            tranche: Some(tranche.id.name.clone()),
            flow: flow(book, &purchase.buyer, Some(&purchase.seller)),
            ..plain(
                day,
                RowKind::PurchasePayment,
                format!("purchase.{id}.{}", tranche.id),
                amount,
                &text,
            )
        });
    }
    rows
}

fn of_debt(book: &Book, id: &str, debt: &Debt) -> Vec<Row> {
    let secured: Vec<String> = debt.secured_on.iter().map(ToString::to_string).collect();
    let on = if secured.is_empty() {
        String::new()
    } else {
        format!(", secured on {}", secured.join(", "))
    };
    let lender = debt.lender.as_ref();
    let from = lender.map_or_else(String::new, |lender| format!(" from {}", name(book, lender)));
    let contract = debt.secured_on.first().filter(|_| debt.secured_on.len() == 1);
    let is_ours = debt.borrower == book.owner || lender == Some(&book.owner);
    let of = |date, kind, flow, text: &str| Row {
        contract: contract.map(ToString::to_string),
        flow,
        ..plain(date, kind, format!("debt.{id}"), Some(debt.amount), text)
    };
    let draw = debt.draw_until.map(|day| {
        let may = whom(book, &debt.borrower);
        let text = format!("last day for {may} to draw the debt {id}{from}{on}");
        of(day, RowKind::DrawingEnds, if is_ours { Flow::Worth } else { Flow::Between }, &text)
    });
    let text = format!("last repayment of the debt {id}{from}{on}");
    let matures = of(debt.matures, RowKind::DebtMatures, flow(book, &debt.borrower, lender), &text);
    draw.into_iter().chain([matures]).collect()
}

fn of_power(book: &Book, id: &str, power: &PowerStock) -> Option<Row> {
    let site =
        book.sites.get(&power.site).map_or_else(|| power.site.to_string(), |s| s.name.clone());
    let text = format!("{} of grid power are there at {site}, not yet sold", power.grid_power);
    Some(plain(power.from?, RowKind::PowerAvailable, format!("power.{id}"), None, &text))
}
