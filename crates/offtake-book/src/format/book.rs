//! The top of a book, its defaults, standards, futures, parties, stresses and sources.

use super::ValueKind::{
    Bool, Choice, Choices, Count, Currency, Date, Growth, Money, Number, Quarters, Ref, Refs,
    Share, Span, SpanOr, Text, Texts, YearRate,
};
use super::{COMMON, Field, Kind, MARKS, NAME, Shelf, field, required};

pub(super) const BOOK: Kind = Kind {
    name: "book",
    ids: &[],
    csv: "",
    shelf: Shelf::Book,
    doc: "The keys at the top of a book, before any table.",
    example: "format = 1\nas_of  = 2026-01-01\n",
    fields: &[&[
        required("format", Count, "The number of the format that the book is written in: `1`."),
        required(
            "as_of",
            Date,
            "The day whose knowledge the book holds; no source, signature or delivery may be later.",
        ),
        field(
            "title",
            Text,
            "the name of the file or folder",
            "What the book is about, in one line.",
        ),
        field(
            "owner",
            Ref("party"),
            "`us`",
            "Whose book it is: decides which contracts are bought and which are sold.",
        ),
        field(
            "from",
            Date,
            "`as_of` when that is the first of a month, else the first of the next",
            "First day of the horizon, 00:00 UTC.",
        ),
        field(
            "until",
            Date,
            "eight quarters after `from`, or the headline when that is longer",
            "The day after the last of the horizon.",
        ),
        field("currency", Currency, "`USD`", "The currency that reports are in."),
        field(
            "discount_rate",
            YearRate,
            "10 %/year, a judgement",
            "Yearly rate at which later money counts less, in `offtake value`.",
        ),
        field(
            "scope",
            Text,
            "all work and all capacity in the book",
            "Whose demand this is, and which supply lies outside, in words.",
        ),
        field(
            "reference_accelerator",
            Ref("accelerator"),
            "the type with most GPUs under contract",
            "The accelerator in whose GPU-hours unserved work is reported.",
        ),
        field(
            "headline",
            Quarters,
            "8 quarters",
            "How far from `from` the headline looks; `headline_quarters = 8` says the same.",
        ),
        field(
            "include",
            Texts,
            "nothing",
            "Other files to read, relative to this one, so that books can share a contract.",
        ),
    ]],
};

/// The keys of a slip law, under a prefix of the table that they stand in.
pub(super) const SLIP_LAW: &[Field] = &[
    field(
        "slip",
        Choice(&["none", "default"]),
        "`default`: the catalog's law times the class of the site; `none` with uncertainty off",
        "`\"none\"` when the day is certain.",
    ),
    field(
        "slip.on_time",
        Share,
        "the catalog's",
        "Chance of coming within `slip.on_time_within`, among what ever comes.",
    ),
    field("slip.on_time_within", Span, "the catalog's", "What still counts as on time."),
    field(
        "slip.median",
        Span,
        "the catalog's, times the class of the site",
        "Median lateness of what is later than a month; no class multiplies it.",
    ),
    field("slip.sigma", Number, "the catalog's", "Spread of the logarithm of the lateness."),
    field("slip.never", Share, "the catalog's", "Chance of never coming."),
];

pub(super) const OUTAGE_KEYS: &[Field] = &[
    field(
        "outage",
        Choice(&["none", "default"]),
        "`default`: the class's or the catalog's; `none` with uncertainty off",
        "`\"none\"` for a site that never goes out.",
    ),
    field(
        "outage.up",
        Span,
        "the class's, else the catalog's",
        "Mean time from the end of an outage to the start of the next.",
    ),
    field("outage.down", Span, "the class's, else the catalog's", "Mean length of an outage."),
    field(
        "outage.depth",
        Share,
        "the class's, else the catalog's",
        "Share of the site that is lost meanwhile.",
    ),
];

pub(super) const DERATE_KEYS: &[Field] = &[
    field(
        "derate",
        Choice(&["none", "default"]),
        "the catalog's for tokens and images; `none` for GPUs, and with uncertainty off",
        "`\"none\"` when the fleet does what the benchmark did.",
    ),
    field(
        "derate.low",
        Number,
        "`derate.mode` when that is written, else the catalog's",
        "Least share of the benchmark that a fleet reaches, as in `0.45`.",
    ),
    field(
        "derate.mode",
        Number,
        "the catalog's",
        "Likeliest share of the benchmark that a fleet reaches.",
    ),
    field(
        "derate.high",
        Number,
        "`derate.mode` when that is written, else the catalog's",
        "Greatest share of the benchmark that a fleet reaches.",
    ),
];

