//! Quotes against brute force: every start minute, every pool, counted one GPU and one minute at a time.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use offtake_desk::{Answer, By, Capable, Ledger, Means, Wish};
use offtake_ledger::{
    Constraints, LEVELS, Minute, Offer, PoolId, PowerPool, Publication, Racks, Rate, Recipe, Steps,
    Together, Tokens,
};
use std::collections::{BTreeMap, BTreeSet};
use support::{
    Book, Dice, FIRST, SPAN, party, play, pool, publication, random_publication, random_wish,
    steady,
};

/// What is free of every pool at every level and minute, counted from the promises.
struct Counted {
    free: Vec<[Vec<i64>; LEVELS.len()]>,
}

/// Minutes that are counted: the world and the longest wish after it.
const COUNTED: usize = SPAN as usize + 100;

fn at(steps: &Steps, minute: Minute) -> i64 {
    steps.iter().rev().find(|step| step.0 <= minute).map_or(0, |step| step.1)
}

impl Counted {
    fn new(ledger: &Ledger) -> Counted {
        let mut free = Vec::new();
        for (place, shelf) in ledger.shelves().iter().enumerate() {
            let published =
                ledger.publication().pools.iter().find(|p| p.pool.id == shelf.pool.id).unwrap();
            let taken = |minute: Minute| -> i64 {
                let parts = ledger.promises_after(None).flat_map(|standing| &standing.parts);
                let here = parts
                    .filter(|p| p.pool == place as u32 && p.from <= minute && minute < p.until);
                here.map(|part| part.gpus).sum()
            };
            let taken: Vec<i64> = (0..COUNTED).map(|m| taken(FIRST + m as Minute)).collect();
            let level = |level: usize| {
                let firm = |m: usize| {
                    let minute = FIRST + m as Minute;
                    at(&published.firm[level], minute).min(at(&published.contracted, minute))
                        - taken[m]
                };
                (0..COUNTED).map(firm).collect()
            };
            free.push([level(0), level(1), level(2), level(3)]);
        }
        Counted { free }
    }

    fn least(&self, pool: usize, level: usize, from: Minute, minutes: Minute) -> i64 {
        let from = (from - FIRST) as usize;
        self.free[pool][level][from..from + minutes as usize].iter().copied().min().unwrap()
    }
}

fn is_open(ledger: &Ledger, pool: usize, wish: &Wish) -> bool {
    let (pool, asked) = (&ledger.shelves()[pool].pool, &wish.constraints);
    (asked.accelerators.is_empty() || asked.accelerators.contains(&pool.spec.accelerator))
        && pool.spec.nvlink_domain >= asked.nvlink_domain
        && asked.price_ceiling.is_none_or(|ceiling| pool.price.max(pool.floor()) <= ceiling)
}

/// Returns the GPUs that sets of pools have over a window, in whole racks where those are asked for.
fn together(
    ledger: &Ledger,
    counted: &Counted,
    wish: &Wish,
    level: usize,
    start: Minute,
) -> Vec<i64> {
    let mut groups: BTreeMap<(String, String), i64> = BTreeMap::new();
    for pool in (0..ledger.shelves().len()).filter(|pool| is_open(ledger, *pool, wish)) {
        let spec = &ledger.shelves()[pool].pool.spec;
        let rack = if wish.constraints.racks == Racks::Whole { spec.rack_gpus } else { 1 };
        let free = counted.least(pool, level, start, wish.minutes).max(0) / rack * rack;
        let spot = match wish.constraints.together {
            Together::Pool => pool.to_string(),
            Together::Site => spec.site.to_string(),
            Together::Anywhere => String::new(),
        };
        *groups.entry((spec.accelerator.to_string(), spot)).or_default() += free;
    }
    groups.into_values().collect()
}

/// Returns the first start at which the wish fits anywhere at a level.
fn first_start(ledger: &Ledger, counted: &Counted, wish: &Wish, level: usize) -> Option<Minute> {
    let rack = if wish.constraints.racks == Racks::Whole { 4 } else { 1 };
    let asked = (wish.gpus + rack - 1) / rack * rack;
    let starts = wish.earliest.max(ledger.next_minute())..=wish.latest;
    let fits = |start: &Minute| {
        together(ledger, counted, wish, level, *start).iter().any(|free| *free >= asked)
    };
    starts.into_iter().find(fits)
}

