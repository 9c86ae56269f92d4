//! A project with its debts, valued in one sample after another.
//!
//! The promised case comes first: everything on the promised day, all of it available. It sizes the
//! debts and fixes their schedules; every sample is then held to them.

use super::{Cash, Irr, Ledger, Paid, Plan, Structure, Terms, irr, npv, payback, structure};
use crate::{Drawn, Outcome, Table, Valuer};
use offtake_model::{Debt, Project};
use offtake_position::Life;

/// More GPU-hours than any pool has: what is available is cut to what is in service.
const ALL: f64 = 1e15;

/// A project with its debts, ready for samples.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The project with its costs.
    pub plan: Plan<'a>,
    /// Its debts with their schedules.
    pub structure: Structure,
    /// Its money before debt when everything is as promised.
    pub promised: Ledger,
    /// What lenders and owners get when everything is as promised.
    pub paid: Paid,
    /// What that comes to.
    pub returns: Returns,
    /// Month by which all must be in service, if a debt says one.
    long_stop: Option<i32>,
}

/// What a project came to in one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Returns {
    /// Fees and what stands in for them, less credits.
    pub revenue: i128,
    /// Revenue less power and operation.
    pub ebitda: i128,
    /// EBITDA over revenue; `None` without revenue.
    pub margin: Option<f64>,
    /// Rate of return before debt.
    pub project_irr: Irr,
    /// Rate of return to the owners.
    pub equity_irr: Irr,
    /// Present value before debt, told for the book's `as_of`, in the currency's unit.
    pub npv: f64,
    /// Present value to the owners, likewise.
    pub npv_equity: f64,
    /// Months from the first outflow to payback, before debt.
    pub payback: Option<usize>,
    /// Least ratio of cash flow to debt service; `None` without debt.
    pub dscr_min: Option<f64>,
    /// First month at whose end the ratio was below the largest `min_dscr`.
    pub first_below: Option<i32>,
    /// First month in which lenders got less than was due.
    pub first_missed: Option<i32>,
    /// What lenders are still owed at the end.
    pub unpaid: i128,
    /// What could not be drawn any more and came from the owners.
    pub lapsed: i128,
    /// The most that owners had put in at any time, net of what they got.
    pub put_in: i128,
}

/// The lives and GPU-hours of a case that is not drawn: as promised, or late by so many hours.
#[derive(Clone, Debug)]
pub struct Imagined {
    lives: Vec<Life>,
    available: Table,
    market: Table,
}

impl Imagined {
    /// Makes the case in which everything that is not delivered comes `late` hours after its promised day,
    /// and all that is in service is available.
    #[must_use]
    pub fn new(valuer: &Valuer<'_>, late: i64) -> Imagined {
        let mut available = Table::new(
            valuer.pools.len(),
            valuer.calendar.horizon().max(0).unsigned_abs() as usize,
        );
        for pool in 0..valuer.pools.len() {
            available.of_mut(pool).fill(ALL);
        }
        let life = |pool: &offtake_position::Pool| {
            let contract = valuer.book.contracts.get(&pool.contract);
            let tranche = contract.and_then(|c| c.tranches.iter().find(|t| t.id == pool.tranche));
            let delivered = tranche.and_then(|tranche| tranche.delivered);
            let start = delivered.map(|date| valuer.calendar.hour_of(date));
            pool.life(Some(start.unwrap_or(pool.promised + late)))
        };
        let lives = valuer.pools.iter().map(life).collect();
        Imagined { lives, available, market: Table::new(0, 0) }
    }

    /// Returns the case without the tranches of one contract: they never come.
    #[must_use]
    pub fn without(mut self, contract: &str, valuer: &Valuer<'_>) -> Imagined {
        for (life, pool) in self.lives.iter_mut().zip(&valuer.pools) {
            if pool.contract.to_string() == contract {
                *life = pool.life(None);
            }
        }
        self
    }

    /// Returns it as a sample.
    #[must_use]
    pub const fn drawn(&self) -> Drawn<'_> {
        Drawn {
            sample: 0,
            scenario: 0,
            lives: self.lives.as_slice(),
            shipped: &[],
            available: &self.available,
            served: None,
            market: &self.market,
        }
    }
}

