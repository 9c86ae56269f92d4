//! Contracts, tranches, fleets, and what may be signed.

use super::ValueKind::{
    Bool, Choice, Count, Date, Due, Fees, Gpus, GpusOrRacks, Growth, Money, MonthRate, Power,
    Price, Ref, RefAny, Share, Span, SpanOr,
};
use super::book::SLIP_LAW;
use super::{COMMON, Field, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

/// Counts and dates: of a tranche, or of a contract that is one tranche.
pub(super) const AMOUNT: &[Field] = &[
    field(
        "gpus",
        Count,
        "`racks` times the GPUs of a rack; one of the two must be there",
        "How many GPUs, as in `4608`.",
    ),
    field("racks", Count, "from `gpus`", "How many whole racks, as in `264`."),
    field("delivered", Date, "not yet", "The day that it was in service; ends all slip."),
];

/// What a tranche has, or inherits from its contract.
const WHERE: &[Field] = &[
    field(
        "site",
        Ref("site"),
        "a site of the contract's own, with ample power",
        "Where it stands.",
    ),
    field(
        "hall",
        Ref("hall"),
        "the hall of the site's own name, or its only hall",
        "In which hall of the site.",
    ),
    field(
        "accelerator",
        Ref("accelerator"),
        "the book's reference accelerator, when that is written; else it must be there",
        "What type.",
    ),
    field(
        "term",
        Span,
        "60 months, or the book's default",
        "Length of use, from the day in service.",
    ),
    field("ends", Date, "no cap on the term", "A day on which use ends at the latest."),
    field("ramp", Span, "all at once", "From the first racks in service to the last."),
    field("spares", Count, "0", "Racks beyond the contracted ones that stand in for failed ones."),
    field("dedicated_to", Ref("party"), "all work", "The one tenant that may use it."),
];

/// Delivery, or inherited from the contract.
const DELIVERY: &[Field] = &[
    field(
        "acceptance",
        Span,
        "the book's default, else the catalog's",
        "From ready to in service.",
    ),
    field("class", Ref("class"), "that of the site", "Class of delivery: scales the slip."),
    field(
        "power.slip",
        Choice(&["none", "default"]),
        "`none`",
        "`\"default\"` when power slips of its own by the catalog's law.",
    ),
    field("power.slip.median", Span, "none: on time", "Median lateness of power."),
    field(
        "power.slip.never",
        Share,
        "the catalog's, once power slips",
        "Chance that power never comes.",
    ),
    field(
        "accelerators.slip",
        Choice(&["none", "default"]),
        "`none`",
        "`\"default\"` when the GPUs slip of their own by the catalog's law.",
    ),
    field("accelerators.slip.median", Span, "none: on time", "Median lateness of the GPUs."),
    field(
        "accelerators.slip.never",
        Share,
        "the catalog's, once the GPUs slip",
        "Chance that the GPUs never come.",
    ),
    field(
        "accelerators.from",
        Ref("purchase"),
        "not said",
        "The purchase that the GPUs come from.",
    ),
];

/// Milestones: of a tranche, or of a contract that is one tranche.
const MILESTONES: &[Field] = &[
    field(
        "power.promised",
        Date,
        "`promised` less acceptance",
        "When power is promised at the hall.",
    ),
    field("power.reached", Date, "not yet", "When power was there."),
    field("hall_ready.promised", Date, "`promised` less acceptance", "When the hall is promised."),
    field("hall_ready.reached", Date, "not yet", "When the hall was ready."),
    field(
        "accelerators.promised",
        Date,
        "`promised` less acceptance",
        "When the GPUs are promised on site; they are paid for whether or not the hall is ready.",
    ),
    field("accelerators.reached", Date, "not yet", "When the GPUs were on site."),
];

/// The clauses of a contract, which have defaults by class.
pub(super) const CLAUSES: &[Field] = &[
    field(
        "take_or_pay.share",
        Share,
        "the clauses' default",
        "Share of the available GPU-hours that is paid for whether or not it is taken.",
    ),
    field("take_or_pay.make_up", Span, "none", "How long a deficiency can be made up."),
    field("prepayment.share", Share, "none", "Share of a tranche's value that is paid ahead."),
    field("prepayment.due", Due, "`promised`", "When it is due, as in `\"promised - 30 d\"`."),
    field(
        "prepayment.credited_after",
        Span,
        "24 months",
        "Months of service after which it is credited, in equal parts to the end of the term.",
    ),
    field(
        "prepayment.recovery",
        Share,
        "the clauses' default, else 30 %",
        "Share that an unsecured claim recovers when the seller fails.",
    ),
    field(
        "prepayment.recovered_after",
        Span,
        "12 months, a judgement",
        "From the seller's failure until that share is paid.",
    ),
    field("late.grace", Span, "the clauses' default", "Lateness that costs nothing."),
    field(
        "late.credit",
        MonthRate,
        "the clauses' default",
        "Share of the tranche's monthly fee a month, pro rata, after grace.",
    ),
    field(
        "late.cap",
        Fees,
        "the clauses' default",
        "Cap of the credits, as in `\"3 monthly fees\"`.",
    ),
    field(
        "late.terminate_after",
        SpanOr("never"),
        "the clauses' default",
        "Lateness after which the buyer may terminate.",
    ),
    field(
        "late.exercise",
        Choice(&["never", "if-cheaper", "always"]),
        "`never`",
        "Whether the buyer then does.",
    ),
    field(
        "late.first_ends_all",
        Bool,
        "`false`",
        "Whether missing the first tranche may end the whole order.",
    ),
    field(
        "late.given_up_after",
        Span,
        "24 months, a judgement",
        "Lateness after which a tranche that never comes is given up, and what was prepaid for it is paid back.",
    ),
    field("sla.availability", Share, "none", "Share of the time that the capacity must be there."),
    field("sla.credit_cap", Share, "100 %", "Cap of the credits, as a share of the monthly fee."),
    field("sla.claim_within", Span, "30 d", "How long after the month a claim may be made."),
    field("renewal.term", Span, "no right to renew", "For how long it may be renewed."),
    field("renewal.notice", Span, "6 months", "How long before the end notice must be given."),
    field("renewal.times", Count, "1", "How often it may be renewed."),
    field(
        "escalator",
        Growth,
        "1 times/year",
        "Yearly factor on the price, as in `\"1.02 times/year\"`.",
    ),
    field("power_passed_through", Bool, "`false`", "Whether power is charged on top."),
    field(
        "like_kind_substitution",
        Bool,
        "`false`",
        "Whether the seller may deliver another type that is no worse.",
    ),
    field("sublease", Bool, "`false`", "Whether the buyer may pass it on."),
];

pub(super) const CONTRACT: Kind = Kind {
    name: "contract",
    ids: &["id"],
    csv: "contract",
    shelf: Shelf::Book,
    doc: "One agreement between a seller and a buyer. A contract without tranches is one tranche, `all`, and takes the keys of a tranche itself.",
    example: "[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus        = 4608\npromised    = 2026-03-31\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field(
                "seller",
                Ref("party"),
                "a party of the contract's own id; the owner, when `buyer` is another",
                "Who delivers.",
            ),
            field("buyer", Ref("party"), "the owner", "Who uses and pays."),
            field("signed", Date, "not known", "When it was signed."),
            field(
                "promised",
                Date,
                "must be there, or in each tranche",
                "The day in service, 00:00 UTC; with a ramp, that of the first racks.",
            ),
            field("price.total", Money, "not known", "Money over all tranches' terms."),
            field(
                "price.per_gpu_hour",
                Price(Per::GpuHour),
                "`price.total` over the contracted GPU-hours",
                "Money for a GPU-hour.",
            ),
            field(
                "billed_power",
                Power,
                "the site's or the catalog's",
                "What one GPU is billed at, where the contract bills power.",
            ),
            field("guarantor", Ref("party"), "nobody", "Who guarantees it."),
            field(
                "clauses",
                Ref("clauses"),
                "`default`",
                "Which clauses of the catalog hold where the contract is silent.",
            ),
        ],
        AMOUNT,
        WHERE,
        DELIVERY,
        SLIP_LAW,
        MILESTONES,
        CLAUSES,
    ],
};

