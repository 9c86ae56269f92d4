//! Random small systems, written as a book on one side and kept as plain data on the other.
//!
//! The reference solver reads the plain data alone; the engine reads the book alone.

use std::fmt::Write as _;
use std::path::Path;

/// A small generator of random numbers (SplitMix64), so that a seed is a system for ever.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1))
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.word() % n as u64) as usize
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.between(0.0, 1.0) < p
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// What a system may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No hour knows of another.
    Hourly,
    /// Some work may wait.
    Delay,
    /// Some work needs all its GPUs at once.
    Gangs,
    /// Gangs, served first, and work that may wait after them.
    GangsThenDelay,
}

pub(crate) struct Type {
    pub(crate) rack: i64,
    pub(crate) domain: u32,
    pub(crate) kw_serving: f64,
    pub(crate) kw_training: f64,
}

pub(crate) struct Hall {
    pub(crate) site: usize,
    /// Kilowatts; `None` when ample.
    pub(crate) kw: Option<f64>,
}

pub(crate) struct Pool {
    pub(crate) hall: usize,
    pub(crate) kind: usize,
    pub(crate) gpus: i64,
    /// First day in service, from 0.
    pub(crate) day: usize,
    /// Hours from the first rack to the last.
    pub(crate) ramp: i64,
    pub(crate) tenant: Option<usize>,
}

pub(crate) struct Work {
    pub(crate) is_training: bool,
    /// What one GPU does, by type; `None` when it cannot.
    pub(crate) speed: Vec<Option<f64>>,
    pub(crate) is_tokens: bool,
    pub(crate) zones: Vec<&'static str>,
    pub(crate) domain: u32,
    pub(crate) tenant: Option<usize>,
    /// In the unit of its speed.
    pub(crate) levels: Vec<f64>,
    pub(crate) delay: usize,
    /// (share in whole percent, priority, value)
    pub(crate) blocks: Vec<(u32, u32, u32)>,
}

pub(crate) struct Gang {
    pub(crate) size: i64,
    pub(crate) types: Vec<usize>,
    pub(crate) zones: Vec<&'static str>,
    pub(crate) priority: u32,
    pub(crate) value: u32,
    pub(crate) from_day: usize,
    pub(crate) until_day: usize,
}

pub(crate) struct RandomSystem {
    pub(crate) days: usize,
    pub(crate) zone_of_site: Vec<&'static str>,
    pub(crate) types: Vec<Type>,
    pub(crate) halls: Vec<Hall>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) works: Vec<Work>,
    pub(crate) gangs: Vec<Gang>,
}

const SITES: [&str; 4] = ["EU-PT", "US-TX", "UK", "EFTA-NO"];
const RESIDENCY: [&[&str]; 7] =
    [&[], &[], &["EU"], &["US"], &["EU", "UK"], &["US-TX", "EFTA"], &["UK"]];

impl RandomSystem {
    pub(crate) fn new(seed: u64, kind: Kind) -> RandomSystem {
        let mut dice = Dice::new(seed);
        let types: Vec<Type> = (0..1 + dice.below(3)).map(|_| random_type(&mut dice)).collect();
        let zone_of_site: Vec<&str> = (0..1 + dice.below(3)).map(|_| dice.pick(&SITES)).collect();
        let days = match kind {
            Kind::Hourly | Kind::Gangs => 1 + dice.below(2),
            Kind::Delay => dice.pick(&[1, 1, 1, 1, 1, 1, 1, 2, 2, 3]),
            Kind::GangsThenDelay => 1,
        };
        let mut halls: Vec<Hall> =
            (0..zone_of_site.len()).map(|site| Hall { site, kw: None }).collect();
        if dice.chance(0.3) {
            halls.push(Hall { site: dice.below(zone_of_site.len()), kw: None });
        }
        let pools: Vec<Pool> = (0..1 + dice.below(5))
            .map(|_| random_pool(&mut dice, &types, halls.len(), days))
            .collect();
        for (index, hall) in halls.iter_mut().enumerate() {
            let most: f64 = pools
                .iter()
                .filter(|pool| pool.hall == index)
                .map(|pool| pool.gpus as f64 * types[pool.kind].kw_training)
                .sum();
            hall.kw = (most > 0.0 && dice.chance(0.5))
                .then(|| (most * dice.between(0.4, 1.0) * 1e3).round() / 1e3);
        }
        let mut system = RandomSystem {
            days,
            zone_of_site,
            types,
            halls,
            pools,
            works: Vec::new(),
            gangs: Vec::new(),
        };
        let works = 1 + dice.below(if kind == Kind::Delay { 3 } else { 4 });
        for index in 0..works {
            let work = random_work(&mut dice, &system, kind, works, index);
            system.works.push(work);
        }
        if matches!(kind, Kind::Gangs | Kind::GangsThenDelay) {
            for _ in 0..1 + dice.below(3) {
                let gang = random_gang(&mut dice, &system, kind);
                system.gangs.push(gang);
            }
        }
        system
    }

