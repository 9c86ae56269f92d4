//! Facts about hardware and the defaults: what the catalog holds, and a book may know better.

use super::ValueKind::{
    Bandwidth, Bool, Bytes, Choice, Count, Date, Gpus, Growth, Money, Number, Power, Price, Rate,
    Ref, Share, Span, SpanOr, Text, YearRate,
};
use super::book::OUTAGE_KEYS;
use super::contract::CLAUSES as CLAUSE_KEYS;
use super::{COMMON, Field, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

pub(super) const ACCELERATOR: Kind = Kind {
    name: "accelerator",
    ids: &["id"],
    csv: "accelerator",
    shelf: Shelf::Both,
    doc: "A type of accelerator with its rack. A book that writes a key of one in the catalog changes that key alone.",
    example: "[accelerator.gb300-nvl72]\nmaker         = \"nvidia\"\nrack_gpus     = 72\nnvlink_domain = 72\ntray_gpus     = 4\ndraw.training = \"1.95 kW\"\ndraw.serving  = \"1.5 kW\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("maker", Ref("party"), "Who makes it."),
            required(
                "rack_gpus",
                Count,
                "GPUs of a rack: the unit of delivery and of whole failure.",
            ),
            field("nvlink_domain", Count, "`rack_gpus`", "GPUs that reach each other over NVLink."),
            field("tray_gpus", Count, "`rack_gpus`", "GPUs lost with one tray."),
            field(
                "draw",
                Power,
                "from `draw.training` and `draw.serving`",
                "What a GPU draws, its share of the rack included, whatever it does.",
            ),
            field(
                "draw.training",
                Power,
                "`draw`; one of the three must be there",
                "The same while it trains.",
            ),
            field(
                "draw.serving",
                Power,
                "`draw`, else `draw.training`",
                "The same while it serves.",
            ),
            field("billed_power", Power, "not known", "What contracts bill for a GPU."),
            field("memory", Bytes, "not known", "Memory of a GPU."),
            field("network", Bandwidth, "not known", "Network of a GPU."),
            field("available", Date, "now", "When it can be had."),
            field("rack_price", Money, "not known", "What a rack costs."),
            field("lead_time", Span, "not known", "From order to delivery of the hardware."),
        ],
    ],
};

pub(super) const FAILURE: Kind = Kind {
    name: "failure",
    ids: &["id"],
    csv: "failure",
    shelf: Shelf::Both,
    doc: "One way in which an accelerator fails.",
    example: "[failure.gb300-nvl72-tray]\naccelerator = \"gb300-nvl72\"\nradius      = \"tray\"\nrate        = \"8.75e-5/GPU-day\"\nrepair.low  = \"4 h\"\nrepair.high = \"24 h\"\n",
    fields: &[
        COMMON,
        &[
            required("accelerator", Ref("accelerator"), "What fails."),
            required(
                "radius",
                Choice(&["restart", "tray", "rack"]),
                "What one failure takes with it.",
            ),
            required("rate", Rate, "How often: per GPU-day, rack-day or node-day."),
            required("repair.low", Span, "Shortest time to repair, or its P10."),
            field("repair.high", Span, "`repair.low`", "Longest time to repair, or its P90."),
            field(
                "repair.shape",
                Choice(&["uniform", "log-normal"]),
                "`uniform`",
                "Shape of the time to repair.",
            ),
            field("infant.factor", Number, "1", "Factor on the rate on the first day in service."),
            field("infant.decay", Span, "30 d", "Time in which the excess falls to 1/e."),
        ],
    ],
};

