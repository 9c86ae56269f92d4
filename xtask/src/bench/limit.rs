//! The physical limit: what a sample must compute and move, against what the machine can do.
//!
//! Two counts, both at full vector width and of nothing else: no draws, no bookkeeping, no results. *The problem*
//! touches every number once (what each pool has, what each class wants, what each block lacks, hour by
//! hour); nothing that looks at every hour goes below it. *Every cut* serves every block under every cut that
//! binds it, in every hour; only code that leaves out cuts or hours which cannot bind goes below that. The
//! machine's own speeds are measured in the same run.

use super::Effort;
use super::book;
use super::clock::{cores, short, timed};
use super::made;
use crate::tables;
use multiversion::multiversion;
use offtake_adequacy::{Block, System, Work};
use offtake_model::Book;
use offtake_study::{Request, Silent, run};

/// Bytes of a number of the inner loops.
const NUMBER: f64 = 4.0;
/// Numbers of each of three arrays: too many for any cache, and few enough for the first one.
const IN_MEMORY: usize = 32 << 20;
const IN_CACHE: usize = 2 << 10;
/// Independent sums, so that none waits for the one before.
const LANES: usize = 256;

/// What the machine does in a second, all cores together.
struct Machine {
    memory_bytes: f64,
    cache_bytes: f64,
    operations: f64,
}

/// What an hour of a sample asks for.
#[derive(Clone, Copy)]
struct Need {
    /// Demand of every class, read once a sample. Caches that hold all of it until the next sample spare it.
    memory_bytes: f64,
    /// Operands of the loops, in and out.
    cache_bytes: f64,
    operations: f64,
}

impl Need {
    /// Returns the seconds that so many hours take at least, by arithmetic, cache and memory.
    fn seconds(self, hours: f64, machine: &Machine) -> [f64; 3] {
        [
            hours * self.operations / machine.operations,
            hours * self.cache_bytes / machine.cache_bytes,
            hours * self.memory_bytes / machine.memory_bytes,
        ]
    }
}

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let machine = machine(effort);
    let real = tables::read(&tables::root().join(book::BOOK))?;
    let units = made::unit_book(&made::units())?;
    let mut text = format!(
        "| this machine, {} cores together | |\n|---|---:|\n\
         | memory, `a = b + s · c` over {} MB | {} GB/s |\n\
         | first cache, the same over {} kB a core | {} GB/s |\n\
         | single-precision additions and multiplications, not fused | {} G/s |\n\n\
         | a sample of | counted | operations an hour | bytes an hour in cache, from memory | by arithmetic | by cache | \
         from memory | limit | measured | times the limit |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        cores(),
        (3.0 * NUMBER * IN_MEMORY as f64 / 1e6).round(),
        short(machine.memory_bytes / 1e9),
        (3.0 * NUMBER * IN_CACHE as f64 / 1e3).round(),
        short(machine.cache_bytes / 1e9),
        short(machine.operations / 1e9),
    );
    let books = [
        (book::BOOK, &real, effort.pick(20, 1_000)),
        ("the thirty units", &units, effort.pick(200, 4_000)),
    ];
    for (name, book, samples) in books {
        text.push_str(&rows(name, book, samples, &machine)?);
    }
    text.push_str(
        "\nThe limit is the greater of arithmetic and cache. What comes from memory does so only where no cache holds \
         the demand from one sample to the next.\n",
    );
    Ok(text)
}

fn rows(name: &str, book: &Book, samples: u64, machine: &Machine) -> Result<String, String> {
    let system = System::new(book, 1).map_err(|error| error.to_string())?;
    let request = Request { seed: 1, samples: 0..samples, threads: 0, extras: false, until: None };
    let facts = run(book, "", &request, &Silent).map_err(|error| error.to_string())?.1;
    // Wall time of all cores together, as the limit is.
    let measured = facts.sampling_s / samples as f64;
    let ms = |seconds: f64| format!("{} ms", short(1e3 * seconds));
    let mut text = String::new();
    for (counted, need) in [("the problem", problem(&system)), ("every cut", every_cut(&system))] {
        let by = need.seconds(system.axis.hours() as f64, machine);
        let limit = by[0].max(by[1]);
        let [operations, cache, memory] = by.map(ms);
        text.push_str(&format!(
            "| {name} | {counted} | {:.0} | {:.0}, {:.0} | {operations} | {cache} | {memory} | {} | {} | {} |\n",
            need.operations,
            need.cache_bytes,
            need.memory_bytes,
            ms(limit),
            ms(measured),
            short(measured / limit),
        ));
    }
    Ok(text)
}

