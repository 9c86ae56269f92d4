//! What a megawatt of critical IT load earns, use by use: a year's revenue, what it takes to build, and the
//! rate of return, since a use that earns ten times as much may take twenty times the capital.
//!
//! ```text
//! −(shell + hardware) at the start; hardware again each time it has lasted;
//! earns · (1 − operation) − power, by month from `takes` for `term`; what is left at the end
//! ```

use super::{Case, Irr, irr, npv, units};
use crate::exact::{WHOLE, in_book, parts, ratio};
use offtake_model::{Book, PowerUse};
use offtake_units::{Price, Span};

/// Hours of a year.
const YEAR: i128 = 8_760;

/// One use of a megawatt.
#[derive(Clone, Debug, PartialEq)]
pub struct UseOfPower {
    /// Id of the use, or of the project.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Revenue of a megawatt and year, in the currency's unit.
    pub revenue: f64,
    /// Revenue less power and operation, likewise.
    pub ebitda: f64,
    /// What it takes to build, for a megawatt; hardware bought once.
    pub capital: f64,
    /// Rate of return before debt.
    pub irr: Irr,
    /// Present value of a megawatt at the book's rate.
    pub npv: f64,
    /// Whether it is a project of the book and not a figure of the market.
    pub is_own: bool,
}

/// Returns the uses of the book, and its projects as promised, by rate of return, best first.
#[must_use]
pub fn compare(book: &Book, cases: &[(String, Case<'_>)]) -> Vec<UseOfPower> {
    let mut all: Vec<UseOfPower> =
        book.uses.iter().map(|(id, power_use)| of_market(book, id, power_use)).collect();
    all.extend(cases.iter().filter_map(|(id, case)| of_project(id, case)));
    all.sort_by(|a, b| {
        let rate = |one: &UseOfPower| one.irr.counted().unwrap_or(f64::NEG_INFINITY);
        rate(b).total_cmp(&rate(a)).then_with(|| a.id.cmp(&b.id))
    });
    all
}

fn of_market(book: &Book, id: &str, one: &PowerUse) -> UseOfPower {
    let money = |price: Price| in_book(book, price.money());
    let power = one.power_price.map_or(0, |price| money(price) * YEAR);
    let revenue = money(one.earns);
    let ebitda = revenue - ratio(revenue, parts(one.operation), WHOLE) - power;
    let (shell, hardware) = (money(one.shell), one.hardware.map_or(0, money));
    let months = |span: Span| libm::round(span.days() / 30.4375).max(0.0) as usize;
    let (takes, term) = (months(one.takes), months(one.term).max(1));
    let lasts = months(one.lasts).max(1);
    let mut flows = vec![0; takes + term + 1];
    flows[0] -= shell;
    // Hardware is bought when it is to run, and again each time it has lasted.
    for bought in (0..term).step_by(lasts) {
        flows[if bought == 0 { 0 } else { takes + bought }] -= hardware;
    }
    for month in 1..=term {
        let month_of = |count: usize| ebitda * count as i128 / 12;
        flows[takes + month] += month_of(month) - month_of(month - 1);
    }
    flows[takes + term] += ratio(shell, parts(one.shell_residual), WHOLE)
        + ratio(hardware, parts(one.hardware_residual), WHOLE);
    UseOfPower {
        id: id.to_owned(),
        name: one.name.clone(),
        revenue: units(revenue),
        ebitda: units(ebitda),
        capital: units(shell + hardware),
        irr: irr(&flows),
        npv: npv(&flows, book.discount_rate.value(), 0),
        is_own: false,
    }
}

/// Returns a project for a megawatt, as promised; `None` for one whose halls have no megawatts.
fn of_project(id: &str, case: &Case<'_>) -> Option<UseOfPower> {
    let megawatts = case.plan.megawatts_of_all();
    let years: f64 = case
        .plan
        .parts
        .iter()
        .map(|part| {
            let lot = &case.plan.valuer.deals[case.plan.deals[part.deal]].tranches[part.lot];
            (lot.promised_end - lot.promised) as f64 / 8_765.82 * part.megawatts
        })
        .sum();
    if megawatts <= 0.0 || years <= 0.0 {
        return None;
    }
    let capital: i128 = case.plan.parts.iter().map(|part| part.hardware + part.shell).sum();
    Some(UseOfPower {
        id: id.to_owned(),
        name: case.plan.project.name.clone(),
        revenue: units(case.returns.revenue) / years,
        ebitda: units(case.returns.ebitda) / years,
        capital: units(capital) / megawatts,
        irr: case.returns.project_irr.clone(),
        npv: case.returns.npv / megawatts,
        is_own: true,
    })
}
