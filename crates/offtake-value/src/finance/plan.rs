//! A project made ready once: what its accelerators, halls, power and operation cost, tranche by tranche.
//!
//! What does not depend on the sample is computed here: halls are paid in equal parts up to the day they are
//! promised, whether or not anything is late. A purchase is paid so many days after an event, as the book says:
//! shipment and service move with the sample, signing and the promised day do not. What else depends on it (fees,
//! power, operation, what is left at the end) is in `ledger.rs`.

use super::Window;
use crate::exact::{WHOLE, in_book, ratio};
use crate::{Calendar, Deal, Drawn, Flow, FlowKind, On, Valuer};
use jiff::civil::Date;
use offtake_model::{
    AfterAnchor, Book, Contract, ContractId, Counted, Debt, DueDate, Project, Tranche,
};

/// Months that a project's window goes on after its last promised month, for what comes late.
const AFTER: i32 = 72;

/// One tranche of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Place of its pool.
    pub pool: usize,
    /// Place of its deal among the project's.
    pub deal: usize,
    /// Place of the tranche in the deal.
    pub lot: usize,
    /// Place of its contract among the book's.
    pub contract: u32,
    /// GPUs.
    pub gpus: i64,
    /// What its accelerators cost.
    pub hardware: i128,
    /// What its part of the hall costs.
    pub shell: i128,
    /// Critical IT load of its part of the hall, in megawatts.
    pub megawatts: f64,
    /// Money for the power that one GPU draws in an hour, cooling included; millionths.
    pub power: f64,
    /// Money for the operation of the whole tranche in an hour; millionths.
    pub operation: f64,
    /// Hour at which its last GPU-hour is promised to end.
    pub promised_end: i64,
    /// Hour at which its accelerators are paid when all is as promised.
    pub paid_at: i64,
    /// What that hour moves with, and how many hours it lies after it.
    pub paid_after: Option<(Moves, i64)>,
}

/// What the day of a payment moves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// The day on which accelerators are on site.
    Shipped,
    /// The day in service.
    InService,
}

/// A project with its costs.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The book, with its contracts made ready.
    pub valuer: &'a Valuer<'a>,
    /// Places of the project's deals among the valuer's.
    pub deals: Vec<usize>,
    /// The project.
    pub project: &'a Project,
    /// Its tranches.
    pub parts: Vec<Part>,
    /// Halls, seen by the owner: paid whatever is late.
    pub fixed: Vec<Flow>,
    /// Purchases, as promised, each with the place of its part.
    pub bought: Vec<(usize, Flow)>,
    /// The months that its money moves in.
    pub window: Window,
    /// Contracts of the project that have no price, so that nothing is billed for them.
    pub unpriced: Vec<ContractId>,
    /// GPUs that no purchase stands behind, so that nothing is counted for them.
    pub unpaid_gpus: i64,
}

impl<'a> Plan<'a> {
    /// Makes `project` of the valuer's book ready.
    #[must_use]
    pub fn new(valuer: &'a Valuer<'a>, project: &'a Project) -> Plan<'a> {
        let mut plan = Plan {
            valuer,
            deals: Vec::new(),
            project,
            parts: Vec::new(),
            fixed: Vec::new(),
            bought: Vec::new(),
            window: Window::new(0, 0),
            unpriced: Vec::new(),
            unpaid_gpus: 0,
        };
        for id in &project.contracts {
            let found = valuer.deals.iter().position(|deal| deal.contract.id == *id);
            match found {
                Some(deal) => plan.add_deal(deal),
                None => plan.unpriced.push(id.clone()),
            }
        }
        plan.window = plan.window_of();
        plan
    }

    /// Returns the book.
    #[must_use]
    pub const fn book(&self) -> &'a Book {
        self.valuer.book
    }

