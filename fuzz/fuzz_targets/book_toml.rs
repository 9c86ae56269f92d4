//! A book of one file of arbitrary bytes: a book or findings, never a panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    offtake_fuzz::hold(&offtake_book::read_book_bytes("book.toml", bytes));
});