fn level_of(wish: &Wish) -> usize {
    LEVELS.iter().rposition(|level| *level >= wish.constraints.firmness).unwrap_or(0)
}

fn check(ledger: &Ledger, counted: &Counted, wish: &Wish) -> bool {
    let level = level_of(wish);
    let first = first_start(ledger, counted, wish, level);
    let ways = match ledger.quote(wish) {
        Answer::Refused(refusal) => {
            assert_eq!(first, None, "{wish:?} was refused: {refusal:?}");
            return false;
        }
        Answer::Offered(ways) => ways,
    };
    assert!(ways.len() <= wish.count);
    for way in &ways {
        assert!(way.gpus() >= wish.gpus && way.screen >= LEVELS[level]);
        let level = LEVELS.iter().position(|level| *level == way.screen).unwrap();
        for part in &way.parts {
            assert!(wish.earliest <= part.from && part.from <= wish.latest, "{part:?}");
            assert_eq!(part.until - part.from, wish.minutes);
            assert!(is_open(ledger, part.pool as usize, wish));
            let free = counted.least(part.pool as usize, level, part.from, wish.minutes);
            assert!(free >= part.gpus, "{free} free for {part:?}");
        }
    }
    let soonest = ways.iter().map(|way| way.start()).min();
    match wish.by {
        By::Start => assert_eq!(soonest, first, "{wish:?}"),
        By::Price => assert!(soonest >= first, "{wish:?}"),
        By::Firmness => {
            let firmest =
                (0..=level).find(|level| first_start(ledger, counted, wish, *level).is_some());
            assert_eq!(Some(ways[0].screen), firmest.map(|level| LEVELS[level]), "{wish:?}");
        }
    }
    true
}

#[test]
fn quotes_are_as_one_would_count_them_minute_by_minute() {
    let (mut offered, mut refused) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(seed, "quotes");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 30);
        let counted = Counted::new(&book.ledger);
        for _ in 0..60 {
            let wish = random_wish(&mut dice);
            if wish.latest < book.ledger.next_minute() {
                continue;
            }
            match check(&book.ledger, &counted, &wish) {
                true => offered += 1,
                false => refused += 1,
            }
        }
    }
    assert!(offered > 300 && refused > 300, "{offered} offered and {refused} refused");
}

#[test]
fn a_wish_that_may_be_shorter_is_served_for_as_long_as_can_be() {
    let (mut shorter, mut refused) = (0, 0);
    for seed in 0..300 {
        let mut dice = Dice::new(seed, "shorter");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 20);
        for _ in 0..20 {
            let wish = random_wish(&mut dice);
            let least = 1 + dice.below(i64::from(wish.minutes)) as Minute;
            let is_offered = |minutes: Minute| {
                let asked = Wish { minutes, ..wish.clone() };
                matches!(book.ledger.quote(&asked), Answer::Offered(_))
            };
            // Minute by minute, from the longest down.
            let longest = (least..=wish.minutes).rev().find(|minutes| is_offered(*minutes));
            match (book.ledger.quote_within(&wish, least), longest) {
                (Answer::Offered(ways), Some(longest)) => {
                    shorter += u64::from(longest < wish.minutes);
                    let served = |way: &offtake_desk::Alternative| {
                        let until = way.parts.iter().map(|part| part.until).max();
                        until.is_some_and(|until| until - way.start() == longest)
                    };
                    assert!(ways.iter().all(served), "{longest} of {wish:?}: {ways:?}");
                }
                (Answer::Refused(_), None) => refused += 1,
                (answer, longest) => panic!("{longest:?} of {wish:?}: {answer:?}"),
            }
        }
    }
    assert!(shorter > 100 && refused > 100, "{shorter} shorter, {refused} refused");
}

