//! Rows of one tranche: promise, milestones, prepayment, credits, termination, renewal, end.

use super::words::{does, money, sentence, who, whole, whom};
use crate::dates::{after, before, end, start};
use crate::money::{contract_value, monthly_fee, priced, share_of};
use crate::outlook::{LateTerms, Outlook};
use crate::row::{Flow, Row, RowKind};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Ownership, Side, Tranche};
use offtake_units::Money;

/// A tranche with what its rows need.
struct Subject<'a> {
    book: &'a Book,
    contract: &'a Contract,
    tranche: &'a Tranche,
    outlook: &'a Outlook,
}

/// Adds the rows of `tranche`.
pub(crate) fn push(
    book: &Book,
    contract: &Contract,
    tranche: &Tranche,
    outlook: &Outlook,
    rows: &mut Vec<Row>,
) {
    let subject = Subject { book, contract, tranche, outlook };
    rows.extend(subject.promised());
    rows.extend(subject.milestones());
    if contract.ownership == Ownership::Owned {
        return;
    }
    rows.extend(subject.prepayment());
    if let Some(late) = &outlook.late {
        rows.extend(subject.lateness(late));
    }
    rows.extend(subject.renewal());
    rows.push(subject.end_of_term());
}

impl Subject<'_> {
    fn row(&self, date: Date, kind: RowKind, amount: Option<Money>, text: String) -> Row {
        let name = &self.tranche.id.name;
        let is_all = self.contract.tranches.len() == 1 && name == "all";
        let kind_of_thing = match (is_all, self.contract.ownership) {
            (true, Ownership::Owned) => "fleet",
            (true, Ownership::Contracted) => "contract",
            (false, _) => "tranche",
        };
        let path = if is_all { self.contract.id.to_string() } else { self.tranche.id.to_string() };
        Row {
            date,
            kind,
            on: format!("{kind_of_thing}.{path}"),
            contract: Some(self.contract.id.to_string()),
            tranche: Some(name.clone()),
            amount,
            flow: Flow::Worth,
            chance: None,
            text: sentence(&text),
        }
    }

    /// `19,008 gb300-nvl72 (iren-childress.horizon-1)`.
    fn what(&self) -> String {
        let Tranche { gpus, accelerator, .. } = self.tranche;
        format!("{} {accelerator} ({})", whole(gpus.count()), self.short())
    }

    /// `iren-childress.horizon-1`, or the contract alone where it has one tranche.
    fn short(&self) -> String {
        let is_all = self.contract.tranches.len() == 1 && self.tranche.id.name == "all";
        if is_all { self.contract.id.to_string() } else { self.tranche.id.to_string() }
    }

    /// Says which way money goes that the buyer pays.
    fn flow_of_fee(&self) -> Flow {
        if self.book.side(self.contract) == Side::Bought { Flow::Out } else { Flow::In }
    }

    fn promised(&self) -> Option<Row> {
        if self.tranche.delivered.is_some() {
            return None;
        }
        let what = self.what();
        let quantiles = match (self.outlook.p50, self.outlook.p90) {
            (Some(p50), Some(p90)) => {
                format!("half of the futures have them by {p50}, nine in ten by {p90}")
            }
            (Some(p50), None) => {
                format!("half of the futures have them by {p50}, fewer than nine in ten ever")
            }
            _ => "fewer than half of the futures ever have them".to_owned(),
        };
        let promise = if self.contract.ownership == Ownership::Owned {
            format!("{what} of our own are to be in service")
        } else {
            format!("{} {what} for this day", does(self.book, &self.contract.seller, "promise"))
        };
        let first = if self.tranche.ramp.hours() > 0.0 { ", its first racks" } else { "" };
        let fee = monthly_fee(self.book, self.contract, self.tranche);
        let fails = self.outlook.fails_first.filter(|chance| *chance >= 0.0005).map_or_else(
            String::new,
            |chance| {
                format!(
                    ", unless {} first ({:.1} % before this day)",
                    does(self.book, &self.contract.seller, "fail"),
                    chance * 100.0
                )
            },
        );
        let text = format!("{promise}{first}; {quantiles}{fails}");
        let row = self.row(self.tranche.promised, RowKind::Promised, fee, text);
        Some(Row { flow: if fee.is_some() { self.flow_of_fee() } else { Flow::Worth }, ..row })
    }

    /// Milestones whose day is written: others are the promised day less acceptance.
    fn milestones(&self) -> Vec<Row> {
        let tranche = self.tranche;
        let usual = before(tranche.promised, tranche.acceptance);
        let all = [
            ("power promised at the hall", "power", tranche.power),
            ("hall promised", "hall_ready", tranche.hall_ready),
            ("GPUs promised on site", "accelerators", tranche.accelerators),
        ];
        let open = all.into_iter().filter(|(_, _, m)| {
            tranche.delivered.is_none() && m.reached.is_none() && m.promised != usual
        });
        open.map(|(name, key, milestone)| {
            let text = format!("{name} for {}", self.what());
            let row = self.row(milestone.promised, RowKind::Milestone, None, text);
            Row { on: format!("{}.{key}", row.on), ..row }
        })
        .collect()
    }

    fn prepayment(&self) -> Vec<Row> {
        let Some(terms) = &self.outlook.prepayment else { return Vec::new() };
        let what = self.short();
        let payer = does(self.book, &self.contract.buyer, "pay");
        let recovered = terms.recovery;
        let moves =
            if self.tranche.delivered.is_none() { ", if delivered as promised" } else { "" };
        let due = terms.due.map(|day| {
            let text = format!(
                "{payer} ahead for {what}; if {} before it is credited, {recovered} of the rest comes back",
                does(self.book, &self.contract.seller, "fail")
            );
            Row {
                flow: self.flow_of_fee(),
                ..self.row(day, RowKind::PrepaymentDue, terms.amount, text)
            }
        });
        let text = format!(
            "the prepayment for {what} begins to be credited against the monthly fee{moves}"
        );
        let credited =
            self.row(terms.credited_from, RowKind::PrepaymentCredited, terms.amount, text);
        due.into_iter().chain([credited]).collect()
    }

    fn lateness(&self, late: &LateTerms) -> Vec<Row> {
        let what = self.what();
        let mut rows = Vec::new();
        let to_buyer = if self.flow_of_fee() == Flow::Out { Flow::In } else { Flow::Out };
        let owes = does(self.book, &self.contract.seller, "owe");
        if let Some(day) = late.credits_from {
            let text = format!("from here on {owes} credits for each day that {what} are late");
            let row = self.row(day, RowKind::CreditsStart, late.credit_a_month, text);
            rows.push(Row { flow: to_buyer, chance: Some(late.credits_chance), ..row });
        }
        if let Some(day) = late.capped_on {
            let text = format!("credits for lateness of {} have reached their cap", self.short());
            let row = self.row(day, RowKind::CreditsCapped, late.credits_most, text);
            rows.push(Row { flow: to_buyer, chance: Some(late.capped_chance), ..row });
        }
        if let Some(day) = late.terminate_from {
            let is_first = self.contract.tranches.first().is_some_and(|t| t.id == self.tranche.id);
            let ends_all = self.contract.late.first_ends_all && is_first;
            let all = if ends_all { format!("the whole of {}", self.contract.id) } else { what };
            let may = who(self.book, &self.contract.buyer);
            let text = format!("from here on {may} may end {all} for being late");
            let value = if ends_all {
                contract_value(self.book, self.contract)
            } else {
                self.outlook.value
            };
            let share = self.contract.take_or_pay.share;
            let amount = value.map(|value| share_of(share, value));
            let row = self.row(day, RowKind::TerminationOpens, amount, text);
            rows.push(Row { chance: Some(late.terminate_chance), ..row });
        }
        rows.extend(self.given_up(late, to_buyer));
        rows
    }

    /// The end of waiting, where money is paid back then.
    fn given_up(&self, late: &LateTerms, to_buyer: Flow) -> Option<Row> {
        let prepaid = self.outlook.prepayment.as_ref()?;
        let text = format!(
            "{} are given up if they have not come, and what was prepaid is paid back",
            self.what()
        );
        let row = self.row(late.given_up_on, RowKind::GivenUp, prepaid.amount, text);
        Some(Row { flow: to_buyer, chance: Some(late.given_up_chance), ..row })
    }

    fn renewal(&self) -> Option<Row> {
        let renewal = self.contract.renewal?;
        let end = end(self.tranche);
        let day = before(end, renewal.notice);
        let days = i128::from(crate::dates::days_between(end, after(end, renewal.term)));
        let hours = i128::from(self.tranche.gpus.count()) * days * 24;
        let amount = self.contract.price.map(|price| priced(price, hours));
        let may = whom(self.book, &self.contract.buyer);
        let times = if renewal.times > 1 {
            format!(", the first of {} times", renewal.times)
        } else {
            String::new()
        };
        let text = format!(
            "last day for {may} to give notice that {} goes on for {} after {end}{times}",
            self.short(),
            renewal.term
        );
        Some(self.row(day, RowKind::RenewalNotice, amount, text))
    }

    fn end_of_term(&self) -> Row {
        let fee = monthly_fee(self.book, self.contract, self.tranche);
        let from = start(self.tranche);
        let word =
            if self.tranche.delivered.is_some() { "in service since" } else { "promised for" };
        let text = format!("use of {} ends ({word} {from})", self.what());
        self.row(end(self.tranche), RowKind::EndOfTerm, fee, text)
    }
}

/// Says how much is at stake in words, for other rows.
pub(super) fn worth(amount: Option<Money>) -> String {
    amount.map_or_else(|| "what it is worth is not said".to_owned(), money)
}
