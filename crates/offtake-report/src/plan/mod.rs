//! What people and programs read of `plan`: what to sign, from when, how much, and at which price not.

mod further;
mod json;
mod picture;
mod text;

use crate::answer::Head;
use crate::number::{decimal, percent, short, whole};
use offtake_plan::results::{
    Alternative, Bill, FrontierPoint, Information, LimitPrice, Line, LookAhead, Term, WalkAway,
};
use offtake_plan::{Finish, Found, Program, Progress};

use std::collections::{BTreeMap, BTreeSet};

/// The terms of a bill in the order of a waterfall.
pub(crate) const TERMS: [&str; 6] = [
    "take-or-pay",
    "prepayment",
    "credits and payments",
    "use above take-or-pay",
    "spot",
    "unserved work",
];

pub use further::{Assessed, AssessedStep};
pub use json::plan_json;
pub use text::plan_text;

/// A plan with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct PlanAnswer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// The currency of money.
    pub currency: &'a str,
    /// The seed of the futures.
    pub seed: u64,
    /// What was decided over.
    pub program: &'a Program,
    /// What can be signed, in the order of the program's offers.
    pub starts: &'a [PlanStart],
    /// The plan.
    pub found: &'a Found,
    /// What it costs.
    pub bill: &'a Bill,
    /// What else was asked.
    pub more: &'a PlanMore,
    /// Both bounds after every evaluation.
    pub rounds: &'a [Progress],
}

/// An offer, or an option, signed on some day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanStart {
    /// The offer and the month of service, as `narvik-2@2027-01`.
    pub name: String,
    /// The offer's id.
    pub offer: String,
    /// Who offers, by name.
    pub seller: String,
    /// Where, by name.
    pub site: String,
    /// What.
    pub accelerator: String,
    /// Day of signing.
    pub signed: String,
    /// Promised day in service.
    pub promised: String,
    /// Day after the last of its use, as promised.
    pub ends: String,
    /// By which day it is to be expected, where somebody asked.
    pub days: Option<PlanDays>,
    /// GPUs of a block.
    pub block: i64,
    /// How many blocks there are.
    pub blocks: i64,
    /// Money for a GPU-hour.
    pub price: f64,
    /// Length of use, in words.
    pub term: String,
}

/// By which day something is to be expected in service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanDays {
    /// The day by which half of all futures have it; `None` when fewer ever do.
    pub p50: Option<String>,
    /// The day by which nine futures in ten have it; `None` when fewer ever do.
    pub p90: Option<String>,
    /// Probability that it never comes.
    pub never: f64,
}

/// What is said of a plan besides what it signs and costs; each part empty where it was not asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanMore {
    /// What each limit costs.
    pub limits: Vec<LimitPrice>,
    /// What one more GPU for an hour is worth, by pool and month.
    pub pool_worth: Vec<Vec<f64>>,
    /// At which price each offer is worth signing.
    pub walk_away: Vec<WalkAway>,
    /// Other plans that cost nearly the same.
    pub alternatives: Vec<Alternative>,
    /// Cost against risk.
    pub frontier: Vec<FrontierPoint>,
    /// What uncertainty is worth.
    pub information: Option<Information>,
    /// What of the plan is insurance.
    pub insurance: Option<Insurance>,
    /// What standards were tightened to.
    pub assessed: Option<Assessed>,
    /// What it costs to look less far ahead.
    pub look_ahead: Vec<LookAhead>,
}

/// The plan that would be made if all came as promised and demand grew as in the base scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Insurance {
    /// Blocks by start.
    pub signed: Vec<f64>,
    /// What it would cost then: millions.
    pub promised: f64,
    /// What it costs in the futures that there are, as the plan's objective weighs them.
    pub objective: f64,
}

/// One thing that a plan signs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) index: usize,
    pub(crate) start: &'a PlanStart,
    pub(crate) blocks: f64,
    /// Expected millions over the horizon, discounted.
    pub(crate) cost: f64,
}

