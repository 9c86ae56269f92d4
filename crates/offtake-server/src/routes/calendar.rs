//! What is free of every pool over a window of time, in equal steps: what a calendar on a screen draws.

use super::Query;
use super::capacity::is_visible;
use crate::auth::Principal;
use crate::problem::Problem;
use crate::state::Desk;
use crate::wire::{Reader, share, text_of};
use axum::Json;
use axum::extract::State;
use offtake_desk::{Fault, Minute, Shelf, level_for};
use offtake_ledger::LEVELS;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most steps of one calendar.
const MOST_STEPS: u32 = 2_000;
/// Steps when nothing is said.
const USUAL_STEPS: u32 = 240;
/// Minutes of a year.
const YEAR: Minute = 525_600;

/// Which window, in how many steps, and how firmly.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Asked {
    /// From when; now if nothing is said.
    from: Option<String>,
    /// Until just before when; a year after if nothing is said.
    until: Option<String>,
    /// How many equal steps, 240 if nothing is said, 2,000 at most.
    steps: Option<u32>,
    /// The level of firm supply, 0.9 if nothing is said: the lowest of 0.95, 0.9, 0.75 and 0.5 that is no less firm is taken.
    firmness: Option<f64>,
}

/// What is free of every pool that the asker may use.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalendarShape {
    /// First instant of each step.
    starts: Vec<String>,
    /// End of the last.
    until: String,
    /// The level of firm supply that is shown.
    firmness: f64,
    /// By pool.
    pools: Vec<RowShape>,
}

/// What is free of one pool.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowShape {
    id: String,
    site: String,
    accelerator: String,
    /// The most GPUs that are under contract at any time.
    size: i64,
    /// GPUs free all through each step by contract; below zero where too many are promised.
    free: Vec<i64>,
    /// GPUs free all through each step of the level of firm supply.
    firm: Vec<i64>,
}

/// Shows what is free of every pool over a window of time.
#[utoipa::path(get, path = "/v1/calendar", params(Asked), responses(
    (status = 200, body = CalendarShape), (status = 422, body = Problem)))]
pub(crate) async fn calendar(
    State(desk): State<Desk>,
    who: Principal,
    Query(asked): Query<Asked>,
) -> Result<Json<CalendarShape>, Problem> {
    let ledger = desk.ledger();
    let (window, level) = read(&asked, ledger.next_minute())?;
    let visible = ledger.shelves().iter().filter(|shelf| is_visible(shelf, &who));
    let mut pools: Vec<RowShape> = visible.map(|shelf| row(shelf, &window, level)).collect();
    pools.sort_by(|one, other| (&one.site, &one.id).cmp(&(&other.site, &other.id)));
    let (starts, last) = window.split_at(window.len() - 1);
    Ok(Json(CalendarShape {
        starts: starts.iter().copied().map(text_of).collect(),
        until: text_of(last[0]),
        firmness: share(LEVELS[level]),
        pools,
    }))
}

/// Returns the edges of the steps, one more than there are steps, and the level.
fn read(asked: &Asked, now: Minute) -> Result<(Vec<Minute>, usize), Problem> {
    let mut reader = Reader::default();
    let from = asked.from.as_deref().map_or(now, |text| reader.minute("from", text));
    let usual = from.saturating_add(YEAR);
    let until = asked.until.as_deref().map_or(usual, |text| reader.minute("until", text));
    let steps = asked.steps.unwrap_or(USUAL_STEPS);
    let firmness = asked.firmness.map_or(900_000, |value| reader.share("firmness", value));
    if until <= from {
        let problem = "is not after from".to_owned();
        reader.faults.push(Fault::new("until", problem, "ask for a window of a minute or more"));
    }
    if !(1..=MOST_STEPS).contains(&steps) {
        reader.faults.push(Fault::new("steps", format!("is {steps}"), "ask for 1 to 2,000 steps"));
    }
    if !reader.faults.is_empty() {
        return Err(Problem::invalid(reader.faults));
    }
    let long = i64::from(until) - i64::from(from);
    // Steps shorter than a minute would be empty.
    let steps = i64::from(steps).min(long);
    let edge = |step: i64| (i64::from(from) + long * step / steps) as Minute;
    Ok(((0..=steps).map(edge).collect(), level_for(firmness)))
}

fn row(shelf: &Shelf, window: &[Minute], level: usize) -> RowShape {
    RowShape {
        id: shelf.pool.id.to_string(),
        site: shelf.pool.spec.site.to_string(),
        accelerator: shelf.pool.spec.accelerator.to_string(),
        size: shelf.size(),
        free: shelf.free_through(window),
        firm: shelf.firm_through(level, window),
    }
}