    pub(crate) fn hours(&self) -> usize {
        self.days * 24
    }

    /// GPUs of all pools: what tolerances are relative to.
    pub(crate) fn size(&self) -> f64 {
        self.pools.iter().map(|pool| pool.gpus as f64).sum()
    }

    /// GPUs of a pool in service at an hour, counted rack by rack.
    pub(crate) fn available(&self, pool: usize, hour: usize) -> f64 {
        let pool = &self.pools[pool];
        let rack = self.types[pool.kind].rack;
        let racks = (pool.gpus + rack - 1) / rack;
        let start = pool.day as i64 * 24;
        let arrived =
            (0..racks).filter(|i| start + pool.ramp * i / racks <= hour as i64).count() as i64;
        pool.gpus.min(arrived * rack) as f64
    }

    /// The speed that counts as 1 for a class.
    pub(crate) fn reference_speed(&self, work: &Work) -> f64 {
        work.speed[0].unwrap_or_else(|| work.speed.iter().flatten().copied().fold(0.0, f64::max))
    }

    /// What a GPU of the pool does for the class in reference GPUs, or `None` when it may not.
    pub(crate) fn speed(&self, work: &Work, pool: &Pool) -> Option<f64> {
        let share = self.domain_share(pool, work.domain)?;
        let speed = work.speed[pool.kind]?;
        let is_open = pool.tenant.is_none_or(|only| work.tenant == Some(only))
            && self.lies_in(pool, &work.zones);
        is_open.then(|| speed / self.reference_speed(work) * share)
    }

    fn domain_share(&self, pool: &Pool, needed: u32) -> Option<f64> {
        let domain = self.types[pool.kind].domain;
        (domain >= needed).then(|| f64::from(needed * (domain / needed)) / f64::from(domain))
    }

    fn lies_in(&self, pool: &Pool, zones: &[&str]) -> bool {
        let zone = self.zone_of_site[self.halls[pool.hall].site];
        zones.is_empty()
            || zones.iter().any(|outer| zone == *outer || zone.starts_with(&format!("{outer}-")))
    }

    pub(crate) fn draw(&self, pool: &Pool, is_training: bool) -> f64 {
        let kind = &self.types[pool.kind];
        if is_training { kind.kw_training } else { kind.kw_serving }
    }