pub(super) const SLIP: Kind = Kind {
    name: "slip",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "How late deliveries come, before the factor of their class. `default` holds, unless `slip_law` of a book's defaults names another.",
    example: "[slip.default]\non_time        = \"35 %\"\non_time_within = \"30 d\"\nmedian         = \"4 months\"\nsigma          = 0.9\nnever          = \"4 %\"\n",
    fields: &[
        COMMON,
        &[
            required(
                "on_time",
                Share,
                "Chance of coming within `on_time_within`, among what ever comes.",
            ),
            required("on_time_within", Span, "What still counts as on time."),
            required("median", Span, "Median lateness of what is later than a month."),
            required("sigma", Number, "Spread of the logarithm of the lateness."),
            required("never", Share, "Chance of never coming."),
            field("acceptance", Span, "10 d", "From ready to in service."),
            field(
                "variance.world",
                Number,
                "0.15",
                "Share of the variance that all deliveries share.",
            ),
            field(
                "variance.grid",
                Number,
                "0.10",
                "Share of the variance that deliveries on one grid share.",
            ),
            field(
                "variance.supplier",
                Number,
                "0.25",
                "Share of the variance that deliveries of one supplier share.",
            ),
            field("variance.own", Number, "0.50", "Share of the variance of a delivery's own."),
        ],
    ],
};

pub(super) const CLASS: Kind = Kind {
    name: "class",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "A class of site: how its deliveries slip, how long they take, how it goes out.",
    example: "[class.greenfield]\nslip_multiplier = 1.5\nlead_time       = \"18 months\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field("slip_multiplier", Number, "1", "Factor on the median slip."),
            required("lead_time", Span, "From signing to service."),
        ],
        OUTAGE_KEYS,
    ],
};

pub(super) const CLAUSES: Kind = Kind {
    name: "clauses",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "Clauses that hold where a contract is silent. A contract names its set with `clauses`; `default` is that of all others.",
    example: "[clauses.default]\ntake_or_pay.share = \"100 %\"\nlate.grace        = \"45 d\"\n",
    fields: &[COMMON, NAME, CLAUSE_KEYS],
};

pub(super) const OUTAGE: Kind = Kind {
    name: "outage",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "How a site goes out. There is one, `default`.",
    example: "[outage.default]\nup    = \"4 years\"\ndown  = \"12 h\"\ndepth = \"100 %\"\n",
    fields: &[
        COMMON,
        &[
            required("up", Span, "Mean time from the end of an outage to the start of the next."),
            required("down", Span, "Mean length of an outage."),
            field("depth", Share, "100 %", "Share of the site that is lost meanwhile."),
        ],
    ],
};

pub(super) const CURTAILMENT: Kind = Kind {
    name: "curtailment",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "How the grid of that id cuts curtailable megawatts; `default` for grids that are not listed.",
    example: "[curtailment.ercot]\nevents   = \"30/year\"\nduration = \"4 h\"\ndepth    = \"100 %\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("events", Rate, "Events a year."),
            required("duration", Span, "Mean length of an event."),
            required("depth", Share, "Share of the curtailable megawatts that an event cuts."),
        ],
    ],
};

pub(super) const SUPPLIER: Kind = Kind {
    name: "supplier",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "How a supplier fails that the book says nothing about. There is one, `default`.",
    example: "[supplier.default]\nfailure   = \"3 %/year\"\nnotice    = \"13 d\"\ncontinues = \"60 %\"\n",
    fields: &[
        COMMON,
        &[
            required("failure", YearRate, "Chance of failure in a year."),
            field("notice", Span, "13 d", "From failure to the stop of its capacity."),
            required("continues", Share, "Share of its delivered capacity that comes back."),
            field("back_after", Span, "3 months", "From the stop until that share is back."),
            field(
                "late_doubles_after",
                SpanOr("never"),
                "180 d",
                "How late its first tranche must be for its hazard to double.",
            ),
        ],
    ],
};

