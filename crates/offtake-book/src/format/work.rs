//! Work: workloads, their blocks, gangs.

use super::ValueKind::{
    Bandwidth, Bytes, Choice, Count, Date, File, Gpus, Growth, Level, LevelUnit, Number, Price,
    Ref, Refs, Share, Span, Speed, SpeedOrNumber, Text,
};
use super::book::{DERATE_KEYS, NOISE_KEYS};
use super::{COMMON, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

pub(super) const WORKLOAD: Kind = Kind {
    name: "workload",
    ids: &["id"],
    csv: "workload",
    shelf: Shelf::Book,
    doc: "Divisible work of one kind. The unit of its level decides how it grows: tokens and images grow by the scenario's `tokens` and are divided by `efficiency`; GPUs grow by its `accelerators`, net already.",
    example: "[workload.chat]\nlevel  = \"2000 GPU\"\nfrom   = 2026-07-01\ngrowth = \"2.2 times/year\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field("tenant", Ref("party"), "the owner's own", "Whose it is."),
            field(
                "kind",
                Choice(&["serving", "training"]),
                "`serving`",
                "What the GPUs do; it decides what they draw.",
            ),
            field("from", Date, "the book's `from`", "First day; the level is as of then."),
            field("until", Date, "the end of the horizon", "The day after the last."),
            field(
                "level",
                Level,
                "must be there, or `level.hourly`",
                "How much is asked for at `from`, in the busiest hour of the profile.",
            ),
            field(
                "level.hourly",
                File,
                "none",
                "A CSV with a column of levels, hour by hour from `from`; neither growth nor profile nor noise touch it.",
            ),
            field("level.unit", LevelUnit, "`GPU`", "The unit of `level.hourly`."),
            field("growth", Growth, "the scenario's", "A yearly growth of its own."),
            field(
                "profile",
                File,
                "flat: the same at every hour",
                "A CSV with the shape over the week, as `offtake profile` writes it.",
            ),
            field(
                "shift",
                Span,
                "0 h",
                "Time by which the profile is moved later, in whole hours.",
            ),
            field(
                "efficiency",
                Growth,
                "1 times/year",
                "Yearly growth of what one GPU does; for tokens and images only, as a level in GPUs is net of it.",
            ),
        ],
        &[
            field(
                "revenue.per_gpu_hour",
                Price(Per::GpuHour),
                "not known",
                "What users pay for a reference GPU-hour served.",
            ),
            field(
                "revenue.per_million_tokens",
                Price(Per::MillionTokens),
                "not known",
                "What users pay for a million tokens served; for a level in tokens.",
            ),
            field(
                "revenue.trend",
                Growth,
                "1 / `efficiency` for tokens, 1 times/year for GPU-hours: so a GPU-hour earns the same every year",
                "Yearly factor on that price.",
            ),
            field(
                "model",
                Text,
                "none; needed for tokens and images without `speed`",
                "The model served: the catalog says what a GPU does of it.",
            ),
            field(
                "target.interactivity",
                Speed,
                "no bound: the throughput of work that may wait",
                "Tokens a second that every user sees at least, as in `\"50 tok/s\"`.",
            ),
            field(
                "target.first_token",
                Span,
                "no bound",
                "Longest time to the first token, as in `\"2 s\"`.",
            ),
            field(
                "target.sessions_per_gpu",
                Number,
                "as many as the target allows",
                "Sessions held in one GPU's memory; reads the agentic curve.",
            ),
            field(
                "curve",
                Choice(&["throughput", "agentic"]),
                "`throughput`, unless sessions per GPU are given",
                "Which measurements of the catalog are read.",
            ),
            field(
                "tokens.input",
                Number,
                "no matter: the best measured",
                "Mean input tokens of a request; picks the nearest test.",
            ),
            field(
                "tokens.output",
                Number,
                "no matter: the best measured",
                "Mean output tokens of a request; picks the nearest test.",
            ),
            field(
                "speed.*",
                SpeedOrNumber,
                "the catalog's at the target; 1 for a level in GPUs without a model",
                "What one GPU of the named type does; a bare number, relative to the reference accelerator, when the level is in GPUs.",
            ),
            field(
                "accelerators",
                Refs("accelerator"),
                "all whose speed is known",
                "The only types that may serve it.",
            ),
            field(
                "zones",
                Refs("zone"),
                "everywhere",
                "Zones that may serve it, with all below them, as in `[\"EU\", \"UK\"]`.",
            ),
            field(
                "latency.from",
                Ref("place"),
                "none",
                "Where its users are: a place of the catalog.",
            ),
            field(
                "latency.round_trip",
                Span,
                "no bound",
                "The longest round trip, as in `\"40 ms\"`.",
            ),
            field(
                "nvlink_domain",
                Count,
                "1",
                "Smallest NVLink domain that a replica needs, in GPUs.",
            ),
            field("delay", Span, "0 h", "How long the work may wait, in whole hours."),
            field("storage", Bytes, "none", "Storage that it needs at a site."),
            field("network", Bandwidth, "none", "Network that it needs at a site."),
            field("priority", Count, "1", "1 is served first; of a workload without blocks."),
            field(
                "unserved_value",
                Price(Per::GpuHour),
                "the book's default",
                "What an unserved reference GPU-hour costs; of a workload without blocks.",
            ),
        ],
        DERATE_KEYS,
        NOISE_KEYS,
    ],
};

pub(super) const BLOCK: Kind = Kind {
    name: "block",
    ids: &["workload", "id"],
    csv: "block",
    shelf: Shelf::Book,
    doc: "A share of a workload with its own priority and value. A workload without blocks is one, `all`.",
    example: "[block.chat.firm]\nshare          = \"70 %\"\npriority       = 1\nunserved_value = \"12 USD/GPUh\"\n",
    fields: &[
        COMMON,
        &[
            required("share", Share, "Its share of the workload."),
            required("priority", Count, "1 is served first."),
            field(
                "unserved_value",
                Price(Per::GpuHour),
                "the book's default",
                "What an unserved reference GPU-hour costs.",
            ),
        ],
    ],
};

pub(super) const GANG: Kind = Kind {
    name: "gang",
    ids: &["id"],
    csv: "gang",
    shelf: Shelf::Book,
    doc: "Work that needs all its GPUs at once, in one network: training.",
    example: "[gang.pretrain]\nsize  = \"16416 GPU\"\nfrom  = 2026-07-01\nuntil = 2026-11-01\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field("tenant", Ref("party"), "the owner's own", "Whose it is."),
            required("size", Gpus, "All of these or none."),
            field("from", Date, "the book's `from`", "First day."),
            field("until", Date, "the end of the horizon", "The day after the last."),
            field("priority", Count, "1", "1 is served first."),
            field(
                "unserved_value",
                Price(Per::GpuHour),
                "the book's default",
                "What an unserved reference GPU-hour costs.",
            ),
            field(
                "zones",
                Refs("zone"),
                "everywhere",
                "Zones that may serve it, with all below them.",
            ),
            field("accelerators", Refs("accelerator"), "all", "The only types that may serve it."),
            field(
                "speed.*",
                Number,
                "1",
                "What the named type does, relative to the reference accelerator.",
            ),
            field("nvlink_domain", Count, "1", "Smallest NVLink domain that it needs, in GPUs."),
            field("checkpoint_every", Span, "the catalog's", "Time between checkpoints."),
            field(
                "checkpoint_cost",
                Share,
                "the catalog's",
                "Share of the time that writing checkpoints costs.",
            ),
            field("restart", Span, "the catalog's", "Time to be running again after a failure."),
        ],
    ],
};
