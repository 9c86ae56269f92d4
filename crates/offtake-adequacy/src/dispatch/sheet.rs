//! What every cut leaves, worked out with few operations.
//!
//! A cut leaves `Σ_r y[r] · q[r] − Σ_c α[c] · v[c]`: a product of a matrix with one column for each
//! resource and class. Many cuts differ from one another, but for a factor, in two or three
//! coefficients: where one group's power stands in for its GPUs, or another rate of exchange for one
//! class. So each cut is worked out from the one that it differs least from: a spanning tree of least
//! weight (Prim), of which the root is nothing at all.

use super::cuts::Cut;

/// One cut from another: `leaves[cut] = factor · leaves[parent] + Σ coefficient · input`.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) cut: usize,
    /// A cut that comes before it, and the factor.
    pub(crate) from: Option<(usize, f32)>,
    /// Its terms, from where to where in the sheet's.
    pub(crate) terms: (usize, usize),
}

/// The steps, in an order in which parents come first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) steps: Vec<Step>,
    /// (input, coefficient), step by step; inputs are resources, then classes.
    pub(crate) terms: Vec<(u32, f32)>,
}

/// How to come to a cut.
#[derive(Clone, Debug)]
struct Way {
    cut: usize,
    from: Option<(usize, f32)>,
    terms: Vec<(u32, f32)>,
    /// Cuts that lie between it and nothing.
    depth: usize,
}

/// Coefficients that differ by less than this share are one: the rays are found in double precision.
const TINY: f64 = 1e-9;

impl Sheet {
    /// Tables `cuts` for a month in which the first `classes` classes alone are served.
    pub(crate) fn new(cuts: &[Cut], classes: usize) -> Sheet {
        let rows: Vec<Vec<f64>> = cuts
            .iter()
            .map(|cut| {
                cut.y.iter().copied().chain(cut.alpha[..classes].iter().map(|a| -a)).collect()
            })
            .collect();
        let mut ways = tree(&rows);
        // As many terms as the one before: a branch that always goes the same way costs nothing.
        ways.sort_by_key(|way| (way.depth, way.terms.len(), way.cut));
        let mut sheet = Sheet::default();
        for way in ways {
            let first = sheet.terms.len();
            sheet.terms.extend(&way.terms);
            let terms = (first, sheet.terms.len());
            sheet.steps.push(Step { cut: way.cut, from: way.from, terms });
        }
        sheet
    }
}

/// Returns the cheapest way to each cut, as a tree.
fn tree(rows: &[Vec<f64>]) -> Vec<Way> {
    // The cheapest way known to come to each cut that is not in the tree yet.
    let mut open: Vec<Way> = (0..rows.len()).map(|cut| way(rows, cut, None)).collect();
    let mut found: Vec<Way> = Vec::with_capacity(rows.len());
    while let Some(next) = (0..open.len()).min_by_key(|&i| (cost(&open[i]), open[i].cut)) {
        let parent = open.swap_remove(next);
        for known in &mut open {
            let other = way(rows, known.cut, Some(&parent));
            if cost(&other) < cost(known) {
                *known = other;
            }
        }
        found.push(parent);
    }
    found
}

fn cost(way: &Way) -> usize {
    way.terms.len() + usize::from(way.from.is_some())
}

/// Returns how to come from `parent` (or from nothing) to `cut` with fewest terms.
fn way(rows: &[Vec<f64>], cut: usize, parent: Option<&Way>) -> Way {
    let row = &rows[cut];
    let zero = vec![0.0; row.len()];
    let base = parent.map_or(&zero, |parent| &rows[parent.cut]);
    let terms = |factor: f64| {
        let term = |(input, (to, from)): (usize, (&f64, &f64))| {
            let change = to - factor * from;
            (change.abs() > TINY * to.abs().max(1e-3)).then_some((input as u32, change as f32))
        };
        row.iter().zip(base).enumerate().filter_map(term).collect::<Vec<_>>()
    };
    let factors = row.iter().zip(base).filter(|(to, from)| **to != 0.0 && **from != 0.0);
    let mut factors: Vec<f64> = factors.map(|(to, from)| to / from).collect();
    factors.sort_by(f64::total_cmp);
    factors.dedup_by(|a, b| (*a - *b).abs() <= TINY * b.abs());
    let from_parent = factors.into_iter().filter_map(|factor| {
        let parent = parent?;
        let from = Some((parent.cut, factor as f32));
        Some(Way { cut, from, terms: terms(factor), depth: parent.depth + 1 })
    });
    let all = row.iter().enumerate().filter(|(_, to)| **to != 0.0);
    let alone = Way {
        cut,
        from: None,
        terms: all.map(|(input, to)| (input as u32, *to as f32)).collect(),
        depth: 0,
    };
    from_parent.fold(alone, |best, other| if cost(&other) < cost(&best) { other } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{self, TILE, Tile};

    #[test]
    fn a_sheet_gives_what_the_matrix_gives() {
        let mut stream = offtake_stdx::Stream::new(
            7,
            offtake_stdx::Purpose::new("sheet"),
            offtake_stdx::Entity::new(""),
            0,
            0,
        );
        let mut number =
            || [0.0, 1.0, 0.82, 0.5, stream.uniform()][(stream.uniform() * 5.0) as usize];
        for (resources, classes, cuts) in [(1, 1, 1), (4, 3, 9), (11, 10, 60)] {
            let cuts: Vec<Cut> = (0..cuts)
                .map(|_| Cut {
                    alpha: (0..classes).map(|_| number()).collect(),
                    y: (0..resources).map(|_| number()).collect(),
                })
                .collect();
            let inputs: Vec<Tile> =
                (0..resources + classes).map(|i| [1.0 + i as f32; TILE]).collect();
            let sheet = Sheet::new(&cuts, classes);
            let mut found = vec![[0.0; TILE]; cuts.len()];
            let least = kernel::evaluate(&sheet, &inputs, &mut found);
            let mut smallest = f64::MAX;
            for (cut, found) in cuts.iter().zip(&found) {
                let right: f64 = cut.y.iter().zip(1..).map(|(y, q)| y * f64::from(q)).sum();
                let first = 1 + resources as i32;
                let left: f64 = cut.alpha.iter().zip(first..).map(|(a, v)| a * f64::from(v)).sum();
                assert!((f64::from(found[0]) - (right - left)).abs() < 1e-3);
                smallest = smallest.min(right - left);
            }
            assert!((f64::from(least[TILE - 1]) - smallest).abs() < 1e-3);
        }
    }

    #[test]
    fn cuts_that_differ_little_cost_little() {
        let alpha = vec![1.0; 10];
        let cut = |y8: f64, power: f64| Cut {
            alpha: alpha.clone(),
            y: (0..11).map(|_| 1.0).chain([y8, power]).collect(),
        };
        let sheet = Sheet::new(&[cut(1.0, 0.0), cut(0.0, 0.5)], 10);
        let terms: Vec<usize> =
            sheet.steps.iter().map(|step| step.terms.1 - step.terms.0).collect();
        assert_eq!(terms, [22, 2]);
    }
}
