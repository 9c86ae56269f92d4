//! Limits of what is signed, as rows: concentration, budgets, prepayments, exposures, and any other.
//!
//! ```text
//! concentration[party,year]   Σ_{c ∈ party} H_c x_c − κ Σ_c H_c x_c  ≤  κ H_held − H_held,party
//! budget[year]                Σ_c (expected fixed payments of the year)_c x_c  ≤  most
//! prepayment[month]           Σ_c prepaid_c x_c  ≤  most
//! exposure[party,month]       Σ_{c ∈ party} at stake_c x_c  ≤  most
//! ```
//!
//! `H` is expected available capacity of the year, in kGPU on average over its modelled hours. The dual of
//! a row is what one more unit on its right saves.

use crate::program::Program;

/// A limit of what is signed: `Σ factor · blocks ≤ most`.
#[derive(Clone, Debug, PartialEq)]
pub struct StageRow {
    /// Its name, as `concentration[supplier,nscale,2027]`.
    pub name: String,
    /// Offers and the factor of a block of each.
    pub terms: Vec<(usize, f64)>,
    /// The most of their sum.
    pub most: f64,
}

/// Returns every limit of what is signed.
#[must_use]
pub fn rows(program: &Program) -> Vec<StageRow> {
    let mut rows = Vec::new();
    concentration(program, &mut rows);
    budgets(program, &mut rows);
    prepayments(program, &mut rows);
    exposures(program, &mut rows);
    for limit in &program.limits.rows {
        let (name, terms, most) = (limit.name.clone(), limit.terms.clone(), limit.most);
        rows.push(StageRow { name, terms, most });
    }
    rows
}

/// Returns a row's terms without those that are 0.
fn terms(program: &Program, factor: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
    let all = (0..program.offers.len()).map(|offer| (offer, factor(offer)));
    all.filter(|(_, factor)| *factor != 0.0).collect()
}

/// Expected capacity of a year by offer (one block) and by held, in kGPU on average.
fn year_capacity(program: &Program, year: i32) -> (Vec<f64>, Vec<f64>) {
    let months: Vec<usize> =
        (0..program.months.len()).filter(|month| program.months[*month].year == year).collect();
    let hours: f64 = months.iter().map(|month| program.month_hours(*month)).sum();
    let mean = |kgpu: &dyn Fn(usize, usize) -> f64| -> f64 {
        let month = |month: &usize| {
            let scenarios = program.scenarios.iter().enumerate();
            let expected: f64 =
                scenarios.map(|(at, scenario)| scenario.probability * kgpu(at, *month)).sum();
            expected * program.month_hours(*month)
        };
        months.iter().map(month).sum::<f64>() / hours
    };
    let offers = (0..program.offers.len())
        .map(|at| program.offers[at].block_kgpu * mean(&|s, m| program.available.at(s, m, at)));
    let held = (0..program.held.len()).map(|at| mean(&|s, m| program.held_kgpu.at(s, m, at)));
    (offers.collect(), held.collect())
}

fn years(program: &Program) -> Vec<i32> {
    let mut years: Vec<i32> = program.months.iter().map(|month| month.year).collect();
    years.dedup();
    years
}

fn concentration(program: &Program, rows: &mut Vec<StageRow>) {
    if program.limits.concentration.is_empty() {
        return;
    }
    for year in years(program) {
        let (offers, held) = year_capacity(program, year);
        let all_held: f64 = held.iter().sum();
        for limit in &program.limits.concentration {
            let parties = program.parties.iter().enumerate();
            for (party, of) in parties.filter(|(_, of)| of.kind == limit.kind) {
                let behind = |parties: &[usize]| f64::from(u8::from(parties.contains(&party)));
                let factor =
                    |at: usize| offers[at] * (behind(&program.offers[at].parties) - limit.share);
                let stands: f64 = program
                    .held
                    .iter()
                    .zip(&held)
                    .map(|(of, kgpu)| behind(&of.parties) * kgpu)
                    .sum();
                rows.push(StageRow {
                    name: format!("{}[{},{year}]", limit.name, of.name),
                    terms: terms(program, factor),
                    most: limit.share * all_held - stands,
                });
            }
        }
    }
}

fn budgets(program: &Program, rows: &mut Vec<StageRow>) {
    for limit in &program.limits.budgets {
        let is_in = |month: usize| program.months[month].year == limit.year;
        let factor = |at: usize| {
            let offer = &program.offers[at];
            let certain = offer.prepayments.iter().chain(&offer.payments);
            let certain: f64 = certain.filter(|pay| is_in(pay.month)).map(|pay| pay.amount).sum();
            let month = |month: usize| {
                let scenarios = program.scenarios.iter().enumerate();
                scenarios
                    .map(|(s, of)| of.probability * program.take_or_pay(s, month, at))
                    .sum::<f64>()
            };
            let months = (0..program.months.len()).filter(|month| is_in(*month));
            program.expected_due(at) * certain + months.map(month).sum::<f64>()
        };
        let terms = terms(program, factor);
        rows.push(StageRow { name: limit.name.clone(), terms, most: limit.most });
    }
}

fn prepayments(program: &Program, rows: &mut Vec<StageRow>) {
    for limit in &program.limits.prepayments {
        let factor = |at: usize| {
            let of = program.offers[at].prepayments.iter();
            of.filter(|pay| pay.month == limit.month).map(|pay| pay.amount).sum()
        };
        let terms = terms(program, factor);
        rows.push(StageRow { name: limit.name.clone(), terms, most: limit.most });
    }
}

fn exposures(program: &Program, rows: &mut Vec<StageRow>) {
    for limit in &program.limits.exposures {
        for (month, of) in program.months.iter().enumerate() {
            let factor = |at: usize| {
                let offer = &program.offers[at];
                if !offer.parties.contains(&limit.party) {
                    return 0.0;
                }
                offer.at_stake.get(month).copied().unwrap_or(0.0)
            };
            let terms = terms(program, factor);
            if !terms.is_empty() {
                let name = format!("{}[{}]", limit.name, of.name);
                rows.push(StageRow { name, terms, most: limit.most });
            }
        }
    }
}
