//! `offtake position`: what is promised of what there is, and what is left, by pool and month.

use super::Remote;
use super::client::{Client, escaped, shape};
use super::shape::{Pool, Stretch};
use super::when::midnight;
use crate::failure::{End, Failure};
use crate::horizon::Period;
use crate::screen;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};
use offtake_report::number::{tiny, whole};
use offtake_report::{Columns, DeskMonth, Side, desk_picture};
use serde_json::{Map, Value};

/// The level of firm supply that is shown unless another is asked for.
const USUAL: f64 = 0.9;
/// Months that are shown unless it is said until when.
const MONTHS: i64 = 12;
/// Months of the table by pool.
const COLUMNS: usize = 12;

/// Show what is promised of what there is, and what is left: by month, and by pool
///
/// A picture of all pools together, month by month, each at the minute at which the least is free: contracted, sold before
/// the desk opened and committed, held, free. Firm is what is left of what is in service in at least that share of the
/// futures: below zero it is short. Then what is free by pool and month.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake position\n  offtake position childress-h1 --from 2030-01 --to 2030-12\n  \
                        offtake position --firmness 0.95 --json | jq 'to_entries[] | {pool: .key, free: [.value[].free] | min}'")]
pub(crate) struct Arguments {
    /// These pools alone
    pool: Vec<String>,
    /// First month [default: this one]
    #[arg(long, value_name = "DATE")]
    from: Option<Period>,
    /// Last month [default: the twelfth]
    #[arg(long, value_name = "DATE")]
    to: Option<Period>,
    /// Level of firm supply
    #[arg(long, value_name = "0.95|0.9|0.75|0.5", default_value_t = USUAL)]
    firmness: f64,
    #[command(flatten)]
    remote: Remote,
}

/// A pool with its months.
struct Line {
    id: String,
    what: String,
    months: Vec<DeskMonth>,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    if ![0.95, 0.9, 0.75, 0.5].contains(&arguments.firmness) {
        return Err(Failure::input(format!("{} is no level of firm supply", arguments.firmness))
            .hint("the levels are 0.95, 0.9, 0.75 and 0.5"));
    }
    let client = Client::open(&arguments.remote)?;
    let pools: Vec<Pool> = shape(Value::from(client.all("/v1/pools")?))?;
    let known = |id: &&String| !pools.iter().any(|pool| pool.id == **id);
    if let Some(unknown) = arguments.pool.iter().find(known) {
        let failure = Failure::input(format!("there is no pool `{unknown}`"));
        let near = crate::library::nearest(unknown, pools.iter().map(|pool| pool.id.as_str()));
        return Err(match near {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`offtake position` without a pool lists them all"),
        });
    }
    let wanted = |pool: &&Pool| arguments.pool.is_empty() || arguments.pool.contains(&pool.id);
    let months = months(&arguments)?;
    let (mut answers, mut lines) = (Map::new(), Vec::new());
    for pool in pools.iter().filter(wanted) {
        let window = format!("from={}&until={}", text(months[0].0)?, text(months[months.len() - 1].1)?);
        let answer = client.get(&format!("/v1/pools/{}/position?{window}", escaped(&pool.id)))?;
        answers.insert(pool.id.clone(), answer.clone());
        let stretches: Vec<Stretch> = shape(answer)?;
        let of = |span: &(Date, Date)| month(&stretches, *span, arguments.firmness);
        let what = format!("{}, {}", pool.accelerator, pool.site);
        lines.push(Line { id: pool.id.clone(), what, months: months.iter().map(of).collect() });
    }
    screen::print(&match arguments.remote.json {
        true => screen::json_text(&Value::Object(answers)),
        false => told(&lines, arguments.firmness),
    })?;
    Ok(End::Good)
}

