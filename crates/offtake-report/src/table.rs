//! The answer as tables of plain values, for CSV and Parquet. Column names end in their unit.

use crate::answer::Answer;
use offtake_adequacy::{Estimate, Quantiles};

/// A value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number; one that is not finite is nothing.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Nothing,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Numbers.
    Number,
    /// Yes or no.
    Flag,
}

/// A table: `name` is that of its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name, as `months`.
    pub name: String,
    /// Names of its columns with what they hold.
    pub columns: Vec<(String, Kind)>,
    /// Its rows, as long as its columns.
    pub rows: Vec<Vec<Value>>,
}

/// One row as it is made: names with values, so that neither can slip.
pub type Row = Vec<(String, Value)>;

impl Table {
    /// Makes a table of rows that all have the same names.
    #[must_use]
    pub fn new(name: &str, rows: Vec<Row>) -> Table {
        let names: Vec<String> =
            rows.first().map_or(Vec::new(), |row| row.iter().map(|(n, _)| n.clone()).collect());
        let kind = |column: usize| {
            let found = rows.iter().map(|row| &row[column].1).find(|v| **v != Value::Nothing);
            match found {
                Some(Value::Text(_)) => Kind::Text,
                Some(Value::Flag(_)) => Kind::Flag,
                Some(Value::Number(_)) | Some(Value::Nothing) | None => Kind::Number,
            }
        };
        let columns = names.into_iter().enumerate().map(|(at, name)| (name, kind(at))).collect();
        let values = |row: Row| row.into_iter().map(|(_, value)| value).collect();
        Table { name: name.to_owned(), columns, rows: rows.into_iter().map(values).collect() }
    }
}

pub(crate) fn text(name: &str, value: &str) -> (String, Value) {
    (name.to_owned(), Value::Text(value.to_owned()))
}

pub(crate) fn number(name: &str, value: f64) -> (String, Value) {
    (name.to_owned(), if value.is_finite() { Value::Number(value) } else { Value::Nothing })
}

pub(crate) fn flag(name: &str, value: Option<bool>) -> (String, Value) {
    (name.to_owned(), value.map_or(Value::Nothing, Value::Flag))
}

pub(crate) fn maybe(name: &str, value: Option<f64>) -> (String, Value) {
    number(name, value.unwrap_or(f64::NAN))
}

pub(crate) fn estimate(name: &str, value: Estimate) -> [(String, Value); 2] {
    [number(name, value.mean), number(&format!("{name}_standard_error"), value.standard_error)]
}

fn quantiles(name: &str, q: &Quantiles) -> [(String, Value); 3] {
    [
        number(&format!("{name}_p10"), q.p10),
        number(&format!("{name}_p50"), q.p50),
        number(&format!("{name}_p90"), q.p90),
    ]
}

