//! What of the plan is insurance: what it signs beyond the plan that would do if all came as promised.

use crate::html::facts::{money, num, rows, text};
use crate::html::figures::Figure;
use crate::html::plan::made;
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::whole;
use crate::study::StudyReport;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// GPUs that are signed of an offer: by the plan, and by that for promises.
#[derive(Clone, Copy, Default)]
struct Both {
    with: f64,
    without: f64,
}

impl Both {
    fn needed(self) -> f64 {
        self.with.min(self.without)
    }

    fn insurance(self) -> f64 {
        self.with - self.needed()
    }

    fn given_up(self) -> f64 {
        self.without - self.needed()
    }
}

pub(in crate::html) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let plan = made(report.section("plan")?)?;
    let insurance = plan.get("insurance").filter(|of| !of.is_null())?;
    let all = offers(plan, insurance);
    let currency = text(plan, "currency");
    let amount = |value: &Value, key: &str| money(num(value, key).unwrap_or(0.0) * 1e6, currency);
    let sum = |of: fn(Both) -> f64| all.values().map(|both| of(*both)).sum::<f64>();
    let (needed, more, less) = (sum(Both::needed), sum(Both::insurance), sum(Both::given_up));
    let signs = |count: f64, tips: &mut Tips| match count > 0.5 {
        true => format!("{} GPUs", tips.number(&whole(count), "plan-insurance")),
        false => "nothing".to_owned(),
    };
    let beyond = match (needed > 0.5, more > 0.5) {
        (_, false) => "none of it as insurance".to_owned(),
        (false, true) => "all of it as insurance".to_owned(),
        (true, true) => format!("{} of it as insurance", signs(more, tips)),
    };
    let words = format!(
        "If all came as promised and demand grew as in the base scenario, {} would be signed. The plan signs {}, {beyond}. In \
         the futures that there are, who signs for promises alone pays {} more.",
        signs(needed + less, tips),
        signs(needed + more, tips),
        tips.number(&amount(insurance, "saves"), "plan-insurance"),
    );
    let columns = [
        ("Offer", Words, None),
        ("GPUs in any case", Numbers, None),
        ("As insurance", Numbers, Some("plan-insurance")),
        ("Not signed, for it may fail", Numbers, None),
    ];
    let row = |(offer, both): (&&str, &Both)| {
        let counts = [both.needed(), both.insurance(), both.given_up()].map(whole);
        [safe(offer)].into_iter().chain(counts).collect::<Vec<String>>()
    };
    let cells: Vec<Vec<String>> = all.iter().map(row).collect();
    let bar = |(offer, both): (&&str, &Both)| {
        json!({
            "offer": offer, "needed": both.needed(), "insurance": both.insurance(), "given_up": both.given_up(),
        })
    };
    let bars: Vec<Value> = all.iter().map(bar).collect();
    Some(Figure {
        title: "What of the plan is insurance".to_owned(),
        words,
        alt: format!(
            "A bar for each of {} offers: GPUs that would be signed in any case, and hatched those signed because deliveries \
             slip, suppliers fail and demand may grow faster.",
            bars.len()
        ),
        why: "plan-insurance",
        table: table(tips, "GPUs signed", &columns, &cells),
        data: if bars.is_empty() { Value::Null } else { json!({ "rows": bars }) },
    })
}

/// Returns what is signed by offer, all starts of it together.
fn offers<'a>(plan: &'a Value, insurance: &'a Value) -> BTreeMap<&'a str, Both> {
    let mut found: BTreeMap<&str, Both> = BTreeMap::new();
    for one in rows(plan, "sign") {
        found.entry(text(one, "offer")).or_default().with += num(one, "gpus").unwrap_or(0.0);
    }
    for one in rows(insurance, "sign") {
        found.entry(text(one, "offer")).or_default().without += num(one, "gpus").unwrap_or(0.0);
    }
    found
}
