//! "Did you mean": the nearest of some words by what a slip of the fingers changes.

/// Returns the word of `known` nearest to `word`, if any is near enough to have been meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Ids are at most 80 bytes; what is longer was never meant to be one.
    if word.is_empty() || word.len() > 80 {
        return None;
    }
    let limit = (word.chars().count() / 3).max(1);
    let near = |other: &&str| other.len() <= 120 && other.len().abs_diff(word.len()) <= limit * 4;
    let mut best: Option<(usize, &str)> = None;
    // A hundred thousand ids need not all be held against every slip.
    for other in known.into_iter().filter(near).take(20_000) {
        let steps = distance(word, other);
        if steps <= limit && best.is_none_or(|(least, _)| steps < least) {
            best = Some((steps, other));
        }
    }
    best.map(|(_, word)| word)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut least =
                (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        let known = ["promised", "price.total", "gpus", "accelerator"];
        assert_eq!(nearest("promissed", known), Some("promised"));
        assert_eq!(nearest("gups", known), Some("gpus"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }
}
