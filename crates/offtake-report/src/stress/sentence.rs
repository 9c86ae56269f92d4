//! The answer in sentences: N − 1, the worst single loss, and what diverse suppliers share.

use super::StressAnswer;
use crate::number::{percent, short};
use offtake_adequacy::{Concentration, Kind, PartyShare, Secure};

/// Kinds of party that suppliers may have in common without showing it.
const SHARED: [(&str, &str); 5] = [
    ("gpu-maker", "maker of GPUs"),
    ("server-maker", "maker of servers"),
    ("grid", "grid"),
    ("lender", "lender"),
    ("landlord", "landlord"),
];

pub(super) fn sentence(answer: &StressAnswer<'_>) -> String {
    let mut parts = vec![secure(answer)];
    parts.extend(tenants(answer).or_else(|| shared(answer)));
    parts.extend(worth(answer));
    parts.join(" ")
}

/// Says whether the standards hold with any one party gone.
fn secure(answer: &StressAnswer<'_>) -> String {
    let base = percent(answer.stresses.base.unserved_share.mean);
    let asked: Vec<&Secure> = answer.stresses.secure.iter().filter(|s| s.is_asked).collect();
    let of = if asked.is_empty() { answer.stresses.secure.iter().collect() } else { asked };
    let worst = of.iter().max_by(|a, b| a.unserved_share.mean.total_cmp(&b.unserved_share.mean));
    let Some(worst) = worst else {
        return "Nothing in the book can be lost: it has no supply.".to_owned();
    };
    let loss = format!(
        "the worst loss of one {} is {}: {} of firm demand unserved, where the book as it is leaves {base}",
        worst.kind,
        worst.worst_name,
        percent(worst.unserved_share.mean),
    );
    let kinds = || of.iter().map(|s| s.kind.as_str()).collect::<Vec<_>>().join(", ");
    match (answer.stresses.base.secure, of.iter().all(|s| s.holds == Some(true))) {
        (None, _) => format!("No standard is set; {loss}."),
        (Some(_), true) => {
            format!("The standards hold with any one party gone ({}); {loss}.", kinds())
        }
        (Some(true), false) => {
            format!(
                "The standards hold as long as nobody fails, and not with one party gone; {loss}."
            )
        }
        (Some(false), false) => {
            format!("The standards do not hold even when nobody fails; {loss}.")
        }
    }
}

/// Says, on a seller's side, who takes most, and what losing it costs.
fn tenants(answer: &StressAnswer<'_>) -> Option<String> {
    let found = answer.stresses.concentration.iter().find(|c| c.kind == "tenant")?;
    let largest = found.shares.iter().find(|share| share.party.is_some())?;
    let gone = answer.stresses.stresses.iter().find(|stress| {
        stress.kind == Kind::TenantGone && Some(&stress.party) == largest.party.as_ref()
    });
    let cost = gone.map_or_else(String::new, |stress| {
        let cost = stress.delta.fees;
        let unit = format!("{} {} a year", short(cost.mean), answer.currency);
        format!("; without it {unit} are missing (± {})", short(cost.standard_error))
    });
    Some(format!(
        "{} takes {} of the capacity that is sold{cost}.",
        largest.name,
        percent(largest.share)
    ))
}

/// Says which party stands behind most of what looks diverse.
fn shared(answer: &StressAnswer<'_>) -> Option<String> {
    let find = |kind: &str| answer.stresses.concentration.iter().find(|c| c.kind == kind);
    let top = |found: &Concentration| -> Option<PartyShare> {
        found.shares.iter().find(|share| share.party.is_some()).cloned()
    };
    let suppliers = find("supplier")?;
    let largest = top(suppliers)?;
    let behind: Vec<String> = SHARED
        .iter()
        .filter_map(|(kind, name)| {
            let share = top(find(kind)?)?;
            (share.share > largest.share + 0.005)
                .then(|| format!("{} on one {name} ({})", percent(share.share), share.name))
        })
        .collect();
    let count = suppliers.shares.len();
    let name = &largest.name;
    let share = percent(largest.share);
    let suppliers = match count {
        1 => format!("One supplier, {name}, delivers all of it"),
        _ => format!("{count} suppliers deliver, the largest ({name}) {share}"),
    };
    Some(match behind.is_empty() {
        true => format!("{suppliers}; nobody behind them stands for more."),
        false => {
            format!(
                "{suppliers}; but they are less diverse than they look: the capacity hangs {}.",
                list(&behind)
            )
        }
    })
}

/// Writes `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Says whether having many suppliers is worth more than its GPUs.
fn worth(answer: &StressAnswer<'_>) -> Option<String> {
    let found = &answer.stresses.diversification;
    if found.is_empty() {
        return None;
    }
    let sum =
        |of: &dyn Fn(&offtake_adequacy::Diversification) -> f64| found.iter().map(of).sum::<f64>();
    let (spread, volume) = (sum(&|d| d.diversification.mean), sum(&|d| d.volume.mean));
    let total = spread + volume;
    (total > 0.0).then(|| {
        format!(
            "Of what the suppliers are worth, {} is volume and {} diversification ({} of {} GPUh a year).",
            percent((volume / total).clamp(0.0, 1.0)),
            percent((spread / total).clamp(0.0, 1.0)),
            short(spread),
            short(total),
        )
    })
}
