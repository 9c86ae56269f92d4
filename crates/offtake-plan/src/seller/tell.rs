//! What a choice of a seller comes to: what is decided, what of it each year sees, and what its margin is made of.

use super::limits::of_year;
use super::write::Columns;
use super::{Seller, Way};
use crate::program::{Program, THOUSAND};
use crate::results::{Bill, Term};

/// What is decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// By build: blocks.
    pub built: Vec<f64>,
    /// By way: blocks accepted.
    pub accepted: Vec<f64>,
    /// By build: millions borrowed on it.
    pub borrowed: Vec<f64>,
}

/// Reads what is decided from blocks by offer.
#[must_use]
pub fn decision(seller: &Seller, columns: &Columns, signed: &[f64]) -> Decision {
    let accepted = seller.ways.iter().zip(&columns.ways).map(|(way, of)| {
        let blocks = seller.requests[way.request].blocks;
        let part = of.part.map_or(0.0, |part| signed[part]);
        (blocks * (1.0 - signed[of.all]) - part).max(0.0)
    });
    Decision {
        built: columns.builds.iter().map(|offer| signed[*offer]).collect(),
        accepted: accepted.collect(),
        // A part of a dollar is what a solver's tolerance leaves.
        borrowed: columns
            .loans
            .iter()
            .map(|offer| offer.map_or(0.0, |at| signed[at]))
            .map(|debt| if debt * 1e6 < 1.0 { 0.0 } else { debt })
            .collect(),
    }
}

/// Returns the choice in which nothing is built and nobody accepted, as blocks by offer.
#[must_use]
pub fn nothing(program: &Program, columns: &Columns) -> Vec<f64> {
    let mut signed = vec![0.0; program.offers.len()];
    for offer in columns.ways.iter().map(|way| way.all).chain(columns.level) {
        signed[offer] = 1.0;
    }
    signed
}

/// What a margin is made of: millions, discounted, expected over futures. All of it sums to the margin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Margins {
    /// Fees of what is accepted.
    pub fees: f64,
    /// What the market pays.
    pub market: f64,
    /// Fees and credits lost on what is accepted and not served; below 0.
    pub late: f64,
    /// Power and operation of what is built; below 0.
    pub running: f64,
    /// What its megawatts would have earned otherwise; below 0.
    pub forgone: f64,
    /// What it is paid for; below 0.
    pub outlay: f64,
    /// What it is worth in the end.
    pub left: f64,
    /// What is borrowed less what is paid back.
    pub debt: f64,
    /// What is lost on contracts that are sold already; below 0, and the same in every choice that cannot serve them.
    pub sold: f64,
}

impl Margins {
    /// Returns their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        let earned = self.fees + self.market + self.late + self.running + self.forgone;
        earned + self.outlay + self.left + self.debt + self.sold
    }
}

/// Returns what the margin of a choice is made of.
#[must_use]
pub fn margins(seller: &Seller, (program, columns): (&Program, &Columns), bill: &Bill) -> Margins {
    let of = |is_meant: &dyn Fn(&Term) -> bool| -> f64 {
        bill.lines.iter().filter(|line| is_meant(&line.term)).map(|line| line.cost).sum()
    };
    let lost = |classes: &[usize]| {
        of(&|term| matches!(term, Term::Lost { class } if classes.contains(class)))
    };
    let mut made = Margins::default();
    for (way, offers) in columns.ways.iter().enumerate() {
        let is_away = |offer: usize| offer == offers.all || offers.part == Some(offer);
        let away = of(&|term| matches!(term, Term::TakeOrPay { offer } if is_away(*offer)));
        made.fees += asked_of(program, columns.way_classes[way])
            * seller.ways[way].price
            * seller.ways[way].kept
            - away;
    }
    let asked = columns.market_classes.iter().zip(&seller.markets);
    let asked: f64 = asked.map(|(class, market)| asked_of(program, *class) * market.price).sum();
    made.market = asked - lost(&columns.market_classes);
    made.late = -lost(&columns.way_classes);
    for (build, offer) in seller.builds.iter().zip(&columns.builds) {
        let runs = of(&|term| matches!(term, Term::TakeOrPay { offer: at } if at == offer));
        let all = build.running + build.forgone;
        let share = if all > 0.0 { build.forgone / all } else { 0.0 };
        made.forgone -= share * runs;
        made.running -= (1.0 - share) * runs;
        let spent = |pays: &[crate::program::Payment]| -> f64 {
            pays.iter().map(|pay| pay.amount * program.months[pay.month].discount).sum()
        };
        let paid = of(&|term| matches!(term, Term::Payment { offer: at } if at == offer));
        let net = spent(&build.outlay) - spent(&build.left);
        let blocks = if net == 0.0 { 0.0 } else { paid / net };
        made.outlay -= blocks * spent(&build.outlay);
        made.left += blocks * spent(&build.left);
    }
    let is_loan = |offer: &usize| columns.loans.contains(&Some(*offer));
    made.debt = -of(&|term| matches!(term, Term::Payment { offer } if is_loan(offer)));
    let others: Vec<usize> = (0..seller.base.classes.len()).collect();
    made.sold = -lost(&others) - of(&|term| matches!(term, Term::Spot));
    made
}

