//! Grids, sites and halls.

use super::ValueKind::{
    Bandwidth, Bytes, Choice, Gpus, Number, Power, Price, Rate, Ref, Share, Span,
};
use super::book::OUTAGE_KEYS;
use super::{COMMON, Field, Kind, NAME, Shelf, field, required};
use offtake_units::Per;

pub(super) const CURTAILMENT_KEYS: &[Field] = &[
    field(
        "curtailment",
        Choice(&["none", "default"]),
        "`default`: the catalog's for the grid of that id, else its `default`; `none` with uncertainty off",
        "`\"none\"` for a grid that never curtails.",
    ),
    field("curtailment.events", Rate, "the catalog's", "Events a year, as in `\"30/year\"`."),
    field("curtailment.duration", Span, "the catalog's", "Mean length of an event."),
    field(
        "curtailment.depth",
        Share,
        "the catalog's",
        "Share of the curtailable megawatts that an event cuts.",
    ),
];

pub(super) const GRID: Kind = Kind {
    name: "grid",
    ids: &["id"],
    csv: "grid",
    shelf: Shelf::Book,
    doc: "A grid that sites hang on: they are curtailed together and their deliveries slip together. A grid that only a site names is there too, with the catalog's curtailment.",
    example: "[grid.ercot]\nname = \"Electric Reliability Council of Texas\"\n",
    fields: &[COMMON, NAME, CURTAILMENT_KEYS],
};

/// Power of a hall, or of a site without halls.
const HALL_POWER: &[Field] = &[
    field(
        "critical_it",
        Power,
        "`firm` + `curtailable`; without either, power never binds here",
        "Power that the racks may draw: firm and curtailable together.",
    ),
    field("firm", Power, "`critical_it` less `curtailable`", "The part that the grid may not cut."),
    field("curtailable", Power, "0 MW", "The part that the grid may cut."),
    field(
        "backup",
        Power,
        "0 MW",
        "Backup that keeps up to that much of the curtailable part alive.",
    ),
    field("pue", Number, "1.2, a judgement", "Site power over IT power, at least 1."),
];

pub(super) const SITE: Kind = Kind {
    name: "site",
    ids: &["id"],
    csv: "site",
    shelf: Shelf::Book,
    doc: "A place with a grid connection. A contract without a site stands at one of its own, with ample power.",
    example: "[site.childress]\nzone       = \"US-TX\"\ngrid       = \"ercot\"\ngrid_power = \"750 MW\"\nclass      = \"miner-conversion\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            field("operator", Ref("party"), "the seller of each contract there", "Who runs it."),
            field(
                "zone",
                Ref("zone"),
                "`world`",
                "Zone of the catalog's tree that it lies in, as in `\"US-TX\"` or `\"EU-PT\"`.",
            ),
            field(
                "grid",
                Ref("grid"),
                "none of the book's: it is curtailed and slips on its own",
                "The grid that it hangs on.",
            ),
            field("grid_power", Power, "not limited", "Gross power at the grid connection."),
            field(
                "power_price",
                Price(Per::MegawattHour),
                "not known",
                "What a megawatt-hour costs.",
            ),
            field(
                "place",
                Ref("place"),
                "none: latency is not known",
                "Nearest place of the catalog's round-trip table.",
            ),
            field(
                "place_adder",
                Span,
                "0 d",
                "Round trip to add to the place's, as in `\"5 ms\"`.",
            ),
            field(
                "class",
                Ref("class"),
                "the book's default class",
                "Class of site: scales the slip, and has outage defaults.",
            ),
            field(
                "fabric",
                Gpus,
                "not limited",
                "GPUs that one network joins; no gang may be larger.",
            ),
            field("storage", Bytes, "not known", "Storage at the site."),
            field("network", Bandwidth, "not known", "Network out of the site."),
            field(
                "accelerator.*.draw",
                Power,
                "the catalog's",
                "What one GPU of the named type draws here, its share of the rack included.",
            ),
            field(
                "accelerator.*.draw.training",
                Power,
                "`draw`, else the catalog's",
                "The same while it trains.",
            ),
            field(
                "accelerator.*.draw.serving",
                Power,
                "`draw`, else the catalog's",
                "The same while it serves.",
            ),
            field(
                "accelerator.*.billed_power",
                Power,
                "the catalog's",
                "What contracts bill for one GPU of the named type here; another figure than what it draws.",
            ),
        ],
        OUTAGE_KEYS,
        HALL_POWER,
    ],
};

pub(super) const HALL: Kind = Kind {
    name: "hall",
    ids: &["id"],
    csv: "hall",
    shelf: Shelf::Book,
    doc: "A part of a site with its own power. A site without halls is one hall, and takes these keys itself.",
    example: "[hall.horizon]\nsite        = \"childress\"\ncritical_it = \"200 MW\"\ncurtailable = \"50 MW\"\n",
    fields: &[
        COMMON,
        NAME,
        &[
            required("site", Ref("site"), "The site that it is part of."),
            field("grid_power", Power, "not set apart", "Gross power set apart for it."),
        ],
        HALL_POWER,
    ],
};