/// Counts an hour in which every number of the problem is touched once.
fn problem(system: &System) -> Need {
    let pools = system.pools.len() as f64;
    let loads = system.classes.iter().filter(|class| class.load.is_some()).count() as f64;
    let blocks = system.blocks.len() as f64;
    Need {
        memory_bytes: NUMBER * loads,
        // Each pool and each block is written and read again, each class read.
        cache_bytes: NUMBER * (2.0 * pools + loads + 2.0 * blocks),
        // Pools are added up; loads are multiplied by noise and derate; a block is wanted, served, short, and summed.
        operations: pools + 2.0 * loads + 4.0 * blocks,
    }
}

/// Counts an hour in which every block is served under every cut that binds it.
fn every_cut(system: &System) -> Need {
    let cuts_of = |class: usize| system.classes[class].cuts.len() as f64;
    let weights =
        system.cuts.iter().flat_map(|cut| &cut.y).filter(|weight| **weight != 0.0).count() as f64;
    let of_block = |block: &Block| match &block.work {
        Work::Divisible { class, .. } => cuts_of(*class),
        Work::Gang(gang) => system.gangs[*gang].at.iter().map(|class| cuts_of(*class)).sum(),
    };
    let served: f64 = system.blocks.iter().map(of_block).sum();
    let room: f64 = system.headroom_classes.iter().map(|class| cuts_of(*class)).sum();
    let once = problem(system);
    Need {
        // A cut is read for the room and again to be lowered, which also writes it.
        cache_bytes: once.cache_bytes
            + NUMBER * (weights + system.cuts.len() as f64 + 3.0 * served + room),
        // A weight is multiplied and added; a cut of a block divided, compared, multiplied and lowered; headroom asks for
        // the room alone.
        operations: once.operations + 2.0 * weights + 4.0 * served + 2.0 * room,
        ..once
    }
}

fn machine(effort: Effort) -> Machine {
    // Short trials and many of them: on a shared machine a few run undisturbed.
    let (long, brief) = (effort.pick(3, 15), effort.pick(20, 300));
    let bytes = |trials: usize, numbers: usize, passes: usize| {
        best(trials, 3.0 * NUMBER * (numbers * passes * cores()) as f64, || {
            let arrays =
                || (vec![0.5_f32; numbers], vec![1.0_f32; numbers], vec![2.0_f32; numbers]);
            (arrays, move |(a, b, c): &mut (Vec<f32>, Vec<f32>, Vec<f32>)| {
                for _ in 0..passes {
                    triad(a, b, c);
                    std::hint::black_box(&mut *a);
                }
            })
        })
    };
    let rounds = 20_000;
    let operations = best(brief, (2 * LANES * rounds * cores()) as f64, || {
        (|| [1.0_f32; LANES], move |sums: &mut [f32; LANES]| multiply_add(sums, rounds))
    });
    Machine {
        memory_bytes: bytes(long, IN_MEMORY / cores(), 1),
        cache_bytes: bytes(brief, IN_CACHE, 10_000),
        operations,
    }
}

/// Returns how much of `amount` is done in a second when every core does its share at once, in the best of some trials:
/// the others were disturbed.
fn best<T: Send, S: Fn() -> T + Send, W: Fn(&mut T) + Send>(
    trials: usize,
    amount: f64,
    share: impl Fn() -> (S, W),
) -> f64 {
    let trial = || {
        let barrier = std::sync::Barrier::new(cores());
        let slowest = std::thread::scope(|scope| {
            let spawn = |_| {
                let (start, work) = share();
                let barrier = &barrier;
                scope.spawn(move || {
                    // Pages are touched for the first time here, outside the time.
                    let mut ground = start();
                    barrier.wait();
                    let ((), took) = timed(|| work(&mut ground));
                    std::hint::black_box(&ground);
                    took.as_secs_f64()
                })
            };
            let threads: Vec<_> = (0..cores()).map(spawn).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).fold(0.0, f64::max)
        });
        amount / slowest
    };
    (0..trials).map(|_| trial()).fold(0.0, f64::max)
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
fn triad(a: &mut [f32], b: &[f32], c: &[f32]) {
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        *a = b + 3.0 * c;
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
fn multiply_add(sums: &mut [f32; LANES], rounds: usize) {
    // A copy of its own stays in registers over all rounds.
    let mut own = *sums;
    for _ in 0..rounds {
        for x in &mut own {
            *x = *x * 0.999_999 + 1e-6;
        }
    }
    *sums = own;
}
