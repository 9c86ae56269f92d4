//! Registries, seeded streams and the few things that the standard library lacks.
