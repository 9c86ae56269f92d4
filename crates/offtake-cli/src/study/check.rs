//! The warnings of the book; one with errors has no study.

use super::{Base, Context};
use crate::commands::check_json;
use crate::failure::Failure;
use offtake_report::Section;

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    Ok(Section::new("check", check_json(&context.opened.hash, &context.opened.findings)))
}
