//! The questions, each answered in two sentences from the parts that were run.
//!
//! An answer says its numbers with their errors; where a part was not run it says that, and nothing more.

use super::facts::{at, count, day, est, month, num, rows, share, text, work};
use super::figures::says_yes;
use super::plan::{gpus, made};
use super::text::{Tips, safe};
use crate::number::{self, percent};
use crate::study::StudyReport;
use offtake_adequacy::Estimate;
use serde_json::Value;

/// Who asks, what, and the function that answers in HTML.
pub(super) struct Question {
    /// In the words of whoever asks.
    pub(super) asks: &'static str,
    /// Who asks.
    pub(super) who: &'static str,
    /// The answer, and the figures that show it.
    pub(super) answer: fn(&StudyReport, &mut Tips) -> String,
    /// Ids of the figures that show it.
    pub(super) see: &'static [&'static str],
}

/// The questions, in the order in which they are asked.
pub(super) const ALL: &[Question] = &[
    Question {
        asks: "Are these resources sufficient against growing demand?",
        who: "the buyer",
        answer: sufficient,
        see: &["supply", "shortfall"],
    },
    Question {
        asks: "What to sign next?",
        who: "the buyer",
        answer: next,
        see: &[
            "plan-sign",
            "plan-walk-away",
            "plan-worth",
            "plan-frontier",
            "plan-bounds",
            "offers",
        ],
    },
    Question {
        asks: "Is buying from many suppliers fear of shortage, or diversification?",
        who: "the buyer",
        answer: diversified,
        see: &["diversification", "offers"],
    },
    Question {
        asks: "Who guarantees continuous access? Does it make new dependencies?",
        who: "the buyer",
        answer: guaranteed,
        see: &["flow", "tornado", "concentration", "timeline"],
    },
    Question {
        asks: "At what risk, for what concrete return?",
        who: "both sides",
        answer: returned,
        see: &["cash", "cost", "irr", "claims"],
    },
    Question {
        asks: "How does a supplier take on new tenants without losing agility?",
        who: "the seller",
        answer: agile,
        see: &["dscr", "uses", "headroom"],
    },
];

/// Says that a part was not run.
fn not_run(part: &str, what: &str) -> String {
    format!("<span class=\"absent\">{what}: <code>{part}</code> was not run in this study.</span>")
}

/// Returns the answer's opening word and its tone.
pub(super) fn verdict(assess: &Value) -> (&'static str, &'static str) {
    match assess.get("holds").and_then(Value::as_bool) {
        Some(true) => ("It holds", "good"),
        Some(false) => ("It does not hold", "bad"),
        None => ("No standard is set", "open"),
    }
}

fn sufficient(report: &StudyReport, tips: &mut Tips) -> String {
    let Some(assess) = report.section("assess") else {
        return not_run("assess", "Whether it is enough");
    };
    let at_risk = format!(
        "{} of {}",
        whole(assess, "headline/months_at_risk"),
        whole(assess, "headline/months")
    );
    let at_risk = tips.number(&at_risk, "months-at-risk");
    let unserved = est(assess, "headline/unserved_share").map_or_else(String::new, share);
    let unserved = tips.number(&unserved, "unserved-share");
    let to = month(text(assess, "headline/to"));
    let word = match assess.get("holds").and_then(Value::as_bool) {
        Some(true) => "<strong>Yes</strong>, by the book's standard: ",
        Some(false) => "<strong>No</strong>: ",
        None => "The book sets no standard to say; ",
    };
    format!(
        "{word}{at_risk} months to {to} are at risk, and {unserved} of firm demand goes unserved. {}",
        why_short(assess, tips)
    )
}

fn whole(value: &Value, path: &str) -> String {
    num(value, path).map_or_else(|| number::NONE.to_owned(), number::whole)
}

