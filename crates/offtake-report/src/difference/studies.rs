//! Two finished studies, by what they wrote: their JSON, and their headlines by sample where they kept them.

use super::Headlines;
use offtake_adequacy::{Comparison, Difference, Estimate, Unit, block_name};
use offtake_stdx::sampled::{Gap, Sampled, gaps};
use serde_json::Value;

/// Compares two finished studies by what `assess --json` (or `assess.json` of `--out`) says of each, with
/// independent errors; `None` when one of them is no such thing.
#[must_use]
pub fn compare_studies(before: &Value, after: &Value) -> Option<Comparison> {
    for study in [before, after] {
        study.get("eue")?.get("mean")?;
    }
    let sides = [before, after];
    let of = |what: &str, unit: Unit, read: &dyn Fn(&Value) -> Option<Estimate>| {
        Difference::independent(what, unit, read(sides[0]), read(sides[1]))
    };
    let at = |what: &str, unit: Unit, pointer: &'static str, factor: f64| {
        of(what, unit, &|study| read(study.pointer(pointer)?).map(|value| value.times(factor)))
    };
    let count = |study: &Value| {
        let months = study.pointer("/headline/months_at_risk")?.as_f64()?;
        Some(Estimate { mean: months, standard_error: f64::NAN })
    };
    let headlines = vec![
        at("firm work unserved, headline", Unit::Share, "/headline/unserved_share", 1.0),
        of("months at risk, headline", Unit::Months, &count),
        at("firm equivalent", Unit::Gpus, "/headline/firm_equivalent_gpus", 1.0),
        at("open position", Unit::GpuHours, "/open_position", 1.0),
        at("risk", Unit::GpuHours, "/risk", 1.0),
        at("EUE", Unit::GpuHours, "/eue", 1.0),
        at("firm EUE", Unit::GpuHours, "/firm_eue", 1.0),
        at("EUE after spot", Unit::GpuHours, "/eue_after_spot", 1.0),
        at("NEUE", Unit::Share, "/neue", 1e-6),
        at("LOLH", Unit::Hours, "/lolh", 1.0),
        at("LOLE", Unit::Days, "/lole", 1.0),
    ];
    let named = |list: &'static str, name: fn(&Value) -> Option<String>, value: &'static str| {
        let entries = |side: usize| -> Vec<(String, Option<Estimate>)> {
            let all = sides[side].get(list).and_then(Value::as_array);
            let entry = |one: &Value| Some((name(one)?, one.get(value).and_then(read)));
            all.into_iter().flatten().filter_map(entry).collect()
        };
        (entries(0), entries(1))
    };
    let quarters =
        named("quarters", |q| Some(q.get("quarter")?.as_str()?.to_owned()), "firm_unserved_share");
    let block = |b: &Value| Some(block_name(b.get("id")?.as_str()?, b.get("block")?.as_str()?));
    let blocks = named("classes", block, "eue");
    let both = |difference: &Difference| difference.before.is_some() && difference.after.is_some();
    Some(Comparison {
        is_paired: false,
        headlines: headlines
            .into_iter()
            .filter(|d| d.before.is_some() || d.after.is_some())
            .collect(),
        quarters: join(quarters, Unit::Share).into_iter().filter(both).collect(),
        blocks: join(blocks, Unit::GpuHours),
        suppliers: Vec::new(),
    })
}

fn read(value: &Value) -> Option<Estimate> {
    let mean = value.get("mean")?.as_f64()?;
    let error = value.get("standard_error").or_else(|| value.get("mean_standard_error"));
    let standard_error = error.and_then(Value::as_f64).unwrap_or(f64::NAN);
    Some(Estimate { mean, standard_error })
}

type Named = Vec<(String, Option<Estimate>)>;

fn join((before, after): (Named, Named), unit: Unit) -> Vec<Difference> {
    let find = |list: &Named, name: &str| {
        list.iter().find(|(other, _)| other == name).and_then(|(_, value)| *value)
    };
    let added = after.iter().filter(|(name, _)| !before.iter().any(|(other, _)| other == name));
    let names = before.iter().chain(added).map(|(name, _)| name);
    names
        .map(|name| Difference::independent(name, unit, find(&before, name), find(&after, name)))
        .collect()
}

