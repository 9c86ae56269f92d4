//! The flows of one contract in one sample: every clause in turn, seen by the buyer.

use crate::calendar::Calendar;
use crate::clauses::{
    Bank, Extent, Fate, Lateness, PrepaidLeft, missing_hours, settle, terminated,
};
use crate::drawn::Drawn;
use crate::exact::{billionths, parts};
use crate::flow::{Flow, FlowKind, On};
use crate::service::Months;
use crate::terms::{Deal, Due, Lot, deals};
use offtake_model::{Axis, Book, Side};
use offtake_position::{Life, Pool};

/// A book made ready to be valued.
#[derive(Clone, Debug)]
pub struct Valuer<'a> {
    /// The book.
    pub book: &'a Book,
    /// Its months.
    pub calendar: Calendar,
    /// Pools, as `offtake_position::pools` lists them.
    pub pools: Vec<Pool>,
    /// Contracts with a price.
    pub deals: Vec<Deal<'a>>,
    /// Hours of the horizon.
    pub(crate) hours: i64,
    /// Months that the headline looks at.
    pub(crate) headline: i32,
}

/// What one contract came to in one sample, and room to work it out in.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Its flows, seen by the buyer, by tranche and month.
    pub flows: Vec<Flow>,
    /// GPU-hours by tranche.
    pub months: Vec<Months>,
    /// Taken, paid and not taken, by month from the first of any tranche.
    pub taken: Vec<i64>,
    /// First month of `taken`.
    pub first: i32,
    /// Prepaid money by tranche.
    pub prepaid: Vec<PrepaidLeft>,
    /// Hour at which each tranche was terminated or given up.
    pub ended: Vec<Option<i64>>,
    lateness: Vec<Lateness>,
    bank: Bank,
}

impl<'a> Valuer<'a> {
    /// Makes `book` ready.
    #[must_use]
    pub fn new(book: &'a Book) -> Valuer<'a> {
        let axis = Axis::new(book.from, book.until);
        let pools = offtake_position::pools(book, &axis);
        let calendar = Calendar::new(book);
        let deals = deals(book, &calendar, &pools);
        let headline = axis.months_of_quarters(book.headline_quarters) as i32;
        Valuer { book, calendar, pools, deals, hours: axis.hours() as i64, headline }
    }

    /// Returns the deals on one side of the book.
    pub fn on(&self, side: Side) -> impl Iterator<Item = &Deal<'a>> {
        self.deals.iter().filter(move |deal| deal.side == side)
    }

    /// Returns the market price of a GPU-hour of a tranche's accelerator in a month, if one is known.
    #[must_use]
    pub fn market(&self, lot: &Lot, drawn: &Drawn<'_>, month: i32) -> Option<f64> {
        Some(drawn.market.held(lot.market?, month - self.calendar.as_of()))
    }

    /// Returns the months of market prices that any right or measure asks for, from that of `as_of`: to two years
    /// after the last promised term.
    #[must_use]
    pub fn market_months(&self) -> usize {
        let ends = self.deals.iter().flat_map(|deal| &deal.tranches).map(|lot| lot.promised_end);
        let last =
            ends.max().map_or(self.calendar.horizon(), |hour| self.calendar.month_of_hour(hour));
        (last.max(self.calendar.horizon()) + 24 - self.calendar.as_of()).clamp(1, 600) as usize
    }

    /// Works out `deal` in the sample `drawn`, in the place of what `out` held.
    pub fn settle(&self, deal: &Deal<'_>, drawn: &Drawn<'_>, out: &mut Outcome) {
        out.flows.clear();
        self.end(deal, drawn, out);
        self.count(deal, drawn, out);
        for (index, lot) in deal.tranches.iter().enumerate() {
            self.delay(deal, (index, lot), drawn, out);
            self.prepay(deal, (index, lot), drawn, out);
            self.credit(deal, index, out);
        }
        self.bill(deal, drawn, out);
    }

    /// Says which tranches are terminated or given up, and when.
    fn end(&self, deal: &Deal<'_>, drawn: &Drawn<'_>, out: &mut Outcome) {
        let late = &deal.contract.late;
        out.lateness.clear();
        out.lateness.extend(deal.tranches.iter().map(|lot| Lateness {
            start: start(&drawn.lives[lot.pool]),
            right_from: lot.right_from,
            given_up_at: lot.given_up_at,
            stopped: drawn.lives[lot.pool].stop.map(|stop| stop.at),
        }));
        let is_cheaper = |index: usize, hour: i64| {
            let month = self.calendar.month_of_hour(hour);
            let market = self.market(&deal.tranches[index], drawn, month);
            market.is_some_and(|market| market < deal.rate.units())
        };
        let extent = if late.first_ends_all { Extent::Order } else { Extent::Itself };
        terminated(&out.lateness, late.exercise, extent, is_cheaper, &mut out.ended);
    }

    /// Counts GPU-hours by tranche and month.
    fn count(&self, deal: &Deal<'_>, drawn: &Drawn<'_>, out: &mut Outcome) {
        out.months.resize_with(deal.tranches.len(), Months::default);
        let mut within = (0, 0);
        for ((lot, months), ended) in deal.tranches.iter().zip(&mut out.months).zip(&out.ended) {
            let life = drawn.lives[lot.pool];
            let start = start(&life).filter(|_| ended.is_none());
            let seen = (self.hours, drawn.available.of(lot.pool));
            months.count(&self.calendar, &self.pools[lot.pool], Life { start, ..life }, seen);
            within = (within.0 + months.within().0, within.1 + months.within().1);
        }
        for months in &mut out.months {
            months.extend(within);
        }
    }

