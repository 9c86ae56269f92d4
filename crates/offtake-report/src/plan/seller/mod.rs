//! What people and programs read of a seller's plan: what to build where, whom to accept, from which price on.

mod json;
mod picture;
mod text;

use super::PlanMore;
use crate::answer::Head;
use crate::number::{decimal, short, whole};
use offtake_plan::results::Bill;
use offtake_plan::seller::{Columns, Decision, LeastPrice, Margins, Seller, YearOf};
use offtake_plan::{Finish, Found, Program, Progress, risk};

pub use json::seller_plan_json;
pub use text::seller_plan_text;

/// A seller's plan with all that is known of it.
#[derive(Clone, Debug)]
pub struct SellerPlanAnswer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// The currency of money.
    pub currency: &'a str,
    /// The seed of the futures.
    pub seed: u64,
    /// What was decided over.
    pub seller: &'a Seller,
    /// The programme that it was written as.
    pub program: &'a Program,
    /// Which of its offers is what.
    pub columns: &'a Columns,
    /// Names and days of what can be decided.
    pub told: &'a SellerTold,
    /// What is decided.
    pub decision: Decision,
    /// What each year sees of it.
    pub years: Vec<YearOf>,
    /// What the margin is made of.
    pub margins: Margins,
    /// The plan.
    pub found: &'a Found,
    /// What it costs, against all that is asked for.
    pub bill: &'a Bill,
    /// The same of doing nothing.
    pub nothing: &'a Bill,
    /// From which price on each request pays; empty where it was not asked for.
    pub least: &'a [LeastPrice],
    /// What else was asked.
    pub more: &'a PlanMore,
    /// Both bounds after every evaluation.
    pub rounds: &'a [Progress],
}

/// What is said of builds, ways and requests, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SellerTold {
    /// By build.
    pub builds: Vec<SellerBuild>,
    /// By way.
    pub ways: Vec<SellerWay>,
    /// By request.
    pub requests: Vec<SellerRequest>,
}

/// A recipe on a stock of power, in service from some day on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SellerBuild {
    /// Its name.
    pub name: String,
    /// Id of the power.
    pub power: String,
    /// Id of the recipe.
    pub recipe: String,
    /// Where, by name.
    pub site: String,
    /// What.
    pub accelerator: String,
    /// What its megawatts do until then, by id; `None` where they do nothing.
    pub turned_from: Option<String>,
    /// The last day of ordering.
    pub ordered: String,
    /// Day in service, as promised.
    pub promised: String,
    /// GPUs of a rack.
    pub rack: i64,
}

/// A request served from a stock of power, from some day on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SellerWay {
    /// Its name.
    pub name: String,
    /// Where, by name.
    pub site: String,
    /// What.
    pub accelerator: String,
    /// Day of signing.
    pub signed: String,
    /// Day in service, as promised.
    pub promised: String,
    /// GPUs that it asks for.
    pub gpus: i64,
}

/// A tenant's request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SellerRequest {
    /// Its id.
    pub id: String,
    /// Who asks, by name.
    pub tenant: String,
    /// Chance of closing, which the plan does not weigh it by.
    pub chance: f64,
    /// Length of use, in words.
    pub term: String,
}

/// What a plan earns more than doing nothing, in millions, discounted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Added {
    pub(crate) expected: f64,
    /// The mean of the futures in which it is least.
    pub(crate) cvar: f64,
    pub(crate) worst: f64,
    /// No plan adds more, weighed as the plan weighs.
    pub(crate) most: f64,
}

