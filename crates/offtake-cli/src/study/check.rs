//! The warnings of the book; one with errors has no study.

use super::Context;
use crate::commands::check_json;
use crate::failure::Failure;
use offtake_report::Section;
use offtake_study::Study;

pub(super) fn section(context: &Context<'_>, _base: &Study) -> Result<Section, Failure> {
    Ok(Section::new("check", check_json(&context.opened.hash, &context.opened.findings)))
}
