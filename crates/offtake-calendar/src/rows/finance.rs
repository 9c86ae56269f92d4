//! Payments for hardware, deadlines of debts, leases, and megawatts that come free.

use super::plain;
use super::words::{does, money, name, sentence, whole, whom};
use crate::dates::{after, due};
use crate::money::part;
use crate::row::{Flow, Row, RowKind, Undated};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Debt, Lease, PartyId, PowerStock, Purchase, SiteId, Tranche};
use offtake_units::Money;

/// Adds the rows of purchases, debts, leases and power, and what of them has no day.
pub(crate) fn push(book: &Book, rows: &mut Vec<Row>, undated: &mut Vec<Undated>) {
    for (id, purchase) in &book.purchases {
        rows.extend(of_purchase(book, id, purchase, undated));
    }
    for (id, lease) in &book.leases {
        match lease.from {
            Some(from) => rows.extend(of_lease(book, (id, lease), from)),
            None => undated.push(lease_without_day(book, id, lease)),
        }
    }
    for (id, debt) in &book.debts {
        rows.extend(of_debt(book, id, debt));
    }
    for (id, power) in &book.powers {
        // Without a day it is there already.
        rows.extend(power.from.map(|from| of_power(book, id, power, from)));
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
fn of_purchase(book: &Book, id: &str, purchase: &Purchase, undated: &mut Vec<Undated>) -> Vec<Row> {
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
        let Some(day) = due(contract, tranche, purchase.paid) else {
            let text = format!(
                "{} {} for {} GPUs of {}; it counts from the signing of {}, whose day the book does not say",
                does(book, &purchase.buyer, "pay"),
                name(book, &purchase.seller),
                whole(tranche.gpus.count()),
                tranche.id,
                contract.id
            );
            undated.push(Undated {
                kind: RowKind::PurchasePayment,
                on: format!("purchase.{id}.{}", tranche.id),
                amount,
                flow: flow(book, &purchase.buyer, Some(&purchase.seller)),
                text: sentence(&text),
            });
            continue;
        };
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

fn site_name(book: &Book, site: &SiteId) -> String {
    book.sites.get(site).map_or_else(|| site.to_string(), |known| known.name.clone())
}

fn of_power(book: &Book, id: &str, power: &PowerStock, from: Date) -> Row {
    let site = site_name(book, &power.site);
    let text = format!("{} of grid power are there at {site}, not yet sold", power.grid_power);
    plain(from, RowKind::PowerAvailable, format!("power.{id}"), None, &text)
}

/// Returns the rent for a month: the total in equal parts over the months of the term.
fn rent(lease: &Lease) -> Option<Money> {
    let months = libm::round(lease.term.days() / 30.4375).max(1.0) as i128;
    lease.total.map(|total| part(total, 0, 1, months))
}

fn of_lease(book: &Book, (id, lease): (&str, &Lease), from: Date) -> [Row; 2] {
    let site = site_name(book, &lease.site);
    let of = |date, kind, text: &str| Row {
        flow: flow(book, &lease.tenant, Some(&lease.landlord)),
        ..plain(date, kind, format!("lease.{id}"), rent(lease), text)
    };
    let rents = does(book, &lease.tenant, "rent");
    let landlord = name(book, &lease.landlord);
    let starts = format!("{rents} {site} from {landlord} from here on, for {}", lease.term);
    let ends = format!("the lease of {site} from {landlord} ends; {rents} it no longer");
    [of(from, RowKind::LeaseStart, &starts), of(after(from, lease.term), RowKind::LeaseEnd, &ends)]
}

fn lease_without_day(book: &Book, id: &str, lease: &Lease) -> Undated {
    let total = lease.total.map_or_else(String::new, |total| format!(", {} in all", money(total)));
    let text = format!(
        "{} {} from {} for {}{total}; the book does not say from when",
        does(book, &lease.tenant, "rent"),
        site_name(book, &lease.site),
        name(book, &lease.landlord),
        lease.term
    );
    Undated {
        kind: RowKind::LeaseStart,
        on: format!("lease.{id}"),
        amount: rent(lease),
        flow: flow(book, &lease.tenant, Some(&lease.landlord)),
        text: sentence(&text),
    }
}