/// Returns the months that are looked at, each with the day after its last.
fn months(arguments: &Arguments) -> Result<Vec<(Date, Date)>, Failure> {
    let today = Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let first = arguments.from.map_or(today, Period::first).first_of_month();
    let far = |_| Failure::input("that is further away than dates go");
    let usual = first.checked_add(MONTHS.months()).map_err(far)?;
    let end = arguments.to.map_or(usual, Period::end);
    if end <= first {
        return Err(Failure::input("--to is before --from"));
    }
    let mut months = vec![];
    let mut start = first;
    while start < end && months.len() < 600 {
        let next = start.checked_add(1.month()).map_err(far)?;
        months.push((start, next));
        start = next;
    }
    Ok(months)
}

fn text(day: Date) -> Result<String, Failure> {
    let first = midnight(day).ok_or_else(|| Failure::input(format!("{day} is too far away")))?;
    Ok(first.to_string())
}

/// Returns a month as it is when least is free, and the least that is left of firm supply.
fn month(stretches: &[Stretch], (first, end): (Date, Date), level: f64) -> DeskMonth {
    let name = first.strftime("%Y-%m").to_string();
    let at = |text: &str| text.parse::<Timestamp>().unwrap_or_default();
    let (Some(first), Some(end)) = (midnight(first), midnight(end)) else {
        return DeskMonth { month: name, ..DeskMonth::default() };
    };
    let here = |stretch: &&Stretch| at(&stretch.from) < end && first < at(&stretch.until);
    let firm = |stretch: &Stretch| {
        let level = stretch.firm_left.iter().find(|left| (left.firmness - level).abs() < 1e-9);
        level.map_or(0, |left| left.gpus)
    };
    let firm_left = stretches.iter().filter(here).map(firm).min().unwrap_or(0);
    let tightest = stretches.iter().filter(here).min_by_key(|stretch| stretch.free);
    let Some(tightest) = tightest else { return DeskMonth { month: name, ..DeskMonth::default() } };
    let Stretch { contracted, sold, committed, held, pipeline, .. } = *tightest;
    DeskMonth { month: name, contracted, sold, committed, held, firm_left, pipeline }
}

fn told(lines: &[Line], firmness: f64) -> String {
    let style = screen::style();
    let Some(first) = lines.first() else { return "the desk has no pools\n".to_owned() };
    let mut all: Vec<DeskMonth> = first.months.clone();
    for line in &lines[1..] {
        all.iter_mut().zip(&line.months).for_each(|(all, month)| all.add(month));
    }
    let mut text = match lines {
        [one] => format!("{}\n\n", style.bold(&format!("{} ({})", one.id, one.what))),
        _ => format!("{}\n\n", style.bold(&format!("All {} pools", lines.len()))),
    };
    text.push_str(&desk_picture(&all, &firmness.to_string(), style));
    if lines.len() > 1 {
        text.push('\n');
        text.push_str(&by_pool(lines, firmness).text(style));
    }
    text
}

/// Free GPUs by pool and month, and the least that is left firmly over all of them.
fn by_pool(lines: &[Line], firmness: f64) -> Columns {
    let names: Vec<String> =
        lines[0].months.iter().take(COLUMNS).map(|month| month.month[2..].to_owned()).collect();
    let last = format!("firm {firmness}");
    let mut heads = vec![("Pool", Side::Left)];
    heads.extend(names.iter().map(|name| (name.as_str(), Side::Right)));
    heads.push((&last, Side::Right));
    // Where there is no room the latest months go first.
    let spare: Vec<usize> = (1..=names.len()).rev().collect();
    let mut table = Columns::new("Free GPUs by pool and month", &heads).spare(&spare);
    for line in lines {
        let shown = &line.months[..names.len()];
        let mut row = vec![line.id.clone()];
        row.extend(shown.iter().map(|month| tiny(month.free() as f64)));
        row.push(whole(line.months.iter().map(|month| month.firm_left).min().unwrap_or(0) as f64));
        table.push(row);
    }
    table
}