/// Returns all tables; one without a row is left out.
#[must_use]
pub fn tables(answer: &Answer<'_>) -> Vec<Table> {
    let all = [
        Table::new("summary", vec![summary(answer)]),
        Table::new("standards", standards(answer)),
        Table::new("ladder", ladder(answer)),
        Table::new("decide_by", decide_by(answer)),
        Table::new("causes", causes(answer)),
        Table::new("months", months(answer)),
        Table::new("supply", supply(answer)),
        Table::new("quarters", quarters(answer)),
        Table::new("headroom", headroom(answer)),
        Table::new("classes", classes(answer)),
        Table::new("class_months", class_months(answer)),
        Table::new("deliveries", deliveries(answer)),
        Table::new("contracts", contracts(answer)),
        Table::new("credits", credits(answer)),
    ];
    all.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn summary(answer: &Answer<'_>) -> Row {
    let (a, head) = (answer.assessment, answer.head);
    let mut row = vec![
        text("version", &head.version),
        text("title", &head.title),
        text("book_hash", &head.book_hash),
        text("as_of", &head.as_of),
        text("from", &head.from),
        text("until", &head.until),
        text("reference_accelerator", &head.reference),
        // A seed may be larger than what a number holds exactly.
        text("seed", &a.seed.to_string()),
        number("samples", a.samples as f64),
        ("holds".to_owned(), a.holds.map_or(Value::Nothing, Value::Flag)),
        number("months_at_risk", a.headline.months_at_risk as f64),
        number("headline_months", a.headline.months as f64),
    ];
    row.extend(estimate("unserved_share", a.headline.unserved_share));
    let none = Estimate { mean: f64::NAN, standard_error: f64::NAN };
    row.extend(estimate("firm_equivalent_gpus", a.headline.firm_equivalent_gpus.unwrap_or(none)));
    let found = answer.further.and_then(|further| further.break_even);
    let growth = found.and_then(|found| found.growth).map_or(none, |t| t.at);
    row.extend(estimate("break_even_growth_per_year", growth));
    row.extend(estimate(
        "break_even_factor",
        found.and_then(|found| found.factor).map_or(none, |t| t.at),
    ));
    row.push(number("open_position_gpu_hours_per_year", a.open_position));
    row.extend(estimate("risk_gpu_hours_per_year", a.risk));
    row.extend(estimate("eue_gpu_hours_per_year", a.eue));
    row.extend(estimate("firm_eue_gpu_hours_per_year", a.firm_eue));
    row.extend(estimate("eue_after_spot_gpu_hours_per_year", a.eue_after_spot));
    row.extend(estimate("neue_ppm", a.neue.times(1e6)));
    row.extend(estimate("lolh_hours_per_year", a.lolh));
    row.extend(estimate("lole_days_per_year", a.lole));
    row
}

fn standards(answer: &Answer<'_>) -> Vec<Row> {
    if answer.assessment.holds.is_none() {
        return Vec::new();
    }
    let row = |s: &offtake_adequacy::StandardResult| {
        let mut row = vec![
            text("name", &s.name),
            number("priority", f64::from(s.priority)),
            ("holds".to_owned(), Value::Flag(s.holds)),
        ];
        row.extend(estimate("unserved_share", s.unserved_share));
        row.push(maybe("unserved_limit", s.unserved_limit));
        row.push(number("worst_month_risk", s.worst_month_risk));
        row.push(maybe("month_risk_limit", s.month_risk_limit));
        row.push(number("months_at_risk", s.months_at_risk as f64));
        row
    };
    answer.assessment.standards.iter().map(row).collect()
}

fn ladder(answer: &Answer<'_>) -> Vec<Row> {
    let row = |(share, gpus): &(f64, Option<f64>)| {
        vec![number("unserved_share", *share), maybe("gpus", *gpus)]
    };
    answer.assessment.headline.ladder.iter().map(row).collect()
}

fn decide_by(answer: &Answer<'_>) -> Vec<Row> {
    let row = |gap: &offtake_adequacy::DecideBy| {
        let date = gap.date.map_or(Value::Nothing, |date| Value::Text(date.to_string()));
        vec![
            text("gap", &gap.gap),
            text("quarter", &gap.quarter),
            text("month", &gap.month),
            text("zone", &gap.zone),
            number("gpus", gap.gpus),
            ("date".to_owned(), date),
            ("is_past".to_owned(), Value::Flag(gap.is_past)),
            text("how", &gap.how),
        ]
    };
    answer.decide_by.iter().map(row).collect()
}

fn causes(answer: &Answer<'_>) -> Vec<Row> {
    let row = |cause: &offtake_adequacy::CauseResult| {
        let mut row = vec![text("cause", &cause.cause)];
        row.extend(estimate("eue_gpu_hours_per_year", cause.eue));
        row.push(number("share", cause.share));
        row
    };
    answer.further.map_or(Vec::new(), |further| further.causes.iter().map(row).collect())
}

fn months(answer: &Answer<'_>) -> Vec<Row> {
    let row = |m: &offtake_adequacy::MonthResult| {
        let mut row = vec![
            text("month", &m.month),
            text("quarter", &m.quarter),
            number("hours", m.hours as f64),
        ];
        row.extend(estimate("lolp", m.lolp));
        row.extend(estimate("unserved_gpu_hours", m.unserved));
        row.extend(estimate("firm_unserved_gpu_hours", m.firm_unserved));
        let q = &m.unserved_quantiles;
        row.extend(quantiles("unserved_gpu_hours", q));
        row.push(number("unserved_gpu_hours_p95", q.p95));
        row.push(number("unserved_gpu_hours_p99", q.p99));
        row.push(number("unserved_gpu_hours_cvar95", q.cvar95));
        row.extend(quantiles("deepest_gpus", &m.deepest));
        row.extend(quantiles("demand_gpus", &m.demand));
        row.extend(quantiles("peak_demand_gpus", &m.peak_demand));
        row.push(number("supply_promised_reference_gpus", m.total.promised));
        row.push(number("supply_mean_reference_gpus", m.total.mean));
        row.push(number("supply_reference_gpus_p10", m.total.p10));
        row.push(number("supply_reference_gpus_p50", m.total.p50));
        row.push(number("supply_reference_gpus_p90", m.total.p90));
        row
    };
    answer.assessment.months.iter().map(row).collect()
}

fn supply(answer: &Answer<'_>) -> Vec<Row> {
    let row = |month: &str, s: &offtake_adequacy::SupplyResult| {
        vec![
            text("month", month),
            text("supplier", &s.supplier),
            number("promised_gpus", s.promised),
            number("mean_gpus", s.mean),
            number("p10_gpus", s.p10),
            number("p50_gpus", s.p50),
            number("p90_gpus", s.p90),
        ]
    };
    let months = &answer.assessment.months;
    months.iter().flat_map(|m| m.supply.iter().map(|s| row(&m.month, s))).collect()
}

fn quarters(answer: &Answer<'_>) -> Vec<Row> {
    let row = |q: &offtake_adequacy::QuarterResult| {
        let mut row = vec![
            text("quarter", &q.quarter),
            ("is_headline".to_owned(), Value::Flag(q.is_headline)),
        ];
        row.push(number("months_at_risk", q.months_at_risk as f64));
        row.extend(estimate("unserved_share", q.unserved_share));
        row.extend(estimate("firm_unserved_share", q.firm_unserved_share));
        row.extend(quantiles("demand_reference_gpus", &q.demand));
        row.push(number("promised_reference_gpus", q.total.promised));
        row.push(number("expected_reference_gpus", q.total.mean));
        row.push(number("late_reference_gpus", q.total.p10));
        row
    };
    answer.assessment.quarters.iter().map(row).collect()
}

fn headroom(answer: &Answer<'_>) -> Vec<Row> {
    let row = |h: &offtake_adequacy::HeadroomResult| {
        let mut row = vec![
            text("month", &h.month),
            text("zone", &h.zone),
            text("accelerator", &h.accelerator),
        ];
        row.extend(quantiles("surplus_gpus", &h.quantiles));
        row
    };
    answer.assessment.headroom.iter().map(row).collect()
}

fn classes(answer: &Answer<'_>) -> Vec<Row> {
    let row = |c: &offtake_adequacy::BlockResult| {
        let mut row = vec![
            text("id", &c.id),
            text("block", &c.block),
            number("priority", f64::from(c.priority)),
            ("is_firm".to_owned(), Value::Flag(c.is_firm)),
        ];
        row.extend(estimate("eue_gpu_hours_per_year", c.eue));
        row.extend(estimate("neue_ppm", c.neue.times(1e6)));
        row.push(maybe("goodput", c.goodput));
        row
    };
    answer.assessment.classes.iter().map(row).collect()
}

fn class_months(answer: &Answer<'_>) -> Vec<Row> {
    let none = Estimate { mean: f64::NAN, standard_error: f64::NAN };
    let row = |class: &offtake_adequacy::BlockResult, m: &offtake_adequacy::BlockMonth| {
        let mut row =
            vec![text("id", &class.id), text("block", &class.block), text("month", &m.month)];
        row.extend(estimate("unserved_gpu_hours", m.unserved));
        row.push(number("demand_gpu_hours", m.demand));
        row.extend(estimate("unserved_share", m.share.unwrap_or(none)));
        row
    };
    let classes = &answer.assessment.classes;
    classes.iter().flat_map(|class| class.months.iter().map(|m| row(class, m))).collect()
}

fn deliveries(answer: &Answer<'_>) -> Vec<Row> {
    let day = |name: &str, day: Option<jiff::civil::Date>| {
        (name.to_owned(), day.map_or(Value::Nothing, |day| Value::Text(day.to_string())))
    };
    let row = |d: &offtake_adequacy::DeliveryResult| {
        vec![
            text("tranche", &d.tranche),
            text("contract", &d.contract),
            text("supplier", &d.supplier),
            text("site", &d.site),
            text("accelerator", &d.accelerator),
            number("gpus", d.gpus),
            day("promised", Some(d.promised)),
            day("promised_whole", Some(d.promised_whole)),
            day("promised_end", Some(d.promised_end)),
            day("in_service_p10", d.p10),
            day("in_service_p50", d.p50),
            day("in_service_p90", d.p90),
            number("never", d.never),
        ]
    };
    answer.deliveries.iter().map(row).collect()
}

fn contracts(answer: &Answer<'_>) -> Vec<Row> {
    let row = |c: &offtake_adequacy::ContractResult| {
        let mut row = vec![
            text("id", &c.id),
            text("supplier", &c.supplier),
            number("nameplate_gpus", c.nameplate_gpus),
        ];
        row.extend(estimate("deficiency_gpu_hours_per_year", c.deficiency));
        row
    };
    answer.assessment.contracts.iter().map(row).collect()
}

fn credits(answer: &Answer<'_>) -> Vec<Row> {
    let none = Estimate { mean: f64::NAN, standard_error: f64::NAN };
    let row = |contract: &str, year: &offtake_adequacy::YearCredit| {
        let mut row = vec![
            text("contract", contract),
            number("year", f64::from(year.year)),
            number("promised_gpus", year.promised_gpus),
        ];
        row.extend(estimate("capacity_credit_gpus", year.credit_gpus.unwrap_or(none)));
        row
    };
    let credits = answer.further.map_or(&[][..], |further| further.credits);
    credits.iter().flat_map(|c| c.years.iter().map(|year| row(&c.contract, year))).collect()
}
