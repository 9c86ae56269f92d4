//! No, with reasons and numbers: for every pool why not, and what comes nearest to what was asked.

use crate::fit::misfit;
use crate::quote::{Asker, gpus_of};
use crate::request::Wish;
use crate::split::soonest_split;
use crate::{Ledger, Reason};
use offtake_ledger::{Fee, Firmness, LEVELS, Minute, NEVER, PoolId, Spec, Together};

/// The last start that is looked at: whatever is asked for ends before time does.
const LAST_START: Minute = NEVER - 2 * crate::request::MOST_MINUTES;

/// Why nothing serves a wish, and what would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Every published pool by its place, with why it does not serve; where one is named and published, that one alone.
    pub reasons: Vec<(u32, Reason)>,
    /// The first start, after those asked for, from which the wish fits somewhere.
    pub later: Option<(Vec<u32>, Minute)>,
    /// The most GPUs that could be had from the first start for as long as asked, and where.
    pub fewer: Option<(u32, i64)>,
    /// The most minutes, fewer than asked, for which all GPUs could be had from the first start, and where.
    pub shorter: Option<(u32, Minute)>,
    /// The firmest level below the one asked for at which the wish fits within the starts asked for, where and when.
    pub less_firm: Option<(u32, Firmness, Minute)>,
    /// What could be signed or built to serve it, the soonest first.
    pub capable: Vec<Capable>,
}

/// Capacity that is not there yet and could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capable {
    /// What would have to be done.
    pub by: Means,
    /// GPUs that it would bring, whole blocks or racks.
    pub gpus: i64,
    /// When the wish could start.
    pub start: Minute,
    /// What a GPU-hour would cost its holder; `None` when that is not known.
    pub fee: Option<Fee>,
    /// What it would cost to build, in millionths of the currency; `None` for an offer, and when that is not known.
    pub capex: Option<i64>,
}

/// What would have to be done for capacity to come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// An offer would have to be signed.
    Sign(String),
    /// GPUs would have to be built on a power pool, by a recipe.
    Build(PoolId, String),
}

/// Finds out why a wish is refused.
pub(crate) fn refusal(ledger: &Ledger, wish: &Wish) -> Refusal {
    let asker = Asker::new(ledger, wish);
    let named = ledger.candidates(wish);
    let pools = if named.is_empty() { &ledger.by_fee[..] } else { named };
    let mut refusal = Refusal { reasons: Vec::with_capacity(pools.len()), ..Refusal::default() };
    for place in pools {
        let reason = asker.closed(ledger.shelf(*place), wish);
        let reason =
            reason.unwrap_or_else(|| not_free(ledger, wish, &asker, (*place, &mut refusal)));
        refusal.reasons.push((*place, reason));
    }
    if wish.constraints.together != Together::Pool {
        let first = after(ledger.earliest_of(wish), wish);
        let later = (first, LAST_START);
        refusal.later = soonest_split(ledger, wish, &asker, later)
            .map(|(parts, start)| (parts.iter().map(|part| part.pool).collect(), start));
    }
    refusal.capable = capable(ledger, wish);
    refusal
}

/// Says what lacks in an open pool, and keeps what it comes near with where that is nearer than any pool so far.
fn not_free(
    ledger: &Ledger,
    wish: &Wish,
    asker: &Asker,
    (place, nearest): (u32, &mut Refusal),
) -> Reason {
    let shelf = ledger.shelf(place);
    let (gpus, first) = (gpus_of(shelf, wish), ledger.earliest_of(wish));
    let firm = &shelf.firm[asker.level];
    let free = firm.least_free(first, first + wish.minutes);
    let bound = nearest.later.as_ref().map_or(LAST_START, |later| later.1 - 1);
    // Whatever several pools do together is looked for once, and not pool by pool.
    let later = match wish.constraints.together {
        Together::Pool => firm.earliest((after(first, wish), bound), wish.minutes, gpus),
        Together::Site | Together::Anywhere => None,
    };
    if let Some(start) = later {
        nearest.later = Some((vec![place], start));
    }
    if free > nearest.fewer.map_or(0, |fewer| fewer.1) && free < wish.gpus {
        nearest.fewer = Some((place, free));
    }
    let so_far = first + nearest.shorter.map_or(0, |shorter| shorter.1);
    if let Some(short) = firm.free_until(first, gpus, so_far) {
        // Where it is free for as long as asked nothing is shorter: a pool that serves with others.
        let minutes = short.saturating_sub(first);
        nearest.shorter =
            Some((place, minutes)).filter(|_| minutes < wish.minutes).or(nearest.shorter);
    }
    less_firm(ledger, wish, asker, (place, nearest));
    Reason::NotFree { asked: gpus, free, level: LEVELS[asker.level] }
}