/// Says what is not bought and what is risk, and what would mend it.
fn why_short(assess: &Value, tips: &mut Tips) -> String {
    let (eue, open) =
        (num(assess, "eue").unwrap_or(0.0), num(assess, "open_position").unwrap_or(0.0));
    let parts = if eue > 0.0 {
        let risk = est(assess, "risk").map_or(Estimate::default(), |risk| risk.times(1.0 / eue));
        format!(
            "Of all that goes unserved, {} is not bought yet and {} is risk",
            tips.number(&percent(open / eue), "open-position"),
            tips.number(&share(risk), "risk")
        )
    } else {
        "No work goes unserved in any future".to_owned()
    };
    match est(assess, "headline/firm_equivalent_gpus") {
        Some(gpus) if gpus.mean > 0.5 => {
            format!(
                "{parts}; {} more firm GPUs would make it hold.",
                tips.number(&count(gpus), "firm-equivalent")
            )
        }
        Some(gpus) => format!(
            "{parts}; {} GPUs could go and it would still hold.",
            tips.number(&count(gpus.times(-1.0)), "firm-equivalent")
        ),
        None => format!("{parts}."),
    }
}

/// Says what the plan signs and how sure that is; where there is no plan, what an offer alone would change.
fn next(report: &StudyReport, tips: &mut Tips) -> String {
    let Some(plan) = report.section("plan") else {
        return format!("{} {}", not_run("plan", "All offers together"), sign_next(report, tips));
    };
    let Some(plan) = made(plan) else {
        return format!("{} {}", safe(text(plan, "answer")), sign_next(report, tips));
    };
    let currency = text(plan, "currency");
    let money = |path: &str, tips: &mut Tips, why: &str| {
        let amount = num(plan, path).unwrap_or(0.0) * 1e6;
        tips.number(&super::facts::money(amount, currency), why)
    };
    let signed = rows(plan, "sign");
    let to = month(text(plan, "to"));
    let what = match signed.iter().map(|one| (text(one, "sign_on"), one)).min_by_key(|(on, _)| *on)
    {
        None => format!("Nothing: to {to} none of the offers is worth its price."),
        Some((_, first)) => format!(
            "Sign <strong>{}</strong>{}: {} GPUs in all, which cost {} to {to}.",
            safe(text(first, "offer")),
            others(signed.len() - 1),
            tips.number(&number::whole(gpus(plan)), "plan-sign"),
            tips.number(&super::facts::money(cost_signed(plan) * 1e6, currency), "plan-cost"),
        ),
    };
    let gap = tips.number(&super::plan::gap(plan), "plan-gap");
    let early =
        if text(plan, "finish") == "reached" { "" } else { ", for the search was ended early" };
    format!(
        "{what} With all that still goes unserved at its value that is {} in expectation and {} in the worst of {} futures, and          no plan is more than {gap} better{early}.",
        money("cost/expected", tips, "plan-cost"),
        money("cost/worst", tips, "plan-risk"),
        whole(plan, "scenarios"),
    )
}

fn others(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and one more".to_owned(),
        count => format!(" and {count} more"),
    }
}

/// Returns what all that is signed costs: expected millions.
fn cost_signed(plan: &Value) -> f64 {
    rows(plan, "sign").iter().filter_map(|one| num(one, "cost")).sum()
}

fn diversified(report: &StudyReport, tips: &mut Tips) -> String {
    let first = report.section("stress").map_or_else(
        || not_run("stress", "Which of the two it is"),
        |stress| {
            let sum = |field: &str| -> Estimate {
                let all = rows(stress, "diversification").iter().filter_map(|row| est(row, field));
                // Errors of sums over the same futures are at most the sum of the errors.
                all.fold(Estimate::default(), |sum, one| Estimate {
                    mean: sum.mean + one.mean,
                    standard_error: sum.standard_error + one.standard_error,
                })
            };
            let (apart, volume) = (sum("diversification"), sum("volume"));
            let total = apart.mean + volume.mean;
            if total.abs() < f64::MIN_POSITIVE {
                return "No supplier changes what goes unserved, so it is neither.".to_owned();
            }
            let part = apart.times(1.0 / total);
            let text = tips.number(&share(part), "diversification");
            let word = if part.mean > 0.5 { "Mostly diversification" } else { "Mostly volume" };
            format!(
                "{word}: {text} of what the suppliers are worth comes from not being one and the same, the rest from \
                 their GPUs alone."
            )
        },
    );
    match report.section("plan").and_then(made) {
        Some(_) => format!("{first} {}", best_alone(report, tips).unwrap_or_default()),
        None => first,
    }
}

