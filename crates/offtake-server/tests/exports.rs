//! Exports of the ledger: read back by other readers, and held against what the API and the auditor say.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array as _, RecordBatch};
use arrow_schema::DataType;
use jiff::Timestamp;
use offtake_audit::recount_ledger;
use offtake_ledger::{Event, PoolId};
use offtake_server::{EXPORT_MARK, ExportError, ExportFormat, export};
use offtake_store::ReadPaths;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use support::{Server, hold, start};

/// A row of a table by the names of its columns.
type Row = BTreeMap<String, String>;

/// The columns that FOCUS 1.3 lists for its data set "Contract Commitment", in its order, and whether they may be null.
const FOCUS: [(&str, bool); 13] = [
    ("BillingCurrency", true),
    ("ContractCommitmentCategory", false),
    ("ContractCommitmentCost", true),
    ("ContractCommitmentDescription", true),
    ("ContractCommitmentId", false),
    ("ContractCommitmentPeriodEnd", false),
    ("ContractCommitmentPeriodStart", false),
    ("ContractCommitmentQuantity", true),
    ("ContractCommitmentType", false),
    ("ContractCommitmentUnit", true),
    ("ContractId", false),
    ("ContractPeriodEnd", false),
    ("ContractPeriodStart", false),
];

struct World {
    server: Server,
    folder: tempfile::TempDir,
    acme: String,
    zeta: String,
    /// Promises by what became of them.
    ids: BTreeMap<&'static str, String>,
}

impl World {
    fn store(&self) -> String {
        self.folder.path().join("desk").to_str().unwrap().to_owned()
    }

    fn csv(&self, file: &str, who: &str) -> Vec<Row> {
        let answer = self.server.get(&format!("/v1/export/{file}"), who);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.head.contains("content-type: text/csv"), "{}", answer.head);
        read_csv(answer.text.as_bytes())
    }
}

fn read_csv(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| -> Row {
        names.iter().zip(&record).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// A ledger in which promises of two tenants were held, confirmed, grown, given back, and let be.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path().join("desk").to_str().unwrap(), None);
    let (acme, zeta) = (server.tenant("acme"), server.tenant("zeta"));
    let desk = server.token("ann", "desk", None);
    let id = |value: Value| value["id"].as_str().unwrap().to_owned();
    let act = |id: &str, act: &str, body: Value, who: &str| {
        server.ask("POST", &format!("/v1/promises/{id}/{act}"), who, &body).of(200)
    };
    let mut ids = BTreeMap::new();
    ids.insert("held", id(server.ask("POST", "/v1/holds", &acme, &hold(3)).of(201)));
    let kept = id(server.ask("POST", "/v1/holds", &acme, &hold(5)).of(201));
    act(&kept, "confirm", json!({ "why": "=the board said \"yes\", twice" }), &acme);
    act(&kept, "change", json!({ "gpus": 6 }), &acme);
    let gone = id(server.ask("POST", "/v1/holds", &acme, &hold(2)).of(201));
    act(&gone, "confirm", json!({}), &acme);
    act(&gone, "release", json!({}), &acme);
    // In two pools, so that it has two parts; agreed by the desk at a price that needs its digits.
    let part = |pool: &str, gpus: i64| json!({ "pool": pool, "gpus": gpus, "from": "2040-01-01T00:07:00Z", "until": "2041-02-01T00:00:00Z", "price": 3.333_333 });
    let body = json!({ "tenant": "zeta", "parts": [part("cheap", 4), part("dear", 7)], "minutes": 9,
        "constraints": { "together": "anywhere", "priority": 2, "firmness": 0.5 }, "why": "a deal" });
    let split = id(server.ask("POST", "/v1/holds", &desk, &body).of(201));
    act(&split, "confirm", json!({}), &desk);
    let lone = id(server.ask("POST", "/v1/holds", &zeta, &hold(1)).of(201));
    ids.extend([("kept", kept), ("gone", gone), ("split", split), ("lone", lone)]);
    World { server, folder, acme, zeta, ids }
}

fn minute(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second() / 60
}

fn millionths(text: &str) -> i128 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{rest:0<6}").parse().unwrap()
}

