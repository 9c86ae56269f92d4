//! The reference page of the format, from its table.

use super::describe::described;
use super::{Field, KINDS, Kind, Shelf};
use std::fmt::Write as _;

const HEAD: &str = "\
# The book

A book is a TOML file with what it includes, or a folder: all its `*.toml` and the CSV named after a
kind (`tranche.csv`, `workload.csv`). A folder `catalog` in it adds to the catalog or corrects it.

```toml
format      = 1
as_of       = 2026-01-01
[contract.acme]     # what we bought
accelerator = \"gb300-nvl72\"
gpus        = 4608
promised    = 2026-03-31
[workload.chat]     # what we need
level       = \"2000 GPU\"
from        = 2026-07-01
growth      = \"2.2 times/year\"
```

This page is written from the table that the reader itself uses; `schema/book.schema.json`, which makes
an editor complete keys and underline a wrong unit, comes from the same table.

## How values are written

- **A quantity carries its unit**, in quotes: `\"200 MW\"`, `\"2.91 USD/GPUh\"`, `\"120 d\"`, `\"60 months\"`,
  `\"30 %\"`, `\"2.2 times/year\"`. Counts (`gpus`, `racks`, `priority`) and plain numbers (`pue`) are bare.
  No thousands separators, no decimal commas.
- **A date** is bare, `2026-03-31`, or a quarter in quotes, `\"Q1 2026\"`, which means its last day. Days
  begin at 00:00 UTC; `until` and `ends` are the day after the last.
- **An id** is the key of its table, in small letters, digits and `-`; a reference is the bare id. The
  same id twice is a finding that names both places, never a merge.
- **Where a value comes from** stands beside it: `grace = { value = \"45 d\", source = \"iren-8k\",
  mark = \"judgement\", low = \"30 d\", high = \"60 d\", note = \"…\" }`. `source` and `mark` of a table hold for
  all its values; a contract's also for its tranches, a workload's for its blocks. Marks are `filing`, `press`,
  `weak`, `derived` (`note` is the formula), `unverified` and `judgement`. A value without a source is a
  judgement. `low` and `high` are what `stress` moves it between.
- **A CSV** has a column for each part of the id and for each key; `promised.mark`, `promised.source`,
  `promised.low` and so on stand beside `promised`; a unit may stand in the head, as in `price [USD/GPUh]`.
  The separator may be a comma, a semicolon or a tab.
- **A file named by a value** (`profile`, `level.hourly`) is looked for beside the file that names it, then
  in the book's folder.

`offtake show` prints what holds for a thing after all defaults, and from where.
";

/// Returns the page as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## What a book holds\n");
    for kind in KINDS.iter().filter(|kind| kind.shelf == Shelf::Book || kind.name == "source") {
        section(&mut page, kind);
    }
    page.push_str("\n## What the catalog holds\n\nA book may hold these too, except where it says otherwise.\n");
    for kind in KINDS.iter().filter(|kind| kind.shelf != Shelf::Book && kind.name != "source") {
        section(&mut page, kind);
    }
    page
}

fn section(page: &mut String, kind: &Kind) {
    let ids: String = kind.ids.iter().map(|id| format!(".{}", id.to_uppercase())).collect();
    let title = match (kind.name, kind.ids.is_empty(), kind.csv) {
        ("book", ..) => "The top".to_owned(),
        (_, true, csv) if !csv.is_empty() => format!("`{csv}.csv`"),
        (name, ..) => format!("`[{name}{ids}]`"),
    };
    let language = if kind.ids.is_empty() && !kind.csv.is_empty() { "csv" } else { "toml" };
    // Writing to a string cannot fail.
    let _ = write!(page, "\n### {title}\n\n{}\n\n```{language}\n{}```\n\n", kind.doc, kind.example);
    page.push_str(
        "| key | what stands there | when it is left out | meaning |\n|---|---|---|---|\n",
    );
    for field in kind.keys() {
        row(page, field);
    }
}

fn row(page: &mut String, field: &Field) {
    let (what, example) = described(field.kind);
    let default = field.default.unwrap_or("**must be there**");
    let cell = |text: &str| text.replace('|', "\\|");
    let _ = writeln!(
        page,
        "| `{}` | {}: `{example}` | {} | {} |",
        field.key.replace('*', "ID"),
        cell(&what),
        cell(default),
        cell(field.doc)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/book.md");

    #[test]
    fn the_page_in_the_documents_is_the_one_that_the_table_writes() {
        let committed = std::fs::read_to_string(PATH).unwrap_or_default();
        let hint = "run `cargo test -p offtake-book -- --ignored write_the_page_of_the_book`";
        assert!(committed == page(), "docs/reference/book.md is stale: {hint}");
    }

    #[test]
    #[ignore = "writes docs/reference/book.md; run it by name after the table of the format has changed"]
    fn write_the_page_of_the_book() {
        std::fs::create_dir_all(std::path::Path::new(PATH).parent().unwrap()).unwrap();
        std::fs::write(PATH, page()).unwrap();
    }
}