/// Keeps the firmest level, below the one asked for, at which a pool serves a wish within its starts.
fn less_firm(ledger: &Ledger, wish: &Wish, asker: &Asker, (place, nearest): (u32, &mut Refusal)) {
    let shelf = ledger.shelf(place);
    let (gpus, range) = (gpus_of(shelf, wish), (ledger.earliest_of(wish), wish.latest));
    let is_better =
        |level: &usize| nearest.less_firm.is_none_or(|(_, best, _)| LEVELS[*level] > best);
    let start = |level: usize| shelf.firm[level].earliest(range, wish.minutes, gpus);
    // A lower level holds no less: where the lowest that would be news does not do, none does.
    let levels: Vec<usize> = (asker.level + 1..LEVELS.len()).filter(is_better).collect();
    if levels.last().is_none_or(|lowest| start(*lowest).is_none()) {
        return;
    }
    let found = levels.into_iter().find_map(|level| Some((place, LEVELS[level], start(level)?)));
    nearest.less_firm = found.or(nearest.less_firm);
}

/// Returns the first start that is later than was asked for and is not over.
fn after(first: Minute, wish: &Wish) -> Minute {
    first.max(wish.latest.saturating_add(1))
}

/// Capable-to-promise: the offers and recipes that could serve a wish, the soonest first.
#[must_use]
fn capable(ledger: &Ledger, wish: &Wish) -> Vec<Capable> {
    let now = ledger.next_minute();
    let first = ledger.earliest_of(wish);
    let publication = ledger.publication();
    let is_fit =
        |spec: &Spec| wish.constraints.pool.is_none() && misfit(spec, &wish.constraints).is_none();
    let mut found = Vec::new();
    for offer in publication.offers.iter().filter(|offer| is_fit(&offer.spec)) {
        let blocks = (wish.gpus + offer.block.max(1) - 1) / offer.block.max(1);
        let start = first.max(offer.start_from).max(now.saturating_add(offer.lead));
        let is_open = offer.open_until.is_none_or(|until| now < until);
        let is_dear = wish.constraints.price_ceiling.is_some_and(|ceiling| offer.price > ceiling);
        if is_open
            && !is_dear
            && blocks <= offer.blocks
            && start < offer.start_until
            && wish.minutes <= offer.term
        {
            found.push(Capable {
                by: Means::Sign(offer.id.clone()),
                gpus: blocks * offer.block,
                start,
                fee: Some(offer.price),
                capex: None,
            });
        }
    }
    for power in &publication.powers {
        for recipe in power.recipes.iter().filter(|recipe| is_fit(&recipe.spec)) {
            let rack = recipe.spec.rack_gpus.max(1);
            let racks = (wish.gpus + rack - 1) / rack;
            let needs = racks * recipe.rack_kilowatts.max(1);
            let there = power.kilowatts.iter().find(|(_, kilowatts)| *kilowatts >= needs);
            let Some((powered, _)) = there else { continue };
            found.push(Capable {
                by: Means::Build(power.id.clone(), recipe.id.clone()),
                gpus: racks * rack,
                start: first.max(*powered).max(now.saturating_add(recipe.takes)),
                fee: None,
                capex: recipe.rack_capex.and_then(|capex| capex.checked_mul(racks)),
            });
        }
    }
    found.sort_by(|one, other| (one.start, &one.by).cmp(&(other.start, &other.by)));
    found
}
