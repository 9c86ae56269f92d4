//! Agility: megawatts that can still be turned into GPUs, and how soon.
//!
//! Megawatts of a stock are convertible within so many months of the book's day when one of its recipes
//! takes no longer and the power is there by then. Building and connecting go on at the same time.

use jiff::civil::Date;
use offtake_model::{Book, Ownership, Side};

/// One stock of power.
#[derive(Clone, Debug, PartialEq)]
pub struct Stock {
    /// Its id.
    pub id: String,
    /// Gross megawatts.
    pub megawatts: f64,
    /// The recipe that is done first; `None` when it names none.
    pub recipe: Option<String>,
    /// First day in service if it is ordered on the book's day; `None` without a recipe.
    pub earliest: Option<Date>,
}

/// What a seller can still turn into GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Agility {
    /// Gross megawatts of all sites.
    pub secured: f64,
    /// Of which set apart for what is sold.
    pub sold: f64,
    /// Of which set apart for fleets of the owner's.
    pub fleets: f64,
    /// The stocks, by id.
    pub stocks: Vec<Stock>,
    /// Months and the megawatts that are in service within them.
    pub within: Vec<(i64, f64)>,
    /// Megawatts that opportunities would take, times their chance.
    pub expected: f64,
}

impl Agility {
    /// Looks at the stocks of `book` within each of `months`.
    #[must_use]
    pub fn new(book: &Book, months: &[i64]) -> Agility {
        let stocks: Vec<Stock> = book.powers.keys().map(|id| stock(book, id)).collect();
        let within = |months: &i64| {
            let by = later(book.as_of, *months, 0);
            let there = stocks.iter().filter(|stock| stock.earliest.is_some_and(|day| day <= by));
            (*months, there.map(|stock| stock.megawatts).sum())
        };
        let within = months.iter().map(within).collect();
        let opportunities = book.opportunities.values();
        let (sold, fleets) = committed(book);
        Agility {
            secured: book.sites.values().filter_map(|s| s.grid_power).map(|p| p.megawatts()).sum(),
            sold,
            fleets,
            stocks,
            within,
            expected: opportunities
                .filter_map(|o| Some(o.power?.megawatts() * o.chance.part()))
                .sum(),
        }
    }
}

fn stock(book: &Book, id: &str) -> Stock {
    let power = &book.powers[id];
    let done = |recipe: &String| {
        let takes = book.builds.get(recipe)?.takes;
        let built = later(book.as_of, takes.months(), takes.exact_days());
        Some((built.max(power.from.unwrap_or(book.as_of)), recipe.clone()))
    };
    let first = power.builds.iter().filter_map(done).min();
    let (earliest, recipe) = first.map_or((None, None), |(day, recipe)| (Some(day), Some(recipe)));
    Stock { id: id.to_owned(), megawatts: power.grid_power.megawatts(), recipe, earliest }
}

fn later(day: Date, months: i64, days: i64) -> Date {
    let span = jiff::Span::new().months(months.clamp(0, 12_000)).days(days.clamp(0, 365_000));
    day.checked_add(span).unwrap_or(Date::MAX)
}

/// Returns the gross megawatts set apart for what is sold and for fleets.
fn committed(book: &Book) -> (f64, f64) {
    let (mut sold, mut fleets) = (0.0, 0.0);
    for contract in book.contracts.values() {
        let sum: f64 = contract.tranches.iter().map(|t| gross_megawatts(book, t)).sum();
        if contract.ownership == Ownership::Owned {
            fleets += sum;
        } else if book.side(contract) == Side::Sold {
            sold += sum;
        }
    }
    (sold, fleets)
}

/// Returns the gross megawatts of a tranche: its part, by GPUs, of what is set apart for its hall; for a hall
/// that says nothing, what its GPUs draw with cooling.
#[must_use]
pub fn gross_megawatts(book: &Book, tranche: &offtake_model::Tranche) -> f64 {
    let Some(hall) = book.halls.get(&tranche.hall) else { return 0.0 };
    let of_it = hall.critical_it.map(|power| power.megawatts() * hall.pue);
    let gross = hall.grid_power.map(|power| power.megawatts()).or(of_it);
    let gpus = tranche.gpus.count() as f64;
    let Some(gross) = gross else {
        let draw = book.sites.get(&tranche.site).and_then(|s| s.draw.get(&tranche.accelerator));
        let of_type = book.catalog.accelerators.get(&tranche.accelerator).map(|a| &a.draw);
        return draw.or(of_type).map_or(0.0, |d| d.training.megawatts() * hall.pue * gpus);
    };
    let tranches = book.contracts.values().flat_map(|contract| &contract.tranches);
    let there = tranches.filter(|other| other.hall == tranche.hall);
    let all: i64 = there.map(|other| other.gpus.count()).sum();
    gross * gpus / all.max(1) as f64
}