#[test]
fn by_price_the_cheapest_way_comes_first() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed, "price");
        let book = Book::over(random_publication(&mut dice));
        for _ in 0..20 {
            let wish = Wish { by: By::Price, count: 20, ..random_wish(&mut dice) };
            if let Answer::Offered(ways) = book.ledger.quote(&wish) {
                let is_split = wish.constraints.together != Together::Pool;
                let cost = |way: &offtake_desk::Alternative| match is_split {
                    true => way.value(),
                    false => i128::from(way.parts[0].fee),
                };
                assert!(ways.windows(2).all(|two| cost(&two[0]) <= cost(&two[1])), "{ways:?}");
            }
        }
    }
}

#[test]
fn a_refusal_has_a_reason_for_every_pool_and_what_comes_nearest_is_true() {
    let (mut later, mut fewer, mut shorter, mut less_firm) = (0, 0, 0, 0);
    for seed in 0..120 {
        let mut dice = Dice::new(seed, "refusals");
        let mut book = Book::over(random_publication(&mut dice));
        play(&mut dice, &mut book, 20);
        for _ in 0..30 {
            let mut wish = random_wish(&mut dice);
            wish.constraints.together = Together::Pool;
            wish.constraints.racks = Racks::Shared;
            if wish.latest < book.ledger.next_minute() {
                continue;
            }
            let Answer::Refused(refusal) = book.ledger.quote(&wish) else { continue };
            let places: BTreeSet<u32> = refusal.reasons.iter().map(|reason| reason.0).collect();
            assert_eq!(places.len(), 5);
            let start = wish.earliest.max(book.ledger.next_minute());
            let is_offered = |wish: &Wish| matches!(book.ledger.quote(wish), Answer::Offered(_));
            if let Some((_, from)) = refusal.later {
                later += 1;
                assert!(is_offered(&Wish { earliest: from, latest: from, ..wish.clone() }));
                let before = Wish { earliest: start, latest: from - 1, ..wish.clone() };
                assert!(from > wish.latest && !is_offered(&before), "{wish:?} {refusal:?}");
            }
            if let Some((_, gpus)) = refusal.fewer {
                fewer += 1;
                let at_once = Wish { gpus, earliest: start, latest: start, ..wish.clone() };
                assert!(is_offered(&at_once));
                assert!(!is_offered(&Wish { gpus: gpus + 1, ..at_once }));
            }
            if let Some((_, minutes)) = refusal.shorter {
                shorter += 1;
                let at_once = Wish { minutes, earliest: start, latest: start, ..wish.clone() };
                assert!(is_offered(&at_once));
                assert!(!is_offered(&Wish { minutes: minutes + 1, ..at_once }));
            }
            if let Some((_, firmness, _)) = refusal.less_firm {
                less_firm += 1;
                let mut softer = wish.clone();
                softer.constraints.firmness = firmness;
                assert!(firmness < wish.constraints.firmness && is_offered(&softer));
            }
        }
    }
    assert!(
        later > 20 && fewer > 20 && shorter > 20 && less_firm > 10,
        "{later} {fewer} {shorter} {less_firm}"
    );
}

#[test]
fn a_pool_dedicated_to_one_tenant_serves_nobody_else() {
    let mut pool = support::pool("own", "north", "gb300");
    pool.dedicated_to = Some(party("zeta"));
    let book = Book::over(support::publication(vec![support::steady(pool, FIRST, 8, 1)], 1));
    let mut dice = Dice::new(1, "dedicated");
    let mut wish = Wish { gpus: 1, minutes: 1, ..random_wish(&mut dice) };
    wish.constraints = Constraints::default();
    assert!(matches!(book.ledger.quote(&wish), Answer::Refused(_)));
    wish.tenant = Some(party("zeta"));
    assert!(matches!(book.ledger.quote(&wish), Answer::Offered(_)));
}

