//! The sentence that answers the question.

use crate::answer::Answer;
use crate::number::{ShareUnit, percent, whole};
use offtake_adequacy::{DecideBy, StandardResult};

/// Returns the answer: whether it holds, how far from it, and what to sign by when.
#[must_use]
pub fn sentence(answer: &Answer<'_>) -> String {
    let assessment = answer.assessment;
    let headline = &assessment.headline;
    let span = format!("{} to {}", headline.from, headline.to);
    let text = match assessment.holds {
        Some(true) => {
            format!("It holds: {} from {span}.{}", kept(&assessment.standards), margin(answer))
        }
        Some(false) => format!(
            "It does not hold: {} of {} months at risk and {} of firm demand unserved from {span}.{}",
            headline.months_at_risk,
            headline.months,
            percent(headline.unserved_share.mean),
            margin(answer)
        ),
        None if headline.unserved_share.mean > 0.0 => format!(
            "No standard is set, so nothing says whether it holds: {} of {} months have more than a 1 % \
             chance of shortfall, and {} of demand goes unserved from {span}.",
            headline.months_at_risk,
            headline.months,
            percent(headline.unserved_share.mean)
        ),
        None => format!(
            "No standard is set, and no work goes unserved from {span} in any of {} samples: in a \
             month, the chance of shortfall is at most about {}.",
            assessment.samples,
            percent(3.0 / assessment.samples.max(3) as f64)
        ),
    };
    match decide(answer) {
        Some(decide) => format!("{text} {decide}"),
        None => text,
    }
}

/// Says how standards are kept.
fn kept(standards: &[StandardResult]) -> String {
    let one = |standard: &StandardResult| {
        let mut parts = Vec::new();
        if let Some(limit) = standard.unserved_limit {
            let unit = ShareUnit::of_limit(limit);
            let found = unit.text(standard.unserved_share.mean);
            parts.push(format!("{found} unserved where {} may be", unit.text(limit)));
        }
        if let Some(limit) = standard.month_risk_limit {
            let found = percent(standard.worst_month_risk);
            parts.push(format!(
                "at most {found} chance of shortfall in a month where {} may be",
                percent(limit)
            ));
        }
        format!("{} has {}", standard.name, parts.join(" and "))
    };
    let set = |s: &&StandardResult| s.unserved_limit.is_some() || s.month_risk_limit.is_some();
    standards.iter().filter(set).map(one).collect::<Vec<_>>().join("; ")
}

/// Says how many GPUs the standards are away.
fn margin(answer: &Answer<'_>) -> String {
    let reference = &answer.head.reference;
    match answer.assessment.headline.firm_equivalent_gpus {
        Some(gpus) if gpus.mean.round() > 0.0 => format!(
            " {} more {reference} GPUs, firm and open to all work, would make it hold.",
            whole(gpus.mean)
        ),
        Some(gpus) if gpus.mean.round() < 0.0 => {
            format!(" {} {reference} GPUs could go, and it would still hold.", whole(-gpus.mean))
        }
        Some(_) => String::new(),
        None if answer.assessment.holds == Some(false) => {
            " No number of GPUs on the ladder would make it hold.".to_owned()
        }
        None => String::new(),
    }
}

/// Says what to sign by when: the most urgent of what can still be signed in time.
fn decide(answer: &Answer<'_>) -> Option<String> {
    let gaps = answer.decide_by;
    if answer.assessment.holds == Some(true) || gaps.is_empty() {
        return None;
    }
    let past = gaps.iter().filter(|gap| gap.is_past).count();
    let next = gaps
        .iter()
        .filter(|gap| !gap.is_past)
        .filter_map(|gap| Some((gap.date?, gap)))
        .min_by_key(|(date, gap)| (*date, &gap.month));
    let sign = |(date, gap): (jiff::civil::Date, &DecideBy)| {
        let (gpus, place, how) = (whole(gap.gpus), place(&gap.zone), way(&gap.how).0);
        format!("sign {gpus} GPUs{place} by {date} ({how})")
    };
    let when = |gap: &DecideBy| format!("{}{}", gap.quarter, place(&gap.zone));
    Some(match (past, next) {
        (0, Some((date, gap))) => {
            let sign = sign((date, gap)).replacen('s', "S", 1);
            format!("{sign} to close the first gap that still can be, {}.", when(gap))
        }
        (_, Some((date, gap))) => format!(
            "It is too late to sign for {past} of {} gaps; for the next, {}, {}.",
            gaps.len(),
            when(gap),
            sign((date, gap))
        ),
        (0, None) => "Nothing that the book or the catalog knows could close its gaps.".to_owned(),
        (_, None) => format!("It is too late to sign for {past} of {} gaps.", gaps.len()),
    })
}

fn place(zone: &str) -> String {
    if zone == "anywhere" { String::new() } else { format!(" in {zone}") }
}

/// Splits what could be signed from what its day is made of.
pub(crate) fn way(how: &str) -> (&str, &str) {
    how.split_once(": ").unwrap_or((how, ""))
}