/// Gives the headlines of two studies the errors of their differences, from their headlines by sample.
pub fn pair_up(comparison: &mut Comparison, [before, after]: [&Sampled; 2]) {
    if !before.is_paired_with(after) {
        return;
    }
    comparison.is_paired = true;
    let found = gaps(before, after);
    for difference in &mut comparison.headlines {
        let own = found.iter().find(|gap| gap.what == difference.what);
        if let (Some(change), Some(paired)) =
            (&mut difference.change, own.and_then(|gap| gap.change))
        {
            change.standard_error = paired.standard_error;
        }
    }
}

/// Returns what the headlines of `value` and `stress` of two studies differ by, and what a reader must know of
/// that. `sampled` are their headlines of `value` by sample, where they kept them.
#[must_use]
pub fn study_headlines(
    [before, after]: [&Value; 2],
    sampled: [Option<&Sampled>; 2],
) -> (Vec<Headlines>, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    if let [Some(a), Some(b)] = [before, after].map(|study| study.get("value")) {
        let text = |value: &Value, key: &str| {
            value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (sides, money) = ([a, b].map(|v| text(v, "side")), [a, b].map(|v| text(v, "currency")));
        if sides[0] != sides[1] {
            notes.push(format!(
                "money is not compared: the one study is of the {}'s side and the other of the {}'s",
                sides[0], sides[1]
            ));
        } else if money[0] != money[1] {
            notes.push(format!(
                "money is not compared: the one study is in {} and the other in {}",
                money[0], money[1]
            ));
        } else {
            let (is_paired, gaps) = match sampled {
                [Some(before), Some(after)] => (before.is_paired_with(after), gaps(before, after)),
                _ => {
                    notes.push(
                        "money by sample is not in both studies, so the error of its difference is not known: the two are taken as independent"
                            .to_owned(),
                    );
                    (false, of_json([a, b], &money[0]))
                }
            };
            let side = Some(sides[0].clone());
            found.push(Headlines { part: "value", side, is_paired, gaps, verdicts: Vec::new() });
        }
    }
    if let [Some(a), Some(b)] = [before, after].map(|study| study.get("stress")) {
        found.push(stresses([a, b]));
    }
    (found, notes)
}

/// Returns the headlines of `value` from its JSON alone.
fn of_json([before, after]: [&Value; 2], money: &str) -> Vec<Gap> {
    let hour = format!("{money}/GPUh");
    let rows: [(&str, &str, &str); 14] = [
        ("paid to the last flow", money, "/distribution/paid"),
        ("a GPU-hour promised", &hour, "/headline/cost_per_gpu_hour/promised"),
        ("a GPU-hour delivered", &hour, "/headline/cost_per_gpu_hour/delivered"),
        ("a GPU-hour used", &hour, "/headline/cost_per_gpu_hour/used"),
        ("prepaid and lost", money, "/distribution/prepaid_lost"),
        ("delay credits", money, "/distribution/delay_credits"),
        ("unserved work, headline", money, "/headline/unserved_cost"),
        ("NPV", money, "/distribution/npv"),
        ("EBITDA over revenue", "share", "/distribution/ebitda_margin"),
        ("IRR before debt", "share", "/distribution/project_irr"),
        ("IRR to the owners", "share", "/distribution/equity_irr"),
        ("NPV to the owners", money, "/distribution/npv_equity"),
        ("least DSCR", "", "/distribution/dscr_min"),
        ("payback", "months", "/distribution/payback_months"),
    ];
    let of = |(what, unit, pointer): (&str, &str, &str)| {
        let read = |value: &Value| read(value.pointer(pointer)?);
        let (a, b) = (read(before), read(after));
        (a.is_some() || b.is_some()).then(|| Gap::independent(what, unit, a, b))
    };
    rows.into_iter().filter_map(of).collect()
}

/// Returns what the counterfactuals of two studies differ by: volume and diversification, the worst of each
/// kind, and concentration.
fn stresses([before, after]: [&Value; 2]) -> Headlines {
    let list = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let mut all: Vec<Gap> = Vec::new();
    let mut put = |unit: &str, sides: [Vec<(String, Option<Estimate>)>; 2]| {
        let [a, b] = sides;
        let find = |side: &Named, name: &str| {
            side.iter().find(|(other, _)| other == name).and_then(|(_, value)| *value)
        };
        let added = b.iter().filter(|(name, _)| !a.iter().any(|(other, _)| other == name));
        let gaps = a
            .iter()
            .chain(added)
            .map(|(name, _)| Gap::independent(name, unit, find(&a, name), find(&b, name)));
        all.extend(gaps);
    };
    let named =
        |key: &'static str, name: &dyn Fn(&Value) -> Option<String>, value: &'static str| {
            [before, after].map(|side| -> Named {
                let entry = |one: &Value| Some((name(one)?, one.get(value).and_then(read_any)));
                list(side, key).iter().filter_map(entry).collect()
            })
        };
    let of = |words: &'static str, key: &'static str| {
        move |one: &Value| Some(format!("{words} {}", one.get(key)?.as_str()?))
    };
    put("share", named("n_minus_1", &of("unserved without the worst", "kind"), "unserved_share"));
    let gpuh = Unit::GpuHours.name();
    put(gpuh, named("diversification", &of("volume of", "supplier"), "volume"));
    put(gpuh, named("diversification", &of("diversification by", "supplier"), "diversification"));
    put("HHI", named("concentration", &of("concentration of each", "kind"), "hhi"));
    let verdict = |one: &Value| {
        let worst = text(one, "worst_name").or_else(|| text(one, "worst"));
        let holds = match one.get("holds").and_then(Value::as_bool) {
            Some(true) => ", and it holds",
            Some(false) => ", and it does not hold",
            None => "",
        };
        worst.map_or_else(|| "none".to_owned(), |worst| format!("{worst}{holds}"))
    };
    let kinds = |side: &Value| -> Vec<(String, String)> {
        let of = |one: &Value| Some((text(one, "kind")?, verdict(one)));
        list(side, "n_minus_1").iter().filter_map(of).collect()
    };
    let (a, b) = (kinds(before), kinds(after));
    let pair = |(kind, before): (String, String)| {
        let after = b.iter().find(|(other, _)| *other == kind)?;
        Some([kind, before, after.1.clone()])
    };
    let verdicts = a.into_iter().filter_map(pair).collect();
    Headlines { part: "stress", side: None, is_paired: false, gaps: all, verdicts }
}

/// Reads an estimate, or a number whose error is not known.
fn read_any(value: &Value) -> Option<Estimate> {
    let alone = || value.as_f64().map(|mean| Estimate { mean, standard_error: f64::NAN });
    read(value).or_else(alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn study(eue: f64, error: f64) -> Value {
        json!({
            "eue": { "mean": eue, "standard_error": error },
            "neue": { "mean": 2e5, "standard_error": null },
            "headline": { "months_at_risk": 3 },
            "quarters": [{ "quarter": "2026-Q1", "firm_unserved_share": { "mean": 0.5, "standard_error": 0.1 } }],
            "classes": [{ "id": "chat", "block": "all", "eue": { "mean": 1.0, "standard_error": 0.0 } }],
        })
    }

    #[test]
    fn finished_studies_are_compared_with_independent_errors() {
        let compared = compare_studies(&study(100.0, 3.0), &study(160.0, 4.0)).unwrap();
        let eue = compared.headlines.iter().find(|d| d.what == "EUE").unwrap();
        assert_eq!(eue.change, Some(Estimate { mean: 60.0, standard_error: 5.0 }));
        assert!(eue.is_clear() && eue.is_different());
        let neue = compared.headlines.iter().find(|d| d.what == "NEUE").unwrap();
        assert!((neue.before.unwrap().mean - 0.2).abs() < 1e-12 && !neue.is_different());
        assert_eq!(compared.blocks[0].what, "chat");
        assert_eq!(compare_studies(&json!({}), &study(1.0, 1.0)), None);
    }
}
