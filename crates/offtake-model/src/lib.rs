//! The book: every GPU held, bought or sold under contract, as plain data.
