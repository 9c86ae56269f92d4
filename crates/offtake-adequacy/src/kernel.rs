//! The inner loops, over tiles of 64 hours, compiled for the vector width that the machine has.
//!
//! Elementwise arithmetic without fused multiply-add and sums in sixteen fixed lanes: every width
//! gives the same bits.

use multiversion::multiversion;

/// Hours of a tile.
pub const TILE: usize = 64;
/// One number for each hour of a tile.
pub type Tile = [f32; TILE];

/// Fills `slack` with what each cut leaves before anything is served: `Σ_r y[r] · q[r]`.
///
/// `weights[cut]` lists (resource, weight); `resources[r]` starts at the tile's first hour.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn open_slack(weights: &[Vec<(usize, f32)>], resources: &[Tile], slack: &mut [Tile]) {
    for (tile, row) in slack.iter_mut().zip(weights) {
        *tile = [0.0; TILE];
        for &(resource, weight) in row {
            for (s, q) in tile.iter_mut().zip(&resources[resource]) {
                *s += weight * q;
            }
        }
    }
}

/// Returns how much more of a class every cut that binds it leaves, at least zero.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn room(cuts: &[(usize, f32, f32)], slack: &[Tile]) -> Tile {
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

/// Serves `share · load` as far as the cuts leave room, takes it from them, and writes what is left
/// unserved to `short`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn serve(
    cuts: &[(usize, f32, f32)],
    load: &Tile,
    share: f32,
    slack: &mut [Tile],
    short: &mut Tile,
) {
    let mut served = [f32::MAX; TILE];
    for &(cut, _, inverse) in cuts {
        for (r, s) in served.iter_mut().zip(&slack[cut]) {
            let left = s * inverse;
            *r = if left < *r { left } else { *r };
        }
    }
    for ((v, l), out) in served.iter_mut().zip(load).zip(short.iter_mut()) {
        let wanted = l * share;
        let room = if *v > 0.0 { *v } else { 0.0 };
        *v = if wanted < room { wanted } else { room };
        *out = wanted - *v;
    }
    for &(cut, coefficient, _) in cuts {
        for (s, v) in slack[cut].iter_mut().zip(&served) {
            *s -= coefficient * v;
        }
    }
}

/// Takes `served` of a class from the cuts that bind it.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn take(cuts: &[(usize, f32, f32)], served: &Tile, slack: &mut [Tile]) {
    for &(cut, coefficient, _) in cuts {
        for (s, v) in slack[cut].iter_mut().zip(served) {
            *s -= coefficient * v;
        }
    }
}

/// Returns the sum of the numbers, in sixteen lanes and then in order.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn sum(numbers: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; 16];
    let mut total = 0.0;
    // Whole tiles at a time keep single precision to 64 terms; longer sums are in double.
    for tile in numbers.chunks(TILE) {
        for chunk in tile.chunks(16) {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x;
            }
        }
        for lane in &mut lanes {
            total += f64::from(*lane);
            *lane = 0.0;
        }
    }
    total
}

/// Writes GPUs available from GPUs broken, for racks that do not change: see
/// `offtake_position::available`, which this equals at every number below a million.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn available(
    rack: f32,
    racks: f32,
    spares: f32,
    most: f32,
    alive: f32,
    down: &[i32],
    out: &mut [f32],
) {
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
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn add(from: &[f32], to: &mut [f32]) {
    for (t, f) in to.iter_mut().zip(from) {
        *t += f;
    }
}

/// Returns Σ max(0, x − floor) for each floor.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2"))]
pub fn excess(numbers: &[f32], floors: &[f32], out: &mut [f64]) {
    for (total, &floor) in out.iter_mut().zip(floors) {
        let mut lanes = [0.0_f32; 16];
        for chunk in numbers.chunks(16) {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                let over = x - floor;
                *lane += if over > 0.0 { over } else { 0.0 };
            }
        }
        *total += lanes.iter().map(|l| f64::from(*l)).sum::<f64>();
    }
}
