//! The answer as JSON; `docs/reference/offer-json.md` says what each field is.

use super::{OfferAnswer, offer_sentence, verdict};
use crate::json::{estimate, list, number};
use crate::table::Table;
use offtake_adequacy::{Alternative, Concentration, Estimate, Standing};
use serde_json::{Value, json};

/// Returns everything but what may differ between equal runs.
#[must_use]
pub fn offer_json(answer: &OfferAnswer<'_>) -> Value {
    let (head, result, terms) = (answer.head, answer.result, answer.terms);
    let driver = |(block, change): &(String, Estimate)| json!({ "block": block, "delta_eue": estimate(*change) });
    let secure = |(without, with): &(offtake_adequacy::Secure, offtake_adequacy::Secure)| {
        json!({
            "kind": without.kind,
            "without": { "holds": without.holds, "worst": without.worst, "unserved_share": estimate(without.unserved_share) },
            "with": { "holds": with.holds, "worst": with.worst, "unserved_share": estimate(with.unserved_share) },
        })
    };
    json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "currency": answer.currency,
        "seed": answer.seed,
        "samples": result.samples,
        "years": number(result.years),
        "offer": terms.id,
        "terms": {
            "seller": terms.seller,
            "site": terms.site,
            "accelerator": terms.accelerator,
            "gpus": terms.gpus,
            "promised": terms.promised,
            "price": number(terms.price),
            "term": terms.term,
            "open_until": terms.open_until,
            "value": number(terms.value),
            "is_sale": terms.is_sale,
            "capital": number(terms.capital),
        },
        "sign": verdict(answer).name(),
        "answer": offer_sentence(answer),
        "delta_eue": estimate(result.delta.eue),
        "delta_firm_eue": estimate(result.delta.firm_eue),
        "delta_lolh": estimate(result.delta.lolh),
        "delta_cost": estimate(result.delta.cost),
        "delta_fees": estimate(result.delta.fees),
        "breakeven_price": result.breakeven_price.map(estimate),
        "paid_gpu_hours": estimate(result.paid_hours),
        "prepayment": {
            "amount": number(terms.prepayment),
            "expected_loss": number(terms.prepayment_loss),
        },
        "without": standing(&result.nothing),
        "with": standing(&result.signed),
        "n_minus_1": list(answer.secure, secure),
        "against": list(&result.against, alternative),
        "drivers": list(&result.drivers, driver),
        "toml": terms.toml,
    })
}

/// Returns the answer as tables: a row of all that is one number, and one table for each list.
#[must_use]
pub fn offer_tables(answer: &OfferAnswer<'_>) -> Vec<Table> {
    let mut json = offer_json(answer);
    // A file to sign is no cell.
    json.as_object_mut().map(|fields| fields.remove("toml"));
    crate::study::flat("offer", &json)
}

fn alternative(alternative: &Alternative) -> Value {
    json!({
        "alternative": alternative.name,
        "delta_eue": estimate(alternative.delta.eue),
        "delta_cost": estimate(alternative.delta.cost),
        "delta_fees": estimate(alternative.delta.fees),
        "signing_saves": estimate(alternative.saves),
    })
}

fn standing(standing: &Standing) -> Value {
    let concentration = |found: &Concentration| {
        let top = found.shares.iter().find(|share| share.party.is_some());
        json!({
            "kind": found.kind,
            "hhi": number(found.hhi),
            "largest": top.and_then(|share| share.party.clone()),
            "share": top.map(|share| number(share.share)),
        })
    };
    json!({
        "eue": estimate(standing.eue),
        "unserved_share": estimate(standing.unserved_share),
        "lolh": estimate(standing.lolh),
        "cost": estimate(standing.cost),
        "months_at_risk": standing.months_at_risk,
        "secure": standing.secure,
        "concentration": list(&standing.concentration, concentration),
    })
}
