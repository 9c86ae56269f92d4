//! The book's own terms of building and borrowing, and what its projects bring and owe already.

use super::SellerAsked;
use offtake_model::{Book, Debt, Project};
use offtake_plan::program::Program;
use offtake_plan::seller::{Money, Standing};
use offtake_value::Valuer;
use offtake_value::finance::{self, Case};
use std::collections::BTreeMap;

/// Cash flow over debt service that lenders ask for where no debt of the book says.
const FLOOR: f64 = 1.05;

/// Terms of what is built next: those of the project of the book that sells most.
#[derive(Clone, Debug)]
pub(super) struct Terms<'a> {
    book: &'a Book,
    project: Option<&'a Project>,
}

impl<'a> Terms<'a> {
    pub(super) fn new(book: &'a Book) -> Terms<'a> {
        let gpus = |project: &Project| -> i64 {
            let contracts = project.contracts.iter().filter_map(|id| book.contracts.get(id));
            contracts.flat_map(|contract| &contract.tranches).map(|t| t.gpus.count()).sum()
        };
        let project = book.projects.values().max_by_key(|project| gpus(project));
        Terms { book, project }
    }

    /// Returns the months over which a hall is paid.
    pub(super) fn shell_months(&self) -> usize {
        let days = self.project.map_or(365.25, |project| project.shell_paid_over.days());
        libm::round(days / 30.4375).max(1.0) as usize
    }

    pub(super) fn shell_residual(&self) -> f64 {
        self.project.map_or(0.0, |project| project.shell_residual.part())
    }

    pub(super) fn hardware_residual(&self) -> f64 {
        self.project.map_or(0.0, |project| project.accelerators_residual.part())
    }

    /// Returns money for the operation of a megawatt of critical IT load and year.
    pub(super) fn per_megawatt(&self) -> f64 {
        let price = self.project.and_then(|project| project.operation_per_megawatt);
        price.map_or(0.0, |price| self.book.in_currency(price.money()))
    }

    /// Returns the share of what hardware cost that its operation costs a year.
    pub(super) fn per_hardware(&self) -> f64 {
        self.project.map_or(0.0, |project| project.operation_per_hardware.value())
    }

    /// Returns the share of a fee that is left when what operation takes of it is paid.
    pub(super) fn kept(&self) -> f64 {
        1.0 - self.project.map_or(0.0, |project| project.operation_per_revenue.part())
    }

    /// Returns the debt whose rate new debt has: the project's largest, else the book's largest secured one.
    pub(super) fn debt(&self) -> Option<&'a Debt> {
        let of_project = |id: &str| self.project.is_some_and(|p| p.debts.iter().any(|d| d == id));
        let amount = |debt: &&Debt| debt.amount.micros();
        let of = |is_in: &dyn Fn(&str, &Debt) -> bool| {
            let debts = self.book.debts.iter().filter(|(id, debt)| is_in(id, debt));
            debts.map(|(_, debt)| debt).max_by_key(amount)
        };
        of(&|id, _| of_project(id)).or_else(|| of(&|_, debt| !debt.secured_on.is_empty()))
    }
}

/// Returns debt and money for building.
pub(super) fn money(book: &Book, base: &Program, terms: &Terms<'_>, asked: &SellerAsked) -> Money {
    let valuer = Valuer::new(book);
    let projects = finance::projects(book);
    let cases = finance::cases(&valuer, &projects);
    let floors = book.debts.values().filter_map(|debt| debt.min_dscr);
    let share = asked.loan_to_cost.unwrap_or_else(|| loan_to_cost(&cases));
    Money {
        loan_to_cost: if terms.debt().is_some() { share } else { 0.0 },
        debt: asked.debt,
        floor: asked.min_dscr.or(floors.reduce(f64::max)).unwrap_or(FLOOR),
        capital: asked.capital.clone(),
        standing: standing(&valuer, base, &cases),
    }
}

/// Returns what the book's debts cover of what its projects cost, both as promised.
fn loan_to_cost(cases: &[(String, Case<'_>)]) -> f64 {
    let (mut drawn, mut cost) = (0.0, 0.0);
    for (_, case) in cases {
        drawn += case.structure.drawn().iter().map(|micros| *micros as f64).sum::<f64>();
        cost += case.plan.parts.iter().map(|p| (p.hardware + p.shell) as f64).sum::<f64>();
    }
    if cost > 0.0 { (drawn / cost).clamp(0.0, 1.0) } else { 0.0 }
}

/// Returns what the projects bring before debt and owe, as promised, by year of the horizon.
fn standing(valuer: &Valuer<'_>, base: &Program, cases: &[(String, Case<'_>)]) -> Vec<Standing> {
    let mut years: BTreeMap<i32, Standing> = BTreeMap::new();
    for month in &base.months {
        years.insert(month.year, Standing { year: month.year, ..Standing::default() });
    }
    for (_, case) in cases {
        let paid = &case.paid;
        for at in 0..case.promised.operating.len() {
            let year = valuer.calendar.year(case.plan.window.month(at));
            let Some(of) = years.get_mut(&year) else { continue };
            of.cash += case.promised.operating[at] as f64 / 1e12;
            let rows = paid.interest.iter().chain(&paid.fees).chain(&paid.principal);
            of.service += rows.map(|row| row[at] as f64).sum::<f64>() / 1e12;
        }
    }
    years.into_values().collect()
}
