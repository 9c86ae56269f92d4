//! The cuts that say what a set of pools can serve, found once for a book.
//!
//! Work `v[c] ≥ 0` of classes c can be served from resources `q[r] ≥ 0` (GPUs of a pool group,
//! megawatts of a hall) when there is x ≥ 0 with `Σ_g speed[c,g] · x[c,g] = v[c]` and
//! `Σ_c use[c,g,r] · x[c,g] ≤ q[r]`. By Farkas' lemma that is so exactly when for all y ≥ 0
//!
//! ```text
//! Σ_c α_c(y) · v[c]  ≤  Σ_r y[r] · q[r],     α_c(y) = min over groups g open to c of (Σ_r use[c,g,r] · y[r]) / speed[c,g]
//! ```
//!
//! The right side less the left is linear on each cone of y on which every minimum is taken at one
//! group, so finitely many y suffice: the extreme rays of those cones. They depend on neither hour
//! nor sample. With equal speeds and no power limit they are the closures of a transport problem;
//! in general they also hold the exchange rates at which one type of GPU stands in for another.
//!
//! What is found is complete, so greedy service in order (each block as much as every cut leaves) is
//! the lexicographic optimum: the servable set is closed downwards, and no program need be solved.

/// How one class may use the resources: its open groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Work that one GPU of the group does, in the class's unit of account.
    pub speed: f64,
    /// What one GPU in use takes: (resource, amount).
    pub takes: Vec<(usize, f64)>,
}

/// One cut: `Σ_c alpha[c] · v[c] ≤ Σ_r y[r] · q[r]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// Coefficient of each class.
    pub alpha: Vec<f64>,
    /// Weight of each resource.
    pub y: Vec<f64>,
}

/// Why the cuts of a system were not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// Cones that may be held at once; a book with more is served hour by hour by a program instead.
const MOST_CONES: usize = 20_000;
/// Cuts beyond which greedy service would be slower than the program.
const MOST_CUTS: usize = 2_000;
const TINY: f64 = 1e-9;

/// A cone: its extreme rays, each with the set of facets that it lies on.
#[derive(Clone, Debug)]
struct Cone {
    rays: Vec<Ray>,
    facets: u32,
}

#[derive(Clone, Debug)]
struct Ray {
    y: Vec<f64>,
    /// Bit f is set when the ray lies on facet f.
    on: [u64; 4],
}

/// Returns the cuts of classes with these columns over `resources` resources, in a fixed order.
///
/// A class without columns (nothing is open to it) gets the cut that forbids it.
///
/// # Errors
///
/// [`TooMany`] when there would be more than a few thousand.
pub fn cuts(classes: &[Vec<Column>], resources: usize) -> Result<Vec<Cut>, TooMany> {
    let mut cones = vec![orthant(resources)];
    for columns in classes.iter().filter(|columns| columns.len() > 1) {
        cones = refine(cones, columns)?;
    }
    let mut found: Vec<Cut> = Vec::new();
    for ray in cones.iter().flat_map(|cone| &cone.rays) {
        let cut = cut_of(classes, &ray.y);
        if cut.alpha.iter().any(|a| *a > TINY) && !found.iter().any(|other| is_same(other, &cut)) {
            found.push(cut);
            if found.len() > MOST_CUTS {
                return Err(TooMany);
            }
        }
    }
    for (class, columns) in classes.iter().enumerate() {
        if columns.is_empty() {
            let mut alpha = vec![0.0; classes.len()];
            alpha[class] = 1.0;
            found.push(Cut { alpha, y: vec![0.0; resources] });
        }
    }
    let mut kept: Vec<Cut> = found
        .iter()
        .filter(|cut| !found.iter().any(|other| implies(other, cut)))
        .cloned()
        .collect();
    kept.sort_by(|a, b| order(a, b));
    Ok(kept)
}

/// Returns the cut at `y`, scaled so that its greatest coefficient is 1.
fn cut_of(classes: &[Vec<Column>], y: &[f64]) -> Cut {
    let price = |column: &Column| {
        column.takes.iter().map(|&(r, amount)| amount * y[r]).sum::<f64>() / column.speed
    };
    let alpha: Vec<f64> = classes
        .iter()
        .map(|columns| {
            let least = columns.iter().map(price).fold(f64::INFINITY, f64::min);
            if least.is_finite() && least > TINY { least } else { 0.0 }
        })
        .collect();
    let scale = alpha.iter().copied().fold(0.0, f64::max);
    let scale = if scale > 0.0 { scale } else { 1.0 };
    Cut {
        alpha: alpha.iter().map(|a| a / scale).collect(),
        y: y.iter().map(|v| v / scale).collect(),
    }
}

