//! What one contract came to in one sample, in numbers for statistics: GPU-hours, cost, prepaid money, rights.

use crate::clauses::{most_from_subletting, worth_of_renewal};
use crate::drawn::Drawn;
use crate::flow::{Flow, FlowKind};
use crate::service::Months;
use crate::settle::{Outcome, Valuer};
use crate::terms::{Deal, Lot};

/// One contract in one sample. Money is in the currency's unit, seen by the buyer as cost; hours are GPU-hours within
/// the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// Available.
    pub delivered: f64,
    /// Taken.
    pub used: f64,
    /// Billed for service within the horizon, credits taken off: fee, deficiency, power, less what is made up and
    /// credited. Prepaid money counts when it is credited, not when it is paid.
    pub billed: f64,
    /// The part of `billed` that is for service within the headline horizon.
    pub near: f64,
    /// Prepaid and never seen again.
    pub lost: f64,
    /// Paid ahead in all.
    pub prepaid: f64,
    /// The most that was prepaid and still open at the end of a month.
    pub peak: f64,
    /// Delay credits.
    pub delay_credits: f64,
    /// SLA credits.
    pub sla_credits: f64,
    /// Paid and not taken.
    pub deficiency: f64,
    /// Tranches terminated or given up.
    pub ended: f64,
    /// Paid from the first day of the horizon on, to the last flow.
    pub paid: f64,
    /// The same, each flow discounted to the first day of the horizon.
    pub present: f64,
    /// Paid before the horizon.
    pub before: f64,
    /// What a right to renew saves, discounted.
    pub renewal: f64,
    /// What subletting what stands idle brings at most.
    pub sublease: f64,
    /// What signing later would have cost more, at the market price of that day.
    pub waiting: f64,
}

/// How to measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measuring {
    /// Yearly rate at which later money counts less.
    pub discount: f64,
    /// Months to wait before signing, in the question what that would have cost.
    pub wait: i32,
}

impl Measuring {
    /// Returns what money at the end of `month` is worth on the first day of the horizon.
    #[must_use]
    pub fn factor(&self, month: i32) -> f64 {
        libm::pow(1.0 + self.discount, -f64::from(month + 1) / 12.0)
    }
}

