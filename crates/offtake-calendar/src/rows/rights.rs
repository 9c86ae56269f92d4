//! Options, other rights, and offers: the last day for each.

use super::delivery::worth;
use super::plain;
use super::words::{does, name, sentence, whole, whom};
use crate::dates::{after, days_between};
use crate::money::{contract_value, priced};
use crate::row::{Flow, Row, RowKind, Undated};
use jiff::civil::Date;
use offtake_model::{Book, Contract, Offer, OptionRight, Right, Side};
use offtake_units::Money;

/// Adds the rows of options, rights and offers, and what of them has no day.
pub(crate) fn push(book: &Book, rows: &mut Vec<Row>, undated: &mut Vec<Undated>) {
    for (id, option) in &book.options {
        rows.extend(of_option(book, id, option, undated));
    }
    for (id, right) in &book.rights {
        match right.exercise_by {
            Some(day) => rows.push(of_right(book, id, right, day)),
            None => undated.push(right_without_day(book, id, right)),
        }
    }
    for offer in book.offers.values() {
        rows.extend(of_offer(book, offer));
    }
}

fn of_option(book: &Book, id: &str, option: &OptionRight, undated: &mut Vec<Undated>) -> Vec<Row> {
    let Some(contract) = book.contracts.get(&option.contract) else { return Vec::new() };
    let carried = carried(book, contract, option);
    let gpus = option.gpus.map(|gpus| gpus.count()).or(carried.as_ref().map(|found| found.gpus));
    let amount = gpus.and_then(|gpus| option_value(contract, option, gpus));
    let much = match (option.gpus, option.power) {
        (Some(gpus), _) => format!("{} GPUs", whole(gpus.count())),
        (None, Some(power)) => power.to_string(),
        (None, None) => "more capacity".to_owned(),
    };
    let place = option.site.as_ref().map_or_else(String::new, |site| format!(" at {site}"));
    let flow = if book.side(contract) == Side::Other { Flow::Between } else { Flow::Worth };
    let of = |date, kind, text: &str| Row {
        contract: Some(contract.id.to_string()),
        flow,
        ..plain(date, kind, format!("option.{id}"), amount, text)
    };
    let start = option.start;
    let worth = match (amount, &carried) {
        (Some(_), Some(found)) => format!("; {}, at the price of {}", found.text, contract.id),
        (Some(_), None) => String::new(),
        (None, Some(found)) => {
            format!(
                "; {}, and what they are worth is not known, since {} has no price",
                found.text, contract.id
            )
        }
        (None, None) if gpus.is_some() => {
            format!("; its worth is not known, since {} has no price", contract.id)
        }
        (None, None) => {
            "; its worth is not known, since the book does not say how many GPUs it is for"
                .to_owned()
        }
    };
    let caller = whom(book, &contract.buyer);
    let expiry = option.exercise_by.map(|day| {
        let text = format!("last day for {caller} to call for {much}{place} from {start}{worth}");
        of(day, RowKind::OptionExpiry, &text)
    });
    if expiry.is_none() {
        let text = format!(
            "last day for {caller} to call for {much}{place} from {start}{worth}; the book does not say which day"
        );
        undated.push(Undated {
            kind: RowKind::OptionExpiry,
            on: format!("option.{id}"),
            amount,
            flow,
            text: sentence(&text),
        });
    }
    let text = format!("{much}{place} under the option {id} would be in service, if called for");
    expiry.into_iter().chain([of(start, RowKind::OptionStart, &text)]).collect()
}

/// GPUs that an option's megawatts carry.
struct Carried {
    gpus: i64,
    /// How they are counted, in words.
    text: String,
}

/// Returns the GPUs of the contract's first type that an option in megawatts carries: its grid power over what one
/// draws with cooling; `None` for one that names GPUs or no power.
fn carried(book: &Book, contract: &Contract, option: &OptionRight) -> Option<Carried> {
    let power = option.power.filter(|_| option.gpus.is_none())?;
    let first = contract.tranches.first()?;
    let site = option.site.as_ref().unwrap_or(&first.site);
    let here = book.sites.get(site).and_then(|known| known.draw.get(&first.accelerator)).copied();
    let draw = here.or(book.catalog.accelerators.get(&first.accelerator).map(|a| a.draw))?;
    let at_site = book.halls.values().find(|hall| hall.site == *site);
    let pue = at_site.or(book.halls.get(&first.hall)).map_or(1.0, |hall| hall.pue);
    // The heavier of training and serving: nobody has chosen yet what runs.
    let each = draw.training.kilowatts().max(draw.serving.kilowatts()) * pue;
    if each <= 0.0 {
        return None;
    }
    let gpus = libm::floor(power.kilowatts() / each) as i64;
    let text = format!(
        "as grid power it carries about {} {} at {each:.2} kW each, cooling included",
        whole(gpus),
        first.accelerator
    );
    Some(Carried { gpus, text })
}

/// Returns the price of the optional GPUs over the term of the contract's first tranche.
fn option_value(contract: &Contract, option: &OptionRight, gpus: i64) -> Option<Money> {
    let price = contract.price?;
    let days = days_between(option.start, after(option.start, contract.tranches.first()?.term));
    Some(priced(price, i128::from(gpus) * i128::from(days) * 24))
}

fn right_without_day(book: &Book, id: &str, right: &Right) -> Undated {
    let row = of_right(book, id, right, book.as_of);
    let text = format!("{}; the book does not say which day", row.text);
    Undated { kind: row.kind, on: row.on, amount: row.amount, flow: row.flow, text }
}

fn of_right(book: &Book, id: &str, right: &Right, day: Date) -> Row {
    let contract = book.contracts.values().find(|contract| contract.id.to_string() == right.on);
    let holder = if right.holder == book.owner {
        "our".to_owned()
    } else {
        format!("{}'s", name(book, &right.holder))
    };
    let kind = right.kind.replace('-', " ");
    let answer = right
        .answer_within
        .map_or_else(String::new, |span| format!("; {span} to answer once asked"));
    let text = format!("last day of {holder} right of {kind} on {}{answer}", right.on);
    let amount = contract.and_then(|contract| contract_value(book, contract));
    Row {
        contract: contract.map(|contract| contract.id.to_string()),
        ..plain(day, RowKind::RightExpiry, format!("right.{id}"), amount, &text)
    }
}

fn of_offer(book: &Book, offer: &Offer) -> Option<Row> {
    let day = offer.open_until?;
    let gpus = offer.block.count().saturating_mul(offer.blocks);
    let days = days_between(offer.start_from, after(offer.start_from, offer.term));
    let amount = priced(offer.price, i128::from(gpus) * i128::from(days) * 24);
    let taken = if offer.taken_chance.part() > 0.0 {
        format!("; {} a quarter that somebody else takes it first", offer.taken_chance)
    } else {
        String::new()
    };
    let text = format!(
        "last day to sign: {} up to {} {} at {} at {}, {} in all{taken}",
        does(book, &offer.seller, "offer"),
        whole(gpus),
        offer.accelerator,
        offer.site,
        offer.price,
        worth(Some(amount)),
    );
    Some(plain(day, RowKind::OfferExpiry, format!("offer.{}", offer.id), Some(amount), &text))
}
