//! What if: a program with something changed.
//!
//! What was learned of the old one stays valid for the new: [`crate::Search::recall`] makes cuts of kept
//! prices for whatever program it is given, so a bound is there before anything is solved.

use crate::program::{Offer, Program, Size, Table2};

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An offer's price, times a factor.
    Price {
        /// The offer.
        offer: usize,
        /// 1.2 for a fifth more.
        factor: f64,
    },
    /// An offer comes later, in every future; its term ends later too, as far as the horizon goes, and what was paid ahead
    /// is credited later.
    Slip {
        /// The offer.
        offer: usize,
        /// By so many months.
        months: usize,
    },
    /// A party is lost from a month on, in every future, with all that it stands behind. What was to be
    /// paid for what it no longer delivers is no longer paid.
    Lose {
        /// The party.
        party: usize,
        /// The first month without it.
        from: usize,
    },
    /// An offer that was not there.
    Add {
        /// The offer.
        offer: Box<Offer>,
        /// `scenario × month`: share of it that is available.
        available: Table2,
    },
    /// An offer is signed as it is: exactly so many blocks.
    Sign {
        /// The offer.
        offer: usize,
        /// How many.
        blocks: f64,
    },
}

/// Returns the program after a change.
#[must_use]
pub fn changed(program: &Program, change: &Change) -> Program {
    let mut program = program.clone();
    match change {
        Change::Price { offer, factor } => {
            program.offers[*offer].price.iter_mut().for_each(|price| *price *= factor);
        }
        Change::Slip { offer, months } => {
            let before = program.available.clone();
            program.available.change(|plane, month, column, was| {
                match month.checked_sub(*months) {
                    _ if column != *offer => was,
                    Some(due) => before.at(plane, due, column),
                    None => 0.0,
                }
            });
            later(&mut program, *offer, *months);
        }
        Change::Lose { party, from } => lose(&mut program, *party, *from),
        Change::Add { offer, available } => {
            program.offers.push(Offer::clone(offer));
            if let (rows @ 1.., columns) = program.due.size() {
                let due = program.due.clone();
                program.due = Table2::new((rows, columns + 1), |row, column| {
                    if column < columns { due.at(row, column) } else { 1.0 }
                });
            }
            // A plane for all scenarios is no longer one if the new offer differs between them.
            let (rows, _) = available.size();
            let (planes, months, columns) = program.available.size();
            let was = program.available.clone();
            program.available = crate::program::Table3::new(
                (planes.max(rows), months, columns + 1),
                |plane, month, column| {
                    if column < columns {
                        was.at(plane, month, column)
                    } else {
                        available.at(plane, month)
                    }
                },
            );
        }
        Change::Sign { offer, blocks } => {
            let name = format!("signed[{}]", program.offers[*offer].name);
            let of = &mut program.offers[*offer];
            of.size = Size { least: 0.0, most: of.size.most.max(*blocks), ..of.size };
            let row = |factor: f64| crate::program::RowLimit {
                name: name.clone(),
                terms: vec![(*offer, factor)],
                most: factor * blocks,
            };
            program.limits.rows.extend([row(1.0), row(-1.0)]);
        }
    }
    program
}

/// What was paid ahead is credited as service comes, so credits come later too, and money stays at stake for longer. What
/// would be credited after the horizon is a claim at its end.
fn later(program: &mut Program, offer: usize, months: usize) {
    let last = program.months.len().saturating_sub(1);
    let of = &mut program.offers[offer];
    for pay in of.payments.iter_mut().filter(|pay| pay.amount < 0.0) {
        pay.month = (pay.month + months).min(last);
    }
    let was = of.at_stake.clone();
    let Some(paid) = was.iter().position(|money| *money > 0.0) else { return };
    for (month, money) in of.at_stake.iter_mut().enumerate().skip(paid) {
        *money = was[month.saturating_sub(months).max(paid)];
    }
}

fn lose(program: &mut Program, party: usize, from: usize) {
    let offers: Vec<bool> =
        program.offers.iter().map(|offer| offer.parties.contains(&party)).collect();
    let held: Vec<bool> = program.held.iter().map(|held| held.parties.contains(&party)).collect();
    let gone = |is_lost: &[bool], month: usize, column: usize, was: f64| {
        if is_lost[column] && month >= from { 0.0 } else { was }
    };
    program.available.change(|_, month, column, was| gone(&offers, month, column, was));
    program.held_kgpu.change(|_, month, column, was| gone(&held, month, column, was));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Month, Payment, Step, Table3, Taking};

    #[test]
    fn what_was_paid_ahead_for_an_offer_that_slips_is_credited_later_and_at_stake_for_longer() {
        let month = |m: i32| Month { name: format!("m{m}"), year: 2026, discount: 1.0 };
        let pay = |month, amount| Payment { month, amount };
        let offer = Offer {
            name: "late".into(),
            pool: 0,
            block_kgpu: 1.0,
            size: Size { least: 0.0, most: 1.0, step: Step::Whole },
            price: vec![1.0; 6],
            taking: Taking::Firm,
            prepayments: vec![pay(1, 9.0)],
            payments: vec![pay(2, -3.0), pay(3, -3.0), pay(5, -3.0), pay(2, 1.0)],
            at_stake: vec![0.0, 9.0, 6.0, 3.0, 3.0, 0.0],
            parties: Vec::new(),
        };
        let program = Program {
            months: (0..6).map(month).collect(),
            offers: vec![offer],
            available: Table3::new((1, 6, 1), |_, month, _| f64::from(u8::from(month >= 2))),
            ..Program::default()
        };
        let after = changed(&program, &Change::Slip { offer: 0, months: 2 });
        let of = &after.offers[0];
        // A fee that is no credit stays where it was, and so does what was paid.
        assert_eq!(of.payments, [pay(4, -3.0), pay(5, -3.0), pay(5, -3.0), pay(2, 1.0)]);
        assert_eq!(of.prepayments, program.offers[0].prepayments);
        assert_eq!(of.at_stake, [0.0, 9.0, 9.0, 9.0, 6.0, 3.0]);
        let there: Vec<f64> = (0..6).map(|month| after.available.at(0, month, 0)).collect();
        assert_eq!(there, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    }
}