/// Says which offer to sign if it is only one; nothing where there is none.
fn best_alone(report: &StudyReport, tips: &mut Tips) -> Option<String> {
    let offers = report.section("offers").map_or(&[][..], |offers| rows(offers, ""));
    let best = offers.iter().filter(|offer| says_yes(offer)).min_by(|a, b| {
        let of = |offer: &Value| num(offer, "delta_eue").unwrap_or(0.0);
        of(a).total_cmp(&of(b))
    });
    if let Some(offer) = best {
        let text = work(est(offer, "delta_eue").unwrap_or_default());
        return Some(format!(
            "Of the offers one by one, <strong>{}</strong> would do most: it changes what goes unserved by {}.",
            safe(text_of(offer)),
            tips.number(&text, "offer")
        ));
    }
    (!offers.is_empty()).then(|| {
        format!("Alone, none of the {} offers that ask least is worth its price.", offers.len())
    })
}

/// Says which offer to sign, or failing that by when something must be signed.
fn sign_next(report: &StudyReport, tips: &mut Tips) -> String {
    if let Some(said) = best_alone(report, tips) {
        return said;
    }
    let Some(assess) = report.section("assess") else { return not_run("offers", "What to sign") };
    let gaps = rows(assess, "headline/decide_by");
    let next = gaps.iter().filter(|gap| !text(gap, "date").is_empty() && gap["is_past"] == false);
    match next.min_by_key(|gap| (text(gap, "date"), text(gap, "month"))) {
        Some(gap) => format!(
            "The next gap that can still be closed in time is {}: about {} GPUs{}, signed by {}.",
            safe(text(gap, "quarter")),
            number::whole(num(gap, "gpus").unwrap_or(0.0)),
            place(text(gap, "zone")),
            tips.number(&day(text(gap, "date")), "decide-by")
        ),
        None if gaps.is_empty() => "No gap asks for a signature within the headline.".to_owned(),
        None => format!("For all {} gaps of the headline it is too late to sign.", gaps.len()),
    }
}

fn text_of(offer: &Value) -> &str {
    text(offer, "offer")
}

fn place(zone: &str) -> String {
    if zone == "anywhere" { String::new() } else { format!(" in {}", safe(zone)) }
}

fn guaranteed(report: &StudyReport, tips: &mut Tips) -> String {
    let first = report
        .section("assess")
        .and_then(|assess| worth(assess, tips))
        .unwrap_or_else(|| not_run("assess", "What each contract is worth in firm GPUs"));
    let second = report.section("stress").map_or_else(
        || not_run("stress", "What fails with whom"),
        |stress| {
            let happens = |row: &&Value| text(row, "kind") != "as-largest";
            let all: Vec<&Value> = rows(stress, "stresses").iter().filter(happens).collect();
            let judged = all.iter().filter(|row| row["secure"].is_boolean());
            let (fails, count) = judged.fold((0, 0), |(fails, count), row| {
                (fails + usize::from(row["secure"] == false), count + 1)
            });
            let worst = all.iter().max_by(|a, b| {
                let of = |row: &Value| num(row, "delta_eue").unwrap_or(0.0);
                of(a).total_cmp(&of(b))
            });
            let worst = worst.map_or_else(String::new, |row| {
                let change = work(est(row, "delta_eue").unwrap_or_default());
                let name = safe(&super::figures::label(row));
                format!("; the worst, {name}, adds {}", tips.number(&change, "stress"))
            });
            if at(stress, "base/secure") == Some(&Value::Bool(false)) {
                return format!("It does not hold as it is, so through no single failure{worst}.");
            }
            let fails = tips.number(&format!("{fails} of {count}"), "secure");
            format!("It would not hold through {fails} single failures{worst}.")
        },
    );
    format!("{first} {second}")
}

