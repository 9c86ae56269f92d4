//! Programs made up from a seed, of the size and character of a large buyer's: for tests and benchmarks.
//!
//! Twelve sites that grow, two types of GPU at each, ten classes of work that grow at their own pace,
//! offers of which three in five are firm, suppliers that slip together. Nothing in it is anybody's; that
//! it resembles a book in size and in what limits what is all that it is for.

use crate::program::{
    Class, Held, Hour, Limits, Month, Offer, Party, Pool, Program, Risk, Scenario, Site, Size,
    Step, Table2, Table3, Taking, Use,
};
use offtake_stdx::{Entity, Purpose, Stream};

/// How large a program to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Periods that five years are divided into.
    pub months: usize,
    /// Hours that stand for each: one day of 24, or a week of 168.
    pub hours: usize,
    /// Futures.
    pub scenarios: usize,
    /// Offers.
    pub offers: usize,
}

const HORIZON: usize = 60;
const HOURS_OF_MONTH: f64 = 730.0;
const SITES: usize = 12;
const SUPPLIERS: usize = 12;

/// Types of GPU: kW, and price of an hour.
const TYPES: [(f64, f64); 4] = [(1.4, 1.9), (1.4, 2.3), (1.9, 3.0), (2.1, 3.4)];

/// A kind of work: name, kGPU at the start, growth a year, lost load, swing over the day, hours of delay.
type Kind = (&'static str, f64, f64, f64, f64, usize);
const KINDS: [Kind; 10] = [
    ("frontier-training", 14.0, 0.35, 9.0, 0.03, 0),
    ("training", 9.0, 0.35, 8.0, 0.03, 0),
    ("fine-tuning", 5.0, 0.30, 6.0, 0.20, 24),
    ("batch", 6.0, 0.50, 5.0, 0.10, 24),
    ("evaluation", 5.0, 0.40, 5.0, 0.10, 24),
    ("chat", 10.0, 0.45, 16.0, 0.45, 0),
    ("reasoning", 9.0, 0.80, 20.0, 0.40, 0),
    ("agents", 6.0, 0.90, 20.0, 0.30, 0),
    ("pictures", 5.0, 0.60, 16.0, 0.45, 0),
    ("embedding", 4.0, 0.30, 12.0, 0.25, 0),
];
/// By type of GPU and kind of work: work of a GPU of the newest type.
const PERFORMANCE: [[f64; 10]; 4] = [
    [0.35, 0.35, 0.40, 0.40, 0.40, 0.40, 0.25, 0.28, 0.32, 0.50],
    [0.42, 0.42, 0.48, 0.48, 0.48, 0.48, 0.30, 0.34, 0.38, 0.60],
    [0.80, 0.80, 0.80, 0.78, 0.80, 0.80, 0.72, 0.75, 0.78, 0.80],
    [1.0; 10],
];

/// Draws by name, so that one more of something moves nothing else.
struct Draws(u64);

impl Draws {
    fn of(&self, what: &'static str, number: usize) -> Stream {
        Stream::new(self.0, Purpose::new(what), Entity::new(what), number as u64, 0)
    }
}

fn between(stream: &mut Stream, low: f64, high: f64) -> f64 {
    low + (high - low) * stream.uniform()
}

fn below(stream: &mut Stream, count: usize) -> usize {
    ((stream.uniform() * count as f64) as usize).min(count - 1)
}

fn one_of<T: Copy>(stream: &mut Stream, of: &[T]) -> T {
    of[below(stream, of.len())]
}

/// Makes a program of this size; the same seed makes the same one.
#[must_use]
pub fn program(sizes: Sizes, seed: u64) -> Program {
    let draws = Draws(seed);
    let mut made = Program { months: months(sizes), ..Program::default() };
    let length = HORIZON as f64 / sizes.months as f64;
    let weight = HOURS_OF_MONTH * length / sizes.hours as f64;
    made.hours = vec![Hour { run: 0 }; sizes.hours];
    made.weight = Table2::new((sizes.months, sizes.hours), |_, _| weight);
    made.scenarios = vec![Scenario { probability: 1.0 / sizes.scenarios as f64 }; sizes.scenarios];
    made.kinds = vec!["supplier".to_owned(), "site".to_owned()];
    let supplier = |at| Party { kind: 0, name: format!("supplier-{at}") };
    let site = |at| Party { kind: 1, name: format!("site-{at}") };
    made.parties = (0..SUPPLIERS).map(supplier).chain((0..SITES).map(site)).collect();
    sites(&mut made, sizes, &draws);
    work(&mut made, sizes, &draws);
    offers(&mut made, sizes, &draws);
    made.risk = Risk { weight: if sizes.scenarios > 1 { 0.3 } else { 0.0 }, level: 0.95 };
    made.limits = Limits::default();
    made
}

/// The month in the middle of each period.
fn middle(sizes: Sizes, period: usize) -> usize {
    let length = HORIZON as f64 / sizes.months as f64;
    (length * (period as f64 + 0.5)) as usize
}

fn months(sizes: Sizes) -> Vec<Month> {
    let one = |period| {
        let month = middle(sizes, period);
        Month {
            name: format!("{}-{:02}", 2026 + month / 12, month % 12 + 1),
            year: 2026 + i32::try_from(month / 12).unwrap_or(0),
            discount: libm::pow(1.08, -(month as f64 + 0.5) / 12.0),
        }
    };
    (0..sizes.months).map(one).collect()
}

fn sites(made: &mut Program, sizes: Sizes, draws: &Draws) {
    let (mut power, mut hot) = (Vec::new(), Vec::new());
    for site in 0..SITES {
        let of = &mut draws.of("site", site);
        let full = one_of(of, &[80.0, 120.0, 150.0, 200.0, 300.0, 400.0, 750.0]);
        let (begin, ramp) = (between(of, 0.25, 0.8), between(of, 6.0, 36.0));
        power.push(move |month: usize| {
            full * (begin + (1.0 - begin) * month as f64 / ramp).min(1.0)
        });
        hot.push(of.uniform() < 0.5);
        made.sites.push(Site { name: format!("site-{site}") });
        let first = below(of, TYPES.len());
        let second = (first + 1 + below(of, TYPES.len() - 1)) % TYPES.len();
        for kind in [first.min(second), first.max(second)] {
            made.pools.push(Pool { name: format!("site-{site}/type-{kind}"), site });
            let supplier = below(of, SUPPLIERS);
            let parties = vec![supplier, SUPPLIERS + site];
            let pool = made.pools.len() - 1;
            made.held.push(Held { name: format!("held-{pool}"), pool, parties });
        }
    }
    made.power_mw =
        Table3::new((1, sizes.months, SITES), |_, period, site| power[site](middle(sizes, period)));
    made.power_share = Table3::new((sizes.months, SITES, sizes.hours), |_, site, hour| {
        if hot[site] && (16..20).contains(&(hour % 24)) { 0.8 } else { 1.0 }
    });
    let of_pool: Vec<(f64, usize)> = (0..made.pools.len())
        .map(|pool| {
            let of = &mut draws.of("held", pool);
            let most = if type_of(made, pool) < 2 { 12.0 } else { 3.0 };
            (between(of, 0.0, most), 18 + below(of, 42))
        })
        .collect();
    made.held_kgpu = Table3::new((1, sizes.months, of_pool.len()), |_, period, held| {
        let (kgpu, end) = of_pool[held];
        if middle(sizes, period) < end { kgpu } else { 0.0 }
    });
}

fn type_of(made: &Program, pool: usize) -> usize {
    let name = &made.pools[pool].name;
    name.rsplit('-').next().and_then(|kind| kind.parse().ok()).unwrap_or(0)
}

fn work(made: &mut Program, sizes: Sizes, draws: &Draws) {
    for (class, (name, begin, _, lost_load, _, delay_hours)) in KINDS.iter().enumerate() {
        made.classes.push(Class {
            name: (*name).to_owned(),
            lost_load: *lost_load,
            delay_hours: *delay_hours,
            spot_kgpu_most: vec![0.03 * begin; sizes.months],
        });
        // Eleven pools at most, chosen by a draw; the first kinds of GPU do no frontier training.
        let mut able: Vec<(f64, usize)> = (0..made.pools.len())
            .filter(|pool| class != 0 || type_of(made, *pool) >= 2)
            .map(|pool| (draws.of("use", class * 100 + pool).uniform(), pool))
            .collect();
        able.sort_by(|a, b| a.0.total_cmp(&b.0));
        able.truncate(11);
        for (_, pool) in able {
            let kind = type_of(made, pool);
            let (performance, power_kw) = (PERFORMANCE[kind][class], TYPES[kind].0);
            made.uses.push(Use { pool, class, performance, power_kw });
        }
    }
    let phase: Vec<f64> =
        (0..KINDS.len()).map(|class| between(&mut draws.of("phase", class), 13.0, 20.0)).collect();
    made.demand_shape =
        Table3::new((sizes.months, KINDS.len(), sizes.hours), |period, class, hour| {
            let swing = KINDS[class].4;
            let turn = std::f64::consts::TAU * ((hour % 24) as f64 - phase[class]) / 24.0;
            let week = if sizes.hours > 24 && (hour / 24) % 7 >= 5 { -0.5 } else { 0.2 };
            let week = if sizes.hours > 24 { week } else { 0.0 };
            let noise = draws.of("hour", (period * KINDS.len() + class) * 1000 + hour).normal();
            let noise = 0.05 * noise * swing / 0.4;
            (1.0 + swing * (libm::cos(turn) + 0.5 * week) + noise).max(0.05)
        });
    let growth: Vec<f64> = (0..sizes.scenarios)
        .flat_map(|scenario| {
            let of = &mut draws.of("growth", scenario);
            let common = of.normal();
            let is_one = sizes.scenarios == 1;
            (0..KINDS.len())
                .map(|_| if is_one { 0.0 } else { 0.6 * common + 0.5 * of.normal() })
                .collect::<Vec<f64>>()
        })
        .collect();
    let size = (sizes.scenarios, sizes.months, KINDS.len());
    made.demand_level = Table3::new(size, |scenario, period, class| {
        let years = (middle(sizes, period) as f64 + 0.5) / 12.0;
        let rate =
            libm::log(1.0 + KINDS[class].2) * (1.0 + 0.35 * growth[scenario * KINDS.len() + class]);
        KINDS[class].1 * libm::exp(rate * years)
    });
    made.spot_price = Table2::new((sizes.scenarios, sizes.months), |scenario, _| {
        let noise = if sizes.scenarios == 1 { 0.0 } else { draws.of("spot", scenario).normal() };
        8.0 * libm::exp(0.3 * noise)
    });
}

/// When an offer serves, by plan.
struct Served {
    start: usize,
    term: usize,
    supplier: usize,
}

fn offers(made: &mut Program, sizes: Sizes, draws: &Draws) {
    let mut served = Vec::new();
    for number in 0..sizes.offers {
        let of = &mut draws.of("offer", number);
        let pools = made.pools.len();
        let pool = if number < pools { number } else { below(of, pools) };
        let is_firm = of.uniform() < 0.6;
        let term: usize = one_of(of, &[12, 24, 36, 48, 60]);
        let (start, supplier) = (below(of, 42), below(of, SUPPLIERS));
        let share = one_of(of, &[0.3, 0.5, 0.6, 0.7, 0.8]);
        let dear = if is_firm { 1.0 } else { 1.25 } * between(of, 0.9, 1.12);
        let price = TYPES[type_of(made, pool)].1 * (1.18 - 0.05 * term as f64 / 12.0) * dear;
        let block = one_of(of, &[16.0, 32.0, 64.0, 128.0]) * 72.0 / 1000.0;
        let most = libm::round(between(of, 10.0, 80.0) / block / 2.0).max(1.0);
        made.offers.push(Offer {
            name: format!("offer-{number}"),
            pool,
            block_kgpu: block,
            size: Size { least: 0.0, most, step: Step::Whole },
            price: vec![price; sizes.months],
            taking: if is_firm { Taking::Firm } else { Taking::Flexible { share } },
            prepayments: Vec::new(),
            payments: Vec::new(),
            at_stake: Vec::new(),
            parties: vec![supplier, SUPPLIERS + made.pools[pool].site],
        });
        served.push(Served { start, term, supplier });
    }
    let size = (sizes.scenarios, sizes.months, sizes.offers);
    let slips: Vec<usize> = (0..sizes.scenarios * sizes.offers)
        .map(|at| slip(draws, at / sizes.offers, at % sizes.offers, &served))
        .collect();
    let is_one = sizes.scenarios == 1;
    made.available = Table3::new(size, |scenario, period, offer| {
        let slip = slips[scenario * sizes.offers + offer];
        let start = served[offer].start + if is_one { slip.min(1) } else { slip };
        let serves = start..start + served[offer].term;
        f64::from(u8::from(serves.contains(&middle(sizes, period))))
    });
}

/// Months that an offer comes late in a future: its supplier keeps its promises, is late, or very late.
fn slip(draws: &Draws, scenario: usize, offer: usize, served: &[Served]) -> usize {
    let mood = draws.of("supplier", scenario * SUPPLIERS + served[offer].supplier).uniform();
    let of = &mut draws.of("slip", scenario * served.len() + offer);
    match mood {
        mood if mood < 0.55 => below(of, 2),
        mood if mood < 0.85 => 1 + below(of, 4),
        _ => 4 + below(of, 8),
    }
}
