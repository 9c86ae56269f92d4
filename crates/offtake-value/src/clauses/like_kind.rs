//! Like-kind substitution: the seller may deliver another type that is no worse, at the same rate. It changes which
//! accelerator stands there and no money; a book that knows of a substitution writes the other type.

use super::Clause;

pub(super) const CLAUSE: Clause = Clause {
    name: "like-kind",
    about: "the seller may deliver another type that is no worse: the rate stays, so it moves no money",
    keys: &["like_kind_substitution"],
};