    /// Pools of each fabric (a site with one type) that may hold a gang.
    pub(crate) fn fabrics(&self, gang: &Gang) -> Vec<Vec<usize>> {
        let mut fabrics: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for (index, pool) in self.pools.iter().enumerate() {
            let is_open = pool.tenant.is_none()
                && gang.types.contains(&pool.kind)
                && self.lies_in(pool, &gang.zones);
            if is_open {
                let key = (self.halls[pool.hall].site, pool.kind);
                match fabrics.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, members)) => members.push(index),
                    None => fabrics.push((key, vec![index])),
                }
            }
        }
        fabrics.into_iter().map(|(_, members)| members).collect()
    }

    /// Reads the system as a book.
    pub(crate) fn book(&self) -> offtake_model::Book {
        let text = self.text();
        let tables: Vec<(String, String)> = self
            .works
            .iter()
            .enumerate()
            .map(|(index, work)| {
                let mut table = "level\n".to_owned();
                for level in &work.levels {
                    let _ = writeln!(table, "{level}");
                }
                (format!("w{index}.csv"), table)
            })
            .collect();
        let files = std::iter::once(("book.toml", text.as_bytes()))
            .chain(tables.iter().map(|(name, table)| (name.as_str(), table.as_bytes())));
        let reading = offtake_book::read_book_files(Path::new("book.toml"), files);
        match reading.book {
            Some(book) => book,
            None => panic!("{}\n{text}", offtake_book::render_findings(&reading.findings)),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "format = 1\nas_of = 2026-03-01\nfrom = 2026-03-01\nuntil = 2026-03-{:02}\n\
             headline_quarters = 1\nreference_accelerator = \"t0\"\n[defaults]\nuncertainty = \"none\"\n\
             [party.tenant-0]\nkind = \"tenant\"\n[party.tenant-1]\nkind = \"tenant\"\n",
            1 + self.days
        );
        for (index, kind) in self.types.iter().enumerate() {
            let _ = write!(
                text,
                "[accelerator.t{index}]\nmaker = \"nvidia\"\nrack_gpus = {}\ntray_gpus = 1\n\
                 nvlink_domain = {}\ndraw.training = \"{} kW\"\ndraw.serving = \"{} kW\"\n",
                kind.rack, kind.domain, kind.kw_training, kind.kw_serving
            );
        }
        for (index, zone) in self.zone_of_site.iter().enumerate() {
            let _ = write!(text, "[site.s{index}]\nzone = \"{zone}\"\n");
        }
        for (index, hall) in self.halls.iter().enumerate() {
            let _ = write!(text, "[hall.h{index}]\nsite = \"s{}\"\n", hall.site);
            if let Some(kw) = hall.kw {
                let _ = writeln!(text, "critical_it = \"{kw} kW\"");
            }
        }
        self.write_pools(&mut text);
        self.write_works(&mut text);
        self.write_gangs(&mut text);
        text
    }

    fn write_pools(&self, text: &mut String) {
        for (index, pool) in self.pools.iter().enumerate() {
            let date = format!("2026-03-{:02}", 1 + pool.day);
            let key = if pool.day == 0 { "delivered" } else { "promised" };
            let _ = write!(
                text,
                "[fleet.p{index}]\nsite = \"s{}\"\nhall = \"h{}\"\naccelerator = \"t{}\"\n\
                 gpus = {}\n{key} = {date}\nramp = \"{} h\"\n",
                self.halls[pool.hall].site, pool.hall, pool.kind, pool.gpus, pool.ramp
            );
            if let Some(tenant) = pool.tenant {
                let _ = writeln!(text, "dedicated_to = \"tenant-{tenant}\"");
            }
        }
    }

    fn write_works(&self, text: &mut String) {
        for (index, work) in self.works.iter().enumerate() {
            let unit = if work.is_tokens { "tok/s" } else { "GPU" };
            let kind = if work.is_training { "training" } else { "serving" };
            let _ = write!(
                text,
                "[workload.w{index}]\nlevel.hourly = \"w{index}.csv\"\nlevel.unit = \"{unit}\"\n\
                 kind = \"{kind}\"\nnvlink_domain = {}\ndelay = \"{} h\"\n",
                work.domain, work.delay
            );
            let mut open = Vec::new();
            for (kind, speed) in work.speed.iter().enumerate() {
                let Some(speed) = speed else { continue };
                open.push(format!("t{kind}"));
                let _ = match work.is_tokens {
                    true => writeln!(text, "speed.t{kind} = \"{speed} tok/s\""),
                    false => writeln!(text, "speed.t{kind} = {speed}"),
                };
            }
            let _ = writeln!(text, "accelerators = {open:?}");
            if !work.zones.is_empty() {
                let _ = writeln!(text, "zones = {:?}", work.zones);
            }
            if let Some(tenant) = work.tenant {
                let _ = writeln!(text, "tenant = \"tenant-{tenant}\"");
            }
            for (block, (share, priority, value)) in work.blocks.iter().enumerate() {
                let _ = write!(
                    text,
                    "[block.w{index}.b{block}]\nshare = \"{share} %\"\npriority = {priority}\n\
                     unserved_value = \"{value} USD/GPUh\"\n"
                );
            }
        }
    }

    fn write_gangs(&self, text: &mut String) {
        for (index, gang) in self.gangs.iter().enumerate() {
            let types: Vec<String> = gang.types.iter().map(|kind| format!("t{kind}")).collect();
            let _ = write!(
                text,
                "[gang.g{index}]\nsize = \"{} GPU\"\nfrom = 2026-03-{:02}\nuntil = 2026-03-{:02}\n\
                 priority = {}\nunserved_value = \"{} USD/GPUh\"\naccelerators = {types:?}\n",
                gang.size,
                1 + gang.from_day,
                1 + gang.until_day,
                gang.priority,
                gang.value
            );
            if !gang.zones.is_empty() {
                let _ = writeln!(text, "zones = {:?}", gang.zones);
            }
        }
    }
}