fn is_same(one: &Cut, other: &Cut) -> bool {
    let close = |a: &[f64], b: &[f64]| {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-7 * a.abs().max(1.0))
    };
    close(&one.alpha, &other.alpha) && close(&one.y, &other.y)
}

/// Says whether `other` is at least as strict as `cut` everywhere: more on the left, less on the right.
fn implies(other: &Cut, cut: &Cut) -> bool {
    let no_less = other.alpha.iter().zip(&cut.alpha).all(|(a, b)| *a >= b - 1e-9);
    let no_more = other.y.iter().zip(&cut.y).all(|(a, b)| *a <= b + 1e-9);
    no_less && no_more && !is_same(other, cut)
}

fn order(one: &Cut, other: &Cut) -> std::cmp::Ordering {
    let words =
        |cut: &Cut| cut.alpha.iter().chain(&cut.y).map(|x| (x * 1e9) as i64).collect::<Vec<i64>>();
    words(other).cmp(&words(one))
}

fn orthant(resources: usize) -> Cone {
    let ray = |axis: usize| {
        let mut y = vec![0.0; resources];
        y[axis] = 1.0;
        let mut on = [0; 4];
        for other in (0..resources).filter(|&r| r != axis) {
            set(&mut on, other);
        }
        Ray { y, on }
    };
    Cone { rays: (0..resources).map(ray).collect(), facets: resources as u32 }
}

fn set(bits: &mut [u64; 4], bit: usize) {
    bits[bit / 64] |= 1 << (bit % 64);
}

/// Splits each cone by which of the columns is the cheapest.
fn refine(cones: Vec<Cone>, columns: &[Column]) -> Result<Vec<Cone>, TooMany> {
    let mut next = Vec::new();
    for cone in cones {
        // A cone on which one column is the cheapest throughout needs no split.
        if let Some(whole) = columns.iter().position(|column| is_cheapest(&cone, column, columns)) {
            let _ = whole;
            next.push(cone);
            continue;
        }
        for (index, column) in columns.iter().enumerate() {
            let mut part = Some(cone.clone());
            for other in columns.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, c)| c) {
                part = match part {
                    Some(part) => halve(part, &difference(other, column, cone_size(&cone)))?,
                    None => break,
                };
            }
            next.extend(part);
        }
        if next.len() > MOST_CONES {
            return Err(TooMany);
        }
    }
    Ok(next)
}

fn cone_size(cone: &Cone) -> usize {
    cone.rays.first().map_or(0, |ray| ray.y.len())
}

fn is_cheapest(cone: &Cone, column: &Column, columns: &[Column]) -> bool {
    let price =
        |c: &Column, y: &[f64]| c.takes.iter().map(|&(r, a)| a * y[r]).sum::<f64>() / c.speed;
    cone.rays
        .iter()
        .all(|ray| columns.iter().all(|other| price(column, &ray.y) <= price(other, &ray.y) + TINY))
}

/// Returns the normal of `price of other − price of column ≥ 0`.
fn difference(other: &Column, column: &Column, resources: usize) -> Vec<f64> {
    let mut normal = vec![0.0; resources];
    for &(r, amount) in &other.takes {
        normal[r] += amount / other.speed;
    }
    for &(r, amount) in &column.takes {
        normal[r] -= amount / column.speed;
    }
    normal
}