    fn delay(&self, deal: &Deal<'_>, at: (usize, &Lot), drawn: &Drawn<'_>, out: &mut Outcome) {
        let (index, lot) = at;
        let life = drawn.lives[lot.pool];
        let ends = [start(&life), out.ended[index], life.stop.map(|stop| stop.at)];
        let until = ends.into_iter().flatten().min().unwrap_or(lot.given_up_at);
        let flow = flow(deal, Some(index));
        lot.delay.flows(&self.calendar, until, |month, micros| {
            out.flows.push(flow(month, FlowKind::DelayCredit, micros));
        });
    }

    fn prepay(&self, deal: &Deal<'_>, at: (usize, &Lot), drawn: &Drawn<'_>, out: &mut Outcome) {
        let (index, lot) = at;
        out.prepaid.resize(deal.tranches.len(), PrepaidLeft::default());
        out.prepaid[index] = PrepaidLeft::default();
        let life = drawn.lives[lot.pool];
        let start = start(&life).filter(|_| out.ended[index].is_none());
        let Some(mut prepaid) = lot.prepaid else { return };
        prepaid.due = match (lot.due, start) {
            (Due::At(hour), _) => hour,
            (Due::AfterService(hours), Some(start)) => start + hours,
            (Due::AfterService(_), None) => return,
        };
        let fate = Fate {
            start,
            end: life.end,
            given_up: out.ended[index],
            stop: life.stop.map(|stop| (stop.at, stop.back, billionths(stop.share))),
        };
        let flow = flow(deal, Some(index));
        out.prepaid[index] = prepaid.flows(&self.calendar, &fate, |month, kind, micros| {
            out.flows.push(flow(month, kind, micros));
        });
    }

    /// Credits months below the promised availability; beyond the horizon availability is a mean, which
    /// shows no bad month.
    fn credit(&self, deal: &Deal<'_>, index: usize, out: &mut Outcome) {
        let Some(sla) = deal.contract.sla.filter(|sla| sla.claim_within.hours() > 0.0) else {
            return;
        };
        let (promise, cap) = (parts(sla.availability), parts(sla.credit_cap));
        let months = &out.months[index];
        let flow = flow(deal, Some(index));
        for month in months.first.max(0)..months.end().min(self.calendar.horizon()) {
            let (in_service, available) = months.at(month);
            let missing = missing_hours(in_service, available, promise, cap);
            if missing > 0 {
                let micros = deal.rate_in((month - months.first) / 12).of(missing);
                out.flows.push(flow(month + 1, FlowKind::SlaCredit, micros));
            }
        }
    }

    /// Bills every month: fee, deficiency, what is made up, power.
    fn bill(&self, deal: &Deal<'_>, drawn: &Drawn<'_>, out: &mut Outcome) {
        let lived = || out.months.iter().filter(|months| !months.in_service.is_empty());
        let first = lived().map(|months| months.first).min().unwrap_or(0);
        let last = lived().map(Months::end).max().unwrap_or(first);
        out.first = first;
        out.taken.clear();
        out.bank.clear();
        for month in first..last {
            let all: i64 = out.months.iter().map(|months| months.at(month).1).sum();
            let is_drawn = (0..self.calendar.horizon()).contains(&month);
            let used = drawn
                .served
                .filter(|_| is_drawn)
                .map_or(all, |served| libm::round(served.used.at(deal.index, month)) as i64);
            let taken = settle((all, used), deal.take_or_pay, (month, deal.make_up), &mut out.bank);
            out.taken.push(taken.taken);
            let mut kinds = [
                (FlowKind::Fee, Split::new(taken.taken, all)),
                (FlowKind::Deficiency, Split::new(taken.deficiency, all)),
                (FlowKind::MakeUp, Split::new(taken.made_up, all)),
            ];
            for (index, lot) in deal.tranches.iter().enumerate() {
                let months = &out.months[index];
                let available = months.at(month).1;
                if available == 0 {
                    continue;
                }
                let flow = flow(deal, Some(index));
                let rate = deal.rate_in((month - months.first) / 12);
                for (kind, split) in &mut kinds {
                    let micros = rate.of(split.next(available));
                    if micros != 0 {
                        let sign = if *kind == FlowKind::MakeUp { 1 } else { -1 };
                        out.flows.push(flow(month, *kind, sign * micros));
                    }
                }
                if let Some(power) = lot.power {
                    out.flows.push(flow(month, FlowKind::Power, -power.of(available)));
                }
            }
        }
    }
}

/// Returns the hour in service: none, when the seller stops before it.
fn start(life: &Life) -> Option<i64> {
    life.start.filter(|start| life.stop.is_none_or(|stop| *start < stop.at) && *start < life.end)
}

fn flow(deal: &Deal<'_>, tranche: Option<usize>) -> impl Fn(i32, FlowKind, i128) -> Flow + use<> {
    let on = On::Contract(u32::try_from(deal.index).unwrap_or(u32::MAX));
    let tranche = tranche.and_then(|index| u32::try_from(index).ok());
    move |month, kind, micros| Flow { month, kind, on, tranche, micros }
}

/// Shares whole hours out in proportion, so that the parts add up.
struct Split {
    hours: i128,
    all: i128,
    seen: i128,
    given: i128,
}

impl Split {
    fn new(hours: i64, all: i64) -> Split {
        Split { hours: hours.into(), all: i128::from(all).max(1), seen: 0, given: 0 }
    }

    fn next(&mut self, part: i64) -> i64 {
        self.seen += i128::from(part);
        let until = self.hours * self.seen / self.all;
        let hours = until - self.given;
        self.given = until;
        hours as i64
    }
}
