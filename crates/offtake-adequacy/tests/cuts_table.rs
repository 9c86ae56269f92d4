//! How many cuts a system has, and where their number ends what can be enumerated.
//!
//! Goal: the limits are known and stay where they are. Method: systems of a regular shape (types of GPU
//! at different speeds to every class, zones with resident work, halls whose power binds) are
//! enumerated; the table is printed (`--nocapture`).

use offtake_adequacy::dispatch::cuts::{Column, cuts};
use std::time::Instant;

/// A system of a regular shape.
#[derive(Clone, Copy, Debug)]
struct Shape {
    types: usize,
    classes: usize,
    zones: usize,
    halls: usize,
}

/// Every zone has a pool of each type; classes differ in their speeds; the first half of them run
/// anywhere, the others in one zone each; the first `halls` pools stand in a hall whose power binds,
/// and half of the classes draw more than the others.
fn columns(shape: Shape) -> (Vec<Vec<Column>>, usize) {
    let pools = shape.types * shape.zones;
    let speed = |class: usize, kind: usize| {
        if kind == 0 { 1.0 } else { 0.2 + 0.1 * ((class * 7 + kind * 3) % 11) as f64 }
    };
    let column = |class: usize, pool: usize| {
        let kilowatts = if class.is_multiple_of(2) { 1.9 } else { 1.5 };
        let mut takes = vec![(pool, 1.0)];
        if pool < shape.halls {
            takes.push((pools + pool, kilowatts));
        }
        Column { speed: speed(class, pool % shape.types), takes }
    };
    let is_open = |class: usize, pool: usize| {
        class < shape.classes / 2 || pool / shape.types == class % shape.zones
    };
    let class = |class: usize| {
        (0..pools).filter(|&pool| is_open(class, pool)).map(|pool| column(class, pool)).collect()
    };
    ((0..shape.classes).map(class).collect(), pools + shape.halls)
}

#[test]
fn the_number_of_cuts_is_known_for_regular_systems() {
    println!("types classes zones halls | cuts, seconds");
    let mut fits = 0;
    for types in [1, 2, 3, 4] {
        for (classes, zones, halls) in [
            (4, 1, 0),
            (8, 1, 0),
            (8, 2, 0),
            (8, 3, 0),
            (12, 3, 0),
            (8, 2, 1),
            (8, 2, 3),
            (8, 3, 6),
        ] {
            let shape = Shape { types, classes, zones, halls: halls.min(types * zones) };
            let (columns, resources) = columns(shape);
            #[expect(
                clippy::disallowed_methods,
                reason = "the table says how long it took; nothing is tested on it"
            )]
            let start = Instant::now();
            let found = cuts(&columns, resources);
            let text = found.as_ref().map_or("too many".to_owned(), |cuts| cuts.len().to_string());
            fits += usize::from(found.is_ok());
            println!(
                "{types:5} {classes:7} {zones:5} {:5} | {text}, {:.2}",
                shape.halls,
                start.elapsed().as_secs_f64()
            );
        }
    }
    assert!(fits >= 20, "{fits} of 32 fit");
}
