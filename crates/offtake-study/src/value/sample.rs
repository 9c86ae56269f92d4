//! One sample: supplied, dispatched where asked, every contract settled, and boiled down.

use super::Ready;
use super::shares::Shares;
use super::work::Earned;
use offtake_adequacy::{Causes, Family, Layout, Record, Runner, Supplied, SupplyRunner};
use offtake_value::{Deal, Drawn, Flow, Kept, Outcome, Served, Side, Table, Use};

/// What a sample comes to.
pub(crate) struct Made {
    /// A few numbers of it.
    pub(crate) kept: Kept,
    /// Its flows, seen by the owner of the book.
    pub(crate) flows: Vec<Flow>,
    /// The share of each contract that is used, where it was dispatched and others were not.
    pub(crate) share: Option<Table>,
}

/// Whether a sample's work is served, or it takes after one whose work was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Served,
    After,
}

/// Room to work in for one thread.
pub(crate) struct Room<'a> {
    ready: &'a Ready<'a>,
    shares: &'a Shares,
    supply: SupplyRunner<'a>,
    runner: Option<Runner<'a>>,
    layout: Layout,
    available: Table,
    market: Table,
    served: Served,
    shipped: Vec<Option<i64>>,
    outcome: Outcome,
    outcomes: Vec<Outcome>,
}

