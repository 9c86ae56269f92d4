//! `offtake plan verify`: is a kept plan what it says, and what does it cost in other futures?

use super::known::{Known, know};
use super::{make_with, of_plan};
use crate::failure::{End, Failure};
use crate::kept::Verify;
use crate::output::{check_place, run_json};
use crate::screen;
use offtake_plan::certificate::{Certificate, certificate, check};
use offtake_plan::results::{self, Bill};
use offtake_plan::solver::Solvers;
use offtake_plan::{Allowed, Finish, Found, PlanError, Program, Search, stage};
use offtake_report::number::{percent, short, whole};
use offtake_report::wrap;
use offtake_study::RunClock;
use serde_json::{Value, json};

/// A share of a cost that sums in another order may differ by, and a bound that is solved for again.
const NEAR: f64 = 1e-6;
/// How close the small programme of the bound is solved.
const BOUND_GAP: f64 = 1e-7;

/// Standard errors on either side of a mean within which it lies with a confidence of 95 %.
const CONFIDENT: f64 = 1.96;

/// What was found of a plan.
struct Verified {
    /// Cuts that follow from their prices; or what is broken.
    cuts: Result<usize, String>,
    /// The bound, from solving the cuts anew.
    bound: f64,
    /// The plan's cost, recounted.
    objective: f64,
    /// Limits that the plan does not keep.
    broken: Vec<String>,
    /// The plan in the futures that it was made on, and in others.
    own: Costs,
    fresh: Costs,
}

/// What a plan costs in futures, when only cost counts.
#[derive(Clone, Copy)]
struct Costs {
    futures: usize,
    objective: f64,
    expected: f64,
    /// Standard error of that.
    error: f64,
}

pub(crate) fn verify(arguments: &Verify) -> Result<End, Failure> {
    let clock = RunClock::start();
    arguments.export_master.as_deref().map_or(Ok(()), check_place)?;
    let known = know(&arguments.kept)?;
    let verified = verified(&known, arguments)?;
    let problems = verified.problems(&known);
    if arguments.kept.json {
        let mut json = verified.json(&known, &problems);
        json["run"] = run_json(&clock.facts(super::threads(&known.made).get()));
        screen::print(&screen::json_text(&json))?;
    } else {
        screen::print(&verified.text(&known, &problems))?;
    }
    Ok(if problems.is_empty() { End::Good } else { End::Findings })
}

fn verified(known: &Known, arguments: &Verify) -> Result<Verified, Failure> {
    let program = &known.made.program;
    let (allowed, held) = known.allowed()?;
    let proof = proof(known, &allowed, held).map_err(of_plan)?;
    if let Some(file) = &arguments.export_master {
        super::export::write_model(&proof.master(), file)?;
    }
    let checked = check(program, &proof);
    let bill = bill(known, program, &allowed).map_err(of_plan)?;
    let count = arguments.fresh.unwrap_or(known.plan.request.scenarios);
    let fresh = make_with(&known.opened, &known.arguments, |request| {
        (request.first, request.scenarios) = (request.scenarios, count);
    })?;
    Ok(Verified {
        bound: bound(known, &proof).map_err(of_plan)?,
        objective: checked.as_ref().map_or(bill.objective, |checked| checked.objective),
        cuts: checked.map(|checked| checked.cuts).map_err(|broken| broken.to_string()),
        broken: broken(program, &known.signed, &bill),
        own: costs(known, program).map_err(of_plan)?,
        fresh: costs(known, &fresh.program).map_err(of_plan)?,
    })
}

/// Makes the proof of the plan's cost and bound anew, from prices alone.
fn proof(known: &Known, allowed: &Allowed, held: Option<f64>) -> Result<Certificate, PlanError> {
    let plan = &known.plan;
    let mut search =
        Search::new(&known.made.program, &known.solvers, known.options.clone(), |_| {})?;
    search.recall(&known.store)?;
    let found = Found {
        signed: known.signed.clone(),
        objective: held.unwrap_or(plan.objective),
        bound: plan.lower_bound,
        costs: Vec::new(),
        allowed: allowed.clone(),
        finish: Finish::Reached,
        rounds: 0,
    };
    certificate(&mut search, &found)
}

