//! A project's money in one sample, before debt: fees in, power, operation and tax out, what was bought,
//! what is left at the end.
//!
//! ```text
//! EBITDA[t] = billed[t] − credits[t] − power[t] − operation[t]
//! CFADS[t]  = EBITDA[t] − prepayment credited[t] − tax[t]
//! ```
//! A prepayment is money for later months: when it comes it is a source of funds and no revenue, and when
//! it is credited the month is billed all the same.

use super::{Plan, Window};
use crate::exact::{WHOLE, parts, ratio};
use crate::{Drawn, Flow, FlowKind, On};
use offtake_position::{Life, Pool, Steps};

/// The money of a project in one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// The months of the rows.
    pub window: Window,
    /// Fees and what stands in for them, less credits.
    pub revenue: Vec<i128>,
    /// Revenue less power and operation.
    pub ebitda: Vec<i128>,
    /// Cash flow available for debt service, as far as it is counted.
    pub operating: Vec<i128>,
    /// Purchases, halls, prepayments received or paid back, what is left; as far as it is counted.
    pub investing: Vec<i128>,
    /// Share of the GPUs that have come into service by each month's end.
    pub in_service: Vec<f64>,
    /// Month from which the debts are due because a tranche was given up or ended.
    pub given_up: Option<usize>,
    /// The flows beside those of the contracts.
    pub flows: Vec<Flow>,
}

/// Sums that the rates of return are made of.
struct Rows<'p, 'a> {
    plan: &'p Plan<'a>,
    ledger: Ledger,
    billed: Vec<i128>,
}

impl Ledger {
    /// Makes the ledger of `plan` in a sample.
    ///
    /// `pools` are those that the lives of `drawn` belong to; `fees` are the flows of the project's contracts as
    /// their seller sees them.
    #[must_use]
    pub fn new(plan: &Plan<'_>, pools: &[Pool], drawn: &Drawn<'_>, fees: &[Flow]) -> Ledger {
        let zeros = plan.window.zeros();
        let mut rows = Rows {
            plan,
            billed: zeros.clone(),
            ledger: Ledger {
                window: plan.window,
                revenue: zeros.clone(),
                ebitda: zeros.clone(),
                operating: zeros.clone(),
                investing: zeros,
                in_service: vec![0.0; plan.window.len],
                given_up: None,
                flows: Vec::new(),
            },
        };
        for flow in fees {
            rows.add(flow);
        }
        for flow in &plan.fixed {
            rows.put(*flow);
        }
        rows.run(pools, drawn);
        rows.leave(drawn);
        rows.tax();
        rows.ledger
    }

    /// Returns all that flows before debt, by month.
    #[must_use]
    pub fn before_debt(&self) -> Vec<i128> {
        self.operating.iter().zip(&self.investing).map(|(a, b)| a + b).collect()
    }

    /// Returns EBITDA over revenue, over all months; `None` without revenue.
    #[must_use]
    pub fn margin(&self) -> Option<f64> {
        let revenue: i128 = self.revenue.iter().sum();
        let ebitda: i128 = self.ebitda.iter().sum();
        (revenue > 0).then(|| ebitda as f64 / revenue as f64)
    }

    /// Returns the sum of the flows of `kind` beside those of the contracts.
    #[must_use]
    pub fn of_kind(&self, kind: FlowKind) -> i128 {
        self.flows.iter().filter(|flow| flow.kind == kind).map(|flow| flow.micros).sum()
    }
}

impl Rows<'_, '_> {
    /// Books a flow that the owner causes, and keeps it.
    fn put(&mut self, flow: Flow) {
        self.add(&flow);
        self.ledger.flows.push(flow);
    }

    fn add(&mut self, flow: &Flow) {
        use FlowKind as K;
        let at = self.plan.window.at(flow.month);
        let ledger = &mut self.ledger;
        match flow.kind {
            K::Fee | K::Deficiency | K::MakeUp => {
                ledger.revenue[at] += flow.micros;
                ledger.ebitda[at] += flow.micros;
                self.billed[at] += flow.micros;
            }
            K::DelayCredit | K::SlaCredit | K::Power => {
                ledger.revenue[at] += flow.micros;
                ledger.ebitda[at] += flow.micros;
            }
            K::PowerCost | K::Opex => ledger.ebitda[at] += flow.micros,
            K::PrepaymentRefund => {
                ledger.given_up = Some(ledger.given_up.map_or(at, |before| before.min(at)));
            }
            _ => {}
        }
        if !self.plan.counts(flow.kind) {
            return;
        }
        match flow.kind {
            K::Purchase
            | K::Shell
            | K::Residual
            | K::Prepayment
            | K::PrepaymentRefund
            | K::PrepaymentRecovered => ledger.investing[at] += flow.micros,
            _ => ledger.operating[at] += flow.micros,
        }
    }

