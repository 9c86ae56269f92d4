//! Values as the types of the model, and as the text that would stand in a file.

use super::value::{ANCHORS, Value};
use jiff::civil::Date;
use offtake_model::DueDate;
use offtake_units::{
    Bandwidth, Bytes, Currency, Gpus, Growth, Level, Money, Power, Price, Rate, Share, Span, Speed,
};

/// A value of the book that a cell can become.
pub(crate) trait FromValue: Sized {
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($variant:ident => $type:ty),* $(,)?) => {$(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Option<$type> {
                match value {
                    Value::$variant(inner) => Some(inner.clone()),
                    _ => None,
                }
            }
        }
    )*};
}

from_value! {
    Power => Power, Money => Money, Price => Price, Span => Span, Share => Share, Rate => Rate, Growth => Growth,
    Gpus => Gpus, Bytes => Bytes, Bandwidth => Bandwidth, Level => Level, Speed => Speed, Date => Date, Count => i64,
    Number => f64, Text => String, Texts => Vec<String>, Bool => bool, Currency => Currency, Due => DueDate,
}

/// Writes a value as it would stand in the file, without the quotes.
pub(crate) trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown_as_written {
    ($($type:ty),* $(,)?) => {$(
        impl Shown for $type {
            fn shown(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

shown_as_written!(
    Power, Money, Price, Span, Share, Rate, Growth, Gpus, Bytes, Bandwidth, Level, Speed, Date,
    i64, f64, String, bool, Currency, u32
);

impl Shown for Vec<String> {
    fn shown(&self) -> String {
        if self.is_empty() { "none".to_owned() } else { self.join(", ") }
    }
}

impl Shown for DueDate {
    fn shown(&self) -> String {
        let name =
            ANCHORS.iter().find(|(_, anchor)| *anchor == self.anchor).map_or("", |(name, _)| name);
        let sign = if self.is_before { "-" } else { "+" };
        if self.offset == Span::ZERO {
            name.to_owned()
        } else {
            format!("{name} {sign} {}", self.offset)
        }
    }
}