impl<'a> Room<'a> {
    pub(crate) fn new(ready: &'a Ready<'a>, shares: &'a Shares) -> Room<'a> {
        let system = ready.system;
        let layout = Layout::of(system);
        Room {
            supply: SupplyRunner::new(system),
            runner: None,
            available: Table::new(system.pools.len(), layout.months),
            market: Table::new(ready.prices.len(), ready.market_months),
            served: Served {
                used: Table::new(layout.contracts, layout.months),
                wanted: Table::new(layout.blocks, layout.months),
                unserved: Table::new(layout.blocks, layout.months),
                derate: Vec::new(),
            },
            layout,
            shipped: Vec::new(),
            outcome: Outcome::default(),
            outcomes: Vec::new(),
            ready,
            shares,
        }
    }

    /// Supplies, dispatches where asked and settles a sample.
    pub(crate) fn sample(&mut self, sample: u64) -> Made {
        let ready = self.ready;
        let is_asked = ready.request.asked.usage == Use::Dispatched;
        let known = ready.records.get(sample as usize).filter(|known| known.sample == sample);
        let is_dispatched = is_asked && (known.is_some() || sample < ready.dispatched);
        let Supplied { scenario, lives, available, derate } = match (known, is_dispatched) {
            (None, true) => {
                let runner = self.runner.get_or_insert_with(|| Runner::new(ready.system));
                let record = runner.record(sample, Causes::ALL);
                keep_served(&self.layout, &record, &mut self.served);
                runner.supplied()
            }
            (known, _) => {
                if let Some(known) = known {
                    keep_served(&self.layout, known, &mut self.served);
                }
                self.supply.draw(sample, Causes::ALL)
            }
        };
        for (pool, hours) in available.chunks(self.layout.months.max(1)).enumerate() {
            self.available.of_mut(pool).copy_from_slice(hours);
        }
        self.served.derate.clear();
        self.served.derate.extend_from_slice(derate);
        for market in 0..ready.prices.len() {
            ready.prices.draw(market, (sample, scenario), self.market.of_mut(market));
        }
        if !ready.cases.is_empty() {
            ready.system.sampler.draw_shipped(sample, &mut self.shipped);
        }
        let role = if is_dispatched { Role::Served } else { Role::After };
        let after = self.shares.after(sample, scenario);
        let tables = (&self.available, &mut self.served.used);
        let share = share(ready, (role, after), tables);
        let served = is_asked.then_some(&self.served);
        let drawn = Drawn {
            sample,
            scenario,
            lives,
            shipped: &self.shipped,
            available: &self.available,
            served,
            market: &self.market,
        };
        let mut kept = Kept { sample, scenario, ..Kept::default() };
        kept.open.resize(ready.valuer.calendar.horizon().max(0) as usize, 0.0);
        let mut flows = Vec::new();
        let mut gaps = Vec::new();
        for deal in ready.valuer.on(ready.request.asked.side.of_book()) {
            settle(ready, deal, &drawn, &mut self.outcome, &mut kept);
            if is_dispatched {
                gaps.push(gap(ready, deal, &self.outcome));
            }
            let seen = self.outcome.flows.iter().copied();
            match ready.request.asked.side {
                Side::Buyer => flows.extend(seen),
                Side::Seller => flows.extend(seen.map(Flow::mirrored)),
            }
        }
        for (_, case) in ready.cases {
            let (ledger, paid, returns) = case.value(&drawn, &mut self.outcomes);
            flows.extend(case.flows(&ledger, &paid));
            kept.projects.push(case.keep(&ledger, &paid, returns));
        }
        if let (true, Some(served), Side::Buyer) = (is_dispatched, served, ready.request.asked.side)
        {
            let mut earned = Earned { flows: &mut flows, factors: &ready.factors };
            kept.work = Some(ready.work.keep(scenario, (served, &gaps), &mut earned));
        }
        Made { kept, flows, share }
    }
}

/// Returns what share of each contract is used, where others take after the sample; one that takes after another is given
/// its use.
fn share(
    ready: &Ready<'_>,
    (role, after): (Role, Option<&Table>),
    (available, used): (&Table, &mut Table),
) -> Option<Table> {
    match (ready.request.asked.usage, role) {
        (Use::Dispatched, Role::After) => {
            take_after(ready, available, after, used);
            None
        }
        (Use::Dispatched, Role::Served) if ready.dispatched < ready.request.samples => {
            Some(shares(ready, available, used))
        }
        _ => None,
    }
}

/// Returns the share of each contract's GPU-hours that is used, by month; of nothing, all.
fn shares(ready: &Ready<'_>, available: &Table, used: &Table) -> Table {
    let mut shares = by_contract(ready, available, used.months());
    for contract in 0..ready.system.contracts.len() {
        for (share, used) in shares.of_mut(contract).iter_mut().zip(used.of(contract)) {
            *share = if *share > 0.0 { (used / *share).min(1.0) } else { 1.0 };
        }
    }
    shares
}

/// Leaves in `used` the share of what is available that another sample used; all where there is none.
fn take_after(ready: &Ready<'_>, available: &Table, shares: Option<&Table>, used: &mut Table) {
    let has = by_contract(ready, available, used.months());
    for contract in 0..ready.system.contracts.len() {
        let share = |month: usize| shares.map_or(1.0, |shares| shares.at(contract, month as i32));
        for (month, used) in used.of_mut(contract).iter_mut().enumerate() {
            *used = has.at(contract, month as i32) * share(month);
        }
    }
}

/// Returns the GPU-hours available of each contract, by month.
fn by_contract(ready: &Ready<'_>, available: &Table, months: usize) -> Table {
    let mut sums = Table::new(ready.system.contracts.len(), months);
    for (pool, &contract) in ready.system.contract_of.iter().enumerate() {
        for (sum, hours) in sums.of_mut(contract).iter_mut().zip(available.of(pool)) {
            *sum += hours;
        }
    }
    sums
}

fn settle(
    ready: &Ready<'_>,
    deal: &Deal<'_>,
    drawn: &Drawn<'_>,
    outcome: &mut Outcome,
    kept: &mut Kept,
) {
    let valuer = ready.valuer;
    valuer.settle(deal, drawn, outcome);
    let how = (&ready.measuring, ready.factors.as_slice());
    kept.contracts.push(valuer.measure(deal, drawn, outcome, how));
    for (sum, open) in kept.open.iter_mut().zip(valuer.open(outcome, drawn, deal)) {
        *sum += open;
    }
}

/// Returns, by month of the horizon, the reference GPU-hours used that would not have been there if what is not
/// delivered had been signed later, and had come as much later.
fn gap(ready: &Ready<'_>, deal: &Deal<'_>, outcome: &Outcome) -> Vec<f64> {
    let wait = ready.measuring.wait;
    let lots = || deal.tranches.iter().zip(&outcome.months).filter(|(lot, _)| !lot.is_delivered);
    let there = |month: i32| lots().map(|(_, months)| months.at(month).1).sum::<i64>() as f64;
    let speed = ready.work.speed_of(deal.index);
    let of = |month: i32| {
        let all: i64 = outcome.months.iter().map(|months| months.at(month).1).sum();
        let at = usize::try_from(month - outcome.first).unwrap_or(usize::MAX);
        let used = outcome.taken.get(at).copied().unwrap_or(0) as f64 / (all as f64).max(1.0);
        (there(month) - there(month - wait)).max(0.0) * used * speed
    };
    (0..ready.valuer.calendar.horizon()).map(of).collect()
}

/// Takes what money depends on out of a record.
fn keep_served(layout: &Layout, record: &Record, served: &mut Served) {
    let number =
        |family: Family, member: usize, month: usize| record.row[layout.at(family, member, month)];
    for contract in 0..layout.contracts {
        for (month, used) in served.used.of_mut(contract).iter_mut().enumerate() {
            let idle = number(Family::Idle, contract, month);
            *used = (number(Family::Available, contract, month) - idle).max(0.0);
        }
    }
    for block in 0..layout.blocks {
        for (month, wanted) in served.wanted.of_mut(block).iter_mut().enumerate() {
            *wanted = number(Family::Demand, block, month);
        }
        for (month, unserved) in served.unserved.of_mut(block).iter_mut().enumerate() {
            *unserved = number(Family::Unserved, block, month);
        }
    }
}