pub(super) const TRANCHE: Kind = Kind {
    name: "tranche",
    ids: &["contract", "id"],
    csv: "tranche",
    shelf: Shelf::Book,
    doc: "A part of a contract with its own date and quantity. It inherits all but counts and dates from its contract.",
    example: "[tranche.iren-childress.horizon-1]\nracks    = 264\npromised = 2026-06-30\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required(
                "promised",
                Date,
                "The day in service, 00:00 UTC; with a ramp, that of the first racks.",
            ),
            field(
                "after",
                Ref("tranche"),
                "waits for none",
                "The tranche of the same contract that must be in service before.",
            ),
        ],
        AMOUNT,
        WHERE,
        DELIVERY,
        SLIP_LAW,
        MILESTONES,
    ],
};

pub(super) const FLEET: Kind = Kind {
    name: "fleet",
    ids: &["id"],
    csv: "fleet",
    shelf: Shelf::Book,
    doc: "GPUs that the owner of the book holds itself.",
    example: "[fleet.first-cluster]\naccelerator = \"gb300-nvl72\"\ngpus        = 4608\ndelivered   = 2025-10-09\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field(
                "promised",
                Date,
                "`delivered`",
                "The day in service, of a fleet that is still to come.",
            ),
            field(
                "gpus",
                Count,
                "`racks` times the GPUs of a rack; one of the two must be there",
                "How many GPUs.",
            ),
            field("racks", Count, "from `gpus`", "How many whole racks."),
            field(
                "delivered",
                Date,
                "`as_of`, unless `promised` is written",
                "The day that it was in service.",
            ),
            field("site", Ref("site"), "a site of its own, with ample power", "Where it stands."),
            field(
                "hall",
                Ref("hall"),
                "the hall of the site's own name, or its only hall",
                "In which hall of the site.",
            ),
            field(
                "accelerator",
                Ref("accelerator"),
                "the book's reference accelerator, when that is written; else it must be there",
                "What type.",
            ),
            field("term", Span, "for good", "Length of use, from the day in service."),
            field("ends", Date, "for good", "A day on which use ends."),
            field("ramp", Span, "all at once", "From the first racks in service to the last."),
            field("spares", Count, "0", "Racks beyond those in use that stand in for failed ones."),
            field("dedicated_to", Ref("party"), "all work", "The one tenant that may use it."),
        ],
        DELIVERY,
        SLIP_LAW,
        MILESTONES,
    ],
};