/// Solves the small programme of a proof.
fn bound(known: &Known, proof: &Certificate) -> Result<f64, PlanError> {
    let mut solver = known.solvers.open(&proof.master())?;
    solver.set_gap(BOUND_GAP)?;
    Ok(solver.solve()?.bound)
}

fn bill(known: &Known, program: &Program, allowed: &Allowed) -> Result<Bill, PlanError> {
    let mut search = Search::new(program, &known.solvers, known.options.clone(), |_| {})?;
    results::bill(&mut search, &known.signed, allowed)
}

/// Returns what the plan costs when standards tie nothing together, which fresh futures have no plan for.
fn costs(known: &Known, program: &Program) -> Result<Costs, PlanError> {
    let mut free = program.clone();
    free.limits.standards.clear();
    free.limits.losses.clear();
    let nothing = Allowed::nothing(&free, &[]);
    let bill = bill(known, &free, &nothing)?;
    let futures = bill.costs.len();
    let squares = program.scenarios.iter().zip(&bill.costs).map(|(scenario, cost)| {
        (scenario.probability * (cost - bill.expected))
            * (scenario.probability * (cost - bill.expected))
    });
    let small = futures as f64 / (futures as f64 - 1.0).max(1.0);
    let error = (squares.sum::<f64>() * small).sqrt();
    Ok(Costs { futures, objective: bill.objective, expected: bill.expected, error })
}

/// Returns the limits that a plan does not keep, by name.
fn broken(program: &Program, signed: &[f64], bill: &Bill) -> Vec<String> {
    let near = |most: f64| most + NEAR * most.abs().max(1.0);
    let rows = stage::rows(program).into_iter().filter_map(|row| {
        let sum: f64 = row.terms.iter().map(|(offer, factor)| factor * signed[*offer]).sum();
        (sum > near(row.most)).then_some(row.name)
    });
    let sizes = program.offers.iter().zip(signed).filter_map(|(offer, blocks)| {
        let is_sound = *blocks == 0.0 || (offer.size.least..=offer.size.most).contains(blocks);
        (!is_sound).then(|| format!("size[{}]", offer.name))
    });
    // A standard is met to a thousandth of itself, as the search takes it.
    let standards = bill
        .standings
        .iter()
        .filter(|standing| standing.value > standing.most + 1e-3 * standing.most.abs().max(1e-3));
    rows.chain(sizes).chain(standards.map(|standing| standing.name.clone())).collect()
}

impl Verified {
    /// Says what does not hold.
    fn problems(&self, known: &Known) -> Vec<String> {
        let (plan, mut found) = (&known.plan, Vec::new());
        if let Err(broken) = &self.cuts {
            found.push(format!("the proof does not hold: {broken}"));
        }
        if self.bound < plan.lower_bound - NEAR * plan.lower_bound.abs().max(1.0) {
            found.push(format!(
                "its bound of {} is not proved: the cuts prove {}",
                short(plan.lower_bound * 1e6),
                short(self.bound * 1e6)
            ));
        }
        let most =
            plan.objective + (NEAR + plan.request.gap * self.is_tied(known)) * plan.objective.abs();
        if self.objective > most {
            found.push(format!(
                "it says that it costs {}, and costs {}",
                short(plan.objective * 1e6),
                short(self.objective * 1e6)
            ));
        }
        found.extend(self.broken.iter().map(|name| format!("it does not keep `{name}`")));
        found
    }

    /// Returns 1 where standards tie blocks together, so that the cost is found to the plan's gap alone; else 0.
    fn is_tied(&self, known: &Known) -> f64 {
        let limits = &known.made.program.limits;
        f64::from(u8::from(!limits.standards.is_empty() || !limits.losses.is_empty()))
    }