impl PlanAnswer<'_> {
    /// Returns what is signed, in order of the promised day.
    pub(crate) fn signed(&self) -> Vec<Signed<'_>> {
        let mut found: Vec<Signed<'_>> = self
            .starts
            .iter()
            .enumerate()
            .filter(|(index, _)| self.found.signed[*index] > 0.0)
            .map(|(index, start)| Signed {
                index,
                start,
                blocks: self.found.signed[index],
                cost: self.cost_of(index),
            })
            .collect();
        found.sort_by(|a, b| (&a.start.promised, a.index).cmp(&(&b.start.promised, b.index)));
        found
    }

    /// Returns what an offer costs over the horizon: expected millions, discounted.
    fn cost_of(&self, index: usize) -> f64 {
        cost_of(self.bill, |term| match *term {
            Term::TakeOrPay { offer }
            | Term::Prepayment { offer }
            | Term::Payment { offer }
            | Term::Overtake { offer } => offer == index,
            Term::Spot | Term::Lost { .. } => false,
        })
    }

    /// Returns the walk-away price of an offer, where it was asked for.
    pub(crate) fn walk_away(&self, index: usize) -> Option<&WalkAway> {
        self.more.walk_away.iter().find(|walk| walk.offer == index)
    }

    /// Returns the years that the months of the horizon make.
    pub(crate) fn years(&self) -> f64 {
        self.program.months.len() as f64 / 12.0
    }
}

/// Writes money that is counted in millions.
pub(crate) fn money(answer: &PlanAnswer<'_>, millions: f64) -> String {
    format!("{} {}", short(millions * 1e6), answer.currency)
}

/// Returns the name of a term of the bill, without what it is for.
pub(crate) const fn term_name(term: &Term) -> &'static str {
    match term {
        Term::TakeOrPay { .. } => "take-or-pay",
        Term::Prepayment { .. } => "prepayment",
        Term::Payment { .. } => "credits and payments",
        Term::Overtake { .. } => "use above take-or-pay",
        Term::Spot => "spot",
        Term::Lost { .. } => "unserved work",
    }
}

/// Returns the answer in sentences.
#[must_use]
pub fn plan_sentence(answer: &PlanAnswer<'_>) -> String {
    let signed = answer.signed();
    let gpus: f64 = signed.iter().map(|one| one.blocks * one.start.block as f64).sum();
    let offers: BTreeSet<&str> = answer.starts.iter().map(|start| start.offer.as_str()).collect();
    let taken: BTreeSet<&str> = signed.iter().map(|one| one.start.offer.as_str()).collect();
    let money = |millions: f64| money(answer, millions);
    let cost: f64 = signed.iter().map(|one| one.cost).sum();
    let lost = cost_of(answer.bill, |term| matches!(term, Term::Lost { .. } | Term::Spot));
    let what = if signed.is_empty() {
        format!("Sign nothing of the {} offers.", offers.len())
    } else {
        format!(
            "Sign {} of {} offers: {} GPUs for {} over {} years, in expectation and at today's value.",
            taken.len(),
            offers.len(),
            whole(gpus),
            money(cost),
            decimal(answer.years(), 1)
        )
    };
    let rest = format!(
        "Work worth {} still goes unserved or to others; all together that is {}, and no plan costs less than {} ({} below).",
        money(lost),
        money(answer.found.objective),
        money(answer.found.bound),
        percent(answer.found.gap()),
    );
    let stopped = match answer.found.finish {
        Finish::Reached => "",
        Finish::Stopped => " It was stopped before the gap that was asked for.",
        Finish::Rounds => " The most evaluations were made before the gap that was asked for.",
    };
    format!("{what} {rest}{stopped}")
}

/// Returns what the terms that are meant cost, in expected millions.
pub(crate) fn cost_of(bill: &Bill, is_meant: impl Fn(&Term) -> bool) -> f64 {
    bill.lines.iter().filter(|line| is_meant(&line.term)).map(|line| line.cost).sum()
}

/// Returns the expected millions of each term, by its name.
pub(crate) fn by_term<'a>(lines: impl Iterator<Item = &'a Line>) -> BTreeMap<&'static str, f64> {
    let mut sums = BTreeMap::new();
    for line in lines {
        *sums.entry(term_name(&line.term)).or_default() += line.cost;
    }
    sums
}