impl<'a> Case<'a> {
    /// Makes `project` of the valuer's book ready: sizes its debts on what is promised.
    #[must_use]
    pub fn new(valuer: &'a Valuer<'a>, project: &'a Project) -> Case<'a> {
        let plan = Plan::new(valuer, project);
        let imagined = Imagined::new(valuer, 0);
        let mut outcomes = Vec::new();
        let promised = ledger(&plan, &imagined.drawn(), &mut outcomes);
        let terms: Vec<Terms> = plan.debts().map(|(_, debt)| terms(&plan, debt)).collect();
        let stops = plan.debts().filter_map(|(_, debt)| debt.long_stop);
        let long_stop = stops.min().map(|date| valuer.calendar.month_of_date(date));
        let called = plan_called(&plan, &promised, None);
        let cash = cash(&plan, &promised, &called);
        let structure = structure(terms, &cash);
        let paid = structure.run(&cash);
        let returns = returns(&plan, &structure, &promised, &paid);
        Case { plan, structure, promised, paid, returns, long_stop }
    }

    /// Values the project in a sample; `outcomes` is room that is used again.
    #[must_use]
    pub fn value(&self, drawn: &Drawn<'_>, outcomes: &mut Vec<Outcome>) -> (Ledger, Paid, Returns) {
        let ledger = ledger(&self.plan, drawn, outcomes);
        let called = plan_called(&self.plan, &ledger, self.long_stop);
        let paid = self.structure.run(&cash(&self.plan, &ledger, &called));
        let returns = returns(&self.plan, &self.structure, &ledger, &paid);
        (ledger, paid, returns)
    }

    /// Returns the largest ratio that a debt asks for, if one does.
    #[must_use]
    pub fn floor(&self) -> Option<f64> {
        floor(&self.structure)
    }
}

fn floor(structure: &Structure) -> Option<f64> {
    structure.terms().iter().filter_map(|term| term.min_dscr).reduce(f64::max)
}

fn ledger(plan: &Plan<'_>, drawn: &Drawn<'_>, outcomes: &mut Vec<Outcome>) -> Ledger {
    outcomes.resize_with(plan.deals.len(), Outcome::default);
    for (deal, outcome) in plan.deals.iter().zip(outcomes.iter_mut()) {
        plan.valuer.settle(&plan.valuer.deals[*deal], drawn, outcome);
    }
    Ledger::new(plan, drawn, outcomes)
}

/// Returns the share of the debts that has fallen due early by month: with tranches that were given up, or
/// all of it when something is not in service at the long-stop month.
fn plan_called(plan: &Plan<'_>, ledger: &Ledger, long_stop: Option<i32>) -> Vec<f64> {
    let mut called = ledger.given_up.clone();
    if let Some(month) = long_stop {
        let at = plan.window.at(month);
        if ledger.in_service[at] < 1.0 - 1e-9 {
            called[at..].fill(1.0);
        }
    }
    called
}

fn cash<'l>(plan: &Plan<'_>, ledger: &'l Ledger, called: &'l [f64]) -> Cash<'l> {
    let first = plan.window.first;
    let calendar = &plan.valuer.calendar;
    // Months since the January of the first month's year.
    let january = (0..12).find(|back| calendar.year(first - back - 1) != calendar.year(first));
    Cash {
        operating: &ledger.operating,
        investing: &ledger.investing,
        in_service: &ledger.in_service,
        january: january.unwrap_or(0).unsigned_abs() as usize,
        called,
    }
}

fn terms(plan: &Plan<'_>, debt: &Debt) -> Terms {
    let calendar = &plan.valuer.calendar;
    let at = |date| plan.window.at(calendar.month_of_date(date));
    let last = plan
        .parts
        .iter()
        .map(|part| plan.valuer.deals[plan.deals[part.deal]].tranches[part.lot].promised);
    let served = last.max().map_or(0, |hour| plan.window.at(calendar.month_of_hour(hour)));
    // While anything can still be drawn on the same contracts, nothing is repaid.
    let drawn = plan.debts().filter_map(|(_, debt)| debt.draw_until).map(at).max().unwrap_or(0);
    let matures = at(debt.matures);
    Terms {
        amount: crate::exact::in_book(plan.book(), debt.amount),
        rate: debt.rate.value(),
        opens: plan.window.at(plan.opens(debt)),
        closes: debt.draw_until.map(at),
        draws_on: debt.draws_on,
        undrawn_fee: debt.undrawn_fee.value(),
        repays_from: debt.repays_from.map_or(served.max(drawn) + 1, at).min(matures),
        matures,
        repayment: debt.repayment,
        min_dscr: debt.min_dscr,
        lock_up: debt.lock_up,
        support: debt.support,
        reserve: libm::round(debt.reserve.days() / 30.4375).max(0.0) as usize,
    }
}

fn returns(plan: &Plan<'_>, structure: &Structure, ledger: &Ledger, paid: &Paid) -> Returns {
    let flows = ledger.before_debt();
    let at = plan.window.at(plan.valuer.calendar.as_of());
    let month = |place: usize| plan.window.month(place);
    let mut sum = 0;
    let lowest = paid.equity.iter().map(|flow| {
        sum += flow;
        sum
    });
    Returns {
        revenue: ledger.revenue.iter().sum(),
        ebitda: ledger.ebitda.iter().sum(),
        margin: ledger.margin(),
        project_irr: irr(&flows),
        equity_irr: irr(&paid.equity),
        put_in: -lowest.min().unwrap_or(0).min(0),
        npv: npv(&flows, plan.project.discount.value(), at),
        npv_equity: npv(&paid.equity, plan.project.discount_equity.value(), at),
        payback: payback(&flows),
        dscr_min: paid.dscr_min(),
        first_below: floor(structure).and_then(|floor| paid.first_below(floor - 1e-6)).map(month),
        first_missed: paid.first_missed.map(month),
        unpaid: paid.unpaid,
        lapsed: paid.lapsed,
    }
}
