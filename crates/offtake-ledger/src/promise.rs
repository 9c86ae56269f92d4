//! A promise: GPUs of pools over time to a tenant, first as a hold and once confirmed as a commitment.

use crate::{Fee, Firmness, Minute, PoolId, Priority, Tokens, USUAL, USUAL_PRIORITY};
use offtake_model::{AcceleratorId, PartyId, SiteId, ZoneId};
use std::fmt;

/// Names a promise for its whole life; 128 bits of which the last 74 are random, so that it tells nothing of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PromiseId(u128);

impl PromiseId {
    /// Makes the id with these bits.
    #[must_use]
    pub const fn new(bits: u128) -> PromiseId {
        PromiseId(bits)
    }

    /// Reads an id as it is written, 32 hexadecimal digits in five groups.
    #[must_use]
    pub fn parse(text: &str) -> Option<PromiseId> {
        if text.len() != 36 {
            return None;
        }
        let mut bits = 0_u128;
        for (at, byte) in text.bytes().enumerate() {
            match (at, char::from(byte).to_digit(16)) {
                (8 | 13 | 18 | 23, _) if byte == b'-' => {}
                (8 | 13 | 18 | 23, _) | (_, None) => return None,
                (_, Some(digit)) => bits = bits << 4 | u128::from(digit),
            }
        }
        Some(PromiseId(bits))
    }

    /// Returns the bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

impl fmt::Display for PromiseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0;
        let (a, b, c, d) =
            (bits >> 96, bits >> 80 & 0xffff, bits >> 64 & 0xffff, bits >> 48 & 0xffff);
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{:012x}", bits & 0xffff_ffff_ffff)
    }
}

/// GPUs of one pool from one minute to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which pool.
    pub pool: PoolId,
    /// How many.
    pub gpus: i64,
    /// First minute.
    pub from: Minute,
    /// Minute after the last.
    pub until: Minute,
    /// What is paid for a GPU-hour.
    pub fee: Fee,
}

/// Returns what GPUs over so many minutes are worth, in millionths of the currency, rounded down.
#[must_use]
pub const fn value_of(gpus: i64, minutes: i64, fee: Fee) -> i128 {
    gpus as i128 * minutes as i128 * fee as i128 / 60
}

/// Whether GPUs may be taken out of a rack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Racks {
    /// Any number of GPUs.
    #[default]
    Shared,
    /// Whole racks only: a number in between is rounded up.
    Whole,
}

/// How far apart the GPUs of one promise may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Together {
    /// All in one pool.
    #[default]
    Pool,
    /// All at one site, with one type of GPU.
    Site,
    /// Anywhere that fits, with one type of GPU.
    Anywhere,
}

/// A bound on the round trip from where the users are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The place that it is measured from.
    pub from: String,
    /// The longest round trip in microseconds.
    pub round_trip: u32,
}

/// What capacity must be like to serve a request; kept with the promise, so that a cure can be found later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraints {
    /// Types of GPU that will do; empty for any.
    pub accelerators: Vec<AcceleratorId>,
    /// Zones that will do, each with all within it; empty for any.
    pub zones: Vec<ZoneId>,
    /// Sites that will not do.
    pub avoid: Vec<SiteId>,
    /// Zones that will not do, each with all within it.
    pub avoid_zones: Vec<ZoneId>,
    /// The pool that it must be; `None` for any.
    pub pool: Option<PoolId>,
    /// Bound on the round trip.
    pub latency: Option<Latency>,
    /// The smallest NVLink domain that will do, in GPUs; 1 for any.
    pub nvlink_domain: i64,
    /// Whether racks may be shared.
    pub racks: Racks,
    /// How far apart GPUs may stand.
    pub together: Together,
    /// The most that may be asked for a GPU-hour; `None` for any price.
    pub price_ceiling: Option<Fee>,
    /// Who is served first.
    pub priority: Priority,
    /// The least probability with which the promise must be kept.
    pub firmness: Firmness,
    /// The work that it was asked for; `None` when GPUs were.
    pub tokens: Option<Box<Tokens>>,
}

impl Default for Constraints {
    fn default() -> Constraints {
        Constraints {
            accelerators: Vec::new(),
            zones: Vec::new(),
            avoid: Vec::new(),
            avoid_zones: Vec::new(),
            pool: None,
            latency: None,
            nvlink_domain: 1,
            racks: Racks::Shared,
            together: Together::Pool,
            price_ceiling: None,
            priority: USUAL_PRIORITY,
            firmness: USUAL,
            tokens: None,
        }
    }
}

/// Capacity set apart for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// To whom.
    pub tenant: PartyId,
    /// What, where and when; at least one part.
    pub parts: Vec<Part>,
    /// What was asked of it.
    pub constraints: Constraints,
    /// The joint firmness that it was promised at.
    pub firmness: Firmness,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_is_written_and_nothing_else_does() {
        let id = PromiseId::new(0x0199_a0b1_c2d3_7e4f_8a9b_0c1d_2e3f_4a5b);
        assert_eq!(id.to_string(), "0199a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5b");
        assert_eq!(PromiseId::parse(&id.to_string()), Some(id));
        for text in [
            "",
            "0199a0b1c2d37e4f8a9b0c1d2e3f4a5b",
            "0199a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5",
            "0199a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5é",
        ] {
            assert_eq!(PromiseId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_promised_is_worth_its_gpu_hours() {
        // 72 GPUs for 90 minutes at 2.50: 108 GPU-hours.
        assert_eq!(value_of(72, 90, 2_500_000), 270_000_000);
    }
}