#[test]
fn what_could_be_signed_or_built_is_named_with_when_it_would_come() {
    let small = support::pool("small", "north", "gb300");
    let spec = small.spec.clone();
    let mut supply = support::publication(vec![support::steady(small, FIRST, 8, 1)], 1);
    let offer = |id: &str, lead: Minute, price| Offer {
        id: id.to_owned(),
        seller: party("neo"),
        spec: spec.clone(),
        block: 12,
        blocks: 3,
        start_from: FIRST + 30,
        start_until: FIRST + 200,
        lead,
        term: 10_000,
        open_until: Some(FIRST + 50),
        price,
    };
    supply.offers = vec![
        offer("slow", 120, 1_500_000),
        offer("quick", 5, 1_800_000),
        offer("dear", 5, 9_000_000),
    ];
    let recipe = Recipe {
        id: "hall".to_owned(),
        spec: spec.clone(),
        rack_kilowatts: 10,
        takes: 90,
        rack_capex: Some(7),
    };
    supply.powers = vec![PowerPool {
        id: PoolId::new("rest"),
        kilowatts: vec![(FIRST, 20), (FIRST + 100, 60)],
        recipes: vec![recipe],
    }];
    let mut book = Book::over(supply);
    let constraints = Constraints { price_ceiling: Some(2_000_000), ..Constraints::default() };
    let wish = Wish {
        tenant: None,
        gpus: 20,
        minutes: 60,
        earliest: FIRST,
        latest: FIRST,
        constraints,
        by: By::Start,
        count: 1,
    };
    let capable = |book: &Book, wish: &Wish| {
        let Answer::Refused(refusal) = book.ledger.quote(wish) else { panic!("refused") };
        let each = |c: &Capable| (c.by.clone(), c.gpus, c.start - FIRST, c.fee, c.capex);
        refusal.capable.iter().map(each).collect::<Vec<_>>()
    };
    let quick = (Means::Sign("quick".to_owned()), 24, 30, Some(1_800_000), None);
    let build = (Means::Build(PoolId::new("rest"), "hall".to_owned()), 20, 100, None, Some(35));
    let slow = (Means::Sign("slow".to_owned()), 24, 120, Some(1_500_000), None);
    assert_eq!(capable(&book, &wish), [quick, build, slow]);
    // More than three blocks, and more racks than there is power for.
    assert_eq!(capable(&book, &Wish { gpus: 40, ..wish.clone() }), []);
    // Once the offers are closed, only building is left.
    book.wait_until(FIRST + 50);
    let later = Wish { earliest: FIRST + 50, latest: FIRST + 50, ..wish };
    assert_eq!(capable(&book, &later).len(), 1);
}

/// Two pools: `new` of which each GPU makes 1,000 tokens a second, `old` of which each makes 250; and one unmeasured.
fn measured() -> Book {
    let mut dear = pool("new", "north", "gb300");
    dear.price = 5_000_000;
    let pools = vec![
        steady(dear, FIRST, 16, 1),
        steady(pool("old", "south", "h100"), FIRST, 80, 1),
        steady(pool("odd", "south", "mi355x"), FIRST, 80, 1),
    ];
    let rate = |kind: &str, interactivity: i64, per_gpu: i64| Rate {
        work: "chat".to_owned(),
        accelerator: support::accelerator(kind),
        interactivity,
        per_gpu: per_gpu * 1_000,
    };
    let rates = vec![rate("gb300", 0, 1_000), rate("gb300", 40_000, 500), rate("h100", 0, 250)];
    Book::over(Publication { rates, ..publication(pools, 1) })
}

fn chat(per_second: i64, interactivity: i64) -> Wish {
    let tokens = Tokens {
        work: "chat".to_owned(),
        per_second: per_second * 1_000,
        interactivity: interactivity * 1_000,
    };
    Wish {
        tenant: Some(party("acme")),
        gpus: 0,
        minutes: 60,
        earliest: FIRST,
        latest: FIRST,
        constraints: Constraints { tokens: Some(Box::new(tokens)), ..Constraints::default() },
        by: By::Price,
        count: 3,
    }
}