    /// Books power and operation, month by month, for what is in service.
    fn run(&mut self, pools: &[Pool], drawn: &Drawn<'_>) {
        let plan = self.plan;
        let all = plan.gpus().max(1) as f64;
        for part in &plan.parts {
            let (pool, life) = (&pools[part.pool], drawn.lives[part.pool]);
            let Some(start) = life.start else { continue };
            let first = plan.calendar.month_of_hour(start);
            let last = plan.calendar.month_of_hour(life.end - 1);
            for month in first..=last {
                let hours = plan.calendar.hours(month);
                let served = racks_hours(pool, life, hours.clone()) / pool.racks.max(1) as f64;
                let available = gpu_hours(part.pool, pool, drawn, (month, served));
                self.cost(month, FlowKind::PowerCost, part, available * part.power);
                self.cost(month, FlowKind::Opex, part, served * part.operation);
            }
            let full = plan.calendar.month_of_hour(start + pool.ramp);
            let share = part.gpus as f64 / all;
            let from = plan.window.at(full);
            self.ledger.in_service[from..].iter_mut().for_each(|sum| *sum += share);
        }
        let share = parts(plan.project.operation_per_revenue);
        let site = plan.parts.first().map_or(0, |part| part.contract);
        for at in 0..plan.window.len {
            let micros = -ratio(self.billed[at], share, WHOLE);
            if micros != 0 {
                let on = On::Contract(site);
                let month = plan.window.month(at);
                self.put(Flow { month, kind: FlowKind::Opex, on, tranche: None, micros });
            }
        }
    }

    fn cost(&mut self, month: i32, kind: FlowKind, part: &super::Part, amount: f64) {
        let micros = -libm::round(amount) as i128;
        if micros != 0 {
            let on = On::Contract(part.contract);
            self.put(Flow { month, kind, on, tranche: Some(part.tranche), micros });
        }
    }

    /// Books what accelerators and halls are worth at the end: of a tranche that never came, at the end that
    /// was promised.
    fn leave(&mut self, drawn: &Drawn<'_>) {
        let plan = self.plan;
        let (of_hardware, of_shell) =
            (parts(plan.project.accelerators_residual), parts(plan.project.shell_residual));
        let end = |part: &super::Part| {
            let life = drawn.lives[part.pool];
            life.start.map_or(part.promised_end, |_| life.end)
        };
        let last = plan.parts.iter().map(end).max().unwrap_or(0);
        for part in &plan.parts {
            let worth = [
                (end(part), ratio(part.hardware, of_hardware, WHOLE)),
                (last, ratio(part.shell, of_shell, WHOLE)),
            ];
            for (hour, micros) in worth.into_iter().filter(|(_, micros)| *micros != 0) {
                self.put(Flow {
                    month: plan.calendar.month_of_hour(hour - 1),
                    kind: FlowKind::Residual,
                    on: On::Contract(part.contract),
                    tranche: Some(part.tranche),
                    micros,
                });
            }
        }
    }

    /// Books tax in the last month of each calendar year: a share of EBITDA and what is left, less what is
    /// written off, losses carried forward. Interest is not taken off: the flows stand before debt.
    fn tax(&mut self) {
        let plan = self.plan;
        let rate = parts(plan.project.tax);
        if rate == 0 {
            return;
        }
        let written_off = self.written_off();
        let residual: Vec<Flow> =
            self.ledger.flows.iter().filter(|f| f.kind == FlowKind::Residual).copied().collect();
        let mut profit = self.ledger.ebitda.clone();
        for flow in residual {
            profit[plan.window.at(flow.month)] += flow.micros;
        }
        let (mut year, mut carried) = (0_i128, 0_i128);
        for at in 0..plan.window.len {
            year += profit[at] - written_off[at];
            let month = plan.window.month(at);
            let is_last = plan.calendar.year(month + 1) != plan.calendar.year(month);
            if !is_last {
                continue;
            }
            let taxed = year + carried;
            carried = taxed.min(0);
            let micros = -ratio(taxed.max(0), rate, WHOLE);
            if micros != 0 {
                self.put(Flow { month, kind: FlowKind::Tax, on: On::Whole, tranche: None, micros });
            }
            year = 0;
        }
    }

    /// Returns what is written off by month: cost in equal parts from the month after it was paid.
    fn written_off(&self) -> Vec<i128> {
        let plan = self.plan;
        let over = libm::round(plan.project.tax_depreciation.days() / 30.4375).max(1.0) as i128;
        let mut row = plan.window.zeros();
        for flow in &plan.fixed {
            for step in 0..over {
                let part = flow.micros * (step + 1) / over - flow.micros * step / over;
                row[plan.window.at(flow.month + 1 + step as i32)] -= part;
            }
        }
        row
    }
}

/// Returns the rack-hours in service among `hours`, what is broken included.
fn racks_hours(pool: &Pool, life: Life, hours: std::ops::Range<i64>) -> f64 {
    let steps = Steps::new(pool, life);
    let (mut at, mut sum) = (hours.start, 0.0);
    while at < hours.end {
        let next = steps.next_change(at).min(hours.end);
        sum += steps.racks(at) as f64 * steps.alive(at) * (next - at) as f64;
        at = next;
    }
    sum
}

/// Returns the GPU-hours that draw power in a month: what is available; beyond the horizon what is in service.
fn gpu_hours(index: usize, pool: &Pool, drawn: &Drawn<'_>, (month, served): (i32, f64)) -> f64 {
    let is_known = usize::try_from(month).is_ok_and(|at| at < drawn.available.months());
    if is_known { drawn.available.at(index, month) } else { served * pool.gpus as f64 }
}
