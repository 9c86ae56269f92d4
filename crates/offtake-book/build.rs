//! Says that the program holds the catalog's files: a change of one makes it stale.

fn main() {
    println!("cargo::rerun-if-changed=../../catalog");
    println!("cargo::rerun-if-changed=build.rs");
}
