//! What of each class in order can be served when all GPUs are alike, by augmenting paths.

/// Serves `wanted` of each class in order from `room` of each pool, as far as `open` allows, and returns
/// what each is short of. What was served stays served, from whichever pool.
pub(crate) fn short(wanted: &[f64], room: &[f64], open: &[Vec<bool>]) -> Vec<f64> {
    let mut left = room.to_vec();
    // GPUs of a pool that serve a class.
    let mut held = vec![vec![0.0_f64; room.len()]; wanted.len()];
    let least = 1e-9 * room.iter().sum::<f64>().max(1.0);
    let mut shorts = Vec::new();
    for (class, wanted) in wanted.iter().enumerate() {
        let mut missing = *wanted;
        while missing > least {
            let Some(path) = path(class, &left, &held, open, least) else { break };
            missing -= push(&path, missing, &mut left, &mut held);
        }
        shorts.push(missing.max(0.0));
    }
    shorts
}

/// A path: class, pool, class, pool … to a pool with room.
type Path = Vec<(usize, usize)>;

fn path(
    from: usize,
    left: &[f64],
    held: &[Vec<f64>],
    open: &[Vec<bool>],
    least: f64,
) -> Option<Path> {
    // By pool, the class that reached it; by class, the pool through which it was reached.
    let mut reached: Vec<Option<usize>> = vec![None; left.len()];
    let mut through: Vec<Option<usize>> = vec![None; held.len()];
    let mut next = vec![from];
    while let Some(class) = next.pop() {
        for pool in 0..left.len() {
            if !open[class][pool] || reached[pool].is_some() {
                continue;
            }
            reached[pool] = Some(class);
            if left[pool] > least {
                return Some(trace(from, pool, &reached, &through));
            }
            for (other, held) in held.iter().enumerate() {
                if other != from && through[other].is_none() && held[pool] > least {
                    through[other] = Some(pool);
                    next.push(other);
                }
            }
        }
    }
    None
}

fn trace(from: usize, pool: usize, reached: &[Option<usize>], through: &[Option<usize>]) -> Path {
    let (mut path, mut pool) = (Vec::new(), pool);
    while let Some(class) = reached[pool] {
        path.push((class, pool));
        if class == from {
            break;
        }
        match through[class] {
            Some(before) => pool = before,
            None => break,
        }
    }
    path.reverse();
    path
}

/// Moves along the path as much as its narrowest part allows.
fn push(path: &Path, most: f64, left: &mut [f64], held: &mut [Vec<f64>]) -> f64 {
    let Some(&(_, last)) = path.last() else { return most };
    let mut amount = most.min(left[last]);
    for pair in path.windows(2) {
        // The next class gives up the pool that this one takes.
        amount = amount.min(held[pair[1].0][pair[0].1]);
    }
    for pair in path.windows(2) {
        held[pair[0].0][pair[0].1] += amount;
        held[pair[1].0][pair[0].1] -= amount;
    }
    let (class, pool) = path[path.len() - 1];
    held[class][pool] += amount;
    left[last] -= amount;
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_class_pushes_an_earlier_one_to_another_pool() {
        // The first may use both pools and takes the first; the second may use that one alone.
        let open = [vec![true, true], vec![true, false]];
        assert_eq!(short(&[5.0, 5.0], &[5.0, 5.0], &open), [0.0, 0.0]);
        assert_eq!(short(&[8.0, 5.0], &[5.0, 5.0], &open), [0.0, 3.0]);
    }

    #[test]
    fn nothing_open_means_all_of_it_is_short() {
        assert_eq!(short(&[2.0], &[9.0], &[vec![false]]), [2.0]);
    }
}
