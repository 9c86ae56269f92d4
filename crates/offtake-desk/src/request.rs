//! What is asked of the desk, and what is wrong with how it is asked: all of it at once.

use offtake_ledger::{Constraints, LAST_PRIORITY, Minute, NEVER, Together, Tokens};
use offtake_model::PartyId;

/// The most GPUs that one request may ask for.
pub const MOST_GPUS: i64 = 100_000_000;
/// The most tokens a second that one request may ask for, in thousandths.
const MOST_TOKENS: i64 = 1_000_000_000_000_000_000;
/// The most minutes that one request may ask for: twenty years.
pub const MOST_MINUTES: Minute = 20 * 366 * 1_440;
/// The most alternatives of a quote.
pub const MOST_ALTERNATIVES: usize = 20;
/// The longest that a hold may last in milliseconds: thirty days.
pub const LONGEST_HOLD_MS: i64 = 30 * 86_400_000;
/// The shortest that a hold may last in milliseconds: a second.
pub const SHORTEST_HOLD_MS: i64 = 1_000;

/// Which alternatives come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The earliest.
    #[default]
    Start,
    /// The cheapest.
    Price,
    /// The firmest.
    Firmness,
}

/// Capacity that is asked for: so many GPUs, for so long, starting within a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// For whom; `None` when nobody in particular asks.
    pub tenant: Option<PartyId>,
    /// How many GPUs; 0 where work is asked for in tokens, and GPUs follow from the type.
    pub gpus: i64,
    /// For how many minutes.
    pub minutes: Minute,
    /// The first minute at which it may start.
    pub earliest: Minute,
    /// The last minute at which it may start.
    pub latest: Minute,
    /// What the capacity must be like.
    pub constraints: Constraints,
    /// Which alternatives come first.
    pub by: By,
    /// How many alternatives at most.
    pub count: usize,
}

/// One thing that is wrong with a request, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, as it is named in the API: `constraints.priority`.
    pub field: String,
    /// What is wrong with it, with the number.
    pub problem: String,
    /// How to mend it.
    pub fix: String,
}

impl Fault {
    /// Makes a fault of a field.
    #[must_use]
    pub fn new(field: &str, problem: String, fix: &str) -> Fault {
        Fault { field: field.to_owned(), problem, fix: fix.to_owned() }
    }
}

/// Returns all that is wrong with a wish; `now` is the first minute that it may start at.
#[must_use]
pub fn faults(wish: &Wish, now: Minute) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut say = |is_wrong: &dyn Fn() -> bool, field: &str, problem: String, fix: &str| {
        if is_wrong() {
            found.push(Fault::new(field, problem, fix));
        }
    };
    let Wish { gpus, minutes, earliest, latest, count, .. } = wish;
    let is_work = wish.constraints.tokens.is_some();
    say(
        &|| !is_work && !(1..=MOST_GPUS).contains(gpus),
        "gpus",
        format!("is {gpus}"),
        "ask for 1 to 100,000,000 GPUs",
    );
    say(
        &|| is_work && *gpus != 0,
        "gpus",
        format!("is {gpus}, beside tokens a second"),
        "ask for GPUs or for tokens, and not for both",
    );
    say(
        &|| !(1..=MOST_MINUTES).contains(minutes),
        "minutes",
        format!("is {minutes}"),
        "ask for 1 minute to 20 years",
    );
    say(
        &|| latest < earliest,
        "latest",
        format!("{latest} is before the earliest start, {earliest}"),
        "move it to the earliest start or after",
    );
    say(
        &|| *latest < now,
        "latest",
        format!("{latest} is over; it is minute {now}"),
        "ask for a start from now on",
    );
    say(
        &|| *latest > NEVER - 2 * MOST_MINUTES,
        "latest",
        format!("{latest} is further away than time is counted"),
        "ask for a start before the year 6000",
    );
    say(
        &|| !(1..=MOST_ALTERNATIVES).contains(count),
        "count",
        format!("is {count}"),
        "ask for 1 to 20 alternatives",
    );
    found.extend(constraint_faults(&wish.constraints));
    found
}

/// Returns all that is wrong with constraints.
#[must_use]
pub fn constraint_faults(asked: &Constraints) -> Vec<Fault> {
    let mut found = Vec::new();
    if !(1..=LAST_PRIORITY).contains(&asked.priority) {
        let problem = format!("is {}", asked.priority);
        found.push(Fault::new("constraints.priority", problem, "use 1 (served first) to 5"));
    }
    if !(1..=1_000_000).contains(&asked.firmness) {
        let problem = format!("is {}", f64::from(asked.firmness) / 1e6);
        found.push(Fault::new(
            "constraints.firmness",
            problem,
            "use more than 0 and at most 1, as 0.9",
        ));
    }
    if asked.nvlink_domain < 1 {
        let problem = format!("is {}", asked.nvlink_domain);
        found.push(Fault::new("constraints.nvlink_domain", problem, "use 1 GPU or more"));
    }
    if asked.price_ceiling.is_some_and(|ceiling| ceiling < 0) {
        let problem = "is below zero".to_owned();
        found.push(Fault::new(
            "constraints.price_ceiling",
            problem,
            "use 0 or more, or leave it out",
        ));
    }
    found.extend(asked.tokens.as_deref().and_then(token_fault));
    if asked.pool.is_some() && asked.together != Together::Pool {
        let problem = "one pool is named, and several may be used".to_owned();
        found.push(Fault::new(
            "constraints.together",
            problem,
            "leave out the pool, or keep together: pool",
        ));
    }
    found
}

fn token_fault(tokens: &Tokens) -> Option<Fault> {
    let is_right = (1..=MOST_TOKENS).contains(&tokens.per_second)
        && (0..=MOST_TOKENS).contains(&tokens.interactivity)
        && !tokens.work.is_empty();
    let problem = format!(
        "are {} of `{}` at {} for each user",
        tokens.per_second as f64 / 1e3,
        tokens.work,
        tokens.interactivity as f64 / 1e3
    );
    let fix = "name a workload or a model, and ask for 0.001 to 1e15 tokens a second";
    (!is_right).then(|| Fault::new("tokens_per_second", problem, fix))
}