#[test]
fn a_commitment_is_told_part_by_part_with_who_when_and_why() {
    let world = world();
    let rows = world.csv("commitments.csv", &world.server.admin);
    let by = |id: &str| -> Vec<&Row> {
        rows.iter().filter(|row| row["commitment"] == world.ids[id]).collect()
    };
    // What was given back before it began was never used, and a hold is no commitment.
    assert_eq!((rows.len(), by("kept").len(), by("split").len(), by("gone").len()), (3, 1, 2, 0));
    let kept = by("kept")[0];
    for (name, value) in [
        ("part", "1"),
        ("tenant", "acme"),
        ("tenant_name", "acme"),
        ("pool", "cheap"),
        ("site", "north"),
        ("accelerator", "gb300"),
        ("gpus", "6"),
        ("from", "2040-01-01T00:00:00Z"),
        ("until", "2040-01-01T02:00:00Z"),
        ("gpu_minutes", "720"),
        ("price", "3"),
        ("value", "36"),
        ("currency", "USD"),
        ("priority", "1"),
        ("promised_firmness", "0.9"),
        ("state", "committed"),
        ("held_by", "acme-tenant"),
        ("confirmed_by", "acme-tenant"),
        ("confirmed_why", "'=the board said \"yes\", twice"),
        ("approved_by", ""),
    ] {
        assert_eq!(kept[name], value, "{name}");
    }
    assert!(minute(&kept["held_at"]) <= minute(&kept["confirmed_at"]));
    let split = by("split");
    assert_eq!(
        (split[0]["pool"].as_str(), split[1]["pool"].as_str(), split[1]["part"].as_str()),
        ("cheap", "dear", "2")
    );
    assert_eq!(
        (split[0]["held_why"].as_str(), split[0]["confirmed_by"].as_str()),
        ("a deal", "ann-desk")
    );
    // 397 days less seven minutes, by hand: what is below a millionth is dropped.
    let minutes: i128 = 397 * 24 * 60 - 7;
    for (row, gpus) in split.iter().zip([4, 7]) {
        assert_eq!(row["gpu_minutes"].parse::<i128>().unwrap(), gpus * minutes);
        assert_eq!(millionths(&row["value"]), gpus * minutes * 3_333_333 / 60);
    }
    let holds = world.csv("holds.csv", &world.server.admin);
    let held: BTreeSet<&str> = holds.iter().map(|row| row["hold"].as_str()).collect();
    assert_eq!(held, BTreeSet::from([world.ids["held"].as_str(), world.ids["lone"].as_str()]));
    assert!(holds.iter().all(|row| minute(&row["lapses"]) > minute(&row["held_at"])));
}

/// All that is promised of each pool in GPU-minutes, as the auditor recounts it from the events.
fn audited(world: &World) -> BTreeMap<PoolId, i64> {
    let mut store = offtake_store::open(&world.store()).unwrap();
    let mut events: Vec<Event> = Vec::new();
    let mut read = |row: offtake_store::Row| {
        events.push(row.event()?);
        Ok(())
    };
    store.rows_after(0, ReadPaths::Last, &mut read).unwrap();
    let recount = recount_ledger(&events, &[], store.head().unwrap().now);
    assert_eq!(recount.faults, []);
    let sum = |steps: &Vec<(i32, i64)>| -> i64 {
        steps.windows(2).map(|two| i64::from(two[1].0 - two[0].0) * two[0].1).sum()
    };
    recount.taken.iter().map(|(pool, steps)| (pool.clone(), sum(steps))).collect()
}

#[test]
fn sums_are_those_of_the_auditor_and_positions_those_of_the_desk() {
    let world = world();
    let admin = &world.server.admin;
    let mut promised: BTreeMap<PoolId, i64> = BTreeMap::new();
    for file in ["commitments.csv", "holds.csv"] {
        for row in world.csv(file, admin) {
            let minutes: i64 = row["gpu_minutes"].parse().unwrap();
            *promised.entry(PoolId::new(&row["pool"])).or_default() += minutes;
        }
    }
    assert_eq!(promised, audited(&world));
    assert_eq!(promised.len(), 3);
    let rows = world.csv("positions.csv", admin);
    let mut counted: BTreeMap<PoolId, i64> = BTreeMap::new();
    for pool in ["cheap", "dear", "zetas-own"] {
        let own: Vec<&Row> = rows.iter().filter(|row| row["pool"] == pool).collect();
        let window = "from=2039-01-01T00:00:00Z&until=2050-01-01T00:00:00Z";
        let shown = world.server.get(&format!("/v1/pools/{pool}/position?{window}"), admin).of(200);
        for stretch in shown.as_array().unwrap() {
            let at = minute(stretch["from"].as_str().unwrap());
            let row = own.iter().rfind(|row| minute(&row["from"]) <= at).unwrap();
            for name in ["contracted", "sold", "committed", "held", "free"] {
                assert_eq!(row[name], stretch[name].to_string(), "{name} of {pool} in {stretch}");
            }
            let levels = ["firm_left_95", "firm_left_90", "firm_left_75", "firm_left_50"];
            for (level, name) in stretch["firm_left"].as_array().unwrap().iter().zip(levels) {
                assert_eq!(row[name], level["gpus"].to_string(), "{name} of {pool} in {stretch}");
            }
        }
        for row in own.iter().filter(|row| !row["until"].is_empty()) {
            let gpus: i64 =
                row["committed"].parse::<i64>().unwrap() + row["held"].parse::<i64>().unwrap();
            let minutes = gpus * (minute(&row["until"]) - minute(&row["from"]));
            if minutes > 0 {
                *counted.entry(PoolId::new(pool)).or_default() += minutes;
            }
        }
        assert_eq!(own.last().unwrap()["until"], "", "the last stretch has no end");
    }
    assert_eq!(counted, promised);
}