/// Returns the part of the cone where `normal · y ≥ 0`, or `None` when it has no interior: one step
/// of the double description method (Motzkin et al., 1953).
fn halve(cone: Cone, normal: &[f64]) -> Result<Option<Cone>, TooMany> {
    let value = |ray: &Ray| ray.y.iter().zip(normal).map(|(a, b)| a * b).sum::<f64>();
    let scale = normal.iter().fold(0.0_f64, |m, v| m.max(v.abs())).max(1e-300);
    let values: Vec<f64> = cone.rays.iter().map(|ray| value(ray) / scale).collect();
    let side = |v: f64| {
        if v > TINY {
            1
        } else if v < -TINY {
            -1
        } else {
            0
        }
    };
    if values.iter().all(|&v| side(v) >= 0) {
        return Ok(Some(cone));
    }
    if values.iter().all(|&v| side(v) <= 0) {
        return Ok(None);
    }
    let facet = cone.facets as usize;
    if facet >= 256 {
        return Err(TooMany);
    }
    let mut rays = Vec::new();
    for (ray, &v) in cone.rays.iter().zip(&values) {
        if side(v) >= 0 {
            let mut ray = ray.clone();
            if side(v) == 0 {
                set(&mut ray.on, facet);
            }
            rays.push(ray);
        }
    }
    for (i, &above) in values.iter().enumerate().filter(|(_, v)| side(**v) > 0) {
        for (j, &below) in values.iter().enumerate().filter(|(_, v)| side(**v) < 0) {
            if let Some(common) = adjacent(&cone.rays, i, j) {
                rays.push(between(&cone.rays[i], above, &cone.rays[j], -below, common, facet));
            }
        }
    }
    Ok(Some(Cone { rays, facets: cone.facets + 1 }))
}

/// Returns the facets that two rays share when no third ray lies on all of them.
fn adjacent(rays: &[Ray], i: usize, j: usize) -> Option<[u64; 4]> {
    let common: [u64; 4] = std::array::from_fn(|w| rays[i].on[w] & rays[j].on[w]);
    let lies = |ray: &Ray| (0..4).all(|w| ray.on[w] & common[w] == common[w]);
    let third = rays.iter().enumerate().any(|(k, ray)| k != i && k != j && lies(ray));
    (!third).then_some(common)
}

/// Returns the ray on the new facet between one above it and one below.
fn between(one: &Ray, above: f64, other: &Ray, below: f64, common: [u64; 4], facet: usize) -> Ray {
    let mut y: Vec<f64> = one.y.iter().zip(&other.y).map(|(a, b)| a * below + b * above).collect();
    let greatest = y.iter().copied().fold(0.0, f64::max);
    for v in &mut y {
        *v = if *v < TINY * greatest { 0.0 } else { *v / greatest };
    }
    let mut on = common;
    set(&mut on, facet);
    Ray { y, on }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(groups: &[usize]) -> Vec<Column> {
        groups.iter().map(|&g| Column { speed: 1.0, takes: vec![(g, 1.0)] }).collect()
    }

    #[test]
    fn equal_speeds_give_the_closures() {
        // Work for everywhere, for group 0 alone and for group 1 alone.
        let found = cuts(&[plain(&[0, 1]), plain(&[0]), plain(&[1])], 2).unwrap();
        let rows: Vec<(Vec<f64>, Vec<f64>)> = found.into_iter().map(|c| (c.alpha, c.y)).collect();
        assert_eq!(
            rows,
            [
                (vec![1.0, 1.0, 1.0], vec![1.0, 1.0]),
                (vec![0.0, 1.0, 0.0], vec![1.0, 0.0]),
                (vec![0.0, 0.0, 1.0], vec![0.0, 1.0]),
            ]
        );
    }

    #[test]
    fn two_types_give_an_exchange_rate_for_each_class() {
        let column = |speed: f64, group| Column { speed, takes: vec![(group, 1.0)] };
        let fast = vec![column(1.0, 0), column(0.25, 1)];
        let slow = vec![column(1.0, 0), column(0.5, 1)];
        let found = cuts(&[fast, slow], 2).unwrap();
        let rates: Vec<f64> = found.iter().map(|cut| cut.y[1] / cut.y[0]).collect();
        assert_eq!(rates.len(), 2);
        assert!(rates.contains(&0.25) && rates.contains(&0.5), "{rates:?}");
    }

    #[test]
    fn a_power_limit_is_one_more_resource() {
        // One group of GPUs (resource 0) in a hall (resource 1); serving draws less than training.
        let class = |kw: f64| vec![Column { speed: 1.0, takes: vec![(0, 1.0), (1, kw)] }];
        let found = cuts(&[class(2.0), class(1.0)], 2).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|c| c.alpha == [1.0, 1.0] && c.y == [1.0, 0.0]));
        assert!(found.iter().any(|c| c.alpha == [1.0, 0.5] && c.y == [0.0, 0.5]));
    }

    #[test]
    fn work_that_nothing_is_open_to_is_forbidden() {
        let found = cuts(&[vec![], plain(&[0])], 1).unwrap();
        assert!(found.iter().any(|c| c.alpha == [1.0, 0.0] && c.y == [0.0]));
    }
}
