//! Words of rows: names of parties, whole numbers with separators, money as people say it.

use offtake_model::{Book, PartyId};
use offtake_units::Money;

/// Returns the name of a party for people: `we` for the owner of the book.
pub(super) fn who(book: &Book, party: &PartyId) -> String {
    if *party == book.owner { "we".to_owned() } else { name(book, party) }
}

/// Returns the name of a party for people.
pub(super) fn name(book: &Book, party: &PartyId) -> String {
    book.parties.get(party).map_or_else(|| party.to_string(), |known| known.name.clone())
}

/// Returns the verb in the form that fits: `we pay`, `IREN pays`.
pub(super) fn does(book: &Book, party: &PartyId, verb: &str) -> String {
    let who = who(book, party);
    let ending = if *party == book.owner { "" } else { "s" };
    format!("{who} {verb}{ending}")
}

/// Names a party after `for`: `us` for the owner of the book.
pub(super) fn whom(book: &Book, party: &PartyId) -> String {
    if *party == book.owner { "us".to_owned() } else { name(book, party) }
}

/// Begins a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Writes a whole number with separators.
pub(super) fn whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// Writes money short, with three digits that count: `485 MUSD`, `1.94 GUSD`.
pub(super) fn money(money: Money) -> String {
    let units = money.units();
    let steps = [(1e9, "G"), (1e6, "M"), (1e3, "k")];
    // Half a unit below the step already reads as the step.
    let step = steps.into_iter().find(|(least, _)| units.abs() >= least * 0.9995);
    let (factor, prefix) = step.unwrap_or((1.0, ""));
    let scaled = units / factor;
    let places = if scaled.abs() >= 99.95 {
        0
    } else if scaled.abs() >= 9.995 {
        1
    } else {
        2
    };
    format!("{scaled:.places$} {prefix}{}", money.currency())
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_units::Quantity;

    #[test]
    fn numbers_and_money_read_as_people_say_them() {
        assert_eq!(
            (whole(104_000), whole(999), whole(-1_000)),
            ("104,000".into(), "999".into(), "-1,000".into())
        );
        let text = |written: &str| money(Money::parse(written).unwrap());
        assert_eq!(text("485 MUSD"), "485 MUSD");
        assert_eq!(text("1.94 GUSD"), "1.94 GUSD");
        assert_eq!(text("40416666.67 USD"), "40.4 MUSD");
        assert_eq!(text("999.96 kUSD"), "1.00 MUSD");
    }
}