#[test]
fn a_tenant_s_export_has_nothing_of_another() {
    let world = world();
    let files = ["events", "commitments", "holds", "positions", "focus"];
    for (own, other, secret) in [("acme", "zeta", &world.acme), ("zeta", "acme", &world.zeta)] {
        for file in files {
            let text = world.server.get(&format!("/v1/export/{file}.csv"), secret).text;
            let rest = text.replace("zetas-own", "");
            assert!(!rest.contains(other) && !rest.contains("ann-desk"), "{file} of {own}: {text}");
            assert!(file == "positions" || text.contains(own), "{file} of {own}: {text}");
        }
        // What it sees does not tell how much happened in between.
        let events = world.csv("events.csv", secret);
        assert!(
            !events.is_empty()
                && events.iter().all(|row| row["event"].is_empty() && row["who"].is_empty())
        );
        let positions = world.csv("positions.csv", secret);
        assert!(positions.iter().all(|row| row["contracted"].is_empty() && row["free"].is_empty()));
    }
    let peak = |secret: &str, pool: &str| -> i64 {
        let rows = world.csv("positions.csv", secret);
        let own = rows.iter().filter(|row| row["pool"] == pool);
        own.map(|row| {
            row["committed"].parse::<i64>().unwrap() + row["held"].parse::<i64>().unwrap()
        })
        .max()
        .unwrap()
    };
    assert_eq!((peak(&world.acme, "cheap"), peak(&world.zeta, "dear")), (9, 7));
    let viewer = world.server.token("v", "viewer", None);
    assert_eq!(world.csv("focus.csv", &viewer).len(), 3);
    let events = world.csv("events.csv", &viewer);
    let head: usize = events.last().unwrap()["event"].parse().unwrap();
    assert_eq!(events.len(), head);
    world.server.get("/v1/export/events.csv", "wrong").of(401);
    for file in ["secrets.csv", "events", "events.txt", "..%2fevents.csv", "events.csv.csv"] {
        world.server.get(&format!("/v1/export/{file}"), &viewer).of(404);
    }
}

#[test]
fn rows_of_focus_are_as_the_specification_has_them() {
    let world = world();
    let text = world.server.get("/v1/export/focus.csv", &world.server.admin).text;
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let names: Vec<&str> = FOCUS.iter().map(|column| column.0).collect();
    assert_eq!(header[..13], names);
    assert!(header[13..].iter().all(|name| name.starts_with("x_")), "{header:?}");
    let rows = read_csv(text.as_bytes());
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["ContractCommitmentId"].as_str()).collect();
    assert_eq!((rows.len(), ids.len()), (3, 3));
    for row in &rows {
        for (name, is_nullable) in FOCUS {
            assert!(is_nullable || !row[name].is_empty(), "{name}");
        }
        assert!(["Spend", "Usage"].contains(&row["ContractCommitmentCategory"].as_str()));
        assert!(row["ContractCommitmentId"].starts_with(&row["ContractId"]));
        assert_eq!(row["BillingCurrency"].len(), 3);
        assert_eq!(row["ContractCommitmentUnit"], "GPU-Hours");
        let (from, until) = (
            minute(&row["ContractCommitmentPeriodStart"]),
            minute(&row["ContractCommitmentPeriodEnd"]),
        );
        assert!(
            minute(&row["ContractPeriodStart"]) <= from
                && from < until
                && until <= minute(&row["ContractPeriodEnd"])
        );
        let gpus: i64 = row["x_Gpus"].parse().unwrap();
        let hours = millionths(&row["ContractCommitmentQuantity"]);
        assert!(
            (hours * 60 - i128::from(gpus * (until - from)) * 1_000_000).abs() <= 30,
            "{row:?}"
        );
    }
    let cost =
        |rows: &[Row], name: &str| -> i128 { rows.iter().map(|row| millionths(&row[name])).sum() };
    let commitments = world.csv("commitments.csv", &world.server.admin);
    assert_eq!(cost(&rows, "ContractCommitmentCost"), cost(&commitments, "value"));
}