/// Returns the GPU-hours that a class asks for, discounted and expected over futures; times a price they are millions.
pub(super) fn asked_of(program: &Program, class: usize) -> f64 {
    let mut sum = 0.0;
    for (scenario, of) in program.scenarios.iter().enumerate() {
        for (month, spec) in program.months.iter().enumerate() {
            let level = program.demand_level.at(scenario, month, class);
            sum += of.probability * spec.discount * level * program.month_hours(month) / THOUSAND;
        }
    }
    sum
}

/// What a year sees of a choice: millions, not discounted, expected.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct YearOf {
    /// The year.
    pub year: i32,
    /// What is built is paid for.
    pub outlay: f64,
    /// Drawn of debt.
    pub drawn: f64,
    /// Contracted cash flow: of what is sold already, and of what is accepted.
    pub cash: f64,
    /// Service of debt: of what is owed already, and of what is borrowed.
    pub service: f64,
    /// The same of what is borrowed alone.
    pub new_service: f64,
}

impl YearOf {
    /// Returns contracted cash flow over debt service; `None` in a year without service.
    #[must_use]
    pub fn dscr(&self) -> Option<f64> {
        (self.service > 1e-9).then(|| self.cash / self.service)
    }
}

/// Returns what each year sees of a choice.
#[must_use]
pub fn years(seller: &Seller, decision: &Decision) -> Vec<YearOf> {
    years_of(seller).into_iter().map(|year| year_of(seller, decision, year)).collect()
}

fn year_of(seller: &Seller, decision: &Decision, year: i32) -> YearOf {
    let standing = seller.money.standing.iter().find(|standing| standing.year == year);
    let standing = standing.copied().unwrap_or_default();
    let mut of = YearOf { year, cash: standing.cash, ..YearOf::default() };
    for ((build, blocks), borrowed) in
        seller.builds.iter().zip(&decision.built).zip(&decision.borrowed)
    {
        of.outlay += blocks * of_year(seller, &build.outlay, year);
        if let Some(loan) = &build.loan {
            of.drawn += borrowed * of_year(seller, &loan.draws, year);
            of.new_service += borrowed * of_year(seller, &loan.service, year);
        }
    }
    for (way, blocks) in seller.ways.iter().zip(&decision.accepted) {
        of.cash += blocks * cash_of_year(seller, way, year);
    }
    of.service = standing.service + of.new_service;
    of
}

/// Returns the years of the horizon.
pub(super) fn years_of(seller: &Seller) -> Vec<i32> {
    let mut years: Vec<i32> = seller.base.months.iter().map(|month| month.year).collect();
    years.dedup();
    years
}

/// Returns what a block of a way brings in a year before debt: fees less power and operation, expected.
pub(super) fn cash_of_year(seller: &Seller, way: &Way, year: i32) -> f64 {
    let margin = way.price * way.kept - way.running;
    let months = seller.base.months.iter().enumerate().filter(|(_, month)| month.year == year);
    let month = |(month, _): (usize, _)| {
        let hours = seller.base.month_hours(month) / THOUSAND;
        way.served[month] * way.block_kgpu * hours * margin
    };
    months.map(month).sum()
}
