//! Money: the flows of every contract, side by side with the same in plain numpy and pandas, and a whole valuation.
//!
//! Both sides start from the same samples: when each tranche came, what was available, what was used. The peer
//! (`xtask/peer/value_peer.py`) reads the contracts' words again; its flows must be Offtake's to the cent, or the chore
//! fails.

use super::Effort;
use super::book::BOOK;
use super::clock::{Times, seconds, short, timed};
use crate::python::{self, call, write};
use crate::tables;
use offtake_adequacy::{Causes, SupplyRunner, System};
use offtake_futures::Prices;
use offtake_model::{AfterAnchor, Axis, Book, Contract, Tranche};
use offtake_study::Silent;
use offtake_study::value::{ValueRequest, dispatched, results, run};
use offtake_value::{Asked, Drawn, Outcome, Served, Side, Table, Use, Valuer};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const PACKAGE: &str = "pandas==2.3.3";
/// Samples of which flows are compared one by one.
const COMPARED: usize = 25;
/// How many times faster is aimed at.
const RATIO: f64 = 50.0;
/// What is aimed at for a valuation of 1,000 samples.
const VALUE_S: f64 = 2.0;
/// Greatest difference of two flows.
const CENT: f64 = 0.01;

/// What both sides start from, one sample.
struct Start {
    scenario: usize,
    lives: Vec<offtake_position::Life>,
    available: Table,
    served: Served,
}

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let book = tables::read(&tables::root().join(BOOK))?;
    let samples = effort.pick(50, 1_000);
    let compared = effort.pick(50, 200);
    let system = System::new(&book, 1).map_err(|error| error.to_string())?;
    let valuer = Valuer::new(&book);
    let starts: Vec<Start> = starts(&book, &system, samples);
    let mut times = Vec::new();
    for _ in 0..effort.pick(3, 9) {
        times.push(timed(|| settle(&book, &valuer, &starts)).1.as_secs_f64());
    }
    let (count, _) = settle(&book, &valuer, &starts);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    files(folder.path(), &book, &valuer, &starts[..compared])?;
    let python = python::with(&[PACKAGE])?;
    let script = tables::root().join("xtask/peer/value_peer.py");
    let mut command = Command::new(python);
    command.arg(script).arg(folder.path()).arg(effort.pick(1, 3).to_string());
    let told = call(&mut command)?;
    let words = |key: &str| -> Vec<f64> {
        let lines = told.lines().filter_map(|line| line.strip_prefix(key)?.trim().parse().ok());
        lines.collect()
    };
    let (apart, cells) = (words("apart"), words("compared"));
    let (Some(apart), Some(cells)) = (apart.first(), cells.first()) else {
        return Err(format!("the peer did not say what it found: {told}"));
    };
    if *apart >= CENT {
        return Err(format!("the flows are {apart} apart"));
    }
    let each = |times: Vec<f64>, n: usize| Times::new(times.iter().map(|t| t / n as f64).collect());
    let (ours, theirs) = (each(times, samples as usize), each(words("seconds"), compared));
    let ratio = theirs.median() / ours.median();
    let met = if ratio >= RATIO { "met" } else { "missed" };
    let mut table = format!(
        "| flows of {} contracts, one thread | a sample | times Offtake's |\n|---|---:|---:|\n\
         | Offtake, {} flows a sample | {} | 1 |\n| {PACKAGE}, plain | {} | {} |\n\n\
         - {cells:.0} sums by sample, contract, kind and month are compared; the greatest difference is {apart:.4} of the \
         currency's unit.\n- The peer takes {} times as long (target: {RATIO:.0} or more, {met}).\n\n",
        valuer.deals.len(),
        count / samples as usize,
        ours.text(),
        theirs.text(),
        short(ratio),
        short(ratio),
    );
    table.push_str(&whole(&book, effort)?);
    Ok(table)
}

