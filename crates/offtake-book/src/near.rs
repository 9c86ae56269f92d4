//! "Did you mean": the nearest of some words by what a slip of the fingers changes.

/// Returns the word of `known` nearest to `word`, if any is near enough to have been meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Ids are at most 80 bytes; what is longer was never meant to be one.
    if word.is_empty() || word.len() > 80 {
        return None;
    }
    // A hundred thousand ids need not all be held against every slip.
    let is_short = |other: &&str| other.len() <= 120;
    let near = known.into_iter().filter(is_short).take(20_000);
    let near = near.filter_map(|other| Some((slips(word, other)?, other)));
    near.min_by_key(|(steps, _)| *steps).map(|(_, word)| word)
}

/// Returns how many slips of the fingers lie between two words: letters put in, left out, replaced, or
/// swapped with their neighbour; `None` when they are more than a third of `word`, and it was not meant.
#[must_use]
pub fn slips(word: &str, other: &str) -> Option<usize> {
    let letters = word.chars().count();
    let most = (letters / 3).max(1);
    if other.chars().count().abs_diff(letters) > most {
        return None;
    }
    Some(distance(word, other)).filter(|steps| *steps <= most)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    // Of the table of all beginnings of both, the last three rows are all that is asked.
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let (mut before, mut row) = (last.clone(), last.clone());
    for i in 1..=one.len() {
        row[0] = i;
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[other.len()]
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

    #[test]
    fn steps_are_counted_as_by_hand() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("éa", "aé"), 1);
        // A swap with a letter put in between is three steps here, since no part is changed twice.
        assert_eq!(distance("ca", "abc"), 3);
    }
}
