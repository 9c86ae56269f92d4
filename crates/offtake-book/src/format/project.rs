//! A seller's projects, what else megawatts could earn, and what was claimed in public.

use super::ValueKind::{Choice, Choices, Money, Number, Price, Ref, Refs, Share, Span, YearRate};
use super::{COMMON, Field, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

/// What may be counted; the words of `offtake_model::Counted`.
pub(crate) const COUNTED: &[&str] =
    &["accelerators", "shell", "prepayment", "power", "operation", "residual", "tax"];

/// What a claim may be about; the words of `offtake_model::Claimed`.
const CLAIMED: &[&str] = &[
    "run-rate",
    "ebitda-margin",
    "prepayment-over-purchase",
    "funded-share",
    "debt",
    "dscr-min",
    "project-irr",
    "equity-irr",
    "power-share",
    "revenue-share",
];

const BEHIND: &[Field] = &[
    field(
        "contracts",
        Refs("contract"),
        "all that the owner sells",
        "The contracts whose fees it earns.",
    ),
    field(
        "purchases",
        Refs("purchase"),
        "those that its tranches' accelerators come from",
        "The purchases that it pays.",
    ),
    field(
        "debts",
        Refs("debt"),
        "those secured on one of its contracts",
        "The debts that it owes.",
    ),
    field("build", Ref("build"), "none", "The recipe that its halls were built by."),
];

const COSTS: &[Field] = &[
    field(
        "shell.cost",
        Price(Per::Megawatt),
        "the recipe's `capex.hall`, if it names one",
        "Money for a megawatt of critical IT load of its halls.",
    ),
    field(
        "shell.paid_over",
        Span,
        "12 months, a judgement",
        "Time over which a hall is paid in equal parts, up to the day that it is promised.",
    ),
    field(
        "shell.residual",
        Share,
        "`0 %`",
        "Share of a hall's cost that it is worth when the last term ends.",
    ),
    field(
        "accelerators.residual",
        Share,
        "`0 %`",
        "Share of the accelerators' price that they are worth when their term ends.",
    ),
    field(
        "operation.per_megawatt",
        Price(Per::MegawattYear),
        "nothing",
        "Operation: money for a megawatt of critical IT load and year.",
    ),
    field(
        "operation.per_hardware",
        YearRate,
        "`0 %/year`",
        "Operation: a share of what the accelerators in service cost, a year.",
    ),
    field("operation.per_revenue", Share, "`0 %`", "Operation: a share of what is billed."),
    field("tax.rate", Share, "`0 %`: before tax", "Tax on profit."),
    field(
        "tax.depreciation",
        Span,
        "5 years, a judgement",
        "Time over which what was bought is written off for tax.",
    ),
    field(
        "discount.project",
        YearRate,
        "the book's `discount_rate`",
        "Yearly rate that the project's flows are discounted at.",
    ),
    field(
        "discount.equity",
        YearRate,
        "12 % a year, a judgement",
        "Yearly rate that the owners' flows are discounted at.",
    ),
    field(
        "perimeter",
        Choices(COUNTED),
        "all of them",
        "What is counted in the rates of return beside fees and credits.",
    ),
];

pub(super) const PROJECT: Kind = Kind {
    name: "project",
    ids: &["id"],
    csv: "project",
    shelf: Shelf::Book,
    doc: "Contracts sold together with what stands behind them: what a rate of return is told for.",
    example: "[project.childress]\ncontracts             = [\"iren-childress\"]\nshell.cost            = \"15 MUSD/MW\"\noperation.per_revenue = \"5 %\"\n",
    fields: &[COMMON, NAME, BEHIND, COSTS],
};

pub(super) const USE: Kind = Kind {
    name: "use",
    ids: &["id"],
    csv: "use",
    shelf: Shelf::Book,
    doc: "What a megawatt of critical IT load could be used for, as the market pays for it.",
    example: "[use.colocation]\nearns     = \"1.85 MUSD/MW-year\"\nshell     = \"9 MUSD/MW\"\noperation = \"15 %\"\nterm      = \"10 years\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("earns", Price(Per::MegawattYear), "Money for a megawatt and year."),
            field(
                "power_price",
                Price(Per::MegawattHour),
                "its user pays the power",
                "What the power costs us.",
            ),
            field("operation", Share, "`0 %`", "Operation, as a share of what it earns."),
            required("shell", Price(Per::Megawatt), "Money for a megawatt of hall."),
            field(
                "hardware",
                Price(Per::Megawatt),
                "none",
                "Money for a megawatt's worth of hardware.",
            ),
            field(
                "lasts",
                Span,
                "its term",
                "How long the hardware lasts before it is bought again.",
            ),
            field("takes", Span, "12 months, a judgement", "From spending to earning."),
            required("term", Span, "For how long it earns."),
            field(
                "shell_residual",
                Share,
                "`0 %`",
                "Share of the hall's cost that it is worth at the end.",
            ),
            field(
                "hardware_residual",
                Share,
                "`0 %`",
                "Share of the hardware's cost that it is worth at the end.",
            ),
        ],
    ],
};

pub(super) const CLAIM: Kind = Kind {
    name: "claim",
    ids: &["id"],
    csv: "claim",
    shelf: Shelf::Book,
    doc: "A figure that somebody published about a project, to be held against what the book gives.",
    example: "[claim.margin]\nproject = \"childress\"\nof      = \"ebitda-margin\"\nshare   = \"85 %\"\n",
    fields: &[
        COMMON,
        &[
            required("project", Ref("project"), "The project that it is about."),
            required("of", Choice(CLAIMED), "What it is about."),
            field(
                "sense",
                Choice(&["about", "at-least", "at-most"]),
                "`about`",
                "How it is meant.",
            ),
            field("money", Money, "not money", "How much, in money."),
            field("share", Share, "not a share", "How much, as a share or yearly rate."),
            field("number", Number, "not a number", "How much, as a number."),
        ],
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_model::{Claimed, Counted, Sense};

    #[test]
    fn the_words_are_those_of_the_model() {
        let names = |all: Vec<&'static str>| all;
        assert_eq!(names(Counted::NAMES.iter().map(|(name, _)| *name).collect()), COUNTED);
        assert_eq!(names(Claimed::NAMES.iter().map(|(name, _)| *name).collect()), CLAIMED);
        assert_eq!(Sense::NAMES.len(), 3);
    }
}
