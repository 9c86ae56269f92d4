//! What a plan says on request of standards that `assess` holds it to, and of looking less far ahead.

use super::{PlanAnswer, json::signs, money};
use crate::canvas::Style;
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::json::{list, number};
use crate::number::{percent, short, whole};
use offtake_plan::results::LookAhead;
use serde_json::{Value, json};

/// Standards that were tightened until `assess` found what was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessed {
    /// What was asked for: a kind, as `months-at-risk`, and the most.
    pub goals: Vec<(String, f64)>,
    /// Futures that were assessed: the first, and how many.
    pub samples: (u64, u64),
    /// Plans that were tried, in the order of their shares, loosest first.
    pub steps: Vec<AssessedStep>,
    /// What the plan's standards are, as a share of the book's.
    pub share: f64,
    /// Whether the plan was found to do what was asked for.
    pub is_met: bool,
}

/// A plan that was tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssessedStep {
    /// Its standards, as a share of the book's.
    pub share: f64,
    /// What it costs, and what none can cost less than; `None` where no plan keeps the limits.
    pub cost: Option<(f64, f64)>,
    /// What `assess` found, in the order of the goals.
    pub found: Vec<f64>,
    /// Whether that is what was asked for.
    pub is_met: bool,
}

impl Assessed {
    fn step(&self, share: f64) -> Option<&AssessedStep> {
        self.steps.iter().find(|step| step.share == share)
    }

    /// Returns what the plan costs more than the one for the book's own standards, at least and at most.
    fn price(&self) -> Option<(f64, f64)> {
        let of = |share| self.step(share).and_then(|step| step.cost);
        let ((cost, bound), (before, bound_before)) = (of(self.share)?, of(1.0)?);
        Some(((bound - before).max(0.0), (cost - bound_before).max(0.0)))
    }
}

/// Says what one goal is, as `2 months at risk`.
fn goal(kind: &str, most: f64) -> String {
    match kind {
        "months-at-risk" => format!("{} months at risk", whole(most)),
        "lolh" => format!("{} hours a year short", short(most)),
        _ => format!("{} of the work unserved", percent(most)),
    }
}

/// What `assess` found of the standards, in sentences and a table.
pub(super) fn assessed(answer: &PlanAnswer<'_>, style: Style) -> String {
    let Some(of) = &answer.more.assessed else { return String::new() };
    let asked: Vec<String> = of.goals.iter().map(|(kind, most)| goal(kind, *most)).collect();
    let (first, count) = of.samples;
    let futures = format!(
        "{} futures that no plan was made on (from {})",
        whole(count as f64),
        whole(first as f64)
    );
    let text = if !of.is_met {
        format!(
            "Nothing that is offered brings `assess` to at most {} in {futures}: the plan is the closest that was found.",
            asked.join(" and ")
        )
    } else if of.share >= 1.0 {
        format!(
            "`assess` finds at most {} in {futures}, with the book's standards as they are.",
            asked.join(" and ")
        )
    } else {
        let price = of.price().map_or_else(String::new, |(low, high)| {
            format!(
                " That costs {} to {} more than the book's own standards: a difference of two plans, each known to its gap.",
                money(answer, low),
                money(answer, high)
            )
        });
        format!(
            "For `assess` to find at most {} in {futures}, the standards were tightened to {} of themselves.{price}",
            asked.join(" and "),
            percent(of.share)
        )
    };
    let mut heads = vec![("standards", Right), ("cost", Right)];
    heads.extend(of.goals.iter().map(|(kind, _)| (kind.as_str(), Right)));
    heads.push(("", Left));
    let mut table =
        Columns::new("Standards as a share of the book's, and what `assess` finds", &heads);
    for step in &of.steps {
        let cost = step.cost.map_or_else(|| "no plan".to_owned(), |(cost, _)| short(cost * 1e6));
        let mut row = vec![percent(step.share), cost];
        row.extend(of.goals.iter().enumerate().map(|(at, (kind, _))| {
            let found = step.found.get(at);
            found.map_or_else(String::new, |found| {
                if kind == "unserved" { percent(*found) } else { short(*found) }
            })
        }));
        row.push(if step.is_met { "met".to_owned() } else { String::new() });
        table.push(row);
    }
    format!("{}\n\n{}", wrap(&text, style.width).join("\n"), table.text(style))
}

pub(super) fn assessed_json(of: &Assessed) -> Value {
    let price = of.price().map(|(low, high)| json!({ "low": number(low), "high": number(high) }));
    json!({
        "goals": list(&of.goals, |(kind, most)| json!({ "kind": kind, "most": number(*most) })),
        "first_sample": of.samples.0,
        "samples": of.samples.1,
        "share": number(of.share),
        "met": of.is_met,
        "price": price,
        "how": "difference of two plans",
        "steps": list(&of.steps, |step| json!({
            "share": number(step.share),
            "objective": step.cost.map(|(cost, _)| number(cost)),
            "lower_bound": step.cost.map(|(_, bound)| number(bound)),
            "found": list(&step.found, |found| number(*found)),
            "met": step.is_met,
        })),
    })
}

/// What looking less far ahead costs more than the plan does, at least and at most.
fn regret(answer: &PlanAnswer<'_>, seen: &LookAhead) -> (f64, f64) {
    let found = answer.found;
    if seen.signed == found.signed {
        return (0.0, 0.0);
    }
    (seen.objective - found.objective, seen.objective - found.bound)
}

/// The regret of looking less far ahead, in a sentence and a table.
pub(super) fn look_ahead(answer: &PlanAnswer<'_>, style: Style) -> String {
    if answer.more.look_ahead.is_empty() {
        return String::new();
    }
    let cost = answer.found.objective.abs().max(1e-9);
    let gpus = |signed: &[f64]| -> f64 {
        answer.starts.iter().zip(signed).map(|(start, blocks)| start.block as f64 * blocks).sum()
    };
    let heads = [
        ("months ahead", Right),
        ("cost", Right),
        ("dearer by", Right),
        ("of the cost", Right),
        ("GPUs", Right),
        ("breaks", Left),
    ];
    let mut table = Columns::new("Regret of looking less far ahead", &heads);
    for seen in &answer.more.look_ahead {
        let (low, _) = regret(answer, seen);
        table.push(vec![
            whole(seen.ahead as f64),
            short(seen.objective * 1e6),
            short(low * 1e6),
            percent(low / cost),
            whole(gpus(&seen.signed)),
            seen.breaks.join(", "),
        ]);
    }
    let text = "Who plans anew every year, for so many months ahead only, and is then held to all months; the futures are the \
                same. A cost where something breaks is without the standards.";
    format!("{}\n{}\n", table.text(style), style.faint(&wrap(text, style.width).join("\n")))
}

pub(super) fn look_ahead_json(answer: &PlanAnswer<'_>, seen: &LookAhead) -> Value {
    let (low, high) = regret(answer, seen);
    let cost = answer.found.objective.abs().max(1e-9);
    json!({
        "months_ahead": seen.ahead,
        "objective": number(seen.objective),
        "regret": { "low": number(low), "high": number(high) },
        "share_of_cost": number(low / cost),
        "breaks": seen.breaks,
        "sign": signs(answer, &seen.signed),
    })
}