pub(super) const NOISE_KEYS: &[Field] = &[
    field(
        "noise",
        Choice(&["none", "default"]),
        "the profile's, else the catalog's for tokens and images; `none` for GPUs, and with uncertainty off",
        "`\"none\"` for work that is the same every day.",
    ),
    field(
        "noise.sigma",
        Number,
        "the profile's, else the catalog's",
        "Standard deviation of the logarithm of a day's level.",
    ),
    field(
        "noise.correlation",
        Number,
        "the profile's, else the catalog's",
        "Correlation of a day with the next, from 0 to 1.",
    ),
];

pub(super) const DEFAULTS: Kind = Kind {
    name: "defaults",
    ids: &[],
    csv: "",
    shelf: Shelf::Book,
    doc: "What holds in this book where a thing says nothing, in place of the catalog's defaults.",
    example: "[defaults]\nuncertainty = \"none\"\n",
    fields: &[
        COMMON,
        &[
            field(
                "uncertainty",
                Choice(&["none", "catalog"]),
                "`catalog`",
                "`\"none\"` switches every risk of the catalog off (slips, failures, outages, curtailment, breakdowns, noise, derate, and all scenarios but the base); what the book itself writes still holds.",
            ),
            field(
                "class",
                Ref("class"),
                "`miner-conversion`",
                "Class of a site that does not say its own.",
            ),
            field(
                "term",
                Span,
                "60 months",
                "Length of use of a tranche that does not say its own.",
            ),
            field("acceptance", Span, "the catalog's", "From ready to in service."),
            field(
                "slip_law",
                Ref("slip"),
                "`default`",
                "Which slip law of the catalog holds, before the factor of a class; `refit-2025-11` is fitted to what was known then.",
            ),
            field("failure", YearRate, "the catalog's", "Chance that a supplier fails in a year."),
            field(
                "unserved_value",
                super::ValueKind::Price(offtake_units::Per::GpuHour),
                "10 of the book's currency per GPUh, a judgement",
                "What an unserved reference GPU-hour costs.",
            ),
        ],
        SLIP_LAW,
        OUTAGE_KEYS,
        DERATE_KEYS,
        NOISE_KEYS,
    ],
};

pub(super) const FX: Kind = Kind {
    name: "fx",
    ids: &[],
    csv: "",
    shelf: Shelf::Book,
    doc: "What one unit of another currency is worth in the reporting currency. The date is the source's.",
    example: "[fx]\nEUR = { value = \"1.16 USD\", source = \"ecb-2025-11\" }\n",
    fields: &[
        COMMON,
        &[field(
            "*",
            Money,
            "none: a value in that currency is a finding",
            "Worth of one unit of the currency that the key names.",
        )],
    ],
};

pub(super) const STANDARD: Kind = Kind {
    name: "standard",
    ids: &["priority"],
    csv: "standard",
    shelf: Shelf::Book,
    doc: "What \"holds\" means for the work of one priority. Work under a standard is called firm; without any standard all work is.",
    example: "[standard.1]\nunserved   = \"100 ppm\"\nmonth_risk = \"1 %\"\nn_minus_1  = [\"supplier\"]\n",
    fields: &[
        COMMON,
        &[
            field(
                "zones",
                Refs("zone"),
                "everywhere",
                "Zones that it is for, with all below them.",
            ),
            field(
                "unserved",
                Share,
                "no limit",
                "Greatest share of the demand that may go unserved over the headline.",
            ),
            field(
                "month_risk",
                Share,
                "no limit",
                "Greatest chance of any shortfall in a month of the headline.",
            ),
            field(
                "n_minus_1",
                Choices(&[
                    "supplier",
                    "site",
                    "grid",
                    "gpu-maker",
                    "server-maker",
                    "landlord",
                    "lender",
                    "tenant",
                ]),
                "none",
                "Kinds of party or place of which any one may be gone.",
            ),
        ],
    ],
};

