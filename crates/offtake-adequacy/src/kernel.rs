//! The inner loops, over tiles of 96 hours, compiled for the vector width that the machine has.
//!
//! Elementwise arithmetic, with products and sums rounded once where that is written out (`mul_add`,
//! which a machine without the instruction does in software), and sums in sixteen fixed lanes: every
//! width gives the same bits.

use crate::dispatch::Sheet;
use aligned_vec::{AVec, ConstAlign};
use multiversion::multiversion;

/// Hours of a tile: four days, which fit the first cache with all that they need.
pub(crate) const TILE: usize = 96;
/// Lanes in which numbers are added up, whatever the machine's width: so the sums are the same.
const LANES: usize = 16;
/// One number for each hour of a tile.
pub(crate) type Tile = [f32; TILE];
/// Tiles, and hours, that start where a cache line does: a vector is then never read from two.
pub(crate) type Tiles = AVec<Tile, ConstAlign<64>>;
/// Numbers by hour of a month.
pub(crate) type Series = AVec<f32, ConstAlign<64>>;

/// Returns so many tiles of nothing.
pub(crate) fn tiles(count: usize) -> Tiles {
    AVec::from_iter(64, std::iter::repeat_n([0.0; TILE], count))
}

/// Returns so many hours of nothing.
pub(crate) fn series(hours: usize) -> Series {
    AVec::from_iter(64, std::iter::repeat_n(0.0, hours))
}

/// Works out what every cut leaves from `inputs` (resources, then what is served of each class), and
/// returns the least of them.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn evaluate(sheet: &Sheet, inputs: &[Tile], slack: &mut [Tile]) -> Tile {
    let mut least = [f32::MAX; TILE];
    for step in &sheet.steps {
        let mut left = [0.0_f32; TILE];
        if let Some((parent, factor)) = step.from {
            for (l, p) in left.iter_mut().zip(&slack[parent]) {
                *l = factor * p;
            }
        }
        for &(input, coefficient) in &sheet.terms[step.terms.0..step.terms.1] {
            for (l, x) in left.iter_mut().zip(&inputs[input as usize]) {
                *l = coefficient.mul_add(*x, *l);
            }
        }
        for (m, l) in least.iter_mut().zip(&left) {
            *m = if *l < *m { *l } else { *m };
        }
        slack[step.cut] = left;
    }
    least
}

/// Fills each slack with its row of `inputs`: (input, coefficient).
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn open_rows(rows: &[Vec<(usize, f32)>], inputs: &[Tile], slack: &mut [Tile]) {
    for (tile, row) in slack.iter_mut().zip(rows) {
        let mut left = [0.0_f32; TILE];
        for &(input, coefficient) in row {
            for (l, x) in left.iter_mut().zip(&inputs[input]) {
                *l = coefficient.mul_add(*x, *l);
            }
        }
        *tile = left;
    }
}

/// Returns how much more of a class every cut that binds it leaves, at least zero.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn room(cuts: &[(usize, f32, f32)], slack: &[Tile]) -> Tile {
    let mut room = [f32::MAX; TILE];
    for &(cut, _, inverse) in cuts {
        for (r, s) in room.iter_mut().zip(&slack[cut]) {
            let left = s * inverse;
            *r = if left < *r { left } else { *r };
        }
    }
    for r in &mut room {
        *r = if *r > 0.0 { *r } else { 0.0 };
    }
    room
}

/// Serves `share · load` as far as the cuts leave room, takes it from them, adds it to what the class
/// was `given`, and writes what is left unserved to `short`. Says whether there was room in any hour.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn serve(
    cuts: &[(usize, f32, f32)],
    (load, share): (&Tile, f32),
    slack: &mut [Tile],
    given: &mut Tile,
    short: &mut Tile,
) -> bool {
    let mut served = [f32::MAX; TILE];
    for &(cut, _, inverse) in cuts {
        for (r, s) in served.iter_mut().zip(&slack[cut]) {
            let left = s * inverse;
            *r = if left < *r { left } else { *r };
        }
    }
    let mut most = [0.0_f32; LANES];
    for rooms in served.chunks_exact(LANES) {
        for (m, room) in most.iter_mut().zip(rooms) {
            *m = if *room > *m { *room } else { *m };
        }
    }
    for ((v, l), out) in served.iter_mut().zip(load).zip(short.iter_mut()) {
        let wanted = l * share;
        let room = if *v > 0.0 { *v } else { 0.0 };
        *v = if wanted < room { wanted } else { room };
        *out = wanted - *v;
    }
    for (g, v) in given.iter_mut().zip(&served) {
        *g += v;
    }
    for &(cut, coefficient, _) in cuts {
        for (s, v) in slack[cut].iter_mut().zip(&served) {
            *s = (-coefficient).mul_add(*v, *s);
        }
    }
    most.iter().any(|m| *m > 0.0)
}

/// Writes `share · load`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn times(load: &Tile, share: f32, out: &mut Tile) {
    for (o, l) in out.iter_mut().zip(load) {
        *o = l * share;
    }
}

/// Takes `served` of a class from the cuts that bind it.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn take(cuts: &[(usize, f32, f32)], served: &Tile, slack: &mut [Tile]) {
    for &(cut, coefficient, _) in cuts {
        for (s, v) in slack[cut].iter_mut().zip(served) {
            *s = (-coefficient).mul_add(*v, *s);
        }
    }
}

