//! What stands behind the contracts, and a seller's raw material.

use super::ValueKind::{
    Bool, Choice, Count, Date, Due, Gpus, Money, Number, Power, Price, Ref, Refs, Share, Span,
    YearRate,
};
use super::{COMMON, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

pub(super) const PURCHASE: Kind = Kind {
    name: "purchase",
    ids: &["id"],
    csv: "purchase",
    shelf: Shelf::Book,
    doc: "Hardware bought by a supplier, or by the owner.",
    example: "[purchase.iren-dell]\nseller      = \"dell\"\nbuyer       = \"iren\"\nprice.total = \"5.81 GUSD\"\npaid        = \"shipped + 30 d\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("seller", Ref("party"), "Who sells."),
            field("maker", Ref("party"), "the accelerator's", "Who makes the accelerators."),
            field("buyer", Ref("party"), "the owner", "Who buys."),
            field("accelerator", Ref("accelerator"), "not said", "What type."),
            field("gpus", Count, "not said", "How many GPUs."),
            field("racks", Count, "not said", "How many whole racks."),
            field("price.total", Money, "not known", "What it costs."),
            field(
                "paid",
                Due,
                "`shipped + 30 d`",
                "When it is paid; what counts from `shipped` or `in-service` moves with the day that a future draws.",
            ),
            field("cancellable", Bool, "`false`", "Whether the order can be cancelled."),
        ],
    ],
};

pub(super) const LEASE: Kind = Kind {
    name: "lease",
    ids: &["id"],
    csv: "lease",
    shelf: Shelf::Book,
    doc: "A site let to a party.",
    example: "[lease.cedarvale]\nlandlord = \"ionic\"\ntenant   = \"nscale\"\nsite     = \"barstow\"\ntotal    = \"2 GUSD\"\nterm     = \"10 years\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("landlord", Ref("party"), "Who lets."),
            field("tenant", Ref("party"), "the owner", "Who rents."),
            required("site", Ref("site"), "Where."),
            field("total", Money, "not known", "How much over the term."),
            field("from", Date, "not said", "First day, from which the term runs."),
            field("term", Span, "10 years, a judgement", "For how long."),
        ],
    ],
};

pub(super) const DEBT: Kind = Kind {
    name: "debt",
    ids: &["id"],
    csv: "debt",
    shelf: Shelf::Book,
    doc: "Money borrowed against contracts.",
    example: "[debt.ddtl]\nborrower   = \"iren\"\nsecured_on = [\"iren-childress\"]\namount     = \"1.55 GUSD\"\nrate       = \"6.0 %/year\"\nmatures    = 2031-12-31\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("borrower", Ref("party"), "Who borrows."),
            field("lender", Ref("party"), "not known", "Who lends."),
            field("secured_on", Refs("contract"), "nothing", "The contracts that secure it."),
            required("amount", Money, "How much."),
            required("rate", YearRate, "Interest a year."),
            field(
                "opens",
                Date,
                "the day that its first contract was signed",
                "First day of drawing.",
            ),
            field("draw_until", Date, "drawn at once", "Last day of drawing."),
            field(
                "draws_on",
                Choice(&["payment", "in-service"]),
                "`payment`",
                "What a part is drawn on: something to pay, or as large a part of the GPUs in service.",
            ),
            field("undrawn_fee", YearRate, "`0 %/year`", "Fee on what can be drawn and is not."),
            field(
                "repays_from",
                Date,
                "the month after the last promised day in service, and after the last day of drawing of any debt of the project",
                "Day from which it is repaid; before, only interest is paid.",
            ),
            required("matures", Date, "Day of the last repayment."),
            field(
                "repayment",
                Choice(&["sculpted", "level", "bullet"]),
                "`sculpted`",
                "How it is repaid: along the promised cash flow, in equal parts, or all on the last day.",
            ),
            field("min_dscr", Number, "none", "Least cash flow over debt service, as in `1.05`."),
            field(
                "lock_up",
                Number,
                "`min_dscr`",
                "Cash flow over debt service below which the owners are paid nothing.",
            ),
            field(
                "reserve",
                Span,
                "`0 months`",
                "Debt service of so many months is held in a reserve account.",
            ),
            field(
                "support",
                Choice(&["none", "until-service"]),
                "`none`",
                "Whether owners pay what the cash flow does not: never, or until every tranche is in service.",
            ),
            field(
                "long_stop",
                Date,
                "none",
                "Day by which all of its tranches must be in service, or it falls due.",
            ),
        ],
    ],
};

pub(super) const POWER: Kind = Kind {
    name: "power",
    ids: &["id"],
    csv: "power",
    shelf: Shelf::Book,
    doc: "Megawatts that are not yet turned into GPUs.",
    example: "[power.childress-rest]\nsite       = \"childress\"\ngrid_power = \"450 MW\"\nbuilds     = [\"gb300-hall\"]\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("site", Ref("site"), "Where."),
            required("grid_power", Power, "Gross power."),
            field("from", Date, "there already", "When it is there."),
            field("builds", Refs("build"), "none", "Recipes that may turn it into GPUs."),
        ],
    ],
};

pub(super) const BUILD: Kind = Kind {
    name: "build",
    ids: &["id"],
    csv: "build",
    shelf: Shelf::Book,
    doc: "A recipe that turns megawatts into GPUs.",
    example: "[build.gb300-hall]\naccelerator = \"gb300-nvl72\"\ntakes       = \"10 months\"\ncapex.hall  = \"6.5 MUSD/MW\"\ncapex.rack  = \"5.5 MUSD\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("accelerator", Ref("accelerator"), "What is installed."),
            required("takes", Span, "From order to service."),
            field("capex.hall", Price(Per::Megawatt), "not known", "Money for a megawatt of hall."),
            field(
                "capex.rack",
                Money,
                "the catalog's price of a rack, if it has one",
                "Money for a rack.",
            ),
        ],
    ],
};

pub(super) const IDLE: Kind = Kind {
    name: "idle",
    ids: &["id"],
    csv: "idle",
    shelf: Shelf::Book,
    doc: "What megawatts earn until a hall needs them.",
    example: "[idle.mining]\nsite  = \"childress\"\nearns = \"106 USD/MWh\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("site", Ref("site"), "Where."),
            required("earns", Price(Per::MegawattHour), "Money for a megawatt-hour."),
        ],
    ],
};

pub(super) const OPPORTUNITY: Kind = Kind {
    name: "opportunity",
    ids: &["id"],
    csv: "opportunity",
    shelf: Shelf::Book,
    doc: "A tenant that may come. It holds nothing.",
    example: "[opportunity.nvidia]\nparty  = \"nvidia\"\npower  = \"60 MW\"\nchance = \"40 %\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("party", Ref("party"), "Who."),
            field("power", Power, "not said", "How much power it would take."),
            field("gpus", Gpus, "not said", "How many GPUs it would take, as in `\"20000 GPU\"`."),
            required("chance", Share, "Chance of closing."),
            field(
                "on",
                Ref("power"),
                "the first power that is large enough",
                "The power that it would be served from; `offtake offer` asks.",
            ),
            field(
                "build",
                Ref("build"),
                "the first recipe of that power",
                "What would be built on it.",
            ),
            field(
                "price.per_gpu_hour",
                Price(Per::GpuHour),
                "not said",
                "What it would pay for a GPU-hour.",
            ),
            field("term", Span, "`60 months`", "Length of use."),
            field(
                "least",
                Share,
                "`100 %`: all of it or nothing",
                "The least share of what it asks for that it would take; `offtake plan --side seller` may accept a part.",
            ),
        ],
    ],
};