fn random_type(dice: &mut Dice) -> Type {
    let (rack, domain) = dice.pick(&[(8, 8), (72, 72), (4, 4), (16, 8), (1, 1)]);
    let kw_serving = (dice.between(0.8, 1.6) * 1e3).round() / 1e3;
    let more = if dice.chance(0.3) { 1.0 } else { dice.between(1.0, 1.6) };
    Type { rack, domain, kw_serving, kw_training: (kw_serving * more * 1e3).round() / 1e3 }
}

fn random_pool(dice: &mut Dice, types: &[Type], halls: usize, days: usize) -> Pool {
    let kind = dice.below(types.len());
    let racks = 2 + dice.below(10) as i64;
    let part = if dice.chance(0.3) { types[kind].rack / 2 } else { 0 };
    Pool {
        hall: dice.below(halls),
        kind,
        gpus: racks * types[kind].rack + part,
        day: if dice.chance(0.6) { 0 } else { dice.below(days) },
        ramp: if dice.chance(0.5) { 0 } else { dice.below(30) as i64 },
        tenant: dice.chance(0.15).then(|| dice.below(2)),
    }
}

fn random_work(
    dice: &mut Dice,
    system: &RandomSystem,
    kind: Kind,
    works: usize,
    index: usize,
) -> Work {
    let is_tokens = dice.chance(0.4);
    let unit = if is_tokens { 100.0 } else { 1.0 };
    let is_plain = dice.chance(0.3);
    let mut speed: Vec<Option<f64>> = (0..system.types.len())
        .map(|_| {
            let v = if is_plain { 1.0 } else { dice.between(0.3, 2.0) };
            dice.chance(0.85).then(|| (v * unit * 1e4).round() / 1e4)
        })
        .collect();
    if speed.iter().all(Option::is_none) {
        speed[0] = Some(unit);
    }
    let fair = system.size() / works as f64 * dice.between(0.4, 1.6) * unit;
    let swing = dice.between(0.1, 0.6);
    let levels = (0..system.hours())
        .map(|hour| {
            // In systems of gangs only a few hours differ, so that the integer program stays small.
            let step = if kind == Kind::Gangs { hour / 8 } else { hour };
            let mut own = Dice::new(index as u64 * 1_000 + step as u64 + fair.to_bits());
            let wave = 1.0 + swing * (step as f64 * 0.7).sin();
            (fair * wave * own.between(0.8, 1.2) * 1e4).round() / 1e4
        })
        .collect();
    let delay = match kind {
        Kind::Delay | Kind::GangsThenDelay if index == 0 || dice.chance(0.4) => 1 + dice.below(12),
        _ => 0,
    };
    let shares = dice.pick(&[&[100][..], &[70, 30], &[50, 30, 20]]);
    let first = if kind == Kind::GangsThenDelay { 2 } else { 1 };
    let blocks = shares
        .iter()
        .enumerate()
        .map(|(place, share)| {
            (*share, first + dice.below(3) as u32, 1 + place as u32 + dice.below(20) as u32)
        })
        .collect();
    Work {
        is_training: dice.chance(0.4),
        speed,
        is_tokens,
        zones: dice.pick(&RESIDENCY).to_vec(),
        domain: if dice.chance(0.2) { dice.pick(&[2, 3, 4, 8]) } else { 1 },
        tenant: dice.chance(0.25).then(|| dice.below(2)),
        levels,
        delay,
        blocks,
    }
}

fn random_gang(dice: &mut Dice, system: &RandomSystem, kind: Kind) -> Gang {
    let pool = &system.pools[dice.below(system.pools.len())];
    let size = ((pool.gpus as f64 * dice.between(0.25, 1.1)).round() as i64).max(1);
    let from_day = if dice.chance(0.7) { 0 } else { dice.below(system.days) };
    Gang {
        size,
        types: (0..system.types.len()).filter(|t| *t == pool.kind || dice.chance(0.7)).collect(),
        zones: if dice.chance(0.7) { Vec::new() } else { dice.pick(&RESIDENCY).to_vec() },
        priority: if kind == Kind::GangsThenDelay { 1 } else { 1 + dice.below(3) as u32 },
        value: 1 + dice.below(20) as u32,
        from_day,
        until_day: from_day + 1 + dice.below(system.days - from_day),
    }
}
