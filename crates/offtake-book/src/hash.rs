//! A content hash that is the same on every machine: FNV-1a over 128 bits.
//!
//! It tells one book from another in a report's head; it is no protection against forgery.

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Returns the hash of some bytes.
pub(crate) fn of(bytes: &[u8]) -> u128 {
    bytes.iter().fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// Returns the hash of some bytes as text, as books are known by.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    format!("{:032x}", of(bytes))
}

/// Returns the hash of several hashes, whatever their order.
pub(crate) fn of_all(hashes: impl IntoIterator<Item = u128>) -> u128 {
    let mut hashes: Vec<u128> = hashes.into_iter().collect();
    hashes.sort_unstable();
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect();
    of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(of(b""), OFFSET);
        assert_eq!(of(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(of_all([1, 2]), of_all([2, 1]));
    }
}
