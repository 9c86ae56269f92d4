//! Sizes and dates that the world does not have: nearly always another unit, or a slip of the hand.

use super::paths::{of_contract, of_hall, of_tranche};
use super::supply::number;
use super::{Book, Check, Problem, Severity};
use crate::{LevelSeries, Ownership};
use jiff::civil::Date;
use offtake_units::{Gpus, Power};

pub(super) const CHECK: Check = Check {
    name: "cannot-be-meant",
    severity: Severity::Warning,
    about: "absurd sizes and dates: nothing at all, more GPUs or megawatts than the world has, a GPU that draws like a house, years far from ours",
    why: "nearly always another unit or a slip of the hand, and every result follows it",
    mend: "look at the value again; if it is meant, leave it",
    run,
};

/// More than all accelerators of this kind made in a year.
const MOST_GPUS: i64 = 10_000_000;
/// More than any campus that was ever announced.
const MOST_POWER: Power = Power::from_watts(20_000_000_000);
/// What a GPU may draw, with its share of the rack.
const DRAW: [Power; 2] = [Power::from_watts(50), Power::from_watts(20_000)];
const YEARS: [i16; 2] = [2000, 2100];
/// The longest term of a contract that anybody would sign, in months.
const LONGEST: i64 = 600;
/// Faster than anything has grown for a year.
const FASTEST: f64 = 30.0;

fn run(book: &Book) -> Vec<Problem> {
    let parts = [dates, counts, places, work, terms];
    parts.iter().flat_map(|part| part(book)).collect()
}

fn problem(path: String, told: String) -> Problem {
    Problem::new(path, told, "look at the number and its unit again; if it is meant, leave it")
}

fn dates(book: &Book) -> Vec<Problem> {
    let mut all: Vec<(String, Date)> = vec![
        ("as_of".to_owned(), book.as_of),
        ("from".to_owned(), book.from),
        ("until".to_owned(), book.until),
    ];
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        all.push((of_tranche(book, tranche, "promised"), tranche.promised));
    }
    all.extend(book.gangs.iter().map(|(id, gang)| (format!("gang.{id}.from"), gang.from)));
    all.extend(book.workloads.iter().map(|(id, work)| (format!("workload.{id}.from"), work.from)));
    let far = all.into_iter().filter(|(_, date)| date.year() < YEARS[0] || date.year() > YEARS[1]);
    far.map(|(path, date)| problem(path, format!("the year {}, outside {} to {}", date.year(), YEARS[0], YEARS[1]))).collect()
}

fn counts(book: &Book) -> Vec<Problem> {
    let mut all: Vec<(String, Gpus)> = Vec::new();
    for tranche in book.contracts.values().flat_map(|contract| &contract.tranches) {
        all.push((of_tranche(book, tranche, "gpus"), tranche.gpus));
    }
    all.extend(book.gangs.iter().map(|(id, gang)| (format!("gang.{id}.size"), gang.size)));
    for (id, offer) in &book.offers {
        let gpus = Gpus::new(offer.block.count().saturating_mul(offer.blocks));
        all.push((format!("offer.{id}.blocks"), gpus));
    }
    let absurd = all.into_iter().filter(|(_, gpus)| !(1..=MOST_GPUS).contains(&gpus.count()));
    absurd.map(|(path, gpus)| problem(path, format!("{gpus}, outside 1 to {MOST_GPUS}"))).collect()
}

fn places(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, site) in &book.sites {
        if let Some(power) = site.grid_power.filter(|power| *power > MOST_POWER) {
            problems.push(problem(format!("site.{id}.grid_power"), format!("{power} at one site, more than {MOST_POWER}")));
        }
        for (accelerator, draw) in &site.draw {
            for power in [draw.serving, draw.training] {
                if power < DRAW[0] || power > DRAW[1] {
                    let path = format!("site.{id}.accelerator.{accelerator}.draw");
                    problems.push(problem(path, format!("a GPU that draws {power}, outside {} to {}", DRAW[0], DRAW[1])));
                    break;
                }
            }
        }
    }
    for (id, hall) in &book.halls {
        if let Some(power) = hall.critical_it.filter(|power| *power > MOST_POWER) {
            problems.push(problem(of_hall(id, hall, "critical_it"), format!("{power} in one hall, more than {MOST_POWER}")));
        }
        if hall.pue > 3.0 {
            problems.push(problem(of_hall(id, hall, "pue"), format!("a PUE of {}, more than 3", number(hall.pue))));
        }
    }
    problems
}

