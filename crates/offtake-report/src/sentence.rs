//! The sentence that answers the question.

use crate::answer::Answer;
use crate::number::{ShareUnit, percent, whole};
use offtake_adequacy::StandardResult;

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
    if answer.assessment.holds == Some(true) {
        return None;
    }
    let dated = || answer.decide_by.iter().filter_map(|gap| Some((gap.date?, gap)));
    let as_of: jiff::civil::Date = answer.head.as_of.parse().ok()?;
    let late: Vec<_> = dated().filter(|(date, _)| *date < as_of).collect();
    let next = dated().filter(|(date, _)| *date >= as_of).min_by_key(|(date, _)| *date);
    let past = match late.iter().map(|(date, _)| *date).max() {
        Some(last) => format!(
            "For {} of {} gaps the last date to sign is past (the latest was {last}). ",
            late.len(),
            answer.decide_by.len()
        ),
        None => String::new(),
    };
    let next = next.map(|(date, gap)| {
        format!(
            "Sign {} GPUs in {} by {date} to close the gap of {} with 80 % chance ({}).",
            whole(gap.gpus),
            gap.zone,
            gap.quarter,
            gap.how
        )
    });
    let text = format!("{past}{}", next.unwrap_or_default());
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
