//! Exact arithmetic of money: whole millionths, rounded once and always the same way.

use offtake_model::Book;
use offtake_units::{Money, Share};

/// What a share is counted in: whole parts of a billion.
pub const WHOLE: i128 = 1_000_000_000;

/// More than any amount, and so little that a hundred million of them can be added.
const MOST: i128 = 10_i128.pow(30);

/// Returns `amount · over / under` to the nearest whole number, halves away from zero; zero when
/// `under` is not positive; at most 10³⁰ in size, which no sum of money is.
#[must_use]
pub const fn ratio(amount: i128, over: i128, under: i128) -> i128 {
    if under <= 0 {
        return 0;
    }
    let exact = match amount.checked_mul(over) {
        Some(product) => {
            let half = if product < 0 { -(under / 2) } else { under / 2 };
            product.saturating_add(half) / under
        }
        // Nobody has so much money: what is left of the digits will do.
        None => (amount as f64 * (over as f64 / under as f64)) as i128,
    };
    if exact > MOST {
        MOST
    } else if exact < -MOST {
        -MOST
    } else {
        exact
    }
}

/// Returns a share in parts of a billion.
#[must_use]
pub fn parts(share: Share) -> i128 {
    billionths(share.part())
}

/// Returns a number in parts of a billion.
#[must_use]
pub fn billionths(number: f64) -> i128 {
    libm::round(number * WHOLE as f64) as i128
}

/// Returns an amount in the book's currency, in millionths; an amount in a currency without a rate is zero
/// (a book with one has an error, and nobody values it).
#[must_use]
pub fn in_book(book: &Book, money: Money) -> i128 {
    if money.currency() == book.currency {
        return money.micros();
    }
    let rate = book.exchange_rates.get(&money.currency()).copied().unwrap_or(0.0);
    ratio(money.micros(), billionths(rate), WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero_on_both_sides() {
        assert_eq!((ratio(5, 1, 2), ratio(-5, 1, 2)), (3, -3));
        assert_eq!((ratio(7, 1, 3), ratio(-7, 1, 3)), (2, -2));
        assert_eq!(ratio(7, 1, 0), 0);
        assert_eq!(ratio(i128::MAX / 2, 4, 8), MOST);
    }

    #[test]
    fn a_share_of_ten_billion_is_exact_to_the_millionth() {
        let value = 9_700_000_000_000_000;
        assert_eq!(ratio(value, parts(Share::new(0.2)), WHOLE), 1_940_000_000_000_000);
    }
}
