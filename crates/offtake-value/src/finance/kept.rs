//! What is kept of a project in one sample, and its flows for whoever keeps them all.

use super::{Case, Ledger, Paid, Returns, units};
use crate::{Flow, FlowKind, On};

/// A step of the way from what is billed to what owners get, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Billed, less credits.
    Billed,
    /// Power.
    Power,
    /// Operation.
    Operation,
    /// Tax.
    Tax,
    /// Prepayments received less those credited, paid back or recovered.
    Prepayment,
    /// Accelerators bought.
    Accelerators,
    /// Halls built.
    Halls,
    /// What is left at the end.
    Left,
    /// Drawn from lenders.
    Drawn,
    /// Interest and fees.
    Interest,
    /// Repaid.
    Repaid,
    /// Owners, all in all.
    Owners,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 12] = [
        Step::Billed,
        Step::Power,
        Step::Operation,
        Step::Tax,
        Step::Prepayment,
        Step::Accelerators,
        Step::Halls,
        Step::Left,
        Step::Drawn,
        Step::Interest,
        Step::Repaid,
        Step::Owners,
    ];

    /// Returns the name that reports and files use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Step::Billed => "billed",
            Step::Power => "power",
            Step::Operation => "operation",
            Step::Tax => "tax",
            Step::Prepayment => "prepayment",
            Step::Accelerators => "accelerators",
            Step::Halls => "halls",
            Step::Left => "left at the end",
            Step::Drawn => "drawn",
            Step::Interest => "interest and fees",
            Step::Repaid => "repaid",
            Step::Owners => "owners",
        }
    }
}

/// What is kept of a project in one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptProject {
    /// What it came to.
    pub returns: Returns,
    /// Least ratio of cash flow to debt service of each calendar year that has one.
    pub by_year: Vec<(i32, f64)>,
    /// The way from what is billed to what owners get, in the currency's unit, by [`Step::ALL`].
    pub steps: [f64; Step::ALL.len()],
}

impl Case<'_> {
    /// Returns what is kept of a sample that [`Case::value`] valued.
    #[must_use]
    pub fn keep(&self, ledger: &Ledger, paid: &Paid, returns: Returns) -> KeptProject {
        KeptProject {
            by_year: self.by_year(paid),
            steps: self.steps(ledger, paid, &returns),
            returns,
        }
    }

    /// Returns the least ratio of each calendar year that has one.
    #[must_use]
    pub fn by_year(&self, paid: &Paid) -> Vec<(i32, f64)> {
        let mut by_year: Vec<(i32, f64)> = Vec::new();
        for test in &paid.tests {
            let year = self.plan.valuer.calendar.year(self.plan.window.month(test.month));
            match by_year.last_mut() {
                Some((last, dscr)) if *last == year => *dscr = dscr.min(test.dscr),
                _ => by_year.push((year, test.dscr)),
            }
        }
        by_year
    }

    /// Returns the ratio at the end of each quarter that has one, as `2027-Q3`; of several tests in a quarter the
    /// least.
    #[must_use]
    pub fn by_quarter(&self, paid: &Paid) -> Vec<(String, f64)> {
        let calendar = &self.plan.valuer.calendar;
        let mut by_quarter: Vec<(String, f64)> = Vec::new();
        for test in &paid.tests {
            let text = calendar.text(self.plan.window.month(test.month));
            let (year, month) = text.split_once('-').unwrap_or((&text, "1"));
            let quarter = month.parse::<u32>().unwrap_or(1).div_ceil(3);
            let name = format!("{year}-Q{quarter}");
            match by_quarter.last_mut() {
                Some((last, dscr)) if *last == name => *dscr = dscr.min(test.dscr),
                _ => by_quarter.push((name, test.dscr)),
            }
        }
        by_quarter
    }

    fn steps(&self, ledger: &Ledger, paid: &Paid, returns: &Returns) -> [f64; Step::ALL.len()] {
        let all = |rows: &[Vec<i128>]| units(rows.iter().flatten().sum());
        let kind = |kind: FlowKind| match self.plan.counts(kind) {
            true => units(ledger.of_kind(kind)),
            false => 0.0,
        };
        let before: f64 = units(ledger.before_debt().iter().sum());
        let mut steps = [0.0; Step::ALL.len()];
        let mut put = |step: Step, amount: f64| steps[step as usize] = amount;
        put(Step::Billed, units(returns.revenue));
        put(Step::Power, kind(FlowKind::PowerCost));
        put(Step::Operation, kind(FlowKind::Opex));
        put(Step::Tax, kind(FlowKind::Tax));
        put(Step::Accelerators, kind(FlowKind::Purchase));
        put(Step::Halls, kind(FlowKind::Shell));
        put(Step::Left, kind(FlowKind::Residual));
        put(Step::Drawn, all(&paid.draws));
        put(Step::Interest, -all(&paid.interest) - all(&paid.fees));
        put(Step::Repaid, -all(&paid.principal));
        put(Step::Owners, units(paid.equity.iter().sum()));
        // What the contracts moved that was not billed is what was prepaid, less what was credited for it.
        let told: f64 = steps[..8].iter().sum();
        steps[Step::Prepayment as usize] = before - told;
        steps
    }

    /// Returns the flows of a sample beside those of the contracts: what is bought, run and taxed, and every
    /// movement of a debt.
    #[must_use]
    pub fn flows(&self, ledger: &Ledger, paid: &Paid) -> Vec<Flow> {
        let mut flows = ledger.flows.clone();
        for (index, (place, _)) in self.plan.debts().enumerate() {
            let rows = [
                (FlowKind::DebtDraw, &paid.draws[index], 1),
                (FlowKind::DebtFee, &paid.fees[index], -1),
                (FlowKind::Interest, &paid.interest[index], -1),
                (FlowKind::Repayment, &paid.principal[index], -1),
            ];
            for (kind, row, sign) in rows {
                for (at, micros) in row.iter().enumerate().filter(|(_, micros)| **micros != 0) {
                    let month = self.plan.window.month(at);
                    let on = On::Debt(place);
                    flows.push(Flow { month, kind, on, tranche: None, micros: sign * micros });
                }
            }
        }
        flows
    }
}