/// Times the whole: drawing, dispatch where asked, flows, results.
fn whole(book: &Book, effort: Effort) -> Result<String, String> {
    let samples = effort.pick(50, 1_000);
    let mut table = format!(
        "| `offtake value`, {samples} samples, two threads | wall time | target |\n|---|---:|---:|\n"
    );
    let by_default = dispatched(book, samples);
    let of_some = format!("the work of {by_default} served too, as is the default");
    for (name, usage, dispatched) in [
        ("`--quick`: supply and flows", Use::Taken, 0),
        (of_some.as_str(), Use::Dispatched, by_default),
        ("the work of all served", Use::Dispatched, samples),
    ] {
        let asked = Asked { side: Side::Buyer, usage, wait: 12, seed: 1 };
        let request = ValueRequest { asked, samples, dispatched, threads: 2 };
        let mut times = Vec::new();
        for _ in 0..effort.pick(1, 3) {
            let (made, took) = timed(|| {
                let valued = run(book, &request, &Silent, &mut |_, _| Ok(()))?;
                Ok::<_, offtake_study::StudyError>(results(book, &request, &valued))
            });
            made.map_err(|error| error.to_string())?;
            times.push(took.as_secs_f64());
        }
        let times = Times::new(times);
        let met = if times.median() <= VALUE_S { "met" } else { "missed" };
        let _ = writeln!(table, "| {name} | {} | {}, {met} |", times.text(), seconds(VALUE_S));
    }
    Ok(table)
}

/// Draws what both sides start from; nine tenths of what is available count as used.
fn starts(book: &Book, system: &System, samples: u64) -> Vec<Start> {
    let mut runner = SupplyRunner::new(system);
    let months = system.axis.months().len();
    let one = |sample: u64| {
        let supplied = runner.draw(sample, Causes::ALL);
        let mut available = Table::new(system.pools.len(), months);
        let mut used = Table::new(book.contracts.len(), months);
        for (pool, hours) in supplied.available.chunks(months).enumerate() {
            available.of_mut(pool).copy_from_slice(hours);
            for (sum, hours) in used.of_mut(system.contract_of[pool]).iter_mut().zip(hours) {
                *sum += hours;
            }
        }
        for contract in 0..book.contracts.len() {
            for hours in used.of_mut(contract) {
                *hours = libm::floor(*hours * 0.9);
            }
        }
        let served = Served { used, ..Served::default() };
        Start { scenario: supplied.scenario, lives: supplied.lives.to_vec(), available, served }
    };
    (0..samples).map(one).collect()
}

/// Returns how many flows there are, and their sum.
fn settle(book: &Book, valuer: &Valuer<'_>, starts: &[Start]) -> (usize, i128) {
    let (mut count, mut sum) = (0, 0);
    visit(book, valuer, starts, |_, outcome| {
        count += outcome.flows.len();
        sum += outcome.flows.iter().map(|flow| flow.micros).sum::<i128>();
    });
    (count, sum)
}

fn visit(
    book: &Book,
    valuer: &Valuer<'_>,
    starts: &[Start],
    mut see: impl FnMut((usize, usize), &Outcome),
) {
    let prices = Prices::new(book, 1, |market| market.price.money().units());
    let mut market = Table::new(prices.len(), valuer.market_months());
    let mut outcome = Outcome::default();
    for (sample, start) in starts.iter().enumerate() {
        for index in 0..prices.len() {
            prices.draw(index, (sample as u64, start.scenario), market.of_mut(index));
        }
        let drawn = Drawn {
            sample: sample as u64,
            scenario: start.scenario,
            lives: &start.lives,
            shipped: &[],
            available: &start.available,
            served: Some(&start.served),
            market: &market,
        };
        for deal in &valuer.deals {
            valuer.settle(deal, &drawn, &mut outcome);
            see((sample, deal.index), &outcome);
        }
    }
}

