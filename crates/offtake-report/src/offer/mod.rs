//! What people and programs read of `offer`: "sign this?" on one page.

mod json;
mod text;

use crate::answer::Head;
use crate::number::{percent, short};
use offtake_adequacy::{Estimate, OfferResult, Secure};

pub use json::{offer_json, offer_tables};
pub use text::offer_text;

/// How many standard errors a difference must have to count.
const CLEAR: f64 = 2.0;

/// What is known of an offer, with what signing it comes to.
#[derive(Clone, Copy, Debug)]
pub struct OfferAnswer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// The currency of money.
    pub currency: &'a str,
    /// The seed of the futures.
    pub seed: u64,
    /// The offer.
    pub terms: &'a Terms,
    /// What signing it comes to.
    pub result: &'a OfferResult,
    /// Verdicts of N − 1 without and with it, by kind; empty where they were not asked for.
    pub secure: &'a [(Secure, Secure)],
}

/// What an offer says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Its id.
    pub id: String,
    /// Who offers (or asks, where the owner is the seller), by name.
    pub seller: String,
    /// Where, by name.
    pub site: String,
    /// What, by name.
    pub accelerator: String,
    /// GPUs that would be signed.
    pub gpus: i64,
    /// The day in service, as `2026-09-01`.
    pub promised: String,
    /// The price of a GPU-hour.
    pub price: f64,
    /// Length of use, in words.
    pub term: String,
    /// The last day on which it can be signed, if there is one.
    pub open_until: Option<String>,
    /// Money over the whole term, if all is paid for.
    pub value: f64,
    /// Money paid ahead.
    pub prepayment: f64,
    /// What of it is lost on average because the seller fails.
    pub prepayment_loss: f64,
    /// Money for hall and racks, where the owner of the book is the seller.
    pub capital: f64,
    /// Whether it is a tenant's request, and the owner of the book the seller.
    pub is_sale: bool,
    /// What waiting means, in words.
    pub wait: String,
    /// The table to put into the book.
    pub toml: String,
}

/// Whether to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It costs less than every alternative.
    Sign,
    /// Some alternative costs less.
    DoNotSign,
    /// The samples cannot tell it from the best alternative.
    TooClose,
}

impl Verdict {
    /// Returns the word that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Sign => "yes",
            Verdict::DoNotSign => "no",
            Verdict::TooClose => "too close to call",
        }
    }
}

/// Returns the alternative that costs least, and what signing saves against it.
fn best<'a>(answer: &OfferAnswer<'a>) -> Option<(&'a str, Estimate)> {
    let all = answer.result.against.iter();
    let best = all.min_by(|a, b| a.saves.mean.total_cmp(&b.saves.mean))?;
    Some((best.name.as_str(), best.saves))
}

/// Returns whether to sign: by cost, against the best alternative.
#[must_use]
pub fn verdict(answer: &OfferAnswer<'_>) -> Verdict {
    let Some((_, saves)) = best(answer) else { return Verdict::TooClose };
    let error = CLEAR * saves.standard_error;
    if saves.mean > error {
        Verdict::Sign
    } else if saves.mean < -error {
        Verdict::DoNotSign
    } else {
        Verdict::TooClose
    }
}

/// Returns the answer in sentences.
#[must_use]
pub fn offer_sentence(answer: &OfferAnswer<'_>) -> String {
    let (result, terms) = (answer.result, answer.terms);
    let currency = answer.currency;
    let (name, saves) = best(answer).unwrap_or(("nothing", Estimate::default()));
    let against = match name {
        "nothing" => "doing nothing".to_owned(),
        "wait" => format!("waiting ({})", terms.wait),
        rival => format!("the rival offer {rival}"),
    };
    let money = format!(
        "{} {currency} a year (± {})",
        short(saves.mean.abs()),
        short(saves.standard_error)
    );
    let first = match verdict(answer) {
        Verdict::Sign if terms.is_sale => {
            format!("Accept: it earns {money} more than the best alternative, {against}.")
        }
        Verdict::Sign => format!("Sign: it saves {money} against the best alternative, {against}."),
        Verdict::DoNotSign if terms.is_sale => {
            format!("Do not accept: {against} earns {money} more.")
        }
        Verdict::DoNotSign => format!("Do not sign: {against} costs {money} less."),
        Verdict::TooClose => {
            format!("Too close to call: signing and {against} differ by {money}.")
        }
    };
    let effect = format!(
        "Over the headline {} of firm demand go unserved with it, {} without; {} months are at risk with it, {} without.",
        percent(result.signed.unserved_share.mean),
        percent(result.nothing.unserved_share.mean),
        result.signed.months_at_risk,
        result.nothing.months_at_risk,
    );
    let price = result.breakeven_price.map_or_else(String::new, |price| {
        let (pays, is_said) =
            if terms.is_sale { ("from", "would be paid") } else { ("up to", "is asked") };
        format!(
            " It pays {pays} {:.2} {currency} a GPU-hour (± {:.2}); {:.2} {is_said}.",
            price.mean, price.standard_error, terms.price
        )
    });
    format!("{first} {effect}{price}")
}