pub(super) const GROWTH: Kind = Kind {
    name: "growth",
    ids: &["id"],
    csv: "growth",
    shelf: Shelf::Both,
    doc: "A named future of demand. A book that writes one has only those that it writes; one named `base` is the future of the open position.",
    example: "[growth.base]\nprobability  = \"50 %\"\ntokens       = \"6.7 times/year\"\naccelerators = \"2.2 times/year\"\n",
    fields: &[
        COMMON,
        &[
            field(
                "probability",
                Share,
                "what the others leave, in equal parts",
                "Its chance; those of all futures sum to 100 %.",
            ),
            field(
                "tokens",
                Growth,
                "that of the catalog's future of the same name, else of its base",
                "Yearly growth of gross work: tokens, images.",
            ),
            field(
                "accelerators",
                Growth,
                "that of the catalog's future of the same name, else of its base",
                "Yearly growth of work counted in GPUs, net of efficiency already.",
            ),
        ],
    ],
};

/// The kinds of party, as written.
pub(crate) const PARTY_KINDS: &[&str] =
    &["supplier", "tenant", "gpu-maker", "server-maker", "landlord", "lender"];

pub(super) const PARTY: Kind = Kind {
    name: "party",
    ids: &["id"],
    csv: "party",
    shelf: Shelf::Book,
    doc: "Somebody that the book depends on. Contracts, leases, purchases and debts name it in roles.",
    example: "[party.iren]\nfailure = \"3 %/year\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field(
                "kind",
                Choice(PARTY_KINDS),
                "that of its first role in the book, else `supplier`",
                "What it mainly is.",
            ),
            field(
                "failure",
                YearRate,
                "the book's default, else the catalog's; 0 for the owner, for who supplies no GPUs, and with uncertainty off",
                "Chance of failure in a year while it supplies.",
            ),
            field("notice", Span, "the catalog's", "From failure to the stop of its capacity."),
            field(
                "continues",
                Share,
                "the catalog's",
                "Share of its delivered capacity that comes back under the lenders' step-in.",
            ),
            field("back_after", Span, "the catalog's", "From the stop until that share is back."),
            field(
                "late_doubles_after",
                SpanOr("never"),
                "the catalog's",
                "How late its first tranche must be for its hazard to double.",
            ),
        ],
    ],
};

pub(super) const STRESS: Kind = Kind {
    name: "stress",
    ids: &["id"],
    csv: "stress",
    shelf: Shelf::Book,
    doc: "A \"what if\" of your own: a grid, site or party that is cut or gone for a time.",
    example: "[stress.heat-wave]\ngrid  = \"ercot\"\ndepth = \"40 %\"\nfrom  = 2027-08-01\nuntil = 2027-08-15\n",
    fields: &[
        COMMON,
        &[
            field("grid", Ref("grid"), "one of `grid`, `site`, `party`", "The grid that is cut."),
            field("site", Ref("site"), "one of `grid`, `site`, `party`", "The site that is cut."),
            field(
                "party",
                Ref("party"),
                "one of `grid`, `site`, `party`",
                "The party that is gone.",
            ),
            field("depth", Share, "100 %", "How much of it is lost."),
            field("from", Date, "the book's `from`", "First day."),
            field("until", Date, "it lasts", "The day after the last."),
        ],
    ],
};

pub(super) const SOURCE: Kind = Kind {
    name: "source",
    ids: &["id"],
    csv: "source",
    shelf: Shelf::Both,
    doc: "Where facts come from.",
    example: "[source.iren-8k-2025-11]\ntitle     = \"Form 8-K of 2 November 2025\"\npublisher = \"IREN Limited\"\ndate      = 2025-11-03\n",
    fields: &[&[
        required("title", Text, "Title of the document."),
        field("publisher", Text, "not said", "Who published it."),
        field(
            "date",
            Date,
            "not known, so that it is never found to be later than the book",
            "When it was published.",
        ),
        field("address", Text, "none", "Where to find it."),
        field(
            "mark",
            Choice(MARKS),
            "`press`",
            "The mark of values that name this source and no mark.",
        ),
        field(
            "measurement",
            Bool,
            "`false`",
            "Whether it is a measurement, which may be later than the book and is listed instead.",
        ),
        field("licence", Text, "not said", "Under what terms the data may be used."),
        field("note", Text, "none", "A remark for people."),
    ]],
};