pub(super) const FLEET_DEFAULT: Kind = Kind {
    name: "fleet",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Catalog,
    doc: "What a fleet reaches of a benchmark, and how work varies from day to day. There is one, `default`, in a catalog alone.",
    example: "[fleet.default]\nderate.low  = 0.45\nderate.mode = 0.60\nderate.high = 0.75\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("derate.low", Number, "Least share of the benchmark."),
            required("derate.mode", Number, "Likeliest share of the benchmark."),
            required("derate.high", Number, "Greatest share of the benchmark."),
            field(
                "noise.sigma",
                Number,
                "0.1",
                "Standard deviation of the logarithm of a day's level.",
            ),
            field("noise.correlation", Number, "0.6", "Correlation of a day with the next."),
        ],
    ],
};

const RECOVERY: &[Field] = &[
    required("checkpoint_every", Span, "Time between checkpoints."),
    required("checkpoint_cost", Share, "Share of the time that writing checkpoints costs."),
    required("restart", Span, "Time to be running again after a failure."),
];

pub(super) const GANG_DEFAULT: Kind = Kind {
    name: "gang",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Catalog,
    doc: "How training recovers from failures. There is one, `default`, in a catalog alone.",
    example: "[gang.default]\ncheckpoint_every = \"20 min\"\ncheckpoint_cost  = \"1 %\"\nrestart          = \"10 min\"\n",
    fields: &[COMMON, NAME, RECOVERY],
};

pub(super) const MARKET: Kind = Kind {
    name: "market",
    ids: &["id"],
    csv: "",
    shelf: Shelf::Both,
    doc: "How the market price of an accelerator's GPU-hours under contract moves: the logarithm reverts to a trend. It is named after the accelerator; `[market.default]` holds for what an accelerator leaves open.",
    example: "[market.gb300-nvl72]\nprice      = \"2.90 USD/GPUh\"\ntrend      = \"0.8 times/year\"\nvolatility = \"40 %\"\n",
    fields: &[
        COMMON,
        &[
            field(
                "price",
                Price(Per::GpuHour),
                "the latest of the catalog's `price` rows under contract and not after `as_of`, else the mean of the book's own contracts",
                "Money for a GPU-hour on the book's `as_of`.",
            ),
            field(
                "trend",
                Growth,
                "that of `[market.default]`",
                "Yearly factor of the price that it reverts to.",
            ),
            field(
                "half_life",
                Span,
                "that of `[market.default]`",
                "Time in which half of a deviation is gone.",
            ),
            field(
                "volatility",
                Share,
                "that of `[market.default]`",
                "Standard deviation of a year's change of the logarithm, before it reverts.",
            ),
            field(
                "correlation",
                Share,
                "that of `[market.default]`",
                "Correlation of the deviation with the growth of the scenario.",
            ),
            field(
                "depth",
                Gpus,
                "nobody knows: `offtake plan --side seller` then builds nothing for the market",
                "GPUs that the owner could let at that price without a request, as in `\"2000 GPU\"`; of an accelerator, not of `default`.",
            ),
        ],
    ],
};

pub(super) const PRICE: Kind = Kind {
    name: "price",
    ids: &["id"],
    csv: "price",
    shelf: Shelf::Both,
    doc: "A market price as it was seen.",
    example: "[price.h100-spot-2025-11]\naccelerator = \"hgx-h100\"\ndate        = 2025-11-30\nkind        = \"on-demand\"\nprice       = \"2.60 USD/GPUh\"\n",
    fields: &[
        COMMON,
        &[
            required("accelerator", Ref("accelerator"), "What."),
            required("date", Date, "When."),
            required(
                "kind",
                Text,
                "Which market: `contract-1y`, `contract-5y`, `on-demand`, `spot`.",
            ),
            required("price", Price(Per::GpuHour), "Money for a GPU-hour."),
            field("low", Price(Per::GpuHour), "not said", "The low end of what was seen."),
            field("high", Price(Per::GpuHour), "not said", "The high end of what was seen."),
        ],
    ],
};

const MEASURED: &[Field] = &[
    required("model", Text, "The model."),
    required("accelerator", Ref("accelerator"), "The accelerator."),
    field("precision", Text, "not said", "Number format of the weights."),
    field("date", Date, "not said", "When it was measured."),
];

