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
//! group, so finitely many y suffice: the extreme rays of those cones ([`super::rays`] finds them
//! all at once). They depend on neither hour nor sample. With equal speeds and no power limit they are the closures of a transport problem;
//! in general they also hold the exchange rates at which one type of GPU stands in for another.
//!
//! What is found is complete, so greedy service in order (each block as much as every cut leaves) is
//! the lexicographic optimum: the servable set is closed downwards, and no program need be solved.

use super::rays;

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

/// Rays that may be held at once; the time to enumerate grows with their square.
const MOST_RAYS: usize = 2_500;
/// Cuts beyond which greedy service would be slower than a program.
const MOST_CUTS: usize = 2_000;
const TINY: f64 = 1e-9;

/// Returns the cuts of classes with these columns over `resources` resources, in a fixed order.
///
/// A class without columns (nothing is open to it) gets the cut that forbids it.
///
/// # Errors
///
/// [`TooMany`] when there would be more than a few thousand.
pub fn cuts(classes: &[Vec<Column>], resources: usize) -> Result<Vec<Cut>, TooMany> {
    let mut found: Vec<Cut> = Vec::new();
    for y in rays::directions(&with_choice(classes), resources, MOST_RAYS).ok_or(TooMany)? {
        let cut = cut_of(classes, &y);
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
    kept.sort_by(order);
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

/// Returns the prices of the classes that have a choice, each kind once: classes whose speeds are in
/// proportion choose alike, and a class with one column has no choice.
fn with_choice(classes: &[Vec<Column>]) -> Vec<Vec<rays::Price>> {
    let mut kinds: Vec<Vec<rays::Price>> = Vec::new();
    for columns in classes.iter().filter(|columns| columns.len() > 1) {
        let prices: Vec<rays::Price> = columns
            .iter()
            .map(|column| {
                let unit = columns[0].speed / column.speed;
                column.takes.iter().map(|&(r, amount)| (r, amount * unit)).collect()
            })
            .collect();
        let is_known = |known: &Vec<rays::Price>| {
            known.len() == prices.len()
                && known
                    .iter()
                    .flatten()
                    .zip(prices.iter().flatten())
                    .all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() <= 1e-12 * a.1.abs().max(1.0))
                && known.iter().zip(&prices).all(|(a, b)| a.len() == b.len())
        };
        if !kinds.iter().any(is_known) {
            kinds.push(prices);
        }
    }
    kinds
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