pub(super) const OFFER: Kind = Kind {
    name: "offer",
    ids: &["id"],
    csv: "offer",
    shelf: Shelf::Book,
    doc: "A contract that may be signed, in blocks.",
    example: "[offer.neocloud-a]\nsite        = \"abilene-2\"\naccelerator = \"gb300-nvl72\"\nblock       = \"18 racks\"\nblocks      = 40\nstart.from  = 2026-09-01\nstart.until = 2027-12-01\nprice.per_gpu_hour = \"3.10 USD/GPUh\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field("seller", Ref("party"), "a party of the offer's own id", "Who offers."),
            field("site", Ref("site"), "a site of the offer's own, with ample power", "Where."),
            required("accelerator", Ref("accelerator"), "What type."),
            required("block", GpusOrRacks, "The least that can be signed, as in `\"18 racks\"`."),
            field("blocks", Count, "1", "How many blocks there are."),
            field(
                "start.from",
                Date,
                "`as_of` and the lead time",
                "First day on which service may start.",
            ),
            field(
                "start.until",
                Date,
                "the end of the horizon",
                "Last day on which service may start.",
            ),
            field(
                "lead_time",
                Span,
                "that of the class of the site",
                "From signing to the promised day in service.",
            ),
            required("price.per_gpu_hour", Price(Per::GpuHour), "Money for a GPU-hour."),
            field("term", Span, "60 months, or the book's default", "Length of use."),
            field(
                "take_or_pay.share",
                Share,
                "the clauses' default",
                "Share that must be paid for.",
            ),
            field("prepayment.share", Share, "0 %", "Share of the value that is paid ahead."),
            field("open_until", Date, "open", "Last day on which it can be signed."),
            field(
                "taken_chance",
                Share,
                "0 %",
                "Chance that somebody else takes it first, in a quarter.",
            ),
        ],
    ],
};

pub(super) const SPOT: Kind = Kind {
    name: "spot",
    ids: &["id"],
    csv: "spot",
    shelf: Shelf::Book,
    doc: "GPUs that can be rented at short notice.",
    example: "[spot.h100]\naccelerator = \"hgx-h100\"\nlead_time   = \"2 h\"\ndepth       = \"2000 GPU\"\nprice       = \"2.60 USD/GPUh\"\n",
    fields: &[
        COMMON,
        &[
            required("accelerator", Ref("accelerator"), "What type."),
            field("lead_time", Span, "0 d", "From asking to using."),
            required("depth", Gpus, "How many there are."),
            required("price", Price(Per::GpuHour), "Money for a GPU-hour."),
        ],
    ],
};

pub(super) const OPTION: Kind = Kind {
    name: "option",
    ids: &["id"],
    csv: "option",
    shelf: Shelf::Book,
    doc: "A right to call for more of a contract.",
    example: "[option.barstow-2]\ncontract    = \"nscale\"\npower       = \"700 MW\"\nstart       = 2027-11-01\nexercise_by = 2027-05-01\n",
    fields: &[
        COMMON,
        &[
            required("contract", Ref("contract"), "The contract that it is part of."),
            field("site", Ref("site"), "not said", "Where."),
            field("power", Power, "not said", "How much power it is for."),
            field("gpus", Gpus, "not said", "How many GPUs it is for, as in `\"20000 GPU\"`."),
            required("start", Date, "Start of use."),
            field("exercise_by", Date, "not said", "Last day of exercise."),
        ],
    ],
};

pub(super) const RIGHT: Kind = Kind {
    name: "right",
    ids: &["id"],
    csv: "right",
    shelf: Shelf::Book,
    doc: "Another right: first refusal, extension, renewal, termination.",
    example: "[right.first-look]\nkind          = \"first-refusal\"\nholder        = \"microsoft\"\non            = \"childress-rest\"\nanswer_within = \"15 d\"\n",
    fields: &[
        COMMON,
        &[
            required(
                "kind",
                Choice(&["first-refusal", "first-look", "extension", "renewal", "termination"]),
                "What right it is.",
            ),
            required("holder", Ref("party"), "Who holds it."),
            required("on", RefAny, "The thing that it is on."),
            field("answer_within", Span, "not said", "How long the holder has to answer."),
            field("exercise_by", Date, "not said", "Last day of exercise."),
            field("escalator", Growth, "none", "Yearly factor on the price once exercised."),
        ],
    ],
};
