//! `assess --exact`: expectations without sampling, for books in which only outages are uncertain.

use crate::failure::{End, Failure};
use crate::library::Opened;
use crate::output::Outputs;
use crate::screen;
use offtake_adequacy::{Exact, NotExact, System, exact};
use offtake_report::number::short;
use offtake_report::{Columns, Side};
use serde_json::{Value, json};

/// Prints the exact answer.
pub(crate) fn tell(opened: &Opened, outputs: &Outputs) -> Result<End, Failure> {
    let system = System::new(&opened.book, 0).map_err(|error| Failure::caused(&error))?;
    let found = exact(&opened.book, &system).map_err(|error| {
        let failure = Failure::input(format!("this book has no exact answer: {error}"));
        match error {
            NotExact::TooManyStates => failure.hint("leave --exact out to sample it"),
            _ => failure.hint("leave --exact out to sample it; it is for checking small books"),
        }
    })?;
    if outputs.json {
        screen::print(&screen::json_text(&json(opened, &found)))?;
    } else {
        screen::print(&text(opened, &found))?;
    }
    Ok(End::Good)
}

fn text(opened: &Opened, found: &Exact) -> String {
    let style = screen::style();
    let title = format!(
        "{}\n{}\n\n",
        style.bold(&opened.book.title),
        "exact, by convolution of independent outages"
    );
    let mut numbers =
        Columns::new("In numbers", &[("", Side::Left), ("", Side::Right), ("", Side::Left)]);
    let row =
        |name: &str, value: String, about: &str| vec![name.to_owned(), value, about.to_owned()];
    numbers.push(row("EUE", format!("{} GPUh/year", short(found.eue)), "expected unserved"));
    numbers.push(row(
        "LOLH",
        format!("{} h/year", short(found.lolh)),
        "hours with a shortfall of firm work",
    ));
    numbers.push(row("states", found.states.to_string(), "of capacity, at most, in an hour"));
    let heads = [("", Side::Left), ("block", Side::Left), ("unserved GPUh/year", Side::Right)];
    let mut blocks = Columns::new("Work, in the order of service", &heads);
    for block in &found.blocks {
        blocks.push(vec![block.id.clone(), block.block.clone(), short(block.eue)]);
    }
    let heads = [("", Side::Left), ("short hours", Side::Right), ("unserved GPUh", Side::Right)];
    let mut months = Columns::new("Months", &heads);
    for month in &found.months {
        months.push(vec![month.month.clone(), short(month.short_hours), short(month.unserved)]);
    }
    let tables = [numbers, blocks, months].map(|table| table.text(style));
    style.glyphs(&format!("{title}{}", tables.join("\n")))
}

fn json(opened: &Opened, found: &Exact) -> Value {
    let block =
        |b: &offtake_adequacy::ExactBlock| json!({ "id": b.id, "block": b.block, "eue": b.eue });
    let month = |m: &offtake_adequacy::ExactMonth| json!({ "month": m.month, "short_hours": m.short_hours, "unserved": m.unserved });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "title": opened.book.title,
        "book_hash": opened.hash,
        "method": "exact",
        "eue": found.eue,
        "lolh": found.lolh,
        "states": found.states,
        "classes": found.blocks.iter().map(block).collect::<Vec<_>>(),
        "months": found.months.iter().map(month).collect::<Vec<_>>(),
    })
}