impl Valuer<'_> {
    /// Returns the GPU-hours that a deal promises within the horizon: in service as promised, ramp included, nothing
    /// broken.
    #[must_use]
    pub fn promised_hours(&self, deal: &Deal<'_>) -> f64 {
        let mut months = Months::default();
        let mut total = 0;
        for lot in &deal.tranches {
            let pool = &self.pools[lot.pool];
            months.count(&self.calendar, pool, pool.promised_life(), (self.hours, &[]));
            total += months.within().0;
        }
        total as f64
    }

    /// Returns what a deal that was settled comes to; `factors` are the discount factors from month 0 on.
    #[must_use]
    pub fn measure(
        &self,
        deal: &Deal<'_>,
        drawn: &Drawn<'_>,
        outcome: &Outcome,
        (measuring, factors): (&Measuring, &[f64]),
    ) -> Measure {
        let mut measure = Measure::default();
        let horizon = self.calendar.horizon();
        for (at, month) in (outcome.first..).take(outcome.taken.len()).enumerate() {
            if (0..horizon).contains(&month) {
                let hours = outcome.months.iter().map(|months| months.at(month).1).sum::<i64>();
                measure.delivered += hours as f64;
                measure.used += outcome.taken[at] as f64;
            }
        }
        for flow in &outcome.flows {
            self.add(flow, factors, &mut measure);
        }
        for (lot, left) in deal.tranches.iter().zip(&outcome.prepaid) {
            measure.lost += left.lost() as f64 / 1e6;
            measure.prepaid += left.paid as f64 / 1e6;
            measure.renewal += self.renewal(deal, lot, drawn, factors);
        }
        measure.ended = outcome.ended.iter().flatten().count() as f64;
        measure.peak = self.open(outcome, drawn, deal).into_iter().fold(0.0, f64::max);
        measure.waiting = self.waiting(deal, drawn, measuring);
        if deal.contract.sublease {
            let idle = (measure.delivered - measure.used).max(0.0);
            let market = deal.tranches.first().and_then(|lot| self.market(lot, drawn, horizon / 2));
            measure.sublease = most_from_subletting(market.unwrap_or(0.0), idle);
        }
        measure
    }

    fn add(&self, flow: &Flow, factors: &[f64], measure: &mut Measure) {
        let money = -flow.micros as f64 / 1e6;
        match usize::try_from(flow.month) {
            Ok(month) => {
                measure.paid += money;
                measure.present += money * factors.get(month).copied().unwrap_or(0.0);
            }
            Err(_) => measure.before += money,
        }
        // A credit for bad service lands a month after the service.
        let served = flow.month - i32::from(flow.kind == FlowKind::SlaCredit);
        if !(0..self.calendar.horizon()).contains(&served) {
            return;
        }
        match flow.kind {
            FlowKind::Fee | FlowKind::MakeUp | FlowKind::Power => {}
            FlowKind::Deficiency => measure.deficiency += money,
            FlowKind::DelayCredit => measure.delay_credits -= money,
            FlowKind::SlaCredit => measure.sla_credits -= money,
            _ => return,
        }
        measure.billed += money;
        if served < self.headline {
            measure.near += money;
        }
    }

    /// Returns what was prepaid and is neither credited, paid back nor lost, at the end of each month of the horizon.
    #[must_use]
    pub fn open(&self, outcome: &Outcome, drawn: &Drawn<'_>, deal: &Deal<'_>) -> Vec<f64> {
        let months = self.calendar.horizon().max(0) as usize;
        let mut moved = vec![0.0; months];
        if outcome.prepaid.iter().all(|left| left.paid == 0) {
            return moved;
        }
        let mut put = |month: i32, money: f64| {
            // What happened before the horizon is there from its first month on.
            if let Some(at) = moved.get_mut(month.max(0) as usize) {
                *at += money;
            }
        };
        for flow in &outcome.flows {
            let is_moved = matches!(
                flow.kind,
                FlowKind::Prepayment | FlowKind::PrepaymentCredit | FlowKind::PrepaymentRefund
            );
            if is_moved {
                put(flow.month, -flow.micros as f64 / 1e6);
            }
        }
        for (index, left) in outcome.prepaid.iter().enumerate() {
            let recovered = outcome.flows.iter().filter(|flow| {
                flow.kind == FlowKind::PrepaymentRecovered && flow.tranche == Some(index as u32)
            });
            let claim = left.lost() + recovered.map(|flow| flow.micros).sum::<i128>();
            let stop = drawn.lives[deal.tranches[index].pool].stop;
            if let Some(stop) = stop.filter(|_| claim != 0) {
                put(self.calendar.month_of_hour(stop.at), -claim as f64 / 1e6);
            }
        }
        let mut open = 0.0;
        for at in &mut moved {
            open += *at;
            *at = open;
        }
        moved
    }

    /// Returns what the first renewal of a tranche that came is worth, discounted from the day of its notice.
    fn renewal(&self, deal: &Deal<'_>, lot: &Lot, drawn: &Drawn<'_>, factors: &[f64]) -> f64 {
        let Some(renewal) = deal.contract.renewal.filter(|renewal| renewal.times > 0) else {
            return 0.0;
        };
        let life = drawn.lives[lot.pool];
        let (Some(start), None) = (life.start, life.stop) else { return 0.0 };
        let notice = life.end - libm::round(renewal.notice.hours()) as i64;
        let month = self.calendar.month_of_hour(notice);
        let Some(market) = self.market(lot, drawn, month) else { return 0.0 };
        let rate = deal.rate_in(
            (self.calendar.month_of_hour(life.end) - self.calendar.month_of_hour(start)) / 12,
        );
        let hours = self.pools[lot.pool].gpus as f64 * renewal.term.hours();
        let factor = usize::try_from(month).ok().and_then(|at| factors.get(at)).copied();
        worth_of_renewal(market, rate, hours) * factor.unwrap_or(1.0)
    }

    /// Returns what the GPU-hours of tranches that were not delivered by the day of the book would cost more when
    /// they were signed `wait` months later, at the market price of then; negative when waiting would have saved.
    fn waiting(&self, deal: &Deal<'_>, drawn: &Drawn<'_>, measuring: &Measuring) -> f64 {
        let month = self.calendar.as_of() + measuring.wait;
        let open = deal.tranches.iter().filter(|lot| !lot.is_delivered);
        let more = |lot: &Lot| {
            let market = self.market(lot, drawn, month)?;
            Some(market * lot.hours as f64 - lot.value as f64 / 1e6)
        };
        open.filter_map(more).sum()
    }
}
