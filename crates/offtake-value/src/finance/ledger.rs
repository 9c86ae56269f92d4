//! A project's money in one sample, before debt: fees in, power, operation and tax out, what was bought,
//! what is left at the end.
//!
//! ```text
//! EBITDA[t] = billed[t] − credits[t] − power[t] − operation[t]
//! CFADS[t]  = EBITDA[t] − prepayment credited[t] − tax[t]
//! ```
//! A prepayment is money for later months: when it comes it is a source of funds and no revenue, and when
//! it is credited the month is billed all the same.

use super::{Part, Plan, Window};
use crate::exact::{WHOLE, parts, ratio};
use crate::{Drawn, Flow, FlowKind, On, Outcome};

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
    /// Share of the GPUs whose tranches had been ended or given up by each month's end.
    pub given_up: Vec<f64>,
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
    /// `outcomes` are what the project's deals came to, in their order.
    #[must_use]
    pub fn new(plan: &Plan<'_>, drawn: &Drawn<'_>, outcomes: &[Outcome]) -> Ledger {
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
                given_up: vec![0.0; plan.window.len],
                flows: Vec::new(),
            },
        };
        for flow in outcomes.iter().flat_map(|outcome| &outcome.flows) {
            rows.add(&flow.mirrored());
        }
        for flow in &plan.fixed {
            rows.put(*flow);
        }
        for (part, flow) in &plan.bought {
            if let Some(hour) = plan.paid_in(&plan.parts[*part], drawn) {
                rows.put(Flow { month: plan.valuer.calendar.month_of_hour(hour), ..*flow });
            }
        }
        rows.run(drawn, outcomes);
        rows.leave(drawn, outcomes);
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
    fn run(&mut self, drawn: &Drawn<'_>, outcomes: &[Outcome]) {
        let plan = self.plan;
        for part in &plan.parts {
            let outcome = &outcomes[part.deal];
            let months = &outcome.months[part.lot];
            for month in months.first..months.end() {
                let (in_service, available) = months.at(month);
                let hours = in_service as f64 / part.gpus.max(1) as f64;
                self.cost(month, FlowKind::PowerCost, part, available as f64 * part.power);
                self.cost(month, FlowKind::Opex, part, hours * part.operation);
            }
            self.place(part, drawn, outcome);
        }
        let share = parts(plan.project.operation_per_revenue);
        let contract = plan.parts.first().map_or(0, |part| part.contract);
        for at in 0..plan.window.len {
            let micros = -ratio(self.billed[at], share, WHOLE);
            if micros != 0 {
                let on = On::Contract(contract);
                let month = plan.window.month(at);
                self.put(Flow { month, kind: FlowKind::Opex, on, tranche: None, micros });
            }
        }
    }

    /// Notes from when a tranche is in service, or given up.
    fn place(&mut self, part: &Part, drawn: &Drawn<'_>, outcome: &Outcome) {
        let plan = self.plan;
        let share = part.gpus as f64 / plan.gpus().max(1) as f64;
        let ramp = plan.valuer.pools[part.pool].ramp;
        let (row, hour) = match (outcome.ended[part.lot], drawn.lives[part.pool].start) {
            (Some(ended), _) => (&mut self.ledger.given_up, ended),
            (None, Some(start)) => (&mut self.ledger.in_service, start + ramp),
            (None, None) => return,
        };
        let from = plan.window.at(plan.valuer.calendar.month_of_hour(hour));
        row[from..].iter_mut().for_each(|sum| *sum += share);
    }

    fn cost(&mut self, month: i32, kind: FlowKind, part: &Part, amount: f64) {
        let micros = -libm::round(amount) as i128;
        if micros != 0 {
            let on = On::Contract(part.contract);
            self.put(Flow { month, kind, on, tranche: Some(part.lot as u32), micros });
        }
    }

    /// Books what accelerators and halls are worth at the end. Accelerators of a tranche that was ended or given up are
    /// sold then, for what a straight line from their price on the day that they were paid to what is left at the end
    /// of the promised term gives.
    fn leave(&mut self, drawn: &Drawn<'_>, outcomes: &[Outcome]) {
        let plan = self.plan;
        let (of_hardware, of_shell) =
            (parts(plan.project.accelerators_residual), parts(plan.project.shell_residual));
        let ended = |part: &Part| outcomes[part.deal].ended[part.lot];
        let end = |part: &Part| {
            let life = drawn.lives[part.pool];
            let start = life.start.filter(|_| ended(part).is_none());
            start.map_or(part.promised_end, |_| life.end)
        };
        // What never came was never paid, and is nothing to sell; what came after the end is sold as it comes.
        let sold = |part: &Part| match (plan.paid_in(part, drawn), ended(part)) {
            (None, _) => (end(part), 0),
            (Some(paid), Some(hour)) => {
                let hour = hour.max(paid);
                (hour, plan.resold(part, of_hardware, (paid, hour)))
            }
            (Some(_), None) => (end(part), ratio(part.hardware, of_hardware, WHOLE)),
        };
        let last = plan.parts.iter().map(end).max().unwrap_or(0);
        for part in &plan.parts {
            let worth = [sold(part), (last, ratio(part.shell, of_shell, WHOLE))];
            for (hour, micros) in worth.into_iter().filter(|(_, micros)| *micros != 0) {
                self.put(Flow {
                    month: plan.valuer.calendar.month_of_hour(hour - 1),
                    kind: FlowKind::Residual,
                    on: On::Contract(part.contract),
                    tranche: Some(part.lot as u32),
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
            let is_last = plan.valuer.calendar.year(month + 1) != plan.valuer.calendar.year(month);
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
        let is_built = |flow: &&Flow| matches!(flow.kind, FlowKind::Purchase | FlowKind::Shell);
        for flow in self.ledger.flows.iter().filter(is_built) {
            for step in 0..over {
                let part = flow.micros * (step + 1) / over - flow.micros * step / over;
                row[plan.window.at(flow.month + 1 + step as i32)] -= part;
            }
        }
        row
    }
}