pub(super) const THROUGHPUT: Kind = Kind {
    name: "throughput",
    ids: &[],
    csv: "throughput",
    shelf: Shelf::Both,
    doc: "Measured throughput: what one GPU does of a model at a latency target. A table without ids: one row, one measurement. Rows of a book replace those of the catalog of the same model and accelerator.",
    example: "model,accelerator,interactivity,per_gpu,date,source\ndeepseek-r1,gb300-nvl72,50,4200,2025-11-01,inferencex\n",
    fields: &[
        COMMON,
        MEASURED,
        &[
            field(
                "interactivity",
                Number,
                "offline: no bound",
                "Tokens a second that every user sees at least.",
            ),
            field("first_token", Number, "not measured", "Seconds to the first token."),
            field("input_tokens", Number, "not said", "Input tokens of a request of the test."),
            field("output_tokens", Number, "not said", "Output tokens of a request of the test."),
            required("per_gpu", Number, "Output tokens a second and GPU."),
        ],
    ],
};

pub(super) const IMAGES: Kind = Kind {
    name: "images",
    ids: &[],
    csv: "images",
    shelf: Shelf::Both,
    doc: "Measured throughput in images a second and GPU.",
    example: "model,accelerator,per_gpu,date,source\nflux-1-dev,gb300-nvl72,1.9,2025-09-01,mlperf\n",
    fields: &[
        COMMON,
        MEASURED,
        &[
            required("per_gpu", Number, "Images a second and GPU."),
            field("seconds", Number, "not said", "Seconds that one image takes."),
        ],
    ],
};

pub(super) const AGENTIC: Kind = Kind {
    name: "agentic",
    ids: &[],
    csv: "agentic",
    shelf: Shelf::Both,
    doc: "Measured throughput of agentic work against the sessions held in a GPU's memory; it falls off a cliff where they no longer fit.",
    example: "model,accelerator,sessions_per_gpu,per_gpu,interactivity,date,source\ndeepseek-r1,gb300-nvl72,4,180,45,2026-05-01,inferencex\n",
    fields: &[
        COMMON,
        MEASURED,
        &[
            required("sessions_per_gpu", Number, "Sessions a GPU."),
            required("per_gpu", Number, "Output tokens a second and GPU."),
            required("interactivity", Number, "Tokens a second that each session sees."),
        ],
    ],
};

pub(super) const ZONE: Kind = Kind {
    name: "zone",
    ids: &["id"],
    csv: "zones",
    shelf: Shelf::Both,
    doc: "A zone, and the one that it lies in. Ids may be written in capitals: `US-TX`.",
    example: "[zone.EU-PT]\nparent = \"EU\"\nname   = \"Portugal\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field(
                "parent",
                Ref("zone"),
                "none: it is the whole world",
                "The zone that it lies in.",
            ),
            field(
                "export_licence",
                Bool,
                "`false`",
                "Whether GPUs may be sent there only under an export licence, which can be revoked.",
            ),
        ],
    ],
};

pub(super) const PLACE: Kind = Kind {
    name: "place",
    ids: &["id"],
    csv: "places",
    shelf: Shelf::Both,
    doc: "A place that users or sites are near, for round trips.",
    example: "[place.frankfurt]\nzone = \"EU-DE\"\n",
    fields: &[COMMON, NAME, &[required("zone", Ref("zone"), "The zone that it is in.")]],
};

pub(super) const ROUND_TRIP: Kind = Kind {
    name: "round-trip",
    ids: &[],
    csv: "round-trips",
    shelf: Shelf::Both,
    doc: "The round trip between two places, both ways.",
    example: "from,to,milliseconds\nfrankfurt,dallas,115\n",
    fields: &[
        COMMON,
        &[
            required("from", Ref("place"), "One place."),
            required("to", Ref("place"), "The other."),
            required("milliseconds", Number, "The round trip."),
            field("date", Date, "not said", "When it was measured."),
        ],
    ],
};