/// Leaves idle of what is `available` as much as there is `room`, which it takes and adds to what is
/// `taken`, and returns the sum; less than `least` in an hour is nothing.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn idle(room: &mut Tile, taken: &mut Tile, available: &Tile, least: f32) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let rooms = room.as_chunks_mut::<LANES>().0.iter_mut();
    let takens = taken.as_chunks_mut::<LANES>().0.iter_mut();
    for ((room, taken), available) in rooms.zip(takens).zip(available.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            let (left, has) = (room[lane], available[lane]);
            let idle = if has < left { has } else { left };
            let idle = if idle > least { idle } else { 0.0 };
            room[lane] = left - idle;
            taken[lane] += idle;
            lanes[lane] += idle;
        }
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum()
}

/// Writes `x` everywhere.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn fill(numbers: &mut [f32], x: f32) {
    for number in numbers {
        *number = x;
    }
}

/// Returns the sum of the numbers: single precision over each of a tile's sixteen lanes, double beyond.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn sum(numbers: &[f32]) -> f64 {
    let (tiles, rest) = numbers.as_chunks::<TILE>();
    let mut totals = [0.0_f64; LANES];
    for tile in tiles {
        for (lane, total) in totals.iter_mut().enumerate() {
            let of_lane: f32 = (0..TILE / LANES).map(|k| tile[lane + k * LANES]).sum();
            *total += f64::from(of_lane);
        }
    }
    for (lane, x) in rest.iter().enumerate() {
        totals[lane % LANES] += f64::from(*x);
    }
    totals.iter().sum()
}

/// Returns the greatest of the numbers, at least `floor`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn greatest(numbers: &[f32], floor: f32) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [floor; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if *x > *lane { *x } else { *lane };
        }
    }
    let most = |m: f32, x: &f32| if *x > m { *x } else { m };
    rest.iter().fold(lanes.iter().fold(floor, most), most)
}

/// Returns the least of the numbers, at most `ceiling`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn least(numbers: &[f32], ceiling: f32) -> f32 {
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [ceiling; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if *x < *lane { *x } else { *lane };
        }
    }
    let least = |m: f32, x: &f32| if *x < m { *x } else { m };
    rest.iter().fold(lanes.iter().fold(ceiling, least), least)
}

/// Returns how many of the numbers are above `floor`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn count_above(numbers: &[f32], floor: f32) -> u32 {
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    let mut lanes = [0_u32; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += u32::from(*x > floor);
        }
    }
    lanes.iter().sum::<u32>() + rest.iter().map(|x| u32::from(*x > floor)).sum::<u32>()
}

/// A pool over hours in which its racks do not change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Racks {
    /// GPUs of a rack.
    pub(crate) gpus: f32,
    /// Racks in service.
    pub(crate) count: f32,
    /// Racks that stand in for failed ones.
    pub(crate) spares: f32,
    /// GPUs of the pool when all is in service.
    pub(crate) most: f32,
    /// Share of the racks that runs.
    pub(crate) alive: f32,
}

/// Writes GPUs available from GPUs broken: see `offtake_position::available`, which this equals at
/// every number below a million.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn available(pool: Racks, down: &[i32], out: &mut [f32]) {
    let Racks { gpus: rack, count: racks, spares, most, alive } = pool;
    let inverse = 1.0 / rack;
    for (a, &d) in out.iter_mut().zip(down) {
        // Half a GPU keeps the quotient away from whole numbers, where rounding could go either way.
        let broken = ((d as f32 + (rack - 0.5)) * inverse).floor();
        let standing = racks + spares - broken;
        let standing = if standing < racks { standing } else { racks };
        let standing = if standing > 0.0 { standing } else { 0.0 };
        let usable = (standing * alive + 1e-3).floor() * rack;
        *a = if usable < most { usable } else { most };
    }
}

/// Adds `from` to `to`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn add(from: &[f32], to: &mut [f32]) {
    for (t, f) in to.iter_mut().zip(from) {
        *t += f;
    }
}

/// Adds to `out` the sum of max(0, x − floor) for each floor.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn excess(numbers: &[f32], floors: &[f32], out: &mut [f64]) {
    for (total, &floor) in out.iter_mut().zip(floors) {
        let mut lanes = [0.0_f32; LANES];
        let (chunks, rest) = numbers.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                let over = x - floor;
                *lane += if over > 0.0 { over } else { 0.0 };
            }
        }
        let rest: f64 =
            rest.iter().map(|x| f64::from(if *x > floor { *x - floor } else { 0.0 })).sum();
        *total += lanes.iter().map(|l| f64::from(*l)).sum::<f64>() + rest;
    }
}

/// Multiplies by `factor` and adds to `to`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn add_times(from: &[f32], factor: f32, to: &mut [f32]) {
    for (t, f) in to.iter_mut().zip(from) {
        *t = f.mul_add(factor, *t);
    }
}

/// Keeps of each number at most `most`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn at_most(numbers: &mut [f32], most: f32) {
    for x in numbers {
        *x = if *x < most { *x } else { most };
    }
}

/// Covers what is `short` with what is `rented`, of which one does the work of `speed`; both are left
/// with what remains, and the work covered is returned.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+fma", "x86_64+avx2+fma"))]
pub(crate) fn cover(short: &mut [f32], rented: &mut [f32], speed: f32) -> f64 {
    let inverse = 1.0 / speed;
    let mut covered = 0.0_f64;
    for (short, rented) in short.chunks_mut(TILE).zip(rented.chunks_mut(TILE)) {
        let mut lanes = [0.0_f32; LANES];
        for (short, rented) in short.chunks_mut(LANES).zip(rented.chunks_mut(LANES)) {
            for ((lane, s), r) in lanes.iter_mut().zip(short).zip(rented) {
                let can = *r * speed;
                let taken = if *s < can { *s } else { can };
                *s -= taken;
                *r -= taken * inverse;
                *lane += taken;
            }
        }
        covered += lanes.iter().map(|t| f64::from(*t)).sum::<f64>();
    }
    covered
}