impl SellerPlanAnswer<'_> {
    /// Returns what the plan earns more than doing nothing.
    pub(crate) fn added(&self) -> Added {
        let pairs = self.bill.costs.iter().zip(&self.nothing.costs);
        let lost: Vec<f64> = pairs.map(|(with, without)| with - without).collect();
        let level = self.program.risk.level;
        Added {
            expected: -risk::expected(self.program, &lost),
            cvar: -risk::cvar(self.program, &lost, level),
            worst: -lost.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            most: self.nothing.objective - self.found.bound,
        }
    }

    /// Returns builds with blocks, by number and blocks, in order of the promised day.
    pub(crate) fn built(&self) -> Vec<(usize, f64)> {
        let built = self.decision.built.iter().copied().enumerate();
        let mut found: Vec<(usize, f64)> = built.filter(|(_, blocks)| *blocks > 1e-6).collect();
        found.sort_by_key(|(build, _)| (&self.told.builds[*build].promised, *build));
        found
    }

    /// Returns the ways of a request of which something is accepted, with the share of it.
    pub(crate) fn accepted(&self, request: usize) -> Vec<(usize, f64)> {
        let ways = self.seller.ways.iter().zip(&self.decision.accepted).enumerate();
        let of = ways.filter(|(_, (way, blocks))| way.request == request && **blocks > 1e-6);
        let share = |way: usize, blocks: f64| {
            let all = self.seller.requests[self.seller.ways[way].request].blocks;
            (way, blocks / all)
        };
        of.map(|(at, (_, blocks))| share(at, *blocks)).collect()
    }

    /// Returns the first way of a request.
    pub(crate) fn first_way(&self, request: usize) -> Option<usize> {
        self.seller.ways.iter().position(|way| way.request == request)
    }

    pub(crate) fn money(&self, millions: f64) -> String {
        format!("{} {}", short(millions * 1e6), self.currency)
    }

    /// Returns what of a year's building comes from the owners, in millions.
    pub(crate) fn own(year: &YearOf) -> f64 {
        year.outlay - year.drawn
    }
}

/// Says whether lenders' floor is asked of any year: only where something new is borrowed.
fn floor_of(answer: &SellerPlanAnswer<'_>, year: &YearOf) -> Option<f64> {
    (year.new_service > 1e-9).then_some(answer.seller.money.floor)
}

/// Returns the answer in sentences.
#[must_use]
pub fn seller_plan_sentence(answer: &SellerPlanAnswer<'_>) -> String {
    let requests = answer.seller.requests.len();
    let taken = (0..requests).filter(|at| !answer.accepted(*at).is_empty()).count();
    let built = answer.built();
    let gpus: f64 = built.iter().map(|(b, n)| answer.told.builds[*b].rack as f64 * n).sum();
    let megawatts: f64 = built.iter().map(|(b, n)| answer.seller.builds[*b].block_mw * n).sum();
    let outlay: f64 = answer.years.iter().map(|year| year.outlay).sum();
    let borrowed: f64 = answer.decision.borrowed.iter().sum();
    let added = answer.added();
    let what = match (taken, built.is_empty()) {
        (0, true) => format!("Build nothing, and accept none of {}.", count(requests)),
        (_, true) => format!("Accept {taken} of {} from what stands already.", count(requests)),
        _ => format!(
            "Accept {taken} of {}, and build {} GPUs on {} MW for {}, {} of it borrowed.",
            count(requests),
            whole(gpus),
            decimal(megawatts, 0),
            answer.money(outlay),
            answer.money(borrowed)
        ),
    };
    let rest = if built.is_empty() && taken == 0 {
        // Up to rounding of what all that is asked for would pay.
        let is_none = added.most <= 1e-6 * answer.columns.most;
        let most = if is_none { 0.0 } else { added.most };
        match is_none {
            true => "No choice earns more.".to_owned(),
            false => format!("No choice earns more than {} over that.", answer.money(most)),
        }
    } else {
        format!(
            "Over doing nothing that earns {} in expectation and at today's value, {} in the mean of the worst {} of futures; no choice earns more than {}.",
            answer.money(added.expected),
            answer.money(added.cvar),
            crate::number::percent(1.0 - answer.program.risk.level),
            answer.money(added.most)
        )
    };
    let stopped = match answer.found.finish {
        Finish::Reached => "",
        Finish::Stopped => " It was stopped before the gap that was asked for.",
        Finish::Rounds => " The most evaluations were made before the gap that was asked for.",
    };
    format!("{what} {rest}{stopped}")
}

fn count(requests: usize) -> String {
    if requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") }
}
