//! The project's own chores: benchmarks, generated files, tidiness.

fn main() {}
