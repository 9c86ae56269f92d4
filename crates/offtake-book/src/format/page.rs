//! x
/// x
#[must_use]
pub fn page() -> String {
    String::new()
}
