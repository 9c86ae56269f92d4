//! The answer as JSON; `docs/reference/stress-json.md` says what each field is.

use super::{Judgement, StressAnswer};
use crate::json::{estimate, list, number};
use offtake_adequacy::{Concentration, Cure, Diversification, Secure, StressResult};
use serde_json::{Value, json};

/// Returns everything but what may differ between equal runs.
#[must_use]
pub fn stress_json(answer: &StressAnswer<'_>) -> Value {
    let (head, stresses) = (answer.head, answer.stresses);
    let base = &stresses.base;
    json!({
        "version": head.version,
        "title": head.title,
        "book_hash": head.book_hash,
        "as_of": head.as_of,
        "from": stresses.from,
        "to": stresses.to,
        "reference_accelerator": head.reference,
        "currency": answer.currency,
        "seed": stresses.seed,
        "samples": stresses.samples,
        "every_month": stresses.every,
        "answer": super::stress_sentence(answer),
        "units": {
            "eue": "reference GPU-hours a year",
            "lolh": "hours a year",
            "cost": "currency a year",
            "share": "0 to 1",
            "year": "8766 hours",
        },
        "base": {
            "eue": estimate(base.eue),
            "firm_eue": estimate(base.firm_eue),
            "lolh": estimate(base.lolh),
            "unserved_share": estimate(base.unserved_share),
            "cost": estimate(base.cost),
            "secure": base.secure,
        },
        "stresses": list(&stresses.stresses, stress),
        "n_minus_1": list(&stresses.secure, secure),
        "diversification": list(&stresses.diversification, diversification),
        "judgement": list(answer.judgements, judgement),
        "concentration": list(&stresses.concentration, concentration),
    })
}

fn stress(stress: &StressResult) -> Value {
    json!({
        "id": stress.id,
        "kind": stress.kind.name(),
        "party": stress.party,
        "name": stress.name,
        "text": stress.text,
        "delta_eue": estimate(stress.delta.eue),
        "delta_firm_eue": estimate(stress.delta.firm_eue),
        "delta_lolh": estimate(stress.delta.lolh),
        "delta_cost": estimate(stress.delta.cost),
        "delta_fees": estimate(stress.delta.fees),
        "unserved_share": estimate(stress.unserved_share),
        "secure": stress.secure,
        "cure": cure(&stress.cure),
    })
}

fn cure(cure: &Cure) -> Value {
    if cure.gpus <= 0.0 {
        return Value::Null;
    }
    json!({
        "gpus": number(cure.gpus),
        "spot_gpus": number(cure.spot_gpus),
        "spot_hours": number(cure.spot_hours),
        "offer_gpus": number(cure.offer_gpus),
        "offer_days": cure.offer_days.map(number),
        "offers": cure.offers,
    })
}

fn secure(secure: &Secure) -> Value {
    json!({
        "kind": secure.kind,
        "is_asked": secure.is_asked,
        "parties": secure.parties,
        "holds": secure.holds,
        "worst": secure.worst,
        "worst_name": secure.worst_name,
        "unserved_share": estimate(secure.unserved_share),
    })
}

fn diversification(found: &Diversification) -> Value {
    json!({
        "supplier": found.supplier,
        "stand_in": found.stand_in,
        "diversification": estimate(found.diversification),
        "volume": estimate(found.volume),
    })
}

fn judgement(judgement: &Judgement) -> Value {
    json!({
        "input": judgement.input,
        "value": judgement.value,
        "low": judgement.low,
        "high": judgement.high,
        "delta_low": estimate(judgement.delta_low),
        "delta_high": estimate(judgement.delta_high),
        "note": judgement.note,
    })
}

fn concentration(found: &Concentration) -> Value {
    let share = |share: &offtake_adequacy::PartyShare| json!({ "party": share.party, "name": share.name, "share": number(share.share) });
    json!({ "kind": found.kind, "hhi": number(found.hhi), "shares": list(&found.shares, share) })
}