/// Says what the contracts are worth in firm GPUs in the last year of the headline, and the weakest.
fn worth(assess: &Value, tips: &mut Tips) -> Option<String> {
    let year: f64 = text(assess, "headline/to").split('-').next()?.parse().ok()?;
    let of = |contract: &Value| {
        let found = rows(contract, "years").iter().find(|row| num(row, "year") == Some(year))?;
        let promised = num(found, "promised_gpus")?;
        Some((text(contract, "id").to_owned(), promised, est(found, "capacity_credit_gpus")?))
    };
    let known: Vec<(String, f64, Estimate)> = rows(assess, "contracts")
        .iter()
        .filter_map(of)
        .filter(|(_, promised, _)| *promised > 0.0)
        .collect();
    let (promised, firm) = known
        .iter()
        .fold((0.0, 0.0), |(p, f), (_, promised, credit)| (p + promised, f + credit.mean));
    let weakest = known.iter().min_by(|a, b| (a.2.mean / a.1).total_cmp(&(b.2.mean / b.1)))?;
    let (name, least) = (&weakest.0, weakest.2.times(1.0 / weakest.1));
    Some(format!(
        "No contract guarantees all it promises: the {} GPUs promised for {year:.0} are worth {} firm ones, and the \
         weakest, <strong>{}</strong>, {} of what it says.",
        number::whole(promised),
        tips.number(&number::whole(firm), "credit"),
        safe(name),
        tips.number(&share(least), "credit")
    ))
}

fn returned(report: &StudyReport, tips: &mut Tips) -> String {
    let Some(value) = report.section("value") else {
        return not_run("value", "Money in and out");
    };
    let currency = text(value, "currency");
    let spread = |name: &str| super::money::spread(value, name);
    let mut parts = Vec::new();
    if let Some([promised, delivered, used]) = super::money::cost(value) {
        let write = |cost: Estimate| number::plus_minus(cost.mean, cost.standard_error);
        parts.push(format!(
            "A GPU-hour {} {} {currency} as promised, {} as delivered and {} as used.",
            super::money::verb(value),
            tips.number(&write(promised), "cost-per-hour"),
            tips.number(&write(delivered), "cost-per-hour"),
            tips.number(&write(used), "cost-per-hour")
        ));
    }
    if let Some([low, mid, high]) = spread("irr") {
        parts.push(format!(
            "The return is {} a year, and between {} and {} in nine futures of ten.",
            tips.number(&percent(mid), "irr"),
            percent(low),
            percent(high)
        ));
    }
    if let Some([low, mid, high]) = spread("npv") {
        let write = |amount: f64| super::facts::money(amount, currency);
        parts.push(format!(
            "All flows are worth {} today, between {} and {} in nine futures of ten.",
            tips.number(&write(mid), "npv"),
            write(low),
            write(high)
        ));
    }
    parts.truncate(2);
    if parts.is_empty() { not_run("value", "Cost and return") } else { parts.join(" ") }
}

fn agile(report: &StudyReport, tips: &mut Tips) -> String {
    let convertible = report.section("value").and_then(super::money::agility);
    let first = convertible.map_or_else(
        || not_run("value --side seller", "What can still be turned to another tenant"),
        |steps| {
            let write = |(months, megawatts): &(String, Estimate)| {
                let text = format!("{} MW", count(*megawatts));
                format!("{} within {}", tips.number(&text, "agility"), safe(months))
            };
            let steps: Vec<String> = steps.iter().map(write).collect();
            format!("Still convertible are {}.", steps.join(", "))
        },
    );
    let Some(assess) = report.section("assess") else { return first };
    let least = rows(assess, "headroom")
        .iter()
        .filter(|row| text(row, "month") == text(assess, "headline/to"))
        .filter_map(|row| num(row, "p10").map(|gpus| (gpus, text(row, "zone"))))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let (gpus, zone) = least.unwrap_or((0.0, "anywhere"));
    let found = tips.number(&number::whole(gpus), "headroom");
    let last = month(text(assess, "headline/to"));
    let text = if gpus >= 0.5 {
        format!(
            "In nine futures of ten at least {found} GPUs{} could be promised to somebody else in {last}.",
            place(zone)
        )
    } else {
        format!(
            "In {last} no place has GPUs to spare in nine futures of ten: {found} could be promised to somebody else."
        )
    };
    format!("{first} {text}")
}