    fn calendar(&self) -> &'a Calendar {
        &self.valuer.calendar
    }

    fn add_deal(&mut self, place: usize) {
        let deal = &self.valuer.deals[place];
        for lot in 0..deal.tranches.len() {
            let pool = &self.valuer.pools[deal.tranches[lot].pool];
            let tranches = &deal.contract.tranches;
            let Some(tranche) = tranches.iter().find(|tranche| tranche.id == pool.tranche) else {
                continue;
            };
            let part = self.part(tranche, deal, lot);
            self.buy(tranche, &part);
            self.build(tranche, &part);
            self.parts.push(part);
        }
        self.deals.push(place);
    }

    fn part(&self, tranche: &Tranche, deal: &Deal<'_>, lot: usize) -> Part {
        let (book, project) = (self.book(), self.project);
        let found = &deal.tranches[lot];
        let (paid_at, paid_after) = self.paid_at(deal.contract, tranche);
        let megawatts = self.megawatts(tranche);
        let hardware = self.hardware(tranche);
        let shell = project.shell_cost.map_or(0, |price| {
            // Watts are whole, so that the cost of a hall is the sum of its tranches' to the millionth.
            let watts = libm::round(megawatts * 1e6) as i128;
            ratio(in_book(book, price.money()), watts, 1_000_000)
        });
        let a_year = project
            .operation_per_megawatt
            .map_or(0.0, |price| in_book(book, price.money()) as f64 * megawatts)
            + hardware as f64 * project.operation_per_hardware.value();
        Part {
            pool: found.pool,
            deal: self.deals.len(),
            lot,
            contract: deal.index as u32,
            gpus: self.valuer.pools[found.pool].gpus,
            hardware,
            shell,
            megawatts,
            power: power_of(book, tranche),
            operation: a_year / 8_760.0,
            promised_end: found.promised_end,
            paid_at,
            paid_after,
        }
    }

    /// Returns the part of a hall's critical IT load that a tranche takes: as its GPUs among all there.
    fn megawatts(&self, tranche: &Tranche) -> f64 {
        let Some(hall) = self.book().halls.get(&tranche.hall) else { return 0.0 };
        let Some(critical) = hall.critical_it else { return 0.0 };
        let tranches = self.book().contracts.values().flat_map(|contract| &contract.tranches);
        let there = tranches.filter(|other| other.hall == tranche.hall);
        let all: i64 = there.map(|other| other.gpus.count()).sum();
        critical.megawatts() * tranche.gpus.count() as f64 / all.max(1) as f64
    }

    /// Returns what the accelerators of a tranche cost: its part of the purchase that they come from.
    fn hardware(&self, tranche: &Tranche) -> i128 {
        let named = tranche.accelerators_from.as_ref();
        let named = named.filter(|id| self.project.purchases.contains(id));
        let Some(purchase) = named.and_then(|id| self.book().purchases.get(id)) else { return 0 };
        let Some(total) = purchase.price_total else { return 0 };
        let same = |other: &&Tranche| other.accelerators_from == tranche.accelerators_from;
        let tranches = self.book().contracts.values().flat_map(|contract| &contract.tranches);
        let taken: i64 = tranches.filter(same).map(|other| other.gpus.count()).sum();
        let all = purchase.gpus.map_or(taken, |gpus| gpus.count().max(taken));
        ratio(in_book(self.book(), total), i128::from(tranche.gpus.count()), i128::from(all))
    }

    /// Returns the hour at which the accelerators are paid as promised, what it moves with, and how many hours it
    /// lies after that.
    fn paid_at(&self, contract: &Contract, tranche: &Tranche) -> (i64, Option<(Moves, i64)>) {
        let purchase =
            tranche.accelerators_from.as_ref().and_then(|id| self.book().purchases.get(id));
        let hour = |date: Date| self.calendar().hour_of(date);
        let Some(purchase) = purchase else { return (hour(tranche.promised), None) };
        let due = &purchase.paid;
        let paid = hour(due_on(contract, tranche, due));
        let from = hour(anchor_of(contract, tranche, due));
        let moves = match due.anchor {
            AfterAnchor::Shipped => Some(Moves::Shipped),
            AfterAnchor::InService => Some(Moves::InService),
            AfterAnchor::Promised | AfterAnchor::Signed => None,
        };
        (paid, moves.map(|moves| (moves, paid - from)))
    }

    /// Returns the hour at which the accelerators of a part are paid in a sample; `None` when they never come, so
    /// that nothing is due.
    #[must_use]
    pub fn paid_in(&self, part: &Part, drawn: &Drawn<'_>) -> Option<i64> {
        let Some((moves, after)) = part.paid_after else { return Some(part.paid_at) };
        match moves {
            Moves::Shipped if drawn.shipped.is_empty() => Some(part.paid_at),
            Moves::Shipped => drawn.shipped[part.pool].map(|hour| hour + after),
            Moves::InService => drawn.lives[part.pool].start.map(|hour| hour + after),
        }
    }

    fn buy(&mut self, tranche: &Tranche, part: &Part) {
        let id = tranche.accelerators_from.as_ref();
        let place = id.and_then(|id| self.book().purchases.keys().position(|key| key == id));
        let Some(place) = place.filter(|_| part.hardware > 0) else {
            self.unpaid_gpus += part.gpus;
            return;
        };
        let flow = Flow {
            month: self.calendar().month_of_hour(part.paid_at),
            kind: FlowKind::Purchase,
            on: On::Purchase(place as u32),
            tranche: Some(part.lot as u32),
            micros: -part.hardware,
        };
        self.bought.push((self.parts.len(), flow));
    }

    /// Books the hall: equal parts over the months up to the one in which it is promised.
    fn build(&mut self, tranche: &Tranche, part: &Part) {
        let site = self.book().sites.keys().position(|id| *id == tranche.site).unwrap_or(0) as u32;
        let last = self.calendar().month_of_date(tranche.hall_ready.promised);
        let over = libm::round(self.project.shell_paid_over.days() / 30.4375).max(1.0) as i128;
        if part.shell == 0 {
            return;
        }
        for step in 0..over {
            let paid = part.shell * (step + 1) / over - part.shell * step / over;
            self.fixed.push(Flow {
                month: last - (over - 1 - step) as i32,
                kind: FlowKind::Shell,
                on: On::Site(site),
                tranche: Some(part.lot as u32),
                micros: -paid,
            });
        }
    }

    fn window_of(&self) -> Window {
        let bought = self.bought.iter().map(|(_, flow)| flow.month);
        let fixed = self.fixed.iter().map(|flow| flow.month).chain(bought);
        let opens = self.debts().map(|(_, debt)| self.opens(debt));
        let promised = self.project.contracts.iter().filter_map(|id| self.book().contracts.get(id));
        let signed = promised
            .flat_map(|contract| contract.signed.map(|date| self.calendar().month_of_date(date)));
        let first = fixed.chain(opens).chain(signed).chain([self.calendar().as_of()]).min();
        let ends = self.parts.iter().map(|part| self.calendar().month_of_hour(part.promised_end));
        let matures = self.debts().map(|(_, debt)| self.calendar().month_of_date(debt.matures));
        let last = ends.chain(matures).max().unwrap_or(0);
        Window::new(first.unwrap_or(0), last + AFTER)
    }

    /// Returns the debts of the project with their places among the book's; what is drawn at once first.
    pub fn debts(&self) -> impl Iterator<Item = (u32, &'a Debt)> + '_ {
        let all = |at_once: bool| {
            self.book().debts.iter().enumerate().filter(move |(_, (id, debt))| {
                self.project.debts.contains(id) && debt.draw_until.is_none() == at_once
            })
        };
        all(true).chain(all(false)).map(|(place, (_, debt))| (place as u32, debt))
    }

    /// Returns the month from which a debt can be drawn.
    pub(super) fn opens(&self, debt: &Debt) -> i32 {
        let signed =
            debt.secured_on.iter().filter_map(|id| self.book().contracts.get(id)?.signed).min();
        self.calendar().month_of_date(debt.opens.or(signed).unwrap_or(self.book().as_of))
    }

    /// Says whether flows of `kind` are counted in the project's rates of return.
    #[must_use]
    pub fn counts(&self, kind: FlowKind) -> bool {
        let counted = match kind {
            FlowKind::Purchase => Counted::Accelerators,
            FlowKind::Shell => Counted::Shell,
            FlowKind::Prepayment
            | FlowKind::PrepaymentCredit
            | FlowKind::PrepaymentRefund
            | FlowKind::PrepaymentRecovered => Counted::Prepayment,
            FlowKind::Power | FlowKind::PowerCost => Counted::Power,
            FlowKind::Opex => Counted::Operation,
            FlowKind::Residual => Counted::Residual,
            FlowKind::Tax => Counted::Tax,
            _ => return true,
        };
        self.project.perimeter.contains(&counted)
    }

    /// Returns what the accelerators of a tranche that was ended are sold for at `hour`, paid at `paid`, when `left`
    /// billionths of their price are left at the end of the promised term.
    pub(super) fn resold(&self, part: &Part, left: i128, (paid, hour): (i64, i64)) -> i128 {
        let whole = i128::from((part.promised_end - paid).max(1));
        let gone = i128::from((hour - paid).clamp(0, whole as i64));
        let lost = ratio(part.hardware, WHOLE - left, WHOLE);
        part.hardware - ratio(lost, gone, whole)
    }

    /// Returns the megawatts of critical IT load of its halls.
    #[must_use]
    pub fn megawatts_of_all(&self) -> f64 {
        self.parts.iter().map(|part| part.megawatts).sum()
    }

    /// Returns the GPUs of all its tranches.
    #[must_use]
    pub fn gpus(&self) -> i64 {
        self.parts.iter().map(|part| part.gpus).sum()
    }
}

