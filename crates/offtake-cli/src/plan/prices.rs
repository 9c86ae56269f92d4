//! The certificate's file: prices of every block in every evaluation, from which each cut of the bound follows by
//! arithmetic.
//!
//! Binary, since it is millions of numbers: a line of text, the book's hash, counts and prices with the smallest byte
//! first, and a digest of all before it. Nothing in it is believed: whoever reads it makes cuts of the prices anew.

use crate::failure::Failure;
use crate::output::write_bytes;
use offtake_plan::Store;
use offtake_plan::block::{Duals, Place};
use offtake_plan::store::Kept;
use std::path::Path;

const TITLE: &[u8] = b"offtake certificate 1\n";
/// Characters of a digest.
const DIGEST: usize = 32;
/// What stands for nobody lost.
const NOBODY: u64 = u64::MAX;

/// Writes what was learned to a file that is not there yet.
pub(super) fn write(store: &Store, book_hash: &str, path: &Path) -> Result<(), Failure> {
    crate::plan_file::check_new(path)?;
    write_bytes(path, &bytes(store, book_hash))
}

fn bytes(store: &Store, book_hash: &str) -> Vec<u8> {
    let mut out = TITLE.to_vec();
    put_all(&mut out, book_hash.as_bytes(), |out, byte| out.push(*byte));
    put_all(&mut out, &store.evaluations, |out, evaluation| {
        put_all(out, evaluation, put_kept);
    });
    let digest = offtake_book::digest(&out);
    out.extend(digest.as_bytes());
    out
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}

fn put_all<T>(out: &mut Vec<u8>, all: &[T], mut each: impl FnMut(&mut Vec<u8>, &T)) {
    put(out, all.len() as u64);
    all.iter().for_each(|one| each(out, one));
}

fn put_kept(out: &mut Vec<u8>, kept: &Kept) {
    let place = kept.place;
    put(out, place.scenario as u64);
    put(out, place.month as u64);
    put(out, place.lost.map_or(NOBODY, |lost| lost as u64));
    put(out, kept.length as u64);
    for prices in [&kept.duals.power, &kept.duals.balance, &kept.duals.unserved] {
        put_all(out, prices, |out, price| out.extend(price.to_le_bytes()));
    }
}

/// Reads what was learned of the book with this hash.
pub(super) fn read(path: &Path, book_hash: &str) -> Result<Store, Failure> {
    let bad = |why: &str| {
        Failure::input(format!("`{}` {why}", path.display()))
            .hint("leave it out: what it holds is found anew, which takes as long as the plan took")
    };
    let bytes = std::fs::read(path)
        .map_err(|cause| Failure::input(format!("cannot read `{}`: {cause}", path.display())))?;
    let rest = bytes.strip_prefix(TITLE).ok_or_else(|| bad("is no certificate of a plan"))?;
    let end = bytes.len().saturating_sub(DIGEST);
    if offtake_book::digest(&bytes[..end]).as_bytes() != &bytes[end..] {
        return Err(bad("was changed or cut short since it was written"));
    }
    let mut reader = Reader { rest: &rest[..rest.len().saturating_sub(DIGEST)] };
    let read = reader.all(|reader| reader.take::<1>().map(|[byte]| byte)).and_then(|hash| {
        let evaluations = reader.all(|reader| reader.all(Reader::kept))?;
        Some((hash, Store { evaluations }))
    });
    let (hash, store) = read.ok_or_else(|| bad("cannot be read as a certificate"))?;
    if hash != book_hash.as_bytes() {
        return Err(bad("is of another book, or of this one before it changed"));
    }
    Ok(store)
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take()?)).ok()
    }

    fn all<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| each(self)).collect()
    }

    fn kept(&mut self) -> Option<Kept> {
        let (scenario, month) = (self.number()?, self.number()?);
        let lost = u64::from_le_bytes(self.take()?);
        let lost = (lost != NOBODY).then(|| usize::try_from(lost).ok());
        let place =
            Place { scenario, month, lost: lost.map_or(Some(None), |lost| lost.map(Some))? };
        let length = self.number()?;
        let mut prices = || self.all(|reader| reader.take().map(f32::from_le_bytes));
        let (power, balance, unserved) = (prices()?, prices()?, prices()?);
        Some(Kept { place, length, duals: Duals { power, balance, unserved } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        let kept = |lost| Kept {
            place: Place { scenario: 1, month: 2, lost },
            length: 4,
            duals: Duals { power: vec![-0.5, 0.0], balance: vec![1.25], unserved: Vec::new() },
        };
        Store { evaluations: vec![vec![kept(None), kept(Some(3))], Vec::new()] }
    }

    #[test]
    fn what_is_written_is_read_again_and_no_part_of_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("certificate");
        write(&store(), "abc", &file).unwrap();
        assert_eq!(read(&file, "abc").unwrap(), store());
        assert!(read(&file, "abd").is_err());
        assert!(write(&store(), "abc", &file).is_err());
        let whole = std::fs::read(&file).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&file, &whole[..length]).unwrap();
            assert!(read(&file, "abc").is_err(), "{length} of {}", whole.len());
        }
    }
}
