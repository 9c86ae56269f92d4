//! GPUs, GPU-hours, tokens a second, memory and network.

use crate::text::{
    NUMBER_PATTERN, ParseQuantityError, Quantity, escape, factor_of, list_of, number_text, split,
    whole_quantity, write_scaled,
};
use std::fmt;

whole_quantity! {
    /// A number of GPUs (packages, not dies: an NVL72 rack has 72).
    Gpus(i64), "GPUs", example "2000 GPU", unit "GPU",
    range 0..=1_000_000_000 ("from 0 to a billion"),
    [("GPU", 1), ("kGPU", 1_000)]
}

whole_quantity! {
    /// Memory or storage, in whole bytes (decimal multiples).
    Bytes(i64), "memory", example "288 GB", unit "GB",
    range 0..=9_000_000_000_000_000_000 ("from 0 to 9 EB"),
    [("B", 1), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000)]
}

whole_quantity! {
    /// Network throughput, in whole bits a second.
    Bandwidth(i64), "bandwidth", example "800 Gb/s", unit "Gb/s",
    range 0..=9_000_000_000_000_000_000 ("from 0 to 9 Eb/s"),
    [("b/s", 1), ("Mb/s", 1_000_000), ("Gb/s", 1_000_000_000), ("Tb/s", 1_000_000_000_000)]
}

impl Gpus {
    /// Makes a count of GPUs.
    #[must_use]
    pub const fn new(count: i64) -> Gpus {
        Gpus(count)
    }

    /// Returns the count.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }
}

impl Bytes {
    /// Makes a size from whole bytes.
    #[must_use]
    pub const fn new(bytes: i64) -> Bytes {
        Bytes(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn bytes(self) -> i64 {
        self.0
    }
}

impl Bandwidth {
    /// Returns the gigabits a second.
    #[must_use]
    pub fn gigabits(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl fmt::Display for Gpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} GPU", self.0)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0.into(), Self::UNITS)
    }
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0.into(), Self::UNITS)
    }
}

/// GPUs held for a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GpuHours(i64);

impl GpuHours {
    /// Makes a number of GPU-hours.
    #[must_use]
    pub const fn new(count: i64) -> GpuHours {
        GpuHours(count)
    }

    /// Returns the number of GPU-hours.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }
}

/// What a workload's level counts; it decides how the level grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LevelUnit {
    /// GPUs of the book's reference accelerator: net of efficiency already.
    Gpus,
    /// Output tokens a second: gross work.
    TokensPerSecond,
    /// Images a second: gross work.
    ImagesPerSecond,
}

/// A workload's level in its own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    value: f64,
    unit: LevelUnit,
}

/// What one GPU does in a second, in tokens or images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    value: f64,
    unit: LevelUnit,
}

const LEVELS: &[(&str, i64)] = &[
    ("GPU", 1),
    ("tok/s", 1),
    ("ktok/s", 1_000),
    ("Mtok/s", 1_000_000),
    ("Gtok/s", 1_000_000_000),
    ("images/s", 1),
    ("kimages/s", 1_000),
];

const SPEEDS: &[(&str, i64)] = &[("tok/s", 1), ("ktok/s", 1_000), ("images/s", 1)];

impl LevelUnit {
    fn of(unit: &str) -> LevelUnit {
        match unit {
            "GPU" => LevelUnit::Gpus,
            "images/s" | "kimages/s" => LevelUnit::ImagesPerSecond,
            _ => LevelUnit::TokensPerSecond,
        }
    }

    /// Returns the unit as it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            LevelUnit::Gpus => "GPU",
            LevelUnit::TokensPerSecond => "tok/s",
            LevelUnit::ImagesPerSecond => "images/s",
        }
    }
}

/// Reads a non-negative number with one of `units`.
fn read(
    text: &str,
    kind: &'static str,
    example: &'static str,
    units: &[(&'static str, i64)],
) -> Result<(f64, LevelUnit), ParseQuantityError> {
    let (number, unit) = split(text, example, units[0].0)?;
    let factor = factor_of(unit, kind, units)?;
    let value = number.as_f64() * factor as f64;
    if (0.0..=1e15).contains(&value) {
        Ok((value, LevelUnit::of(unit)))
    } else {
        let limits = "from 0 to 1e15";
        Err(ParseQuantityError::OutOfRange { text: text.to_owned(), kind, limits })
    }
}

macro_rules! measured_quantity {
    ($name:ident, $kind:literal, $example:literal, $units:ident) => {
        impl $name {
            /// Makes it from a number of the unit.
            #[must_use]
            pub const fn new(value: f64, unit: LevelUnit) -> $name {
                $name { value, unit }
            }

            /// Returns the number, in the unit that [`Self::unit`] says.
            #[must_use]
            pub const fn value(self) -> f64 {
                self.value
            }

            /// Returns what is counted.
            #[must_use]
            pub const fn unit(self) -> LevelUnit {
                self.unit
            }
        }

        impl Quantity for $name {
            const KIND: &'static str = $kind;
            const EXAMPLE: &'static str = $example;
            fn pattern() -> String {
                let names: Vec<String> = $units.iter().map(|(name, _)| escape(name)).collect();
                format!("^{NUMBER_PATTERN} ?({})$", names.join("|"))
            }
            fn parse(text: &str) -> Result<Self, ParseQuantityError> {
                let (value, unit) = read(text, $kind, $example, $units)?;
                Ok($name { value, unit })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", number_text(self.value), self.unit.text())
            }
        }
    };
}

measured_quantity!(Level, "level", "14 Mtok/s", LEVELS);
measured_quantity!(Speed, "speed", "250 tok/s", SPEEDS);

impl Level {
    /// Returns the units in words, for help.
    #[must_use]
    pub fn units() -> String {
        list_of(LEVELS)
    }
}
