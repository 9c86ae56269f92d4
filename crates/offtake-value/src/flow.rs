//! One dated amount of money, what it is for, and what it hangs on.
//!
//! A flow is seen by one party: what it receives is positive, what it pays negative. The other side of
//! the same contract sees the same flows with the other sign ([`Flow::mirrored`]); there is no second
//! computation that could differ. Amounts are whole millionths of the book's currency.

use offtake_model::Book;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What a flow is for. The names are those of reports and files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FlowKind {
            $($(#[$doc])* $name,)*
        }

        impl FlowKind {
            /// Every kind, in the order in which they are reported.
            pub const ALL: &[FlowKind] = &[$(FlowKind::$name),*];

            /// Returns the name that reports and files use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(FlowKind::$name => $text,)*
                }
            }
        }
    };
}

// Between buyer and seller of a contract first, then what only a seller has.
kinds! {
    /// GPU-hours taken, at the contract's rate, in the month of service.
    Fee = "fee";
    /// GPU-hours below take-or-pay: paid for and not taken.
    Deficiency = "deficiency";
    /// An earlier deficiency made up: taken now and not billed again.
    MakeUp = "make-up";
    /// Money paid ahead.
    Prepayment = "prepayment";
    /// A part of it credited against fees.
    PrepaymentCredit = "prepayment-credit";
    /// A part of it paid back, because the tranche was given up.
    PrepaymentRefund = "prepayment-refund";
    /// What an unsecured claim to it recovered after the seller failed.
    PrepaymentRecovered = "prepayment-recovered";
    /// Credit for a tranche that is late.
    DelayCredit = "delay-credit";
    /// Credit for service below the promised availability.
    SlaCredit = "sla-credit";
    /// Power charged on top.
    Power = "power-pass-through";
    /// What a workload pays for work that was served.
    Revenue = "revenue";
    /// Accelerators bought.
    Purchase = "purchase";
    /// Land, halls and what is in them.
    Shell = "shell";
    /// A loan drawn.
    DebtDraw = "debt-draw";
    /// A fee for a loan.
    DebtFee = "debt-fee";
    /// Interest.
    Interest = "interest";
    /// A loan repaid.
    Repayment = "repayment";
    /// Cash moved into or out of a reserve.
    Reserve = "reserve";
    /// Power bought.
    PowerCost = "power";
    /// Staff, maintenance, network, insurance.
    Opex = "opex";
    /// Tax.
    Tax = "tax";
    /// What equipment is worth at the end.
    Residual = "residual";
    /// What megawatts earned until a hall needed them.
    IdleEarnings = "idle-earnings";
    /// Rent of a site.
    Rent = "rent";
}

impl FlowKind {
    /// Returns the name of what tables for people add it up under.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            FlowKind::Fee | FlowKind::Deficiency | FlowKind::MakeUp => "fees",
            FlowKind::Prepayment => "prepaid",
            FlowKind::PrepaymentCredit
            | FlowKind::PrepaymentRefund
            | FlowKind::PrepaymentRecovered => "prepaid back",
            FlowKind::DelayCredit | FlowKind::SlaCredit => "credits",
            FlowKind::DebtDraw
            | FlowKind::DebtFee
            | FlowKind::Interest
            | FlowKind::Repayment
            | FlowKind::Reserve => "debt",
            other => other.name(),
        }
    }
}

/// What a flow hangs on: a thing of the book by its place among its kind, in the order of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// A contract.
    Contract(u32),
    /// A purchase.
    Purchase(u32),
    /// A debt.
    Debt(u32),
    /// A site.
    Site(u32),
    /// What a site earns until it is needed.
    Idle(u32),
    /// A lease.
    Lease(u32),
    /// The whole book.
    Whole,
}

/// An amount of money in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Calendar month, from the month of the book's first day; negative before it. Money moves at its end.
    pub month: i32,
    /// What it is for.
    pub kind: FlowKind,
    /// What it hangs on.
    pub on: On,
    /// Tranche of the contract that it belongs to; `None` for what is settled on the whole of it.
    pub tranche: Option<u32>,
    /// Whole millionths of the book's currency; positive when the party that looks receives it.
    pub micros: i128,
}

impl Flow {
    /// Returns the flow as the other side of it sees it.
    #[must_use]
    pub const fn mirrored(self) -> Flow {
        Flow { micros: -self.micros, ..self }
    }
}

impl On {
    /// Returns the id of the thing in `book`; `book` for the whole.
    #[must_use]
    pub fn id(self, book: &Book) -> String {
        fn nth<K: ToString, V>(map: &std::collections::BTreeMap<K, V>, index: u32) -> String {
            map.keys().nth(index as usize).map_or_else(String::new, ToString::to_string)
        }
        match self {
            On::Contract(index) => nth(&book.contracts, index),
            On::Purchase(index) => nth(&book.purchases, index),
            On::Debt(index) => nth(&book.debts, index),
            On::Site(index) => nth(&book.sites, index),
            On::Idle(index) => nth(&book.idles, index),
            On::Lease(index) => nth(&book.leases, index),
            On::Whole => "book".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = FlowKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), FlowKind::ALL.len());
    }

    #[test]
    fn what_one_side_pays_the_other_receives() {
        let paid = Flow {
            month: 3,
            kind: FlowKind::Fee,
            on: On::Contract(0),
            tranche: Some(1),
            micros: -5,
        };
        assert_eq!(paid.mirrored().micros, 5);
        assert_eq!(paid.mirrored().mirrored(), paid);
    }
}
