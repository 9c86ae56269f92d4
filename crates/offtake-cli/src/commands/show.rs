//! `offtake show`: what holds for the things of a book, defaults included, and from where.

use crate::failure::{End, Failure};
use crate::{library, screen};
use offtake_book::{ShownThing, ShownValue, show, show_text};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Show what the book says about one thing, defaults included, with sources
///
/// Every value that holds is shown with how far to trust it (its mark), its source, and the file and
/// line where it is written, or `default` and what the default rests on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake show my-book acme            all things named acme\n  \
                        offtake show my-book contract.acme   one of them\n  \
                        offtake show my-book site --json     all sites, for a program")]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// What to show: an id, a path such as `contract.acme`, or a kind such as `site`
    id: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let opened = library::open(&arguments.book)?;
    let things = show(&opened.book, arguments.id.as_deref());
    if let (Some(id), true) = (&arguments.id, things.is_empty()) {
        let book = arguments.book.display();
        let failure = Failure::input(format!("nothing in the book is called `{id}`"));
        return Err(match nearest(&opened.book, id) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint(format!("`offtake show {book}` shows everything")),
        });
    }
    if arguments.json {
        screen::print(&screen::json_text(&Value::Array(things.iter().map(thing).collect())))?;
    } else {
        screen::print(&show_text(&things))?;
    }
    Ok(End::Good)
}

/// Returns the name in the book that is most like `id`.
fn nearest(book: &offtake_model::Book, id: &str) -> Option<String> {
    let things = show(book, None);
    let names = things.iter().flat_map(|thing| {
        let last = thing.path.rsplit('.').next().unwrap_or_default();
        [thing.path.as_str(), last]
    });
    library::nearest(id, names)
}

fn thing(thing: &ShownThing) -> Value {
    json!({
        "path": thing.path,
        "about": thing.about,
        "place": thing.place,
        "values": thing.values.iter().map(value).collect::<Vec<_>>(),
    })
}

fn value(value: &ShownValue) -> Value {
    json!({
        "key": value.key,
        "text": value.text,
        "mark": value.mark.text(),
        "source": value.source,
        "note": value.note,
        "low": value.low,
        "high": value.high,
        "place": value.place,
    })
}
