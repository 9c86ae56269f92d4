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
    /// An offer comes later, in every future; its term ends later too, as far as the horizon goes.
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
        }
        Change::Lose { party, from } => lose(&mut program, *party, *from),
        Change::Add { offer, available } => {
            program.offers.push(Offer::clone(offer));
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
