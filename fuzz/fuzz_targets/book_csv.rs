//! A folder whose table of tranches is of arbitrary bytes, beside a book that is good.

#![no_main]

use offtake_book::read_book_files;
use std::path::Path;

const BOOK: &str = r#"format = 1
as_of = 2025-11-30
[contract.nscale]
accelerator = "gb300-nvl72"
price.per_gpu_hour = "2.74 USD/GPUh"
[site.barstow]
critical_it = "200 MW"
[source.press]
title = "Press"
publisher = "Press"
date = 2025-10-15
[workload.chat]
level = "2000 GPU"
"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let files = [("book/book.toml", BOOK.as_bytes()), ("book/tranche.csv", bytes)];
    offtake_fuzz::hold(&read_book_files(Path::new("book"), files));
});