    /// Returns how much more the plan costs in fresh futures than in its own, and the standard error of that.
    fn optimism(&self) -> (f64, f64) {
        let (own, fresh) = (self.own, self.fresh);
        (fresh.expected - own.expected, own.error.hypot(fresh.error))
    }

    /// Returns between how much more and how much more the plan costs in fresh futures, with a confidence of 95 %.
    fn interval(&self) -> (f64, f64) {
        let (more, error) = self.optimism();
        (more - CONFIDENT * error, more + CONFIDENT * error)
    }

    /// Says whether what the plan costs in its own futures is what it may cost in fresh ones, as far as can be told.
    fn is_within(&self) -> bool {
        let (low, high) = self.interval();
        low <= 0.0 && 0.0 <= high
    }

    fn text(&self, known: &Known, problems: &[String]) -> String {
        let (plan, style) = (&known.plan, screen::style());
        let currency = &plan.currency;
        let ((more, error), (low, high)) = (self.optimism(), self.interval());
        let verdict = if problems.is_empty() {
            format!(
                "The plan is what it says: it costs {} {currency} at most, and no plan costs less than {}.",
                short(self.objective * 1e6),
                short(self.bound.min(self.objective) * 1e6)
            )
        } else {
            format!("The plan is not what it says: {}.", problems.join("; "))
        };
        let proved = match &self.cuts {
            Ok(cuts) => format!(
                "{} cuts follow from their prices by arithmetic, hour by hour; the cost was recounted from {} blocks.",
                whole(*cuts as f64),
                whole(known.made.program.blocks() as f64)
            ),
            Err(_) => String::new(),
        };
        let optimism = format!(
            "Optimism: in the {} futures that it was made on it costs {} ± {} in expectation, in {} fresh ones {} ± {}: {} ± {} more ({}). \
             With 95 % confidence that is {} to {} more, {}.",
            whole(self.own.futures as f64),
            short(self.own.expected * 1e6),
            short(self.own.error * 1e6),
            whole(self.fresh.futures as f64),
            short(self.fresh.expected * 1e6),
            short(self.fresh.error * 1e6),
            short(more * 1e6),
            short(error * 1e6),
            percent(more / self.own.expected.abs().max(1e-9)),
            short(low * 1e6),
            short(high * 1e6),
            match self.is_within() {
                true => "so what the plan says lies within it",
                false if more > 0.0 => "so the plan promises too little cost",
                false => "so the plan promises too much cost",
            }
        );
        let mut text = format!("{}\n", wrapped(&verdict, |line| style.bold(line)));
        for part in [&proved, &optimism].into_iter().filter(|part| !part.is_empty()) {
            text.push_str(&format!("{}\n", wrapped(part, str::to_owned)));
        }
        style.glyphs(&text)
    }

    fn json(&self, known: &Known, problems: &[String]) -> Value {
        let plan = &known.plan;
        let ((more, error), (low, high)) = (self.optimism(), self.interval());
        let costs = |of: Costs| {
            json!({
                "futures": of.futures,
                "objective": of.objective,
                "expected": of.expected,
                "standard_error": of.error,
            })
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "book_hash": plan.book_hash,
            "holds": problems.is_empty(),
            "problems": problems,
            "objective": { "says": plan.objective, "recounted": self.objective },
            "lower_bound": { "says": plan.lower_bound, "proved": self.bound },
            "cuts": self.cuts.as_ref().ok(),
            "in_sample": costs(self.own),
            "out_of_sample": costs(self.fresh),
            "optimism": {
                "mean": more,
                "standard_error": error,
                "low": low,
                "high": high,
                "is_within": self.is_within(),
            },
        })
    }
}

fn wrapped(text: &str, each: impl Fn(&str) -> String) -> String {
    let lines = wrap(text, screen::style().width);
    lines.iter().map(|line| each(line)).collect::<Vec<_>>().join("\n")
}
