//! All directions of weights at which some class changes its cheapest resource.
//!
//! With prices linear in the weights y ≥ 0, the set
//!
//! ```text
//! { (y, α) : y ≥ 0,  α_c ≤ price_{c,g}(y)  for every class c and column g }
//! ```
//!
//! is one cone, and its extreme rays with y ≠ 0 are those directions. They are found by the double
//! description method (Motzkin et al., 1953): half-spaces are added one by one, and each new ray lies
//! between two adjacent rays on either side. One cone for all classes holds each ray once.

/// What one unit through a column takes: (resource, amount).
pub(crate) type Price = Vec<(usize, f64)>;

const TINY: f64 = 1e-9;

/// A ray with the facets that it lies on, as bits.
#[derive(Clone, Debug)]
struct Ray {
    /// Weights of the resources, then the α of each class.
    at: Vec<f64>,
    on: Vec<u64>,
}

/// Returns the weights of every extreme ray, or `None` when more than `most` rays are met on the way.
pub(crate) fn directions(
    classes: &[Vec<Price>],
    resources: usize,
    most: usize,
) -> Option<Vec<Vec<f64>>> {
    let facets = resources + classes.iter().map(Vec::len).sum::<usize>();
    let mut rays = simplicial(classes, resources, facets.div_ceil(64));
    let mut facet = resources + classes.len();
    for (class, prices) in classes.iter().enumerate() {
        for price in &prices[1..] {
            let mut normal = vec![0.0; resources + classes.len()];
            for &(resource, amount) in price {
                normal[resource] += amount;
            }
            normal[resources + class] = -1.0;
            rays = halve(rays, &normal, facet, most)?;
            facet += 1;
        }
    }
    let weights = rays.into_iter().map(|ray| ray.at[..resources].to_vec());
    Some(weights.filter(|y| y.iter().any(|w| *w > 0.0)).collect())
}

/// The cone of y ≥ 0 and the first column of each class alone: as many rays as dimensions.
fn simplicial(classes: &[Vec<Price>], resources: usize, words: usize) -> Vec<Ray> {
    let dimensions = resources + classes.len();
    let ray = |axis: usize| {
        let mut at = vec![0.0; dimensions];
        if axis < resources {
            at[axis] = 1.0;
            for (class, prices) in classes.iter().enumerate() {
                let own = prices[0].iter().filter(|(resource, _)| *resource == axis);
                at[resources + class] = own.map(|(_, amount)| amount).sum();
            }
        } else {
            at[axis] = -1.0;
        }
        // Facet r is y[r] = 0 and facet R + c the first column of c: each ray misses its own alone.
        let mut on = vec![0; words];
        (0..dimensions).filter(|&facet| facet != axis).for_each(|facet| set(&mut on, facet));
        Ray { at, on }
    };
    (0..dimensions).map(ray).collect()
}

fn set(bits: &mut [u64], bit: usize) {
    bits[bit / 64] |= 1 << (bit % 64);
}

/// Keeps the part of the cone where `normal · ray ≥ 0`.
fn halve(rays: Vec<Ray>, normal: &[f64], facet: usize, most: usize) -> Option<Vec<Ray>> {
    let scale = normal.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let value = |ray: &Ray| {
        let v = ray.at.iter().zip(normal).map(|(a, b)| a * b).sum::<f64>() / scale;
        if v.abs() <= TINY { 0.0 } else { v }
    };
    let values: Vec<f64> = rays.iter().map(value).collect();
    let mut kept: Vec<Ray> = Vec::new();
    let above: Vec<usize> = (0..rays.len()).filter(|&i| values[i] > 0.0).collect();
    let below: Vec<usize> = (0..rays.len()).filter(|&i| values[i] < 0.0).collect();
    for &i in &above {
        for &j in &below {
            if let Some(common) = adjacent(&rays, i, j, normal.len()) {
                let mut ray = between(&rays[i], values[i], &rays[j], -values[j], common);
                set(&mut ray.on, facet);
                kept.push(ray);
                if kept.len() > most {
                    return None;
                }
            }
        }
    }
    for (mut ray, value) in rays.into_iter().zip(values) {
        if value >= 0.0 {
            if value == 0.0 {
                set(&mut ray.on, facet);
            }
            kept.push(ray);
        }
    }
    (kept.len() <= most).then_some(kept)
}

/// Returns the facets that two rays share when no third ray lies on all of them.
fn adjacent(rays: &[Ray], i: usize, j: usize, dimensions: usize) -> Option<Vec<u64>> {
    let shared = rays[i].on.iter().zip(&rays[j].on).map(|(a, b)| (a & b).count_ones() as usize);
    if shared.sum::<usize>() + 2 < dimensions {
        return None;
    }
    let common: Vec<u64> = rays[i].on.iter().zip(&rays[j].on).map(|(a, b)| a & b).collect();
    let lies = |ray: &Ray| ray.on.iter().zip(&common).all(|(on, bits)| on & bits == *bits);
    let third = rays.iter().enumerate().any(|(k, ray)| k != i && k != j && lies(ray));
    (!third).then_some(common)
}

/// Returns the ray on the new facet between one above it and one below.
fn between(one: &Ray, above: f64, other: &Ray, below: f64, on: Vec<u64>) -> Ray {
    let mut at: Vec<f64> =
        one.at.iter().zip(&other.at).map(|(a, b)| a * below + b * above).collect();
    let greatest = at.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    for v in &mut at {
        *v = if v.abs() < 1e-12 * greatest { 0.0 } else { *v / greatest };
    }
    Ray { at, on }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_types_change_places_at_one_direction_for_each_class() {
        // Class 0 may use either resource at 1 : 4, class 1 at 1 : 2.
        let class = |rate: f64| vec![vec![(0, 1.0)], vec![(1, rate)]];
        let found = directions(&[class(4.0), class(2.0)], 2, 100).unwrap();
        let rates: Vec<f64> =
            found.iter().filter(|y| y[0] > 0.0 && y[1] > 0.0).map(|y| y[0] / y[1]).collect();
        assert_eq!(found.len(), 4);
        assert!(rates.contains(&4.0) && rates.contains(&2.0), "{rates:?}");
    }

    #[test]
    fn too_many_rays_are_given_up() {
        let class = |rate: f64| vec![vec![(0, 1.0)], vec![(1, rate)], vec![(2, 1.0 + rate)]];
        let classes: Vec<_> = (1..9).map(|rate| class(f64::from(rate))).collect();
        assert!(directions(&classes, 3, 10).is_none());
        assert!(directions(&classes, 3, 10_000).is_some());
    }
}
