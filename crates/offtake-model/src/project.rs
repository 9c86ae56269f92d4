//! A seller's projects: what belongs to one rate of return, what else a megawatt could earn, and what
//! was claimed in public.

use crate::ContractId;
use offtake_units::{Money, Price, Rate, Share, Span};

/// What may be counted in a project's rate of return beside the fees of its contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// What the accelerators cost.
    Accelerators,
    /// What the halls cost.
    Shell,
    /// Money that the buyer pays ahead, and its crediting.
    Prepayment,
    /// The power that the accelerators draw.
    Power,
    /// Staff, maintenance, support, insurance.
    Operation,
    /// What accelerators and halls are worth at the end.
    Residual,
    /// Tax on what is earned.
    Tax,
}

/// Contracts sold together with what stands behind them: the unit that a rate of return is told for.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Its name for people.
    pub name: String,
    /// The contracts whose fees it earns.
    pub contracts: Vec<ContractId>,
    /// The purchases that it pays.
    pub purchases: Vec<String>,
    /// The debts that it owes.
    pub debts: Vec<String>,
    /// Money for a megawatt of critical IT load of its halls; `None` when not known.
    pub shell_cost: Option<Price>,
    /// Time over which a hall is paid in equal parts, up to the day that it is promised.
    pub shell_paid_over: Span,
    /// Share of a hall's cost that it is worth when the last term ends.
    pub shell_residual: Share,
    /// Share of the accelerators' price that they are worth when their term ends.
    pub accelerators_residual: Share,
    /// Operation, in money for a megawatt of critical IT load and year.
    pub operation_per_megawatt: Option<Price>,
    /// Operation, as a share of what the accelerators in service cost, a year.
    pub operation_per_hardware: Rate,
    /// Operation, as a share of what is billed.
    pub operation_per_revenue: Share,
    /// Tax on profit; 0 for before tax.
    pub tax: Share,
    /// Time over which what was bought is written off for tax, in equal parts from the first service.
    pub tax_depreciation: Span,
    /// Yearly rate that the project's flows are discounted at.
    pub discount: Rate,
    /// Yearly rate that the owners' flows are discounted at.
    pub discount_equity: Rate,
    /// What is counted.
    pub perimeter: Vec<Counted>,
}

/// What a megawatt of critical IT load could be used for, as the market pays for it.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerUse {
    /// Its name for people.
    pub name: String,
    /// What it earns, in money for a megawatt and year.
    pub earns: Price,
    /// What the power costs, when its user does not pay it.
    pub power_price: Option<Price>,
    /// Operation, as a share of what it earns.
    pub operation: Share,
    /// Money for a megawatt of hall.
    pub shell: Price,
    /// Money for a megawatt's worth of hardware.
    pub hardware: Option<Price>,
    /// How long the hardware lasts before it is bought again.
    pub lasts: Span,
    /// From spending to earning.
    pub takes: Span,
    /// For how long it earns.
    pub term: Span,
    /// Share of the hall's cost that it is worth at the end.
    pub shell_residual: Share,
    /// Share of the hardware's cost that it is worth at the end.
    pub hardware_residual: Share,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimed {
    /// Fees of a year with every tranche in service.
    RunRate,
    /// EBITDA over fees.
    EbitdaMargin,
    /// Prepayment over the price of the purchases.
    PrepaymentOverPurchase,
    /// Prepayment and debt over the price of the purchases.
    FundedShare,
    /// Debt.
    Debt,
    /// Least cash flow over debt service.
    DscrMin,
    /// Rate of return before debt.
    ProjectIrr,
    /// Rate of return to the owners.
    EquityIrr,
    /// Share of the owner's grid power that the project takes.
    PowerShare,
    /// Share of what the owner bills a year that the project bills.
    RevenueShare,
}

/// How a claim is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sense {
    /// About as much.
    About,
    /// At least as much.
    AtLeast,
    /// At most as much.
    AtMost,
}

/// How much is claimed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Money.
    Money(Money),
    /// A part of a whole, or a yearly rate.
    Share(Share),
    /// A number.
    Number(f64),
}

/// A figure that somebody published about a project, to be held against what the book gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The project that it is about.
    pub project: String,
    /// What it is about.
    pub of: Claimed,
    /// How it is meant.
    pub sense: Sense,
    /// How much.
    pub amount: Amount,
    /// What was said with it.
    pub note: Option<String>,
}

impl Amount {
    /// Returns the key of a claim that it is written under.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Amount::Money(_) => "money",
            Amount::Share(_) => "share",
            Amount::Number(_) => "number",
        }
    }
}

macro_rules! named {
    ($type:ty: $($variant:ident = $text:literal),* $(,)?) => {
        impl $type {
            /// Every one with the word that files use.
            pub const NAMES: &'static [(&'static str, $type)] = &[$(($text, <$type>::$variant)),*];

            /// Returns the word that files use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(<$type>::$variant => $text,)*
                }
            }

            /// Returns the one of that name.
            #[must_use]
            pub fn of_name(name: &str) -> Option<$type> {
                Self::NAMES.iter().find(|(text, _)| *text == name).map(|(_, one)| *one)
            }
        }
    };
}

named!(Counted:
    Accelerators = "accelerators",
    Shell = "shell",
    Prepayment = "prepayment",
    Power = "power",
    Operation = "operation",
    Residual = "residual",
    Tax = "tax",
);
named!(Claimed:
    RunRate = "run-rate",
    EbitdaMargin = "ebitda-margin",
    PrepaymentOverPurchase = "prepayment-over-purchase",
    FundedShare = "funded-share",
    Debt = "debt",
    DscrMin = "dscr-min",
    ProjectIrr = "project-irr",
    EquityIrr = "equity-irr",
    PowerShare = "power-share",
    RevenueShare = "revenue-share",
);
named!(Sense: About = "about", AtLeast = "at-least", AtMost = "at-most");
