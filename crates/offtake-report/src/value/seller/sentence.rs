//! A seller's answer in a few sentences, project by project.

use super::{ValueAnswer, irr, of, rate, ratio};
use crate::number::percent;
use offtake_model::{Claimed, Sense};
use offtake_value::finance::{Held, Irr, Need, ProjectResult, SellerResults, Tenant};

/// Returns what a seller's projects come to; nothing for a buyer.
pub(in crate::value) fn sentence(answer: &ValueAnswer<'_>) -> Option<String> {
    let results = of(answer)?;
    let mut said: Vec<String> =
        results.projects.iter().map(|project| of_project(answer, project)).collect();
    said.extend(tenant(answer, results));
    (!said.is_empty()).then(|| said.join(" "))
}

fn of_project(answer: &ValueAnswer<'_>, project: &ProjectResult) -> String {
    let parts = [Some(returns(project)), cover(project), late(project)];
    let claims = project.claims.iter().filter_map(|held| claim(answer, held));
    let said: Vec<String> = parts.into_iter().flatten().chain(claims).collect();
    said.join(" ")
}

fn returns(project: &ProjectResult) -> String {
    let name = &project.name;
    let promised = match (&project.promised.project_irr, &project.promised.equity_irr) {
        (Irr::One(_), Irr::One(_)) if project.debt.1 > 0.0 => format!(
            "{name}, as promised, returns {} a year before debt and {} to its owners",
            irr(&project.promised.project_irr),
            irr(&project.promised.equity_irr)
        ),
        (Irr::One(_), _) => format!(
            "{name}, as promised, returns {} a year before debt",
            irr(&project.promised.project_irr)
        ),
        (other, _) => format!("{name}, as promised, has no single rate of return ({other})"),
    };
    let (rates, whom) = match project.debt.1 > 0.0 {
        true => (&project.equity_irr, "the owners' is"),
        false => (&project.project_irr, "it is"),
    };
    let uncertain = rates.spread.as_ref().filter(|d| d.p95.mean > d.p5.mean);
    let spread = uncertain.map_or(String::new(), |d| {
        format!(
            "; as things are likely to come, {whom} {} in the middle, and between {} and {} in nine futures of ten",
            rate(d.p50.mean),
            rate(d.p5.mean),
            rate(d.p95.mean)
        )
    });
    format!("{promised}{spread}.")
}

fn cover(project: &ProjectResult) -> Option<String> {
    let (promised, floor) = (project.promised.dscr_min?, project.floor?);
    Some(format!(
        "Its cash flow covers debt service {} times at least as promised, where lenders ask for {}; in {} of the futures it \
         falls below that, and in {} they once get less than is due.",
        ratio(promised),
        ratio(floor),
        percent(project.below.mean),
        percent(project.missed.mean),
    ))
}

fn late(project: &ProjectResult) -> Option<String> {
    let delays = project.delays.as_ref()?;
    let (floor, below) = (delays.floor?, delays.below?);
    let right = match delays.terminate {
        Some(days) => {
            format!("; after {days} days the buyer may leave, and that part of the debt falls due")
        }
        None => String::new(),
    };
    let below = match below {
        0 => format!("Already as promised it is below {}", ratio(floor)),
        days => format!(
            "If every tranche that is still to come is {days} days late, it is below {}",
            ratio(floor)
        ),
    };
    Some(format!("{below}{right}."))
}

/// Returns what is to be said of a claim that the book does not bear out.
fn claim(answer: &ValueAnswer<'_>, held: &Held) -> Option<String> {
    let is_return = matches!(held.of, Claimed::ProjectIrr | Claimed::EquityIrr);
    if held.holds != Some(false) || !is_return || held.sense == Sense::AtMost {
        return None;
    }
    let sense = if held.sense == Sense::AtLeast { "at least " } else { "" };
    let mut needs = Vec::new();
    for need in &held.needs {
        match need {
            Need::ShellCost(cost) => {
                needs.push(format!("halls at {} a megawatt", answer.money(*cost)))
            }
            Need::Rent(rent) => {
                needs.push(format!("halls rented at {} a megawatt and year", answer.money(*rent)));
            }
            Need::Residual(share) => {
                needs.push(format!(
                    "halls and accelerators worth {} of their cost at the end",
                    percent(*share)
                ));
            }
            Need::WithAllLeft(_)
            | Need::WithoutShell(_)
            | Need::WithoutShellOrResidual(_)
            | Need::CostsAYear(_) => {}
        }
    }
    let whose = if held.of == Claimed::EquityIrr { " to the owners" } else { "" };
    let needs = match needs.is_empty() {
        true => "nothing that the book leaves open gives it".to_owned(),
        false => format!("it would take {}", needs.join(", or ")),
    };
    Some(format!("The claimed {sense}{}{whose} does not come out: {needs}.", rate(held.claimed)))
}

fn tenant(answer: &ValueAnswer<'_>, results: &SellerResults) -> Option<String> {
    let Tenant { buyer, revenue, revenue_share, power_share, .. } = results.tenants.first()?;
    if results.tenants.len() < 2 {
        return None;
    }
    let power = if *power_share > 0.0 {
        format!(" on {} of the grid power", percent(*power_share))
    } else {
        String::new()
    };
    Some(format!(
        "{buyer} brings {} a year, {} of all that is sold{power}.",
        answer.money(*revenue),
        percent(*revenue_share)
    ))
}