/// Writes the cells of a Parquet file as the CSV has them.
fn read_parquet(bytes: Vec<u8>) -> Vec<Row> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(bytes))
        .unwrap()
        .build()
        .unwrap();
    reader.flat_map(|batch| rows_of(&batch.unwrap())).collect()
}

fn rows_of(batch: &RecordBatch) -> Vec<Row> {
    let cell = |column: usize, at: usize| -> String {
        let array = batch.column(column);
        if array.is_null(at) {
            return String::new();
        }
        match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().value(at).to_owned(),
            DataType::Int64 => array.as_primitive::<Int64Type>().value(at).to_string(),
            DataType::Decimal128(38, 6) => {
                let value = array.as_primitive::<Decimal128Type>().value_as_string(at);
                value.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            DataType::Timestamp(_, Some(zone)) if &**zone == "UTC" => {
                let at = array.as_primitive::<TimestampMillisecondType>().value(at);
                Timestamp::from_millisecond(at).unwrap().to_string()
            }
            other => panic!("{other}"),
        }
    };
    let schema = batch.schema();
    let row = |at: usize| -> Row {
        schema
            .fields()
            .iter()
            .enumerate()
            .map(|(column, field)| (field.name().clone(), cell(column, at)))
            .collect()
    };
    (0..batch.num_rows()).map(row).collect()
}

#[test]
fn parquet_has_the_same_rows_as_csv() {
    let world = world();
    let folder = tempfile::tempdir().unwrap();
    let mut store = offtake_store::open(&world.store()).unwrap();
    for format in [ExportFormat::Csv, ExportFormat::Parquet, ExportFormat::Focus] {
        assert!(export(&mut *store, format, folder.path()).unwrap() > 10);
    }
    let mark = std::fs::read_to_string(folder.path().join(EXPORT_MARK)).unwrap();
    let mark: Value = serde_json::from_str(&mark).unwrap();
    assert_eq!(
        (&mark["focus_version"], &mark["files"]),
        (&json!("1.3"), &json!(["focus.csv", "focus.parquet"]))
    );
    for name in ["events", "commitments", "holds", "positions", "focus"] {
        let bytes = |extension: &str| {
            std::fs::read(folder.path().join(format!("{name}.{extension}"))).unwrap()
        };
        let mut rows = read_csv(&bytes("csv"));
        // A quote keeps spreadsheets from reading words as formulas; Parquet needs none.
        for value in
            rows.iter_mut().flat_map(|row| row.values_mut()).filter(|value| value.starts_with("'="))
        {
            value.remove(0);
        }
        assert!(!rows.is_empty());
        assert_eq!(read_parquet(bytes("parquet")), rows, "{name}");
    }
    let served = world.server.get("/v1/export/holds.parquet", &world.server.admin);
    assert!(
        served.head.contains("application/vnd.apache.parquet") && served.text.starts_with("PAR1")
    );
}

#[test]
fn a_broken_ledger_is_not_exported() {
    let world = world();
    let mut store = offtake_store::open(&world.store()).unwrap();
    store.begin().unwrap();
    let mut rows = Vec::new();
    let mut take = |row: offtake_store::Row| {
        rows.push(row);
        Ok(())
    };
    store.rows_after(0, ReadPaths::All, &mut take).unwrap();
    let odd = offtake_store::Row {
        seq: rows.len() as u64 + 1,
        body: "{}".to_owned(),
        ..rows.pop().unwrap()
    };
    store.append_rows(&[odd], &[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let broken = export(&mut *store, ExportFormat::Csv, folder.path()).unwrap_err();
    assert!(
        matches!(broken, ExportError::Store(offtake_store::StoreError::Broken { .. })),
        "{broken:?}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    store.roll_back().unwrap();
}

#[test]
fn an_empty_ledger_has_tables_without_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = offtake_store::open(folder.path().join("desk").to_str().unwrap()).unwrap();
    for format in [ExportFormat::Csv, ExportFormat::Parquet, ExportFormat::Focus] {
        assert_eq!(export(&mut *store, format, folder.path()).unwrap(), 0);
    }
    let bytes = |file: &str| std::fs::read(folder.path().join(file)).unwrap();
    assert_eq!(read_csv(&bytes("commitments.csv")), [] as [Row; 0]);
    assert_eq!(read_parquet(bytes("focus.parquet")), [] as [Row; 0]);
}