/// Writes what the peer starts from, and the flows of the first samples.
fn files(folder: &Path, book: &Book, valuer: &Valuer<'_>, starts: &[Start]) -> Result<(), String> {
    write(&folder.join("lots.csv"), &lots(book, valuer))?;
    let mut months = "month,start,end\n".to_owned();
    for month in -120..480 {
        let hours = valuer.calendar.hours(month);
        let _ = writeln!(months, "{month},{},{}", hours.start, hours.end);
    }
    write(&folder.join("months.csv"), &months)?;
    let mut lives = "pool,start,end,stop,back,share\n".to_owned();
    let (mut available, mut used) = (Vec::new(), Vec::new());
    for start in starts {
        for (pool, life) in start.lives.iter().enumerate() {
            let begun = life.start.unwrap_or(i64::MIN / 2).max(-2_000_000_000);
            let (stop, back, share) = life.stop.map_or((-1, -1, 0.0), |s| (s.at, s.back, s.share));
            let _ = writeln!(lives, "{pool},{begun},{},{stop},{back},{share}", life.end);
            available.extend(start.available.of(pool).iter().flat_map(|x| x.to_le_bytes()));
        }
        for contract in 0..book.contracts.len() {
            used.extend(start.served.used.of(contract).iter().flat_map(|x| x.to_le_bytes()));
        }
    }
    write(&folder.join("lives.csv"), &lives)?;
    let raw = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes)
            .map_err(|error| format!("failed to write {name}: {error}"))
    };
    raw("available.f64", &available)?;
    raw("used.f64", &used)?;
    let mut flows = "sample,contract,kind,month,money\n".to_owned();
    let ids: Vec<String> = book.contracts.keys().map(ToString::to_string).collect();
    visit(book, valuer, &starts[..COMPARED.min(starts.len())], |(sample, contract), outcome| {
        for flow in &outcome.flows {
            let money = offtake_units::Money::from_micros(flow.micros, book.currency).units();
            let (id, kind) = (&ids[contract], flow.kind.name());
            let _ = writeln!(flows, "{sample},{id},{kind},{},{money}", flow.month);
        }
    });
    write(&folder.join("flows.csv"), &flows)
}

const COLUMNS: &str = "contract,contract_index,contracts,pool,gpus,racks,rack_gpus,ramp,hours,total,price,term_months,term_count,\
    promised,grace,late_credit,late_cap,given_up,due,prepaid,credited_after,recovery,recovered_after,sla,sla_cap,take_or_pay,horizon\n";

/// Returns what the book says of each tranche, in hours, months, shares and the currency's unit.
fn lots(book: &Book, valuer: &Valuer<'_>) -> String {
    let axis = Axis::new(book.from, book.until);
    let mut text = COLUMNS.to_owned();
    for deal in &valuer.deals {
        for (lot, tranche) in deal.tranches.iter().zip(&deal.contract.tranches) {
            let pool = &valuer.pools[lot.pool];
            let c = deal.contract;
            let total = if c.price_total.is_some() {
                c.price_total.map_or(0.0, |m| m.units())
            } else {
                0.0
            };
            let price = c.price.map_or(0.0, |price| price.money().units());
            let cells = [
                deal.index as f64,
                book.contracts.len() as f64,
                lot.pool as f64,
                pool.gpus as f64,
                pool.racks as f64,
                pool.rack_gpus as f64,
                pool.ramp as f64,
                pool.gpus as f64 * pool.term as f64,
                total,
                price,
                tranche.term.months() as f64,
                tranche.term.months() as f64,
                pool.promised as f64,
                c.late.grace.hours(),
                c.late.credit.value(),
                c.late.cap.0,
                after(&axis, tranche, c.late.given_up_after.months()),
                due(&axis, c, tranche),
                c.prepayment.map_or(0.0, |p| p.share.part()),
                c.prepayment.map_or(0.0, |p| p.credited_after.months() as f64),
                c.prepayment.map_or(0.0, |p| p.recovery.part()),
                c.prepayment.map_or(0.0, |p| p.recovered_after.months() as f64),
                c.sla.map_or(0.0, |sla| sla.availability.part()),
                c.sla.map_or(0.0, |sla| sla.credit_cap.part()),
                c.take_or_pay.share.part(),
                axis.hours() as f64,
            ];
            let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "{},{}", c.id, cells.join(","));
        }
    }
    text
}

fn after(axis: &Axis, tranche: &Tranche, months: i64) -> f64 {
    let day = tranche.promised.checked_add(jiff::Span::new().months(months));
    axis.hour_of(day.unwrap_or(tranche.promised)) as f64
}

/// Returns the hour at which a prepayment is due; of the anchors the book of speed has the promised day alone.
fn due(axis: &Axis, contract: &Contract, tranche: &Tranche) -> f64 {
    let promised = axis.hour_of(tranche.promised) as f64;
    let Some(due) =
        contract.prepayment.map(|p| p.due).filter(|d| d.anchor == AfterAnchor::Promised)
    else {
        return promised;
    };
    if due.is_before { promised - due.offset.hours() } else { promised + due.offset.hours() }
}