fn work(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, workload) in &book.workloads {
        let mut factors = vec![("efficiency", workload.efficiency)];
        match &workload.series {
            LevelSeries::Grown { level, growth, .. } => {
                factors.extend(growth.map(|growth| ("growth", growth)));
                if level.value() <= 0.0 {
                    problems.push(problem(format!("workload.{id}.level"), format!("it asks for {level}")));
                }
            }
            LevelSeries::Hourly { values, .. } => {
                if values.iter().all(|value| *value <= 0.0) {
                    let told = "it asks for nothing in every hour".to_owned();
                    problems.push(problem(format!("workload.{id}.level.hourly"), told));
                }
            }
        }
        for (key, growth) in factors.into_iter().filter(|(_, growth)| growth.factor() > FASTEST) {
            problems.push(problem(format!("workload.{id}.{key}"), format!("{growth}, more than {FASTEST}")));
        }
    }
    for scenario in &book.scenarios {
        let factors = [("tokens", scenario.tokens), ("accelerators", scenario.accelerators)];
        for (key, growth) in factors.into_iter().filter(|(_, growth)| growth.factor() > FASTEST) {
            problems.push(problem(format!("growth.{}.{key}", scenario.name), format!("{growth}, more than {FASTEST}")));
        }
    }
    problems
}

fn terms(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let signed = book.contracts.values().filter(|c| c.ownership == Ownership::Contracted);
    for contract in signed {
        let absurd = |tranche: &&crate::Tranche| {
            tranche.term.days() <= 0.0 || tranche.term.months() > LONGEST
        };
        for tranche in contract.tranches.iter().filter(absurd) {
            let told = format!("a term of {}, outside 0 to {LONGEST} months", tranche.term);
            problems.push(problem(of_tranche(book, tranche, "term"), told));
        }
        let price = contract.price.map_or(0.0, |price| price.money().units());
        if price > 1_000.0 {
            let told = format!("{} for a GPU-hour, more than 1000", number(price));
            problems.push(problem(of_contract(contract, "price.per_gpu_hour"), told));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;
    use offtake_units::LevelUnit;

    #[test]
    fn sizes_and_dates_that_the_world_does_not_have_are_found() {
        let mut book = test_book();
        tranche(&mut book).promised = date(2206, 3, 31);
        tranche(&mut book).gpus = Gpus::new(460_800_000);
        tranche(&mut book).term = of("0 d");
        gang(&mut book).size = Gpus::ZERO;
        hall(&mut book).pue = 12.0;
        hall(&mut book).critical_it = Some(of("200 GW"));
        let draw = crate::Draw { training: of("1.95 MW"), serving: of("1.8 MW") };
        site(&mut book).draw.insert(id("gb300-nvl72"), draw);
        contract(&mut book).price = Some(of("9700000 USD/GPUh"));
        workload(&mut book).efficiency = of("190 times/year");
        if let LevelSeries::Grown { level, .. } = &mut workload(&mut book).series {
            *level = offtake_units::Level::new(0.0, LevelUnit::Gpus);
        }
        assert_eq!(found(&CHECK, &book), "\
warning: tranche.acme.first.promised: the year 2206, outside 2000 to 2100
  fix: look at the number and its unit again; if it is meant, leave it
warning: tranche.acme.first.gpus: 460800000 GPU, outside 1 to 10000000
  fix: look at the number and its unit again; if it is meant, leave it
warning: gang.pretrain.size: 0 GPU, outside 1 to 10000000
  fix: look at the number and its unit again; if it is meant, leave it
warning: site.childress.accelerator.gb300-nvl72.draw: a GPU that draws 1.8 MW, outside 50 W to 20 kW
  fix: look at the number and its unit again; if it is meant, leave it
warning: hall.horizon.critical_it: 200 GW in one hall, more than 20 GW
  fix: look at the number and its unit again; if it is meant, leave it
warning: hall.horizon.pue: a PUE of 12, more than 3
  fix: look at the number and its unit again; if it is meant, leave it
warning: workload.chat.level: it asks for 0 GPU
  fix: look at the number and its unit again; if it is meant, leave it
warning: workload.chat.efficiency: 190 times/year, more than 30
  fix: look at the number and its unit again; if it is meant, leave it
warning: tranche.acme.first.term: a term of 0 d, outside 0 to 600 months
  fix: look at the number and its unit again; if it is meant, leave it
warning: contract.acme.price.per_gpu_hour: 9700000 for a GPU-hour, more than 1000
  fix: look at the number and its unit again; if it is meant, leave it");
    }

    #[test]
    fn the_largest_that_was_announced_is_good() {
        let mut book = test_book();
        tranche(&mut book).gpus = Gpus::new(1_000_000);
        site(&mut book).grid_power = Some(of("10 GW"));
        hall(&mut book).critical_it = Some(of("8 GW"));
        assert_eq!(found(&CHECK, &book), "");
    }
}