#[test]
fn work_asked_for_in_tokens_takes_as_many_gpus_of_each_type_as_do_it() {
    let book = measured();
    let ways = |wish: &Wish| match book.ledger.quote(wish) {
        Answer::Offered(ways) => ways.iter().map(|way| (way.parts[0].pool, way.gpus())).collect(),
        Answer::Refused(_) => Vec::new(),
    };
    // 10,001 tokens a second: 11 new GPUs at 5.00 are 55.00 an hour, 41 old ones at 2.00 are 82.00.
    assert_eq!(ways(&chat(10_001, 0)), [(0, 11), (1, 41)]);
    // That takes 17 of the new, of which there are 16.
    assert_eq!(ways(&chat(17_000, 0)), [(1, 68)]);
    // At 40 for each user a new GPU makes half as many, and nobody has measured the old.
    assert_eq!(ways(&chat(8_000, 40)), [(0, 16)]);
    let whole = Constraints { racks: Racks::Whole, ..chat(10_001, 0).constraints };
    assert_eq!(ways(&Wish { constraints: whole, ..chat(10_001, 0) }), [(0, 12), (1, 44)]);
    for together in [Together::Site, Together::Anywhere] {
        let constraints = Constraints { together, ..chat(10_001, 0).constraints };
        assert_eq!(ways(&Wish { constraints, ..chat(10_001, 0) }), [(0, 11), (1, 41)]);
    }
    assert_eq!(offtake_desk::faults(&chat(1, 0), FIRST), []);
    let both = Wish { gpus: 1, ..chat(1, 0) };
    assert_eq!(offtake_desk::faults(&both, FIRST)[0].field, "gpus");
    assert_eq!(offtake_desk::faults(&chat(0, 0), FIRST)[0].field, "tokens_per_second");
}

#[test]
fn a_refusal_of_work_says_where_its_throughput_is_not_known_and_how_many_gpus_it_takes() {
    let book = measured();
    let reasons = |wish: &Wish| match book.ledger.quote(wish) {
        Answer::Offered(ways) => panic!("{ways:?}"),
        Answer::Refused(refusal) => {
            let mut reasons = refusal.reasons.clone();
            reasons.sort_by_key(|(place, _)| *place);
            reasons.into_iter().map(|(_, reason)| reason.to_string()).collect::<Vec<_>>()
        }
    };
    assert_eq!(
        reasons(&chat(10_000, 40)),
        [
            "has 16 GPUs free at firmness 0.90, 20 asked",
            "has h100, and no throughput of it is known for `chat` at 40 tokens a second for each user",
            "has mi355x, and no throughput of it is known for `chat` at 40 tokens a second for each user",
        ]
    );
    let mut other = chat(1, 0);
    other.constraints.tokens.as_mut().unwrap().work = "draw".to_owned();
    assert_eq!(reasons(&other)[0], "has gb300, and no throughput of it is known for `draw`");
}

#[test]
fn a_promise_of_work_keeps_what_was_asked_and_is_changed_in_gpus() {
    let mut book = measured();
    let wish = chat(10_000, 0);
    let Answer::Offered(ways) = book.ledger.quote(&wish) else { panic!() };
    let parts = book.ledger.named(&ways[0].parts);
    let id = book.hold(parts, &wish.constraints).unwrap();
    assert_eq!(book.ledger.promise(id).unwrap().constraints.tokens, wish.constraints.tokens);
    let longer = offtake_desk::Amendment { until: Some(FIRST + 90), ..Default::default() };
    let placed = book.ledger.amended(id, &longer).unwrap();
    assert_eq!((placed[0].pool, placed[0].gpus, placed[0].until), (0, 10, FIRST + 90));
}

#[test]
fn a_zone_may_be_refused_with_all_within_it() {
    let mut abroad = pool("abroad", "south", "gb300");
    abroad.spec.zones = vec![support::zone("no-4"), support::zone("no")];
    let pools =
        vec![steady(pool("home", "north", "gb300"), FIRST, 16, 1), steady(abroad, FIRST, 16, 1)];
    let book = Book::over(publication(pools, 1));
    let asked = |zones: &[&str]| Wish {
        gpus: 8,
        constraints: Constraints {
            avoid_zones: zones.iter().map(|zone| support::zone(zone)).collect(),
            ..Constraints::default()
        },
        ..chat(1, 0)
    };
    let Answer::Offered(ways) = book.ledger.quote(&asked(&["us"])) else { panic!() };
    assert_eq!(ways.iter().map(|way| way.parts[0].pool).collect::<Vec<_>>(), [1]);
    let Answer::Refused(refusal) = book.ledger.quote(&asked(&["us", "no-4"])) else { panic!() };
    let reasons: Vec<String> = refusal.reasons.iter().map(|of| of.1.to_string()).collect();
    let expected = ["is in us, which is to be avoided", "is in no-4, which is to be avoided"];
    assert_eq!(reasons, expected);
}
