//! Every quantity: what reads is written, and reads again as the same.

#![no_main]

use offtake_units::{
    Bandwidth, Bytes, Currency, Gpus, Growth, Level, Money, Power, Price, Quantity, Rate, Share, Span,
    Speed,
};

fn ask<T: Quantity + PartialEq + std::fmt::Debug>(text: &str) {
    let Ok(value) = T::parse(text).map_err(|error| assert!(!error.to_string().is_empty())) else { return };
    let written = value.to_string();
    let again = T::parse(&written);
    assert_eq!(again.as_ref(), Ok(&value), "`{text}` is written `{written}`");
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    ask::<Power>(text);
    ask::<Gpus>(text);
    ask::<Bytes>(text);
    ask::<Bandwidth>(text);
    ask::<Level>(text);
    ask::<Speed>(text);
    ask::<Money>(text);
    ask::<Price>(text);
    ask::<Share>(text);
    ask::<Rate>(text);
    ask::<Growth>(text);
    ask::<Span>(text);
    if let Some(currency) = Currency::parse(text) {
        assert_eq!(Currency::parse(currency.code()), Some(currency));
    }
});