/// Returns what the power of one GPU costs for an hour: draw · PUE · price, in millionths.
fn power_of(book: &Book, tranche: &Tranche) -> f64 {
    let Some(site) = book.sites.get(&tranche.site) else { return 0.0 };
    let Some(price) = site.power_price else { return 0.0 };
    let of_catalog = book.catalog.accelerators.get(&tranche.accelerator).map(|a| a.draw);
    let Some(draw) = site.draw.get(&tranche.accelerator).copied().or(of_catalog) else {
        return 0.0;
    };
    let pue = book.halls.get(&tranche.hall).map_or(1.0, |hall| hall.pue);
    // The heavier of training and serving: whoever sells does not choose what runs.
    let kilowatts = draw.training.kilowatts().max(draw.serving.kilowatts());
    kilowatts / 1_000.0 * pue * in_book(book, price.money()) as f64
}

/// Returns the day on which a purchase is paid for a tranche when all is as promised.
fn due_on(contract: &Contract, tranche: &Tranche, due: &DueDate) -> Date {
    let anchor = anchor_of(contract, tranche, due);
    let offset = due.offset.calendar();
    let moved = if due.is_before { anchor.checked_sub(offset) } else { anchor.checked_add(offset) };
    moved.unwrap_or(anchor)
}

/// Returns the day that it counts from. What ships counts from the day that the accelerators are promised on
/// site, or were there.
fn anchor_of(contract: &Contract, tranche: &Tranche, due: &DueDate) -> Date {
    match due.anchor {
        AfterAnchor::Promised => tranche.promised,
        AfterAnchor::Shipped => {
            tranche.accelerators.reached.unwrap_or(tranche.accelerators.promised)
        }
        AfterAnchor::InService => tranche.delivered.unwrap_or(tranche.promised),
        AfterAnchor::Signed => contract.signed.unwrap_or(tranche.promised),
    }
}
